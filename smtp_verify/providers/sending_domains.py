"""What each provider wants a sender's domain to publish, one row a provider, each with its sources."""

from __future__ import annotations

import re
from dataclasses import dataclass

from smtp_verify.providers.families import is_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingDomain:
    """How mail through a provider is authenticated."""

    name: str
    families: tuple[str, ...]
    """Whose servers they are: names of `families`."""
    hosts: str = ""
    """A regular expression for the end of the server's name, where it is not all of theirs."""
    includes: tuple[str, ...] = ()
    """Any one of them in the SPF record lets the provider send; the first is what it asks for today."""
    selectors: tuple[str, ...] = ()
    """Where its DKIM keys stand unless another selector was chosen."""
    fixed: bool = False
    """Whether no other selector can be chosen."""
    bounce: str = ""
    """The provider's own domain in MAIL FROM, unless one of the sender's is set up; empty where it sends
    with the sender's."""
    return_path: str = ""
    """The label below the sender's domain that MAIL FROM has, unless another was chosen."""
    mailboxes: tuple[str, ...] = ()
    """The provider's own domains that people have addresses in: nobody else can publish records there."""
    spf_source: str = ""
    dkim_source: str = ""
    bounce_source: str = ""

    def own(self, domain: str) -> bool:
        """Whether it is a domain of the provider itself."""
        return domain in self.mailboxes


_TEMPLATES = "https://github.com/Domain-Connect/Templates/blob/e002d91e626f9886e9d5d6b95b68cc3e26d6330f"
_SES = (
    "https://github.com/awsdocs/amazon-ses-developer-guide/blob/"
    "1b656cebb4c5a70e305bc1980c469c79208f4275/doc-source"
)
_ALIYUN_DKIM = (
    "https://www.alibabacloud.com/help/en/direct-mail/what-is-dkim-and-how-to-configure-dkim-records"
)
_ALIYUN_SPF = "https://alibabacloud.com/help/doc-detail/39397.htm"

