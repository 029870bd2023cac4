"""Plays every recorded case again and prints how many agree: by corpus, version of Logto and group.

Run it with `make agreement`. Deliberate differences count as agreeing when they are as README's table says.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from smtp_verify.config.schema.guard import guard
from smtp_verify.logto_versions import VERSIONS, version_of
from smtp_verify.mail.handlebars import substitute
from tests.conftest import VECTORS
from tests.smtp import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY = f"{VERSIONS[0].name} to {VERSIONS[-1].name}"
"""The guard and the rendering are the same in all of them."""


class Line(NamedTuple):
    """One line of the table."""

    corpus: str
    version: str
    group: str
    right: int
    total: int


def guards() -> Iterator[Line]:
    """Whether Logto accepts a config, and which paths it names."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case in recorded.rows("guard"):
        group = str(case["id"]).partition("-")[0]
        issues = guard(case["config"])
        total[group] += 1
        agrees = (not issues, [issue.dotted for issue in issues]) == (case["accepted"], case["paths"])
        right[group] += agrees
    yield from (Line("guard", EVERY, group, right[group], number) for group, number in sorted(total.items()))


def renderings() -> Iterator[Line]:
    """A template with its variables filled in, to the byte."""
    payloads = json.loads((VECTORS / "payloads.json").read_text("utf-8"))
    cases = recorded.rows("render")
    right = sum(
        substitute(each["template"], payloads[each["payload"]]).text == each["rendered"] for each in cases
    )
    yield Line("render", EVERY, "all", right, len(cases))


def sends() -> Iterator[Line]:
    """A send from the connection to the reply, with its envelope and its message."""
    for corpus in recorded.CORPORA:
        for version in recorded.VERSIONS:
            shown = f"{version} (nodemailer {version_of(version).nodemailer})"
            for group in recorded.groups(corpus):
                total = sum(recorded.group_of(case) == group for case in recorded.cases(corpus, version))
                wrong = recorded.played_wrong(corpus, version, group)
                for name, found in wrong.items():
                    sys.stderr.write(f"{corpus}, Logto {version}, {name}: {'; '.join(found)}\n")
                yield Line(corpus, shown, group, total - len(wrong), total)


def told(corpus: str, version: str, group: str, agree: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{corpus:12} {version:26} {group:16} {agree}".rstrip() + "\n")
    sys.stdout.flush()


def main() -> int:
    """Print the table, a sum below each corpus and version; 1 if anything disagrees."""
    sums: dict[tuple[str, str], list[int]] = {}
    told("corpus", "Logto", "group", "agree")
    for line in (*guards(), *renderings(), *sends()):
        told(line.corpus, line.version, line.group, f"{line.right} of {line.total}")
        summed = sums.setdefault((line.corpus, line.version), [0, 0])
        summed[0] += line.right
        summed[1] += line.total
    told("", "", "", "")
    for (corpus, version), (right, total) in sums.items():
        told(corpus, version, "together", f"{right} of {total}")
    return int(any(right != total for right, total in sums.values()))


if __name__ == "__main__":
    sys.exit(main())
