"""One session in this process, as `test-send` runs it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from smtp_verify.mail.message import Mail, Stamp, build
from smtp_verify.smtp import endpoint
from smtp_verify.smtp.login import mechanisms
from smtp_verify.smtp.session import session
from tests.configs import config_for

if TYPE_CHECKING:
    from smtp_verify.mail.message import Message
    from smtp_verify.smtp.wire.channel import Observer
    from smtp_verify.smtp.wire.transcript import Result, Stage
    from tests.smtpd import Server

DATE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def message(to: str = "to@example.com", content: str = "Code 482913", **headers: str) -> Message:
    """A message whose every byte is known."""
    mail = Mail(to, "sender@example.com", None, "Your code", content, True, headers)
    return build(mail, Stamp(DATE, "unique"))


def plan(server: Server | int, stop_after: Stage | None = None, **changes: Any) -> session.Plan:
    """What `test-send` would do with a config for this server."""
    config = config_for(server, **changes)
    return session.Plan(
        endpoint.derive(config),
        message(),
        mechanisms.login_of(config),
        config["auth"],
        stop_after=stop_after,
        allow_cleartext=False,
    )


def deliver(what: session.Plan, seconds: float = 60, observer: Observer | None = None) -> Result:
    """Run one session to its end."""

    async def run() -> Result:
        return await session.deliver(what, asyncio.get_running_loop().time() + seconds, observer)

    return asyncio.run(run())


def send(server: Server | int, **changes: Any) -> Result:
    """One session with a config for this server."""
    return deliver(plan(server, **changes))
