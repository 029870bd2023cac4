"""What the tests of the machine formats share: verdicts made by hand, and the published schema of SARIF."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jsonschema

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.errors import SourceError
from smtp_verify.lint.verdict import Verdict, judge_document, unreadable
from smtp_verify.report.formats.formatter import Failure
from tests.conftest import VECTORS

if TYPE_CHECKING:
    from collections.abc import Iterator

# Hostile in each format: escapes, its own signs, what XML cannot hold, a byte that was no UTF-8.
HOSTILE_PATH = "./d 1/a%2:,\\[x](y)<&\"'>]]>\n::error::é密码\u202e\x1b\udcff.yaml"
VALID = """\
host: h
port: 25
auth: {}
fromEmail: a@b.co
templates:
- {usageType: SignIn, contentType: text/plain, subject: s, content: "{{code}}"}
- {usageType: Register, contentType: text/plain, subject: s, content: "{{code}}"}
- {usageType: ForgotPassword, contentType: text/plain, subject: s, content: "{{code}}"}
- {usageType: Generic, contentType: text/plain, subject: s, content: "{{code}}"}
"""
BROKEN = VALID.replace("a@b.co", "5").replace("port: 25", 'port: "25"')
FAILURE = Failure(73, "out: cannot be written: 100% full,\nsorry")


@dataclass(frozen=True, slots=True)
class Judgements:
    """Verdicts with the exit code of their run."""

    verdicts: tuple[Verdict, ...]
    exit_code: int = 0

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.verdicts)


def judged(*verdicts: Verdict, exit_code: int = 0) -> Judgements:
    return Judgements(verdicts, exit_code)


def verdict(text: str, path: str = "a.yaml") -> Verdict:
    return judge_document(
        load_source(Source(path, text))[0], Schema.DOCUMENTED, strict=False, with_rules=False
    )


def missing(path: str = "b.yaml") -> Verdict:
    return unreadable(path, SourceError(f"{path}: no such file or directory"))


def sarif_run(text: str) -> dict[str, Any]:
    """The one run of a log that its schema accepts."""
    log = json.loads(text)
    schema = json.loads((VECTORS / "sarif-schema-2.1.0.json").read_text())
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    assert text.isascii()
    assert text.endswith("}\n")
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"].get("region", {"startLine": 1})
        assert min(region.values()) >= 1
    assert isinstance(run, dict)
    return run
