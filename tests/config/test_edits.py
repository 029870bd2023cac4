"""Edits on a config's text: the data differ at one path, and the text nowhere else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from smtp_verify.config.editing.edits import CannotEdit, Edit, apply, changed, rename_key, set_value
from smtp_verify.config.loader import InputFormat, load_source
from smtp_verify.config.reading.source import MAX_BYTES, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.config.document import Document
    from smtp_verify.config.path import Path
from smtp_verify.config.path import Assignment


def load(text: str, name: str = "a.yaml", index: int = 0) -> Document:
    return load_source(Source(name, text))[index]


def edited(text: str, path: Path, value: Any, name: str = "a.yaml", index: int = 0) -> str:
    return apply(text, set_value(load(text, name, index), path, value))


def renamed(text: str, path: Path, key: str) -> str:
    return apply(text, rename_key(load(text), path, key))


def refusal(change: Callable[[], object]) -> str:
    with pytest.raises(CannotEdit) as caught:
        change()
    return str(caught.value)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("port: 25\n", 587, "port: 587\n"),
        ("port:   25   # open everywhere\nhost: h", 587, "port:   587   # open everywhere\nhost: h"),
        ("host: h\r\nport: '25'\r\n", 587, "host: h\r\nport: 587\r\n"),
        ('{port: "25", host: h}', 587, "{port: 587, host: h}"),
        ('{"port":"25"}', 587, '{"port":587}'),
        ("port:\nhost: h\n", 587, "port: 587\nhost: h\n"),
        ("port: # which?\nhost: h\n", 587, "port: 587 # which?\nhost: h\n"),
        ("{host: h, port: }\n", 587, "{host: h, port: 587 }\n"),
        ("? port\n: 25\n", 587, "? port\n: 587\n"),
        ("port: one\n  two # c\nhost: h\n", 587, "port: 587 # c\nhost: h\n"),
        ('port: "one\n  two"\n', 587, "port: 587\n"),
        ("port: ~\n", True, "port: true\n"),
        ("port: x\n", None, "port: null\n"),
        ("port: x\n", 1.5, "port: 1.5\n"),
        ("port: x\n", {}, "port: {}\n"),
    ],
)
def test_a_value_is_replaced_where_it_stands(before: str, value: Any, after: str) -> None:
    assert edited(before, ("port",), value) == after


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("name: x\n", "mail.example.com", "name: mail.example.com\n"),
        ("name: x\n", "https://example.com/a", "name: https://example.com/a\n"),
        ("name: 'x'\n", "mail", "name: 'mail'\n"),
        ('name: "x"\n', "mail", 'name: "mail"\n'),
        ("name: 'x'\n", "it's", "name: 'it''s'\n"),
        ("name: x\n", "it's # no comment", "name: 'it''s # no comment'\n"),
        ('name: "x"\n', 'a "b" \\', 'name: "a \\"b\\" \\\\"\n'),
        ("name: 'x'\n", "a\nb\t\x07\u2028", 'name: "a\\nb\\t\\x07\\u2028"\n'),
        ('{"name": "x"}', "a\nb\u2028\x7f", '{"name": "a\\nb\\u2028\\u007f"}'),
        ('{"name": "x"}', "\U0001ed3e", '{"name": "\U0001ed3e"}'),
        ("name: x\n", "Привет 😀", "name: 'Привет 😀'\n"),
        *(
            (f"name: {plain}\n", text, f"name: '{text}'\n")
            for plain in ("x", "25")
            for text in (
                "no",
                "Y",
                "NULL",
                "0465",
                "1e3",
                "22:22",
                "~",
                "",
                " a",
                "-",
                "*a",
                "a: b",
                "2001-01-01",
            )
        ),
    ],
)
def test_a_string_wears_the_quotes_of_the_old_one_and_more_where_it_must(
    before: str, value: str, after: str
) -> None:
    assert edited(before, ("name",), value) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "host: h\nport: 465 # TLS\n\n# who\nauth: {}\n",
            "host: h\nport: 465 # TLS\nsecure: true\n\n# who\nauth: {}\n",
        ),
        ("host: h\r\nport: 465", "host: h\r\nport: 465\r\nsecure: true"),
        ("host: h\rport: 465\r", "host: h\rport: 465\rsecure: true\r"),
        ("port: 465", "port: 465\nsecure: true"),
        ("name: n\nhost: h\n", "name: n\nhost: h\nsecure: true\n"),
        ("name: n\ntls:\n  ca: a\n\n", "name: n\ntls:\n  ca: a\nsecure: true\n\n"),
        (
            "name: n\nl:\n- a\n- b: c\n  d: |\n    e\n\n",
            "name: n\nl:\n- a\n- b: c\n  d: |\n    e\nsecure: true\n\n",
        ),
        ("n: |+\n  kept\n\n\n", None),
        ("a: b\nn: |+\n  kept\n\n\n", "a: b\nsecure: true\nn: |+\n  kept\n\n\n"),
        ("a: &x b\nport: *x\nc: d\n", "a: &x b\nport: *x\nsecure: true\nc: d\n"),
        ("a: {}", "a: {}\nsecure: true"),
        ("{host: h, port: 465}", "{host: h, port: 465, secure: true}"),
        ("{ port: 465 }", "{ port: 465, secure: true }"),
        ("{ 'port': 465 }", "{ 'port': 465, 'secure': true }"),
        ("{port: 465, host: h}", "{port: 465, secure: true, host: h}"),
        ('{"port":465,name: n}', '{"port":465,"secure":true,name: n}'),
        (
            "{\n  port: 465, # c\n  name: n # d\n}\n",
            "{\n  port: 465, # c\n  secure: true,\n  name: n # d\n}\n",
        ),
        (
            "{\n  name: n, # c\n  port: 465 # d\n}\n",
            "{\n  name: n, # c\n  port: 465, # d\n  secure: true\n}\n",
        ),
        ("{\n  name: n,\n  port: 465, # d\n}\n", "{\n  name: n,\n  port: 465, # d\n  secure: true,\n}\n"),
        ("{\n  name: n\n  , port: 465\n}\n", "{\n  name: n\n  , port: 465, secure: true\n}\n"),
    ],
)
def test_a_key_that_is_absent_goes_behind_its_neighbour(before: str, after: str | None) -> None:
    if after is None:
        assert refusal(lambda: edited(before, ("secure",), True)) == (
            "secure: no place was found where it changes nothing else"
        )
    else:
        assert edited(before, ("secure",), True) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", '{"secure": true}'),
        ('{"port":465}', '{"port":465,"secure":true}'),
        ('{"port": 465}', '{"port": 465, "secure": true}'),
        ('{"port" : 465, "a" : 1}', '{"port" : 465, "secure" : true, "a" : 1}'),
        ('{\n\t"port": 465\n}\n', '{\n\t"port": 465,\n\t"secure": true\n}\n'),
        (
            '{\r\n  "port": 465,\r\n\r\n  "a": 1\r\n}',
            '{\r\n  "port": 465,\r\n  "secure": true,\r\n\r\n  "a": 1\r\n}',
        ),
        ('{ "port": 465, "a": 1 }', '{ "port": 465, "secure": true, "a": 1 }'),
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_json_keeps_its_separators_and_stays_json(before: str, after: str, name: str) -> None:
    assert edited(before, ("secure",), True, name) == after


def test_keys_below_are_inserted_with_the_indentation_and_the_quotes_of_their_neighbours() -> None:
    text = "auth:\n    user: \"u\"\n    # the last\ntemplates:\n- usageType: 'A'\n- usageType: 'B'\n"
    assert edited(text, ("auth", "pass"), "p") == text.replace('"u"\n', '"u"\n    pass: "p"\n')
    assert edited(text, ("templates", 1, "subject"), "s") == text.replace("'B'\n", "'B'\n  subject: 's'\n")


def test_an_item_of_a_list_is_replaced() -> None:
    assert edited("a: [b, 'c']\n", ("a", 1), "d") == "a: [b, 'd']\n"
    assert edited("a:\n- b # c\n", ("a", 0), 1) == "a:\n- 1 # c\n"


def test_the_config_within_an_answer_of_logto_is_edited() -> None:
    assert (
        edited('{"id": "x", "config": {"port": "25"}}', ("port",), 25)
        == '{"id": "x", "config": {"port": 25}}'
    )


def test_one_of_several_documents_is_edited() -> None:
    text = "port: 1 # a\n---\nport: 1 # b\n...\n---\nport: 1"
    assert edited(text, ("port",), 2, index=1) == text.replace("1 # b", "2 # b")
    assert edited(text, ("secure",), True, index=0) == text.replace("a\n", "a\nsecure: true\n")
    assert edited(text, ("secure",), True, index=2) == text + "\nsecure: true"


def test_several_values_are_set_one_after_the_other() -> None:
    document = load("port: 465 # p\nname: n\n")
    wanted = {"port": 587, "requireTLS": True, "secure": False}
    now = changed(document, [Assignment((key,), value) for key, value in wanted.items()])
    assert now.text.text == "port: 587 # p\nsecure: false\nrequireTLS: true\nname: n\n"
    assert now.data == {"port": 587, "secure": False, "requireTLS": True, "name": "n"}


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("prot: 25 # c\n", ("prot",), "port: 25 # c\n"),
        ("'prot':  25\n", ("prot",), "'port':  25\n"),
        ('{"prot":25}', ("prot",), '{"port":25}'),
        ("{prot: 25}", ("prot",), "{port: 25}"),
        ("prot: |\n  a\n\nb: c\n", ("prot",), "port: |\n  a\n\nb: c\n"),
        ("tls:\n  prot: 25\n", ("tls", "prot"), "tls:\n  port: 25\n"),
    ],
)
def test_a_key_is_renamed_and_its_value_stays(before: str, path: Path, after: str) -> None:
    assert renamed(before, path, "port") == after


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        ("port: &p 25\n", ("port",), "port: has an anchor, and may be used elsewhere"),
        ("a: &p 25\nport: *p\n", ("port",), "port: has an anchor, and may be used elsewhere"),
        ("auth: &a\n  user: u\nb: *a\n", ("auth", "user"), "auth: has an anchor, and may be used elsewhere"),
        ("b: &a {user: u}\nauth: *a\n", ("auth", "user"), "auth: has an anchor, and may be used elsewhere"),
        ("port: !!str 25\n", ("port",), "port: has a tag"),
        ("auth: !!map\n  user: u\n", ("auth", "user"), "auth: has a tag"),
        ("port: |\n  25\n", ("port",), "port: is a block of text, and such are not edited"),
        ("port: >-\n  25\n", ("port",), "port: is a block of text, and such are not edited"),
        ("port: 1\nport: 2\n", ("port",), "port: is set twice"),
        ('{"port": 1, "port": 2}', ("port",), "port: is set twice"),
        ("auth: {a: 1}\nauth: {a: 2}\n", ("auth", "a"), "auth: is set twice"),
        ("<<: {port: 1}\nport: 2\n", ("port",), "the config: has a merge key"),
        ("port: {a: b}\n", ("port",), "port: is no single value"),
        ("port: [25]\n", ("port",), "port: is no single value"),
        ("{port, a: b}\n", ("port",), "port: is written as nothing at all"),
        ("a:\n-\n", ("a", 0), "a[0]: is written as nothing at all"),
        ("auth: u\n", ("auth", "user"), "auth: has no place for user"),
        ("a: [b]\n", ("a", 1), "a: has no place for [1]"),
        ("a: b\n", ("auth", "user"), "auth: is not there"),
        ("a: b\n", (), "there is nothing to edit"),
        ("a: {\n", ("a",), "there is nothing to edit"),
    ],
)
def test_what_is_not_safe_is_refused_with_its_reason(text: str, path: Path, why: str) -> None:
    assert refusal(lambda: edited(text, path, 587)) == why


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        ("a: 1\n", ("prot",), "prot: is not there"),
        ("prot: 1\nport: 2\n", ("prot",), "port: is there already"),
        ("&k prot: 1\n", ("prot",), "the config: has an anchor, and may be used elsewhere"),
        ("a: 1\n&k prot: 1\n", ("prot",), "prot: has an anchor, and may be used elsewhere"),
        ("a: [b]\n", ("a", 0), "a[0]: is not there"),
    ],
)
def test_a_key_that_cannot_be_renamed_is_refused(text: str, path: Path, why: str) -> None:
    assert refusal(lambda: renamed(text, path, "port")) == why


def test_a_rename_that_would_change_how_the_value_reads_is_refused() -> None:
    # `name` takes a string, and an unknown key the number that YAML 1.2 reads.
    assert refusal(lambda: renamed("nmae: 0465\n", ("nmae",), "name")) == (
        "name: an edit here would change more than that"
    )


def test_a_value_that_no_text_stands_for_is_refused() -> None:
    for value in (float("nan"), float("inf"), "\ud800", 1e300):
        with pytest.raises(CannotEdit):
            edited("a: 1\n", ("a",), value)
    assert refusal(lambda: edited("a: 1\n", ("a",), [1])) == "a: only single values are written"


def test_a_text_does_not_grow_beyond_what_is_read() -> None:
    text = f"a: 1\n#{' ' * (MAX_BYTES - 7)}\n"
    assert len(text) == MAX_BYTES
    assert edited(text, ("a",), 2) == text.replace("1", "2")
    assert refusal(lambda: edited(text, ("a",), 22)) == "a: an edit here would change more than that"


def test_a_config_wrapped_in_one_document_does_not_become_another() -> None:
    # With `host` beside it, `config` would be a key like any other.
    text = "config: {port: 1}\n"
    assert edited(text, ("host",), "h") == "config: {port: 1, host: h}\n"


def test_overlapping_edits_are_refused_and_neighbours_are_not() -> None:
    assert apply("abc", [Edit(1, 2, "x"), Edit(0, 1, "y"), Edit(2, 2, "1"), Edit(2, 2, "2")]) == "yx12c"
    assert refusal(lambda: apply("abc", [Edit(0, 2, "x"), Edit(1, 3, "y")])) == "two edits overlap"


# Layouts of every kind ------------------------------------------------------------------------------------

KEYS = st.sampled_from(
    ["port", "secure", "host", "name", "auth", "user", "tls", "a b", "x-y", "ключ", "it's"]
)
STRINGS = st.one_of(
    # Within the basic plane, so that json.dumps writes what YAML reads.
    st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["no", "0465", "1e3", "~", "# a", "a # b", "a: b", "- a", "{", "x, y", "'", '"', "it's", "\\"]
    ),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), STRINGS)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(KEYS, below, max_size=4)),
    max_leaves=12,
)
CONFIGS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)


@dataclass
class Layout:
    """Writes data as YAML, each thing in a form that is drawn; comments name the key they stand behind."""

    draw: Callable[..., Any]
    line_end: str
    comments: list[str] = field(default_factory=list)

    def scalar(self, value: Any) -> str:
        if not isinstance(value, str):
            return json.dumps(value)
        if value.isprintable() and self.draw(st.booleans()):
            return "'" + value.replace("'", "''") + "'"
        if (
            value.isalpha()
            and value.isascii()
            and value.lower() not in ("no", "null", "y", "n", "on", "true")
        ):
            return value
        return json.dumps(value, ensure_ascii=True)

    def remark(self) -> str:
        if not self.draw(st.booleans()):
            return ""
        self.comments.append(f"# remark {len(self.comments)}")
        blanks: int = self.draw(st.integers(1, 3))
        return " " * blanks + self.comments[-1]

    def flow(self, value: Any, indent: int) -> str:
        if not isinstance(value, (dict, list)):
            return self.scalar(value)
        items = (
            [f"{self.scalar(key)}: {self.flow(item, indent + 2)}" for key, item in value.items()]
            if isinstance(value, dict)
            else [self.flow(item, indent + 2) for item in value]
        )
        opened, closed = "{}" if isinstance(value, dict) else "[]"
        if not items or not self.draw(st.booleans()):
            blank = self.draw(st.sampled_from(["", " "]))
            return f"{opened}{blank}{', '.join(items)}{blank}{closed}"
        pad = self.line_end + " " * indent
        commas = [","] * (len(items) - 1) + [self.draw(st.sampled_from(["", ","]))]
        lines = "".join(
            f"{pad}  {item}{comma}{self.remark()}" for item, comma in zip(items, commas, strict=True)
        )
        return f"{opened}{lines}{pad}{closed}"

    def block(self, value: Any, indent: int) -> str:
        """Lines from the current column on, the first without its indentation."""
        assert value
        pad = " " * indent
        lines = []
        pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
        for key, item in pairs:
            head = "-" if key is None else f"{self.scalar(key)}:"
            if isinstance(item, (dict, list)) and item and self.draw(st.booleans()):
                deeper = indent + self.draw(st.integers(1, 4))
                lines.append(f"{pad}{head}{self.remark()}{self.line_end}{self.block(item, deeper)}")
            else:
                lines.append(f"{pad}{head} {self.flow(item, indent + 1)}{self.remark()}{self.line_end}")
            if self.draw(st.booleans()):
                lines.append(self.line_end)
        return "".join(lines)


@st.composite
def layouts(draw: Callable[..., Any]) -> tuple[Any, str]:
    """Data, and a YAML text of it."""
    config = draw(CONFIGS)
    layout = Layout(draw, draw(st.sampled_from(["\n", "\r\n"])))
    flow = draw(st.booleans())
    text = layout.flow(config, 0) if flow else layout.block(config, 0)
    return config, text.rstrip("\r\n") if draw(st.booleans()) else text


@st.composite
def json_layouts(draw: Callable[..., Any]) -> tuple[Any, str]:
    config = draw(CONFIGS)
    indent = draw(st.sampled_from([None, 1, 2, 4, "\t"]))
    colon = draw(st.sampled_from([":", ": ", " : "]))
    comma = "," if indent is not None else draw(st.sampled_from([",", ", "]))
    text = json.dumps(config, indent=indent, separators=(comma, colon), ensure_ascii=draw(st.booleans()))
    return config, draw(st.sampled_from(["", "\n"])) + text + draw(st.sampled_from(["", "\n", "\r\n"]))


def objects(data: Any, path: Path = ()) -> list[Path]:
    """The paths of all objects."""
    if isinstance(data, list):
        return [each for index, item in enumerate(data) for each in objects(item, (*path, index))]
    if not isinstance(data, dict):
        return []
    below = [each for key, item in data.items() for each in objects(item, (*path, key))]
    return [path, *below]


def at(data: Any, path: Path) -> Any:
    for token in path:
        data = data[token]
    return data


def remarks_by_line(text: str) -> dict[str, str]:
    """What stands before each comment on its line."""
    found = {}
    for line in text.splitlines():
        head, mark, rest = line.rpartition("# remark ")
        if mark and rest.isdigit():
            found[rest] = head.rstrip()
    return found


def check(config: Any, text: str, language: InputFormat, draw: Any) -> None:
    (document,) = load_source(Source("a", text), language)
    assert document.root is not None
    assume(document.base == ())
    above = draw.draw(st.sampled_from(objects(document.data)))
    keys = list(at(document.data, above))
    key = draw.draw(st.sampled_from([*keys, "new", "requireTLS"]))
    path, value = (*above, key), draw.draw(SCALARS | st.text(max_size=5))
    old = at(document.data, above).get(key)
    if isinstance(old, (dict, list)):
        assert refusal(lambda: set_value(document, path, value)).endswith("is no single value")
        return
    edits = set_value(document, path, value)
    after = apply(text, edits)
    (again,) = load_source(Source("a", after), language)
    expected = json.loads(json.dumps(document.data))
    at(expected, above)[key] = value
    assert json.dumps(again.data, sort_keys=True) == json.dumps(expected, sort_keys=True)
    if key in keys:
        (edit,) = edits
        assert (after[: edit.start], after[edit.start + len(edit.text) :]) == (
            text[: edit.start],
            text[edit.end :],
        )
    else:
        assert all(edit.start == edit.end for edit in edits)
    new_heads = remarks_by_line(after)
    for number, head in remarks_by_line(text).items():
        if key not in keys and not set(head) & set("{}"):
            assert new_heads[number].removesuffix(",") == head.removesuffix(","), (
                "a remark stays where it was"
            )
    if text.count("\r\n") == text.count("\n") > 0:
        assert after.count("\r\n") == after.count("\n")
    if language is InputFormat.JSON:
        assert json.loads(after) == expected
    else:
        assert at(yaml.safe_load(after), path) == value, "YAML 1.1 reads it the same"


@given(layouts(), st.data())
def test_in_any_yaml_the_data_differ_at_the_path_alone(layout: tuple[Any, str], draw: Any) -> None:
    check(*layout, InputFormat.YAML, draw)


@given(json_layouts(), st.data())
def test_in_any_json_the_data_differ_at_the_path_alone(layout: tuple[Any, str], draw: Any) -> None:
    check(*layout, InputFormat.JSON, draw)
