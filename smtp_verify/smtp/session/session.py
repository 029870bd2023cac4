"""One session, stage by stage: what comes next, and when; each stage says its own words.

Order and decisions are nodemailer's (8.0.4 lib/smtp-connection/index.js); replies are read strictly, and a
loss after the final dot is told apart from every other.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from smtp_verify.errors import ConfigError
from smtp_verify.smtp import network
from smtp_verify.smtp.endpoint import DNS_TIMEOUT, Endpoint, is_address
from smtp_verify.smtp.login import mechanisms
from smtp_verify.smtp.login.authentication import Authentication
from smtp_verify.smtp.session.transaction import Transaction
from smtp_verify.smtp.tls import identity, secure_context
from smtp_verify.smtp.tls.contexts import TlsContexts
from smtp_verify.smtp.tls.handshake import Handshake
from smtp_verify.smtp.wire.channel import LOST, Channel, Ended, Observer
from smtp_verify.smtp.wire.protocol import ConnectionLost, SessionProtocol
from smtp_verify.smtp.wire.transcript import (
    IGNORED,
    NO_CREDENTIALS,
    NOT_FOLLOWED,
    NOT_OFFERED,
    Ending,
    Reply,
    Result,
    Stage,
    TlsDetails,
    says,
)

if TYPE_CHECKING:
    import socket
    import ssl

    from smtp_verify.mail.message import Message


@dataclass(frozen=True, slots=True)
class Plan:
    """What one session is to do."""

    endpoint: Endpoint
    message: Message
    login: mechanisms.Login | None = None
    auth: dict[str, Any] = field(default_factory=dict, repr=False)
    """The raw `auth`, which an OAuth2 token is got from."""
    recipient: str = ""
    """Whom the session is for; the envelope may hold copies besides, from Cc and Bcc."""
    stop_after: Stage | None = None
    reset: bool = False
    """Take the transaction back with RSET where the session stops in the middle of it."""
    allow_cleartext: bool = False
    """Credentials may be sent in cleartext to a host other than the loopback."""
    single_login: bool = False
    """Log in once at most. nodemailer tries again with a new token if the server answers with a challenge."""
    pipelining: bool = True
    """Say MAIL, RCPT and DATA in one go where the server takes that (RFC 2920)."""
    notes: tuple[str, ...] = ()
    """What Logto would do besides and this session does not."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What must not show from the first reply on."""
    contexts: TlsContexts = field(default_factory=TlsContexts, repr=False)
    """The TLS contexts that the sessions of a command share."""


async def deliver(
    plan: Plan, deadline: float, observer: Observer | None = None, limit: str = "--timeout"
) -> Result:
    """Run one session to its end, whatever that is.

    Args:
        plan: what to do.
        deadline: when to give up, on the clock of `asyncio`'s loop.
        observer: is told of each stage.
        limit: the option that the deadline comes from.
    """
    session = _Session(plan, Channel(plan.endpoint.socket_timeout, observer, plan.secrets))
    try:
        async with asyncio.timeout_at(deadline):
            await session.run()
    except Ended as ended:
        return session.result(await session.channel.settle(ended, deadline))
    except TimeoutError:
        return session.result(session.out_of_time(limit))
    except asyncio.CancelledError:
        return session.result(session.cut_short("interrupted"))
    finally:
        session.channel.abort()
    return session.result(session.accepted())


async def shown_certificate(plan: Plan, deadline: float) -> TlsDetails | None:
    """What a certificate holds that was not accepted: the server is asked for it once more, and told nothing.

    Args:
        plan: what the session was to do; nobody logs in, and nothing is sent.
        deadline: when to give up, on the clock of `asyncio`'s loop.
    """
    trusting = replace(plan.endpoint, tls={**plan.endpoint.tls, "rejectUnauthorized": False})
    asking = replace(plan, endpoint=trusting, login=None, stop_after=Stage.TLS)
    return (await deliver(asking, deadline)).transcript.tls


