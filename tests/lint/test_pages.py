"""Every code has a page, and every example on it is run."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest

from smtp_verify import codes as structure_codes
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.lint.pages import FAMILIES, codes, find, pages
from smtp_verify.lint.registry import RULES
from smtp_verify.lint.selection.choice import kept
from smtp_verify.lint.verdict import judge
from tests.lint.examples import laid_over, set_up

if TYPE_CHECKING:
    from pathlib import Path

    from smtp_verify.lint.pages import RulePage

PAGES = list(pages())
NAMED = re.compile(r"\bSV\d{3}\b")


def fired(example: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The codes that an example fires: of what its last command says, or of validating its file."""
    monkeypatch.chdir(folder)
    said = NAMED.findall(set_up(example, folder))
    keep = partial(kept, without=frozenset(), against=Schema.DOCUMENTED)
    verdicts = judge(["config.yaml"], Schema.DOCUMENTED, False, None, keep)
    return set(said) or {finding.code for verdict in verdicts for finding in verdict.findings}


def test_the_base_has_no_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fired("", tmp_path, monkeypatch) == set()


@pytest.mark.parametrize("page", PAGES, ids=[page.code for page in PAGES])
def test_bad_fires_exactly_its_code_and_good_does_not(
    page: RulePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fired(page.bad, tmp_path, monkeypatch) == {page.code}
    for path in tmp_path.iterdir():
        path.unlink()
    assert page.code not in fired(page.good, tmp_path, monkeypatch)


@pytest.mark.parametrize("page", PAGES, ids=[page.code for page in PAGES])
def test_a_page_says_the_fact_why_and_where_it_is_from(page: RulePage) -> None:
    assert page.fact.endswith(".")
    assert len(page.fact) < 100
    assert len(page.why) > 20
    assert len(page.source) > 8
    assert page.bad
    assert page.good
    assert page.bad != page.good
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", page.name)


def test_every_code_has_one_page_and_belongs_to_a_family() -> None:
    declared = {v for k, v in vars(structure_codes).items() if k.isupper() and isinstance(v, str)}
    ruled = [rule.code for rule in RULES]
    assert ruled == sorted(set(ruled))
    assert declared.isdisjoint(ruled)
    assert codes() == sorted(declared | set(ruled))
    assert {code[:3] for code in codes()} == {prefix for prefix, _ in FAMILIES}
    assert len({page.name for page in PAGES}) == len(PAGES)
    assert find("SV999") is None


def test_a_fragment_takes_the_place_of_the_keys_of_the_base() -> None:
    text = laid_over("port: 25\ntemplates:\n  - usageType: Generic\n")
    assert text.count("port:") == 1
    assert text.count("usageType: Generic") == 1
    assert text.count("usageType:") == 4
