"""Diagnoses as JSON, and as rows of a text report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from smtp_verify.config.path import dotted
from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smtp_verify.config.path import Assignment
    from smtp_verify.diagnosis.row import Diagnosis


def diagnosis_json(diagnoses: Sequence[Diagnosis]) -> dict[str, Any] | None:
    """The likeliest cause, with the others behind it."""
    if not diagnoses:
        return None
    first, *others = map(_one, diagnoses)
    return {**first, "others": others}


def diagnosis_rows(diagnoses: Sequence[Diagnosis]) -> Iterator[tuple[str, str]]:
    """What is the matter, where, and what to write instead; then what else it may be."""
    for number, each in enumerate(diagnoses):
        row = each.row
        if number:
            yield "also possible", f"{row.cause}; then {row.fix} ({row.code})"
            continue
        yield "cause", row.cause
        if each.place is not None:
            yield "config", _place(each)
        yield "fix", row.fix
        for change in each.changes:
            yield "write", written(change)
        yield "more", f"{row.source} ({row.code})"


def _one(each: Diagnosis) -> dict[str, Any]:
    row, place = each.row, each.place
    return {
        "code": row.code,
        "cause": row.cause,
        "cure": row.fix,
        "pointer": each.pointer or None,
        "path": place.path if place else None,
        "line": place.line or None if place else None,
        "column": place.column or None if place else None,
        "given": place.given or None if place else None,
        "patch": [{"path": dotted(change.path), "value": change.value} for change in each.changes],
        "source": row.source,
    }


def _place(each: Diagnosis) -> str:
    place = each.place
    where = f"{visible_line(place.shown)} " if place else ""
    return where + dotted(each.row.path) + (", which is not set" if each.is_unset else "")


def written(change: Assignment) -> str:
    """A change as a line of YAML, or in words."""
    if change.value is None:
        return f"remove {dotted(change.path)}"
    return f"{dotted(change.path)}: {visible_line(json.dumps(change.value, ensure_ascii=False))}"
