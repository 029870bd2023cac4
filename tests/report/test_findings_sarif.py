"""The findings of `validate` as SARIF, each log held to the published schema."""

from __future__ import annotations

import json
from textwrap import indent
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest

from smtp_verify import __version__
from smtp_verify.finding import Finding, Location, Severity
from smtp_verify.lint.fixes.registry import what_a_fix_does
from smtp_verify.lint.pages import page_of
from smtp_verify.report.findings.sarif import FindingsSarif
from smtp_verify.report.formats.formatter import Failure
from smtp_verify.report.formats.places import uri_of
from smtp_verify.report.formats.sarif import plain
from tests.report.formats import BROKEN, FAILURE, HOSTILE_PATH, VALID, judged, missing, sarif_run, verdict

GOLDEN = """\
{
  "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "columnKind": "unicodeCodePoints",
      "originalUriBaseIds": {
        "%SRCROOT%": {
          "description": {
            "text": "The directory that smtp-verify was run in."
          }
        }
      },
      "results": [
        {
          "ruleId": "SV110",
          "ruleIndex": 0,
          "level": "warning",
          "message": {
            "text": "port is a string; Logto rejects the config for it; write 25 without quotes"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "a.yaml",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 2,
                  "startColumn": 7,
                  "endLine": 2,
                  "endColumn": 11
                }
              },
              "logicalLocations": [
                {
                  "fullyQualifiedName": "/port"
                }
              ]
            }
          ],
          "partialFingerprints": {
            "codeAndPointer/v1": "@0"
          },
          "properties": {
            "document": 0,
            "fixable": false
          }
        },
        {
          "ruleId": "SV101",
          "ruleIndex": 1,
          "level": "error",
          "message": {
            "text": "fromEmail is a number; it must be a string; write \\"5\\""
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "a.yaml",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 4,
                  "startColumn": 12,
                  "endLine": 4,
                  "endColumn": 13
                }
              },
              "logicalLocations": [
                {
                  "fullyQualifiedName": "/fromEmail"
                }
              ]
            }
          ],
          "partialFingerprints": {
            "codeAndPointer/v1": "@1"
          },
          "properties": {
            "document": 0,
            "fixable": false
          }
        }
      ],
      "tool": {
        "driver": {
          "name": "smtp-verify",
          "semanticVersion": "@version",
          "rules": [
@rules
          ]
        }
      },
      "invocations": [
        {
          "executionSuccessful": true,
          "exitCode": 1
        }
      ]
    }
  ]
}
"""


def test_a_log_is_written_out_whole() -> None:
    told = "".join(FindingsSarif().findings(judged(verdict(BROKEN), verdict(VALID), exit_code=1)))
    prints = [result["partialFingerprints"]["codeAndPointer/v1"] for result in sarif_run(told)["results"]]
    expected = GOLDEN.replace("@version", __version__).replace("@0", prints[0]).replace("@1", prints[1])
    listed = ",\n".join(json.dumps(shown(code), indent=2) for code in ("SV110", "SV101"))
    assert told == expected.replace("@rules", indent(listed, " " * 12))


def shown(code: str) -> dict[str, Any]:
    """What the page of a code says, as a rule of SARIF."""
    page = page_of(code)
    assert page is not None
    examples = f"Bad:\n{page.bad}\n\nGood:\n{page.good}"
    help_ = f"{page.why}\n\n{examples}\n\nFix: {what_a_fix_does(code)}\n\nMore: smtp-verify explain {code}"
    return {
        "id": code,
        "shortDescription": {"text": page.fact.removesuffix(".")},
        "fullDescription": {"text": page.why},
        "help": {"text": help_},
        "helpUri": "https://docs.logto.io/integrations/smtp",
    }


def test_no_findings_make_a_log_without_results() -> None:
    run = sarif_run("".join(FindingsSarif().findings(judged(verdict(VALID)))))
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]


