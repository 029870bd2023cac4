"""From the paths of the command line to the files to check."""

from __future__ import annotations

import glob
import os
from typing import TYPE_CHECKING

from smtp_verify.config.reading.source import STDIN, display_path
from smtp_verify.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = (".json", ".yaml", ".yml")


def discover(path: str) -> Iterator[str]:
    """The files a path stands for: itself, a directory's configs, or what a pattern matches.

    Raises:
        SourceError: a directory or a pattern that holds none.
    """
    if path == STDIN or not (os.path.isdir(path) or _is_pattern(path)):
        yield path
        return
    found = _matches(path) if _is_pattern(path) else _configs_below(path)
    files = sorted(set(found))
    if not files:
        raise SourceError(f"{display_path(path)}: no {', '.join(SUFFIXES)} file there")
    yield from files


def _is_pattern(path: str) -> bool:
    return glob.has_magic(path) and not os.path.lexists(path)


def _matches(pattern: str) -> Iterator[str]:
    for path in glob.iglob(pattern, recursive=True):
        if os.path.isdir(path):
            yield from _configs_below(path)
        else:
            yield path


def _configs_below(root: str) -> Iterator[str]:
    """Without hidden entries, and without links out of the tree; a folder that cannot be read is named."""
    inside = os.path.join(os.path.realpath(root), "")
    closed: list[OSError] = []
    for folder, folders, files in os.walk(root, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = os.path.join(folder, name)
            if name.startswith(".") or not name.lower().endswith(SUFFIXES):
                continue
            if not os.path.islink(path) or os.path.realpath(path).startswith(inside):
                yield path
    yield from (error.filename for error in closed)
