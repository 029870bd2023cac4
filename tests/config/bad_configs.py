"""Files that no config should be: what is wrong with each, and where.

In a text, `¦` stands where the finding must point; it is not part of the file. What stands for a value comes
three times: as the whole file, as the value of a key, and in a list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smtp_verify import codes
from smtp_verify.config.reading.source import MAX_BYTES
from smtp_verify.config.reading.tree import MAX_DEPTH, MAX_DOCUMENTS, MAX_NODES

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "¦"


@dataclass(frozen=True, slots=True)
class BadConfig:
    """One file. Without a code its text can be read, and only what it says is wrong."""

    name: str
    data: bytes
    code: str | None
    line: int = 1
    column: int = 1
    values: tuple[Any, ...] | None = None
    """Of its documents, where it can be read."""


def marked(name: str, text: str, code: str | None = codes.SYNTAX) -> BadConfig:
    """A file of a text with its mark; without a mark the finding is at the start."""
    before, _, after = text.partition(MARK)
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = (len(lines), len(lines[-1]) + 1) if MARK in text else (1, 1)
    return BadConfig(name, (before + after).encode("utf-8", "surrogatepass"), code, *place)


def every() -> list[BadConfig]:
    """All of them, always the same."""
    return [*_json(), *_json_sizes(), *_yaml(), *_yaml_sizes(), *_encodings()]


# JSON -----------------------------------------------------------------------------------------------------

_FRAMES = {"alone": "{}", "value": '{{\n  "host": {}\n}}', "item": "[\n  0,\n  {}\n]"}

_NUMBERS = """
¦01|¦-01|¦00|¦-00|¦+1|¦.5|¦-.5|¦5.|¦-|¦+|¦--1|¦-+1|¦1e|¦1e+|¦1E-|¦1e1.5|¦1.e1|¦.e1|¦0.e1|¦2.e+3|¦0e|¦0e+
¦0.1.2|¦1e5e5|¦1ee2|¦0x1F|¦-0x1|¦0o7|¦0b1|¦1_000|¦1f|¦1L|¦1-2|¦1+2|¦1/2|¦1a|¦1.a|¦1.2a|¦$1|¦1%|¦－1|¦１
¦٣|¦1e٣|¦−1|¦½|¦1°|¦inf|¦nan|¦-inf|¦-nan|¦-NaN|¦+Infinity|¦Inf|¦infinity|¦1e1_0|¦#1
"""
_NO_NUMBERS = "¦NaN|¦Infinity|¦-Infinity"
_WORDS = r"""
¦True|¦False|¦None|¦TRUE|¦Null|¦NULL|¦nul|¦nulll|¦tru|¦truee|¦fals|¦undefined|¦yes|¦no|¦on|¦off|¦null1
¦true1|¦abc|¦a b|¦smtp.example.com|¦me@example.com|¦'a'|¦`a`|¦“a”|¦«a»|¦‘a’|¦r"a"|¦u"a"|¦a"b"|¦<host>
¦(1)|¦*|¦&a|¦!a|¦@|¦%|¦^|¦~|¦\"a"|¦é|¦😀|¦//x|¦/* x */ 1|¦# x|¦--|¦-- x|¦;|¦=|¦=1|¦?|¦_|¦.
"""
_STRINGS = r"""
"¦\a"|"¦\x41"|"¦\0"|"¦\'"|"¦\ "|"¦\1"|"¦\U00000041"|"¦\N"|"¦\é"|"a¦\q"|"¦\%"|"é¦\d"|"C:¦\Users"|"¦\{"
"\\¦\("
"""
_HEX = r"""
"\¦u"|"\¦u1"|"\¦u12"|"\¦u123"|"\¦u12G4"|"\¦uZZZZ"|"\¦u 041"|"\¦u+041"|"\¦u-041"|"\¦u00_1"|"\ud83d\¦u"
"\ud83d\¦uZ"|"\¦u00e"|"\¦u٣٣٣٣"|"\¦u{41}"
"""
_CONTROLS = ("\0", "\x01", "\b", "\t", "\n", "\v", "\f", "\r", "\x1b", "\x1f")
_STRUCTURES = r"""
[1 ¦2]|[¦1;2]|[1¦:2]|[1¦,]|[1,2¦,]|[¦,]|[¦,1]|[1,¦,2]|[1¦}|[[1]¦}|["a" ¦"b"]|["a"¦:1]|[1 ¦true]|[""¦:""]
[¦1=2]|{"a"¦}|{"a" ¦1}|{"a"¦=1}|{"a"¦=>1}|{¦a:1}|{¦a: "b"}|{¦'a':1}|{¦1:1}|{¦null:1}|{¦true:1}|{¦[]:1}
{¦{}:1}|{"a":1¦,}|{¦,}|{¦,"a":1}|{"a":1,¦,"b":2}|{"a"¦,"b"}|{"a":1 ¦"b":2}|{"a":¦1;"b":2}|{"a":¦:1}
{"a":1¦]|{"a":[1¦}}|{"a":¦}|{"a":¦,"b":1}|{"a":1 ¦// c\n}|{"a":1 ¦/* c */}|{¦// c\n"a":1}|{¦# c\n"a":1}
[1 ¦// c\n]|{"a":1,¦// c\n"b":1}|{"a":1,¦# c\n"b":2}|{"a":1¦:2}|{"a":"b"¦:"c"}|{"a":"b" ¦c"}
{"a":"b"¦"c"}|{"a" ¦"b"}|{¦“a”:1}|{"a"¦：1}|{"a":¦1，"b":2}|{¦(1):1}|{¦...}|[¦...]|{"a":1,¦...}|{¦...a}
{"a":¦...}|[1,¦...]|{"a":{"b":1¦,}}|[[1¦,]]|[{"a":1¦,}]|{"a":[1,¦,2]}
"""
_ENDS = r"""
{} ¦{}|{}¦,|{}¦]|{}¦}|[]¦]|[]¦x|[] ¦[]|1 ¦2|null ¦null|"a" ¦"b"|"a"¦:1|{}¦;|{} ¦# c|{} ¦// c|{}\n¦{}
{}\n¦---\n{}|{} ¦\u{0}|{}¦\u{2028}|¦|   ¦|\n\n  ¦|\t¦|[¦|{¦|[1¦|[1,¦|[1 ¦|[[¦|{"a"¦|{"a" ¦|{"a":¦
{"a": ¦|{"a":1¦|{"a":1,¦|{"a":[¦|{"a":{¦|[1,\n2\n¦|¦"a|¦"|¦"a\\|¦"a\\"|[¦"a]|{¦"a:1}|{"a":¦"b}|["a",¦"b]
¦\u{a0}{}|¦\u{0b}{}|¦\u{0c}{}|¦\u{2028}{}|¦\u{3000}1|[1,¦\u{a0}2]|[¦\u{200b}1]|¦host: a|¦- a|¦---\n{}
¦<html>|¦]|¦}|¦,|¦:|¦;{}|¦var a = {}|¦callback({})|¦\u{0}|¦\u{1a}|[1]\n¦x|{"a": 1}\n\n  ¦{"b": 2}
¦\u{feff}\u{feff}{}
"""


def _json() -> Iterator[BadConfig]:
    for frame, around in _FRAMES.items():
        for group, fragment, code in _json_values():
            yield marked(f"json {group} {frame}.json", around.format(fragment), code)
    for index, text in enumerate(_pieces(_ENDS)):
        yield marked(f"json end {index}.json", _unescaped(text))


def _json_values() -> Iterator[tuple[str, str, str]]:
    groups = {
        "number": (_NUMBERS, codes.SYNTAX),
        "no number": (_NO_NUMBERS, codes.NO_JSON_VALUE),
        "word": (_WORDS, codes.SYNTAX),
        "escape": (_STRINGS, codes.SYNTAX),
        "hex": (_HEX, codes.SYNTAX),
        "structure": (_STRUCTURES, codes.SYNTAX),
    }
    for name, (texts, code) in groups.items():
        for index, text in enumerate(_pieces(texts)):
            yield f"{name} {index}", text.replace(r"\n", "\n") if name == "structure" else text, code
    for control in _CONTROLS:
        yield f"control {ord(control)}", f'"a{MARK}{control}b"', codes.SYNTAX


def _pieces(texts: str, separator: str = "|") -> list[str]:
    return [piece for line in texts.strip("\n").split("\n") for piece in line.split(separator)]


def _unescaped(text: str) -> str:
    """`\\n`, `\\t`, `\\\\` and `\\u{feff}` as what they stand for."""
    named = {"n": "\n", "t": "\t", "\\": "\\"}
    return re.sub(
        r"\\(?:([nt\\])|u\{([0-9a-f]+)\})",
        lambda match: named[match[1]] if match[1] else chr(int(match[2], 16)),
        text,
    )


def _json_sizes() -> Iterator[BadConfig]:
    for unit, closing, levels in (("[", "]", 1), ('{"a":', "}", 1), ('[{"a":', "}]", 2)):
        for depth in (MAX_DEPTH, 1_000, 30_000, 100_000):
            deep = unit * (MAX_DEPTH // levels) + MARK + unit * depth
            name = f"json deep {levels} {ord(unit[0])} {depth}"
            yield marked(f"{name} open.json", deep, codes.TOO_DEEP)
            yield marked(f"{name}.json", deep + "1" + closing * (depth + MAX_DEPTH // levels), codes.TOO_DEEP)
    many = "[" + "1," * (MAX_NODES - 1) + MARK + "1]"
    yield marked("json many values.json", many, codes.TOO_MANY_NODES)
    keys = ",".join(f'"{index}":1' for index in range(MAX_NODES // 2 - 1))
    yield marked("json many keys.json", f'{{{keys},"last":{MARK}1,"a":2}}', codes.TOO_MANY_NODES)
    yield marked("json large.json", f'"{"a" * (MAX_BYTES - 1)}"', codes.TOO_LARGE)
    yield marked("json as large as can be.json", f'"{"a" * (MAX_BYTES - 2)}"', None)
    yield marked("json long open string.json", f'[{MARK}"' + "a" * 1_000_000, codes.SYNTAX)


# YAML -----------------------------------------------------------------------------------------------------

_YAML_VALUES = {
    codes.SYNTAX: r"""
¦@a|¦`a`|*¦|&¦|&¦ a|¦!a!b c|!!¦|"¦\q"|"¦\'"|"a¦\c"|"\x¦ZZ"|"\x¦4"|"\u¦12"|"\u¦ZZZZ"|"\U¦12"|"\u¦d800"
"\u¦d83d\ude00"|"\U¦00110000"|"\U¦FFFFFFFF"|"a" ¦b|'a' ¦b|"a"¦b"|'a'¦b'c'|[1, 2¦}|{a: 1¦]|[a, ¦, b]
[¦, a]|{¦, a: 1}|{a: ¦:}|¦]|¦}|¦, a|[a] ¦b|{a: 1} ¦b|[a]¦]|{a: b c¦: d}|["a" ¦b]|{"a" ¦b}
{"a": "b" ¦"c"}|{a: [1¦}}|{¦: a}|&a ¦&b c|&a ¦*a|!!str ¦!!str a|!!str ¦*a|{a: b, ¦, c: d}|{a¦]|[a¦}
[[a]¦}|¦%a|[¦@]|{a: ¦`}|[¦%]
""",
    codes.ALIAS: "¦*missing|¦*a b|[¦*a, &a b]|&a [¦*a]|&a {b: ¦*a}|&a [[¦*a]]|{a: &b {c: [¦*b]}}|[&a b, ¦*c]",
    codes.TAG: r"""
¦!a b|¦!!a b|¦!<tag:a> b|¦!!python/object:os.system a|¦!!python/name:os.system
¦!!python/object/apply:os.system [a]|¦!!python/tuple [1]|¦!!binary aGk=|¦!!set {a}|¦!!omap [a: 1]
¦!!pairs [a: 1]|¦!!timestamp 2024-13-45|¦!!merge a|¦!!timestamp 2024-01-01|¦!!int a|¦!!int 1.5
¦!!float a|¦!!bool 7|¦!!bool no|¦!!null a|¦!!map [a]|¦!!seq {a: 1}|¦!!str [a]|¦!!int [1]|¦!!value =
¦!!int "a"|¦!!float 1_0|¦!!int 0b1|¦!!int 1:30|¦!!bool y|¦!!null 0|¦!local {a: b}
""",
    codes.NO_JSON_VALUE: r"""
¦.inf|¦-.inf|¦+.INF|¦.nan|¦.NaN|{¦[a]: b}|{? ¦[a] : b}|{¦{a: 1}: b}|{{¦{code}}}|{¦{code}}|{¦1: a}
{¦true: a}|{¦null: a}|{¦~: a}|{¦1.5: a}|{¦0x1: a}|[¦.Inf]|{a: ¦-.Inf}|{¦False: a}|{¦0o7: a}|{¦-1: a}
{¦1e3: a}|[¦[a]: b]|[¦1: a]
""",
}
_YAML_FRAMES = {"value": "host: {}\n", "item": "- 0\n- {}\n", "deep": "a:\n  b:\n    - c: {}\nd: 1\n"}

_YAML_TEXTS = {
    codes.SYNTAX: r"""
a:\n¦\tb: 1┊a: 1\n¦\tb: 2┊¦\ta: 1┊a:\n  b: 1\n¦\t c: 2┊- a\n¦\t- b┊a:\n  - b\n ¦\t- c┊a: |\n ¦\tb
a:\n  b: 1\n ¦c: 2┊a: b\n  c¦: d┊a: "b"\n  ¦c: d┊a:\n  - b\n ¦c: d┊a:\n  b: c\n ¦- d┊  a: 1\n¦b: 2
- a\n¦b: c┊a: 1\n¦- b┊a: 1\n¦b┊a\nb¦: c┊a: b¦: c┊"a": b¦: c┊'a': "b"¦: c┊a: ¦- b┊a: ¦? b┊a: b\n¦?c
- - a\n ¦- b┊a:\n    b: 1\n  ¦c: 2┊a: |¦0\n b┊a: |1¦0\n b┊a: |+¦+\n b┊a: |-¦-\n b┊a: |¦x\n b┊a: >¦x\n b
a: | ¦b\n c┊a: |2\n ¦b┊a: |\n   b\n  ¦c: d┊a: |¦a┊a: > ¦a┊a: ¦"b\nc: d┊a: ¦'b\nc: d┊¦"a: b\nc: d┊¦'a: b
a: ¦"b\\"┊a: [b,\nc: d¦┊a: {b: c\nd¦: e┊a: [b\nc¦┊[¦┊{¦┊[a,¦┊{a: 1,¦┊¦%YAML 3.0\n---\na: 1
%YAML 1.2\n¦%YAML 1.2\n---\na: 1┊%YAML¦\n---\na: 1┊%YAML ¦x\n---\na┊%TAG¦\n---\na┊%TAG !¦\n---\na
%YAML 1.2\n¦a: 1┊%TAG ! !\n¦%TAG ! !\n---\na┊%¦\n---\na┊%YAML 1.¦x\n---\na┊%YAML 1.1 ¦a\n---\na
%FOO¦ bar\n---\na: 1┊a: b\u{2028}c¦: d┊a: ¦-┊a: 1\n... ¦b┊¦... a┊--- a¦: b: c┊a: 1\n--- ¦]┊a: 1\n---\n¦]
--- [a\n¦---\nb]┊a: "b\n¦---\nc"┊a: 'b\n¦...\nc'┊a: ¦\u{7}┊a: "¦\u{0}"┊¦\u{0}┊a: ¦\u{fffe}┊a: ¦\u{ffff}
a: ¦\u{1b}[31m┊a: ¦\u{7f}┊a: ¦\u{80}┊a: ¦\u{9b}┊# ¦\u{8}\na: 1┊a: ¦\u{1f}┊¦\u{feff}\u{feff}a: 1
a: ¦\u{c}┊a: ¦\u{b}┊¦\u{1a}┊a: 1\n¦\u{0}┊a: [b]\n ¦c: d┊a: {b: c}\n ¦d: e┊a: [b]¦]┊a: b\n¦]┊a: b\n¦}
a: b\n¦, c┊? a\n? - b\n  ¦c┊a:\n- b\n c¦: d┊a: *¦\nb: 1┊a: &¦\nb: 1┊¦┊¦   ┊¦\n\n┊¦# a┊¦\t┊¦...
¦\n# a\n\n┊¦: a
""",
    codes.ALIAS: r"""
a: ¦*b\nb: &b 1┊a: &b\n  c: ¦*b┊a: &b [1]\n--- \nc: ¦*b┊a: ¦*B\nb: &b 1┊pass: ¦*secret┊a: &b\n  - ¦*b
a: &a 1\nb: [*a, ¦*c]
""",
    codes.NO_JSON_VALUE: r"""
¦1: a┊¦true: a┊¦null: a┊¦~: a┊¦0465: a┊? ¦[a]\n: b┊¦[a]: b┊¦{a: b}: c┊?¦ ┊a: ¦.nan┊a: {¦{code}}
a:\n  ¦1: b┊? ¦- a\n: b┊? ¦- a┊a: ¦&b [1]\n? *b\n: c┊¦1.5: a┊¦-1: a┊¦0x1: a┊¦.nan: a┊host: a\n¦587: b
a: [¦.inf]┊¦!!null '': a┊¦!!int 1: a
""",
}

_READABLE: dict[str, list[Any]] = {
    # Each document of the file, as JSON.
    "a: 1": [{"a": 1}],
    "- a": [["a"]],
    "a": ["a"],
    "~": [None],
    '""': [""],
    "[]": [[]],
    "{}": [{}],
    "!": [""],
    "---": [None],
    "a: 1\na: 2": [{"a": 2}],
    "a: &b 1\nc: *b": [{"a": 1, "c": 1}],
    "<<: {a: 1}": [{"<<": {"a": 1}}],
    "a: &b {c: 1}\nd:\n  <<: *b": [{"a": {"c": 1}, "d": {"<<": {"c": 1}}}],
    "%TAG !e! tag:e,2000:\n---\na: 1": [{"a": 1}],
    "a: |\n  b": [{"a": "b"}],
    "a: >-\n  b": [{"a": "b"}],
    "a: b\n - c": [{"a": "b - c"}],
    "? a\n: b": [{"a": "b"}],
    "? a\nb: c": [{"a": None, "b": "c"}],
    '[a "b"]': [['a "b"']],
    '"a": b': [{"a": "b"}],
    "'a''b'": ["a'b"],
    "a: 'b\n\n  c'": [{"a": "b\nc"}],
    "a:\tb": [{"a": "b"}],
    "- - - a": [[[["a"]]]],
    "a: !!str 1": [{"a": "1"}],
    "a: !!null ''": [{"a": None}],
    'a: "\\/"': [{"a": "/"}],
    'a: "\\x41\\u00e9\\U0001f600"': [{"a": "Aé😀"}],
    "a: 😀": [{"a": "😀"}],
    "a: \x85b": [{"a": "\x85b"}],
    "a: b\u2028c:d": [{"a": "b\u2028c:d"}],
    "\ufeffa: 1": [{"a": 1}],
    "---\n---": [None, None],
    "--- a\n...\n--- b": ["a", "b"],
    "a: b #c": [{"a": "b"}],
    "a: b#c": [{"a": "b#c"}],
    "a: 'no'": [{"a": "no"}],
    "host: no": [{"host": "no"}],
    "host: 22:22": [{"host": "22:22"}],
    "port: 0465": [{"port": 465}],
    "a: 2024-01-01": [{"a": "2024-01-01"}],
    "a: 1e3": [{"a": 1000}],
    "a: 0x1F": [{"a": 31}],
    "a: 1_000": [{"a": "1_000"}],
    "a: 0b11": [{"a": "0b11"}],
    "a: .5": [{"a": 0.5}],
    "a: 99999999999999999999999999": [{"a": 1e26}],
    "a: -0": [{"a": 0}],
    "a: 1e-999": [{"a": 0}],
    ":a": [":a"],
    "-a": ["-a"],
    "-: a": [{"-": "a"}],
    "a::b": ["a::b"],
    "a:: b": [{"a:": "b"}],
    "{a, b}": [{"a": None, "b": None}],
    "{a: }": [{"a": None}],
    "[a: b]": [[{"a": "b"}]],
    "a: {b: c,}": [{"a": {"b": "c"}}],
    "a: [b,]": [{"a": ["b"]}],
}


def _yaml() -> Iterator[BadConfig]:
    for code, texts in _YAML_VALUES.items():
        for index, text in enumerate(_pieces(texts)):
            for frame, around in _YAML_FRAMES.items():
                yield marked(f"yaml {code} {index} {frame}.yaml", around.replace("{}", text), code)
    for code, texts in _YAML_TEXTS.items():
        for index, text in enumerate(_pieces(texts, "┊")):
            yield marked(f"yaml {code} text {index}.yml", _unescaped(text), code)
    for index, (text, values) in enumerate(_READABLE.items()):
        yield BadConfig(f"yaml readable {index}.yaml", text.encode(), None, values=tuple(values))


def _yaml_sizes() -> Iterator[BadConfig]:
    for unit, levels in (("[", 1), ("{a: ", 1), ("- ", 1), ("? ", 1), ("[{a: ", 2), ("&a [", 1)):
        for depth in (1, 1_000, 30_000):
            deep = unit * (MAX_DEPTH // levels) + MARK + unit * depth
            yield marked(f"yaml deep {ord(unit[0])} {levels} {depth}.yaml", deep, codes.TOO_DEEP)
    for name, text in _bombs().items():
        yield marked(f"yaml {name}.yaml", text, codes.TOO_MANY_NODES)
    above = "".join(f"{'  ' * level}a:\n" for level in range(MAX_DEPTH))
    yield marked("yaml deep mapping.yaml", f"{above}{'  ' * MAX_DEPTH}{MARK}a: b", codes.TOO_DEEP)
    steps = "".join(f"a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, MAX_DEPTH - 1))
    deep = f"a0: &a0 [a]\n{steps}b: *a{MAX_DEPTH - 2}\nc: [{MARK}*a{MAX_DEPTH - 2}]"
    yield marked("yaml deep by aliases.yaml", deep, codes.TOO_DEEP)
    yield marked("yaml large.yaml", "a: " + "b" * (MAX_BYTES - 2), codes.TOO_LARGE)
    yield marked("yaml large comment.yaml", "#" * (MAX_BYTES + 1), codes.TOO_LARGE)
    yield marked("yaml as large as can be.yaml", "a: " + "b" * (MAX_BYTES - 3), None)
    yield marked("yaml open quote.yaml", f'a: {MARK}"' + "b\n" * 200_000, codes.SYNTAX)
    yield marked("yaml long key.yaml", f"a: 1\n{MARK}{'k' * 2_000}: 1", codes.SYNTAX)
    directives = "".join(f"%TAG !{index}! tag:e,2000:\n" for index in range(2_000))
    yield marked("yaml many directives.yaml", f"{directives}---\na: 1", codes.TAG)
    digits = "9" * 5_000
    for name, number in (
        ("integer", digits),
        ("hexadecimal", "0x" + digits),
        ("float", f"1.{digits}e{digits}"),
    ):
        yield marked(f"yaml long {name}.yaml", f"a: {number}", None)


def _bombs() -> dict[str, str]:
    """Small texts that stand for far more than a config holds."""
    laughs = "a0: &a0 [lol]\n" + "".join(
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 5)
    )
    merges = "a0: &a0 {k: 1}\n" + "".join(
        f"a{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * 10)}]}}\n" for level in range(1, 4)
    )
    return {
        # 1 + 9 + 81 + … values each; the last line holds more than the cap allows.
        "billion laughs": f"{laughs}a5: [{MARK}*a4, *a4, *a4]",
        "merge bomb": f"{merges}a4: {{<<: [{'*a3, ' * 4}{MARK}*a3, *a3]}}",
        "many values": "[" + "a," * (MAX_NODES - 1) + f"{MARK}a]",
        "many lines": "- a\n" * (MAX_NODES - 1) + f"- {MARK}a\n",
        "many documents": "--- a\n" * MAX_DOCUMENTS + f"{MARK}--- a\n",
    }


def _encodings() -> Iterator[BadConfig]:
    texts = {"json": '{"host": "é"}', "yaml": "host: é\n"}
    for suffix, text in texts.items():
        for encoding in ("utf-16", "utf-32"):
            # With a byte order mark, which is not UTF-8.
            yield BadConfig(f"{encoding}.{suffix}", text.encode(encoding), codes.NOT_UTF8)
        for encoding in ("latin-1", "cp1252", "mac-roman", "cp437"):
            at = text.index("é")
            yield BadConfig(f"{encoding}.{suffix}", text.encode(encoding), codes.NOT_UTF8, 1, at + 1)
        for name, broken in _BROKEN_UTF8.items():
            at = text.index("é")
            data = text[:at].encode() + broken + text[at + 1 :].encode()
            yield BadConfig(f"{name}.{suffix}", data, codes.NOT_UTF8, 1, at + 1)
            yield BadConfig(f"{name}, second line.{suffix}", b"\n " + data, codes.NOT_UTF8, 2, at + 2)
        yield BadConfig(
            f"shift-jis.{suffix}",
            text.replace("é", "ソ").encode("shift-jis"),
            codes.NOT_UTF8,
            1,
            text.index("é") + 1,
        )
    for encoding, column in (("utf-16-le", 2), ("utf-16-be", 1), ("utf-32-le", 2), ("utf-32-be", 1)):
        # ASCII with a NUL beside each letter.
        yield BadConfig(f"{encoding}.json", '{"host": "a"}'.encode(encoding), codes.SYNTAX, 1, column)
        yield BadConfig(f"{encoding}.yaml", "host: a".encode(encoding), codes.SYNTAX, 1, column)
    yield BadConfig("BOM.json", b'\xef\xbb\xbf{"a": 1}', None)
    yield BadConfig("half a BOM.json", b'\xef\xbb{"a": 1}', codes.NOT_UTF8)
    yield BadConfig("BOM alone.json", b"\xef\xbb\xbf", codes.SYNTAX)
    yield BadConfig("BOM alone.yaml", b"\xef\xbb\xbf", codes.SYNTAX)


_BROKEN_UTF8 = {
    "continuation": b"\x80",
    "two bytes, one": b"\xc3",
    "three bytes, two": b"\xe2\x82",
    "four bytes, three": b"\xf0\x9f\x98",
    "overlong slash": b"\xc0\xaf",
    "overlong NUL": b"\xc0\x80",
    "overlong, three bytes": b"\xe0\x80\xaf",
    "overlong, four bytes": b"\xf0\x80\x80\xaf",
    "surrogate": b"\xed\xa0\x80",
    "surrogate pair": b"\xed\xa0\xbd\xed\xb8\x80",
    "past the last": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "FE": b"\xfe",
    "FF": b"\xff",
}
