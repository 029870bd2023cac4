"""Rendered mails for the tests of their reports."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.mail.template import Rendered, Template

# Templates from line 10 on, one a line.
LISTED = load_source(Source("a.yaml", "\n" * 8 + "templates:\n" + "- {subject: s}\n" * 9))[0]


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
        template = Template(LISTED, ("templates", index), raw, requested, raw["usageType"], shadowed)
        return Rendered(template=template, **{**usual, **fields})

    return make
