"""What is measured. A section is a function from the bench and its share of the time to tables and data."""

import dataclasses
import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from harness import accuracy, apis, machine, memory, micro, soak
from harness.figures import Spread, paired_ratios, percent, ratio_text, rounded, spread
from harness.programs import COMPARED, Program, Workload
from harness.report import Section, Table
from harness.rounds import Bench, Budget, Figures, Group, StartUp, figures_of

# Users, turns of a run, rounds: about 1 to 4 s of the generator's time each.
BURST = [(100, 30_000, 5), (1000, 30_000, 5), (15_000, 90_000, 3), (5000, 60_000, 3), (19_000, 95_000, 3)]
# With delays in proportion all of them are asked for the same number of turns per second.
CROWD = [(15_000, 90_000, 3), (5000, 60_000, 3), (19_000, 95_000, 3)]
CROWD_TURNS_PER_S = 10_000
PACED = [(15_000, 3), (1000, 3)]
INTERVAL_MS = 500
PACED_EVENTS = 20

# Of the cores' time, for others: less is what the kernel itself does, which belongs to no process.
MUCH = 0.2

QUICK_SIZES = (100, 1000)
QUICK_ROUNDS = 3
QUICK_PACED_EVENTS = 6
# Of sizes that are not in these lists.
LEAST_TURNS, TURNS_PER_USER, ROUNDS = 30_000, 6, 3


def burst(bench: Bench, programs: list[Program], budget: Budget) -> Section:
    known = {users: (turns, rounds) for users, turns, rounds in BURST}
    workloads = []
    for users in _sizes(bench, list(known), any_size=True):
        turns_per_user = max(TURNS_PER_USER, math.ceil(LEAST_TURNS / users))
        turns, rounds = known.get(users, (turns_per_user * users, ROUNDS))
        workloads.append((Workload(users, turns), rounds))
    section = _compare(bench, "Burst", workloads, programs, budget, PER_TURN, lambda one: one.us_per_turn)
    section.explanation = (
        "Each turn is answered at once with 20 events and the end marker: what a turn costs when the server never lets"
        " the generator wait. With so fast a server few of many users have a turn running at any moment, and the"
        " programs differ in how many connections that takes: compare sizes above 1,000 in the next section.")
    return section


