"""The command line as a whole: its commands in the order of the help, each imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from smtp_verify.cli.arguments import options
from smtp_verify.cli.declared import command_of

COMMANDS = {
    "validate": ("validate", "ValidateRequest", "validate_paths"),
    "render": ("render", "RenderRequest", "render_all"),
    "test-send": ("send", "SendRequest", "send_all"),
    "init": ("init", "InitRequest", "start"),
    "probe": ("probe", "ProbeRequest", "probe_config"),
    "explain": ("explain", "ExplainRequest", "explain"),
    "schema": ("schema", "SchemaRequest", "write_schema"),
}
"""Each with its module in `arguments` and in `commands`, its request, and the function that does the work."""

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
    """Builds a command when it is asked for: one run needs one of them, and startup must stay fast."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, request, work = COMMANDS[cmd_name]
        asked = getattr(import_module(f"smtp_verify.cli.arguments.{module}"), request)
        command = command_of(
            asked, lambda: getattr(import_module(f"smtp_verify.cli.commands.{module}"), work)
        )
        single = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=_SETTINGS)
        single.command(cmd_name, short_help=_IN_SHORT.get(cmd_name))(command)
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

    What smtp-verify says is what Logto will do: it reads the config as Logto does, and sends as its mail
    library does.
    """
