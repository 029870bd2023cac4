"""Everything short of sending: from the DNS to the recipient, on the configured port and its siblings.

Credentials are tried once at most: several failed logins in a row lock accounts.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from smtp_verify.mail.message import Envelope, Message
from smtp_verify.smtp.ladder import reach, variants
from smtp_verify.smtp.login import mechanisms
from smtp_verify.smtp.session import session
from smtp_verify.smtp.tls.contexts import TlsContexts
from smtp_verify.smtp.wire.transcript import (
    IGNORED,
    NOT_OFFERED,
    Ending,
    Outcome,
    Result,
    Stage,
    TlsDetails,
    Transcript,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smtp_verify.providers.provider import Port
    from smtp_verify.smtp import network
    from smtp_verify.smtp.ladder.variants import Variant

PATIENCE = 8.0
"""Seconds for a connection, and for a greeting: a firewall that drops packets never answers."""
_TOO_LATE = 0.05
"""Seconds: what cannot be waited for any longer is not called silent."""
_NOT_TRIED = Result(Ending.NOT_CONNECTED, Stage.CONNECT, "not tried: the time was up", None, Transcript())
_NOTHING = Message(Envelope("", ()), b"", "")
_FOR_NODE = {
    reach.State.REFUSED: "connect ECONNREFUSED",
    reach.State.NO_ROUTE: "connect EHOSTUNREACH",
    reach.State.BLOCKED: "connect EACCES",
    reach.State.SILENT: "Connection timeout",
}
"""What nodemailer says of a port that is not open, by which a cause is known."""
ENCRYPTION = (Stage.CONNECT, Stage.TLS, Stage.GREETING, Stage.EHLO, Stage.STARTTLS)
"""The stages where another port or another kind of TLS may help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be found out."""

    origin: Variant
    """The config as it is."""
    ports: Sequence[Port]
    """Where its provider, or any server, may listen."""
    all_ports: bool
    """Try them even where the config works."""
    login: bool
    """Log in, where the config holds credentials."""
    envelope: Envelope | None
    """The sender and the recipients to ask for, or None."""
    allow_cleartext: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)
    timeout: float
    """Seconds for everything."""

    @property
    def goal(self) -> Stage:
        """How far a session is to get."""
        return Stage.RCPT if self.envelope is not None else Stage.AUTH if self.login else Stage.TLS


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one way to reach the server came to."""

    variant: Variant
    knocks: tuple[reach.Knock, ...]
    result: Result
    """How the session ended."""
    goal: Stage
    """How far it was to get."""
    certificate: TlsDetails | None = None
    """What the server showed where it could not be verified."""

    @property
    def arrived(self) -> bool:
        """Whether the session got to its goal and would send nothing in cleartext."""
        return self._stopped and (self.encrypted or self.variant.configured)

    @property
    def arrived_in_clear(self) -> bool:
        """Whether it got there, and only without encryption, which the config does not ask for."""
        return self._stopped and not self.arrived

    @property
    def untried_login(self) -> bool:
        """Whether the server offered none, as a mail exchanger does, and so has proven none."""
        why = self.result.transcript.reasons.get("authentication")
        return why in (NOT_OFFERED, IGNORED)

    @property
    def got_further(self) -> bool:
        """Whether it was encrypted, and ended later than where the way to the server matters."""
        return self.encrypted and not self._stopped and self.result.stage not in ENCRYPTION

    @property
    def encrypted(self) -> bool:
        """Whether the channel was."""
        return self.result.transcript.tls is not None

    @property
    def _stopped(self) -> bool:
        return self.result.ending.outcome is Outcome.STOPPED


@dataclass(frozen=True, slots=True)
class Probe:
    """All that was found out."""

    host: str
    lookups: tuple[reach.Lookup, ...]
    attempts: tuple[Attempt, ...]
    """The config as it is first, then the others in the order of preference."""
    goal: Stage
    proposal: Attempt | None
    """The first of the others that reached the goal when the config itself did not."""

    @property
    def configured(self) -> Attempt:
        """The config as it is."""
        return self.attempts[0]

    @property
    def furthest(self) -> Attempt | None:
        """Of the others, the first that was encrypted, and failed later than that."""
        return next((each for each in self.attempts[1:] if each.got_further), None)

    @property
    def speaks_tls(self) -> bool:
        """Whether TLS from the first byte was spoken on the config's own port, verified or not."""
        port = self.configured.variant.endpoint.port
        there = (each for each in self.attempts if each.variant.endpoint.port == port)
        tls = (each for each in there if each.variant.endpoint.implicit_tls)
        return any(each.encrypted or each.certificate is not None for each in tls)


async def run(question: Question, note: Callable[[str], None] = lambda _: None) -> Probe:
    """Climb the ladder, and the ladders beside it.

    Args:
        question: what is to be found out.
        note: is told what is being done.
    """
    ladder = _Ladder(question, asyncio.get_running_loop().time() + question.timeout)
    return await ladder.climb(note)


