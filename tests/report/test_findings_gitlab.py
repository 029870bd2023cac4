"""The findings of `validate` as a Code Quality report of GitLab."""

from __future__ import annotations

import json
from typing import Any

from smtp_verify.finding import Finding, Location, Severity
from smtp_verify.report.findings.gitlab import FindingsGitlab
from smtp_verify.report.formats.formatter import Failure
from tests.report.formats import BROKEN, FAILURE, HOSTILE_PATH, VALID, judged, missing, verdict


def entries(text: str) -> list[dict[str, Any]]:
    assert text.isascii()
    assert text.endswith("]\n")
    told = json.loads(text)
    assert isinstance(told, list)
    assert len({entry["fingerprint"] for entry in told}) == len(told)
    return told


def test_a_report_is_written_out_whole() -> None:
    told = "".join(FindingsGitlab().findings(judged(verdict(BROKEN), missing())))
    first, second, third = (entry["fingerprint"] for entry in entries(told))
    assert (
        told
        == f"""\
[
  {{
    "description": "port is a string; Logto rejects the config for it; write 25 without quotes",
    "check_name": "SV110",
    "fingerprint": "{first}",
    "severity": "minor",
    "location": {{
      "path": "a.yaml",
      "lines": {{
        "begin": 2,
        "end": 2
      }}
    }}
  }},
  {{
    "description": "fromEmail is a number; it must be a string; write \\"5\\"",
    "check_name": "SV101",
    "fingerprint": "{second}",
    "severity": "major",
    "location": {{
      "path": "a.yaml",
      "lines": {{
        "begin": 4,
        "end": 4
      }}
    }}
  }},
  {{
    "description": "no such file or directory; give the path of a config file",
    "check_name": "SV001",
    "fingerprint": "{third}",
    "severity": "major",
    "location": {{
      "path": "b.yaml",
      "lines": {{
        "begin": 1,
        "end": 1
      }}
    }}
  }}
]
"""
    )


def test_no_findings_are_an_empty_array() -> None:
    assert "".join(FindingsGitlab().findings(judged(verdict(VALID)))) == "[]\n"


def test_a_failure_is_an_entry_and_so_are_its_findings() -> None:
    finding = Finding(Location("a", 3, 2, 3, 4), "SV901", Severity.INFO, "m")
    failed, found = entries(FindingsGitlab().failure(Failure(73, FAILURE.message, (finding,))))
    assert failed["description"] == "out: cannot be written: 100% full,\\nsorry (exit code 73)"
    assert (failed["severity"], failed["location"]) == ("blocker", {"path": ".", "lines": {"begin": 1}})
    assert (found["check_name"], found["severity"]) == ("SV901", "info")


def test_fingerprints_stay_where_lines_move_and_differ_between_documents() -> None:
    def prints(text: str, path: str = "a.yaml") -> list[str]:
        told = "".join(FindingsGitlab().findings(judged(verdict(text, path))))
        return [entry["fingerprint"] for entry in entries(told)]

    assert prints(BROKEN) == prints("# moved\n" + BROKEN) == prints(BROKEN, "./a.yaml")
    assert set(prints(BROKEN)).isdisjoint(prints(BROKEN, "b.yaml"))


def test_a_hostile_name_is_told_as_it_is() -> None:
    told = entries("".join(FindingsGitlab().findings(judged(verdict(BROKEN, HOSTILE_PATH)))))
    assert {entry["location"]["path"] for entry in told} == {HOSTILE_PATH.removeprefix("./")}
