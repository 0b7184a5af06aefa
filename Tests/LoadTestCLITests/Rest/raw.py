"""Sends a server what no client library would: raw.py URL

Prints a line for each answer that is not what it should be; the status is 1 if there is any.
"""

import socket
import sys
import urllib.parse

PLACE = urllib.parse.urlsplit(sys.argv[1])
HEAD = f"Host: {PLACE.netloc}\r\n"
PATIENCE_S = 20
problems: list[str] = []


def ask(*pieces: str, is_cut: bool = False) -> str:
    """The answers to these bytes, until `Connection: close` ends them."""
    with socket.create_connection((PLACE.hostname, PLACE.port), PATIENCE_S) as stream:
        for piece in pieces:
            stream.sendall(piece.encode())
        if is_cut:
            stream.shutdown(socket.SHUT_WR)
        answer = b""
        while data := stream.recv(1 << 16):
            answer += data
            # An answer to a body that is wrong may leave the connection open.
            if b"Connection: close" not in "".join(pieces).encode() and b"}" in answer:
                break
        return answer.decode()


def expect(what: str, answer: str, status: int) -> None:
    if not answer.startswith(f"HTTP/1.1 {status} "):
        problems.append(f"{what}: {answer[:200]!r}, not {status}")


# What follows a HEAD is the head of the next answer, whatever the status: a body would be taken for it.
for path, status in [("/nope", 404), ("/stop", 405), ("/stats/requests", 200), ("/stats/report", 404)]:
    answer = ask(f"HEAD {path} HTTP/1.1\r\n{HEAD}\r\n", f"GET /tasks HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n")
    expect(f"HEAD {path}", answer, status)
    rest = answer.partition("\r\n\r\n")[2]
    if not rest.startswith("HTTP/1.1 200 "):
        problems.append(f"HEAD {path} has a body: {rest[:200]!r}")

POST = f"POST /swarm HTTP/1.1\r\n{HEAD}Content-Type: application/x-www-form-urlencoded\r\n"
for size in ["zz", "-1"]:
    expect(f"a chunk of {size}", ask(f"{POST}Transfer-Encoding: chunked\r\n\r\n{size}\r\nuser_count=1\r\n0\r\n\r\n"), 400)
expect("a body that is cut off", ask(f"{POST}Content-Length: 50\r\n\r\nuser_count=1", is_cut=True), 400)
# At once, not when so much has come.
expect("a long body", ask(f"{POST}Content-Length: 20000000\r\n\r\n"), 413)

print("\n".join(problems))
sys.exit(1 if problems else 0)
