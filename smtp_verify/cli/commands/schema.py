"""What `schema` does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from smtp_verify.cli.terminal.output import write_result
from smtp_verify.config.schema.json_schema import json_schema
from smtp_verify.exit_code import ExitCode

if TYPE_CHECKING:
    from smtp_verify.cli.arguments.schema import SchemaRequest


def write_schema(request: SchemaRequest) -> int:
    """Write the JSON Schema of the config, and return the exit code."""
    write_result(f"{json.dumps(json_schema(request.against), indent=2)}\n", request.output)
    return ExitCode.OK
