"""`smtp-verify render`: shows templates as the recipient would get them."""

from __future__ import annotations

import sys
from datetime import UTC
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from smtp_verify.cli import options
from smtp_verify.cli.boundary import run, say
from smtp_verify.cli.exit_code import ExitCode
from smtp_verify.errors import UsageError
from smtp_verify.report.style import ColorMode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smtp_verify.config.document import Document
    from smtp_verify.config.loader import InputFormat
    from smtp_verify.mail.template import Rendered, Template

RECIPIENT = "recipient@example.com"
"""Who a rendered mail is addressed to; `render` has no recipient of its own."""


class Format(Enum):
    """How a mail is shown."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    EML = "eml"


def render(
    config: options.ConfigPath,
    usage: Annotated[
        str, typer.Option("--usage", metavar="TYPE", help="The usage type, such as SignIn.")
    ] = "Generic",
    every: Annotated[
        bool, typer.Option("--all", help="Every template of the file, with its variables.")
    ] = False,
    code: options.Code = None,
    var: options.Var = None,
    vars_: options.Vars = None,
    format_: Annotated[
        Format,
        typer.Option(
            "--format", help="text: headers and body. html: the body as a page. eml: the message as bytes."
        ),
    ] = Format.TEXT,
    output: options.Output = None,
    open_: Annotated[bool, typer.Option("--open", help="Show the page in the browser.")] = False,
    input_format: options.ReadAs = None,
    document: options.DocumentNumber = None,
    color: options.Color = ColorMode.AUTO,
    no_input: options.NoInput = False,
    version: options.Version = False,
) -> None:
    """Show a template as the recipient would get it, its variables filled in as Logto fills them in.

    Exit codes: 0 rendered, 2 usage, 66 an input cannot be read, 78 the config has no such template.

    Examples:

    \b
      smtp-verify render gmail.yaml --usage SignIn
      smtp-verify render gmail.yaml --all --format html -o mails.html
      smtp-verify render gmail.yaml --usage Register --code 048291 --var application.name=Acme
    """
    assignments = var or []
    machine = format_ is Format.JSON
    run(
        lambda: render_config(
            config,
            usage,
            every,
            code,
            assignments,
            vars_,
            format_,
            output,
            open_,
            input_format,
            document,
            color,
        ),
        json_results="templates" if machine else None,
    )


def render_config(
    config: str,
    usage: str,
    every: bool,
    code: str | None,
    assignments: list[str],
    vars_: str | None,
    format_: Format,
    output: str | None,
    open_: bool,
    input_format: InputFormat | None,
    number: int | None,
    color: ColorMode,
) -> int:
    """Render the chosen templates, write them, and return the exit code."""
    from smtp_verify.mail import template as templates

    if every and format_ is Format.EML:
        raise UsageError("--format eml holds one message: choose it with --usage TYPE")
    document = options.load_config(config, input_format, number)
    chosen = templates.every(document) if every else [templates.choose(document, usage)]
    mails = _rendered(document, chosen, options.read_code(code), assignments, vars_)
    _warn(mails)
    if open_:
        _open(document, mails, every, output)
    else:
        _write(document, mails, every, format_, output, color)
    return ExitCode.OK


def _rendered(
    document: Document, chosen: list[Template], code: str | None, assignments: list[str], vars_: str | None
) -> list[Rendered]:
    from smtp_verify.mail import payload
    from smtp_verify.mail import template as templates
    from smtp_verify.mail import usage as usages

    variables = payload.load_variables(vars_) if vars_ is not None else None
    mails = []
    for template in chosen:
        base = (
            {**usages.sample(template.requested), "code": usages.SAMPLE_CODE}
            if variables is None
            else variables
        )
        mails.append(templates.render(document, template, payload.build(base, assignments, code)))
    return mails


def _warn(mails: Iterable[Rendered]) -> None:
    for name in dict.fromkeys(name for mail in mails for name in mail.inherited):
        written = "{{" + name + "}}"
        say(f"smtp-verify: warning: {written} stays as written; Logto would put JavaScript's own text there")


def _write(
    document: Document,
    mails: list[Rendered],
    every: bool,
    format_: Format,
    output: str | None,
    color: ColorMode,
) -> None:
    from smtp_verify.cli.output import write_bytes, write_result

    if format_ is Format.EML:
        write_bytes(_eml(document, mails[0]), output)
    elif format_ is Format.HTML:
        write_bytes(_page(document, mails, every), output)
    elif format_ is Format.JSON:
        from smtp_verify.report.render_json import render_json

        write_result(render_json(mails), output, private=True)
    else:
        from smtp_verify.report.render_text import render_text
        from smtp_verify.report.style import style_for

        style = style_for(None if output else sys.stdout, color)
        write_result(render_text(mails, RECIPIENT, style, matrix=every), output, private=True)


def _page(document: Document, mails: list[Rendered], every: bool) -> bytes:
    from smtp_verify.mail.javascript import to_utf8
    from smtp_verify.report.render_html import all_page, body_page

    return to_utf8(all_page(mails, document.path) if every else body_page(mails[0]))


def _eml(document: Document, mail: Rendered) -> bytes:
    """The message, with a date and an id that are the same for the same input."""
    import hashlib
    import os
    from datetime import datetime

    from smtp_verify.mail.message import Stamp, build

    date = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or 0), UTC)
    digest = hashlib.sha256(
        repr((mail.subject, mail.content, mail.sender)).encode("utf-8", "replace")
    ).hexdigest()
    headers = document.config.get("customHeaders")
    stamp = Stamp(date, f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}")
    return build(mail.mail(RECIPIENT, headers if isinstance(headers, dict) else {}), stamp).data


def _open(document: Document, mails: list[Rendered], every: bool, output: str | None) -> None:
    """Write the page to the file of `-o`, else to a temporary one, and show it in the browser."""
    import tempfile
    import webbrowser
    from pathlib import Path

    from smtp_verify.cli.output import write_bytes

    if output is None:
        output = str(Path(tempfile.mkdtemp(prefix="smtp-verify-")) / "mail.html")
    write_bytes(_page(document, mails, every), output)
    uri = Path(output).resolve().as_uri()
    if not webbrowser.open(uri):
        say(f"smtp-verify: no browser here; the page is at {uri}")
