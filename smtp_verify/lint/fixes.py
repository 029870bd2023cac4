"""Which findings can be fixed, and how: the registry of fixes, by the codes of the findings."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from smtp_verify.config.edits import CannotEdit, Change, RenameKey, check, data_after
from smtp_verify.config.guard import guard
from smtp_verify.lint import rule_fixers, structure_fixers
from smtp_verify.lint.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smtp_verify.config.document import Document, Path
    from smtp_verify.config.guard import Issue
    from smtp_verify.config.verdict import Verdict
    from smtp_verify.finding import Finding
    from smtp_verify.lint.fix import Fix, Fixer

FIXERS: Mapping[str, Fixer] = {**structure_fixers.FIXERS, **rule_fixers.FIXERS}
MOST_FIXES = 200
"""Findings of one document that are looked at: no config has as many."""
_MOST_READ = 4 * 1024 * 1024
"""Characters that are read again while a document is fixed: a file of many kilobytes is no config."""


def fix_of(view: View, finding: Finding) -> Fix | None:
    """The fix for a finding, or None where none is known, or where it cannot be made without harm."""
    fixer = FIXERS.get(finding.code)
    path = view.document.path_of(finding.pointer) if fixer is not None else None
    fix = fixer(view, path) if fixer is not None and path is not None else None
    if fix is None:
        return None
    try:
        for change in fix.changes:
            check(view.document, change)
    except CannotEdit:
        return None
    after = guard(data_after(view.config, fix.changes))
    return fix if refusals(after) <= refusals(view.document.issues) else None


def refusals(issues: Iterable[Issue]) -> int:
    """How much of a config Logto refuses: how many templates' fields, and keys beside them.

    One key may have any number of issues, as the guard tells those of the form that comes closest.
    """
    return len({each.path if each.path[:1] == ("templates",) else each.path[:1] for each in issues})


def fixable(verdict: Verdict) -> list[tuple[Finding, Fix]]:
    """The findings of a verdict that have a fix, the safe ones first; of two that exclude each other, one."""
    document = verdict.document
    if document is None or document.root is None or not isinstance(document.config, dict):
        return []
    view = View(document)
    known = (each for each in verdict.findings if each.code in FIXERS)
    found = ((each, fix_of(view, each)) for each in islice(known, most_fixes(document)))
    fixes = sorted(((each, fix) for each, fix in found if fix), key=lambda pair: not pair[1].safe)
    wanted: dict[Path, Change] = {}
    return [(each, fix) for each, fix in fixes if _agrees(fix, wanted)]


def most_fixes(document: Document) -> int:
    """How many fixes are made in a document: its text is read again for each."""
    return max(1, min(MOST_FIXES, _MOST_READ // (len(document.text.text) + 1)))


def _agrees(fix: Fix, wanted: dict[Path, Change]) -> bool:
    """Whether a fix wants nothing else of any place than those before it, which are noted."""
    changes = {_target(change): change for change in fix.changes}
    if any(wanted.get(path, change) != change for path, change in changes.items()):
        return False
    wanted.update(changes)
    return True


def _target(change: Change) -> Path:
    return (*change.path[:-1], change.name) if isinstance(change, RenameKey) else change.path


def marked(verdict: Verdict) -> Verdict:
    """The verdict whose findings say which of them can be fixed."""
    safe = {id(finding): fix.safe for finding, fix in fixable(verdict)}
    if not safe:
        return verdict
    findings = (
        replace(each, fixable=True, fix_is_safe=safe[id(each)]) if id(each) in safe else each
        for each in verdict.findings
    )
    return replace(verdict, findings=tuple(findings))


def what_a_fix_does(code: str) -> str:
    """What a fix for this finding writes, and why it is safe or is not; empty where there is none."""
    fixer = FIXERS.get(code)
    return "" if fixer is None else " ".join((fixer.__doc__ or "").split())
