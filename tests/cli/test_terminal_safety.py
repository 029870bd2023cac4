"""No server and no file can steer a terminal: their control characters show as escapes, on every stream."""

from __future__ import annotations

import base64
import json
import os
import pty
import re
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from smtp_verify.report import visible
from tests import smtpd
from tests.cli.inside import Inside, run_inside
from tests.configs import TEMPLATES, config_for, write
from tests.conftest import clean_environment
from tests.smtpd import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

SEQUENCES: dict[str, str | bytes] = {
    "CSI: colour": "\x1b[31mred",
    "CSI: clear the screen": "\x1b[2J",
    "CSI: home": "\x1b[H",
    "CSI: overwrite the line above": "\x1b[1A\x1b[2Kaccepted",
    "CSI: the other screen": "\x1b[?1049h",
    "CSI: report the cursor": "\x1b[6n",
    "OSC 0: title": "\x1b]0;title\x07",
    "OSC 52: clipboard": "\x1b]52;c;aGk=\x07",
    "OSC 8: link": "\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\",
    "DCS": "\x1bP+q544e\x1b\\",
    "APC": "\x1b_Ga=T\x1b\\",
    "PM": "\x1b^pm\x1b\\",
    "SOS": "\x1bXsos\x1b\\",
    "full reset": "\x1bc",
    "another character set": "\x1b(0",
    "screen alignment": "\x1b#8",
    "C1 CSI": "\x9b31m",
    "C1 OSC": "\x9d0;title\x9c",
    "C1 DCS": "\x90q\x9c",
    "C1 next line": "\x85",
    "C1 CSI as a byte": b"\x9b31m",
    "C1 OSC as a byte": b"\x9d52;c;aGk=\x9c",
    "C1 DCS as a byte": b"\x90q\x9c",
    "bell": "\x07",
    "backspaces": "\x08\x08\x08",
    "carriage return": "\raccepted",
    "vertical tab and form feed": "\x0b\x0c",
    "NUL": "\x00",
    "shifts": "\x0e\x0f",
    "delete": "\x7f",
    "bidi embeddings": "\u202a\u202b\u202c\u202d\u202e",
    "bidi isolates": "\u2066\u2067\u2068\u2069",
    "bidi marks": "\u200e\u200f\u061c",
    "no width": "\u200b\u200c\u200d\u2060\ufeff",
    "line separators": "\u2028\u2029",
    "Rich: link": "[link=http://evil.example]x[/link]",
    "Rich: an end of nothing": "[/nope]",
    "Rich: style and click": "[bold red]x[/] [@click=app.bell]y[/]",
    "a lone surrogate and no UTF-8": b"\xed\xa0\xbd\xff\xfe",
    "an overlong ESC and a cut off sequence": b"\xc0\x9b\xe2\x80",
}
LETTERS = "Приём 测试"
"""What must come through as it is."""
WIRE = b" ".join(each if isinstance(each, bytes) else each.encode() for each in SEQUENCES.values())
LINE = LETTERS.encode() + b" " + WIRE.replace(b"\r", b"") + b" " + LETTERS.encode()
"""All of it in one line of a server."""
TEXT = f"{LETTERS} {' '.join(each for each in SEQUENCES.values() if isinstance(each, str))} \ud83d {LETTERS}"
"""All that JSON can hold."""
MARKS = f"{LETTERS}\u202e\u2066\u200f[/nope]"
"""What a header may hold: no control characters."""
NAME = "".join(sorted({*TEXT} - {*"\x00/\ud83d"})) + LETTERS
"""All that a file's name can hold."""
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
TO = ("--to", "to@example.com", "--no-input")
SUMMARY = f"terminal: {{}} control characters, {len(SEQUENCES)} sequences, {{}} places"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somewhere a server or a file can speak.

    Args:
        name: where.
        codes: the exit code of each run.
        play: speaks there, and returns what was shown.
        shown: whether the letters of the payload must be among it.
    """

    name: str
    codes: tuple[int, ...]
    play: Callable[[Path], Shown]
    shown: bool = True


@dataclass(slots=True)
class Shown:
    """What a terminal got."""

    codes: list[int] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)

    def add(self, done: Inside) -> None:
        """One run of the program."""
        self.codes.append(done.code)
        self.texts += [done.stdout, done.stderr]


# Servers --------------------------------------------------------------------------------------------------


def sends(folder: Path, config: Any) -> Shown:
    """Three sends: as text, quietly, and to a report that cannot be written."""
    shown = Shown()
    path = write(folder, config)
    for more in (("--transcript", "transcript.txt"), ("-q",), ("-o", "/dev/full")):
        shown.add(run_inside("test-send", path, *TO, *more, cwd=folder))
    shown.texts += [each.read_bytes() for each in folder.glob("transcript.txt")]
    return shown


def said(
    name: str,
    code: int,
    login: dict[str, Any] | None = None,
    failed: bool = True,
    shown: bool = True,
    **knobs: Any,
) -> Place:
    """A server that says it; `failed` where the third send fails before its report."""

    def play(folder: Path) -> Shown:
        with serve(**knobs) as server:
            return sends(folder, config_for(server, auth=login or {}))

    return Place(name=name, codes=(code, code, 73), play=play, shown=shown)


def reply(code: int) -> bytes:
    return f"{code} ".encode() + LINE + b"\r\n"


def lines(code: int) -> bytes:
    return f"{code}-".encode() + LINE + b"\r\n" + reply(code)


LOGIN = {"user": "u", "pass": "p"}
BEARER = {"type": "OAuth2", "user": "u", "accessToken": "good-token"}
OFFERED: dict[str, Any] = {"auth": ["XOAUTH2"]}
CHALLENGE = base64.b64encode(json.dumps({"status": TEXT}).encode())

SERVERS = [
    said("greeting", 0, greeting=reply(220)),
    said("greeting, refused", 69, greeting=lines(554)),
    said("EHLO", 0, caps=(TEXT.replace("\r", "").replace("\ud83d", ""),)),
    said("EHLO and HELO, refused", 69, ehlo_ok=False, helo_ok=False, helo_reply=reply(500)),
    said("STARTTLS, refused", 76, starttls=True, starttls_reply=reply(554)),
    said("AUTH, refused", 77, LOGIN, auth=["PLAIN"], auth_reply=lines(535)),
    said("AUTH, for now", 75, LOGIN, auth=["LOGIN"], auth_reply=reply(454)),
    said("challenge", 77, BEARER, **OFFERED, auth_reply=b"334 " + LINE + b"\r\n"),
    said("challenge in JSON", 77, BEARER, **OFFERED, auth_reply=b"334 " + CHALLENGE + b"\r\n"),
    said("MAIL, refused", 69, mail=lines(550)),
    said("RCPT, refused", 67, rcpt=reply(550)),
    said("DATA, refused", 69, data=reply(554)),
    said("the message, accepted", 0, dot=lines(250)),
    said("the message, refused", 69, dot=reply(554)),
    said("QUIT", 0, quit=reply(221), shown=False),
    said("no greeting", 76, greeting=LINE[:200] + b"\r\n"),
    said("no reply to MAIL", 76, mail=b"\r" + WIRE + b"\r\n", shown=False),
    said("no reply to the message", 74, dot=LINE + b"\n"),
]


@contextmanager
def token_endpoint(body: bytes) -> Iterator[str]:
    """The URL of a token endpoint that always answers this."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/token"
    finally:
        server.shutdown()
        server.server_close()


