"""The live view of a session on a terminal: each stage with its time and a tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from types import TracebackType

    from smtp_verify.smtp.wire.transcript import Stage


class LiveView:
    """Watches one session after another; use it as a context manager."""

    def __init__(self, to: str, color: bool) -> None:
        console = Console(stderr=True, highlight=False, markup=False, no_color=not color)
        self._to = to
        self._spinner = Spinner("dots")
        self._done: list[tuple[Stage, float]] = []
        self._current: Stage | None = None
        self._over = False
        self._live = Live(console=console, refresh_per_second=12, get_renderable=self._render)

    def __enter__(self) -> LiveView:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        self._live.stop()

    def started(self, stage: Stage) -> None:
        """A stage has begun."""
        self._current = stage

    def finished(self, stage: Stage, seconds: float) -> None:
        """A stage has done its work."""
        self._done.append((stage, seconds))
        self._current = None

    def _render(self) -> Table:
        table = Table.grid(padding=(0, 1))
        table.add_row("", Text(visible_line(self._to), style="bold"), "")
        for stage, seconds in self._done:
            table.add_row(
                Text("✓", style="green"), stage.value, Text(f"{seconds * 1000:.0f} ms", style="dim")
            )
        if self._current is not None:
            mark = Text("✗", style="red") if self._over else self._spinner
            table.add_row(mark, self._current.value, "")
        return table
