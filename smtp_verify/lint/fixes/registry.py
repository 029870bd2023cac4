"""Which findings can be fixed, and how: the registry of fixes, by the codes of the findings."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from smtp_verify import codes
from smtp_verify.config.editing.edits import CannotEdit, Change, RenameKey, changed, check, data_after
from smtp_verify.config.schema.guard import guard
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.config.schema.unfilled import is_stand_in
from smtp_verify.finding import Severity
from smtp_verify.lint.fixes import of_rules, of_structure
from smtp_verify.lint.verdict import judge_document
from smtp_verify.lint.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from smtp_verify.config.document import Document
    from smtp_verify.config.path import Path
    from smtp_verify.config.schema.guard import Issue
    from smtp_verify.finding import Finding
    from smtp_verify.lint.fixes.fix import Fix, Fixer
    from smtp_verify.lint.verdict import Verdict

FIXERS: Mapping[str, Fixer] = {**of_structure.FIXERS, **of_rules.FIXERS}
MOST_FIXES = 100
"""Findings of one document that are looked at: no config has as many."""
_GRAVE = ("SV712",)
"""Findings that only inform, but must not come from a fix: codes in Logto's log."""
_MOST_DOCUMENTS = 50
"""Documents of one file that are fixed."""
_MOST_READ = 1024 * 1024
"""Characters that are read again while a document is fixed: a file of many kilobytes is no config."""


def fix_of(view: View, finding: Finding) -> Fix | None:
    """The fix for a finding, or None where none is known, or where it cannot be made without harm."""
    fixer = FIXERS.get(finding.code)
    path = view.document.path_of(finding.pointer) if fixer is not None else None
    fix = fixer(view, path) if fixer is not None and path is not None else None
    if fix is None or path is None or any(_loses_stand_in(view, each) for each in fix.changes):
        return None
    try:
        for change in fix.changes:
            check(view.document, change)
    except CannotEdit:
        return None
    if finding.code == codes.UNKNOWN_KEY and not _is_awaited(view, fix) and _causes_more(view.document, fix):
        return None
    after = data_after(view.config, fix.changes)
    before, after = (_part(config, path, view.config) for config in (view.config, after))
    return fix if refusals(guard(after)) <= refusals(guard(before)) else None


def _is_awaited(view: View, fix: Fix) -> bool:
    """Whether Logto refuses the config without the key that a fix names."""
    missing = {issue.path for issue in view.document.issues}
    return any((*each.path[:-1], each.name) in missing for each in fix.changes if isinstance(each, RenameKey))


def _causes_more(document: Document, fix: Fix) -> bool:
    """Whether a key that has an effect under its right name is then found fault with."""
    before, after = (_found(each) for each in (document, changed(document, fix.changes)))
    renamed = renames(document, fix)
    return bool(after - {(code, renamed.get(pointer, pointer)) for code, pointer in before})


def renames(document: Document, fix: Fix) -> dict[str, str]:
    """The pointers of the keys that a fix renames, each with its new one."""
    return {
        document.pointer(each.path): document.pointer((*each.path[:-1], each.name))
        for each in fix.changes
        if isinstance(each, RenameKey)
    }


def _found(document: Document) -> set[tuple[str, str]]:
    verdict = judge_document(document, Schema.DOCUMENTED, strict=False)
    counts = (each for each in verdict.findings if each.severity is not Severity.INFO or each.code in _GRAVE)
    return {(each.code, each.pointer) for each in counts}


def _loses_stand_in(view: View, change: Change) -> bool:
    """Whether a change overwrites something that stands for a value, or writes such a thing."""
    if isinstance(change, RenameKey):
        return False
    return any(isinstance(each, str) and is_stand_in(each) for each in (view.at(*change.path), change.value))


def _part(config: dict[str, Any], path: Path, before: dict[str, Any]) -> dict[str, Any]:
    """What a fix at a path changes, one template or what is beside them: for all the guard takes long."""
    if path[0] == "templates" and len(path) > 1:
        return {"templates": [config["templates"][path[1]]]}
    return {key: value for key, value in config.items() if key != "templates" or key not in before}


def refusals(issues: Iterable[Issue]) -> int:
    """How much of a config Logto refuses: how many templates' fields, and keys beside them.

    One key may have any number of issues, as the guard tells those of the form that comes closest.
    """
    return len({each.path if each.path[:1] == ("templates",) else each.path[:1] for each in issues})


def fixes(verdict: Verdict) -> Iterator[tuple[Finding, Fix]]:
    """The findings of a verdict that have a fix, safe ones first; each is made as it is asked for."""
    document = verdict.document
    if document is None or document.index >= _MOST_DOCUMENTS:
        return
    if document.root is None or not isinstance(document.config, dict):
        return
    view = View(document)
    unsafe = []
    for finding in islice((each for each in verdict.findings if each.code in FIXERS), most_fixes(document)):
        fix = fix_of(view, finding)
        if fix is not None and fix.safe:
            yield finding, fix
        elif fix is not None:
            unsafe.append((finding, fix))
    yield from unsafe


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
    """The verdict whose findings say which of them can be fixed; of two that exclude each other, one."""
    wanted: dict[Path, Change] = {}
    safe = {id(finding): fix.safe for finding, fix in fixes(verdict) if _agrees(fix, wanted)}
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
