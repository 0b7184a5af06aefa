"""The master's side of a test that is played by `loadtest worker`. Written by `loadtest locustfile`.

    locust -f locustfile.py --master --headless --users 100 --spawn-rate 10 --host http://localhost:8000 --expect-workers 2
    loadtest worker --master-host THE-MASTER --data THE-SAME-DATA

Each conversation is a class of users; its weight are its invocations. At the start of a test the invocations are divided
among the workers that are there, each is played once, and when all are played the test ends.
"""

import builtins
import logging
import sys
import time
import uuid
from typing import Any

import gevent
from locust import User, events, task
from locust.env import Environment
from locust.runners import STATE_MISSING, STATE_RUNNING, STATE_SPAWNING, MasterRunner

# The name of each conversation, and its invocations.
CONVERSATIONS: dict[str, int] = {
    # CONVERSATIONS
}
# How long the workers' last numbers are waited for when a test ends, besides the stop timeout, in seconds.
LAST_NUMBERS = 20.0
# How long a worker that was lost is waited for, whose link may be healed, in seconds.
LOST_PATIENCE = 30.0

log = logging.getLogger("loadtest")


class Conversation(User):
    abstract = True

    @task
    def play(self) -> None:
        """Is never called: only `loadtest worker` plays."""


def is_ours(node: str) -> bool:
    """Whether a worker is `loadtest worker`; others have no part of the invocations."""
    return "_loadtest_" in node


