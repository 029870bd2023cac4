"""What a command is asked for: the fields of its request are its parameters, and are declared there alone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from smtp_verify.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.report.formats.formatter import Failure

    TellFailure = Callable[[Failure], str]
    """A machine format's own document for a failure before any result."""

_LONGEST_TIMEOUT = 10**9
"""Seconds, some thirty years: the system's timers hold little more."""


class Request:
    """The base of all: the docstring of each is the help of its command."""

    def check(self) -> None:
        """Refuse what can be told before the command itself is loaded.

        Raises:
            UsageError: it cannot be done here, or be meant.
        """

    @property
    def tell_failure(self) -> TellFailure | None:
        """What a failure leaves on standard output; None tells it on standard error alone."""
        return None


def check_system(command: str) -> None:
    """Linux or macOS.

    Raises:
        UsageError: it is Windows.
    """
    if sys.platform == "win32":
        raise UsageError(f"{command} needs Linux or macOS; on Windows, validate and render work")


def check_timeout(seconds: float, option: str = "--timeout") -> None:
    """A number of seconds that can be waited for.

    Raises:
        UsageError: it is none.
    """
    if not seconds <= _LONGEST_TIMEOUT:
        raise UsageError(f"{option}: write a number of seconds, {_LONGEST_TIMEOUT} at most")