def answered(name: str, body: bytes, shown: bool = True) -> Place:
    """A token endpoint that says it."""

    def play(folder: Path) -> Shown:
        with serve(auth=["XOAUTH2"]) as server, token_endpoint(body) as url:
            auth = {"type": "OAuth2", "user": "u", "refreshToken": "r", "accessUrl": url}
            return sends(folder, config_for(server, auth=auth))

    return Place(name=f"token endpoint: {name}", codes=(77, 77, 73), play=play, shown=shown)


ENDPOINTS = [
    answered("error", json.dumps({"error": TEXT}).encode()),
    answered(
        "description and address",
        json.dumps({"error": "invalid_grant", "error_description": TEXT, "error_uri": TEXT}).encode(),
    ),
    answered("no UTF-8", b'{"error": "' + LINE + b'"}', shown=False),
    answered("no JSON", LINE, shown=False),
]


def certified(name: str, names: x509.Name, others: list[x509.GeneralName], bad: bytes = b"") -> Place:
    """A certificate that says it; `bad` takes the place of as many A's in its names."""

    def play(folder: Path) -> Shown:
        context = _context(folder, names, others, bad)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(smtpd, "server_context", lambda _: context)
            with serve(implicit_tls=True) as server:
                config = config_for(server, secure=True, tls={"rejectUnauthorized": False})
                return sends(folder, config)

    return Place(name=f"certificate: {name}", codes=(0, 0, 73), play=play, shown=not bad)


