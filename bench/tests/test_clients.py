"""The bare clients against a server that cuts its answers wherever it can be done."""

import json
import pathlib
import socket
import subprocess
import threading
import time
import unittest
from collections.abc import Callable

BUILD = pathlib.Path(__file__).resolve().parents[2] / ".build/bench"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENTS = [b'data: {"seq":1,"text":"data: [DONE"}\n\n', b": comment\ndata: \xe2\x82\xac\n\n", b"event: x\ndata:\n\n"]
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
DONE = b"data: [DONE]\n\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


IN_ONE_CHUNK = HEAD + chunk(b"".join(EVENTS) + DONE) + b"0\r\n\r\n"
IN_MANY_CHUNKS = HEAD + b"".join(map(chunk, EVENTS)) + chunk(DONE) + b"0\r\n\r\n"

# The pieces of the n-th answer; an empty one closes the connection.
Answer = Callable[[int], list[bytes]]


class CuttingServer:
    """Serves connections one after another until it is closed."""

    def __init__(self, answer: Answer, pause_s: float = 0.0004) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._answer, self._pause_s = answer, pause_s
        self._count = 0
        self.requests: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            while request := connection.recv(65536):
                self.requests.append(request)
                pieces = self._answer(self._count)
                self._count += 1
                for piece in pieces:
                    if not piece:
                        return
                    connection.sendall(piece)
                    # So that they are not read together.
                    if piece is not pieces[-1]:
                        time.sleep(self._pause_s)

    def close(self) -> None:
        self._listener.close()


def play(client: str, server: CuttingServer, turns: int, users: int = 1, *more: str) -> dict:
    command = [str(BUILD / client), "--users", str(users), "--turns", str(turns), "--port", str(server.port), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    result = json.loads(done.stdout)
    result["exit"] = done.returncode
    return {name: result[name] for name in ("turns", "events", "errors", "exit")}


@unittest.skipUnless((BUILD / "epoll").exists() and (BUILD / "curl_loop").exists(), "make -C bench/floor")
class Clients(unittest.TestCase):
    def run_both(self, answer: Answer, turns: int, expected: dict, users: int = 1) -> None:
        for client in ("epoll", "curl_loop"):
            with self.subTest(client):
                server = CuttingServer(answer)
                try:
                    self.assertEqual(play(client, server, turns, users), expected)
                finally:
                    server.close()

    def test_cut_in_two_at_every_byte(self) -> None:
        for answer in (IN_ONE_CHUNK, IN_MANY_CHUNKS):
            turns = len(answer) - 1
            expected = {"turns": turns, "events": turns * len(EVENTS), "errors": 0, "exit": 0}
            self.run_both(lambda n: [answer[:n + 1], answer[n + 1:]], turns, expected)

    def test_cut_in_three_around_the_end(self) -> None:
        end = len(IN_MANY_CHUNKS)
        cuts = [(first, second) for first in range(end - 30, end - 1) for second in range(first + 1, end)]
        expected = {"turns": len(cuts), "events": len(cuts) * len(EVENTS), "errors": 0, "exit": 0}
        self.run_both(lambda n: [IN_MANY_CHUNKS[:cuts[n][0]], IN_MANY_CHUNKS[cuts[n][0]:cuts[n][1]],
                                 IN_MANY_CHUNKS[cuts[n][1]:]], len(cuts), expected)

    def test_byte_by_byte(self) -> None:
        expected = {"turns": 4, "events": 4 * len(EVENTS), "errors": 0, "exit": 0}
        self.run_both(lambda n: [IN_MANY_CHUNKS[at:at + 1] for at in range(len(IN_MANY_CHUNKS))], 4, expected, users=2)

    def test_whole_answers_for_many_users(self) -> None:
        expected = {"turns": 500, "events": 500 * len(EVENTS), "errors": 0, "exit": 0}
        self.run_both(lambda n: [IN_ONE_CHUNK], 500, expected, users=20)

    def test_an_answer_cut_short_is_an_error(self) -> None:
        # The floor's user is gone with its connection, and with it the turns that were left; libcurl's takes a new one.
        for client, turns in [("epoll", 2), ("curl_loop", 9)]:
            server = CuttingServer(lambda n: [IN_MANY_CHUNKS[:-5], b""] if n == 2 else [IN_MANY_CHUNKS])
            try:
                result = play(client, server, 10)
            finally:
                server.close()
            self.assertEqual((result["exit"], result["turns"], result["errors"]), (1, turns, 10 - turns), client)

    def test_requests(self) -> None:
        for client in ("epoll", "curl_loop"):
            server = CuttingServer(lambda n: [IN_ONE_CHUNK])
            try:
                play(client, server, 3, 1, "--path-prefix", "/paced/", "--query", "?events=3")
            finally:
                server.close()
            paths = set()
            for request in server.requests:
                head, _, body = request.decode().partition("\r\n\r\n")
                line, *headers = head.split("\r\n")
                method, path, version = line.split(" ")
                self.assertEqual((method, version, body), ("POST", "HTTP/1.1", '{"role":"user","content":"Hello"}'))
                self.assertRegex(path, rf"^/paced/{UUID}\?events=3$")
                self.assertIn("Accept: text/event-stream", headers)
                self.assertIn("Content-Type: application/json", headers)
                self.assertIn(f"Host: 127.0.0.1:{server.port}", headers)
                paths.add(path)
            self.assertEqual(len(paths), 3)


if __name__ == "__main__":
    unittest.main()
