"""YAML with positions, capped, in the core types of YAML 1.2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.config.reading.comments import comments
from smtp_verify.config.reading.source import MAX_BYTES
from smtp_verify.config.reading.text import Text
from smtp_verify.config.reading.tree import Mapping, Node, Scalar, to_data, walk
from smtp_verify.config.reading.yaml_reader import read_yaml
from tests.timing import computed_within

if TYPE_CHECKING:
    from smtp_verify.finding import Finding


def told(finding: Finding) -> str:
    place = finding.location
    stretch = f"{place.line}:{place.column}-{place.end_line}:{place.end_column}"
    return f"{stretch} {finding.code} {finding.message} | {finding.help}"


def value_of(root: Node | None) -> Any:
    return None if root is None else to_data(root, lambda _, node: node.value)


def read(text: str) -> tuple[Any, list[str]]:
    (document,) = read_yaml(Text("a.yaml", text))
    return value_of(document.root), [told(finding) for finding in document.findings]


def stretches(text: str) -> list[str]:
    (document,) = read_yaml(Text("a.yaml", text))
    assert document.root is not None
    scalars = [node for _, node in walk(document.root) if isinstance(node, Scalar)]
    return [text[node.start : node.end] for node in scalars]


SURROUNDINGS = "check the indentation and the quotes above this place"
TEMPLATE = 'put a value that starts with {{ in quotes: "{{code}}"'
UNQUOTED_TAG = "remove the tag, or put a value that starts with ! in quotes"
UNQUOTED_ANCHOR = "put a value that starts with & in quotes"
UNQUOTED_ALIAS = "put a value that starts with * in quotes"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1-1:1 SV006 there is nothing in this file | write a config into it"),
        ("# only a comment\n", "1:1-1:1 SV006 there is nothing in this file | write a config into it"),
        ("a: {{code}}", f"1:5-1:11 SV009 a key that is a collection: JSON keys are strings | {TEMPLATE}"),
        (
            "a: {{code}} is your code",
            f"1:5-1:11 SV009 a key that is a collection: JSON keys are strings | {TEMPLATE}",
        ),
        ("- {{code}}", f"1:4-1:10 SV009 a key that is a collection: JSON keys are strings | {TEMPLATE}"),
        (
            "a: b: c",
            "1:5-1:6 SV006 mapping values are not allowed in this context | put a value that"
            " holds ': ' in quotes",
        ),
        (
            'auth: {user: u, pass: p}\nfromEmail: "App" <me@example.com>',
            "2:18-2:19 SV006 did not find expected key while parsing a block mapping | put the whole value in"
            """ quotes, as in '"Example App" <me@example.com>'""",
        ),
        (
            "a: 'it's'",
            "1:8-1:9 SV006 did not find expected key while parsing a block mapping | write a quote within a"
            " value as \\\" in double quotes, as '' in single ones",
        ),
        (
            "a: x\n  b: c",
            "2:4-2:5 SV006 mapping values are not allowed in this context | indent this line like the one"
            " above it, or remove the value above",
        ),
        (
            "a: b\nc:'d'\ne: f",
            "2:1-2:2 SV006 could not find expected ':' while scanning a simple key | write a space after the"
            " colon",
        ),
        (
            "a: b\n\tc: d",
            "2:1-2:2 SV006 found a tab character that violates indentation while scanning a plain scalar"
            " | indent with spaces; YAML does not allow tabs",
        ),
        (
            "a: @x",
            "1:4-1:5 SV006 found character that cannot start any token while scanning for the next token"
            " | put a value that starts with @, ` or % in quotes",
        ),
        (
            'a: "\\q"',
            "1:5-1:6 SV006 found unknown escape character while parsing a quoted scalar"
            " | in double quotes write \\\\ for a backslash, or use 'single quotes'",
        ),
        (
            'a: "\\ud83d\\ude00"',
            "1:7-1:8 SV006 found invalid Unicode character escape code while parsing a quoted scalar"
            " | write the character itself instead of its surrogates",
        ),
        (
            "a: [1, 2",
            f"1:9-1:10 SV006 did not find expected ',' or ']' while parsing a flow sequence | {SURROUNDINGS}",
        ),
        (
            'a: 1\nb: "c\nd: e\n',
            "2:4-2:5 SV006 found unexpected end of stream while scanning a quoted scalar | close it with the"
            " quote it begins with",
        ),
        (
            "a: {?b: c}",
            "1:5-1:6 SV006 a ? that YAML 1.2 reads as the beginning of the word behind it | put a word"
            " that starts with ? in quotes",
        ),
        (
            "a: [b, ?c]",
            "1:8-1:9 SV006 a ? that YAML 1.2 reads as the beginning of the word behind it | put a word"
            " that starts with ? in quotes",
        ),
        ("pass: &b:c", f"1:7-1:11 SV011 an anchor with more behind it than its name | {UNQUOTED_ANCHOR}"),
        (
            "pass: !!str &b:c d",
            f"1:7-1:19 SV011 an anchor with more behind it than its name | {UNQUOTED_ANCHOR}",
        ),
        ("a: &b?[c]", f"1:4-1:10 SV011 an anchor with more behind it than its name | {UNQUOTED_ANCHOR}"),
        ("%YAML 1.3\n---\na: 1", f"1:1-1:2 SV006 found incompatible YAML document | {SURROUNDINGS}"),
        (
            "a: x\x07",
            "1:5-1:6 SV006 U+0007, a character that YAML does not allow | remove it, or write"
            ' "\\u0007" in double quotes',
        ),
        (
            "\ufeffa: x",
            "1:1-1:2 SV006 U+FEFF, a character that YAML does not allow | remove it, or write"
            ' "\\ufeff" in double quotes',
        ),
        ("1: x", "1:1-1:2 SV009 a key that is a number: JSON keys are strings | put the key in quotes"),
        (
            "a:\n  true: x",
            "2:3-2:7 SV009 a key that is a boolean: JSON keys are strings | put the key in quotes",
        ),
        ("~: x", "1:1-1:2 SV009 a key that is null: JSON keys are strings | put the key in quotes"),
        (
            "? [a]\n: b",
            "1:3-1:6 SV009 a key that is a collection: JSON keys are strings | put the key in quotes",
        ),
        ("a: .inf", "1:4-1:8 SV009 .inf is a number that JSON does not have | write a number"),
        ("a: .NaN", "1:4-1:8 SV009 .NaN is a number that JSON does not have | write a number"),
        ("a: *b", f"1:4-1:6 SV011 an alias to an anchor that is not set before it | {UNQUOTED_ALIAS}"),
        ("a: &a [*a]", f"1:8-1:10 SV011 an alias to a value that contains it | {UNQUOTED_ALIAS}"),
        ("a: &a\n  b: *a", f"2:6-2:8 SV011 an alias to a value that contains it | {UNQUOTED_ALIAS}"),
        ("a: !!set {b}", f"1:4-1:11 SV008 a tag that has no meaning in a config | {UNQUOTED_TAG}"),
        ("a: !!binary eA==", f"1:4-1:17 SV008 a tag that has no meaning in a config | {UNQUOTED_TAG}"),
        (
            "a: !!python/object:os.system x",
            f"1:4-1:31 SV008 a tag that has no meaning in a config | {UNQUOTED_TAG}",
        ),
        ("a: !mine\n- b", f"1:4-1:9 SV008 a tag that has no meaning in a config | {UNQUOTED_TAG}"),
        ("a: !!bool yes", "1:4-1:14 SV008 not a value of !!bool | "),
        ("a: !!int x", "1:4-1:11 SV008 not a value of !!int | "),
    ],
)
def test_what_cannot_be_read_is_one_error_at_its_place(text: str, expected: str) -> None:
    assert read(text) == (None, [expected])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1\nb: [x, 'y', \"z\"]\nc: {d: ~}", {"a": 1, "b": ["x", "y", "z"], "c": {"d": None}}),
        ("- a\n-\n- - b", ["a", None, ["b"]]),
        ("a: |\n  x\n   y\n\nb: >-\n  x\n  y\n", {"a": "x\n y\n", "b": "x y"}),
        ("a: 'it''s'\nb: \"\\u00e9\\U0001F600\\t\\x41\"", {"a": "it's", "b": "é😀\tA"}),
        ('a: "x\n  y"\nb: x\n  y', {"a": "x y", "b": "x y"}),
        ("a: &x {b: 1}\nc: *x\nd: [*x, *x]", {"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}, {"b": 1}]}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
        ("&k a: 1\nb: *k", {"a": 1, "b": "a"}),
        (
            "a: [&b , &c, &d]\ne: {f: &g}\nh: &i\nj: &k\r\n  l",
            {"a": [None] * 3, "e": {"f": None}, "h": None, "j": "l"},
        ),
        ("a: {? b : c, d: e?, f: '?g'}\nh: ?i", {"a": {"b": "c", "d": "e?", "f": "?g"}, "h": "?i"}),
        (
            "a: !!str 123\nb: ! 456\nc: !!int 7\nd: !!float 8\ne: !!null ''",
            {"a": "123", "b": "456", "c": 7, "d": 8, "e": None},
        ),
        ("!!map {a: !!seq [1]}", {"a": [1]}),
        ("%TAG !c! tag:yaml.org,2002:\n---\na: !c!str 1", {"a": "1"}),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
        ('"1": x\n"true": y\n\'<<\': z', {"1": "x", "true": "y", "<<": "z"}),
        ("no: x\non: y\n1e: z", {"no": "x", "on": "y", "1e": "z"}),
        ("a: {{code}: 1}", None),
        ("a: Your {{code}}", {"a": "Your {{code}}"}),
        ("a: b # c\nd: e#f", {"a": "b", "d": "e#f"}),
        ("a: 1\r\nb: |\r\n  x\r\n  y\r\n", {"a": 1, "b": "x\ny\n"}),
        ("__proto__: {constructor: 1}", {"__proto__": {"constructor": 1}}),
    ],
)
def test_yaml_is_read_into_json_types(text: str, value: Any) -> None:
    assert read(text)[0] == value


def test_every_scalar_knows_its_stretch_of_the_text() -> None:
    text = "a: 😀\r\nb: \"é\"\r\nc: [x, 'y']\r\nd: |\r\n  one\r\n  two\r\n\r\ne: &k !!str z\r\nf: *k"
    assert stretches(text) == ["😀", '"é"', "x", "'y'", "|\r\n  one\r\n  two", "&k !!str z", "&k !!str z"]


def test_a_block_scalar_at_the_end_of_the_text_ends_with_its_last_line() -> None:
    assert stretches("a: >\n  x\n  y\n\n\n") == [">\n  x\n  y"]
    assert stretches("a: |") == ["|"]


@pytest.mark.parametrize(
    "first", ["😀: 𝔘\n", '\u00e9: "x\u2028y"\n', "a: |\n  😀\n", "x: 1\r\n", "x: '\r\n\r\n'\n"]
)
def test_a_place_counts_in_code_points_whatever_stands_before_it(first: str) -> None:
    (document,) = read_yaml(Text("a.yaml", first + "k: 1\nk: 2"))
    (finding,) = document.findings
    lines = first.count("\n")
    place = finding.location
    assert (place.line, place.column, place.end_line, place.end_column) == (lines + 2, 1, lines + 2, 2)


def test_the_last_of_duplicate_keys_counts_and_each_is_warned_of() -> None:
    value, findings = read("a: 1\nb:\n  - {c: 1, c: 2}\n'a': 3\n")
    assert value == {"a": 3, "b": [{"c": 2}]}
    assert findings == [
        "3:12-3:13 SV007 the key is set twice, first in line 3; the last one counts | remove one of the two",
        "4:1-4:4 SV007 the key is set twice, first in line 1; the last one counts | remove one of the two",
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("base: &b {host: h, port: 1}\na:\n  <<: *b", "host, port"),
        ("base: &b {host: h}\na:\n  <<: [*b, {port: 1}]", "host, port"),
        ("x: 1\na:\n  <<: {}", "nothing"),
        ("x: 1\na:\n  <<: text", "nothing"),
        ("x: 1\na:\n  <<: {a: , b: , c: , d: , e: , f: , g: , h: , i: }", "a, b, c, d, e, f, g, h, …"),
    ],
)
def test_a_merge_key_stays_and_shows_what_it_would_expand_to(text: str, names: str) -> None:
    value, findings = read(text)
    assert list(value["a"]) == ["<<"]
    assert findings == [
        f"3:3-3:5 SV010 a merge key of YAML 1.1; it would expand to {names}, and YAML 1.2 leaves it as it is"
        " | write the keys out"
    ]


def test_a_finding_is_pointed_to_from_the_root() -> None:
    (document,) = read_yaml(Text("a.yaml", "a:\n  - b/c: 1\n    b/c: 2\n    <<: {}"))
    assert [finding.pointer for finding in document.findings] == ["/a/0/b~1c", "/a/0/<<"]


def test_every_document_of_a_stream_is_read_on_its_own() -> None:
    documents = read_yaml(Text("a.yaml", "--- {a: &x 1}\n---\nb: 2\n...\n---\n- *x\n"))
    assert [value_of(document.root) for document in documents] == [{"a": 1}, {"b": 2}, None]
    assert [told(finding) for finding in documents[2].findings] == [
        f"6:3-6:5 SV011 an alias to an anchor that is not set before it | {UNQUOTED_ALIAS}"
    ]


def test_reading_ends_at_the_first_document_that_cannot_be_read() -> None:
    documents = read_yaml(Text("a.yaml", "a: 1\n---\n[\n---\nb: 2\n"))
    assert [value_of(document.root) for document in documents] == [{"a": 1}, None]


def test_sixty_four_levels_are_read_and_one_more_is_not() -> None:
    assert read("[" * 64 + "]" * 64)[1] == []
    assert read("[" * 65 + "]" * 65) == (None, ["1:65-1:66 SV005 nested deeper than 64 levels | "])
    assert read("- " * 65 + "x") == (None, ["1:129-1:130 SV005 nested deeper than 64 levels | "])


@pytest.mark.parametrize("unit", ["[", "{", "[{a: ", "&a ["])
@pytest.mark.parametrize("end", ["", "]", "'", "\x07"])
def test_depth_is_told_whatever_libyaml_says_of_what_is_behind_it(unit: str, end: str) -> None:
    """Its scanner reads ahead of its events; libyaml 0.2.6 refuses 1,000 levels in words of its own."""
    for levels in (100, 999, 1_000, 1_001, 3_000):
        assert read(unit * levels + end)[1][-1].split()[1] == ("SV006" if end == "\x07" else "SV005")


def test_an_alias_counts_as_deep_and_as_large_as_what_it_stands_for() -> None:
    deep = "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 30
    assert read(deep + "*a" + "]" * 30)[1] == ["2:34-2:36 SV005 nested deeper than 64 levels | "]
    wide = "a: &a [" + "1, " * 5000 + "]\nb: [" + "*a, " * 3 + "]"
    assert read(wide)[1] == ["2:13-2:15 SV004 more than 20000 values, aliases followed | "]


def test_the_caps_hold_over_all_the_documents_of_a_stream() -> None:
    documents = read_yaml(Text("a.yaml", f"--- [{'a,' * 99}]\n" * 201))
    assert len(documents) == 201
    assert [told(finding) for finding in documents[-1].findings] == [
        "201:5-201:6 SV004 more than 20000 values, aliases followed | "
    ]


def test_two_thousand_documents_are_read_and_one_more_is_not() -> None:
    assert len(read_yaml(Text("a.yaml", "--- a\n" * 2_000))) == 2_000
    documents = read_yaml(Text("a.yaml", "--- a\n" * 2_001))
    assert [told(finding) for finding in documents[-1].findings] == [
        "2001:1-2001:4 SV004 more than 2000 documents in one file | "
    ]


def test_a_text_with_too_many_tag_directives_is_refused() -> None:
    directives = "".join(f"%TAG !{number}! !\n" for number in range(65))
    expected = "1:1-1:5 SV008 more than 64 %TAG directives | remove them: tags have no meaning in a config"
    assert read(directives + "--- 1") == (None, [expected])


def _filled(unit: str, before: str = "", after: str = "") -> str:
    return before + unit * ((MAX_BYTES - len(before) - len(after)) // len(unit)) + after


def _billion_laughs() -> str:
    levels = [f"l{level}: &l{level} [{', '.join([f'*l{level - 1}'] * 10)}]" for level in range(1, 30)]
    return "\n".join(["l0: &l0 [x]", *levels])


def _merge_bomb() -> str:
    levels = [f"m{level}: &m{level}\n  <<: [{', '.join([f'*m{level - 1}'] * 9)}]" for level in range(1, 30)]
    return "\n".join(["m0: &m0 {k: v}", *levels])


HOSTILE = {
    "billion laughs": _billion_laughs(),
    "merge bomb": _merge_bomb(),
    "documents": _filled("---\n"),
    "tag directives": "".join(f"%TAG !{number:x}! !\n" for number in range(65_000)),
    "open brackets": _filled("["),
    "open braces": _filled("{"),
    "dashes in a line": _filled("- "),
    "items": _filled("- a\n"),
    "question marks": _filled("? "),
    "one comment": _filled("#"),
    "one plain scalar": _filled("a"),
    "plain lines": _filled("a\n"),
    "an open quote": _filled("a", '"'),
    "quoted line ends": _filled("\n", '"', '"'),
    "one anchor": _filled("a", "&"),
    "one tag": _filled("a", "!"),
    "aliases": _filled("*a ", "["),
    "spaces": _filled(" "),
    "line ends": _filled("\n"),
    "tabs": _filled("\t"),
    "empty keys": _filled(": "),
    "keys in a line": _filled("a: "),
    "one key again and again": _filled("a: 1\n"),
    "merge keys": _filled("<<: *a\n", "a: &a {b: 1}\n"),
    "a long block scalar": _filled(" a\n", "a: |\n"),
    "a long number": _filled("1", "a: "),
    "a long hexadecimal number": _filled("f", "a: 0x"),
    "a long exponent": _filled("1", "a: 1e"),
    "sixties": _filled(":1", "a: 1"),
    "underscores": _filled("_", "a: 1"),
    "a date with a long space": _filled(" ", "a: 2024-01-01", "z"),
    "colons after a secret": _filled("a:", "pass: "),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mebibyte_ends_within_a_second(name: str) -> None:
    with computed_within(1):
        documents = read_yaml(Text("a.yaml", HOSTILE[name]))
        assert documents


def test_a_cyclic_alias_never_becomes_a_cyclic_tree() -> None:
    for text in ("&a [*a]", "&a {b: *a}", "&a {? *a : b}", "- &a\n  - &b\n    - *a"):
        (document,) = read_yaml(Text("a.yaml", text))
        assert document.root is None


fragments = st.lists(
    st.sampled_from(
        [
            "a",
            "b: ",
            "- ",
            "\n",
            "  ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            ": ",
            "? ",
            "|\n",
            ">\n",
            "&x ",
            "*x",
            "!!str ",
            "!y ",
            "<<: ",
            "---\n",
            "...\n",
            "'",
            '"',
            "#",
            "%TAG ",
            "\t",
            "\r\n",
            "0465",
            "1e3",
            "~",
            "😀",
            "\ufeff",
            "\\",
            "\x85",
            "\u2028",
            "@",
            "`",
            "%",
            "\x00",
            "\ud800",
            "no",
            "=",
            "2024-01-01",
        ]
    ),
    max_size=25,
).map("".join)


@given(fragments | st.text(alphabet=st.characters(exclude_categories=())))
def test_no_text_at_all_makes_the_reader_raise(text: str) -> None:
    documents = read_yaml(Text("a.yaml", text))
    assert documents
    for document in documents:
        assert document.root is not None or document.findings
        for finding in document.findings:
            place = finding.location
            assert (1, 1) <= (place.line, place.column) <= (place.end_line, place.end_column)


@given(fragments)
def test_a_plain_word_is_found_where_its_node_says(text: str) -> None:
    for document in read_yaml(Text("a.yaml", text)):
        for _, node in walk(document.root) if document.root is not None else ():
            if isinstance(node, Scalar) and node.value in ("a", "0465", "no") and node.end - node.start < 5:
                assert text[node.start : node.end].strip("'\"") == node.value
            if isinstance(node, Mapping):
                assert all(entry.key.start <= entry.key.end for entry in node.entries)


@pytest.mark.parametrize("odd", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1 # the {}b: 2\nc: 3\n", {"a": 1, "c": 3}),
        ("# the {}b: 2\na: 1", {"a": 1}),
        ("a: x{}y\n", {"a": "x{}y"}),
        ("a: 'x{}y'\n", {"a": "x{}y"}),
        ('a: "x{}y \\ue000 \\N\\L\\P"\n', {"a": "x{}y \ue000 \x85\u2028\u2029"}),
        ("a: |\n  x{}y\n  z\n", {"a": "x{}y\nz\n"}),
        ("a{}b: \ue000{}\n", {"a{}b": "\ue000{}"}),
        ("a: | # the {}b\n  x\n", {"a": "x\n"}),
    ],
)
def test_what_ends_a_line_in_yaml_1_1_alone_ends_none(odd: str, text: str, value: dict[str, Any]) -> None:
    def put(pattern: str) -> str:
        return pattern.replace("{}", odd)

    (document,) = read_yaml(Text("a.yaml", put(text)))
    assert document.findings == []
    assert value_of(document.root) == {
        put(key): put(each) if isinstance(each, str) else each for key, each in value.items()
    }
    (comment,) = [*comments(Text("a.yaml", put(text)))] if "#" in text else [None]
    assert comment is None or put(text)[comment.start : comment.end].endswith(("2", "b"))
