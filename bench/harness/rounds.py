"""Runs in interleaved rounds, within a time."""

import functools
import json
import math
import pathlib
import shutil
import statistics
import sys
import time
from dataclasses import dataclass, field

from harness import machine, server
from harness.figures import what_is_wrong
from harness.process import Children
from harness.programs import START_UP, Places, Program, Run, Workload

# Nothing here takes longer but what hangs; when the time is up, what is running still gets a little.
PATIENCE_S = 45
LAST_PATIENCE_S = 15
START_UP_RUNS = 3


class Budget:
    """The time that is left, for everything or for a section."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        return self._until - time.monotonic()

    def part(self, share: float) -> "Budget":
        return Budget(self.left_s * min(share, 1))


@dataclass(frozen=True)
class StartUp:
    """What a program costs before it does anything: medians of runs of one user and one turn."""

    cpu_s: float
    wall_s: float
    peak_rss_kb: float


@dataclass(frozen=True)
class Options:
    """What the command line asks for; None is what each section thinks right."""

    sizes: list[int] | None
    rounds: int | None
    is_quick: bool


@dataclass
class Group:
    """The programs that are compared at one workload, a run of each per round."""

    workload: Workload
    programs: list[Program]
    rounds: int
    runs: list[Run] = field(default_factory=list)
    rounds_done: int = 0
    # How long the last round took.
    round_s: float | None = None
    notes: list[str] = field(default_factory=list)

    def due(self, round_: int) -> list[Program]:
        return [program for program in self.programs if program.rounds is None or round_ <= program.rounds]

    def estimate_s(self, round_: int) -> float:
        if self.round_s is not None:
            return self.round_s
        return sum(program.estimate_s(self.workload) + 0.3 for program in self.due(round_))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Bench:
    """What all sections share."""

    def __init__(self, options: Options, budget: Budget, children: Children, folder: pathlib.Path,
                 template: pathlib.Path, places: Places) -> None:
        self.options = options
        self.budget = budget
        self.places = places
        self.pins = machine.pins()
        self.folder = folder
        self.children = children
        self.template = template
        self.start_ups: dict[str, StartUp] = {}
        self._run_number = 0

    @functools.cached_property
    def server(self) -> server.Server:
        """nginx, started when it is first needed."""
        return server.Server(self.children, self.template, self.folder, self.pins.server)

    # MARK: Single runs

    def run(self, program: Program, workload: Workload, round_: int) -> Run:
        """Runs a program once and checks that it did what it should; a failure is told in the result."""
        workload = program.fitted(workload)
        run = Run(program.name, workload, round_)
        self._run_number += 1
        folder = self.folder / f"run-{self._run_number}"
        folder.mkdir()
        try:
            self._run(program, run, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return run

    def _run(self, program: Program, run: Run, folder: pathlib.Path) -> None:
        workload, port = run.workload, self.server.next_port()
        command = program.command(workload, port, folder)
        before = self.server.wait_until_quiet()
        cores = {self.pins.generator, self.pins.server}
        server_cpu_before_s, busy_before_s = self.server.cpu_s(), machine.busy_s(cores)
        timeout_s = min(PATIENCE_S + workload.least_s * 2, max(self.budget.left_s, 0) + LAST_PATIENCE_S)
        ended = self.children.run(command, self.pins.generator, folder, timeout_s,
                                  program.environment(workload, port, folder))
        run.server_cpu_s = self.server.cpu_s() - server_cpu_before_s
        others_s = machine.busy_s(cores) - busy_before_s - ended.cpu_s - run.server_cpu_s
        run.others_share = max(others_s, 0) / (ended.wall_s * len(cores))
        run.wall_s, run.cpu_s, run.peak_rss_kb = ended.wall_s, ended.cpu_s, ended.peak_rss_kb
        after = self.server.wait_until_quiet()
        run.connections = after.accepted - before.accepted
        if ended.problem:
            run.failure = ended.problem
            return
        try:
            counted = program.counted(ended, folder)
        except (OSError, ValueError, KeyError, TypeError):
            run.failure = f"no result, exit {ended.exit}: {ended.last_words}"
            return
        run.turns, run.events = counted.turns, counted.events
        turns = workload.turns if program.counts_turns else None
        run.failure = what_is_wrong(counted, turns, workload.events_per_turn, after.requests - before.requests)
        if not run.failure and not program.accepts(ended.exit):
            run.failure = f"exit {ended.exit}: {ended.last_words}"
        if run.failure and ended.err.strip():
            run.failure += f" ({ended.last_words})"
        if ended.out.startswith("{"):
            run.reported = json.loads(ended.out.splitlines()[0])

    def start_up(self, program: Program) -> str:
        """Measures what the program costs before it does anything.

        Returns: Why it cannot even do that; empty when it can.
        """
        measured = []
        for _ in range(START_UP_RUNS):
            folder = self.folder / "start-up"
            port = self.server.next_port()
            self.server.wait_until_quiet()
            folder.mkdir(exist_ok=True)
            ended = self.children.run(program.start_up_command(port, folder), self.pins.generator, folder,
                                      LAST_PATIENCE_S, program.environment(START_UP, port, folder))
            if ended.problem or not program.accepts(ended.exit):
                return ended.problem or f"exit {ended.exit}: {ended.last_words}"
            measured.append(ended)
            shutil.rmtree(folder, ignore_errors=True)
        self.start_ups[program.name] = StartUp(
            *(statistics.median(getattr(ended, name) for ended in measured)
              for name in ("cpu_s", "wall_s", "peak_rss_kb")))
        return ""

    # MARK: Rounds

    def runnable(self, programs: list[Program], workload: Workload) -> tuple[list[Program], list[str]]:
        """Those that can play so many users, and why the others cannot."""
        able, notes = [], []
        for program in programs:
            if workload.least_s and not program.plays_slow_answers:
                continue
            if program.most_users is not None and workload.users > program.most_users:
                notes.append(f"{program.label}, more than {program.most_users:,} users: not measured:"
                             f" {program.why_no_more}.")
            else:
                able.append(program)
        return able, notes

    def too_large(self, users: int) -> str:
        """Why this machine cannot hold so many users; empty when it can."""
        # A connection each, two descriptors per multi of 250, and some for everything else.
        files = users + 2 * math.ceil(users / 250) + 64
        if files > machine.file_limit():
            return f"needs {files:,} open files, the limit is {machine.file_limit():,}"
        if users > server.USERS:
            return f"nginx is set up for {server.USERS:,} users"
        if users > machine.port_count():
            return f"one address has {machine.port_count():,} ports"
        return ""

    def play(self, title: str, groups: list[Group], budget: Budget) -> None:
        """All groups' first rounds, then all their second ones: what does not fit is told in the group's notes.

        A drift of the machine's speed so hits all groups alike, and no group is left without any round.
        """
        seconds = sum(group.estimate_s(round_) for group in groups for round_ in range(1, group.rounds + 1))
        plan = ", ".join(f"{group.workload.users:,} users × {group.rounds}" for group in groups)
        say(f"{title}: {plan}: about {seconds / 60:.1f} min, {max(budget.left_s, 0) / 60:.1f} min to spend")
        for round_ in range(1, max((group.rounds for group in groups), default=0) + 1):
            for group in groups:
                # What was left out once is left out for good: its rounds count from 1.
                if round_ > group.rounds or group.rounds_done != round_ - 1:
                    continue
                if group.estimate_s(round_) > budget.left_s:
                    users = f"{group.workload.users:,} users"
                    kept = f"{round_ - 1} of {group.rounds} rounds" if round_ > 1 else "not measured"
                    group.notes.append(f"{users}: {kept}: the time was up (--minutes).")
                    say(f"{title}  {group.notes[-1]}")
                    group.rounds = round_ - 1
                    continue
                started = time.monotonic()
                for program in group.due(round_):
                    run = self.run(program, group.workload, round_)
                    group.runs.append(run)
                    say(self._line(title, group, run))
                group.rounds_done, group.round_s = round_, time.monotonic() - started

    def _line(self, title: str, group: Group, run: Run) -> str:
        where = f"{title}  {group.workload.users:>6,} users  round {run.round}/{group.rounds}  {run.program:<12}"
        if run.failure:
            return f"{where} FAILED: {run.failure}"
        cost = figures_of(run, self.start_ups.get(run.program))
        return (f"{where} {cost.us_per_turn:8.1f} us/turn  {cost.turns_per_s:9,.0f} turns/s  busy"
                f" {100 * run.cpu_s / run.wall_s:3.0f} %, server {100 * run.server_cpu_s / run.wall_s:3.0f} %")


@dataclass(frozen=True)
class Figures:
    """A run's figures, less the start-up."""

    us_per_turn: float
    us_per_event: float | None
    turns_per_s: float
    events_per_s: float | None
    kb_per_user: float


def figures_of(run: Run, start_up: StartUp | None) -> Figures:
    base = start_up or StartUp(0, 0, 0)
    cpu_us = max(run.cpu_s - base.cpu_s, 0) * 1e6
    wall_s = max(run.wall_s - base.wall_s, 1e-6)
    return Figures(
        cpu_us / run.turns, cpu_us / run.events if run.events else None, run.turns / wall_s,
        run.events / wall_s if run.events else None, max(run.peak_rss_kb - base.peak_rss_kb, 0) / run.workload.users)
