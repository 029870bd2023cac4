"""The quick reading of JSON says what the one with positions says, or leaves the text to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.config.loader import InputFormat, load_source
from smtp_verify.config.reading import json_value as quick
from smtp_verify.config.reading.json_reader import read_json
from smtp_verify.config.reading.json_value import json_value
from smtp_verify.config.reading.source import Source, decode
from smtp_verify.config.reading.text import Text
from smtp_verify.config.reading.tree import MAX_DEPTH, MAX_NODES, to_data
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.lint.verdict import Verdict, judge_document
from tests.config.bad_configs import every
from tests.config.test_json_reader import SYNTAX_ERRORS, json_values
from tests.conftest import ROOT, VECTORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sampling import Sample

GUARD = [json.loads(line)["config"] for line in (VECTORS / "guard.jsonl").read_text("utf-8").splitlines()]
SAMPLES = sorted((ROOT / "sample-configs").glob("*.json"))


def judged(source: Source, schema: Schema) -> list[tuple[Any, ...]]:
    """All that is said of a text, by either schema and all rules."""
    return [_plain(judge_document(each, schema, False)) for each in load_source(source, InputFormat.JSON)]


def _plain(verdict: Verdict) -> tuple[Any, ...]:
    assert verdict.document is not None
    return verdict.findings, verdict.valid, verdict.issues, repr(verdict.document.data), verdict.document.base


def with_positions(monkeypatch: pytest.MonkeyPatch, source: Source, schema: Schema) -> list[tuple[Any, ...]]:
    """The same where no text is read quickly."""
    with monkeypatch.context() as patched:
        patched.setattr("smtp_verify.config.loader.json_value", lambda text: None)
        return judged(source, schema)


@pytest.mark.parametrize(
    "text", ['["\u2028\u2029\x85\\u0085\xa0\x7f\\"\\\\", "\\\\", "{", ":,]"]', '"\ufeff"', " 0\n"]
)
def test_what_stands_in_a_string_is_no_token(text: str) -> None:
    flawless = json_value(text)
    assert flawless is not None
    assert repr(flawless.tree(text)) == repr(read_json(Text("a.json", text))[0])


def texts() -> Iterator[tuple[str, Source]]:
    for number, config in enumerate(GUARD):
        yield f"vector {number}", Source("a.json", json.dumps(config, ensure_ascii=number % 2 == 0, indent=2))
        yield f"vector {number} of the API", Source("a.json", json.dumps({"id": "x", "config": config}))
    for path in SAMPLES:
        yield path.name, decode(path.read_bytes(), path.name)
    for bad in every():
        if bad.name.endswith(".json"):
            yield bad.name, decode(bad.data, bad.name)
    for text, _ in SYNTAX_ERRORS:
        yield repr(text), Source("a.json", text)


@pytest.mark.parametrize("schema", Schema)
def test_both_readings_give_the_same_verdict(
    schema: Schema, monkeypatch: pytest.MonkeyPatch, sample: Sample
) -> None:
    quickly = 0
    chosen = sample(texts(), one_in=4)
    for name, source in chosen:
        assert judged(source, schema) == with_positions(monkeypatch, source, schema), name
        quickly += json_value(source.text) is not None
    assert 2 * quickly > len(chosen), "most of these are read quickly, or nothing was compared"


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 1}',
        '{"x": [{"a": 1, "\\u0061": 2}]}',
        "[NaN]",
        '{"a": -Infinity}',
        "\ufeff{}",
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        '{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1),
        "[" * 500_000,
        "[" + ",".join("1" * MAX_NODES) + "]",
        json.dumps({str(number): 1 for number in range(MAX_NODES // 2)}),
        "",
        "{} {}",
        "[01]",
        '["a\tb"]',
    ],
)
def test_a_text_with_something_to_say_of_is_left_to_the_other_reader(text: str) -> None:
    assert json_value(text) is None
    root, findings = read_json(Text("a.json", text))
    assert root is None or findings


@pytest.mark.parametrize(
    "text",
    [
        "null",
        " [1, 1.0, -0, 1e3, 1e400, 12345678901234567890, 0.1] \r\n",
        '"\\ud800\\udc00 \\ud800"',
        "[" * MAX_DEPTH + "]" * MAX_DEPTH,
        "[" + ",".join("1" * (MAX_NODES - 1)) + "]",
        json.dumps({str(number): 1 for number in range(MAX_NODES // 2 - 1)}),
    ],
)
def test_what_is_within_the_limits_is_read_alike(text: str) -> None:
    flawless = json_value(text)
    root, findings = read_json(Text("a.json", text))
    assert flawless is not None
    assert root is not None
    assert findings == []
    assert repr(flawless.value) == repr(to_data(root, lambda _, node: node.value))
    assert repr(flawless.tree(text)) == repr(root)


@given(
    json_values.map(json.dumps),
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from([*'{}[],:"\\0-.eE+ \n\t/#x\x00\xa0\ufeff', ""]))),
)
def test_a_mutated_text_is_read_alike_or_left_to_the_other_reader(
    text: str, edits: list[tuple[int, str]]
) -> None:
    for at, character in edits:
        text = text[:at] + character + text[at + 1 :]
    flawless = json_value(text)
    root, findings = read_json(Text("a.json", text))
    assert (flawless is not None) is (root is not None and not findings)
    if flawless is not None and root is not None:
        assert repr(flawless.value) == repr(to_data(root, lambda _, node: node.value))
        assert repr(flawless.tree(text)) == repr(root)


def test_no_tree_is_built_for_a_config_without_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(value: quick.Flawless, text: str) -> None:
        raise AssertionError("positions were asked for")

    monkeypatch.setattr(quick.Flawless, "tree", never)
    config = {**GUARD[0], "secure": False, "requireTLS": True}
    (document,) = load_source(Source("-", json.dumps(config)))
    assert judge_document(document, Schema.DOCUMENTED, True).findings == ()
    with pytest.raises(AssertionError, match="positions"):
        document.location(("host",))


def test_the_reading_is_the_c_modules() -> None:
    """Without it the quick way would be the slow one."""
    assert vars(quick._DECODER)["scan_once"].__class__.__module__ == "_json"
