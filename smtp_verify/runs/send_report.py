"""One recipient's send as data: what every report of it is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp_verify.logto_versions import NEWEST
from smtp_verify.smtp.wire.transcript import LAYERS, NOT_FOLLOWED, Ending, NotProven, Outcome

if TYPE_CHECKING:
    from smtp_verify.diagnosis.row import Diagnosis
    from smtp_verify.logto_versions import Difference, LogtoVersion
    from smtp_verify.mail.template import Rendered
    from smtp_verify.smtp.endpoint import Endpoint
    from smtp_verify.smtp.sandbox import Received
    from smtp_verify.smtp.wire.transcript import Result

_MESSAGE = "message"
_ACCEPTS_ANY = "the sandbox accepts any"


@dataclass(frozen=True, slots=True)
class SendReport:
    """A session with what it was for."""

    to: str
    code: str | None
    rendered: Rendered
    message_id: str
    endpoint: Endpoint
    result: Result
    logto_refuses: str = ""
    """Why Logto would reject the config before any session."""
    logto_elsewhere: str = ""
    """Why nodemailer would not speak SMTP with this config."""
    logto_otherwise: str = ""
    """How nodemailer would reach the server in another way, of which this session says nothing."""
    breaks_on_save: str = ""
    """Why the config, which passes Logto's test, would fail once it is saved."""
    path: str = ""
    """The config, as it was given."""
    diagnoses: tuple[Diagnosis, ...] = ()
    """Why the session failed, the likeliest cause first."""
    sandbox: bool = False
    """Whether the embedded server took the place of the configured one."""
    replaced: tuple[str, ...] = ()
    """With the sandbox: the keys that are not the config's own."""
    received: Received | None = None
    """With the sandbox: the message as it arrived."""
    logto_goes_on: str = ""
    """Why Logto would have gone on where this session stopped; what comes of that is not known."""
    logto: LogtoVersion = NEWEST
    """The version of Logto whose behavior is reported."""
    differs: tuple[Difference, ...] = ()
    """What other versions do differently."""
    stopping: str = ""
    """Why no message can leave with the config as it stands, as a finding of `validate` has it."""

    @property
    def accepted(self) -> bool:
        """Whether a server took the message."""
        return self.result.ending.outcome is Outcome.ACCEPTED

    @property
    def proven(self) -> tuple[str, ...]:
        """The layers that this session proved of the configured server, and the message."""
        proven = self.result.transcript.proven
        return tuple(layer for layer in proven if layer == _MESSAGE or not self.sandbox)

    @property
    def not_proven(self) -> tuple[NotProven, ...]:
        """The others, each with the reason: a server that accepts anything says nothing of the real one."""
        missing = self.result.transcript.not_proven(self.result.stage)
        if not self.sandbox:
            return missing
        any_ = [NotProven(layer, _ACCEPTS_ANY) for layer in LAYERS if layer != _MESSAGE]
        return (*any_, *(each for each in missing if each.what == _MESSAGE))


def _tls_not_followed(report: SendReport) -> list[str]:
    """What of `tls` Logto would have acted on in the handshake, and this session did not."""
    return [each for each in report.result.transcript.defects if each.startswith(NOT_FOLLOWED)]


@dataclass(frozen=True, slots=True)
class LogtoVerdict:
    """What Logto would do with the same config, template and recipient."""

    sends: bool | None
    """None where this run does not tell."""
    because: str | None


def logto_verdict(report: SendReport) -> LogtoVerdict:
    """What Logto would have done where this session ended as it did."""
    result = report.result
    if report.logto_refuses:
        return LogtoVerdict(False, f"its connector rejects the config: {report.logto_refuses}")
    if report.logto_elsewhere:
        return LogtoVerdict(False, report.logto_elsewhere)
    if report.sandbox and report.stopping:
        return LogtoVerdict(False, report.stopping)
    if report.logto_goes_on:
        return LogtoVerdict(None, report.logto_goes_on)
    # The server has it, be it for the copies alone: nodemailer is content with that.
    sent = result.ending is Ending.ACCEPTED or "message" in result.transcript.proven
    if sent:
        otherwise = report.logto_otherwise or ("; ".join(_tls_not_followed(report)) or None)
        return LogtoVerdict(None if otherwise else True, otherwise)
    if result.ending is Ending.CLEARTEXT:
        return LogtoVerdict(True, "it would have sent the credentials in cleartext")
    if result.ending is Ending.STOPPED:
        return LogtoVerdict(None, "the session was stopped before the message")
    if result.nodemailer:
        return LogtoVerdict(False, result.nodemailer)
    return LogtoVerdict(None, "it stopped where Logto may go on")
