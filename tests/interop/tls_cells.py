"""The TLS matrix: what a server shows and speaks, what the config says, and how the session is encrypted."""

from __future__ import annotations

import ssl
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from tests.interop import tls_certificates as certificates
from tests.interop import tls_values
from tests.interop.tls_certificates import NAME, NAMED, ODD, TRUSTED

if TYPE_CHECKING:
    from collections.abc import Iterator

HOSTS = (
    NAME,
    f"{NAME}.",
    "MAIL.Example.com",
    "ml.example.com",
    "my_mail.example.com",
    "xn--bcher-kva.example.com",
    "example.com",
    "mail.com",
    "a.mail.example.com",
    "",
)
"""Written as `tls.servername`; without one, the host 127.0.0.1 counts."""
DIFFERENT = {
    "sigalgs": "Python has no way to set them; the report says that the run did not follow",
    "ecdhCurve": "Python has no way to set several; the report says that the run did not follow",
    "ciphers": "the groups of Suite B go by OpenSSL's version; the report says that the run did not follow",
    "localPort": "the run connects from any port; the report says that it did not follow",
    "signal": "Node throws, and may abort the process later, as it cleans up",
    "highWaterMark": "Node throws, and may abort the process later, as it cleans up",
    "path": "Node asks a Unix socket of that name; the run ends before it, and says so",
}
"""Cells that end otherwise, by the option that makes them do so, each with the reason."""
V1_1, V1_2, V1_3 = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@dataclass(frozen=True, slots=True)
class Cell:
    """One session."""

    server: tuple[str, str]
    """The certificate, and what the server speaks: a key of SPEAKS."""
    implicit: bool
    tls: dict[str, Any]
    servername: str = ""
    """That of the config itself, beside `tls`."""


def _speaks(context: ssl.SSLContext, how: str) -> ssl.SSLContext:
    match how:
        case "TLS 1.1":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version, context.maximum_version = V1_1, V1_1
        case "TLS 1.2":
            context.maximum_version = V1_2
        case "TLS 1.3":
            context.minimum_version = V1_3
        case "AES128-GCM":
            context.maximum_version = V1_2
            context.set_ciphers("ECDHE+AESGCM+AES128")
        case "CHACHA20":
            context.maximum_version = V1_2
            context.set_ciphers("CHACHA20")
        case "CBC":
            context.maximum_version = V1_2
            context.set_ciphers("ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:AES128-SHA:@SECLEVEL=0")
        case "secp521r1":
            context.set_ecdh_curve("secp521r1")
        case "client's":
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=certificates.issuer("root").pem)
        case _:
            assert how == "anything"
    return context


def context_of(server: tuple[str, str]) -> ssl.SSLContext:
    """What the server of a cell shows and speaks."""
    return _speaks(certificates.server_context(server[0]), server[1])


SPEAKS = (
    "anything",
    "TLS 1.1",
    "TLS 1.2",
    "TLS 1.3",
    "AES128-GCM",
    "CHACHA20",
    "CBC",
    "secp521r1",
    "client's",
)


