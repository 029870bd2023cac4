"""Results go to standard output or to a file, whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from smtp_verify.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_begun_on: object = ()
"""The standard output on which a result has begun: no other may follow it there."""

_STDOUT = (None, "-", "/dev/stdout")
"""What `-o` may say for standard output; opened by its name, a file that it leads to would be cut off."""
CHANGED = "has changed since it was read"
_MOST_KEPT = 1024 * 1024
"""Bytes of a result in memory."""


def write_result(
    chunks: str | Iterable[str], path: str | None, private: bool = False, whole: bool = False
) -> None:
    """Write a result to a file, or to standard output where `path` says so.

    Args:
        chunks: the result, or its pieces; they are made while they are written.
        path: where to; None is standard output.
        private: a file is for its owner alone.
        whole: nothing is written before the last piece is made, as a document of a machine format wants it:
            what is interrupted has written nothing, and leaves room for the document that says so.

    Raises:
        OutputError: it cannot be written.
        BrokenPipeError: the reader of standard output has gone.
    """
    pieces = (chunks,) if isinstance(chunks, str) else chunks
    if path not in _STDOUT:
        write_file(path, (piece.encode("utf-8", "backslashreplace") for piece in pieces), private)
    elif whole:
        _to_stdout(_made(pieces))
    else:
        _to_stdout(pieces)


def _made(pieces: Iterable[str]) -> Iterator[bytes]:
    """The pieces once all are made; from so many bytes on they wait on the disk."""
    kept: list[bytes] = []
    size = 0
    more = iter(pieces)
    for piece in more:
        kept.append(_encoded(piece))
        size += len(kept[-1])
        if size > _MOST_KEPT:
            yield from _spooled(kept, more)
            return
    yield from kept


def _spooled(kept: list[bytes], more: Iterable[str]) -> Iterator[bytes]:
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.writelines(kept)
        kept.clear()
        file.writelines(map(_encoded, more))
        file.seek(0)
        while chunk := file.read(_MOST_KEPT):
            yield chunk


def write_bytes(data: bytes, path: str | None) -> None:
    """Write a page or a message unchanged; a file of it is for its owner alone.

    Raises:
        OutputError: it cannot be written.
        BrokenPipeError: the reader of standard output has gone.
    """
    if path in _STDOUT:
        _to_stdout((data,))
    else:
        write_file(path, (data,), private=True)


def check_stdout() -> None:
    """Before anything is sent: standard output is open and takes bytes.

    Raises:
        OutputError: it is closed or full.
    """
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    try:
        os.write(sys.stdout.fileno(), b"")
    except OSError as error:
        raise OutputError(f"standard output cannot be written: {_reason(error)}") from None


def has_begun() -> bool:
    """Whether standard output holds a result, or the beginning of one."""
    return _begun_on is sys.stdout


def is_stdout(path: str | None) -> bool:
    """Whether `-o` and its like mean standard output; not giving one is no such wish."""
    return path is not None and path in _STDOUT


def check_distinct(outputs: Mapping[str, str | None], inputs: Iterable[str | None]) -> None:
    """No output overwrites an input or another output.

    Args:
        outputs: the path of each option that writes.
        inputs: the paths that are read.

    Raises:
        UsageError: one does, or has no name.
    """
    taken = {_resolved(path): "a file that is read" for path in inputs if path and path != "-"}
    for option, path in outputs.items():
        if path is None or path in _STDOUT:
            continue
        if not path:
            raise UsageError(f"{option}: the name of the file is empty")
        if not _is_special(path) and taken.setdefault(_resolved(path), option) != option:
            raise UsageError(f"{option} {path}: would overwrite {taken[_resolved(path)]}")


def _resolved(path: str) -> str:
    """The file that a path leads to; the path itself where the working directory has been removed."""
    try:
        return os.path.realpath(path)
    except OSError:
        return path


def check_file(path: str) -> None:
    """Before the work: a file can be written there, checked without writing it.

    Raises:
        OutputError: it cannot.
    """
    if path in _STDOUT:
        return
    try:
        if _is_special(path):
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK)
            # A pipe stays open to the end of the program: its reader would take our going for the end.
            if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
                os.close(descriptor)
            return
        descriptor, temporary = _temporary_beside(os.path.realpath(path))
        os.close(descriptor)
        os.unlink(temporary)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {_reason(error)}") from None


def write_file(path: str, data: Iterable[bytes], private: bool) -> None:
    """Write a file by way of a temporary one beside it; `private` files are for their owner alone.

    Raises:
        OutputError: it cannot be written; what was there before is unchanged.
    """
    try:
        if _is_special(path):
            _to_special(path, data)
        else:
            _replace(path, data, (lambda *_: None) if private else _as_usual)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {_reason(error)}") from None


def replace_file(path: str, data: bytes, before: bytes) -> None:
    """Write another content into a file that is there: owner, group, mode and extended attributes stay.

    It is compared with what was read once all else is done, right before it gets its new content, which is on
    the disk when this returns.

    Raises:
        OutputError: it has changed, or cannot be written, or not for this owner; it is unchanged then.
    """

    def prepare(temporary: str, target: str) -> None:
        _keep_owner(temporary, os.stat(target))
        os.chmod(temporary, _usual_mode(target))
        _keep_attributes(temporary, target)
        _sync(temporary)
        _check_unchanged(path, target, before)

    try:
        target = _replace(path, (data,), prepare)
        with suppress(OSError):
            # Where a folder cannot be synchronized, the system does it by itself.
            _sync(os.path.dirname(target))
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {_reason(error)}") from None


def check_absent(path: str) -> None:
    """A file that is there already is not overwritten.

    Raises:
        OutputError: something has this name.
    """
    if path not in _STDOUT and not _is_special(path) and os.path.lexists(path):
        raise OutputError(f"{path}: is there already")


def write_new_file(path: str, data: bytes) -> None:
    """Write a file for its owner alone, which must not be there yet.

    Raises:
        OutputError: it is there, or cannot be written.
    """
    if _is_special(path):
        write_file(path, (data,), private=True)
        return
    try:
        descriptor, temporary = _temporary_beside(os.path.realpath(path))
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            _move_to_free_name(temporary, path)
        finally:
            if os.path.exists(temporary):
                os.unlink(temporary)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {_reason(error)}") from None


def _move_to_free_name(temporary: str, path: str) -> None:
    """Unlike a renaming, a link never takes the place of another file."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links.
        check_absent(path)
        os.replace(temporary, path)


