"""`smtp-verify probe`: everything short of sending, on the configured port and its usual siblings."""

from __future__ import annotations

import sys
from enum import Enum
from typing import Annotated

import typer

from smtp_verify.cli.arguments import options
from smtp_verify.cli.boundary import run
from smtp_verify.cli.commands import loading
from smtp_verify.errors import UsageError
from smtp_verify.report.formats.json_document import JsonFailure
from smtp_verify.report.style import ColorMode


class ProbeReportFormat(Enum):
    """How the probe is told."""

    TEXT = "text"
    JSON = "json"


def probe(
    config: options.ConfigPath,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="ADDRESS", help="Ask for this recipient too; it is taken back with RSET."
        ),
    ] = None,
    ports: Annotated[
        bool, typer.Option("--ports", help="Try the usual other ports even where the config works.")
    ] = False,
    no_auth: Annotated[bool, typer.Option("--no-auth", help="Do not log in.")] = False,
    set_: options.Set = None,
    write: Annotated[
        bool,
        typer.Option("--write", help="Write what was proven to work into the file; comments are kept."),
    ] = False,
    dns: Annotated[
        bool,
        typer.Option(
            "--dns", help="Ask what the sender's domain says: MX, SPF, DKIM, DMARC. Needs the dns extra."
        ),
    ] = False,
    selector: Annotated[
        list[str] | None,
        typer.Option("--selector", metavar="NAME", help="The DKIM selector, for --dns; repeatable."),
    ] = None,
    nameserver: Annotated[
        list[str] | None,
        typer.Option("--nameserver", metavar="ADDRESS", help="The DNS server to ask, for --dns; repeatable."),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout", "--total-timeout", metavar="SECONDS", min=0.001, help="For everything together."
        ),
    ] = 30.0,
    allow_cleartext_auth: Annotated[
        bool,
        typer.Option(
            "--allow-cleartext-auth",
            help="Send credentials unencrypted to other machines too, as Logto does.",
        ),
    ] = False,
    format_: Annotated[
        ProbeReportFormat, typer.Option("--format", help="How to tell it.")
    ] = ProbeReportFormat.TEXT,
    output: options.Output = None,
    logto: options.LogtoVersionName = None,
    input_format: options.ReadAs = None,
    document: options.DocumentNumber = None,
    color: options.Color = ColorMode.AUTO,
    no_input: options.NoInput = False,
    version: options.Version = False,
) -> None:
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

    def work() -> int:
        if sys.platform == "win32":
            raise UsageError("probe needs Linux or macOS; on Windows, validate and render work")
        loading.check_timeout(timeout)
        from smtp_verify.cli.commands.probe import ProbeRequest, probe_config

        request = ProbeRequest(
            config=config,
            to=to,
            ports=ports,
            login=not no_auth,
            overrides=set_ or [],
            write=write,
            dns=dns,
            selectors=selector or [],
            nameservers=nameserver or [],
            timeout=timeout,
            allow_cleartext=allow_cleartext_auth,
            json=format_ is ProbeReportFormat.JSON,
            output=output,
            input_format=input_format,
            document=document,
            color=color,
            no_input=no_input,
            logto=logto,
        )
        return probe_config(request)

    run(work, JsonFailure("ports") if format_ is ProbeReportFormat.JSON else None)
