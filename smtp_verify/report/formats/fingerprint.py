"""What makes a finding the same finding in the next run, though lines have moved."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING

from smtp_verify.report.formats.places import in_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.finding import Finding
    from smtp_verify.lint.verdict import Verdict


class Fingerprints:
    """Hands out fingerprints, no two alike: of findings that have the same, each is numbered."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str | int, ...]] = Counter()

    def __call__(self, path: str, *identity: str | int) -> str:
        """32 hex digits for what has this path, and is told from others by this."""
        key = (in_tree(path), *identity)
        self._seen[key] += 1
        told = json.dumps([*key, self._seen[key]])
        return hashlib.sha256(told.encode(), usedforsecurity=False).hexdigest()[:32]


def with_fingerprints(verdict: Verdict) -> Iterator[tuple[Finding, str]]:
    """Each finding of a document: its code and its pointer tell it from others, and no line does."""
    fingerprint = Fingerprints()
    for finding in verdict.findings:
        yield finding, fingerprint(verdict.path, verdict.index, finding.code, finding.pointer)
