"""Reads every `hdr` of a summary with HdrHistogram's own package, and compares it with the numbers beside it.

usage: read_hdr.py SUMMARY     (what loadtest run --summary has written)

Count and percentiles have to be the same; what a histogram does not keep, the extremes and the mean, may differ by the
width of its buckets. Prints how many were read, and a line for each problem; the status is 1 if there is any.
"""

import json
import math
import pathlib
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from hdrh.histogram import HdrHistogram

# The range and the digits that every histogram has.
LEAST_NS, MOST_NS, DIGITS = 1_000, 3_600_000_000_000, 3
PERCENTILES = {"p50_ms": "50", "p90_ms": "90", "p95_ms": "95", "p99_ms": "99", "p999_ms": "99.9"}


def histograms(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """All objects that have an `hdr`, with their paths in the summary."""
    if isinstance(value, dict):
        if "hdr" in value:
            yield path, value
        for key, inner in value.items():
            yield from histograms(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from histograms(inner, f"{path}/{index}")


def nanoseconds(milliseconds: float) -> int:
    return round(milliseconds * 1e6)


def problems(path: str, metric: dict[str, Any]) -> Iterator[str]:
    read = HdrHistogram.decode(metric["hdr"])
    count, most = metric["ticks" if path == "/generator/canary" else "count"], nanoseconds(metric["max_ms"])
    found: dict[str, Any] = {
        "range": (read.lowest_trackable_value, read.highest_trackable_value, read.significant_figures),
        "count": read.get_total_count(), "max_ms": read.get_max_value(),
    }
    # The extremes are known by their buckets: of the least the lower end, of the greatest the upper one.
    expected = {"range": (LEAST_NS, MOST_NS, DIGITS), "count": count, "max_ms": read.get_highest_equivalent_value(most)}
    # Of the generator's own lateness the summary does not have all numbers.
    is_whole = not path.startswith("/generator/")
    for key, percentile in PERCENTILES.items():
        if key in metric or is_whole:
            # The sample with at least this share at or below it. The package would round the rank to the nearest.
            rank = max(math.ceil(Fraction(percentile) * count / 100), 1)
            # The highest value of its bucket, but never above the greatest.
            found[key] = min(read.get_value_at_percentile(100 * rank / count), most)
            expected[key] = nanoseconds(metric[key])
    if is_whole:
        found["min_ms"] = read.get_min_value()
        expected["min_ms"] = read.get_lowest_equivalent_value(nanoseconds(metric["min_ms"]))
        mean, read_mean = metric["mean_ms"] * 1e6, read.get_mean_value()
        # Each sample is moved by half of its bucket at most: 1/2048 of it, or of 512 ns.
        if abs(read_mean - mean) > mean / 2048 + 256:
            yield f"mean_ms: {read_mean} was read, not {mean}"
    yield from (f"{key}: {found[key]} was read, not {expected[key]}" for key in found if found[key] != expected[key])


def main() -> int:
    summary = json.loads(pathlib.Path(sys.argv[1]).read_bytes())
    metrics = dict(histograms(summary))
    found = [f"{path}: {problem}" for path, metric in metrics.items() for problem in problems(path, metric)]
    print(f"{len(metrics)} histograms, {len(found)} problems")
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
