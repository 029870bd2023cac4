"""The findings of `validate` for people: place, message, the source line with a caret, what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.config import secrets
from smtp_verify.finding import Finding, Severity
from smtp_verify.report.findings.snippet import snippet
from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.lint.verdict import Verdict
    from smtp_verify.report.style import Style


def findings_text(verdicts: Iterable[Verdict], style: Style, show_all: bool = False) -> Iterator[str]:
    """The report, piece by piece, each ending in a line end.

    Args:
        verdicts: one for each document, in the order of the files.
        style: the colors.
        show_all: whether a file is told of that has no findings, where there are several.
    """
    errors = warnings = files = valid = 0
    fixes = _Fixes()
    first: Verdict | None = None
    for verdict in verdicts:
        files += 1
        fixes.add(verdict)
        valid += verdict.valid
        errors += _count_of(verdict, Severity.ERROR)
        warnings += _count_of(verdict, Severity.WARNING)
        if files == 1 and not (show_all or _has_much_to_say(verdict)):
            # It is told of where it is the only one.
            first = verdict
        elif show_all or _has_much_to_say(verdict):
            yield from _file(verdict, style)
    if files == 1 and first is not None:
        yield from _file(first, style)
    if files != 1:
        yield f"{files} documents: {valid} valid, {_count(errors, 'error')}, {_count(warnings, 'warning')}\n"
    yield from fixes.told()


def _has_much_to_say(verdict: Verdict) -> bool:
    return bool(verdict.findings or verdict.fixed or verdict.differs or not verdict.connector_valid)


def _count_of(verdict: Verdict, severity: Severity) -> int:
    return sum(finding.severity is severity for finding in verdict.findings)


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
    """What was fixed, at its old location."""
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
    for finding in verdict.findings if verdict.document is not None else ():
        yield finding_text(finding, verdict.document, style, hidden)
    if verdict.document is not None:
        yield from _versions(verdict)
        yield _last_line(verdict, style)


def _versions(verdict: Verdict) -> Iterator[str]:
    if not verdict.differs:
        return
    from smtp_verify.report.versions import versions_lines

    yield from (f"      {line}\n" for line in versions_lines(verdict.differs))


def _last_line(verdict: Verdict, style: Style) -> str:
    """What Logto does with the document, and how much there is to say of it."""
    name = _named(verdict.path) + (f" (document {verdict.index})" if verdict.index else "")
    counts = {
        "error": _count_of(verdict, Severity.ERROR),
        "warning": _count_of(verdict, Severity.WARNING),
    }
    listed = ", ".join(_count(number, noun) for noun, number in counts.items() if number)
    does, color = _logto(verdict)
    told = f"{style(color, does)} ({listed})" if listed else style(color, does)
    if not verdict.valid and not counts["error"]:
        told += style("error", "; --strict fails it")
    return f"{name}: {told}\n"


def _logto(verdict: Verdict) -> tuple[str, str]:
    """What Logto does with a document, and the color of that."""
    if not verdict.readable:
        return "Logto cannot read this config", "error"
    if verdict.issues:
        return "Logto rejects this config", "error"
    if verdict.stops:
        return "Logto accepts this config, but cannot send with it", "error"
    return "Logto accepts this config", "warning" if verdict.findings else "good"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
