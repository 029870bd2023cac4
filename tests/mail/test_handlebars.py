"""Logto's substitution, to the byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.errors import RenderError
from smtp_verify.javascript import PROTOTYPE_NAMES
from smtp_verify.mail.handlebars import inherited_names, names, substitute
from tests.timing import computed_within

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
PAYLOAD: dict[str, Any] = {
    "code": "123456",
    "user": {"name": "Ada", "tags": ["x", "y"], "": "empty", "none": None},
    "arr": ["a", "b"],
    "nested": [[1, 2], [3]],
    "holes": [None, None, 1],
    "empty": [],
    "objects": [{"k": 1}],
    "n": 1.0,
    "t": True,
    "f": False,
    "nul": None,
    "self": "{{code}}",
    "dollar": "$& \\1 \\g<0>",
    "9x": "nine",
    "": {"code": "never"},
}


def test_every_recorded_template_renders_as_logto_rendered_it(
    record_property: Callable[[str, object], None],
) -> None:
    payloads = json.loads((VECTORS / "payloads.json").read_text(encoding="utf-8"))
    lines = (VECTORS / "render.jsonl").read_text(encoding="utf-8").split("\n")
    cases = [json.loads(line) for line in lines if line]
    wrong = {
        case["id"]: text
        for case in cases
        if (text := substitute(case["template"], payloads[case["payload"]]).text) != case["rendered"]
    }
    record_property("agreement", f"render: {len(cases) - len(wrong)} of {len(cases)}")
    assert len(cases) == 596
    assert wrong == {}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{code}}", "123456"),
        ("{{ code }}", "123456"),
        ("a{{code}}b{{code}}c", "a123456b123456c"),
        ("{{\u00a0code\ufeff}}", "123456"),
        ("{{\u2028code\v\n}}", "123456"),
        ("{{\x1ccode}}", "{{\x1ccode}}"),
        ("{{\x85code}}", "{{\x85code}}"),
        ("{{\u200bcode}}", "{{\u200bcode}}"),
        ("{{{code}}}", "{123456}"),
        ("{{ code }}}}", "123456}}"),
        ("{{code}", "{{code}"),
        ("{{}}", "{{}}"),
        ("{{ }}", "{{ }}"),
        ("{{codé}}", "{{codé}}"),
        ("{{ｃode}}", "{{ｃode}}"),
        ("{{user-name}}", "{{user-name}}"),
        ("{{code|upper}}", "{{code|upper}}"),
        ("{{#if code}}", "{{#if code}}"),
        ("{{missing}}", "{{missing}}"),
        ("{{missing.x}}", "{{missing.x}}"),
        ("{{CODE}}", "{{CODE}}"),
        ("{{.}}", "{{.}}"),
        ("{{..}}", "{{..}}"),
        ("{{.code}}", "{{.code}}"),
        ("{{code.}}", ""),
        ("{{code.length}}", ""),
        ("{{code.0}}", ""),
        ("{{n.toFixed}}", ""),
        ("{{user}}", "[object Object]"),
        ("{{user.name}}", "Ada"),
        ("{{user.missing}}", ""),
        ("{{user.missing.deeper}}", ""),
        ("{{user.none}}", ""),
        ("{{user.none.x}}", ""),
        ("{{user.}}", "empty"),
        ("{{user..name}}", ""),
        ("{{user.tags.0}}", "x"),
        ("{{user.tags.5}}", ""),
        ("{{user.tags.00}}", ""),
        ("{{user.tags.length}}", "2"),
        ("{{user.tags.length.x}}", ""),
        ("{{user.tags.99999999999999999999}}", ""),
        ("{{arr}}", "a,b"),
        ("{{arr.1}}", "b"),
        ("{{arr.2}}", ""),
        ("{{arr.join}}", "function join() { [native code] }"),
        ("{{arr.join.name}}", ""),
        ("{{nested}}", "1,2,3"),
        ("{{nested.0.1}}", "2"),
        ("{{holes}}", ",,1"),
        ("{{empty}}", ""),
        ("{{objects}}", "[object Object]"),
        ("{{objects.0.k}}", "1"),
        ("{{n}} {{t}} {{f}} {{nul}}", "1 true false "),
        ("{{self}}", "{{code}}"),
        ("{{dollar}}", "$& \\1 \\g<0>"),
        ("{{9x}}", "nine"),
    ],
)
def test_a_template_renders_as_in_javascript(template: str, text: str) -> None:
    assert substitute(template, PAYLOAD).text == text


@pytest.mark.parametrize("name", sorted(PROTOTYPE_NAMES))
@pytest.mark.parametrize(
    "path", ["{}", "code.{}", "user.{}", "user.{}.x", "{}.name", "arr.0.{}", "user.tags.{}"]
)
def test_a_name_that_every_object_has_stays_whole_at_any_depth(name: str, path: str) -> None:
    template = "{{ " + path.format(name) + " }}"
    found = substitute(template, {**PAYLOAD, name: "own"})
    assert found.text == template
    assert found.unresolved == (path.format(name),)
    assert inherited_names(template) == (path.format(name),)


def test_unresolved_names_come_once_in_order_of_appearance() -> None:
    found = substitute("{{b}} {{a}} {{ b }} {{code}} {{a.x}}", PAYLOAD)
    assert found.unresolved == ("b", "a", "a.x")


def test_names_come_once_in_order_of_appearance() -> None:
    assert names("{{b}} {{ a }} {{b}} {{a.x}} {{-}}") == ("b", "a", "a.x")


def test_an_object_that_has_no_string_stops_the_rendering() -> None:
    with pytest.raises(RenderError):
        substitute("{{user}}", {"user": {"toString": 5}})


@pytest.mark.parametrize(
    "piece", ["{{ ", "{{", "{{a", "{{ a", "{{ a ", "{{a.", "}}", "{{a}", "{{\ufeff", "{{a b}}", "{ {"]
)
def test_a_hostile_template_takes_linear_time(piece: str) -> None:
    template = piece * 20_000
    with computed_within(0.1):
        assert substitute(template, {"a": "1"}).text == template


@given(st.text())
def test_a_value_is_inserted_as_it_is(value: str) -> None:
    assert substitute("<{{code}}>", {"code": value}).text == f"<{value}>"


@given(st.text(alphabet="{} .ab\u00a0\x85", max_size=40))
def test_what_holds_no_known_name_stays_as_it_is(template: str) -> None:
    assert substitute(template, {}).text == template


def test_a_text_that_no_server_would_take_is_not_built() -> None:
    why = r"\Awith its variables filled in, a text is longer than 64 million characters\Z"
    with pytest.raises(RenderError, match=why):
        substitute("{{x}}" * 200_000, {"x": "y" * 10_000})


def test_a_long_text_is_built() -> None:
    assert len(substitute("{{x}}" * 600, {"x": "y" * 100_000}).text) == 60_000_000
