"""Whatever bytes a config has, `validate` comes to a verdict, and reads YAML as PyYAML does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.json_reader import read_json
from smtp_verify.config.reading.source import decode
from smtp_verify.config.reading.text import Text
from smtp_verify.config.reading.tree import Mapping, Scalar
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.lint.verdict import judge_document
from smtp_verify.report.findings.json import findings_json
from smtp_verify.report.findings.text import findings_text
from smtp_verify.report.style import Style
from smtp_verify.report.visible import visible
from tests.fuzz.places import check_findings, check_nodes

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.config.reading.tree import Node

# Its scalars are all strings: what it reads differently is the shape alone.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def check(data: bytes) -> None:
    """Load, judge against both schemas, and report."""
    documents = load_source(decode(data, "a.yaml"))
    assert documents
    for document in documents:
        assert document.root is not None or document.findings
        check_findings(document.text, document.findings)
        if document.root is not None:
            check_nodes(document.root, document.text.text)
            json.dumps(document.data)
        _check_verdicts(document)
    _check_shape(documents)


def _check_verdicts(document: Document) -> None:
    for schema in Schema:
        verdict = judge_document(document, schema, strict=False, with_rules=False)
        check_findings(document.text, verdict.findings)
        assert list(verdict.findings) == sorted(verdict.findings)
        assert verdict.readable or not verdict.valid
        told = "".join(findings_text([verdict], Style()))
        assert visible(told) == told
        assert json.loads("".join(findings_json([verdict], schema.value, lambda: 0)))["summary"]["files"] == 1


def _check_shape(documents: list[Document]) -> None:
    """Every document that was read has the keys and the strings that PyYAML finds in it."""
    text = documents[0].text.text
    readable = [document.root for document in documents if document.root is not None]
    if not readable or read_json(Text("a.json", text))[0] is not None:
        return
    loader = _LOADER(text)
    try:
        for root in readable:
            assert _agree(root, loader.get_data())
    except yaml.composer.ComposerError as error:
        # YAML 1.2 lets an anchor be set again, PyYAML does not.
        if "duplicate anchor" not in str(error):
            raise
    finally:
        loader.dispose()


def _agree(node: Node, value: Any) -> bool:
    if isinstance(node, Scalar):
        return isinstance(value, str) and (not isinstance(node.value, str) or node.value == value)
    if isinstance(node, Mapping):
        last = {entry.key.value: entry.value for entry in node.entries}
        return (
            isinstance(value, dict)
            and list(last) == list(value)
            and all(_agree(each, value[key]) for key, each in last.items())
        )
    return (
        isinstance(value, list)
        and len(value) == len(node.items)
        and all(_agree(item, each) for item, each in zip(node.items, value, strict=True))
    )
