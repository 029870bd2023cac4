"""Debian's own packages of Postfix, Dovecot and Exim, side by side under a root folder of their own.

python -m tests.interop.debian

They cannot all be installed on one machine, and none has to be: they are unpacked, with the libraries that
they need, and each server is started with that folder as its root. So its users, its libraries and the paths
that are compiled into it are there, and the machine stays as it is. Changing the root takes a superuser.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.interop.launch import INTEROP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = INTEROP / "debian"
STAMP = ROOT / ".unpacked"
IN_CI = os.environ.get("CI") == "true"
SERVERS = {"postfix", "dovecot-core", "dovecot-submissiond", "exim4-daemon-light"}
USERS = {
    "postfix": 61_001,
    "postdrop": 61_002,
    "dovecot": 61_003,
    "dovenull": 61_004,
    "Debian-exim": 61_005,
    "nobody": 65_534,
}
"""Users, and groups of the same names, that the servers give their rights up for."""
TOOLS = ("apt-get", "apt-cache", "dpkg", "chroot")
DEVICES = {"null": (1, 3), "urandom": (1, 9)}
MERGED = ("bin", "lib", "lib64", "sbin")
"""Folders that newer releases keep under /usr alone."""
FILES = {
    "passwd": "root:x:0:0::/:\n" + "".join(f"{user}:x:{uid}:{uid}::/:\n" for user, uid in USERS.items()),
    "group": "root:x:0:\n" + "".join(f"{group}:x:{gid}:\n" for group, gid in USERS.items()),
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "hosts": "127.0.0.1 localhost\n",
}
_DEPENDS = re.compile(r"(?m)^ *\|?(?:Pre)?Depends: (z?lib\S+|dovecot-\S+)")


def missing() -> str:
    """Why these servers cannot be started, as a sentence; empty where they can be."""
    if lacked := _lacked():
        return f"Postfix, Dovecot and Exim need apt, dpkg and root; here, {lacked} is missing."
    if not STAMP.exists():
        return "Postfix, Dovecot and Exim have not been unpacked: `make interop` does it."
    return ""


def _lacked() -> str:
    lacked = (tool for tool in TOOLS if shutil.which(tool) is None)
    return next(lacked, "" if os.geteuid() == 0 else "root")


@dataclass(frozen=True, slots=True)
class Room:
    """A server's own folder: where it is for us, and where it is for the server."""

    path: Path
    inside: str

    @property
    def log(self) -> Path:
        """What it has to say."""
        return self.path / "log"


@contextmanager
def room(settings: dict[str, str]) -> Iterator[Room]:
    """A folder that is gone with its server, and holds what it shows to clients."""
    inside = f"/peers/{secrets.token_hex(4)}"
    path = ROOT / inside.removeprefix("/")
    path.mkdir(parents=True)
    for name in ("key", "cert"):
        shutil.copy(settings[name], path / f"{name}.pem")
        # A server may read its key after it has given up its rights.
        (path / f"{name}.pem").chmod(0o644)
    try:
        yield Room(path, inside)
    finally:
        # A process that is about to end may still write there.
        shutil.rmtree(path, ignore_errors=True)


def give(folder: Path, user: str) -> None:
    """Make a folder that a user of a server may write to."""
    folder.mkdir(parents=True, exist_ok=True)
    os.chown(folder, USERS[user], USERS[user])


def command(*words: str) -> list[str]:
    """What starts a program there: it takes the place of `chroot`, and so has the process id."""
    return ["chroot", str(ROOT), *words]


def unpack() -> None:
    """Fetch the packages and make the folder."""
    shutil.rmtree(ROOT, ignore_errors=True)
    packages = ROOT / "packages"
    packages.mkdir(parents=True)
    try:
        _fetch(packages)
    except subprocess.CalledProcessError:
        # Its lists may be missing, or name a version that has been superseded.
        _run("apt-get", "update", "-qq")
        _fetch(packages)
    for each in packages.iterdir():
        _run("dpkg", "-x", str(each), str(ROOT))
    shutil.rmtree(packages)
    _furnish()
    # Where the root cannot be changed, or a library is missing, it shows here.
    _run(*command("/usr/sbin/dovecot", "--version"))
    STAMP.touch()


def _fetch(packages: Path) -> None:
    options = ("-qq", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3")
    _run("apt-get", *options, "download", *sorted(_needed()), cwd=packages)


def _needed() -> set[str]:
    """The servers, and the libraries that they need: scripts of packages do not run, so nothing else is."""
    needed: set[str] = set()
    found = SERVERS
    while found:
        needed |= found
        listed = _run("apt-cache", "depends", "--important", *sorted(found))
        found = set(_DEPENDS.findall(listed)) - needed
    return needed


def _furnish() -> None:
    """What an installation would have made."""
    for name in MERGED:
        if not (ROOT / name).exists() and (ROOT / "usr" / name).exists():
            (ROOT / name).symlink_to(f"usr/{name}")
    for name, text in FILES.items():
        (ROOT / "etc" / name).write_text(text)
    (ROOT / "tmp").mkdir()
    (ROOT / "tmp").chmod(0o1777)
    (ROOT / "dev").mkdir()
    for name, number in DEVICES.items():
        os.mknod(ROOT / "dev" / name, stat.S_IFCHR, os.makedev(*number))
        (ROOT / "dev" / name).chmod(0o666)


def _run(*words: str, cwd: Path | None = None) -> str:
    return subprocess.run(words, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> int:
    """Unpack, or say why not; where all servers have to be tested, that is a failure."""
    try:
        if not _lacked():
            unpack()
    except (subprocess.CalledProcessError, OSError) as error:
        sys.stderr.write(f"{error}\n")
    if lacked := missing():
        sys.stderr.write(f"{lacked}\n")
    return 1 if lacked and IN_CI else 0


if __name__ == "__main__":
    sys.exit(main())
