"""`smtp-verify explain`: the page of a code."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from smtp_verify.cli.arguments import options
from smtp_verify.cli.boundary import run
from smtp_verify.cli.commands.explain import index, page
from smtp_verify.exit_code import ExitCode


class PageFormat(Enum):
    """How a page is written."""

    TEXT = "text"
    MARKDOWN = "markdown"


def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="[CODE]",
            help="A finding, a diagnosis, an exit code, a reply code or an enhanced one. Without: all codes.",
        ),
    ] = None,
    format_: Annotated[PageFormat, typer.Option("--format", help="How to write the page.")] = PageFormat.TEXT,
    list_: Annotated[bool, typer.Option("--list", help="List every code, or those that begin so.")] = False,
    output: options.Output = None,
    version: options.Version = False,
) -> None:
    """Say what a code means, why it comes, and what to do.

    Exit codes: 0 explained, 2 no such code.

    Examples:

    \b
      smtp-verify explain SV211    # a finding of validate
      smtp-verify explain SD101    # a diagnosis of test-send
      smtp-verify explain 535      # a reply code
      smtp-verify explain 5.7.8    # an enhanced status code
      smtp-verify explain 75       # an exit code
      smtp-verify explain --list SV2
    """

    def work() -> int:
        from smtp_verify.cli.terminal.output import write_result
        from smtp_verify.report.pages.page import page_markdown, page_text

        told = index(code or "") if list_ or code is None else page(code)
        lines = page_text(told) if format_ is PageFormat.TEXT else page_markdown(told)
        write_result("".join(f"{line}\n" for line in lines), output)
        return ExitCode.OK

    run(work)
