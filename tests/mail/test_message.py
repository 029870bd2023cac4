"""The message as nodemailer builds it, and the guard that nothing creeps in."""

from __future__ import annotations

import email
import email.policy
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.errors import ConfigError
from smtp_verify.logto_versions import Nodemailer, version_of
from smtp_verify.mail import template
from smtp_verify.mail.message import Envelope, Mail, Message, Stamp, build, normalize_name

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
STAMP = Stamp(datetime(2026, 11, 22, 16, 2, 7, tzinfo=UTC), "6c71adeb-3bdb-30c6-7878-528aa7f3d149")
GROUPS = ("from", "replyto", "body", "headers", "type")
REFUSED = {"from-17": "fromEmail: a control character in an address"}
"""The cases in which smtp-verify differs from Logto on purpose, by refusing."""
BARE_CR = "body-11-plain"
"""A bare CR in a body leaves as CR LF."""


def mail(**fields: Any) -> Mail:
    usual: dict[str, Any] = {
        "to": "to@example.com",
        "sender": "sender@example.com",
        "reply_to": None,
        "subject": "Your code",
        "content": "Code 482913",
        "is_text": True,
        "headers": {},
    }
    return Mail(**{**usual, **fields})


def text_of(**fields: Any) -> str:
    return build(mail(**fields), STAMP).data.decode()


def headers_of(**fields: Any) -> list[str]:
    return text_of(**fields).partition("\r\n\r\n")[0].split("\r\n")


# Agreement -----------------------------------------------------------------------------------------------


def test_every_recorded_message_is_built_as_logto_sent_it(
    record_property: Callable[[str, object], None],
) -> None:
    lines = (VECTORS / "sends.jsonl").read_text(encoding="utf-8").split("\n")
    cases = [case for line in lines if line and (case := json.loads(line))["id"].split("-")[0] in GROUPS]
    wrong = {case["id"]: (_ours(case), _recorded(case)) for case in cases if _ours(case) != _recorded(case)}
    record_property("agreement", f"messages: {len(cases) - len(wrong)} of {len(cases)}")
    assert len(cases) == 48
    assert wrong == {}


def _ours(case: dict[str, Any]) -> Any:
    required = ("SignIn", "Register", "ForgotPassword", "Generic")
    usual = {"contentType": "text/plain", "subject": "Your code", "content": "Code {{code}}"}
    config = {
        "host": "127.0.0.1",
        "port": 25,
        "auth": {},
        "fromEmail": "sender@example.com",
        "templates": [{"usageType": each, **usual} for each in required],
        **case["config"],
    }
    # The record is that of nodemailer 8.
    document = replace(load_source(Source("a.json", json.dumps(config)))[0], logto=version_of("1.42"))
    rendered = template.render(document, template.choose(document, case["type"]), case["payload"])
    try:
        message = build(rendered.mail(case["to"], document.config.get("customHeaders") or {}), STAMP)
    except ConfigError as error:
        return error.message
    return _parsed(message.data, message.envelope)


def _recorded(case: dict[str, Any]) -> Any:
    if case["id"] in REFUSED:
        return REFUSED[case["id"]]
    data = case["outcome"]["messages"][0]
    if case["id"] == BARE_CR:
        data = data.replace("bare\rcr", "bare\r\ncr")
    ((mail_from, rcpt_to),) = case["outcome"]["envelopes"]
    recipients = tuple(each.removeprefix("RCPT TO:<").removesuffix(">") for each in rcpt_to)
    return _parsed(
        data.encode(), Envelope(mail_from.removeprefix("MAIL FROM:<").removesuffix(">"), recipients)
    )


def _parsed(data: bytes, envelope: Envelope) -> Any:
    """Every field as written and in its order, but the date and the random id; the decoded body."""
    message = email.message_from_bytes(data)
    fields = [(name, _steady(name, str(value))) for name, value in message.raw_items()]
    return fields, message.get_payload(decode=True), envelope


