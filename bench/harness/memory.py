"""The memory of a live stream, over TLS and without."""

import pathlib
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace

from harness import machine, server
from harness.figures import rounded
from harness.process import GIVING_BACK, Children
from harness.programs import BareLibcurl, LoadTest, Program, Workload
from harness.report import Section, Table
from harness.rounds import Bench, Budget, say

STREAMS, QUICK_STREAMS = 2000, 300
INTERVAL_MS = 500
# Long enough for all handshakes, and for the snapshots that loadtest makes once a second to be there.
EVENTS, ALONE_EVENTS = 14, 8
POLL_S = 0.1
PATIENCE_S = 30
# Of a stream over TLS, without what OpenSSL takes for it.
TARGET_KB = 40
MAKE_CERTIFICATES = pathlib.Path(__file__).resolve().parents[2] / "Tests/EndToEndTests/Servers/make-certificates"


class NotLive(Exception):
    """There was no moment at which all streams were live."""


def section(bench: Bench, budget: Budget) -> Section:
    title = "Memory of a live stream"
    streams = QUICK_STREAMS if bench.options.is_quick else STREAMS
    programs = [BareLibcurl(bench.places), LoadTest(bench.places)]
    seconds = 2 * len(programs) * ((EVENTS + ALONE_EVENTS) * INTERVAL_MS / 1000 + 2)
    lacking = server.missing() or ("" if shutil.which("openssl") else "openssl")
    why = f"no {lacking}" if lacking else "the time was up (--minutes)" if seconds > budget.left_s else ""
    if why := why or bench.too_large(streams):
        return Section(title, notes=[f"{streams:,} streams: not measured: {why}."])
    say(f"memory: {streams:,} streams: about {seconds / 60:.1f} min")
    folder = bench.folder / "memory"
    folder.mkdir()
    nginx = None
    try:
        subprocess.run([str(MAKE_CERTIFICATES), str(folder)], check=True, capture_output=True, timeout=60)
        nginx = server.Server(bench.children, bench.template, folder, bench.pins.server, folder)
        kb = {}
        for program in programs:
            for is_tls in (False, True):
                kb[program.name, is_tls] = _per_stream_kb(bench, nginx, program, is_tls, streams, folder)
                say(f"memory: {program.name}, {'TLS' if is_tls else 'plain'}: {kb[program.name, is_tls]:.1f} KB/stream")
    except (NotLive, server.ServerError, OSError, subprocess.SubprocessError) as error:
        return Section(title, notes=[f"{streams:,} streams: failed: {error}."])
    finally:
        if nginx:
            nginx.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return _report(title, streams, programs, kb)


def _report(title: str, streams: int, programs: list[Program], kb: dict[tuple[str, bool], float]) -> Section:
    rows = [[program.label, *(rounded(value) for value in (kb[program.name, False], kb[program.name, True],
                                                           kb[program.name, True] - kb[program.name, False]))]
            for program in programs]
    table = Table(f"KB per stream, {streams:,} live ones", ["program", "plain", "TLS", "TLS − plain"], rows)
    openssl = kb[BareLibcurl.name, True] - kb[BareLibcurl.name, False]
    own = kb[LoadTest.name, True] - openssl
    notes = [f"Target {'met' if own <= TARGET_KB else 'missed'}: a stream of loadtest over TLS, without what OpenSSL"
             f" takes for it: {own:.1f} KB, at most {TARGET_KB} KB. What OpenSSL takes is bare libcurl's difference,"
             f" {openssl:.1f} KB."]
    explanation = (
        f"The resident memory of the process while {streams:,} paced streams are live, less that of a process with one"
        f" live stream, over {streams - 1:,}. Kernel memory (sockets) is not in it.")
    data = {"streams": streams, "kb": [{"program": name, "tls": is_tls, "kb_per_stream": value}
                                       for (name, is_tls), value in kb.items()]}
    return Section(title, [table], notes, explanation, data)


def _per_stream_kb(bench: Bench, nginx: server.Server, program: Program, is_tls: bool, streams: int,
                   folder: pathlib.Path) -> float:
    many = Workload(streams, streams, EVENTS, INTERVAL_MS)
    one = replace(many, users=1, turns=1, events_per_turn=ALONE_EVENTS)
    alone_kb, live_kb = (_live_kb(bench, nginx, program, workload, is_tls, folder) for workload in (one, many))
    return (live_kb - alone_kb) / (streams - 1)


def _live_kb(bench: Bench, nginx: server.Server, program: Program, workload: Workload, is_tls: bool,
             folder: pathlib.Path) -> float:
    """The resident memory while all streams are live."""
    home = folder / "run"
    home.mkdir()
    command = program.command(workload, nginx.tls_port if is_tls else nginx.next_port(), home)
    if is_tls:
        command = [part.replace("http://", "https://") for part in command] + ["--ca", str(folder / "ca.pem")]
    nginx.wait_until_quiet()
    child = bench.children.start(command, bench.pins.generator, home, GIVING_BACK)
    try:
        samples = _sampled(bench.children, child, lambda: nginx.status().active == workload.users)
        words = (home / "stderr").read_text(encoding="utf-8", errors="replace").strip()
        if not samples:
            raise NotLive(f"{program.label}: never all of {workload.users:,} streams at once: {words[-200:]}")
    finally:
        bench.children.stop(child)
        shutil.rmtree(home, ignore_errors=True)
    # The first of them are from when buffers still grew.
    return statistics.median(samples[len(samples) // 2:])


def _sampled(children: Children, child: subprocess.Popen[bytes], is_live: Callable[[], bool]) -> list[int]:
    """The memory at each moment at which all are live, until the program ends."""
    samples = []
    until = time.monotonic() + PATIENCE_S
    while child.poll() is None and time.monotonic() < until:
        try:
            if is_live() and (kb := machine.resident_kb(children.program(child))):
                samples.append(kb)
        except (OSError, IndexError):
            # It has ended in this moment.
            break
        time.sleep(POLL_S)
    return samples
