"""Fixes for what the text and its structure are blamed for: SV0xx and SV1xx."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from smtp_verify import codes
from smtp_verify.config.editing.edits import Change, RenameKey
from smtp_verify.config.path import Assignment
from smtp_verify.config.reading.json_reader import number
from smtp_verify.config.reading.tree import Scalar
from smtp_verify.config.schema import keys
from smtp_verify.config.schema.auth_keys import LOGIN_TYPES, OAUTH2_TYPES
from smtp_verify.config.schema.guard import guard
from smtp_verify.config.schema.kinds import BOOLEAN, NUMBER, STRING, Anything, KeyRow, OneOf, Primitive
from smtp_verify.config.schema.suggestions import (
    ALIKE_AS_KEYS,
    MOST_SUGGESTIONS,
    Meant,
    is_misspelled,
    meant,
    named,
)
from smtp_verify.lint.fixes.fix import Fix
from smtp_verify.lint.rejection import BOOLEAN_WORDS
from smtp_verify.lint.unknown_keys import lives_elsewhere, rows_to_suggest, takes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smtp_verify.config.path import Path
    from smtp_verify.config.reading.tree import Node
    from smtp_verify.lint.fixes.fix import Fixer
    from smtp_verify.lint.view import View

_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,15})?"


def _one_reading(view: View, path: Path) -> Fix | None:
    """Write the value so that YAML 1.1 and 1.2 read it alike, as what its key wants.

    Safe: what Logto gets stays, or it refuses the file as it is. Unsafe for a `no` that is a text so far.
    """
    row, node = keys.row_at(path), view.document.node(path)
    if row is None or not isinstance(node, Scalar) or node.ambiguity is None:
        return None
    if keys.wants_string(path):
        return Fix((Assignment(path, node.ambiguity.text),))
    if row.kind == BOOLEAN:
        return _right_type(view, path)
    return Fix((Assignment(path, node.value),)) if isinstance(node.value, (int, float)) else None


def _right_type(view: View, path: Path) -> Fix | None:
    """Write the value with or without quotes, as its key wants it.

    Safe: the connector refuses the file as it is, or the value acts as before. Unsafe for a number such as
    1.50, which is sent as 1.5 so far, and for the text "false", which is no false so far.
    """
    if path == ("auth",):
        return _right_login(view)
    change = _retyped(view, path)
    if change is None:
        return None
    from smtp_verify.javascript import to_string

    acts_alike = change.value is True or to_string(view.at(*path)) == change.value
    return Fix((change,), safe=acts_alike or any(issue.path == path for issue in view.document.issues))


def _right_login(view: View) -> Fix | None:
    """`auth` as a whole is refused: its type in other letters, its texts without quotes. Safe."""
    auth = view.config.get("auth")
    if not isinstance(auth, dict):
        return None
    changes: list[Assignment] = [
        change for key in auth for change in [_retyped(view, ("auth", key))] if change is not None
    ]
    kind = {each.lower(): each for each in ("login", "OAuth2")}.get(str(auth.get("type")).strip().lower())
    if kind is not None and auth["type"] not in (*LOGIN_TYPES, *OAUTH2_TYPES):
        changes.append(Assignment(("auth", "type"), kind))
    repaired = {**auth, **{change.path[-1]: change.value for change in changes}}
    left = guard({**view.config, "auth": repaired})
    is_refused = any(issue.path[:1] == ("auth",) for issue in left)
    return Fix(tuple(changes)) if changes and not is_refused else None


def _retyped(view: View, path: Path, target: Path | None = None) -> Assignment | None:
    """The value as the type that its key takes, where it is certain which one it is.

    Args:
        view: the config.
        path: where the value stands.
        target: where it belongs, if that is elsewhere.
    """
    target = path if target is None else target
    row, node, value = keys.row_at(target), view.document.node(path), view.at(*path)
    if row is None or not isinstance(node, Scalar):
        return None
    if isinstance(value, str):
        meant_by = _unquoted(row, value.strip())
        return None if meant_by is None else Assignment(path, meant_by)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    # Where only some words will do, a number will not.
    if is_number and keys.wants_string(target) and not (row.choices or isinstance(row.kind, OneOf)):
        return Assignment(path, view.document.text.text[node.start : node.end])
    return None


def _unquoted(row: KeyRow, text: str) -> bool | int | float | None:
    if row.kind == BOOLEAN and text.lower() in BOOLEAN_WORDS:
        return BOOLEAN_WORDS[text.lower()] == "true"
    return number(text) if row.kind == NUMBER and re.fullmatch(_NUMBER, text) else None


def _numeric_port(view: View, path: Path) -> Fix | None:
    """Write the port without quotes. Safe: the connector refuses the file as it is."""
    digits = view.text("port").strip()
    port = int(digits) if re.fullmatch(r"[0-9]{1,5}", digits) else 0
    return Fix((Assignment(("port",), port),)) if 0 < port < 65536 else None


def _known_key(view: View, path: Path) -> Fix | None:
    """Write the known key that is meant, where it can be one alone.

    Safe if it is misspelled, or if Logto refuses the config without that key, or every login fails. Unsafe if
    it is another product's name for a key that has an effect then, or one that only resembles it; and if it
    could take encryption away, or is nodemailer's alone: `url` replaces the whole connection.
    """
    above, key = path[:-1], str(path[-1])
    rows = rows_to_suggest(above)
    found = meant(key, tuple(rows), ALIKE_AS_KEYS) if rows else None
    if found is None or _is_meant_twice(view, path, found, tuple(rows)):
        return None
    value = view.at(*path)
    if not named(key, rows) and (lives_elsewhere(key, value) or not takes(rows[found.choice], value)):
        return None
    target = (*above, found.choice)
    change = _value_for(view, path, target)
    if change is None and not _fits(rows[found.choice], view.document.node(path)):
        return None
    # The value first: under its right name an ambiguous one would be read as another.
    changes: list[Change] = [*([change] if change else []), RenameKey(path, found.choice)]
    return Fix(tuple(changes), safe=found.certain and (_is_needed(view, target) or _is_slip(key, target)))


def _is_slip(key: str, target: Path) -> bool:
    """Whether it is one of Logto's own keys with a slip in it, and takes no encryption away."""
    own = target[:-1] != () or target[-1] in {row.key for row in keys.CONFIG.rows}
    harmless = target[:-1] != ("tls",) and target[-1] != "ignoreTLS"
    return own and harmless and is_misspelled(key, str(target[-1]))


