"""No fix leads to a finding that it has caused, and none touches what stands for a value."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from smtp_verify.config.editing.edits import CannotEdit, changed
from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.config.schema.unfilled import is_stand_in
from smtp_verify.lint.fixes.registry import fixes, renames
from smtp_verify.lint.pages import codes, page_of
from smtp_verify.lint.verdict import judge_document
from smtp_verify.lint.view import View
from tests.lint.broken import as_json, as_yaml, broken_config
from tests.lint.examples import laid_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.finding import Finding
    from smtp_verify.lint.fixes.fix import Fix
    from smtp_verify.lint.verdict import Verdict
    from tests.sampling import Sample
from smtp_verify.config.path import Assignment

BY_HAND = ("SV0", "SV1", "SV201")
"""These fixes write what the operator wrote, only rightly: other rules then see it for the first time."""
SHOWS = {
    # The keys of STARTTLS are without effect on this port, whoever writes `secure: true`.
    "SV211": {"SV216"},
    "SV802": {"SV216"},
    # Only a boolean turns the check off, and then another rule speaks of it. It is an unsafe fix.
    "SV218": {"SV217"},
    # There is a login now, which other rules look after.
    "SV303": {"SV214", "SV215"},
}
"""What becomes visible after the others, with the reason."""


def judged(document: Document) -> Verdict:
    return judge_document(document, Schema.DOCUMENTED, strict=False)


def made(text: str) -> Iterator[tuple[Document, Finding, Fix, set[tuple[str, str]]]]:
    """Each fix of a config, with the findings that are new once it is made."""
    (document, *_) = load_source(Source("a.json" if text.lstrip()[:1] == "{" else "a.yaml", text))
    verdict = judged(document)
    for finding, fix in fixes(verdict):
        try:
            after = judged(changed(document, fix.changes))
        except CannotEdit:
            continue
        renamed = renames(document, fix)
        before = {(each.code, renamed.get(each.pointer, each.pointer)) for each in verdict.findings}
        yield document, finding, fix, {(each.code, each.pointer) for each in after.findings} - before


def check_fixes(text: str) -> int:
    """How many fixes were made; each is judged."""
    number = 0
    for document, finding, fix, new in made(text):
        number += 1
        view = View(document)
        for change in fix.changes:
            if isinstance(change, Assignment):
                values = (view.at(*change.path), change.value)
                assert not any(isinstance(each, str) and is_stand_in(each) for each in values)
        caused = {code for code, _ in new} - SHOWS.get(finding.code, set())
        assert finding.code.startswith(BY_HAND) or not caused, (finding, fix, new)
    return number


def test_no_fix_of_a_rules_example_causes_anything() -> None:
    """A rule about the file itself has a command for an example."""
    examples = [page.bad for page in map(page_of, codes()) if page is not None]
    number = sum(check_fixes(laid_over(bad)) for bad in examples if not bad.startswith("$ "))
    assert number > 15


@pytest.mark.exhaustive(one_in=5)
def test_no_fix_of_a_generated_config_causes_anything(sample: Sample) -> None:
    number = 0
    for seed in sample(range(500), one_in=5):
        chosen = random.Random(seed)  # noqa: S311
        config = broken_config(chosen)
        number += check_fixes((as_json if seed % 2 else as_yaml)(config, chosen))
    assert number > 100


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("[SMTP_SERVER]", "host"),
        ("${SMTP_HOST}", "host"),
        ("smtp://${SMTP_HOST}", "host"),
        ("https://[SMTP_SERVER]/", "host"),
        ("{{ host }}", "host"),
        ("@SMTP_HOST@", "host"),
        (" ${SMTP_PASSWORD} ", "pass"),
        (" ENC[AES256_GCM,data:x] ", "pass"),
    ],
)
def test_what_stands_for_a_value_is_neither_replaced_nor_written(value: str, key: str) -> None:
    auth = {"user": "me@example.com", "pass": value if key == "pass" else "an-app-password"}
    config = {"host": value if key == "host" else "smtp.example.com", "port": 465, "auth": auth}
    written = [fix for _, finding, fix, _ in made(json.dumps(config)) if finding.pointer.endswith(key)]
    assert written == []


def test_a_fixed_user_does_not_replace_a_variable() -> None:
    config = {"host": "smtp.sendgrid.net", "port": 465, "auth": {"user": "${USER_NAME}", "pass": "SG.key"}}
    assert [finding.code for _, finding, _, _ in made(json.dumps(config)) if finding.code == "SV803"] == []


@pytest.mark.parametrize("host", ["mailpit", "mailpit.local", "10.0.0.5", "smtp.mail.svc.cluster.local"])
def test_no_fix_requires_tls_of_a_server_on_a_private_network(host: str) -> None:
    config = {"host": host, "port": 1025, "secure": False, "auth": {"user": "u", "pass": "p"}}
    changes = [each.path for _, _, fix, _ in made(json.dumps(config)) for each in fix.changes]
    assert ("requireTLS",) not in changes


def test_a_fix_requires_tls_of_a_server_elsewhere() -> None:
    config = {"host": "mx.example.com", "port": 587, "secure": False, "auth": {"user": "u", "pass": "p"}}
    changes = [each.path for _, _, fix, _ in made(json.dumps(config)) for each in fix.changes]
    assert ("requireTLS",) in changes
