"""What `test-send` does, from its request to the exit code."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from smtp_verify.cli import options
from smtp_verify.cli.boundary import forget_stdout, say
from smtp_verify.cli.exit_code import ExitCode
from smtp_verify.cli.output import check_stdout, write_result
from smtp_verify.cli.runner import Job, run_sessions
from smtp_verify.cli.send import Format, StopAfter
from smtp_verify.errors import ConfigError, OutputError, UsageError
from smtp_verify.mail import payload, readiness
from smtp_verify.mail import template as templates
from smtp_verify.mail import usage as usages
from smtp_verify.mail.recipient import recipient
from smtp_verify.redaction import Redactor
from smtp_verify.report.style import ColorMode, style_for
from smtp_verify.smtp.sandbox import fill_placeholders
from smtp_verify.smtp.transcript import Stage

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.config.loader import InputFormat
    from smtp_verify.mail.template import Template
    from smtp_verify.report.session import SendReport


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    config: str
    to: list[str]
    usage: str
    code: str | None
    var: list[str]
    vars: str | None
    overrides: list[str] = field(repr=False)
    locale: str | None
    fallback_locale: str
    email_templates: str | None
    format: Format
    quiet: bool
    stop_after: StopAfter | None
    timeout: float
    allow_cleartext: bool
    pipelining: bool
    sandbox: bool
    transcript: str | None
    output: str | None
    input_format: InputFormat | None
    document: int | None
    color: ColorMode
    no_input: bool


def send_all(request: Request) -> int:
    """Send to every recipient, report, and return the exit code."""
    recipients = [_recipient(to) for to in request.to]
    document, config, filled = _configured(request)
    localization = options.load_localization(request.email_templates, request.locale, request.fallback_locale)
    template = templates.choose(document, request.usage, localization)
    job = _job(request, document, config, template, filled, recipients)
    check_stdout()
    reports, interrupted = run_sessions(job)
    _deliver_report(request, reports, job.secrets)
    return interrupted or _exit_code(reports)


def _deliver_report(request: Request, reports: list[SendReport], secrets: list[str]) -> None:
    """The mail has left: what became of it is told even where the report cannot be written."""
    try:
        _report(request, reports, secrets)
    except BrokenPipeError:
        forget_stdout()
    except OutputError:
        for report in reports:
            outcome = report.result.ending.outcome.value
            say(f"smtp-verify: {report.to}: {outcome}, Message-ID {report.message_id}")
        raise


def _recipient(to: str) -> str:
    try:
        recipient(to)
    except ConfigError as error:
        raise UsageError(f"--to {to!r}: {error.message}") from None
    return to


def _configured(request: Request) -> tuple[Document, dict[str, Any], list[str]]:
    """The document, its config with every override and placeholder settled, and the keys with stand-ins."""
    document = options.load_config(request.config, request.input_format, request.document)
    document = options.overridden(document, request.overrides, request.no_input)
    if request.sandbox:
        config, filled = fill_placeholders(document.config)
    else:
        config, filled = options.ask_for_placeholders(document, document.config, request.no_input), []
    if not isinstance(config, dict):
        raise ConfigError(f"{document.path}: holds no config")
    return replace(document, data=document.rewrapped(config)), config, filled


def _job(
    request: Request,
    document: Document,
    config: dict[str, Any],
    template: Template,
    filled: list[str],
    recipients: list[str],
) -> Job:
    """Everything a session needs, checked before anything is sent."""
    ready = readiness.judge(config, template, request.sandbox)
    readiness.refuse(document, ready)
    base = (
        payload.load_variables(request.vars)
        if request.vars is not None
        else usages.sample(template.requested)
    )
    return Job(
        document=document,
        config=config,
        template=template,
        payload=payload.build(base, request.var, options.read_code(request.code)),
        recipients=recipients,
        logto_refuses=ready.logto_refuses,
        sandbox=request.sandbox,
        filled=filled,
        stop_after=Stage(request.stop_after.value) if request.stop_after else None,
        allow_cleartext=request.allow_cleartext,
        pipelining=request.pipelining,
        timeout=request.timeout,
        live=_live(request),
    )


def _live(request: Request) -> bool | None:
    """Whether to show a live view on standard error, and whether in colour; None shows none."""
    shown = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return style_for(sys.stderr, request.color).enabled if shown and not request.quiet else None


def _report(request: Request, reports: list[SendReport], secrets: list[str]) -> None:
    redact = Redactor(secrets)
    if request.transcript is not None:
        from smtp_verify.report.transcript_text import transcript_text

        write_result(transcript_text(reports, redact), request.transcript, private=True)
    if request.quiet:
        write_result("".join(f"{report.code or ''}\n" for report in reports if report.accepted), None)
        if request.output is None:
            return
    if request.format is Format.TEXT:
        from smtp_verify.report.session_text import session_text
        from smtp_verify.report.style import style_for

        style = style_for(None if request.output else sys.stdout, request.color)
        write_result(session_text(reports, style, redact), request.output, private=True)
    else:
        from smtp_verify.report.session_json import session_json, session_json_lines

        tell = session_json if request.format is Format.JSON else session_json_lines
        write_result(tell(reports, redact), request.output, private=True)


def _exit_code(reports: list[SendReport]) -> int:
    codes = {report.result.ending.exit_code for report in reports}
    return codes.pop() if len(codes) == 1 else ExitCode.NOT_VALID
