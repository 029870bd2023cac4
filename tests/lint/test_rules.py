"""What the rules say of whole configs, and where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.config.loader import load, load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.finding import Finding, Severity
from smtp_verify.lint.registry import MOST_FINDINGS, RULES, check
from smtp_verify.lint.verdict import judge_document
from tests.conftest import VECTORS
from tests.lint.examples import laid_over

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = sorted((Path(__file__).parents[2] / "sample-configs").glob("*.[jy]*"))
GUARD = [json.loads(line) for line in (VECTORS / "guard.jsonl").read_text("utf-8").split("\n") if line]
PLAIN: dict[str, Any] = {
    "host": "smtp.example.com",
    "port": 587,
    "auth": {"user": "u", "pass": "p"},
    "fromEmail": "a@example.com",
    "templates": [
        {"usageType": t, "contentType": "text/plain", "subject": "Your code", "content": "Code {{code}}"}
        for t in ("Register", "SignIn", "ForgotPassword", "Generic")
    ],
}


def findings(text: str) -> list[Finding]:
    (document,) = load_source(Source("a.yaml", text))
    return sorted(check(document))


def told(fragment: str) -> list[str]:
    """The findings on a fragment that is laid over the base: the code with the text that it points at."""
    text = laid_over(fragment)
    lines = text.split("\n")
    found = findings(text)
    for finding in found:
        assert finding.location.line == finding.location.end_line
    places = [(each.code, each.location) for each in found]
    return [f"{code} {lines[at.line - 1][at.column - 1 : at.end_column - 1]}" for code, at in places]


@pytest.mark.parametrize("path", SAMPLES, ids=[path.name for path in SAMPLES])
def test_no_sample_is_warned_of(path: Path) -> None:
    (document,) = load(str(path))
    assert [each for each in check(document) if each.severity is not Severity.INFO] == []


def accepted_changes() -> Iterator[tuple[str, dict[str, Any]]]:
    """What the conformance set accepts, each with the keys in which it differs from the plain config."""
    for number, vector in enumerate(GUARD):
        if vector["accepted"]:
            config = vector["config"]
            yield f"{number}", {k: v for k, v in config.items() if PLAIN.get(k) != v}


def test_the_plain_config_of_the_conformance_set_has_no_finding() -> None:
    assert findings(json.dumps(PLAIN)) == []
    assert {} in [changes for _, changes in accepted_changes()]


# What a reasonable operator might write, and the connector accepts.
REASONABLE: list[dict[str, Any]] = [
    {"port": 465},
    {"port": 465, "secure": True},
    {"port": 587, "secure": False, "requireTLS": True},
    {"port": 25},
    {"port": 2525},
    {"port": 2465, "secure": True},
    {"port": 465.0},
    {"auth": {"type": "login", "user": "u", "pass": "p"}},
    {"auth": {"type": "OAuth2", "user": "u", "clientId": "i", "clientSecret": "s", "refreshToken": "r"}},
    {"auth": {"user": "u", "pass": "p", "method": "LOGIN"}},
    {"fromEmail": "Example App <a@example.com>"},
    {"fromEmail": "Acme, Inc. <a@example.com>"},
    {"fromEmail": "[Brand] <a@example.com>"},
    {"fromEmail": "测试 <a@example.com>"},
    {"fromEmail": '"Acme | App" <a+b@mail.example.co.uk>'},
    {"fromEmail": "a@münchen.de"},
    {"replyTo": "Help <help@example.com>"},
    {"name": "logto.example.com"},
    {"name": "[192.0.2.1]"},
    {"localAddress": "192.0.2.1"},
    {"connectionTimeout": 5000, "greetingTimeout": 10000, "socketTimeout": 0, "dnsTimeout": 1000},
    {"tls": {"minVersion": "TLSv1.2", "ciphers": "DEFAULT"}, "servername": "mail.example.com"},
    {"tls": {"servername": "mail.example.com", "rejectUnauthorized": True}},
    {"host": "smtp"},
    {"host": "mail_relay"},
    {"host": "smtp.example.com."},
    {"host": "2001:db8::25", "servername": "mail.example.com"},
    {"customHeaders": {"X-Campaign": "codes", "List-Id": "<codes.example.com>", "Message-ID": "<a@b.co>"}},
    {
        "customHeaders": {
            "X-SMTPAPI": '{"category": ["codes"]}',
            "Reply-To": "help@example.com",
            "X-A": ["1", "2"],
        }
    },
    {"logger": True},
    {"debug": False, "disableFileAccess": True},
]


@pytest.mark.parametrize("changes", REASONABLE, ids=[json.dumps(each)[:60] for each in REASONABLE])
def test_what_a_reasonable_operator_writes_is_not_warned_of(changes: dict[str, Any]) -> None:
    found = findings(json.dumps({**PLAIN, **changes}))
    assert [(each.code, each.message) for each in found if each.severity is not Severity.INFO] == []


GOOD_TEMPLATES = [
    ("SignIn", "text/html", "{{code}}", "<style>@media (x){.a{b:c}}</style><p>{{ code }}</p>"),
    ("Generic", "text/html", "Code {{code}}", "Your code is {{code}}"),
    ("Register", "text/plain", "Welcome", "1 < 2 and {{code}} > 0, {a} {b: c}"),
    ("BindMfa", "text/plain", "Code", "{{user.profile.address.country}} {{organization.name}} {{code}}"),
    ("UserPermissionValidation", "text/plain", "Code", "{{user.primaryEmail}} {{uiLocales}} {{code}}"),
    (
        "OrganizationInvitation",
        "text/plain",
        "Join {{organization.name}}",
        "{{inviter.name}}: {{link}} {{note}}",
    ),
    ("OrganizationInvitation", "text/plain", "Join", "{{inviteUrl}}"),
    ("ForgotPassword", "text/plain", "{{code}}", "It is valid for 10 minutes. Wait 1 minute for another."),
    ("SignIn", "text/plain", "验证码：{{code}}", "验证码是 {{code}}，10 分钟内有效。"),
]


@pytest.mark.parametrize(("usage_type", "content_type", "subject", "content"), GOOD_TEMPLATES)
def test_these_templates_have_no_finding(
    usage_type: str, content_type: str, subject: str, content: str
) -> None:
    keys = ("usageType", "contentType", "subject", "content")
    template = dict(zip(keys, (usage_type, content_type, subject, content), strict=True))
    rest = [each for each in PLAIN["templates"] if each["usageType"] != usage_type]
    found = findings(json.dumps({**PLAIN, "templates": [template, *rest]}))
    assert [(each.code, each.message) for each in found] == []


@pytest.mark.parametrize("schema", Schema)
def test_rules_make_a_document_invalid_only_where_no_message_can_leave(schema: Schema) -> None:
    """And the connector's verdict is its own, whatever they find."""
    for vector in GUARD:
        (document,) = load_source(Source("a.json", json.dumps(vector["config"])))
        plain = judge_document(document, schema, strict=False, with_rules=False)
        linted = judge_document(document, schema, strict=False)
        stopped = linted.stops and schema is Schema.DOCUMENTED
        assert linted.valid == (plain.valid and not stopped)
        if schema is Schema.CONNECTOR:
            assert linted.valid == vector["accepted"]


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("port: 465\nsecure: false\n", ["SV211 false"]),
        ("port: '465'\nsecure: false\n", ["SV211 false"]),
        ("port: 0\n", ["SV202 0"]),
        ("port: 587\nsecure: false\nrequireTLS: true\ndebug: false\nconnectionTimeout: 0\n", []),
        ("service: SendPulse\nhost: smtp-pulse.com\nport: 465\nsecure: false\n", ["SV706 SendPulse"]),
        ("port: 2465\nsecure: false\n", ["SV211 false"]),
        ("port: 25\nsecure: true\n", ["SV806 25", "SV212 true"]),
        ("port: 2525\nsecure: true\n", ["SV212 true"]),
        ("port: 587\nsecure: true\nservice: Mailjet\nhost: in.mailjet.com\n", ["SV212 true"]),
        ("port: 587\nsecure: false\n", ["SV215 false"]),
        ("port: 587\nsecure: false\nhost: 127.0.0.1\n", ["SV203 127.0.0.1"]),
        ("host: 'user:pw@mail.example.com'\n", ["SV201 'user:pw@mail.example.com'"]),
        ('host: "mail.example.com;"\n', ['SV201 "mail.example.com;"']),
        ("host: mail.example.com:25\n", ["SV201 mail.example.com:25"]),
        ('host: "*"\n', ['SV201 "*"']),
        ('host: "*.example.com"\n', ['SV201 "*.example.com"']),
        ("host: a..example.com\n", ["SV201 a..example.com"]),
        ("host: .example.com\n", ["SV201 .example.com"]),
        ("host: '-'\n", ["SV201 '-'"]),
        ("host: '~'\n", ["SV201 '~'"]),
        ("host: mail_1.example.com.\n", []),
        ("host: '[2001:db8::1]'\n", ["SV201 '[2001:db8::1]'"]),
        ("tls:\n  minVersion: TLSv1.3\n  maxVersion: TLSv1.2\n", ["SV220 TLSv1.3"]),
        ("tls:\n  ca: [none, '-----BEGIN CERTIFICATE-----']\n", ["SV219 none"]),
        ("auth:\n  type: login\n  user: me\n", ["SV301 user"]),
        ("auth:\n  user: me\n  pasword: x\n", []),
        ("auth:\n  type: OAuth2\n  user: me\n  pass: x\n", ["SV305 OAuth2", "SV304 pass"]),
        ("customHeaders:\n  reply-to: a@example.com\nreplyTo: b@example.com\n", ["SV504 reply-to"]),
        ("customHeaders:\n  X-A: =?utf-8?q?=0D=0ABcc:_x@y?=\n", ["SV502 =?utf-8?q?=0D=0ABcc:_x@y?="]),
        ("fromEmail: a@\n", ["SV402 a@"]),
        ("fromEmail: a@example.com, b\n", []),
        ("streamTransport: true\nauthMethod: LOGIN\n", ["SV703 streamTransport", "SV711 authMethod"]),
        ("host: ''\n", ["SV701 ''"]),
        ("authMethod: <method>\n", ["SV711 authMethod"]),
        ("proxy: http://proxy.example.com:3128\n", []),
        (
            "host: smtp.gmail.com\nauth:\n  user: me@gmail.com\n  pass: abcd efgh ijkl mnop\n",
            ["SV807 me@example.com"],
        ),
        ("host: SMTP.SendGrid.net\nauth: {user: me, pass: SG.key}\n", ["SV803 me"]),
        ("host: smtp.resend.com\nport: 2465\nauth: {user: resend, pass: re_key}\n", []),
        ("host: email-smtp.me-south-1.amazonaws.com\n", ["SV805 email-smtp.me-south-1.amazonaws.com"]),
        ("host: smtpdm-ap-southeast-2.aliyun.com\n", []),
        ("host: smtp.qq.com\nfromEmail: App <ME@example.com>\n", []),
        ("host: smtp.office365.com\nport: 587\nsecure: true\n", ["SV212 true"]),
    ],
)
def test_a_finding_points_at_what_is_wrong(fragment: str, expected: list[str]) -> None:
    assert told(fragment) == expected


