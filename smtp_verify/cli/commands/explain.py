"""What `explain` does: the page of a code, or the index of all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.cli.arguments.explain import PageFormat
from smtp_verify.cli.terminal.output import write_result
from smtp_verify.errors import UsageError
from smtp_verify.exit_code import MEANINGS, ExitCode

if TYPE_CHECKING:
    from smtp_verify.cli.arguments.explain import ExplainRequest
    from smtp_verify.diagnosis.row import Row
    from smtp_verify.report.pages.page import Page, Part


_ENHANCED = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_REPLY = re.compile(r"[2-5][0-9]{2}")


def explain(request: ExplainRequest) -> int:
    """Write the page of a code, or the list of all, and return the exit code."""
    from smtp_verify.report.pages.page import page_markdown, page_text

    code = request.code
    told = index(code or "") if request.listing or code is None else page(code)
    lines = page_text(told) if request.format is PageFormat.TEXT else page_markdown(told)
    write_result("".join(f"{line}\n" for line in lines), request.output)
    return ExitCode.OK


def page(code: str) -> Page:
    """The page of a code.

    Raises:
        UsageError: there is no such code.
    """
    from smtp_verify.report.pages.page import Kind, Page, Part

    wanted = code.strip().upper()
    if wanted.startswith("SD"):
        return _diagnosis(wanted)
    if _ENHANCED.fullmatch(wanted):
        return _enhanced(wanted)
    if _REPLY.fullmatch(wanted):
        return _reply(int(wanted))
    if wanted.isdecimal() and int(wanted) in MEANINGS:
        return Page(f"exit code {int(wanted)}", (Part(Kind.SENTENCE, MEANINGS[int(wanted)]),))
    return _finding(code)


def index(prefix: str) -> Page:
    """Every code that begins so: findings by family, diagnoses, exit codes.

    Raises:
        UsageError: no code does.
    """
    from smtp_verify.diagnosis.table import ROWS
    from smtp_verify.lint.pages import FAMILIES, pages
    from smtp_verify.report.pages.page import Page

    facts = [(each.code, each.fact) for each in pages()]
    listed = [
        _listed(title, [pair for pair in facts if pair[0].startswith(family)], prefix)
        for family, title in FAMILIES
    ]
    listed.append(_listed("diagnoses of test-send", [(row.code, row.symptom) for row in ROWS], prefix))
    listed.append(_listed("exit codes", [(str(int(each)), text) for each, text in MEANINGS.items()], prefix))
    parts = tuple(part for each in listed for part in each)
    if not parts:
        raise _unknown(prefix)
    return Page("codes" + (f" that begin with {prefix.upper()}" if prefix else ""), parts)


def _unknown(code: str) -> UsageError:
    return UsageError(f"there is no code {code!r}; write one such as SV101, SD101, 535, 5.7.8 or 75")


def _diagnosis(code: str) -> Page:
    from smtp_verify.diagnosis.row import RANKING
    from smtp_verify.diagnosis.table import ROWS
    from smtp_verify.report.pages.page import Kind, Page, Part

    row = next((row for row in ROWS if row.code == code), None)
    if row is None:
        raise _unknown(code)
    from smtp_verify.config.path import dotted

    where = f" (look at {dotted(row.path)})" if row.path else ""
    parts = (
        Part(Kind.SENTENCE, f"{row.cause}.", "Cause"),
        Part(Kind.SENTENCE, f"{row.fix}{where}.", "Fix"),
        Part(Kind.SENTENCE, row.source, "More"),
        Part(Kind.SENTENCE, f"{_evidence(row)}. {RANKING}", "Known by"),
    )
    return Page(f"{code}: {row.symptom}", parts)


def _evidence(row: Row) -> str:
    """What the row needs, and how much each weighs."""
    return "; ".join(f"{each.words} ({each.weight})" for each in row.match.evidence) or "its codes alone"


def _finding(code: str) -> Page:
    from smtp_verify.lint.fixes.registry import what_a_fix_does
    from smtp_verify.lint.pages import find
    from smtp_verify.report.pages.page import Kind, Page, Part

    found = find(code.strip())
    if found is None:
        raise _unknown(code)
    fix = what_a_fix_does(found.code)
    parts = (
        *(Part(Kind.PROSE, paragraph) for paragraph in found.why.split("\n\n")),
        Part(Kind.EXAMPLE, found.bad, "Bad"),
        Part(Kind.EXAMPLE, found.good, "Good"),
        *((Part(Kind.SENTENCE, fix, "Fix"),) if fix else ()),
        *((Part(Kind.SENTENCE, found.stops, "Stops"),) if found.stops else ()),
        Part(Kind.SENTENCE, found.source, "Source"),
    )
    return Page(f"{found.code}: {found.fact}", parts)


def _reply(code: int) -> Page:
    from smtp_verify.diagnosis import replies
    from smtp_verify.diagnosis.table import ROWS
    from smtp_verify.report.pages.page import Kind, Page, Part

    says = Part(Kind.SENTENCE, f"{replies.of_code(code)}.", "Says")
    return Page(
        f"reply code {code}", (says, *_coming([row for row in ROWS if _has(row, str(code), row.match.codes)]))
    )


def _enhanced(code: str) -> Page:
    from smtp_verify.diagnosis import replies
    from smtp_verify.diagnosis.table import ROWS
    from smtp_verify.report.pages.page import Kind, Page, Part

    says = Part(Kind.SENTENCE, f"{replies.of_enhanced(code)}.", "Says")
    rows = [row for row in ROWS if _has(row, code, row.match.enhanced)]
    return Page(f"enhanced status code {code} (RFC 3463)", (says, *_coming(rows)))


def _has(row: Row, code: str, codes: tuple[object, ...]) -> bool:
    """Whether a row needs this code, or the words that it is known by begin with it."""
    return code in map(str, codes) or code in row.symptom.split(" ")[:2]


def _coming(rows: list[Row]) -> tuple[Part, ...]:
    return _listed("Comes with", [(row.code, row.symptom) for row in rows])


def _listed(label: str, pairs: list[tuple[str, str]], prefix: str = "") -> tuple[Part, ...]:
    """A list of codes with their meanings, or nothing."""
    from smtp_verify.report.pages.page import Kind, Part

    lines = [f"{code}  {meaning}" for code, meaning in pairs if code.startswith(prefix.upper())]
    return (Part(Kind.LIST, "\n".join(lines), label),) if lines else ()
