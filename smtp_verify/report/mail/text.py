"""Rendered templates for people: the headers, the body as text, what is unresolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.mail import handlebars
from smtp_verify.report.mail.html_text import html_to_text
from smtp_verify.report.visible import visible, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smtp_verify.mail.template import Rendered, Template
    from smtp_verify.report.style import Style

_RULE = "─" * 72
_ABSENT = "·"
_USED = "✓"
_UNRESOLVED = "✗"


def render_text(mails: Sequence[Rendered], to: str, style: Style, matrix: bool) -> Iterator[str]:
    """Each mail as its recipient would read it; with `matrix`, the coverage of variables at the end."""
    for number, mail in enumerate(mails):
        if number:
            yield "\n"
        yield from _mail(mail, to, style)
    if matrix:
        yield "\n" + coverage_matrix(mails, style)


def _mail(mail: Rendered, to: str, style: Style) -> Iterator[str]:
    yield f"{style('dim', '──')} {style('bold', _title(mail.template))}\n"
    for name, value in (
        ("From", mail.sender or "(none)"),
        ("To", to),
        ("Reply-To", mail.reply_to),
        ("Subject", mail.subject or "(none)"),
    ):
        if value is not None:
            yield f"{style('dim', name + ':')} {visible_line(value)}\n"
    body = mail.content if mail.is_text else html_to_text(mail.content)
    yield f"\n{visible(body.replace(chr(13) + chr(10), chr(10)))}\n"
    yield style("dim", _RULE) + "\n"
    kind = "text" if mail.is_text else "HTML, shown as text"
    yield f"{style('dim', 'Type:')} {visible_line(str(mail.content_type))} ({kind})\n"
    yield f"{style('dim', 'Unresolved:')} {_unresolved(mail, style)}\n"


def _title(template: Template) -> str:
    title = visible_line(str(template.usage_type))
    if template.fallback:
        title += f", standing in for {visible_line(template.requested)}"
    if template.shadowed:
        title += ", never used: an earlier template has the same type"
    if template.locale is not None:
        title += f", localized for {visible_line(template.locale)}"
    return f"{title} ({template.name}, {template.location.in_words})"


def _unresolved(mail: Rendered, style: Style) -> str:
    if not mail.unresolved:
        return "none"
    return ", ".join(style("warning", "{{" + visible_line(name) + "}}") for name in mail.unresolved)


def coverage_matrix(mails: Sequence[Rendered], style: Style) -> str:
    """Usage types down, variables across: used, left unresolved, or not used."""
    columns = list(dict.fromkeys(name for mail in mails for name in _names(mail)))
    if not columns:
        return "No template uses a variable.\n"
    rows = [_row(mail, columns) for mail in mails]
    table = [["", *columns], *rows]
    widths = [max(len(row[at]) for row in table) for at in range(len(columns) + 1)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    key = f"{_USED} filled in   {_UNRESOLVED} left as it is   {_ABSENT} not used"
    return "\n".join([style("bold", lines[0]), *lines[1:], style("dim", key)]) + "\n"


def _names(mail: Rendered) -> tuple[str, ...]:
    raw = mail.template.raw
    texts = (raw.get(key) for key in ("subject", "content", "sendFrom", "replyTo"))
    return tuple(name for text in texts if isinstance(text, str) for name in handlebars.names(text))


def _row(mail: Rendered, columns: Sequence[str]) -> list[str]:
    used = _names(mail)
    cells = [
        _UNRESOLVED if name in mail.unresolved else _USED if name in used else _ABSENT for name in columns
    ]
    return [visible_line(str(mail.template.usage_type)), *cells]
