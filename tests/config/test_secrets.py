"""Where the secrets of a document lie, so that no snippet shows them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.config import secrets
from smtp_verify.config.document import Document
from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import MAX_BYTES, Source
from smtp_verify.config.reading.text import Text
from smtp_verify.config.schema import secret_keys
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.config.schema.placeholders import is_placeholder
from smtp_verify.lint.verdict import judge_document
from tests.timing import computed_within

if TYPE_CHECKING:
    from smtp_verify.config.path import Path


def load(text: str, name: str = "a.yaml") -> Document:
    return load_source(Source(name, text))[0]


def shown(text: str, name: str = "a.yaml") -> str:
    """The text with a block in the place of each character that the spans cover."""
    hidden = {offset for start, end in secrets.spans(load(text, name)) for offset in range(start, end)}
    return "".join(
        "█" if at in hidden and character > " " else character for at, character in enumerate(text)
    )


READABLE = [
    ("auth: {user: me, pass: hunter2}", "auth: {user: me, pass: ███████}"),
    ("auth:\n  pass: 'a b'  # note", "auth:\n  pass: ██ ██  # note"),
    ("auth:\n  pass: |\n    one\n    two\nhost: h", "auth:\n  pass: █\n    ███\n    ███\nhost: h"),
    ("x: &p hunter2\nauth: {pass: *p}", "x: ██ ███████\nauth: {pass: *p}"),
    ("auth: {pass: one, pass: two}", "auth: {pass: ███, pass: ███}"),
    ("auth: {pass: 0465}", "auth: {pass: ████}"),
    ("auth: {user: me, pas: hunter2, clientId: id}", "auth: {user: me, pas: ███████, clientId: id}"),
    ("auth: {pass: [a, {b: c}]}", "auth: {pass: [█, {█: █}]}"),
    ("auth: {pass: {hunter2: a, hunter3: b}}", "auth: {pass: {███████: █, ███████: █}}"),
    ("auth: {mine: {hunter2: {a: b}}}", "auth: {mine: {███████: {█: █}}}"),
    ("auth: {hunter2!: a, mine: b}", "auth: {████████: █, mine: █}"),
    ("password: {hunter2: a}", "password: {███████: █}"),
    ("auth: {user: hunter2, pass: hunter2}", "auth: {user: ███████, pass: ███████}"),
    (
        "auth: {pass: hunter2}\n# it is hunter2\nfromEmail: hunter2",
        "auth: {pass: ███████}\n# it is ███████\nfromEmail: ███████",
    ),
    ('auth: {pass: hunter2}\nfromEmail: "<\\x68unter2>"', "auth: {pass: ███████}\nfromEmail: ██████████████"),
    ("auth: {user: short, pass: short}", "auth: {user: short, pass: █████}"),
    ("host: hunter2@h", "host: █████████"),
    ("auth: {pass: {hunter2}}", "auth: {pass: {███████}}"),
    ("auth: {pass: <password>, user: <user>}", "auth: {pass: <password>, user: <user>}"),
    ("auth: {pass: }", "auth: {pass: }"),
    ("auth: {pass: &hunter2, user: me}", "auth: {pass: ████████, user: me}"),
    ("auth:\n  pass: &hunter2\n  user: me", "auth:\n  pass: ████████\n  user: me"),
    ("auth: {pass: &hunter2 ~}", "auth: {pass: ████████ █}"),
    ("auth: {pass: ~}", "auth: {pass: ~}"),
    ("auth:\n  pass: hunter #2 !\nhost: h # note", "auth:\n  pass: ██████ ██ █\nhost: h # note"),
    ("auth:\n  pass: #hunter2\n  user: me", "auth:\n  pass: ████████\n  user: me"),
    ("auth:\n  pass: <password> # note", "auth:\n  pass: <password> # note"),
    ("auth: hunter2", "auth: ███████"),
    ("auth: [me, hunter2]", "auth: [██, ███████]"),
    ("auth: {privateKey: {key: k, passphrase: p}}", "auth: {privateKey: {key: █, passphrase: █}}"),
    (
        "auth: {clientId: c, clientSecret: s, refreshToken: r, accessToken: a}",
        "auth: {clientId: c, clientSecret: █, refreshToken: █, accessToken: █}",
    ),
    ("url: smtps://me:hunter2@h\nproxy: http://p", "url: ████████████████████\nproxy: ████████"),
    ("hots: me:hunter2@h.co\nx: h:25", "hots: ███████████████\nx: h:25"),
    (
        "customHeaders: {X: 'mailto:a@b.co', Y: '<x:y@z.co>'}",
        "customHeaders: {X: 'mailto:a@b.co', Y: '<x:y@z.co>'}",
    ),
    ("tls: {key: k, cert: c, pfx: x, passphrase: p}", "tls: {key: █, cert: c, pfx: █, passphrase: █}"),
    ("dkim: {domainName: d, privateKey: k}", "dkim: {domainName: █, privateKey: █}"),
    ("password: x\nauth: {PASSWORD: y}\napi-key: z", "password: █\nauth: {PASSWORD: █}\napi-key: █"),
    ("customHeaders: {Authorization: Bearer x}", "customHeaders: {Authorization: ██████ █}"),
    ("name: n\nconfig: {auth: {pass: hunter2}}", "name: n\nconfig: {auth: {pass: ███████}}"),
    ("config: {url: smtp://u:p@h}", "config: {url: ████████████}"),
    ("templates: [{subject: Reset your password}]", "templates: [{subject: Reset your password}]"),
    ("SMTP_PASS=hunter2", "█████████████████"),
    ("host: smtps://u:hunter2@h\nname: http://h/a:b", "host: ███████████████████\nname: http://h/a:b"),
    ("tls: [{key: k, cert: c}, {ca: a}]", "tls: [{key: █, cert: c}, {ca: a}]"),
    ("host: me:hunter2@smtp.example.com", "host: ███████████████████████████"),
    ("host: '[::1]:25'\nname: me@h", "host: '[::1]:25'\nname: me@h"),
    ("auth: {пароль: hunter2}\npwd: x", "auth: {пароль: ███████}\npwd: █"),
    ("null", "null"),
    ("{url: h, pass: }hunter2}", "{url: █, pass: }████████"),
    ("{pass: hunter2} # note\n--- @", "{pass: ███████} # note\n--- @"),
]


@pytest.mark.parametrize(("text", "expected"), READABLE)
def test_the_secrets_of_a_readable_document_are_covered_and_nothing_else(text: str, expected: str) -> None:
    assert shown(text) == expected


UNREADABLE = [
    ("auth:\n  pass: hunter2\n  user: me\n@", "auth:\n  pass: ███████\n  user: me\n@"),
    ("auth: {user: me, pass: hunter2}\n@", "auth: ██████ ███ █████ ████████\n█"),
    ('{"auth": {"pass": "hunter2",\n"user": "me"', '{"auth": ████████ ██████████\n"user": "me"'),
    ('{\n  "pass": "hunter2",\n  "host": x', '{\n  "pass": ██████████\n  "host": x'),
    ('{"pass"\n:\n"hunter2" x}', '{"pass"\n:\n█████████ ██'),
    ("pass: a: b: c\nhost: h", "pass: ██ ██ █\nhost: h"),
    ("pass: *hunter2", "pass: ████████"),
    ("pass: !hunter2 x", "pass: ████████ █"),
    ("pass: &a\x85hunter2\x0b: x", "pass: ██████████\x0b█ █"),
    ("privateKey: |\n  Proc-Type: 4\n\n  MIIE\nhost: [", "privateKey: █\n  ██████████ █\n\n  ████\nhost: ["),
    ("- pass: one\n  two\n  host: [", "- pass: ███\n  ███\n  host: ["),
    ("- pass: one\n  host: [", "- pass: ███\n  host: ["),
    ("? pass\n: hunter2\n@", "? pass\n: ███████\n█"),
    ("host: h\rpass: hunter2\ruser: [", "host: h\rpass: ███████\ruser: ["),
    ("SMTP_PASS=hunter2\nSMTP_HOST: [", "SMTP_PASS=███████\nSMTP_HOST: ["),
    ("SMTP_PASS=hunter2\nabc==\nx: [", "SMTP_PASS=███████\n█████\nx: ["),
    ("host: h\nport: [", "host: h\nport: ["),
    ("auth:\n  user: me\n  psw: @hunter2\nhost: h", "auth:\n  user: me\n  psw: ████████\nhost: h"),
    ("auth:\n  user: me\n  mine: @hunter2\nhost: h", "auth:\n  user: me\n  mine: ████████\nhost: h"),
    ("auth:\n  user: me\n  mine:hunter2\nhost: h", "auth:\n  user: me\n  mine:███████\nhost: h"),
    ("auth:\n  user: me\n  - mine: @h2\nhost: h", "auth:\n  user: me\n  - mine: ███\nhost: h"),
    ("auth:\n  user: me\n  passhunter2\n  type: [", "auth:\n  user: me\n  ███████████\n  ████: ["),
    (
        "auth: {user: me, mine: @h2, type: login}\nhost: h",
        "auth: ██████ ███ █████ ████ █████ ██████\nhost: h",
    ),
    (
        '{"auth": {\n "mine": "h2",\n "user": 1,\n},\n"host": x',
        '{"auth": █\n "mine": █████\n "user": 1,\n},\n"host": x',
    ),
    ("пароль: @hunter2\nhost: h", "пароль: ████████\nhost: h"),
    ("pwd: @hunter2\nhost: h", "pwd: ████████\nhost: h"),
    ("%hunter2\n---\nhost: [", "████████\n---\nhost: ["),
    ("%YAML 1.2\n---\nhost: [", "%YAML 1.2\n---\nhost: ["),
    ("@hunter2 x", "████████ █"),
    ('{"hunter2"', "██████████"),
]


@pytest.mark.parametrize(("text", "expected"), UNREADABLE)
def test_in_a_text_that_cannot_be_read_all_that_may_be_secret_is_covered(text: str, expected: str) -> None:
    assert load(text).root is None
    assert shown(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "auth: {pass: *hunter2}",
        "auth: {pass: !hunter2 x}",
        "auth: {pass: !!hunter2 x}",
        "auth: {pass: {1234567: x}}",
        "auth: {pass: 0o1234567}",
        "auth: {password: 01234567}",
        "password: 01234567",
        "dkim: {privateKey: 01234567}",
        "tls: {key: 1_234_567}",
        "config: {password: 01234567}",
        "customHeaders: {X-Token: 01234567}",
        "auth: {user: u, pass: {hunter2: 1}}",
        "auth: hunter2",
        '{"auth": {"pass": hunter2}}',
        '{"auth": {"pass": "\\hunter2"}}',
        "auth: {pass: @hunter2}",
        "auth: {pass: %hunter2}",
        "auth: {pass: hunter2: x: y}",
    ],
)
def test_no_message_and_no_help_quotes_a_secret(text: str) -> None:
    document = load(text)
    for schema in Schema:
        findings = judge_document(document, schema, strict=False, with_rules=False).findings
        assert findings
        told = " ".join(f"{finding.message} {finding.help}" for finding in findings)
        assert not any(secret in told for secret in ("hunter2", "1234567", "342391", "1_234_567", "34239"))


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("auth: {pass: {hunter2: a, hunter2: b}}", "/auth/pass"),
        ("auth: {pass: {hunter2: 0o17}}", "/auth/pass"),
        ("auth: {mine: {pass: {hunter2: a, hunter2: b}}}", "/auth/mine"),
        ("config: {auth: {mine: {hunter2: a, hunter2: b}}}", "/config/auth/mine"),
        ("config: {auth: {mine: {hunter2: 0o17}}}", "/config/auth/mine"),
        ("auth: {privateKey: {key: a, key: b}}", "/auth/privateKey/key"),
        ("tls: {key: [{pem: a, pem: b}]}", "/tls/key/0/pem"),
        ('{"auth": {"pass": {"hunter2": 1, "hunter2": 2}}}', "/auth/pass"),
    ],
)
def test_no_pointer_leads_into_a_secret(text: str, pointer: str) -> None:
    pointers = {finding.pointer for finding in load(text).findings}
    assert pointers == {pointer}


def test_a_stair_of_auth_is_looked_through_in_time() -> None:
    text = "".join(" " * step + "auth:\n" for step in range(1400)) + "@"
    with computed_within(0.5):
        secrets.spans(load(text))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("auth: {user: me, pass: hunter2}", ["hunter2"]),
        ("auth: {pass: 12345678901234567890}", ["1.2345678901234567e+19", "12345678901234567890"]),
        ("auth: {pass: 0o1234567}", ["342391", "0o1234567"]),
        ("auth: {pass: <password>, clientSecret: }", []),
        ("auth: {privateKey: {key: k, passphrase: p}}", ["k", "p"]),
        ("auth: {pass: [", []),
    ],
)
def test_the_secrets_themselves_are_told_with_what_is_written(text: str, values: list[str]) -> None:
    assert secrets.values(load(text)) == values


@pytest.mark.parametrize(
    ("path", "base", "expected"),
    [
        (("auth", "pass"), 0, True),
        (("auth", "user"), 0, False),
        (("config", "auth", "pass"), 1, True),
        (("config", "url"), 1, True),
        (("config", "url"), 0, False),
        (("dkim", "privateKey"), 0, True),
        (("tls", "key", 0), 0, True),
        (("tls", "cert"), 0, False),
        (("smtpPassword",), 0, True),
        (("customHeaders", "X-Auth-Token"), 0, True),
        (("templates", 0, "content"), 0, False),
        ((), 0, False),
    ],
)
def test_a_path_tells_whether_its_value_may_show(path: Path, base: int, expected: bool) -> None:
    assert secret_keys.hides(path, base) is expected


def _filled(unit: str, before: str = "") -> str:
    return before + unit * ((MAX_BYTES - len(before)) // len(unit))


@pytest.mark.exhaustive(one_in=4)
@pytest.mark.parametrize(
    "text",
    [
        _filled("a", '"'),
        _filled("a:", "pass: "),
        _filled("a :", "@"),
        _filled("- ", "@"),
        _filled(" ", "@a"),
        _filled("'a'", "@"),
        _filled("\n", "@"),
        _filled("{,", "@"),
        _filled("-", "@"),
        _filled("pass=", "@"),
        _filled("pass", '"') + ": [",
        _filled(",pass ", "@"),
        _filled("pass\n", "@"),
        _filled("\n", "pass"),
    ],
)
def test_a_hostile_mebibyte_is_searched_within_a_second(text: str) -> None:
    document = Document(Text("a.yaml", text), 0, None)
    with computed_within(1):
        secrets.spans(document)


passwords = st.text(alphabet="abcXYZ019!@#$%^&*(){}[]:;,.<>?/|\\'\" =-_+~`é😀", min_size=1).filter(str.strip)
frames = st.sampled_from(
    ["auth:\n  pass: ", "pass: ", "a: b\nurl: ", "tls: {key: ", '{"auth": {"user": "u", "clientSecret": ']
)


@given(passwords.filter(lambda text: not is_placeholder(text)), frames)
def test_a_quoted_password_is_covered_to_the_character(password: str, frame: str) -> None:
    text = frame + json.dumps(password, ensure_ascii=False) + "}" * frame.count("{")
    document = load(text)
    assert document.root is not None
    end = len(text) - frame.count("{")
    assert secrets.spans(document) == [(len(frame), end)]
    assert secrets.values(document) == [password]


@given(passwords, st.sampled_from(["auth:\n  pass: ", "pass: ", "a: b\nurl: "]))
def test_a_password_without_quotes_is_covered_where_it_breaks_the_text(password: str, frame: str) -> None:
    document = load(frame + password + "\n@", "a.yaml")
    assert document.root is None
    covered = {offset for start, end in secrets.spans(document) for offset in range(start, end)}
    assert all(at in covered for at in range(len(frame), len(frame + password)))


@pytest.mark.parametrize(
    "text",
    [
        '{\n "auth": {\n  "user": "u",\n  "pass" "hunter2"\n }\n}',
        "auth:\n  user: u\n  pass\n  hunter2\nfoo: bar",
        "auth: {user: u, pass hunter2}",
    ],
)
def test_a_password_behind_a_forgotten_colon_is_covered(text: str) -> None:
    assert "hunter2" not in shown(text)


@pytest.mark.parametrize(
    "text", ['{"tls": {"cert": "KEY", "key": "x"}}', '{"fromEmail": "KEY"}', '{"tls": {"cert": "KEY"']
)
def test_a_private_key_shows_nowhere_whatever_it_stands_under(text: str) -> None:
    """`cert` and `key` are easily swapped; the last one is no JSON."""
    key = r"-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----\n"
    assert "MIGHAg" not in shown(text.replace("KEY", key), "a.json")
