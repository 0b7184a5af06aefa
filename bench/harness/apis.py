"""What it costs to read answers by the rules of a profile: the same bytes, with `assistant` and with another API."""

import dataclasses

from harness.figures import paired_ratios, percent, ratio_text, rounded, spread
from harness.programs import LoadTestOfAPI, Workload
from harness.report import Section, Table
from harness.rounds import Bench, Budget, Group, figures_of

BASE, OTHER = "assistant", "openai-chat"
# Users, turns of a run, rounds.
SIZES = [(100, 30_000, 5), (1000, 30_000, 5)]
QUICK_ROUNDS = 3


def section(bench: Bench, budget: Budget) -> Section:
    title = "APIs"
    programs = [LoadTestOfAPI(bench.places, api) for api in (BASE, OTHER)]
    for program in programs:
        if why := bench.start_up(program):
            return Section(title, notes=[f"{program.label}: not measured: {why}."])
    groups = [Group(Workload(users, turns), programs, min(rounds, QUICK_ROUNDS) if bench.options.is_quick else rounds)
              for users, turns, rounds in SIZES if not bench.options.sizes or users in bench.options.sizes]
    bench.play(title.lower(), groups, budget)
    table = Table("Medians of the rounds; ratios are medians of those within a round, with least..most",
                  ["users", "program", "CPU µs/turn", f"× {BASE}", "busy", "rounds"], [], 2)
    notes, data = [], []
    for group in groups:
        notes += group.notes
        notes += [f"{run.workload.users:,} users, {run.program}, round {run.round}: failed: {run.failure}."
                  for run in group.runs if run.failure]
        costs = {program.name: {run.round: figures_of(run, bench.start_ups[program.name]).us_per_turn
                                for run in group.runs if run.program == program.name and not run.failure}
                 for program in programs}
        for program in programs:
            found = spread(list(costs[program.name].values()))
            ratios = paired_ratios(costs[program.name], costs[programs[0].name]) if program is not programs[0] else None
            runs = [run for run in group.runs if run.program == program.name]
            table.rows.append([f"{group.workload.users:,}", program.label, rounded(found.median if found else None),
                               ratio_text(ratios), percent(sum(run.cpu_s for run in runs), sum(run.wall_s for run in runs)),
                               f"{len(costs[program.name])}"])
            data.append({"workload": dataclasses.asdict(group.workload), "program": program.name,
                         "us_per_turn": dataclasses.asdict(found) if found else None,
                         "ratio": dataclasses.asdict(ratios) if ratios else None})
    explanation = (
        "Each turn is answered at once with 20 chunks as OpenAI sends them, 300 bytes each, and the end marker: the same"
        f" bytes for both. With {BASE} each chunk is a token; with {OTHER} its JSON is read by the rules of the profile,"
        " what was said is kept, and sent again with the next turn.")
    return Section(title, [table], notes, explanation, data)
