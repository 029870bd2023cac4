"""The one place where an exception becomes an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

import typer
from typer._click.exceptions import ClickException

from smtp_verify.cli.terminal.output import forget_stdout
from smtp_verify.cli.terminal.say import say
from smtp_verify.errors import ResourceError, SmtpVerifyError
from smtp_verify.exit_code import ExitCode, exit_code_of
from smtp_verify.runs.signals import Terminated, catch_termination, signal_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.cli.arguments.request import TellFailure
    from smtp_verify.finding import Finding


def run(command: Callable[[], int], tell_failure: TellFailure | None = None) -> NoReturn:
    """Run a command and exit with its code.

    Args:
        command: does the work, and returns the exit code.
        tell_failure: makes what a failure leaves on standard output; None tells it on standard error alone.
    """
    catch_termination()
    raise typer.Exit(int(_guarded(command, tell_failure)))


def guarded(app: typer.Typer) -> None:
    """Run the whole command line: --help and --version are printed outside of any command."""
    # What goes wrong while an object is taken down changes nothing, and its traceback might quote anything.
    sys.unraisablehook = lambda _: None
    try:
        try:
            code = app(prog_name="smtp-verify", standalone_mode=False)
        except ClickException as error:
            code = _misused(error)
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
    sys.exit(code)


def _misused(error: ClickException) -> int:
    """What is wrong with the command line, which may quote the name of a file."""
    if "unexpected extra argument" in error.message:
        # What stands there may be a password that slipped out of its option.
        error.message = f"{error.message.partition(' (')[0]}; a value with spaces needs quotes"
    told = io.StringIO()
    error.show(told)
    for line in told.getvalue().removesuffix("\n").split("\n"):
        say(line)
    return error.exit_code


def _guarded(command: Callable[[], int], tell_failure: TellFailure | None) -> int:
    try:
        code = command()
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        forget_stdout()
        return ExitCode.READER_GONE
    except (KeyboardInterrupt, Terminated) as ending:
        code = signal_code(ending)
        _tell_stdout(tell_failure, code, code.name.lower())
        return code
    except SmtpVerifyError as error:
        return _tell(error, tell_failure)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            return _tell(
                ResourceError("no more files can be opened at once; raise the limit (ulimit -n)"),
                tell_failure,
            )
        if isinstance(error, MemoryError) or "can't start new thread" in str(error):
            return _tell(
                ResourceError("the system has no more memory or threads for it; raise the limit (ulimit)"),
                tell_failure,
            )
        message = f"a bug in smtp-verify: {type(error).__name__} at {_place(error)}; please report it"
        _tell_stdout(tell_failure, ExitCode.SOFTWARE, message)
        say(f"smtp-verify: {message}")
        return ExitCode.SOFTWARE
    return code


def _tell(error: SmtpVerifyError, tell_failure: TellFailure | None) -> int:
    code = exit_code_of(error)
    if code is not ExitCode.USAGE:
        _tell_stdout(tell_failure, code, error.message, error.findings)
    say(f"smtp-verify: {error.message}")
    for finding in error.findings:
        if finding.help and finding.help not in error.message:
            place = f"{finding.location.in_words}: " if len(error.findings) > 1 else ""
            say(f"      help: {place}{finding.help}")
    return code


def _tell_stdout(
    tell_failure: TellFailure | None, code: ExitCode, message: str, findings: tuple[Finding, ...] = ()
) -> None:
    if tell_failure is None:
        return
    from smtp_verify.cli.terminal.output import has_begun, write_result
    from smtp_verify.report.formats.formatter import Failure

    if has_begun():
        # A reader gets one document, or the beginning of one, and never a second behind it.
        forget_stdout()
        return

    try:
        write_result(tell_failure(Failure(int(code), message, findings)), None)
    except (SmtpVerifyError, BrokenPipeError):
        forget_stdout()


def _place(error: BaseException) -> str:
    """Where a bug lies: file and line alone, never the text of the error."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
