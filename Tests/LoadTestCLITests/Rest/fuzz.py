"""Sends a server what docs/openapi.yaml allows, and what it does not: fuzz.py URL [SCHEMATHESIS OPTION...]

Prints what schemathesis finds; the status is 0 when there is nothing. Only for a server on this machine that plays tiny
conversations, such as `loadtest --mock --data FOLDER --web-port 0`.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = HERE.parent.parent.parent / "docs" / "openapi.yaml"
MOST_SECONDS = 240

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "positive_data_acceptance",
    "unsupported_method",
    "allow_header_conformance",
]


def main() -> int:
    url, *options = sys.argv[1:]
    if urllib.parse.urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}:
        print(f"fuzz.py: {url} is not on this machine", file=sys.stderr)
        return 2
    command = [
        sys.executable, "-B", "-m", "schemathesis.cli", "run", str(SCHEMA), "--url", url, "--no-color",
        "--phases", "examples,coverage,fuzzing", "--checks", ",".join(CHECKS), "--max-examples", "25",
        # The same requests every time: a change that fails is at fault itself.
        "--generation-deterministic", "--no-shrink",
        "--suppress-health-check", "all", "--warnings", "off",
        # Has no end; the test of the page listens to it.
        "--exclude-path", "/live",
        "--request-timeout", "20", "--continue-on-failure", *options,
    ]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"}
    # Not where the tests run: it reads and writes files of its own there.
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(command, env=environment, cwd=folder, timeout=MOST_SECONDS, check=False).returncode


sys.exit(main())
