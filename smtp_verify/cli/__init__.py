"""Argv in, exit code out: one module a subcommand, one error boundary."""
