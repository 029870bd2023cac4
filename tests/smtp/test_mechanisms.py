"""AUTH: what nodemailer picks, and what each mechanism says."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from smtp_verify.smtp.login.mechanisms import (
    CannotLogIn,
    Login,
    advertised,
    choose,
    exchange,
    is_advertised,
    login_of,
    secrets_of,
    secrets_said,
)
from smtp_verify.smtp.wire.transcript import Reply


def ehlo(*lines: str) -> Reply:
    return Reply(250, ("mx.example", *lines))


@pytest.mark.parametrize(
    ("raw", "login"),
    [
        ({}, None),
        ({"auth": {}}, None),
        ({"auth": None}, None),
        ({"auth": {"user": "u", "pass": "p"}}, Login("u", "p")),
        ({"auth": {"user": "u", "pass": 123}}, Login("u", "123", is_text=False)),
        ({"auth": {"user": "u", "pass": {}}}, Login("u", "[object Object]", is_text=False)),
        ({"auth": {"user": "u", "pass": 0}}, Login("u", "")),
        ({"auth": {"type": "login"}}, Login("", "")),
        (
            {"auth": {"user": "u", "pass": "p"}, "authMethod": " cram-md5 "},
            Login("u", "p", method="CRAM-MD5"),
        ),
        ({"auth": {"user": "u", "pass": "p", "method": "login"}}, Login("u", "p", method="LOGIN")),
        ({"auth": {"user": "u", "pass": "p"}, "forceAuth": True}, Login("u", "p", force=True)),
        ({"auth": {"type": "OAuth2", "user": "u"}}, Login("u", "", oauth2=True, method="XOAUTH2")),
        ({"auth": {"type": "oauth2", "accessToken": "t"}}, None),
        ({"auth": {"user": "u", "accessToken": "t"}}, Login("u", "")),
    ],
)
def test_the_config_says_how_to_log_in(raw: dict[str, Any], login: Login | None) -> None:
    assert login_of(raw) == login


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (("AUTH PLAIN LOGIN",), ["PLAIN", "LOGIN"]),
        (("AUTH XOAUTH2 CRAM-MD5 LOGIN",), ["LOGIN", "CRAM-MD5", "XOAUTH2"]),
        (("AUTH=LOGIN",), ["LOGIN"]),
        (("auth plain",), ["PLAIN"]),
        (("AUTH NTLM GSSAPI",), []),
        (("SIZE 1000",), []),
    ],
)
def test_mechanisms_are_read_in_nodemailers_order(lines: tuple[str, ...], names: list[str]) -> None:
    assert advertised(ehlo(*lines)) == names
    assert is_advertised(ehlo(*lines)) is ("AUTH" in lines[0].upper())


@pytest.mark.parametrize(
    ("login", "offered", "mechanism"),
    [
        (Login("u", "p"), ["PLAIN", "LOGIN"], "PLAIN"),
        (Login("u", "p"), ["LOGIN", "CRAM-MD5"], "LOGIN"),
        (Login("u", "p"), [], "PLAIN"),
        (Login("u", "p", method="CRAM-MD5"), ["PLAIN"], "CRAM-MD5"),
        (Login("u", "", oauth2=True, method="XOAUTH2"), ["PLAIN"], "XOAUTH2"),
    ],
)
def test_one_mechanism_is_chosen(login: Login, offered: list[str], mechanism: str) -> None:
    assert choose(login, offered) == mechanism


@pytest.mark.parametrize(
    ("login", "offered", "words"),
    [
        (Login("u", ""), ["PLAIN"], 'Missing credentials for "PLAIN"'),
        (Login("", "p"), ["LOGIN"], 'Missing credentials for "LOGIN"'),
        (Login("u", "p", method="NTLM"), ["PLAIN"], 'Unknown authentication method "NTLM"'),
        (Login("u", "p"), ["XOAUTH2"], "XOAUTH2"),
    ],
)
def test_what_cannot_log_in_is_said_in_nodemailers_words(
    login: Login, offered: list[str], words: str
) -> None:
    with pytest.raises(CannotLogIn, match=words):
        choose(login, offered)


def said(mechanism: str, user: str, secret: str, *replies: Reply) -> tuple[list[bytes], bool]:
    """The lines of an exchange in which the server gives these replies, and whether it succeeded."""
    lines = exchange(mechanism, user, secret)
    sent = [next(lines)]
    for reply in replies:
        try:
            sent.append(lines.send(reply))
        except StopIteration as done:
            return sent, bool(done.value)
    raise AssertionError("the exchange goes on")


YES, NO, GO = Reply(235, ("yes",)), Reply(535, ("no",)), Reply(334, ("",))


@pytest.mark.parametrize("verdict", [YES, NO, Reply(250, ("yes",))])
def test_plain_is_one_line(verdict: Reply) -> None:
    lines = [b"AUTH PLAIN " + base64.b64encode("\0ü\0p".encode())]
    assert said("PLAIN", "ü", "p", verdict) == (lines, verdict.positive)


def test_a_challenge_after_plain_gets_an_empty_line() -> None:
    assert said("PLAIN", "u", "p", GO, YES) == ([b"AUTH PLAIN AHUAcA==", b""], True)


def test_challenges_do_not_go_on_for_ever() -> None:
    sent, succeeded = said("PLAIN", "u", "p", *[GO] * 100)
    assert (len(sent) < 20, succeeded) == (True, False)


def test_login_is_three_lines() -> None:
    assert said("LOGIN", "u", "p", GO, GO, YES) == ([b"AUTH LOGIN", b"dQ==", b"cA=="], True)
    assert said("LOGIN", "u", "p", NO) == ([b"AUTH LOGIN"], False)
    assert said("LOGIN", "u", "p", GO, NO) == ([b"AUTH LOGIN", b"dQ=="], False)


def test_cram_md5_is_rfc_2195s_example() -> None:
    challenge = Reply(334, ("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+",))
    lines = [b"AUTH CRAM-MD5", b"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"]
    assert said("CRAM-MD5", "tim", "tanstaaftanstaaf", challenge, YES) == (lines, True)
    assert said("CRAM-MD5", "tim", "tanstaaftanstaaf", challenge, Reply(250, ("",))) == (lines, False)


@pytest.mark.parametrize("challenge", ["", "***", "a", "YQ", "not base64 at all", "ü"])
def test_cram_md5_never_says_the_password(challenge: str) -> None:
    replies = [Reply(334, (challenge,)), NO]
    sent, succeeded = said("CRAM-MD5", "u", "the-password", *replies)
    assert not succeeded
    assert sent[0] == b"AUTH CRAM-MD5"
    for line in sent[1:]:
        assert b"the-password" not in base64.b64decode(line)


def test_xoauth2_asks_for_the_verdict_behind_a_challenge() -> None:
    first = b"AUTH XOAUTH2 " + base64.b64encode(b"user=u\x01auth=Bearer t\x01\x01")
    assert said("XOAUTH2", "u", "t", YES) == ([first], True)
    assert said("XOAUTH2", "u", "t", NO) == ([first], False)
    assert said("XOAUTH2", "u", "t", Reply(334, ("eyJ9",)), NO) == ([first, b""], False)


def test_every_form_of_a_secret_is_known() -> None:
    forms = secrets_of(Login("u", "p"), "hush-hush")
    assert "hush-hush" in forms
    assert base64.b64encode(b"\0u\0hush-hush").decode() in forms
    assert base64.b64encode(b"user=u\x01auth=Bearer hush-hush\x01\x01").decode() in forms
    assert secrets_of(Login("u", ""), "") == []


@pytest.mark.parametrize(
    ("mechanism", "line", "secrets"),
    [
        ("PLAIN", b"AUTH PLAIN AHUAcA==", ["AHUAcA=="]),
        ("PLAIN", b"", []),
        ("LOGIN", b"AUTH LOGIN", []),
        ("LOGIN", b"cA==", ["cA=="]),
        ("CRAM-MD5", b"AUTH CRAM-MD5", []),
        ("CRAM-MD5", base64.b64encode(b"a b c0ffee"), ["YSBiIGMwZmZlZQ==", "c0ffee"]),
    ],
)
def test_what_a_line_gives_away_is_known(mechanism: str, line: bytes, secrets: list[str]) -> None:
    assert secrets_said(mechanism, line) == secrets


def test_a_login_does_not_show_its_password() -> None:
    assert "hush" not in repr(Login("u", "hush"))