TEMPLATE = (
    "templates:\n  - usageType: {}\n    contentType: text/plain\n    subject: s\n    content: |\n      {}\n"
)


@pytest.mark.parametrize(
    ("usage_type", "content", "expected"),
    [
        ("SignIn", "{{code | upper}} {{ code }}", ["SV607 {{code | upper}}"]),
        ("SignIn", "Your {code}", ["SV607 {code}"]),
        ("SignIn", "Your {{code}", ["SV607 {{code}"]),
        ("SignIn", "Your {{{code}}}", ["SV607 {{{code}}}"]),
        ("SignIn", "Your {{Code}}", ["SV604 {{Code}}"]),
        ("SignIn", "{{code}} {{user-name}} {{}}", ["SV607 {{user-name}}", "SV607 {{}}"]),
        ("SignIn", "{{code}} {{application}}", ["SV605 {{application}}"]),
        ("SignIn", "{{code.length}}", ["SV605 {{code.length}}"]),
        ("SignIn", "{{code}} {{ip}}", ["SV604 {{ip}}"]),
        ("Generic", "{{code}} {{application.name}}", ["SV604 {{application.name}}"]),
        ("SignIn", "{{code}} {{toString}}", ["SV606 {{toString}}"]),
        ("OrganizationInvitation", "{{organization.nmae}} {{link}}", ["SV605 {{organization.nmae}}"]),
        ("SignIn", "<b>{{code}}</b>", ["SV608 <b>"]),
        ("SignIn", "{{code}} 30 minutes", ["SV616 30 minutes"]),
        ("SignIn", "{{code}} действителен 30 минут", ["SV616 30 минут"]),
        ("SignIn", "{{code}} действителен 10 минут", []),
    ],
)
def test_a_finding_in_a_text_points_at_the_words(usage_type: str, content: str, expected: list[str]) -> None:
    assert told(TEMPLATE.format(usage_type, content)) == expected


