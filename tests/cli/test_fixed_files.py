"""Files that are fixed, read again by parsers that are not ours: what was to change has, and nothing else."""

from __future__ import annotations

import copy
import json
import random
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from smtp_verify.cli.terminal.rewriting import rewrite
from smtp_verify.config.editing.edits import CannotEdit, RenameKey, changed
from smtp_verify.config.loader import load
from smtp_verify.config.path import Assignment
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.lint.fixes.registry import fixes
from smtp_verify.lint.verdict import judge_document
from tests.lint.broken import as_json, as_yaml, broken_config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from smtp_verify.config.document import Document
    from smtp_verify.config.editing.edits import Change
    from tests.sampling import Sample

FILES = 2_000
PARTS = 10
MOST_STEPS = 3


def read(path: Path) -> Any:
    """What another parser reads: Python's of JSON, ruamel.yaml's of YAML 1.2; None where it refuses it."""
    text = path.read_bytes().decode("utf-8-sig")
    if path.suffix == ".json":
        return json.loads(text, object_pairs_hook=list)
    try:
        return _pairs(YAML(typ="rt", pure=True).load(StringIO(text)))
    except YAMLError:
        return None


def _pairs(value: Any) -> Any:
    """Objects as lists of their pairs: the order of keys is kept too."""
    if isinstance(value, dict):
        return [(key, _pairs(each)) for key, each in value.items()]
    if isinstance(value, list):
        return [_pairs(each) for each in value]
    if isinstance(value, str):
        return str(value)
    return value if isinstance(value, bool) or value is None else float(value)


def made(before: Any, document: Document, changes: tuple[Change, ...]) -> Any:
    """What is to be read once the changes are made."""
    after = copy.deepcopy(before)
    for change in changes:
        path = (*document.base, *change.path)
        _make(after, path, change)
    return after


def _make(value: Any, path: tuple[str | int, ...], change: Change) -> None:
    for token in path[:-1]:
        value = value[token] if isinstance(token, int) else dict(value)[token]
    last = path[-1]
    if isinstance(last, int):
        assert isinstance(change, Assignment)
        value[last] = _pairs(change.value)
        return
    at = next((number for number, (key, _) in enumerate(value) if key == last), None)
    if isinstance(change, RenameKey):
        assert at is not None
        value[at] = (change.name, value[at][1])
    elif at is None:
        value.append((last, _pairs(change.value)))
    else:
        value[at] = (last, _pairs(change.value))


def _sorted(value: Any) -> Any:
    """A new key may stand anywhere: its place is not compared."""
    if isinstance(value, list) and value and all(isinstance(each, tuple) for each in value):
        return sorted(((key, _sorted(each)) for key, each in value), key=lambda pair: str(pair[0]))
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def _comments(path: Path) -> list[str]:
    """Those of a line of their own, in order."""
    lines = path.read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.lstrip().startswith("#")]


def steps(path: Path, chosen: random.Random) -> Iterator[tuple[Document, tuple[Change, ...], Document]]:
    """Fixes of a file, one after the other, each written before the next is looked for."""
    for _ in range(MOST_STEPS):
        (document, *_) = load(str(path))
        verdict = judge_document(document, Schema.DOCUMENTED, strict=False)
        known = [fix for _, fix in fixes(verdict)]
        chosen.shuffle(known)
        for fix in known:
            try:
                after = changed(document, fix.changes)
            except CannotEdit:
                continue
            yield document, fix.changes, after
            break
        else:
            return


@pytest.mark.filterwarnings("ignore::ruamel.yaml.error.ReusedAnchorWarning")
@pytest.mark.exhaustive(one_in=4)
@pytest.mark.parametrize("part", range(PARTS))
def test_another_parser_reads_the_changes_and_nothing_else(
    part: int, sample: Sample, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    files = number = unread = 0
    for seed in sample(range(part, FILES, PARTS), one_in=5):
        chosen = random.Random(f"files {seed}")  # noqa: S311
        suffix, laid_out = ("json", as_json) if seed // PARTS % 2 else ("yaml", as_yaml)
        path = tmp_path / f"{seed}.{suffix}"
        # A tab behind a colon, which YAML allows, is more than ruamel.yaml reads.
        path.write_bytes(laid_out(broken_config(chosen), chosen).replace(":\t", ": ").encode())
        files += 1
        for document, changes, after in steps(path, chosen):
            before, comments = read(path), _comments(path)
            unread += before is None
            if before is None:
                break
            rewrite(str(path), document.text, after.text.text)
            number += 1
            assert _sorted(read(path)) == _sorted(made(before, document, changes)), (seed, changes)
            assert _comments(path) == comments, (seed, changes)
    record_property("agreement", f"fixed files, as another parser reads them: {files - unread} of {files}")
    assert unread <= files // 10
    assert number > files
