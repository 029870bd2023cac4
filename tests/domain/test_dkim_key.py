"""DKIM keys as domains publish them, good and bad."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.domain.dkim_key import is_key, parse_key, rsa_bits
from tests.domain.keys import ED25519, RSA_1024, RSA_2048, RSA_2048_BARE, RSA_4096, SHORT


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"v=DKIM1; k=rsa; p={RSA_2048}", "RSA, 2048 bits"),
        (f"p={RSA_2048}", "RSA, 2048 bits"),
        (f"v=DKIM1;p={RSA_2048_BARE};", "RSA, 2048 bits"),
        (f"v=DKIM1; h=sha1:sha256; s=email; t=s; n=a note; p={RSA_2048}", "RSA, 2048 bits"),
        (f"v=DKIM1; p={RSA_2048[:100]} \t {RSA_2048[100:]}", "RSA, 2048 bits"),
        (f"v=DKIM1; k=ed25519; p={ED25519}", "Ed25519"),
    ],
)
def test_keys_that_verify_signatures(text: str, words: str) -> None:
    key = parse_key(text)
    assert (key.words, key.problem, key.note) == (words, "", "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("v=DKIM1; p=", "p= is empty: the key was revoked"),
        ("v=DKIM1; k=rsa", "there is no p="),
        (f"k=rsa; v=DKIM1; p={RSA_2048}", "v=DKIM1 has to stand first"),
        (f"v=DKIM2; p={RSA_2048}", "v=DKIM1 has to stand first"),
        (f"v=DKIM1; p={SHORT}", "shorter than 1024 bits"),
        (f"v=DKIM1; h=sha1; p={RSA_2048}", "h=sha1 leaves out sha256"),
        (f"v=DKIM1; s=tlsrpt; p={RSA_2048}", "s=tlsrpt: the key is not for mail"),
        (f"v=DKIM1; k=dsa; p={RSA_2048}", "receivers know rsa and ed25519 only"),
        ("v=DKIM1; k=ed25519; p=AAAA", "3 octets, where Ed25519 has 32"),
        ("v=DKIM1; p=!!!", "p= is not base64"),
        ("v=DKIM1; p=AAAA", "p= holds no RSA key"),
        (f"v=DKIM1; p={RSA_2048[:-8]}", "p= holds no RSA key"),
        ("v=DKIM1; p=A; p=B", "p= stands twice"),
        ("v=DKIM1; what", "what is no tag with a value"),
    ],
)
def test_keys_that_verify_nothing(text: str, problem: str) -> None:
    assert problem in parse_key(text).problem


def test_what_could_be_better_is_noted() -> None:
    assert parse_key(f"v=DKIM1; p={RSA_1024}").note == "2048 bits are advised (RFC 8301 section 3.2)"
    assert "testing" in parse_key(f"v=DKIM1; t=y; p={RSA_2048}").note


@pytest.mark.parametrize(
    ("text", "expected"),
    [("p=x", True), ("v=DKIM1; x", True), ("v=spf1 -all", False), ("hello", False), ("", False)],
)
def test_keys_are_told_from_other_texts(text: str, expected: bool) -> None:
    assert is_key(text) is expected


@pytest.mark.parametrize(
    ("key", "bits"), [(SHORT, 512), (RSA_1024, 1024), (RSA_2048, 2048), (RSA_4096, 4096)]
)
def test_the_length_of_a_modulus_is_measured(key: str, bits: int) -> None:
    assert rsa_bits(base64.b64decode(key)) == bits


@given(st.binary(max_size=80))
def test_no_octets_break_the_reader(octets: bytes) -> None:
    for der in (octets, b"\x30" + octets, base64.b64decode(SHORT)[:20] + octets):
        bits = rsa_bits(der)
        assert bits is None or bits >= 0


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    is_key(text)
    parse_key(text)
