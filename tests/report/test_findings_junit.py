"""The findings of `validate` as JUnit's XML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from smtp_verify.report.findings.junit import FindingsJunit
from smtp_verify.report.formats.formatter import Failure
from tests.report.formats import BROKEN, FAILURE, HOSTILE_PATH, VALID, judged, missing, verdict

WARNED = VALID.replace("port: 25", 'port: "25"')


def told(*verdicts: object) -> str:
    return "".join(FindingsJunit().findings(judged(*verdicts)))  # type: ignore[arg-type]


def test_a_report_is_written_out_whole() -> None:
    report = told(verdict(VALID), verdict(WARNED, "w.yaml"), verdict(BROKEN, "b.yaml"), missing("m.yaml"))
    assert (
        report
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" errors="1">
  <testsuite name="smtp-verify" tests="4" failures="1" errors="1">
    <testcase classname="smtp-verify" name="a.yaml" file="a.yaml"/>
    <testcase classname="smtp-verify" name="w.yaml" file="w.yaml">
      <system-out>w.yaml:2:7: warning SV110 port is a string; Logto rejects the config for it
  help: write 25 without quotes</system-out>
    </testcase>
    <testcase classname="smtp-verify" name="b.yaml" file="b.yaml">
      <failure type="SV101" message="fromEmail is a number; it must be a string">\
b.yaml:2:7: warning SV110 port is a string; Logto rejects the config for it
  help: write 25 without quotes
b.yaml:4:12: error SV101 fromEmail is a number; it must be a string
  help: write &quot;5&quot;</failure>
    </testcase>
    <testcase classname="smtp-verify" name="m.yaml" file="m.yaml">
      <error type="SV001" message="no such file or directory">\
m.yaml: error SV001 no such file or directory
  help: give the path of a config file</error>
    </testcase>
  </testsuite>
</testsuites>
"""
    )
    ElementTree.fromstring(report)  # noqa: S314 - our own


def test_a_failure_is_a_case_with_an_error() -> None:
    assert (
        FindingsJunit().failure(FAILURE)
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="1" failures="0" errors="1">
  <testsuite name="smtp-verify" tests="1" failures="0" errors="1">
    <testcase classname="smtp-verify" name="smtp-verify">
      <error type="exit code 73" message="out: cannot be written: 100% full,\\nsorry"/>
    </testcase>
  </testsuite>
</testsuites>
"""
    )


@pytest.mark.parametrize("code", [*range(0x21), 0x7F, 0x85, 0x202E, 0x2028, 0xD800, 0xDCFF, 0xFFFE, 0xFFFF])
def test_every_character_leaves_the_xml_well_formed(code: int) -> None:
    hostile = f"<&>\"']]>{chr(code)}"
    report = FindingsJunit().failure(Failure(70, hostile))
    assert report.isascii()
    (error,) = ElementTree.fromstring(report).iter("error")  # noqa: S314 - our own
    message = error.attrib["message"]
    assert message.startswith("<&>\"']]>")
    shown = message.removeprefix("<&>\"']]>")
    assert shown == chr(code) if code in (0x09, 0x20) else shown.startswith("\\")


def test_letters_come_back_in_any_script() -> None:
    report = told(verdict(BROKEN, HOSTILE_PATH), verdict(BROKEN, "😀/ключ.yaml"))
    first, second = (case.attrib["name"] for case in ElementTree.fromstring(report).iter("testcase"))  # noqa: S314
    assert first == "d 1/a%2:,\\[x](y)<&\"'>]]>\\n::error::é密码\\u202e\\x1b\\udcff.yaml"
    assert second == "😀/ключ.yaml"
