"""A finding about a value from outside the text has no line, whatever text the value is laid over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.config import overrides
from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.errors import ConfigError
from smtp_verify.lint import registry
from smtp_verify.lint.structure import check
from tests.auth_forms import FORMS, KEYS, config_with, value_for

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.finding import Finding


def document_of(config: Any) -> Document:
    return load_source(Source("a.json", json.dumps(config, indent=1)))[0]


def laid_over(config: Any, **given: str) -> Document:
    """The config with values from --set; `__` stands for a dot."""
    assignments = [f"{path.replace('__', '.')}={value}" for path, value in given.items()]
    return overrides.overridden(document_of(config), overrides.from_options(assignments, str))


def found(document: Document, pointer: str) -> Finding:
    return next(each for each in check(document, Schema.CONNECTOR) if each.pointer == pointer)


@pytest.mark.parametrize("form", FORMS)
def test_whatever_is_laid_over_any_form_of_auth_is_judged(form: str) -> None:
    """Each key, wrong and on its own."""
    document = document_of(config_with(FORMS[form]))
    for path in KEYS:
        assignment = overrides.typed(path, value_for(path))
        try:
            given = overrides.overridden(document, [overrides.Override(assignment, "--set")])
        except ConfigError:
            assert path[0] == "auth"
            assert not isinstance(FORMS[form], dict)
            continue
        pointer = given.pointer(tuple(map(str, path)))
        findings = [*check(given, Schema.CONNECTOR), *check(given, Schema.DOCUMENTED), *registry.check(given)]
        for finding in findings:
            inside = f"{finding.pointer}/".startswith(f"{pointer}/")
            assert not inside or finding.location == ("a.json", 0, 0, 0, 0, "--set"), finding
            assert bool(finding.location.given) == (not finding.location.line)


def test_a_given_value_is_not_blamed_on_the_line_that_says_another() -> None:
    document = laid_over(config_with({}, port=2525, secure=False), port="1.5", secure="true", host="")
    assert document.location(("port",)).shown == "a.json (--set)"
    assert document.location(("fromEmail",)).line > 1
    assert document.node(("port",)) is None


def test_what_is_missing_in_a_given_object_is_missing_there() -> None:
    document = laid_over(config_with(FORMS["absent"]), auth__serviceClient="c")
    assert found(document, "/auth/serviceClient").location.given == "--set"
    document = laid_over(config_with({"user": "u"}), templates='[{"usageType": "Generic"}]')
    assert found(document, "/templates/0/subject").location.given == "--set"


def test_a_given_key_that_the_guard_does_not_know_there_has_no_line_and_others_keep_theirs() -> None:
    document = laid_over(config_with(FORMS["login"]), auth__method="PLAIN")
    finding = found(document, "/auth/method")
    assert (finding.location.given, finding.location.line) == ("--set", 0)
    document = laid_over(config_with(FORMS["unknown keys"]), auth__method="PLAIN")
    assert {each.pointer: each.location.given for each in check(document, Schema.DOCUMENTED)} == {
        "/auth/pas": "",
        "/auth/mechanism": "",
    }


def test_a_variable_of_the_environment_is_named() -> None:
    (given,) = overrides.from_environment({"SMTP_VERIFY_SET_AUTH__METHOD": "PLAIN"}, str)
    document = overrides.overridden(document_of(config_with(FORMS["login"])), [given])
    assert found(document, "/auth/method").location.given == "SMTP_VERIFY_SET_AUTH__METHOD"


def test_an_answer_of_logtos_api_keeps_its_prefix() -> None:
    wrapped = {"id": "x", "config": config_with(FORMS["login"])}
    finding = found(laid_over(wrapped, auth__method="PLAIN"), "/config/auth/method")
    assert finding.location.given == "--set"
