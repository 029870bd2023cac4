"""The documented schema and the connector's, in findings."""

from __future__ import annotations

import pytest

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.finding import Finding, Severity
from smtp_verify.lint.structure import check, is_valid

AUTH = "auth: {user: u, pass: p}\n"
CONFIG = (
    "host: smtp.example.com\n"
    "port: 587\n" + AUTH + "fromEmail: a@example.com\n"
    "templates:\n"
    "  - {usageType: Register, contentType: text/plain, subject: s, content: c}\n"
    "  - {usageType: SignIn, contentType: text/plain, subject: s, content: c}\n"
    "  - {usageType: ForgotPassword, contentType: text/plain, subject: s, content: c}\n"
    "  - {usageType: Generic, contentType: text/html, subject: s, content: c}\n"
)
REGISTER = "{usageType: Register, contentType: text/plain, subject: s, content: c}"
NINE = (
    "SignIn, Register, ForgotPassword, OrganizationInvitation, Generic, UserPermissionValidation,"
    " BindNewIdentifier, MfaVerification, BindMfa"
)
REJECTS = "; Logto rejects the config for it"
LOGINS = (
    "write {user, pass}, or {type: OAuth2, user, clientId, clientSecret, refreshToken}, or"
    " {type: OAuth2, user, serviceClient, privateKey}, or {type: login} to send without a login"
)


def told(finding: Finding) -> str:
    place = finding.location
    stretch = f"{place.line}:{place.column}-{place.end_line}:{place.end_column}"
    return (
        f"{stretch} {finding.code} {finding.severity.value} {finding.message} |"
        f" {finding.help} | {finding.pointer}"
    )


def findings(text: str, schema: Schema = Schema.DOCUMENTED) -> list[str]:
    (document,) = load_source(Source("a.yaml", text))
    return [told(finding) for finding in check(document, schema)]


def changed(old: str, new: str) -> str:
    assert CONFIG.count(old) == 1
    return CONFIG.replace(old, new)


def test_the_findings_of_a_text_that_cannot_be_read_are_sorted_too() -> None:
    places = [finding.split(" ")[:2] for finding in findings("a: {<<: {b: 1, <<: {c: 1}}}\nd: [@")]
    assert places == [["1:5-1:7", "SV010"], ["1:16-1:18", "SV010"], ["2:5-2:6", "SV006"]]


@pytest.mark.parametrize("schema", Schema)
@pytest.mark.parametrize(
    "auth",
    [
        "{user: u, pass: p}",
        "{}",
        "{type: login, user: u, pass: p}",
        "{type: LOGIN}",
        "{type: OAuth2, user: u, clientId: i, clientSecret: s, refreshToken: r, accessUrl: x}",
        "{type: oauth2, user: u, serviceClient: c, privateKey: {key: k, passphrase: p}}",
        "{user: u, pass: p, method: PLAIN}",
    ],
)
def test_a_config_that_all_agree_on_has_no_finding(schema: Schema, auth: str) -> None:
    assert findings(changed("{user: u, pass: p}", auth), schema) == []