def _steady(name: str, value: str) -> str:
    if name == "Date" and " 1970 " not in value:
        return "some day"
    if name == "Message-ID":
        return re.sub("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "unique", value)
    return value


# The message ---------------------------------------------------------------------------------------------


def test_a_message_is_written_as_nodemailer_writes_it() -> None:
    message = build(mail(reply_to="Help <help@example.com>", headers={"X-A": "1"}), STAMP)
    assert message == Message(
        Envelope("sender@example.com", ("to@example.com",)),
        b"X-A: 1\r\n"
        b"From: sender@example.com\r\n"
        b"To: to@example.com\r\n"
        b"Reply-To: Help <help@example.com>\r\n"
        b"Subject: Your code\r\n"
        b"Message-ID: <6c71adeb-3bdb-30c6-7878-528aa7f3d149@example.com>\r\n"
        b"Content-Transfer-Encoding: 7bit\r\n"
        b"Date: Sun, 22 Nov 2026 16:02:07 +0000\r\n"
        b"MIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"\r\n"
        b"Code 482913\r\n",
        "<6c71adeb-3bdb-30c6-7878-528aa7f3d149@example.com>",
    )


def test_an_empty_mail_has_no_subject_and_a_bare_content_type() -> None:
    assert text_of(subject="", content="", is_text=False) == (
        "From: sender@example.com\r\n"
        "To: to@example.com\r\n"
        "Message-ID: <6c71adeb-3bdb-30c6-7878-528aa7f3d149@example.com>\r\n"
        "Date: Sun, 22 Nov 2026 16:02:07 +0000\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain\r\n"
        "\r\n"
    )


@pytest.mark.parametrize(
    ("content", "encoding", "body"),
    [
        ("plain", "7bit", "plain\r\n"),
        ("a" * 76, "7bit", "a" * 76 + "\r\n"),
        ("a" * 77, "quoted-printable", "a" * 75 + "=\r\naa\r\n"),
        ("\r" + "a" * 77, "quoted-printable", "\r\n" + "a" * 75 + "=\r\naa\r\n"),
        ("1" * 77, "base64", "MTEx" * 19 + "\r\n" + "MTEx" * 6 + "MTE=\r\n"),
        ("line\r\n.\r\n..dots\n.x\n", "7bit", "line\r\n.\r\n..dots\r\n.x\r\n"),
        ("é", "base64", "w6k=\r\n"),
        ("<p>é</p><br>", "quoted-printable", "<p>=C3=A9</p><br>\r\n"),
        ("测试", "base64", "5rWL6K+V\r\n"),
        ("nul\0here", "quoted-printable", "nul=00here\r\n"),
        ("bare\rcr\nlf\r\n", "7bit", "bare\r\ncr\r\nlf\r\n"),
        ("lone \ud83d surrogate", "quoted-printable", "lone =EF=BF=BD surrogate\r\n"),
        ("tab\tand\x7fdel", "7bit", "tab\tand\x7fdel\r\n"),
        ("a\n" * 65_536, "7bit", "a\r\n" * 65_536),
        ("a\n" * 65_537, "quoted-printable", "a\r\n" * 65_537),
    ],
)
def test_a_body_is_encoded_as_nodemailer_encodes_it(content: str, encoding: str, body: str) -> None:
    head, _, tail = text_of(content=content).partition("\r\n\r\n")
    assert f"Content-Transfer-Encoding: {encoding}" in head.split("\r\n")
    assert tail == body


@pytest.mark.parametrize(
    ("custom", "line"),
    [
        ({"X-PM-Message-Stream": "a"}, "X-Pm-Message-Stream: a"),
        ({"X-SES-CONFIGURATION-SET": "a"}, "X-Ses-Configuration-Set: a"),
        ({"x-smtpapi": "a"}, "X-SMTPAPI: a"),
        ({"X-SMTPAPI": '{"a":1}'}, "X-SMTPAPI: =?UTF-8?Q?=7B=22a=22=3A1=7D?="),
        ({"message-id": "fixed@example.com"}, "Message-ID: <fixed@example.com>"),
        ({"In-Reply-To": "a@b.co"}, "In-Reply-To: <a@b.co>"),
        ({"References": "a@b.co <c@d.co>"}, "References: <a@b.co> <c@d.co>"),
        ({"References": "a@b.co\ufeffc@d.co"}, "References: <a@b.co> <c@d.co>"),
        ({"Date": "Thu, 01 Jan 1970 00:00:00 +0000"}, "Date: Thu, 01 Jan 1970 00:00:00 +0000"),
        ({"References": "<a @b.co> c@d.co"}, "References: <a@b.co> <c@d.co>"),
        ({"Sender": "Zoë <x@example.com>"}, "Sender: =?UTF-8?Q?Zo=C3=AB?= <x@example.com>"),
        ({"Cc": "Zoë <x@example.com>"}, "Cc: =?UTF-8?Q?Zo=C3=AB?= <x@example.com>"),
        ({"content-id": "a@b.co"}, "Content-ID: a@b.co"),
        ({"Content-Disposition": "inline-é"}, "Content-Disposition: inline-é"),
        ({"mime-version": "1.1"}, "MIME-Version: 1.1"),
        ({"Reply-To": "h@example.com"}, "Reply-To: h@example.com"),
        ({"List-Unsubscribe": "<mailto:u@example.com>"}, "List-Unsubscribe: <mailto:u@example.com>"),
        ({"X-A": "a\r\nBcc: x@example.com"}, "X-A: a Bcc: x@example.com"),
        ({"X-A": "a\rb\nc"}, "X-A: a b c"),
        ({"X-A": "bell\x07 nul\0"}, "X-A: =?UTF-8?Q?bell=07_nul=00?="),
        ({"X-A": "é"}, "X-A: =?UTF-8?B?w6k=?="),
        ({"key": "X-A", "value": "b"}, "X-A: b"),
        ({"key": "X-A"}, "Key: X-A"),
        ({"value": "b"}, "Value: b"),
        ({"X-A": 1}, "X-A: 1"),
        ({"X-A": True}, "X-A: true"),
    ],
)
def test_a_custom_header_is_written_as_nodemailer_writes_it(custom: dict[str, Any], line: str) -> None:
    assert headers_of(headers=custom)[0] == line


@pytest.mark.parametrize(
    ("asked", "encoding", "body"),
    [
        ("base64", "base64", "YT1i\r\n"),
        (" Base64 ", "base64", "YT1i\r\n"),
        ("quoted-printable", "quoted-printable", "a=3Db\r\n"),
        ("8bit", "7bit", "a=b\r\n"),
    ],
)
def test_a_custom_transfer_encoding_is_taken_where_it_is_base64_or_quoted_printable(
    asked: str, encoding: str, body: str
) -> None:
    head, _, tail = text_of(content="a=b", headers={"Content-Transfer-Encoding": asked}).partition("\r\n\r\n")
    assert head.split("\r\n")[0] == f"Content-Transfer-Encoding: {encoding}"
    assert head.count("Content-Transfer-Encoding") == 1
    assert tail == body


def test_a_name_outside_ascii_is_encoded_and_the_address_is_not() -> None:
    assert "To: =?UTF-8?Q?Zo=C3=AB?= <x@example.com>" in headers_of(to="Zoë <x@example.com>")


def test_a_line_break_in_a_custom_message_id_becomes_a_space() -> None:
    message = build(mail(headers={"message-id": "a\r\nb@example.com"}), STAMP)
    assert message.message_id == "<a b@example.com>"
    assert message.data.startswith(b"Message-ID: <a b@example.com>\r\n")


def test_headers_of_logto_override_custom_ones_and_keep_their_place() -> None:
    lines = headers_of(headers={"To": "x@example.com", "SUBJECT": "x", "from": "x@example.com"})
    assert lines[:3] == ["To: to@example.com", "Subject: Your code", "From: sender@example.com"]
    assert not any("x@example.com" in line for line in lines)


def test_a_list_makes_one_line_for_each_item_and_empty_values_none() -> None:
    lines = headers_of(headers={"X-A": ["1", "", "2"], "X-B": "", "X-C": [], "X-D": " "})
    assert [line for line in lines if line.startswith("X-")] == ["X-A: 1", "X-A: 2"]


def test_a_content_type_outside_ascii_is_left_as_it_is() -> None:
    assert "Content-Type: text/é" in headers_of(headers={"Content-Type": "text/é"})


def test_a_custom_content_type_comes_on_top_of_logtos() -> None:
    assert headers_of(headers={"Content-Type": "text/x-evil"})[-2:] == [
        "Content-Type: text/x-evil",
        "Content-Type: text/plain; charset=utf-8",
    ]


@pytest.mark.parametrize(
    ("content_type", "content", "written"),
    [
        ("text/plain; a=b", "Код 1", "text/plain; a=b; charset=utf-8"),
        ('text/plain; charset="x"', "Код 1", "text/plain; charset=utf-8"),
        (" text/plain", "Код 1", "text/plain; charset=utf-8"),
        ("text/plain; charset=x", "Code 1", "text/plain; charset=x"),
        ("text/plainer; charset=x", "Код 1", "text/plainer; charset=x"),
        ("Text/Plain;  charset = x", "Код 1", "Text/Plain; charset=x"),
        ('text/html; charset="x"; b="c d"', "Код 1", 'text/html; charset=x; b="c d"'),
    ],
)
def test_a_custom_plain_text_is_in_utf_8_where_the_content_needs_it(
    content_type: str, content: str, written: str
) -> None:
    # As nodemailer 8.0.4 writes them.
    lines = headers_of(headers={"Content-Type": content_type}, content=content)
    assert f"Content-Type: {written}" in lines[:-1]


def test_a_value_with_parameters_is_written_anew_and_no_other() -> None:
    # As nodemailer 8.0.4 writes them.
    written = {"content-disposition": 'inline;  filename = "a b"', "X-Kept": "inline;  a = b"}
    assert headers_of(headers=written)[:2] == [
        'Content-Disposition: inline; filename="a b"',
        "X-Kept: inline;  a = b",
    ]


@pytest.mark.parametrize(("name", "hidden"), [("Bcc", True), ("Cc", False)])
def test_bcc_and_cc_add_recipients(name: str, hidden: bool) -> None:
    message = build(mail(headers={name: "h@example.com, to@example.com"}), STAMP)
    assert message.envelope == Envelope("sender@example.com", ("h@example.com", "to@example.com"))
    assert (f"{name}: ".encode() not in message.data) == hidden


def test_half_a_surrogate_pair_goes_into_the_envelope_as_node_writes_it() -> None:
    message = build(mail(sender="s\ud800@example.com", headers={"Bcc": "h\udc00@example.com"}), STAMP)
    assert message.envelope == Envelope("s\ufffd@example.com", ("h\ufffd@example.com", "to@example.com"))


def test_a_sender_header_does_not_change_the_envelope() -> None:
    assert build(mail(headers={"Sender": "x@example.com"}), STAMP).envelope.mail_from == "sender@example.com"


def test_without_a_readable_sender_the_envelope_takes_reply_to_then_the_null_path() -> None:
    message = build(mail(sender="nobody", reply_to="r@example.com"), STAMP)
    assert message.envelope.mail_from == "r@example.com"
    assert b"From:" not in message.data
    message = build(mail(sender="nobody"), STAMP)
    assert message.envelope.mail_from == ""
    assert message.message_id.endswith("@localhost>")


def test_without_a_readable_sender_the_envelope_takes_the_sender_header_before_reply_to() -> None:
    message = build(
        mail(sender="nobody", reply_to="r@example.com", headers={"Sender": "s@example.com"}), STAMP
    )
    assert message.envelope.mail_from == "s@example.com"


@pytest.mark.parametrize(
    ("to", "needed"), [("a@example.com", False), ("иван@example.com", True), ("ivan@почта.рф", False)]
)
def test_smtputf8_is_needed_for_addresses_outside_ascii(to: str, needed: bool) -> None:
    assert build(mail(to=to), STAMP).envelope.needs_smtputf8 == needed


def test_array_indexes_come_first_as_in_javascript() -> None:
    lines = headers_of(headers={"b": "1", "10": "2", "9": "3", "01": "4"})
    assert lines[:4] == ["9: 3", "10: 2", "B: 1", "01: 4"]
    lines = headers_of(headers={"b": "1", "4294967295": "2", "4294967294": "3"})
    assert lines[:3] == ["4294967294: 3", "B: 1", "4294967295: 2"]


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("dkim-signature", "DKIM-Signature"),
        ("mime-version", "MIME-Version"),
        ("x-feedback-id", "X-Feedback-ID"),
        ("received-spf", "Received-SPF"),
        ("content-md5", "Content-MD5"),
        ("content-features", "Content-features"),
        (" X-A\n", "X-A"),
    ],
)
def test_header_names_get_nodemailers_case(name: str, normal: str) -> None:
    assert normalize_name(name) == normal