class _Ladder:
    def __init__(self, question: Question, deadline: float) -> None:
        self.question = question
        self.deadline = deadline
        self.addresses: list[network.Address] = []
        self.contexts = TlsContexts()

    async def climb(self, note: Callable[[str], None]) -> Probe:
        question = self.question
        origin = question.origin
        note(f"looking up {origin.endpoint.host}")
        lookups, self.addresses = await reach.look_up(origin.endpoint.host, self._patience(self._left()))
        beside = variants.others(origin, question.ports)
        note(f"asking port {origin.endpoint.port}")
        siblings = [self._attempt(each, Stage.TLS) for each in beside] if question.all_ports else []
        configured, *rest = await asyncio.gather(self._attempt(origin, question.goal), *siblings)
        if not rest and self.addresses and _another_may_help(configured):
            note("asking the other ports: " + ", ".join(str(each.endpoint.port) for each in beside))
            rest = await asyncio.gather(*(self._attempt(each, Stage.TLS) for each in beside))
        if not configured.arrived:
            rest = await self._finished(configured, rest, note)
        proposal = next(
            (each for each in rest if each.arrived and each.goal is question.goal and not each.untried_login),
            None,
        )
        return Probe(
            origin.endpoint.host,
            lookups,
            (configured, *rest),
            question.goal,
            None if configured.arrived else proposal,
        )

    async def _finished(
        self, configured: Attempt, rest: Sequence[Attempt], note: Callable[[str], None]
    ) -> list[Attempt]:
        """The first of the others that can goes all the way, unless the login was tried already."""
        attempts = list(rest)
        if _tried_login(configured) or self.question.goal is Stage.TLS:
            return attempts
        for index, each in enumerate(attempts):
            if each.arrived:
                note(f"going on at port {each.variant.endpoint.port}")
                attempts[index] = await self._attempt(each.variant, self.question.goal)
                tried = attempts[index]
                if (tried.arrived and not tried.untried_login) or _tried_login(tried):
                    break
        return attempts

    async def _attempt(self, variant: Variant, goal: Stage) -> Attempt:
        endpoint = variant.endpoint
        if self._left() < _TOO_LATE:
            return Attempt(variant, (), _NOT_TRIED, goal)
        patience = self._patience(endpoint.connection_timeout)
        knocks = await reach.knock(self.addresses, endpoint.port, endpoint.local_address, patience)
        if self.addresses and not any(each.state is reach.State.OPEN for each in knocks):
            return Attempt(variant, knocks, self._not_connected(knocks), goal)
        result = await session.deliver(self._plan(variant, goal), self._session_deadline())
        attempt = Attempt(variant, knocks, result, goal)
        return replace(attempt, certificate=await self._certificate(attempt))

    def _not_connected(self, knocks: Sequence[reach.Knock]) -> Result:
        """A session would end so; there is no need to wait for it again."""
        words = ", ".join(f"{each.address.shown} {each.state.value}" for each in knocks)
        said = "; ".join(f"{_FOR_NODE[each.state]} {each.address.shown}" for each in knocks)
        return Result(Ending.NOT_CONNECTED, Stage.CONNECT, words, None, Transcript(), said)

    def _plan(self, variant: Variant, goal: Stage) -> session.Plan:
        question = self.question
        endpoint = replace(
            variant.endpoint,
            connection_timeout=self._patience(variant.endpoint.connection_timeout),
            greeting_timeout=self._patience(variant.endpoint.greeting_timeout),
        )
        login = question.login and goal is not Stage.TLS
        return session.Plan(
            endpoint=endpoint,
            message=Message(question.envelope, b"", "") if question.envelope is not None else _NOTHING,
            login=mechanisms.login_of(variant.options) if login else None,
            auth=variant.options.get("auth") or {},
            stop_after=goal,
            reset=True,
            allow_cleartext=question.allow_cleartext,
            single_login=True,
            secrets=question.secrets,
            contexts=self.contexts,
        )

    async def _certificate(self, attempt: Attempt) -> TlsDetails | None:
        result = attempt.result
        if result.ending is not Ending.TLS_FAILED or not result.reason.startswith("certificate"):
            return None
        return await session.shown_certificate(
            self._plan(attempt.variant, Stage.TLS), self._session_deadline()
        )

    def _patience(self, given: float) -> float:
        """At most half of what is left: what is silent must leave time for the other ports."""
        return min(given, PATIENCE, max(self._left() / 2, 0.001))

    def _session_deadline(self) -> float:
        """A session may have half of what is left, so that there is time for what comes of it."""
        return self.deadline - self._left() / 2

    def _left(self) -> float:
        return self.deadline - asyncio.get_running_loop().time()


def _another_may_help(attempt: Attempt) -> bool:
    """Whether what went wrong may depend on the port or on how it is encrypted."""
    result = attempt.result
    if attempt.arrived:
        return False
    in_clear = result.ending is Ending.CLEARTEXT
    unoffered = result.stage is Stage.AUTH and not attempt.encrypted
    # RFC 3207 section 4: "530 Must issue a STARTTLS command first".
    wanted = result.reply is not None and result.reply.code == 530 and not attempt.encrypted
    return result.stage in ENCRYPTION or in_clear or unoffered or wanted


def _tried_login(attempt: Attempt) -> bool:
    """Whether the credentials were used: said to the server, or to a token endpoint that gave no token."""
    return bool(attempt.result.transcript.mechanism)


def greeting(result: Result) -> str:
    """What the server says of itself, with its code; nothing where it said nothing."""
    replies = (each.reply for each in result.transcript.exchanges if each.stage is Stage.GREETING)
    reply = next(replies, None)
    return reply.raw if reply is not None else ""
