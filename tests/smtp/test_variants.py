"""The ways to reach a server that a config could name instead."""

from __future__ import annotations

from typing import Any

import pytest

from smtp_verify.providers.provider import Port, Security
from smtp_verify.smtp.ladder import variants

PORTS = (Port(465, Security.IMPLICIT), Port(587, Security.STARTTLS))


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"port": 465, "secure": True}, [{"port": 587, "secure": False, "requireTLS": True}]),
        ({"port": 465}, [{"port": 587, "secure": False, "requireTLS": True}]),
        (
            {"port": 465, "secure": False},
            [{"secure": True}, {"port": 587}],
        ),
        ({"port": 587}, [{"port": 465, "secure": True}]),
        (
            {"port": 587, "secure": True},
            [{"secure": False, "requireTLS": True}, {"port": 465}],
        ),
        (
            {"port": 587, "ignoreTLS": True},
            [{"ignoreTLS": False, "requireTLS": True}, {"port": 465, "secure": True}],
        ),
        (
            {"port": 465, "opportunisticTLS": True},
            [{"port": 587, "secure": False, "requireTLS": True, "opportunisticTLS": False}],
        ),
        ({"port": 465, "secure": False, "opportunisticTLS": True}, [{"secure": True}, {"port": 587}]),
        (
            {"port": 1025},
            [{"secure": True}, {"port": 465, "secure": True}, {"port": 587}],
        ),
        (
            {"port": 1025, "secure": True},
            [
                {"secure": False, "requireTLS": True},
                {"port": 465},
                {"port": 587, "secure": False, "requireTLS": True},
            ],
        ),
        (
            {"port": 1025, "secure": True, "requireTLS": True},
            [{"secure": False}, {"port": 465}, {"port": 587, "secure": False}],
        ),
    ],
)
def test_each_other_way_says_what_would_have_to_change(
    config: dict[str, Any], expected: list[dict[str, Any]]
) -> None:
    origin = variants.configured({"host": "mx.example", **config})
    assert origin.configured
    found = variants.others(origin, PORTS)
    assert [each.changes for each in found] == expected
    for each in found:
        # The changes alone make of the config what was tried.
        assert variants.configured({**origin.options, **each.changes}).endpoint == each.endpoint


@pytest.mark.parametrize(
    ("config", "port", "expected"),
    [
        ({"port": 465}, Port(994, Security.IMPLICIT), {"port": 994, "secure": True}),
        ({"port": 465, "secure": True}, Port(994, Security.IMPLICIT), {"port": 994}),
        ({"port": 587}, Port(465, Security.STARTTLS), {"port": 465, "secure": False}),
    ],
)
def test_secure_is_written_where_the_port_would_decide_otherwise(
    config: dict[str, Any], port: Port, expected: dict[str, Any]
) -> None:
    origin = variants.configured({"host": "mx.example", **config})
    found = variants.others(origin, [port])[-1]
    assert found.changes == expected
    assert variants.configured({**origin.options, **found.changes}).endpoint == found.endpoint


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("mx.example", [465, 587, 25, 2525]),
        ("smtp.gmail.com", [465, 587, 25, 2525]),
        ("smtpdm.aliyun.com", [465, 80, 25, 587, 2525]),
        ("localhost", [1025, 465, 587, 25, 2525]),
    ],
)
def test_the_ports_of_the_provider_come_first(host: str, expected: list[int]) -> None:
    assert sorted(port.number for port in variants.ports_of(host)) == sorted(expected)
    assert variants.ports_of(host)[0].number == expected[0]
