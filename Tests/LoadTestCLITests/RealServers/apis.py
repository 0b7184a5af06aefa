"""Assistants of three APIs whose events libraries write: sse-starlette, ag-ui-protocol, and the server of a2a-sdk.

usage: apis.py [--first-token-ms MS] [--gap-ms MS]

Started as a program it prints `listening on port N` once it can be asked, N chosen by the system. `GET /record` tells what it
knows itself of every request that it has begun to answer. Words of a question change its answer:

    think   thoughts come before the text (AG-UI and A2A, where they are messages of a task that works)
    fail    says after some text that it has failed
    crash   raises an exception after some text
    ask     ends with a question to the user (A2A)
    reply   is one message, without a task (A2A)
    whole   is a task that is done when it is first told of (A2A)
"""

import argparse
import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field

import uvicorn
from a2a.helpers import new_task_from_user_message, new_text_artifact, new_text_message
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.context import ServerCallContext
from a2a.server.events import EventQueue
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.server.routes.common import DefaultServerCallContextBuilder
from a2a.server.routes.fastapi_routes import add_a2a_routes_to_fastapi
from a2a.server.tasks import InMemoryTaskStore, TaskUpdater
from a2a.types import AgentCapabilities, AgentCard, AgentInterface, AgentSkill, Part, TaskState
from ag_ui import core
from ag_ui.encoder import EventEncoder
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sse_starlette import EventSourceResponse

arguments = argparse.ArgumentParser()
arguments.add_argument("--first-token-ms", type=float, default=40, help="the time before the first thought, or the text")
arguments.add_argument("--gap-ms", type=float, default=5, help="the time between two pieces")
options = arguments.parse_args()

THOUGHTS = ["Ich ", "überlege ", "🤔"]


@dataclass
class Turn:
    """What the server knows of one request."""

    api: str
    session: str
    question: str
    messages: int = 1
    # The answers that the client sends back, where it keeps what was said.
    said: list[str] = field(default_factory=list)
    text: str = ""
    # From the receipt of the request to when the first piece of each was handed over.
    first_thought_ms: float | None = None
    first_token_ms: float | None = None
    pieces: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    received: float = 0

    def __post_init__(self) -> None:
        record.append(self)

    def waited_ms(self) -> float:
        return (time.monotonic() - self.received) * 1000

    async def thoughts(self) -> AsyncIterator[str]:
        """What comes before the text."""
        if "think" not in self.question:
            return
        for piece in THOUGHTS:
            await asyncio.sleep((options.gap_ms if self.first_thought_ms else options.first_token_ms) / 1000)
            self.first_thought_ms = self.first_thought_ms or self.waited_ms()
            self.pieces += 1
            yield piece

    async def answer(self) -> AsyncIterator[str]:
        """The text, piece by piece: no two questions are answered alike."""
        for piece in ["Grü", "ße ", "aus ", "北京 ", "🌍", " zu: ", self.question]:
            if self.text.endswith("🌍") and "crash" in self.question:
                raise RuntimeError("the question asks for it")
            if self.text.endswith("🌍") and "fail" in self.question:
                return
            await asyncio.sleep((options.gap_ms if self.first_token_ms else options.first_token_ms) / 1000)
            self.first_token_ms = self.first_token_ms or self.waited_ms()
            self.pieces += 1
            self.text += piece
            yield piece

    async def whole_answer(self) -> str:
        """The text in one piece."""
        text = "".join([piece async for piece in self.answer()])
        self.first_token_ms, self.pieces = self.waited_ms(), 1
        return text

    @property
    def has_failed(self) -> bool:
        return "fail" in self.question


record: list[Turn] = []
app = FastAPI()


@app.get("/record")
async def get_record() -> list[dict]:
    return [asdict(turn) for turn in record]


