"""The table of well-known services of nodemailer 8.0.11 and 9.0.5."""

from __future__ import annotations

from typing import Any

import pytest

from smtp_verify.logto_versions import Nodemailer
from smtp_verify.providers.nodemailer_services import _BY_KEY, well_known

KEYS = {"host", "port", "secure", "authMethod", "requireTLS", "ignoreTLS"}


def test_there_are_88_services_and_only_maildev_has_no_host() -> None:
    services = list({id(settings): settings for settings in _BY_KEY.values()}.values())
    assert len(services) == 88
    assert [each for each in services if not each.get("host")] == [{"port": 1025, "ignoreTLS": True}]
    assert all(each.keys() <= KEYS for each in services)
    assert len([each for each in services if "port" not in each]) == 2


def tls(host: str) -> dict[str, Any]:
    return {"host": host, "port": 465, "secure": True}


def submission(host: str, **more: Any) -> dict[str, Any]:
    return {"host": host, "port": 587, **more}


SERVICES: list[tuple[str, dict[str, Any]]] = [
    ("Gmail", tls("smtp.gmail.com")),
    ("GmailWorkspace", tls("smtp-relay.gmail.com")),
    ("SendGrid", submission("smtp.sendgrid.net")),
    ("Aliyun", tls("smtp.aliyun.com")),
    ("AliyunQiye", tls("smtp.qiye.aliyun.com")),
    ("qiye.aliyun", tls("smtp.mxhichina.com")),
    ("QQ", tls("smtp.qq.com")),
    ("QQex", tls("smtp.exmail.qq.com")),
    ("163", tls("smtp.163.com")),
    ("126", tls("smtp.126.com")),
    ("Feishu Mail", tls("smtp.feishu.cn")),
    ("Outlook365", submission("smtp.office365.com", secure=False)),
    ("Hotmail", submission("smtp-mail.outlook.com")),
    ("outlook.com", submission("smtp-mail.outlook.com")),
    ("SES", tls("email-smtp.us-east-1.amazonaws.com")),
    ("SES-US-EAST-1", tls("email-smtp.us-east-1.amazonaws.com")),
    ("SES-AP-SOUTHEAST-2", tls("email-smtp.ap-southeast-2.amazonaws.com")),
    ("ses-us-gov-west-1", tls("email-smtp.us-gov-west-1.amazonaws.com")),
    ("Mailgun", tls("smtp.mailgun.org")),
    ("Mailjet", submission("in.mailjet.com")),
    ("Postmark", {"host": "smtp.postmarkapp.com", "port": 2525}),
    ("Brevo", submission("smtp-relay.brevo.com")),
    ("Zoho", {**tls("smtp.zoho.com"), "authMethod": "LOGIN"}),
    ("Yandex", tls("smtp.yandex.ru")),
    ("Mail.ru", tls("smtp.mail.ru")),
    ("FastMail", tls("smtp.fastmail.com")),
    ("iCloud", submission("smtp.mail.me.com")),
    ("GMX", submission("mail.gmx.com")),
    ("Resend", tls("smtp.resend.com")),
    ("Sparkpost", submission("smtp.sparkpostmail.com", secure=False)),
    ("Disroot", submission("disroot.org", secure=False, authMethod="LOGIN")),
    ("Mailtrap", submission("live.smtp.mailtrap.io")),
    ("Proton", submission("smtp.protonmail.ch", requireTLS=True)),
    ("Zimbra", submission("smtp.zimbra.com", requireTLS=True)),
    ("SMTP2GO", {"host": "mail.smtp2go.com", "port": 2525}),
    ("1und1", {**tls("smtp.1und1.de"), "authMethod": "LOGIN"}),
    ("Bluewin", {"host": "smtpauths.bluewin.ch", "port": 465}),
    ("Godaddy", {"host": "smtpout.secureserver.net", "port": 25}),
    ("hot.ee", {"host": "mail.hot.ee"}),
    ("mail.ee", {"host": "smtp.mail.ee"}),
    ("Maildev", {"port": 1025, "ignoreTLS": True}),
    # Those that came with nodemailer 9 are not known yet.
    ("TurboSMTP", tls("pro.turbo-smtp.com")),
    ("TurboSMTP-EU", tls("pro.eu.turbo-smtp.com")),
]


@pytest.mark.parametrize(("name", "settings"), SERVICES)
def test_a_service_sets_what_nodemailer_sets(name: str, settings: dict[str, Any]) -> None:
    assert well_known(name) == settings
    assert well_known(name.upper()) == settings


def test_what_is_looked_up_is_the_callers_own() -> None:
    well_known("Gmail")["host"] = "changed"
    assert well_known("Gmail")["host"] == "smtp.gmail.com"


@pytest.mark.parametrize("name", ["TurboSMTP", "turbosmtp-eu", "me@TurboSMTP"])
def test_turbo_smtp_came_with_nodemailer_9(name: str) -> None:
    assert well_known(name, Nodemailer(8, 0, 11)) == {}
    assert well_known(name, Nodemailer(9, 0, 5))["port"] == 465
