"""Dovecot: its submission server, and its SASL for another server.

It has no queue: each command is passed on to the port `settings["relay"]` while the client waits.
"""

from __future__ import annotations

import functools
import json
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from tests.interop.debian import USERS, command, give, room
from tests.interop.launch import MODES, launch
from tests.smtpd import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
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
auth_mechanisms = {mechanism}
auth_debug = yes
auth_failure_delay = 0
# Those who fail to log in are made to wait, the longer the more often.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
RELEASES = {
    "2.3": """\
ssl_cert = <{room}/cert.pem
ssl_key = <{room}/key.pem
mail_location = maildir:~/mail
passdb {{
  driver = passwd-file
  args = {room}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home={room}/home
}}
""",
    # The older release takes a token for a password; this one asks whoever issued it (RFC 7662).
    "2.4": """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
log_debug = category=smtp-server
ssl_server_cert_file = {room}/cert.pem
ssl_server_key_file = {room}/key.pem
mail_driver = maildir
mail_path = ~/mail
passdb passwd-file {{
  passwd_file_path = {room}/users
}}
passdb oauth2 {{
  mechanisms_filter = xoauth2
}}
oauth2 {{
  introspection_mode = post
  introspection_url = http://{address}:{issuer}/
  username_attribute = username
  active_attribute = active
  active_value = true
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {uid}
    home = {room}/home
  }}
}}
""",
}
"""What differs between them."""
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
  inet_listener sasl {{
    port = {ports[sasl]}
  }}
}}
"""


@contextmanager
def serve(settings: dict[str, str]) -> Iterator[tuple[Ports, Path]]:
    """The submission server: its ports, and where it writes down what clients say."""
    with _running(SUBMISSION, settings, MODES) as running:
        yield running


@contextmanager
def authenticate(settings: dict[str, str]) -> Iterator[int]:
    """The port where another server asks whether a login is right."""
    with _running(SASL, settings, ["sasl"]) as (ports, _):
        yield ports["sasl"]


@contextmanager
def _running(service: str, settings: dict[str, str], names: Sequence[str]) -> Iterator[tuple[Ports, Path]]:
    with _issuer(settings) as issuer, room(settings) as own:

        def configure(ports: Ports) -> list[str]:
            _write(service, {**settings, "issuer": str(issuer)}, own, ports)
            return command("/usr/sbin/dovecot", "-F", "-c", f"{own.inside}/dovecot.conf")

        with launch(configure, own.log, names) as ports:
            yield ports, own.log


def _write(service: str, settings: dict[str, str], own: Room, ports: Ports) -> None:
    give(own.path / "home", "dovecot")
    known = {**settings, "mechanism": settings["mechanism"].lower()}
    text = (RELEASES[_release()] + COMMON + service).format(
        **known, room=own.inside, address=LOOPBACK, uid=USERS["dovecot"], ports=ports
    )
    (own.path / "dovecot.conf").write_text(text)
    (own.path / "users").write_text(f"{settings['user']}:{{PLAIN}}{settings['secret']}\n", encoding="utf-8")


@functools.cache
def _release() -> str:
    """Its number, as far as it decides on the configuration."""
    version = subprocess.run(
        command("/usr/sbin/dovecot", "--version"), check=True, capture_output=True, text=True
    )
    return ".".join(version.stdout.split(".")[:2])


@contextmanager
def _issuer(settings: dict[str, str]) -> Iterator[int]:
    """The port of one who knows the right token."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            active = asked.get("token") == [settings["secret"]]
            answer = json.dumps({"active": active, "username": settings["user"]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Nothing to log."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
