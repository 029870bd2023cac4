"""Argv in, exit code out: `app` knows the commands, `boundary` makes exceptions into exit codes."""
