"""Whether what is reported is what happened: each event's time at the server beside the time it was seen."""

import dataclasses
import json
import pathlib
import shutil

from harness import machine, truth
from harness.figures import percent
from harness.mock import Mock, MockError
from harness.process import Ended
from harness.report import Section, Table
from harness.rounds import Bench, Budget, say

PROGRAM = "bench-accuracy"
USERS, QUICK_USERS = 10_000, 1000
# Events come at half to one and a half of the interval: at so many users, as many events per second.
TURNS, EVENTS, QUICK_EVENTS, INTERVAL_S, JITTER_PERCENT = 2, 10, 3, 1, 50
USERS_PER_S = 1000
# What the generator may add to its own lateness, which the canary measures.
TARGET_MS = 1.0
MUCH = 0.2
PATIENCE_S = 30


def section(bench: Bench, budget: Budget) -> Section:
    title = "Accuracy"
    users = max(bench.options.sizes) if bench.options.sizes else QUICK_USERS if bench.options.is_quick else USERS
    events = QUICK_EVENTS if bench.options.is_quick else EVENTS
    least_s = users / USERS_PER_S + TURNS * EVENTS * INTERVAL_S
    if why := _too_much(bench, users, least_s, budget):
        return Section(title, notes=[f"{users:,} users: not measured: {why}."])
    say(f"accuracy: {users:,} users: about {least_s / 60:.1f} min")
    folder = bench.folder / "accuracy"
    try:
        found = _play(bench, users, events, folder, least_s + PATIENCE_S)
        return _report(title, users, events, found, folder)
    except (MockError, truth.Mismatch, ValueError, KeyError, OSError) as error:
        return Section(title, notes=[f"{users:,} users: failed: {error}."])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _too_much(bench: Bench, users: int, least_s: float, budget: Budget) -> str:
    if least_s > budget.left_s:
        return "the time was up (--minutes)"
    return bench.too_large(users)


@dataclasses.dataclass(frozen=True)
class _Played:
    ended: Ended
    server_busy: str
    others_share: float
    log: pathlib.Path


def _play(bench: Bench, users: int, events: int, folder: pathlib.Path, timeout_s: float) -> _Played:
    log = folder / "mock" / "log"
    log.parent.mkdir(parents=True)
    pace = ["--first-token", f"{INTERVAL_S}s", "--interval", f"{INTERVAL_S}s", "--jitter", str(JITTER_PERCENT)]
    mock = Mock(bench.children, bench.places.loadtest, bench.pins.server, log.parent, "--events", str(events), *pace,
                "--log", str(log), "--log-events")
    try:
        command = [str(bench.places.of_ours(PROGRAM)), "--host", mock.url, "--users", str(users), "--spawn-rate",
                   str(USERS_PER_S), "--turns", str(TURNS), "--summary", str(folder / "summary.json"),
                   "--times", str(folder / "times.csv")]
        cores = {bench.pins.generator, bench.pins.server}
        busy_before_s, server_before_s = machine.busy_s(cores), mock.cpu_s()
        ended = bench.children.run(command, bench.pins.generator, folder, timeout_s)
        server_s = mock.cpu_s() - server_before_s
        others_s = machine.busy_s(cores) - busy_before_s - ended.cpu_s - server_s
    finally:
        mock.stop()
    if ended.problem or ended.exit != 0:
        raise ValueError(ended.problem or f"exit {ended.exit}: {ended.last_words}")
    return _Played(ended, percent(server_s, ended.wall_s), max(others_s, 0) / (ended.wall_s * len(cores)), log)


def _report(title: str, users: int, events: int, played: _Played, folder: pathlib.Path) -> Section:
    observed = json.loads(played.ended.out)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    with open(played.log, encoding="utf-8") as log, open(folder / "times.csv", encoding="utf-8") as times:
        served, seen = truth.read_log(log), truth.read_times(times)
    if len(served) != users * TURNS or observed["events"] != users * TURNS * events or observed["wrong_events"]:
        raise truth.Mismatch(f"{len(served):,} turns, {observed['events']:,} events, {observed['wrong_events']:,} of"
                             " them wrong")
    tokens, canary, error = truth.first_tokens(served, seen), summary["generator"]["canary"], observed["error"]

    rows = [["canary", canary["ticks"], *(canary[name] for name in ("p50_ms", "p99_ms", "max_ms"))],
            ["event", error["count"], *(error[name] for name in ("p50_ms", "p99_ms", "max_ms"))]]
    for name, values in [
        ("ttft, connected before", tokens.connected), ("ttft, with a new connection", tokens.connecting),
        ("ttft's part: connecting", tokens.accepted), ("ttft's part: request", tokens.request),
        ("ttft's part: first event", tokens.answer),
    ]:
        rows.append([name, len(values), *(truth.percentile(values, share) / 1e6 for share in (50, 99, 100))])
    lateness = Table("How much later than at the server, in ms", ["what", "count", "p50", "p99", "max"],
                     [[name, f"{count:,}", *(f"{value:.3f}" for value in values)] for name, count, *values in rows])

    p99_ms = {name: p99 for name, _, _, p99, _ in rows}
    ttft_ms = max(p99_ms["ttft, connected before"], p99_ms["ttft, with a new connection"])
    agreements = truth.agreements(summary["metrics"], truth.durations_ns(served), {
        "ttft": ttft_ms, "inter_event": p99_ms["event"], "response_time": ttft_ms + p99_ms["event"]})
    percentiles = Table("Percentiles as they are reported and as the server has them, in ms",
                        ["metric", "percentile", "reported", "server", "difference", "allowed"],
                        [[one.metric, f"p{one.share}", f"{one.reported_ms:.3f}", f"{one.server_ms:.3f}",
                          f"{one.difference_ms:+.3f}", f"{one.allowed_ms:.3f}"] for one in agreements], 2)

    notes = [_target(f"p99 of {name} − canary's", p99_ms[name] - canary["p99_ms"])
             for name in ("event", "ttft, connected before", "ttft, with a new connection")]
    outside = [f"{one.metric} p{one.share}" for one in agreements if not one.is_within]
    notes.append("All percentiles agree within three digits and the error at p99." if not outside else
                 f"Target missed: not within three digits and the error at p99: {', '.join(outside)}.")
    notes.append(f"Generator busy {percent(played.ended.cpu_s, played.ended.wall_s)}, server {played.server_busy}.")
    if played.others_share > MUCH:
        notes.append(f"Disturbed: other programs took {100 * played.others_share:.0f} % of the two cores. Repeat it.")
    explanation = (
        f"{users:,} streams of `loadtest mock`, {users // INTERVAL_S:,} events/s: each event carries the time it was"
        f" sent. Users start at {USERS_PER_S:,} per second and play {TURNS} turns of {events} events.")
    data = {"users": users, "lateness_ms": {name: {"p50": p50, "p99": p99, "max": most}
                                            for name, _, p50, p99, most in rows},
            "percentiles": [dataclasses.asdict(one) for one in agreements], "others_share": played.others_share}
    return Section(title, [lateness, percentiles], notes, explanation, data)


def _target(what: str, value_ms: float) -> str:
    verdict = "met" if value_ms <= TARGET_MS else "missed"
    return f"Target {verdict}: {what}: {value_ms:.3f} ms, at most {TARGET_MS:g} ms."
