"""Talks to a server with the API's own package for Python, and prints what that has understood.

usage: read_streams.py API URL TURNS [THREAD]

The conversation has so many turns, each of which says "Hello there"; a server that keeps it is sent the id that it gave, or
THREAD, which may be one that it does not know. For each turn there is one object in the JSON array that is printed: the
texts, how many tokens the server said there were, why the answer ended, what went wrong and as what the package raised it.
"""

import asyncio
import json
import sys
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

QUESTION = "Hello there"
SYSTEM = "Be brief."


@dataclass
class Turn:
    text: str = ""
    reasoning: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    finish_reason: str | None = None
    conversation: str | None = None
    error: str | None = None
    raised: str | None = None
    # The kinds of events, each once, in the order in which they came first.
    kinds: list[str] = field(default_factory=list)

    def saw(self, kind: str) -> None:
        if kind not in self.kinds:
            self.kinds.append(kind)


History = list[dict[str, str]]
Play = Callable[[str, Turn, History, str | None], None]


def openai_chat(url: str, turn: Turn, history: History, _: str | None) -> None:
    import openai

    client = openai.OpenAI(base_url=f"{url}/v1", api_key="key", max_retries=0)
    for chunk in client.chat.completions.create(
        model="mock", messages=[{"role": "system", "content": SYSTEM}, *history],  # type: ignore[list-item]
        stream=True, stream_options={"include_usage": True},
    ):
        turn.saw(chunk.object)
        if usage := chunk.usage:
            turn.input_tokens, turn.output_tokens = usage.prompt_tokens, usage.completion_tokens
            if usage.completion_tokens_details:
                turn.reasoning_tokens = usage.completion_tokens_details.reasoning_tokens
        for choice in chunk.choices or []:
            turn.text += choice.delta.content or ""
            turn.reasoning += getattr(choice.delta, "reasoning_content", None) or ""
            turn.finish_reason = choice.finish_reason or turn.finish_reason


def openai_responses(url: str, turn: Turn, history: History, conversation: str | None) -> None:
    import openai

    client = openai.OpenAI(base_url=f"{url}/v1", api_key="key", max_retries=0)
    more: Any = {"previous_response_id": conversation} if conversation else {}
    with client.responses.stream(model="mock", input=QUESTION, instructions=SYSTEM, **more) as stream:
        for event in stream:
            turn.saw(event.type)
            match event.type:
                case "response.output_text.delta": turn.text += event.delta
                case "response.reasoning_summary_text.delta": turn.reasoning += event.delta
                case "response.completed" | "response.incomplete":
                    response = event.response
                    turn.conversation = response.id
                    if response.output_text != turn.text:
                        turn.error = f"the whole text is {response.output_text!r}"
                    if response.incomplete_details:
                        turn.finish_reason = response.incomplete_details.reason
                    if usage := response.usage:
                        turn.input_tokens, turn.output_tokens = usage.input_tokens, usage.output_tokens
                        turn.reasoning_tokens = usage.output_tokens_details.reasoning_tokens
                case "response.failed": turn.error = event.response.error and event.response.error.message
                case "error": turn.error = event.message


def anthropic(url: str, turn: Turn, history: History, _: str | None) -> None:
    import anthropic as sdk

    client = sdk.Anthropic(base_url=url, api_key="key", max_retries=0)
    with client.messages.stream(model="mock", max_tokens=100, system=SYSTEM, messages=history) as stream:  # type: ignore
        for event in stream:
            turn.saw(event.type)
            match event.type:
                case "text": turn.text += event.text
                case "thinking": turn.reasoning += event.thinking
        message = stream.get_final_message()
    whole = "".join(block.text for block in message.content if block.type == "text")
    if whole != turn.text:
        turn.error = f"the whole text is {whole!r}"
    turn.finish_reason = message.stop_reason
    turn.input_tokens, turn.output_tokens = message.usage.input_tokens, message.usage.output_tokens


def gemini(url: str, turn: Turn, history: History, _: str | None) -> None:
    from google import genai
    from google.genai import types

    client = genai.Client(api_key="key", http_options=types.HttpOptions(base_url=url))
    contents = [
        types.Content(role="model" if message["role"] == "assistant" else "user", parts=[types.Part(text=message["content"])])
        for message in history
    ]
    for chunk in client.models.generate_content_stream(
        model="mock", contents=contents, config=types.GenerateContentConfig(system_instruction=SYSTEM)  # type: ignore
    ):
        if usage := chunk.usage_metadata:
            turn.input_tokens, turn.output_tokens = usage.prompt_token_count, usage.candidates_token_count
            turn.reasoning_tokens = usage.thoughts_token_count or 0
        for candidate in chunk.candidates or []:
            turn.saw("candidate")
            for part in candidate.content and candidate.content.parts or []:
                if part.thought:
                    turn.reasoning += part.text or ""
                else:
                    turn.text += part.text or ""
            if candidate.finish_reason:
                turn.finish_reason = candidate.finish_reason.value


