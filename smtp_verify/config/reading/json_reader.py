"""Strict JSON (RFC 8259) with positions: one pass, a stack of our own, caps checked as it goes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn, cast

from smtp_verify import codes
from smtp_verify.config.path import json_pointer
from smtp_verify.config.reading.tree import MAX_DEPTH, MAX_NODES, Entry, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from smtp_verify.config.reading.text import Text
    from smtp_verify.finding import Finding

_BLANKS = frozenset(" \t\n\r")
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[^\s,:{}\[\]\"]+")
_LITERALS = {"true": True, "false": False, "null": None}
_CLOSING = {"{": "}", "[": "]"}


_scanstring: Any = vars(json.decoder)["scanstring"]
"""The C scanner of strings, which typeshed does not list."""


class _Stop(Exception):  # noqa: N818 - control flow within this module, never an error of the program
    def __init__(self, finding: Finding) -> None:
        self.finding = finding


class _Open:
    """A container that has not ended yet."""

    def __init__(self, bracket: str, start: int) -> None:
        self.bracket = bracket
        self.start = start
        self.key: Scalar | None = None
        self.entries: list[Entry] = []
        self.items: list[Node] = []
        self.seen: dict[str, Scalar] = {}

    def add(self, node: Node) -> None:
        if self.bracket == "[":
            self.items.append(node)
        elif self.key is not None:
            self.entries.append(Entry(self.key, node))
            self.key = None

    def close(self, end: int) -> Node:
        if self.bracket == "{":
            return Mapping(self.start, end, tuple(self.entries))
        return Sequence(self.start, end, tuple(self.items))


def read_json(text: Text) -> tuple[Node | None, list[Finding]]:
    """The tree of a JSON text, or None with the finding that says why not."""
    reader = _Reader(text)
    try:
        root = reader.read()
    except _Stop as stop:
        return None, [*reader.findings, stop.finding]
    return root, reader.findings


def number(text: str) -> int | float:
    """A JSON number as JavaScript holds it: a double, exact as an integer up to 2**53."""
    if len(text) <= 15 and not any(character in ".eE" for character in text):
        return int(text)
    value = float(text)
    return int(value) if value.is_integer() and abs(value) <= 2**53 else value


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.source = text.text
        self.at = 0
        self.nodes = 0
        self.stack: list[_Open] = []
        self.findings: list[Finding] = []

    def read(self) -> Node:
        node = self._value()
        while self.stack:
            if node is not None:
                self.stack[-1].add(node)
                self._separator(self.stack[-1])
            node = self._member(self.stack[-1])
        if self._next():
            self._fail("text after the end of the JSON value", "a JSON file holds one value; remove the rest")
        return cast("Node", node)  # the stack is empty only after a complete value

    def _member(self, top: _Open) -> Node | None:
        """The next complete node in an open container, or None if another container was opened."""
        if self._next() == _CLOSING[top.bracket]:
            self.at += 1
            return self.stack.pop().close(self.at)
        if top.bracket == "{":
            self._key(top)
        return self._value()

    def _separator(self, top: _Open) -> None:
        """A comma with something behind it, or the closing bracket, which is left in place."""
        closing = _CLOSING[top.bracket]
        found = self._next()
        if found == closing:
            return
        if found != ",":
            help_ = f"close it with {closing}" if found in "}]" else "write a comma between two entries"
            self._unexpected(f"',' or '{closing}'", help_)
        comma = self.at
        self.at += 1
        if self._next() == closing:
            self.at = comma
            self._fail("a comma before the closing bracket", "remove it: JSON has no trailing commas")

    def _key(self, top: _Open) -> None:
        if self._peek() != '"':
            self._unexpected("a key in double quotes", _quote_help(self._peek()))
        key = self._string()
        self._count(key.start)
        if key.value in top.seen:
            self._duplicate(key, top.seen[key.value])
        top.seen[key.value] = key
        top.key = key
        if self._next() != ":":
            self._unexpected("':'", "write a colon between the key and its value")
        self.at += 1

    def _value(self) -> Node | None:
        """A scalar, or None when a container was opened."""
        character = self._next()
        self._count(self.at)
        if character == '"':
            return self._string()
        if character in ("{", "["):
            self._open(character)
            return None
        match = _NUMBER.match(self.source, self.at)
        if match:
            return self._number(match)
        return self._literal()

    def _open(self, bracket: str) -> None:
        if len(self.stack) >= MAX_DEPTH:
            finding = self.text.error(
                codes.TOO_DEEP, self.at, self.at + 1, f"nested deeper than {MAX_DEPTH} levels"
            )
            raise _Stop(finding)
        self.stack.append(_Open(bracket, self.at))
        self.at += 1

    def _string(self) -> Scalar:
        start = self.at
        try:
            value, self.at = _scanstring(self.source, start + 1, True)
        except json.JSONDecodeError as error:
            raise _Stop(self._string_error(start, error)) from None
        return Scalar(start, self.at, value)

    def _string_error(self, start: int, error: json.JSONDecodeError) -> Finding:
        if error.msg.startswith("Unterminated"):
            end = self.text.line_end(start)
            return self.text.error(
                codes.SYNTAX, start, end, "a string that never ends", 'close it with "; a line break is \\n'
            )
        at = min(error.pos, len(self.source))
        help_ = (
            "close the string before the end of the line, or write a line break as \\n and a tab as \\t"
            if "control" in error.msg
            else "write \\\\ for a backslash"
        )
        message = error.msg[0].lower() + error.msg[1:].removesuffix(" at")
        return self.text.error(codes.SYNTAX, at, at + 1, message, help_)

    def _number(self, match: re.Match[str]) -> Scalar:
        word = _WORD.match(self.source, self.at)
        if word and word.end() != match.end():
            raise _Stop(self._bad_word(word))
        self.at = match.end()
        return Scalar(match.start(), match.end(), number(match.group()))

    def _literal(self) -> Scalar:
        word = _WORD.match(self.source, self.at)
        if word is None:
            self._unexpected("a value")
        if word.group() not in _LITERALS:
            raise _Stop(self._bad_word(word))
        self.at = word.end()
        return Scalar(word.start(), word.end(), _LITERALS[word.group()])

    def _bad_word(self, word: re.Match[str]) -> Finding:
        text = word.group()
        if text in ("NaN", "Infinity", "-Infinity"):
            return self.text.error(
                codes.NO_JSON_VALUE, word.start(), word.end(), f"{text} is not a JSON value", "write a number"
            )
        if text[0] in "/#":
            return self._syntax(
                word.start(), word.end(), "JSON has no comments", "remove it, or use a .yaml file"
            )
        if text.lower() in (*_LITERALS, "none"):
            spelling = "null" if text.lower() == "none" else text.lower()
            return self._syntax(word.start(), word.end(), f"{text} is not a JSON value", f"write {spelling}")
        if text[0] in "-+.0123456789":
            return self._syntax(word.start(), word.end(), "not a number as JSON writes them")
        return self._syntax(
            word.start(), word.end(), "text without double quotes", 'put it in "double quotes"'
        )

    def _syntax(self, start: int, end: int, message: str, help_: str = "") -> Finding:
        return self.text.error(codes.SYNTAX, start, end, message, help_)

    def _duplicate(self, key: Scalar, first: Scalar) -> None:
        line, _ = self.text.position(first.start)
        message = f"the key is set twice, first in line {line}; the last one counts"
        self.findings.append(
            self.text.warning(
                codes.DUPLICATE_KEY, key.start, key.end, message, "remove one of the two", self._pointer(key)
            )
        )

    def _pointer(self, key: Scalar) -> str:
        above = (opened.key.value if opened.key else len(opened.items) for opened in self.stack[:-1])
        return json_pointer((*above, key.value))

    def _count(self, at: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Stop(self.text.error(codes.TOO_MANY_NODES, at, at + 1, f"more than {MAX_NODES} values"))

    def _next(self) -> str:
        """The character after the whitespace that may stand here; empty at the end."""
        character = self._peek()
        if character not in _BLANKS:
            return character
        self.at = _SPACE.match(self.source, self.at).end()  # type: ignore[union-attr]  # matches always
        return self._peek()

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _unexpected(self, wanted: str, help_: str = "") -> NoReturn:
        if not self._peek():
            self._fail(f"the text ends where {wanted} should be")
        if self._peek() in ("/", "#"):
            self._fail("JSON has no comments", "remove it, or use a .yaml file")
        if self._peek() == ",":
            help_ = "remove the comma, or write what is missing before it"
        self._fail(f"expected {wanted}", help_)

    def _fail(self, message: str, help_: str = "") -> NoReturn:
        raise _Stop(self._syntax(self.at, self.at + 1, message, help_))


def _quote_help(found: str) -> str:
    return 'write the key in "double quotes"' if found in "'\u2018\u2019\u201c\u201d`" else ""
