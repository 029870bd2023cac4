"""The TLS matrix: values of every type under every key, and certificates and keys out of their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.interop import tls_certificates as certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS = """
    ciphers minVersion maxVersion secureOptions secureProtocol ecdhCurve sigalgs servername
    ALPNProtocols session socket secureContext pskCallback signal pfx crl dhparam minDHSize
    sessionTimeout sessionIdContext ticketKeys enableTrace privateKeyIdentifier privateKeyEngine
    clientCertEngine highWaterMark timeout ca allowPartialTrustChain honorCipherOrder requestOCSP
    isServer server SNICallback checkServerIdentity rejectUnauthorized requestCert allowHalfOpen lookup
    family hints localAddress localPort autoSelectFamily autoSelectFamilyAttemptTimeout noDelay
    keepAlive keepAliveInitialDelay pauseOnConnect onread path host port handshakeTimeout NPNProtocols
    singleUse fd readable writable blockList
"""
_ODD: list[Any] = [
    *("", "x", "5", " ", 0, 1, 5, -1, 1.5, 1e20, True, False, None, [], ["x"], [5], [""], {}, {"a": 1}),
]
_CIPHERS = """
    HIGH:!TLS_AES_128_GCM_SHA256 SUITEB128 SUITEB128ONLY SUITEB192 PROFILE=SYSTEM
    TLS_RSA_WITH_AES_128_CBC_SHA HIGH:-AES128 +HIGH HIGH:+AES128 eNULL aNULL PSK HIGH:@SECLEVEL=3
    HIGH:@SECLEVEL=5 HIGH@SECLEVEL=x COMPLEMENTOFDEFAULT ALL:COMPLEMENTOFALL
    TLS_RSA_WITH_AES_128_CBC_SHA:HIGH !TLS_AES_128_GCM_SHA256
"""
_CURVES = """
    AUTO auto:P-256 ?prime256v1 ffdhe2048 sect571r1 secp192r1 X25519MLKEM768 x25519 P-256:X25519 p-256
    secp256r1 brainpoolP256r1tls13 MLKEM768 ffdhe8192 *P-256 X448 P-256/X25519 -P-256 DEFAULT nope:P-256
    P-256: :P-256 kP-256 ?nope ?nope:P-256
"""


def values() -> Iterator[dict[str, Any]]:
    """Every key of Node's with values of every type: what is absent to it, and what it throws on."""
    for key in _KEYS.split():
        yield from ({key: value} for value in _ODD)
    yield from ({"ciphers": ciphers} for ciphers in _CIPHERS.split())
    yield from ({"ecdhCurve": curve} for curve in (*_CURVES.split(), "P-256 X25519", "  "))
    for version in (["TLSv1.2"], ["TLSv1.3"], "TLSv1_2"):
        yield {"minVersion": version}
        yield {"maxVersion": version}
    for name in ("a" * 255, "a" * 256, "\u00e9" * 127, "\u00e9" * 128):
        yield {"ALPNProtocols": [name]}
    yield from ({"sessionIdContext": "a" * size} for size in (32, 33, 40))
    yield {"privateKeyIdentifier": "x", "privateKeyEngine": "y"}
    one = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
    for ciphers in (
        one,
        f"{one}:TLS_AES_128_GCM_SHA256",
        f"{one}:TLS_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_NOPE",
    ):
        yield {"ciphers": ciphers, "maxVersion": "TLSv1.2"}
        yield {"ciphers": ciphers, "secureProtocol": "TLSv1_2_method"}
        yield {"ciphers": ciphers}
    for ciphers in (
        "TLS_AES_128_GCM_SHA256 ",
        "TLS_AES_128_CCM_SHA256",
        "TLS_AES_128_CCM_8_SHA256",
        "DEFAULT",
    ):
        yield {"ciphers": ciphers}
    yield from ({"ecdhCurve": curve} for curve in (" P-256", "P-256\n"))
    for method in (0, False, "", 5):
        yield {"secureProtocol": method, "minVersion": "TLSv1.2"}
    for name in (
        *(
            "mail.example.com/",
            "mail.example.com/x",
            "mail.example.com?x",
            "mail.example.com#x",
            "mail.example.com\\x",
        ),
        *("mail.example.com\n", "mail\t.example.com", "https://mail.example.com", "mail.example.com:465"),
        *(
            ".example.com",
            "mail.example.com..",
            "a" * 64 + ".example.com",
            "\U0001f600.example",
            "\0",
            "\u3002",
        ),
    ):
        yield {"servername": name}
        yield {"servername": name, "rejectUnauthorized": False}
    yield from ({"port": port} for port in ("0x8a45", "465", "70000", 70000, -5))
    yield from ({"localAddress": address} for address in ("::1", "127.0.0.1", "203.0.113.7", "localhost"))


