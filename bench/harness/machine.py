"""What the machine is, and what it allows."""

import ctypes
import os
import pathlib
import re
import resource
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Pins:
    """The cores that the generator and the server run on."""

    generator: int
    server: int
    explanation: str


def pins() -> Pins:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) == 1:
        why = "one core only: generator and server share it, so only CPU time means something, turns/s does not"
        return Pins(cores[0], cores[0], why)
    return Pins(cores[0], cores[1], "the generator has one core for itself, the server another")


def _text(path: str) -> str:
    try:
        return pathlib.Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def _library_version(name: str, function: str) -> str:
    try:
        call = getattr(ctypes.CDLL(name), function)
    except (OSError, AttributeError):
        return "not found"
    call.restype = ctypes.c_char_p
    return call().decode().split()[0].replace("/", " ")


def version_of(command: list[str]) -> str:
    """The first thing that looks like a version in what a program prints; empty when there is none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL,
                              check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else ""


def facts() -> dict[str, str]:
    model = re.search(r"model name\s*: (.*)", _text("/proc/cpuinfo"))
    memory_kb = re.search(r"MemTotal:\s*(\d+)", _text("/proc/meminfo"))
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "processor": model[1].strip() if model else os.uname().machine,
        "memory": f"{int(memory_kb[1]) / 1024 ** 2:.0f} GB" if memory_kb else "?",
        "kernel": f"{os.uname().sysname} {os.uname().release}",
        "libcurl": _library_version("libcurl.so.4", "curl_version").removeprefix("libcurl "),
        "open files": f"{file_limit():,}",
    }


def file_limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def port_count() -> int:
    """How many connections one address can have to one port."""
    first, last = (_text("/proc/sys/net/ipv4/ip_local_port_range").split() + ["32768", "60999"])[:2]
    return int(last) - int(first) + 1


def busy_s(cores: set[int]) -> float:
    """How long these cores have worked, for whomever, or were taken by another virtual machine."""
    ticks = 0
    for line in _text("/proc/stat").splitlines():
        name, *fields = line.split()
        if name.startswith("cpu") and name[3:].isdigit() and int(name[3:]) in cores:
            user, nice, system, _, _, interrupts, soft, stolen = map(int, fields[:8])
            ticks += user + nice + system + interrupts + soft + stolen
    return ticks / os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """The processor time of a running process of one thread."""
    # In nanoseconds, where the kernel keeps it; else in ticks.
    if schedule := _text(f"/proc/{pid}/schedstat").split():
        return int(schedule[0]) / 1e9
    return ticks_s(pid)


def ticks_s(pid: int) -> float:
    """The processor time of all threads of a running process, to the next tick (10 ms)."""
    fields = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0


def resident_kb(pid: int, name: str = "VmRSS") -> int:
    """The memory of a running process that is in RAM; 0 when it is gone.

    `RssAnon` is the part that is its own: without that of files, programs and libraries above all, which the kernel
    takes away and gives back as it likes.
    """
    found = re.search(rf"^{name}:\s*(\d+) kB", _text(f"/proc/{pid}/status"), re.M)
    return int(found[1]) if found else 0
