"""The variables of one mail: base, --var, --code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from smtp_verify.errors import ConfigError, SourceError, UsageError
from smtp_verify.mail import payload

if TYPE_CHECKING:
    from pathlib import Path


def test_assignments_overlay_the_base_and_the_code_overlays_them() -> None:
    base = {"code": "1", "user": {"name": "Ada", "id": 1}}
    built = payload.build(base, ["code=2", "user.name=Eve", "user.profile.nick=e", "link=a=b"], "3")
    assert built == {
        "code": "3",
        "user": {"name": "Eve", "id": 1, "profile": {"nick": "e"}},
        "link": "a=b",
    }


def test_the_base_is_left_as_it_was() -> None:
    base = {"user": {"name": "Ada"}}
    payload.build(base, ["user.name=Eve"], None)
    assert base == {"user": {"name": "Ada"}}


def test_an_assignment_is_always_a_string() -> None:
    assert payload.build({}, ["n=1", "t=true", "e=", "o={}"], None) == {
        "n": "1",
        "t": "true",
        "e": "",
        "o": "{}",
    }


def test_an_assignment_below_a_value_puts_an_object_in_its_place() -> None:
    assert payload.build({"a": "text", "b": [1]}, ["a.x=1", "b.0=2"], None) == {
        "a": {"x": "1"},
        "b": {"0": "2"},
    }


@pytest.mark.parametrize("assignment", ["", "x", "=1", "a.=1", ".a=1", "a..b=1", "."])
def test_an_assignment_without_a_key_is_a_usage_error(assignment: str) -> None:
    with pytest.raises(UsageError) as caught:
        payload.build({}, [assignment], None)
    assert caught.value.message == f"--var {assignment!r}: write KEY=VALUE; dots in KEY reach inside"


def test_a_random_code_is_six_digits() -> None:
    codes = {payload.random_code() for _ in range(200)}
    assert all(re.fullmatch("[0-9]{6}", code) for code in codes)
    assert len(codes) > 190


@pytest.mark.parametrize(
    ("name", "text", "variables"),
    [
        ("v.yaml", 'code: "048291"\nuser: {name: Ada}\n', {"code": "048291", "user": {"name": "Ada"}}),
        ("v.json", '{"code": "048291", "n": 1.5}', {"code": "048291", "n": 1.5}),
        ("v.yaml", "code: 482913\n", {"code": 482913}),
        ("v.yaml", "code: 22:22\n", {"code": "22:22"}),
        ("v.yaml", "code: null\n", {"code": None}),
        ("v.yaml", "code: true\n", {"code": True}),
        ("v.yaml", "user: {code: 048}\n", {"user": {"code": 48}}),
        ("v.yaml", "{}\n", {}),
    ],
)
def test_variables_are_read_by_the_rules_of_a_config(
    tmp_path: Path, name: str, text: str, variables: dict[str, object]
) -> None:
    (tmp_path / name).write_text(text)
    assert payload.load_variables(str(tmp_path / name)) == variables


@pytest.mark.parametrize(
    ("written", "sent"),
    [("048291", "48291"), ("1e3", "1000"), ("0x10", "16"), ("12.50", "12.5"), ("0o17", "15"), ("+1", "1")],
)
def test_an_unquoted_code_that_would_be_sent_differently_is_an_error_with_the_cure(
    tmp_path: Path, written: str, sent: str
) -> None:
    path = tmp_path / "v.yaml"
    path.write_text(f"link: x\ncode: {written}\n")
    with pytest.raises(ConfigError) as caught:
        payload.load_variables(str(path))
    assert caught.value.message == (
        f'{path}:2:7: code {written} is a number here, and would be sent as {sent}; write "{written}"'
    )


@pytest.mark.parametrize("text", ["[]", "", "text", "1"])
def test_variables_that_are_no_object_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "v.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError):
        payload.load_variables(str(path))


def test_a_missing_file_of_variables_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        payload.load_variables(str(tmp_path / "v.yaml"))
