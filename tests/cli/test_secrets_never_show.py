"""No secret shows anywhere, whatever a server, a token endpoint, a file or a bug of ours does with it."""

from __future__ import annotations

import base64
import json
import os
import pty
import select
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from smtp_verify.config import secrets
from smtp_verify.redaction import Redactor
from tests.cli.inside import Inside, run_inside
from tests.cli.secret_forms import (
    ACCESS,
    CLIENT_SECRET,
    FORMS,
    ISSUED,
    KEY,
    PASSPHRASE,
    PASSWORD,
    REFRESH,
    SECRETS,
    USER,
    echo,
    hits,
)
from tests.configs import TEMPLATES, config_for, write
from tests.conftest import ROOT, clean_environment
from tests.smtpd import certificates, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

TO = ("--to", "to@example.com", "--no-input")
LOGIN: dict[str, Any] = {"user": USER, "pass": PASSWORD}
TOKEN: dict[str, Any] = {"type": "OAuth2", "user": USER, "accessToken": ACCESS}
REFRESHING = {
    "type": "OAuth2",
    "user": USER,
    "clientId": "client-id",
    "clientSecret": CLIENT_SECRET,
    "refreshToken": REFRESH,
}
RENEWING = {**REFRESHING, "accessToken": ACCESS}
SERVICE = {"type": "OAuth2", "user": USER, "serviceClient": "client-id", "privateKey": KEY}
DEBUG = {
    "PYTHONASYNCIODEBUG": "1",
    "PYTHONDEVMODE": "1",
    "PYTHONFAULTHANDLER": "1",
    "PYTHONTRACEMALLOC": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Something that happens to a secret.

    Args:
        name: what happens.
        codes: the exit code that each of its runs must end with.
        play: does it in a folder, and returns what was seen of it.
        masked: whether a mask must show, as proof that the secret got as far as a report.
    """

    name: str
    codes: tuple[int, ...]
    play: Callable[[Path], Seen]
    masked: bool = False


@dataclass(slots=True)
class Seen:
    """Everything a scenario left where somebody might read it."""

    codes: list[int] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    assertions: list[str] = field(default_factory=list)

    def add(self, done: Inside) -> None:
        """One run of the program."""
        self.codes.append(done.code)
        self.texts += [done.stdout, done.stderr]


def outside(*args: str | Path, cwd: Path, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> Inside:
    """The program as a process of its own."""
    command = [sys.executable, "-m", "smtp_verify", *map(str, args)]
    environment = clean_environment(env)
    done = subprocess.run(
        command, input=stdin, capture_output=True, cwd=cwd, env=environment, timeout=60, check=False
    )
    return Inside(done.returncode, done.stdout, done.stderr)


# Sessions -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Endpoint:
    """A token endpoint: the answers it has, and the assertions it was sent."""

    answers: list[Callable[[str], bytes]]
    assertions: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def token_endpoint(answers: Sequence[Callable[[str], bytes]]) -> Iterator[Endpoint]:
    """Each request gets the next of the answers, which are made from its body; the last one stays."""
    seen = Endpoint(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            seen.assertions += [value for key, value in parse_qsl(body) if key == "assertion"]
            answer = seen.answers.pop(0) if len(seen.answers) > 1 else seen.answers[0]
            data = answer(body)
            self.send_response(400 if b"error" in data else 200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    seen.url = f"http://127.0.0.1:{server.server_address[1]}/token"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()


def granted(_: str) -> bytes:
    return json.dumps({"access_token": ISSUED, "expires_in": 3600}).encode()


def repeats(*others: str) -> Callable[[str], bytes]:
    """Everything it was sent: as it came, taken apart, and other secrets in every form."""

    def answer(body: str) -> bytes:
        values = [value for _, value in parse_qsl(body)]
        pieces = [piece for value in values for piece in value.split(".")]
        said = [*values, *pieces, *map(echo, others), *others]
        error = {"error": "invalid_grant", "error_description": body, "error_uri": said}
        return json.dumps(error, ensure_ascii=False).encode()

    return answer


def listed(body: str) -> bytes:
    return json.dumps([body]).encode()


def no_json(body: str) -> bytes:
    return f"<h1>error</h1>{body} {echo(REFRESH)}".encode()


def sent(
    name: str,
    code: int,
    login: dict[str, Any] = LOGIN,
    *options: str,
    offers: str = "PLAIN",
    tokens: tuple[Callable[[str], bytes], ...] = (),
    config: dict[str, Any] | None = None,
    masked: bool = False,
    env: Mapping[str, str] | None = None,
    run: Callable[..., Inside] = run_inside,
    **knobs: Any,
) -> Scenario:
    """A session with a server of these knobs."""

    def play(folder: Path) -> Seen:
        seen = Seen()
        usual = {"user": USER, "password": PASSWORD, "token": ACCESS, "auth": offers.split()}
        with ExitStack() as stack:
            server = stack.enter_context(serve(**{**usual, **knobs}))
            endpoint = stack.enter_context(token_endpoint(tokens)) if tokens else None
            auth = {**login, "accessUrl": endpoint.url} if endpoint else login
            path = write(folder, config_for(server, auth=auth, **(config or {})))
            kept = ("--transcript", "transcript.txt")
            seen.add(run("test-send", path, *TO, *kept, *options, cwd=out(folder), env=env))
            seen.assertions = endpoint.assertions if endpoint else []
        return seen

    return Scenario(name=name, codes=(code,), play=play, masked=masked)


def out(folder: Path) -> Path:
    """Where the program runs and writes: nothing lies there but what it wrote."""
    path = folder / "out"
    path.mkdir(exist_ok=True)
    return path


def broken(code: int, text: str, pieces: int = 2, status: str = "") -> str:
    """A reply that breaks a text into several lines."""
    step = -(-len(text) // pieces)
    starts = range(0, len(text), step)
    return "\n".join(
        f"{code}{'-' if at + step < len(text) else ' '}{status}{text[at : at + step]}" for at in starts
    )


def repeated(mechanism: str) -> dict[str, Any]:
    """The knobs of a server whose verdict repeats all that it has heard."""
    verdict = f"535 {echo(PASSWORD, f'AUTH {mechanism}')}"
    return {"offers": mechanism, "auth_reply": verdict, "masked": True}


def challenge(secret: str) -> str:
    """A 334 that repeats a secret in its JSON."""
    coded = [FORMS[form](secret) for form in ("URL", "base64", "AUTH PLAIN", "AUTH XOAUTH2", "hex")]
    said = json.dumps({"status": "400", "you_said": secret, "and": coded})
    return f"334 {base64.b64encode(said.encode()).decode()}"


ECHO = echo(PASSWORD)
JSON = ("--format", "json")
JSONL = ("--format", "jsonl")
SARIF = ("--format", "sarif")
GITHUB = ("--format", "github")
QUIET = ("-q",)
REPORT = ("-o", "report.txt")
AUTH_PLAIN = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
STAGES = "greeting ehlo starttls auth mail rcpt data dot".split()

ACCEPTED = [
    sent("PLAIN", 0),
    sent("PLAIN, as JSON to a file", 0, LOGIN, *JSON, *REPORT),
    sent("PLAIN, as lines of JSON", 0, LOGIN, *JSONL),
    sent("PLAIN, as SARIF to a file", 0, LOGIN, *SARIF, *REPORT),
    sent("PLAIN, as annotations", 0, LOGIN, *GITHUB),
    sent("PLAIN, quiet", 0, LOGIN, *QUIET),
    sent("PLAIN, quiet with a file", 0, LOGIN, *QUIET, *REPORT),
    sent("PLAIN through STARTTLS", 0, starttls=True),
    sent("PLAIN through implicit TLS", 0, config={"secure": True}, implicit_tls=True),
    sent("PLAIN, stopped after it", 0, LOGIN, "--stop-after", "auth"),
    sent("LOGIN", 0, offers="LOGIN"),
    sent("CRAM-MD5", 0, LOGIN, *JSON, offers="CRAM-MD5"),
    sent("XOAUTH2", 0, TOKEN, offers="XOAUTH2"),
    sent("XOAUTH2, a token refreshed", 0, REFRESHING, offers="XOAUTH2", tokens=(granted,), token=ISSUED),
    sent("XOAUTH2, a service key", 0, SERVICE, offers="XOAUTH2", tokens=(granted,), token=ISSUED),
]

REFUSED = [
    sent("a wrong password", 77, password="another"),
    sent("a wrong password, LOGIN", 77, LOGIN, *JSON, offers="LOGIN", password="another"),
    sent("a wrong password, CRAM-MD5", 77, offers="CRAM-MD5", password="another"),
    sent("a wrong password, as SARIF", 77, LOGIN, *SARIF, password="another"),
    sent("a wrong password, as annotations", 77, LOGIN, *GITHUB, password="another"),
    sent("a wrong token", 77, TOKEN, offers="XOAUTH2", token="another"),
    sent("no mechanism in common", 77, offers="XOAUTH2"),
    sent("refused at the greeting", 69, greeting="554 no"),
    sent("a refused sender", 69, mail="550 no"),
    sent("a refused recipient", 67, rcpt="550 no"),
    sent("a refused message, quiet", 69, LOGIN, *QUIET, dot="554 no"),
    sent("a deferred recipient, as lines of JSON", 75, LOGIN, *JSONL, rcpt="451 later"),
    sent("a certificate of nobody", 76, config={"secure": True}, implicit_tls=True, cert="selfsigned"),
    sent("a certificate for another host", 76, starttls=True, cert="wronghost"),
    sent("no TLS after STARTTLS", 76, starttls="garbage"),
    sent("no such host", 68, config={"host": "mx.invalid"}),
    sent("nobody listens", 69, config={"port": 1}),
    sent(
        "a client's key that is none",
        78,
        starttls=True,
        config={"tls": {"cert": certificates().ca, "key": KEY[:-300]}},
    ),
]

FAULTS = [
    *(
        sent(f"the connection is lost at {at}", 74 if at == "dot" else 75, drop=at, starttls=True)
        for at in STAGES
    ),
    *(
        sent(
            f"silence at {at}",
            74 if at == "dot" else 75,
            LOGIN,
            "--timeout",
            "0.3",
            *JSON,
            hang=at,
            starttls=True,
        )
        for at in STAGES
    ),
]

ECHOES = [
    sent("the greeting repeats it", 69, greeting=f"554 {ECHO}", masked=True),
    sent("the greeting repeats it, as SARIF", 69, LOGIN, *SARIF, greeting=f"554 {ECHO}"),
    sent("the greeting repeats it, as annotations", 69, LOGIN, *GITHUB, greeting=f"554 {ECHO}"),
    sent("the greeting repeats it, as JSON", 69, LOGIN, *JSON, greeting=f"554 {ECHO}", masked=True),
    sent("EHLO repeats it", 0, caps=(ECHO,), masked=True),
    sent("STARTTLS repeats it", 76, starttls=True, starttls_reply=f"554 {ECHO}", masked=True),
    sent("PLAIN's verdict repeats it", 77, **repeated("PLAIN")),
    sent("PLAIN's verdict repeats it, as JSON", 77, LOGIN, *JSON, **repeated("PLAIN")),
    sent("PLAIN's verdict repeats it, as SARIF", 77, LOGIN, *SARIF, **repeated("PLAIN")),
    sent("PLAIN's verdict repeats it, as annotations", 77, LOGIN, *GITHUB, **repeated("PLAIN")),
    sent("PLAIN's verdict repeats it, quiet", 77, LOGIN, *QUIET, *REPORT, **repeated("PLAIN")),
    sent("PLAIN's verdict repeats it, for now", 75, LOGIN, *JSONL, auth_reply=f"454 {ECHO}", masked=True),
    sent("LOGIN's verdict repeats it", 77, **repeated("LOGIN")),
    sent("LOGIN's verdict repeats it, as JSON", 77, LOGIN, *JSON, **repeated("LOGIN")),
    sent("CRAM-MD5's verdict repeats it", 77, **repeated("CRAM-MD5")),
    sent("CRAM-MD5's verdict repeats it, as JSON", 77, LOGIN, *JSON, **repeated("CRAM-MD5")),
    sent(
        "XOAUTH2's verdict repeats it",
        77,
        TOKEN,
        offers="XOAUTH2",
        auth_reply=f"535 {echo(ACCESS)}",
        masked=True,
    ),
    sent("it is broken into two lines", 77, auth_reply=broken(535, PASSWORD), masked=True),
    sent("it is broken into four lines", 77, LOGIN, *JSON, auth_reply=broken(535, PASSWORD, 4), masked=True),
    sent("AUTH PLAIN is broken into two lines", 77, auth_reply=broken(535, AUTH_PLAIN), masked=True),
    sent(
        "broken, with a status on each line", 77, auth_reply=broken(535, PASSWORD, 2, "5.7.8 "), masked=True
    ),
    sent(
        "a challenge repeats it in JSON",
        77,
        TOKEN,
        offers="XOAUTH2",
        auth_reply=challenge(ACCESS),
        masked=True,
    ),
    sent(
        "a challenge repeats it in JSON, as JSON",
        77,
        TOKEN,
        *JSON,
        offers="XOAUTH2",
        auth_reply=challenge(ACCESS),
        masked=True,
    ),
    sent("a challenge as it is", 77, TOKEN, offers="XOAUTH2", auth_reply=f"334 {echo(ACCESS)}", masked=True),
    sent("a challenge to PLAIN repeats it", 77, auth_reply=challenge(PASSWORD), masked=True),
    sent("a challenge to LOGIN repeats it", 77, offers="LOGIN", auth_reply=challenge(PASSWORD), masked=True),
    sent(
        "a challenge to CRAM-MD5 repeats it",
        76,
        offers="CRAM-MD5",
        auth_reply=challenge(PASSWORD),
        masked=True,
    ),
    sent("the reply to MAIL repeats it", 69, mail=f"550 {ECHO}", masked=True),
    sent("the reply to RCPT repeats it, as JSON", 67, LOGIN, *JSON, rcpt=f"550 {ECHO}", masked=True),
    sent("the reply to DATA repeats it", 69, data=f"554 {ECHO}", masked=True),
    sent("the reply to the message repeats it", 0, dot=f"250 {ECHO}", masked=True),
    sent("the reply to QUIT repeats it", 0, quit=f"221 {ECHO}"),
    sent("a reply out of turn repeats it", 76, surplus={"mail": f"250 {ECHO}\r\n".encode()}),
    sent("no reply to AUTH repeats it", 76, auth_reply=f"x{ECHO}", masked=True),
    sent("no greeting, cut off within it", 76, greeting=f"{'x' * 45}{PASSWORD}"),
    sent("no reply to AUTH, cut off within it", 76, LOGIN, *JSON, auth_reply=f"{'x' * 45}{PASSWORD}"),
    sent("no reply to MAIL, cut off within it", 76, mail=f"{'x' * 40}{AUTH_PLAIN}"),
    sent("no reply to the message, cut off within it", 74, LOGIN, *QUIET, dot=f"{'x' * 45}{PASSWORD}"),
]


REPEATS = repeats(REFRESH, CLIENT_SECRET)
REPEATS_KEY = repeats(KEY)


def tokens(name: str, login: dict[str, Any], *options: str, **how: Any) -> Scenario:
    """A session whose token endpoint or whose server repeats what it knows."""
    return sent(name, 77, login, *options, offers="XOAUTH2", **how)


TOKENS = [
    tokens("a refresh is repeated", REFRESHING, tokens=(REPEATS,), masked=True),
    tokens("a refresh is repeated, as JSON", REFRESHING, *JSON, tokens=(REPEATS,), masked=True),
    tokens("a refresh is repeated, as SARIF", REFRESHING, *SARIF, tokens=(REPEATS,)),
    tokens("a refresh is repeated, as annotations", REFRESHING, *GITHUB, tokens=(REPEATS,)),
    tokens("a refresh is repeated, quiet", REFRESHING, *QUIET, tokens=(REPEATS,), masked=True),
    tokens("an assertion is repeated", SERVICE, tokens=(REPEATS_KEY,), masked=True),
    tokens("an assertion is repeated, as JSON", SERVICE, *JSON, tokens=(REPEATS_KEY,), masked=True),
    tokens("an assertion is repeated, quiet", SERVICE, *QUIET, *REPORT, tokens=(REPEATS_KEY,), masked=True),
    tokens(
        "a token that is to be renewed is repeated",
        RENEWING,
        token="another",
        tokens=(repeats(ACCESS),),
        masked=True,
    ),
    tokens("a new token is repeated later", REFRESHING, tokens=(granted, repeats(ISSUED)), masked=True),
    tokens(
        "a new token is repeated later, as JSON",
        REFRESHING,
        *JSON,
        tokens=(granted, repeats(ISSUED)),
        masked=True,
    ),
    tokens(
        "the server repeats a new token",
        REFRESHING,
        tokens=(granted,),
        auth_reply=f"535 {echo(ISSUED)}",
        masked=True,
    ),
    tokens("a token endpoint without JSON", REFRESHING, tokens=(no_json,)),
    tokens("a token endpoint with a list", REFRESHING, *JSON, tokens=(listed,)),
    tokens("a broken key", {**SERVICE, "privateKey": KEY[:-300]}, tokens=(granted,)),
    tokens(
        "a passphrase for a key that is open",
        {**SERVICE, "privateKey": {"key": KEY, "passphrase": PASSPHRASE}},
        *JSON,
        tokens=(REPEATS_KEY,),
    ),
]

SANDBOX = [
    sent("the sandbox", 0, LOGIN, "--sandbox", *REPORT),
    sent("the sandbox, as JSON", 0, LOGIN, "--sandbox", *JSON),
    sent("the sandbox, a token refreshed", 0, REFRESHING, "--sandbox"),
    sent("the sandbox, a service key", 0, SERVICE, "--sandbox", *JSON),
    sent(
        "the sandbox, a header that holds it",
        0,
        LOGIN,
        "--sandbox",
        config={"customHeaders": {"Authorization": f"Bearer {ACCESS}"}},
        masked=True,
    ),
]

PROCESSES = [
    sent("debugging, accepted", 0, run=outside, env=DEBUG),
    sent("debugging, repeated", 77, LOGIN, *JSON, run=outside, env=DEBUG, **repeated("PLAIN")),
    tokens("debugging, an assertion", SERVICE, run=outside, env=DEBUG, tokens=(REPEATS_KEY,), masked=True),
    sent("debugging, the sandbox", 0, REFRESHING, "--sandbox", run=outside, env=DEBUG),
]


# Files ----------------------------------------------------------------------------------------------------

HEAD = f"host: 127.0.0.1\nport: 1\nfromEmail: a@example.com\ntemplates: {json.dumps(TEMPLATES)}\n"
OBJECT = {"host": "127.0.0.1", "port": 1, "fromEmail": "a@example.com", "templates": TEMPLATES}
QUOTED = json.dumps(PASSWORD, ensure_ascii=False)
INDENTED = KEY.replace("\n", "\n    ")
COMMANDS = (
    ("validate", "--schema", "documented", "--color", "always"),
    ("validate", "--schema", "connector", "--format", "json"),
    ("validate", "--format", "sarif"),
    ("validate", "--format", "github", "-o", "report.txt"),
    ("validate", "--format", "gitlab"),
    ("validate", "--format", "junit"),
    ("render", "--all"),
    ("render", "--format", "json"),
    ("test-send", *TO),
    ("test-send", *TO, "--format", "json", "-o", "report.json"),
    ("test-send", *TO, "--format", "sarif"),
    ("test-send", *TO, "--format", "github"),
)
FIXING = (("--diff", "--unsafe-fixes"), ("--fix", "--format", "json"), ("--fix", "--unsafe-fixes"))


def read(suffix: str, name: str, text: str | bytes, codes: tuple[int, int, int, int]) -> Scenario:
    """A file that every command reads: validate by both schemas, render, and test-send."""

    def play(folder: Path) -> Seen:
        seen = Seen()
        path = folder / f"config.{suffix}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        for command, *options in COMMANDS:
            seen.add(run_inside(command, path, *options, cwd=out(folder)))
        for fixing in FIXING:
            # Whether there is something to fix differs from file to file.
            done = run_inside("validate", path, *fixing, cwd=out(folder))
            assert done.code in (0, 1)
            seen.texts += [done.stdout, done.stderr]
        return seen

    documented, connector, rendered, sent_ = codes
    each = (documented, connector, *[documented] * 4, *[rendered] * 2, *[sent_] * 4)
    return Scenario(name=f"{suffix}: {name}", codes=each, play=play)


def as_json(auth: Any, **more: Any) -> str:
    return json.dumps({**OBJECT, "auth": auth, **more}, ensure_ascii=False, indent=1)


YAML: list[tuple[str, str | bytes, tuple[int, int, int, int]]] = [
    ("in its place", HEAD + f"auth:\n  user: u\n  pass: {PASSWORD}\n", (0, 0, 0, 69)),
    ("a quote that is not closed", HEAD + f"auth:\n  user: u\n  pass: {QUOTED[:-1]}\n", (1, 1, 78, 78)),
    (
        "a single quote that is not closed",
        HEAD + f"auth:\n  user: u\n  pass: '{PASSWORD}\nx: [\n",
        (1, 1, 78, 78),
    ),
    ("a quote that is closed too early", HEAD + f'auth:\n  pass: "Pä"{PASSWORD}\n', (1, 1, 78, 78)),
    ("a second colon", HEAD + f"auth:\n  pass: mine: {PASSWORD}\n", (1, 1, 78, 78)),
    ("a tab before it", HEAD + f"auth:\n\tpass: {PASSWORD}\n", (1, 1, 78, 78)),
    ("a forgotten colon", HEAD + f"auth:\n  user: u\n  pass {PASSWORD}\nx: y\n", (1, 1, 78, 78)),
    ("a forgotten colon in braces", HEAD + f"auth: {{user: u, pass {PASSWORD}}}\n", (0, 0, 0, 69)),
    ("a forgotten brace", HEAD + f"auth: {{user: u, pass: {QUOTED}\nx: y\n", (1, 1, 78, 78)),
    ("an alias", HEAD + f"auth:\n  pass: *{PASSWORD}\n", (1, 1, 78, 78)),
    ("a tag", HEAD + f"auth:\n  pass: !{PASSWORD}\n", (1, 1, 78, 78)),
    ("an anchor", HEAD + f"auth:\n  pass: &{PASSWORD}\n", (1, 1, 78, 78)),
    ("a reserved sign", HEAD + f"auth:\n  pass: @{PASSWORD}\n", (1, 1, 78, 78)),
    ("a directive's sign", HEAD + f"auth:\n  pass: %{PASSWORD}\n", (1, 1, 78, 78)),
    ("keys twice", HEAD + f"auth: {{user: u, pass: {QUOTED}, pass: {QUOTED}}}\n", (0, 0, 0, 69)),
    ("auth twice", HEAD + f"auth: {{user: u, pass: {QUOTED}}}\nauth: {{pass: {QUOTED}}}\n", (0, 0, 0, 69)),
    ("a list as pass", HEAD + f"auth:\n  user: u\n  pass: [{QUOTED}]\n", (0, 0, 0, 69)),
    ("an object as pass", HEAD + f"auth:\n  user: u\n  pass: {{{QUOTED}}}\n", (0, 0, 0, 69)),
    ("auth itself", HEAD + f"auth: {QUOTED}\n", (0, 1, 0, 78)),
    ("auth as a list", HEAD + f"auth: [u, {QUOTED}]\n", (0, 1, 0, 78)),
    ("a misspelt key", HEAD + f"auth:\n  user: u\n  pas: {PASSWORD}\n", (0, 0, 0, 69)),
    (
        "a key of another place",
        HEAD + f"auth: {{}}\nsmtp_password: {QUOTED}\npass: {QUOTED}\n",
        (0, 0, 0, 69),
    ),
    (
        "two documents",
        HEAD + f"auth: {{user: u, pass: {QUOTED}}}\n---\n{HEAD}auth: {{pass: [{QUOTED}}}\n",
        (1, 1, 78, 78),
    ),
    (
        "what Logto's API answers",
        f"id: x\nconfig:\n  auth: {{user: 1, pass: {QUOTED}, pas: {QUOTED}}}\n  port: x\n",
        (1, 1, 78, 78),
    ),
    ("a merge", HEAD + f"x: &a {{pass: {QUOTED}}}\nauth: {{<<: *a, user: [u]}}\n", (0, 1, 0, 78)),
    (
        "a block that ends too early",
        HEAD + f"auth:\n  pass: |\n    one\n  {PASSWORD}\n  user: u\n",
        (1, 1, 78, 78),
    ),
    (
        "a key as a block",
        HEAD + f"auth:\n  type: OAuth2\n  user: 1\n  privateKey: |\n    {INDENTED}\n",
        (0, 1, 0, 78),
    ),
    ("a key that is not indented", HEAD + f"auth:\n  user: u\n  privateKey: {KEY}\nx: [\n", (1, 1, 78, 78)),
    ("a key in quotes, cut off", HEAD + f'auth:\n  privateKey: "{INDENTED[:-100]}\n', (1, 1, 78, 78)),
    (
        "a key under another name",
        HEAD + f"auth:\n  private_key: |\n    {INDENTED}\n  user: [\n",
        (1, 1, 78, 78),
    ),
    ("a byte that is no UTF-8", f"{HEAD}auth:\n  pass: {PASSWORD}".encode() + b"\xff\n", (1, 1, 78, 78)),
    (
        "a byte order mark and a bad end",
        b"\xef\xbb\xbf" + f"{HEAD}auth:\n  pass: {PASSWORD}\n]".encode(),
        (1, 1, 78, 78),
    ),
    ("carriage returns", (HEAD + f"auth:\n  pass: {PASSWORD}\n  : [\n").replace("\n", "\r"), (1, 1, 78, 78)),
    (
        "a URL",
        HEAD + f"auth: {{}}\nurl: smtp://u:{FORMS['URL'](PASSWORD)[0]}@127.0.0.1:1/?x=y\n",
        (0, 0, 0, 69),
    ),
    (
        "a URL that is none",
        HEAD + f"auth: {{}}\nurl: 'smtp://u:{PASSWORD.replace(chr(39), '')}@127.0.0.1:1'\n",
        (0, 0, 0, 68),
    ),
    (
        "a proxy",
        HEAD + f"auth: {{}}\nproxy: http://u:{FORMS['URL'](PASSWORD)[0]}@proxy.invalid\nport: [1]\n",
        (1, 1, 0, 78),
    ),
    (
        "credentials in the host",
        HEAD.replace("127.0.0.1", f"smtps://u:{FORMS['URL'](PASSWORD)[0]}@mx.invalid") + "auth: {}\n",
        (1, 0, 0, 68),
    ),
    (
        "a DKIM key",
        HEAD + f"auth: {{}}\ndkim: {{domainName: d, keySelector: s, privateKey: {json.dumps(KEY)}}}\n",
        (0, 0, 0, 69),
    ),
    (
        "TLS keys of the wrong type",
        HEAD + f"auth: {{}}\ntls: [{{key: {json.dumps(KEY)}, passphrase: {QUOTED}}}]\n",
        (0, 1, 0, 78),
    ),
    ("beside a placeholder", HEAD + f"auth:\n  user: <user>\n  pass: {PASSWORD}\n", (0, 0, 0, 78)),
    ("lines of an .env file", f"SMTP_USER=u\nSMTP_PASS={PASSWORD}\n", (1, 1, 78, 78)),
    ("an .env file that breaks", f"SMTP_USER=u\nSMTP_PASS={PASSWORD}\n[: x\n", (1, 1, 78, 78)),
    (
        "a header",
        HEAD + f"auth: {{}}\ncustomHeaders: {{Authorization: [{QUOTED}], X-Api-Key: {{a: {QUOTED}}}}}\n",
        (0, 1, 0, 78),
    ),
]
AS_JSON = [
    ("in its place, as JSON", as_json({"user": "u", "pass": PASSWORD}), (0, 0, 0, 69)),
    ("cut off behind it", as_json({"user": "u", "pass": PASSWORD})[:-3], (1, 1, 78, 78)),
    ("cut off within it", json.dumps({"auth": {"pass": PASSWORD}}, ensure_ascii=False)[:-10], (1, 1, 78, 78)),
    ("no comma behind it", as_json({"pass": PASSWORD, "user": "u"}).replace('xyz",', 'xyz"'), (1, 1, 78, 78)),
    (
        "no quote before it",
        as_json({"user": "u", "pass": "mine"}).replace('"mine"', PASSWORD),
        (1, 1, 78, 78),
    ),
    ("no quote behind it", as_json({"user": "u", "pass": PASSWORD}).replace('xyz"', "xyz"), (1, 1, 78, 78)),
    (
        "single quotes around it",
        as_json({"user": "u", "pass": "mine"}).replace('"mine"', f"'{PASSWORD}'"),
        (1, 1, 78, 78),
    ),
    (
        "a bad escape within it",
        as_json({"user": "u", "pass": "mine"}).replace("mine", PASSWORD.replace('"', "")),
        (1, 1, 78, 78),
    ),
    (
        "a colon that was forgotten",
        as_json({"user": "u", "pass": PASSWORD}).replace('"pass":', '"pass"'),
        (1, 1, 78, 78),
    ),
    (
        "a key with line feeds",
        as_json({"user": "u", "privateKey": "mine"}).replace("mine", KEY),
        (1, 1, 78, 78),
    ),
    ("a key where the password goes", as_json({"user": "u", "pass": {"key": KEY}}), (0, 0, 0, 69)),
    ("the secrets of OAuth2", as_json({**RENEWING, "user": 1, "expires": "soon"}), (0, 1, 0, 78)),
    ("NaN beside it", as_json({"pass": PASSWORD, "expires": float("nan")}), (1, 1, 78, 78)),
    ("null beside it", as_json({"user": None, "pass": PASSWORD}, port=None), (1, 1, 0, 78)),
    (
        "keys twice, as JSON",
        as_json({"pass": PASSWORD}).replace('"auth":', '"auth": {"pass": 1}, "auth":'),
        (0, 0, 0, 69),
    ),
    (
        "what Logto's API answers, as JSON",
        json.dumps({"config": {"auth": {"pass": [PASSWORD]}}}),
        (1, 1, 78, 78),
    ),
    (
        "a comment behind it",
        as_json({"user": "u", "pass": PASSWORD}).replace("xyz", f"xyz // {PASSWORD}"),
        (1, 1, 78, 78),
    ),
]


# Overrides ------------------------------------------------------------------------------------------------


def overridden(
    name: str, codes: tuple[int, int, int], *options: str, env: Mapping[str, str] | None = None
) -> Scenario:
    """Fields given for one run: render, test-send, and test-send as JSON; IN stands for the folder."""

    def play(folder: Path) -> Seen:
        seen = Seen()
        (folder / "secret").write_text(PASSWORD)
        given = [option.replace("IN", str(folder)) for option in options]
        with serve(auth=["PLAIN"], user=USER, password=PASSWORD, auth_reply=f"535 {ECHO}") as server:
            path = write(folder, config_for(server, auth={"user": USER, "pass": "<password>"}))
            for words in (("render", path), ("test-send", path, *TO), ("test-send", path, *TO, *JSON)):
                seen.add(run_inside(*words, *given, cwd=out(folder), env=env))
        return seen

    return Scenario(name=f"override: {name}", codes=codes, play=play)


def set_(*assignments: str) -> list[str]:
    return [word for assignment in assignments for word in ("--set", assignment)]


OVERRIDES = [
    overridden("env:", (0, 77, 77), *set_("auth.pass=env:MAIL_PASS"), env={"MAIL_PASS": PASSWORD}),
    overridden("file:", (0, 77, 77), *set_("auth.pass=file:IN/secret")),
    overridden("cmd:", (0, 77, 77), *set_("auth.pass=cmd:cat IN/secret")),
    overridden("a variable", (0, 77, 77), env={"SMTP_VERIFY_SET_AUTH__PASS": PASSWORD}),
    overridden("a variable for all of auth", (2, 2, 2), env={"SMTP_VERIFY_SET_AUTH": PASSWORD}),
    overridden("a variable for a number", (2, 2, 2), env={"SMTP_VERIFY_SET_PORT": PASSWORD}),
    overridden("a variable for no key", (2, 2, 2), env={"SMTP_VERIFY_SET_AUTH__PAS": PASSWORD}),
    overridden("a variable with JSON cut off", (2, 2, 2), env={"SMTP_VERIFY_SET_TLS": f'{{"key": {QUOTED}'}),
    overridden("ask: without a terminal", (2, 2, 2), *set_("auth.pass=ask:")),
    overridden("a literal", (2, 2, 2), *set_(f"auth.pass={PASSWORD}")),
    overridden("a literal under no key", (2, 2, 2), *set_(f"auth.pas={PASSWORD}", "auth.pass=env:HOME")),
    overridden("a literal for all of auth", (2, 2, 2), *set_(f'auth={{"pass": {QUOTED}}}')),
    overridden("a literal that is no JSON", (2, 2, 2), *set_(f'auth={{"pass": {QUOTED}')),
    overridden("a literal with no path", (2, 2, 2), *set_(PASSWORD.replace("=", ""))),
    overridden("a literal for a number", (2, 2, 2), *set_(f"port={PASSWORD}")),
    overridden("a literal below a string", (2, 2, 2), *set_(f"host.pass.x={PASSWORD}")),
]


# Bugs of ours ---------------------------------------------------------------------------------------------

HOOK = """
import importlib

def broken(*given, **named):
    secret = {secret!r}
    raise RuntimeError(repr((given, named)) + secret)

setattr(importlib.import_module({module!r}), {function!r}, broken)
"""


def bug(module: str, function: str, *command: str, env: Mapping[str, str] | None = None) -> Scenario:
    """A function of ours that raises, with all that it was given in the text of its error."""

    def play(folder: Path) -> Seen:
        seen = Seen()
        hook = HOOK.format(secret=PASSWORD, module=f"smtp_verify.{module}", function=function)
        (folder / "sitecustomize.py").write_text(hook)
        path = os.pathsep.join((str(folder), str(ROOT)))
        with serve(auth=["PLAIN"], user=USER, password=PASSWORD) as server:
            config = write(folder, config_for(server, auth=LOGIN))
            words = [str(config) if word == "CONFIG" else word for word in command]
            seen.add(outside(*words, cwd=out(folder), env={**(env or {}), "PYTHONPATH": path}))
        return seen

    return Scenario(name=f"bug: {module}.{function}", codes=(70,), play=play)


SEND = ("test-send", "CONFIG", *TO)
BUGS = [
    bug("smtp.login.mechanisms", "exchange", *SEND),
    bug("smtp.login.mechanisms", "login_of", *SEND, *JSON),
    bug("smtp.tls.secure_context", "prepared", *SEND, "--set", "auth.pass=env:HOME", "--set", "secure=true"),
    bug("report.session.json", "session_json", *SEND, *JSON, "-o", "report.json"),
    bug("config.schema.guard", "guard", "validate", "CONFIG"),
    bug("config.secrets", "spans", "validate", "CONFIG", env=DEBUG),
    bug("mail.handlebars", "substitute", "render", "CONFIG"),
]


# What other users of the machine see ----------------------------------------------------------------------


def command_line(pid: int) -> bytes:
    """The process in the list of processes."""
    listed = Path(f"/proc/{pid}/cmdline")
    if listed.exists():
        return listed.read_bytes()
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, check=True).stdout


def answered(terminal: int, words: str, answer: str) -> bytes:
    """Wait for a question at a terminal, and answer it; what was shown until then."""
    shown = b""
    end = time.monotonic() + 30
    while words.encode() not in shown:
        assert select.select([terminal], [], [], max(0, end - time.monotonic()))[0], f"only: {shown!r}"
        shown += os.read(terminal, 4096)
    os.write(terminal, answer.encode() + b"\n")
    return shown


def rest(terminal: int) -> bytes:
    """What a terminal shows until nobody has it open."""
    shown = b""
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            return shown
        if not more:
            return shown
        shown += more


def listed_with(source: str) -> Scenario:
    """A session that is held up at MAIL, with the password from a source; IN stands for the folder."""

    def play(folder: Path) -> Seen:
        seen = Seen()
        (folder / "secret").write_text(PASSWORD)
        ours, theirs = pty.openpty()
        with serve(auth=["PLAIN"], user=USER, password=PASSWORD, hang="mail") as server:
            config = write(folder, config_for(server, auth={"user": USER, "pass": "<password>"}))
            given = ("--set", f"auth.pass={source.replace('IN', str(folder))}")
            command = [sys.executable, "-m", "smtp_verify", "test-send", str(config), *TO[:2], *given]
            env = clean_environment({"MAIL_PASS": PASSWORD, "TERM": "xterm"})
            with subprocess.Popen(
                command,
                cwd=out(folder),
                env=env,
                stdin=theirs,
                stdout=subprocess.PIPE,
                stderr=theirs,
                start_new_session=True,
            ) as process:
                os.close(theirs)
                if source == "ask:":
                    seen.texts.append(answered(ours, "auth.pass: ", PASSWORD))
                server.wait_for("MAIL")
                seen.texts.append(command_line(process.pid))
                process.terminate()
                seen.texts += [process.communicate(timeout=30)[0], rest(ours)]
                seen.codes.append(process.returncode)
        os.close(ours)
        return seen

    return Scenario(name=f"processes: {source}", codes=(143,), play=play)


LISTED = [listed_with(source) for source in ("env:MAIL_PASS", "file:IN/secret", "cmd:cat IN/secret", "ask:")]

SCENARIOS = [
    *ACCEPTED,
    *REFUSED,
    *FAULTS,
    *ECHOES,
    *TOKENS,
    *SANDBOX,
    *PROCESSES,
    *(read("yaml", *row) for row in YAML),
    *(read("json", *row) for row in AS_JSON),
    *OVERRIDES,
    *BUGS,
    *LISTED,
]
SUMMARY = f"secrets: {{}} shown, {len(FORMS)} forms, {{}} scenarios"


# The tests ------------------------------------------------------------------------------------------------


def shown_in(folder: Path, seen: Seen) -> str:
    """Both streams, and every file that was written."""
    files = [path.read_bytes() for path in sorted(out(folder).rglob("*")) if path.is_file()]
    return b"\n".join([*seen.texts, *files]).decode("utf-8", "replace")


@pytest.mark.exhaustive(one_in=8)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_no_secret_shows(
    scenario: Scenario, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seen = scenario.play(tmp_path)
    text = shown_in(tmp_path, seen)
    found = hits(text, seen.assertions)
    record_property("never", (SUMMARY, len(found)))
    assert found == []
    assert tuple(seen.codes) == scenario.codes
    assert "***" in text or not scenario.masked


def test_the_forms_and_the_scenarios_are_as_many_as_promised() -> None:
    assert len(FORMS) == 30
    assert len(SCENARIOS) >= 80
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)


# The search can fail --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_found_where_it_shows(form: str) -> None:
    texts = [text for secret in SECRETS for text in FORMS[form](secret)]
    assert bool(texts) == (form != "assertion")
    for text in texts:
        assert f"{form}: {text}" in hits(f"535 you said {text}!")


def test_an_assertion_and_what_hides_in_json_and_base64_are_found() -> None:
    assert hits("535 no c1gn4tur3", ["aGVhZA.cGF5bG9hZA.c1gn4tur3"]) == ["assertion: c1gn4tur3"]
    assert f"plain: {PASSWORD}" in hits(json.dumps({"reason": f"no {PASSWORD}"}))
    assert f"plain: {PASSWORD}" in hits(base64.b64encode(f"no {PASSWORD}".encode()).decode())
    assert f"plain: {PASSWORD}" in hits(f"no {PASSWORD}".encode().hex())
    assert hits(f"535 5.7.8 no such user {USER}") == []


@pytest.mark.parametrize(
    "name",
    [
        "PLAIN's verdict repeats it",
        "PLAIN's verdict repeats it, as JSON",
        "the reply to the message repeats it",
        "an assertion is repeated",
        "a new token is repeated later",
        "override: env:",
    ],
)
def test_without_masking_a_repeated_secret_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Redactor, "__call__", lambda _, text: text)
    (scenario,) = (each for each in SCENARIOS if each.name == name)
    assert hits(shown_in(tmp_path, scenario.play(tmp_path))) != []


@pytest.mark.parametrize("name", ["yaml: a quote that is closed too early", "json: no quote before it"])
def test_without_hidden_stretches_a_snippet_shows_a_secret(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "spans", lambda _: [])
    (scenario,) = (each for each in SCENARIOS if each.name == name)
    assert hits(shown_in(tmp_path, scenario.play(tmp_path))) != []
