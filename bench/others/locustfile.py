"""Plays the conversations of a file with Locust, as a user of Locust would write it, and ends when all are played."""

import json
import os
import time
import uuid
from collections.abc import Iterator

import gevent
from locust import FastHttpUser, HttpUser, events
from locust.exception import StopUser

HEADERS = {"Accept": "text/event-stream", "Content-Type": "application/json"}

with open(os.environ["BENCH_CONVERSATION"], encoding="utf-8") as file:
    conversation = json.load(file)
bodies = [json.dumps(turn, separators=(",", ":")) for turn in conversation["conversation"]]
counts = {"turns": 0, "events": 0, "errors": 0}
invocations = iter(range(conversation["invocations"]))
still_to_end = conversation["invocations"]


@events.quitting.add_listener
def write_result(**_: object) -> None:
    with open(os.environ["BENCH_RESULT"], "w", encoding="utf-8") as result:
        json.dump(counts, result)


class Assistant:
    """What both kinds of users do; `lines` is how they stream."""

    def lines(self, path: str, body: str) -> Iterator[str]:
        raise NotImplementedError

    def play(self) -> None:
        global still_to_end
        if next(invocations, None) is None:
            raise StopUser
        path = f"/stream/assistant/{uuid.uuid4()}"
        for body in bodies:
            self.play_turn(path, body)
        still_to_end -= 1
        # From outside this greenlet, which the end of the run ends as well.
        if still_to_end == 0:
            gevent.spawn(self.environment.runner.quit)

    def play_turn(self, path: str, body: str) -> None:
        sent, is_done, failure = time.perf_counter(), False, None
        # To the end of the answer, not only to the marker: else the connection could not be used again.
        try:
            for line in self.lines(path, body):
                if line == "data: [DONE]":
                    is_done = True
                elif line.startswith("data:"):
                    counts["events"] += 1
        except Exception as error:
            failure = error
        counts["turns" if is_done else "errors"] += 1
        # The library's own entry ends with the headers of a streamed answer.
        self.environment.events.request.fire(
            request_type="SSE", name="turn", response_time=(time.perf_counter() - sent) * 1000, response_length=0,
            exception=failure if is_done or failure else ValueError("no end marker"), context={})

    # Not the decorator: Locust looks for that in its own classes only.
    tasks = [play]


class HttpAssistantUser(Assistant, HttpUser):
    def lines(self, path: str, body: str) -> Iterator[str]:
        response = self.client.post(path, data=body, headers=HEADERS, stream=True, name="/stream/assistant")
        response.raise_for_status()
        for line in response.iter_lines():
            yield line.decode()


class FastHttpAssistantUser(Assistant, FastHttpUser):
    def lines(self, path: str, body: str) -> Iterator[str]:
        return self.client.iter_lines(path, method="POST", data=body, headers=HEADERS, name="/stream/assistant")
