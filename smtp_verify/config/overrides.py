"""`--set PATH=VALUE` and `SMTP_VERIFY_SET_…`: one field of the config, for this run."""

from __future__ import annotations

import copy
import difflib
import os
import re
from dataclasses import replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, NamedTuple

from smtp_verify.config.path import Assignment, dotted
from smtp_verify.config.reading.json_reader import number, read_json
from smtp_verify.config.reading.text import Text
from smtp_verify.config.reading.tree import to_data
from smtp_verify.config.schema import keys, secret_keys
from smtp_verify.config.schema.kinds import BOOLEAN, NUMBER
from smtp_verify.config.schema.suggestions import did_you_mean
from smtp_verify.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from smtp_verify.config.document import Document
    from smtp_verify.config.path import Path

OPTION = "--set"
ENVIRONMENT_PREFIX = "SMTP_VERIFY_SET_"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_INDEX = re.compile(r"[0-9]{1,9}")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_SOURCES = ("env:", "file:", "cmd:", "ask:")
_LARGEST_FILE = 64 * 1024


class Override(NamedTuple):
    """One field, the value that it takes, and what gave it: `--set`, or the name of a variable."""

    assignment: Assignment
    given: str


def from_environment(environment: Mapping[str, str], ask: Callable[[str], str]) -> list[Override]:
    """The overrides in `SMTP_VERIFY_SET_AUTH__PASS` and the like; secrets may stand here as they are.

    Raises:
        UsageError: a name that is no key of the config.
    """
    found = []
    for name in sorted(environment):
        if name.startswith(ENVIRONMENT_PREFIX):
            path = _path_of_variable(name)
            value = _value(name, path, environment[name], ask, literal_secret=True)
            found.append(Override(Assignment(path, value), name))
    return found


def from_options(assignments: Iterable[str], ask: Callable[[str], str]) -> list[Override]:
    """The overrides of `--set`.

    Raises:
        UsageError: no `PATH=VALUE`, or a secret that stands in the command line.
    """
    found = []
    for assignment in assignments:
        left, equals, value = assignment.partition("=")
        path = _parse_path(left)
        if not equals or not path:
            raise UsageError("--set: write PATH=VALUE, such as auth.user=me@example.com")
        _check_keys(path)
        settled = _value(f"--set {left}", path, value, ask, literal_secret=False)
        found.append(Override(Assignment(path, settled), OPTION))
    return found


def files(assignments: Iterable[str], environment: Mapping[str, str]) -> list[str]:
    """The files that values come from."""
    values = [value for name, value in environment.items() if name.startswith(ENVIRONMENT_PREFIX)]
    values += [assignment.partition("=")[2] for assignment in assignments]
    return [os.path.expanduser(value.removeprefix("file:")) for value in values if value.startswith("file:")]


def typed(path: Path, text: str) -> Assignment:
    """A field with the value that was typed for it, as the type the schema has for it.

    Raises:
        UsageError: the text is no value of that type.
    """
    return Assignment(path, _typed(dotted(path), path, text))


def apply(config: Any, assignments: Iterable[Assignment]) -> Any:
    """A copy of the config with the values laid over it.

    Raises:
        ConfigError: a path that leads through a value that is neither object nor array.
    """
    config = copy.deepcopy(config)
    for assignment in assignments:
        _assign(config, assignment)
    return config


def overridden(document: Document, overrides: Iterable[Override]) -> Document:
    """The document with the overrides laid over its config; it knows which of its values they gave.

    Raises:
        ConfigError: a path that leads through a value that is neither object nor array.
    """
    config = copy.deepcopy(document.config)
    given: dict[Path, str] = {}
    for override in overrides:
        path = _assign(config, override.assignment)
        created = (path[:length] for length in range(1, len(path)) if not document.has(path[:length]))
        given.setdefault(next(created, path), override.given)
        given[path] = override.given
    return replace(document, data=document.rewrapped(config), given=given)


def _value(where: str, path: Path, text: str, ask: Callable[[str], str], literal_secret: bool) -> Any:
    source = next((prefix for prefix in _SOURCES if text.startswith(prefix)), None)
    if source is None:
        if not literal_secret and secret_keys.hides(path):
            raise _secret_in_argv(where)
        value = _typed(where, path, text)
        if not literal_secret and any(secret_keys.hides(inner) for inner in _paths(value, path)):
            raise _secret_in_argv(where)
        return value
    return _typed(where, path, _fetched(where, source, text.removeprefix(source), path, ask))


def _secret_in_argv(where: str) -> UsageError:
    return UsageError(
        f"{where}: a secret in the command line is seen by every user of this machine; use env:NAME,"
        " file:PATH, cmd:COMMAND LINE or ask:"
    )


