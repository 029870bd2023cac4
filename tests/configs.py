"""Configs for the servers of the tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.smtpd import LOOPBACK, certificates

if TYPE_CHECKING:
    from pathlib import Path

    from tests.smtpd import Server

PATIENCE = 20_000
"""Milliseconds, longer than any server takes that means to answer: a slow machine must not matter."""
SOON = 1000
"""Milliseconds until a test that waits for a silence has it."""

TEMPLATES: list[dict[str, Any]] = [
    {
        "usageType": usage_type,
        "contentType": "text/plain",
        "subject": f"Your {usage_type} code",
        "content": "Code {{code}}",
    }
    for usage_type in ("SignIn", "Register", "ForgotPassword", "Generic")
]


def config_for(server: Server | int, **changes: Any) -> dict[str, Any]:
    """A config that reaches a server, or a port of this machine, with `changes` laid over it."""
    config = {
        "host": LOOPBACK if isinstance(server, int) else server.host,
        "port": server if isinstance(server, int) else server.port,
        "auth": {},
        "fromEmail": "sender@example.com",
        "tls": {"ca": certificates().ca},
        "templates": TEMPLATES,
        "connectionTimeout": PATIENCE,
        "greetingTimeout": PATIENCE,
        "socketTimeout": PATIENCE,
    }
    return {**config, **changes}


def write(folder: Path, config: Any, name: str = "config.json") -> Path:
    """The config as a file."""
    path = folder / name
    path.write_text(config if isinstance(config, str) else json.dumps(config), encoding="utf-8")
    return path
