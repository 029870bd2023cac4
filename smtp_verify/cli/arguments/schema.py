"""`smtp-verify schema`: the JSON Schema of the config."""

from __future__ import annotations

from typing import Annotated

import typer

from smtp_verify.cli.arguments import options
from smtp_verify.cli.boundary import run
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.exit_code import ExitCode


def schema(
    against: Annotated[
        Schema,
        typer.Option(
            "--schema", help="documented: refuses what validate does. connector: refuses what Logto does."
        ),
    ] = Schema.DOCUMENTED,
    output: options.Output = None,
    no_input: options.NoInput = False,
    version: options.Version = False,
) -> None:
    """Print the JSON Schema of the config, by which editors complete, explain and check it.

    Exit codes: 0 written, 2 usage, 73 it cannot be written.

    Examples:

    \b
      smtp-verify schema -o smtp-config.schema.json
      smtp-verify schema --schema connector > connector.schema.json
    """

    def work() -> int:
        import json

        from smtp_verify.cli.terminal.output import write_result
        from smtp_verify.config.schema.json_schema import json_schema

        write_result(f"{json.dumps(json_schema(against), indent=2)}\n", output)
        return ExitCode.OK

    run(work)