def test_a_text_with_ever_so_many_faults_is_soon_done() -> None:
    content = "".join(f"{{{{a{number}}}}}{{{{#b{number}}}}}{{c{number}" for number in range(20_000))
    config = {**PLAIN, "templates": [{**PLAIN["templates"][1], "content": content}, *PLAIN["templates"]]}
    counts: dict[str, int] = {}
    for finding in findings(json.dumps(config)):
        counts[finding.code] = counts.get(finding.code, 0) + 1
    assert counts["SV604"] == 20
    assert counts["SV607"] == 20


def test_a_document_with_ever_so_many_faults_of_a_kind_is_soon_done() -> None:
    headers = {f"no name {number}": "a" for number in range(4_000)}
    found = findings(json.dumps({**PLAIN, "customHeaders": headers, "tls": {"ca": ["none"] * 4_000}}))
    assert [each.code for each in found].count("SV501") == MOST_FINDINGS
    assert [each.code for each in found].count("SV219") == MOST_FINDINGS


@pytest.mark.parametrize("value", [None, True, 0, 10**400, 1e308, "", "x", "\x00", [], [None], {}, {"a": {}}])
def test_no_value_of_any_type_makes_a_rule_fail(value: Any) -> None:
    tops = set(PLAIN) | {
        "secure",
        "tls",
        "customHeaders",
        "url",
        "service",
        "proxy",
        "name",
        "replyTo",
    }
    for key in tops:
        check(load_source(Source("a.json", json.dumps({**PLAIN, key: value})))[0])
    for key in ("type", "user", "pass", "accessToken", "expires", "refreshToken", "privateKey", "accessUrl"):
        for more in ({}, {"type": "OAuth2", "accessToken": "t"}):
            auth = {"user": "u", "pass": "p", **more, key: value}
            check(load_source(Source("a.json", json.dumps({**PLAIN, "auth": auth})))[0])
    for key in ("usageType", "contentType", "subject", "content", "sendFrom", "replyTo"):
        template = {**PLAIN["templates"][0], key: value}
        check(load_source(Source("a.json", json.dumps({**PLAIN, "templates": [template, value]})))[0])


