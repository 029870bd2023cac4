"""Options that several commands share."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from smtp_verify import __version__
from smtp_verify.config.document import dotted
from smtp_verify.config.loader import InputFormat
from smtp_verify.errors import UsageError
from smtp_verify.logto_versions import NAMES
from smtp_verify.report.style import ColorMode
from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.config.document import Document, Path
    from smtp_verify.config.overrides import Override
    from smtp_verify.logto_versions import LogtoVersion
    from smtp_verify.mail.localization import Localization


_LONGEST_CODE = 64 * 1024
"""Characters: what has no line end in so many is no code."""
_LONGEST_TIMEOUT = 10**9
"""Seconds, some thirty years: the system's timers hold little more."""


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"smtp-verify {__version__}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
]
NoInput = Annotated[
    bool, typer.Option("--no-input", help="Never ask; what is missing is an error. For scripts and CI.")
]
Color = Annotated[
    ColorMode, typer.Option("--color", help="When to use colour. NO_COLOR and FORCE_COLOR count too.")
]
ReadAs = Annotated[
    InputFormat | None,
    typer.Option("--input-format", help="Read the input as this format, whatever it looks like."),
]
DocumentNumber = Annotated[
    int | None,
    typer.Option("--document", metavar="N", help="Which document of a multi-document YAML file, from 0."),
]
LogtoVersionName = Annotated[
    str | None,
    typer.Option(
        "--logto",
        metavar="VERSION",
        help=f"Report what this Logto does: {', '.join(NAMES)}.  [default: {NAMES[-1]}]",
        autocompletion=lambda: NAMES,
    ),
]
Output = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write the result to FILE.")
]
ConfigPath = Annotated[
    str, typer.Argument(metavar="CONFIG", help="The config, JSON or YAML; - reads standard input.")
]
Code = Annotated[
    str | None,
    typer.Option("--code", metavar="CODE", help="The verification code; - reads it from standard input."),
]
Var = Annotated[
    list[str] | None,
    typer.Option("--var", metavar="KEY=VALUE", help="Set one variable; dots reach inside. Repeatable."),
]
Vars = Annotated[
    str | None,
    typer.Option("--vars", metavar="FILE", help="Variables from a JSON or YAML file, instead of samples."),
]
Locale = Annotated[
    str | None, typer.Option("--locale", metavar="TAG", help="The recipient's language, such as pt-BR.")
]
FallbackLocale = Annotated[
    str, typer.Option("--fallback-locale", metavar="TAG", help="Logto's default language.")
]
EmailTemplates = Annotated[
    str | None,
    typer.Option(
        "--email-templates",
        metavar="FILE",
        help="Localized templates, as Logto's API takes them; they come before the config's own.",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Set one field for this run; VALUE may be env:NAME, file:PATH, cmd:COMMAND or ask:.",
    ),
]


def logto_version(name: str | None, path: str) -> LogtoVersion:
    """The version of --logto, else that of the settings above a file, else the newest.

    Raises:
        UsageError: no version of that name, or settings that cannot be used.
        SourceError: settings that cannot be read.
    """
    from smtp_verify.cli.terms import Terms

    return Terms(None, None, None, None, isolated=False, logto=name).logto_of(path)


def load_config(
    path: str, input_format: InputFormat | None, number: int | None, logto: str | None
) -> Document:
    """The one document a command works on; says so where it was found inside an answer of Logto's API.

    Raises:
        UsageError: no such version of Logto.
        SourceError: the path cannot be read.
        ConfigError: the text cannot be read, or holds several documents and none was chosen.
    """
    from dataclasses import replace

    from smtp_verify.config.loader import load, pick

    version = logto_version(logto, path)
    document = replace(pick(load(path, input_format), number), logto=version)
    say_where(document)
    return document


def say_where(document: Document | None) -> None:
    """Say so where the config was found inside an answer of Logto's API."""
    if document is not None and document.base:
        from smtp_verify.cli.boundary import say

        say(f"smtp-verify: {document.path}: reading the config under /{'/'.join(map(str, document.base))}")


def overridden(document: Document, assignments: list[str], no_input: bool) -> Document:
    """The document with the fields of the environment and of --set in their places.

    Raises:
        UsageError: no such field, or a secret in the command line.
        ConfigError: a path that leads nowhere.
    """
    from smtp_verify.config import overrides

    return overrides.overridden(document, given_overrides(assignments, no_input))


def given_overrides(assignments: list[str], no_input: bool) -> list[Override]:
    """The fields of the environment and of --set, the latter last.

    Raises:
        UsageError: no such field, or a secret in the command line.
    """
    from smtp_verify.config import overrides

    ask = asker(no_input)
    return [*overrides.from_environment(os.environ, ask), *overrides.from_options(assignments, ask)]


