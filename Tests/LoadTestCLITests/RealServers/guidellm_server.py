"""guidellm's mock server, which speaks OpenAI's chat completions and responses.

usage: guidellm_server.py [--first-token-ms MS] [--gap-ms MS] [--tokens N]

Prints `listening on port N` once it can be asked, N chosen by the system; `GET /record` tells which requests came. It is
this process, and no other: killed, it leaves nothing behind.
"""

import argparse
import os
import socket
import sys

# Its own log goes to the standard error.
announcement = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

from guidellm.mock_server import MockServer  # noqa: E402
from guidellm.schemas.mock_server import MockServerConfig  # noqa: E402
from sanic import response  # noqa: E402

GENERATING = ["/v1/chat/completions", "/v1/responses"]


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--first-token-ms", type=float, default=40)
    arguments.add_argument("--gap-ms", type=float, default=5)
    arguments.add_argument("--tokens", type=int, default=6, help="tokens of each answer")
    options = arguments.parse_args()
    server = MockServer(
        MockServerConfig(ttft_ms=options.first_token_ms, itl_ms=options.gap_ms, output_tokens=options.tokens)
    )
    record: list[dict] = []

    @server.app.middleware("request")
    async def note(request) -> None:
        if request.path not in GENERATING:
            return
        messages = request.json.get("messages", request.json.get("input"))
        texts = [message["content"] for message in messages]
        # As its handlers count them.
        text = " ".join(filter(None, [request.json.get("instructions"), *texts]))
        record.append({
            "api": request.path, "question": texts[-1], "messages": len(messages),
            "said": [message["content"] for message in messages if message["role"] == "assistant"],
            "input_tokens": len(server.chat_handler.tokenizer(text)), "output_tokens": options.tokens,
        })

    @server.app.get("/record")
    async def get_record(_):
        return response.json(record)

    @server.app.after_server_start
    async def announce(_) -> None:
        print("listening on port", listener.getsockname()[1], file=announcement)

    # As MockServer.run does it, but on a port that the system chooses.
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    server.app.run(sock=listener, single_process=True, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
