"""Keys that neither Logto nor nodemailer knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    known: list[tuple[Path, dict[str, Row]]] = [
        ((), schema.CONFIG_KEYS),
        (("auth",), schema.AUTH_KEYS),
        (("tls",), schema.TLS_KEYS),
    ]
    config = document.config
    templates = config.get("templates") if isinstance(config, dict) else None
    count = len(templates) if isinstance(templates, list) else 0
    known += [(("templates", index), schema.TEMPLATE_KEYS) for index in range(count)]
    for path, rows in known:
        node = document.node(path)
        if isinstance(node, Mapping):
            for number, entry in enumerate(node.entries):
                if entry.key.value not in rows and entry.key.value != "<<":
                    yield _unknown_key(document, path, entry, rows, number < MOST_SUGGESTIONS)


def _unknown_key(
    document: Document, above: Path, entry: Entry, rows: dict[str, Row], suggest: bool
) -> Finding:
    key = entry.key
    message = f"{dotted(_shown(above, entry))} is a key that neither Logto nor nodemailer knows"
    help_ = (did_you_mean(key.value, rows) or _lives_elsewhere(key.value)) if suggest else ""
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


def _lives_elsewhere(key: str) -> str:
    if key in schema.AUTH_KEYS:
        return f"did you mean auth.{key}?"
    if key in schema.TLS_KEYS:
        return f"did you mean tls.{key}?"
    return f"did you mean {key} at the top level?" if key in schema.CONFIG_KEYS else ""