def test_a_path_that_cannot_be_read_is_a_result_and_the_run_is_not_successful() -> None:
    run = sarif_run("".join(FindingsSarif().findings(judged(missing(), exit_code=66))))
    (result,) = run["results"]
    assert result["ruleId"] == "SV001"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "b.yaml", "uriBaseId": "%SRCROOT%"}
    }
    assert run["invocations"] == [{"executionSuccessful": False, "exitCode": 66}]


def test_a_failure_is_a_notification_and_its_findings_are_results() -> None:
    run = sarif_run(FindingsSarif().failure(FAILURE))
    assert run["results"] == []
    assert run["invocations"] == [
        {
            "executionSuccessful": False,
            "exitCode": 73,
            "toolExecutionNotifications": [{"level": "error", "message": {"text": FAILURE.message}}],
        }
    ]
    finding = Finding(Location("a", 3, 2, 3, 4), "SV901", Severity.ERROR, "m", "", "/x")
    (result,) = sarif_run(FindingsSarif().failure(Failure(78, "no", (finding,))))["results"]
    assert (result["ruleId"], result["level"]) == ("SV901", "error")


def test_fingerprints_are_unlike_and_stay_where_lines_move() -> None:
    def prints(text: str) -> list[str]:
        run = sarif_run("".join(FindingsSarif().findings(judged(verdict(text)))))
        return [result["partialFingerprints"]["codeAndPointer/v1"] for result in run["results"]]

    before = prints(BROKEN + "auth: {}\nauth: {}\n")
    assert len(set(before)) == len(before) > 3
    assert prints("# a comment\n\n" + BROKEN + "auth: {}\nauth: {}\n") == before


@pytest.mark.parametrize(
    ("path", "uri", "relative"),
    [
        ("a.yaml", "a.yaml", True),
        ("./d/a b.yaml", "d/a%20b.yaml", True),
        (".//./a", "a", True),
        ("c:/a", "c%3A/a", True),
        ("a%20#?.yaml", "a%2520%23%3F.yaml", True),
        ("a\\b", "a%5Cb", True),
        ("почта.yaml", "%D0%BF%D0%BE%D1%87%D1%82%D0%B0.yaml", True),
        ("\udcff\ud800", "%FF%ED%A0%80".replace("%FF", "%ED%B3%BF"), True),
        ("\udcff", "%FF", True),
        ("../a", "../a", True),
        ("-", "-", True),
        ("/etc/a b", "file:///etc/a%20b", False),
    ],
)
def test_a_path_is_a_uri(path: str, uri: str, relative: bool) -> None:
    assert uri_of(path) == (uri, relative)


def test_a_hostile_name_comes_back_from_its_uri_byte_for_byte() -> None:
    run = sarif_run("".join(FindingsSarif().findings(judged(verdict(BROKEN, HOSTILE_PATH)))))
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote_to_bytes(uri) == HOSTILE_PATH.removeprefix("./").encode("utf-8", "surrogateescape")


def test_nothing_in_a_message_is_a_link_or_a_placeholder() -> None:
    assert plain("see [here](https://x) and {0}") == "see [here] (https://x) and {{0}}"
    assert plain("templates[0].content lacks {{code}}") == "templates[0].content lacks {{code}}"
    hostile = VALID + '"[click](https://evil.example)\\e[2J": 1\n'
    run = sarif_run("".join(FindingsSarif().findings(judged(verdict(hostile)))))
    (result,) = run["results"]
    assert result["message"]["text"].startswith("[click] (https://evil.example)\\x1b[2J is a key")


def test_the_schema_refuses_what_is_no_log() -> None:
    told = "".join(FindingsSarif().findings(judged(verdict(BROKEN))))
    for broken in (
        told.replace('"ruleIndex": 0', '"ruleIndex": "0"'),
        told.replace('"startColumn": 7', '"startColumn": 0'),
        told.replace('"level": "error"', '"level": "fatal"'),
    ):
        assert broken != told
        with pytest.raises(jsonschema.ValidationError):
            sarif_run(broken)
    json.loads(told)
