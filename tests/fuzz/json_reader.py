"""The readers of JSON accept what Python's own accepts, with the same value, and tell true places."""

from __future__ import annotations

import json
from typing import Any

from smtp_verify import codes
from smtp_verify.config.reading.json_reader import read_json
from smtp_verify.config.reading.json_value import json_value
from smtp_verify.config.reading.text import Text
from smtp_verify.config.reading.tree import Scalar, to_data
from tests.fuzz.fields import fields
from tests.fuzz.places import check_findings, check_nested, check_nodes, nodes

CAPS = {codes.TOO_DEEP, codes.TOO_MANY_NODES}


def check(data: bytes) -> None:
    """Read a text with both."""
    text = Text("a.json", fields(data, 1)[0])
    root, findings = read_json(text)
    check_findings(text, findings)
    accepted, value, duplicates = _reference(text.text)
    if root is None:
        assert findings
        assert not accepted or findings[-1].code in CAPS
        return
    assert accepted
    assert _typed(to_data(root, lambda _, node: node.value)) == _typed(value)
    assert [finding.code for finding in findings] == [codes.DUPLICATE_KEY] * duplicates
    flawless = json_value(text.text)
    assert (flawless is not None) is (not findings)
    assert flawless is None or repr(flawless.tree(text.text)) == repr(root)
    check_nodes(root, text.text)
    check_nested(root)
    for node in nodes(root):
        if isinstance(node, Scalar):
            assert _typed(_loads(text.text[node.start : node.end])) == _typed(node.value)


def _reference(text: str) -> tuple[bool, Any, int]:
    """Whether the standard library accepts a text, what it reads, and how many keys it drops."""
    duplicates = 0

    def gather(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal duplicates
        duplicates += len(pairs) - len(dict(pairs))
        return dict(pairs)

    try:
        return True, _loads(text, gather), duplicates
    except (ValueError, RecursionError):
        return False, None, 0


def _loads(text: str, gather: Any = None) -> Any:
    return json.loads(text, parse_constant=_refuse, parse_int=float, object_pairs_hook=gather)


def _refuse(name: str) -> None:
    raise ValueError(name)


def _typed(value: Any) -> Any:
    """The value with its types, so that true is not 1; all numbers are doubles."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return type(value), value
