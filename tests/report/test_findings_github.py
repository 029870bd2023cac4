"""The findings of `validate` as annotations of GitHub Actions."""

from __future__ import annotations

import pytest

from smtp_verify.finding import Finding, Location, Severity
from smtp_verify.report.findings.github import FindingsGithub
from smtp_verify.report.formats.formatter import Failure
from smtp_verify.report.formats.github import annotation
from tests.report.formats import BROKEN, FAILURE, HOSTILE_PATH, VALID, judged, missing, verdict


def unescaped(text: str) -> str:
    """As the runner reads a property (actions/runner, ActionCommand.cs)."""
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_annotations_are_written_out_whole() -> None:
    told = "".join(FindingsGithub().findings(judged(verdict(BROKEN), missing(), verdict(VALID))))
    assert told == (
        "::warning file=a.yaml,line=2,col=7,endLine=2,endColumn=10,title=SV110::"
        "port is a string; Logto rejects the config for it; write 25 without quotes\n"
        "::error file=a.yaml,line=4,col=12,endLine=4,endColumn=12,title=SV101::"
        'fromEmail is a number; it must be a string; write "5"\n'
        "::error file=b.yaml,line=1,title=SV001::"
        "no such file or directory; give the path of a config file\n"
    )


def test_no_findings_are_no_annotations() -> None:
    assert "".join(FindingsGithub().findings(judged(verdict(VALID)))) == ""


def test_a_failure_is_an_error_and_its_findings_follow() -> None:
    assert FindingsGithub().failure(FAILURE) == (
        "::error title=smtp-verify%3A exit code 73::out: cannot be written: 100%25 full,\\nsorry\n"
    )
    finding = Finding(Location("./a", 3, 2, 3, 4), "SV901", Severity.ERROR, "m")
    assert FindingsGithub().failure(Failure(78, "no", (finding,))).splitlines()[1] == (
        "::error file=a,line=3,col=2,endLine=3,endColumn=3,title=SV901::m"
    )


@pytest.mark.parametrize(
    ("severity", "command"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")],
)
def test_each_severity_has_its_command(severity: Severity, command: str) -> None:
    assert annotation(severity, "m", "t") == f"::{command} title=t::m\n"


def test_a_place_of_several_lines_has_no_columns() -> None:
    told = annotation(Severity.ERROR, "m", "t", Location("a", 1, 5, 3, 2))
    assert told == "::error file=a,line=1,endLine=3,title=t::m\n"


def test_no_name_and_no_message_begins_a_command_of_its_own() -> None:
    message = "x\n::stop-commands::y\r\x85\u2028::error::100%, a: b\x1b[2J\u202e\udcff\t"
    told = annotation(Severity.ERROR, message, "a:b,c\n%", Location(HOSTILE_PATH, 1, 1, 1, 2))
    assert told == (
        "::error file=d 1/a%252%3A%2C\\[x](y)<&\"'>]]>%0A%3A%3Aerror%3A%3Aé密码\\u202e\\x1b\\udcff.yaml,"
        "line=1,col=1,endLine=1,endColumn=1,title=a%3Ab%2Cc%0A%25::"
        "x\\n::stop-commands::y\\x0d\\x85\\u2028::error::100%25, a: b\\x1b[2J\\u202e\\udcff\\t\n"
    )
    assert told.splitlines() == [told.removesuffix("\n")]


def test_a_name_comes_back_as_it_was() -> None:
    path = "a b/c%3A:,%0A\n\r.yaml"
    told = annotation(Severity.ERROR, "m", "t", Location(path, 1, 1, 1, 1))
    assert unescaped(told.split("file=")[1].split(",")[0]) == path
