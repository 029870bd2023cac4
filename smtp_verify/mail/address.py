"""Mailboxes as nodemailer reads them, and what smtp-verify refuses to send to or from.

Source: nodemailer 8.0.4 lib/addressparser/index.js and `_normalizeAddress`, `_convertAddresses`,
`_encodeAddressName` in lib/mime-node/index.js.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smtp_verify.errors import ConfigError
from smtp_verify.mail import header_encoding
from smtp_verify.mail.javascript import WHITE_SPACE, trim, well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_FIELD = 8192
"""Characters in an address field. The pattern for a loose address takes quadratic time, as in nodemailer."""

_SPACE = re.escape(WHITE_SPACE)
_STRICT = re.compile(f"[^@{_SPACE}]+@[^@{_SPACE}]+")
_LOOSE = re.compile(rf"[{_SPACE}]*\b[^@{_SPACE}]+@[^{_SPACE}]+\b[{_SPACE}]*", re.ASCII)
_CLOSING = {'"': '"', "(": ")", "<": ">", ",": "", ":": ";", ";": ""}
_NO_BREAK_BEFORE = " \t\r\n,;"
_BEFORE_BRACKET = re.compile(rf"[^<]*<[{_SPACE}]*")
_REMOVED = re.compile(r"[\x00-\x1f<>]+")
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_ ]*")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_DEEPEST_GROUP = 50


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address with its display name; either may be empty."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """`name: member, member;` (RFC 5322 section 3.4)."""

    name: str
    members: tuple[Mailbox, ...]


@dataclass(slots=True)
class _Token:
    value: str
    operator: bool
    no_break: bool = False
    """A closing operator with no white space after it: what follows joins what came before."""


def parse(text: str) -> list[Mailbox | Group]:
    """The mailboxes and groups of an address field, as nodemailer reads them.

    Raises:
        ConfigError: the field is longer than any address list of a mail.
    """
    if len(text) > LONGEST_FIELD:
        raise ConfigError(
            f"an address field of {len(text)} characters; {LONGEST_FIELD} is the most that is read"
        )
    return _parse(text, 0)


def _parse(text: str, depth: int) -> list[Mailbox | Group]:
    if depth > _DEEPEST_GROUP:
        return []
    parsed: list[Mailbox | Group] = []
    for tokens in _split(_tokenize(text)):
        parsed.append(_Parts.of(tokens).result(depth))
    return _merge_unquoted_commas(parsed)


def _tokenize(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    node: _Token | None = None
    expecting = ""
    escaped = False
    for index, character in enumerate(text):
        if not escaped and expecting and character == expecting:
            following = text[index + 1 : index + 2]
            tokens.append(_Token(character, True, bool(following) and following not in _NO_BREAK_BEFORE))
            node, expecting = None, ""
        elif not escaped and not expecting and character in _CLOSING:
            tokens.append(_Token(character, True))
            node, expecting = None, _CLOSING[character]
        elif not escaped and expecting == '"' and character == "\\":
            escaped = True
        else:
            if node is None:
                node = _Token("", False)
                tokens.append(node)
            node.value += _kept(character)
            escaped = False
    for token in tokens:
        token.value = trim(token.value)
    return [token for token in tokens if token.value]


def _kept(character: str) -> str:
    """Line feeds become spaces; other control characters vanish."""
    if character == "\n":
        return " "
    return character if character >= "!" or character in " \t" else ""


def _split(tokens: list[_Token]) -> Iterator[list[_Token]]:
    current: list[_Token] = []
    for token in tokens:
        if token.operator and token.value in ",;":
            if current:
                yield current
            current = []
        else:
            current.append(token)
    if current:
        yield current


@dataclass(slots=True)
class _Parts:
    """The pieces of one address: what stood in `<>`, in `()`, after `:`, and elsewhere."""

    address: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    text_quoted: list[bool] = field(default_factory=list)
    is_group: bool = False

    @classmethod
    def of(cls, tokens: list[_Token]) -> _Parts:
        parts = cls()
        state, quoted = "text", False
        for index, token in enumerate(tokens):
            if token.operator:
                quoted = not quoted if token.value == '"' else False
                state = {"<": "address", "(": "comment", ":": "group"}.get(token.value, "text")
                parts.is_group = parts.is_group or state == "group"
            else:
                joins = index > 0 and tokens[index - 1].no_break
                parts._add(state, token.value, quoted, joins)
        return parts

    def _add(self, state: str, value: str, quoted: bool, joins: bool) -> None:
        if state == "address":
            # Apple Mail writes `Name <junk <a@b.co>`: what precedes the second bracket is dropped.
            value = _BEFORE_BRACKET.sub("", value, count=1)
        pieces: list[str] = getattr(self, state)
        if joins and pieces:
            pieces[-1] += value
            if state == "text" and quoted:
                self.text_quoted[-1] = True
            return
        pieces.append(value)
        if state == "text":
            self.text_quoted.append(quoted)

    def result(self, depth: int) -> Mailbox | Group:
        self._comment_as_text()
        if self.is_group:
            return Group(" ".join(self.text), tuple(_flat(_parse(",".join(self.group), depth + 1))))
        if not self.address and self.text:
            self._find_address()
        self._comment_as_text()
        self.text += self.address[1:]
        text, address = " ".join(self.text), " ".join(self.address[:1])
        return _mailbox(name=text or address, address=address or text)

    def _comment_as_text(self) -> None:
        if not self.text and self.comment:
            self.text, self.comment = self.comment, []
            self.text_quoted = [False] * len(self.text)

    def _find_address(self) -> None:
        """Without brackets: the last word that looks like an address. Quoted text is never one."""
        for index in range(len(self.text) - 1, -1, -1):
            if not self.text_quoted[index] and _STRICT.fullmatch(self.text[index]):
                self.address = [self.text.pop(index)]
                self.text_quoted.pop(index)
                return
        for index in range(len(self.text) - 1, -1, -1):
            if self.text_quoted[index]:
                continue
            match = _LOOSE.search(self.text[index]) if "@" in self.text[index] else None
            if match:
                self.address = [trim(match[0])]
                self.text[index] = trim(
                    f"{self.text[index][: match.start()]} {self.text[index][match.end() :]}"
                )
                return
            self.text[index] = trim(self.text[index])


def _mailbox(name: str, address: str) -> Mailbox:
    if name == address:
        return Mailbox("", address) if "@" in address else Mailbox(name, "")
    return Mailbox(name, address)


def _merge_unquoted_commas(parsed: list[Mailbox | Group]) -> list[Mailbox | Group]:
    """`Joe Foo, PhD <joe@example.com>` is one mailbox, not a name and a mailbox."""
    merged: list[Mailbox | Group] = []
    for entry in reversed(parsed):
        following = merged[-1] if merged else None
        if (
            isinstance(entry, Mailbox)
            and not entry.address
            and entry.name
            and isinstance(following, Mailbox)
            and following.address
            and following.name
        ):
            merged[-1] = Mailbox(f"{entry.name}, {following.name}", following.address)
        else:
            merged.append(entry)
    return merged[::-1]


def _flat(parsed: list[Mailbox | Group]) -> Iterator[Mailbox]:
    for entry in parsed:
        if isinstance(entry, Group):
            yield from entry.members
        else:
            yield entry


def normalize(address: str) -> str:
    """The address as it goes into the envelope: control characters out, the domain in punycode."""
    address = trim(_REMOVED.sub(" ", address))
    user, at, domain = address.rpartition("@")
    if not at:
        return address
    if " " in user:
        user = user if user.startswith('"') else f'"{user}'
        user = user if user.endswith('"') else f'{user}"'
    return f"{user}@{to_ascii(domain.lower())}"


def to_ascii(domain: str) -> str:
    """Nodemailer's punycode: labels split at any of the four full stops, no further preparation."""
    return ".".join(_ascii_label(label) for label in _DOTS.split(domain))


def _ascii_label(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def mailboxes(parsed: list[Mailbox | Group]) -> list[str]:
    """The envelope addresses of a field, each once, in order."""
    addresses = (normalize(mailbox.address) for mailbox in _flat(parsed) if mailbox.address)
    return [well_formed(each) for each in dict.fromkeys(addresses)]


def to_header(parsed: list[Mailbox | Group]) -> str:
    """The field's value in the message."""
    return ", ".join(filter(None, (_entry_header(entry) for entry in parsed)))


def _entry_header(entry: Mailbox | Group) -> str:
    if isinstance(entry, Group):
        return f"{_encode_name(entry.name)}:{trim(to_header(list(entry.members)))};"
    if not entry.address:
        return ""
    address = normalize(entry.address)
    if entry.name:
        return f"{_encode_name(entry.name)} <{address}>"
    return f"<{address}>" if " " in address else address


def _encode_name(name: str) -> str:
    if _PLAIN_NAME.fullmatch(name):
        return name
    if _PRINTABLE.fullmatch(name):
        return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return header_encoding.encode_word(name)
