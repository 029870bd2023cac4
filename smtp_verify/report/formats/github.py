"""Annotations of GitHub Actions: one workflow command a line, which marks a line of a file.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.finding import Severity
from smtp_verify.report.formats.places import in_tree
from smtp_verify.report.visible import visible, visible_line

if TYPE_CHECKING:
    from smtp_verify.finding import Location

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def annotation(severity: Severity, message: str, title: str, place: Location | None = None) -> str:
    """One workflow command with its line end."""
    properties = {**(_place(place) if place else {}), "title": title}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[severity]} {told}::{_data(visible_line(message))}\n"


def _place(place: Location) -> dict[str, str | int]:
    if place.given:
        # An annotation must have a line: what is not in the text is told at the first.
        return {"file": in_tree(place.path), "line": 1}
    told: dict[str, str | int] = {"file": in_tree(place.path), "line": place.line}
    if place.line == place.end_line:
        # The runner drops columns where the lines differ. Its end is the last column, not the one behind it.
        told["col"] = place.column
    told["endLine"] = place.end_line
    if place.line == place.end_line:
        told["endColumn"] = max(place.end_column - 1, place.column)
    return told


def _data(text: str) -> str:
    """As `escapeData` of @actions/core; a line end in a value would begin a command of its own."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(escaped).replace("\t", "\\t")


def _property(text: str) -> str:
    """As `escapeProperty`."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
