"""LiteLLM's proxy with mock responses: OpenAI's chat completions, Anthropic's messages and Gemini's API.

usage: LITELLM_MASTER_KEY=sk-... litellm_proxy.py [--first-token-ms MS]

Prints `listening on port N` once it can be asked, N chosen by the system. `GET /record` tells what the proxy's own log has of
each request that it has answered well. It is this process, and no other: killed, it leaves nothing behind.

The models of its configuration are
    mock    an answer that LiteLLM streams itself
    relay   what `mock` says, over HTTP: for the API of Anthropic, in which LiteLLM streams no mock responses itself
    breaks  an answer that fails after its first words
    limit   the status 429
"""

import argparse
import json
import os
import socket
import sys
import tempfile

# Its own log goes to the standard error.
announcement = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

# Nothing is fetched from anywhere, and no database or proxy of the user's is asked.
for name in ("MODEL_COST_MAP", "ANTHROPIC_BETA_HEADERS", "AUTOROUTER_PRESETS", "BLOG_POSTS", "POLICY_TEMPLATES"):
    os.environ[f"LITELLM_LOCAL_{name}"] = "True"
for name in ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
    os.environ.pop(name, None)
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

TEXT = "Grüße aus 北京 🌍, das ist eine ganze Antwort."


def model(name: str, **parameters) -> dict:
    return {"model_name": name, "litellm_params": {"model": "openai/gpt-4o-mini", "api_key": "none", **parameters}}


def configuration(port: int, delay_s: float) -> dict:
    upstream = {
        "model": "hosted_vllm/mock", "api_base": f"http://127.0.0.1:{port}/v1",
        "api_key": os.environ["LITELLM_MASTER_KEY"],
    }
    return {
        "model_list": [
            model("mock", mock_response=TEXT, mock_delay=delay_s),
            model("relay", **upstream),
            model("breaks", mock_response="Exception: mock_streaming_error"),
            model("limit", mock_response="litellm.RateLimitError"),
        ],
        "litellm_settings": {"num_retries": 0},
        "router_settings": {"num_retries": 0, "disable_cooldowns": True},
        "general_settings": {"master_key": os.environ["LITELLM_MASTER_KEY"]},
    }


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--first-token-ms", type=float, default=40)
    options = arguments.parse_args()
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    port = listener.getsockname()[1]
    folder = tempfile.TemporaryDirectory()
    # JSON is YAML, but for a character that is escaped in two halves.
    os.environ["CONFIG_FILE_PATH"] = f"{folder.name}/config.yaml"
    with open(os.environ["CONFIG_FILE_PATH"], "w", encoding="utf-8") as file:
        json.dump(configuration(port, options.first_token_ms / 1000), file, ensure_ascii=False)

    import litellm
    import uvicorn
    from litellm.integrations.custom_logger import CustomLogger
    from litellm.proxy.proxy_server import app

    record: list[dict] = []

    class Record(CustomLogger):
        async def async_log_success_event(self, kwargs, response_obj, start_time, end_time) -> None:
            call = kwargs["standard_logging_object"]
            texts = [(message["role"], message["content"]) for message in call["messages"]]
            record.append({
                "api": call["call_type"], "model": call["model_group"], "question": texts[-1][1],
                "messages": len(texts), "said": [text for role, text in texts if role == "assistant"],
                "text": response_obj.choices[0].message.content,
                "first_token_ms": (call["completionStartTime"] - call["startTime"]) * 1000,
                "input_tokens": call["prompt_tokens"], "output_tokens": call["completion_tokens"],
            })

    @app.get("/record")
    async def get_record() -> list[dict]:
        return record

    class Server(uvicorn.Server):
        async def startup(self, sockets=None) -> None:
            await super().startup(sockets)
            # The configuration has been read.
            folder.cleanup()
            litellm.logging_callback_manager.add_litellm_async_success_callback(Record())
            print("listening on port", port, file=announcement)

    Server(uvicorn.Config(app, backlog=4096, log_level="warning", timeout_keep_alive=75)).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