def clients(cert: str, key: str, other: str, other_key: str) -> Iterator[dict[str, Any]]:
    """Lists, parts in the wrong place, keys with a passphrase of their own, and what holds nothing.

    Args:
        cert: that the server takes, with its `key`.
        other: another of the same kind, with `other_key`.
    """
    odd: list[Any] = [5, True, False, 0, {}, [], [None], " ", "garbage"]
    broken = cert[:200] + "\n-----END CERTIFICATE-----\n"
    wrong_chains: list[Any] = [
        *([cert, other], [other, cert], ["", cert], [cert, ""], [{"pem": cert}], {"pem": cert}, [[cert]]),
        *(key, broken, "-----BEGIN CERTIFICATE-----\n", cert + other, other + cert, key + cert),
        *(cert + broken, broken + cert, [cert, broken], [broken, cert]),
        *(cert.replace("CERTIFICATE", f"{kind} CERTIFICATE") for kind in ("TRUSTED", "X509")),
    ]
    for chain in (*odd, *wrong_chains):
        yield {"cert": chain, "key": key}
        yield {"cert": chain}
    broken_key = key[:80] + "\n-----END PRIVATE KEY-----\n"
    wrong_keys: list[Any] = [
        *([key, other_key], [other_key, key], ["", key], [key, ""], [{"pem": key}], {"pem": key}, [[key]]),
        *(cert, broken_key, "-----BEGIN PRIVATE KEY-----\n", key + other_key, other_key + key, cert + key),
        *([{}], [{"pem": ""}], broken_key + key, [key, broken_key], key.replace("PRIVATE", "EC PRIVATE")),
        [{"pem": key, "passphrase": "unused"}],
    ]
    for secret in (*odd, *wrong_keys):
        yield {"cert": cert, "key": secret}
        yield {"key": secret}
    yield {"cert": [cert, other], "key": [key, other_key]}
    yield {"cert": [cert, other], "key": [other_key, key]}
    yield {"cert": [cert, cert], "key": [key, key]}
    yield {"cert": other, "key": [key, other_key]}
    yield from _locked(cert, key)


def _locked(cert: str, key: str) -> Iterator[dict[str, Any]]:
    own = serialization.load_pem_private_key(key.encode(), None)
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    locked, numbered = (certificates.key_pem(own, secret) for secret in ("secret words", "123"))
    phrases: list[Any] = ["secret words", "wrong", "", None, 0, False, True, 5, ["secret words"], {}]
    for phrase in phrases:
        yield {"cert": cert, "key": locked, "passphrase": phrase}
        yield {"cert": cert, "key": key, "passphrase": phrase}
        yield {"cert": cert, "key": [{"pem": locked, "passphrase": phrase}], "passphrase": "secret words"}
        yield {"cert": cert, "key": [{"pem": locked, "passphrase": phrase}]}
    yield {"cert": cert, "key": [{"pem": locked}]}
    yield {"cert": cert, "key": key + "\ud800", "passphrase": "\ud800"}
    traditional = own.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.BestAvailableEncryption(b"secret words"),
    ).decode()
    yield {"cert": cert, "key": traditional, "passphrase": "secret words"}
    yield {"cert": cert, "key": traditional}
    yield {"key": traditional, "passphrase": "secret words"}
    for odd_key in (
        f"  {key}",
        f'"{key}"',
        key.replace("\n", "\r"),
        key.replace("\n-----END", "\n\n-----END"),
        f"\ufeff{key}",
    ):
        yield {"key": odd_key}
        yield {"cert": cert, "key": odd_key}
    yield {"cert": cert, "key": numbered, "passphrase": 123}
    yield {"cert": cert, "key": numbered, "passphrase": "123"}
    yield {"passphrase": 123}
