"""Runs sessions: the event loop, signals, the embedded server, the live view."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from smtp_verify.cli.exit_code import ExitCode
from smtp_verify.mail import message, payload
from smtp_verify.mail import template as templates
from smtp_verify.report.session import SendReport
from smtp_verify.smtp import endpoint as endpoints
from smtp_verify.smtp import mechanisms, sandbox, session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from smtp_verify.config.document import Document
    from smtp_verify.mail.template import Template
    from smtp_verify.smtp.transcript import Result, Stage


@dataclass(frozen=True, slots=True)
class Job:
    """Sessions to run: one for each recipient."""

    document: Document
    config: dict[str, Any] = field(repr=False)
    template: Template = field(repr=False)
    payload: dict[str, Any]
    recipients: list[str]
    logto_refuses: str
    sandbox: bool
    filled: list[str]
    """The keys whose placeholders got stand-ins."""
    stop_after: Stage | None
    allow_cleartext: bool
    timeout: float
    live: bool | None
    """Whether the live view has colour; None for no live view."""

    @property
    def secrets(self) -> list[str]:
        """What must not show in a report."""
        from smtp_verify.config import secrets

        login = mechanisms.login_of(self.config)
        found = secrets.values_of(self.config)
        if login is None:
            return found
        return [*found, *(form for secret in found for form in mechanisms.secrets_of(login, secret))]


@dataclass(slots=True)
class _Signals:
    """SIGINT and SIGTERM end the session that is under way, and no other is begun."""

    received: ExitCode | None = None

    def install(self, task: asyncio.Task[Any]) -> None:
        loop = asyncio.get_running_loop()
        for number, code in ((signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, ExitCode.TERMINATED)):
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, self._interrupt, task, code)

    def _interrupt(self, task: asyncio.Task[Any], code: ExitCode) -> None:
        self.received = code
        task.cancel()


def run_sessions(job: Job) -> tuple[list[SendReport], int]:
    """Every session, one after another; the reports, and the exit code of a signal or 0."""
    with asyncio.Runner() as runner:
        # What a peer does to a connection that is being dropped is no news.
        runner.get_loop().set_exception_handler(lambda loop, context: None)
        return runner.run(_run(job))


async def _run(job: Job) -> tuple[list[SendReport], int]:
    signals = _Signals()
    deadline = asyncio.get_running_loop().time() + job.timeout
    reports = []
    async with _server(job) as box:
        config = box.config if box else job.config
        endpoint = endpoints.derive(config)
        for to in job.recipients:
            reports.append(await _send(job, box, config, endpoint, to, deadline, signals))
            if signals.received is not None:
                break
    return reports, signals.received or 0


@contextlib.asynccontextmanager
async def _server(job: Job) -> AsyncIterator[sandbox.Sandbox | None]:
    if not job.sandbox:
        yield None
        return
    async with sandbox.serve(job.config) as box:
        yield box


async def _send(
    job: Job,
    box: sandbox.Sandbox | None,
    config: dict[str, Any],
    endpoint: endpoints.Endpoint,
    to: str,
    deadline: float,
    signals: _Signals,
) -> SendReport:
    values = job.payload if "code" in job.payload else {**job.payload, "code": payload.random_code()}
    rendered = templates.render(job.document, job.template, values)
    headers = config.get("customHeaders")
    built = message.build(rendered.mail(to, headers or {}), message.Stamp.now())
    plan = session.Plan(
        endpoint=endpoint,
        message=built,
        login=mechanisms.login_of(config),
        auth=config.get("auth") or {},
        stop_after=job.stop_after,
        allow_cleartext=job.allow_cleartext,
    )
    before = len(box.received) if box else 0
    result = await _deliver(job, plan, to, deadline, signals)
    report = SendReport(
        to=to,
        code=_as_text(values["code"]),
        rendered=rendered,
        message_id=built.message_id,
        endpoint=endpoint,
        result=result,
        logto_refuses=job.logto_refuses,
    )
    return report if box is None else _with_sandbox(report, box, job.filled, before)


async def _deliver(job: Job, plan: session.Plan, to: str, deadline: float, signals: _Signals) -> Result:
    if job.live is None:
        task = asyncio.create_task(session.deliver(plan, deadline))
        signals.install(task)
        return await task
    from smtp_verify.report.live import LiveView

    with LiveView(to, job.live) as view:
        task = asyncio.create_task(session.deliver(plan, deadline, view))
        signals.install(task)
        return await task


def _with_sandbox(report: SendReport, box: sandbox.Sandbox, filled: list[str], before: int) -> SendReport:
    arrived = box.received[before:]
    replaced = tuple(dict.fromkeys([*box.replaced, *filled]))
    return replace(report, replaced=replaced, received=arrived[0] if arrived else None)


def _as_text(code: Any) -> str | None:
    from smtp_verify.mail.javascript import to_string

    return None if code is None else to_string(code)
