"""The arithmetic of the tables, and the reading of what other tools print: no I/O."""

import re
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The median of some values, and how far they lie apart."""

    median: float
    low: float
    high: float
    count: int


def spread(values: list[float]) -> Spread | None:
    """None when there are no values."""
    if not values:
        return None
    return Spread(statistics.median(values), min(values), max(values), len(values))


def paired_ratios(values: dict[int, float], base: dict[int, float]) -> Spread | None:
    """The ratios of two programs, each taken within one round, where both ran minutes apart from nothing else.

    A round that one of them lacks gives none. The machine's speed drifts between rounds, so medians of each are not
    divided.
    """
    return spread([values[round_] / base[round_] for round_ in sorted(values) if base.get(round_, 0) > 0])


def rounded(value: float | None) -> str:
    """Three significant digits; a dash for nothing."""
    if value is None:
        return "—"
    if abs(value) >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 9.995 else f"{value:.2f}"


def ratio_text(ratio: Spread | None) -> str:
    if ratio is None:
        return "—"
    if ratio.count == 1 or ratio.low == ratio.high:
        return rounded(ratio.median)
    return f"{rounded(ratio.median)} ({rounded(ratio.low)}..{rounded(ratio.high)})"


def percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole > 0 else "—"


@dataclass(frozen=True)
class Counted:
    """What a program says it has done; `events` is None for one that does not count them."""

    turns: int
    events: int | None
    errors: int


def read_wrk(text: str) -> Counted:
    requests = re.search(r"(\d+) requests in ", text)
    if not requests:
        raise ValueError("wrk printed no count of requests")
    # "connect 0, read 0, write 0, timeout 0"; the line is absent when all are 0.
    sockets = re.search(r"Socket errors: (.*)", text)
    statuses = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = sum(map(int, re.findall(r"\d+", sockets[1]))) if sockets else 0
    return Counted(int(requests[1]), None, errors + (int(statuses[1]) if statuses else 0))


def read_hey(text: str) -> Counted:
    turns = errors = 0
    # "  [200]	300 responses", and below "Error distribution:" "  [12]	Post ...: EOF".
    statuses, _, failures = text.partition("Error distribution:")
    for status, count in re.findall(r"\[(\d+)\]\s+(\d+) responses", statuses):
        turns += int(count) if status == "200" else 0
        errors += int(count) if status != "200" else 0
    errors += sum(int(count) for count in re.findall(r"^\s*\[(\d+)\]\s", failures, re.M))
    return Counted(turns, None, errors)


def read_result(result: dict) -> Counted:
    """The JSON of the bare clients, of the locustfile and of the k6 script."""
    return Counted(int(result["turns"]), int(result["events"]), int(result["errors"]))


def read_summary(summary: dict) -> Counted:
    """The file of `loadtest --summary`."""
    turns = summary["turns"]
    return Counted(turns["completed"], summary["events"]["total"], turns["started"] - turns["completed"])


@dataclass(frozen=True)
class Status:
    """nginx's stub_status: connections that are open, and what there was so far."""

    active: int
    accepted: int
    requests: int


def read_status(text: str) -> Status:
    active = re.search(r"Active connections: (\d+)", text)
    totals = re.search(r"^\s*(\d+) (\d+) (\d+)\s*$", text, re.M)
    if not active or not totals:
        raise ValueError(f"not a status of nginx: {text[:80]!r}")
    return Status(int(active[1]), int(totals[1]), int(totals[3]))


def what_is_wrong(counted: Counted, turns: int | None, events_per_turn: int, served: int) -> str:
    """Why a run is not what it should be; empty when it is.

    Args:
        counted: What the program says.
        turns: How many turns were asked for; None when the time decided.
        events_per_turn: How many events the server sends for one.
        served: How many requests the server has seen.
    """
    if counted.errors:
        return f"{counted.errors:,} errors"
    if turns is not None and counted.turns != turns:
        return f"{counted.turns:,} of {turns:,} turns"
    if counted.turns == 0:
        return "no turns"
    if counted.events is not None and counted.events != counted.turns * events_per_turn:
        return f"{counted.events:,} events, not {counted.turns * events_per_turn:,}"
    # Where the time decides, the last turns were asked for and not waited for.
    if served < counted.turns or (turns is not None and served != counted.turns):
        return f"the server saw {served:,} requests, not {counted.turns:,}"
    return ""