DOCUMENTED = [
    (
        changed("host: smtp.example.com\n", ""),
        ["1:1-1:5 SV102 error host is missing | add host: the SMTP server's name or address | /host"],
    ),
    (
        changed("port: 587\n", ""),
        [
            "1:1-1:5 SV102 error port is missing | add port: its port, a number such as 587; the"
            " documentation says string | /port"
        ],
    ),
    (
        changed("fromEmail: a@example.com\n", ""),
        [
            "1:1-1:5 SV102 error fromEmail is missing | add fromEmail: the sender, as an"
            " address or as Name <address> | /fromEmail"
        ],
    ),
    (
        CONFIG[: CONFIG.index("templates:")],
        [
            "1:1-1:5 SV102 error templates is missing | add templates: one template for each"
            " usage type | /templates"
        ],
    ),
    (
        changed("smtp.example.com", "1"),
        ['1:7-1:8 SV101 error host is a number; it must be a string | write "1" | /host'],
    ),
    (
        changed("smtp.example.com", "true"),
        ['1:7-1:11 SV101 error host is a boolean; it must be a string | write "true" | /host'],
    ),
    (changed("smtp.example.com", ""), ["1:6-1:6 SV101 error host is null; it must be a string |  | /host"]),
    (
        changed("587", "[587]"),
        ["2:7-2:8 SV101 error port is an array; it must be a number | write it as a number: 587 | /port"],
    ),
    (
        changed("587", "true"),
        ["2:7-2:11 SV101 error port is a boolean; it must be a number | write it as a number: 587 | /port"],
    ),
    (
        changed("587", "smtp"),
        ["2:7-2:11 SV101 error port is a string; it must be a number | write it as a number: 587 | /port"],
    ),
    (
        changed("587", '""'),
        ["2:7-2:9 SV101 error port is a string; it must be a number | write it as a number: 587 | /port"],
    ),
    (
        changed("a@example.com", "{}"),
        ["4:12-4:14 SV101 error fromEmail is an object; it must be a string |  | /fromEmail"],
    ),
    (
        CONFIG[: CONFIG.index("templates:")] + "templates: {}",
        ["5:12-5:14 SV101 error templates is an object; it must be an array of templates |  | /templates"],
    ),
    (
        changed(REGISTER, "text"),
        ["6:5-6:9 SV101 error templates[0] is a string; it must be a template object |  | /templates/0"],
    ),
    (
        changed(
            "Register, contentType: text/plain, subject: s,",
            "Register, contentType: text/plain, subject: 1.5,",
        ),
        [
            "6:61-6:64 SV101 error templates[0].subject is a number; it must be a string |"
            ' write "1.5" | /templates/0/subject'
        ],
    ),
    (
        changed(REGISTER, "{usageType: Register}"),
        [
            "6:6-6:15 SV102 error templates[0].content is missing | add content: the body;"
            " {{variables}} are replaced | /templates/0/content",
            "6:6-6:15 SV102 error templates[0].contentType is missing | add contentType: the"
            " type of the body | /templates/0/contentType",
            "6:6-6:15 SV102 error templates[0].subject is missing | add subject: the subject;"
            " {{variables}} are replaced | /templates/0/subject",
        ],
    ),
    (
        changed("text/html", "text/htm"),
        [
            "9:39-9:47 SV103 error templates[3].contentType must be one of text/plain, text/html |"
            " did you mean text/html? | /templates/3/contentType"
        ],
    ),
    (
        changed("text/html", "TEXT/HTML"),
        [
            "9:39-9:48 SV103 error templates[3].contentType must be one of text/plain, text/html |"
            " did you mean text/html? | /templates/3/contentType"
        ],
    ),
    (
        changed("text/html", "html"),
        [
            "9:39-9:43 SV103 error templates[3].contentType must be one of text/plain, text/html |"
            " did you mean text/html? | /templates/3/contentType"
        ],
    ),
    (
        changed("text/html", "application/rtf"),
        [
            "9:39-9:54 SV103 error templates[3].contentType must be one of text/plain, text/html | "
            " | /templates/3/contentType"
        ],
    ),
    (
        CONFIG + "  - {usageType: SingIn, contentType: text/plain, subject: s, content: c}\n",
        [
            f"10:17-10:23 SV105 error templates[4].usageType must be one of {NINE} | did you mean"
            " SignIn? | /templates/4/usageType"
        ],
    ),
    (
        CONFIG
        + "  - {usageType: organization_invitation, contentType: text/plain, subject: s, content: c}\n",
        [
            f"10:17-10:40 SV105 error templates[4].usageType must be one of {NINE} | did you mean"
            " OrganizationInvitation? | /templates/4/usageType"
        ],
    ),
    ("[]", ["1:1-1:3 SV101 error the config: Expected object, received array |  | "]),
    ("null", ["1:1-1:5 SV101 error the config: Expected object, received null |  | "]),
    ("just a text", ["1:1-1:12 SV101 error the config: Expected object, received string |  | "]),
]


@pytest.mark.parametrize(("text", "expected"), DOCUMENTED)
def test_these_are_the_errors_of_the_documented_schema(text: str, expected: list[str]) -> None:
    assert findings(text) == expected