def _context(folder: Path, names: x509.Name, others: list[x509.GeneralName], bad: bytes) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder(
        names, names, key.public_key(), 1, datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
    )
    if others:
        builder = builder.add_extension(x509.SubjectAlternativeName(others), critical=False)
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    if bad:
        size = bytes([len(bad)])
        # A string of ASCII becomes one of T.61, in which OpenSSL takes any byte.
        der = der.replace(b"\x0c" + size + b"A" * len(bad), b"\x14" + size + bad)
        der = der.replace(b"A" * len(bad), bad)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "chain.pem").write_bytes(private + ssl.DER_cert_to_PEM_cert(der).encode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem")
    return context


def _name(text: str) -> x509.Name:
    pieces = [text[at : at + 50] for at in range(0, len(text), 50)]
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, piece) for piece in pieces])


PLAIN_NAME = _name(f"Example {LETTERS}")
ASCII = "".join(character for character in TEXT if character < "\x80")
# A certificate may hold any: Python 3.13 makes none of what is no address.
MAILBOX = x509.RFC822Name._init_without_validation(ASCII)
UNENCODABLE = b"\x9b31m\xed\xa0\xbd\xff\x1b["
CERTIFICATES = [
    certified("subject and issuer", _name(TEXT.replace("\ud83d", "")), []),
    certified("DNS names", PLAIN_NAME, [x509.DNSName(ASCII)]),
    certified("other names", PLAIN_NAME, [x509.UniformResourceIdentifier(ASCII), MAILBOX]),
    certified("a directory's name", PLAIN_NAME, [x509.DirectoryName(_name(TEXT.replace("\ud83d", "")))]),
    certified("no UTF-8 in the subject", _name("A" * len(UNENCODABLE)), [], UNENCODABLE),
    certified("no ASCII in a DNS name", PLAIN_NAME, [x509.DNSName("A" * len(UNENCODABLE))], UNENCODABLE),
]


# Files ----------------------------------------------------------------------------------------------------


def commands(folder: Path, path: Path) -> Shown:
    """What each command says of a config: validate, render, test-send, and test-send to the sandbox."""
    shown = Shown()
    runs: list[list[str | Path]] = [
        ["validate", path],
        ["validate", path, "--schema", "connector", "--color", "always"],
        ["render", path, "--all"],
        ["render", path],
        ["test-send", path, *TO],
        ["test-send", path, *TO, "--sandbox"],
    ]
    for command in runs:
        done = run_inside(*command, cwd=folder)
        if "always" in command:
            done = Inside(done.code, re.sub(rb"\x1b\[[0-9;]*m", b"", done.stdout), done.stderr)
        shown.add(done)
    return shown


def template(**changes: str) -> list[dict[str, Any]]:
    """The templates of the tests, the last of them, the Generic one, with changes."""
    return [*TEMPLATES[:-1], {**TEMPLATES[-1], **changes}]


