"""The programs that are measured: how each is called, and how it says what it did."""

import json
import os
import pathlib
from dataclasses import dataclass, field, replace

from harness import figures
from harness.figures import Counted
from harness.process import Ended
from harness.server import BURST_EVENTS

BODY = '{"role":"user","content":"Hello"}'
PATH = "/stream/assistant/"
SOME_SESSION = "3f2b8c64-9d1e-4a57-8b06-5c7e1f9a2d30"
MOST_TURNS_PER_CONVERSATION = 12
# Users per second at the start, of all programs alike: everyone is there in a second, and nginx's queue of new
# connections (4,096) does not overflow.
RAMP = 20_000


@dataclass(frozen=True)
class Workload:
    """What a program is to do.

    With an interval the events come one by one; else all in one go, at once or after a delay.
    """

    users: int
    turns: int
    events_per_turn: int = BURST_EVENTS
    interval_ms: int = 0
    delay_ms: int = 0

    @property
    def is_paced(self) -> bool:
        return self.interval_ms > 0

    @property
    def path_prefix(self) -> str:
        return ("/paced" if self.is_paced else "/delayed" if self.delay_ms else "") + PATH

    @property
    def query(self) -> str:
        if self.is_paced:
            return f"?events={self.events_per_turn}&interval_ms={self.interval_ms}"
        return f"?delay_ms={self.delay_ms}" if self.delay_ms else ""

    @property
    def least_s(self) -> float:
        """How long the answers alone take."""
        return (self.events_per_turn * self.interval_ms + self.delay_ms) / 1000 * self.turns / self.users


START_UP = Workload(users=1, turns=1)


@dataclass(frozen=True)
class Places:
    """Where things are."""

    build: pathlib.Path
    others: pathlib.Path
    loadtest: pathlib.Path
    locust: pathlib.Path

    def of_ours(self, name: str) -> pathlib.Path:
        """A program of the benchmarks that is built with loadtest, into the same folder."""
        return self.loadtest.parent / name


def not_built(places: Places, names: list[str]) -> str:
    """Which of our programs are missing, and how they are built; empty when all are there."""
    missing = [name for name in names if not os.access(places.of_ours(name), os.X_OK)]
    return f"not built: {' && '.join(f'swift build -c release --product {name}' for name in missing)}" if missing else ""


class Program:
    """One row of the tables."""

    name = ""
    label = ""
    # Paced and delayed ones.
    plays_slow_answers = True
    most_users: int | None = None
    why_no_more = ""
    # None: as many as the section has.
    rounds: int | None = None
    # Roughly, for planning only.
    turns_per_s = 15_000.0
    start_s = 0.1
    # Whether a run ends after a number of turns, and not after a time.
    counts_turns = True

    def __init__(self, places: Places) -> None:
        self.places = places

    def missing(self) -> str:
        """Why it cannot run here; empty when it can."""
        return ""

    def fitted(self, workload: Workload) -> Workload:
        """The workload in a size that suits the program: figures are per turn."""
        return workload

    def command(self, workload: Workload, port: int, folder: pathlib.Path) -> list[str]:
        raise NotImplementedError

    def start_up_command(self, port: int, folder: pathlib.Path) -> list[str]:
        return self.command(START_UP, port, folder)

    def environment(self, workload: Workload, port: int, folder: pathlib.Path) -> dict[str, str]:
        return {}

    def accepts(self, code: int | None) -> bool:
        return code == 0

    def counted(self, ended: Ended, folder: pathlib.Path) -> Counted:
        """Raises ValueError, KeyError or OSError when the program left no result."""
        return figures.read_result(json.loads(ended.out))

    def estimate_s(self, workload: Workload) -> float:
        fitted = self.fitted(workload)
        return self.start_s + fitted.turns / self.turns_per_s + fitted.least_s + fitted.users / RAMP


class BareClient(Program):
    binary = ""

    def missing(self) -> str:
        return "" if (self.places.build / self.binary).exists() else "not built: make -C bench/floor"

    def command(self, workload: Workload, port: int, folder: pathlib.Path) -> list[str]:
        return [str(self.places.build / self.binary), "--users", str(workload.users), "--turns", str(workload.turns),
                "--port", str(port), "--conversation", str(conversation_length(workload)), "--ramp", str(RAMP),
                "--path-prefix", workload.path_prefix, "--query", workload.query]


class Floor(BareClient):
    name = "floor"
    label = "floor (epoll)"
    binary = "epoll"


class BareLibcurl(BareClient):
    name = "bare"
    label = "bare libcurl"
    binary = "curl_loop"


