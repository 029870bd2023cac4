"""The diff of a fix: what a reader expects of a unified diff, and never a secret in it."""

from __future__ import annotations

import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.lint.fixes.making import fixed
from smtp_verify.lint.verdict import everything
from smtp_verify.report.findings.diff import diff_text
from smtp_verify.report.style import Style
from tests.lint.broken import SECRET, as_json, as_yaml, broken_config

if TYPE_CHECKING:
    from pathlib import Path

    from smtp_verify.config.document import Document


def one(text: str) -> Document:
    (document,) = load_source(Source("a.yaml", text))
    return document


def difference(before: str, after: str) -> str:
    return "".join(diff_text([one(before)], [one(after)], Style()))


def numbered(last: int, **changed: str) -> str:
    return "".join(f"k{number}: {changed.get(f'k{number}', number)}\n" for number in range(1, last + 1))


def test_stretches_far_apart_come_apart_with_three_lines_around_each() -> None:
    assert (
        difference(numbered(20), numbered(20, k2="x", k19="y"))
        == """\
--- a.yaml
+++ a.yaml
@@ -1,5 +1,5 @@
 k1: 1
-k2: 2
+k2: x
 k3: 3
 k4: 4
 k5: 5
@@ -16,5 +16,5 @@
 k16: 16
 k17: 17
 k18: 18
-k19: 19
+k19: y
 k20: 20
"""
    )


def test_the_same_text_has_no_diff() -> None:
    assert difference(numbered(3), numbered(3)) == ""


def test_colours_are_those_of_the_style() -> None:
    told = "".join(diff_text([one("k: 1\n")], [one("k: 2\n")], Style(enabled=True)))
    assert "\x1b[1;31m-k: 1\x1b[0m\n\x1b[1;32m+k: 2\x1b[0m\n" in told


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch reads it")
@pytest.mark.parametrize("end", ["", "\n"])
def test_patch_makes_the_one_text_of_the_other(end: str, tmp_path: Path) -> None:
    before, after = (text.removesuffix("\n") + end for text in (numbered(9), numbered(9, k1="x", k9="a: b")))
    after = after.replace("k9: a: b", "k9: y\nk10: z")
    (tmp_path / "a.yaml").write_text(before)
    told = difference(before, after)
    subprocess.run(["patch", "-p0", "-s"], input=told, text=True, cwd=tmp_path, check=True)
    assert (tmp_path / "a.yaml").read_text() == after


@given(st.integers(0, 2**32), st.booleans())
def test_no_secret_shows_whatever_changes_beside_it(seed: int, is_json: bool) -> None:
    chosen = random.Random(seed)  # noqa: S311 - what hypothesis shrinks is the seed
    config = broken_config(chosen)
    text = as_json(config, chosen) if is_json else as_yaml(config, chosen)
    (before,) = load_source(Source("a.json" if is_json else "a.yaml", text))
    verdict = fixed(before, Schema.DOCUMENTED, False, everything, unsafe=True)
    assert verdict.document is not None
    told = "".join(diff_text([before], [verdict.document], Style()))
    assert (told == "") is (verdict.fixed == ())
    assert SECRET not in told
    assert all(line[:1] in "-+ @\\" for line in told.splitlines())