def keyed(where: str, codes: tuple[int, ...], shown: bool = True, /, **changes: Any) -> Place:
    """A config that says it under some keys."""

    def play(folder: Path) -> Shown:
        with serve(auth=["PLAIN"]) as server:
            return commands(folder, write(folder, json.dumps(config_for(server, **changes))))

    return Place(name=f"config: {where}", codes=codes, play=play, shown=shown)


CONFIGS = [
    keyed("host", (1, 0, 0, 0, 68, 78), host=TEXT),
    keyed("fromEmail", (0, 0, 0, 0, 78, 78), fromEmail=f"{TEXT} <a@example.com>"),
    keyed("fromEmail, bidi alone", (0, 0, 0, 0, 0, 0), fromEmail=f"{MARKS} <a@example.com>", replyTo=MARKS),
    keyed("fromEmail, the address", (0, 0, 0, 0, 78, 78), fromEmail=f"{TEXT}@example.com"),
    keyed("replyTo", (0, 0, 0, 0, 78, 78), replyTo=TEXT),
    keyed("usageType", (1, 1, 0, 78, 78, 78), templates=template(usageType=TEXT)),
    keyed("contentType", (1, 1, 0, 0, 78, 78), templates=template(contentType=TEXT)),
    keyed("subject", (0, 0, 0, 0, 0, 0), templates=template(subject=TEXT)),
    keyed("content", (0, 0, 0, 0, 0, 0), templates=template(content=TEXT)),
    keyed(
        "content in HTML",
        (0, 0, 0, 0, 0, 0),
        templates=template(content=f"<p>{TEXT}</p><a href='{TEXT}'>x</a>", contentType="text/html"),
    ),
    keyed(
        "sendFrom and replyTo",
        (0, 0, 0, 0, 78, 78),
        templates=template(sendFrom=f"{TEXT} <a@example.com>", replyTo=TEXT),
    ),
    keyed(
        "variables", (0, 0, 0, 0, 0, 0), templates=template(content="{{" + TEXT + "}} {{ " + TEXT + ".x }}")
    ),
    keyed("a header's name", (0, 0, 0, 0, 78, 78), customHeaders={TEXT: "x"}),
    keyed(
        "a header's value",
        (0, 0, 0, 0, 0, 0),
        customHeaders={"X-Note": TEXT, "Bcc": f"{TEXT} <b@example.com>"},
    ),
    keyed("an unknown key", (0, 0, 0, 0, 0, 0), **{TEXT: 1}),
    keyed("an unknown key of auth", (0, 0, 0, 0, 0, 0), False, auth={**LOGIN, TEXT: "x"}),
    keyed("an unknown key of tls", (0, 0, 0, 0, 0, 0), tls={TEXT: 1}),
    keyed("a placeholder", (0, 0, 0, 0, 78, 78), fromEmail=f"<{TEXT.replace('@', '')}>".replace("[/", "[")),
    keyed("auth.method", (0, 0, 0, 0, 77, 77), False, auth={**LOGIN, "method": TEXT}),
    keyed("auth.type", (0, 1, 0, 0, 78, 78), auth={**LOGIN, "type": TEXT}),
    keyed("auth.user", (0, 0, 0, 0, 77, 77), False, auth={**LOGIN, "user": TEXT}),
    keyed("service", (0, 0, 0, 0, 0, 0), False, service=TEXT),
    keyed("url", (0, 0, 0, 0, 68, 0), False, url=f"smtp://{TEXT}:1/?name={TEXT}"),
    keyed("name", (0, 0, 0, 0, 78, 78), False, name=TEXT),
    keyed("servername", (0, 0, 0, 0, 76, 78), servername=TEXT, secure=True),
    keyed("localAddress", (1, 0, 0, 0, 78, 0), localAddress=TEXT),
    keyed("tls.minVersion", (0, 0, 0, 0, 0, 78), False, tls={"minVersion": TEXT}),
    keyed("values of the wrong type", (1, 1, 78, 78, 78, 78), False, port=TEXT, secure=TEXT, templates=TEXT),
]


