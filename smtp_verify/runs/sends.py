"""Sends: each message made, delivered in a session of its own, and its failure diagnosed."""

from __future__ import annotations

import asyncio
import contextlib
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from smtp_verify.config.schema import saved
from smtp_verify.javascript import to_string
from smtp_verify.mail import message, payload
from smtp_verify.mail import template as templates
from smtp_verify.mail.cautions import cautions, without_code
from smtp_verify.mail.recipient import recipient
from smtp_verify.runs.loop import quiet_runner
from smtp_verify.runs.send_report import SendReport
from smtp_verify.runs.signals import code_of_signal, ending_signals
from smtp_verify.smtp import endpoint as endpoints
from smtp_verify.smtp import sandbox, transport
from smtp_verify.smtp.differences import differences, unverified_token_endpoint
from smtp_verify.smtp.login import mechanisms
from smtp_verify.smtp.login.secrecy import secrets_of
from smtp_verify.smtp.login.token_endpoint import UNVERIFIED
from smtp_verify.smtp.session import session
from smtp_verify.smtp.tls.contexts import TlsContexts
from smtp_verify.smtp.wire.transcript import Ending, Outcome, Result, Stage, Transcript

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from contextlib import AbstractContextManager

    from smtp_verify.config.document import Document
    from smtp_verify.diagnosis.row import Diagnosis
    from smtp_verify.exit_code import ExitCode
    from smtp_verify.finding import Finding
    from smtp_verify.mail.template import Template
    from smtp_verify.smtp.wire.channel import Observer

T = TypeVar("T")
_MISMATCH = "Hostname/IP does not match"
"""How nodemailer begins, where a certificate is another one's."""
_PATIENCE = 10.0
"""Seconds for what is asked once the session has failed."""


@dataclass(frozen=True, slots=True)
class Job:
    """Sessions to run: one for each recipient."""

    document: Document = field(repr=False)
    """With a config whose placeholders are settled."""
    template: Template = field(repr=False)
    payload: dict[str, Any]
    recipients: list[str]
    logto_refuses: str
    """Why Logto rejects the config; empty where it does not."""
    sandbox: bool
    filled: list[str]
    """The keys whose placeholders got stand-ins."""
    stop_after: Stage | None
    allow_cleartext: bool
    pipelining: bool
    timeout: float
    """Seconds for each message."""
    total: float | None
    """Seconds for all of them together; None for no limit."""
    live: Callable[[str], AbstractContextManager[Observer]] | None
    """Makes what watches the session to a recipient; None where nobody looks on."""
    findings: tuple[Finding, ...] = ()
    """With the sandbox: those of `validate` that would stop a real send."""

    @property
    def config(self) -> dict[str, Any]:
        """What is sent with."""
        config: dict[str, Any] = self.document.config
        return config

    @property
    def secrets(self) -> list[str]:
        """What must not show in a report."""
        return secrets_of(self.config)


def run_sessions(job: Job) -> tuple[list[SendReport], int]:
    """Every session, one after another; the reports, and the exit code of a signal or 0."""
    with quiet_runner() as runner:
        return runner.run(_run_all(job))


async def _run_all(job: Job) -> tuple[list[SendReport], int]:
    reports = []
    async with _server(job) as box:
        run = _Run(job, box)
        # All are made before the first leaves: what cannot be made must not be found out halfway.
        for unsent, plan in [run.prepared(to) for to in job.recipients]:
            reports.append(await run.send(unsent, plan) if run.signal is None else unsent)
    return reports, run.signal or 0


@contextlib.asynccontextmanager
async def _server(job: Job) -> AsyncIterator[sandbox.Sandbox | None]:
    if not job.sandbox:
        yield None
        return
    async with sandbox.serve(job.config) as box:
        yield box


