"""What is wrong with a text that libyaml does not read, in its words, with the fix of the common mistakes.

Its words never quote the text, which may hold a secret; no fix does either.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from smtp_verify import codes

if TYPE_CHECKING:
    from smtp_verify.config.reading.text import Text
    from smtp_verify.finding import Finding

_NOT_YAML = r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_TEMPLATE_VALUE = re.compile(r"(?::|-)\s+\{\{")
_UNQUOTED_COLON = re.compile(r"[\s-]*[\w.-]+:\s+[^\"'|>\[{&*!#\s].*:\s")
_KEY_LINE = re.compile(r"(?P<indent>[\s-]*)[\w.-]+:(?P<value>\s+[^\s#]|\s*$|\s+#)?")
_NO_SPACE = re.compile(r"[\s-]*[\w.-]+:\S")


# What was taken for a key, or the quote that is never closed, stands where libyaml says it began.
_NOTICED_LATE = ("could not find expected ':'", "unexpected end of stream")


def control_character(text: Text, at: int) -> Finding:
    """A character that no YAML text may hold."""
    character = text.text[at]
    message = f"U+{ord(character):04X}, a character that YAML does not allow"
    escape = json.dumps(character).strip('"')
    help_ = f'remove it, or write "{escape}" in double quotes'
    return text.error(codes.SYNTAX, at, at + 1, message, help_)


def foreign_character(text: Text) -> Finding:
    """The first such character, which libyaml has found but does not place."""
    # The pattern is slow to compile, and seldom needed.
    control = re.search(_NOT_YAML, text.text)
    return control_character(text, control.start() if control else 0)


def offset_of(text: Text, error: Any) -> int:
    """Where what libyaml complains about begins."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if any(words in _problem(error) for words in _NOTICED_LATE) and getattr(error, "context_mark", None):
        mark = error.context_mark
    return min(mark.index, len(text.text)) if mark else 0


def _problem(error: Any) -> str:
    return getattr(error, "problem", None) or "not YAML"


def syntax_error(text: Text, error: Any) -> Finding:
    """Libyaml's complaint: a `yaml.MarkedYAMLError`."""
    problem = _problem(error)
    context = getattr(error, "context", None)
    offset = offset_of(text, error)
    message = f"{problem} {context}" if context else str(problem)
    return text.error(codes.SYNTAX, offset, offset + 1, message, _fix(text, offset, problem))


def _fix(text: Text, offset: int, problem: str) -> str:
    number, _ = text.position(offset)
    near = [text.line(n) for n in (number, number - 1) if n >= 1]
    lines = [line for line in near if not line.lstrip().startswith("#")] or [""]
    if any("\t" in line[: len(line) - len(line.lstrip())] for line in lines):
        return "indent with spaces; YAML does not allow tabs"
    if any(_TEMPLATE_VALUE.search(line) for line in lines):
        return 'put a value that starts with {{ in quotes: "{{code}}"'
    if "unexpected end of stream" in problem:
        return "close it with the quote it begins with"
    if "expected ':'" in problem and _NO_SPACE.match(lines[0]):
        return "write a space after the colon"
    if "mapping values are not allowed" in problem:
        return _cure_of_mapping(text, number)
    if "cannot start any token" in problem:
        return "put a value that starts with @, ` or % in quotes"
    if "did not find expected" in problem and (quote := _quote_before(text, offset)):
        return quote
    if any(_UNQUOTED_COLON.match(line) for line in lines):
        return "put a value that holds ': ' in quotes"
    if "Unicode" in problem:
        return "write the character itself instead of its surrogates"
    if "escape" in problem:
        return "in double quotes write \\\\ for a backslash, or use 'single quotes'"
    return "check the indentation and the quotes above this place"


def _quote_before(text: Text, offset: int) -> str:
    """The fix where a quote on the same line has ended a value that goes on; empty where there is none."""
    _, column = text.position(offset)
    before = text.text[offset - column + 1 : offset]
    if before.endswith(('"', "'")):
        return "write a quote within a value as \\\" in double quotes, as '' in single ones"
    if before.rstrip().endswith(('"', "'")):
        return """put the whole value in quotes, as in '"Example App" <me@example.com>'"""
    return ""


def _cure_of_mapping(text: Text, number: int) -> str:
    """A key below a value: it is indented too far, or the value should not be there."""
    here = _KEY_LINE.match(text.line(number))
    above = _KEY_LINE.match(text.line(number - 1)) if number > 1 else None
    if number > 1 and _NO_SPACE.match(text.line(number - 1)):
        return "write a space after the colon of the line above"
    if here and above and above["value"] and len(here["indent"]) > len(above["indent"]):
        return "indent this line like the one above it, or remove the value above"
    return "put a value that holds ': ' in quotes"
