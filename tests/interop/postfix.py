"""Postfix, which asks a Dovecot of its own about logins.

Each message is kept in its queue, and at once delivered to the port `settings["relay"]`.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.interop import dovecot
from tests.interop.debian import command, give, room
from tests.interop.launch import launch
from tests.smtpd import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.interop.debian import Room
    from tests.interop.launch import Ports

MAIN = """\
compatibility_level = 3.6
queue_directory = {room}/queue
data_directory = {room}/data
daemon_directory = /usr/lib/postfix/sbin
shlib_directory = /usr/lib/postfix
maillog_file = {room}/log
maillog_file_prefixes = {room}
inet_interfaces = {address}
inet_protocols = ipv4
myhostname = mx.example
mydestination =
mynetworks_style = host
alias_maps =
relayhost = [{address}]:{relay}
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_tls_cert_file = {room}/cert.pem
smtpd_tls_key_file = {room}/key.pem
smtpd_tls_security_level = encrypt
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:{address}:{sasl}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{ {refused} = 550 5.1.1 no such user }} }}
"""
# With -v the server writes down what clients say.
MASTER = """\
{address}:{ports[starttls]} inet n - n - - smtpd -v
{address}:{ports[tls]} inet n - n - - smtpd -v -o smtpd_tls_wrappermode=yes
tlsmgr unix - - n - 1 tlsmgr
anvil unix - - n - 1 anvil
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
retry unix - - n - - error
smtp unix - - n - - smtp
postlog unix-dgram n - n - 1 postlogd
"""
LONG_AGO = 1_000_000_000
QUEUES = (
    "active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace".split()
)


@contextmanager
def serve(settings: dict[str, str]) -> Iterator[tuple[Ports, Path]]:
    """Its ports, and where it writes down what clients say."""
    with (
        dovecot.authenticate(settings) as sasl,
        room(settings) as own,
        launch(lambda ports: _start(settings, own, sasl, ports), own.log) as ports,
    ):
        yield ports, own.log


def _start(settings: dict[str, str], own: Room, sasl: int, ports: Ports) -> list[str]:
    etc, queue = own.path / "etc", own.path / "queue"
    for folder in (etc, queue / "pid"):
        folder.mkdir(parents=True, exist_ok=True)
    for folder in (own.path / "data", *(queue / name for name in QUEUES)):
        give(folder, "postfix")
    for name, text in (("main.cf", MAIN), ("master.cf", MASTER)):
        written = text.format(**settings, room=own.inside, address=LOOPBACK, sasl=sasl, ports=ports)
        (etc / name).write_text(written)
        # It waits until a file has not been changed for a while.
        os.utime(etc / name, (LONG_AGO, LONG_AGO))
    return command("/usr/lib/postfix/sbin/master", "-c", f"{own.inside}/etc", "-d")