def test_a_stamp_of_now_has_the_time_and_is_random_in_nodemailers_form() -> None:
    before = datetime.now(UTC)
    first, second = Stamp.now(), Stamp.now()
    assert before <= first.date <= second.date <= datetime.now(UTC)
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first.unique)
    assert first.unique != second.unique


# The guard -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["sender", "reply_to"])
@pytest.mark.parametrize(
    "value",
    [
        "a@example.com\r\nBcc: x@example.com",
        "a@example.com\n",
        "a\r@example.com",
        "a\0@example.com",
        "A\x07 <a@example.com>",
        "A\x1b[31m <a@example.com>",
        "A\t<a@example.com>",
        "a@example.com\x7f",
        "a\x85@example.com",
        "A\x9b2J <a@example.com>",
    ],
)
def test_a_control_character_in_an_address_is_refused_with_the_field_named(field: str, value: str) -> None:
    name = {"sender": "fromEmail", "reply_to": "replyTo"}[field]
    with pytest.raises(ConfigError) as caught:
        build(mail(**{field: value}), STAMP)
    assert caught.value.message == f"{name}: a control character in an address"


@pytest.mark.parametrize(
    "headers", [{"Bcc": "a\x7f@example.com"}, {"X-A": "\x7f", "cc": ["x", "<a@b.co\x7f>"]}]
)
def test_a_delete_in_a_recipient_of_a_custom_header_is_refused(headers: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        build(mail(headers=headers, nodemailer=Nodemailer(8, 0, 11)), STAMP)
    assert caught.value.message == f"customHeaders.{list(headers)[-1]}: a control character in an address"


def test_nodemailer_9_removes_a_delete_from_an_address() -> None:
    built = build(mail(headers={"Bcc": "a\x7f@example.com"}), STAMP)
    assert built.envelope.rcpt_to == ('"a "@example.com', "to@example.com")


def test_a_delete_where_no_recipient_is_passes_as_it_is() -> None:
    custom = {"X-A": "a\x7f", "Reply-To": "a\x7f@example.com", "To": "a\x7f@example.com"}
    assert "X-A: a\x7f" in headers_of(headers=custom, nodemailer=Nodemailer(8, 0, 11))
    assert "X-A: =?UTF-8?Q?a=7F?=" in headers_of(headers=custom)


@pytest.mark.parametrize(
    "name",
    [
        "X-A\r\nBcc",
        "X-A\nBcc",
        "X-A\rBcc",
        "X-A: b\r\nBcc: x@example.com\r\nX",
        "X-A\n",
        "\r\nX-A",
        "",
        " ",
        "X A",
        "X:A",
        "X-A:",
        "X-é",
        "X-\0",
        "X-\x7f",
        "X\u2028A",
    ],
)
def test_a_header_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build(mail(headers={name: "x"}), STAMP)
    assert caught.value.message == f"customHeaders: {name!r} is no header name (RFC 5322 section 2.2)"


HIDING = [
    "=?utf-8?q?=0D=0ABcc:_x@example.com?=",
    "=?utf-8?Q?=0d=0aBcc: x@example.com?=",
    "=?UTF-8?B?DQpCY2M6IHhAZXhhbXBsZS5jb20=?=",
    "=?utf-8?b?DQo?=",
    "=?utf-8?q?=0A?=",
    "=?utf-8?q?=0D?=",
    "=?iso-8859-1*en?q?a=0D=0Ab?=",
    "=??q?=0D=0A?=",
    "=?utf-8?q?a?b=0D=0ABcc:x?=",
    "=?a?q?=?b?q?=0D=0A?=",
    "=?utf-7?q?+AA0ACg-Bcc:?=",
    "=?utf-16?b?DQAKAA==?=",
    "fine =?utf-8?q?fine?= =?utf-8?q?=0D=0A?= fine",
    "é =?utf-8?q?=0D=0A?=",
]


@pytest.mark.parametrize("value", HIDING)
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"subject": None}, "subject"),
        ({"sender": None}, "fromEmail"),
        ({"reply_to": None}, "replyTo"),
        ({"headers": {"X-A": None}}, "customHeaders.X-A"),
        ({"headers": {"X-A": ["1", None]}}, "customHeaders.X-A"),
    ],
)
def test_an_encoded_word_that_hides_a_line_break_is_refused_with_the_field_named(
    fields: dict[str, Any], named: str, value: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        build(mail(**_filled(fields, value)), STAMP)
    assert caught.value.message == f"{named}: an encoded word that hides a line break"


def _filled(fields: Any, value: str) -> Any:
    """The same structure with `value` in place of None."""
    if isinstance(fields, dict):
        return {key: _filled(item, value) for key, item in fields.items()}
    if isinstance(fields, list):
        return [_filled(item, value) for item in fields]
    return value if fields is None else fields


@pytest.mark.parametrize(
    "value",
    [
        "=?utf-8?q?fake?=",
        "=?utf-8?b?aGk=?=",
        "a=0D=0A",
        "=?utf-8?q?=0D=0A",
        "=?utf-8?z?=0D=0A?=",
        "=?utf-8?b?x?=",
    ],
)
def test_an_encoded_word_that_hides_no_line_break_passes_as_it_is(value: str) -> None:
    assert f"Subject: {value}" in headers_of(subject=value)


@pytest.mark.parametrize("piece", ["=?x?q?y", "=?a?q?", "=?", "?=", "=?a?b?DQ"])
def test_the_search_for_hidden_line_breaks_takes_linear_time(piece: str) -> None:
    before = datetime.now(UTC)
    text_of(subject=piece * 20_000)
    assert (datetime.now(UTC) - before).total_seconds() < 1


def test_a_line_break_in_a_subject_becomes_a_space() -> None:
    assert "Subject: a Bcc: x@example.com" in headers_of(subject="a\r\nBcc: x@example.com")


def test_a_name_in_a_variable_cannot_add_a_header() -> None:
    with pytest.raises(ConfigError):
        build(mail(sender="Evil\r\nBcc: x@example.com\r\nX: <a@example.com>"), STAMP)


ANY_TEXT = st.text(max_size=40) | st.text(
    alphabet='\r\n\0\t\v\f\x1b :;,<>@"()=?_.abBcC\u00e9\u2028\u3000\ud800😀', max_size=120
)
NAMES = ANY_TEXT | st.sampled_from(
    [
        "X-A",
        "Bcc",
        "Cc",
        "Date",
        "Message-ID",
        "Content-Type",
        "References",
        "Sender",
        "Reply-To",
        "x-smtpapi",
    ]
)


@given(
    to=ANY_TEXT | st.just("to@example.com"),
    sender=ANY_TEXT | st.just("sender@example.com"),
    reply_to=st.none() | ANY_TEXT,
    subject=ANY_TEXT,
    content=ANY_TEXT,
    headers=st.dictionaries(NAMES, ANY_TEXT | st.lists(ANY_TEXT, max_size=3), max_size=3),
)
def test_whatever_the_fields_say_a_message_holds_the_headers_that_were_meant_or_is_refused(
    to: str, sender: str, reply_to: str | None, subject: str, content: str, headers: dict[str, Any]
) -> None:
    try:
        data = build(
            mail(to=to, sender=sender, reply_to=reply_to, subject=subject, content=content, headers=headers),
            STAMP,
        ).data
    except ConfigError:
        return
    own = {"From", "To", "Reply-To", "Subject", "Message-ID", "Content-Transfer-Encoding", "Date"}
    meant = own | {"MIME-Version", "Content-Type"} | {normalize_name(name) for name in headers}
    if headers.get("key") and headers.get("value"):
        meant.add(normalize_name(headers["key"]))
    section = data.partition(b"\r\n\r\n")[0]
    lines = [line for line in section.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert {line.partition(b":")[0].decode() for line in lines} <= meant
    assert all(re.match(rb"[!-9;-~]+: ?", line) for line in lines)
    bare = data.replace(b"\r\n", b"")
    assert b"\r" not in bare
    assert b"\n" not in bare
    parsed = email.message_from_bytes(data, policy=email.policy.compat32)
    assert {name for name, _ in parsed.raw_items()} <= meant
