"""The effective settings, as nodemailer derives them from the raw config."""

from __future__ import annotations

from typing import Any

import pytest

from smtp_verify.errors import ConfigError
from smtp_verify.smtp.endpoint import derive, is_address, is_this_machine


@pytest.mark.parametrize(
    ("raw", "port", "implicit"),
    [
        ({}, 587, False),
        ({"port": 25}, 25, False),
        ({"port": 465}, 465, True),
        ({"port": 465, "secure": False}, 465, False),
        ({"port": 465, "secure": None}, 465, False),
        ({"port": "465"}, 465, True),
        ({"port": " 587 "}, 587, False),
        ({"port": 0}, 587, False),
        ({"port": 0, "secure": True}, 465, True),
        ({"port": "smtp"}, 587, False),
        ({"port": 2465}, 2465, False),
        ({"port": 2465, "secure": True}, 2465, True),
        ({"port": 587, "secure": True, "tls": {"port": 465}}, 465, True),
        ({"port": 587, "tls": {"port": 465}}, 587, False),
    ],
)
def test_port_and_secure_decide_about_implicit_tls(raw: dict[str, Any], port: int, implicit: bool) -> None:
    endpoint = derive(raw)
    assert (endpoint.port, endpoint.implicit_tls) == (port, implicit)


@pytest.mark.parametrize("port", [-1, 70000, 65536, 465.5, float("inf"), 10**400, "70000"])
def test_a_port_that_is_none_is_named(port: object) -> None:
    with pytest.raises(ConfigError, match=r"^port: "):
        derive({"port": port})


@pytest.mark.parametrize("host", [5, True, ["a"], {"a": 1}])
def test_a_host_that_is_no_text_is_named(host: object) -> None:
    with pytest.raises(ConfigError, match=r"^host: "):
        derive({"host": host})


@pytest.mark.parametrize(("name", "said"), [(5, "5"), (True, "true"), (["a", 1], "a,1")])
def test_a_name_that_is_no_text_is_said_as_javascript_says_it(name: object, said: str) -> None:
    assert derive({"name": name}).ehlo_name == said


@pytest.mark.parametrize(
    ("raw", "host", "server_name"),
    [
        ({}, "localhost", "localhost"),
        ({"host": ""}, "localhost", "localhost"),
        ({"host": "mx.example"}, "mx.example", "mx.example"),
        ({"host": "mx.example", "servername": "other.example"}, "mx.example", "other.example"),
        ({"host": "a", "servername": "b", "tls": {"servername": "c"}}, "a", "c"),
        ({"host": "a", "secure": True, "tls": {"host": "d"}}, "d", "a"),
        ({"host": "a", "tls": {"host": "d"}}, "a", "a"),
        ({"host": "a", "tls": {"servername": 5}}, "a", "5"),
        ({"host": "a", "tls": "nonsense"}, "a", "a"),
    ],
)
def test_the_certificate_is_checked_against_the_servername(
    raw: dict[str, Any], host: str, server_name: str
) -> None:
    endpoint = derive(raw)
    assert (endpoint.host, endpoint.server_name) == (host, server_name)


@pytest.mark.parametrize(
    ("value", "seconds"), [(None, 30.0), (0, 30.0), (1500, 1.5), (-1, 0.001), (2**31, 0.001), ("5000", 30.0)]
)
def test_a_timeout_is_read_as_node_reads_it(value: object, seconds: float) -> None:
    assert derive({"greetingTimeout": value}).greeting_timeout == seconds


def test_the_default_timeouts_are_nodemailers() -> None:
    endpoint = derive({})
    assert endpoint.connection_timeout == 120.0
    assert endpoint.greeting_timeout == 30.0
    assert endpoint.socket_timeout == 600.0
    assert endpoint.dns_timeout == 30.0


@pytest.mark.parametrize("name", ["two words", "bücher.example", "a\tb", "a\r\nb"])
def test_a_name_that_cannot_be_said_in_ehlo_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=r"^name: "):
        derive({"name": name})


def test_a_local_address_must_be_an_address() -> None:
    assert derive({"localAddress": "192.0.2.1"}).local_address == "192.0.2.1"
    with pytest.raises(ConfigError, match=r"^localAddress: "):
        derive({"localAddress": "eth0"})


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"secure": True, "ignoreTLS": True}, "implicit TLS"),
        ({"ignoreTLS": True, "requireTLS": True}, "no TLS"),
        ({"requireTLS": True}, "STARTTLS"),
        ({}, "STARTTLS where offered"),
    ],
)
def test_the_security_is_told_in_words(raw: dict[str, Any], words: str) -> None:
    assert derive(raw).security == words


@pytest.mark.parametrize(
    ("host", "address"),
    [("192.0.2.1", True), ("::1", True), ("mx.example", False), ("127.1", False), ("", False)],
)
def test_an_address_is_no_name(host: str, address: bool) -> None:
    assert is_address(host) is address


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("mail.localhost", True),
        ("localhost.localdomain", True),
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("127.example.com", False),
        ("127.0.0.1.example.com", False),
        ("localhost.example.com", False),
        ("notlocalhost", False),
        ("::11", False),
        ("", False),
    ],
)
def test_a_name_that_only_begins_like_this_machines_is_another_ones(host: str, is_here: bool) -> None:
    assert is_this_machine(host) is is_here