# The mailbox domains are those that nodemailer 8.0.4 lib/well-known/services.json lists.
SENDING_DOMAINS = (
    SendingDomain(
        name="Google",
        families=("gmail", "google-workspace-relay"),
        includes=("_spf.google.com",),
        selectors=("google",),
        mailboxes=("gmail.com", "googlemail.com"),
        spf_source="https://intodns.ai/citations/google-workspace-spf-dkim-dmarc-setup",
        dkim_source="https://support.google.com/a/answer/11611356",
    ),
    SendingDomain(
        name="Microsoft 365",
        families=("microsoft",),
        includes=("spf.protection.outlook.com",),
        selectors=("selector1", "selector2"),
        fixed=True,
        mailboxes=("outlook.com", "hotmail.com"),
        spf_source="https://github.com/MicrosoftDocs/defender-docs/blob/04088ff0b6e157f57c7bac0a300b32a2ade76815/defender-office-365/email-authentication-spf-configure.md",
        dkim_source=f"{_TEMPLATES}/microsoft.com.o365.json",
    ),
    SendingDomain(
        name="SendGrid",
        families=("sendgrid",),
        includes=("sendgrid.net",),
        selectors=("s1", "s2"),
        bounce="sendgrid.net",
        spf_source="https://www.cloudscope.io/guides/sendgrid-spf-dkim-dmarc-setup",
        dkim_source="https://github.com/sendgrid/docs/blob/0ac5679a35313ce922dc5c031ddaebe90e37adf6/content/docs/ui/account-and-settings/how-to-set-up-domain-authentication.md",
        bounce_source="https://support.sendgrid.com/hc/en-us/articles/21415314709147-Email-Authentication-SendGrid-s-Automated-Security-Explained",
    ),
    SendingDomain(
        name="Aliyun Direct Mail",
        families=("aliyun-directmail",),
        hosts=r"smtpdm\.aliyun\.com",
        includes=("spf1.dm.aliyun.com",),
        selectors=("aliyun-cn-hangzhou",),
        fixed=True,
        spf_source=_ALIYUN_SPF,
        dkim_source="https://github.com/aliyun/alibabacloud-java-sdk/blob/master/dm-20151123/src/main/java/com/aliyun/dm20151123/models/DescDomainResponseBody.java",
    ),
    SendingDomain(
        name="Alibaba Cloud Direct Mail (Singapore)",
        families=("aliyun-directmail",),
        hosts=r"smtpdm-ap-southeast-1\.aliyun(?:cs)?\.com",
        includes=("spfdm-ap-southeast-1.aliyun.com",),
        selectors=("aliyun-ap-southeast-1",),
        fixed=True,
        spf_source=_ALIYUN_SPF,
        dkim_source=_ALIYUN_DKIM,
    ),
    SendingDomain(
        name="Alibaba Mail",
        families=("aliyun-mail",),
        includes=("spf.qiye.aliyun.com",),
        selectors=("default",),
        spf_source="https://help.aliyun.com/knowledge_detail/36771.html",
        dkim_source="https://www.alibabacloud.com/help/en/alibaba-mail/latest/because-spf-dkim-dmarc-and-other-mailbox-protocols-are-not",
    ),
    SendingDomain(
        name="Amazon SES",
        families=("ses",),
        includes=("amazonses.com",),
        bounce="amazonses.com",
        spf_source=f"{_SES}/send-email-authentication-spf.md",
        dkim_source=f"{_SES}/send-email-authentication-dkim-easy.md",
        bounce_source=f"{_SES}/mail-from.md",
    ),
    SendingDomain(
        name="Mailgun",
        families=("mailgun",),
        includes=("mailgun.org",),
        selectors=("pdk1", "pdk2", "smtp", "krs", "mailo", "pic"),
        spf_source="https://documentation.mailgun.com/docs/mailgun/user-manual/domains/domains-verify.md",
        dkim_source="https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/mg_security",
    ),
    SendingDomain(
        name="Mailjet",
        families=("mailjet",),
        includes=("spf.mailjet.com",),
        selectors=("mailjet",),
        fixed=True,
        bounce="bnc3.mailjet.com",
        spf_source=f"{_TEMPLATES}/mailjet.com.domain-auth.json",
        dkim_source=f"{_TEMPLATES}/mailjet.com.domain-auth.json",
        bounce_source="https://www.mailjet.com/blog/deliverability/mailjet-dmarcbis-is-dead-long-live-dmarc/",
    ),
    SendingDomain(
        name="Postmark",
        families=("postmark",),
        includes=("spf.mtasv.net",),
        bounce="pm.mtasv.net",
        spf_source="https://spfwise.com/en/article/postmark-spf-dkim-dmarc-setup",
        dkim_source="https://trustyourinbox.com/kb/source-configuration/postmark",
        bounce_source="https://spfwise.com/en/article/postmark-spf-dkim-dmarc-setup",
    ),
    SendingDomain(
        name="Brevo",
        families=("brevo",),
        includes=("spf.brevo.com",),
        selectors=("brevo1", "brevo2"),
        bounce="sender-sib.com",
        spf_source="https://github.com/is-a-dev/register/pull/31424",
        dkim_source="https://github.com/is-a-dev/register/pull/31487",
        bounce_source="https://www.captaindns.com/en/blog/brevo-transactional-email-technical-guide",
    ),
    SendingDomain(
        name="Resend",
        families=("resend",),
        includes=("amazonses.com",),
        selectors=("resend",),
        fixed=True,
        return_path="send",
        spf_source=f"{_TEMPLATES}/resend.com.mail.json",
        dkim_source=f"{_TEMPLATES}/resend.com.mail.json",
        bounce_source="https://resend.com/docs/guides/dns/route53.md",
    ),
    # Each region has servers of its own, and lets those of the others not pass.
    *(
        SendingDomain(
            name="Zoho Mail",
            families=("zoho",),
            hosts=rf"zoho\.{re.escape(region)}",
            includes=includes,
            selectors=("zmail",),
            spf_source="https://mxio.io/providers/zoho-mail",
            dkim_source="https://github.com/nodemailer/nodemailer/issues/1669",
        )
        for region, includes in (
            ("com", ("spf.zoho.com", "zohomail.com", "zoho.com")),
            ("eu", ("spf.zoho.eu", "zohomail.eu", "zoho.eu")),
            ("in", ("spf.zoho.in", "zoho.in")),
            ("com.au", ("spf.zoho.com.au",)),
            ("com.cn", ("spf.zoho.com.cn",)),
        )
    ),
    SendingDomain(
        name="Yandex 360",
        families=("yandex",),
        includes=("_spf.yandex.net", "_spf.yandex.ru"),
        selectors=("mail",),
        mailboxes=("yandex.ru",),
        spf_source="https://yandex.com.tr/support/connect/dns/spf.html",
        dkim_source="https://glama.ai/mcp/servers/badigit/beget-mcp/tools/mail_setup_yandex",
    ),
    SendingDomain(
        name="Mail.ru (VK WorkSpace)",
        families=("mailru",),
        includes=("_spf.mail.ru",),
        selectors=("mailru",),
        mailboxes=("mail.ru",),
        spf_source="https://glama.ai/mcp/servers/badigit/beget-mcp",
        dkim_source="https://glama.ai/mcp/servers/badigit/beget-mcp",
    ),
    SendingDomain(
        name="iCloud Mail",
        families=("icloud",),
        includes=("icloud.com",),
        selectors=("sig1",),
        fixed=True,
        mailboxes=("me.com", "mac.com", "icloud.com"),
        spf_source="https://chamberlain.io/icloud-custom-domains-ship-with-broken-email-security-heres-how-to-fix-it",
        dkim_source="https://www.suped.com/email-deliverability/answers/how-do-i-set-up-and-use-custom-email-domains-with-icloud-and-what-are-common-issues-with-it",
    ),
    SendingDomain(
        name="Fastmail",
        families=("fastmail",),
        includes=("spf.messagingengine.com",),
        selectors=("fm1", "fm2", "fm3"),
        fixed=True,
        mailboxes=("fastmail.fm", "fastmail.com"),
        spf_source="https://mailflowauthority.com/email-authentication/fastmail-email-auth",
        dkim_source="https://www.fastmail.help/hc/en-us/articles/360060591153",
    ),
    SendingDomain(
        name="Tencent Exmail and QQ Mail",
        families=("qq",),
        includes=("spf.mail.qq.com",),
        mailboxes=("qq.com",),
        spf_source="http://service.mail.qq.com/cgi-bin/help?subtype=1&no=417&id=48",
    ),
    SendingDomain(
        name="NetEase Mail",
        families=("netease",),
        mailboxes=("163.com", "126.com"),
    ),
    SendingDomain(
        name="Yahoo Mail",
        families=("yahoo",),
        mailboxes=("yahoo.com",),
    ),
)


def sending_domain_of(host: str) -> SendingDomain | None:
    """What the provider that a server belongs to wants, if it is one we know."""
    name = host.lower().rstrip(".")
    return next((each for each in SENDING_DOMAINS if _is_for(each, name)), None)


def _is_for(each: SendingDomain, host: str) -> bool:
    at = rf"(?:^|\.)(?:{each.hosts})$" if each.hosts else ""
    return is_of(host, each.families) and re.search(at, host) is not None


def mailboxes_of(domain: str) -> SendingDomain | None:
    """The provider whose people have their addresses in this domain."""
    return next((each for each in SENDING_DOMAINS if each.own(domain)), None)
