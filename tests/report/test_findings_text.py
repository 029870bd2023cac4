"""The findings of `validate` for people."""

from __future__ import annotations

import pytest

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.errors import SourceError
from smtp_verify.finding import Finding, Location, Severity
from smtp_verify.lint.verdict import Verdict, judge_document, unreadable
from smtp_verify.report.findings.text import finding_text, findings_text
from smtp_verify.report.style import Style
from tests.report.formats import VALID

PLAIN = Style(False)


def verdicts(text: str, path: str = "a.yaml") -> list[Verdict]:
    return [
        judge_document(each, Schema.DOCUMENTED, strict=False, with_rules=False)
        for each in load_source(Source(path, text))
    ]


def verdict_on(text: str, path: str) -> Verdict:
    return verdicts(text, path)[0]


def report(text: str, path: str = "a.yaml", style: Style = PLAIN) -> str:
    return "".join(findings_text(verdicts(text, path), style))


def test_a_finding_is_a_line_to_click_on_then_the_source_then_the_help() -> None:
    (verdict,) = verdicts("host: h\nport: 25\nauth: {}\nfromEmail: 5\ntemplates: []\n")
    finding = Finding(Location("a.yaml", 4, 12, 4, 13), "SV101", Severity.ERROR, "is a number", "write '5'")
    assert finding_text(finding, verdict.document, PLAIN, []) == (
        "a.yaml:4:12: error SV101 is a number\n"
        "    4 | fromEmail: 5\n"
        "      |            ^\n"
        "      help: write '5'\n"
    )


def test_colour_is_around_the_parts_and_never_in_them() -> None:
    finding = Finding(Location("a.yaml", 1, 1, 1, 2), "SV101", Severity.WARNING, "m", "h")
    assert finding_text(finding, None, Style(True), []) == (
        "\x1b[1ma.yaml:1:1:\x1b[0m \x1b[1;33mwarning\x1b[0m SV101 m\n      \x1b[1;32mhelp:\x1b[0m h\n"
    )


def test_control_characters_of_path_message_and_help_become_escapes() -> None:
    finding = Finding(Location("a\x1b.yaml", 1, 1, 1, 2), "SV101", Severity.ERROR, "m\n\u202e", "h\x9b\r")
    assert finding_text(finding, None, PLAIN, []) == (
        "a\\x1b.yaml:1:1: error SV101 m\\n\\u202e\n      help: h\\x9b\\x0d\n"
    )


@pytest.mark.parametrize("path", ["::error::all is well.yaml", " ::add-mask::x.yaml"])
def test_no_path_is_a_command_to_githubs_runner(path: str) -> None:
    told = "".join(findings_text([verdict_on("a: 1", path)], PLAIN))
    assert [line for line in told.splitlines() if line.lstrip().startswith("::")] == []
    assert told.startswith(f"./{path}:1:1: warning SV102 ")


def test_an_unreadable_path_has_no_line_and_counts() -> None:
    """Logto did not read it either; standard error says why."""
    verdict = unreadable("a.yaml", SourceError("a.yaml: no such file or directory"))
    assert "".join(findings_text([verdict], PLAIN)) == ""
    told = "2 documents: 0 valid, 2 errors, 0 warnings\n"
    assert "".join(findings_text([verdict, verdict], PLAIN)) == told


def test_several_documents_end_in_a_summary() -> None:
    lines = report("a: 1\n---\nb: 2\n").split("\n")
    assert lines[-2].startswith("2 documents: 0 valid, ")
    assert any(line.startswith("a.yaml (document 1): Logto rejects this config (") for line in lines)


def test_no_document_at_all_is_a_summary_of_nothing() -> None:
    assert "".join(findings_text([], PLAIN)) == "0 documents: 0 valid, 0 errors, 0 warnings\n"


REJECTED = "host: h\nport: '25'\nauth: {}\nfromEmail: a@b.co\ntemplates: 5\n"


@pytest.mark.parametrize(
    ("text", "strict", "line"),
    [
        (VALID, False, "Logto accepts this config"),
        (
            VALID.replace("port: 25", "port: 465") + "secure: false\n",
            False,
            "Logto accepts this config (1 warning)",
        ),
        (
            VALID.replace("port: 25", "port: 465") + "secure: false\n",
            True,
            "Logto accepts this config (1 warning); --strict fails it",
        ),
        (REJECTED, False, "Logto rejects this config (1 error, 1 warning)"),
        (
            "host: h\nport: 25\nauth: {username: u}\nfromEmail: a@b.co\ntemplates: []\n",
            False,
            "Logto rejects this config (2 warnings)",
        ),
        ("host: [\n", False, "Logto cannot read this config (1 error)"),
        (
            VALID.replace("host: h", "host: smtp.gmail.com").replace("25", "587"),
            False,
            "Logto accepts this config, but cannot send with it (1 error)",
        ),
    ],
)
def test_the_last_line_says_what_logto_does_and_counts(text: str, strict: bool, line: str) -> None:
    (document,) = load_source(Source("a.yaml", text))
    verdict = judge_document(document, Schema.DOCUMENTED, strict)
    assert "".join(findings_text([verdict], PLAIN)).split("\n")[-2] == f"a.yaml: {line}"


def test_of_several_files_those_with_nothing_to_say_are_only_counted() -> None:
    good, bad = verdict_on(VALID, "good.yaml"), verdict_on(REJECTED, "bad.yaml")
    told = "".join(findings_text([good, bad, good], PLAIN))
    assert "good.yaml" not in told
    assert told.endswith("3 documents: 2 valid, 1 error, 1 warning\n")
    assert "".join(findings_text([good, bad], PLAIN, show_all=True)).startswith("good.yaml: Logto accepts")


def test_no_secret_is_in_a_snippet_of_a_valid_or_a_broken_text() -> None:
    secret = "S3cr3tPa55w0rd"
    for text in (
        f"auth: {{user: u, pass: {secret}, typ: x}}\n",
        f'auth: {{user: u, pass: "{secret}, typ: x}}\n',
        f"auth:\n  pass: {secret}\n bad\n",
        f"auth:\n\tpass: {secret}\n",
        f'{{"auth": {{"pass": "{secret}" "x": 1}}',
        f'{{"auth": {{"clientSecret": "{secret}", "x": NaN}}',
        f"auth:\n  privateKey: |\n    -----BEGIN\n    {secret}\n  x: [\n",
    ):
        assert secret not in report(text, "a.yaml")
        assert secret not in report(text, "a.json")
