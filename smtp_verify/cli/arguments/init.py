"""`smtp-verify init`: writes a starter config for a provider."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from smtp_verify.cli.arguments import options
from smtp_verify.cli.boundary import run
from smtp_verify.errors import UsageError
from smtp_verify.report.formats.json_document import JsonFailure
from smtp_verify.report.style import ColorMode


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


def init(
    provider: Annotated[
        str | None,
        typer.Argument(metavar="PROVIDER", help="One of --list, such as gmail.", show_default=False),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the providers, and write nothing.")] = False,
    lang: Annotated[Lang, typer.Option("--lang", help="The language of the templates.")] = Lang.EN,
    html: Annotated[bool, typer.Option("--html/--text", help="HTML or plain-text templates.")] = True,
    region: Annotated[
        str | None,
        typer.Option("--region", metavar="NAME", help="The provider's region, where it has several."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="N", help="Another of the provider's ports; secure follows it."),
    ] = None,
    oauth2: Annotated[
        bool, typer.Option("--oauth2", help="Log in with OAuth2 instead of a password.")
    ] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Fill in one field; VALUE may be env:NAME, file:PATH, cmd:COMMAND or ask:.",
        ),
    ] = None,
    format_: Annotated[
        StarterFormat | None,
        typer.Option("--format", help="yaml, with comments, or json; with --list text or json."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The file, instead of PROVIDER.yaml; - prints it."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
    color: options.Color = ColorMode.AUTO,
    no_input: options.NoInput = False,
    version: options.Version = False,
) -> None:
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

    def work() -> int:
        from smtp_verify.cli.commands.init import InitRequest, list_providers, start

        if list_:
            if provider is not None or format_ is StarterFormat.YAML:
                raise UsageError("--list takes no provider, and writes text or json")
            return list_providers(format_ is StarterFormat.JSON, output)
        if provider is None:
            raise UsageError("name a provider; init --list names them")
        if format_ is StarterFormat.TEXT:
            raise UsageError("--format text is for --list; a config is yaml or json")
        request = InitRequest(
            provider=provider,
            region=region,
            port=port,
            oauth2=oauth2,
            language=lang.value,
            html=html,
            as_json=None if format_ is None else format_ is StarterFormat.JSON,
            output=output,
            force=force,
            overrides=set_ or [],
            no_input=no_input,
        )
        return start(request)

    run(work, JsonFailure("providers") if list_ and format_ is StarterFormat.JSON else None)
