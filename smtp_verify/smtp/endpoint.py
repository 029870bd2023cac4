"""The effective settings, derived from the raw config as nodemailer derives them. Pure.

Source: nodemailer 8.0.4 lib/smtp-connection/index.js (constructor, connect, `_upgradeConnection`),
lib/smtp-transport/index.js.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from smtp_verify.errors import ConfigError
from smtp_verify.javascript import is_truthy, to_number, to_string

CONNECTION_TIMEOUT = 120.0
GREETING_TIMEOUT = 30.0
SOCKET_TIMEOUT = 600.0
DNS_TIMEOUT = 30.0

_AT_ONCE = 0.001
_LONGEST_TIMER = 2**31 - 1
"""Milliseconds. A longer timer of Node's fires at once."""
_EHLO_NAME = re.compile(r"[!-~]+")
_AROUND_HOST = re.compile(
    r"""[\s"'`(<]*(?:[\w+.-]+://)?(?:[^\s@/]*@)?"""
    r"""(?:\[(?P<address>[0-9a-fA-F]*:[0-9a-fA-F:.]*)\]|\[?(?P<name>[\w.-]+)(?!://))"""
    r"""(?::\d*)?(?:/[^@]*)?[\s"'`;,/\])>]*"""
)
_THIS_MACHINE = re.compile(r"localhost|.+\.localhost|localhost\.localdomain|127(?:\.\d{1,3}){3}|::1")
_LOCAL_DOMAIN = re.compile(
    r"[\w-]+|.+\.(?:local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|svc|test)"
)
"""One label (a service of Compose or Kubernetes), or a suffix of private networks (RFC 6762, 8375, 2606)."""
_DOTTED_QUAD = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to connect, and how; times in seconds."""

    host: str
    port: int
    implicit_tls: bool
    ignore_tls: bool
    require_tls: bool
    opportunistic_tls: bool
    server_name: str
    """For SNI and the certificate check; where it is an address, there is no SNI."""
    ehlo_name: str
    local_address: str | None
    tls: dict[str, Any] = field(repr=False)
    connection_timeout: float = CONNECTION_TIMEOUT
    greeting_timeout: float = GREETING_TIMEOUT
    socket_timeout: float = SOCKET_TIMEOUT
    dns_timeout: float = DNS_TIMEOUT

    @property
    def security(self) -> str:
        """How the channel is to be protected, in words."""
        if self.implicit_tls:
            return "implicit TLS"
        if self.ignore_tls:
            return "no TLS"
        return "STARTTLS" if self.require_tls else "STARTTLS where offered"


def derive(raw: dict[str, Any]) -> Endpoint:
    """The endpoint of the options that `transport.effective` gives.

    Raises:
        ConfigError: a value nodemailer cannot connect with; the field is named.
    """
    secure = is_truthy(raw.get("secure"))
    port = port_of(raw.get("port"), secure)
    if "secure" not in raw and port == 465:
        secure = True
    host = raw.get("host") or "localhost"
    if not isinstance(host, str):
        raise ConfigError("host: no text; write the name of the server", path=("host",))
    given = raw.get("tls")
    options: dict[str, Any] = given if isinstance(given, dict) else {}
    named = raw.get("servername")
    if is_truthy(named) and not isinstance(named, str) and not is_truthy(options.get("servername")):
        # It is handed to tls.connect as it is, which throws.
        options = {**options, "servername": named}
    server_name = to_string(options.get("servername") or named or _checked_name(host, options))
    if secure:
        # With implicit TLS the options go straight to tls.connect, host and port among them.
        host = _redirected(host, options, named)
        port = _number_of_port(options["port"]) if "port" in options else port
    return Endpoint(
        host=host,
        port=port,
        implicit_tls=secure,
        ignore_tls=is_truthy(raw.get("ignoreTLS")),
        require_tls=is_truthy(raw.get("requireTLS")),
        opportunistic_tls=is_truthy(raw.get("opportunisticTLS")),
        server_name=server_name,
        ehlo_name=ehlo_name(raw.get("name")),
        local_address=_own_address(raw, options if secure else {}),
        tls=options,
        connection_timeout=_timeout(raw.get("connectionTimeout"), CONNECTION_TIMEOUT),
        greeting_timeout=_timeout(raw.get("greetingTimeout"), GREETING_TIMEOUT),
        socket_timeout=_socket_timeout(raw.get("socketTimeout")),
        dns_timeout=_timeout(raw.get("dnsTimeout"), DNS_TIMEOUT),
    )


def _redirected(host: str, options: dict[str, Any], named: Any) -> str:
    """The host that tls.connect is given: `tls.host`, or, where that is empty, the name to check.

    Source: nodemailer 9.0.5 lib/smtp-connection/index.js `connect`; lib/shared/index.js `resolveHostname`.
    """
    if is_truthy(options.get("host")):
        return to_string(options["host"])
    if "host" not in options or not is_address(host):
        return host
    return to_string(options.get("servername") or named or "localhost")


def _number_of_port(value: Any) -> int:
    """The number of `tls.port`; 0 where it is none, which `node_options` refuses by its value."""
    number = to_number(value)
    return int(number) if 0 <= number <= 65535 else 0


def _own_address(raw: dict[str, Any], connecting: dict[str, Any]) -> str | None:
    """Where to connect from; what tls.connect is given itself counts instead, and is checked there."""
    if "localAddress" not in connecting:
        return local_address(raw.get("localAddress"))
    value = connecting["localAddress"]
    return value if isinstance(value, str) and value and is_address(value) else None


def _checked_name(host: str, options: dict[str, Any]) -> Any:
    """The name that Node checks where none is given: that of `tls.host`, where host is an address."""
    if "host" not in options or not is_address(host):
        return host
    return options["host"] or "localhost"


def is_address(host: str) -> bool:
    """Whether a host is an IP address already."""
    # Here, not above: `validate` seldom needs it, and importing takes as long as judging a file.
    import ipaddress

    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_this_machine(host: str) -> bool:
    """Whether a name can lead nowhere else (RFC 6761 section 6.3); `127.example.com` may lead anywhere."""
    return bool(_THIS_MACHINE.fullmatch(host.lower().removesuffix(".")))


def is_nearby(host: str) -> bool:
    """Whether a host is on a private network, if it is not this machine: by its name or its address."""
    import ipaddress

    name = host.lower().removesuffix(".")
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_private
    except ValueError:
        return bool(_LOCAL_DOMAIN.fullmatch(name))


def bare_host(written: str) -> str:
    """The name or address in what was written as host: without scheme, user, port, path, quotes and brackets.

    Nothing where it cannot be told.
    """
    found = _AROUND_HOST.fullmatch(written)
    if found is None:
        return ""
    # `[SMTP_SERVER]` is a placeholder for a name.
    stands_for_one = "[" in written and not found["address"] and "." not in found["name"]
    return "" if stands_for_one else found["address"] or found["name"]


def port_of(value: Any, secure: bool) -> int:
    """`Number(port) || (secure ? 465 : 587)`.

    Raises:
        ConfigError: no port has that number.
    """
    try:
        number = float(value.strip() or 0) if isinstance(value, str) else float(value or 0)
    except (ValueError, TypeError):
        number = 0
    except OverflowError:
        # A double, as JavaScript has it, would be Infinity.
        number = math.inf
    if not number:
        return 465 if secure else 587
    if number != number // 1 or not 0 <= number < 65536:
        why = f"port: {value} is none; it must be a whole number from 1 to 65535"
        raise ConfigError(why, path=("port",))
    return int(number)


def _timeout(value: Any, default: float) -> float:
    """Milliseconds to seconds: 0 is the default, and what no timer of Node's holds fires at once."""
    if not value or not isinstance(value, (int, float)):
        return default
    if value < 0 or value > _LONGEST_TIMER:
        return _AT_ONCE
    return max(value / 1000, _AT_ONCE)


