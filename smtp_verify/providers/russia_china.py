"""Providers of mailboxes in Russia and China."""

from __future__ import annotations

from smtp_verify.providers.mailboxes import ISPDB, PROVIDER_DB, SAME_ADDRESS, WHOLE_ADDRESS
from smtp_verify.providers.provider import Field, Port, Provider, Region, Security, SenderRule

_IMPLICIT_465 = Port(465, Security.IMPLICIT)
_STARTTLS_587 = Port(587, Security.STARTTLS)

_YANDEX = Provider(
    name="yandex",
    title="Yandex Mail",
    aliases=("yandex.ru", "ya.ru", "yandex360"),
    hosts=("smtp.yandex.ru", "smtp.yandex.com"),
    ports=(_IMPLICIT_465, _STARTTLS_587),
    user=WHOLE_ADDRESS,
    password=Field("<app-password>", "An app password for Mail, not that of the account."),
    sender=SAME_ADDRESS,
    sender_rule=SenderRule.OWN,
    page="https://yandex.ru/support/mail/mail-clients/others.html",
    sources=(
        ISPDB.format("yandex.ru"),
        PROVIDER_DB.format("yandex.ru"),
        "https://gist.github.com/watsy0007/56188463483717f12514345c8865f3e1",
        "https://gist.github.com/nskeip/2843522",
    ),
)
_MAIL_RU = Provider(
    name="mailru",
    title="Mail.ru",
    aliases=("mail.ru", "mail-ru", "bk.ru", "inbox.ru", "list.ru"),
    hosts=("smtp.mail.ru",),
    ports=(_IMPLICIT_465, _STARTTLS_587),
    user=WHOLE_ADDRESS,
    password=Field(
        "<app-password>",
        "A password for external applications, not that of the account:"
        " https://help.mail.ru/mail/security/protection/external",
    ),
    sender=SAME_ADDRESS,
    sender_rule=SenderRule.SAME,
    page="https://help.mail.ru/mail/security/protection/external",
    sources=(ISPDB.format("mail.ru"), PROVIDER_DB.format("mail.ru")),
)
_AUTHORIZATION_CODE = "The authorization code (授权码), not the password."
_QQ = Provider(
    name="qq",
    title="QQ Mail",
    aliases=("qq.com", "foxmail", "qqmail"),
    hosts=("smtp.qq.com",),
    ports=(_IMPLICIT_465, _STARTTLS_587),
    user=WHOLE_ADDRESS,
    password=Field(
        "<authorization-code>",
        f"{_AUTHORIZATION_CODE} Turn on SMTP at https://mail.qq.com (Settings, Account) and generate one.",
    ),
    sender=SAME_ADDRESS,
    sender_rule=SenderRule.SAME,
    page="https://service.mail.qq.com/cgi-bin/help?subtype=1&id=28&no=331",
    sources=(
        ISPDB.format("qq.com"),
        PROVIDER_DB.format("qq"),
        "https://cloud.kd.cn/ask/73900.html",
        "https://blog.zhheo.com/p/6124d6aa.html",
    ),
)
_EXMAIL = Provider(
    name="exmail",
    title="Tencent Exmail (腾讯企业邮)",
    aliases=("qqex", "tencent", "exmail.qq.com", "wecom"),
    hosts=("smtp.exmail.qq.com",),
    regions=(
        Region("cn", "smtp.exmail.qq.com", "China"),
        Region("overseas", "hwsmtp.exmail.qq.com", "outside China"),
    ),
    ports=(_IMPLICIT_465,),
    user=WHOLE_ADDRESS,
    password=Field(
        "<client-password>",
        "The password of the mailbox; with secure login (安全登录) a client password from its settings.",
    ),
    sender=SAME_ADDRESS,
    sender_rule=SenderRule.SAME,
    page="https://exmail.qq.com",
    sources=(
        "https://blog.csdn.net/weixin_42397925/article/details/115787461",
        "https://www.67wa.com/127803.html",
        "https://gitlab.com/gitlab-org/omnibus-gitlab/-/merge_requests/2460",
    ),
)


def _netease(name: str, domain: str) -> Provider:
    """NetEase runs the same service under several domains."""
    return Provider(
        name=name,
        title=f"NetEase {domain}",
        aliases=(domain, f"netease-{name}"),
        hosts=(f"smtp.{domain}",),
        ports=(_IMPLICIT_465,),
        user=WHOLE_ADDRESS,
        password=Field(
            "<authorization-code>",
            f"{_AUTHORIZATION_CODE} Turn on SMTP in the settings, POP3/SMTP/IMAP, and get one there.",
        ),
        sender=SAME_ADDRESS,
        sender_rule=SenderRule.SAME,
        page=f"https://mail.{domain}",
        sources=(
            ISPDB.format(domain),
            PROVIDER_DB.format("163"),
            "https://github.com/jumpserver/jumpserver/issues/644",
        ),
    )


PROVIDERS = (
    _YANDEX,
    _MAIL_RU,
    _QQ,
    _EXMAIL,
    _netease("163", "163.com"),
    _netease("126", "126.com"),
)