def conversation_length(workload: Workload) -> int:
    """The most turns of a conversation with which all users have one."""
    return next(length for length in range(MOST_TURNS_PER_CONVERSATION, 0, -1)
                if workload.turns % length == 0 and workload.turns >= length * workload.users or length == 1)


def write_conversations(folder: pathlib.Path, workload: Workload) -> pathlib.Path:
    """A folder with a conversation file that makes all the turns."""
    length = conversation_length(workload)
    conversation = {"name": "bench", "invocations": workload.turns // length,
                    "conversation": [json.loads(BODY)] * length}
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    (data / "bench.json").write_text(json.dumps(conversation), encoding="utf-8")
    return data


class LoadTest(Program):
    name = "loadtest"
    label = "loadtest"

    def missing(self) -> str:
        return not_built(self.places, [self.name])

    def command(self, workload: Workload, port: int, folder: pathlib.Path) -> list[str]:
        return [str(self.places.loadtest), "--headless", "--only-summary", "--host", f"http://127.0.0.1:{port}",
                "--users", str(workload.users), "-r", str(RAMP),
                "--path", workload.path_prefix + "{session_id}" + workload.query,
                "--data", str(write_conversations(folder, workload)), "--summary", str(folder / "summary.json")]

    def accepts(self, code: int | None) -> bool:
        # 4: all was played, but the generator was busy, which is the point of a burst.
        return code in (0, 4)

    def counted(self, ended: Ended, folder: pathlib.Path) -> Counted:
        return figures.read_summary(json.loads((folder / "summary.json").read_text(encoding="utf-8")))


class LoadTestOfAPI(LoadTest):
    """The same answers, chunks of OpenAI's, read by a profile: no row, but part of the check and a table of its own."""

    def __init__(self, places: Places, api: str) -> None:
        super().__init__(places)
        self.api = api
        self.name = f"loadtest-{api}"
        self.label = f"loadtest --api {api}"

    def missing(self) -> str:
        return not_built(self.places, [LoadTest.name])

    def command(self, workload: Workload, port: int, folder: pathlib.Path) -> list[str]:
        # What comes last counts.
        return super().command(workload, port, folder) + ["--api", self.api, "--path", "/chunks/{session_id}"]


class LoggingLoadTest(LoadTest):
    """With the times of all turns and events in a file: no row, but part of the check."""

    name = "loadtest-events"
    label = "loadtest --events-detail"

    def command(self, workload: Workload, port: int, folder: pathlib.Path) -> list[str]:
        return super().command(workload, port, folder) + ["--events", str(folder / "events"), "--events-detail"]


class Locust(Program):
    """Plays the same conversations by the locustfile beside."""

    user_class = ""
    plays_slow_answers = False
    most_users = 1000
    why_no_more = "Locust gives each user a greenlet on one core: from 5,000 users on a run would measure its queue"
    rounds = 3
    start_s = 1.0
    # Enough that the start-up, half a second and more, is not most of a run.
    most_turns = 0

    def missing(self) -> str:
        return "" if os.access(self.places.locust, os.X_OK) else "no Locust: make bench installs it"

    def fitted(self, workload: Workload) -> Workload:
        return replace(workload, turns=min(workload.turns, max(self.most_turns, 3 * workload.users)))

    def command(self, workload: Workload, port: int, folder: pathlib.Path) -> list[str]:
        return [str(self.places.locust), "--locustfile", str(self.places.others / "locustfile.py"), "--headless",
                "--only-summary", "--host", f"http://127.0.0.1:{port}", "-u", str(workload.users),
                "-r", str(workload.users), self.user_class]

    def environment(self, workload: Workload, port: int, folder: pathlib.Path) -> dict[str, str]:
        data = write_conversations(folder, workload)
        return {"BENCH_CONVERSATION": str(data / "bench.json"), "BENCH_RESULT": str(folder / "result.json"),
                "PYTHONDONTWRITEBYTECODE": "1"}

    def counted(self, ended: Ended, folder: pathlib.Path) -> Counted:
        return figures.read_result(json.loads((folder / "result.json").read_text(encoding="utf-8")))


class LocustHttpUser(Locust):
    name = "locust-http"
    label = "Locust HttpUser"
    user_class = "HttpAssistantUser"
    turns_per_s = 800.0
    most_turns = 3000


class LocustFastHttpUser(Locust):
    name = "locust-fast"
    label = "Locust FastHttpUser"
    user_class = "FastHttpAssistantUser"
    turns_per_s = 3000.0
    most_turns = 10_000


