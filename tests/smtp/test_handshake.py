"""What a TLS handshake that fails means, against servers that really refuse."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from tests.configs import PATIENCE
from tests.smtp.sending import send
from tests.smtpd import Script, certificates, serve, server_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def refusing(**limits: Any) -> Iterator[int]:
    """A port of implicit TLS that sends OpenSSL's alert, which asyncio's servers swallow."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    chain = certificates().chains["trusted"]
    chain.configure_cert(context)  # type: ignore[union-attr]
    for name, value in limits.items():
        setattr(context, name, value)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with suppress(OSError):
                connection = listener.accept()[0]
                with connection, suppress(OSError):
                    context.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(20)


@pytest.mark.parametrize(
    ("limits", "tls"),
    [
        ({"maximum_version": ssl.TLSVersion.TLSv1_2}, {"minVersion": "TLSv1.3"}),
        ({"minimum_version": ssl.TLSVersion.TLSv1_3}, {"maxVersion": "TLSv1.2"}),
    ],
)
def test_no_version_in_common_is_a_failure(limits: dict[str, Any], tls: dict[str, str]) -> None:
    with refusing(**limits) as port:
        result = send(port, secure=True, tls={"ca": certificates().ca, **tls})
    assert (result.ending.exit_code, result.stage.value) == (76, "tls")
    assert result.reason == "TLS: tlsv1 alert protocol version"


@pytest.mark.parametrize(
    ("cert", "words"),
    [
        ("selfsigned", "certificate: self-signed certificate"),
        ("expired", "certificate: certificate has expired"),
        ("wronghost", "certificate: IP address mismatch"),
        ("wronghost and expired", "certificate: certificate has expired"),
    ],
)
def test_a_bad_certificate_is_named(cert: str, words: str) -> None:
    with serve(implicit_tls=True, cert=cert) as server:
        result = send(server, secure=True)
    assert result.reason.replace("self signed", "self-signed").startswith(words)


@pytest.mark.parametrize(
    ("cert", "changes"),
    [
        ("selfsigned", {"rejectUnauthorized": False}),
        ("expired", {"rejectUnauthorized": False}),
        ("wronghost", {"servername": "other.example"}),
    ],
)
def test_a_config_may_ask_for_less(cert: str, changes: dict[str, Any]) -> None:
    with serve(implicit_tls=True, cert=cert) as server:
        result = send(server, secure=True, tls={"ca": certificates().ca, **changes})
    assert result.ending.exit_code == 0
    proven = "certificate" in result.transcript.proven
    assert proven is ("servername" in changes)


@pytest.mark.parametrize("implicit", [True, False])
def test_a_server_that_shows_no_certificate_is_refused(implicit: bool) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ADH:AECDH:@SECLEVEL=0")
    options = {"ca": certificates().ca, "ciphers": "ALL:aNULL:@SECLEVEL=0"}
    with serve(implicit_tls=implicit, starttls=not implicit, context=context) as server:
        result = send(server, secure=implicit, tls=options)
        anonymous = send(server, secure=implicit, tls={**options, "rejectUnauthorized": False})
    assert (result.ending.exit_code, result.nodemailer) == (76, "unable to get issuer certificate")
    assert anonymous.ending.exit_code == 0


@pytest.mark.parametrize(
    ("host", "code"), [("localhost", 0), ("mail.example", 76), ("", 0), (None, 0), ("127.0.0.1", 0)]
)
def test_the_host_in_tls_is_the_name_that_is_checked(host: str | None, code: int) -> None:
    with serve(starttls=True) as server:
        result = send(server, tls={"ca": certificates().ca, "host": host})
    assert result.ending.exit_code == code


def test_a_certificate_of_another_name_is_refused_in_nodes_words() -> None:
    with serve(starttls=True, cert="wronghost") as server:
        result = send(server, tls={"ca": certificates().ca, "servername": "mail.example"})
        assert server.log.commands[-1] == "STARTTLS"
    assert (result.ending.exit_code, result.stage.value) == (76, "starttls")
    assert result.nodemailer == (
        "Hostname/IP does not match certificate's altnames: Host: mail.example. is not in the cert's"
        " altnames: DNS:other.example"
    )


@pytest.mark.parametrize("name", ["a\0b", "." + "x" * 64 + ".example"])
def test_a_servername_that_cannot_be_sent_is_checked_all_the_same(name: str) -> None:
    """Node sends it, and compares it: with no check the session is encrypted."""
    channels: list[tuple[dict[str, Any], bool]] = [
        ({"starttls": True}, False),
        ({"implicit_tls": True}, True),
    ]
    for server_side, secure in channels:
        with serve(**server_side) as server:
            checked = send(server, servername=name, secure=secure)
            options = {"rejectUnauthorized": False}
            unchecked = send(server, servername=name, secure=secure, tls=options)
        assert (checked.ending.exit_code, checked.reason.split(",")[0]) == (
            76,
            "certificate: Hostname mismatch",
        )
        assert unchecked.ending.exit_code == 0


@pytest.mark.parametrize("value", ["false", 0, None, ""])
def test_only_false_itself_turns_the_check_off(value: object) -> None:
    with serve(implicit_tls=True, cert="selfsigned") as server:
        result = send(server, secure=True, tls={"rejectUnauthorized": value})
    assert result.ending.exit_code == 76


def test_a_server_that_closes_within_the_handshake_is_deferred_and_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True).start()
        result = send(listener.getsockname()[1], secure=True)
    assert (result.ending.exit_code, result.stage.value) == (75, "tls")
    assert result.reason == "the server closed the connection during the TLS handshake"


def test_a_server_that_is_silent_within_the_handshake_is_deferred_and_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        result = send(listener.getsockname()[1], secure=True, connectionTimeout=500, greetingTimeout=PATIENCE)
    assert (result.ending.exit_code, result.stage.value) == (75, "tls")
    assert result.reason == "the TLS handshake did not end in time"


def test_the_newest_version_of_both_is_spoken() -> None:
    with serve(starttls=True, max_tls="TLSv1_2") as server:
        result = send(server)
    assert result.transcript.tls is not None
    assert result.transcript.tls.version == "TLSv1.2"
    assert server_context(Script(max_tls="TLSv1_2")).maximum_version is ssl.TLSVersion.TLSv1_2


def test_extra_roots_that_are_no_regular_file_hold_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fifo = tmp_path / "roots.pem"
    os.mkfifo(fifo)
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(fifo))
    with serve(implicit_tls=True) as server:
        result = send(server, secure=True, tls={})
    assert result.reason.startswith("certificate: ")


def test_an_old_version_is_spoken_where_warnings_are_errors() -> None:
    with serve(starttls=True) as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        result = send(server, tls={"ca": certificates().ca, "minVersion": "TLSv1"})
    assert result.ending.exit_code == 0
