"""What a fix is: what to write for a finding, and whether that is safe.

A fix is safe where Logto does afterwards what the operator evidently meant: what was refused or failed always
is corrected, or the text alone changes. It is unsafe where another mail may be sent, by another way or with
another login, or where a send that worked may fail; each says why in its docstring, which is on its page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.config.editing.edits import Change
    from smtp_verify.config.path import Path
    from smtp_verify.lint.view import View


class Fix(NamedTuple):
    """What to change, and whether that is safe."""

    changes: tuple[Change, ...]
    safe: bool = True


Fixer: TypeAlias = "Callable[[View, Path], Fix | None]"
"""Makes a fix for a finding at a path; None where there is nothing to say for certain."""