def written(
    name: str, codes: tuple[int, ...], text: bytes, file: str = "config.yaml", shown: bool = True
) -> Place:
    """A file that says it."""

    def play(folder: Path) -> Shown:
        path = folder / file
        path.write_bytes(text)
        return commands(folder, path)

    return Place(name=f"file: {name}", codes=codes, play=play, shown=shown)


def each(name: str, code: int, pattern: bytes, suffix: str = "yaml", shown: bool = True) -> Place:
    """A file for each sequence, which stands where the pattern has a percent sign."""

    def play(folder: Path) -> Shown:
        seen = Shown()
        path = folder / f"config.{suffix}"
        for sequence in SEQUENCES.values():
            data = sequence if isinstance(sequence, bytes) else sequence.encode()
            path.write_bytes(pattern.replace(b"%", data).replace(b"#", LETTERS.encode()))
            seen.add(run_inside("validate", path, cwd=folder))
            seen.add(run_inside("render", path, cwd=folder))
        return seen

    return Place(name=f"file: {name}", codes=(code, 78) * len(SEQUENCES), play=play, shown=shown)


FILES = [
    each("YAML that breaks", 1, b"# %: [\n"),
    each("YAML in quotes that breaks", 1, b'host: "# %" #\n'),
    each("a YAML tag", 1, b"#: !<%> [\n"),
    each("a YAML alias", 1, b"#: *%\n"),
    each("a YAML key twice", 1, b"#: {'%': 1, '%': 2}\n"),
    each("a YAML value of two readings", 1, b"#: 0465\n'%': 0x1_0\n"),
    each("JSON that breaks", 1, b'{"#": "%" #}', "json"),
    each("JSON without quotes", 1, b'{"#": %}', "json"),
    each("a JSON key twice", 1, b'{"#": {"%": 1, "%": 2}}', "json"),
    each("carriage returns as line ends", 1, b"host: #\rport: 1\raccepted: [%\r"),
    written("its own name", (0, 0, 0, 0, 69, 0), json.dumps(config_for(1)).encode(), f"{NAME}.json"),
    written("its own name, and broken", (1, 1, 78, 78, 78, 78), b"[", f"{NAME}.yaml"),
]


# The command line -----------------------------------------------------------------------------------------


def called(
    name: str, code: int, *args: str, shown: bool = True, files: Mapping[str, Any] | None = None
) -> Place:
    """Arguments that say it; CONFIG stands for a config that is fine, with nobody at its port."""

    def play(folder: Path) -> Shown:
        shown = Shown()
        path = write(folder, config_for(1))
        for file, content in (files or {}).items():
            write(folder, content, file)
        words = [str(path) if word == "CONFIG" else word for word in args]
        shown.add(run_inside(*words, cwd=folder))
        return shown

    return Place(name=f"arguments: {name}", codes=(code,), play=play, shown=shown)


