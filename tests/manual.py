"""Writes the manual page from the commands themselves: python -m tests.manual, or make man.

The macros are those of groff_man(7), which mandoc and man of macOS read too.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import TYPE_CHECKING, Any

import typer

from smtp_verify import __version__
from smtp_verify.cli.app import COMMANDS, app
from smtp_verify.exit_code import MEANINGS
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "smtp_verify" / "smtp-verify.1"
EVERYWHERE = ("help", "version")
"""Options that are told once, above the commands."""

ENVIRONMENT = {
    "SMTP_VERIFY_SET_PATH": "A field of the config for this run, as by --set: two underscores stand for the"
    " dot, so that SMTP_VERIFY_SET_AUTH__PASS is auth.pass. The option wins.",
    "NO_COLOR": "Not empty: no colour, whatever the stream.",
    "FORCE_COLOR": "Neither empty nor 0: colour, whatever the stream. NO_COLOR wins, and --color over both.",
    "TERM": "dumb: neither colour nor a line that is written anew.",
    "NODE_EXTRA_CA_CERTS": "A file of PEM certificates that are trusted besides Mozilla's, as Node.js does.",
    "SOURCE_DATE_EPOCH": "The Date of a message of render --format eml, in seconds since 1970.",
}
FILES = {
    "*.json": "A config as strict JSON (RFC 8259).",
    "*.yaml, *.yml": "A config as YAML, its words read as YAML 1.2 does. A file of any other name, and"
    " standard input, is JSON where it begins with { or [.",
}
SEE_ALSO = (
    "The config: https://docs.logto.io/integrations/smtp",
    "The library that sends in Logto: https://nodemailer.com",
    "smtp-verify explain CODE has a page for every code of a finding, a diagnosis, an exit or a reply.",
)
_ESCAPES = str.maketrans({"\\": "\\e", "-": "\\-", "^": "\\(ha", "~": "\\(ti", "`": "\\(ga"})


def page() -> str:
    """The manual page; a heading begins a paragraph of its own."""
    text = "\n".join(_lines()) + "\n"
    return re.sub(r"(?m)^(\.S[HS] .*\n)\.PP\n", r"\1", text)


def _lines() -> Iterator[str]:
    group: Any = typer.main.get_command(app)
    context = group.make_context("smtp-verify", ["validate"], resilient_parsing=True)
    commands = {name: group.get_command(context, name) for name in COMMANDS}
    yield '.\\" Made by tests/manual.py from the commands: change those, and make man.'
    yield f'.TH SMTP\\-VERIFY 1 "" "smtp\\-verify {__version__}" "User Commands"'
    yield from (
        ".SH NAME",
        "smtp\\-verify \\- check, render and test\\-send a config of Logto's SMTP connector",
    )
    yield ".SH SYNOPSIS"
    for number, (name, command) in enumerate(commands.items()):
        if number:
            yield ".br"
        arguments = [
            f"\\fI{_safe(_metavar(each, context))}\\fR"
            for each in command.params
            if each.param_type_name == "argument"
        ]
        yield " ".join((f"\\fBsmtp\\-verify {_safe(name)}\\fR [\\fIoptions\\fR]", *arguments))
    yield ".SH DESCRIPTION"
    yield from _paragraphs(group.help)
    yield from _paragraphs("These options are everywhere:")
    for option in (each for each in commands["validate"].params if each.name in EVERYWHERE):
        yield from _option(option, context)
    yield from _tagged("\\fB\\-h\\fR, \\fB\\-\\-help\\fR", "Show the options of a command and exit.")
    yield ".SH COMMANDS"
    examples = []
    for name, command in commands.items():
        said, _, shown = inspect.cleandoc(command.help).partition("Examples:")
        examples.append(shown.replace("\b", "").strip("\n"))
        yield f".SS {_safe(name)}"
        yield from _paragraphs(said)
        for each in command.params:
            if each.name not in EVERYWHERE:
                yield from _option(each, context)
    yield ".SH EXIT STATUS"
    for code, meaning in MEANINGS.items():
        yield from _tagged(f"\\fB{code}\\fR", meaning)
    for title, entries in (("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)):
        yield f".SH {title}"
        for name, meaning in entries.items():
            yield from _tagged(f"\\fB{_safe(name)}\\fR", meaning)
    yield ".SH EXAMPLES"
    for example in filter(None, examples):
        yield from (".PP", ".nf", ".RS", *map(_safe, textwrap.dedent(example).split("\n")), ".RE", ".fi")
    yield ".SH SEE ALSO"
    for also in SEE_ALSO:
        yield from _paragraphs(also)


def _paragraphs(text: str) -> Iterator[str]:
    """Text in paragraphs; one that is led by a backspace keeps its lines."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        lines = [line for line in paragraph.split("\n") if line.strip("\b ")]
        if paragraph.startswith("\b"):
            yield from (".PP", ".nf", *map(_safe, lines), ".fi")
        elif lines:
            yield from (".PP", *_filled(" ".join(lines)))


def _option(option: Any, context: Any) -> Iterator[str]:
    if option.param_type_name == "argument":
        yield from _tagged(f"\\fI{_safe(_metavar(option, context))}\\fR", option.help or "")
        return
    names = ", ".join(f"\\fB{_safe(name)}\\fR" for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag else f" \\fI{_safe(_metavar(option, context))}\\fR"
    yield from _tagged(names + value, option.help or "")


def _metavar(option: Any, context: Any) -> str:
    return str(option.make_metavar(context)).strip("[]")


def _tagged(tag: str, text: str) -> Iterator[str]:
    yield from (".TP", tag, *_filled(text))


def _filled(text: str) -> Iterator[str]:
    for line in textwrap.wrap(text, 72, break_long_words=False, break_on_hyphens=False):
        yield _safe(line)


def _safe(text: str) -> str:
    """Text that is no markup, its hyphens those that can be copied."""
    escaped = text.translate(_ESCAPES)
    escaped = "".join(each if each.isascii() else f"\\[u{ord(each):04X}]" for each in escaped)
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
