"""The one place where an exception becomes an exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

import typer

from smtp_verify.cli.exit_code import ExitCode, exit_code_of
from smtp_verify.errors import SmtpVerifyError
from smtp_verify.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable


def run(command: Callable[[], int], json_results: str | None = None) -> NoReturn:
    """Run a command and exit with its code.

    Args:
        command: does the work, and returns the exit code.
        json_results: with a machine format, the key of the JSON document that holds the results.
    """
    raise typer.Exit(int(_guarded(command, json_results)))


def guarded(app: typer.Typer) -> None:
    """Run the whole command line: --help and --version are printed outside of any command."""
    try:
        try:
            app(prog_name="smtp-verify")
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        forget_stdout()
        sys.exit(ExitCode.READER_GONE)
    except OSError as error:
        forget_stdout()
        say(f"smtp-verify: standard output cannot be written: {error.strerror or error}")
        sys.exit(ExitCode.CANNOT_CREATE)


def _guarded(command: Callable[[], int], json_results: str | None) -> int:
    try:
        code = command()
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        forget_stdout()
        return ExitCode.READER_GONE
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except SmtpVerifyError as error:
        return _tell(error, json_results)
    except Exception as error:
        say(f"smtp-verify: a bug in smtp-verify: {type(error).__name__} at {_place(error)}; please report it")
        return ExitCode.SOFTWARE
    return code


def say(text: str) -> None:
    """A line on standard error, with nothing in it that could move a cursor."""
    if sys.stderr is not None:
        print(visible(text), file=sys.stderr)  # noqa: T201 - standard error is for people


def _tell(error: SmtpVerifyError, json_results: str | None) -> int:
    code = exit_code_of(error)
    if json_results is not None and code is not ExitCode.USAGE:
        from smtp_verify.cli.output import write_result
        from smtp_verify.report.findings_json import error_document

        try:
            write_result(error_document(code, error.message, error.findings, json_results), None)
        except (SmtpVerifyError, BrokenPipeError):
            forget_stdout()
    say(f"smtp-verify: {error.message}")
    return code


def _place(error: BaseException) -> str:
    """Where a bug lies: file and line alone, never the text of the error."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"


def forget_stdout() -> None:
    """Standard output leads nowhere any more; the interpreter must not try to flush it at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        sys.stdout = None
