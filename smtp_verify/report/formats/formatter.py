"""What a machine format does: data in, text out. A formatter returns, and never prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smtp_verify.finding import Finding
    from smtp_verify.lint.verdict import Verdict
    from smtp_verify.redaction import Redactor
    from smtp_verify.runs.send_report import SendReport


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a command has no result, or could not deliver the one it has."""

    exit_code: int
    message: str
    findings: tuple[Finding, ...] = ()
    """What in a config stopped it."""


class Judged(Protocol):
    """Verdicts, one file at a time: thousands of them need not be in memory together."""

    @property
    def exit_code(self) -> int:
        """What the run ends with; settled once every verdict has passed."""

    def __iter__(self) -> Iterator[Verdict]:
        """The verdicts, once."""


class FindingsFormat(Protocol):
    """How `validate` tells its findings to a machine."""

    def findings(self, judged: Judged) -> Iterator[str]:
        """One document, piece by piece."""

    def failure(self, failure: Failure) -> str:
        """A document of the same format, where there is no result."""


class SendsFormat(Protocol):
    """How `test-send` tells its results to a machine."""

    def sends(
        self,
        reports: Sequence[SendReport],
        redact: Redactor,
        exit_code: int,
        failure: Failure | None = None,
    ) -> str:
        """One document.

        Args:
            reports: every send, in order.
            redact: takes the secrets out of a string, before that is escaped.
            exit_code: what the run ends with.
            failure: what went wrong once the messages had left.
        """

    def failure(self, failure: Failure) -> str:
        """A document of the same format, where there is no result."""
