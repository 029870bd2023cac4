"""`smtp-verify validate`: checks configs."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from smtp_verify.cli import options
from smtp_verify.cli.boundary import JsonFailure, run
from smtp_verify.cli.exit_code import ExitCode
from smtp_verify.config.structure import Schema
from smtp_verify.errors import UsageError
from smtp_verify.report.style import ColorMode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.config.loader import InputFormat
    from smtp_verify.config.verdict import Verdict


class Format(Enum):
    """How the findings are told."""

    TEXT = "text"
    JSON = "json"


def validate(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files, directories, patterns, or - for standard input."),
    ],
    schema: Annotated[
        Schema,
        typer.Option(
            "--schema",
            help="documented: the schema in the connector's documentation. connector: what Logto accepts.",
        ),
    ] = Schema.DOCUMENTED,
    format_: Annotated[Format, typer.Option("--format", help="How to tell the findings.")] = Format.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings make a file invalid too.")] = False,
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
    """
    run(
        lambda: validate_paths(paths, schema, format_, strict, output, quiet, input_format, color),
        JsonFailure("files") if format_ is Format.JSON and not quiet else None,
    )


def validate_paths(
    paths: list[str],
    schema: Schema,
    format_: Format,
    strict: bool,
    output: str | None,
    quiet: bool,
    input_format: InputFormat | None,
    color: ColorMode,
) -> int:
    """Judge every document, report, and return the exit code.

    Raises:
        UsageError: standard input is named twice.
    """
    if paths.count("-") > 1:
        raise UsageError("- stands for standard input, which can be read only once")
    if output is not None:
        from smtp_verify.cli.output import check_distinct

        check_distinct({"-o": output}, paths)
    tally = _Tally(_judge_all(paths, schema, strict, input_format))
    if quiet and output is None:
        for _ in tally:
            pass
    else:
        _report(tally, schema, format_, output, color)
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


def _judge_all(
    paths: list[str], schema: Schema, strict: bool, input_format: InputFormat | None
) -> Iterator[Verdict]:
    from smtp_verify.config.discovery import discover
    from smtp_verify.config.verdict import judge, unreadable
    from smtp_verify.errors import SourceError

    for path in paths:
        try:
            for verdict in judge(discover(path), schema, strict, input_format):
                options.say_where(verdict.document)
                yield verdict
        except SourceError as error:
            yield unreadable(path, error)


def _report(
    verdicts: Iterable[Verdict], schema: Schema, format_: Format, output: str | None, color: ColorMode
) -> None:
    import sys

    from smtp_verify.cli.output import write_result

    if format_ is Format.JSON:
        from smtp_verify.report.findings_json import findings_json

        write_result(findings_json(verdicts, schema.value), output)
        return
    from smtp_verify.report.findings_text import findings_text
    from smtp_verify.report.style import style_for

    stream = None if output else sys.stdout
    write_result(findings_text(verdicts, style_for(stream, color)), output)
