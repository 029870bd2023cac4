"""The well-known services that nodemailer's `service` names.

Source: nodemailer 8.0.11 and 9.0.5 lib/well-known/services.json and index.js. A service overrides host and
port, and the other keys where it has them; where it says nothing of `secure`, the config's own value stays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smtp_verify.logto_versions import NEWEST

if TYPE_CHECKING:
    from smtp_verify.logto_versions import Nodemailer

_KEY = re.compile(r"[^a-zA-Z0-9.-]")
_TLS: dict[str, Any] = {"port": 465, "secure": True}
_SUBMISSION: dict[str, Any] = {"port": 587}
_PLAIN_SUBMISSION: dict[str, Any] = {"port": 587, "secure": False}
_LOGIN = {"authMethod": "LOGIN"}
_REQUIRED = {"requireTLS": True}

# Names, aliases and domains of one service, separated by |, and its host.
_IMPLICIT_TLS = {
    "126": "smtp.126.com",
    "163": "smtp.163.com",
    "Aliyun|aliyun.com": "smtp.aliyun.com",
    "AliyunQiye": "smtp.qiye.aliyun.com",
    "qiye.aliyun": "smtp.mxhichina.com",
    "ElasticEmail|Elastic Email": "smtp.elasticemail.com",
    "FastMail|fastmail.fm": "smtp.fastmail.com",
    "Feishu Mail|Feishu|www.feishu.cn": "smtp.feishu.cn",
    "Forward Email|FE|forwardemail.net": "smtp.forwardemail.net",
    "Gmail|Google Mail|gmail.com|googlemail.com": "smtp.gmail.com",
    "GmailWorkspace|Google Workspace Mail": "smtp-relay.gmail.com",
    "Mail.ru": "smtp.mail.ru",
    "Mailgun": "smtp.mailgun.org",
    "One": "send.one.com",
    "OpenMailBox|OMB|openmailbox.org": "smtp.openmailbox.org",
    "QQ|qq.com": "smtp.qq.com",
    "QQex|QQ Enterprise|exmail.qq.com": "smtp.exmail.qq.com",
    "Resend": "smtp.resend.com",
    "Runbox|runbox.com": "smtp.runbox.com",
    "SendPulse": "smtp-pulse.com",
    "SES": "email-smtp.us-east-1.amazonaws.com",
    "Seznam|Seznam Email|seznam.cz|email.cz|post.cz|spoluzaci.cz": "smtp.seznam.cz",
    "Tutanota|tutanota.com|tuta.com|tutanota.de|tuta.io": "smtp.tutanota.com",
    "Yahoo|yahoo.com": "smtp.mail.yahoo.com",
    "Yandex|yandex.ru": "smtp.yandex.ru",
}
_SES_REGIONS = (
    "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1"
    " eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-gov-east-1"
    " us-gov-west-1 us-west-1 us-west-2"
).split()
_PORT_587 = {
    "AOL|aol.com": "smtp.aol.com",
    "Ethereal|ethereal.email": "smtp.ethereal.email",
    "GandiMail|Gandi|Gandi Mail": "mail.gandi.net",
    "GMX|gmx.com|gmx.net|gmx.de": "mail.gmx.com",
    "Hotmail|Outlook|outlook.com|hotmail.com": "smtp-mail.outlook.com",
    "iCloud|Me|Mac|me.com|mac.com": "smtp.mail.me.com",
    "Infomaniak|ik.me|ikmail.com|etik.com": "mail.infomaniak.com",
    "Loops": "smtp.loops.so",
    "MailerSend": "smtp.mailersend.net",
    "Mailjet": "in.mailjet.com",
    "Mailtrap": "live.smtp.mailtrap.io",
    "Mandrill": "smtp.mandrillapp.com",
    "Naver": "smtp.naver.com",
    "SendGrid": "smtp.sendgrid.net",
    "SendinBlue|Brevo": "smtp-relay.brevo.com",
    "Tipimail": "smtp.tipimail.com",
}
_OTHERS: dict[str, dict[str, Any]] = {
    "1und1": {"host": "smtp.1und1.de", **_TLS, **_LOGIN},
    "Aruba|Aruba PEC|aruba.it|pec.aruba.it": {"host": "smtps.aruba.it", **_TLS, **_LOGIN},
    "KolabNow|Kolab|kolabnow.com": {"host": "smtp.kolabnow.com", **_TLS, **_LOGIN},
    "Zoho": {"host": "smtp.zoho.com", **_TLS, **_LOGIN},
    "Disroot|disroot.org": {"host": "disroot.org", **_PLAIN_SUBMISSION, **_LOGIN},
    "OhMySMTP": {"host": "smtp.ohmysmtp.com", **_PLAIN_SUBMISSION},
    "Outlook365": {"host": "smtp.office365.com", **_PLAIN_SUBMISSION},
    "Sparkpost|SparkPost Mail|sparkpost.com": {"host": "smtp.sparkpostmail.com", **_PLAIN_SUBMISSION},
    "BOL|bol.com.br": {"host": "smtp.bol.com.br", **_SUBMISSION, **_REQUIRED},
    "Proton|ProtonMail|proton.me|protonmail.com|protonmail.ch|pm.me": {
        "host": "smtp.protonmail.ch",
        **_SUBMISSION,
        **_REQUIRED,
    },
    "Zimbra|Zimbra Collaboration": {"host": "smtp.zimbra.com", **_SUBMISSION, **_REQUIRED},
    # Port 465 without `secure`: implicit TLS follows from the port, unless the config says otherwise.
    "Bluewin|bluewin.ch": {"host": "smtpauths.bluewin.ch", "port": 465},
    "Loopia": {"host": "mailcluster.loopia.se", "port": 465},
    "DebugMail": {"host": "debugmail.io", "port": 25},
    "DynectEmail|Dynect": {"host": "smtp.dynect.net", "port": 25},
    "Godaddy": {"host": "smtpout.secureserver.net", "port": 25},
    "GodaddyAsia": {"host": "smtp.asia.secureserver.net", "port": 25},
    "GodaddyEurope": {"host": "smtp.europe.secureserver.net", "port": 25},
    "Mailosaur": {"host": "mailosaur.io", "port": 25},
    "Mailcatch.app": {"host": "sandbox-smtp.mailcatch.app", "port": 2525},
    "Postmark|PostmarkApp": {"host": "smtp.postmarkapp.com", "port": 2525},
    "SendCloud": {"host": "smtp.sendcloud.net", "port": 2525},
    "SMTP2GO": {"host": "mail.smtp2go.com", "port": 2525},
    # Neither of these has a port: the config's own stays.
    "hot.ee": {"host": "mail.hot.ee"},
    "mail.ee": {"host": "smtp.mail.ee"},
    "Maildev": {"port": 1025, "ignoreTLS": True},
}


_SINCE_9: dict[str, dict[str, Any]] = {
    "TurboSMTP": {"host": "pro.turbo-smtp.com", **_TLS},
    "TurboSMTP-EU": {"host": "pro.eu.turbo-smtp.com", **_TLS},
}


def well_known(service: str, nodemailer: Nodemailer = NEWEST.nodemailer) -> dict[str, Any]:
    """What a service's name, alias, domain or address sets; nothing for a name nodemailer does not know."""
    key = _normalized(service.rpartition("@")[2])
    if key in _NEW and not nodemailer.knows_turbo_smtp:
        return {}
    return dict(_BY_KEY.get(key, {}))


def _normalized(name: str) -> str:
    return _KEY.sub("", name).lower()


def _index() -> dict[str, dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {
        **{names: {"host": host, **_TLS} for names, host in _IMPLICIT_TLS.items()},
        **{
            f"SES-{region}": {"host": f"email-smtp.{region}.amazonaws.com", **_TLS} for region in _SES_REGIONS
        },
        **{names: {"host": host, **_SUBMISSION} for names, host in _PORT_587.items()},
        **_OTHERS,
        **_SINCE_9,
    }
    return {_normalized(name): settings for names, settings in groups.items() for name in names.split("|")}


_BY_KEY = _index()
_NEW = frozenset(map(_normalized, _SINCE_9))
KEYS = tuple(_BY_KEY)
"""Every name of a service."""
