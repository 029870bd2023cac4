"""YAML with positions: a single walk over libyaml's events with a stack of our own; the only `import yaml`.

No value is ever constructed by PyYAML: caps on depth, nodes and aliases hold before anything grows, and
plain scalars follow the core schema of YAML 1.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import yaml

from smtp_verify import codes
from smtp_verify.config.path import json_pointer
from smtp_verify.config.reading import yaml_scalars, yaml_syntax
from smtp_verify.config.reading.line_breaks import without_old_breaks
from smtp_verify.config.reading.text import Text
from smtp_verify.config.reading.tree import (
    MAX_DEPTH,
    MAX_DOCUMENTS,
    MAX_NODES,
    Ambiguity,
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smtp_verify.finding import Finding

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_TYPES: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
}
_PLAIN_STYLES = (None, "")
_BLOCK_STYLES = ("|", ">")
_MAX_TAG_DIRECTIVES = 64

# No finding quotes a tag or an alias: it may be a password that nobody put in quotes.
_TAG_HELP = "remove the tag, or put a value that starts with ! in quotes"
_VAULT_HELP = "Ansible decrypts such a value: write a placeholder, and give the decrypted one with --set"
_ANCHOR_HELP = "put a value that starts with & in quotes"
_BEHIND_ANCHOR = ("", *" \t\r\n,[]{}")
_ALIAS_HELP = "put a value that starts with * in quotes"


class YamlDocument(NamedTuple):
    """One document of a stream; `root` is None where it could not be read."""

    root: Node | None
    findings: list[Finding]


class Token(NamedTuple):
    """A stretch of the text without whitespace and comments, but for the header of a block scalar."""

    start: int
    end: int
    is_block_scalar: bool
    starts_document: bool
    is_directive: bool


class _Stop(Exception):  # noqa: N818 - control flow within this module, never an error of the program
    def __init__(self, finding: Finding) -> None:
        self.finding = finding


class _Measured(NamedTuple):
    """A finished node with its size and height, so that aliases count for what they stand for."""

    node: Node
    size: int
    height: int


class _Open:
    """A collection that has not ended yet; `nodes` counts those before it."""

    def __init__(self, is_mapping: bool, start: int, anchor: str | None, nodes: int) -> None:
        self.is_mapping = is_mapping
        self.start = start
        self.anchor = anchor
        self.nodes = nodes
        self.key: Scalar | None = None
        self.entries: list[Entry] = []
        self.items: list[Node] = []
        self.seen: dict[str, Scalar] = {}
        self.height = 1

    def close(self, end: int) -> Node:
        if self.is_mapping:
            return Mapping(self.start, end, tuple(self.entries))
        return Sequence(self.start, end, tuple(self.items))


def read_yaml(text: Text) -> list[YamlDocument]:
    """The documents of a stream. Reading ends at the first one that cannot be read."""
    if text.text.startswith("\ufeff"):
        # A second byte order mark, which libyaml would leave out of its count.
        return [YamlDocument(None, [yaml_syntax.control_character(text, 0)])]
    if text.text.count("%TAG") > _MAX_TAG_DIRECTIVES:
        return [YamlDocument(None, [_tag_directives(text)])]
    return list(_documents(text, _too_deep_or_refused))


def tokens(text: Text) -> Iterator[Token]:
    """The tokens of a stream, up to the first that libyaml does not read."""
    try:
        for token in yaml.scan(without_old_breaks(text.text)[0], Loader=_LOADER):
            yield Token(
                token.start_mark.index,
                token.end_mark.index,
                isinstance(token, yaml.ScalarToken) and token.style in _BLOCK_STYLES,
                isinstance(token, yaml.DocumentStartToken),
                isinstance(token, yaml.DirectiveToken),
            )
    except (yaml.YAMLError, UnicodeEncodeError):
        return


def _tag_directives(text: Text) -> Finding:
    """Libyaml compares each directive with all those before it."""
    start = text.text.index("%TAG")
    message = f"more than {_MAX_TAG_DIRECTIVES} %TAG directives"
    return text.error(codes.TAG, start, start + 4, message, "remove them: tags have no meaning in a config")


def _documents(
    text: Text, refused: Callable[[Text, yaml.YAMLError | UnicodeEncodeError], Finding]
) -> Iterator[YamlDocument]:
    """Each document of a stream; `refused` says what is wrong where libyaml reads no further."""
    reader: _Reader | None = None
    found = nodes = 0
    source, stand_ins = without_old_breaks(text.text)
    try:
        # `yaml.parse` asks twice for each, in Python. What the last one is followed by is None.
        for event in iter(_LOADER(source).get_event, None):
            take = _TAKES.get(type(event))
            if take is not None and reader is not None:
                take(reader, event)
            elif isinstance(event, yaml.DocumentStartEvent):
                reader = _Reader(text, nodes, stand_ins)
                reader.check_documents(event, found + 1)
            elif isinstance(event, yaml.DocumentEndEvent) and reader is not None:
                yield YamlDocument(reader.root, reader.findings)
                found, nodes = found + 1, reader.nodes
                reader = None
    except _Stop as stop:
        yield YamlDocument(None, [*(reader.findings if reader else []), stop.finding])
        return
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        yield YamlDocument(None, [*(reader.findings if reader else []), refused(text, error)])
        return
    if not found:
        empty = text.error(codes.SYNTAX, 0, 0, "there is nothing in this file", "write a config into it")
        yield YamlDocument(None, [empty])


def _too_deep_or_refused(text: Text, error: yaml.YAMLError | UnicodeEncodeError) -> Finding:
    """Our limit of depth, where the text passes it before the place that libyaml complains about.

    Its scanner is up to 1,024 characters ahead of its events, and since 0.2.6 it refuses 1,000 levels itself:
    by then the text has passed our limit, and no event has said so.
    """
    if isinstance(error, yaml.MarkedYAMLError):
        before = text.text[: yaml_syntax.offset_of(text, error)]
        *_, last = _documents(Text(text.path, before), _refused)
        if last.root is None and last.findings[-1].code == codes.TOO_DEEP:
            return last.findings[-1]
    return _refused(text, error)


def _refused(text: Text, error: yaml.YAMLError | UnicodeEncodeError) -> Finding:
    if isinstance(error, (yaml.reader.ReaderError, UnicodeEncodeError)):
        return yaml_syntax.foreign_character(text)
    return yaml_syntax.syntax_error(text, error)


class _Reader:
    """Builds the tree of one document from its events; the documents before it count for the caps.

    What it does for every scalar is most of the time that a file takes.
    """

    def __init__(self, text: Text, nodes: int, stand_ins: dict[int, str]) -> None:
        self.text = text
        self.stand_ins = stand_ins
        self.source = text.text
        self.root: Node | None = None
        self.findings: list[Finding] = []
        self.stack: list[_Open] = []
        self.anchors: dict[str, _Measured | None] = {}
        self.nodes = nodes

    def check_documents(self, event: Any, count: int) -> None:
        """Each is judged by itself, and tells what is wrong with it: that many are no configs."""
        if count > MAX_DOCUMENTS:
            self._fail(event, codes.TOO_MANY_NODES, f"more than {MAX_DOCUMENTS} documents in one file")

    def take_scalar(self, event: Any) -> None:
        """A value, or a key."""
        anchor = event.anchor
        if anchor is not None:
            self._check_anchor(event)
        self._count(event, 1)
        scalar = self._scalar(event)
        if anchor is not None:
            self.anchors[anchor] = _Measured(scalar, 1, 0)
        self._add(scalar)

    def take_start(self, event: Any) -> None:
        """The beginning of a collection."""
        if event.anchor is not None:
            self._check_anchor(event)
        is_mapping, nodes = isinstance(event, yaml.MappingStartEvent), self.nodes
        self._count(event, 1)
        self._check_depth(event, 1)
        if event.tag not in (None, "!", _CORE + ("map" if is_mapping else "seq")):
            self._fail_tag(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.stack.append(_Open(is_mapping, event.start_mark.index, event.anchor, nodes))

    def take_end(self, event: Any) -> None:
        """The end of the innermost collection."""
        top = self.stack.pop()
        node = top.close(event.end_mark.index)
        if top.anchor is not None:
            self.anchors[top.anchor] = _Measured(node, self.nodes - top.nodes, top.height)
        self._lift(top.height)
        self._add(node)

    def take_alias(self, event: Any) -> None:
        """A value that was written before."""
        if event.anchor not in self.anchors:
            self._fail(event, codes.ALIAS, "an alias to an anchor that is not set before it", _ALIAS_HELP)
        target = self.anchors[event.anchor]
        if target is None:
            self._fail(event, codes.ALIAS, "an alias to a value that contains it", _ALIAS_HELP)
        self._count(event, target.size)
        self._check_depth(event, target.height)
        self._lift(target.height)
        self._add(target.node)

    def _check_anchor(self, event: Any) -> None:
        """Libyaml ends the name of an anchor at the first odd character, and takes the rest for a value."""
        name = "&" + event.anchor
        end = self.source.index(name, event.start_mark.index) + len(name)
        if self.source[end : end + 1] not in _BEHIND_ANCHOR:
            self._fail(event, codes.ALIAS, "an anchor with more behind it than its name", _ANCHOR_HELP)

    def _lift(self, height: int) -> None:
        """What goes into a collection makes it as high and one more."""
        if self.stack and height >= self.stack[-1].height:
            self.stack[-1].height = height + 1

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if not top.is_mapping:
            top.items.append(node)
        elif top.key is None:
            top.key = self._key(top, node)
        else:
            if top.key.value == "<<":
                self._merge_key(top.key, node)
            top.entries.append(Entry(top.key, node))
            top.key = None

    def _key(self, top: _Open, node: Node) -> Scalar:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            raise _Stop(self._bad_key(node))
        if node.start and self.source[node.start - 1] == "?":
            # Within brackets libyaml takes it for the sign of a key, blank or not.
            message = "a ? that YAML 1.2 reads as the beginning of the word behind it"
            help_ = "put a word that starts with ? in quotes"
            raise _Stop(self.text.error(codes.SYNTAX, node.start - 1, node.start, message, help_))
        if node.value in top.seen:
            line, _ = self.text.position(top.seen[node.value].start)
            message = f"the key is set twice, first in line {line}; the last one counts"
            self._warn(codes.DUPLICATE_KEY, node, message, "remove one of the two")
        top.seen[node.value] = node
        return node

    def _bad_key(self, node: Node) -> Finding:
        end = min(node.end, self.text.line_end(node.start))
        if isinstance(node, Scalar):
            message = f"a key that is {_kind(node.value)}: JSON keys are strings"
            return self.text.error(codes.NO_JSON_VALUE, node.start, end, message, "put the key in quotes")
        message = "a key that is a collection: JSON keys are strings"
        help_ = "put the key in quotes"
        if self.source.startswith("{", max(node.start - 1, 0)):
            help_ = 'put a value that starts with {{ in quotes: "{{code}}"'
        return self.text.error(codes.NO_JSON_VALUE, node.start, end, message, help_)

    def _merge_key(self, key: Scalar, value: Node) -> None:
        if not self.source.startswith("<<", key.start):
            # In quotes it is a key like any other.
            return
        sources = value.items if isinstance(value, Sequence) else (value,)
        names = [entry.key.value for node in sources if isinstance(node, Mapping) for entry in node.entries]
        shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
        expansion = f"it would expand to {shown or 'nothing'}"
        message = f"a merge key of YAML 1.1; {expansion}, and YAML 1.2 leaves it as it is"
        self._warn(codes.MERGE_KEY, key, message, "write the keys out")

    def _warn(self, code: str, key: Scalar, message: str, help_: str) -> None:
        above = (opened.key.value if opened.key else len(opened.items) for opened in self.stack[:-1])
        pointer = json_pointer((*above, key.value))
        self.findings.append(self.text.warning(code, key.start, key.end, message, help_, pointer))

    def _scalar(self, event: Any) -> Scalar:
        start, end = event.start_mark.index, event.end_mark.index
        if event.style in _BLOCK_STYLES:
            end = start + len(self.source[start:end].rstrip())
        if self.stand_ins:
            event.value = event.value.translate(self.stand_ins)
        text = event.value
        if event.tag is None and (event.style not in _PLAIN_STYLES or yaml_scalars.is_word(text)):
            return Scalar(start, end, text)
        value, ambiguity = self._value(event)
        return Scalar(start, end, value, ambiguity)

    def _value(self, event: Any) -> tuple[Any, Ambiguity | None]:
        text = event.value
        if event.tag == "!":
            return text, None
        if event.tag is not None:
            return self._tagged(event), None
        if yaml_scalars.has_no_json_value(text):
            self._fail(
                event, codes.NO_JSON_VALUE, f"{text} is a number that JSON does not have", "write a number"
            )
        return yaml_scalars.readings(text)

    def _tagged(self, event: Any) -> Any:
        """The value of a scalar with an explicit tag of the core schema."""
        name = event.tag.removeprefix(_CORE)
        if name == "str":
            return event.value
        if event.tag != _CORE + name or name not in _TYPES:
            self._fail_tag(event)
        value = yaml_scalars.resolve(event.value)
        if type(value) not in _TYPES[name]:
            self._fail(event, codes.TAG, f"not a value of !!{name}")
        return value

    def _fail_tag(self, event: Any) -> NoReturn:
        help_ = _VAULT_HELP if event.tag == "!vault" else _TAG_HELP
        self._fail(event, codes.TAG, "a tag that has no meaning in a config", help_)

    def _count(self, event: Any, size: int) -> None:
        self.nodes += size
        if self.nodes > MAX_NODES:
            self._fail(event, codes.TOO_MANY_NODES, f"more than {MAX_NODES} values, aliases followed")

    def _check_depth(self, event: Any, height: int) -> None:
        if len(self.stack) + height > MAX_DEPTH:
            self._fail(event, codes.TOO_DEEP, f"nested deeper than {MAX_DEPTH} levels")

    def _fail(self, event: Any, code: str, message: str, help_: str = "") -> NoReturn:
        start = event.start_mark.index
        end = min(max(event.end_mark.index, start + 1), self.text.line_end(start))
        raise _Stop(self.text.error(code, start, end, message, help_))


_TAKES: dict[type, Callable[[_Reader, Any], None]] = {
    yaml.ScalarEvent: _Reader.take_scalar,
    yaml.MappingStartEvent: _Reader.take_start,
    yaml.SequenceStartEvent: _Reader.take_start,
    yaml.MappingEndEvent: _Reader.take_end,
    yaml.SequenceEndEvent: _Reader.take_end,
    yaml.AliasEvent: _Reader.take_alias,
}


def _kind(value: Any) -> str:
    """The type of a scalar without its value, which may be part of a secret."""
    if value is None:
        return "null"
    return "a boolean" if isinstance(value, bool) else "a number"
