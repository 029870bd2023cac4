"""What a TLS handshake that fails means, against servers that really refuse."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import warnings
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

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


@pytest.mark.parametrize("name", ["a\0b", "." + "x" * 64 + ".example"])
def test_a_servername_that_is_no_host_name_is_named(name: str) -> None:
    # The handshake never begins: the server need not speak TLS, and in bytes it agrees without doing so.
    with serve(starttls=True, starttls_reply=b"220 go\r\n") as server:
        after = send(server, servername=name)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        implicit = send(listener.getsockname()[1], secure=True, servername=name)
    for result in (after, implicit):
        assert (result.ending.exit_code, result.reason) == (76, f"servername: {name!r} is no host name")


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


def _with_a_name_that_is_no_text(folder: Path) -> Path:
    """A certificate for 127.0.0.1, with its key; another of its names holds a byte that is not UTF-8."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = x509.UnrecognizedExtension(
        x509.OID_SUBJECT_ALTERNATIVE_NAME, b"\x30\x0b\x87\x04\x7f\0\0\1\x82\x03a\xffb"
    )
    start = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start.replace(year=2999))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "chain.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(certificate.public_bytes(Encoding.PEM) + pem)
    return path


def test_a_certificate_with_a_name_that_is_no_text_is_told_as_such(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    chain = _with_a_name_that_is_no_text(tmp_path)
    context.load_cert_chain(chain)

    def greet() -> None:
        with suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as peer:
            peer.sendall(b"220 ready\r\n")
            peer.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=greet, daemon=True).start()
        result = send(listener.getsockname()[1], secure=True, tls={"ca": chain.read_text()})
    assert (result.ending.exit_code, result.stage.value) == (76, "tls")
    assert result.reason == "certificate: a name in it is no text, and Python reads none such"
    assert result.nodemailer == ""


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