ARGUMENT = TEXT.replace("\x00", "").replace("\ud83d", "\udc9b\udcff")
"""As Python decodes bytes that are no UTF-8."""
SENDS = ("test-send", "CONFIG", "--no-input")
LOCALIZED = {"languageTag": TEXT, "templateType": TEXT, "details": {"subject": TEXT, "content": TEXT}}
ENGLISH = {**LOCALIZED, "languageTag": "en", "templateType": "Generic"}
ARGUMENTS = [
    called("a missing file", 66, "validate", NAME),
    called("a missing config", 66, "render", NAME),
    called("a missing output folder", 73, "render", "CONFIG", "-o", f"{ARGUMENT}/x/y"),
    called("an output that takes nothing", 73, *SENDS, *TO[:2], "--transcript", f"{ARGUMENT}/x/y"),
    called("--usage", 2, "render", "CONFIG", "--usage", ARGUMENT),
    called(
        "--usage that is in the file",
        0,
        "render",
        "given.json",
        "--usage",
        "Generic",
        files={"given.json": config_for(1, templates=template(usageType="Generic", subject=TEXT))},
    ),
    called("--var", 2, "render", "CONFIG", "--var", ARGUMENT.replace("=", "")),
    called("--var's value", 0, "render", "CONFIG", "--var", f"code={ARGUMENT}", shown=False),
    called("--code", 0, "render", "CONFIG", "--code", ARGUMENT),
    called("--code, sent", 69, *SENDS, *TO[:2], "--code", ARGUMENT, shown=False),
    called("--to", 2, *SENDS, "--to", ARGUMENT),
    called(
        "--to, bidi alone",
        69,
        *SENDS,
        "--to",
        f"{LETTERS.replace(' ', '')}\u202e\u2066\u200f@example.com",
        shown=False,
    ),
    called(
        "--set's path",
        78,
        *SENDS,
        *TO[:2],
        "--set",
        f"port.{ARGUMENT.replace('=', '').replace('.', '').replace('[', '').replace(']', '')}=x",
    ),
    called("--set's file", 2, *SENDS, *TO[:2], "--set", f"host=file:{ARGUMENT}"),
    # What is spelt unlike a variable may be a secret, and stays hidden.
    called(
        "--set's variable",
        2,
        *SENDS,
        *TO[:2],
        "--set",
        f"host=env:{ARGUMENT.replace('=', '')}",
        shown=False,
    ),
    called("--locale", 0, "render", "CONFIG", "--locale", ARGUMENT, shown=False),
    called("--vars", 66, "render", "CONFIG", "--vars", NAME),
    called(
        "--vars, its code",
        78,
        "render",
        "CONFIG",
        "--vars",
        "vars.yaml",
        files={"vars.yaml": f"code: 01\n# {LETTERS}\n"},
        shown=False,
    ),
    called("--email-templates", 66, "render", "CONFIG", "--email-templates", NAME),
    called(
        "localized templates",
        0,
        "render",
        "CONFIG",
        "--email-templates",
        "l.json",
        files={"l.json": [LOCALIZED, ENGLISH]},
    ),
    called(
        "a localized template without details",
        78,
        "render",
        "CONFIG",
        "--email-templates",
        "l.json",
        files={"l.json": [{TEXT: TEXT}]},
        shown=False,
    ),
    called("a choice", 2, "validate", "CONFIG", "--format", ARGUMENT),
    called("a number", 2, "render", "CONFIG", "--document", ARGUMENT),
    called("an option", 2, "validate", "CONFIG", f"--{ARGUMENT.replace('=', '')}"),
    called("a letter of an option", 2, "validate", "CONFIG", f"-{ARGUMENT}", shown=False),
    called("a file that looks like options", 2, "validate", f"-\x9b{ARGUMENT}", shown=False),
    called("a command", 2, ARGUMENT),
    called("one argument too many", 2, "render", "CONFIG", ARGUMENT, shown=False),
]

PLACES = [*SERVERS, *ENDPOINTS, *CERTIFICATES, *CONFIGS, *FILES, *ARGUMENTS]


# The tests ------------------------------------------------------------------------------------------------


