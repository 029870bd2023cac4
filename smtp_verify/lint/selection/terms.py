"""The terms on which a file is judged: the command line, and below it the settings closest to the file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from smtp_verify.config.reading.source import STDIN, display_path
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.errors import SourceError, UsageError
from smtp_verify.finding import MARK
from smtp_verify.logto_versions import NEWEST, version_of

# What settings and choices need is imported where there are some: startup must stay fast.
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from smtp_verify.config.document import Document
    from smtp_verify.finding import Finding
    from smtp_verify.lint.selection.settings import Settings
    from smtp_verify.logto_versions import LogtoVersion

    Keep = Callable[[Document, Iterable[Finding]], Iterable[Finding]]

_SETTINGS_FILES = (".smtp-verify.yaml", "pyproject.toml")


class Terms:
    """What decides on a file.

    Args:
        schema: as the command line has it; None leaves it to the settings.
        strict: whether a warning makes a file invalid; None leaves it to the settings.
        select: the codes to tell, with commas between them.
        ignore: the codes not to tell.
        isolated: whether settings are ignored.
        logto: the version of Logto to report on; None leaves it to the settings.

    Raises:
        UsageError: an unknown code, or an unknown version.
    """

    def __init__(
        self,
        schema: Schema | None,
        strict: bool | None,
        select: list[str] | None,
        ignore: list[str] | None,
        isolated: bool,
        logto: str | None,
    ) -> None:
        self._schema = schema
        self._strict = strict
        self._isolated = isolated
        self._select = None if select is None else _words("--select", select)
        self._ignore = _words("--ignore", ignore or [])
        self._logto = None if logto is None else _version(logto)
        self._above = SettingsAbove()
        self._dropped = {"": self._dropped_by(None)}

    def files_of(self, path: str) -> list[str] | SourceError:
        """The files that a path of the command line stands for, or why there are none.

        Raises:
            UsageError: settings that cannot be used.
            SourceError: settings that cannot be read.
        """
        from smtp_verify.config.reading.discovery import discover

        try:
            found = list(discover(path))
        except SourceError as error:
            return error
        files = [file for file in found if not self._excludes(file) or file == path]
        return files or SourceError(f"{display_path(path)}: the settings exclude all that is there")

    def count(self, paths: Iterable[str]) -> int:
        """How many files the paths of the command line stand for; one that leads nowhere counts as one."""
        found = map(self.files_of, paths)
        return sum(len(files) if isinstance(files, list) else 1 for files in found)

    def of(self, path: str) -> tuple[Schema, bool, Keep]:
        """The schema, whether warnings count, and which findings do.

        Raises:
            UsageError: settings that cannot be used.
            SourceError: settings that cannot be read.
        """
        settings = self._settings_of(path)
        without = self._dropped[""]
        if settings is not None:
            if settings.folder not in self._dropped:
                self._dropped[settings.folder] = self._dropped_by(settings)
            without = self._dropped[settings.folder] | settings.dropped_in(path)
        schema = self._schema or (settings.schema if settings else None) or Schema.DOCUMENTED
        strict = (settings is not None and settings.strict) if self._strict is None else self._strict
        return schema, strict, lambda document, found: _kept(document, found, without, schema)

    def _dropped_by(self, settings: Settings | None) -> frozenset[str]:
        if settings is None and self._select is None and not self._ignore:
            return frozenset()
        from smtp_verify.lint.selection.choice import NO_CHOICE, Choice, dropped

        return dropped([settings.choice if settings else NO_CHOICE, Choice(self._select, self._ignore)])

    def logto_of(self, path: str) -> LogtoVersion:
        """The version of Logto whose behavior is reported.

        Raises:
            UsageError: settings that cannot be used.
            SourceError: settings that cannot be read.
        """
        settings = self._settings_of(path)
        return self._logto or (settings.logto if settings is not None else None) or NEWEST

    def _excludes(self, path: str) -> bool:
        settings = self._settings_of(path)
        return settings is not None and settings.excludes(path)

    def _settings_of(self, path: str) -> Settings | None:
        return None if self._isolated else self._above.of(path)


class SettingsAbove:
    """Finds the settings closest above a file; each directory is looked into once."""

    def __init__(self) -> None:
        self._settings: dict[str, Settings | None] = {}

    def of(self, path: str) -> Settings | None:
        """The settings closest above a file, or, for standard input, above the working directory.

        Raises:
            UsageError: settings that cannot be used.
            SourceError: settings that cannot be read.
        """
        try:
            folder = os.getcwd() if path == STDIN else os.path.dirname(os.path.abspath(path))
        except OSError:
            # The working directory has been removed, and what is above it is unknown.
            return None
        passed = []
        while folder not in self._settings:
            passed.append(folder)
            above = os.path.dirname(folder)
            found = _settings_in(folder)
            if found is not None or above == folder:
                self._settings[folder] = found
                break
            folder = above
        settings = self._settings[folder]
        self._settings.update(dict.fromkeys(passed, settings))
        return settings


def _settings_in(folder: str) -> Settings | None:
    if not any(os.path.isfile(os.path.join(folder, name)) for name in _SETTINGS_FILES):
        return None
    from smtp_verify.lint.selection.settings_files import settings_in

    return settings_in(folder)


def _kept(
    document: Document, found: Iterable[Finding], without: frozenset[str], against: Schema
) -> Iterable[Finding]:
    if not without and MARK not in document.text.text:
        return found
    from smtp_verify.lint.selection.choice import kept

    return kept(document, found, without, against)


def _version(name: str) -> LogtoVersion:
    try:
        return version_of(name)
    except ValueError as error:
        raise UsageError(f"--logto: {error}") from None


def _words(option: str, values: list[str]) -> tuple[str, ...]:
    words = tuple(word.strip() for value in values for word in value.split(",") if word.strip())
    if values and not words:
        raise UsageError(f"{option}: names no code")
    return words
