"""The ways to reach a server: the one a config names, and those with another port or security. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smtp_verify.providers.nodemailer_services import well_known
from smtp_verify.providers.provider import Port, Security
from smtp_verify.providers.table import provider_of
from smtp_verify.smtp import endpoint as endpoints

if TYPE_CHECKING:
    from collections.abc import Sequence

USUAL_PORTS = (
    Port(465, Security.IMPLICIT),
    Port(587, Security.STARTTLS),
    Port(25, Security.STARTTLS),
    Port(2525, Security.STARTTLS),
)
"""Where an unknown server may listen: RFC 8314, RFC 6409, relays, and one that gets round blocked ports."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to reach the server, and what in the config would have to change for it."""

    options: dict[str, Any] = field(repr=False)
    """As nodemailer would have them."""
    changes: dict[str, Any]
    """The keys to set; none for the config as it is."""
    endpoint: endpoints.Endpoint

    @property
    def configured(self) -> bool:
        """Whether the config says so already."""
        return not self.changes


def way_to(variant: Variant) -> str:
    """The port and the encryption, in words."""
    endpoint = variant.endpoint
    return f"port {endpoint.port} with {endpoint.security.replace(' where offered', '')}"


def decided_by(config: dict[str, Any]) -> str:
    """The key that decides host, port and encryption in the place of their own; empty if none does."""
    if isinstance(config.get("url"), str) and config["url"]:
        return "url"
    service = config.get("service")
    return "service" if isinstance(service, str) and well_known(service) else ""


def configured(options: dict[str, Any]) -> Variant:
    """The config as it is.

    Raises:
        ConfigError: nodemailer could not connect with it.
    """
    return Variant(options, {}, endpoints.derive(options))


def ports_of(host: str) -> tuple[Port, ...]:
    """Where a host may listen: the ports of its provider, the recommended one first, then the usual ones."""
    provider = provider_of(host)
    known = provider.ports if provider is not None else ()
    numbers = {port.number for port in known}
    return (*known, *(port for port in USUAL_PORTS if port.number not in numbers))


def others(origin: Variant, ports: Sequence[Port]) -> list[Variant]:
    """What could be written instead: the same port with the other kind of TLS, then each other port.

    Args:
        origin: the config as it is.
        ports: where the server may listen, the likeliest first.
    """
    port, implicit = origin.endpoint.port, origin.endpoint.implicit_tls
    known = next((each for each in ports if each.number == port), None)
    pairs = [(port, not implicit if known is None else known.security is Security.IMPLICIT)]
    if origin.endpoint.ignore_tls:
        pairs.append((port, False))
    pairs += [(each.number, each.security is Security.IMPLICIT) for each in ports if each.number != port]
    found = [_changed(origin, *pair) for pair in dict.fromkeys(pairs)]
    return [each for each in found if each.changes]


def _changed(origin: Variant, port: int, implicit: bool) -> Variant:
    """The config with another port, other security, and nothing that keeps STARTTLS from it."""
    changes: dict[str, Any] = {}
    if port != origin.endpoint.port:
        changes["port"] = port
    # Where it is left out, `secure` follows the port.
    follows = origin.options.get("secure", port == 465)
    if implicit != origin.endpoint.implicit_tls or implicit != bool(follows):
        changes["secure"] = implicit
    if not implicit and origin.endpoint.ignore_tls:
        changes["ignoreTLS"] = False
    was_settled = origin.endpoint.implicit_tls or origin.endpoint.ignore_tls
    if not implicit and was_settled and not origin.endpoint.require_tls:
        # What was to be encrypted stays so, and what never was must not hang on what the server offers.
        changes["requireTLS"] = True
    if not implicit and was_settled and origin.endpoint.opportunistic_tls:
        # It would let the session continue in cleartext, whatever requireTLS says.
        changes["opportunisticTLS"] = False
    options = {**origin.options, **changes}
    return Variant(options, changes, endpoints.derive(options))
