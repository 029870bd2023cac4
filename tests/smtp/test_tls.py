"""Node's `tls` options as a context."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.errors import ConfigError
from smtp_verify.smtp.tls import secure_context
from tests.smtpd import certificates

if TYPE_CHECKING:
    from pathlib import Path

PEM = certificates().ca


def test_the_defaults_are_nodes() -> None:
    context = secure_context.settings({}).context
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.maximum_version is ssl.TLSVersion.TLSv1_3
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.cert_store_stats()["x509_ca"] > 50


@pytest.mark.parametrize("ca", ["garbage", ["garbage", ""]])
def test_ca_replaces_the_roots_even_by_garbage(ca: object) -> None:
    assert secure_context.settings({"ca": ca}).context.cert_store_stats()["x509"] == 0


@pytest.mark.parametrize("ca", [certificates().ca, [certificates().ca]], ids=["text", "list"])
def test_ca_is_the_only_root(ca: object) -> None:
    assert secure_context.settings({"ca": ca}).context.cert_store_stats()["x509"] == 1


def test_node_extra_ca_certs_adds_a_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text(certificates().ca)
    monkeypatch.delenv("NODE_EXTRA_CA_CERTS", raising=False)
    before = secure_context.settings({}).context.cert_store_stats()["x509"]
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(file))
    assert secure_context.settings({}).context.cert_store_stats()["x509"] == before + 1


@pytest.mark.parametrize(
    "options",
    [
        {"ciphers": "TLS_AES_128_GCM_SHA256"},
        {"ciphers": "TLS_AES_128_GCM_SHA256:TLS_NOPE"},
        {"ciphers": "NOPE:ECDHE-RSA-AES128-GCM-SHA256"},
        {"ciphers": "DEFAULT@SECLEVEL=0"},
        {"ciphers": "HIGH LOW"},
        {"secureProtocol": "TLSv1_2_method"},
        {"secureProtocol": "SSLv23_method"},
        {"secureProtocol": 5},
    ],
    ids=str,
)
def test_what_node_takes_is_taken(options: dict[str, Any]) -> None:
    """Recorded with Node 20."""
    assert secure_context.settings(options).context.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"minVersion": "1.2"}, '"1.2" is not a valid minimum TLS protocol version'),
        ({"maxVersion": "TLSv9"}, '"TLSv9" is not a valid maximum TLS protocol version'),
        ({"ciphers": "NONE-SUCH"}, "no cipher match"),
        ({"ciphers": 5}, "must be a string"),
        ({"ciphers": "TLS_NOPE"}, "no cipher match"),
        ({"ciphers": "TLS_NOPE:ECDHE-RSA-AES128-GCM-SHA256"}, "no cipher match"),
        ({"ciphers": "TLS_AES_128_GCM_SHA256:NOPE"}, "no cipher match"),
        ({"ciphers": "@SECLEVEL=0"}, "no cipher match"),
        ({"secureProtocol": "TLSv1.2"}, "unknown method"),
        ({"secureProtocol": "TLSv1_3_method"}, "unknown method"),
        ({"secureProtocol": "SSLv3_client_method"}, "SSLv3 methods disabled"),
        ({"secureProtocol": "TLS_method", "minVersion": "TLSv1.2"}, "conflicts with minVersion"),
        ({"secureProtocol": 5, "maxVersion": "TLSv1.2"}, "conflicts with minVersion"),
        ({"cert": "x"}, "tls.cert: holds no PEM text"),
        ({"cert": PEM, "key": "y"}, "tls.key: holds no PEM text"),
        ({"cert": "-----BEGIN CERTIFICATE-----\nAA"}, "tls.cert: holds no certificate that OpenSSL can read"),
        ({"key": PEM}, "tls.key: holds no private key that OpenSSL can read"),
        ({"key": [{"pem": PEM, "passphrase": 5}]}, "tls.passphrase: must be a string"),
        ({"key": PEM, "passphrase": 5}, "tls.passphrase: must be a string"),
        ({"minVersion": ["TLSv1.2"]}, "is not a valid minimum"),
    ],
)
def test_what_node_throws_on_is_named(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        secure_context.settings(options)


@pytest.mark.parametrize("ciphers", ["HIGH", "SSLv3", "TLS_AES_256_GCM_SHA384:HIGH", "DEFAULT@SECLEVEL=0"])
def test_openssls_lists_are_taken(ciphers: str) -> None:
    assert secure_context.settings({"ciphers": ciphers}).context.get_ciphers()


def test_what_is_not_followed_is_told() -> None:
    assert secure_context.settings({"ecdhCurve": "X25519:P-256", "sigalgs": "RSA+SHA256"}).not_followed == (
        "tls.sigalgs",
        "tls.ecdhCurve",
    )
