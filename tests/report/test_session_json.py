"""Sends as the contract's JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.redaction import Redactor
from smtp_verify.report.session.json import session_json, session_json_lines
from smtp_verify.smtp.wire.transcript import LAYERS, Ending, Reply, Stage
from tests.report.test_session_text import HOSTILE, SECRET, accepted, refused, report, session

if TYPE_CHECKING:
    from smtp_verify.runs.send_report import SendReport
    from tests.report.conftest import Maker


NEWEST = {"version": "1.43", "differs": []}


def result_of(sent: SendReport, *secrets: str) -> dict[str, Any]:
    document = json.loads(session_json([sent], Redactor(secrets), sent.result.ending.exit_code))
    assert list(document) == ["version", "exitCode", "results"]
    assert (document["version"], document["exitCode"]) == (1, sent.result.ending.exit_code)
    (result,) = document["results"]
    assert isinstance(result, dict)
    return result


def test_an_accepted_message_has_every_key_of_the_contract(rendered: Maker) -> None:
    result = result_of(report(rendered, accepted()))
    expected = {
        "to": "to@example.com",
        "outcome": "accepted",
        "exitCode": 0,
        "stage": "dot",
        "code": "482913",
        "usageType": "SignIn",
        "reply": {"code": 250, "enhanced": "2.0.0", "text": "queued as 1"},
        "messageId": "<id@example.com>",
        "sandbox": False,
        "proven": [
            "dns",
            "connection",
            "tls",
            "certificate",
            "authentication",
            "sender",
            "recipient",
            "message",
        ],
        "notProven": [],
        "tls": {
            "version": "TLSv1.3",
            "cipher": "TLS_AES_256_GCM_SHA384",
            "subject": "CN=mx.example",
            "issuer": "CN=Test CA",
            "notAfter": "2027-01-02T03:04:05Z",
            "daysLeft": 365,
            "names": ["mx.example", "mail.example"],
            "verified": True,
            "unread": [],
        },
        "timings": {"dns": 0.0012, "connect": 1.25},
        "reason": None,
        "defects": [],
        "replaced": [],
        "diagnosis": None,
        "logto": {"sends": True, "because": None, "breaksOnSave": None, **NEWEST},
    }
    assert result == expected
    assert list(result) == list(expected)


def test_a_refusal_has_the_reply_and_what_was_not_proven(rendered: Maker) -> None:
    result = result_of(report(rendered, refused(defects=["a caution"]), code=None))
    ended = "the session ended at rcpt"
    expected = {
        "outcome": "refused",
        "exitCode": 67,
        "stage": "rcpt",
        "code": None,
        "reply": {"code": 550, "enhanced": "5.1.1", "text": "unknown\nreally"},
        "proven": ["dns", "connection", "sender"],
        "notProven": [
            {"what": "tls", "why": "the server does not offer STARTTLS"},
            {"what": "certificate", "why": "the session was not encrypted"},
            {"what": "authentication", "why": ended},
            {"what": "recipient", "why": ended},
            {"what": "message", "why": ended},
        ],
        "tls": None,
        "reason": "recipient refused",
        "defects": ["a caution"],
        "logto": {
            "sends": False,
            "because": "Can't send mail - all recipients were rejected: 550 5.1.1 unknown",
            "breaksOnSave": None,
            **NEWEST,
        },
    }
    assert {key: result[key] for key in expected} == expected


def test_each_ending_has_logtos_verdict(rendered: Maker) -> None:
    rows: list[tuple[SendReport, bool | None, str | None]] = [
        (
            report(rendered, session(Ending.CLEARTEXT, Stage.AUTH)),
            True,
            "it would have sent the credentials in cleartext",
        ),
        (
            report(rendered, session(Ending.STOPPED, Stage.MAIL)),
            None,
            "the session was stopped before the message",
        ),
        (report(rendered, session(Ending.UNKNOWN, Stage.DOT, nodemailer="Timeout")), False, "Timeout"),
        (report(rendered, session(Ending.PROTOCOL, Stage.MAIL)), None, "it stopped where Logto may go on"),
        (report(rendered, accepted(), logto_refuses="x: y"), False, "its connector rejects the config: x: y"),
        (report(rendered, accepted(), logto_elsewhere="jsonTransport: z"), False, "jsonTransport: z"),
    ]
    for sent, sends, because in rows:
        assert result_of(sent)["logto"] == {
            "sends": sends,
            "because": because,
            "breaksOnSave": None,
            **NEWEST,
        }


def test_what_breaks_on_save_and_what_the_sandbox_replaced_are_told(rendered: Maker) -> None:
    sent = report(
        rendered,
        accepted(),
        breaks_on_save="auth: Invalid input",
        sandbox=True,
        replaced=("host", "tls.ca"),
        stopping="no login",
    )
    result = result_of(sent)
    assert result["logto"] == {
        "sends": False,
        "because": "no login",
        "breaksOnSave": "auth: Invalid input",
        **NEWEST,
    }
    assert result["replaced"] == ["host", "tls.ca"]
    assert (result["sandbox"], result["proven"]) == (True, ["message"])
    assert {each["why"] for each in result["notProven"]} == {"the sandbox accepts any"}
    assert [each["what"] for each in result["notProven"]] == [each for each in LAYERS if each != "message"]


def test_a_reply_without_an_enhanced_status_code_has_none(rendered: Maker) -> None:
    sent = report(rendered, session(Ending.REFUSED, Stage.DOT, Reply(554, ("no",)), "message refused"))
    assert result_of(sent)["reply"] == {"code": 554, "enhanced": None, "text": "no"}


def test_control_characters_are_escaped_and_the_document_is_ascii(rendered: Maker) -> None:
    sent = report(rendered, session(Ending.REFUSED, Stage.DOT, Reply(554, (HOSTILE + "\ud800",)), HOSTILE))
    document = session_json([sent], Redactor(), 0)
    assert document.isascii()
    assert not set(document.replace("\n", "")) & set(map(chr, range(32)))
    assert json.loads(document)["results"][0]["reason"] == HOSTILE


@pytest.mark.parametrize("secret", ["accepted", "SignIn", "authentication", "recipient"])
def test_a_password_that_is_a_word_of_the_contract_changes_none(rendered: Maker, secret: str) -> None:
    sent = report(rendered, accepted())
    assert result_of(sent, secret) == result_of(sent)


def test_secrets_are_masked_in_every_string_but_the_code(rendered: Maker) -> None:
    reply = Reply(535, (f"5.7.8 {SECRET}", "Y29ycmVjdC1ob3JzZQ=="))
    refused_login = session(
        Ending.NOT_AUTHENTICATED,
        Stage.AUTH,
        reply,
        f"login refused: {SECRET}",
        defects=[SECRET],
        nodemailer=f"Invalid login: {SECRET}",
    )
    sent = report(rendered, refused_login, breaks_on_save=SECRET)
    result = result_of(sent, SECRET, "482913")
    assert SECRET not in json.dumps(result)
    assert result["reply"] == {"code": 535, "enhanced": "5.7.8", "text": "***\n***"}
    assert result["logto"] == {
        "sends": False,
        "because": "Invalid login: ***",
        "breaksOnSave": "***",
        **NEWEST,
    }
    assert result["code"] == "482913"


def test_lines_of_json_are_one_send_each(rendered: Maker) -> None:
    sent = [report(rendered, accepted()), report(rendered, refused(), to="b@example.com")]
    told = session_json_lines(sent, Redactor())
    assert told.count("\n") == 2
    assert [json.loads(line) for line in told.splitlines()] == json.loads(session_json(sent, Redactor(), 0))[
        "results"
    ]
