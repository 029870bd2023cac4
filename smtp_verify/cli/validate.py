"""`smtp-verify validate`: checks configs."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from smtp_verify.cli import options
from smtp_verify.cli.boundary import run
from smtp_verify.cli.exit_code import ExitCode
from smtp_verify.config.structure import Schema
from smtp_verify.errors import UsageError
from smtp_verify.report.style import ColorMode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.cli.terms import Terms
    from smtp_verify.config.loader import InputFormat
    from smtp_verify.config.verdict import Verdict
    from smtp_verify.report.formatter import FindingsFormat


class Format(Enum):
    """How the findings are told."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"


def validate(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files, directories, patterns, or - for standard input."),
    ],
    schema: Annotated[
        Schema | None,
        typer.Option(
            "--schema",
            help="documented, the default: the schema in the connector's documentation. "
            "connector: what Logto accepts.",
        ),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to tell the findings.")] = Format.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings make a file invalid too.")] = False,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="CODES",
            help="Tell these findings alone: codes, prefixes or names, with commas. Repeatable.",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="CODES", help="Leave these findings out. The longer prefix wins."),
    ] = None,
    isolated: Annotated[
        bool, typer.Option("--isolated", help="Read no .smtp-verify.yaml and no pyproject.toml.")
    ] = False,
    output: options.Output = None,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Print nothing: the exit code alone tells.")
    ] = False,
    input_format: options.ReadAs = None,
    color: options.Color = ColorMode.AUTO,
    no_input: options.NoInput = False,
    version: options.Version = False,
) -> None:
    """Check configs: every problem at once, each with its place and what to write instead.

    Exit codes: 0 all valid, 1 some file is not, 2 usage, 66 a path cannot be read.

    Examples:

    \b
      smtp-verify validate gmail.yaml
      smtp-verify validate --strict configs/          # every .json, .yaml and .yml below
      smtp-verify validate --schema connector --format json - < config.json
      smtp-verify validate --select SV2,SV3 --ignore SV206 configs/
      smtp-verify validate --format sarif -o smtp.sarif configs/
    """
    formatter = _formatter(format_, schema or Schema.DOCUMENTED)

    def work() -> int:
        from smtp_verify.cli.terms import Terms

        terms = Terms(schema, strict, select, ignore, isolated)
        return validate_paths(paths, terms, formatter, output, quiet, input_format, color)

    run(
        work,
        formatter.failure if formatter is not None and not quiet else None,
    )


def validate_paths(
    paths: list[str],
    terms: Terms,
    formatter: FindingsFormat | None,
    output: str | None,
    quiet: bool,
    input_format: InputFormat | None,
    color: ColorMode,
) -> int:
    """Judge every document, report, and return the exit code, which no format changes.

    Raises:
        UsageError: standard input is named twice, or settings cannot be used.
    """
    if paths.count("-") > 1:
        raise UsageError("- stands for standard input, which can be read only once")
    if output is not None:
        from smtp_verify.cli.output import check_distinct

        check_distinct({"-o": output}, paths)
    verdicts = _judge_all(paths, terms, input_format)
    if not quiet:
        verdicts = _watched(verdicts, paths, prints=formatter is None and output is None)
    tally = _Tally(verdicts)
    if quiet and output is None:
        for _ in tally:
            pass
    else:
        _report(tally, formatter, output, color)
    return tally.exit_code


class _Tally:
    """Passes verdicts on, one at a time, and remembers what the exit code depends on."""

    def __init__(self, verdicts: Iterator[Verdict]) -> None:
        self._verdicts = verdicts
        self.exit_code = ExitCode.OK

    def __iter__(self) -> Iterator[Verdict]:
        for verdict in self._verdicts:
            if verdict.document is None:
                self.exit_code = ExitCode.NO_INPUT
            elif not verdict.valid and self.exit_code is ExitCode.OK:
                self.exit_code = ExitCode.NOT_VALID
            yield verdict


def _judge_all(paths: list[str], terms: Terms, input_format: InputFormat | None) -> Iterator[Verdict]:
    from smtp_verify.config.verdict import judge, unreadable
    from smtp_verify.errors import SourceError
    from smtp_verify.lint.rules import check

    # What is wrong with the settings of any file is told before the first verdict.
    for path, files in [(path, terms.files_of(path)) for path in paths]:
        if isinstance(files, SourceError):
            yield unreadable(path, files)
            continue
        for file in files:
            schema, strict, keep = terms.of(file)
            for verdict in judge([file], schema, strict, input_format, check, keep):
                options.say_where(verdict.document)
                yield verdict


def _watched(verdicts: Iterator[Verdict], paths: list[str], prints: bool) -> Iterator[Verdict]:
    """The verdicts, with their progress on a terminal."""
    import sys

    from smtp_verify.cli.progress import count_files, watches, with_progress

    if not watches(prints):
        return verdicts
    return with_progress(verdicts, lambda: count_files(paths), sys.stderr)


def _formatter(format_: Format, schema: Schema) -> FindingsFormat | None:
    """The one that a format names; text is for people, and is no such format."""
    match format_:
        case Format.TEXT:
            return None
        case Format.JSON:
            from smtp_verify.report.findings_json import FindingsJson

            return FindingsJson(schema.value)
        case Format.SARIF:
            from smtp_verify.report.findings_sarif import FindingsSarif

            return FindingsSarif()
        case Format.GITHUB:
            from smtp_verify.report.findings_github import FindingsGithub

            return FindingsGithub()
        case Format.GITLAB:
            from smtp_verify.report.findings_gitlab import FindingsGitlab

            return FindingsGitlab()
        case Format.JUNIT:
            from smtp_verify.report.findings_junit import FindingsJunit

            return FindingsJunit()
    assert_never(format_)


def _report(verdicts: _Tally, formatter: FindingsFormat | None, output: str | None, color: ColorMode) -> None:
    import sys

    from smtp_verify.cli.output import write_result

    if formatter is not None:
        write_result(formatter.findings(verdicts), output, whole=True)
        return
    from smtp_verify.report.findings_text import findings_text
    from smtp_verify.report.style import style_for

    stream = None if output else sys.stdout
    write_result(findings_text(verdicts, style_for(stream, color)), output)
