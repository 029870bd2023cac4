"""Which version of Logto a report is about, and what the others do differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smtp_verify.logto_versions import Difference, LogtoVersion


def versions_json(logto: LogtoVersion, differs: Sequence[Difference]) -> dict[str, Any]:
    """The contract's `logto`."""
    others = [{"versions": list(each.versions), "what": each.what} for each in differs]
    return {"version": logto.name, "differs": others}


def versions_lines(differs: Sequence[Difference]) -> Iterator[str]:
    """A line for people for each difference."""
    for each in differs:
        yield f"Logto {', '.join(each.versions)}: {visible_line(each.what)}"
