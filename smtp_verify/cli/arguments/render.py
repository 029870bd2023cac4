"""`smtp-verify render`: shows templates as the recipient would get them."""

from __future__ import annotations

from typing import Annotated

import typer

from smtp_verify.cli.arguments import options
from smtp_verify.cli.boundary import run
from smtp_verify.cli.commands.choices import MailFormat
from smtp_verify.report.formats.json_document import JsonFailure
from smtp_verify.report.style import ColorMode


def render(
    config: options.ConfigPath,
    usage: Annotated[
        str, typer.Option("--usage", metavar="TYPE", help="The usage type, such as SignIn.")
    ] = "Generic",
    every: Annotated[
        bool, typer.Option("--all", help="Every template of the file, with its variables.")
    ] = False,
    code: options.Code = None,
    var: options.Var = None,
    vars_: options.Vars = None,
    set_: options.Set = None,
    locale: options.Locale = None,
    fallback_locale: options.FallbackLocale = "en",
    email_templates: options.EmailTemplates = None,
    format_: Annotated[
        MailFormat,
        typer.Option(
            "--format", help="text: headers and body. html: the body as a page. eml: the message as bytes."
        ),
    ] = MailFormat.TEXT,
    output: options.Output = None,
    open_: Annotated[bool, typer.Option("--open", help="Show the page in the browser.")] = False,
    logto: options.LogtoVersionName = None,
    input_format: options.ReadAs = None,
    document: options.DocumentNumber = None,
    color: options.Color = ColorMode.AUTO,
    no_input: options.NoInput = False,
    version: options.Version = False,
) -> None:
    """Show a template as the recipient would get it, its variables filled in as Logto fills them in.

    Exit codes: 0 rendered, 2 usage, 66 an input cannot be read, 78 the config has no such template.

    Examples:

    \b
      smtp-verify render gmail.yaml --usage SignIn
      smtp-verify render gmail.yaml --all --format html -o mails.html
      smtp-verify render gmail.yaml --usage Register --code 048291 --var application.name=Acme
    """

    def work() -> int:
        from smtp_verify.cli.commands.render import RenderRequest, render_all

        request = RenderRequest(
            config=config,
            usage=usage,
            every=every,
            code=code,
            var=var or [],
            vars=vars_,
            overrides=set_ or [],
            locale=locale,
            fallback_locale=fallback_locale,
            email_templates=email_templates,
            format=format_,
            output=output,
            open=open_,
            input_format=input_format,
            document=document,
            color=color,
            no_input=no_input,
            logto=logto,
        )
        return render_all(request)

    run(work, JsonFailure("templates") if format_ is MailFormat.JSON else None)
