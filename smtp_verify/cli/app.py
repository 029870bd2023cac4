"""The command line as a whole: its commands in the order of the help, each imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from smtp_verify.cli.arguments import options

COMMANDS = {
    "validate": ("smtp_verify.cli.arguments.validate", "validate"),
    "render": ("smtp_verify.cli.arguments.render", "render"),
    "test-send": ("smtp_verify.cli.arguments.send", "send"),
    "init": ("smtp_verify.cli.arguments.init", "init"),
    "probe": ("smtp_verify.cli.arguments.probe", "probe"),
    "explain": ("smtp_verify.cli.arguments.explain", "explain"),
    "schema": ("smtp_verify.cli.arguments.schema", "schema"),
}
"""The module and the function of each command."""

_IN_SHORT = {
    "validate": "Check configs: every problem, its place, what to write.",
    "render": "Show a template as the recipient would get it.",
    "test-send": "Send a real verification email, and say what was proven.",
    "init": "Write a starter config for a provider.",
    "probe": "Find out which port works and what to write; sends nothing.",
    "schema": "Print the JSON Schema of the config, for editors.",
}
"""What the list of commands says of those whose first sentence has no room there."""

_SETTINGS = {"help_option_names": ["-h", "--help"]}


class _Commands(TyperGroup):
    """Builds a command when it is asked for: one run needs one of them, and start-up is a feature."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name]
        single = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=_SETTINGS)
        single.command(cmd_name, short_help=_IN_SHORT.get(cmd_name))(getattr(import_module(module), function))
        return typer.main.get_command(single)


app = typer.Typer(
    name="smtp-verify",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
    context_settings=_SETTINGS,
    epilog="Exit codes are those of sysexits.h; 75 means: try again later.",
)


@app.callback()
def root(version: options.Version = False) -> None:
    """Check, render and test-send a config of Logto's SMTP connector.

    What smtp-verify says is what Logto will do: it reads the config as Logto's connector does, and sends as
    its mail library does.
    """
