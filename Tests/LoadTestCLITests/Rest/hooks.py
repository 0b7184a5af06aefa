"""What schemathesis may not send to /swarm: a load for another machine, or a heavy one for this."""

import schemathesis

MOST = 5
MOST_THAT_ARE_VALID = 1_000_000_000
# Where nobody listens.
NOBODY = "http://127.0.0.1:9"


def is_url(host: object) -> bool:
    """Whether a value may be taken for the URL of an assistant, also of one that another test has."""
    return str(host).strip().lower().startswith("http")


def bounded(value: object) -> object:
    try:
        return MOST if int(str(value)) in range(MOST, MOST_THAT_ARE_VALID + 1) else value
    except ValueError:
        return value


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.path != "/swarm" or not isinstance(case.body, dict):
        return
    body = dict(case.body)
    hosts = body.get("host")
    if any(map(is_url, hosts if isinstance(hosts, list) else [hosts])):
        body["host"] = NOBODY
    for key, value in body.items():
        if key in ("user_count", "max_users") or key.startswith("invocations."):
            body[key] = bounded(value)
    # The names that it makes up are no conversation's.
    if len(body) % 2 == 0:
        body["invocations.a"] = len(body) % MOST
    case.body = body
