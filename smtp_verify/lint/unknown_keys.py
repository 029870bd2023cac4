"""Keys that neither Logto nor nodemailer knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify import codes
from smtp_verify.config.path import Path, dotted
from smtp_verify.config.reading.tree import Mapping
from smtp_verify.config.schema import keys, secret_keys
from smtp_verify.config.schema.kinds import BOOLEAN, NUMBER, Primitive
from smtp_verify.config.schema.suggestions import ALIKE_AS_KEYS, MOST_SUGGESTIONS, did_you_mean, folded, named
from smtp_verify.finding import Finding, Severity
from smtp_verify.redaction import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.config.schema.kinds import KeyRow
    from smtp_verify.finding import Location

_VERIFIED = "remove the key: the certificate is verified, and a private CA goes into tls.ca"
_NOT_OURS = {
    "requiresauth requireauth authrequired useauth enableauth": (
        "remove the key: auth with user and pass is what logs in"
    ),
    "encryption security smtpsecure smtpencryption mailencryption connectionsecurity tlsmode sslmode usetls"
    " mailtls smtptls enabletls enablestarttlsauto": (
        "write secure: true for implicit TLS (465), or requireTLS: true for STARTTLS (587)"
    ),
    "protocol mailprotocol driver mailer maildriver mailmailer transport emailprovider": (
        "remove the key: the connector speaks SMTP and nothing else"
    ),
    "enabled enable active isactive disabled": "remove the key: a connector is switched on in Logto",
    "insecure skipverify insecureskipverify tlsinsecure allowinsecure trustall": _VERIFIED,
    "cafile capath cacertfile sslcafile certfile keyfile": (
        "write the text of the file as tls.ca, tls.cert or tls.key: Logto reads no file"
    ),
    "fromname sendername mailfromname fromdisplayname": (
        "write the name into fromEmail: Example App <me@example.com>"
    ),
}
"""Keys of other products that match no key of ours, each with what to do."""
_OVERRIDING = ("host", "port")
_BOOLEANS = ("true", "false", "yes", "no", "on", "off")
NO_COLON_HELP = "write the key and its value with a colon and a space between them"


def unknown_keys(document: Document) -> Iterator[Finding]:
    """A warning for each key that neither Logto nor nodemailer knows, with a suggestion."""
    config = document.config if isinstance(document.config, dict) else {}
    known: list[tuple[Path, Any]] = [((), config)]
    known += [((key,), config.get(key)) for key in ("auth", "tls")]
    templates = config.get("templates")
    listed = templates if isinstance(templates, list) else []
    known += [(("templates", index), template) for index, template in enumerate(listed)]
    for path, value in known:
        # Most have none, and then nobody needs the tree.
        if isinstance(value, dict) and not value.keys() <= keys.rows_below(path).keys():
            yield from _unknown_in(document, path, value, keys.rows_below(path))


def rows_to_suggest(path: Path) -> dict[str, KeyRow]:
    """The keys that may be meant there: never `tls.host` and `tls.port`, which override their namesakes."""
    return {
        key: row for key, row in keys.rows_below(path).items() if path != ("tls",) or key not in _OVERRIDING
    }


def _unknown_in(
    document: Document, path: Path, config: dict[str, Any], rows: dict[str, KeyRow]
) -> Iterator[Finding]:
    for number, (key, place) in enumerate(_keys(document, path, config)):
        if key not in rows and key != "<<":
            known = rows_to_suggest(path) if number < MOST_SUGGESTIONS else {}
            yield _unknown_key(document, (*path, key), config[key], place, known)


def _keys(document: Document, path: Path, config: dict[str, Any]) -> Iterator[tuple[str, Location]]:
    """The keys of an object with their places: each time that one is in the text, then the given ones."""
    node = document.node(path)
    for entry in node.entries if isinstance(node, Mapping) else ():
        if not document.given_by((*path, entry.key.value)):
            yield entry.key.value, document.text.location(entry.key.start, entry.key.end)
    for key in config:
        if document.given_by((*path, key)):
            yield key, document.location((*path, key))


def _unknown_key(
    document: Document, path: Path, value: Any, place: Location, rows: dict[str, KeyRow]
) -> Finding:
    *above, key = path
    shown = _shown(tuple(above), str(key), value)
    message = f"{dotted(shown)} is a key that neither Logto nor nodemailer knows"
    help_ = _suggestion(str(key), value, rows) if rows else ""
    if shown != path:
        help_ = NO_COLON_HELP
    return Finding(place, codes.UNKNOWN_KEY, Severity.WARNING, message, help_, document.pointer(shown))


def _shown(above: Path, key: str, value: Any) -> Path:
    """The path of a key, masked where it may be a password."""
    return (*above, MASK if secret_keys.hides_key(above, key, value) else key)


def key_pointer(document: Document, above: Path, key: str, value: Any) -> str:
    """The JSON Pointer of a key, masked where it may be a password."""
    return document.pointer(_shown(above, key, value))


def _suggestion(key: str, value: Any, rows: dict[str, KeyRow]) -> str:
    """What was meant: the same key in other words, here or elsewhere; only then one that looks like it."""
    here = named(key, rows)
    if here and (folded(key) == folded(here) or takes(rows[here], value)):
        return _question(here)
    alike = [name for name, row in rows.items() if takes(row, value)]
    return (
        _is_dotted(key)
        or _not_ours(key)
        or _lives_elsewhere(key, value)
        or did_you_mean(key, alike, ALIKE_AS_KEYS)
    )


def _question(key: str) -> str:
    unit = " It is in milliseconds" if key.endswith("Timeout") else ""
    return f"did you mean {key}?{unit}"


def _not_ours(key: str) -> str:
    word = folded(key)
    return next((help_ for words, help_ in _NOT_OURS.items() if word in words.split()), "")


def takes(row: KeyRow, value: Any) -> bool:
    """Whether a value is of the kind that a key takes: a text may be a number or a boolean in quotes."""
    if isinstance(value, (dict, list)) or value is None:
        return not isinstance(row.kind, Primitive)
    text = value if isinstance(value, str) else ""
    if row.kind == BOOLEAN:
        return isinstance(value, bool) or text.lower() in _BOOLEANS
    if row.kind == NUMBER:
        return (isinstance(value, (int, float)) and not isinstance(value, bool)) or text.strip().isdecimal()
    return bool(text)


def _is_dotted(key: str) -> str:
    """What to write for `tls.servername`, as reports name it, which is no key of YAML's or JSON's."""
    above, _, inner = key.partition(".")
    known = {"tls": keys.TLS_KEYS, "auth": keys.AUTH_KEYS}.get(above, {})
    return f"write {inner} on a line of its own under {above}" if inner in known else ""


def _lives_elsewhere(key: str, value: Any) -> str:
    for above, rows in (("auth.", keys.AUTH_KEYS), ("tls.", keys.TLS_KEYS)):
        found = named(key, rows)
        if found and takes(rows[found], value):
            return f"did you mean {above}{found}?"
    above_all = named(key, keys.CONFIG_KEYS)
    fits = above_all and takes(keys.CONFIG_KEYS[above_all], value)
    return f"did you mean {above_all} at the top level?" if fits else ""


def lives_elsewhere(key: str, value: Any) -> bool:
    """Whether it is a key that belongs to another object, here or under another name."""
    return bool(_not_ours(key) or _lives_elsewhere(key, value))
