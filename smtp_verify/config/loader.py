"""From a path to Documents: the format is chosen, the text read, Logto's API answer unwrapped."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from smtp_verify import codes
from smtp_verify.config.document import Document
from smtp_verify.config.path import Path, json_pointer, pointer_path
from smtp_verify.config.reading.json_reader import read_json
from smtp_verify.config.reading.json_value import json_value
from smtp_verify.config.reading.source import MAX_BYTES, Source, read_source
from smtp_verify.config.reading.text import Text
from smtp_verify.config.reading.tree import Ambiguity, Mapping, Node, Scalar, to_data
from smtp_verify.config.schema import keys, secret_keys
from smtp_verify.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.config.reading.json_value import Flawless
    from smtp_verify.finding import Finding

_FIRST_CHARACTER = re.compile(r"\s*(.)", re.DOTALL)
_WRAPPER: Path = ("config",)


class InputFormat(Enum):
    """How a text is read."""

    JSON = "json"
    YAML = "yaml"


def load(path: str, input_format: InputFormat | None = None) -> list[Document]:
    """Every document of an input; what is wrong with its text is among the findings.

    Raises:
        SourceError: the path cannot be read.
    """
    return load_source(read_source(path), input_format)


def load_source(source: Source, input_format: InputFormat | None = None) -> list[Document]:
    """Every document of a text that has been read already."""
    text = Text(source.path, source.text)
    refused = _refused(source, text)
    if refused:
        return [Document(text, 0, None, findings=(refused,))]
    chosen = input_format or _format_of(source)
    if chosen is InputFormat.JSON or _looks_like_json(text.text):
        flawless = json_value(text.text)
        if flawless is not None:
            return [_placeless(text, flawless)]
    return [
        _document(text, index, root, findings) for index, (root, findings) in enumerate(_parse(text, chosen))
    ]


def pick(documents: list[Document], number: int | None) -> Document:
    """The document with this index, or the only one.

    Raises:
        ConfigError: there are several and none was chosen, no such one, or it could not be read.
    """
    path = documents[0].path
    if number is None and len(documents) > 1:
        raise ConfigError(f"{path}: holds {len(documents)} documents; choose one with --document N, from 0")
    if number is not None and not 0 <= number < len(documents):
        raise ConfigError(f"{path}: has no document {number}; it holds {len(documents)}, counted from 0")
    document = documents[number or 0]
    if not document.readable:
        finding = document.findings[-1]
        raise ConfigError(f"{finding.location.shown}: {finding.message}", document.findings)
    return document


def _format_of(source: Source) -> InputFormat:
    name = source.path.lower()
    if name.endswith(".json"):
        return InputFormat.JSON
    if name.endswith((".yaml", ".yml")):
        return InputFormat.YAML
    return InputFormat.JSON if _looks_like_json(source.text) else InputFormat.YAML


def _looks_like_json(text: str) -> bool:
    match = _FIRST_CHARACTER.match(text)
    return match is not None and match[1] in "{["


def _refused(source: Source, text: Text) -> Finding | None:
    if source.too_large:
        return text.error(
            codes.TOO_LARGE, 0, 0, f"larger than {MAX_BYTES} bytes", "a config is a few kilobytes"
        )
    if source.bad_byte is not None:
        end = len(source.text)
        message = f"not UTF-8: byte {source.bad_byte} cannot be decoded"
        return text.error(codes.NOT_UTF8, end, end, message, "save the file as UTF-8")
    return None


def _parse(text: Text, input_format: InputFormat) -> list[tuple[Node | None, list[Finding]]]:
    if input_format is InputFormat.JSON:
        return [read_json(text)]
    if _looks_like_json(text.text):
        # YAML 1.2 contains JSON, and libyaml does not read all of it: surrogate pairs, tabs.
        root, findings = read_json(text)
        if root is not None:
            return [(root, findings)]
    from smtp_verify.config.reading.yaml_reader import read_yaml

    return [(document.root, document.findings) for document in read_yaml(text)]


def _placeless(text: Text, flawless: Flawless) -> Document:
    """A document of flawless JSON: its tree is built when a location is needed."""
    data = flawless.value
    base = _base(data if isinstance(data, dict) else {})
    return Document(text, 0, lambda: flawless.tree(text.text), data, base=base)


def _document(text: Text, index: int, root: Node | None, findings: list[Finding]) -> Document:
    if root is None:
        return Document(text, index, None, findings=tuple(findings))
    entries = root.entries if isinstance(root, Mapping) else ()
    base = _base({entry.key.value: entry.value for entry in entries})
    settle, ambiguous = _settler(text, base)
    data = to_data(root, settle)
    told = (_at_secret(finding, base) for finding in [*findings, *ambiguous])
    return Document(text, index, root, data, tuple(sorted(told)), base)


def _at_secret(finding: Finding, base: Path) -> Finding:
    """The finding, its pointer not leading into a secret."""
    path = pointer_path(finding.pointer)
    closed = secret_keys.without_secret_keys(path, len(base))
    return finding if closed == path else replace(finding, pointer=json_pointer(closed))


def _base(values: dict[str, Any]) -> Path:
    """`GET /api/connectors/{id}` of Logto answers with the config under `config`."""
    wrapped = "host" not in values and isinstance(values.get("config"), (dict, Mapping))
    return _WRAPPER if wrapped else ()


def _settler(text: Text, base: Path) -> tuple[Callable[[Path, Scalar], Any], list[Finding]]:
    """Decides on ambiguous scalars, and collects a finding for each."""
    findings: list[Finding] = []

    def settle(path: Path, node: Scalar) -> Any:
        ambiguity = node.ambiguity
        if ambiguity is None:
            return node.value
        keep_text = keys.wants_string(path[len(base) :])
        hidden = secret_keys.hides(path, len(base))
        findings.append(_ambiguous(text, path, node, ambiguity, keep_text, hidden))
        return ambiguity.text if keep_text else node.value

    return settle, findings


def _ambiguous(
    text: Text, path: Path, node: Scalar, ambiguity: Ambiguity, keep_text: bool, hidden: bool
) -> Finding:
    if hidden:
        message = (
            "YAML 1.1 and YAML 1.2 read this value differently: one of them as text, or as another number"
        )
    else:
        message = f"{ambiguity.text}: YAML 1.2 reads {ambiguity.yaml12}, YAML 1.1 reads {ambiguity.yaml11}"
    if keep_text:
        message += "; taken as the text that is written"
    help_ = f'put it in quotes: "{ambiguity.text}"' if keep_text else "put it in quotes if it is text"
    if hidden:
        help_ = "put it in quotes" if keep_text else help_
    if not (hidden or keep_text or isinstance(node.value, str) or math.isinf(node.value)):
        help_ = f"write {node.value}, or {help_}"
    return text.warning(codes.AMBIGUOUS_SCALAR, node.start, node.end, message, help_, json_pointer(path))
