"""The command line as a whole: its commands, in the order the help shows them."""

from __future__ import annotations

import typer

from smtp_verify.cli import options
from smtp_verify.cli.render import render
from smtp_verify.cli.send import send
from smtp_verify.cli.validate import validate

app = typer.Typer(
    name="smtp-verify",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes are those of sysexits.h; 75 means: try again later.",
)


@app.callback()
def root(version: options.Version = False) -> None:
    """Check, render and test-send a config of Logto's SMTP connector.

    What smtp-verify says is what Logto will do: it reads the config as Logto's connector does, and sends as
    its mail library does.
    """


app.command("validate")(validate)
app.command("render")(render)
app.command("test-send")(send)
