"""Sends a server requests of which each part comes byte by byte, and waits until it has closed all: trickles.py URL

Prints a line for each connection that stays longer than a request may take; the status is 1 if there is any.
"""

import select
import socket
import sys
import time
import urllib.parse

PLACE = urllib.parse.urlsplit(sys.argv[1])
LEAST_S, MOST_S = 25, 45
PAUSE_S = 0.5
POST = f"POST /swarm HTTP/1.1\r\nHost: {PLACE.netloc}\r\n"
# What comes at once, and what then comes again and again.
PARTS = {
    "nothing": ("", ""),
    "a method": ("", "A"),
    "a path": ("GET /", "a"),
    "a header": (f"{POST}X-A: ", "a"),
    "a body": (f"{POST}Content-Length: 100000\r\n\r\n", "a"),
    "chunks": (f"{POST}Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"),
    "a body that was refused": (f"{POST.replace('/swarm', '/nowhere')}Content-Length: 100000\r\n\r\n", "a"),
    "the head after an answer": (f"GET /tasks HTTP/1.1\r\nHost: {PLACE.netloc}\r\n\r\nGET /", "a"),
}

begin = time.monotonic()
streams = {}
for name, (first, _) in PARTS.items():
    streams[name] = socket.create_connection((PLACE.hostname, PLACE.port), 5)
    streams[name].sendall(first.encode())

problems = []
while streams and time.monotonic() - begin < MOST_S:
    readable, _, _ = select.select(list(streams.values()), [], [], PAUSE_S)
    for name, stream in list(streams.items()):
        try:
            is_closed = stream in readable and stream.recv(1 << 16) == b""
            if not is_closed:
                stream.sendall(PARTS[name][1].encode())
        except OSError:
            is_closed = True
        if is_closed:
            passed = time.monotonic() - begin
            print(f"{name}: closed after {passed:.1f} s", file=sys.stderr)
            # What no HTTP can be is closed at once.
            if passed < LEAST_S and name not in {"a method"}:
                problems.append(f"{name} was closed after {passed:.1f} s already")
            del streams[name]

problems += [f"{name} is still there after {MOST_S} s" for name in streams]
print("\n".join(problems))
sys.exit(1 if problems else 0)
