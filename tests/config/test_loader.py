"""From a path to documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.config.loader import InputFormat, load, load_source, pick
from smtp_verify.config.reading.source import MAX_BYTES, Source, decode
from smtp_verify.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from smtp_verify.config.document import Document
    from smtp_verify.finding import Finding


def told(finding: Finding) -> str:
    place = finding.location
    stretch = f"{place.line}:{place.column}-{place.end_line}:{place.end_column}"
    return (
        f"{stretch} {finding.code} {finding.severity.value} {finding.message} |"
        f" {finding.help} | {finding.pointer}"
    )


def read(text: str, name: str = "a.yaml", input_format: InputFormat | None = None) -> Document:
    (document,) = load_source(Source(name, text), input_format)
    return document


def findings(text: str, name: str = "a.yaml") -> list[str]:
    return [told(finding) for finding in read(text, name).findings]


@pytest.mark.parametrize(
    ("name", "text", "data"),
    [
        ("a.json", '{"a": 1e3}', {"a": 1000}),
        ("A.JSON", "a: 1", None),
        ("a.yaml", "a: 1", {"a": 1}),
        ("a.YML", "a: 1", {"a": 1}),
        ("a.yaml", '{"a": "\\ud83d\\ude00",\n\t"b": 1}', {"a": "😀", "b": 1}),
        ("a.yaml", "{a: 1}", {"a": 1}),
        ("a.yaml", '[1, "a"]', [1, "a"]),
        ("-", ' \n{"a": 1}', {"a": 1}),
        ("-", "\xa0[1]", None),
        ("-", "a: 1", {"a": 1}),
        ("-", "{a: 1}", None),
        ("a.txt", "[1]", [1]),
        ("json", "a: 1", {"a": 1}),
        ("-", '"text"', "text"),
    ],
)
def test_the_format_follows_the_name_and_else_the_first_character(name: str, text: str, data: Any) -> None:
    assert read(text, name).data == data


def test_the_format_that_is_asked_for_wins() -> None:
    assert read("{a: 1}", "a.json", InputFormat.YAML).data == {"a": 1}
    assert read("a: 1", "a.yaml", InputFormat.JSON).root is None
    assert read("{a: 1}", "-", InputFormat.YAML).data == {"a": 1}


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "-"])
def test_a_text_that_is_not_utf_8_is_a_finding_where_it_stops(name: str) -> None:
    (document,) = load_source(decode(b"a: 1\nb: \xe9", name))
    assert [told(finding) for finding in document.findings] == [
        "2:4-2:4 SV002 error not UTF-8: byte 8 cannot be decoded | save the file as UTF-8 | "
    ]
    assert (document.root, document.data) == (None, None)


def test_a_text_that_is_too_large_is_a_finding() -> None:
    (document,) = load_source(decode(b"a" * (MAX_BYTES + 1), "a.yaml"))
    assert [told(finding) for finding in document.findings] == [
        "1:1-1:1 SV003 error larger than 1048576 bytes | a config is a few kilobytes | "
    ]


AMBIGUOUS = [
    (
        "port: 0465",
        {"port": 465},
        "1:7-1:11 SV012 warning 0465: YAML 1.2 reads the number 465, YAML 1.1 reads the number 309"
        " | write 465, or put it in quotes if it is text | /port",
    ),
    (
        "port: 22:22",
        {"port": "22:22"},
        '1:7-1:12 SV012 warning 22:22: YAML 1.2 reads the string "22:22", YAML 1.1 reads the number 1342'
        " | put it in quotes if it is text | /port",
    ),
    (
        "secure: no",
        {"secure": "no"},
        '1:9-1:11 SV012 warning no: YAML 1.2 reads the string "no", YAML 1.1 reads false'
        " | put it in quotes if it is text | /secure",
    ),
    (
        "name: 1e3",
        {"name": "1e3"},
        '1:7-1:10 SV012 warning 1e3: YAML 1.2 reads the number 1000, YAML 1.1 reads the string "1e3"'
        '; taken as the text that is written | put it in quotes: "1e3" | /name',
    ),
    (
        "templates:\n- {subject: 0o17}",
        {"templates": [{"subject": "0o17"}]},
        '2:13-2:17 SV012 warning 0o17: YAML 1.2 reads the number 15, YAML 1.1 reads the string "0o17"'
        '; taken as the text that is written | put it in quotes: "0o17" | /templates/0/subject',
    ),
    (
        "customHeaders: {X-Date: [2024-01-01]}",
        {"customHeaders": {"X-Date": ["2024-01-01"]}},
        '1:26-1:36 SV012 warning 2024-01-01: YAML 1.2 reads the string "2024-01-01", YAML 1.1 reads a date'
        '; taken as the text that is written | put it in quotes: "2024-01-01" | /customHeaders/X-Date/0',
    ),
    (
        "auth: {pass: 0123456}",
        {"auth": {"pass": "0123456"}},
        "1:14-1:21 SV012 warning YAML 1.1 and YAML 1.2 read this value differently: one of them"
        " as text, or as"
        " another number; taken as the text that is written | put it in quotes | /auth/pass",
    ),
    (
        "config: {auth: {pass: 0123456}}",
        {"config": {"auth": {"pass": "0123456"}}},
        "1:23-1:30 SV012 warning YAML 1.1 and YAML 1.2 read this value differently: one of them"
        " as text, or as"
        " another number; taken as the text that is written | put it in quotes | /config/auth/pass",
    ),
    (
        "password: 0123456",
        {"password": 123456},
        "1:11-1:18 SV012 warning YAML 1.1 and YAML 1.2 read this value differently: one of them"
        " as text, or as"
        " another number | put it in quotes if it is text | /password",
    ),
    (
        "dnsTimeout: 1e999",
        {"dnsTimeout": float("inf")},
        "1:13-1:18 SV012 warning 1e999: YAML 1.2 reads a number too large for a computer, YAML"
        ' 1.1 reads the string "1e999"'
        " | put it in quotes if it is text | /dnsTimeout",
    ),
]


@pytest.mark.parametrize(("text", "data", "expected"), AMBIGUOUS)
def test_an_ambiguous_scalar_shows_both_readings_and_is_text_where_text_is_wanted(
    text: str, data: Any, expected: str
) -> None:
    assert read(text).data == data
    assert findings(text) == [expected]


def test_an_ambiguous_scalar_behind_an_alias_is_settled_at_each_place() -> None:
    document = read("x: &x 0465\nname: *x\nport: *x")
    assert document.data == {"x": 465, "name": "0465", "port": 465}
    assert [finding.pointer for finding in document.findings] == ["/port", "/x", "/name"]


def test_quotes_and_tags_leave_nothing_ambiguous() -> None:
    document = read("a: '0465'\nb: \"no\"\nc: !!str 22:22\nd: |-\n  1e3")
    assert document.data == {"a": "0465", "b": "no", "c": "22:22", "d": "1e3"}
    assert document.findings == ()


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ('{"config": {"port": 1}}', ("config",)),
        ('{"id": "x", "config": {}, "connectorId": "y"}', ("config",)),
        ('{"host": "h", "config": {}}', ()),
        ('{"config": []}', ()),
        ('{"config": null}', ()),
        ("[]", ()),
        ("{}", ()),
        ('{"config": 1, "config": {"a": 1}}', ("config",)),
    ],
)
def test_the_answer_of_the_api_is_read_at_its_config(text: str, base: tuple[str, ...]) -> None:
    document = read(text, "a.json")
    assert document.base == base
    assert document.config == (document.data["config"] if base else document.data)
    assert document.pointer(("port",)) == ("/config/port" if base else "/port")


def test_findings_are_sorted_by_place() -> None:
    codes = [finding.code for finding in read("a: 0465\nb: 1\nb: no\nc: {<<: {}}").findings]
    assert codes == ["SV012", "SV007", "SV012", "SV010"]


def test_each_document_of_a_stream_has_its_index() -> None:
    documents = load_source(Source("a.yaml", "a: 1\n---\nb: 2\n"))
    assert [(document.index, document.data) for document in documents] == [(0, {"a": 1}), (1, {"b": 2})]


@pytest.mark.parametrize("number", [None, 0])
def test_the_only_document_is_picked(number: int | None) -> None:
    assert pick([read("a: 1")], number).data == {"a": 1}


@pytest.mark.parametrize(
    ("text", "number", "message"),
    [
        ("a: 1\n---\nb: 2", None, "a.yaml: holds 2 documents; choose one with --document N, from 0"),
        ("a: 1\n---\nb: 2", 2, "a.yaml: has no document 2; it holds 2, counted from 0"),
        ("a: 1", -1, "a.yaml: has no document -1; it holds 1, counted from 0"),
        ("a: [", None, "a.yaml:1:5: did not find expected node content while parsing a flow node"),
    ],
)
def test_what_cannot_be_picked_is_refused(text: str, number: int | None, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        pick(load_source(Source("a.yaml", text)), number)
    assert caught.value.message == message


def test_an_unreadable_document_is_refused_with_its_findings() -> None:
    with pytest.raises(ConfigError) as caught:
        pick([read('{"a": 1, "a": 2,}', "a.json")], None)
    assert caught.value.message == "a.json:1:16: a comma before the closing bracket"
    assert [finding.code for finding in caught.value.findings] == ["SV007", "SV006"]


def test_a_file_is_loaded_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert load(str(file))[0].data == {"a": 1}
    with pytest.raises(SourceError):
        load(str(tmp_path))


@given(st.text(st.characters(exclude_categories=())), st.sampled_from(["a.json", "a.yaml", "-"]))
def test_no_text_at_all_makes_the_loader_raise(text: str, name: str) -> None:
    for document in load_source(Source(name, text)):
        assert document.root is not None or document.findings


@given(st.binary(), st.sampled_from(["a.json", "a.yaml", "-"]))
def test_no_bytes_at_all_make_the_loader_raise(data: bytes, name: str) -> None:
    for document in load_source(decode(data, name)):
        assert document.root is not None or document.findings
