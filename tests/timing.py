"""Limits of time that a busy machine keeps too."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STARTS = 30
"""So many times as long as the interpreter needs to start just then: a second, where nothing else runs."""
_SLOWER = 5
"""So many times more of the processor do the same steps need where its caches and cores are shared."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """The block takes no longer, or as much longer as the machine is busy: what hangs takes longer still."""
    start = time.monotonic()
    yield
    took = time.monotonic() - start
    if took > seconds:
        leeway = _STARTS * _start()
        assert took < seconds + leeway, f"{took:.1f} s; {seconds} s and {leeway:.1f} s are the most"


@contextmanager
def computed_within(seconds: float) -> Iterator[None]:
    """The block needs no more of the processor: what is not linear needs a multiple."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds * _SLOWER


def _start() -> float:
    """Seconds that the interpreter takes to start and end."""
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", ""], check=True)
    return time.monotonic() - start
