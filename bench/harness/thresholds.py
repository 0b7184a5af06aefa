"""What the check allows, and what it says of what it has measured: no I/O."""

from dataclasses import dataclass

# A value so far below the recorded one is told: the recorded one no longer guards anything.
MUCH_BETTER = 0.9


@dataclass(frozen=True)
class Limit:
    """The most a value may be: a target, or what was recorded when it was last accepted, and some slack."""

    most: float | None = None
    recorded: float | None = None
    slack_percent: float = 0

    @property
    def allowed(self) -> float:
        return self.most if self.most is not None else self.recorded * (1 + self.slack_percent / 100)

    def words(self) -> str:
        if self.most is not None:
            return number(self.most)
        return f"{number(self.allowed)} ({number(self.recorded)} recorded, and {self.slack_percent:g} %)"


@dataclass(frozen=True)
class Value:
    """Something measured, and how to see more of it."""

    name: str
    value: float
    see: str = ""


@dataclass(frozen=True)
class Verdict:
    is_passed: bool
    line: str


def number(value: float) -> str:
    if value and abs(value) < 0.001:
        return f"{value:.6f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3f}".rstrip("0").rstrip(".")


def read(thresholds: dict[str, dict]) -> dict[str, Limit]:
    """Raises ValueError for a limit that is none."""
    limits = {}
    for name, fields in thresholds.items():
        try:
            limits[name] = Limit(**fields)
        except TypeError as error:
            raise ValueError(f"{name}: {error}") from None
        if (limits[name].most is None) == (limits[name].recorded is None):
            raise ValueError(f"{name}: needs `most`, or `recorded` with `slack_percent`")
    return limits


def judge(value: Value, limit: Limit) -> Verdict:
    said = f"{value.name}: {number(value.value)}, allowed {limit.words()}"
    if value.value > limit.allowed:
        return Verdict(False, f"FAILED   {said}" + (f"\n         {value.see}" if value.see else ""))
    if limit.recorded is not None and value.value < limit.recorded * MUCH_BETTER:
        return Verdict(True, f"ok       {said}: better, record it by bench/check --update")
    return Verdict(True, f"ok       {said}")


def updated(thresholds: dict[str, dict], values: list[Value]) -> dict[str, dict]:
    """The thresholds with what was measured in the place of what was recorded; targets stay."""
    measured = {value.name: value.value for value in values}
    return {name: fields | ({"recorded": _rounded(measured[name])} if "recorded" in fields and name in measured else {})
            for name, fields in thresholds.items()}


def _rounded(value: float) -> float:
    short = round(value, 0 if value >= 100 else 2)
    return int(short) if short == int(short) else short