def load_localization(path: str | None, locale: str | None, fallback: str) -> Localization:
    """The localized templates of --email-templates; without it there are none.

    Raises:
        SourceError: the path cannot be read.
        ConfigError: it holds no localized templates.
    """
    from smtp_verify.mail.localization import Localization, load

    return Localization((), locale, fallback) if path is None else load(path, locale, fallback)


def read_code(code: str | None) -> str | None:
    """The value of --code, from standard input where it is `-`.

    Raises:
        UsageError: standard input holds no code.
    """
    if code != "-":
        return code
    try:
        line = sys.stdin.readline(_LONGEST_CODE).strip() if sys.stdin is not None else ""
    except (OSError, UnicodeError):
        raise UsageError("--code -: standard input cannot be read") from None
    if not line:
        raise UsageError("--code -: standard input holds no code")
    return line


def asker(no_input: bool) -> Callable[[str], str]:
    """A question for a secret, at a terminal."""

    def ask(name: str) -> str:
        if not can_ask(no_input):
            raise UsageError(f"{name}: ask: needs a terminal to ask at")
        return _prompt(visible_line(name), hidden=True)

    return ask


def ask_for_placeholders(document: Document, config: Any, no_input: bool) -> Any:
    """The config with every placeholder filled in at the terminal; the same one is asked for once.

    Raises:
        ConfigError: there are placeholders, and nobody to ask.
    """
    from smtp_verify.mail.readiness import refuse_placeholders

    if not can_ask(no_input):
        refuse_placeholders(document, config)
        return config
    return answered(config, lambda path: f" ({document.location(path).in_words})")


def answered(config: Any, remark: Callable[[Path], str], may_skip: bool = False) -> Any:
    """The config with the answers in the place of its placeholders.

    Args:
        config: what holds the placeholders.
        remark: what is said behind the question for a key.
        may_skip: whether an empty answer leaves the placeholder.
    """
    from smtp_verify.config import overrides, placeholders, secrets

    found = [each for each in placeholders.find(config) if not each.in_text]
    # A token may be the user as well as the password.
    secret = {each.text for each in found if secrets.hides(each.path)}
    answers: dict[tuple[str, bool], str] = {}
    filled = []
    for each in found:
        question = (each.text, secrets.hides(each.path))
        if question not in answers:
            prompt = visible_line(f"{dotted(each.path)} {each.text}{remark(each.path)}")
            answers[question] = _typed_answer(prompt, each.path, each.text in secret, may_skip)
        if answers[question]:
            filled.append(overrides.typed(each.path, answers[question]))
    return overrides.apply(config, filled)


def _typed_answer(prompt: str, path: Path, hidden: bool, may_skip: bool) -> str:
    """An answer that the schema has a type for; any other is asked for again."""
    from smtp_verify.cli.boundary import say
    from smtp_verify.config import overrides, placeholders

    while True:
        answer = _prompt(prompt, hidden, may_skip)
        if may_skip and not answer:
            return answer
        if placeholders.is_placeholder(answer):
            say("that is the placeholder itself")
            continue
        try:
            overrides.typed(path, answer)
        except UsageError as error:
            say(error.message)
            continue
        return answer


def _prompt(text: str, hidden: bool, may_skip: bool = False) -> str:
    """An answer at the terminal; Ctrl-D ends the program as Ctrl-C does.

    Not by `typer.prompt`: it writes a space to standard output.
    """
    from smtp_verify.cli import clock
    from smtp_verify.cli.boundary import say

    while True:
        try:
            with clock.stopped():
                answer = _read_answer(text, hidden)
            # In the C locale, bytes that are not UTF-8 come as lone surrogates.
            answer.encode()
        except EOFError:
            raise KeyboardInterrupt from None
        except UnicodeError:
            say("that is not in the encoding of this terminal's locale")
            continue
        if answer or may_skip:
            return answer


def _read_answer(text: str, hidden: bool) -> str:
    """One line; spaces around it count in a secret alone."""
    from getpass import getpass

    if hidden:
        return getpass(f"{text}: ", sys.stderr)
    print(f"{text}: ", end="", file=sys.stderr, flush=True)  # noqa: T201 - a question is for people
    return input().strip()


def can_ask(no_input: bool) -> bool:
    """Whether somebody sits at a terminal, and wants to be asked."""
    return not no_input and all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def check_timeout(seconds: float, option: str = "--timeout") -> None:
    """A number of seconds that can be waited for.

    Raises:
        UsageError: it is none.
    """
    if not seconds <= _LONGEST_TIMEOUT:
        raise UsageError(f"{option}: write a number of seconds, {_LONGEST_TIMEOUT} at most")