def ollama(url: str, turn: Turn, history: History, _: str | None) -> None:
    import ollama as sdk

    for part in sdk.Client(host=url).chat("mock", [{"role": "system", "content": SYSTEM}, *history], stream=True):
        turn.saw("done" if part.done else "part")
        turn.text += part.message.content or ""
        turn.reasoning += part.message.thinking or ""
        if part.done:
            turn.finish_reason = part.done_reason
            turn.input_tokens, turn.output_tokens = part.prompt_eval_count, part.eval_count


def events(url: str, body: dict[str, Any], turn: Turn) -> Any:
    """The events of a stream whose package has types for them and no client."""
    import httpx
    import httpx_sse

    with httpx.Client() as client, httpx_sse.connect_sse(client, "POST", url, json=body) as source:
        if source.response.status_code != 200:
            source.response.read()
            source.response.raise_for_status()
        for event in source.iter_sse():
            if event.data:
                yield event.data


def ai_sdk(url: str, turn: Turn, history: History, _: str | None) -> None:
    from pydantic_ai.ui.vercel_ai import response_types

    chunks = {
        kind.model_fields["type"].default: kind
        for kind in vars(response_types).values()
        if isinstance(kind, type) and issubclass(kind, response_types.BaseChunk) and kind is not response_types.BaseChunk
    }
    messages = [
        {"id": str(index), "role": message["role"], "parts": [{"type": "text", "text": message["content"]}]}
        for index, message in enumerate(history)
    ]
    is_done = False
    for data in events(f"{url}/api/chat", {"id": "chat", "trigger": "submit-message", "messages": messages}, turn):
        if is_done:
            raise ValueError("something comes after [DONE]")
        if data == "[DONE]":
            is_done = True
            continue
        written = json.loads(data)
        kind = response_types.DataChunk if written["type"].startswith("data-") else chunks[written["type"]]
        chunk: Any = kind.model_validate(written)
        # The schema of Vercel's own package allows nothing else.
        if unknown := written.keys() - {field.alias or name for name, field in kind.model_fields.items()}:
            raise ValueError(f"{written['type']} has no {unknown}")
        turn.saw(chunk.type)
        match chunk.type:
            case "text-delta": turn.text += chunk.delta
            case "reasoning-delta": turn.reasoning += chunk.delta
            case "error": turn.error = chunk.error_text
            case "finish":
                turn.finish_reason = chunk.finish_reason
                usage = chunk.message_metadata["usage"]
                turn.input_tokens, turn.output_tokens = usage["inputTokens"], usage["outputTokens"]
                turn.reasoning_tokens = usage["reasoningTokens"]
    if not is_done:
        raise EOFError("the stream has no [DONE]")


def dify(url: str, turn: Turn, history: History, conversation: str | None) -> None:
    import dify_client
    from dify_client import models

    request = models.ChatRequest(
        query=QUESTION, user="me", response_mode=models.ResponseMode.STREAMING, conversation_id=conversation or ""
    )
    is_done = False
    client = dify_client.Client(api_key="key", api_base=f"{url}/v1")
    for event in client.chat_messages(req=request):  # type: ignore[union-attr]
        turn.saw(str(event.event))
        turn.conversation = getattr(event, "conversation_id", turn.conversation)
        match event.event:
            case "message": turn.text += event.answer
            case "agent_thought": turn.reasoning += event.thought
            case "error": turn.error = event.message
            case "message_end":
                is_done = True
                usage = event.metadata.usage
                turn.input_tokens, turn.output_tokens = usage.prompt_tokens, usage.completion_tokens
    if not is_done and not turn.error:
        raise EOFError("the stream has no message_end")


