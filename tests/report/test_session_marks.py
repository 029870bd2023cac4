"""The sends of `test-send` at the lines of the config: as SARIF, and as annotations of GitHub Actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smtp_verify.config.path import Assignment
from smtp_verify.diagnosis.row import Diagnosis, Match, Row
from smtp_verify.finding import Location
from smtp_verify.redaction import Redactor
from smtp_verify.report.formats.formatter import Failure
from smtp_verify.report.session.github import SessionGithub
from smtp_verify.report.session.sarif import SessionSarif
from smtp_verify.smtp.wire.transcript import Ending, Reply, Stage
from tests.report.formats import sarif_run
from tests.report.test_session_text import HOSTILE, SECRET, accepted, report, session

if TYPE_CHECKING:
    from smtp_verify.runs.send_report import SendReport
    from tests.report.conftest import Maker

LIKELIEST = Diagnosis(
    Row(
        code="SD101",
        symptom="wrong version number",
        match=Match(),
        cause="the port speaks no TLS",
        fix="write secure: false",
        source="https://example.com/1",
        path=("secure",),
    ),
    Location("./c 1.yaml", 3, 9, 3, 13),
    "/secure",
    (Assignment(("secure",), False), Assignment(("tls",), None)),
)
OTHER = Diagnosis(
    Row(
        code="SD900",
        symptom="",
        match=Match(),
        cause="the server's reply is 554",
        fix="go by its words",
        source="https://example.com/2",
    ),
    None,
    "",
    (),
)


def failed(maker: Maker, *diagnoses: Diagnosis, reason: str = "wrong version number") -> SendReport:
    result = session(Ending.TLS_FAILED, Stage.TLS, Reply(554, ("no",)), reason)
    return report(maker, result, path="./c 1.yaml", diagnoses=diagnoses)


def test_each_cause_is_an_annotation_and_only_the_likeliest_an_error(rendered: Maker) -> None:
    told = SessionGithub().sends([failed(rendered, LIKELIEST, OTHER)], Redactor(), 76)
    assert told == (
        "::error file=c 1.yaml,line=3,col=9,endLine=3,endColumn=12,title=SD101::"
        "to@example.com: failed at tls: wrong version number; cause: the port speaks no TLS;"
        " fix: write secure: false; write secure: false, remove tls\n"
        "::notice file=c 1.yaml,line=1,col=1,endLine=1,endColumn=1,title=SD900::"
        "another cause may be: the server's reply is 554; fix: go by its words\n"
    )


def test_each_cause_is_a_result_ranked_by_its_level(rendered: Maker) -> None:
    run = sarif_run(SessionSarif().sends([failed(rendered, LIKELIEST, OTHER)], Redactor(), 76))
    first, second = run["results"]
    assert first == {
        "ruleId": "SD101",
        "ruleIndex": 0,
        "level": "error",
        "message": {
            "text": "to@example.com: failed at tls: wrong version number; cause: the port speaks no TLS;"
            " fix: write secure: false; write secure: false, remove tls"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "c%201.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3, "startColumn": 9, "endLine": 3, "endColumn": 13},
                },
                "logicalLocations": [{"fullyQualifiedName": "/secure"}],
            }
        ],
        "partialFingerprints": first["partialFingerprints"],
        "properties": {"to": "to@example.com", "outcome": "failed", "stage": "tls", "exitCode": 76},
    }
    assert (second["ruleId"], second["level"]) == ("SD900", "note")
    assert run["tool"]["driver"]["rules"] == [
        {
            "id": "SD101",
            "shortDescription": {"text": "wrong version number"},
            "fullDescription": {"text": "the port speaks no TLS"},
            "help": {
                "text": "Cause: the port speaks no TLS.\nFix: write secure: false.\n"
                "More: https://example.com/1; smtp-verify explain SD101"
            },
            "helpUri": "https://example.com/1",
        },
        {
            "id": "SD900",
            "shortDescription": {"text": "a reply of the server that only its codes explain"},
            "fullDescription": {"text": "a reply of the server that only its codes explain"},
            "help": {"text": "Go by the words of the server's reply."},
            "helpUri": "https://example.com/2",
        },
    ]
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 76}]


def test_an_accepted_message_is_a_notice_without_its_code_and_no_result(rendered: Maker) -> None:
    sent = report(rendered, accepted(), path="c.yaml")
    assert SessionGithub().sends([sent], Redactor(), 0) == (
        "::notice title=test-send::to@example.com: accepted at dot\n"
    )
    run = sarif_run(SessionSarif().sends([sent], Redactor(), 0))
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]


def test_a_failure_that_no_row_explains_is_told_all_the_same(rendered: Maker) -> None:
    sent = failed(rendered, reason="lost")
    assert SessionGithub().sends([sent], Redactor(), 130) == (
        "::error file=c 1.yaml,line=1,col=1,endLine=1,endColumn=1,title=test-send::"
        "to@example.com: failed at tls: lost\n"
    )
    (ended,) = sarif_run(SessionSarif().sends([sent], Redactor(), 130))["invocations"]
    assert ended == {
        "executionSuccessful": False,
        "exitCode": 130,
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": "to@example.com: failed at tls: lost"}}
        ],
    }


def test_what_fails_after_the_messages_have_left_is_told_beside_them(rendered: Maker) -> None:
    failure = Failure(73, "r: cannot be written: no space")
    sent = [failed(rendered, LIKELIEST)]
    told = SessionGithub().sends(sent, Redactor(), 73, failure).splitlines()
    assert [line.split("::")[1].split(" ")[0] for line in told] == ["error", "error"]
    assert told[1] == "::error title=smtp-verify%3A exit code 73::r: cannot be written: no space"
    run = sarif_run(SessionSarif().sends(sent, Redactor(), 73, failure))
    assert len(run["results"]) == 1
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == failure.message


def test_recipients_that_fail_alike_have_fingerprints_of_their_own(rendered: Maker) -> None:
    sent = [failed(rendered, LIKELIEST), failed(rendered, LIKELIEST)]
    results = sarif_run(SessionSarif().sends(sent, Redactor(), 76))["results"]
    assert len({result["partialFingerprints"]["codeAndPointer/v1"] for result in results}) == 2


@pytest.mark.parametrize("format_", [SessionGithub(), SessionSarif()])
@pytest.mark.parametrize("diagnoses", [(), (LIKELIEST,)])
def test_no_secret_and_no_control_character_shows(
    rendered: Maker, format_: SessionGithub | SessionSarif, diagnoses: tuple[Diagnosis, ...]
) -> None:
    secret = f"{SECRET}%:,\n::é"
    sent = failed(rendered, *diagnoses, reason=f"said {secret} and {HOSTILE}\n::error::x")
    told = format_.sends([sent], Redactor([secret]), 76)
    assert SECRET not in told
    assert "***" in told
    assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(told)
    assert not [line for line in told.splitlines() if line.startswith("::error::")]
