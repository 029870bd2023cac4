"""`smtp-verify test-send`: sends a real verification email and says what was proven."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from smtp_verify.cli.arguments import options
from smtp_verify.cli.arguments.request import Request, check_system, check_timeout
from smtp_verify.report.style import ColorMode

if TYPE_CHECKING:
    from smtp_verify.cli.arguments.request import TellFailure
    from smtp_verify.report.formats.formatter import SendsFormat


class SendReportFormat(Enum):
    """How the results are told."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"
    GITHUB = "github"


class StopAfter(Enum):
    """How far a session goes."""

    CONNECT = "connect"
    GREETING = "greeting"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest(Request):
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

    config: options.ConfigPath
    to: Annotated[
        list[str],
        typer.Option("--to", metavar="ADDRESS", help="The recipient; repeatable, one message each."),
    ]
    usage: options.Usage = "Generic"
    code: options.Code = None
    var: options.Var = None
    vars: options.Vars = None
    overrides: options.Set = field(default=None, repr=False)
    locale: options.Locale = None
    fallback_locale: options.FallbackLocale = "en"
    email_templates: options.EmailTemplates = None
    stop_after: Annotated[
        StopAfter | None, typer.Option("--stop-after", help="Prove up to this stage, and send nothing more.")
    ] = None
    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", help="Send to an embedded server instead; nothing leaves the machine."),
    ] = False
    format: Annotated[SendReportFormat, typer.Option("--format", help="How to tell the results.")] = (
        SendReportFormat.TEXT
    )
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Print the code alone, once accepted, whatever the format.")
    ] = False
    output: options.Output = None
    transcript: Annotated[
        str | None,
        typer.Option("--transcript", metavar="FILE", help="Write the session to FILE, secrets masked."),
    ] = None
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.001, help="Time limit for each message.")
    ] = 120.0
    total_timeout: Annotated[
        float | None,
        typer.Option("--total-timeout", metavar="SECONDS", min=0.001, help="Time limit for the command."),
    ] = None
    allow_cleartext_auth: options.AllowCleartextAuth = False
    no_pipelining: Annotated[
        bool, typer.Option("--no-pipelining", help="Wait for each reply before the next command.")
    ] = False
    logto: options.LogtoVersionName = None
    input_format: options.ReadAs = None
    document: options.DocumentNumber = None
    color: options.Color = ColorMode.AUTO
    no_input: options.NoInput = False

    def check(self) -> None:
        """Refuse another system, and more time than can be waited for.

        Raises:
            UsageError: it cannot be done here, or be meant.
        """
        check_system("test-send")
        check_timeout(self.timeout)
        check_timeout(self.total_timeout or self.timeout, "--total-timeout")

    @property
    def formatter(self) -> SendsFormat | None:
        """What tells the results to a machine; None for a report to people."""
        return _formatter(self.format)

    @property
    def tell_failure(self) -> TellFailure | None:
        """In the format that was asked for."""
        formatter = self.formatter
        return formatter.failure if formatter is not None and not self.quiet else None


def _formatter(format_: SendReportFormat) -> SendsFormat | None:
    """The one that a format names; text is for people, and is no such format."""
    match format_:
        case SendReportFormat.TEXT:
            return None
        case SendReportFormat.JSON:
            from smtp_verify.report.session.json import SessionJson

            return SessionJson()
        case SendReportFormat.JSONL:
            from smtp_verify.report.session.json import SessionJsonLines

            return SessionJsonLines()
        case SendReportFormat.SARIF:
            from smtp_verify.report.session.sarif import SessionSarif

            return SessionSarif()
        case SendReportFormat.GITHUB:
            from smtp_verify.report.session.github import SessionGithub

            return SessionGithub()
    assert_never(format_)
