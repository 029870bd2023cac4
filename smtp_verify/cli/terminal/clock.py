"""The time a command may take before anything is connected: what it reads may never come."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from smtp_verify.errors import DeadlineError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock:
    """Counts down while a file, a pipe or a command is waited for; a question to a person stops it.

    Args:
        seconds: how long.
        option: what the limit comes from.
    """

    def __init__(self, seconds: float, option: str = "--timeout") -> None:
        self.seconds = seconds
        self.option = option
        self.left = seconds
        """Seconds that remain, as they were when the clock last stopped."""

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count down inside the block.

        Raises:
            DeadlineError: the time is over.
        """
        before = signal.signal(signal.SIGALRM, self._expired)
        signal.setitimer(signal.ITIMER_REAL, self.left)
        try:
            yield
        finally:
            self.left = max(signal.setitimer(signal.ITIMER_REAL, 0)[0], 0.001)
            signal.signal(signal.SIGALRM, before)

    def _expired(self, number: int, frame: object) -> NoReturn:
        waited = f"what had to be read had not come after {self.seconds:g} s"
        raise DeadlineError(f"{self.option}: {waited}; nothing was sent")


@contextmanager
def stopped() -> Iterator[None]:
    """Stop the clock that runs, if one does, while a person is asked."""
    left = signal.setitimer(signal.ITIMER_REAL, 0)[0] if hasattr(signal, "setitimer") else 0
    try:
        yield
    finally:
        if left:
            signal.setitimer(signal.ITIMER_REAL, left)
