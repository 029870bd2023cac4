"""A project's settings, as `[tool.smtp-verify]` or `.smtp-verify.yaml` has them, checked and made ready."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smtp_verify.config.schema.kinds import Schema
from smtp_verify.errors import UsageError
from smtp_verify.lint.selection.choice import NO_CHOICE, Choice, dropped
from smtp_verify.logto_versions import NAMES, version_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.logto_versions import LogtoVersion

_KEYS = ("select", "ignore", "per-file-ignores", "schema", "strict", "exclude", "logto-version")


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the files below one directory."""

    folder: str = ""
    """Absolute; the patterns start from here."""
    choice: Choice = NO_CHOICE
    without: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = ()
    """Codes that are not told of the files that match a pattern."""
    schema: Schema | None = None
    strict: bool = False
    exclude: tuple[re.Pattern[str], ...] = ()
    """Files to skip in directories and patterns."""
    logto: LogtoVersion | None = None
    """The version of Logto whose behavior is reported."""

    def dropped_in(self, path: str) -> frozenset[str]:
        """The codes that are not told of one file, beyond those of `choice`."""
        name = self._name(path)
        return frozenset(code for pattern, codes in self.without if pattern.fullmatch(name) for code in codes)

    def excludes(self, path: str) -> bool:
        """Whether a file is skipped."""
        name = self._name(path)
        return any(pattern.fullmatch(name) for pattern in self.exclude)

    def _name(self, path: str) -> str:
        return os.path.relpath(path, self.folder).replace(os.sep, "/")


class Table:
    """Settings as they are written, with the place of each key, and errors that name it.

    Args:
        path: the file, as an error shows it.
        data: its table.
        line_of: the line in which a key stands, from 1.
    """

    def __init__(self, path: str, data: dict[str, Any], line_of: Callable[[str], int]) -> None:
        self._path = path
        self._data = data
        self._line_of = line_of

    def settings(self, folder: str) -> Settings:
        """The settings that it holds.

        Raises:
            UsageError: an unknown key, or a value that the key does not take.
        """
        for key in self._data:
            if key not in _KEYS:
                raise self._error(key, f"there is no setting {key!r}{_question(key)}")
        choice = Choice(self._words("select") if "select" in self._data else None, self._words("ignore"))
        self._checked("select", choice._replace(ignore=()))
        self._checked("ignore", choice)
        return Settings(
            folder,
            choice,
            tuple(self._without()),
            self._schema(),
            self._strict(),
            tuple(_compiled(each) for each in self._words("exclude")),
            self._logto(),
        )

    def _checked(self, key: str, choice: Choice) -> frozenset[str]:
        try:
            return dropped([choice])
        except UsageError as error:
            raise self._error(key, f"{key}: {error.message}") from None

    def _words(self, key: str) -> tuple[str, ...]:
        value = self._data.get(key, [])
        return self._texts(key, value)

    def _texts(self, key: str, value: Any, shown: str = "") -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._error(key, f"{shown or key} must be a list of strings")
        return tuple(value)

    def _without(self) -> list[tuple[re.Pattern[str], frozenset[str]]]:
        key = "per-file-ignores"
        value = self._data.get(key, {})
        if not isinstance(value, dict):
            raise self._error(key, f"{key} must be a table of patterns, each with a list of codes")
        choices = (
            (pattern, Choice(None, self._texts(key, words, f"{key} {pattern!r}")))
            for pattern, words in value.items()
        )
        return [(_compiled(pattern), self._checked(key, choice)) for pattern, choice in choices]

    def _schema(self) -> Schema | None:
        if "schema" not in self._data:
            return None
        names = [each.value for each in Schema]
        if self._data["schema"] not in names:
            raise self._error("schema", f"schema must be {' or '.join(names)}")
        return Schema(self._data["schema"])

    def _strict(self) -> bool:
        strict = self._data.get("strict", False)
        if not isinstance(strict, bool):
            raise self._error("strict", "strict must be true or false")
        return strict

    def _logto(self) -> LogtoVersion | None:
        key = "logto-version"
        value = self._data.get(key)
        if value is None:
            return None
        try:
            return version_of(value if isinstance(value, str) else "")
        except ValueError:
            listed = ", ".join(f'"{name}"' for name in NAMES)
            raise self._error(key, f"{key} must be one of {listed}") from None

    def _error(self, key: str, message: str) -> UsageError:
        return UsageError(f"{self._path}:{self._line_of(key)}: {message}")


def _question(key: str) -> str:
    from smtp_verify.config.schema.suggestions import did_you_mean

    meant = did_you_mean(key, _KEYS)
    return f"; {meant}" if meant else f"; there are {', '.join(_KEYS)}"


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as .gitignore has them: without a slash it is a name at any depth; it takes what is below."""
    bare = pattern.removeprefix("./").rstrip("/")
    anywhere = "" if "/" in bare else "(?:.*/)?"
    pieces = re.findall(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|[^*?\[]+|\[", bare.removeprefix("/"))
    return re.compile(anywhere + "".join(map(_piece, pieces)) + "(?:/.*)?", re.DOTALL)


def _piece(piece: str) -> str:
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if piece in known:
        return known[piece]
    if len(piece) > 2 and piece[0] == "[":
        inner = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[")
        inner = "^" + inner[1:] if inner[0] == "!" else inner.replace("^", "\\^")
        return f"(?!/)[{inner.replace(']', chr(92) + ']')}]"
    return re.escape(piece)
