"""Whether loadtest's memory grows with the length of a run, or of a stream."""

import json
import os
import pathlib
import signal
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from harness import machine
from harness.mock import Mock
from harness.process import GIVING_BACK, Children
from harness.report import Section
from harness.slope import Slope, slope

# About 1,000 turns/s, and 60 new connections per second: half of a core.
USERS, TURNS, EVENTS, PACE = 500, 3, 10, "50ms"
FAULTS = {"reset_midstream": 2, "truncate": 2, "http_500": 2}
OUTCOMES = {"completed", "connection_reset", "truncated_stream", "http_status", "cancelled"}
CONVERSATIONS = 1_000_000_000
SAMPLE_S = 1.0
# Without what the kernel lends of files: programs and libraries, which come and go.
OWN = "RssAnon"
MOST_KB_PER_MINUTE = 100.0
# In the first minutes histograms still take their pages, some hundred KB in all.
LEAST_MINUTES = 5

STREAMS, SHORT_EVENTS, LONG_EVENTS = 50, 100, 100_000
SHORT_RUNS = 2
# Longer streams take more pages of the histograms, 400 KB in all. Of 100,000 events, it is a fifth of a byte for each.
MOST_KB_PER_STREAM = 20.0
QUIET_SAMPLES, QUIET_SHARE = 5, 0.1
PATIENCE_S = 60


class SoakError(Exception):
    """A run did not do what it should."""


@dataclass(frozen=True)
class Churn:
    """A long run whose connections come and go."""

    minutes: float
    # Of the memory of its own, and of all that is resident.
    slope: Slope
    resident_slope: Slope
    turns: int
    events: int
    connections: int
    outcomes: dict[str, int]
    # Seconds, KB of its own, KB resident.
    samples: list[tuple[float, int, int]]

    @property
    def is_long_enough(self) -> bool:
        return self.minutes >= LEAST_MINUTES

    @property
    def is_flat(self) -> bool:
        return self.slope.is_flat(MOST_KB_PER_MINUTE)


@dataclass(frozen=True)
class Lengths:
    """Streams of two lengths, live and silent."""

    events: tuple[int, int]
    resident_kb: tuple[float, float]
    # What the runs of the shorter ones differ by.
    noise_kb: float

    @property
    def kb_per_stream(self) -> float:
        return (self.resident_kb[1] - self.resident_kb[0]) / STREAMS

    @property
    def bytes_per_event(self) -> float:
        return self.kb_per_stream * 1024 / (self.events[1] - self.events[0])

    @property
    def is_same(self) -> bool:
        return abs(self.kb_per_stream) <= MOST_KB_PER_STREAM


def _users(count: int) -> list[str]:
    return ["--users", str(count), "-r", str(count)]


