"""What `validate` does, from its request to the exit code."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from smtp_verify.cli.commands import loading
from smtp_verify.cli.terminal.output import check_distinct, write_result
from smtp_verify.cli.terminal.say import say
from smtp_verify.config.reading.source import STDIN
from smtp_verify.config.version_hints import may_differ
from smtp_verify.errors import SourceError, UsageError
from smtp_verify.exit_code import ExitCode
from smtp_verify.lint.selection.terms import Terms
from smtp_verify.lint.verdict import Verdict, judge, unreadable
from smtp_verify.report.style import style_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.cli.arguments.validate import ValidateRequest
    from smtp_verify.report.style import Style


def validate_paths(request: ValidateRequest) -> int:
    """Judge every document, report, and return the exit code, which no format changes.

    Raises:
        UsageError: options that exclude each other, or settings that cannot be used.
    """
    terms = _terms(request)
    _check(request)
    if request.diff:
        from smtp_verify.cli.commands.fix import show
        from smtp_verify.lint.fixes.files import fixed_files

        files = fixed_files(_found(request.paths, terms), terms, request.input_format, request.unsafe_fixes)
        return show(files, _style(request), request.output, request.quiet)
    verdicts = _said(_verdicts(request, terms))
    if not request.quiet:
        verdicts = _watched(verdicts, request, terms)
    if request.quiet and request.output is None:
        tally = Tally(verdicts)
        for _ in tally:
            pass
    else:
        tally = Tally(_marked(verdicts))
        _report(tally, request)
    return tally.exit_code


def _terms(request: ValidateRequest) -> Terms:
    """What decides on each file."""
    return Terms(
        request.schema, request.strict, request.select, request.ignore, request.isolated, request.logto
    )


def _style(request: ValidateRequest) -> Style:
    """The colors of the result."""
    return style_for(None if request.output else sys.stdout, request.color)


def _check(request: ValidateRequest) -> None:
    if request.paths.count(STDIN) > 1:
        raise UsageError("- stands for standard input, which can be read only once")
    if request.unsafe_fixes and not (request.fix or request.diff):
        raise UsageError("--unsafe-fixes goes with --fix or --diff")
    if request.diff and request.formatter is not None:
        raise UsageError("--diff prints a diff: leave --format out")
    if request.fix and not request.diff and STDIN in request.paths:
        raise UsageError("--fix writes files, and standard input is none; --diff shows what it would change")
    if request.output is not None:
        check_distinct({"-o": request.output}, request.paths)


class Tally:
    """Passes verdicts on, one at a time, and remembers what the exit code depends on."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self._verdicts = verdicts
        self._codes: set[ExitCode] = set()

    def __iter__(self) -> Iterator[Verdict]:
        for verdict in self._verdicts:
            self._codes.add(_code_of(verdict))
            yield verdict

    @property
    def exit_code(self) -> ExitCode:
        """The gravest so far."""
        return max(self._codes, default=ExitCode.OK)


def _code_of(verdict: Verdict) -> ExitCode:
    if verdict.is_unwritten:
        return ExitCode.CANNOT_CREATE
    if verdict.document is None:
        return ExitCode.NO_INPUT
    return ExitCode.OK if verdict.valid else ExitCode.NOT_VALID


def _found(paths: list[str], terms: Terms) -> Iterator[str | Verdict]:
    """Each file, and the verdict on each path that leads to none."""
    # What is wrong with the settings of any file is told before the first verdict.
    for path, files in [(path, terms.files_of(path)) for path in paths]:
        if isinstance(files, SourceError):
            yield unreadable(path, files)
        else:
            yield from files


def _verdicts(request: ValidateRequest, terms: Terms) -> Iterator[Verdict]:
    """On each document; with --fix, on what it is afterwards."""
    found = _found(request.paths, terms)
    if request.fix:
        from smtp_verify.cli.commands.fix import written
        from smtp_verify.lint.fixes.files import fixed_files

        yield from written(fixed_files(found, terms, request.input_format, request.unsafe_fixes), terms)
        return
    for each in found:
        if isinstance(each, Verdict):
            yield each
            continue
        schema, strict, keep = terms.of(each)
        yield from judge([each], schema, strict, request.input_format, keep, terms.logto_of(each))


def _said(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """The verdicts, while standard error says which path leads nowhere, and where the config was found."""
    for verdict in verdicts:
        loading.say_where(verdict.document)
        for finding in verdict.findings if verdict.document is None else ():
            say(f"smtp-verify: {verdict.path}: {finding.message}")
        yield verdict


def _compared(verdict: Verdict) -> Verdict:
    """The verdict, with what other versions of Logto do differently."""
    document = verdict.document
    if document is None or not may_differ(document.config if document.readable else None):
        return verdict
    # Here, not above: most configs are the same to every version.
    from smtp_verify.smtp.differences import differences, mails_of

    found = differences(document.logto, document.config, mails_of(document.config))
    return replace(verdict, differs=found)


def _marked(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """The verdicts, whose findings say whether they can be fixed, compared over the versions of Logto."""
    for verdict in map(_compared, verdicts):
        if not verdict.findings:
            yield verdict
            continue
        # Here, not above: startup must stay fast, and most files have nothing to fix.
        from smtp_verify.lint.fixes.registry import marked

        yield marked(verdict)


def _watched(verdicts: Iterator[Verdict], request: ValidateRequest, terms: Terms) -> Iterator[Verdict]:
    """The verdicts, with their progress on a terminal."""
    from smtp_verify.cli.terminal.progress import watches, with_progress

    if not watches(prints=request.formatter is None and request.output is None):
        return verdicts
    return with_progress(verdicts, lambda: terms.count(request.paths), sys.stderr)


def _report(verdicts: Tally, request: ValidateRequest) -> None:
    if request.formatter is not None:
        write_result(request.formatter.findings(verdicts), request.output, whole=True)
        return
    from smtp_verify.report.findings.text import findings_text

    write_result(findings_text(verdicts, _style(request), request.show_all), request.output)
