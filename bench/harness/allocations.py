"""How often loadtest asks for memory, and on whose behalf: two runs of different lengths, counted by allocations.so."""

import json
import pathlib
import shutil
from collections import Counter
from dataclasses import dataclass

from harness.figures import read_summary, what_is_wrong
from harness.mock import Mock
from harness.process import Ended
from harness.programs import LoadTest, Workload
from harness.rounds import Bench

# libev's memory is asked for by the loop, and by no other thread.
LOOP_MARK = "libev"
# The program, and what the compiler makes its calls of. All else is a library that is asked for something.
OURS = ("loadtest", "bench-", "libswift", "libFoundation", "libdispatch", "libBlocksRuntime", "libstdc++")
USERS = 10
SHORT_EVENTS, LONG_EVENTS = 1000, 8000
# Prime numbers of turns make conversations of one turn, and so a single row of metrics.
SHORT_TURNS, LONG_TURNS = 1009, 5003
EVENTS_PER_TURN = 5
# Once a second a snapshot is published, for which memory is asked: the runs are to be over before.
MOST_S = 0.95
TRIES = 5
MEASUREMENTS = 3
PATIENCE_S = 40


class WrongRun(Exception):
    """A run did not do what it should: nothing can be said of it."""


class TooBusy(Exception):
    """The machine does not come to it in time."""


@dataclass(frozen=True)
class Allocations:
    """Per turn or per event, on the loop's thread."""

    ours: float
    libraries: float
    # The same by program or library, the most first.
    by_object: dict[str, float]

    @property
    def all(self) -> float:
        return self.ours + self.libraries


def of_loop(threads: list[dict[str, int]]) -> Counter[str]:
    """Those of the thread that runs the loop: what others do depends on time alone."""
    found = [counts for counts in threads if any(name.startswith(LOOP_MARK) for name in counts)]
    if len(found) != 1:
        raise WrongRun(f"{len(found)} threads with a loop, not 1")
    return Counter(found[0])


def per_unit(short: Counter[str], long: Counter[str], units: int) -> Allocations:
    """What each further turn or event took."""
    difference = {name: (long[name] - short[name]) / units for name in long | short}
    by_object = dict(sorted(((name, value) for name, value in difference.items() if value), key=lambda one: -one[1]))
    ours = sum(value for name, value in by_object.items() if name.startswith(OURS))
    return Allocations(ours, sum(by_object.values()) - ours, by_object)


def per_event(bench: Bench, program: LoadTest) -> Allocations:
    """In streams as fast as they can be: the least of some measurements.

    Histograms take a page of memory for each range of values that comes for the first time, up to a hundred: how many
    come in the longer run only is chance. What is asked for by an event is asked for in each measurement.
    """
    found = []
    for _ in range(MEASUREMENTS):
        short, long = (_count(bench, program, Workload(USERS, USERS, events)) for events in (SHORT_EVENTS, LONG_EVENTS))
        found.append(per_unit(short, long, USERS * (LONG_EVENTS - SHORT_EVENTS)))
    return min(found, key=lambda one: one.all)


def per_turn(bench: Bench, program: LoadTest) -> Allocations:
    """In turns on kept connections."""
    short, long = (_count(bench, program, Workload(USERS, turns, EVENTS_PER_TURN))
                   for turns in (SHORT_TURNS, LONG_TURNS))
    return per_unit(short, long, LONG_TURNS - SHORT_TURNS)


def checked(program: LoadTest, ended: Ended, folder: pathlib.Path, workload: Workload) -> dict:
    """The summary of a run; raises WrongRun unless all turns and events came."""
    if ended.problem or not program.accepts(ended.exit):
        raise WrongRun(ended.problem or f"exit {ended.exit}: {ended.last_words}")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    if why := what_is_wrong(read_summary(summary), workload.turns, workload.events_per_turn, workload.turns):
        raise WrongRun(why)
    return summary


def _count(bench: Bench, program: LoadTest, workload: Workload) -> Counter[str]:
    for _ in range(TRIES):
        counts, seconds = _run(bench, program, workload)
        if seconds < MOST_S:
            return counts
    raise TooBusy(f"{workload.turns * workload.events_per_turn:,} events take {seconds:.1f} s")


def _run(bench: Bench, program: LoadTest, workload: Workload) -> tuple[Counter[str], float]:
    folder = bench.folder / "allocations"
    mock = Mock(bench.children, program.places.loadtest, bench.pins.server, folder / "mock",
                "--events", str(workload.events_per_turn), "--interval", "0", "--first-token", "0")
    try:
        account = folder / "allocations.json"
        # Not in the child's environment: `measure` would be counted too, and write the same file.
        preload = ["env", f"LD_PRELOAD={program.places.build / 'allocations.so'}", f"ALLOCATIONS_FILE={account}"]
        command = program.command(workload, mock.port, folder)
        ended = bench.children.run(preload + command, bench.pins.generator, folder, PATIENCE_S)
        summary = checked(program, ended, folder, workload)
        return of_loop(json.loads(account.read_text(encoding="utf-8"))), summary["run"]["duration_s"]
    finally:
        mock.stop()
        shutil.rmtree(folder, ignore_errors=True)
