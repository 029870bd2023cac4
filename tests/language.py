"""How plain the English is: the lines that match patterns of a stiff style, and how many there were at first.

`make language` prints the table. NEVER is what may be left in quotations only; of SELDOM a third may be left.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PATHS = (
    "smtp_verify",
    "docs",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "sample-configs",
    "action.yml",
)
SUFFIXES = (".py", ".md", ".yaml", ".yml", ".json")


NEVER = {
    r"\b(is|are|be) none of\b": 17,
    r"\bas far as\b": 11,
    r"\bpass(es|ed)?( it| them)? over\b": 16,
    r"\b(all the same|for ever|any more|in vain|of use)\b": 34,
    r"\bin clear\b|\btravels?\b": 47,
    r"\b(whoever|anybody|somebody|whom)\b": 30,
    r"\b(mend(s|ed)?|heeds?|vouch[a-z]*|goe?s? by|put right)\b": 31,
    r"\b(user name|[Ww]hite space|look-ups?|start-up)\b": 38,
    r"colour|centre|behaviour|licence|misspelt|(organ|author)is[ae]": 33,
    r"""\b[Cc]ures?\b[^=":]""": 22,
    r"Logto's connector": 19,
}
SELDOM = {
    r"\b(is|are|be) (no|none)\b": 184,
    r"\balone\b": 77,
    r"\b(tells?|told|telling)\b": 193,
    r"\b(stands?|stood)\b": 124,
    r"\b(behind|beside)\b": 88,
    r"\b[Ww]here\b": 388,
    r"\b[Ww]hat (is|was|it|there)\b": 220,
    r'"""What\b': 215,
    r"\b(takes?|taken|took)\b": 214,
    r"\b(holds?|held)\b": 132,
    r"\b(wants?|wanted|gives?|given)\b": 180,
    r"\b(said|says?)\b": 285,
    r"\bmay\b": 158,
    r"\bmails\b|\b([Aa]|[Tt]he|[Ee]ach|[Ee]very|any|no|this) mail\b": 176,
    r"\b(a|no|as|any|one) text\b|\btexts\b": 107,
    r"\b(its|the|their|a|of) places?\b": 51,
    r"\bthe (very )?word\b": 12,
    r"\bfrom the (first byte|start)\b": 27,
    r", and (what|that|no|nothing|whose|else)\b": 84,
    r";[^;]*;": 116,
}


def lines(root: Path) -> Iterator[str]:
    """Every line of the files that are read by people."""
    for path in PATHS:
        top = root / path
        # Not all are there yet.
        files = [top] if top.is_file() else sorted(top.rglob("*"))
        for file in files:
            if file.suffix in SUFFIXES and file.is_file():
                yield from file.read_text(encoding="utf-8").splitlines()


def counts(root: Path) -> dict[str, int]:
    """How many lines match each pattern."""
    every = list(lines(root))
    return {regex: sum(1 for line in every if re.search(regex, line)) for regex in (*NEVER, *SELDOM)}


def table(root: Path) -> Iterator[str]:
    """A line for each pattern: how many there are, how many there may be, how many there were."""
    found = counts(root)
    for patterns, share in ((NEVER, 0), (SELDOM, 3)):
        for regex, first in patterns.items():
            yield f"{found[regex]:5}  at most {first // share if share else 0:4}  at first {first:4}  {regex}"


if __name__ == "__main__":
    for line in table(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT):
        print(line)  # noqa: T201 - this is what it is for
