"""A streaming assistant as a Python team would write one: FastAPI, sse-starlette, uvicorn.

Started as a program it prints `listening on port N` once it can be asked, N chosen by the system.
"""

import asyncio
import json
import socket

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sse_starlette import EventSourceResponse


class Message(BaseModel):
    role: str
    content: str


app = FastAPI()


@app.post("/stream/assistant/{session_id}")
async def answer(
    session_id: str, message: Message, events: int = 20, interval_ms: float = 10, ping_s: float = 15
) -> EventSourceResponse:
    """One turn: paced events, then the end marker; a comment every `ping_s` seconds."""

    async def stream():
        for index in range(1, events + 1):
            await asyncio.sleep(interval_ms / 1000)
            yield {"data": json.dumps({"index": index, "session": session_id, "text": "word "})}
        yield {"data": "[DONE]"}

    return EventSourceResponse(stream(), ping=ping_s)


class Server(uvicorn.Server):
    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        print("listening on port", sockets[0].getsockname()[1], flush=True)


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    config = uvicorn.Config(app, backlog=4096, log_level="warning", timeout_keep_alive=75)
    Server(config).run(sockets=[listener])