REJECTED = [
    (changed("587", '"587"'), "2:7-2:12 SV110", "port is a string", "write 587 without quotes", "/port"),
    (changed("587", '" 0465 "'), "2:7-2:15 SV110", "port is a string", "write 465 without quotes", "/port"),
    (
        changed("587", f'"{"9" * 5000}"'),
        "2:7-2:5009 SV110",
        "port is a string",
        "write a number from 1 to 65535",
        "/port",
    ),
    (changed(AUTH, ""), "1:1-1:5 SV102", "auth is missing", LOGINS, "/auth"),
    (
        changed(REGISTER, REGISTER.replace("Register", "BindMfa")),
        "6:3-6:4 SV111",
        "no template for Register",
        "add a template with usageType Register",
        "/templates",
    ),
    (
        CONFIG[: CONFIG.index("templates:")] + "templates: []",
        "5:12-5:14 SV111",
        "no template for Register, SignIn, ForgotPassword, Generic",
        "add templates with usageType Register, SignIn, ForgotPassword, Generic",
        "/templates",
    ),
    (
        changed("{user: u, pass: p}", "hunter2"),
        "3:7-3:14 SV101",
        "auth: none of its forms fits; closest: auth: Expected object, received string",
        LOGINS,
        "/auth",
    ),
    (
        changed("{user: u, pass: p}", "{user: u, type: Login, pass: 1}"),
        "3:36-3:37 SV101",
        "auth: none of its forms fits; closest: auth.pass: Expected string, received number",
        LOGINS,
        "/auth",
    ),
    (
        changed("{user: u, pass: p}", "{type: oauth2}"),
        "3:8-3:12 SV101",
        "auth: none of its forms fits; closest: auth.user: Required",
        LOGINS,
        "/auth",
    ),
    (
        changed("{user: u, pass: p}", "{user: u, type: Oauth2}"),
        "3:23-3:29 SV101",
        "auth: none of its forms fits; closest: auth.type: Invalid enum value. Expected 'login'"
        " | 'Login' | 'LOGIN', received 'Oauth2'",
        LOGINS,
        "/auth",
    ),
    (
        changed("{user: u, pass: p}", "{type: login, method: X}"),
        "3:21-3:27 SV104",
        "auth: Unrecognized key(s) in object: 'method'",
        "remove the key, or remove type",
        "/auth/method",
    ),
    (
        changed("{user: u, pass: p}", "{username: u}"),
        "3:8-3:16 SV104",
        "auth: Unrecognized key(s) in object: 'username'",
        "did you mean user?",
        "/auth/username",
    ),
    (
        changed("{user: u, pass: p}", "{type: login, pass hunter2}"),
        "3:21-3:33 SV104",
        "auth: Unrecognized key(s) in object: '***'",
        "write the key and its value with a colon and a space between them",
        "/auth/***",
    ),
    (
        CONFIG + 'secure: "Yes"',
        "10:9-10:14 SV101",
        "secure: Expected boolean, received string",
        "write true without quotes",
        "/secure",
    ),
    (
        CONFIG + "secure: tls",
        "10:9-10:12 SV101",
        "secure: Expected boolean, received string",
        "write true for TLS from the first byte (465), or false and requireTLS: true for STARTTLS (587)",
        "/secure",
    ),
    (
        CONFIG + "ignoreTLS: 1",
        "10:12-10:13 SV101",
        "ignoreTLS: Expected boolean, received number",
        "write true or false",
        "/ignoreTLS",
    ),
    (
        CONFIG + "replyTo: [a@b.co, c@d.co]",
        "10:10-10:11 SV101",
        "replyTo: Expected string, received array",
        "write one text, with commas between several addresses",
        "/replyTo",
    ),
    (
        CONFIG + "replyTo: 5",
        "10:10-10:11 SV101",
        "replyTo: Expected string, received number",
        "put it in quotes",
        "/replyTo",
    ),
    (
        CONFIG + "replyTo:",
        "10:9-10:9 SV101",
        "replyTo: Expected string, received null",
        "remove the key: an optional key may be absent, not null",
        "/replyTo",
    ),
    (
        CONFIG + "socketTimeout: 5s",
        "10:16-10:18 SV101",
        "socketTimeout: Expected number, received string",
        "write a number, without quotes",
        "/socketTimeout",
    ),
    (
        CONFIG + "tls: true",
        "10:6-10:10 SV101",
        "tls: must be an object, and is a boolean",
        "it holds Node's TLS options; what turns TLS on is secure: true (465) or requireTLS: true (587)",
        "/tls",
    ),
    (
        CONFIG + "customHeaders: {X-A: [x, 1]}",
        "10:26-10:27 SV101",
        "customHeaders.X-A: none of its forms fits; closest: customHeaders.X-A[1]: Expected"
        " string, received number",
        "write a string or an array of strings",
        "/customHeaders/X-A",
    ),
]


@pytest.mark.parametrize(("text", "where", "message", "help_", "pointer"), REJECTED)
def test_what_the_connector_alone_rejects_is_a_warning_in_the_documented_schema(
    text: str, where: str, message: str, help_: str, pointer: str
) -> None:
    assert findings(text, Schema.DOCUMENTED) == [f"{where} warning {message}{REJECTS} | {help_} | {pointer}"]
    assert findings(text, Schema.CONNECTOR) == [f"{where} error {message} | {help_} | {pointer}"]


