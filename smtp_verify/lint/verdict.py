"""What `validate` says of one document: its findings, and whether Logto accepts it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smtp_verify import codes
from smtp_verify.config.loader import load
from smtp_verify.config.reading.source import display_path
from smtp_verify.config.schema import kinds
from smtp_verify.errors import SourceError
from smtp_verify.finding import PATH, Finding, Location, Severity
from smtp_verify.lint import registry, structure
from smtp_verify.logto_versions import NEWEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.config.loader import InputFormat
    from smtp_verify.config.schema.guard import Issue
    from smtp_verify.config.schema.kinds import Schema
    from smtp_verify.logto_versions import Difference, LogtoVersion


@dataclass(frozen=True, slots=True)
class Verdict:
    """One document of one file; `document` is None where the path could not be read."""

    path: str
    index: int
    document: Document | None
    findings: tuple[Finding, ...]
    valid: bool
    issues: tuple[Issue, ...] = ()
    """What the connector's guard objects to."""
    against: Schema | None = None
    """The schema that decided; None where there was nothing to decide on."""
    fixed: tuple[Finding, ...] = ()
    """What was found before `--fix` fixed it."""
    differs: tuple[Difference, ...] = ()
    """What other versions of Logto do differently."""
    is_unwritten: bool = False
    """Whether there are fixes that could not be written."""

    @property
    def readable(self) -> bool:
        """Whether there was a value to judge."""
        return self.document is not None and self.document.readable

    @property
    def stops(self) -> bool:
        """Whether Logto accepts the document, and no message can leave with it."""
        return any(finding.stops for finding in self.findings)

    @property
    def connector_valid(self) -> bool:
        """Whether Logto accepts the document."""
        return self.readable and not self.issues


def everything(document: Document, found: Iterable[Finding]) -> Iterable[Finding]:
    """All that was found."""
    return found


def judge(
    paths: Iterable[str],
    against: Schema,
    strict: bool,
    input_format: InputFormat | None,
    keep: Callable[[Document, Iterable[Finding]], Iterable[Finding]] = everything,
    logto: LogtoVersion = NEWEST,
    with_rules: bool = True,
) -> Iterator[Verdict]:
    """A verdict for every document of every file, one file at a time.

    Args:
        paths: the files.
        against: the schema that decides what is an error.
        strict: whether a warning makes a document invalid too.
        input_format: how to read the files, whatever they look like.
        keep: which findings count; the others are as if they had not been found.
        logto: the version whose behavior is reported.
        with_rules: look for what the rules find too, and not for what is wrong with the structure alone.
    """
    for path in paths:
        try:
            documents = load(path, input_format)
        except SourceError as error:
            yield unreadable(path, error)
            continue
        for document in documents:
            yield judge_document(_seen_by(document, logto), against, strict, keep, with_rules)


def _seen_by(document: Document, logto: LogtoVersion) -> Document:
    return document if document.logto == logto else replace(document, logto=logto)


def judge_document(
    document: Document,
    against: Schema,
    strict: bool,
    keep: Callable[[Document, Iterable[Finding]], Iterable[Finding]] = everything,
    with_rules: bool = True,
) -> Verdict:
    """The verdict on one document; without the rules on its structure alone."""
    issues = document.issues if document.readable else ()
    found = {
        *structure.check(document, against),
        *(_weighed(each, issues, against) for each in (registry.check(document) if with_rules else ())),
    }
    findings = tuple(sorted(keep(document, found)))
    valid = structure.is_valid(findings, strict)
    return Verdict(document.path, document.index, document, findings, valid, issues, against)


def _weighed(finding: Finding, issues: tuple[Issue, ...], against: Schema) -> Finding:
    """What stops is an error to the documentation; where Logto rejects the config, that is what stops it."""
    if not finding.stops:
        return finding
    if issues:
        return replace(finding, stops=False)
    documented = against is kinds.Schema.DOCUMENTED
    return replace(finding, severity=Severity.ERROR) if documented else finding


def unreadable(path: str, error: SourceError) -> Verdict:
    """The verdict on a path that cannot be read."""
    shown = display_path(path)
    message = error.message.removeprefix(f"{shown}: ")
    place = Location.outside(shown, PATH)
    finding = Finding(place, codes.UNREADABLE, Severity.ERROR, message, "give the path of a config file")
    return Verdict(shown, 0, None, (finding,), valid=False)
