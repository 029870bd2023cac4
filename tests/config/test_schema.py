"""The table of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smtp_verify.config.schema import keys
from smtp_verify.config.schema.auth_keys import LOGIN, OAUTH2_KEY, OAUTH2_TOKEN
from smtp_verify.config.schema.kinds import STRING
from smtp_verify.config.schema.nodemailer_keys import NODEMAILER_AUTH_ROWS, NODEMAILER_ROWS

if TYPE_CHECKING:
    from smtp_verify.config.path import Path
    from smtp_verify.config.schema.kinds import KeyRow


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (("host",), "host"),
        (("url",), "url"),
        (("auth", "pass"), "pass"),
        (("auth", "scope"), "scope"),
        (("auth", "privateKey", "passphrase"), "passphrase"),
        (("templates", 3, "sendFrom"), "sendFrom"),
        (("tls", "minVersion"), "minVersion"),
        (("customHeaders", "X-Any"), "X-Any"),
        (("customHeaders", "X-Any", 0), None),
        (("auth", "host"), None),
        (("templates",), "templates"),
        (("templates", 0), None),
        (("templates", "0", "subject"), None),
        (("nonsense",), None),
        ((), None),
    ],
)
def test_a_path_leads_to_the_row_of_its_key(path: Path, key: str | None) -> None:
    row = keys.row_at(path)
    if path == ("customHeaders", "X-Any", 0):
        assert row is not None
        assert row.kind == STRING
    else:
        assert (row.key if row else None) == key


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("host",), True),
        (("fromEmail",), True),
        (("auth", "pass"), True),
        (("auth", "type"), True),
        (("auth", "privateKey"), True),
        (("auth", "privateKey", "key"), True),
        (("templates", 0, "contentType"), True),
        (("customHeaders", "X-Any"), True),
        (("customHeaders", "X-Any", 1), True),
        (("tls", "ca"), True),
        (("port",), False),
        (("secure",), False),
        (("auth", "expires"), False),
        (("templates",), False),
        (("dkim",), False),
        (("nonsense",), False),
        ((), False),
    ],
)
def test_the_table_tells_where_a_string_is_wanted(path: Path, expected: bool) -> None:
    assert keys.wants_string(path) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("auth", "pass"), True),
        (("auth", "clientSecret"), True),
        (("auth", "refreshToken"), True),
        (("auth", "accessToken"), True),
        (("auth", "privateKey"), True),
        (("auth", "privateKey", "anything"), True),
        (("url",), True),
        (("proxy",), True),
        (("dkim", "keySelector"), True),
        (("tls", "key", 0, "pem"), True),
        (("tls", "pfx"), True),
        (("auth",), False),
        (("auth", "user"), False),
        (("auth", "clientId"), False),
        (("tls", "ca"), False),
        (("templates", 0, "content"), False),
        ((), False),
    ],
)
def test_the_table_tells_what_is_secret_and_all_below_it(path: Path, expected: bool) -> None:
    assert keys.is_secret(path) is expected


def test_the_required_usage_types_are_among_the_nine() -> None:
    assert len(set(keys.USAGE_TYPES)) == 9
    assert set(keys.REQUIRED_USAGE_TYPES) < set(keys.USAGE_TYPES)


def test_no_key_of_nodemailer_hides_one_of_the_guard() -> None:
    assert not {row.key for row in keys.CONFIG.rows} & {row.key for row in NODEMAILER_ROWS}
    guarded = {row.key for kind in (LOGIN, OAUTH2_KEY, OAUTH2_TOKEN) for row in kind.rows}
    assert not guarded & {row.key for row in NODEMAILER_AUTH_ROWS}


@pytest.mark.parametrize("rows", [keys.CONFIG_KEYS, keys.AUTH_KEYS, keys.TEMPLATE_KEYS, keys.TLS_KEYS])
def test_every_row_says_what_its_key_is_for(rows: dict[str, KeyRow]) -> None:
    assert all(row.doc and key == row.key for key, row in rows.items())
