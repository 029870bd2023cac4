"""From the paths of the command line to the files to check."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smtp_verify.config.reading.discovery import discover
from smtp_verify.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory `conf`, below the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conf").mkdir()
    return tmp_path / "conf"


@pytest.fixture
def half_closed() -> Iterator[Path]:
    """A directory with a closed one in it, for an ordinary user: root may read all of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        write(folder, ["a.yaml", "closed/b.yaml"])
        (folder / "closed").chmod(0)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        yield folder
        os.seteuid(user)
        (folder / "closed").chmod(0o700)


def write(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")


@pytest.mark.parametrize("path", ["-", "conf/any.txt", "missing.yaml", "./conf/a.yaml", "/dev/null", ""])
@pytest.mark.usefixtures("tree")
def test_a_path_that_is_no_directory_stands_for_itself(path: str) -> None:
    assert list(discover(path)) == [path]


def test_a_directory_stands_for_its_configs_sorted(tree: Path) -> None:
    write(tree, ["z.yaml", "b/c.json", "a.YML", "b.yaml", "b-d.json", "notes.txt", "README", "b/deep/x.yml"])
    assert list(discover("conf")) == [
        "conf/a.YML",
        "conf/b-d.json",
        "conf/b.yaml",
        "conf/b/c.json",
        "conf/b/deep/x.yml",
        "conf/z.yaml",
    ]


def test_the_order_does_not_depend_on_how_the_path_is_written(tree: Path) -> None:
    write(tree, ["b.yaml", "a/c.json"])
    assert list(discover("conf/")) == ["conf/a/c.json", "conf/b.yaml"]
    assert list(discover("./conf")) == ["./conf/a/c.json", "./conf/b.yaml"]
    assert list(discover(str(tree))) == [f"{tree}/a/c.json", f"{tree}/b.yaml"]


def test_hidden_entries_are_left_out_unless_they_are_named(tree: Path) -> None:
    write(tree, ["a.yaml", ".b.yaml", ".git/c.yaml", "d/.e.json"])
    assert list(discover("conf")) == ["conf/a.yaml"]
    assert list(discover("conf/.git")) == ["conf/.git/c.yaml"]
    assert list(discover("conf/.b.yaml")) == ["conf/.b.yaml"]


def test_links_out_of_the_tree_are_left_out(tree: Path) -> None:
    write(tree, ["a.yaml"])
    write(tree.parent, ["outside/x.yaml", "conf-too/y.yaml"])
    (tree / "in.yaml").symlink_to("a.yaml")
    (tree / "out.yaml").symlink_to(tree.parent / "outside" / "x.yaml")
    (tree / "neighbour.yaml").symlink_to(tree.parent / "conf-too" / "y.yaml")
    (tree / "folder").symlink_to(tree.parent / "outside")
    (tree / "cycle").symlink_to(tree)
    assert list(discover("conf")) == ["conf/a.yaml", "conf/in.yaml"]


def test_a_directory_that_is_itself_a_link_is_read(tree: Path) -> None:
    write(tree, ["a.yaml", "b/c.yaml"])
    (tree.parent / "link").symlink_to("conf")
    assert list(discover("link")) == ["link/a.yaml", "link/b/c.yaml"]


def test_a_pattern_stands_for_what_it_matches_sorted(tree: Path) -> None:
    write(tree, ["b.yaml", "a.yaml", "c.txt", ".d.yaml", "e/f.yaml"])
    assert list(discover("conf/*.yaml")) == ["conf/a.yaml", "conf/b.yaml"]
    assert list(discover("conf/[bc].*")) == ["conf/b.yaml", "conf/c.txt"]
    assert list(discover("conf/?")) == ["conf/e/f.yaml"]


def test_a_pattern_names_each_file_once(tree: Path) -> None:
    write(tree, ["b.yaml", "a/c.yaml", "a/d/e.yaml"])
    assert list(discover("conf/**")) == ["conf/a/c.yaml", "conf/a/d/e.yaml", "conf/b.yaml"]
    assert list(discover("conf/**/*.yaml")) == ["conf/a/c.yaml", "conf/a/d/e.yaml", "conf/b.yaml"]


def test_a_file_whose_name_looks_like_a_pattern_stands_for_itself(tree: Path) -> None:
    write(tree, ["a[1].yaml", "a1.yaml", "b*/c.yaml"])
    assert list(discover("conf/a[1].yaml")) == ["conf/a[1].yaml"]
    assert list(discover("conf/b*")) == ["conf/b*/c.yaml"]


@pytest.mark.parametrize("path", ["conf", "conf/", "conf/*.yaml", "conf/**", "no-*"])
@pytest.mark.usefixtures("tree")
def test_no_config_at_all_is_refused(path: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(discover(path))
    assert caught.value.message == f"{path}: no .json, .yaml, .yml file there"


def test_a_directory_that_cannot_be_read_is_named_and_not_passed_over(half_closed: Path) -> None:
    assert list(discover(str(half_closed))) == [f"{half_closed}/a.yaml", f"{half_closed}/closed"]
    assert list(discover(f"{half_closed}/closed")) == [f"{half_closed}/closed"]
