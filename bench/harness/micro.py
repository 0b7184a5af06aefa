"""What parser and recorder cost by themselves, without any network: the program bench-micro."""

import json
import shutil

from harness.figures import rounded, spread
from harness.report import Section, Table
from harness.rounds import Bench, Budget

PROGRAM = "bench-micro"
ROUNDS = 15
QUICK_ROUNDS = 5
PATIENCE_S = 60


class NoResult(Exception):
    """The program failed."""


def measure(bench: Bench, rounds: int) -> list[dict]:
    """A part each: its name, the nanoseconds per event of each round, the allocations per event."""
    program = bench.places.of_ours(PROGRAM)
    folder = bench.folder / "micro"
    try:
        ended = bench.children.run([str(program), str(rounds)], bench.pins.generator, folder, PATIENCE_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if ended.problem or ended.exit != 0:
        raise NoResult(ended.problem or f"exit {ended.exit}: {ended.last_words}")
    return json.loads(ended.out)


def section(bench: Bench, budget: Budget) -> Section:
    title = "Micro"
    rounds = bench.options.rounds or (QUICK_ROUNDS if bench.options.is_quick else ROUNDS)
    try:
        parts = measure(bench, rounds)
    except NoResult as error:
        return Section(title, notes=[f"failed: {PROGRAM}: {error}."])
    rows = []
    for part in parts:
        times = spread(part["ns_per_event"])
        rows.append([part["name"], *(rounded(value) for value in (times.median, times.low, times.high)),
                     f"{part['allocations_per_event']:.4f}"])
    table = Table(f"Nanoseconds per event in {rounds} rounds", ["part", "median", "least", "most", "allocations/event"],
                  rows)
    explanation = "The parts that every event passes through, by themselves: from memory, without any network."
    return Section(title, [table], explanation=explanation, data=parts)
