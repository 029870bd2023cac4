"""One mail transaction: MAIL, RCPT, DATA and the message (RFC 5321 section 3.3).

Order and decisions are nodemailer's: 8.0.4 lib/smtp-connection/index.js `_actionMAIL` to `_actionDATA`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.smtp.wire.channel import Channel, Ended
from smtp_verify.smtp.wire.transcript import Ending, Stage

if TYPE_CHECKING:
    from smtp_verify.mail.message import Message


class Transaction:
    """Hands a message to the server.

    Args:
        channel: the session's connection.
        message: what is sent, and its envelope.
        timeout: the longest silence, in seconds.
        recipient: the one in the envelope that the session is for.
        grouped: say MAIL, RCPT and DATA in one segment, and QUIT behind the message (RFC 2920).
        reset: take it back with RSET (RFC 5321 section 4.1.1.5) where it stops after MAIL or RCPT.
    """

    def __init__(
        self,
        channel: Channel,
        message: Message,
        timeout: float,
        recipient: str,
        grouped: bool,
        reset: bool = False,
    ) -> None:
        self.channel = channel
        self.transcript = channel.transcript
        self.message = message
        self.timeout = timeout
        self.recipient = recipient
        self.grouped = grouped
        self.reset = reset

    async def run(self, utf8: bool, stop_after: Stage | None) -> None:
        """Go through the transaction, or end the session.

        Args:
            utf8: declare SMTPUTF8 (RFC 6531 section 3.4).
            stop_after: end it after this stage, with no message sent.
        """
        await self._sender(utf8)
        if stop_after is Stage.MAIL:
            await self.channel.stop(Stage.MAIL, self.reset)
        async with self.channel.at(Stage.RCPT):
            await self._recipients(self.message.envelope.rcpt_to)
        if stop_after is Stage.RCPT:
            await self.channel.stop(Stage.RCPT, self.reset)
        await self._data(stop_after)
        await self._dot()

    async def _sender(self, utf8: bool) -> None:
        envelope = self.message.envelope
        sender = f"MAIL FROM:<{envelope.mail_from}>" + (" SMTPUTF8" if utf8 else "")
        async with self.channel.at(Stage.MAIL):
            if self.grouped:
                recipients = [f"RCPT TO:<{address}>" for address in envelope.rcpt_to]
                self.channel.say_ahead([sender, *recipients, "DATA"])
            reply = await self.channel.command(sender)
            if not reply.positive:
                self.channel.refuse(reply, f"Mail command failed: {reply.raw}", reason="sender refused")
        self.transcript.proven.append("sender")

    async def _recipients(self, addresses: tuple[str, ...]) -> None:
        """All are named; the session goes on where one is taken, as nodemailer's does."""
        if not addresses:
            raise Ended(Ending.CONFIG, "there is no recipient", nodemailer="No recipients defined")
        replies = [await self.channel.command(f"RCPT TO:<{address}>") for address in addresses]
        pairs = zip(addresses, replies, strict=True)
        refused = [(address, reply) for address, reply in pairs if not reply.positive]
        if len(refused) == len(replies):
            words = f"Can't send mail - all recipients were rejected: {replies[-1].raw}"
            others = next((each for each in replies if each.transient), replies[-1])
            reply = dict(refused).get(self.recipient, others)
            self.channel.refuse(reply, words, Ending.RECIPIENT_REFUSED, reason="recipient refused")
        self.channel.refused = dict(refused)
        for address, reply in refused:
            self.transcript.defects.append(f"the recipient {address} was refused: {reply.raw}")
        if refused:
            why = f"{len(refused)} of {len(replies)} recipients were refused"
            self.transcript.reasons["recipient"] = why
        else:
            self.transcript.proven.append("recipient")

    async def _data(self, stop_after: Stage | None) -> None:
        channel = self.channel
        async with channel.at(Stage.DATA):
            reply = await channel.command("DATA")
            if reply.code // 100 not in (2, 3):
                channel.refuse(reply, f"Data command failed: {reply.raw}", reason="DATA refused")
            if reply.code != 354:
                defect = f"the server answered DATA with {reply.code}, where 354 must be"
                self.transcript.defects.append(defect)
                if self.grouped:
                    # In a group it may be a second answer to the command before, and the 354 comes yet.
                    await channel.expect_silence()
            if stop_after is Stage.DATA:
                raise Ended(Ending.STOPPED, reply=reply)
            await self._body()

    async def _body(self) -> None:
        """Until the dot has left, nothing the server says can be its answer."""
        then = b"QUIT\r\n" if self.grouped else b""
        if await self.channel.protocol.send_body(self.message.data, self.timeout, then):
            defect = "the server spoke between its answer to DATA and the final dot; that was not counted"
            self.transcript.defects.append(defect)

    async def _dot(self) -> None:
        async with self.channel.at(Stage.DOT):
            reply = await self.channel.read(".", self.timeout)
            if not reply.positive:
                self.channel.refuse(reply, f"Message failed: {reply.raw}", reason="message refused")
            self.channel.verdict = reply
        self.transcript.proven.append("message")
