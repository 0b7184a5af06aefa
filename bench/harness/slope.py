"""Whether memory grows with time: the line of least squares through its samples. No I/O."""

import math
from dataclasses import dataclass

# The beginning, when buffers, tables and histograms still grow to their size.
LEFT_OUT = 1 / 3


@dataclass(frozen=True)
class Slope:
    per_minute: float
    standard_error: float
    # Of the samples that count.
    first: float
    last: float
    count: int

    def is_flat(self, most: float) -> bool:
        return abs(self.per_minute) < most

    def text(self, unit: str) -> str:
        return f"{self.per_minute:+.1f} ± {self.standard_error:.1f} {unit}/min"


def slope(samples: list[tuple[float, float]]) -> Slope | None:
    """Of (seconds, value) in the order of time, without the first third; None for fewer than three.

    The standard error takes the samples for independent of each other, which memory is not: it is a lower bound.
    """
    kept = samples[int(len(samples) * LEFT_OUT):]
    count = len(kept)
    if count < 3:
        return None
    minutes, values = [seconds / 60 for seconds, _ in kept], [value for _, value in kept]
    mean_minute, mean_value = sum(minutes) / count, sum(values) / count
    spread = sum((minute - mean_minute) ** 2 for minute in minutes)
    if spread == 0:
        return None
    rise = sum((minute - mean_minute) * (value - mean_value) for minute, value in zip(minutes, values)) / spread
    rest = sum((value - mean_value - rise * (minute - mean_minute)) ** 2 for minute, value in zip(minutes, values))
    return Slope(rise, math.sqrt(rest / (count - 2) / spread), values[0], values[-1], count)
