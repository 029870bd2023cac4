"""All providers, and how one is found; their rows stand in the modules of this room, with their sources."""

from __future__ import annotations

from functools import cache

from smtp_verify.config.schema.suggestions import did_you_mean
from smtp_verify.errors import UsageError
from smtp_verify.providers import mailboxes, russia_china, sending_services
from smtp_verify.providers.provider import Field, Port, Provider, Security, SenderRule

_ANY_SERVER = Provider(
    name="generic",
    title="Any other server",
    aliases=("other", "custom", "smtp"),
    hosts=(),
    ports=(
        Port(587, Security.STARTTLS),
        Port(465, Security.IMPLICIT),
        Port(25, Security.STARTTLS),
        Port(2525, Security.STARTTLS),
    ),
    user=Field("<username>", "The username, at most servers the whole address."),
    password=Field("<password>", "Its password, or an app password where there are such."),
    sender=Field("<sender-address>", "an address that the server lets this user send from."),
    sender_rule=SenderRule.ANY,
    notes=("Without a login write type: login for user and pass: Logto drops an empty auth on Save.",),
    page="https://nodemailer.com/smtp/",
    # 587 and 465 are for submission (RFC 6409, RFC 8314), 25 for relays, 2525 gets round a blocked port.
    sources=("https://www.rfc-editor.org/rfc/rfc8314", "https://www.rfc-editor.org/rfc/rfc6409"),
)
_LOCAL_INBOX = Provider(
    name="mailpit",
    title="Mailpit, a local inbox that catches every mail",
    aliases=("local", "localhost", "maildev"),
    hosts=("localhost", "127.0.0.1"),
    ports=(Port(1025, Security.CLEAR),),
    user=None,
    password=None,
    sender=Field("Example App <noreply@example.com>", "any address, as nothing is delivered."),
    sender_rule=SenderRule.ANY,
    notes=(
        "In a container, localhost is the container itself: write the name of Mailpit's service instead.",
        "The mails are at http://localhost:8025.",
    ),
    page="https://mailpit.axllent.org",
    sources=("https://github.com/axllent/mailpit",),
)

PROVIDERS: tuple[Provider, ...] = (
    *mailboxes.PROVIDERS,
    *russia_china.PROVIDERS,
    *sending_services.PROVIDERS,
    _LOCAL_INBOX,
    _ANY_SERVER,
)
"""Mailboxes first, then sending services, in the order of `init --list`."""


def provider_of(host: str) -> Provider | None:
    """The provider that a host belongs to."""
    name = host.lower().rstrip(".")
    listed = _by_host().get(name)
    return listed or next((each for each in PROVIDERS if each.host_pattern and each.serves(name)), None)


@cache
def _by_host() -> dict[str, Provider]:
    """Every host that is listed; of two providers with the same one, the first."""
    return {
        host: provider
        for provider in reversed(PROVIDERS)
        for host in (*provider.hosts, *(region.host for region in provider.regions))
    }


def find(name: str) -> Provider:
    """The provider with this name, alias or host.

    Raises:
        UsageError: there is none; with the name that may have been meant.
    """
    wanted = name.strip().lower()
    named = {word.lower(): each for each in PROVIDERS for word in (each.name, *each.aliases)}
    provider = named.get(wanted) or provider_of(wanted)
    if provider is not None:
        return provider
    hint = did_you_mean(wanted, named)
    raise UsageError(f"there is no provider {name!r}; {hint or 'init --list names them'}")