class Test:
    """The test that goes on, and what is known of its workers."""

    def __init__(self, environment: Environment, runner: MasterRunner) -> None:
        self.environment = environment
        self.runner = runner
        self.begin({})
        for message in ["drained", "finished", "refused", "resumed", "note"]:
            # In greenlets of their own: what ends a test waits, and messages must go on being read.
            runner.register_message(message, getattr(self, f"on_{message}"), concurrent=True)
        environment.events.test_start.add_listener(self.on_test_start)
        environment.events.test_stopping.add_listener(self.on_test_stopping)
        environment.events.worker_connect.add_listener(self.on_worker_connect)
        environment.events.worker_report.add_listener(self.on_worker_report)
        gevent.spawn(self.watch)

    def begin(self, shares: dict[str, int]) -> None:
        self.id = uuid.uuid4().hex
        # The part of each worker. Those that come later have none.
        self.shares = shares
        self.count = len(shares)
        self.progress: dict[str, dict[str, list[int]]] = {}
        self.drained: set[str] = set()
        self.finished: set[str] = set()
        self.refused: set[str] = set()
        # When each was lost.
        self.lost: dict[str, float] = {}
        self.is_ending = False

    @property
    def goes_on(self) -> bool:
        return self.runner.state in (STATE_SPAWNING, STATE_RUNNING)

    def is_there(self, node: str) -> bool:
        client = self.runner.clients.get(node)
        return client is not None and client.state != STATE_MISSING

    def send_share(self, node: str) -> None:
        self.runner.send_message(
            "shard",
            {"test": self.id, "index": self.shares.get(node), "count": self.count, "conversations": CONVERSATIONS},
            node,
        )

    # The start of a test.

    def on_test_start(self, **_: Any) -> None:
        nodes = [node for node in self.nodes_with_users() if is_ours(node)]
        self.begin({node: index for index, node in enumerate(nodes)})
        for node in self.runner.clients:
            if is_ours(node):
                self.send_share(node)
        log.info("the invocations are divided among %d workers", self.count)

    def nodes_with_users(self) -> list[str]:
        """The workers that get users, in the order in which Locust deals them out: with fewer users than workers those
        that get none would never play their part."""
        alive = sorted(node for node in self.runner.clients if self.is_there(node))
        places: dict[str, int] = {}
        order = []
        for node in alive:
            host = node.split("_")[0]
            places[host] = places.get(host, -1) + 1
            order.append((places[host], node))
        # A load shape says later how many users there are.
        users = None if self.environment.shape_class else self.runner.target_user_count
        return [node for _, node in sorted(order)][:users]

    def on_worker_connect(self, client_id: str, **_: Any) -> None:
        if not self.goes_on or not is_ours(client_id) or client_id in self.shares:
            return
        log.warning("worker %s has come after the start: the invocations are those of the others", client_id)
        self.send_share(client_id)

    def on_resumed(self, msg: Any, **_: Any) -> None:
        """A worker that was lost is there again, maybe under another name, and goes on with its part."""
        node, index = msg.node_id, msg.data["index"]
        if not self.goes_on or msg.data["test"] != self.id or index is None:
            return
        for other in [other for other, part in self.shares.items() if part == index and other != node]:
            del self.shares[other]
            self.lost.pop(other, None)
            self.progress[node] = self.progress.pop(other, {})
        self.shares[node] = index
        log.info("worker %s goes on with part %d of %d", node, index, self.count)
        self.send_share(node)

    # While it goes on.

    def on_worker_report(self, client_id: str, data: dict[str, Any]) -> None:
        if "loadtest" in data:
            self.progress[client_id] = data["loadtest"]

    def on_note(self, msg: Any, **_: Any) -> None:
        log.log(logging.getLevelName(msg.data["level"].upper()), "worker %s: %s", msg.node_id, msg.data["msg"])

    def on_refused(self, msg: Any, **_: Any) -> None:
        log.error("worker %s cannot play: %s", msg.node_id, msg.data["msg"])
        self.refused.add(msg.node_id)
        self.end_if_over()

    def on_drained(self, msg: Any, **_: Any) -> None:
        if msg.data["test"] == self.id:
            self.drained.add(msg.node_id)
            self.end_if_over()

    def watch(self) -> None:
        while True:
            gevent.sleep(1)
            if not self.goes_on or self.is_ending:
                continue
            for node in self.shares:
                if node in self.drained or node in self.refused:
                    continue
                if not self.is_there(node):
                    if node not in self.lost:
                        self.lost[node] = time.monotonic()
                        self.tell_lost(node)
                elif node in self.lost:
                    del self.lost[node]
                    log.warning("worker %s is there again, and goes on with its part", node)
            self.end_if_over()

    def tell_lost(self, node: str) -> None:
        progress = self.progress.get(node, {})
        left = {name: planned - ended for name, (planned, ended) in progress.items() if planned > ended}
        what = ", ".join(f"{count} of {name}" for name, count in sorted(left.items())) or "an unknown number"
        log.error("worker %s (part %d of %d) is lost; invocations that it has not finished, by its last report: %s",
                  node, self.shares[node], self.count, what)

    # Its end.

    def end_if_over(self) -> None:
        gone = {node for node, since in self.lost.items() if time.monotonic() - since > LOST_PATIENCE}
        waiting = self.shares.keys() - self.drained - self.refused - gone
        if not self.shares or waiting or self.is_ending or not self.goes_on:
            return
        if not self.drained and not self.refused:
            # All are lost, which Locust sees itself.
            return
        self.is_ending = True
        missing = len(self.refused) + len(gone)
        if missing:
            log.error("the test ends without the parts of %d of %d workers", missing, self.count)
            self.environment.process_exit_code = 2
        else:
            log.info("all invocations are played: the test ends")
        options = self.environment.parsed_options
        if options is None or not options.headless:
            self.runner.stop()
        if options is None or options.headless:
            self.runner.quit()
        elif options.autostart and options.autoquit >= 0:
            gevent.sleep(options.autoquit)
            self.runner.quit()
            if self.environment.web_ui:
                self.environment.web_ui.stop()

    def on_finished(self, msg: Any, **_: Any) -> None:
        self.finished.add(msg.node_id)

    def on_test_stopping(self, **_: Any) -> None:
        """Waits for the last numbers: Locust itself hears half a second longer what workers have to say."""
        self.is_ending = True
        nodes = {node for node in self.runner.clients if is_ours(node) and self.is_there(node)}
        for node in nodes:
            self.runner.send_message("finish", None, node)
        with gevent.Timeout(self.environment.stop_timeout + LAST_NUMBERS, False):
            while any(node not in self.finished and self.is_there(node) for node in nodes):
                gevent.sleep(0.05)
            return
        log.error("some workers have not sent their last numbers: the totals lack them")


@events.init.add_listener
def on_init(environment: Environment, runner: Any, **_: Any) -> None:
    if not isinstance(runner, MasterRunner):
        sys.exit("this locustfile is for a master: start it with --master, and its workers with 'loadtest worker'")
    Test(environment, runner)


def make_classes() -> dict[str, type[User]]:
    """The classes under the names of the conversations, unless these mean something here already."""
    taken = {*globals(), *dir(builtins)}
    return {f"{name} (conversation)" if name in taken else name: type(name, (Conversation,), {"weight": invocations})
            for name, invocations in CONVERSATIONS.items()}


# Where Locust looks for them.
globals().update(make_classes())