def test_no_rule_says_a_secret() -> None:
    secret = "Tr0ub4dor-and-3"
    auth = dict.fromkeys(("pass", "clientSecret", "refreshToken", "accessToken", "privateKey"), f" {secret} ")
    for more in ({}, {"type": "OAuth2", "serviceClient": "c"}, {"type": "OAuth2", "accessUrl": "http://x/"}):
        config = {
            **PLAIN,
            "host": f"smtp://u:{secret}@h:1",
            "url": f"smtp://u:{secret}@h",
            "proxy": f"socks5://u:{secret}@h",
            "tls": {"key": secret, "passphrase": secret},
            "auth": {"user": "u", "expires": 1, **auth, **more},
        }
        for finding in findings(json.dumps(config)):
            assert secret not in finding.message + finding.help


def test_a_rule_is_of_severity_warning_or_info() -> None:
    # Errors are those of the schemas: the contract lists them.
    assert {rule.severity for rule in RULES} == {Severity.WARNING, Severity.INFO}


@pytest.mark.parametrize(
    "variable",
    [
        "${SMTP_PASSWORD}",
        "${PW:-none}",
        "$SMTP_PASSWORD",
        "${{ secrets.PW }}",
        "$(PW)",
        "'%SMTP_PW%'",
        "'{{ pw }}'",
    ],
)
def test_a_variable_that_nobody_fills_in_is_told(variable: str) -> None:
    fragment = f"auth:\n  user: a@example.com\n  pass: {variable}\n"
    assert told(fragment) == [f"SV903 {variable}"]


