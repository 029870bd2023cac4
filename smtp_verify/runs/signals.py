"""The signals that end a run, as exceptions and exit codes."""

from __future__ import annotations

import signal
from typing import NoReturn

from smtp_verify.exit_code import ExitCode


class Terminated(BaseException):
    """SIGTERM or SIGHUP, wherever the program stands.

    Args:
        number: which of them.
    """

    def __init__(self, number: int = signal.SIGTERM) -> None:
        super().__init__(number)
        self.number = number


def catch_termination() -> None:
    """SIGTERM and SIGHUP raise Terminated; an event loop that had them gives them back to the system."""
    for number in ending_signals():
        if number is not signal.SIGINT:
            signal.signal(number, _terminate)


def ending_signals() -> tuple[signal.Signals, ...]:
    """The signals that end a run; SIGHUP is none where it was ignored at the start, as by `nohup`."""
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is None or signal.getsignal(hangup) is signal.SIG_IGN:
        return signal.SIGINT, signal.SIGTERM
    return signal.SIGINT, signal.SIGTERM, hangup


def _terminate(number: int, frame: object) -> NoReturn:
    raise Terminated(number)


def signal_code(ending: BaseException) -> ExitCode:
    """The exit code of a signal that came as Terminated or KeyboardInterrupt."""
    return code_of_signal(ending.number if isinstance(ending, Terminated) else signal.SIGINT)


def code_of_signal(number: int) -> ExitCode:
    """128 and the number, as a shell has it."""
    return ExitCode(128 + number)
