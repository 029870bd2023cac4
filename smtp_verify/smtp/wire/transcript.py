"""What happened in a session: stages, exchanges, and how it ended. No secret ever enters here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from smtp_verify.exit_code import ExitCode

_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?: |$)")


class Stage(Enum):
    """The stages of a session, in order."""

    CONFIG = "config"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    GREETING = "greeting"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"
    QUIT = "quit"


class Outcome(Enum):
    """What became of the message."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good."""
    DEFERRED = "deferred"
    """Trying again is safe."""
    FAILED = "failed"
    """Nothing was sent, and trying again will not help."""
    UNKNOWN = "unknown"
    """Lost after the final dot: it may have been delivered."""
    STOPPED = "stopped"


class Ending(Enum):
    """What happened, with the outcome and the exit code (sysexits.h) that it means."""

    ACCEPTED = (Outcome.ACCEPTED, ExitCode.OK, "a 2xx to the final dot")
    STOPPED = (Outcome.STOPPED, ExitCode.OK, "stopped where asked")
    NO_SUCH_HOST = (Outcome.FAILED, ExitCode.NO_HOST, "the host's name does not exist")
    DNS_FAILED = (Outcome.DEFERRED, ExitCode.TEMPORARY, "DNS timeout or server failure")
    NOT_CONNECTED = (Outcome.DEFERRED, ExitCode.UNAVAILABLE, "TCP refused, unreachable, timed out")
    NO_GREETING = (Outcome.DEFERRED, ExitCode.TEMPORARY, "greeting 4xx, silence, end of stream")
    GREETING_REFUSED = (Outcome.REFUSED, ExitCode.UNAVAILABLE, "greeting 5xx")
    TLS_FAILED = (
        Outcome.FAILED,
        ExitCode.PROTOCOL,
        "wrong version number, certificate, STARTTLS missing or refused",
    )
    CLEARTEXT = (Outcome.FAILED, ExitCode.PROTOCOL, "a stop before sending credentials in cleartext")
    NOT_AUTHENTICATED = (Outcome.REFUSED, ExitCode.NO_PERMISSION, "AUTH 5xx")
    NO_CREDENTIALS = (
        Outcome.FAILED,
        ExitCode.NO_PERMISSION,
        "missing credentials, no token, no mechanism in common",
    )
    RECIPIENT_REFUSED = (Outcome.REFUSED, ExitCode.NO_USER, "RCPT 5xx")
    REFUSED = (Outcome.REFUSED, ExitCode.UNAVAILABLE, "EHLO and HELO, MAIL, DATA, final dot: 5xx")
    DEFERRED = (Outcome.DEFERRED, ExitCode.TEMPORARY, "any other 4xx, timeout or loss before the final dot")
    PROTOCOL = (Outcome.FAILED, ExitCode.PROTOCOL, "a malformed or surplus reply before the final dot")
    UNKNOWN = (Outcome.UNKNOWN, ExitCode.IO_ERROR, "anything but a well-formed reply after the final dot")
    CONFIG = (Outcome.FAILED, ExitCode.CONFIG, "the config, a placeholder or the guard")

    @property
    def outcome(self) -> Outcome:
        """What became of the message."""
        return self.value[0]

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of a run that ended so."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply (RFC 5321 section 4.2): the code, and the text of each line."""

    code: int
    lines: tuple[str, ...]
    heard: Reply | None = field(default=None, repr=False, compare=False)
    """What the server really said, where a secret is masked in it: for what is concluded, never for show."""

    @property
    def text(self) -> str:
        """The text without codes, lines joined by a line feed, without the enhanced status code."""
        lines = (line[len(self.enhanced) :].lstrip() if self._repeats(line) else line for line in self.lines)
        return "\n".join(lines)

    @property
    def enhanced(self) -> str:
        """The enhanced status code (RFC 3463), or nothing."""
        match = _ENHANCED.match(self.lines[0]) if self.lines else None
        return match[1] if match else ""

    @property
    def raw(self) -> str:
        """The reply as nodemailer joins it: with codes, lines joined by a line feed."""
        marks = ["-"] * (len(self.lines) - 1) + [" "]
        return "\n".join(f"{self.code}{mark}{line}" for mark, line in zip(marks, self.lines, strict=True))

    @property
    def positive(self) -> bool:
        """2xx."""
        return 200 <= self.code < 300

    @property
    def transient(self) -> bool:
        """4xx."""
        return 400 <= self.code < 500

    @property
    def permanent(self) -> bool:
        """5xx."""
        return 500 <= self.code < 600

    def _repeats(self, line: str) -> bool:
        return bool(self.enhanced) and line.startswith(self.enhanced)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A command and its reply; `command` is empty for the greeting, and masked where it holds a secret."""

    stage: Stage
    command: str
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class TlsDetails:
    """The channel, and the certificate the server showed."""

    version: str
    cipher: str
    subject: str
    issuer: str
    not_after: str
    """RFC 3339, UTC."""
    days_left: int | None
    """Whole days until then; None where there is no certificate, or its date cannot be read."""
    names: tuple[str, ...]
    """The subject alternative names."""
    verified: bool
    unread: tuple[str, ...] = ()
    """The details of the certificate that could not be read: `subject`, `issuer`, `end date`, `names`."""


@dataclass(frozen=True, slots=True)
class NotProven:
    """Something this session does not show, and why."""

    what: str
    why: str


NOT_FOLLOWED = "Logto would follow tls."
"""How a note begins about an option of TLS that has no counterpart here."""
NOT_OFFERED = "the server does not offer AUTH, so the credentials were never tried"
IGNORED = "after a refused STARTTLS nodemailer ignores what is offered, so the credentials were never tried"
NO_CREDENTIALS = "the config holds no credentials"
"""Why there was no login."""

LAYERS = ("dns", "connection", "tls", "certificate", "authentication", "sender", "recipient", "message")
"""What a session can prove, in order."""


@dataclass(slots=True)
class Transcript:
    """One session as it unfolds; the only thing here that grows."""

    timings: dict[Stage, float] = field(default_factory=dict)
    """Seconds in each stage that was reached."""
    exchanges: list[Exchange] = field(default_factory=list)
    proven: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a layer is not proven, where there is more to say than that the session ended before it."""
    defects: list[str] = field(default_factory=list)
    """What the server did wrong, though the session went on."""
    tls: TlsDetails | None = None
    peer: str = ""
    """The address and port that were connected to."""
    mechanism: str = ""

    @property
    def keywords(self) -> tuple[str, ...]:
        """Those of the last reply to EHLO, with their parameters (RFC 5321 section 4.1.1.1), unmasked."""
        replies = [
            each.reply
            for each in self.exchanges
            if each.command.startswith("EHLO ") and each.reply is not None and each.reply.positive
        ]
        return (replies[-1].heard or replies[-1]).lines[1:] if replies else ()

    def not_proven(self, ended: Stage) -> tuple[NotProven, ...]:
        """The layers that were not proven, each with the reason."""
        default = f"the session ended at {ended.value}"
        return tuple(
            NotProven(layer, self.reasons.get(layer, default)) for layer in LAYERS if layer not in self.proven
        )


@dataclass(frozen=True, slots=True)
class Result:
    """How a session ended."""

    ending: Ending
    stage: Stage
    reason: str
    """One line for a person; empty where the message was accepted."""
    reply: Reply | None
    transcript: Transcript
    nodemailer: str = ""
    """What nodemailer would say here, as Logto's Console shows it; empty where it says nothing."""


def says(ehlo: Reply, keyword: str) -> bool:
    """The test of nodemailer for an EHLO keyword: anywhere in the reply, behind a space or a hyphen."""
    return bool(re.search(rf"[ -]{keyword}\b", ehlo.raw, re.IGNORECASE))
