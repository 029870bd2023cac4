"""A finding: what is wrong with a config, where, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

MARK = "smtp-verify:"
"""What a comment about findings holds, as in `# smtp-verify: ignore[SV601]`."""


PATH = "path"
"""What gives a finding about an input that cannot be read at all."""


class Severity(Enum):
    """How much a finding matters: an error makes a file invalid, a warning only with --strict."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Location(NamedTuple):
    """A stretch of a text. Lines and columns count from 1, columns in code points; the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    given: str = ""
    """What gave the value, where it is not in the text: then lines and columns are 0 and mean nothing."""

    @classmethod
    def outside(cls, path: str, given: str) -> Location:
        """The location of what is not in the text of `path`.

        Args:
            path: the input that it belongs to.
            given: what gave it: `--set`, the name of an environment variable, or `path` for the input itself.
        """
        return cls(path, 0, 0, 0, 0, given)

    @property
    def shown(self) -> str:
        """For a person: `a.yaml:3:1`, `a.yaml (--set)`."""
        if self.given == PATH:
            return self.path
        return f"{self.path} ({self.given})" if self.given else f"{self.path}:{self.line}:{self.column}"

    @property
    def in_words(self) -> str:
        """For a sentence that names the input itself: `line 3`, `--set`."""
        return self.given or f"line {self.line}"


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One problem at one place, ordered by place and then by code."""

    location: Location
    code: str
    """Never changes: `SV` and three digits, the first of which is the family."""
    severity: Severity = field(compare=False)
    message: str
    help: str = ""
    """What to write instead; empty where there is nothing to say."""
    pointer: str = ""
    """RFC 6901, from the root of the document as it was written."""
    fixable: bool = field(default=False, compare=False)
    """Whether `validate --fix` fixes it, alone or with --unsafe-fixes."""
    fix_is_safe: bool = field(default=False, compare=False)
    """Whether it needs no --unsafe-fixes for that."""
    stops: bool = field(default=False, compare=False)
    """Whether Logto accepts the config, and yet no message can leave with it as it stands."""

    @property
    def told(self) -> str:
        """The message and the help, in a line."""
        return f"{self.message}; {self.help}" if self.help else self.message