class Soak:
    """Runs of loadtest on one core, against a mock assistant on another."""

    def __init__(self, children: Children, loadtest: pathlib.Path, folder: pathlib.Path,
                 say: Callable[[str], None]) -> None:
        self._children, self._loadtest, self._folder, self._say = children, loadtest, folder, say
        self._pins = machine.pins()

    def churn(self, minutes: float, arrival_rate: str | None = None) -> Churn:
        """Connections that come and go; at such a rate, conversations that arrive by themselves."""
        load = ["--arrival-rate", arrival_rate, "--arrivals", "poisson"] if arrival_rate else _users(USERS)
        faults = [part for name, share in FAULTS.items() for part in ("--fault", f"{name}={share}")]
        mock = self._mock("churn", "--events", str(EVENTS), "--first-token", PACE, "--interval", PACE, *faults)
        try:
            child = self._start("churn", mock, load, TURNS, CONVERSATIONS, "-t", f"{minutes * 60:.0f}",
                                "--on-failure", "continue", "--exit-code-on-error", "0")
            samples = self._sampled(child, minutes)
            summary = self._summary("churn", child)
        finally:
            mock.stop()
        if unknown := summary["outcomes"].keys() - OUTCOMES:
            raise SoakError(f"outcomes that no fault brings about: {', '.join(unknown)}")
        own, resident = (slope([(sample[0], sample[at]) for sample in samples]) for at in (1, 2))
        if own is None or resident is None:
            raise SoakError("too short: no three samples")
        return Churn(minutes, own, resident, summary["turns"]["started"], summary["events"]["total"],
                     summary["generator"]["connections_opened"], summary["outcomes"], samples)

    def lengths(self, long_events: int) -> Lengths:
        short = [self._silent_kb(SHORT_EVENTS) for _ in range(SHORT_RUNS)]
        return Lengths((SHORT_EVENTS, long_events), (statistics.median(short), self._silent_kb(long_events)),
                       max(short) - min(short))

    # MARK: Single runs

    def _mock(self, name: str, *options: str) -> Mock:
        return Mock(self._children, self._loadtest, self._pins.server, self._folder / f"{name}-mock", *options)

    def _start(self, name: str, mock: Mock, load: list[str], turns: int, conversations: int,
               *more: str) -> subprocess.Popen[bytes]:
        home = self._folder / name
        home.mkdir(exist_ok=True)
        conversation = {"name": name, "invocations": conversations,
                        "conversation": [{"role": "user", "content": "Hello"}] * turns}
        (home / "conversation.json").write_text(json.dumps(conversation), encoding="utf-8")
        command = [str(self._loadtest), "--headless", "--only-summary", "--host", mock.url, *load, "--data", str(home / "conversation.json"), "--summary", str(home / "summary.json"),
                   *more]
        child = self._children.start(command, self._pins.generator, home, GIVING_BACK)
        # Until `measure` has become two processes.
        time.sleep(0.2)
        return child

    def _sampled(self, child: subprocess.Popen[bytes], minutes: float) -> list[tuple[float, int, int]]:
        """The memory every second until the program ends."""
        began, samples, next_word_s = time.monotonic(), [], 60.0
        pid = self._children.program(child)
        while child.poll() is None:
            elapsed_s = time.monotonic() - began
            if elapsed_s > minutes * 60 + PATIENCE_S:
                raise SoakError("it does not end")
            own_kb, resident_kb = machine.resident_kb(pid, OWN), machine.resident_kb(pid)
            if own_kb and resident_kb:
                samples.append((elapsed_s, own_kb, resident_kb))
            if elapsed_s >= next_word_s and (found := slope([(seconds, own) for seconds, own, _ in samples])):
                self._say(f"{elapsed_s / 60:5.1f} min  {own_kb:,} KB of its own  {found.text('KB')}")
                next_word_s += 60
            time.sleep(SAMPLE_S)
        return samples

    def _summary(self, name: str, child: subprocess.Popen[bytes]) -> dict:
        self._children.stop(child)
        home = self._folder / name
        try:
            return json.loads((home / "summary.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            words = (home / "stderr").read_text(encoding="utf-8", errors="replace").strip()
            raise SoakError(f"{name}: no result: {words[-300:]}") from None

    def _silent_kb(self, events: int) -> float:
        """The memory of its own when all streams have had so many events, and nothing comes any more."""
        # A stream that stalls does so half-way.
        mock = self._mock("streams", "--events", str(2 * events), "--first-token", "0", "--interval", "0",
                          "--fault", "stall=100")
        try:
            child = self._start("streams", mock, _users(STREAMS), 1, STREAMS, "--idle-timeout", "off",
                                "--stall-timeout", "off")
            pid = self._children.program(child)
            kb = statistics.median(self._when_quiet(child, pid, events))
            os.kill(pid, signal.SIGINT)
            child.wait(PATIENCE_S)
            summary = self._summary("streams", child)
        finally:
            mock.stop()
        if summary["events"]["total"] != STREAMS * events:
            raise SoakError(f"{summary['events']['total']:,} events, not {STREAMS * events:,}")
        self._say(f"{STREAMS} streams of {events:,} events: {kb:,.0f} KB")
        return kb

    def _when_quiet(self, child: subprocess.Popen[bytes], pid: int, events: int) -> list[int]:
        """Samples from when the program has had little to do for some seconds."""
        until = time.monotonic() + PATIENCE_S + STREAMS * events / 20_000
        samples, used_s = [], machine.ticks_s(pid)
        while len(samples) < QUIET_SAMPLES:
            time.sleep(SAMPLE_S)
            if child.poll() is not None or time.monotonic() > until:
                raise SoakError("the streams ended, or do not become silent")
            before_s, used_s = used_s, machine.ticks_s(pid)
            is_quiet = used_s - before_s < QUIET_SHARE * SAMPLE_S
            samples = [*samples, machine.resident_kb(pid, OWN)] if is_quiet else []
        return samples


# MARK: The results

def section(file: pathlib.Path) -> Section:
    """What the last soaks have found; empty when there was none."""
    title = "Soak"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Section(title)
    notes = []
    if churn := content.get("churn"):
        line = Slope(**churn["slope"])
        del churn["samples"]
        notes.append(f"{churn['date']}, {churn['minutes']:g} minutes: {churn['turns']:,} turns,"
                     f" {churn['connections']:,} connections; memory of its own {line.text('KB')},"
                     f" {line.last:,.0f} KB at the end.")
    if lengths := content.get("stream_length"):
        (short, long), (short_kb, long_kb) = lengths["events"], lengths["resident_kb"]
        notes.append(f"{lengths['date']}: {STREAMS} live streams: {short_kb:,.0f} KB after {short:,} events each,"
                     f" {long_kb:,.0f} KB after {long:,}.")
    explanation = "As `make soak` and `bench/soak --stream-length` have found it last, on this machine."
    return Section(title, notes=notes, explanation=explanation, data=content)
