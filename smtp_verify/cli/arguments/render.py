"""`smtp-verify render`: shows templates as the recipient would get them."""

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


class MailFormat(Enum):
    """How a mail is shown."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    EML = "eml"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderRequest(Request):
    """Show a template as the recipient would get it, its variables filled in as Logto fills them in.

    Exit codes: 0 rendered, 2 usage, 66 an input cannot be read, 78 the config has no such template.

    Examples:

    \b
      smtp-verify render gmail.yaml --usage SignIn
      smtp-verify render gmail.yaml --all --format html -o mails.html
      smtp-verify render gmail.yaml --usage Register --code 048291 --var application.name=Acme
    """

    config: options.ConfigPath
    usage: options.Usage = "Generic"
    every: Annotated[bool, typer.Option("--all", help="Every template of the file, with its variables.")] = (
        False
    )
    code: options.Code = None
    var: options.Var = None
    vars: options.Vars = None
    overrides: options.Set = field(default=None, repr=False)
    locale: options.Locale = None
    fallback_locale: options.FallbackLocale = "en"
    email_templates: options.EmailTemplates = None
    format: Annotated[
        MailFormat,
        typer.Option(
            "--format", help="text: headers and body. html: the body as a page. eml: the message as bytes."
        ),
    ] = MailFormat.TEXT
    output: options.Output = None
    open: Annotated[bool, typer.Option("--open", help="Show the page in the browser.")] = False
    logto: options.LogtoVersionName = None
    input_format: options.ReadAs = None
    document: options.DocumentNumber = None
    color: options.Color = ColorMode.AUTO
    no_input: options.NoInput = False

    @property
    def tell_failure(self) -> TellFailure | None:
        """In the format that was asked for."""
        return JsonFailure("templates") if self.format is MailFormat.JSON else None