class Wrk(Program):
    name = "wrk"
    label = "wrk -t1"
    plays_slow_answers = False
    most_users = 15_000
    why_no_more = "all its time would go into opening connections"
    rounds = 3
    counts_turns = False

    def missing(self) -> str:
        return "" if _found("wrk") else "wrk is not installed"

    def _seconds(self, workload: Workload) -> int:
        # It opens all connections at once; the queue of new ones overflows, and the kernel tries again after a second.
        return 2 if workload.users <= 1000 else 5

    def command(self, workload: Workload, port: int, folder: pathlib.Path) -> list[str]:
        return ["wrk", "-t1", "-c", str(workload.users), "-d", f"{self._seconds(workload)}s", "--timeout", "30s",
                "-s", str(self.places.others / "turn.lua"), f"http://127.0.0.1:{port}{PATH}{SOME_SESSION}"]

    def start_up_command(self, port: int, folder: pathlib.Path) -> list[str]:
        # It has no shorter run than a second.
        return ["sh", "-c", "wrk -v || true"]

    def counted(self, ended: Ended, folder: pathlib.Path) -> Counted:
        return figures.read_wrk(ended.out)

    def estimate_s(self, workload: Workload) -> float:
        return self._seconds(workload) + 0.5


class Hey(Program):
    name = "hey"
    label = "hey"
    plays_slow_answers = False
    most_users = 500
    why_no_more = "hey keeps at most 500 idle connections, and would open new ones all the time"
    rounds = 3
    turns_per_s = 8000.0

    def missing(self) -> str:
        return "" if _found("hey") else "hey is not installed"

    def command(self, workload: Workload, port: int, folder: pathlib.Path) -> list[str]:
        return ["hey", "-n", str(workload.turns), "-c", str(workload.users), "-cpus", "1", "-t", "30", "-m", "POST",
                "-T", "application/json", "-A", "text/event-stream", "-d", BODY,
                f"http://127.0.0.1:{port}{PATH}{SOME_SESSION}"]

    def counted(self, ended: Ended, folder: pathlib.Path) -> Counted:
        return figures.read_hey(ended.out)


class K6(Program):
    """With the extension xk6-sse; only where the environment names such a binary."""

    name = "k6"
    label = "k6 (xk6-sse)"
    plays_slow_answers = False
    most_users = 1000
    why_no_more = "a JavaScript runtime for each user, and a new connection for each turn"
    rounds = 3
    turns_per_s = 1500.0
    start_s = 1.0

    def missing(self) -> str:
        if not (binary := os.environ.get("K6")):
            return "K6= not given"
        return "" if _found(binary) else f"K6={pathlib.Path(binary).name}: no such program"

    def fitted(self, workload: Workload) -> Workload:
        return replace(workload, turns=min(workload.turns, max(5000, 5 * workload.users)))

    def command(self, workload: Workload, port: int, folder: pathlib.Path) -> list[str]:
        return [os.environ["K6"], "run", "--quiet", str(self.places.others / "k6.js")]

    def environment(self, workload: Workload, port: int, folder: pathlib.Path) -> dict[str, str]:
        return {"BENCH_USERS": str(workload.users), "BENCH_TURNS": str(workload.turns), "GOMAXPROCS": "1",
                "BENCH_URL": f"http://127.0.0.1:{port}{PATH}", "BENCH_RESULT": str(folder / "result.json"),
                "K6_NO_USAGE_REPORT": "true"}

    def counted(self, ended: Ended, folder: pathlib.Path) -> Counted:
        return figures.read_result(json.loads((folder / "result.json").read_text(encoding="utf-8")))


def _found(name: str) -> bool:
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return any(os.access(os.path.join(folder, name), os.X_OK) for folder in ([""] if os.sep in name else folders))


# The order of the rows, and of the runs within a round.
ALL: list[type[Program]] = [Floor, BareLibcurl, LoadTest, LocustHttpUser, LocustFastHttpUser, Wrk, Hey, K6]
COMPARED = (Floor.name, BareLibcurl.name, LoadTest.name)


@dataclass
class Run:
    """One run of one program, less nothing: the start-up is taken off in the tables."""

    program: str
    workload: Workload
    round: int
    turns: int = 0
    events: int | None = None
    wall_s: float = 0
    cpu_s: float = 0
    peak_rss_kb: int = 0
    server_cpu_s: float = 0
    # As the server has counted them.
    connections: int = 0
    # Which part of the two cores' time others took.
    others_share: float = 0
    failure: str = ""
    # What a bare client says of itself, as it says it.
    reported: dict[str, float] = field(default_factory=dict)
