"""A file that was read is written again: only if it is still what was read, and with its mode kept."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from smtp_verify.cli.terminal.output import CHANGED, is_file, replace_file
from smtp_verify.cli.terminal.say import say
from smtp_verify.config.reading.source import decode, read_bytes
from smtp_verify.errors import OutputError, SourceError

if TYPE_CHECKING:
    from smtp_verify.config.reading.text import Text

_BOM = b"\xef\xbb\xbf"


def check_rewritable(path: str) -> None:
    """Before the work: the file can be written again, checked without writing it.

    Raises:
        OutputError: it is no file of its own, or may not be written.
    """
    if not is_file(path):
        raise OutputError(f"{path}: is no file that can be written again")
    as_who_writes = os.access in os.supports_effective_ids
    if os.path.exists(path) and not os.access(path, os.W_OK, effective_ids=as_who_writes):
        # Replacing it would need no permission but that of its folder.
        raise OutputError(f"{path}: cannot be written: Permission denied")


def rewrite(path: str, before: Text, after: str) -> None:
    """Write the new text in the place of the old; the byte order mark, the owner and the mode stay.

    Another name of the same file, a hard link, keeps the old text, which is said.

    Args:
        path: the file; a link is followed.
        before: what was read of it.
        after: the new text.

    Raises:
        OutputError: it has changed since it was read, or cannot be written; it is unchanged then.
    """
    check_rewritable(path)
    try:
        data = read_bytes(path)
    except SourceError as error:
        raise OutputError(error.message) from None
    if decode(data, before.path).text != before.text:
        raise OutputError(f"{path}: {CHANGED}")
    mark = _BOM if data.startswith(_BOM) else b""
    links = os.stat(path).st_nlink
    replace_file(path, mark + after.encode("utf-8"), data)
    if links > 1:
        others = "its other name keeps" if links == 2 else f"its {links - 1} other names keep"
        say(f"smtp-verify: {path}: was a hard link; {others} the old text")