class Receipt:
    """Notes when a request came, before anything has read it."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        scope["received"] = time.monotonic()
        await self.app(scope, receive, send)


app.add_middleware(Receipt)


# --- An assistant with the session's id in its path.

class Message(BaseModel):
    role: str
    content: str


@app.post("/stream/assistant/{session_id}")
async def assistant(session_id: str, message: Message, request: Request) -> EventSourceResponse:
    turn = Turn("assistant", session_id, message.content, received=request.scope["received"])

    async def events():
        async for piece in turn.answer():
            yield {"data": json.dumps({"text": piece}, ensure_ascii=False)}
        if turn.has_failed:
            yield {"event": "error", "data": json.dumps({"message": "the question asks for it"})}
        yield {"data": "[DONE]"}

    # A comment so often that most answers have one.
    return EventSourceResponse(events(), ping=0.02)


# --- An agent that speaks AG-UI.

@app.post("/agent")
async def ag_ui(body: core.RunAgentInput, request: Request) -> StreamingResponse:
    texts = [(message.role, message.content or "") for message in body.messages]
    turn = Turn(
        "ag-ui", body.thread_id, texts[-1][1], messages=len(texts),
        said=[text for role, text in texts if role == "assistant"], received=request.scope["received"],
    )
    encoder = EventEncoder(accept=request.headers.get("accept"))

    async def events():
        run = {"thread_id": body.thread_id, "run_id": body.run_id}
        yield core.RunStartedEvent(**run)
        yield core.StepStartedEvent(step_name="answer")
        if "think" in turn.question:
            yield core.ReasoningStartEvent(message_id="r1")
            yield core.ReasoningMessageStartEvent(message_id="r1", role="reasoning")
            async for piece in turn.thoughts():
                yield core.ReasoningMessageContentEvent(message_id="r1", delta=piece)
            yield core.ReasoningMessageEndEvent(message_id="r1")
            yield core.ReasoningEndEvent(message_id="r1")
        yield core.TextMessageStartEvent(message_id="m1", role="assistant")
        async for piece in turn.answer():
            yield core.TextMessageContentEvent(message_id="m1", delta=piece)
        if turn.has_failed:
            yield core.RunErrorEvent(message="the question asks for it", code="asked")
            return
        yield core.TextMessageEndEvent(message_id="m1")
        yield core.StateSnapshotEvent(snapshot={"answers": len(turn.said) + 1})
        yield core.StepFinishedEvent(step_name="answer")
        turn.input_tokens = sum(len(text.split()) for _, text in texts)
        turn.output_tokens = turn.pieces
        usage = core.TokenUsage(model="m", input_tokens=turn.input_tokens, output_tokens=turn.output_tokens)
        yield core.RunFinishedEvent(**run, outcome=core.RunFinishedSuccessOutcome(), usage=[usage])

    async def encoded():
        async for event in events():
            yield encoder.encode(event)

    return StreamingResponse(encoded(), media_type=encoder.get_content_type())


# --- An agent that speaks A2A.

class Agent(AgentExecutor):
    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        received = context.call_context.state["received"]
        turn = Turn("a2a", context.context_id or "", context.get_user_input(), received=received)
        if "reply" in turn.question:
            text = await turn.whole_answer()
            await event_queue.enqueue_event(new_text_message(text, context_id=context.context_id))
            return
        task = context.current_task or new_task_from_user_message(context.message)
        if "whole" in turn.question:
            text = await turn.whole_answer()
            task.artifacts.append(new_text_artifact("answer", text))
            task.status.state = TaskState.TASK_STATE_COMPLETED
            await event_queue.enqueue_event(task)
            return
        await event_queue.enqueue_event(task)
        updater = TaskUpdater(event_queue, task.id, task.context_id)
        await updater.start_work()
        async for piece in turn.thoughts():
            await updater.start_work(updater.new_agent_message([Part(text=piece)]))
        if "ask" in turn.question:
            text = await turn.whole_answer()
            await updater.requires_input(updater.new_agent_message([Part(text=text)]))
            return
        async for piece in turn.answer():
            await updater.add_artifact(
                [Part(text=piece)], artifact_id="answer", append=turn.text != piece, last_chunk=piece == turn.question
            )
        if turn.has_failed:
            await updater.failed(updater.new_agent_message([Part(text="the question asks for it")]))
        else:
            await updater.complete()

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        raise NotImplementedError


class ContextBuilder(DefaultServerCallContextBuilder):
    def build(self, request: Request) -> ServerCallContext:
        context = super().build(request)
        context.state["received"] = request.scope["received"]
        return context


card = AgentCard(
    name="agent", description="answers", version="1", capabilities=AgentCapabilities(streaming=True),
    default_input_modes=["text/plain"], default_output_modes=["text/plain"],
    skills=[AgentSkill(id="answer", name="answer", description="answers", tags=["text"])],
    supported_interfaces=[AgentInterface(url="/a2a", protocol_binding="JSONRPC", protocol_version="1.0")],
)
handler = DefaultRequestHandler(agent_executor=Agent(), task_store=InMemoryTaskStore(), agent_card=card)
add_a2a_routes_to_fastapi(
    app, agent_card_routes=create_agent_card_routes(card),
    jsonrpc_routes=create_jsonrpc_routes(handler, rpc_url="/a2a", context_builder=ContextBuilder()),
)


class Server(uvicorn.Server):
    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        print("listening on port", sockets[0].getsockname()[1], flush=True)


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    config = uvicorn.Config(app, backlog=4096, log_level="warning", timeout_keep_alive=75)
    Server(config).run(sockets=[listener])
