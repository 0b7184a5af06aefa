"""A master that sends what no master does: nonsense, fragments, messages of several frames, one that is far too long.

usage: hostile_master.py PORT

Waits for a worker, and prints a line for each time that it is still there; ends well when it has heard a last word of it.
"""

import random
import sys
from typing import Any

import msgpack
import zmq

SPAWN = {"timestamp": 1.5, "user_classes_count": {"ChatA": 1, "ChatB": 2}, "host": "http://127.0.0.1:1", "stop_timeout": 2.0,
         "parsed_options": {"num_users": 4, "reset_stats": False, "user_classes": [], "profile": None}}

socket = zmq.Context().socket(zmq.ROUTER)
socket.rcvtimeo = 30_000
socket.bind(f"tcp://127.0.0.1:{sys.argv[1]}")


def heard(wanted: str) -> bytes:
    """Waits for a message of a type; returns the worker's name."""
    while True:
        node, frame = socket.recv_multipart()
        kind, _, _ = msgpack.loads(frame)
        if kind == wanted:
            return node


def send(node: bytes, kind: str, data: Any = None) -> None:
    socket.send_multipart([node, msgpack.dumps([kind, data, node.decode()])])


node = heard("client_ready")
rng = random.Random(15)
for number in range(3_000):
    frame = bytearray(msgpack.dumps(["spawn", SPAWN, node.decode()]))
    for _ in range(rng.randrange(1, 4)):
        frame[rng.randrange(len(frame))] = rng.randrange(256)
    # The parts of some are frames of their own, and some end too early.
    cut = rng.randrange(len(frame))
    socket.send_multipart([node, bytes(frame)] if number % 3 else [node, bytes(frame[:cut])])
    if number % 100 == 0:
        socket.send_multipart([node, b"", bytes(frame)])
send(node, "ack", {"index": "first"})
heard("heartbeat")
print("still there")
# It is cut off for that, and comes back by itself.
socket.send_multipart([node, b"\xc6\x02\x00\x00\x00" + bytes(32 << 20)])
messages, kind = 0, ""
while kind != "quit":
    # Some may have been on their way before, under a name that it has no more.
    node, frame = socket.recv_multipart()
    kind, _, _ = msgpack.loads(frame)
    send(node, "ack" if kind == "client_ready" else "heartbeat", {"index": 0})
    messages += 1
    if messages == 8:
        print("there again")
    if messages >= 8:
        send(node, "quit")
