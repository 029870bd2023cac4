"""The findings of `validate` for people: place, message, the source line with a caret, what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.config import guard, secrets
from smtp_verify.finding import Finding, Severity
from smtp_verify.report.snippet import snippet
from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.config.verdict import Verdict
    from smtp_verify.report.style import Style


def findings_text(verdicts: Iterable[Verdict], style: Style) -> Iterator[str]:
    """The report, piece by piece, each ending in a line end."""
    errors = warnings = files = valid = 0
    fixes = _Fixes()
    for verdict in verdicts:
        files += 1
        fixes.add(verdict)
        valid += verdict.valid
        errors += sum(finding.severity is Severity.ERROR for finding in verdict.findings)
        warnings += sum(finding.severity is Severity.WARNING for finding in verdict.findings)
        yield from _file(verdict, style)
    if files != 1:
        yield f"{files} documents: {valid} valid, {_count(errors, 'error')}, {_count(warnings, 'warning')}\n"
    yield from fixes.told()


class _Fixes:
    """How many findings were fixed, and how many could be."""

    def __init__(self) -> None:
        self._fixed = self._safe = self._unsafe = 0

    def add(self, verdict: Verdict) -> None:
        """Count those of one document."""
        self._fixed += len(verdict.fixed)
        for finding in verdict.findings:
            self._safe += finding.fixable and finding.fix_is_safe
            self._unsafe += finding.fixable and not finding.fix_is_safe

    def told(self) -> Iterator[str]:
        """A line for each sort that there is."""
        if self._fixed:
            yield f"{self._fixed} fixed\n"
        if self._safe:
            yield f"{self._safe} fixable with --fix\n"
        if self._unsafe:
            yield f"{self._unsafe}{' more' if self._safe else ''} fixable with --fix --unsafe-fixes\n"


def finding_text(
    finding: Finding, document: Document | None, style: Style, hidden: list[tuple[int, int]]
) -> str:
    """One finding: a line to click on, then the source and the help."""
    place = finding.location
    severity = style(finding.severity.value, finding.severity.value)
    lines = [f"{_where(finding, style)} {severity} {finding.code} {visible_line(finding.message)}"]
    if document is not None and not place.given and (document.text.text or place.line > 1):
        lines += _source(document, finding, style, hidden)
    if finding.help:
        lines.append(f"      {style('good', 'help:')} {visible_line(finding.help)}")
    return "\n".join(lines) + "\n"


def _fixed(finding: Finding, style: Style) -> str:
    """What was mended, at the place that it had."""
    done = style("good", "fixed")
    return f"{_where(finding, style)} {done} {finding.code} {visible_line(finding.message)}\n"


def _where(finding: Finding, style: Style) -> str:
    return style("place", f"{_named(finding.location.shown)}:")


def _named(path: str) -> str:
    """A path at the start of a line, where GitHub's runner would take `::` for a command."""
    return visible_line(f"./{path}" if path.lstrip().startswith("::") else path)


def _source(document: Document, finding: Finding, style: Style, hidden: list[tuple[int, int]]) -> list[str]:
    line, carets = snippet(document.text, finding.location, hidden)
    number = str(finding.location.line)
    bar = style("dim", "|")
    return [
        f"{style('dim', number.rjust(5))} {bar} {line}",
        f"      {bar} {style(finding.severity.value, carets)}",
    ]


def _file(verdict: Verdict, style: Style) -> Iterator[str]:
    hidden = secrets.spans(verdict.document) if verdict.document is not None and verdict.findings else []
    for finding in verdict.fixed:
        yield _fixed(finding, style)
    for finding in verdict.findings:
        yield finding_text(finding, verdict.document, style, hidden)
    name = _named(verdict.path) + (f" (document {verdict.index})" if verdict.index else "")
    state = style("good", "valid") if verdict.valid else style("error", "not valid")
    yield f"{name}: {state}. {_logto(verdict)}\n"


def _logto(verdict: Verdict) -> str:
    """What Logto would do with the document."""
    if not verdict.readable:
        return "Logto could not read it."
    if not verdict.issues:
        return "Logto's connector accepts it."
    lead = "But " if verdict.valid else ""
    return f"{lead}Logto's connector rejects it: " + "; ".join(
        visible_line(guard.describe(issue)) for issue in verdict.issues
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
