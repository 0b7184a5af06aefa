"""How many instructions of our own a turn and an event take: two runs of different lengths under callgrind.

They are the same in every run, whatever else the machine does, which no time is. One user: then each iteration of the loop
brings one answer, or one event of a paced one, and nothing depends on how many happen to be ready together.
"""

import pathlib
import shutil
import subprocess
from dataclasses import dataclass

from harness import server
from harness.allocations import OURS, TooBusy, WrongRun, checked
from harness.callgrind import Profile, parse
from harness.programs import LoadTest, LoadTestOfAPI, Workload
from harness.rounds import Bench

# Short enough that what happens once a second has not happened yet, and long enough that all buffers have grown. Prime
# numbers of turns make conversations of one turn, and so a single row of metrics, which needs new memory seldom.
SHORT_TURNS, LONG_TURNS = 31, 181
SHORT_EVENTS, LONG_EVENTS = 100, 350
# Longer than an event takes under callgrind, so that each is read on its own.
INTERVAL_MS = 2
LEAST_READS = 0.97
TRIES = 4
PATIENCE_S = 60

# As the linker has the functions' names: the C function that is made of a closure ends so.
BODY = r"CurlCallbacksO4body.*U_To$"
LOOP_HOOKS = r"(LoopCallbacksO8willWait|LoopCallbacksO9waitEnded|LoopCallbacksO10waitBegins).*U_To$"
LOOP_TURN = r"LoopCallbacksO9waitEnded.*U_To$"
# Once a second a snapshot is published; the first samples after it copy histograms. Not any timer: on a slow machine a send takes
# longer than a slice, and the loop's next iteration comes by one.
PUBLISHING = r"publishDue.*LLyyF$"


@dataclass(frozen=True)
class Instructions:
    # Of a turn, answered with 20 events in one piece: all our own code, libcurl's and libc's not counted.
    per_turn: float
    # Of an event that comes alone: from libcurl's callback on, with what is called of libc.
    per_event: float
    # Of an iteration of the loop besides: what is done once in each.
    per_loop_iteration: float
    # Of a turn, answered with 20 chunks of OpenAI's in one piece, with libcurl's and libc's: read by the profile `openai-chat`,
    # and the same bytes as `assistant`.
    per_chunk_turn: tuple[float, float]


def missing() -> str:
    """What this machine lacks for it; empty when nothing."""
    lacking = [name for name in ("valgrind", "strip") if shutil.which(name) is None]
    return ", ".join(lacking + [one for one in [server.missing()] if one])


def per_turn_of(short: Profile, long: Profile, turns: int) -> float:
    return (long.of_objects(OURS) - short.of_objects(OURS)) / turns


def per_call_of(short: Profile, long: Profile, pattern: str, counted: str) -> float:
    """The instructions under the functions of one pattern, for each further call of those of another."""
    calls = long.under(counted)[0] - short.under(counted)[0]
    if calls <= 0:
        raise WrongRun(f"no function {counted} is called more often in the longer run")
    return (long.under(pattern)[1] - short.under(pattern)[1]) / calls


def measure(bench: Bench, program: LoadTest, keep: pathlib.Path) -> Instructions:
    """The profiles stay in `keep`, for whoever wants to look."""
    shutil.rmtree(keep, ignore_errors=True)
    keep.mkdir(parents=True)
    # Valgrind cannot read the compiler's debugging information; the functions' names are not part of that.
    subprocess.run(["strip", "-g", "-o", str(keep / "loadtest"), str(program.places.loadtest)], check=True, timeout=60)
    turns = [_profile(bench, program, keep, f"{turns}-turns", Workload(1, turns))
             for turns in (SHORT_TURNS, LONG_TURNS)]
    chunks = [[_profile(bench, LoadTestOfAPI(program.places, api), keep, f"{turns}-turns-{api}", Workload(1, turns))
               for turns in (SHORT_TURNS, LONG_TURNS)] for api in ("openai-chat", "assistant")]
    events = _event_profiles(bench, program, keep)
    return Instructions(per_turn_of(*turns, LONG_TURNS - SHORT_TURNS), per_call_of(*events, BODY, BODY),
                        per_call_of(*events, LOOP_HOOKS, LOOP_TURN),
                        tuple((sum(long.own.values()) - sum(short.own.values())) / (LONG_TURNS - SHORT_TURNS)
                              for short, long in chunks))


def _event_profiles(bench: Bench, program: LoadTest, keep: pathlib.Path) -> list[Profile]:
    wanted = LONG_EVENTS - SHORT_EVENTS
    for _ in range(TRIES):
        short, long = (_profile(bench, program, keep, f"{events}-events", Workload(1, 1, events, INTERVAL_MS))
                       for events in (SHORT_EVENTS, LONG_EVENTS))
        reads = long.under(BODY)[0] - short.under(BODY)[0]
        if LEAST_READS * wanted <= reads <= wanted:
            return [short, long]
    raise TooBusy(f"{wanted} events came in {reads} reads")


def _profile(bench: Bench, program: LoadTest, keep: pathlib.Path, name: str, workload: Workload) -> Profile:
    for _ in range(TRIES):
        folder = bench.folder / f"callgrind-{name}"
        folder.mkdir()
        try:
            profile = _run(bench, program, keep, keep / f"{name}.callgrind", folder, workload)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if profile.under(PUBLISHING)[0] == 0:
            return profile
    raise TooBusy(f"{name} are not done within a second")


def _run(bench: Bench, program: LoadTest, keep: pathlib.Path, out: pathlib.Path, folder: pathlib.Path,
         workload: Workload) -> Profile:
    # Only what the loop does: neither the start, nor the summary, nor other threads.
    callgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--toggle-collect=ev_run"]
    command = [str(keep / "loadtest"), *program.command(workload, bench.server.next_port(), folder)[1:]]
    bench.server.wait_until_quiet()
    ended = bench.children.run(callgrind + command, bench.pins.generator, folder, PATIENCE_S)
    checked(program, ended, folder, workload)
    with open(out, encoding="utf-8", errors="replace") as lines:
        return parse(lines)
