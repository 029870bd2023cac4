"""Exim: each message is kept in its spool, and at once delivered to the port `settings["relay"]`.

Debian links it with GnuTLS, where the other servers use OpenSSL.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.interop.debian import command, give, room
from tests.interop.launch import launch
from tests.smtpd import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.interop.debian import Room
    from tests.interop.launch import Ports

CONFIG = """\
primary_hostname = mx.example
spool_directory = {room}/spool
log_file_path = {room}/spool/%slog
daemon_smtp_ports = {ports[starttls]}
local_interfaces = <; {address}.{ports[starttls]} ; {address}.{ports[tls]}
tls_on_connect_ports = {ports[tls]}
tls_advertise_hosts = *
tls_certificate = {room}/cert.pem
tls_privatekey = {room}/key.pem
auth_advertise_hosts = ${{if def:tls_in_cipher {{*}}{{}}}}
rfc1413_query_timeout = 0s
keep_environment =
acl_smtp_rcpt = recipient

begin acl
recipient:
  deny
    recipients = {refused}
    message = no such user
  accept
    authenticated = *
  deny

begin routers
onward:
  driver = manualroute
  route_list = * {address}
  self = send
  transport = onward

begin transports
onward:
  driver = smtp
  port = {relay}

begin authenticators
the_one:
  public_name = {mechanism}
  server_set_id = {user}
"""
AUTHENTICATORS = {
    "PLAIN": """\
  driver = plaintext
  server_prompts = :
  server_condition = ${{if and {{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{secret}}}}}}}}}
""",
    "LOGIN": """\
  driver = plaintext
  server_prompts = Username:: : Password::
  server_condition = ${{if and {{{{eq{{$auth1}}{{{user}}}}}{{eq{{$auth2}}{{{secret}}}}}}}}}
""",
    "CRAM-MD5": """\
  driver = cram_md5
  server_secret = ${{if eq{{$auth1}}{{{user}}}{{{secret}}}fail}}
""",
    # It knows no XOAUTH2 of its own, and so no challenge: a wrong token is refused at once.
    "XOAUTH2": """\
  driver = plaintext
  server_prompts = :
  server_condition = ${{if eq{{$auth1}}{{user={user}\\x01auth=Bearer {secret}\\x01\\x01}}}}
""",
}


@contextmanager
def serve(settings: dict[str, str]) -> Iterator[tuple[Ports, Path]]:
    """Its ports, and where it writes down what clients say."""
    with room(settings) as own, launch(lambda ports: _start(settings, own, ports), own.log) as ports:
        yield ports, own.log


def _start(settings: dict[str, str], own: Room, ports: Ports) -> list[str]:
    give(own.path / "spool", "Debian-exim")
    config = CONFIG + AUTHENTICATORS[settings["mechanism"]]
    text = config.format(**settings, room=own.inside, address=LOOPBACK, ports=ports)
    (own.path / "exim.conf").write_text(text, encoding="utf-8")
    return command("/usr/sbin/exim4", "-C", f"{own.inside}/exim.conf", "-bdf", "-d-all+receive")
