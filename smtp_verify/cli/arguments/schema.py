"""`smtp-verify schema`: the JSON Schema of the config."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from smtp_verify.cli.arguments import options
from smtp_verify.cli.arguments.request import Request
from smtp_verify.config.schema.kinds import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRequest(Request):
    """Print the JSON Schema of the config, by which editors complete, explain and check it.

    Exit codes: 0 written, 2 usage, 73 it cannot be written.

    Examples:

    \b
      smtp-verify schema -o smtp-config.schema.json
      smtp-verify schema --schema connector > connector.schema.json
    """

    against: Annotated[
        Schema,
        typer.Option(
            "--schema", help="documented: refuses what validate does. connector: refuses what Logto does."
        ),
    ] = Schema.DOCUMENTED
    output: options.Output = None
    no_input: options.NoInput = False
