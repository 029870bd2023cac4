"""An event loop for work that a signal may end where it stands."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Any, TypeVar

from smtp_verify.runs.signals import Terminated, catch_termination, ending_signals

if TYPE_CHECKING:
    from collections.abc import Coroutine


_Result = TypeVar("_Result")


def quiet_runner() -> asyncio.Runner:
    """A runner whose loop says nothing: what a peer does to a connection that is being dropped is no news."""
    runner = asyncio.Runner()
    runner.get_loop().set_exception_handler(lambda loop, context: None)
    return runner


def run_until_signal(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run a coroutine to its end.

    An exception that a signal raises in the middle of a loop may be lost in one of its callbacks: here the
    signal stops the waiting, and the exception is raised outside.

    Raises:
        KeyboardInterrupt: SIGINT came first.
        Terminated: SIGTERM or SIGHUP came first.
    """
    with quiet_runner() as runner:
        outcome = runner.run(_first(work))
    catch_termination()
    if isinstance(outcome, signal.Signals):
        raise KeyboardInterrupt if outcome is signal.SIGINT else Terminated(outcome)
    return outcome.result()


async def _first(work: Coroutine[Any, Any, _Result]) -> asyncio.Task[_Result] | signal.Signals:
    """The work once it is done, or the signal that came before; the runner cancels what is left."""
    loop = asyncio.get_running_loop()
    signalled: asyncio.Future[signal.Signals] = loop.create_future()

    def note(number: int) -> None:
        if not signalled.done():
            signalled.set_result(signal.Signals(number))

    for number in ending_signals():
        loop.add_signal_handler(number, note, number)
    task = loop.create_task(work)
    either: tuple[asyncio.Future[Any], ...] = (task, signalled)
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    return task if task.done() else signalled.result()
