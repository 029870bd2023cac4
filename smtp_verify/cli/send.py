"""`smtp-verify test-send`: sends a real verification email and says what was proven."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smtp_verify.cli import options
from smtp_verify.cli.boundary import run
from smtp_verify.cli.exit_code import ExitCode
from smtp_verify.errors import ConfigError, UsageError
from smtp_verify.report.style import ColorMode

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.config.loader import InputFormat
    from smtp_verify.mail.template import Template
    from smtp_verify.report.session import SendReport


class Format(Enum):
    """How the results are told."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class StopAfter(Enum):
    """How far a session goes."""

    CONNECT = "connect"
    GREETING = "greeting"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"


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
    format: Format
    quiet: bool
    stop_after: StopAfter | None
    timeout: float
    allow_cleartext: bool
    sandbox: bool
    output: str | None
    input_format: InputFormat | None
    document: int | None
    color: ColorMode
    no_input: bool


def send(
    config: options.ConfigPath,
    to: Annotated[
        list[str],
        typer.Option("--to", metavar="ADDRESS", help="The recipient; repeatable, one message each."),
    ],
    usage: Annotated[
        str, typer.Option("--usage", metavar="TYPE", help="The usage type, such as SignIn.")
    ] = "Generic",
    code: options.Code = None,
    var: options.Var = None,
    vars_: options.Vars = None,
    set_: options.Set = None,
    stop_after: Annotated[
        StopAfter | None, typer.Option("--stop-after", help="Prove up to this stage, and send nothing more.")
    ] = None,
    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", help="Send to an embedded server instead; nothing leaves the machine."),
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="How to tell the results.")] = Format.TEXT,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Print the code alone, once accepted.")
    ] = False,
    output: options.Output = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.001, help="For the whole command.")
    ] = 120.0,
    allow_cleartext_auth: Annotated[
        bool,
        typer.Option(
            "--allow-cleartext-auth",
            help="Send credentials unencrypted to other machines too, as Logto does.",
        ),
    ] = False,
    input_format: options.ReadAs = None,
    document: options.DocumentNumber = None,
    color: options.Color = ColorMode.AUTO,
    no_input: options.NoInput = False,
    version: options.Version = False,
) -> None:
    """Send a real verification email as Logto would, and say what was proven.

    The code is random unless given. Placeholders such as <app-password> are asked for at a terminal.

    Exit codes: 0 accepted, 67 recipient refused, 68 no such host, 69 cannot connect or refused,
    74 lost after the final dot, 75 try again later, 76 TLS or protocol, 77 authentication, 78 config.
    Several recipients that end differently: 1.

    Examples:

    \b
      smtp-verify test-send gmail.yaml --to you@example.com
      smtp-verify test-send gmail.yaml --to you@example.com --sandbox
      smtp-verify test-send gmail.yaml --to you@example.com --set auth.pass=env:APP_PASSWORD
      code=$(smtp-verify test-send gmail.yaml --to you@example.com -q)
    """
    request = Request(
        config, to, usage, code, var or [], vars_, set_ or [], format_, quiet, stop_after, timeout,
        allow_cleartext_auth, sandbox, output, input_format, document, color, no_input,
    )  # fmt: skip
    machine = format_ is not Format.TEXT and not quiet
    run(lambda: send_all(request), json_results="results" if machine else None)


def send_all(request: Request) -> int:
    """Send to every recipient, report, and return the exit code."""
    from smtp_verify.cli.output import check_stdout
    from smtp_verify.cli.runner import run_sessions

    recipients = [_recipient(to) for to in request.to]
    document, config, filled = _configured(request)
    template = _template(document, request.usage)
    job = _job(request, document, config, template, filled, recipients)
    check_stdout()
    reports, interrupted = run_sessions(job)
    _report(request, reports, job.secrets)
    return interrupted or _exit_code(reports)


def _recipient(to: str) -> str:
    from smtp_verify.mail.address import recipient

    try:
        recipient(to)
    except ConfigError as error:
        raise UsageError(f"--to {to!r}: {error.message}") from None
    return to


def _configured(request: Request) -> tuple[Document, dict[str, Any], list[str]]:
    """The document, its config with every override and placeholder settled, and the keys with stand-ins."""
    import os
    from dataclasses import replace

    from smtp_verify.config import overrides
    from smtp_verify.smtp.sandbox import fill_placeholders

    document = options.load_config(request.config, request.input_format, request.document)
    ask = options.asker(request.no_input)
    set_ = [*overrides.from_environment(os.environ, ask), *overrides.from_options(request.overrides, ask)]
    config = overrides.apply(document.config, set_)
    filled: list[str] = []
    if request.sandbox:
        config, filled = fill_placeholders(config)
    else:
        config = options.ask_for_placeholders(document, config, request.no_input)
    if not isinstance(config, dict):
        raise ConfigError(f"{document.path}: holds no config")
    return replace(document, data=_rewrapped(document, config)), config, filled


def _rewrapped(document: Document, config: dict[str, Any]) -> Any:
    return {**document.data, document.base[0]: config} if document.base else config


def _template(document: Document, usage: str) -> Template:
    from smtp_verify.mail import template

    return template.choose(document, usage)


def _job(
    request: Request,
    document: Document,
    config: dict[str, Any],
    template: Template,
    filled: list[str],
    recipients: list[str],
) -> Any:
    """Everything a session needs, checked before anything is sent."""
    from smtp_verify.cli.runner import Job
    from smtp_verify.mail import payload, readiness
    from smtp_verify.mail import usage as usages
    from smtp_verify.smtp.transcript import Stage

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
        timeout=request.timeout,
        live=_live(request),
    )


def _live(request: Request) -> bool | None:
    """Whether to show a live view on standard error, and whether in colour; None shows none."""
    import os

    from smtp_verify.report.style import style_for

    shown = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return style_for(sys.stderr, request.color).enabled if shown and not request.quiet else None


def _report(request: Request, reports: list[SendReport], secrets: list[str]) -> None:
    from smtp_verify.cli.output import write_result
    from smtp_verify.redaction import Redactor

    redact = Redactor(secrets)
    if request.quiet:
        write_result("".join(f"{report.code or ''}\n" for report in reports if report.accepted), None)
    elif request.format is Format.TEXT:
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
