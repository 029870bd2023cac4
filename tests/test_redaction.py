"""No secret shows, in any of the encodings it may take."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.fragments import SHORTEST
from smtp_verify.redaction import MASK, Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = 'pä"ss/w+rd&\\ 1'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"the password {SECRET}!", "the password ***!"),
        (f"{SECRET}{SECRET}", "******"),
        (json.dumps({"pass": SECRET}), '{"pass": "***"}'),
        (json.dumps({"pass": SECRET}, ensure_ascii=False), '{"pass": "***"}'),
        (repr([SECRET]), "['***']"),
        (quote(SECRET, safe=""), "***"),
        (quote_plus(SECRET), "***"),
        (urlencode({"client_secret": SECRET, "a": 1}), "client_secret=***&a=1"),
        (base64.b64encode(SECRET.encode()).decode(), "***"),
        (base64.b64encode(json.dumps([SECRET]).encode()).decode(), "WyJ***EiXQ=="),
        (SECRET.encode().hex(), "***"),
        (SECRET.encode().hex().upper(), "***"),
        (json.dumps(SECRET).replace("/", "\\/"), '"***"'),
        ("nothing to hide", "nothing to hide"),
        ("", ""),
    ],
)
def test_a_secret_is_replaced_however_it_is_written(text: str, expected: str) -> None:
    assert Redactor([SECRET])(text) == expected


def _escaped(secret: str, mark: str, kept: str) -> str:
    return "".join(chr(byte) if chr(byte) in kept else f"{mark}{byte:02X}" for byte in secret.encode())


GRAPHIC = "".join(map(chr, range(33, 127)))
SELDOM: dict[str, Callable[[str], str]] = {
    "Latin-1": lambda secret: secret.encode("latin-1").decode("utf-8", "replace"),
    "xtext": lambda secret: _escaped(secret, "+", GRAPHIC.replace("+", "")),
    "quoted-printable": lambda secret: _escaped(secret, "=", " " + GRAPHIC.replace("=", "")),
    "quoted-printable, small": lambda secret: re.sub(
        "=..", lambda found: found[0].lower(), _escaped(secret, "=", GRAPHIC.replace("=", ""))
    ),
    "%": lambda secret: _escaped(secret, "%", "").lower(),
    "% in capitals": lambda secret: _escaped(secret, "%", ""),
    "\\x": lambda secret: _escaped(secret, "\\x", "").lower(),
    "HTML": lambda secret: "".join(f"&#{ord(character)};" for character in secret),
    "HTML in hex": lambda secret: "".join(f"&#x{ord(character):x};" for character in secret),
    "HTML in hex, capitals": lambda secret: "".join(f"&#x{ord(character):X};" for character in secret),
    "\\u": lambda secret: "".join(f"\\u{ord(character):04x}" for character in secret),
    "a path of a URL": quote,
    "a URL": lambda secret: quote(secret, safe=";,/?:@&=+$!'()*#"),
    "hex with blanks": lambda secret: secret.encode().hex(" "),
    "hex with colons": lambda secret: secret.encode().hex(":"),
    "hex with colons in capitals": lambda secret: secret.encode().hex(":").upper(),
    "capitals": str.upper,
    "small letters": str.lower,
    "base32": lambda secret: base64.b32encode(secret.encode()).decode().rstrip("="),
    "base64 twice": lambda secret: base64.b64encode(base64.b64encode(secret.encode())).decode().rstrip("="),
    "UTF-16": lambda secret: base64.b64encode(secret.encode("utf-16-le")).decode().rstrip("="),
}


@pytest.mark.parametrize("secret", [SECRET, "CorrectHorseStaplé", "!Ab=cd+é", "Pä!word"])
@pytest.mark.parametrize("form", SELDOM)
def test_a_secret_in_an_encoding_that_is_seldom_seen_is_replaced_too(form: str, secret: str) -> None:
    written = SELDOM[form](secret)
    shown = Redactor([secret])(f"535 5.7.8 got <{written}>")
    assert shown.startswith("535 5.7.8 got <***")
    assert len(shown) <= len("535 5.7.8 got <***>") + 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cut short: Sekr3t/Pa+ss", "cut short: ***"),
        ("its end: +ssword!", "its end: ***"),
        ("broken Sekr3t/\x1b[0mPa+ssword!", "broken Sekr3t/\x1b[0m***"),
        ("Sekr3t/Pa+3Assword!", "***3Assword!"),
        ("Sekr3t/", "Sekr3t/"),
        ("your Password is wrong", "your *** is wrong"),
        ("https://Sekr3t/", "https://Sekr3t/"),
        ("Sekr3t/Pa Sekr3t/Pa", "*** ***"),
        ("it was not accepted here", "it wa*** here"),
    ],
)
def test_eight_characters_of_a_secret_that_are_no_word_are_replaced(text: str, expected: str) -> None:
    assert Redactor(["Sekr3t/Pa+ssword!", "myPassword", "is not accepted"])(text) == expected


APP_PASSWORD = "abcdefghijklmnop"
SPELT: dict[str, Callable[[str], str]] = {
    "as it is": lambda secret: secret,
    "in capitals": str.upper,
    "as a name": str.title,
    "its beginning": lambda secret: secret[:10],
    "its end": lambda secret: secret[-10:],
    "one letter dropped": lambda secret: secret[:5] + secret[6:],
    "in fours": lambda secret: " ".join(secret[at : at + 4] for at in range(0, 16, 4)),
    "with blanks": " ".join,
    "with commas": ", ".join,
    "in lines": "\n".join,
    "quoted-printable, every byte": lambda secret: _escaped(secret, "=", ""),
    "quoted-printable, soft line ends": lambda secret: (
        _escaped(secret[:6], "=", "") + "=\n" + _escaped(secret[6:], "=", "")
    ),
    "xxd": lambda secret: secret.encode().hex(" ", 2),
    "xxd, lines": lambda secret: f"00000000: {secret.encode().hex(' ', -2)}  {secret}",
    "xxd, plain": lambda secret: secret.encode().hex(),
    "0x": lambda secret: " ".join(f"0x{byte:02x}" for byte in secret.encode()),
    "0x, commas": lambda secret: ", ".join(f"0x{byte:02X}" for byte in secret.encode()),
    "hex with hyphens": lambda secret: secret.encode().hex("-"),
    "decimal": lambda secret: " ".join(str(byte) for byte in secret.encode()),
    "decimal, commas": lambda secret: ",".join(str(byte) for byte in secret.encode()),
    "a list": lambda secret: str(list(secret.encode())),
    "octal": lambda secret: " ".join(f"{byte:03o}" for byte in secret.encode()),
    "octal, backslashes": lambda secret: "".join(f"\\{byte:03o}" for byte in secret.encode()),
    "octal, 0o": lambda secret: ", ".join(f"0o{byte:o}" for byte in secret.encode()),
    "decimal in a row": lambda secret: "".join(f"{byte:03}" for byte in secret.encode()),
    "hex with h": lambda secret: ", ".join(f"{byte:02x}h" for byte in secret.encode()),
    "hex in quotes": lambda secret: ", ".join(f"'0x{byte:02x}'" for byte in secret.encode()),
    "UTF-16 in hex": lambda secret: secret.encode("utf-16-le").hex(),
    "with what is not seen": "\u200b".join,
    "base64, cut": lambda secret: base64.b64encode(secret[:-3].encode()).decode(),
    "base64 of capitals": lambda secret: base64.b64encode(secret.upper().encode()).decode(),
    "AUTH PLAIN, cut": lambda secret: base64.b64encode(f"\0u\0{secret[:-1]}".encode()).decode()[5:],
    "a URL, cut, in capitals": lambda secret: quote(secret[:-2], safe="").upper(),
    "JSON, cut": lambda secret: "".join(f"\\u{ord(each):04x}" for each in secret[:-2]),
    "octal in a row": lambda secret: "".join(f"{byte:03o}" for byte in secret.encode()),
}


@pytest.mark.parametrize(
    "secret", [APP_PASSWORD, "abcd efgh ijkl mnop", "CorrectHorseBatt", "x7!Kq-zz0Pl;w=e/"]
)
@pytest.mark.parametrize("spelling", SPELT)
def test_a_password_does_not_show_however_it_is_spelt(spelling: str, secret: str) -> None:
    told = SPELT[spelling](secret)
    shown = Redactor([secret])(f"535 5.7.8 got {told}!")
    assert MASK in shown
    left = len(re.sub(r"\W|_", "", shown)) - len("535578got") - (8 if "lines" in spelling else 0)
    assert left <= len(re.sub(r"\W|_", "", told)) * 7 / 16


@pytest.mark.parametrize(
    ("secret", "text", "expected"),
    [
        ("letter", "a LETTER came", "a *** came"),
        ("letter", "a l e t t e r came", "a *** came"),
        ("letters", "a letter came", "a letter came"),
        ("short", "too short", "too short"),
        ("Postmark2026!", "smtp.postmarkapp.com", "smtp.postmarkapp.com"),
        ("Postmark2026!", "POSTMARK2026", "P***"),
        ("x7abcdefghijklmnop", "abcdefghijkl", "***"),
        ("12345678", "0x0C 12 34 56", "0x0C 12 34 56"),
        ("a private key", "no certificate with its private key", "no certificate with its ***"),
    ],
)
def test_what_is_short_or_a_part_of_a_mixed_password(secret: str, text: str, expected: str) -> None:
    assert Redactor([secret])(text) == expected


@pytest.mark.parametrize(
    "text",
    ["tr0ub=\r\n4dor&=\r\n3-Xk9!", "tr0ub=\n4dor=263-Xk9!", "tr0ub4dor%263-Xk", "TR0UB4DOR&AMP;3-XK9!"],
)
def test_an_escape_within_a_secret_hides_it_from_nobody(text: str) -> None:
    assert Redactor(["tr0ub4dor&3-Xk9!"])(f"got <{text}>") == "got <***>"


def test_every_place_of_a_secret_is_told() -> None:
    form = SELDOM["base32"](SECRET)
    text = f"{form} and {form}"
    assert Redactor([SECRET]).spans(text) == [(0, len(form)), (len(text) - len(form), len(text))]


def test_a_secret_of_very_many_lines_is_taken() -> None:
    assert Redactor(["\n".join(f"line{number:08d}" for number in range(5000))])("no line") == "no line"


@pytest.mark.parametrize("end", ["\n", " ", "\\n"])
def test_the_armour_of_a_key_is_no_secret(end: str) -> None:
    pem = end.join(["-----BEGIN PRIVATE KEY-----", "c2VjcmV0IHdvcmRz" * 4, "-----END PRIVATE KEY-----", ""])
    words = "tls.key is no private key: -----BEGIN PRIVATE KEY-----"
    assert Redactor([pem])(words) == words
    assert Redactor([pem])(f"535 {pem[30:70]}") == "535 ***"


def test_a_long_text_without_the_secret_stays_as_it_is() -> None:
    redact = Redactor([APP_PASSWORD])
    for text in ("61 " * 20_000, "6" * 60_000, "097," * 15_000, "the answer is no. " * 3_000):
        assert redact(text) == text


def test_the_user_in_what_auth_plain_says_is_shown() -> None:
    said = base64.b64encode(f"\0me@example.com\0{SECRET}".encode()).decode()
    greeting = base64.b64encode(b"<17.42@mx.example.com>").decode()
    assert Redactor([SECRET, said])(f"{said} {greeting}") == f"*** {greeting}"


def test_the_host_of_a_url_that_is_secret_for_its_login_is_shown() -> None:
    redact = Redactor(["smtps://me:hunter2@smtp.example.com:465"])
    assert redact("220 smtp.example.com ESMTP") == "220 smtp.example.com ESMTP"


@pytest.mark.parametrize("user", ["", "u", "me", "me@example.com"])
def test_a_password_does_not_show_in_what_auth_plain_would_carry(user: str) -> None:
    carried = base64.b64encode(f"\0{user}\0{SECRET}".encode()).decode()
    shown = Redactor([SECRET])(f"535 5.7.8 cannot read {carried}")
    assert "***" in shown
    assert len(shown) - len("535 5.7.8 cannot read ***") <= len(user) * 4 / 3 + 8


def test_a_token_does_not_show_in_what_xoauth2_would_carry() -> None:
    token = "ya29.a0AfH6SMBx"
    carried = base64.b64encode(f"user=me@example.com\1auth=Bearer {token}\1\1".encode()).decode()
    assert token not in base64.b64decode(Redactor([token])(carried).replace("***", "") + "===").decode(
        "latin-1"
    )
    assert "***" in Redactor([token])(carried)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("", "", "***"),
        ("abc", "z", "YWJj***eg=="),
        ("a", "z", "YX***3o="),
        ("ab", "z", "YWJ***N6"),
        ("abcde", "xyz", "YWJjZGV***N4eXo="),
    ],
)
def test_inside_base64_only_characters_that_hold_other_bytes_too_are_left(
    before: str, after: str, shown: str
) -> None:
    carried = base64.b64encode(f"{before}secret-words{after}".encode()).decode()
    assert Redactor(["secret-words"])(carried) == shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the password pass\ud800word!", "the password ***!"),
        ('{"pass": "pass\\ud800word"}', '{"pass": "***"}'),
        ("pass=pass%3Fword&a=1", "pass=***&a=1"),
        (base64.b64encode(b"pass?word").decode(), "***"),
        (b"pass?word".hex(), "***"),
    ],
)
def test_a_secret_with_half_a_surrogate_pair_is_replaced_too(text: str, expected: str) -> None:
    assert Redactor(["pass\ud800word"])(text) == expected


def test_each_line_of_a_key_is_a_secret_of_its_own() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n"
    redact = Redactor([key])
    assert redact(f"key {key}") == "key ***"
    assert redact("line 2: MIIEvQIBADANBg") == "line 2: ***"
    assert redact(json.dumps(key)) == '"***"'


def test_a_short_secret_is_left_to_its_place() -> None:
    assert Redactor(["12345"])("12345 and 123456") == "12345 and 123456"
    assert Redactor(["123456"])("12345 and 123456") == "12345 and ***"
    assert Redactor(["a\nbc\nsecret"])("a bc secret") == "a bc ***"


def test_the_longer_of_two_secrets_is_replaced_first() -> None:
    assert Redactor(["secret", "secretsecret-long"])("secretsecret-long, secret") == "***, ***"


def test_without_secrets_nothing_changes() -> None:
    assert Redactor()("text") == "text"
    assert Redactor([""])("text") == "text"


def test_a_redactor_does_not_show_its_secrets() -> None:
    shown = f"{Redactor([SECRET])!r} {Redactor([SECRET])}"
    assert shown.startswith("<Redactor of ")
    assert SECRET not in shown


@given(
    st.text(st.characters(exclude_categories=(), exclude_characters="*"), min_size=SHORTEST),
    st.text(),
    st.text(),
)
def test_no_secret_survives_in_any_text(secret: str, before: str, after: str) -> None:
    assert secret not in Redactor([secret])(before + secret + after)


@given(st.binary(max_size=8), st.text(min_size=SHORTEST, alphabet="abc+/=é"), st.binary(max_size=8))
def test_no_secret_survives_inside_base64(before: bytes, secret: str, after: bytes) -> None:
    carried = base64.b64encode(before + secret.encode() + after).decode()
    assert "***" in Redactor([secret])(carried)


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        ("it's (a) secret/!*&", "it's%20(a)%20secret%2F!*%26"),
        ("P@ss/w+rd", "P%40ss%2fw%2brd"),
        ("a<b>c&d\"e'f", "a&lt;b&gt;c&amp;d&quot;e&#x27;f"),
        ("a<b>c&d\"e'f", "a&lt;b&gt;c&amp;d\"e'f"),
        ("a<b>c&d\"e'f", "a\\u003cb\\u003ec\\u0026d\\\"e'f"),
        ("\x0f?~>>~?\x0f\x0f", "Dz9-Pj5-Pw8P"),
        ("???>>>", "Pz8_Pj4-"),
    ],
    ids=["JavaScript", ".NET", "HTML, an attribute", "HTML, text", "Go", "base64url", "base64url, unpadded"],
)
def test_a_secret_is_replaced_however_other_languages_write_it(secret: str, written: str) -> None:
    assert Redactor([secret])(f"535 not {written} here") == f"535 not {MASK} here"


def test_a_password_does_not_show_in_what_base64url_would_carry() -> None:
    shown = Redactor(["P@ss/w0rd&!"])(base64.urlsafe_b64encode(b"\0user\0P@ss/w0rd&!").decode())
    assert shown == "AHVzZXIA***"
