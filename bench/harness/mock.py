"""`loadtest mock` as the assistant, where the server must say when it did what, or end its answers on command."""

import pathlib
import time

from harness import machine
from harness.process import Children

START_S = 10


class MockError(Exception):
    """The mock assistant does not start."""


class Mock:
    """A running mock assistant."""

    def __init__(self, children: Children, loadtest: pathlib.Path, core: int, folder: pathlib.Path,
                 *options: str) -> None:
        self._children = children
        self._child = children.start([str(loadtest), "mock", "--port", "0", *options], core, folder)
        until = time.monotonic() + START_S
        while not (line := (folder / "stdout").read_text(encoding="utf-8")).endswith("\n"):
            if self._child.poll() is not None or time.monotonic() > until:
                self.stop()
                why = (folder / "stderr").read_text(encoding="utf-8").strip()[-300:]
                raise MockError(f"the mock assistant does not start: {why}")
            time.sleep(0.02)
        self.url = line.strip()
        self.port = int(self.url.rpartition(":")[2])

    def cpu_s(self) -> float:
        """Of all its threads."""
        return machine.ticks_s(self._children.program(self._child))

    def stop(self) -> None:
        """Ends it; its log is whole then."""
        self._children.stop(self._child)
