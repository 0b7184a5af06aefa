"""Tries to keep everybody else from the page of a running loadtest: attacks.py URL [OPTION...] [ATTACK...]

One attack after another, all when none is named: each holds more connections than the server has, comes again when it is
sent away, and ends by itself. Meanwhile a run is started, looked at and stopped by new connections. Prints a line for
everything that was not answered in time; the status is 1 if there is any. Only for a server on this machine.
"""

import argparse
import base64
import json
import socket
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable

# More than the server has, and some that it has not accepted.
CONNECTIONS = 150
PATIENCE_S = 30
# How often a connection does the next thing.
PAUSE_S = 0.2

parser = argparse.ArgumentParser()
parser.add_argument("url")
parser.add_argument("--login", help="NAME:PASSWORD")
parser.add_argument("--limit", type=float, default=1.0, help="how long an answer may take, in s")
parser.add_argument("attacks", nargs="*")
OPTIONS = parser.parse_args()
PLACE = urllib.parse.urlsplit(OPTIONS.url)
if PLACE.hostname not in {"127.0.0.1", "localhost", "::1"}:
    sys.exit(f"attacks.py: {OPTIONS.url} is not on this machine")
HOST = f"Host: {PLACE.netloc}\r\n"
problems: list[str] = []


def basic(login: str) -> str:
    return f"Authorization: Basic {base64.b64encode(login.encode()).decode()}\r\n"


LOGIN = basic(OPTIONS.login) if OPTIONS.login else ""
WRONG = basic("ann:wrong")


class Attack:
    """Connections that send something at once, and then piece by piece; none of them reads."""

    def __init__(self, first: str, then: str = "", repeats: int = 1) -> None:
        self.first = (first * repeats).encode()
        self.then = then.encode()
        self.is_over = threading.Event()
        self.opened = 0
        self.are_there = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        streams: list[socket.socket | None] = [None] * CONNECTIONS
        while not self.is_over.wait(PAUSE_S if self.are_there.is_set() else 0):
            for index, stream in enumerate(streams):
                if self.is_over.is_set():
                    break
                streams[index] = self.step(stream)
            self.are_there.set()
        for stream in streams:
            if stream:
                stream.close()

    def step(self, stream: socket.socket | None) -> socket.socket | None:
        try:
            if stream is None:
                stream = socket.socket()
                # Little of an answer fits into the system's buffers.
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                stream.settimeout(1)
                stream.connect((PLACE.hostname, PLACE.port))
                stream.setblocking(False)
                self.opened += 1
                if self.first:
                    stream.send(self.first)
            elif self.then:
                stream.send(self.then)
            else:
                # One that the server has closed has an end, or is reset.
                if stream.recv(1, socket.MSG_PEEK) == b"":
                    raise ConnectionResetError
            return stream
        except BlockingIOError:
            return stream
        except OSError:
            if stream:
                stream.close()
            return None

    def __enter__(self) -> "Attack":
        self.thread.start()
        self.are_there.wait(PATIENCE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.thread.join(PATIENCE_S)


class Crowd(Attack):
    """Many that ask for the answers that cost most, and read them."""

    def run(self) -> None:
        threads = [threading.Thread(target=self.ask, args=(path,), daemon=True)
                   for path in ["/stats/report", "/stats/requests", "/stats/json", "/stats/requests/csv"] for _ in range(10)]
        for thread in threads:
            thread.start()
        self.are_there.set()
        for thread in threads:
            thread.join(PATIENCE_S)

    def ask(self, path: str) -> None:
        while not self.is_over.is_set():
            try:
                request(path)
            except OSError:
                time.sleep(PAUSE_S)


POST = f"POST /swarm HTTP/1.1\r\n{HOST}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n"
ATTACKS: dict[str, Callable[[], Attack]] = {
    "idle": lambda: Attack(""),
    "heads": lambda: Attack(f"GET / HTTP/1.1\r\n{HOST}X-A: ", "a"),
    "bodies": lambda: Attack(f"{POST}{LOGIN}\r\n", "a"),
    "chunks": lambda: Attack(f"POST /stop HTTP/1.1\r\n{HOST}{LOGIN}Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"),
    "bodies-without-login": lambda: Attack(f"{POST}{WRONG}\r\n", "a"),
    "bodies-to-nowhere": lambda: Attack(POST.replace("/swarm", "/nowhere") + f"{LOGIN}\r\n", "a"),
    "listeners": lambda: Attack(f"GET /live HTTP/1.1\r\n{HOST}{LOGIN}\r\n"),
    "listeners-without-login": lambda: Attack(f"GET /live HTTP/1.1\r\n{HOST}{WRONG}\r\n"),
    "answered": lambda: Attack(f"GET /tasks HTTP/1.1\r\n{HOST}{LOGIN}\r\n"),
    "pipelines": lambda: Attack(f"GET /assets/main.js HTTP/1.1\r\n{HOST}{LOGIN}\r\n", repeats=1000),
    # The answers together are more than fits into the buffers of both sides.
    "slow-readers": lambda: Attack(f"GET /assets/chart.js HTTP/1.1\r\n{HOST}{LOGIN}\r\n", repeats=8),
    "resets": lambda: Attack(f"POST /stats/reset HTTP/1.1\r\n{HOST}{LOGIN}Content-Length: 0\r\n\r\n"),
    "crowd": lambda: Crowd(""),
}


def request(path: str, fields: dict[str, object] | None = None) -> bytes:
    headers = {}
    if LOGIN:
        name, _, value = LOGIN.strip().partition(": ")
        headers[name] = value
    body = None if fields is None else urllib.parse.urlencode(fields).encode()
    asked = urllib.request.Request(OPTIONS.url + path, data=body, headers=headers)
    with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
        return answer.read()


def timed(what: str, path: str, fields: dict[str, object] | None = None) -> bytes:
    begin = time.monotonic()
    answer = b"{}"
    try:
        answer = request(path, fields)
    except OSError as error:
        problems.append(f"{what}: {path}: {error}")
    passed = time.monotonic() - begin
    print(f"{what}: {path} answered in {passed * 1000:.0f} ms", file=sys.stderr)
    if passed > OPTIONS.limit:
        problems.append(f"{what}: {path} took {passed:.1f} s")
    return answer


for name in OPTIONS.attacks or ATTACKS:
    with ATTACKS[name]() as attack:
        for _ in range(2):
            answer = json.loads(timed(name, "/swarm", {"user_count": 2, "spawn_rate": 100}))
            if not answer.get("success"):
                problems.append(f"{name}: no run was started: {answer}")
            timed(name, "/stats/requests")
            timed(name, "/stop", {})
            if b'"stopped"' not in timed(name, "/stats/requests"):
                problems.append(f"{name}: the run goes on")
    print(f"{name}: {attack.opened} connections", file=sys.stderr)

print("\n".join(problems))
sys.exit(1 if problems else 0)
