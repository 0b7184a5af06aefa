"""What a mock assistant says it did, beside what a load tester says of it: no I/O."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass

PERCENTILES = (50, 90, 95, 99)
# Three significant digits: what is exact in HdrHistogram's buckets of that precision.
DIGITS = 1e-3


class Mismatch(Exception):
    """The two do not tell of the same turns."""


@dataclass(frozen=True)
class ServedTurn:
    """A line of the mock's log with --log-events; nanoseconds of the clock that all processes share."""

    accepted_ns: int
    request_ns: int
    end_ns: int
    sent_ns: list[int]

    @property
    def gaps_ns(self) -> list[int]:
        return [later - earlier for earlier, later in zip(self.sent_ns, self.sent_ns[1:])]


@dataclass(frozen=True)
class SeenTurn:
    """The same turn, as bench-accuracy has it."""

    number: int
    sent_ns: int
    first_token_ns: int


def read_log(lines: Iterable[str]) -> dict[str, ServedTurn]:
    turns = {}
    for line in lines:
        turn = json.loads(line)
        if not turn["completed"] or "sent_ns_left_out" in turn or turn["session"] in turns:
            raise Mismatch(f"the server's turn {turn['session']} is not whole, or not the only one")
        turns[turn["session"]] = ServedTurn(turn["accepted_ns"], turn["request_ns"], turn["end_ns"],
                                            turn["sent_ns"])
    return turns


def read_times(lines: Iterable[str]) -> dict[str, SeenTurn]:
    rows = iter(lines)
    if (head := next(rows).strip()) != "session,turn,sent_ns,first_token_ns":
        raise Mismatch(f"unknown columns: {head}")
    turns = {}
    for row in rows:
        session, number, sent_ns, first_token_ns = row.strip().split(",")
        turns[session] = SeenTurn(int(number), int(sent_ns), int(first_token_ns))
    return turns


def percentile(ordered: list[int], share: float) -> int:
    """The value that so many percent of the values do not exceed, as HdrHistogram chooses it."""
    return ordered[max(math.ceil(len(ordered) * share / 100), 1) - 1]


@dataclass(frozen=True)
class FirstTokens:
    """How much later than the server's each first token is, in nanoseconds, all sorted.

    The server's time to its first event begins when it has read the request: what lies before belongs to the connection
    and to whoever had something else to do at the moment, on either side.
    """

    # ttft − the server's, of turns that made a connection and of those that found one.
    connecting: list[int]
    connected: list[int]
    # Their parts: sent − connection accepted (of new ones), sent − read by the server, and first event sent − seen.
    accepted: list[int]
    request: list[int]
    answer: list[int]


def first_tokens(served: dict[str, ServedTurn], seen: dict[str, SeenTurn]) -> FirstTokens:
    if served.keys() != seen.keys():
        raise Mismatch(f"{len(served.keys() ^ seen.keys()):,} turns are told of by one side only")
    connecting, connected, accepted, request, answer = [], [], [], [], []
    for session, turn in seen.items():
        truth = served[session]
        request.append(truth.request_ns - turn.sent_ns)
        answer.append(turn.first_token_ns - truth.sent_ns[0])
        if turn.number == 1:
            accepted.append(truth.accepted_ns - turn.sent_ns)
        (connecting if turn.number == 1 else connected).append(request[-1] + answer[-1])
    return FirstTokens(*(sorted(values) for values in (connecting, connected, accepted, request, answer)))


def durations_ns(served: dict[str, ServedTurn]) -> dict[str, list[int]]:
    """By the name of the metric: what a client at no distance would have measured; sorted."""
    turns = served.values()
    return {
        "ttft": sorted(turn.sent_ns[0] - turn.request_ns for turn in turns),
        "inter_event": sorted(gap for turn in turns for gap in turn.gaps_ns),
        "response_time": sorted(turn.end_ns - turn.request_ns for turn in turns),
    }


@dataclass(frozen=True)
class Agreement:
    """A percentile as it is reported, and the server's."""

    metric: str
    share: float
    reported_ms: float
    server_ms: float
    # Three digits, and the error that was measured.
    allowed_ms: float

    @property
    def difference_ms(self) -> float:
        return self.reported_ms - self.server_ms

    @property
    def is_within(self) -> bool:
        return abs(self.difference_ms) <= self.allowed_ms


def agreements(metrics: dict[str, dict], truth: dict[str, list[int]], errors_ms: dict[str, float]) -> list[Agreement]:
    """All percentiles of a summary's metrics that the server can tell too.

    Args:
        metrics: The `metrics` of a summary.
        truth: What `durations_ns` found.
        errors_ms: The error of each metric that was measured.
    """
    found = []
    for metric, values in truth.items():
        if metrics[metric]["count"] != len(values):
            raise Mismatch(f"{metric}: {metrics[metric]['count']:,} values, the server has {len(values):,}")
        for share in PERCENTILES:
            server_ms = percentile(values, share) / 1e6
            found.append(Agreement(metric, share, metrics[metric][f"p{share}_ms"], server_ms,
                                   server_ms * DIGITS + errors_ms[metric]))
    return found
