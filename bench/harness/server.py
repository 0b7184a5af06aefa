"""nginx with its Lua module, as the assistant of all runs."""

import glob
import http.client
import os
import pathlib
import shutil
import socket
import subprocess
import time

from harness import machine
from harness.figures import Status, read_status
from harness.process import Children

BURST_EVENTS = 20
# As many users as there may be: nginx closes idle connections when a sixteenth of its own is all that is free.
USERS = 19_500
CONNECTIONS = 21_000
# One after another: the ports of the last run's client wait for a minute (TIME_WAIT), and a client that has to pick its
# way through them pays for it. To another port of the server they are free.
PORTS = 12
START_S = 10
QUIET_S = 30


class ServerError(Exception):
    """nginx cannot be had, or does not do what it should."""


def program() -> str | None:
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")


def _modules() -> str | None:
    found = glob.glob("/usr/lib*/nginx/modules/ngx_http_lua_module.so")
    return os.path.dirname(found[0]) if found else None


def missing() -> str:
    """What this machine lacks for it; empty when nothing."""
    if program() is None:
        return "nginx"
    return "" if _modules() else "nginx's Lua module (libnginx-mod-http-lua)"


def _free_ports(count: int) -> list[int]:
    """All different: they are held together before any is given back."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


class Server:
    """A running nginx; with certificates it has one more port, for TLS."""

    def __init__(self, children: Children, template: pathlib.Path, folder: pathlib.Path, core: int,
                 certificates: pathlib.Path | None = None) -> None:
        self._children = children
        self._questions = 0
        self._turn_of_port = 0
        # A port that was free may be taken by the time nginx binds it.
        for attempt in range(3):
            self.tls_port, *self._ports = _free_ports(1 + PORTS)
            home = folder / f"nginx-{attempt}"
            home.mkdir()
            listen = "".join(f"        listen 127.0.0.1:{port} backlog=4096;\n" for port in self._ports)
            configuration = template.read_text(encoding="utf-8")
            tls = (f"        listen 127.0.0.1:{self.tls_port} ssl backlog=4096;\n"
                   f"        ssl_certificate {certificates}/server.pem;\n"
                   f"        ssl_certificate_key {certificates}/server.key;\n") if certificates else ""
            values = {"modules": _modules() or "", "connections": str(CONNECTIONS), "listen": listen, "tls": tls,
                      "burst_events": str(BURST_EVENTS)}
            for name, value in values.items():
                configuration = configuration.replace("{{" + name + "}}", value)
            (home / "nginx.conf").write_text(configuration, encoding="utf-8")
            command = [program() or "nginx", "-p", str(home), "-c", str(home / "nginx.conf")]
            self._child = children.start(command, core, home)
            if self._is_up(home):
                return
            children.stop(self._child)
        raise ServerError(f"nginx does not start: {(home / 'stderr').read_text(encoding='utf-8').strip()[-300:]}")

    def _is_up(self, home: pathlib.Path) -> bool:
        until = time.monotonic() + START_S
        while time.monotonic() < until and self._child.poll() is None:
            try:
                self.status()
                self.pid = int((home / "nginx.pid").read_text(encoding="utf-8"))
                return True
            except (OSError, ValueError, http.client.HTTPException):
                time.sleep(0.05)
        return False

    def status(self) -> Status:
        """All without the connections that ask for this."""
        connection = http.client.HTTPConnection("127.0.0.1", self._ports[0], timeout=10)
        try:
            connection.request("GET", "/status")
            status = read_status(connection.getresponse().read().decode())
        finally:
            connection.close()
        self._questions += 1
        return Status(status.active - 1, status.accepted - self._questions, status.requests - self._questions)

    def wait_until_quiet(self) -> Status:
        """Waits until it has closed all connections of the run before."""
        until = time.monotonic() + QUIET_S
        while (status := self.status()).active > 0:
            if time.monotonic() > until:
                raise ServerError(f"nginx still has {status.active} connections after {QUIET_S} s")
            time.sleep(0.05)
        return status

    def next_port(self) -> int:
        self._turn_of_port = (self._turn_of_port + 1) % len(self._ports)
        return self._ports[self._turn_of_port]

    def cpu_s(self) -> float:
        return machine.cpu_s(self.pid)

    def stop(self) -> None:
        self._children.stop(self._child)


def version() -> str:
    done = subprocess.run([program() or "nginx", "-v"], capture_output=True, text=True, timeout=10, check=False)
    return done.stderr.strip().rpartition("/")[2]
