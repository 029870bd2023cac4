"""Rendered templates as the contract's JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from smtp_verify.report.mail.json import render_json

if TYPE_CHECKING:
    from tests.report.conftest import Maker


def test_a_mail_has_the_keys_of_the_contract_in_its_order(rendered: Maker) -> None:
    mail = rendered(1, shadowed=True, unresolved=("missing",), content="é\x1b")
    text = render_json([mail], 0)
    assert text.isascii()
    expected = {
        "version": 1,
        "exitCode": 0,
        "templates": [
            {
                "index": 1,
                "line": 11,
                "source": "config",
                "locale": None,
                "usageType": "SignIn",
                "requested": "SignIn",
                "fallback": False,
                "shadowed": True,
                "contentType": "text/plain",
                "subject": "Code 123456",
                "content": "é\x1b",
                "from": "a@b.co",
                "replyTo": None,
                "unresolved": ["missing"],
                "logto": {"version": "1.43", "differs": []},
            }
        ],
    }
    assert json.loads(text) == expected
    assert list(json.loads(text)["templates"][0]) == list(expected["templates"][0])  # type: ignore[index]


def test_a_stand_in_says_what_was_asked_for(rendered: Maker) -> None:
    mail = rendered(raw={"usageType": "Generic"}, requested="BindMfa")
    (told,) = json.loads(render_json([mail], 0))["templates"]
    assert (told["usageType"], told["requested"], told["fallback"]) == ("Generic", "BindMfa", True)


def test_no_mails_make_an_empty_list() -> None:
    assert json.loads(render_json([], 1)) == {"version": 1, "exitCode": 1, "templates": []}
