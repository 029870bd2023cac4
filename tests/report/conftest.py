"""Rendered mails for the tests of their reports."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from smtp_verify.mail.template import Rendered, Template


class Maker(Protocol):
    """Makes a rendered mail with some fields other than usual; `raw` overlays its template."""

    def __call__(
        self, index: int = 0, shadowed: bool = False, requested: str = "SignIn", **fields: Any
    ) -> Rendered:
        """The mail."""


@pytest.fixture
def rendered() -> Maker:
    """A maker of rendered mails."""

    def make(index: int = 0, shadowed: bool = False, requested: str = "SignIn", **fields: Any) -> Rendered:
        raw = {"usageType": "SignIn", "subject": "Code {{code}}", "content": "Hi", **fields.pop("raw", {})}
        usual = {
            "content_type": "text/plain",
            "subject": "Code 123456",
            "content": "Hi",
            "sender": "a@b.co",
            "reply_to": None,
            "unresolved": (),
            "inherited": (),
        }
        return Rendered(template=Template(index, index + 10, raw, requested, shadowed), **{**usual, **fields})

    return make
