"""A file is written again only as it was read, and stays what it was but for the text."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from smtp_verify.cli.rewriting import check_rewritable, rewrite
from smtp_verify.config.document import Text
from smtp_verify.errors import OutputError

if TYPE_CHECKING:
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
