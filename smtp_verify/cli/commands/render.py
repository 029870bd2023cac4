"""What `render` does, from its request to the exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from smtp_verify.cli.arguments.render import MailFormat
from smtp_verify.cli.commands import loading
from smtp_verify.cli.commands import request as requested
from smtp_verify.cli.terminal.output import check_distinct, write_bytes, write_result
from smtp_verify.cli.terminal.say import say
from smtp_verify.errors import UsageError
from smtp_verify.exit_code import ExitCode
from smtp_verify.mail import payload
from smtp_verify.mail import template as templates
from smtp_verify.mail import usage as usages
from smtp_verify.report.style import style_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smtp_verify.cli.arguments.render import RenderRequest
    from smtp_verify.config.document import Document
    from smtp_verify.mail.template import Rendered, Template

RECIPIENT = "recipient@example.com"
"""Who a rendered mail is addressed to; `render` has no recipient of its own."""


def render_all(request: RenderRequest) -> int:
    """Render the chosen templates, write them, and return the exit code."""
    if request.every and request.format is MailFormat.EML:
        raise UsageError("--format eml holds one message: choose it with --usage TYPE")
    check_distinct({"-o": request.output}, requested.inputs(request))
    document = requested.load(request)
    mails = _rendered(request, document, _chosen(request, document))
    _warn(mails)
    if request.open:
        _open(request, document, mails)
    else:
        _write(request, document, mails)
    return ExitCode.OK


def _chosen(request: RenderRequest, document: Document) -> list[Template]:
    if request.every:
        return templates.every(document)
    return [templates.choose(document, request.usage, requested.localization(request))]


def _rendered(request: RenderRequest, document: Document, chosen: list[Template]) -> list[Rendered]:
    variables = requested.variables(request)
    code = loading.read_code(request.code)
    return [
        templates.render(
            document, template, payload.build(_base(template, variables), request.var or [], code)
        )
        for template in chosen
    ]


def _base(template: Template, variables: dict[str, Any] | None) -> dict[str, Any]:
    """The file's variables, else samples and a code."""
    if variables is not None:
        return variables
    return {**usages.sample(template.requested), "code": usages.SAMPLE_CODE}


def _warn(mails: Iterable[Rendered]) -> None:
    for name in dict.fromkeys(name for mail in mails for name in mail.inherited):
        written = "{{" + name + "}}"
        say(f"smtp-verify: warning: {written} stays as written; Logto would put JavaScript's own text there")


def _write(request: RenderRequest, document: Document, mails: list[Rendered]) -> None:
    if request.format is MailFormat.EML:
        write_bytes(_eml(document, mails[0]), request.output)
    elif request.format is MailFormat.HTML:
        write_bytes(_page(request, document, mails), request.output)
    elif request.format is MailFormat.JSON:
        from smtp_verify.report.mail.json import render_json

        write_result(render_json(mails, ExitCode.OK), request.output, private=True)
    else:
        from smtp_verify.report.mail.text import render_text

        style = style_for(None if request.output else sys.stdout, request.color)
        write_result(render_text(mails, RECIPIENT, style, matrix=request.every), request.output, private=True)


def _page(request: RenderRequest, document: Document, mails: list[Rendered]) -> bytes:
    from smtp_verify.javascript import to_utf8
    from smtp_verify.report.mail.page import all_page, body_page

    return to_utf8(all_page(mails, document.path) if request.every else body_page(mails[0]))


def _eml(document: Document, mail: Rendered) -> bytes:
    """The message, with a date and an id that are the same for the same input."""
    import hashlib
    from datetime import UTC, datetime

    from smtp_verify.mail.message import Stamp, build

    date = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or 0), UTC)
    source = repr((mail.subject, mail.content, mail.sender)).encode("utf-8", "replace")
    digest = hashlib.sha256(source).hexdigest()
    headers = document.config.get("customHeaders")
    stamp = Stamp(date, f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}")
    return build(mail.mail(RECIPIENT, headers if isinstance(headers, dict) else {}), stamp).data


def _open(request: RenderRequest, document: Document, mails: list[Rendered]) -> None:
    """Write the page to the file of `-o`, else to a temporary one, and show it in the browser."""
    import tempfile
    import webbrowser
    from pathlib import Path

    output = request.output
    if output is None:
        output = str(Path(tempfile.mkdtemp(prefix="smtp-verify-")) / "mail.html")
    write_bytes(_page(request, document, mails), output)
    uri = Path(output).resolve().as_uri()
    if not webbrowser.open(uri):
        say(f"smtp-verify: no browser here; the page is at {uri}")