def langgraph(url: str, turn: Turn, history: History, conversation: str | None) -> None:
    import langgraph_sdk

    client = langgraph_sdk.get_sync_client(url=url, api_key=None)
    thread = conversation or client.threads.create()["thread_id"]
    turn.conversation = thread
    for event in client.runs.stream(
        thread, "agent", input={"messages": [{"role": "user", "content": QUESTION}]}, stream_mode="messages-tuple"
    ):
        turn.saw(event.event)
        if event.event == "error":
            turn.error = event.data["message"]
        if event.event != "messages":
            continue
        message = event.data[0]
        content = message["content"]
        if isinstance(content, str):
            turn.text += content
        else:
            turn.reasoning += "".join(block["thinking"] for block in content)
        turn.finish_reason = message["response_metadata"].get("finish_reason", turn.finish_reason)
        if usage := message["usage_metadata"]:
            turn.input_tokens, turn.output_tokens = usage["input_tokens"], usage["output_tokens"]
            turn.reasoning_tokens = usage["output_token_details"]["reasoning"]


def ag_ui(url: str, turn: Turn, history: History, conversation: str | None) -> None:
    from ag_ui import core
    from pydantic import TypeAdapter

    messages = [{"id": str(index), **message} for index, message in enumerate(history)]
    body = core.RunAgentInput.model_validate({
        "threadId": conversation or "thread", "runId": str(uuid.uuid4()), "state": {}, "messages": messages, "tools": [],
        "context": [], "forwardedProps": {},
    })
    adapter: TypeAdapter[Any] = TypeAdapter(core.Event)
    is_done = False
    for data in events(url, body.model_dump(by_alias=True, mode="json"), turn):
        event = adapter.validate_json(data)
        turn.saw(event.type.value)
        match event.type.value:
            case "RUN_STARTED": turn.conversation = event.thread_id
            case "TEXT_MESSAGE_CONTENT": turn.text += event.delta
            case "REASONING_MESSAGE_CONTENT": turn.reasoning += event.delta
            case "RUN_ERROR": turn.error = event.message
            case "RUN_FINISHED":
                is_done = True
                usage = event.usage[0]
                turn.input_tokens, turn.output_tokens = usage.input_tokens, usage.output_tokens
                turn.reasoning_tokens = usage.reasoning_tokens
    if not is_done and not turn.error:
        raise EOFError("the stream has no RUN_FINISHED")


def a2a(url: str, turn: Turn, history: History, conversation: str | None) -> None:
    asyncio.run(a2a_turn(url, turn, conversation))


async def a2a_turn(url: str, turn: Turn, conversation: str | None) -> None:
    from a2a.client import ClientConfig, ClientFactory
    from a2a.types import AgentCapabilities, AgentCard, AgentInterface, Message, Part, Role, SendMessageRequest, TaskState

    card = AgentCard(
        name="mock", version="1", capabilities=AgentCapabilities(streaming=True),
        supported_interfaces=[AgentInterface(url=url, protocol_binding="JSONRPC", protocol_version="1.0")],
    )
    message = Message(message_id=str(uuid.uuid4()), role=Role.ROLE_USER, parts=[Part(text=QUESTION)])
    if conversation:
        message.context_id = conversation
    state = TaskState.TASK_STATE_UNSPECIFIED
    parts: list[str] = []
    client = ClientFactory(ClientConfig(streaming=True)).create(card)
    async for event in client.send_message(SendMessageRequest(message=message)):
        kind = event.WhichOneof("payload")
        turn.saw(str(kind))
        if kind == "task":
            turn.conversation, state = event.task.context_id, event.task.status.state
        elif kind == "status_update":
            state = event.status_update.status.state
            if state == TaskState.TASK_STATE_FAILED:
                turn.error = event.status_update.status.message.parts[0].text
        elif kind == "artifact_update":
            if not event.artifact_update.append:
                parts = []
            parts += [part.text for part in event.artifact_update.artifact.parts]
            turn.text = "".join(parts)
    turn.finish_reason = TaskState.Name(state)


PLAYS: dict[str, Play] = {
    "openai-chat": openai_chat, "openai-responses": openai_responses, "anthropic": anthropic, "gemini": gemini,
    "ollama": ollama, "ai-sdk": ai_sdk, "dify": dify, "langgraph": langgraph, "ag-ui": ag_ui, "a2a": a2a,
}


def main() -> int:
    api, url, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    conversation = sys.argv[4] if len(sys.argv) > 4 else None
    turns: list[Turn] = []
    history: History = []
    for _ in range(count):
        turn = Turn()
        history.append({"role": "user", "content": QUESTION})
        try:
            PLAYS[api](url, turn, history, conversation)
        except Exception as error:  # What a package raises is a result.
            turn.error, turn.raised = f"{error}", type(error).__name__
        history.append({"role": "assistant", "content": turn.text})
        conversation = turn.conversation or conversation
        turns.append(turn)
    print(json.dumps([asdict(turn) for turn in turns]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
