"""Reads what Locust and loadtest wrote about the same load, both with the same code, and compares what they counted.

usage: read_results.py LOCUST LOADTEST

Each is the prefix of one program's files: PREFIX_stats.csv, PREFIX_stats_history.csv (in full), PREFIX_failures.csv,
PREFIX_exceptions.csv, and PREFIX.json. Prints the counts, and a line for each problem; the status is 1 if there is any.
"""

import collections
import csv
import datetime
import io
import json
import pathlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, field
from typing import Any

FILES = ["stats", "stats_history", "failures", "exceptions"]


def whole_or_none(text: str) -> int | None:
    return None if text == "N/A" else int(text)


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


# How the fields of a column are read; those of all others are numbers, percentiles whole ones.
READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(["Type", "Method", "Name", "Error", "Message", "Traceback", "Nodes"], str),
    **dict.fromkeys(["Request Count", "Failure Count", "Total Request Count", "Total Failure Count"], int),
    **dict.fromkeys(["Timestamp", "User Count", "Occurrences", "Count"], int),
    **dict.fromkeys(["First Seen", "Last Seen"], moment),
}


def read_field(column: str, text: str) -> Any:
    return READERS.get(column, whole_or_none if column.endswith("%") else float)(text)


@dataclass(frozen=True)
class Counts:
    requests: int
    failures: int
    mean_bytes: float

    def __str__(self) -> str:
        return f"{self.requests} requests, {self.failures} failures, {self.mean_bytes:.1f} bytes each"


@dataclass
class Results:
    """What one program wrote."""

    prefix: str
    heads: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @staticmethod
    def read(prefix: str) -> "Results":
        results = Results(prefix)
        for file in FILES:
            results.read_csv(file)
        results.entries = json.loads(pathlib.Path(f"{prefix}.json").read_bytes())
        results.check()
        return results

    def read_csv(self, file: str) -> None:
        text = pathlib.Path(f"{self.prefix}_{file}.csv").read_bytes().decode()
        lines = list(csv.reader(io.StringIO(text, newline="")))
        again = io.StringIO(newline="")
        csv.writer(again).writerows(lines)
        if again.getvalue() != text:
            self.problem(f"{file}: quotes or line ends are not those of Python's csv")
        head, rows = lines[0], lines[1:]
        for row in rows:
            if len(row) != len(head):
                self.problem(f"{file}: {len(row)} fields below {len(head)} columns: {row}")
        self.heads[file] = head
        self.rows[file] = [{column: read_field(column, text) for column, text in zip(head, row)} for row in rows]

    def problem(self, text: str) -> None:
        self.problems.append(f"{self.prefix}: {text}")

    def expect(self, what: str, found: Any, expected: Any) -> None:
        if found != expected:
            self.problem(f"{what}: {found}, not {expected}")

    @property
    def counts(self) -> dict[tuple[str, str], Counts]:
        """By type and name, in the order of the file; the total has no type."""
        return {(row["Type"], row["Name"]):
                Counts(row["Request Count"], row["Failure Count"], row["Average Content Size"])
                for row in self.rows["stats"]}

    @property
    def json_counts(self) -> dict[tuple[str, str], Counts]:
        return {(entry["method"], entry["name"]):
                Counts(entry["num_requests"], entry["num_failures"],
                       entry["total_content_length"] / entry["num_requests"])
                for entry in self.entries}

    @property
    def last_of_history(self) -> dict[tuple[str, str], Counts]:
        return {(row["Type"], row["Name"]):
                Counts(row["Total Request Count"], row["Total Failure Count"], row["Total Average Content Size"])
                for row in self.rows["stats_history"]}

    @property
    def seconds(self) -> dict[tuple[str, str], list[int]]:
        """When there is a line about each row in the history."""
        seconds: dict[tuple[str, str], list[int]] = {}
        for row in self.rows["stats_history"]:
            seconds.setdefault((row["Type"], row["Name"]), []).append(row["Timestamp"])
        return seconds

    @property
    def failures(self) -> dict[tuple[str, str], int]:
        """The occurrences of all errors together: each program has words of its own for them."""
        sums: collections.Counter[tuple[str, str]] = collections.Counter()
        for row in self.rows["failures"]:
            sums[row["Method"], row["Name"]] += row["Occurrences"]
        return dict(sums)

    def check(self) -> None:
        """Checks that the files tell the same."""
        *rows, total = self.counts.items()
        self.expect("the last row", total[0], ("", "Aggregated"))
        self.expect("the total's requests", total[1].requests, sum(counts.requests for _, counts in rows))
        self.expect("the total's failures", total[1].failures, sum(counts.failures for _, counts in rows))
        self.expect("the end of the history", self.last_of_history, self.counts)
        self.expect("the failures", self.failures, {key: counts.failures for key, counts in rows if counts.failures})
        self.expect("the exceptions", self.rows["exceptions"], [])
        self.expect("the JSON", self.json_counts, dict(rows))
        for name, seconds in self.seconds.items():
            self.expect(f"the seconds of {name}", seconds, sorted(seconds))
        for entry in self.entries:
            self.check_entry(entry)

    def check_entry(self, entry: dict[str, Any]) -> None:
        name, requests = entry["name"], entry["num_requests"]
        for key in ["response_times", "num_reqs_per_sec"]:
            self.expect(f"{key} of {name}", sum(entry[key].values()), requests)
        self.expect(f"num_fail_per_sec of {name}", sum(entry["num_fail_per_sec"].values()), entry["num_failures"])
        for key in ["response_times", "num_reqs_per_sec", "num_fail_per_sec"]:
            if not all(int(text) >= 0 for text in entry[key]):
                self.problem(f"{key} of {name} has a negative key")
        mean = entry["total_response_time"] / requests
        if not entry["min_response_time"] <= mean <= entry["max_response_time"]:
            self.problem(f"the mean of {name}, {mean}, is not between its extremes")
        if not 0 < entry["start_time"] <= entry["last_request_timestamp"]:
            self.problem(f"{name} ended before it began")


def kinds(entry: dict[str, Any]) -> dict[str, str]:
    """The type of each value in an entry of the JSON; whole numbers and others are one."""
    return {key: "number" if isinstance(value, (int, float)) else type(value).__name__
            for key, value in sorted(entry.items())}


def differences(locust: Results, ours: Results) -> Iterator[str]:
    def compare(what: str, expected: Any, found: Any) -> Iterator[str]:
        if found != expected:
            yield f"{what}: Locust has {expected}, loadtest {found}"

    for file in FILES:
        yield from compare(f"the columns of {file}", locust.heads[file], ours.heads[file])
    yield from compare("the rows", list(locust.counts), list(ours.counts))
    for key in locust.counts.keys() & ours.counts.keys():
        yield from compare(f"the counts of {key}", astuple(locust.counts[key]), astuple(ours.counts[key]))
    yield from compare("the failures", locust.failures, ours.failures)
    for entry in ours.entries:
        yield from compare(f"the JSON of {entry['name']}", kinds(locust.entries[0]), kinds(entry))


def main() -> int:
    locust, ours = (Results.read(prefix) for prefix in sys.argv[1:])
    for (kind, name), counts in ours.counts.items():
        print(f"{kind} {name}: {counts}".lstrip())
    problems = locust.problems + ours.problems + list(differences(locust, ours))
    for problem in problems:
        print(f"problem: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
