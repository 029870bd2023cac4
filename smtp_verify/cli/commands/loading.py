"""The config of a command, with what the environment, options and answers put into it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from smtp_verify.cli.terminal.asking import answered, asker, can_ask
from smtp_verify.config.loader import InputFormat
from smtp_verify.errors import UsageError

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.config.overrides import Override
    from smtp_verify.logto_versions import LogtoVersion
    from smtp_verify.mail.localization import Localization


_LONGEST_CODE = 64 * 1024
"""Characters: what has no line end in so many is no code."""


def logto_version(name: str | None, path: str) -> LogtoVersion:
    """The version of --logto, else that of the settings above a file, else the newest.

    Raises:
        UsageError: no version of that name, or settings that cannot be used.
        SourceError: settings that cannot be read.
    """
    from smtp_verify.lint.selection.terms import Terms

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
        from smtp_verify.cli.terminal.say import say

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


def ask_for_placeholders(document: Document, config: Any, no_input: bool) -> Any:
    """The config with every placeholder filled in at the terminal; the same one is asked for once.

    Raises:
        ConfigError: there are placeholders, and nobody to ask.
    """
    from smtp_verify.runs.readiness import refuse_placeholders

    if not can_ask(no_input):
        refuse_placeholders(document, config)
        return config
    return answered(config, lambda path: f" ({document.location(path).in_words})")
