"""Does what scripts written for Locust's web page do: locust_script.py URL

Prints a line for each thing that is not as with Locust; the status is 1 if there is any. A real Locust 2.47 has none.
"""

import csv
import io
import json
import sys
import time
import urllib.parse
import urllib.request

PATIENCE_S = 30
STATUS_KEYS = {
    "state", "user_count", "total_rps", "total_fail_per_sec", "fail_ratio", "current_rps", "current_fail_per_sec",
    "current_response_time_percentiles", "errors", "stats",
}
ROW_KEYS = {
    "method", "name", "num_requests", "num_failures", "avg_response_time", "median_response_time", "min_response_time",
    "max_response_time", "response_time_percentile_0.95", "response_time_percentile_0.99", "avg_content_length",
    "current_rps", "current_fail_per_sec", "total_rps", "total_fail_per_sec",
}
CSV_HEADS = {
    "/stats/requests/csv": ["Type", "Name", "Request Count", "Failure Count", "Median Response Time"],
    "/stats/failures/csv": ["Method", "Name", "Error", "Occurrences", "First Seen", "Last Seen"],
    "/exceptions/csv": ["Count", "Message", "Traceback", "Nodes"],
}

url = sys.argv[1].rstrip("/")
problems = []


def expect(is_right, what):
    if not is_right:
        problems.append(what)


def request(path, form=None):
    data = None if form is None else urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(urllib.request.Request(url + path, data=data), timeout=PATIENCE_S) as answer:
        return answer.headers, answer.read()


def get(path):
    return json.loads(request(path)[1])


def post(path, **form):
    return json.loads(request(path, form)[1])


def status():
    found = get("/stats/requests")
    expect(STATUS_KEYS <= found.keys(), f"/stats/requests lacks {STATUS_KEYS - found.keys()}")
    for row in found["stats"]:
        expect(ROW_KEYS <= row.keys(), f"a row of /stats/requests lacks {ROW_KEYS - row.keys()}")
    names = [row["name"] for row in found["stats"]]
    expect(names[-1] == "Aggregated" and names[:-1] == sorted(names[:-1]), f"the rows are {names}")
    # In its first second Locust has None.
    percentiles = found["current_response_time_percentiles"]
    expect(all((value or 0) >= 0 for value in percentiles.values()) and len(percentiles) == 2, f"{percentiles}")
    return found


def wait_until(what, condition):
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = status()
        if condition(found):
            return found
        time.sleep(0.1)
    problems.append(f"not within {PATIENCE_S} s: {what}; it is {found['state']} with {found['user_count']} users")
    return found


def requests_of(found):
    return found["stats"][-1]["num_requests"]


def main():
    expect(status()["state"] == "ready", "it is not ready")

    for form in [{}, {"user_count": "x", "spawn_rate": 1}, {"user_count": 1, "spawn_rate": "x"}]:
        answer = post("/swarm", **form)
        expect(answer["success"] is False and answer["message"], f"/swarm with {form}: {answer}")
    expect(status()["state"] == "ready", "a mistake has started a run")

    answer = post("/swarm", user_count=2, spawn_rate=10, run_time="10m")
    expect(answer["success"] is True and answer["message"] == "Swarming started", f"/swarm: {answer}")
    expect(answer["host"].startswith("http") and answer["run_time"] == 600, f"/swarm: {answer}")
    wait_until("2 users run", lambda found: found["state"] == "running" and found["user_count"] == 2)
    found = wait_until("20 requests", lambda found: requests_of(found) >= 20)
    expect(found["total_rps"] > 0, "there are requests, but total_rps is 0")
    wait_until("a current rate", lambda found: found["current_rps"] > 0)

    answer = post("/swarm", user_count=4, spawn_rate=10)
    expect(answer["success"] is True, f"/swarm of a run: {answer}")
    wait_until("4 users run", lambda found: found["state"] == "running" and found["user_count"] == 4)

    before = requests_of(wait_until("100 requests", lambda found: requests_of(found) >= 100))
    expect(request("/stats/reset", {})[1] == b"ok", "/stats/reset is not ok")
    found = wait_until("counts begin again", lambda found: 0 < requests_of(found) < before)
    expect(found["user_count"] == 4, "a reset has changed the users")

    for path, head in CSV_HEADS.items():
        headers, body = request(path)
        expect(headers.get_content_type() == "text/csv", f"{path}: {headers.get_content_type()}")
        expect(headers.get("Content-Disposition", "").startswith("attachment"), f"{path} is no attachment")
        lines = list(csv.reader(io.StringIO(body.decode(), newline="")))
        expect(lines[0][: len(head)] == head, f"{path}: {lines[0]}")
        expect(all(len(line) == len(lines[0]) for line in lines), f"{path}: the lines are not of one length")
    expect(isinstance(get("/exceptions")["exceptions"], list), "/exceptions has no list")
    tasks = get("/tasks")
    shares = [item["ratio"] for item in tasks["per_class"].values()]
    expect(abs(sum(shares) - 1) < 1e-6, f"/tasks: the shares are {shares}")
    expect(all(item["tasks"] for item in tasks["total"].values()), "/tasks: there are none")
    expect(all(isinstance(line, str) for line in get("/logs")["master"]), "/logs has no lines")

    answer = post("/stop")
    expect(answer == {"success": True, "message": "Test stopped"}, f"/stop: {answer}")
    found = wait_until("it has stopped", lambda found: found["state"] == "stopped")
    expect(found["user_count"] == 0 and requests_of(found) > 0, f"it has stopped with {found['user_count']} users")
    headers, body = request("/stats/report?download=1")
    expect(headers.get_content_type() == "text/html" and b"<html" in body.lower(), "/stats/report is no page")
    expect(headers.get("Content-Disposition", "").startswith("attachment"), "the report is no attachment")

    post("/swarm", user_count=1, spawn_rate=1)
    found = wait_until("it runs again", lambda found: found["state"] == "running" and requests_of(found) > 0)
    expect(found["user_count"] == 1, f"the second run has {found['user_count']} users")
    post("/stop")


main()
print("\n".join(dict.fromkeys(problems)))
sys.exit(1 if problems else 0)
