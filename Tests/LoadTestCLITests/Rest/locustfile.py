"""For a real Locust with its web page: the conversations below the folder DATA, and the page's URL as loadtest tells it."""

import importlib.util
import pathlib
import sys

import gevent
from locust import events

file = pathlib.Path(__file__).resolve().parent.parent / "Locust" / "locustfile.py"
spec = importlib.util.spec_from_file_location("conversations", file)
conversations = importlib.util.module_from_spec(spec)
spec.loader.exec_module(conversations)
Assistant = conversations.Assistant


@events.init.add_listener
def tell(environment, web_ui, **_):
    def wait():
        while getattr(getattr(web_ui, "server", None), "server_port", 0) == 0:
            gevent.sleep(0.05)
        print(f"web page: http://127.0.0.1:{web_ui.server.server_port}", file=sys.stderr, flush=True)

    gevent.spawn(wait)
