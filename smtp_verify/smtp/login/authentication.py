"""The AUTH stage: the one mechanism nodemailer would try, its exchange, and OAuth2's second try.

Source: nodemailer 8.0.4 lib/smtp-connection/index.js `login`, `_actionAUTHComplete`, `_handleXOauth2Token`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, cast

from smtp_verify.errors import ConfigError
from smtp_verify.providers import oauth2_errors
from smtp_verify.smtp import network
from smtp_verify.smtp.login import mechanisms, oauth2, token_endpoint
from smtp_verify.smtp.wire.channel import Channel, Ended
from smtp_verify.smtp.wire.transcript import Ending, Reply

if TYPE_CHECKING:
    from smtp_verify.smtp.login.mechanisms import Login

_ONCE = "Logto would log in again with a new token, and this run logs in only once"


class Authentication:
    """Logs in over a channel.

    Args:
        channel: the session's connection.
        login: what the config says about logging in.
        auth: the raw `auth`, which an OAuth2 token is got from.
        cleartext: whether credentials may be sent unencrypted to another machine.
        single: whether to log in only once, and not again with a new token.
    """

    def __init__(
        self, channel: Channel, login: Login, auth: dict[str, Any], cleartext: bool, single: bool = False
    ) -> None:
        self.channel = channel
        self.login = login
        self.auth = auth
        self.cleartext = cleartext
        self.single = single
        self.challenge = ""
        """What the last challenge said, where it was JSON."""

    async def run(self, offered: list[str], encrypted: bool) -> None:
        """Log in, or end the session."""
        try:
            await self._log_in(offered, encrypted)
        except mechanisms.CannotLogIn as error:
            words = self.channel.redact(str(error))
            raise Ended(Ending.NO_CREDENTIALS, oauth2_errors.with_advice(words), nodemailer=words) from None
        except token_endpoint.CleartextToken as error:
            raise Ended(Ending.CLEARTEXT, _cleartext(str(error))) from None
        except token_endpoint.TokenEndpointMoved as error:
            raise Ended(Ending.NO_CREDENTIALS, str(error)) from None
        except token_endpoint.UntrustedTokenEndpoint as error:
            raise Ended(Ending.TLS_FAILED, str(error), nodemailer=str(error)) from None
        except token_endpoint.TokenEndpointDown as error:
            raise Ended(Ending.DEFERRED, str(error), nodemailer=str(error)) from None
        except ConfigError as error:
            reason = f"auth.{error.message}"
            raise Ended(Ending.CONFIG, reason, nodemailer=reason) from None

    async def _log_in(self, offered: list[str], encrypted: bool) -> None:
        mechanism = mechanisms.choose(self.login, offered)
        if not encrypted:
            self._refuse_cleartext(mechanism)
        self.channel.transcript.mechanism = mechanism
        succeeded, reply = await self._exchange(mechanism, await self._secret(renew=False))
        if self.challenge and self.login.oauth2 and not self.single:
            # One more try with a new token, as nodemailer does where it was answered with a challenge.
            succeeded, reply = await self._exchange(mechanism, await self._secret(renew=True))
            succeeded = succeeded or reply.positive
        if not succeeded:
            self._refused(reply)

    async def _secret(self, renew: bool) -> str:
        if not self.login.oauth2:
            return self.login.password
        return await oauth2.access_token(self.auth, renew, self.cleartext)

    async def _exchange(self, mechanism: str, secret: str) -> tuple[bool, Reply]:
        """Whether it succeeded, and the last reply."""
        self.channel.hide(mechanisms.secrets_of(self.login, secret))
        lines = mechanisms.exchange(mechanism, self.login.user, secret)
        line = next(lines)
        while True:
            self.channel.hide(mechanisms.secrets_said(mechanism, line))
            shown = f"AUTH {mechanism} ***" if line.startswith(b"AUTH") else "***"
            reply = await self.channel.command(line, shown)
            if reply.code == 334:
                words = oauth2_errors.challenge(reply.lines[-1]) or reply.text or "334"
                self.challenge = self.channel.redact(words)
            try:
                # A challenge that happens to hold the password is answered as nodemailer answers it.
                line = lines.send(self.channel.unmasked or reply)
            except StopIteration as done:
                return bool(done.value), reply

    def _refused(self, reply: Reply) -> NoReturn:
        reason = "login refused"
        if self.login.oauth2 and self.challenge:
            reason = f"login refused; the server's challenge says: {self.challenge}"
            reason += f"; {_ONCE}" if self.single and oauth2.is_renewable(self.auth) else ""
        words = f"Invalid login: {reply.raw}"
        self.channel.refuse(reply, words, Ending.NOT_AUTHENTICATED, reason=reason)

    def _refuse_cleartext(self, mechanism: str) -> None:
        host = cast("tuple[str, int]", self.channel.transport_info("peername"))[0]
        if not (self.cleartext or network.is_loopback(host)):
            what = "the session is not encrypted, and the credentials would be sent in cleartext"
            raise Ended(Ending.CLEARTEXT, _cleartext(f"stopped before AUTH {mechanism}: {what}"))


def _cleartext(what: str) -> str:
    return f"{what}; Logto would have sent them (--allow-cleartext-auth does so here)"
