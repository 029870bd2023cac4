"""Substitution touches its placeholders and nothing else, each apart from the others."""

from __future__ import annotations

import json
import re
from typing import Any

from smtp_verify.errors import RenderError
from smtp_verify.javascript import WHITE_SPACE
from smtp_verify.mail.handlebars import inherited_names, names, substitute
from tests.fuzz.fields import fields

_SPACE = f"[{re.escape(WHITE_SPACE)}]*"
_PLACEHOLDER = re.compile(r"\{\{" + _SPACE + r"([\w.]+)" + _SPACE + r"\}\}", re.ASCII)
"""Logto's pattern, letter by letter."""
_BETWEEN = "|"
"""It ends every placeholder that has begun."""


def check(data: bytes) -> None:
    """Two pieces of a template, and a payload as JSON."""
    first, second, written = fields(data, 3)[:3]
    payload = _payload(written)
    for template in (first, first + second):
        assert list(names(template)) == list(dict.fromkeys(_PLACEHOLDER.findall(template)))
        assert set(inherited_names(template)) <= set(names(template))
        untouched = substitute(template, {})
        assert (untouched.text, untouched.unresolved) == (template, names(template))
    try:
        together = substitute(first + _BETWEEN + second, payload)
    except RenderError:
        return
    apart = [substitute(each, payload) for each in (first, second)]
    assert together.text == _BETWEEN.join(each.text for each in apart)
    assert set(together.unresolved) == {name for each in apart for name in each.unresolved}
    assert set(together.unresolved) <= set(names(together.text))
    if not names(together.text):
        assert substitute(together.text, payload).text == together.text


def _payload(text: str) -> dict[str, Any]:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        payload = None
    return (
        payload if isinstance(payload, dict) else {"code": "123456", "user": {"name": text}, "list": [text]}
    )
