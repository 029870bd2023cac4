"""`smtp-verify explain`: the page of a code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

import typer

from smtp_verify.cli.arguments import options
from smtp_verify.cli.arguments.request import Request


class PageFormat(Enum):
    """How a page is written."""

    TEXT = "text"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainRequest(Request):
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

    code: Annotated[
        str | None,
        typer.Argument(
            metavar="[CODE]",
            help="A finding, a diagnosis, an exit code, a reply code or an enhanced one. Without: all codes.",
        ),
    ] = None
    format: Annotated[PageFormat, typer.Option("--format", help="How to write the page.")] = PageFormat.TEXT
    listing: Annotated[bool, typer.Option("--list", help="List every code, or those that begin so.")] = False
    output: options.Output = None