def _socket_timeout(value: Any) -> float:
    """Node cuts a socket's timeout to what a timer holds; it does not fire at once."""
    if isinstance(value, (int, float)) and value > _LONGEST_TIMER:
        return _LONGEST_TIMER / 1000
    return _timeout(value, SOCKET_TIMEOUT)


def ehlo_name(value: Any) -> str:
    """What is said in EHLO for a config's `name`.

    Raises:
        ConfigError: servers refuse it.
    """
    if not value:
        return _own_name()
    name = to_string(value)
    if not _EHLO_NAME.fullmatch(name):
        raise ConfigError(
            "name: what is said in EHLO must be a host name in ASCII letters without spaces; put a display"
            " name into fromEmail",
            path=("name",),
        )
    return name


def _own_name() -> str:
    import socket

    try:
        name = socket.gethostname()
    except OSError:
        # Not permitted, as in a sandbox of the system.
        name = ""
    if "." not in name or not _EHLO_NAME.fullmatch(name):
        return "[127.0.0.1]"
    return f"[{name}]" if _DOTTED_QUAD.fullmatch(name) else name


def local_address(value: Any) -> str | None:
    """The address to connect from.

    Raises:
        ConfigError: it is none.
    """
    if not value:
        return None
    if not is_address(value):
        raise ConfigError(f"localAddress: {value!r} is no IP address", path=("localAddress",))
    return str(value)
