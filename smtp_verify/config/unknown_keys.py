"""Keys that neither Logto nor nodemailer knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.config import codes, schema, secrets
from smtp_verify.config.document import Document, Mapping, Path, dotted
from smtp_verify.config.suggestions import MOST_SUGGESTIONS, did_you_mean
from smtp_verify.finding import Finding, Severity
from smtp_verify.redaction import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.kinds import Row
    from smtp_verify.finding import Location

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
        if isinstance(value, dict) and not value.keys() <= rows_below(path).keys():
            yield from _unknown_in(document, path, value, rows_below(path))


def rows_below(path: Path) -> dict[str, Row]:
    """The keys of the object at a path; none where it is not known or may have any."""
    match path:
        case ():
            return schema.CONFIG_KEYS
        case ("auth",):
            return schema.AUTH_KEYS
        case ("tls",):
            return schema.TLS_KEYS
        case ("templates", int()):
            return schema.TEMPLATE_KEYS
    return {}


def _unknown_in(
    document: Document, path: Path, config: dict[str, Any], rows: dict[str, Row]
) -> Iterator[Finding]:
    for number, (key, place) in enumerate(_keys(document, path, config)):
        if key not in rows and key != "<<":
            known = rows if number < MOST_SUGGESTIONS else {}
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
    document: Document, path: Path, value: Any, place: Location, rows: dict[str, Row]
) -> Finding:
    *above, key = path
    shown = _shown(tuple(above), str(key), value)
    message = f"{dotted(shown)} is a key that neither Logto nor nodemailer knows"
    help_ = _suggestion(str(key), rows) if rows else ""
    if shown != path:
        help_ = NO_COLON_HELP
    return Finding(place, codes.UNKNOWN_KEY, Severity.WARNING, message, help_, document.pointer(shown))


def _shown(above: Path, key: str, value: Any) -> Path:
    """The path of a key, masked where it may be a password."""
    return (*above, MASK if secrets.hides_key(above, key, value) else key)


def key_pointer(document: Document, above: Path, key: str, value: Any) -> str:
    """The JSON Pointer of a key, masked where it may be a password."""
    return document.pointer(_shown(above, key, value))


def _suggestion(key: str, rows: dict[str, Row]) -> str:
    return _is_dotted(key) or did_you_mean(key, rows) or _lives_elsewhere(key)


def _is_dotted(key: str) -> str:
    """What to write for `tls.servername`, as reports name it, which is no key of YAML's or JSON's."""
    above, _, inner = key.partition(".")
    known = {"tls": schema.TLS_KEYS, "auth": schema.AUTH_KEYS}.get(above, {})
    return f"write {inner} on a line of its own under {above}" if inner in known else ""


def _lives_elsewhere(key: str) -> str:
    if key in schema.AUTH_KEYS:
        return f"did you mean auth.{key}?"
    if key in schema.TLS_KEYS:
        return f"did you mean tls.{key}?"
    return f"did you mean {key} at the top level?" if key in schema.CONFIG_KEYS else ""
