"""Reads the settings in a directory: its `.smtp-verify.yaml`, or our table in its `pyproject.toml`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from smtp_verify.config.reading.source import MAX_BYTES, display_path, read_source
from smtp_verify.errors import UsageError

if TYPE_CHECKING:
    from smtp_verify.lint.selection.settings import Settings, Table

OWN = ".smtp-verify.yaml"
SHARED = "pyproject.toml"
_SECTION = "smtp-verify"
_TABLE = f"tool.{_SECTION}"
_OURS = (f"[{_TABLE}]", f"[{_TABLE}.", "[tool]", "tool.", "tool=")
"""How a line of TOML may begin that leads to our table, without blanks and quotes."""


def settings_in(folder: str) -> Settings | None:
    """The settings in one directory; `.smtp-verify.yaml` comes first.

    Raises:
        UsageError: they cannot be used.
        SourceError: their file cannot be read.
    """
    for name, read in ((OWN, _own), (SHARED, _shared)):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            table = read(path)
            if table is not None:
                return table.settings(folder)
    return None


def _own(path: str) -> Table:
    """The settings of a file that is ours; one that is empty has none, and ends the search."""
    from dataclasses import replace

    from smtp_verify.config.loader import InputFormat, load_source
    from smtp_verify.lint.selection.settings import Table

    source = read_source(path)
    shown = display_path(os.path.relpath(path))
    is_whole = source.bad_byte is None and not source.too_large
    if is_whole and all(line.lstrip()[:1] in ("", "#") for line in source.text.splitlines()):
        return Table(shown, {}, lambda key: 1)
    document, *more = load_source(source, InputFormat.YAML)
    findings = (*document.findings, *(finding for each in more for finding in each.findings))
    if findings:
        raise UsageError(f"{shown}:{findings[0].location.line}: {findings[0].told}")
    if more or not isinstance(document.data, dict):
        raise UsageError(f"{shown}:1: settings are one object")
    whole = replace(document, base=())
    return Table(shown, document.data, lambda key: whole.location((key,)).line)


def _shared(path: str) -> Table | None:
    """Our table of a project's file, or None; TOML is read only where it seems to have one."""
    source = read_source(path)
    is_whole = source.bad_byte is None and not source.too_large
    if is_whole and not (_SECTION in source.text and any(map(_is_ours, _lines(source.text)))):
        return None
    shown = display_path(os.path.relpath(path))
    if not is_whole:
        what = f"larger than {MAX_BYTES} bytes" if source.too_large else "not UTF-8"
        raise UsageError(f"{shown}:{len(_lines(source.text))}: {what}")
    data = _toml(source.text, shown)
    tool: Any = data.get("tool")
    if not isinstance(tool, dict) or _SECTION not in tool:
        return None
    from smtp_verify.lint.selection.settings import Table

    if not isinstance(tool[_SECTION], dict):
        raise UsageError(f"{shown}: tool.{_SECTION} must be a table")
    return Table(shown, tool[_SECTION], lambda key: _line_of(source.text, key))


def _is_ours(line: str) -> bool:
    return line.startswith(_OURS)


def _toml(text: str, shown: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        what, _, place = str(error).removesuffix(")").partition(" (at ")
        line, _, column = place.removeprefix("line ").partition(", column ")
        where = f"{line}:{column}" if column else str(len(_lines(text)))
        raise UsageError(f"{shown}:{where}: not TOML: {what}") from None


def _line_of(text: str, key: str) -> int:
    """The line of a key of our table, which `tomllib` does not tell; else that of the table."""
    bare = _lines(key)[0]
    found, is_ours = 1, False
    for number, line in enumerate(_lines(text), start=1):
        if line.startswith((f"[{_TABLE}.{bare}]", f"[{_TABLE}.{bare}.")):
            return number
        if line.startswith("["):
            is_ours = line.startswith(f"[{_TABLE}]")
            found = number if is_ours else found
        elif is_ours and line.startswith((f"{bare}=", f"{bare}.")):
            return number
    return found


def _lines(text: str) -> list[str]:
    """The lines without blanks and quotes."""
    for each in " \t\r\"'":
        text = text.replace(each, "")
    return text.split("\n")
