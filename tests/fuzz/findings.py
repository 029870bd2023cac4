"""No report on a config shows a password that stands where one belongs, however broken the text around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.reading.tree import Mapping, Scalar, walk
from smtp_verify.config.schema import secret_keys
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.lint.verdict import judge_document
from smtp_verify.report.findings.json import findings_json
from smtp_verify.report.findings.text import findings_text
from smtp_verify.report.style import Style
from tests.fuzz.fields import fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.config.path import Path
    from smtp_verify.config.reading.tree import Node

SECRET = "Tr0ub4dor"
FRAMES = (
    "auth:\n  user: me\n  pass: {}\n",
    "pass: {}\n",
    "auth: {{user: me, pass: {}}}\n",
    '{{"auth": {{"user": "me",\n "pass": "{}"}}}}\n',
    "- pass: {}\n",
    "config:\n  auth:\n    clientSecret: '{}'\n",
    "SMTP_PASS={}\n",
)

_MAY_BE_CUT = re.compile(r"[\w#$ .-]*")
"""What may stand before a comment that belongs to a password; behind quotes it is a comment."""


def check(data: bytes) -> None:
    """Lines before a frame, lines behind it, and what stands before and behind the password in it."""
    before, after, lead, tail = fields(data, 4)[:4]
    frame = FRAMES[len(data) % len(FRAMES)]
    if any(set("\r\n") & set(part) for part in (lead, tail)) or SECRET in before + after:
        return
    if "#" in lead + tail and not (_MAY_BE_CUT.fullmatch(lead) and frame.count("'") + frame.count('"') == 0):
        return
    text = f"{before}\n{frame.format(lead + SECRET + tail)}{after}"
    documents = load_source(Source("a.yaml", text))
    if not all(_is_covered(document) for document in documents):
        return
    for document in documents:
        for schema in Schema:
            verdict = judge_document(document, schema, strict=False)
            assert SECRET not in "".join(findings_text([verdict], Style()))
            assert SECRET not in "".join(findings_json([verdict], schema.value, lambda: 0))


def _is_covered(document: Document) -> bool:
    """Whether the password is where one belongs: not in the text of a mail, and not in a key."""
    if document.root is None:
        return True
    base = len(document.base)
    return all(secret_keys.hides(path, base) for path in _holding(document.root))


def _holding(root: Node) -> Iterator[Path]:
    """Where the password stands; a key that holds it counts as the root."""
    for path, node in walk(root):
        if isinstance(node, Mapping) and any(SECRET in entry.key.value for entry in node.entries):
            yield ()
        if isinstance(node, Scalar) and SECRET in str(node.value):
            yield path
