"""Plays the conversations below the folder DATA as loadtest does, in the same order, and ends when all are played."""

import json
import os
import pathlib
import uuid

import gevent
from locust import HttpUser, task
from locust.exception import StopUser

HEADERS = {"Accept": "text/event-stream", "Content-Type": "application/json"}

paths = sorted(pathlib.Path(os.environ["DATA"]).rglob("*.json"))
conversations = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
# An even mix: the k-th of n has its place at (k + 1/2) / n of the whole.
places = sorted(((k + 0.5) / conversation["invocations"], index)
                for index, conversation in enumerate(conversations) for k in range(conversation["invocations"]))
queue = iter([conversations[index] for _, index in places])
still_to_end = len(places)


class Assistant(HttpUser):
    @task
    def play(self) -> None:
        global still_to_end
        conversation = next(queue, None)
        if conversation is None:
            raise StopUser
        path = f"/stream/assistant/{uuid.uuid4()}"
        # A failed turn ends its conversation.
        all(self.is_played(path, turn, conversation["name"]) for turn in conversation["conversation"])
        still_to_end -= 1
        if still_to_end == 0:
            # Locust writes its CSV files once a second, and not when it ends.
            gevent.spawn_later(2, self.environment.runner.quit)

    def is_played(self, path: str, turn: dict[str, str], name: str) -> bool:
        with self.client.post(path, json=turn, headers=HEADERS, name=name, catch_response=True) as response:
            # Any other status is a failure without being told.
            if response.status_code != 200:
                return False
            is_completed = b"data: [DONE]\n\n" in response.content
            if not is_completed:
                response.failure("no end marker")
            return is_completed
