"""A code with what there is to say about it, for reports that list the rules which fired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smtp_verify.diagnosis.row import Row

_BY_CODES = "a reply of the server that only its codes explain"


@dataclass(frozen=True, slots=True)
class ReportedRule:
    """What `explain CODE` tells, in parts. It says nothing of the config at hand: one rule serves a run."""

    code: str
    summary: str
    """In a line."""
    why: str
    help: str
    """What to do, as text."""
    link: str = ""
    """Where the words come from; empty where they are ours."""


def rule_of_finding(code: str) -> ReportedRule:
    """The rule behind a finding: what its page says."""
    from smtp_verify.lint.fixes.registry import what_a_fix_does
    from smtp_verify.lint.pages import page_of

    page = page_of(code)
    fix = what_a_fix_does(code)
    mending = f"Fix: {fix}\n\n" if fix else ""
    told = f"{page.why}\n\nBad:\n{page.bad}\n\nGood:\n{page.good}\n\n{mending}{_more(code)}"
    return ReportedRule(code, page.fact.removesuffix("."), page.why, told, page.link)


def rule_of_diagnosis(row: Row) -> ReportedRule:
    """The row behind a diagnosis."""
    if not row.symptom:
        # Made for one reply: what it says is in the message.
        return ReportedRule(
            row.code, _BY_CODES, _BY_CODES, "Go by the words of the server's reply.", row.source
        )
    told = f"Cause: {row.cause}.\nFix: {row.fix}.\nMore: {row.source}; smtp-verify explain {row.code}"
    return ReportedRule(row.code, row.symptom, row.cause, told, row.source)


def _more(code: str) -> str:
    return f"More: smtp-verify explain {code}"
