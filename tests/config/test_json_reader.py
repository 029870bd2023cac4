"""Strict JSON, with positions."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smtp_verify.config.reading.json_reader import number, read_json
from smtp_verify.config.reading.text import Text
from smtp_verify.config.reading.tree import Scalar, to_data

if TYPE_CHECKING:
    from smtp_verify.finding import Finding

QUOTED_KEY = 'write the key in "double quotes"'
OPEN_STRING = "close the string before the end of the line, or write a line break as \\n and a tab as \\t"


def told(finding: Finding) -> str:
    place = finding.location
    stretch = f"{place.line}:{place.column}-{place.end_line}:{place.end_column}"
    return f"{stretch} {finding.code} {finding.message} | {finding.help}"


def read(text: str) -> tuple[Any, list[str]]:
    root, findings = read_json(Text("a.json", text))
    value = None if root is None else to_data(root, lambda _, node: node.value)
    return value, [told(finding) for finding in findings]


SYNTAX_ERRORS = [
    ("", "1:1-1:2 SV006 the text ends where a value should be | "),
    (" \n\t", "2:2-2:3 SV006 the text ends where a value should be | "),
    ("{", "1:2-1:3 SV006 the text ends where a key in double quotes should be | "),
    ('{"a":1', "1:7-1:8 SV006 the text ends where ',' or '}' should be | "),
    ('{"a":1,', "1:8-1:9 SV006 the text ends where a key in double quotes should be | "),
    ('{"a":1,}', "1:7-1:8 SV006 a comma before the closing bracket | remove it: JSON has no trailing commas"),
    ("[1,\n]", "1:3-1:4 SV006 a comma before the closing bracket | remove it: JSON has no trailing commas"),
    ("[,1]", "1:2-1:3 SV006 expected a value | remove the comma, or write what is missing before it"),
    (
        "{,}",
        "1:2-1:3 SV006 expected a key in double quotes"
        " | remove the comma, or write what is missing before it",
    ),
    ('{"a":}', "1:6-1:7 SV006 expected a value | "),
    ('{"a" 1}', "1:6-1:7 SV006 expected ':' | write a colon between the key and its value"),
    ('{"a":1 "b":2}', "1:8-1:9 SV006 expected ',' or '}' | write a comma between two entries"),
    ("[1 2]", "1:4-1:5 SV006 expected ',' or ']' | write a comma between two entries"),
    ("[1}", "1:3-1:4 SV006 expected ',' or ']' | close it with ]"),
    ("// c\n{}", "1:1-1:3 SV006 JSON has no comments | remove it, or use a .yaml file"),
    ("{ // c\n}", "1:3-1:4 SV006 JSON has no comments | remove it, or use a .yaml file"),
    ('{"a": 1 /* c */}', "1:9-1:10 SV006 JSON has no comments | remove it, or use a .yaml file"),
    ("[1, # c\n2]", "1:5-1:6 SV006 JSON has no comments | remove it, or use a .yaml file"),
    ("{'a': 1}", "1:2-1:3 SV006 expected a key in double quotes | " + QUOTED_KEY),
    ("{a: 1}", "1:2-1:3 SV006 expected a key in double quotes | "),
    ("['a']", '1:2-1:5 SV006 text without double quotes | put it in "double quotes"'),
    ("[tru]", '1:2-1:5 SV006 text without double quotes | put it in "double quotes"'),
    ("[True]", "1:2-1:6 SV006 True is not a JSON value | write true"),
    ("[None]", "1:2-1:6 SV006 None is not a JSON value | write null"),
    ("[01]", "1:2-1:4 SV006 not a number as JSON writes them | "),
    ("[.5]", "1:2-1:4 SV006 not a number as JSON writes them | "),
    ("[5.]", "1:2-1:4 SV006 not a number as JSON writes them | "),
    ("[+1]", "1:2-1:4 SV006 not a number as JSON writes them | "),
    ("-", "1:1-1:2 SV006 not a number as JSON writes them | "),
    ("[1e]", "1:2-1:4 SV006 not a number as JSON writes them | "),
    ("[0x10]", "1:2-1:6 SV006 not a number as JSON writes them | "),
    ("[NaN]", "1:2-1:5 SV009 NaN is not a JSON value | write a number"),
    ("[Infinity]", "1:2-1:10 SV009 Infinity is not a JSON value | write a number"),
    ("[-Infinity]", "1:2-1:11 SV009 -Infinity is not a JSON value | write a number"),
    ('["a\tb"]', "1:4-1:5 SV006 invalid control character | " + OPEN_STRING),
    ('["a\nb"]', "1:4-2:1 SV006 invalid control character | " + OPEN_STRING),
    ('["a\x00"]', "1:4-1:5 SV006 invalid control character | " + OPEN_STRING),
    ('["a', '1:2-1:4 SV006 a string that never ends | close it with "; a line break is \\n'),
    ('["a\\', '1:2-1:5 SV006 a string that never ends | close it with "; a line break is \\n'),
    ('["\\x"]', "1:3-1:4 SV006 invalid \\escape | write \\\\ for a backslash"),
    ('["\\u12"]', "1:4-1:5 SV006 invalid \\uXXXX escape | write \\\\ for a backslash"),
    (
        "{}x",
        "1:3-1:4 SV006 text after the end of the JSON value | a JSON file holds one value; remove the rest",
    ),
    (
        "1\n2",
        "2:1-2:2 SV006 text after the end of the JSON value | a JSON file holds one value; remove the rest",
    ),
    ("\ufeff{}", '1:1-1:2 SV006 text without double quotes | put it in "double quotes"'),
    ("\x0c{}", "1:1-1:2 SV006 expected a value | "),
    ("\xa0{}", "1:1-1:2 SV006 expected a value | "),
    ("[1\u2028]", "1:3-1:4 SV006 expected ',' or ']' | write a comma between two entries"),
    ('["😀", x]', '1:7-1:8 SV006 text without double quotes | put it in "double quotes"'),
    ("[\r\n1,\r2,\nx]", '4:1-4:2 SV006 text without double quotes | put it in "double quotes"'),
]


@pytest.mark.parametrize(("text", "expected"), SYNTAX_ERRORS)
def test_what_is_no_json_is_one_error_at_its_place(text: str, expected: str) -> None:
    assert read(text) == (None, [expected])


@pytest.mark.parametrize(("text", "_"), SYNTAX_ERRORS)
def test_the_standard_library_refuses_the_same_texts(text: str, _: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        json.loads(text, parse_constant=_no_constant)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        (" \t\r\n[true, false]\n", [True, False]),
        ('{"a": {"b": [1, {"c": "d"}]}}', {"a": {"b": [1, {"c": "d"}]}}),
        ("[[], {}]", [[], {}]),
        ('"\\u00e9\\ud83d\\ude00\\n\\/"', "é😀\n/"),
        ('"\\ud800"', "\ud800"),
        ('"\x7f\u2028"', "\x7f\u2028"),
        ('{"": 1, "__proto__": 2}', {"": 1, "__proto__": 2}),
    ],
)
def test_json_is_read_as_json_parse_reads_it(text: str, value: Any) -> None:
    assert read(text) == (value, [])


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("587", 587, int),
        ("-0", 0, int),
        ("-0.0", 0, int),
        ("587.0", 587, int),
        ("1e3", 1000, int),
        ("1E-1", 0.1, float),
        ("465.5", 465.5, float),
        ("9007199254740992", 2**53, int),
        ("9007199254740993", 2.0**53, int),
        ("12345678901234567890", 1.2345678901234567e19, float),
        ("1e999", math.inf, float),
        ("-1e999", -math.inf, float),
        ("9" * 5000, math.inf, float),
    ],
)
def test_a_number_is_a_double_as_in_javascript(text: str, value: float, kind: type) -> None:
    assert number(text) == value
    assert type(number(text)) is kind
    assert read(text) == (value, [])


def test_the_last_of_duplicate_keys_counts_and_each_is_warned_of() -> None:
    value, findings = read('{"a": 1,\n "b": [{"a": 1, "a": 2}],\n "a": 3, "a": 4}')
    assert value == {"a": 4, "b": [{"a": 2}]}
    assert findings == [
        "2:17-2:20 SV007 the key is set twice, first in line 2; the last one counts | remove one of the two",
        "3:2-3:5 SV007 the key is set twice, first in line 1; the last one counts | remove one of the two",
        "3:10-3:13 SV007 the key is set twice, first in line 3; the last one counts | remove one of the two",
    ]


def test_a_duplicate_key_is_pointed_to_from_the_root() -> None:
    _, findings = read_json(Text("a.json", '{"x": [0, {"a/b": 1, "a/b": 2}]}'))
    assert [finding.pointer for finding in findings] == ["/x/1/a~1b"]


def test_duplicates_are_told_even_where_the_text_breaks_off_later() -> None:
    _, findings = read('{"a": 1, "a": 2')
    assert [finding.split(" ")[1] for finding in findings] == ["SV007", "SV006"]


def test_sixty_four_levels_are_read_and_one_more_is_not() -> None:
    assert read("[" * 64 + "]" * 64)[1] == []
    assert read("[" * 65 + "]" * 65) == (None, ["1:65-1:66 SV005 nested deeper than 64 levels | "])


def test_twenty_thousand_values_are_read_and_one_more_is_not() -> None:
    assert read("[" + ",".join("1" * 19_999) + "]")[1] == []
    assert read("[" + ",".join("1" * 20_000) + "]") == (
        None,
        ["1:40000-1:40001 SV004 more than 20000 values | "],
    )


def test_every_node_knows_its_stretch_of_the_text() -> None:
    text = '{"k": "é😀", "n": [1]}'
    root, _ = read_json(Text("a.json", text))
    assert root is not None
    assert text[root.start : root.end] == text
    assert not isinstance(root, Scalar)
    entries = getattr(root, "entries", ())
    assert [text[entry.key.start : entry.key.end] for entry in entries] == ['"k"', '"n"']
    assert [text[entry.value.start : entry.value.end] for entry in entries] == ['"é😀"', "[1]"]


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _loads(text: str) -> tuple[bool, Any]:
    try:
        return True, json.loads(text, parse_constant=_no_constant, parse_int=float)
    except ValueError:
        return False, None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values.filter(lambda value: "Infinity" not in json.dumps(value)), st.sampled_from([None, 0, 2]))
def test_whatever_the_standard_library_writes_is_read_back(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    accepted, expected = _loads(text)
    assert (accepted, read(text)) == (True, (expected, []))


@given(
    json_values.map(lambda value: json.dumps(value, ensure_ascii=False)),
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from([*'{}[],:"\\0-.eE+ \n\t/#x\x00\xa0\ufeff', ""]))),
)
@example('{"a": 1}', [(6, "0")])
def test_a_mutated_text_is_accepted_exactly_when_the_standard_library_accepts_it(
    text: str, edits: list[tuple[int, str]]
) -> None:
    for at, character in edits:
        text = text[:at] + character + text[at + 1 :]
    accepted, expected = _loads(text)
    root, findings = read_json(Text("a.json", text))
    assert (root is not None) is accepted
    if root is not None:
        assert to_data(root, lambda _, node: node.value) == expected
    else:
        assert findings


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_no_text_at_all_makes_the_reader_raise(text: str) -> None:
    root, findings = read_json(Text("a.json", text))
    assert root is not None or findings
