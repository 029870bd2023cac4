"""How a failure is told by the program: where it points to, in what order, and with the reply whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.configs import config_for
from tests.diagnosis.playing import lead_here, run, test_send
from tests.smtpd import serve

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LOGIN = {"user": "me@example.com", "pass": "p"}


def rows_of(shown: bytes) -> list[tuple[str, str]]:
    """The rows of a report, each with its name."""
    lines = shown.decode().split("\n")
    width = max(line.find("  ", len(line) - len(line.lstrip())) for line in lines if line.startswith(" "))
    return [(line[:width].strip(), line[width + 2 :]) for line in lines]


def test_the_cause_is_pointed_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(auth=["PLAIN"], auth_refusal="535 Invalid username") as server:
        lead_here(monkeypatch)
        done = run(tmp_path, config_for(server, host="smtp.resend.com", auth=LOGIN))
    rows = rows_of(done.stdout)
    start = rows.index(("cause", "Resend accepts only the username resend"))
    assert rows[start + 1 : start + 5] == [
        ("config", "config.json:5:13 auth.user"),
        ("fix", "write resend as auth.user, and an API key as auth.pass"),
        ("write", 'auth.user: "resend"'),
        ("more", "https://github.com/donetick/donetick/issues/680 (SD611)"),
    ]


def test_a_key_that_is_not_there_is_pointed_at_as_such(tmp_path: Path) -> None:
    with serve(ehlo_ok=False, helo_ok=False, helo_reply="550 Invalid HELO name") as server:
        done = run(tmp_path, config_for(server))
    assert ("config", "config.json:2:3 name, which is not set") in rows_of(done.stdout)


def test_several_causes_are_ranked(tmp_path: Path) -> None:
    with serve() as server:
        result = test_send(tmp_path, config_for(server, secure=True))
        rows = rows_of(run(tmp_path, config_for(server, secure=True)).stdout)
    codes = [result["diagnosis"]["code"], *(each["code"] for each in result["diagnosis"]["others"])]
    assert codes == ["SD101", "SD118"]
    assert [name for name, _ in rows if name in ("cause", "also possible")] == ["cause", "also possible"]
    (other,) = [text for name, text in rows if name == "also possible"]
    assert other.startswith("what answers there speaks no TLS")
    assert other.endswith("(SD118)")


def test_the_same_patch_is_not_offered_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Microsoft's words are known in two wordings, and a reply may have both."""
    reply = (
        "554 5.2.252 SendAsDenied; a@example.com not allowed to send as b@example.com; STOREDRV.Submission."
        "Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message"
    )
    with serve(auth=["PLAIN"], user="a@example.com", dot=reply) as server:
        lead_here(monkeypatch)
        login = {"user": "a@example.com", "pass": "p"}
        config = config_for(server, host="smtp.office365.com", auth=login, fromEmail="b@example.com")
        result = test_send(tmp_path, config)
    assert result["diagnosis"]["patch"] == [{"path": "fromEmail", "value": "a@example.com"}]
    assert [each["patch"] for each in result["diagnosis"]["others"]] == []


def test_a_reply_that_no_row_knows_is_shown_whole(tmp_path: Path) -> None:
    reply = "559-5.9.9 Sorry, the moon is\n559-5.9.9 in the wrong house\x1b[31m\n559 5.9.9 ask the astrologer"
    with serve(mail=reply) as server:
        rows = rows_of(run(tmp_path, config_for(server)).stdout)
    start = rows.index(("reply", "559 5.9.9 Sorry, the moon is"))
    assert rows[start + 1 : start + 3] == [("", "in the wrong house\\x1b[31m"), ("", "ask the astrologer")]
    told = "the server's reply is 559: a permanent failure, about a subject nobody registered"
    assert ("cause", told) in rows


def test_a_certificate_is_asked_for_once_more_and_nothing_is_said_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(starttls=True, cert="wronghost", auth=["PLAIN"]) as server:
        lead_here(monkeypatch, {587: server.port})
        test_send(tmp_path, config_for(587, host="192.0.2.1", auth=LOGIN))
    assert server.log.connections == 2
    assert set(server.log.verbs) <= {"EHLO", "STARTTLS", "QUIT"}


def test_it_is_not_asked_for_where_its_name_is_not_the_matter(tmp_path: Path) -> None:
    with serve(starttls=True, cert="selfsigned") as server:
        test_send(tmp_path, config_for(server))
    assert server.log.connections == 1


def test_where_a_url_or_a_service_decides_it_is_pointed_at(tmp_path: Path) -> None:
    """Of the keys that they replace none is to blame."""
    rows = rows_of(run(tmp_path, config_for(1, url="smtp://mail.example.invalid:587")).stdout)
    assert [text for name, text in rows if name == "config"] == ["config.json:38:10 url"]
