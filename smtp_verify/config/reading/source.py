"""Bytes from a file or standard input, past the gates: a regular file, its size, its encoding."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from typing import BinaryIO, NamedTuple, TextIO

from smtp_verify.errors import SourceError

MAX_BYTES = 1024 * 1024
STDIN = "-"
_PATIENCE = 0.2
"""Seconds."""


class Source(NamedTuple):
    """The text of one input, or how far it could be decoded."""

    path: str
    """As the user gave it, joined with `/`; `-` for standard input."""
    text: str
    """The decoded text without a byte order mark; where it is not UTF-8, the part before `bad_byte`."""
    too_large: bool = False
    bad_byte: int | None = None
    """The offset in bytes of the first byte that is not UTF-8."""


def read_source(path: str) -> Source:
    """Read `path`, or standard input for `-`.

    Raises:
        SourceError: the path is missing, not a regular file, or not permitted.
    """
    return decode(_stdin_bytes() if path == STDIN else read_bytes(path), display_path(path))


def display_path(path: str) -> str:
    """The path as reports show it: `/` on every system."""
    return path.replace(os.sep, "/")


def decode(data: bytes, path: str) -> Source:
    """UTF-8, with or without a byte order mark."""
    if len(data) > MAX_BYTES:
        return Source(path, "", too_large=True)
    try:
        return Source(path, data.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        prefix = data[: error.start].decode("utf-8").removeprefix("\ufeff")
        return Source(path, prefix, bad_byte=error.start)


def read_bytes(path: str) -> bytes:
    """A file as it is, or as much of it as tells that it is too large.

    Raises:
        SourceError: the path is missing, not a regular file, or not permitted.
    """
    try:
        # A FIFO without a writer would block a plain open() forever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise SourceError(f"{display_path(path)}: {_reason(error)}") from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise SourceError(f"{display_path(path)}: is {_kind(found.st_mode)}, not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        return _read_limited(stream, path, found.st_size)


def _stdin_bytes() -> bytes:
    if sys.stdin is None:
        raise SourceError("standard input is closed")
    _wait_for(sys.stdin)
    return _read_limited(sys.stdin.buffer, STDIN, MAX_BYTES)


def _wait_for(stream: TextIO) -> None:
    """Until there is something to read, a little at a time.

    Python looks for signals between two instructions: one that comes just before a read that has nothing to
    read would be noticed only at its end.
    """
    import select

    # On Windows only sockets can be waited for.
    with suppress(OSError, ValueError):
        while not select.select([stream], [], [], _PATIENCE)[0]:
            pass


def _read_limited(stream: BinaryIO, path: str, size: int) -> bytes:
    """All of a stream, or one byte more than is allowed; `size` is what it is said to hold."""
    try:
        # A buffer for the most that is allowed takes longer to make than a file takes to read.
        data = stream.read(min(size, MAX_BYTES) + 1)
        return data + stream.read(MAX_BYTES + 1 - len(data)) if len(data) > size else data
    except OSError as error:
        raise SourceError(f"{display_path(path)}: {_reason(error)}") from None


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return "not a name that a file can have"


def _kind(mode: int) -> str:
    kinds = {
        stat.S_IFDIR: "a directory",
        stat.S_IFIFO: "a FIFO",
        stat.S_IFCHR: "a character device",
        stat.S_IFBLK: "a block device",
        stat.S_IFSOCK: "a socket",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")
