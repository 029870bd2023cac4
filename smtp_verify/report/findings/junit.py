"""The findings of `validate` as JUnit's XML, as CI servers read it: a test case for each document.

https://github.com/testmoapp/junitxml describes what they agree on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp_verify.report.formats.places import in_tree
from smtp_verify.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smtp_verify.finding import Finding
    from smtp_verify.lint.verdict import Verdict
    from smtp_verify.report.formats.formatter import Failure, Judged

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
# XML 1.0 section 2.2: no reference can stand for these either. `visible` takes the others.
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;"}
_ESCAPED = str.maketrans(_ENTITIES)


@dataclass(frozen=True, slots=True)
class FindingsJunit:
    """A case for each document: one that is not valid fails, one that cannot be read is an error."""

    def findings(self, judged: Judged) -> Iterator[str]:
        """The report. Its first tag holds the counts, so the cases are held: a line for a valid one."""
        cases: list[str] = []
        failures = errors = 0
        for verdict in judged:
            errors += verdict.document is None
            failures += verdict.document is not None and not verdict.valid
            cases.append(_case(verdict))
        yield _suite(len(cases), failures, errors)
        yield from cases
        yield _END

    def failure(self, failure: Failure) -> str:
        """A case for the run itself, which is an error."""
        kind = f"exit code {int(failure.exit_code)}"
        case = _element("error", kind, failure.message, failure.findings)
        opened = '    <testcase classname="smtp-verify" name="smtp-verify">\n'
        return f"{_suite(1, 0, 1)}{opened}{case}{_CLOSE}{_END}"


_CLOSE = "    </testcase>\n"
_END = "  </testsuite>\n</testsuites>\n"


def _suite(tests: int, failures: int, errors: int) -> str:
    counts = f'tests="{tests}" failures="{failures}" errors="{errors}"'
    return f'{_HEAD}<testsuites {counts}>\n  <testsuite name="smtp-verify" {counts}>\n'


def _case(verdict: Verdict) -> str:
    path = _escaped(in_tree(verdict.path))
    name = path + (f" (document {verdict.index})" if verdict.index else "")
    opened = f'    <testcase classname="smtp-verify" name="{name}" file="{path}"'
    if not verdict.findings:
        return f"{opened}/>\n"
    return f"{opened}>\n{_told(verdict)}{_CLOSE}"


def _told(verdict: Verdict) -> str:
    if verdict.valid:
        return f"      <system-out>{_listed(verdict.findings)}</system-out>\n"
    kind = "error" if verdict.document is None else "failure"
    first = min(verdict.findings, key=_gravity)
    return _element(kind, first.code, first.message, verdict.findings)


def _gravity(finding: Finding) -> int:
    return ("error", "warning", "info").index(finding.severity.value)


def _element(kind: str, type_: str, message: str, findings: Sequence[Finding]) -> str:
    opened = f'      <{kind} type="{_escaped(type_)}" message="{_escaped(message)}"'
    return f"{opened}>{_listed(findings)}</{kind}>\n" if findings else f"{opened}/>\n"


def _listed(findings: Sequence[Finding]) -> str:
    """A finding a line, its help below it."""
    return "\n".join(line for finding in findings for line in _lines(finding))


def _lines(finding: Finding) -> Iterator[str]:
    where = in_tree(finding.location.shown)
    yield _escaped(f"{where}: {finding.severity.value} {finding.code} {finding.message}")
    if finding.help:
        yield _escaped(f"  help: {finding.help}")


def _escaped(text: str) -> str:
    """The text for an attribute or an element.

    In ASCII, so that no encoding of the stream can belie the declaration. What XML cannot hold is shown as in
    a text report, and a line end is such an escape too: in an attribute a reader would make it a space.
    """
    shown = _NO_CHARACTERS.sub(lambda found: f"\\u{ord(found[0]):04x}", visible(text)).replace("\n", "\\n")
    return shown.translate(_ESCAPED).encode("ascii", "xmlcharrefreplace").decode("ascii")
