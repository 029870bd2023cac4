"""Questions at the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from smtp_verify.config.path import dotted
from smtp_verify.errors import UsageError
from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.config.path import Path


def asker(no_input: bool) -> Callable[[str], str]:
    """A question for a secret, at a terminal."""

    def ask(name: str) -> str:
        if not can_ask(no_input):
            raise UsageError(f"{name}: ask: needs a terminal to ask at")
        return _prompt(visible_line(name), hidden=True)

    return ask


def answered(config: Any, remark: Callable[[Path], str], may_skip: bool = False) -> Any:
    """The config with the answers in the place of its placeholders.

    Args:
        config: what holds the placeholders.
        remark: what is said behind the question for a key.
        may_skip: whether an empty answer leaves the placeholder.
    """
    from smtp_verify.config import overrides
    from smtp_verify.config.schema import placeholders, secret_keys

    found = [each for each in placeholders.find(config) if not each.in_text]
    # A token may be the user as well as the password.
    secret = {each.text for each in found if secret_keys.hides(each.path)}
    answers: dict[tuple[str, bool], str] = {}
    filled = []
    for each in found:
        question = (each.text, secret_keys.hides(each.path))
        if question not in answers:
            prompt = visible_line(f"{dotted(each.path)} {each.text}{remark(each.path)}")
            answers[question] = _typed_answer(prompt, each.path, each.text in secret, may_skip)
        if answers[question]:
            filled.append(overrides.typed(each.path, answers[question]))
    return overrides.apply(config, filled)


def _typed_answer(prompt: str, path: Path, hidden: bool, may_skip: bool) -> str:
    """An answer that the schema has a type for; any other is asked for again."""
    from smtp_verify.cli.terminal.say import say
    from smtp_verify.config import overrides
    from smtp_verify.config.schema import placeholders

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
    from smtp_verify.cli.terminal import clock
    from smtp_verify.cli.terminal.say import say

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
    """Whether there is a terminal to ask at, and questions are allowed."""
    return not no_input and all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
