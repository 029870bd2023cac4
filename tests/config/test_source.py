"""The gates that bytes pass before anything reads them."""

from __future__ import annotations

import io
import os
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from smtp_verify.config.reading.source import MAX_BYTES, Source, decode, read_source
from smtp_verify.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def closed_file(tmp_path: Path) -> Iterator[str]:
    """A file without permission, for an ordinary user: root may read all of them."""
    file = tmp_path / "closed.yaml"
    file.touch(mode=0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield str(file)
    os.seteuid(user)


def refusal(path: str) -> str:
    with pytest.raises(SourceError) as caught:
        read_source(path)
    return caught.value.message


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes("a: é😀\r\n".encode())
    assert read_source(str(file)) == Source(str(file), "a: é😀\r\n")


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")
    assert read_source(str(tmp_path / "link.yaml")).text == "a: 1"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "missing.yaml")
    assert refusal(path) == f"{path}: no such file or directory"
    assert refusal("") == ": no such file or directory"


def test_a_directory_is_refused(tmp_path: Path) -> None:
    assert refusal(str(tmp_path)) == f"{tmp_path}: is a directory, not a regular file"


def test_a_fifo_without_a_writer_is_refused_at_once(tmp_path: Path) -> None:
    path = str(tmp_path / "fifo.yaml")
    os.mkfifo(path)
    assert refusal(path) == f"{path}: is a FIFO, not a regular file"


@pytest.mark.parametrize("path", ["/dev/null", "/dev/zero", "/dev/full"])
def test_a_device_is_refused(path: str) -> None:
    assert refusal(path) == f"{path}: is a character device, not a regular file"


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.yaml")
        assert refusal("s.yaml") == "s.yaml: no such device or address"


def test_a_file_without_permission_is_refused(closed_file: str) -> None:
    assert refusal(closed_file) == f"{closed_file}: permission denied"


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "a.yaml")
    os.symlink(path, path)
    assert refusal(path) == f"{path}: too many levels of symbolic links"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("a\0b.yaml", "a\0b.yaml: not a name that a file can have"),
        ("x" * 300, "x" * 300 + ": file name too long"),
        ("/dev/null/a.yaml", "/dev/null/a.yaml: not a directory"),
    ],
)
def test_a_name_that_no_file_can_have_is_refused(path: str, message: str) -> None:
    assert refusal(path) == message


def test_no_descriptor_stays_open_after_a_refusal(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(5):
        refusal(str(tmp_path))
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert after == before


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbfa: 1", "a: 1"),
        (b"\xef\xbb\xbf", ""),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", "\ufeffa"),
    ],
)
def test_one_byte_order_mark_is_left_out(data: bytes, text: str) -> None:
    assert decode(data, "a.yaml") == Source("a.yaml", text)


@pytest.mark.parametrize(
    ("data", "text", "bad_byte"),
    [
        (b"a: \xe9", "a: ", 3),
        (b"\xff\xfea\x00", "", 0),
        ("a: é".encode() + b"\n\xc3", "a: é\n", 6),
        (b"\xef\xbb\xbfa\x80", "a", 4),
        (b"\xed\xa0\x80", "", 0),
        (b"\xc0\xaf", "", 0),
    ],
)
def test_bytes_that_are_not_utf_8_keep_the_text_before_them(data: bytes, text: str, bad_byte: int) -> None:
    assert decode(data, "a.yaml") == Source("a.yaml", text, bad_byte=bad_byte)


def test_one_mebibyte_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b" " * MAX_BYTES)
    assert len(read_source(str(file)).text) == MAX_BYTES
    file.write_bytes(b" " * (MAX_BYTES + 1))
    assert read_source(str(file)) == Source(str(file), "", too_large=True)


def test_standard_input_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("a: é".encode())))
    assert read_source("-") == Source("-", "a: é")


def test_a_closed_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert refusal("-") == "standard input is closed"


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="Linux has such files")
def test_a_file_that_holds_more_than_it_says_is_read_whole() -> None:
    assert os.stat("/proc/self/status").st_size == 0
    assert read_source("/proc/self/status").text.startswith("Name:")
    assert read_source("/proc/self/status").text.endswith("\n")
