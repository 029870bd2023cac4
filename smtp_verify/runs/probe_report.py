"""What a probe found out, put together for a report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smtp_verify.logto_versions import NEWEST
from smtp_verify.smtp.ladder import reach
from smtp_verify.smtp.wire.transcript import Stage

if TYPE_CHECKING:
    from smtp_verify.diagnosis.row import Diagnosis
    from smtp_verify.domain.check import DomainReport
    from smtp_verify.logto_versions import Difference, LogtoVersion
    from smtp_verify.smtp.ladder.probe import Attempt, Probe


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """A probe, and what follows from it."""

    probe: Probe
    diagnoses: tuple[Diagnosis, ...] = ()
    """Why the config as it is does not work."""
    domain: DomainReport | None = None
    """What the sender's domain says; None where that was not asked."""
    written: str = ""
    """The file that the changes were written to."""
    not_written: str = ""
    """Why the changes could not be written."""
    decided_by: str = ""
    """The key that decides where to connect instead of host, port and secure: `url` or `service`."""
    logto: LogtoVersion = NEWEST
    """The version of Logto whose behavior is reported."""
    differs: tuple[Difference, ...] = ()
    """What other versions do differently."""
    states: dict[Any, reach.State] = field(init=False)
    """Of each address and port."""

    def __post_init__(self) -> None:
        knocks = (knock for attempt in self.probe.attempts for knock in attempt.knocks)
        object.__setattr__(self, "states", reach.told_apart(knocks))

    @property
    def exit_code(self) -> int:
        """Of the config as the file has it now."""
        configured = self.probe.configured.result
        return 0 if self.written or configured is None else configured.ending.exit_code


def works(attempt: Attempt, goal: Stage) -> bool | None:
    """Whether a way to reach the server would do; None where it was not tried to the end."""
    if not attempt.arrived:
        return False
    if attempt.untried_login and (goal is Stage.AUTH or not attempt.variant.configured):
        return None
    return True if attempt.goal is goal else None
