"""A file is written again only as it was read, and stays what it was but for the text."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from smtp_verify.cli.terminal import output
from smtp_verify.cli.terminal.rewriting import check_rewritable, rewrite
from smtp_verify.config.reading.text import Text
from smtp_verify.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEFORE = Text("a.yaml", "port: 1\r\n")


def test_the_byte_order_mark_the_line_ends_and_the_mode_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfport: 1\r\n")
    path.chmod(0o640)
    rewrite(str(path), BEFORE, "port: 2\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbfport: 2\r\n"
    assert path.stat().st_mode & 0o7777 == 0o640
    assert os.listdir(tmp_path) == ["a.yaml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"port: 1\r\n")
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    rewrite(str(tmp_path / "link.yaml"), BEFORE, "port: 2\r\n")
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "a.yaml").read_bytes() == b"port: 2\r\n"


@pytest.mark.parametrize("now", [b"port: 1\n", b"port: 1\r\n\r\n", b"", b"\xff", b" " * 2**21])
def test_a_file_that_has_changed_is_left_alone(now: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(now)
    with pytest.raises(OutputError, match=r"a\.yaml: has changed since it was read$"):
        rewrite(str(path), BEFORE, "port: 2\r\n")
    assert path.read_bytes() == now


def replaced(path: Path) -> None:
    """As most editors save."""
    new = path.with_suffix(".new")
    new.write_bytes(b"port: 3\n")
    new.replace(path)


def appended(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"secure: true\r\n")


def another(path: Path) -> None:
    path.rename(path.with_suffix(".old"))
    path.write_bytes(b"a")


def foldered(path: Path) -> None:
    path.unlink()
    path.mkdir()


EDITS: dict[str, Callable[[Path], object]] = {
    "written over": lambda path: path.write_bytes(b"port: 3\r\n"),
    "replaced": replaced,
    "appended to": appended,
    "cut short": lambda path: os.truncate(path, 4),
    "emptied": lambda path: os.truncate(path, 0),
    "a byte order mark": lambda path: path.write_bytes(b"\xef\xbb\xbfport: 1\r\n"),
    "line ends": lambda path: path.write_bytes(b"port: 1\n"),
    "a blank": lambda path: path.write_bytes(b"port: 1 \r\n"),
    "bytes that are no text": lambda path: path.write_bytes(b"port: \xff\r\n"),
    "a last line": lambda path: path.write_bytes(b"port: 1\r\n# end"),
    "another file": another,
    "removed": lambda path: path.unlink(),
    "moved away": lambda path: path.rename(path.with_suffix(".old")),
    "now a folder": foldered,
}
"""What somebody else may do to the file."""
STEPS = ("_temporary_beside", "_keep_owner", "_usual_mode", "_keep_attributes", "_sync")
"""Those before the comparison, in order; the program is held up at the end of one."""


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_while_the_new_text_is_written_is_not_lost(
    edit: str, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"port: 1\r\n")
    usual = getattr(output, step)
    left: list[dict[str, bytes]] = []

    def held_up(*args: object) -> object:
        done = usual(*args)
        if not left:
            EDITS[edit](path)
            left.append(contents(tmp_path))
        return done

    monkeypatch.setattr(output, step, held_up)
    with pytest.raises(OutputError):
        rewrite(str(path), BEFORE, "port: 2\r\n")
    assert [contents(tmp_path)] == left
    assert not list(tmp_path.glob(".a.yaml.*"))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but the program's own, which begins with a dot."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    return {name: data for name, data in files.items() if not name.startswith(".a.yaml.")}


def test_the_new_text_is_on_the_disk_before_its_name_and_then_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"port: 1\r\n")
    done: list[str] = []
    fsync, move = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        done.append(_kind(descriptor))
        fsync(descriptor)

    def moved(before: str, after: str) -> None:
        done.append("moved")
        move(before, after)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", moved)
    rewrite(str(path), BEFORE, "port: 2\r\n")
    assert done == ["port: 2", "moved", "folder"]


def _kind(descriptor: int) -> str:
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        return "folder"
    return os.pread(descriptor, 100, 0).decode().strip()


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="Linux alone has them in Python")
def test_extended_attributes_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"port: 1\r\n")
    try:
        os.setxattr(path, "user.owner", b"ops")
    except OSError:
        pytest.skip("this file system has none")
    rewrite(str(path), BEFORE, "port: 2\r\n")
    assert os.getxattr(path, "user.owner") == b"ops"


@pytest.mark.parametrize(
    ("names", "told"), [(1, ""), (2, "its other name keeps"), (3, "its 2 other names keep")]
)
def test_another_name_of_the_file_keeps_the_old_text_and_that_is_said(
    names: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"port: 1\r\n")
    others = [tmp_path / f"{number}.yaml" for number in range(1, names)]
    for other in others:
        other.hardlink_to(path)
    rewrite(str(path), BEFORE, "port: 2\r\n")
    assert path.read_bytes() == b"port: 2\r\n"
    assert [other.read_bytes() for other in others] == [b"port: 1\r\n"] * len(others)
    said = f"smtp-verify: {path}: was a hard link; {told} the old text\n" if told else ""
    assert capsys.readouterr().err == said


def test_a_file_that_has_gone_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no such file"):
        rewrite(str(tmp_path / "a.yaml"), BEFORE, "port: 2\r\n")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("path", ["/dev/stdin", "/dev/null", "-"])
def test_what_is_no_file_of_its_own_is_refused(path: str) -> None:
    with pytest.raises(OutputError, match="is no file that can be written again"):
        check_rewritable(path)


def test_a_file_that_may_not_be_written_is_refused_though_its_folder_would_allow_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").touch(mode=0o444)
    tmp_path.chmod(0o777)
    # From within: the folders above are closed to others.
    monkeypatch.chdir(tmp_path)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(OutputError, match=r"a\.yaml: cannot be written: Permission denied"):
            check_rewritable("a.yaml")
    finally:
        os.seteuid(user)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has files of others that it can give back")
def test_the_owner_and_the_group_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"port: 1\r\n")
    path.chmod(0o600)
    os.chown(path, 12345, 54321)
    rewrite(str(path), BEFORE, "port: 2\r\n")
    assert (path.stat().st_uid, path.stat().st_gid, path.stat().st_mode & 0o7777) == (12345, 54321, 0o600)


@pytest.mark.parametrize(("does_it", "left"), [(True, b"port: 2\r\n"), (False, b"port: 1\r\n")])
def test_a_signal_before_or_behind_the_replacement_is_told_as_one(
    does_it: bool, left: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"port: 1\r\n")
    replace = os.replace

    def interrupted(source: str, target: str) -> None:
        if does_it:
            replace(source, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        rewrite(str(path), BEFORE, "port: 2\r\n")
    assert path.read_bytes() == left
    assert os.listdir(tmp_path) == ["a.yaml"]