@pytest.mark.exhaustive(one_in=8)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_no_control_character_reaches_a_terminal(
    place: Place, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seen = place.play(tmp_path)
    text = b"\n".join(seen.texts).decode("utf-8")
    found = HIDDEN.findall(text)
    record_property("never", (SUMMARY, len(found)))
    assert found == []
    assert tuple(seen.codes) == place.codes
    assert not place.shown or LETTERS in text


def test_the_sequences_and_the_places_are_as_many_as_promised() -> None:
    assert len(SEQUENCES) == 40
    assert len(PLACES) >= 90
    assert len({place.name for place in PLACES}) == len(PLACES)


@contextmanager
def at_a_terminal(folder: Path, *args: str | Path) -> Iterator[Shown]:
    """The program with a terminal for all its streams; what it showed is there when the block ends."""
    shown = Shown()
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "smtp_verify", *map(str, args)]
    env = clean_environment({"TERM": "xterm", "COLUMNS": "20000"})
    with subprocess.Popen(
        command, cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        yield shown
        shown.texts.append(_rest(ours))
        shown.codes.append(process.wait(30))
    os.close(ours)


def _rest(terminal: int) -> bytes:
    """What a terminal shows until nobody has it open."""
    shown = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            return shown
        if not more:
            return shown
        shown += more


OURS = re.compile("\x1b\\[(?:[0-9;]*m|\\?25[lh]|1A|2K)|\r")
"""How the live view paints: colours, the cursor, and back over its own lines."""


def test_the_live_view_passes_nothing_on(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with serve(greeting=reply(220), caps=("SMTPUTF8",), dot=reply(250)) as server:
        path = write(tmp_path, config_for(server, name="mine"))
        with at_a_terminal(
            tmp_path, "test-send", path, "--to", f"{MARKS.replace(' ', '')}@example.com", "--no-input"
        ) as shown:
            pass
    (raw,) = shown.texts
    text = raw.decode("utf-8")
    found = HIDDEN.findall(OURS.sub("", text))
    record_property("never", (SUMMARY, len(found)))
    assert shown.codes == [0]
    assert found == []
    assert "\x1b[?25l" in text
    for sequence in SEQUENCES.values():
        plain = sequence.decode("utf-8", "replace") if isinstance(sequence, bytes) else sequence
        assert plain not in text or not HIDDEN.search(plain)
    assert text.count("\\u202e\\u2066\\u200f[/nope]@example.com") >= 2
    assert LETTERS in text


ENCODINGS = {
    "strict UTF-8": ("utf-8", {"PYTHONIOENCODING": "utf-8:strict"}),
    "ASCII": ("ascii", {"PYTHONIOENCODING": "ascii"}),
    "Latin-1": ("latin-1", {"PYTHONIOENCODING": "latin-1"}),
    "no locale": ("ascii", {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}),
}


@pytest.mark.exhaustive(one_in=2)
@pytest.mark.parametrize("name", ENCODINGS)
def test_no_encoding_makes_it_crash(
    name: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    encoding, env = ENCODINGS[name]
    found: list[str] = []
    (tmp_path / "broken.yaml").write_bytes(f"{LETTERS}: [".encode())
    with serve(greeting=reply(220), rcpt=reply(550)) as server:
        path = write(tmp_path, config_for(server, fromEmail=f"{LETTERS} <a@example.com>"))
        runs = [
            (67, ["test-send", path, *TO, "--transcript", "/dev/stdout"]),
            (67, ["test-send", path, *TO, "-q"]),
            (0, ["render", path, "--all"]),
            (1, ["validate", tmp_path / "broken.yaml"]),
        ]
        for code, words in runs:
            command = [sys.executable, "-m", "smtp_verify", *map(str, words)]
            done = subprocess.run(
                command,
                capture_output=True,
                cwd=tmp_path,
                env=clean_environment(env),
                timeout=60,
                check=False,
            )
            assert done.returncode == code
            found += HIDDEN.findall((done.stdout + done.stderr).decode(encoding))
    record_property("never", (SUMMARY, len(found)))
    assert found == []


# The search can fail --------------------------------------------------------------------------------------


HARMLESS = ("no width", "line separators", "a lone surrogate and no UTF-8")
"""Nothing to steer with; the last one must make nothing crash."""


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_every_sequence_is_something_to_find(sequence: str) -> None:
    text = SEQUENCES[sequence]
    harmless = sequence.startswith("Rich") or sequence in HARMLESS
    shown = text.decode("latin-1") if isinstance(text, bytes) else text
    assert bool(HIDDEN.search(shown)) == (not harmless)
    assert (text if isinstance(text, bytes) else text.encode()) in WIRE


@pytest.mark.parametrize("name", ["greeting, refused", "the message, accepted", "config: subject"])
def test_without_the_door_control_characters_show(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visible, "_HIDDEN", re.compile("(?!)"))
    (place,) = (each for each in PLACES if each.name == name)
    assert HIDDEN.search(b"".join(place.play(tmp_path).texts).decode("utf-8", "replace"))
