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



def until_closed(request: str) -> str:
    """The answers to these bytes, until the server closes the connection, of which nothing is lost."""
    with socket.create_connection((PLACE.hostname, PLACE.port), PATIENCE_S) as stream:
        stream.sendall(request.encode())
        answer = b""
        try:
            while data := stream.recv(1 << 16):
                answer += data
        except TimeoutError:
            problems.append(f"{request[:60]!r}: the connection stays open")
        except ConnectionResetError:
            problems.append(f"{request[:60]!r}: the connection is reset")
        return answer.decode()


# What asks for a close gets it, however it is written; and so does every request of HTTP/1.0.
for line, field in [("GET /tasks HTTP/1.0", ""), ("GET /tasks HTTP/1.0", "Connection: keep-alive\r\n"),
                    ("GET /tasks HTTP/1.1", "Connection: Close\r\n"), ("GET /tasks HTTP/1.1", "Connection: close, te\r\n")]:
    answer = until_closed(f"{line}\r\n{HEAD}{field}\r\n")
    head = answer.partition("\r\n\r\n")[0].lower()
    if " 200 " not in head or "\r\nconnection: close" not in head or not answer.endswith("}"):
        problems.append(f"{line} {field!r}: {answer[:300]!r}")

# Before 1.1 there are no chunks.
with socket.create_connection((PLACE.hostname, PLACE.port), PATIENCE_S) as stream:
    stream.sendall(f"GET /live HTTP/1.0\r\n{HEAD}\r\n".encode())
    answer = b""
    while b"event: state" not in answer and (data := stream.recv(1 << 16)):
        answer += data
    head, _, body = answer.decode().partition("\r\n\r\n")
    if "chunked" in head.lower() or not body.startswith("retry: "):
        problems.append(f"/live of HTTP/1.0: {answer[:300]!r}")

# Of very many requests at once the first eight are answered, and the connection is closed after them.
for count in [8, 9, 50, 2_000]:
    answer = until_closed(f"GET /tasks HTTP/1.1\r\n{HEAD}\r\n" * count)
    heads = [part.partition("\r\n\r\n")[0].lower() for part in answer.split("HTTP/1.1 ")[1:]]
    if len(heads) != 8 or not all(head.startswith("200 ") for head in heads):
        problems.append(f"{count} requests at once: {len(heads)} answers, {answer[:200]!r}")
    elif ["connection: close" in head for head in heads] != [False] * 7 + [True]:
        problems.append(f"{count} requests at once: not the eighth answer, and that alone, says that it is the last")
answer = until_closed(f"GET /tasks HTTP/1.1\r\n{HEAD}\r\n" * 7 + f"GET /logs HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n")
if answer.count("HTTP/1.1 200 ") != 8:
    problems.append(f"eight requests of which the last one closes: {answer[:200]!r}")

print("\n".join(problems))
sys.exit(1 if problems else 0)
