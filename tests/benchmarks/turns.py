"""How often a session waits for the server, and how long it takes at 50 ms a round trip.

python -m tests.benchmarks.turns
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.configs import config_for
from tests.relay import relayed
from tests.smtp.sending import deliver, plan
from tests.smtpd import serve

ROUND_TRIP = 0.05
SERVER: dict[str, Any] = {
    "starttls": True,
    "auth": ["PLAIN"],
    "auth_after_tls": True,
    "caps": ("PIPELINING", "8BITMIME"),
}
CREDENTIALS = {"user": "u", "pass": "p"}


def session(pipelining: bool) -> tuple[int, float]:
    """The waits and the seconds of one session, STARTTLS and AUTH PLAIN."""
    from dataclasses import replace

    with serve(**SERVER) as server, relayed(server.port, ROUND_TRIP) as relay:
        what = replace(plan(relay.port, auth=CREDENTIALS), pipelining=pipelining)
        start = time.perf_counter()
        result = deliver(what)
        took = time.perf_counter() - start
        assert result.ending.exit_code == 0, result.reason
        return relay.waits, took


def command() -> float:
    """The seconds of the whole command, startup included."""
    with (
        serve(**SERVER) as server,
        relayed(server.port, ROUND_TRIP) as relay,
        tempfile.TemporaryDirectory() as folder,
    ):
        path = Path(folder) / "config.json"
        path.write_text(json.dumps(config_for(relay.port, auth=CREDENTIALS)), encoding="utf-8")
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "smtp_verify", "test-send", path, "--to", "a@example.com", "-q"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    for name, pipelining in (("pipelined", True), ("--no-pipelining", False)):
        waits, took = session(pipelining)
        print(f"{name:16} {waits:3} waits  {took:.2f} s for the session")  # noqa: T201
    print(f"{'whole command':16} {command():15.2f} s with start-up")  # noqa: T201


if __name__ == "__main__":
    main()
