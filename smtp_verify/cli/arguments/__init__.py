"""Argv to plain values: one module a command, and the options that several share."""
