"""SV20x: where to connect, and within which time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.config.schema import placeholders
from smtp_verify.config.schema.unfilled import is_stand_in
from smtp_verify.errors import ConfigError
from smtp_verify.lint.rules.console import after_later_save
from smtp_verify.lint.view import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.path import Path
    from smtp_verify.lint.view import View

_TIMEOUTS = ("connectionTimeout", "greetingTimeout", "socketTimeout", "dnsTimeout")
_ODD_IN_HOST = r"""[\s"'`;,/\\@<>\[\]{}()?#=*!$%&+^|~]|:\d*$|^\.|\.\.|^[-_.]+$"""
"""What no name has: a character that c-ares and the C library refuse (`*`), or a label of none (`a..b`)."""
_SHORTEST = 1000
"""Milliseconds. Below that a number was meant as seconds."""
_LONGEST_TIMER = 2**31 - 1


def host_form(view: View) -> Iterator[Problem]:
    """A `host` that is no bare name or address is never found.

    nodemailer looks the name up as it is written: with a scheme, a port, a user, quotes, brackets, a
    semicolon or whitespace in it the resolver answers "getaddrinfo ENOTFOUND", and every send fails with
    EDNS.

    Bad:
        host: smtp://smtp.example.com:465

    Good:
        host: smtp.example.com
        port: 465

    Stops: where it is the host that Logto connects to.

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `connect`;
    https://github.com/nodemailer/nodemailer/issues/1422
    """
    host = view.text("host")
    # An IPv6 address has colons, a name with a port has one.
    if not host or not re.search(_ODD_IN_HOST, host) or _is_ipv6(host):
        return
    from smtp_verify.smtp.endpoint import bare_host

    # What stands before an @ may hold a password.
    shown = "host" if "@" in host else f"host {host!r}"
    bare = bare_host(host)
    help_ = f"write {bare if bare and not is_stand_in(bare) else 'the bare name, such as smtp.example.com'}"
    message = f"{shown} is no bare name or address: nodemailer would not find it"
    acts = view.endpoint is not None and view.endpoint.host == host
    yield Problem(("host",), message, help_, stops=acts)


def _is_ipv6(host: str) -> bool:
    return host.count(":") > 1 and bool(re.fullmatch(r"[0-9a-fA-F:.]+(?:%[\w.:-]+)?", host))


def port_range(view: View) -> Iterator[Problem]:
    """A `port` outside 1 to 65535, or one that is no whole number, cannot be connected to.

    The connector's guard takes any number. nodemailer then fails with "Port should be >= 0 and < 65536"; 0
    counts as no port, and becomes 465 or 587.

    Bad:
        port: 70000

    Good:
        port: 465

    Stops: but for 0, where it is the port that Logto connects to.

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js (constructor); https://nodemailer.com/smtp/
    """
    from smtp_verify.smtp.endpoint import port_of

    port = view.config.get("port")
    if not isinstance(port, (int, float)) or isinstance(port, bool):
        return
    if port == 0:
        used = port_of(port, bool(view.config.get("secure")))
        later = after_later_save(view, "port")
        help_ = f"write {used}" + (f"; {later}" if later else "")
        yield Problem(("port",), f"port 0 is none: nodemailer takes {used} instead", help_)
        return
    try:
        port_of(port, False)
    except ConfigError as error:
        acts = view.options.get("port") == port
        yield Problem(("port",), error.message, "write the port of your provider: 465 or 587", stops=acts)


def local_host(view: View) -> Iterator[Problem]:
    """`localhost` is the machine that Logto runs on, in a container the container itself.

    A mail server beside Logto's container is not on its localhost: the connection is refused ("connect
    ECONNREFUSED 127.0.0.1"). Where the server does run in the same place, all is well.

    Bad:
        host: localhost

    Good:
        host: mail.internal.example.com

    Source: https://github.com/nodemailer/nodemailer/issues/745
    """
    if view.text("host") and view.is_local:
        message = "the server is the machine Logto runs on: in a container, the container itself"
        yield Problem(
            view.origin("host"), message, "where it is another container, write that service's name"
        )


def local_address(view: View) -> Iterator[Problem]:
    """A `localAddress` that is no IP address makes every connection fail.

    It is the address of this machine to connect from, an address and not a name; nodemailer hands it to Node,
    which throws "Invalid IP address".

    Bad:
        localAddress: logto.example.com

    Good:
        localAddress: 192.0.2.10

    Stops: everywhere.

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `connect`; https://nodemailer.com/smtp/
    """
    value = view.text("localAddress")
    if not value:
        return
    from smtp_verify.smtp.endpoint import local_address as checked

    try:
        checked(value)
    except ConfigError as error:
        help_ = "write an IP address of this machine, or remove the key"
        acts = view.options.get("localAddress") == value
        yield Problem(("localAddress",), error.message, help_, stops=acts)


def timeouts(view: View) -> Iterator[Problem]:
    """Timeouts are milliseconds: one below 1000 was meant as seconds, and a negative one fires at once.

    With `connectionTimeout: 30` nodemailer gives up after 30 milliseconds: "Connection timeout". What Node's
    timers cannot hold, more than 2147483647, fires at once too; 0 stands for the default.

    Bad:
        connectionTimeout: 30

    Good:
        connectionTimeout: 30000

    Stops: where one fires at once, unless the server is this machine.

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `connect`; https://nodemailer.com/smtp/
    """
    for key in _TIMEOUTS:
        value = view.config.get(key)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or value == 0:
            continue
        if key == "socketTimeout" and (value < 0 or value > _LONGEST_TIMER):
            # Node throws at the former, which has a rule of its own, and cuts the latter to what it can hold.
            continue
        if value < 0 or value > _LONGEST_TIMER:
            help_ = "write milliseconds, or remove the key"
            stops = not view.is_local and key != "dnsTimeout"
            yield Problem((key,), f"{key} {value} fires at once", help_, stops=stops)
        elif value < _SHORTEST:
            message = f"{key} is in milliseconds, and {value:g} of them are soon over"
            yield Problem((key,), message, "write 30000 for half a minute, or remove the key")


def address_without_name(view: View) -> Iterator[Problem]:
    """With a bare IP address as `host` there is no name to check the certificate against.

    nodemailer sends no server name for an address, and the certificate has to carry the address itself, which
    few do: "Hostname/IP does not match certificate's altnames". `servername` gives it the name to ask for.

    Bad:
        host: 192.0.2.25

    Good:
        host: 192.0.2.25
        servername: smtp.example.com

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js (`servername`);
    https://github.com/nodemailer/nodemailer/issues/1391
    """
    from smtp_verify.smtp.endpoint import is_address

    endpoint = view.endpoint
    if endpoint is None or endpoint.ignore_tls or view.is_local or not endpoint.host[:1].isalnum():
        return
    if view.tls.get("rejectUnauthorized") is False or placeholders.is_placeholder(endpoint.server_name):
        return
    # Names are the rule, and need no parsing: what is no address has a letter or a dash in it.
    looks_like_one = not re.search(r"[^0-9a-fA-F.:]", endpoint.server_name)
    if looks_like_one and is_address(endpoint.server_name):
        path: Path = view.origin("host")
        if view.tls.get("servername"):
            path = ("tls", "servername")
        elif view.options.get("servername"):
            path = view.origin("servername")
        message = (
            f"{'.'.join(map(str, path))} is an IP address: the certificate would have to carry that address"
        )
        yield Problem(path, message, "write servername with the name in the certificate")
