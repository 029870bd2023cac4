"""The fixes: each cures its finding on the text, is as safe as it says, and changes nothing else."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.comments import comments
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.config.schema.suggestions import Meant, meant
from smtp_verify.lint.fixes.making import fixed
from smtp_verify.lint.fixes.registry import FIXERS, MOST_FIXES, fixes, marked
from smtp_verify.lint.pages import codes
from smtp_verify.lint.verdict import everything, judge_document
from tests.conftest import VECTORS
from tests.lint.broken import as_json, as_yaml, broken_config
from tests.lint.examples import laid_over

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smtp_verify.config.document import Document
    from smtp_verify.finding import Finding
    from smtp_verify.lint.verdict import Verdict
    from tests.sampling import Sample


def judged(document: Document, schema: Schema = Schema.DOCUMENTED) -> Verdict:
    return judge_document(document, schema, False)


def fixed_verdict(text: str, unsafe: bool = False) -> Verdict:
    (document,) = load_source(Source("a.yaml", text))
    return fixed(document, Schema.DOCUMENTED, False, everything, unsafe)


def text_of(verdict: Verdict) -> str:
    assert verdict.document is not None
    return verdict.document.text.text


def check_cure(before: str, after: str, unsafe: bool = False) -> None:
    """A fragment that is laid over a config without faults becomes another one, and the rest stays."""
    text = laid_over(before)
    body, cured = (each.removeprefix("templates:\n") for each in (before, after))
    assert body in text
    assert text_of(fixed_verdict(text, unsafe)) == text.replace(body, cured)


SAFE = [
    # SV012
    ("port: 0465", "port: 465"),
    ("fromEmail: me@example.com\nname: 0o17 # c", "fromEmail: me@example.com\nname: '0o17' # c"),
    ("auth: {user: u, pass: 0465}", "auth: {user: u, pass: '0465'}"),
    ("auth:\n  user: 'u'\n  pass: no", "auth:\n  user: 'u'\n  pass: 'no'"),
    ("secure: yes\nport: 465", "secure: true\nport: 465"),
    # SV101
    ("secure: 'true'", "secure: true"),
    ('logger: "False" # quiet', "logger: false # quiet"),
    ("connectionTimeout: '30000'", "connectionTimeout: 30000"),
    ("auth: {user: 123456, pass: p}", "auth: {user: '123456', pass: p}"),
    ("auth:\n  user: u\n  pass: 123456", "auth:\n  user: u\n  pass: '123456'"),
    (
        "auth: {type: oAuth2, user: u, accessToken: t, refreshToken: r, clientId: c, clientSecret: s}",
        "auth: {type: OAuth2, user: u, accessToken: t, refreshToken: r, clientId: c, clientSecret: s}",
    ),
    # SV103 and SV105
    (
        "templates:\n  - {usageType: BINDMFA, contentType: TEXT/Plain, subject: s, content: '{{code}}'}",
        "templates:\n  - {usageType: BindMfa, contentType: text/plain, subject: s, content: '{{code}}'}",
    ),
    (
        "templates:\n  - {usageType: bind_mfa, contentType: html, subject: s, content: '<p>{{code}}'}",
        "templates:\n  - {usageType: BindMfa, contentType: text/html, subject: s, content: '<p>{{code}}'}",
    ),
    # SV104
    ("secure: true\nreplyto: me@example.com # me", "secure: true\nreplyTo: me@example.com # me"),
    ("auth:\n  user: u\n  password: p", "auth:\n  user: u\n  pass: p"),
    ("auth:\n  user: u\n  pasword: p", "auth:\n  user: u\n  pass: p"),
    ("auth:\n  user: u\n  password: 0465", "auth:\n  user: u\n  pass: '0465'"),
    ("auth:\n  user: u\n  password: no # c", "auth:\n  user: u\n  pass: 'no' # c"),
    ("auth:\n  user: u\n  password: 123456", "auth:\n  user: u\n  pass: '123456'"),
    ("port: 587\nsecure: false\nrequiretls: yes", "port: 587\nsecure: false\nrequireTLS: true"),
    ("port: 587\nsecure: false\nrequireTls: 'yes'", "port: 587\nsecure: false\nrequireTLS: true"),
    ("port: 587\nsecure: false\nreqiureTLS: true", "port: 587\nsecure: false\nrequireTLS: true"),
    # SV110
    ("port: '465'", "port: 465"),
    ('port: "465" # TLS', "port: 465 # TLS"),
    # SV201
    ("host: smtps://smtp.example.com:465", "host: smtp.example.com"),
    ("host: 'smtp.example.com;'", "host: 'smtp.example.com'"),
    # SV211 and SV212
    ("port: 465\nsecure: false", "port: 465\nsecure: true"),
    ("port: 587 # s\nsecure: true # t", "port: 587 # s\nsecure: false # t\nrequireTLS: true"),
    (
        "port: 587\nsecure: true\nignoreTLS: true",
        "port: 587\nsecure: false\nignoreTLS: false\nrequireTLS: true",
    ),
    # SV218 and SV220
    ("tls:\n  rejectUnauthorized: yes", "tls:\n  rejectUnauthorized: true"),
    ("tls:\n  rejectUnauthorized: 'true'", "tls:\n  rejectUnauthorized: true"),
    ("tls: {minVersion: '1.2'}", "tls: {minVersion: 'TLSv1.2'}"),
    # SV303
    (
        "auth: {user: u, clientId: c, clientSecret: s, refreshToken: r}",
        "auth: {user: u, clientId: c, clientSecret: s, refreshToken: r, type: OAuth2}",
    ),
    # SV309
    (
        "auth: {type: OAuth2, user: u, serviceClient: s, privateKey: '-----BEGIN PRIVATE KEY-----\\nMII'}",
        'auth: {type: OAuth2, user: u, serviceClient: s, privateKey: "-----BEGIN PRIVATE KEY-----\\nMII"}',
    ),
    # SV802
    (
        "host: smtpdm.aliyun.com\nport: 80\nsecure: true",
        "host: smtpdm.aliyun.com\nport: 80\nsecure: false\nrequireTLS: true",
    ),
]


@pytest.mark.parametrize(("before", "after"), SAFE)
def test_a_safe_fix_puts_right_what_was_evidently_meant(before: str, after: str) -> None:
    check_cure(before, after)


UNSAFE = [
    ("port: 587\nsecure: false", "port: 587\nsecure: false\nrequireTLS: true"),
    (
        "port: 587\nsecure: false\nignoreTLS: true",
        "port: 587\nsecure: false\nignoreTLS: false\nrequireTLS: true",
    ),
    (
        "port: 587\nsecure: false\nignoreTLS: true\nrequireTLS: true",
        "port: 587\nsecure: false\nignoreTLS: false\nrequireTLS: true",
    ),
    ("connectionTimeout: 30", "connectionTimeout: 30000"),
    ("tls: {rejectunauthorized: true}", "tls: {rejectUnauthorized: true}"),
    ("tls:\n  rejectUnauthorized: 'false'", "tls:\n  rejectUnauthorized: false"),
    ("auth:\n  user: u\n  pass: ' p '", "auth:\n  user: u\n  pass: 'p'"),
    ("auth:\n  user: u\n  pass: 1.50", "auth:\n  user: u\n  pass: '1.50'"),
    (
        "host: smtp.sendgrid.net\nauth: {user: me, pass: p}",
        "host: smtp.sendgrid.net\nauth: {user: apikey, pass: p}",
    ),
    ("serverhost: h.example.com\ncomment: x", "serverhost: h.example.com\ncomponent: x"),
    (
        "templates:\n  - {usageType: SignIn, contentType: text/plain, subject: s, content: '<p>{{code}}'}",
        "templates:\n  - {usageType: SignIn, contentType: text/html, subject: s, content: '<p>{{code}}'}",
    ),
    (
        'templates:\n  - {usageType: SignIn, contentType: text/html, subject: s, content: "a\\n{{code}}"}',
        'templates:\n  - {usageType: SignIn, contentType: text/plain, subject: s, content: "a\\n{{code}}"}',
    ),
]


@pytest.mark.parametrize(("before", "after"), UNSAFE)
def test_what_may_change_a_mail_is_fixed_only_where_that_is_asked_for(before: str, after: str) -> None:
    check_cure(before, before)
    check_cure(before, after, unsafe=True)


@pytest.mark.parametrize(
    "fragment",
    [
        # Two that are alike: which one is meant is not certain.
        "templates:\n  - {usageType: signin, contentType: text/plain, subject: s, content: '{{code}}'}\n"
        "  - {usageType: SignIn, contentType: text/plain, subject: s, content: '{{code}}'}",
        "host: smtp.example.com:587\nport: 465",
        "host: me:secret@smtp.example.com",
        "prot: 587\nport: 465",
        "name: mail.example\nnames: [a, b]",
        "url: smtp://smtp.example.com:465",
        "tls: {port: 8465}\nport: 587\nsecure: true",
        "port: 70000",
        "prots: [1]",
        "headers: 5",
        "ssl: 1",
        "auth:\n  user: u\n  password: [p]",
        # Two that can be the same.
        "auth:\n  user: u\n  password: p\n  passwd: q",
        "replyto: me@example.com\nReplyTo: you@example.com",
        "secure: maybe",
        "tls: {minVersion: '9'}",
        "auth: &login\n  user: u\n  password: p",
        "port: !!str 465",
        "port: '465'\nport: '465'",
        "fromEmail: |\n  me@example.com",
    ],
)
def test_what_is_not_certain_or_not_safe_to_edit_stays_and_is_not_called_fixable(fragment: str) -> None:
    text = laid_over(fragment)
    (document,) = load_source(Source("a.yaml", text))
    after = fixed_verdict(text, unsafe=True)
    assert (text_of(after), after.fixed) == (text, ())
    assert not any(finding.fixable for finding in marked(judged(document)).findings)


def test_fixes_build_on_each_other_until_nothing_is_left() -> None:
    text = laid_over('Port: "587" # p').replace("port: 465\n", "")
    after = fixed_verdict(text)
    assert text_of(after) == text.replace('Port: "587" # p', "port: 587 # p").replace(
        "secure: true", "secure: false\nrequireTLS: true"
    )
    # What the right name of the key brings up is put right too.
    assert [each.code for each in after.fixed] == ["SV102", "SV104"]
    assert after.findings == ()


OTHER_PRODUCTS = [
    ("timeout: 10", "PHPMailer's seconds"),
    ("connection_timeout: 5", "seconds"),
    ("timeout: 300", "seconds"),
    ("ssl: true\nstarttls: true", "which of the two"),
    ("port: 2526\nsecure: false\nrequireTLS: true\nssl: true", "what works"),
    ("enable_starttls_auto: true", "opportunistic in Rails"),
    ("Logger: true\nDebug: true", "codes in the log"),
    ("headers: {Bcc: other@example.net}", "another recipient"),
    ("auth: {user: me@example.com, pass: an-app-password, auth_type: ntlm}", "a mechanism nobody has"),
    ("auth: {user: me@example.com, pass: an-app-password, mechanism: auto}", "no mechanism"),
    ("disable_tls: true\nport: 587\nsecure: false", "the opposite"),
    ("starttls: false\nport: 587\nsecure: false", "the opposite"),
    ("insecure: true", "the opposite"),
    ("enabled: true", "another matter"),
    ("tls: {ca_file: /etc/ssl/ca.pem}", "a path"),
    ("client_name: My App", "no host name"),
]


@pytest.mark.parametrize(("fragment", "what"), OTHER_PRODUCTS, ids=[each[0] for each in OTHER_PRODUCTS])
def test_a_key_of_another_product_is_not_given_an_effect_by_a_safe_fix(fragment: str, what: str) -> None:
    text = laid_over(fragment)
    after = text_of(fixed_verdict(text))
    assert after.split() in (text.split(), text.replace("Logger", "logger").split()), what


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("key", ["authentication", "smtp_auth"])
def test_the_name_of_a_mechanism_does_not_become_the_credentials(key: str, unsafe: bool) -> None:
    text = laid_over(f"{key}: plain").replace("auth:\n  user: me@example.com\n  pass: an-app-password\n", "")
    assert text_of(fixed_verdict(text, unsafe)) == text


@pytest.mark.parametrize(
    "fragment",
    [
        "timeout: 10",
        "starttls: false\nport: 587\nsecure: false",
        "disable_tls: true\nport: 587\nsecure: false",
        "insecure: true",
        "enabled: true",
        "tls: {ca_file: /etc/ssl/ca.pem}",
        "tls: {verify: false}",
        "proxy_url: x",
        "pools: true",
    ],
)
def test_an_unsafe_fix_causes_nothing_and_inverts_nothing(fragment: str) -> None:
    """And what is called fixable is fixed."""
    text = laid_over(fragment)
    (document,) = load_source(Source("a.yaml", text))
    after = fixed_verdict(text, unsafe=True)
    assert "starttls" not in fragment or "requireTLS: true" not in text_of(after)
    before = {each.code for each in judged(document).findings}
    assert {each.code for each in after.findings if each.severity.value != "info"} <= before
    assert len(after.fixed) == sum(each.fixable for each in marked(judged(document)).findings)


def test_every_known_fix_has_a_page_and_a_case_here() -> None:
    assert FIXERS.keys() <= set(codes())
    seen = set()
    for fragment, _ in (*SAFE, *UNSAFE):
        (document,) = load_source(Source("a.yaml", laid_over(fragment)))
        seen |= {finding.code for finding, _ in fixes(judged(document))}
    assert seen == FIXERS.keys()
    for fixer in FIXERS.values():
        assert "afe" in (fixer.__doc__ or ""), "says why it is safe, or why not"


@pytest.mark.parametrize("schema", list(Schema))
def test_no_fix_makes_anything_worse_on_any_vector_of_the_guard(schema: Schema, sample: Sample) -> None:
    made = 0
    for line in sample((VECTORS / "guard.jsonl").read_text("utf-8").split("\n"), one_in=4):
        text = json.dumps(json.loads(line)["config"], indent=2) if line else "{}"
        (document,) = load_source(Source("a.json", text))
        before = marked(judged(document, schema))
        after = fixed(document, schema, False, everything, unsafe=False)
        made += len(after.fixed)
        # What Logto accepts now may stop: the rule says so of what is written rightly by hand too.
        shown = after.stops and not before.connector_valid
        assert after.valid or not before.valid or shown
        assert after.connector_valid or not before.connector_valid
        assert {each for each in before.findings if each.fix_is_safe} == set(after.fixed)
        again = fixed(after.document or document, schema, False, everything, unsafe=False)
        assert (text_of(again), again.fixed) == (text_of(after), ())
    assert made > 5


def test_a_config_with_more_faults_than_any_has_takes_no_more_time() -> None:
    templates = ", ".join("{usageType: x, contentType: HTML, subject: 1, content: 2}" for _ in range(1000))
    (document,) = load_source(Source("a.yaml", f"templates: [{templates}]"))
    found = marked(judged(document)).findings
    assert 0 < sum(finding.fixable for finding in found) <= MOST_FIXES


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Port", Meant("port", True)),
        ("prot", Meant("port", True)),
        ("por", Meant("port", True)),
        ("ports", Meant("port", True)),
        ("pqrt", Meant("port", True)),
        ("hostname", Meant("host", True)),
        ("comment", Meant("component", False)),
        ("zzz", None),
    ],
)
def test_a_word_stands_for_one_key_or_for_none(word: str, expected: Any) -> None:
    from smtp_verify.config.schema import keys

    assert meant(word, tuple(keys.CONFIG_KEYS)) == expected


def test_a_word_that_is_as_near_to_two_stands_for_neither() -> None:
    assert meant("xost", ("host", "post")) is None
    assert meant("hostingname", ("hostingnam1e2", "hostingnam3e4")) is None


def _comments_of(document: Document) -> list[str]:
    return [document.text.text[each.start : each.end] for each in comments(document.text)]


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    if isinstance(value, dict):
        return {
            where: leaf for key, each in value.items() for where, leaf in _leaves(each, (*path, key)).items()
        }
    if isinstance(value, list):
        return {
            where: leaf
            for key, each in enumerate(value)
            for where, leaf in _leaves(each, (*path, key)).items()
        }
    return {path: value}


@given(st.integers(0, 2**32), st.booleans(), st.booleans())
@settings(max_examples=settings.get_profile("ours").max_examples * 3 // 2)
def test_of_what_is_broken_at_random_only_what_is_told_changes(
    seed: int, is_json: bool, unsafe: bool
) -> None:
    chosen = random.Random(seed)  # noqa: S311 - what hypothesis shrinks is the seed
    config = broken_config(chosen)
    text = as_json(config, chosen) if is_json else as_yaml(config, chosen)
    (document,) = load_source(Source("a.json" if is_json else "a.yaml", text))
    before = marked(judged(document))
    after = fixed(document, Schema.DOCUMENTED, False, everything, unsafe)
    assert after.document is not None
    assert (text_of(after) == text) is (not after.fixed)
    for finding in before.findings:
        if finding.fix_is_safe or (unsafe and finding.fixable):
            assert finding in after.fixed or is_fixed_alone(document, finding, unsafe)
    if not is_json:
        assert comments_of(after.document) == comments_of(document)
    assert len(leaves(after.document.data)) >= len(leaves(document.data))
    shown = after.stops and not before.connector_valid
    assert after.valid or not before.valid or shown
    assert after.connector_valid or not before.connector_valid
    again = fixed(after.document, Schema.DOCUMENTED, False, everything, unsafe)
    assert (text_of(again), again.fixed) == (text_of(after), ())
    if not unsafe:
        assert weaknesses(after.document) <= weaknesses(document)


def is_fixed_alone(document: Document, finding: Finding, unsafe: bool) -> bool:
    """Of two fixes that exclude each other one is made; the other one would have been, too."""

    def keep(_: Document, found: Iterable[Finding]) -> Iterable[Finding]:
        return [each for each in found if (each.code, each.pointer) == (finding.code, finding.pointer)]

    return finding in fixed(document, Schema.DOCUMENTED, False, keep, unsafe).fixed


def comments_of(document: Document) -> list[str]:
    return [document.text.text[each.start : each.end] for each in comments(document.text)]


def leaves(value: Any) -> list[Any]:
    if isinstance(value, (dict, list)):
        below = value.values() if isinstance(value, dict) else value
        return [leaf for each in below for leaf in leaves(each)]
    return [value]


def weaknesses(document: Document) -> set[str]:
    """What makes a channel less safe than nodemailer's own choice."""
    config = document.config
    tls = config.get("tls") if isinstance(config.get("tls"), dict) else {}
    weak = {"ignoreTLS"} if config.get("ignoreTLS") is True else set()
    return weak | ({"rejectUnauthorized"} if tls.get("rejectUnauthorized") is False else set())


def test_what_takes_encryption_away_is_never_a_safe_fix() -> None:
    for fragment in (
        "tls: {rejectUnauthorized: no}",
        "tls: {rejectunauthorized: false}",
        "tls: {rejectUnauthorised: 'no'}",
        "port: 587\nsecure: false\nignoretls: true",
        "port: 587\nsecure: false\nrequireTLS: true\nopportunisticTLS: 'no'",
    ):
        text = laid_over(fragment)
        assert text_of(fixed_verdict(text)) == text
