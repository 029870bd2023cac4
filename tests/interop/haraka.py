"""Haraka: a configuration folder of its own, and its start.

Its ports stand in its configuration, so they are chosen beforehand.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.smtpd import LOOPBACK

PLUGIN = Path(__file__).resolve().parent / "haraka_keep.js"
PATIENCE = 60
"""Seconds until it must listen."""
MOST_TRIES = 5
LOWEST_PORT, PORTS = 20_000, 12_000
"""Below those that the system hands out by itself, so that no client sits on one by chance."""
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


def start(
    package: Path, settings: dict[str, str], folder: Path, log: Path
) -> tuple[subprocess.Popen[str], dict[str, int]]:
    """The process and its ports, once it listens on both."""
    for _ in range(MOST_TRIES):
        ports = _free_ports()
        _configure(package, settings, folder, ports)
        process = _spawn(package, folder, log)
        if all(_listens(process, port) for port in ports.values()):
            return process, ports
        # Somebody else may have taken a port in the meantime.
        process.kill()
        process.wait()
    raise AssertionError(f"Haraka did not start:\n{log.read_text()}")


def _configure(package: Path, settings: dict[str, str], folder: Path, ports: dict[str, int]) -> None:
    """Its own defaults, and what is different here."""
    config = folder / "config"
    listen = ",".join(f"{LOOPBACK}:{port}" for port in ports.values())
    files = {
        "smtp.ini": f"listen={listen}\nsmtps_port={ports['tls']}\nnodes=0\n",
        "plugins": "tls\nauth/flat_file\nkeep\n",
        "keep_messages_in": settings["messages"] + "\n",
        # Nothing may leave this machine, whatever happens to the plugin.
        "outbound.ini": "disabled=true\n",
        "auth_flat_file.ini": (
            f"[core]\nmethods={settings['mechanism']}\n[users]\n{settings['user']}={settings['secret']}\n"
        ),
        "log.ini": "level=protocol\n",
        "me": "mx.example\n",
        "dhparams.pem": DHPARAMS,
    }
    shutil.copytree(package / "config", config, dirs_exist_ok=True)
    for name, text in files.items():
        (config / name).write_text(text, encoding="utf-8")
    (folder / "plugins").mkdir(exist_ok=True)
    shutil.copy(PLUGIN, folder / "plugins" / "keep.js")
    shutil.copy(settings["key"], config / "tls_key.pem")
    shutil.copy(settings["cert"], config / "tls_cert.pem")


def _spawn(package: Path, folder: Path, log: Path) -> subprocess.Popen[str]:
    command = ["node", str(package / "bin" / "haraka"), "-c", str(folder)]
    with log.open("w") as output:
        return subprocess.Popen(command, stdout=output, stderr=output, text=True)


def _free_ports() -> dict[str, int]:
    while True:
        ports = {mode: LOWEST_PORT + secrets.randbelow(PORTS) for mode in ("starttls", "tls")}
        if ports["starttls"] != ports["tls"] and all(map(_is_free, ports.values())):
            return ports


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _listens(process: subprocess.Popen[str], port: int) -> bool:
    """Whether the process takes connections before it ends, or before patience does."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((LOOPBACK, port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return process.poll() is None
    return False
