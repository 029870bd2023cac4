"""Haraka: a configuration folder of its own, and its start."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.interop.launch import NODE_MODULES, launch
from tests.smtpd import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.interop.launch import Ports

PACKAGE = NODE_MODULES / "Haraka"
PLUGIN = Path(__file__).resolve().parent / "haraka_keep.js"
# The group ffdhe2048 of RFC 7919: without a file Haraka keeps a processor busy with finding one.
DHPARAMS = """\
-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
"""


@contextmanager
def serve(settings: dict[str, str], folder: Path, log: Path) -> Iterator[Ports]:
    """Haraka, in a folder of its own."""

    def configure(ports: Ports) -> list[str]:
        _write(settings, folder, ports)
        return ["node", str(PACKAGE / "bin" / "haraka"), "-c", str(folder)]

    with launch(configure, log) as ports:
        yield ports


def _write(settings: dict[str, str], folder: Path, ports: Ports) -> None:
    """Its own defaults, and what is different here."""
    config = folder / "config"
    listen = ",".join(f"{LOOPBACK}:{port}" for port in ports.values())
    files = {
        "smtp.ini": f"listen={listen}\nsmtps_port={ports['tls']}\nnodes=0\n",
        "plugins": "tls\nauth/flat_file\nkeep\n",
        "keep_messages_in": settings["messages"] + "\n",
        "refused": settings["refused"] + "\n",
        # Nothing may leave this machine, whatever happens to the plugin.
        "outbound.ini": "disabled=true\n",
        "auth_flat_file.ini": (
            f"[core]\nmethods={settings['mechanism']}\n[users]\n{settings['user']}={settings['secret']}\n"
        ),
        "log.ini": "level=protocol\n",
        "me": "mx.example\n",
        "dhparams.pem": DHPARAMS,
    }
    shutil.copytree(PACKAGE / "config", config, dirs_exist_ok=True)
    for name, text in files.items():
        (config / name).write_text(text, encoding="utf-8")
    (folder / "plugins").mkdir(exist_ok=True)
    shutil.copy(PLUGIN, folder / "plugins" / "keep.js")
    shutil.copy(settings["key"], config / "tls_key.pem")
    shutil.copy(settings["cert"], config / "tls_cert.pem")
