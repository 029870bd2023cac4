"""`smtp-verify init`: writes a starter config for a provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from smtp_verify.cli.arguments import options
from smtp_verify.cli.arguments.request import Request
from smtp_verify.report.formats.json_document import JsonFailure
from smtp_verify.report.style import ColorMode

if TYPE_CHECKING:
    from smtp_verify.cli.arguments.request import TellFailure


class StarterFormat(Enum):
    """How a config, or the list of providers, is written."""

    YAML = "yaml"
    JSON = "json"
    TEXT = "text"


class Lang(Enum):
    """The language of the templates."""

    EN = "en"
    RU = "ru"
    ZH = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class InitRequest(Request):
    """Write a starter config for a provider, with comments and a template for each kind of mail.

    At a terminal it asks for your values; Enter leaves a <placeholder>, which is never sent.

    Exit codes: 0 written, 2 usage, 73 the file is there already or cannot be written, 78 a --set that
    makes no valid config.

    Examples:

    \b
      smtp-verify init --list
      smtp-verify init gmail
      smtp-verify init aliyun-intl --region eu-central-1 --lang zh -o mail.json
      smtp-verify init sendgrid --set auth.pass=env:SENDGRID_KEY --set fromEmail=no-reply@example.com
    """

    provider: Annotated[
        str | None,
        typer.Argument(metavar="PROVIDER", help="One of --list, such as gmail.", show_default=False),
    ] = None
    listing: Annotated[bool, typer.Option("--list", help="List the providers, and write nothing.")] = False
    lang: Annotated[Lang, typer.Option("--lang", help="The language of the templates.")] = Lang.EN
    html: Annotated[bool, typer.Option("--html/--text", help="HTML or plain-text templates.")] = True
    region: Annotated[
        str | None,
        typer.Option("--region", metavar="NAME", help="The provider's region, where it has several."),
    ] = None
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="N", help="Another of the provider's ports; secure follows it."),
    ] = None
    oauth2: Annotated[bool, typer.Option("--oauth2", help="Log in with OAuth2 instead of a password.")] = (
        False
    )
    overrides: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Fill in one field; VALUE may be env:NAME, file:PATH, cmd:COMMAND or ask:.",
        ),
    ] = field(default=None, repr=False)
    format: Annotated[
        StarterFormat | None,
        typer.Option("--format", help="yaml, with comments, or json; with --list text or json."),
    ] = None
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The file, instead of PROVIDER.yaml; - prints it."
        ),
    ] = None
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False
    color: options.Color = ColorMode.AUTO
    no_input: options.NoInput = False

    @property
    def as_json(self) -> bool | None:
        """Whether JSON is wanted; None takes what the name of the file says."""
        return None if self.format is None else self.format is StarterFormat.JSON

    @property
    def tell_failure(self) -> TellFailure | None:
        """In the format that was asked for."""
        return JsonFailure("providers") if self.listing and self.as_json else None