def crowd(bench: Bench, programs: list[Program], budget: Budget) -> Section:
    known = {users: (turns, rounds) for users, turns, rounds in CROWD}
    workloads = [(Workload(users, turns, delay_ms=users * 1000 // CROWD_TURNS_PER_S), rounds)
                 for users in _sizes(bench, list(known)) for turns, rounds in [known[users]]]
    section = _compare(bench, "Crowd", workloads, programs, budget, PER_TURN, lambda one: one.us_per_turn)
    section.explanation = (
        "The same answers, each after a delay, so that all users have a turn running at the same time, each on its own"
        f" connection: {CROWD_TURNS_PER_S:,} turns/s are asked for at every size, which leaves the generator time to"
        " spare.")
    return section


def paced(bench: Bench, programs: list[Program], budget: Budget) -> Section:
    known = dict(PACED)
    events = QUICK_PACED_EVENTS if bench.options.is_quick else PACED_EVENTS
    workloads = [(Workload(users, users, events, INTERVAL_MS), known[users]) for users in _sizes(bench, list(known))]
    section = _compare(bench, "Paced", workloads, programs, budget, PER_EVENT, lambda one: one.us_per_event)
    section.explanation = (
        f"Every user has one long answer: {events} events, one each {INTERVAL_MS} ms. All streams are open at the same"
        " time. The request and the connection are in the cost of the events.")
    return section


def _sizes(bench: Bench, known: list[int], any_size: bool = False) -> list[int]:
    """Those of a section, as far as they are asked for."""
    if bench.options.sizes:
        return [users for users in bench.options.sizes if any_size or users in known]
    return [users for users in known if not bench.options.is_quick or users in QUICK_SIZES]


# MARK: Comparing

Column = tuple[str, Callable[[Figures], float | None]]


PER_TURN: list[Column] = [
    ("CPU µs/turn", lambda one: one.us_per_turn), ("CPU µs/event", lambda one: one.us_per_event),
    ("turns/s", lambda one: one.turns_per_s), ("KB/user", lambda one: one.kb_per_user),
]
PER_EVENT: list[Column] = [
    ("CPU µs/event", lambda one: one.us_per_event), ("events/s", lambda one: one.events_per_s),
    ("KB/stream", lambda one: one.kb_per_user),
]


def _compare(bench: Bench, title: str, workloads: list[tuple[Workload, int]], programs: list[Program], budget: Budget,
             columns: list[Column], cost: Callable[[Figures], float | None]) -> Section:
    groups, notes = [], []
    for workload, rounds in workloads:
        if why := bench.too_large(workload.users):
            notes.append(f"{workload.users:,} users: not measured: {why}.")
            continue
        able, unable = bench.runnable(programs, workload)
        notes += [note for note in unable if note not in notes]
        rounds = bench.options.rounds or (min(rounds, QUICK_ROUNDS) if bench.options.is_quick else rounds)
        groups.append(Group(workload, able, rounds))
    half_of_ports = machine.port_count() // 2
    if any(group.workload.users > half_of_ports for group in groups):
        notes.append(f"More than {half_of_ports:,} users: the kernel has then used every second port of the address,"
                     " and looks through all of those again for each further connection: most of what everybody's"
                     " figures rise by is that.")
    if not groups:
        return Section(title, notes=notes)
    bench.play(title.lower(), groups, budget)

    head = ["users", "program", *(name for name, _ in columns), "× floor", "× bare libcurl", "connections", "busy",
            "server busy", "rounds"]
    table = Table("Medians of the rounds; ratios are medians of those within a round, with least..most", head, [], 2)
    data = []
    for group in sorted(groups, key=lambda group: group.workload.users):
        notes += group.notes
        rows, group_data = _rows(group, bench.start_ups, programs, columns, cost)
        table.rows += rows
        data.append(group_data)
        if disturbed := [run for run in group.runs if run.others_share > MUCH]:
            most = 100 * max(run.others_share for run in disturbed)
            notes.append(f"{group.workload.users:,} users: {len(disturbed)} of {len(group.runs)} runs were disturbed:"
                         f" other programs took up to {most:.0f} % of the two cores.")
        notes += [f"{run.workload.users:,} users, {run.program}, round {run.round}: failed: {run.failure}."
                  for run in group.runs if run.failure]
    return Section(title, [table], notes, data=data)


def _rows(group: Group, start_ups: dict[str, StartUp], programs: list[Program], columns: list[Column],
          cost: Callable[[Figures], float | None]) -> tuple[list[list[str]], dict]:
    # By program, then by round; what failed has no figures.
    of: dict[str, dict[int, Figures]] = {program.name: {} for program in programs}
    for run in group.runs:
        if not run.failure:
            of[run.program][run.round] = figures_of(run, start_ups.get(run.program))
    costs = {name: {round_: value for round_, one in rounds.items() if (value := cost(one)) is not None}
             for name, rounds in of.items()}

    rows, data = [], []
    for program in programs:
        if group.workload.least_s and not program.plays_slow_answers:
            continue
        runs = [run for run in group.runs if run.program == program.name]
        good = [run for run in runs if not run.failure]
        medians = {name: spread([value for one in of[program.name].values() if (value := read(one)) is not None])
                   for name, read in columns}
        ratios = {base: paired_ratios(costs[program.name], costs.get(base, {})) if program.name != base else None
                  for base in COMPARED[:2]}
        outcome = f"{len(good)}" if len(good) == len(runs) else f"{len(good)} of {len(runs)}"
        rows.append([
            f"{group.workload.users:,}", program.label,
            *(rounded(value.median if value else None) for value in medians.values()),
            *(ratio_text(ratios[base]) for base in ratios),
            f"{statistics.median(run.connections for run in good):,.0f}" if good else "—",
            percent(sum(run.cpu_s for run in good), sum(run.wall_s for run in good)),
            percent(sum(run.server_cpu_s for run in good), sum(run.wall_s for run in good)),
            outcome if runs else "—",
        ])
        data.append({
            "program": program.name, "medians": {name: _json(value) for name, value in medians.items()},
            "ratios": {base: _json(ratio) for base, ratio in ratios.items()},
            "runs": [dataclasses.asdict(run) for run in runs],
        })
    return rows, {"workload": dataclasses.asdict(group.workload), "programs": data}


def _json(value: Spread | None) -> dict | None:
    return dataclasses.asdict(value) if value else None


def start_ups(bench: Bench, programs: list[Program]) -> Section:
    rows = [[program.label, rounded(one.cpu_s * 1e3), rounded(one.wall_s * 1e3), rounded(one.peak_rss_kb / 1024)]
            for program in programs if (one := bench.start_ups.get(program.name))]
    table = Table("One user, one turn (median of 3)", ["program", "CPU ms", "wall ms", "peak memory MB"], rows)
    data = {name: dataclasses.asdict(one) for name, one in bench.start_ups.items()}
    return Section("Start-up, taken off all other figures", [table], data=data)


# MARK: The list

@dataclass(frozen=True)
class Spec:
    """A section in the list: its share of the time that is left, relative to the sections after it."""

    name: str
    measure: Callable[[Bench, list[Program], Budget], Section]
    share: float
    # Whether it compares the programs, which takes nginx and the programs' start-ups.
    compares: bool = True
    # Whether it is a part of a quick run that names no sections.
    is_quick: bool = True
    # What of ours has to be built for it.
    builds: tuple[str, ...] = ("loadtest",)


SECTIONS = [
    Spec("burst", burst, 5),
    Spec("crowd", crowd, 4),
    Spec("paced", paced, 3),
    Spec("apis", lambda bench, _, budget: apis.section(bench, budget), 2),
    Spec("accuracy", lambda bench, _, budget: accuracy.section(bench, budget), 1, compares=False,
         builds=("loadtest", accuracy.PROGRAM)),
    Spec("memory", lambda bench, _, budget: memory.section(bench, budget), 1, compares=False, is_quick=False),
    Spec("soak", lambda bench, *_: soak.section(bench.places.build / "soak.json"), 0.01, compares=False,
         is_quick=False, builds=()),
    Spec("micro", lambda bench, _, budget: micro.section(bench, budget), 0.2, compares=False,
         builds=(micro.PROGRAM,)),
]
