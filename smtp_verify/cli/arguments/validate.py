"""`smtp-verify validate`: checks configs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from smtp_verify.cli.arguments import options
from smtp_verify.cli.arguments.request import Request
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.report.style import ColorMode

if TYPE_CHECKING:
    from smtp_verify.cli.arguments.request import TellFailure
    from smtp_verify.report.formats.formatter import FindingsFormat


class FindingsReportFormat(Enum):
    """How the findings are told."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateRequest(Request):
    """Check configs: every problem at once, each with its place and what to write instead.

    Exit codes: 0 all valid, 1 some file is not, 2 usage, 66 a path cannot be read, 73 a file cannot be
    written. With --fix they speak of the files as they are then; with --diff, 1 also says that there is
    something to fix.

    Examples:

    \b
      smtp-verify validate gmail.yaml
      smtp-verify validate --strict configs/          # every .json, .yaml and .yml below
      smtp-verify validate --schema connector --format json - < config.json
      smtp-verify validate --select SV2,SV3 --ignore SV206 configs/
      smtp-verify validate --format sarif -o smtp.sarif configs/
      smtp-verify validate --diff gmail.yaml          # what --fix would change
      smtp-verify validate --fix configs/
    """

    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files, directories, patterns, or - for standard input."),
    ]
    schema: Annotated[
        Schema | None,
        typer.Option(
            "--schema",
            help="documented, the default: the schema in the connector's documentation. "
            "connector: what Logto accepts.",
        ),
    ] = None
    format: Annotated[FindingsReportFormat, typer.Option("--format", help="How to tell the findings.")] = (
        FindingsReportFormat.TEXT
    )
    strict: Annotated[
        bool | None,
        typer.Option("--strict/--no-strict", help="Warnings make a file invalid too, whatever settings say."),
    ] = None
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="CODES",
            help="Tell these findings alone: codes, prefixes or names, with commas. Repeatable.",
        ),
    ] = None
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="CODES", help="Leave these findings out. The longer prefix wins."),
    ] = None
    isolated: Annotated[
        bool, typer.Option("--isolated", help="Read no .smtp-verify.yaml and no pyproject.toml.")
    ] = False
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Write the safe fixes into the files; comments and layout stay."),
    ] = False
    unsafe_fixes: Annotated[
        bool,
        typer.Option(
            "--unsafe-fixes", help="With --fix or --diff: also the fixes that may change what is sent."
        ),
    ] = False
    diff: Annotated[
        bool,
        typer.Option("--diff", help="Show what --fix would change, without secrets, and write nothing."),
    ] = False
    output: options.Output = None
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Print nothing: the exit code alone tells.")
    ] = False
    show_all: Annotated[
        bool, typer.Option("--show-all", help="Of several files, show those without findings too.")
    ] = False
    logto: options.LogtoVersionName = None
    input_format: options.ReadAs = None
    color: options.Color = ColorMode.AUTO
    no_input: options.NoInput = False

    @property
    def formatter(self) -> FindingsFormat | None:
        """What tells the findings to a machine; None is text, for people."""
        return _formatter(self.format, self.schema or Schema.DOCUMENTED)

    @property
    def tell_failure(self) -> TellFailure | None:
        """In the format that was asked for."""
        formatter = self.formatter
        return formatter.failure if formatter is not None and not self.quiet else None


def _formatter(format_: FindingsReportFormat, schema: Schema) -> FindingsFormat | None:
    """The one that a format names; text is for people, and is no such format."""
    match format_:
        case FindingsReportFormat.TEXT:
            return None
        case FindingsReportFormat.JSON:
            from smtp_verify.report.findings.json import FindingsJson

            return FindingsJson(schema.value)
        case FindingsReportFormat.SARIF:
            from smtp_verify.report.findings.sarif import FindingsSarif

            return FindingsSarif()
        case FindingsReportFormat.GITHUB:
            from smtp_verify.report.findings.github import FindingsGithub

            return FindingsGithub()
        case FindingsReportFormat.GITLAB:
            from smtp_verify.report.findings.gitlab import FindingsGitlab

            return FindingsGitlab()
        case FindingsReportFormat.JUNIT:
            from smtp_verify.report.findings.junit import FindingsJunit

            return FindingsJunit()
    assert_never(format_)
