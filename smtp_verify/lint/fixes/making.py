"""Fixes made on a document's text, one after the other, each judged before the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from smtp_verify.config.editing.edits import CannotEdit, changed
from smtp_verify.finding import Severity
from smtp_verify.lint.fixes.registry import fixes, most_fixes, refusals, renames
from smtp_verify.lint.structure import is_valid
from smtp_verify.lint.verdict import judge_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.config.schema.kinds import Schema
    from smtp_verify.finding import Finding
    from smtp_verify.lint.fixes.fix import Fix
    from smtp_verify.lint.verdict import Verdict

    Keep = Callable[[Document, Iterable[Finding]], Iterable[Finding]]

_TRIES = 2
"""So many fixes are tried for each that may be made: one may turn out to be none."""


class _State(NamedTuple):
    """A document on its way, and what was found at first and still is, by the name it has now."""

    told: Verdict
    """Of what is selected."""
    everything: Verdict
    """With what was not selected too: a fix must not do harm unseen."""
    left: dict[tuple[str, str], tuple[Finding, ...]]


class _Judge(NamedTuple):
    """How a document is judged after each fix."""

    against: Schema
    strict: bool
    keep: Keep

    def everything(self, document: Document) -> Verdict:
        """With what is not selected too."""
        return judge_document(document, self.against, self.strict)

    def told(self, full: Verdict, document: Document) -> Verdict:
        """The same verdict, of what is selected alone."""
        findings = tuple(sorted(self.keep(full.document or document, full.findings)))
        return replace(full, findings=findings, valid=is_valid(findings, self.strict))


def fixed(document: Document, against: Schema, strict: bool, keep: Keep, unsafe: bool) -> Verdict:
    """The verdict on a document with its fixes made, and what they have fixed.

    Args:
        document: what was read.
        against: the schema that decides what is an error.
        strict: whether a warning makes a document invalid too.
        keep: which findings count; the others are not fixed.
        unsafe: make those fixes too that may change what is sent.
    """
    judge = _Judge(against, strict, keep)
    full = judge.everything(document)
    told = judge.told(full, document)
    state = _State(told, full, _by_name(told))
    tries = iter(range(_TRIES * most_fixes(document)))
    while (better := _step(state, judge, unsafe, tries)) is not None:
        state = better
    remaining = {id(finding) for findings in state.left.values() for finding in findings}
    repaired = tuple(finding for finding in told.findings if id(finding) not in remaining)
    return replace(state.told, fixed=repaired)


def _by_name(verdict: Verdict) -> dict[tuple[str, str], tuple[Finding, ...]]:
    found: dict[tuple[str, str], tuple[Finding, ...]] = {}
    for finding in verdict.findings:
        key = (finding.code, finding.pointer)
        found[key] = (*found.get(key, ()), finding)
    return found


def _step(state: _State, judge: _Judge, unsafe: bool, tries: Iterator[int]) -> _State | None:
    """The state after the first fix that leaves the document better; None where there is none."""
    document = state.told.document
    for finding, fix in fixes(state.told):
        if document is None or not (fix.safe or unsafe) or next(tries, None) is None:
            return None
        try:
            after = judge.everything(changed(document, fix.changes))
        except CannotEdit:
            continue
        if _is_better(state.everything, after, finding):
            told = judge.told(after, document)
            return _State(told, after, _still_there(state, told, document, fix))
    return None


def _still_there(
    state: _State, told: Verdict, document: Document, fix: Fix
) -> dict[tuple[str, str], tuple[Finding, ...]]:
    """What was found at first and is found still, under the names that its keys have now."""
    renamed = renames(document, fix)
    now = {(code, _moved(pointer, renamed)): each for (code, pointer), each in state.left.items()}
    found = _names(told)
    return {key: each for key, each in now.items() if key in found}


def _moved(pointer: str, renamed: dict[str, str]) -> str:
    for before, after in renamed.items():
        if f"{pointer}/".startswith(f"{before}/"):
            return after + pointer.removeprefix(before)
    return pointer


def _is_better(before: Verdict, after: Verdict, finding: Finding) -> bool:
    """The finding is gone, there is no error more, and nothing more that Logto refuses.

    What stops a config that Logto rejected before was there all along: it shows once Logto accepts it.
    """
    return (
        (finding.code, finding.pointer) not in _names(after)
        and _errors(after, with_stops=before.connector_valid) <= _errors(before)
        and refusals(after.issues) <= refusals(before.issues)
    )


def _names(verdict: Verdict) -> set[tuple[str, str]]:
    return {(each.code, each.pointer) for each in verdict.findings}


def _errors(verdict: Verdict, with_stops: bool = True) -> int:
    return sum(
        each.severity is Severity.ERROR and (with_stops or not each.stops) for each in verdict.findings
    )