UNKNOWN = [
    (CONFIG + "fromemail: x", "10:1-10:10", "fromemail", "did you mean fromEmail?", "/fromemail"),
    (CONFIG + "require_tls: true", "10:1-10:12", "require_tls", "did you mean requireTLS?", "/require_tls"),
    (
        CONFIG + "tls.servername: a",
        "10:1-10:15",
        "tls.servername",
        "write servername on a line of its own under tls",
        "/tls.servername",
    ),
    (CONFIG + "user: u", "10:1-10:5", "user", "did you mean auth.user?", "/user"),
    (
        CONFIG + "rejectUnauthorized: false",
        "10:1-10:19",
        "rejectUnauthorized",
        "did you mean tls.rejectUnauthorized?",
        "/rejectUnauthorized",
    ),
    (CONFIG + "zzz: 1", "10:1-10:4", "zzz", "", "/zzz"),
    (CONFIG + "a/b: 1", "10:1-10:4", "a/b", "", "/a~1b"),
    (
        CONFIG + "tls: {rejectUnauthorised: false}",
        "10:7-10:25",
        "tls.rejectUnauthorised",
        "did you mean rejectUnauthorized?",
        "/tls/rejectUnauthorised",
    ),
    (
        CONFIG + "tls: {requireTLS: true}",
        "10:7-10:17",
        "tls.requireTLS",
        "did you mean requireTLS at the top level?",
        "/tls/requireTLS",
    ),
    (changed("pass: p", "password: p"), "3:17-3:25", "auth.password", "did you mean pass?", "/auth/password"),
    (
        changed("pass: p", "pass hunter2"),
        "3:17-3:29",
        "auth.***",
        "write the key and its value with a colon and a space between them",
        "/auth/***",
    ),
    (
        changed("pass: p", "pass: p, hunter2"),
        "3:26-3:33",
        "auth.***",
        "write the key and its value with a colon and a space between them",
        "/auth/***",
    ),
    (
        changed("text/html, ", "text/html, sentFrom: x, "),
        "9:50-9:58",
        "templates[3].sentFrom",
        "did you mean sendFrom?",
        "/templates/3/sentFrom",
    ),
]


@pytest.mark.parametrize("schema", Schema)
@pytest.mark.parametrize(("text", "place", "key", "help_", "pointer"), UNKNOWN)
def test_an_unknown_key_is_a_warning_with_a_suggestion(
    schema: Schema, text: str, place: str, key: str, help_: str, pointer: str
) -> None:
    assert findings(text, schema) == [
        f"{place} SV104 warning {key} is a key that neither Logto nor nodemailer knows | {help_} | {pointer}"
    ]


@pytest.mark.parametrize("schema", Schema)
@pytest.mark.parametrize(
    "line",
    [
        "service: Gmail",
        "url: smtp://h",
        "pool: true",
        "dkim: {anything: 1}",
        "tls: {minVersion: TLSv1.2}",
        "replyTo: x",
        "customHeaders: {X-Anything: y}",
        "logger: true",
        "lmtp: false",
    ],
)
def test_what_nodemailer_honours_is_no_unknown_key(schema: Schema, line: str) -> None:
    assert findings(CONFIG + line, schema) == []


@pytest.mark.parametrize("schema", Schema)
@pytest.mark.parametrize(
    ("password", "kind"),
    [
        ("123456", "a number"),
        ("0x1F", "a number"),
        ("1.50", "a number"),
        ("+1", "a number"),
        ("12345678901234567890", "a number"),
        ("true", "a boolean"),
    ],
)
def test_a_password_that_is_no_text_is_warned_of_and_not_shown(
    schema: Schema, password: str, kind: str
) -> None:
    assert findings(changed("pass: p", f"pass: {password}"), schema) == [
        f"3:23-3:{23 + len(password)} SV101 warning auth.pass is {kind}: Logto sends it as JavaScript"
        " writes it, and its process ends if the server offers only CRAM-MD5 | put it in quotes | /auth/pass"
    ]


@pytest.mark.parametrize(("password", "kind"), [("{a: b}", "an object"), ("[p]", "an array")])
def test_a_password_with_parts_is_warned_of(password: str, kind: str) -> None:
    (told,) = [line for line in findings(changed("pass: p", f"pass: {password}")) if "auth.pass" in line]
    assert f"warning auth.pass is {kind}: Logto sends it as JavaScript writes it" in told
    assert "write the password as a string" in told


@pytest.mark.parametrize("password", ['"0123"', "'1'", "p1", "~", "0", "false"])
def test_a_password_that_is_text_or_nothing_is_not_warned_of(password: str) -> None:
    assert [line for line in findings(changed("pass: p", f"pass: {password}")) if "auth.pass" in line] == []