def is_file(path: str) -> bool:
    """Whether an output is a file of its own: no stream, no device, no pipe."""
    return path not in _STDOUT and not _is_special(path)


def _to_stdout(pieces: Iterable[str | bytes]) -> None:
    global _begun_on
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    try:
        for piece in pieces:
            _begun_on = sys.stdout
            _write_all(piece if isinstance(piece, bytes) else _encoded(piece))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise BrokenPipeError from None
        # What could not be written must not be tried again when the interpreter exits.
        forget_stdout()
        raise OutputError(f"standard output cannot be written: {_reason(error)}") from None


def _encoded(text: str) -> bytes:
    return text.encode(sys.stdout.encoding, "backslashreplace")


def _write_all(data: bytes) -> None:
    """With PYTHONUNBUFFERED one write may take a part alone, and say nothing of the rest."""
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]


def _is_special(path: str) -> bool:
    """A device, a pipe, or a name for an open file, such as `/dev/stdout`: there is nothing to replace."""
    return path.startswith(("/dev/fd/", "/dev/std", "/proc/")) or (
        os.path.exists(path) and not os.path.isfile(path)
    )


def _to_special(path: str, data: Iterable[bytes]) -> None:
    # Appending: `-o /dev/stdout > file` must keep what the file holds.
    # Without a reader a pipe is no output: opening it must not wait for one.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "ab") as stream:
        stream.writelines(data)


def _replace(path: str, data: Iterable[bytes], prepare: Callable[[str, str], None]) -> str:
    """Write the file beside the target, have it prepared, and move it there; the target is returned."""
    target = os.path.realpath(path)
    descriptor, temporary = _temporary_beside(target)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(data)
        prepare(temporary, target)
        os.replace(temporary, target)
    except BaseException:
        # A signal may come once it has its new name.
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    return target


def _as_usual(temporary: str, target: str) -> None:
    os.chmod(temporary, _usual_mode(target))


def _check_unchanged(path: str, target: str, before: bytes) -> None:
    """Another program may have saved it meanwhile.

    Raises:
        OutputError: one has.
    """
    try:
        with open(target, "rb") as stream:
            unchanged = stream.read(len(before) + 1) == before
    except FileNotFoundError:
        unchanged = False
    if not unchanged:
        raise OutputError(f"{path}: {CHANGED}")


def _keep_attributes(temporary: str, target: str) -> None:
    """Extended attributes, access control lists among them; where the system keeps labels itself, its own."""
    if not hasattr(os, "listxattr"):
        return
    try:
        names = os.listxattr(target)
    except OSError:
        # A file system without them.
        return
    for name in names:
        try:
            os.setxattr(temporary, name, os.getxattr(target, name))
        except OSError:
            if not name.startswith(("security.", "trusted.")):
                raise


def _sync(path: str) -> None:
    """What a file holds, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep_owner(temporary: str, before: os.stat_result) -> None:
    """A config that another user can read no more would be as bad as one that is lost."""
    now = os.stat(temporary)
    if hasattr(os, "chown") and (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        os.chown(temporary, before.st_uid, before.st_gid)


def _temporary_beside(target: str) -> tuple[int, str]:
    import tempfile

    folder = os.path.dirname(target) or "."
    name = os.fsencode(os.path.basename(target))[:64]
    descriptor, path = tempfile.mkstemp(dir=os.fsencode(folder), prefix=b"." + name + b".")
    return descriptor, os.fsdecode(path)


def _usual_mode(target: str) -> int:
    if os.path.exists(target):
        return stat.S_IMODE(os.stat(target).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _reason(error: OSError) -> str:
    if error.errno == errno.ENXIO:
        return "nobody reads it"
    return error.strerror or str(error)


def forget_stdout() -> None:
    """Standard output leads nowhere now; the interpreter must not try to flush it at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        sys.stdout = None