def _authorities() -> dict[str, dict[str, Any]]:
    own = certificates.issuer("root").pem
    others = {name: certificates.issuer(name).pem for name in ("intermediate", "stranger")}
    itself = certificates.certificate_of(certificates.chain("self-signed"))
    return {
        "none": {},
        "own": {"ca": own},
        "stranger": {"ca": others["stranger"]},
        "list": {"ca": [others["stranger"], own]},
        "one text": {"ca": others["stranger"] + own},
        "intermediate": {"ca": others["intermediate"]},
        "both": {"ca": [own, others["intermediate"]]},
        "the certificate itself": {"ca": itself},
        "garbage": {"ca": "garbage"},
        "garbage and own": {"ca": ["garbage", own]},
        "comment": {"ca": f"# Gr\xfc\xdfe \u2014 our CA\n{own}"},
        "CRLF": {"ca": own.replace("\n", "\r\n")},
        "blanks before": {"ca": "  " + own},
        "indented": {"ca": "\n".join(f"  {line}" for line in own.splitlines())},
        "flattened": {"ca": own.replace("\n", " ")},
        "no end": {"ca": own[: len(own) // 2]},
        "escaped": {"ca": own.replace("\n", "\\n")},
        "empty": {"ca": ""},
        "empty list": {"ca": []},
        "null": {"ca": None},
        "partial": {"ca": others["intermediate"], "allowPartialTrustChain": True},
        "partial, as text": {"ca": itself, "allowPartialTrustChain": "false"},
        "no-break space before": {"ca": "\xa0" + own},
        "typographic quotes": {"ca": f"\u201c{own}\u201d"},
        "no-break space within": {"ca": own.replace("A", "A\xa0", 1)},
        "letter at the end of a line": {"ca": own.replace("\n", "\xa0\n", 1)},
        "byte order mark": {"ca": "\ufeff" + own},
    }


def _options() -> Iterator[dict[str, Any]]:
    for ciphers in (
        *("DEFAULT@SECLEVEL=0", "DEFAULT:@SECLEVEL=0", "DEFAULT@SECLEVEL=2", "DEFAULT@SECLEVEL=9"),
        *("HIGH", "ALL:!aNULL", "AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "ECDHE+AESGCM", "CHACHA20", "SSLv3"),
        *("TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384"),
        *("TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256", "HIGH:!ECDHE", "HIGH:!TLSv1.2"),
        *(
            "NOPE",
            "TLS_NOPE",
            "HIGH:NOPE",
            "TLS_NOPE:HIGH",
            "",
            ":",
            "@STRENGTH",
            "@SECLEVEL=0",
            "ecdhe+aesgcm",
        ),
        *("HIGH, MEDIUM", "HIGH MEDIUM", "DEFAULT@seclevel=0", "ALL@SECLEVEL=0:!aNULL", "TLSv1.2", "TLSv1.3"),
    ):
        yield {"ciphers": ciphers}
    for version in ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"):
        yield {"minVersion": version}
        yield {"maxVersion": version}
        yield {"minVersion": version, "ciphers": "DEFAULT@SECLEVEL=0"}
        yield {"minVersion": "TLSv1", "maxVersion": version, "ciphers": "DEFAULT@SECLEVEL=0"}
    yield {"minVersion": "TLSv1.3", "maxVersion": "TLSv1.2"}
    yield {"maxVersion": "TLSv1.2", "ciphers": "TLS_AES_128_GCM_SHA256"}
    yield {"minVersion": "TLSv1.3", "ciphers": "HIGH"}
    for odd in ("1.2", "TLS1.2", "tlsv1.2", "SSLv3", "", None, 1.2, True):
        yield {"minVersion": odd}
        yield {"maxVersion": odd}
    for method in (
        *(
            "TLS_method",
            "TLSv1_method",
            "TLSv1_1_method",
            "TLSv1_2_method",
            "SSLv23_method",
            "TLSv1_3_method",
        ),
        *(
            "SSLv3_method",
            "TLS_client_method",
            "TLSv1_2_client_method",
            "TLSv1_2_server_method",
            "TLSv1.2",
            "",
        ),
    ):
        yield {"secureProtocol": method}
        yield {"secureProtocol": method, "ciphers": "DEFAULT@SECLEVEL=0"}
    yield {"secureProtocol": "TLSv1_2_method", "minVersion": "TLSv1.2"}
    for number in (0x20000000, 0x08000000, 0x28000000, 4, 0, -1, 1.5, "4"):
        yield {"secureOptions": number}
    for curve in ("auto", "prime256v1", "P-521", "X25519", "secp521r1:prime256v1", "nope", ""):
        yield {"ecdhCurve": curve}
    for value in (True, False, "false", 0, None):
        yield {"rejectUnauthorized": value}
    yield from (
        *({"ALPNProtocols": []}, {"ALPNProtocols": ["smtp"]}, {"minDHSize": 1}, {"minDHSize": 0}),
        *({"honorCipherOrder": True}, {"sessionTimeout": 5}, {"enableTrace": False}, {"servername": 5}),
        *({"sigalgs": "ECDSA+SHA256:RSA-PSS+SHA256"}, {"sigalgs": "nope"}, {"sigalgs": "ed25519"}),
        *({"crl": "nope"}, {"pfx": "nope"}, {"passphrase": "unused"}, {"key": "nope"}, {"cert": "nope"}),
        *({"timeout": 5}, {"timeout": -1}, {"highWaterMark": 5}, {"unknown": {"a": 1}}),
    )


def _clients() -> Iterator[dict[str, Any]]:
    chain, other = certificates.chain("for clients"), certificates.chain("ordinary")
    cert, key = certificates.certificate_of(chain), certificates.key_of(chain)
    locked = certificates.key_pem(ec.generate_private_key(ec.SECP256R1()), "secret words")
    yield {}
    yield {"cert": cert, "key": key}
    yield {"cert": chain, "key": chain}
    yield {"cert": [cert], "key": [key]}
    yield {"cert": [cert], "key": [{"pem": key}]}
    yield {"cert": cert}
    yield {"key": key}
    yield {"cert": cert, "key": certificates.key_of(other)}
    yield {"cert": certificates.certificate_of(certificates.chain("stranger")), "key": key}
    stranger = certificates.chain("stranger")
    yield {"cert": stranger, "key": certificates.key_of(stranger)}
    yield {"cert": cert, "key": locked}
    yield {"cert": cert, "key": locked, "passphrase": "wrong"}
    yield {"cert": cert.replace("\n", "\r\n"), "key": key.replace("\n", "\r\n")}
    yield {"cert": cert.replace("\n", "\\n"), "key": key.replace("\n", "\\n")}
    yield {"cert": cert.replace("\n", " "), "key": key.replace("\n", " ")}
    yield {"cert": "# ours\n" + cert, "key": "# ours\n" + key}
    yield {"cert": "", "key": ""}
    yield {"cert": cert, "key": ""}
    yield from tls_values.clients(cert, key, certificates.certificate_of(other), certificates.key_of(other))


def cells() -> Iterator[Cell]:
    """Every cell."""
    own = {"ca": certificates.issuer("root").pem}
    loose = {"rejectUnauthorized": False}
    for implicit in (True, False):
        for cert in NAMED:
            for host in HOSTS:
                yield Cell((cert, "anything"), implicit, own, host)
            yield Cell((cert, "anything"), implicit, own | loose, NAME)
        for cert in TRUSTED:
            for trust in _authorities().values():
                yield Cell((cert, "anything"), implicit, trust, NAME)
            yield Cell((cert, "TLS 1.2"), implicit, own)
            yield Cell((cert, "anything"), implicit, loose)
        for cert in ODD:
            yield Cell((cert, "anything"), implicit, own)
            yield Cell((cert, "anything"), implicit, own | loose)
        for options in _options():
            for speaks in SPEAKS[:-1]:
                yield Cell(("ordinary", speaks), implicit, own | options)
        for options in tls_values.values():
            yield Cell(("ordinary", "anything"), implicit, own | options, NAME)
        for options in _clients():
            for speaks in ("anything", "client's"):
                yield Cell(("ordinary", speaks), implicit, own | options)
            yield Cell(("ordinary", "client's"), implicit, own | options | {"maxVersion": "TLSv1.2"})
