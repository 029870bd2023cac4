"""Options that several commands share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from smtp_verify import __version__
from smtp_verify.config.loader import InputFormat
from smtp_verify.errors import UsageError
from smtp_verify.report.style import ColorMode

if TYPE_CHECKING:
    from smtp_verify.config.document import Document


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"smtp-verify {__version__}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
]
NoInput = Annotated[
    bool, typer.Option("--no-input", help="Never ask; what is missing is an error. For scripts and CI.")
]
Color = Annotated[
    ColorMode, typer.Option("--color", help="When to use colour. NO_COLOR and FORCE_COLOR count too.")
]
ReadAs = Annotated[
    InputFormat | None,
    typer.Option("--input-format", help="Read the input as this format, whatever it looks like."),
]
DocumentNumber = Annotated[
    int | None,
    typer.Option("--document", metavar="N", help="Which document of a multi-document YAML file, from 0."),
]
Output = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write the result to FILE.")
]
ConfigPath = Annotated[
    str, typer.Argument(metavar="CONFIG", help="The config, JSON or YAML; - reads standard input.")
]
Code = Annotated[
    str | None,
    typer.Option("--code", metavar="CODE", help="The verification code; - reads it from standard input."),
]
Var = Annotated[
    list[str] | None,
    typer.Option("--var", metavar="KEY=VALUE", help="Set one variable; dots reach inside. Repeatable."),
]
Vars = Annotated[
    str | None,
    typer.Option("--vars", metavar="FILE", help="Variables from a JSON or YAML file, instead of samples."),
]


def load_config(path: str, input_format: InputFormat | None, number: int | None) -> Document:
    """The one document a command works on; says so where it was found inside an answer of Logto's API.

    Raises:
        SourceError: the path cannot be read.
        ConfigError: the text cannot be read, or holds several documents and none was chosen.
    """
    from smtp_verify.cli.boundary import say
    from smtp_verify.config.loader import load, pick

    document = pick(load(path, input_format), number)
    if document.base:
        say(f"smtp-verify: {document.path}: reading the config under /config")
    return document


def read_code(code: str | None) -> str | None:
    """The value of --code, from standard input where it is `-`.

    Raises:
        UsageError: standard input holds no code.
    """
    if code != "-":
        return code
    line = sys.stdin.readline().strip() if sys.stdin is not None else ""
    if not line:
        raise UsageError("--code -: standard input holds no code")
    return line
