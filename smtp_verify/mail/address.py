"""Mailboxes as nodemailer reads them, and what smtp-verify refuses to send to or from.

Source: nodemailer 8.0.11 and 9.0.5 lib/addressparser/index.js and `_normalizeAddress`, `_normalizeLocalPart`,
`_convertAddresses`, `_encodeAddressName` in lib/mime-node/index.js.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from smtp_verify.errors import ConfigError
from smtp_verify.javascript import WHITE_SPACE, trim, well_formed
from smtp_verify.logto_versions import NEWEST
from smtp_verify.mail import header_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.logto_versions import Nodemailer

LONGEST_FIELD = 8192
"""Characters in an address field. The pattern for a loose address takes quadratic time, as in nodemailer."""

_SPACE = re.escape(WHITE_SPACE)
_STRICT = re.compile(f"[^@{_SPACE}]+@[^@{_SPACE}]+")
_LOOSE = re.compile(rf"[{_SPACE}]*\b[^@{_SPACE}]+@[^{_SPACE}]+\b[{_SPACE}]*", re.ASCII)
_CLOSING = {'"': '"', "(": ")", "<": ">", ",": "", ":": ";", ";": ""}
_NO_BREAK_BEFORE = " \t\r\n,;"
_BEFORE_BRACKET = re.compile(rf"[^<]*<[{_SPACE}]*")
_REMOVED = re.compile(r"[\x00-\x1f<>]+")
_REMOVED_WITH_DELETE = re.compile(r"[\x00-\x1f\x7f<>]+")
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_ ]*")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_DEEPEST_GROUP = 50

_ATEXT = r'[^\x00-\x20"(),.:;<>@\[\\\]\x7f]'
"""RFC 5321 section 4.1.2 with the letters of RFC 6531; a class that lists those takes long to compile."""
_DOT_ATOM = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
_QUOTED_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NO_SPECIAL = rf'[^{_SPACE}"(),:;<>@\[\\\]]+'
_PLAIN_LOCAL = re.compile(_NO_SPECIAL)
_PLAIN_ADDRESS = re.compile(f"{_NO_SPECIAL}@{_NO_SPECIAL}")


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
    """A closing operator with no whitespace after it: what follows joins what came before."""


def parse(
    text: str, nodemailer: Nodemailer = NEWEST.nodemailer, requotes: bool = True
) -> list[Mailbox | Group]:
    """The mailboxes and groups of an address field, as nodemailer reads them.

    Args:
        text: the field's value.
        nodemailer: whose reading it is.
        requotes: whether a local part gets its quotes back, as since nodemailer 9.

    Raises:
        ConfigError: the field is longer than any address list of a mail.
    """
    if len(text) > LONGEST_FIELD:
        raise ConfigError(
            f"an address field of {len(text)} characters; {LONGEST_FIELD} is the most that is read"
        )
    literals = nodemailer.quotes_addresses
    return _parse(text, 0, _Reading(literals, literals and requotes))


class _Reading(NamedTuple):
    """What tells the parsers apart."""

    literals: bool
    """Whether what is in `[…]` is text (RFC 5322 section 3.4.1)."""
    requotes: bool
    """Whether a local part that was read out of quotes gets them back."""


def _parse(text: str, depth: int, reading: _Reading) -> list[Mailbox | Group]:
    if depth > _DEEPEST_GROUP:
        return []
    parsed: list[Mailbox | Group] = []
    for tokens in _split(_tokenize(text, reading.literals)):
        parsed.append(_Parts.of(tokens).result(depth, reading))
    return _merge_unquoted_commas(parsed)


def _tokenize(text: str, literals: bool) -> list[_Token]:
    """The tokens of a field."""
    tokens: list[_Token] = []
    node: _Token | None = None
    expecting = ""
    escaped = in_literal = False
    for index, character in enumerate(text):
        if literals and not escaped and not expecting:
            # A separator ends a literal that is never closed: it must not swallow later addresses.
            in_literal = character not in "],;" if in_literal else character == "["
        if not escaped and expecting and character == expecting:
            following = text[index + 1 : index + 2]
            tokens.append(_Token(character, True, bool(following) and following not in _NO_BREAK_BEFORE))
            node, expecting = None, ""
        elif not (escaped or expecting or in_literal) and character in _CLOSING:
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

    def result(self, depth: int, reading: _Reading) -> Mailbox | Group:
        self._comment_as_text()
        if self.is_group:
            members = _parse(",".join(self.group), depth + 1, reading)
            return Group(" ".join(self.text), tuple(_flat(members)))
        if not self.address and self.text:
            self._find_address()
        self._comment_as_text()
        self.text += self.address[1:]
        was_quoted = not self.address and any(self.text_quoted)
        text, address = " ".join(self.text), " ".join(self.address[:1])
        mailbox = _mailbox(name=text or address, address=address or text)
        if reading.requotes and was_quoted and mailbox.address:
            return Mailbox(mailbox.name, _quoted_again(mailbox.address))
        return mailbox

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


def _quoted_again(address: str) -> str:
    """An address whose local part was read out of quotes, with them where they make a difference."""
    user, at, domain = address.rpartition("@")
    if not at or _PLAIN_LOCAL.fullmatch(user) or _QUOTED_STRING.fullmatch(user):
        return address
    return f"{_quoted(user)}@{domain}"


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


def normalize(address: str, nodemailer: Nodemailer = NEWEST.nodemailer) -> str:
    """The address as it goes into the envelope: control characters out, the domain in punycode.

    The domain stays in UTF-8 beside a local part in it: such an address needs SMTPUTF8 anyway.
    """
    quotes = nodemailer.quotes_addresses
    address = trim((_REMOVED_WITH_DELETE if quotes else _REMOVED).sub(" ", address))
    user, at, domain = address.rpartition("@")
    if not at:
        return _local_part(address) if quotes and address else address
    return f"{(_local_part if quotes else _spaces_quoted)(user)}@{_domain(user, domain)}"


def _local_part(user: str) -> str:
    return user if _DOT_ATOM.fullmatch(user) or _QUOTED_STRING.fullmatch(user) else _quoted(user)


def _spaces_quoted(user: str) -> str:
    if " " not in user:
        return user
    user = user if user.startswith('"') else f'"{user}'
    return user if user.endswith('"') else f'{user}"'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _domain(user: str, domain: str) -> str:
    if user.isascii():
        return to_ascii(domain.lower())
    try:
        return to_unicode(domain.lower())
    except UnicodeError:
        return domain


def to_ascii(domain: str) -> str:
    """Nodemailer's punycode: labels split at any of the four full stops, no further preparation."""
    return ".".join(_ascii_label(label) for label in _DOTS.split(domain))


