"""A certificate's details are a courtesy: no oddity in them ends a session that Node would go on with."""

from __future__ import annotations

import json
import ssl
import warnings
from typing import TYPE_CHECKING

import pytest

from tests import odd_certificates
from tests.configs import config_for, write
from tests.smtp.sending import send
from tests.smtpd import serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

# Node 20 takes each of these certificates, verified or not as here.
UNREADABLE = {
    "month 13": ("subject", "issuer", "end date", "names"),
    "date in words": ("subject", "issuer", "end date", "names"),
    "name that is no text": ("names",),
}
"""The details that nothing here can read; the others are told."""


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.parametrize("implicit", [True, False], ids=["implicit TLS", "STARTTLS"])
@pytest.mark.parametrize("name", odd_certificates.SOUND)
def test_a_sound_certificate_is_verified_whatever_its_text(name: str, implicit: bool) -> None:
    with serve(implicit_tls=implicit, starttls=not implicit, cert=name) as server:
        result = send(server, secure=implicit)
        assert len(server.log.messages) == 1
    details = result.transcript.tls
    assert details is not None
    assert (result.ending.exit_code, details.verified) == (0, True)
    assert details.version.startswith("TLSv1.")
    assert details.cipher
    assert details.unread == UNREADABLE.get(name, ())
    assert details.subject.startswith("CN=")
    assert details.issuer.startswith(("CN=trustme", "O=trustme", "OU=Testing", "CN=Testing"))
    assert details.days_left in (29, 30)
    if name != "name that is no text":
        assert details.names[:2] == ("localhost", "other.example")


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.parametrize("name", [*odd_certificates.SOUND, *odd_certificates.UNSOUND])
def test_what_is_not_verified_goes_on_too_and_what_was_not_read_is_named(name: str) -> None:
    with serve(implicit_tls=True, cert=name) as server:
        result = send(server, secure=True, tls={"rejectUnauthorized": False})
        assert len(server.log.messages) == 1
    details = result.transcript.tls
    assert details is not None
    assert (result.ending.exit_code, details.verified) == (0, False)
    for detail, value in (("subject", details.subject), ("end date", details.not_after)):
        assert (detail in details.unread) == (not value)


@pytest.mark.parametrize("name", odd_certificates.UNSOUND)
def test_an_unsound_date_is_refused_as_node_refuses_it(name: str) -> None:
    with serve(implicit_tls=True, cert=name) as server:
        result = send(server, secure=True)
    assert (result.ending.exit_code, result.stage.value) == (76, "tls")
    assert "format error in certificate's notAfter field" in result.reason


def test_the_report_names_what_could_not_be_read(run: Runner, tmp_path: Path) -> None:
    with serve(implicit_tls=True, cert="month 13") as server:
        config = write(tmp_path, config_for(server, secure=True, tls={"rejectUnauthorized": False}))
        sent = run("test-send", config, "--to", "a@example.com", "--no-input")
        in_json = run("test-send", config, "--to", "a@example.com", "--no-input", "--format", "json")
        probed = run("probe", config)
    words = "a certificate, not verified; its subject, issuer, end date, names cannot be read"
    assert (sent.code, probed.code) == (0, 0)
    assert words in sent.stdout
    assert words in probed.stdout
    assert json.loads(in_json.stdout)["results"][0]["tls"]["unread"] == list(UNREADABLE["month 13"])


def test_ordinary_readers_refuse_these_certificates() -> None:
    """Else none of this is tested. Older releases of cryptography refuse fewer of them."""
    import trustme
    from cryptography import x509

    def refused(name: str) -> bool:
        der = ssl.PEM_cert_to_DER_cert(odd_certificates.chain(name, trustme.CA()).certificate)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                x509.load_der_x509_certificate(der)
        except (ValueError, x509.InvalidVersion):
            return True
        return False

    assert sum(map(refused, {**odd_certificates.SOUND, **odd_certificates.UNSOUND})) >= 4
