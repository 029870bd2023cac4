"""Keys that neither Logto nor nodemailer knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.config import codes, schema, secrets
from smtp_verify.config.document import Document, Entry, Mapping, Path, Scalar, dotted
from smtp_verify.config.suggestions import MOST_SUGGESTIONS, did_you_mean
from smtp_verify.redaction import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.kinds import Row
    from smtp_verify.finding import Finding

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
            yield from _unknown_in(document, path, rows_below(path))


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


def _unknown_in(document: Document, path: Path, rows: dict[str, Row]) -> Iterator[Finding]:
    node = document.node(path)
    for number, entry in enumerate(node.entries if isinstance(node, Mapping) else ()):
        if entry.key.value not in rows and entry.key.value != "<<":
            yield _unknown_key(document, path, entry, rows, number < MOST_SUGGESTIONS)


def _unknown_key(
    document: Document, above: Path, entry: Entry, rows: dict[str, Row], suggest: bool
) -> Finding:
    key = entry.key
    message = f"{dotted(_shown(above, entry))} is a key that neither Logto nor nodemailer knows"
    help_ = _suggestion(key.value, rows) if suggest else ""
    if hides_key(above, entry):
        help_ = NO_COLON_HELP
    pointer = key_pointer(document, above, entry)
    return document.text.warning(codes.UNKNOWN_KEY, key.start, key.end, message, help_, pointer)


def _shown(above: Path, entry: Entry) -> Path:
    """The path of an entry, its key masked where it may be a password."""
    return (*above, MASK if hides_key(above, entry) else entry.key.value)


def hides_key(above: Path, entry: Entry) -> bool:
    """Whether a key under this path must not show, as it may be a password."""
    value = entry.value.value if isinstance(entry.value, Scalar) else entry.value
    return secrets.hides_key(above, entry.key.value, value)


def key_pointer(document: Document, above: Path, entry: Entry) -> str:
    """The JSON Pointer of an entry, its key masked where it may be a password."""
    return document.pointer(_shown(above, entry))


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