def _fetched(where: str, source: str, argument: str, path: Path, ask: Callable[[str], str]) -> str:
    if source == "ask:":
        return ask(dotted(path))
    # Where a secret belongs, what was given for its name may be the secret itself.
    told = "" if secret_keys.hides(path) else argument
    if source == "env:":
        if argument not in os.environ:
            # What is spelt like a variable is taken for one; anything else may be the secret itself.
            name = argument if _VARIABLE.fullmatch(argument) else ""
            raise UsageError(f"{where}: there is no environment variable {name or 'of that name'}")
        return os.environ[argument]
    if source == "file:":
        return _file(where, argument, told)
    from smtp_verify.config.command import output_of

    return output_of(argument, where, ENVIRONMENT_PREFIX)


def _file(where: str, name: str, told: str) -> str:
    file = f"the file {told}" if told else "that file"
    try:
        with FilePath(name).expanduser().open(encoding="utf-8") as stream:
            text = stream.read(_LARGEST_FILE + 1)
    except (OSError, ValueError, RuntimeError):
        raise UsageError(f"{where}: {file} cannot be read") from None
    if len(text) > _LARGEST_FILE:
        raise UsageError(f"{where}: {file} is larger than a value can be")
    return text.rstrip("\r\n")


def _parse_path(text: str) -> Path:
    pieces = text.replace("[", ".").replace("]", "").split(".")
    if "" in pieces:
        return ()
    return tuple(
        int(piece) if _INDEX.fullmatch(piece) and index else piece for index, piece in enumerate(pieces)
    )


def _path_of_variable(name: str) -> Path:
    """The keys of the config in the letters they are written in; variables have capitals alone."""
    path: Path = ()
    for piece in name.removeprefix(ENVIRONMENT_PREFIX).split("__"):
        if _INDEX.fullmatch(piece):
            path = (*path, int(piece))
            continue
        rows = keys.rows_below(path)
        match = {key.lower(): key for key in rows}.get(piece.lower())
        if match is None and rows:
            close = difflib.get_close_matches(piece.upper(), [key.upper() for key in rows], n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise UsageError(f"{name}: there is no key {piece} in a config{hint}")
        path = (*path, match or piece)
    return path


def _check_keys(path: Path) -> None:
    """Where the keys are known, an unknown one is a slip; one that is like no known key may be a secret."""
    for index, key in enumerate(path):
        rows = keys.rows_below(path[:index])
        if isinstance(key, str) and rows and key not in rows:
            hint = did_you_mean(key, rows)
            if not hint:
                known = ", ".join(sorted(rows))
                raise UsageError(f"--set: there is no such key in a config; known are {known}")
            raise UsageError(f"--set {dotted(path)}: there is no key {key} in a config; {hint}")


def _typed(where: str, path: Path, text: str) -> Any:
    """The text as the type that the schema has for this key."""
    row = keys.row_at(path)
    if row is None:
        return _guessed(text)
    if keys.wants_string(path):
        return text
    if row.kind == BOOLEAN:
        if text not in ("true", "false"):
            raise UsageError(f"{where}: write true or false")
        return text == "true"
    if row.kind == NUMBER:
        if not _NUMBER.fullmatch(text):
            raise UsageError(f"{where}: write a number")
        return number(text)
    return _json(where, text)


def _guessed(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    return number(text) if _NUMBER.fullmatch(text) else text


def _json(where: str, text: str) -> Any:
    root, _ = read_json(Text(where, text))
    if root is None:
        raise UsageError(f"{where}: write the value as JSON")
    return to_data(root, lambda _, scalar: scalar.value)


def _paths(value: Any, path: Path) -> Iterator[Path]:
    """The path of a value and of everything below it."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _paths(item, (*path, key))


def _assign(config: Any, assignment: Assignment) -> Path:
    """Lay one over the config; its path with each token as it is there: `1` is a key of an object."""
    value, path = config, assignment.path
    for index, token in enumerate(path):
        key = _key(value, token, path[: index + 1])
        path = (*path[:index], key, *path[index + 1 :])
        if index == len(path) - 1:
            value[key] = assignment.value
        else:
            value = value.setdefault(key, {}) if isinstance(value, dict) else value[key]
    return path


def _key(value: Any, token: str | int, path: Path) -> str | int:
    if isinstance(value, dict):
        return str(token)
    if isinstance(value, list) and isinstance(token, int) and token < len(value):
        return token
    raise ConfigError(f"{dotted(path)}: there is no such place in the config to set")
