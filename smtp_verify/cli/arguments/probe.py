"""`smtp-verify probe`: everything short of sending, on the configured port and its usual siblings."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from smtp_verify.cli.arguments import options
from smtp_verify.cli.arguments.request import Request, check_system, check_timeout
from smtp_verify.report.formats.json_document import JsonFailure
from smtp_verify.report.style import ColorMode

if TYPE_CHECKING:
    from smtp_verify.cli.arguments.request import TellFailure


class ProbeReportFormat(Enum):
    """How the probe is told."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRequest(Request):
    """Find out what the server answers, on which port, and what to write instead; nothing is sent.

    DNS, TCP on each address, greeting, EHLO, TLS, login and, with --to, the recipient. Where the config
    does not work, the usual other ports are tried, and the lines that would work are shown. The login is
    tried once at most.

    Exit codes: 0 the config works, else those of test-send: 67, 68, 69, 75, 76, 77, 78.

    Examples:

    \b
      smtp-verify probe gmail.yaml
      smtp-verify probe gmail.yaml --to you@example.com --dns
      smtp-verify probe gmail.yaml --no-auth --ports --format json
      smtp-verify probe gmail.yaml --write
    """

    config: options.ConfigPath
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="ADDRESS", help="Ask for this recipient too; it is taken back with RSET."
        ),
    ] = None
    ports: Annotated[
        bool, typer.Option("--ports", help="Try the usual other ports even where the config works.")
    ] = False
    no_auth: Annotated[bool, typer.Option("--no-auth", help="Do not log in.")] = False
    overrides: options.Set = field(default=None, repr=False)
    write: Annotated[
        bool,
        typer.Option("--write", help="Write what was proven to work into the file; comments are kept."),
    ] = False
    dns: Annotated[
        bool,
        typer.Option(
            "--dns", help="Ask what the sender's domain says: MX, SPF, DKIM, DMARC. Needs the dns extra."
        ),
    ] = False
    selector: Annotated[
        list[str] | None,
        typer.Option("--selector", metavar="NAME", help="The DKIM selector, for --dns; repeatable."),
    ] = None
    nameserver: Annotated[
        list[str] | None,
        typer.Option("--nameserver", metavar="ADDRESS", help="The DNS server to ask, for --dns; repeatable."),
    ] = None
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout", "--total-timeout", metavar="SECONDS", min=0.001, help="For everything together."
        ),
    ] = 30.0
    allow_cleartext_auth: options.AllowCleartextAuth = False
    format: Annotated[ProbeReportFormat, typer.Option("--format", help="How to tell it.")] = (
        ProbeReportFormat.TEXT
    )
    output: options.Output = None
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
        check_system("probe")
        check_timeout(self.timeout)

    @property
    def tell_failure(self) -> TellFailure | None:
        """In the format that was asked for."""
        return JsonFailure("ports") if self.format is ProbeReportFormat.JSON else None