class _Session:
    def __init__(self, plan: Plan, channel: Channel) -> None:
        self.plan = plan
        self.endpoint = plan.endpoint
        self.channel = channel
        self.transcript = channel.transcript
        self.transcript.defects.extend(plan.notes)
        self.encrypted = False
        self.took_helo = False
        self.gave_up_tls = False
        """STARTTLS was refused: nodemailer goes on, and looks for no keyword."""

    async def run(self) -> None:
        self._begin_tls()
        addresses = await self._resolve()
        connection = await self._connect(addresses)
        await self._open(connection)
        await self._greeting()
        ehlo = await self._ehlo()
        if ehlo is not None and self._wants_starttls(ehlo):
            ehlo = await self._starttls(ehlo)
        await self._stop_after(Stage.TLS)
        await self._authenticate(ehlo)
        await self._stop_after(Stage.AUTH)
        await self._transaction(ehlo)

    def result(self, ended: Ended) -> Result:
        self.channel.note_unanswered()
        return Result(
            ended.ending, self.channel.stage, ended.reason, ended.reply, self.transcript, ended.nodemailer
        )

    def accepted(self) -> Ended:
        """How the session ends once the server has the message: well, unless only copies were taken."""
        refusal = self.channel.refused.get(self.plan.recipient)
        if refusal is None:
            return Ended(Ending.ACCEPTED, reply=self.channel.verdict)
        self.channel.stage = Stage.RCPT
        ending = Ending.DEFERRED if refusal.transient else Ending.RECIPIENT_REFUSED
        return Ended(ending, "recipient refused; the message went to the other recipients", refusal)

    def out_of_time(self, limit: str) -> Ended:
        """How the session ends where the time of an option is up; a server that has not greeted is named."""
        if self.channel.stage is not Stage.GREETING:
            return self.cut_short(f"the time of {limit} is up")
        return self.cut_short(f"{self.channel.protocol.silence} before the time of {limit} was up")

    def cut_short(self, reason: str) -> Ended:
        """How the session ends where it stands, when it is not let go on."""
        if self.channel.verdict is not None:
            return self.accepted()
        return Ended(LOST.get(self.channel.stage, Ending.DEFERRED), reason)

    async def _stop_after(self, stage: Stage) -> None:
        if self.plan.stop_after is stage:
            await self.channel.stop(stage)

    # Connecting ------------------------------------------------------------------------------------------

    def _begin_tls(self) -> None:
        """Start to make the TLS context where the session may use it.

        What Node refuses ends a session that must be encrypted before it connects; another session comes to
        it only if the server offers STARTTLS.
        """
        endpoint = self.endpoint
        if endpoint.ignore_tls and not endpoint.implicit_tls:
            return
        refused = self.plan.contexts.refused(endpoint.tls, endpoint.implicit_tls)
        if refused is not None and (endpoint.implicit_tls or endpoint.require_tls):
            raise self._tls_refused(refused)

    def _tls_refused(self, error: ConfigError) -> Ended:
        self.channel.stage = Stage.CONFIG
        return Ended(Ending.CONFIG, error.message, nodemailer=error.message)

    async def _tls_settings(self) -> secure_context.TlsSettings:
        try:
            settings = await self.plan.contexts.ready(self.endpoint.tls, self.endpoint.implicit_tls)
        except ConfigError as error:
            raise self._tls_refused(error) from None
        if settings.hopeless:
            self.channel.stage = Stage.TLS if self.endpoint.implicit_tls else Stage.STARTTLS
            raise Ended(Ending.TLS_FAILED, f"TLS: {settings.hopeless}", nodemailer=settings.hopeless)
        for name in settings.not_followed:
            self.transcript.defects.append(f"{NOT_FOLLOWED}{name.removeprefix('tls.')}; this run did not")
        return settings

    async def _resolve(self) -> list[network.Address]:
        if not is_address(self.endpoint.host):
            async with self.channel.at(Stage.DNS):
                addresses = await self._addresses()
            self.transcript.proven.append("dns")
            return addresses
        self.channel.stage = Stage.DNS
        addresses = await self._addresses()
        self.transcript.reasons["dns"] = "host is an address, no name"
        return addresses

    async def _addresses(self) -> list[network.Address]:
        endpoint = self.endpoint
        try:
            # An address is not looked up, whatever dnsTimeout says.
            patience = DNS_TIMEOUT if is_address(endpoint.host) else endpoint.dns_timeout
            return await network.resolve(endpoint.host, endpoint.port, patience)
        except network.NoSuchHost as error:
            reason = f"no such host: {endpoint.host}"
            raise Ended(Ending.NO_SUCH_HOST, reason, nodemailer=str(error)) from None
        except network.ResolverFailed as error:
            raise Ended(Ending.DNS_FAILED, str(error), nodemailer=str(error)) from None

    async def _connect(self, addresses: list[network.Address]) -> socket.socket:
        endpoint = self.endpoint
        async with self.channel.at(Stage.CONNECT):
            try:
                connection = await network.connect(
                    addresses, endpoint.local_address, endpoint.connection_timeout
                )
            except network.NotConnected as error:
                raise Ended(Ending.NOT_CONNECTED, str(error), nodemailer=str(error)) from None
            except network.BadLocalAddress as error:
                raise Ended(Ending.CONFIG, f"localAddress: {error}", nodemailer=str(error)) from None
            self.transcript.peer = network.Address(connection.family, connection.getpeername()).shown
        self.transcript.proven.append("connection")
        if self.plan.stop_after is Stage.CONNECT:
            connection.close()
            raise Ended(Ending.STOPPED)
        return connection

    async def _open(self, connection: socket.socket) -> None:
        """Hand the socket to the protocol, through TLS where it is implicit."""
        loop = asyncio.get_running_loop()
        if not self.endpoint.implicit_tls:
            _, protocol = await loop.create_connection(SessionProtocol, sock=connection)
            self.channel.open(protocol)
            return
        try:
            settings = await self._tls_settings()
        except BaseException:
            connection.close()
            raise
        handshake = Handshake(self.endpoint)
        async with self.channel.at(Stage.TLS):
            with handshake:
                _, protocol = await loop.create_connection(
                    SessionProtocol,
                    sock=connection,
                    ssl=settings.context,
                    server_hostname=identity.sni_of(self.endpoint.server_name),
                    ssl_handshake_timeout=self.endpoint.connection_timeout,
                )
            self.channel.open(protocol)
            channel = self._tls_channel()
            handshake.identify(channel)
        self._note_tls(channel, settings)

    def _tls_channel(self) -> ssl.SSLObject:
        return cast("ssl.SSLObject", self.channel.transport_info("ssl_object"))

    def _note_tls(self, channel: ssl.SSLObject, settings: secure_context.TlsSettings) -> None:
        """Write down what the handshake settled; reading the certificate is no part of its time."""
        details = self.transcript.tls = secure_context.details(channel, settings.context)
        self.encrypted = True
        self.transcript.proven.append("tls")
        if details.verified:
            self.transcript.proven.append("certificate")
        else:
            self.transcript.reasons["certificate"] = "tls.rejectUnauthorized is false: it was not checked"

    async def _greeting(self) -> None:
        async with self.channel.at(Stage.GREETING):
            reply = await self.channel.read("", self.endpoint.greeting_timeout)
            if reply.code != 220:
                words = f"Invalid greeting. response={reply.raw}: {reply.raw}"
                self.channel.refuse(reply, words, Ending.GREETING_REFUSED, Ending.NO_GREETING)
        await self._stop_after(Stage.GREETING)

    # Introducing ourselves -------------------------------------------------------------------------------

    async def _ehlo(self) -> Reply | None:
        """The reply to EHLO, or None where the server took HELO alone."""
        name = self.endpoint.ehlo_name
        async with self.channel.at(Stage.EHLO):
            reply = await self.channel.command(f"EHLO {name}")
            if reply.positive:
                # As it came: what is offered must not hang on what the password happens to be.
                return self.channel.unmasked
            if reply.code == 421:
                words = f"Server terminates connection. response={reply.raw}: {reply.raw}"
                raise Ended(Ending.DEFERRED, "the server closes the session", reply, words)
            if self.endpoint.require_tls:
                words = "EHLO failed but HELO does not support required STARTTLS."
                words = f"{words} response={reply.raw}: {reply.raw}"
                reason = (
                    "requireTLS is set, and the server does not take EHLO: without it there is no STARTTLS"
                )
                raise Ended(Ending.TLS_FAILED, reason, reply, words)
            await self._helo(reply)
        self.took_helo = True
        if not self.encrypted:
            self._unencrypted("the server took HELO alone, which has no STARTTLS")
        return None

    async def _helo(self, refusal: Reply) -> None:
        """Say HELO, after a refused EHLO."""
        try:
            reply = await self.channel.command(f"HELO {self.endpoint.ehlo_name}")
        except ConnectionLost:
            # The server has closed on its refusal: that is what it says to us.
            self.channel.refuse(refusal, "Connection closed unexpectedly")
        if not reply.positive:
            self.channel.refuse(reply, f"Invalid HELO. response={reply.raw}: {reply.raw}")

    def _wants_starttls(self, ehlo: Reply) -> bool:
        if self.encrypted:
            return False
        if self.endpoint.ignore_tls:
            self._unencrypted("ignoreTLS is set")
            return False
        if self.endpoint.require_tls or says(ehlo, "STARTTLS"):
            return True
        self._unencrypted("the server does not offer STARTTLS")
        return False

    def _unencrypted(self, why: str) -> None:
        self.transcript.reasons["tls"] = why
        self.transcript.reasons["certificate"] = "the session was not encrypted"

    async def _starttls(self, ehlo: Reply) -> Reply | None:
        """The reply to the second EHLO; None if the session continues in cleartext and no keyword counts."""
        # Waited for out here, so that the stage is timed without it; what is wrong with it counts below.
        await asyncio.wait([self.plan.contexts.begin(self.endpoint.tls)])
        async with self.channel.at(Stage.STARTTLS):
            reply = await self.channel.command("STARTTLS")
            if not reply.positive:
                self._starttls_refused(reply, ehlo)
                return None
            protocol = self.channel.protocol
            if protocol.surplus:
                # RFC 3207 section 6: what came in cleartext must not count for the encrypted session.
                reason = "bytes behind the reply to STARTTLS: someone may be injecting commands"
                raise Ended(Ending.PROTOCOL, reason, reply)
            settings = await self._tls_settings()
            handshake = Handshake(self.endpoint)
            with handshake:
                name = identity.sni_of(self.endpoint.server_name)
                await protocol.upgrade(settings.context, name, self.endpoint.socket_timeout)
            channel = self._tls_channel()
            handshake.identify(channel)
        self._note_tls(channel, settings)
        return await self._ehlo()

    def _starttls_refused(self, reply: Reply, ehlo: Reply) -> None:
        if self.endpoint.opportunistic_tls:
            self._unencrypted(f"STARTTLS was refused ({reply.code}), and opportunisticTLS is set")
            self.gave_up_tls = True
            return
        reason = "the server refuses STARTTLS"
        if not says(ehlo, "STARTTLS"):
            reason = "requireTLS is set, and the server does not offer STARTTLS"
        words = f"Error upgrading connection with STARTTLS: {reply.raw}"
        self.channel.refuse(reply, words, Ending.TLS_FAILED, reason=reason)

    # Logging in ------------------------------------------------------------------------------------------

    async def _authenticate(self, ehlo: Reply | None) -> None:
        login = self.plan.login
        if login is None:
            self.transcript.reasons["authentication"] = NO_CREDENTIALS
            return
        # After HELO, nodemailer takes AUTH for granted.
        offers = self.took_helo or (ehlo is not None and mechanisms.is_advertised(ehlo))
        if not (offers or login.force):
            holds = login.oauth2 or login.user or login.password
            unheeded = IGNORED if self.gave_up_tls else NOT_OFFERED
            self.transcript.reasons["authentication"] = unheeded if holds else NO_CREDENTIALS
            return
        async with self.channel.at(Stage.AUTH):
            plan = self.plan
            authentication = Authentication(
                self.channel, login, plan.auth, plan.allow_cleartext, plan.single_login
            )
            offered = mechanisms.advertised(ehlo) if ehlo is not None else []
            await authentication.run(offered, self.encrypted)
        self.transcript.proven.append("authentication")

    # The message -----------------------------------------------------------------------------------------

    async def _transaction(self, ehlo: Reply | None) -> None:
        envelope = self.plan.message.envelope
        utf8 = ehlo is not None and says(ehlo, "SMTPUTF8")
        if envelope.needs_smtputf8 and not utf8:
            defect = "an address has letters outside ASCII, and the server does not offer SMTPUTF8"
            self.transcript.defects.append(defect)
        grouped = bool(envelope.rcpt_to) and self._may_pipeline(ehlo)
        plan = self.plan
        transaction = Transaction(
            self.channel, plan.message, self.endpoint.socket_timeout, plan.recipient, grouped, plan.reset
        )
        await transaction.run(utf8 and envelope.needs_smtputf8, plan.stop_after)
        await self.channel.quit(said=grouped)

    def _may_pipeline(self, ehlo: Reply | None) -> bool:
        """A session that is to stop on the way must not have said more."""
        offered = ehlo is not None and says(ehlo, "PIPELINING")
        return offered and self.plan.pipelining and self.plan.stop_after is None