class _Run:
    """What the sessions of one job share."""

    def __init__(self, job: Job, box: sandbox.Sandbox | None) -> None:
        self.job = job
        self.box = box
        nodemailer = job.document.logto.nodemailer
        transport.refuse(job.config, nodemailer)
        self.options = transport.effective(job.config, nodemailer) if box is None else box.config
        self.endpoint = endpoints.derive(self.options)
        self.contexts = TlsContexts()
        now = asyncio.get_running_loop().time()
        self.end = math.inf if job.total is None else now + job.total
        self.deadline = self.end
        """When the message under way has to be done."""
        self.signal: ExitCode | None = None
        """The exit code of the signal that ended the session under way; no other is begun."""

    async def send(self, unsent: SendReport, plan: session.Plan) -> SendReport:
        """One message to one recipient."""
        now = asyncio.get_running_loop().time()
        if now >= self.end:
            why = "the time of --total-timeout was up before its turn"
            return replace(unsent, result=replace(unsent.result, reason=why))
        self.deadline = min(now + self.job.timeout, self.end)
        seen = len(self.box.received) if self.box else 0
        result = await self._deliver(plan, unsent.to)
        report = replace(unsent, result=result, diagnoses=await self._diagnoses(plan, result))
        if result.reason.startswith(UNVERIFIED):
            report = self._with_token_endpoint(report)
        return report if self.box is None else self._with_sandbox(report, self.box, seen)

    def prepared(self, to: str) -> tuple[SendReport, session.Plan]:
        """The message to one recipient: how things stand before its turn, and what is to be done then."""
        job = self.job
        values = job.payload if "code" in job.payload else {**job.payload, "code": payload.random_code()}
        rendered = templates.render(job.document, job.template, values)
        mail = rendered.mail(to, job.config.get("customHeaders") or {})
        built = message.build(mail, message.Stamp.now())
        code = None if values["code"] is None else to_string(values["code"])
        notes = (
            *cautions(mail, built),
            *without_code(mail, code, job.template.requested),
            *transport.not_followed(self.options),
        )
        report = SendReport(
            to=to,
            code=code,
            rendered=rendered,
            message_id=built.message_id,
            endpoint=self.endpoint,
            result=Result(Ending.DEFERRED, Stage.CONFIG, "interrupted before its turn", None, Transcript()),
            logto_refuses=job.logto_refuses,
            logto_elsewhere=transport.sends_nothing(self.options),
            logto_otherwise=transport.reaches_otherwise(self.options),
            breaks_on_save=saved.breaks_on_save(job.document.config),
            path=job.document.path,
            logto=job.document.logto,
            differs=differences(job.document.logto, job.config, [mail]),
            sandbox=job.sandbox,
            stopping=next((each.message for each in job.findings if each.stops), ""),
        )
        return report, self._plan(to, built, notes)

    async def _diagnoses(self, plan: session.Plan, result: Result) -> tuple[Diagnosis, ...]:
        if result.ending.outcome in (Outcome.ACCEPTED, Outcome.STOPPED) or self.signal is not None:
            return ()
        from smtp_verify.diagnosis.diagnose import diagnose, symptom_of

        names = await self._names(plan) if result.nodemailer.startswith(_MISMATCH) else ()
        return diagnose(symptom_of(result, self.endpoint, self.options, names), self.job.document)

    async def _names(self, plan: session.Plan) -> tuple[str, ...]:
        """The names in a certificate that is another one's."""
        patience = min(self.deadline, asyncio.get_running_loop().time() + _PATIENCE)
        shown = await self._interruptible(session.shown_certificate(plan, patience))
        return shown.names if shown is not None else ()

    def _plan(self, to: str, built: message.Message, notes: tuple[str, ...]) -> session.Plan:
        return session.Plan(
            endpoint=self.endpoint,
            message=built,
            login=mechanisms.login_of(self.options),
            auth=self.options.get("auth") or {},
            recipient=recipient(to, self.job.document.logto.nodemailer),
            stop_after=self.job.stop_after,
            allow_cleartext=self.job.allow_cleartext,
            pipelining=self.job.pipelining,
            notes=notes,
            secrets=tuple(self.job.secrets),
            contexts=self.contexts,
        )

    async def _deliver(self, plan: session.Plan, to: str) -> Result:
        if self.job.live is None:
            return await self._interruptible(session.deliver(plan, self.deadline, limit=self._limit))
        with self.job.live(to) as observer:
            return await self._interruptible(session.deliver(plan, self.deadline, observer, self._limit))

    @property
    def _limit(self) -> str:
        """The option that ends the session under way."""
        return "--total-timeout" if self.deadline == self.end else "--timeout"

    async def _interruptible(self, work: Coroutine[Any, Any, T]) -> T:
        """A signal ends the session under way, which then says where it stood."""
        task = asyncio.create_task(work)
        loop = asyncio.get_running_loop()
        for number in ending_signals():
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, self._interrupt, task, code_of_signal(number))
        return await task

    def _interrupt(self, task: asyncio.Task[Any], code: ExitCode) -> None:
        self.signal = code
        task.cancel()

    def _with_token_endpoint(self, report: SendReport) -> SendReport:
        """What the versions do about a token endpoint whose certificate is not verified here."""
        logto = self.job.document.logto
        if logto.nodemailer.verifies_token_endpoint:
            return replace(report, differs=(*report.differs, *unverified_token_endpoint(logto)))
        goes_on = f"nodemailer {logto.nodemailer} does not verify the certificate of the token endpoint"
        return replace(report, logto_goes_on=goes_on)

    def _with_sandbox(self, report: SendReport, box: sandbox.Sandbox, seen: int) -> SendReport:
        arrived = box.received[seen:]
        replaced = tuple(dict.fromkeys([*box.replaced, *self.job.filled]))
        return replace(report, replaced=replaced, received=arrived[0] if arrived else None)