@pytest.mark.parametrize(
    "fragment",
    [
        "auth:\n  user: a@example.com\n  pass: $ecret{9}\n",
        "auth:\n  user: a@example.com\n  pass: $A\n",
        "customHeaders:\n  X-Kind: '{{usageType}}'\n",
    ],
)
def test_what_only_looks_like_one_is_not(fragment: str) -> None:
    assert told(fragment) == []


@pytest.mark.parametrize(("host", "port"), [("smtpdm.aliyun.com", 465), ("mail.example.com", 587)])
def test_instead_of_port_25_a_port_is_named_that_is_there(host: str, port: int) -> None:
    """Aliyun Direct Mail does not listen on 587."""
    found = findings(laid_over(f"host: {host}\nport: 25\nsecure: false\n"))
    (help_,) = [each.help for each in found if each.code == "SV806"]
    assert help_ == f"write {port}, or another port of the provider's"


@pytest.mark.parametrize(("password", "codes"), [("a-secret", {"SV902"}), ("${SMTP_PASSWORD}", {"SV903"})])
def test_a_variable_in_a_file_that_all_may_read_is_no_secret(
    password: str, codes: set[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(laid_over(f"auth:\n  user: a@example.com\n  pass: {password}\n"))
    path.chmod(0o644)
    (document,) = load(str(path))
    assert {finding.code for finding in check(document)} == codes


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (
            {"port": 465, "secure": False},
            "a later Save in the Console drops secure: false, and emails then use implicit TLS",
        ),
        ({"port": 2465, "secure": False}, ""),
        ({"port": 0}, "a later Save in the Console drops port: 0, and Logto then refuses the config"),
    ],
)
def test_what_a_later_save_drops_is_told_where_it_changes_something(
    config: dict[str, Any], told: str
) -> None:
    """`removeFalsyValues` of the Console: false and 0 at the top level."""
    text = json.dumps({"host": "smtp.example.com", "fromEmail": "me@example.com", **config})
    (document,) = load_source(Source("a.json", text))
    helps = [each.help for each in check(document) if each.code in ("SV211", "SV202")]
    assert [each.partition("; ")[2] for each in helps] == [told]


@pytest.mark.parametrize(
    ("changes", "pointer", "told"),
    [
        ({"auth": {"user": "u", "pass": "a\0b"}}, "/auth/pass", "auth.pass holds U+0000: Logto answers 500"),
        ({"replyTo": "a\ud800@x.co"}, "/replyTo", "replyTo holds U+D800: Logto answers 422"),
        ({"customHeaders": {"X\0": "a"}}, "/customHeaders", "a key in customHeaders holds U+0000"),
        ({"x\0": 1}, "", "a key in the config holds U+0000"),
        ({"templates": [{"content": "\udfff"}]}, "/templates/0/content", "templates[0].content holds U+DFFF"),
    ],
    ids=["U+0000", "half a pair", "a header", "a key", "a template"],
)
def test_what_logto_cannot_save_is_told(changes: dict[str, Any], pointer: str, told: str) -> None:
    (document,) = load_source(Source("a.json", json.dumps(changes)))
    (finding,) = [each for each in check(document) if each.code == "SV713"]
    assert finding.message.startswith(told)
    assert finding.pointer == pointer


def test_a_pair_of_surrogates_is_one_character() -> None:
    (document,) = load_source(Source("a.json", '{"replyTo": "\\ud83d\\ude00@example.com"}'))
    assert "SV713" not in [each.code for each in check(document)]
