"""Dovecot: its submission server, and its SASL for another server.

It has no queue: each command is passed on to the port `settings["relay"]` while the client waits.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.interop.debian import USERS, command, give, room
from tests.interop.launch import launch
from tests.smtpd import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.interop.debian import Room
    from tests.interop.launch import Ports

COMMON = """\
base_dir = {room}/run
state_dir = {room}/state
log_path = /dev/stderr
listen = {address}
hostname = mx.example
ssl = required
ssl_cert = <{room}/cert.pem
ssl_key = <{room}/key.pem
mail_location = maildir:~/mail
auth_mechanisms = {mechanism}
auth_debug = yes
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = {room}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home={room}/home
}}
# Those who fail to log in are made to wait, the longer the more often.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
SUBMISSION = """\
protocols = submission
submission_relay_host = {address}
submission_relay_port = {relay}
service submission-login {{
  inet_listener submission {{
    port = {ports[starttls]}
  }}
  inet_listener submissions {{
    port = {ports[tls]}
    ssl = yes
  }}
}}
"""
SASL = """\
protocols =
service auth {{
  inet_listener {{
    port = {ports[sasl]}
  }}
}}
"""


@contextmanager
def serve(settings: dict[str, str]) -> Iterator[tuple[Ports, Path]]:
    """The submission server: its ports, and where it writes down what clients say."""
    with (
        room(settings) as own,
        launch(lambda ports: _start(SUBMISSION, settings, own, ports), own.log) as ports,
    ):
        yield ports, own.log


@contextmanager
def authenticate(settings: dict[str, str]) -> Iterator[int]:
    """The port where another server asks whether a login is right."""
    with (
        room(settings) as own,
        launch(lambda ports: _start(SASL, settings, own, ports), own.log, ["sasl"]) as ports,
    ):
        yield ports["sasl"]


def _start(service: str, settings: dict[str, str], own: Room, ports: Ports) -> list[str]:
    """Its configuration, and what starts it."""
    give(own.path / "home", "dovecot")
    text = (COMMON + service).format(
        **settings, room=own.inside, address=LOOPBACK, uid=USERS["dovecot"], ports=ports
    )
    (own.path / "dovecot.conf").write_text(text)
    (own.path / "users").write_text(f"{settings['user']}:{{PLAIN}}{settings['secret']}\n", encoding="utf-8")
    return command("/usr/sbin/dovecot", "-F", "-c", f"{own.inside}/dovecot.conf")