PLACEHOLDERS = [
    (changed("smtp.example.com", "<host>"), "1:7-1:13", "host: the placeholder <host>", "/host"),
    (changed("587", "<port>"), "2:7-2:13", "port: the placeholder <port>", "/port"),
    (changed("pass: p", "pass: <пароль>"), "3:23-3:31", "auth.pass: the placeholder <пароль>", "/auth/pass"),
    (
        changed("text/html", "<type>"),
        "9:39-9:45",
        "templates[3].contentType: the placeholder <type>",
        "/templates/3/contentType",
    ),
    (CONFIG + "secure: <true or false>", "10:9-10:24", "secure: the placeholder <true or false>", "/secure"),
]


@pytest.mark.parametrize(("text", "place", "what", "pointer"), PLACEHOLDERS)
def test_a_placeholder_is_a_warning_and_no_breach_of_the_documented_schema(
    text: str, place: str, what: str, pointer: str
) -> None:
    assert findings(text) == [
        f"{place} SV901 warning {what} is still to be filled in"
        f" | write your own value, or give it with --set | {pointer}"
    ]


def test_a_placeholder_for_a_usage_type_is_no_unknown_one() -> None:
    added = "  - {usageType: <type>, contentType: text/plain, subject: s, content: c}\n"
    assert [line.split(" ")[1] for line in findings(CONFIG + added)] == ["SV901"]


def test_a_placeholder_in_a_text_may_be_meant() -> None:
    assert findings(changed("text/html, subject: s", "text/html, subject: <code>")) == [
        "9:59-9:65 SV901 warning templates[3].subject: the placeholder <code> stays in the mail as it is"
        " | write your own value | /templates/3/subject"
    ]


def test_a_placeholder_does_not_change_the_verdict_of_the_connector() -> None:
    assert findings(changed("587", "<port>"), Schema.CONNECTOR) == [
        "2:7-2:13 SV101 error port: Expected number, received string |  | /port",
        "2:7-2:13 SV901 warning port: the placeholder <port> is still to be filled in"
        " | write your own value, or give it with --set | /port",
    ]


@pytest.mark.parametrize("schema", Schema)
def test_what_reading_found_is_told_too_in_the_order_of_places(schema: Schema) -> None:
    text = changed("port: 587", "port: 0465\nport: 587") + "zzz: 1"
    assert [line.split(" ")[:2] for line in findings(text, schema)] == [
        ["2:7-2:11", "SV012"],
        ["3:1-3:5", "SV007"],
        ["11:1-11:4", "SV104"],
    ]


@pytest.mark.parametrize("schema", Schema)
def test_of_a_text_that_cannot_be_read_only_that_is_told(schema: Schema) -> None:
    assert [line.split(" ")[1] for line in findings("host: [", schema)] == ["SV006"]


def test_an_empty_object_lacks_five_keys() -> None:
    assert [line.split(" ")[1:4] for line in findings("{}")] == [
        ["SV102", "warning", "auth"],
        ["SV102", "error", "fromEmail"],
        ["SV102", "error", "host"],
        ["SV102", "error", "port"],
        ["SV102", "error", "templates"],
    ]


def test_the_pointer_keeps_the_prefix_of_the_answer_of_the_api() -> None:
    text = "name: x\nconfig:\n" + "".join(f"  {line}\n" for line in changed("587", "'587'").splitlines())
    assert findings(text, Schema.CONNECTOR) == [
        "4:9-4:14 SV110 error port is a string | write 587 without quotes | /config/port"
    ]


@pytest.mark.parametrize(
    ("severities", "valid", "strictly"),
    [
        ([], True, True),
        ([Severity.INFO], True, True),
        ([Severity.WARNING], True, False),
        ([Severity.WARNING, Severity.ERROR], False, False),
    ],
)
def test_a_document_is_valid_without_errors_and_strictly_without_warnings(
    severities: list[Severity], valid: bool, strictly: bool
) -> None:
    (document,) = load_source(Source("a.yaml", "{}"))
    found = [Finding(document.location(()), "SV000", severity, "m") for severity in severities]
    assert (is_valid(found, strict=False), is_valid(found, strict=True)) == (valid, strictly)


def test_the_connector_takes_a_usage_type_that_is_never_sent() -> None:
    text = CONFIG + "  - {usageType: Signin, contentType: text/plain, subject: s, content: c}\n"
    assert findings(text, Schema.CONNECTOR) == [
        f"10:17-10:23 SV105 warning templates[4].usageType must be one of {NINE} | did you mean"
        " SignIn? | /templates/4/usageType"
    ]
