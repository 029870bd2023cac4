"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from smtp_verify import __version__
from smtp_verify.config.loader import InputFormat
from smtp_verify.logto_versions import NAMES
from smtp_verify.report.style import ColorMode


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
    ColorMode, typer.Option("--color", help="When to use color. NO_COLOR and FORCE_COLOR count too.")
]
ReadAs = Annotated[
    InputFormat | None,
    typer.Option("--input-format", help="Read the input as this format, whatever it looks like."),
]
DocumentNumber = Annotated[
    int | None,
    typer.Option("--document", metavar="N", help="Which document of a multi-document YAML file, from 0."),
]
LogtoVersionName = Annotated[
    str | None,
    typer.Option(
        "--logto",
        metavar="VERSION",
        help=f"Report what this Logto does: {', '.join(NAMES)}.  [default: {NAMES[-1]}]",
        autocompletion=lambda: NAMES,
    ),
]
Output = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write the result to FILE.")
]
ConfigPath = Annotated[
    str, typer.Argument(metavar="CONFIG", help="The config, JSON or YAML; - reads standard input.")
]
Usage = Annotated[str, typer.Option("--usage", metavar="TYPE", help="The usage type, such as SignIn.")]
AllowCleartextAuth = Annotated[
    bool,
    typer.Option(
        "--allow-cleartext-auth", help="Send credentials unencrypted to other machines too, as Logto does."
    ),
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
Locale = Annotated[
    str | None, typer.Option("--locale", metavar="TAG", help="The recipient's language, such as pt-BR.")
]
FallbackLocale = Annotated[
    str, typer.Option("--fallback-locale", metavar="TAG", help="Logto's default language.")
]
EmailTemplates = Annotated[
    str | None,
    typer.Option(
        "--email-templates",
        metavar="FILE",
        help="Localized templates, as Logto's API takes them; they come before the config's own.",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Set one field for this run; VALUE may be env:NAME, file:PATH, cmd:COMMAND or ask:.",
    ),
]
