"""Children: started on their core, measured by the kernel, always ended."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

GRACE_S = 5
# For whoever measures memory. glibc gives large pieces back to the system at once; but after the first one it begins to
# keep larger and larger ones for later, and how many megabytes it keeps is a matter of chance.
GIVING_BACK = {"MALLOC_MMAP_THRESHOLD_": str(128 * 1024)}


class Children:
    """All that were started and have not ended: each with what it starts itself is one process group."""

    def __init__(self, measure: pathlib.Path) -> None:
        self._measure = measure
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, command: list[str], core: int, folder: pathlib.Path,
              environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Its output and its account go to files in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        account = folder / "account.json"
        account.unlink(missing_ok=True)
        # A proxy that the environment names is none for a server on this machine.
        inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
            child = subprocess.Popen(
                [str(self._measure), str(account), str(core), *command],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True, cwd=folder,
                env=inherited | (environment or {}))
        self._running.append(child)
        return child

    def program(self, child: subprocess.Popen[bytes]) -> int:
        """The process id of the program itself, once it runs: the child is `measure`, which waits for it."""
        text = pathlib.Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text(encoding="utf-8")
        return int(text.split()[0])

    def stop(self, child: subprocess.Popen[bytes]) -> None:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(child.pid, sign)
            except ProcessLookupError:
                pass
            try:
                child.wait(GRACE_S)
                break
            except subprocess.TimeoutExpired:
                continue
        self._running.remove(child)

    def stop_all(self) -> None:
        for child in list(self._running):
            self.stop(child)

    def run(self, command: list[str], core: int, folder: pathlib.Path, timeout_s: float,
            environment: dict[str, str] | None = None) -> "Ended":
        """Runs a program to its end, or to the end of its time."""
        child = self.start(command, core, folder, environment)
        started = time.monotonic()
        try:
            child.wait(timeout_s)
            is_late = False
        except subprocess.TimeoutExpired:
            is_late = True
        self.stop(child)
        out, err = (_decoded(folder / name) for name in ("stdout", "stderr"))
        try:
            account = json.loads((folder / "account.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            account = {"exit": None, "wall_s": time.monotonic() - started, "user_s": 0, "sys_s": 0, "peak_rss_kb": 0}
        problem = f"not done after {timeout_s:.0f} s" if is_late else ""
        return Ended(account["exit"], account["wall_s"], account["user_s"] + account["sys_s"], account["peak_rss_kb"],
                     out, err, problem)


@dataclass(frozen=True)
class Ended:
    """How a program ended, and what it used; CPU is user and system time together."""

    exit: int | None
    wall_s: float
    cpu_s: float
    peak_rss_kb: int
    out: str
    err: str
    problem: str

    @property
    def last_words(self) -> str:
        # Not the rules of a table.
        lines = [line.strip() for line in (self.err or self.out).splitlines() if any(map(str.isalpha, line))]
        return lines[-1][:160] if lines else "it said nothing"


def _decoded(path: pathlib.Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def build_clients(floor: pathlib.Path) -> None:
    """What is written in C; ends the program when it cannot be had."""
    done = subprocess.run(["make", "--silent", "-C", str(floor)], timeout=300, check=False)
    if done.returncode != 0:
        sys.exit("the bare clients cannot be built: they need a C compiler, libev-dev and libcurl4-openssl-dev")


def stop_on_signals() -> None:
    """Lets SIGINT and its like end the program by KeyboardInterrupt, once: the children must be ended in peace."""
    def interrupt(*_: object) -> None:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)
        raise KeyboardInterrupt

    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, interrupt)