def _is_needed(view: View, path: Path) -> bool:
    """Whether nothing works without a value at a path that has none."""
    if path[:1] == ("auth",):
        return path[-1] in ("user", "pass") and not view.auth.get(path[-1]) and not view.is_oauth2
    return any(issue.path == path for issue in view.document.issues)


def _is_meant_twice(view: View, path: Path, found: Meant, known: tuple[str, ...]) -> bool:
    """Whether another unknown key beside this one can be the same: `password` and `passwd`."""
    beside = (key for key in view.at(*path[:-1]) if key not in known and key != path[-1])
    meanings = (meant(key, known, ALIKE_AS_KEYS) for key in islice(beside, MOST_SUGGESTIONS))
    return any(each is not None and each.choice == found.choice for each in meanings)


def _value_for(view: View, path: Path, target: Path) -> Assignment | None:
    """The value as the key wants it that it is meant for; None where nothing is to be written."""
    node = view.document.node(path)
    if isinstance(node, Scalar) and node.ambiguity is not None and keys.wants_string(target):
        return Assignment(path, node.ambiguity.text)
    return _retyped(view, path, target)


def _fits(row: KeyRow, node: Node | None) -> bool:
    """Whether a value is one for this key, judged by its type; the guard knows the rest."""
    if not isinstance(node, Scalar):
        return row.kind not in (BOOLEAN, NUMBER, STRING)
    if not isinstance(row.kind, (Primitive, OneOf, Anything)):
        return False
    if row.key == "fromEmail" and "@" not in str(node.value):
        return False
    if node.ambiguity is not None:
        return False
    if row.kind == BOOLEAN:
        return isinstance(node.value, bool)
    if row.kind == NUMBER:
        return isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
    return isinstance(node.value, str)


def _known_value(view: View, path: Path) -> Fix | None:
    """Write the value that is meant, where it can be one alone.

    Safe: the connector refuses the file as it is. Unsafe where it only resembles the other.
    """
    row = keys.row_at(path)
    choices = row.kind.values if row is not None and isinstance(row.kind, OneOf) else ()
    found = meant(view.text(*path).strip(), choices)
    return None if found is None else Fix((Assignment(path, found.choice),), safe=found.certain)


def _known_usage_type(view: View, path: Path) -> Fix | None:
    """Write the usageType that is meant, where it can be one alone that no other template has.

    Safe: Logto never asks for the one that is written. Unsafe where it only resembles the other.
    """
    found = _meant_usage_type(view.text(*path))
    if found is None:
        return None
    # Logto takes the first of its type: behind it, or behind one that becomes it, nothing is certain.
    others = [each for each in view.templates if each.path != path[:-1]]
    taken = any(each.usage_type == found.choice for each in others)
    taken |= any(_meant_usage_type(each.usage_type) == found for each in others if each.path < path)
    return None if taken else Fix((Assignment(path, found.choice),), safe=found.certain)


def _meant_usage_type(word: str) -> Meant | None:
    return meant(word.strip(), keys.USAGE_TYPES)


FIXERS: Mapping[str, Fixer] = {
    codes.AMBIGUOUS_SCALAR: _one_reading,
    codes.WRONG_TYPE: _right_type,
    codes.WRONG_VALUE: _known_value,
    codes.UNKNOWN_KEY: _known_key,
    codes.UNKNOWN_USAGE_TYPE: _known_usage_type,
    codes.STRING_PORT: _numeric_port,
}
