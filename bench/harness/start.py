"""What the start of a run costs with many conversations: it has to grow as they do, and no faster."""

import json
import pathlib
import shutil
import socket

from harness import machine
from harness.allocations import WrongRun
from harness.rounds import Bench

TURNS = 5
FEW, MANY = 500, 5_000
MOST_S = 120
APIS = ["assistant", "openai-chat"]


def write_data(folder: pathlib.Path, conversations: int, invocations: int) -> pathlib.Path:
    """As many files, in folders of a thousand."""
    for number in range(conversations):
        place = folder / f"{number // 1000:03d}"
        place.mkdir(parents=True, exist_ok=True)
        turns = [{"role": "user", "content": f"Question {turn} of {number}"} for turn in range(TURNS)]
        text = json.dumps({"name": f"conversation {number:06d}", "invocations": invocations, "conversation": turns})
        (place / f"{number:06d}.json").write_text(text, encoding="utf-8")
    return folder


def times_cpu(bench: Bench, api: str) -> float:
    """CPU time of a run of one user with `MANY` conversations, in that with `FEW`; nobody answers, so that the start is most
    of it."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        costs = [_cpu_s(bench, api, count, nobody.getsockname()[1]) for count in (FEW, MANY)]
    return costs[1] / costs[0]


def _cpu_s(bench: Bench, api: str, conversations: int, port: int) -> float:
    folder = bench.folder / "start"
    data = write_data(folder / "data", conversations, 1)
    try:
        ended = bench.children.run(
            [str(bench.places.loadtest), "--headless", "--host", f"http://127.0.0.1:{port}", "--data", str(data), "--api",
             api, "--users", "1", "--run-time", "1", "--only-summary", "--summary", str(folder / "summary.json")],
            machine.pins().generator, folder, MOST_S)
        # No turn has succeeded: that is an end with 1.
        if ended.exit != 1 or not (folder / "summary.json").exists():
            raise WrongRun(f"start with {conversations} conversations: {ended.problem or ended.last_words}")
        return ended.cpu_s
    finally:
        shutil.rmtree(folder, ignore_errors=True)