def to_unicode(domain: str) -> str:
    """A domain with its labels out of punycode.

    Raises:
        UnicodeError: a label that begins with `xn--` and is not in punycode.
    """
    return ".".join(_unicode_label(label) for label in _DOTS.split(domain))


def _unicode_label(label: str) -> str:
    return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label


def _ascii_label(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def mailboxes(text: str, nodemailer: Nodemailer = NEWEST.nodemailer) -> list[str]:
    """The envelope addresses of a field, each once, in order.

    Raises:
        ConfigError: as `parse`.
    """
    found = (each.address for each in _flat(parse(text, nodemailer)) if each.address)
    normalized = dict.fromkeys(normalize(each, nodemailer) for each in found)
    return [well_formed(each) for each in normalized if each or not nodemailer.quotes_addresses]


def to_header(text: str, nodemailer: Nodemailer = NEWEST.nodemailer) -> str:
    """The field's value in the message.

    Raises:
        ConfigError: as `parse`.
    """
    return _to_header(parse(text, nodemailer), nodemailer)


def _to_header(parsed: list[Mailbox | Group], nodemailer: Nodemailer) -> str:
    return ", ".join(filter(None, (_entry_header(entry, nodemailer) for entry in parsed)))


def _entry_header(entry: Mailbox | Group, nodemailer: Nodemailer) -> str:
    if isinstance(entry, Group):
        members = _to_header(list(entry.members), nodemailer)
        return f"{_encode_name(entry.name, nodemailer)}:{trim(members)};"
    address = normalize(entry.address, nodemailer)
    if not entry.address or (nodemailer.quotes_addresses and not address):
        return ""
    if entry.name:
        return f"{_encode_name(entry.name, nodemailer)} <{address}>"
    is_plain = _PLAIN_ADDRESS.fullmatch(address) if nodemailer.quotes_addresses else " " not in address
    return address if is_plain else f"<{address}>"


def _encode_name(name: str, nodemailer: Nodemailer) -> str:
    if _PLAIN_NAME.fullmatch(name):
        return name
    if _PRINTABLE.fullmatch(name):
        return _quoted(name)
    return header_encoding.encode_word(name, nodemailer)
