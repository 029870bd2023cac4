"""What to write instead. No patch turns a check of certificates off, or sends credentials in cleartext."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.config.path import Assignment
from smtp_verify.providers.provider import Security
from smtp_verify.providers.table import PROVIDERS, provider_of

if TYPE_CHECKING:
    from smtp_verify.diagnosis.row import Symptom
    from smtp_verify.providers.provider import Port

_IMPLICIT_PORTS = (465, 2465)
_SHORT = 3
"""Letters in the middle of co.uk, com.br, net.au, …"""
_NEAR = 0.9
"""How like a provider's host a name must be that does not exist: `smtp.gmial.com` is."""
_BLOCKED_PORT = 25
"""Cloud hosts block it, whatever the provider."""


def wants_tls(symptom: Symptom) -> bool:
    """Whether TLS from the first byte is spoken on this port: a session, the provider or its number says."""
    return symptom.speaks_tls or _speaks(symptom) is Security.IMPLICIT


def _speaks(symptom: Symptom) -> Security | None:
    provider = provider_of(symptom.host)
    port = provider.port_at(symptom.endpoint.port) if provider else None
    if port is not None:
        return port.security
    return Security.IMPLICIT if symptom.endpoint.port in _IMPLICIT_PORTS else None


def to_implicit(_: Symptom) -> tuple[Assignment, ...]:
    """TLS from the first byte, on the same port."""
    return (Assignment(("secure",), value=True),)


def to_starttls(symptom: Symptom) -> tuple[Assignment, ...]:
    """Encrypted by STARTTLS, and not sent otherwise, unless it is to this machine."""
    changes = []
    if symptom.endpoint.implicit_tls:
        changes.append(Assignment(("secure",), value=False))
    if symptom.is_local:
        return tuple(changes)
    if not symptom.endpoint.require_tls:
        changes.append(Assignment(("requireTLS",), value=True))
    # Both would let the session continue in cleartext, whatever requireTLS says.
    changes += [
        Assignment((key,), value=False) for key in ("ignoreTLS", "opportunisticTLS") if _is_on(symptom, key)
    ]
    return tuple(changes)


def _is_on(symptom: Symptom, key: str) -> bool:
    return bool(symptom.config.get(key))


def ignores_starttls(symptom: Symptom) -> bool:
    """Whether STARTTLS is offered, and ignoreTLS forbids it."""
    endpoint = symptom.endpoint
    return not endpoint.implicit_tls and endpoint.ignore_tls and symptom.offers("STARTTLS")


def to_offered_starttls(symptom: Symptom) -> tuple[Assignment, ...]:
    """The encryption that is offered, and not used."""
    if not ignores_starttls(symptom):
        return ()
    required = () if symptom.endpoint.require_tls else (Assignment(("requireTLS",), value=True),)
    return (Assignment(("ignoreTLS",), value=False), *required)


def to_providers_port(symptom: Symptom) -> tuple[Assignment, ...]:
    """The port that the provider recommends, where the config has one it does not name."""
    provider = provider_of(symptom.host)
    port = symptom.endpoint.port
    if provider is None or provider.port.security is Security.CLEAR or port == provider.port.number:
        return ()
    if provider.port_at(port) and port != _BLOCKED_PORT:
        return ()
    return (Assignment(("port",), provider.port.number), *_secured(symptom, provider.port))


def to_providers_host(symptom: Symptom) -> tuple[Assignment, ...]:
    """The host of a provider, where the config has that name with a letter or two astray."""
    import difflib

    known = [host for provider in PROVIDERS for host in provider.hosts]
    near = difflib.get_close_matches(symptom.host, known, n=1, cutoff=_NEAR)
    return (Assignment(("host",), near[0]),) if near else ()


def _secured(symptom: Symptom, port: Port) -> tuple[Assignment, ...]:
    if port.security is Security.STARTTLS:
        return to_starttls(symptom)
    return () if symptom.endpoint.implicit_tls else to_implicit(symptom)


def to_encryption(symptom: Symptom) -> tuple[Assignment, ...]:
    """The encryption that is offered; else the port where the provider has some."""
    return to_offered_starttls(symptom) or to_providers_port(symptom)


def without_required_tls(symptom: Symptom) -> tuple[Assignment, ...]:
    """This machine need not encrypt what it says to itself; to others there is the provider's port."""
    return (Assignment(("requireTLS",), None),) if symptom.is_local else to_providers_port(symptom)


def to_certificate_name(symptom: Symptom) -> tuple[Assignment, ...]:
    """A name in the certificate, where it may well be that of the server that is meant.

    Anybody can show a good certificate for a name of their own: where host is a name under another domain,
    there is no saying whose server this is.
    """
    names = [each for each in symptom.names if _is_name(each)]
    near = names if _is_bare(symptom.host) else [each for each in names if _is_kin(each, symptom.host)]
    return (Assignment(("tls", "servername"), near[0]),) if near else ()


def _is_name(name: str) -> bool:
    """A name that can be asked for: no address, no wildcard."""
    return name.isascii() and not name.startswith("*") and any(map(str.isalpha, name)) and ":" not in name


def _is_bare(host: str) -> bool:
    """An address, or a name of the local network, neither of which a public certificate holds."""
    return ":" in host or "." not in host or host.replace(".", "").isdigit()


def _is_kin(name: str, host: str) -> bool:
    """Under the same domain, or the same provider's."""
    provider = provider_of(name.lower())
    same = provider is not None and provider.serves(host)
    return same or f".{name.lower()}".endswith(f".{_domain(host)}")


def _domain(host: str) -> str:
    """The part of a name that has one owner, on the safe side: co.uk and its like take one label more."""
    labels = host.split(".")
    is_shared = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= _SHORT
    return ".".join(labels[-3 if is_shared else -2 :])


def to_fixed_user(symptom: Symptom) -> tuple[Assignment, ...]:
    """The word that the provider takes for a username, where there is a key and something else stands."""
    provider = provider_of(symptom.host)
    auth = symptom.config.get("auth")
    if provider is None or provider.user is None or not provider.user.is_fixed:
        return ()
    if not isinstance(auth, dict) or not auth.get("pass") or auth.get("user") == provider.user.value:
        return ()
    return (Assignment(("auth", "user"), provider.user.value),)


def to_user(symptom: Symptom) -> tuple[Assignment, ...]:
    """The address that logs in as the sender, under the name that stood there, where it is another one."""
    user, sender = _user(symptom), symptom.config.get("fromEmail")
    if "@" not in user or not isinstance(sender, str):
        return ()
    name, bracket, address = sender.rpartition("<")
    if (address.rstrip("> ") if bracket else sender.strip()).lower() == user.lower():
        return ()
    return (Assignment(("fromEmail",), f"{name.rstrip()} <{user}>" if name.strip() else user),)


def _user(symptom: Symptom) -> str:
    auth = symptom.config.get("auth")
    user = auth.get("user") if isinstance(auth, dict) else ""
    return user if isinstance(user, str) else ""


def to_login(symptom: Symptom) -> tuple[Assignment, ...]:
    """AUTH LOGIN, where it is offered beside the mechanism that the server then did not know."""
    chosen = symptom.config.get("authMethod") or _has_method(symptom)
    return (Assignment(("authMethod",), "LOGIN"),) if symptom.offers("AUTH", "LOGIN") and not chosen else ()


def _has_method(symptom: Symptom) -> bool:
    auth = symptom.config.get("auth")
    return isinstance(auth, dict) and bool(auth.get("method"))
