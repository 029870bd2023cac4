"""What each provider wants a sender's domain to publish, one row a provider, each with its sources."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """How mail through a provider is authenticated."""

    slug: str
    name: str
    hosts: str
    """A regular expression for the end of the server's name."""
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
PROVIDERS = (
    Provider(
        slug="google",
        name="Google",
        hosts=r"gmail\.com|googlemail\.com",
        includes=("_spf.google.com",),
        selectors=("google",),
        mailboxes=("gmail.com", "googlemail.com"),
        spf_source="https://intodns.ai/citations/google-workspace-spf-dkim-dmarc-setup",
        dkim_source="https://support.google.com/a/answer/11611356",
    ),
    Provider(
        slug="microsoft",
        name="Microsoft 365",
        hosts=r"office365\.com|outlook\.com",
        includes=("spf.protection.outlook.com",),
        selectors=("selector1", "selector2"),
        fixed=True,
        mailboxes=("outlook.com", "hotmail.com"),
        spf_source="https://github.com/MicrosoftDocs/defender-docs/blob/04088ff0b6e157f57c7bac0a300b32a2ade76815/defender-office-365/email-authentication-spf-configure.md",
        dkim_source=f"{_TEMPLATES}/microsoft.com.o365.json",
    ),
    Provider(
        slug="sendgrid",
        name="SendGrid",
        hosts=r"sendgrid\.net",
        includes=("sendgrid.net",),
        selectors=("s1", "s2"),
        bounce="sendgrid.net",
        spf_source="https://www.cloudscope.io/guides/sendgrid-spf-dkim-dmarc-setup",
        dkim_source="https://github.com/sendgrid/docs/blob/0ac5679a35313ce922dc5c031ddaebe90e37adf6/content/docs/ui/account-and-settings/how-to-set-up-domain-authentication.md",
        bounce_source="https://support.sendgrid.com/hc/en-us/articles/21415314709147-Email-Authentication-SendGrid-s-Automated-Security-Explained",
    ),
    Provider(
        slug="aliyun-directmail",
        name="Aliyun Direct Mail",
        hosts=r"smtpdm\.aliyun\.com",
        includes=("spf1.dm.aliyun.com",),
        selectors=("aliyun-cn-hangzhou",),
        fixed=True,
        spf_source=_ALIYUN_SPF,
        dkim_source="https://github.com/aliyun/alibabacloud-java-sdk/blob/master/dm-20151123/src/main/java/com/aliyun/dm20151123/models/DescDomainResponseBody.java",
    ),
    Provider(
        slug="aliyun-directmail-singapore",
        name="Alibaba Cloud Direct Mail (Singapore)",
        hosts=r"smtpdm-ap-southeast-1\.aliyun(?:cs)?\.com",
        includes=("spfdm-ap-southeast-1.aliyun.com",),
        selectors=("aliyun-ap-southeast-1",),
        fixed=True,
        spf_source=_ALIYUN_SPF,
        dkim_source=_ALIYUN_DKIM,
    ),
    Provider(
        slug="aliyun-mail",
        name="Alibaba Mail",
        hosts=r"qiye\.aliyun\.com|mxhichina\.com",
        includes=("spf.qiye.aliyun.com",),
        selectors=("default",),
        spf_source="https://help.aliyun.com/knowledge_detail/36771.html",
        dkim_source="https://www.alibabacloud.com/help/en/alibaba-mail/latest/because-spf-dkim-dmarc-and-other-mailbox-protocols-are-not",
    ),
    Provider(
        slug="ses",
        name="Amazon SES",
        hosts=r"email-smtp(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?",
        includes=("amazonses.com",),
        bounce="amazonses.com",
        spf_source=f"{_SES}/send-email-authentication-spf.md",
        dkim_source=f"{_SES}/send-email-authentication-dkim-easy.md",
        bounce_source=f"{_SES}/mail-from.md",
    ),
    Provider(
        slug="mailgun",
        name="Mailgun",
        hosts=r"mailgun\.org",
        includes=("mailgun.org",),
        selectors=("pdk1", "pdk2", "smtp", "krs", "mailo", "pic"),
        spf_source="https://documentation.mailgun.com/docs/mailgun/user-manual/domains/domains-verify.md",
        dkim_source="https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/mg_security",
    ),
    Provider(
        slug="mailjet",
        name="Mailjet",
        hosts=r"mailjet\.com",
        includes=("spf.mailjet.com",),
        selectors=("mailjet",),
        fixed=True,
        bounce="bnc3.mailjet.com",
        spf_source=f"{_TEMPLATES}/mailjet.com.domain-auth.json",
        dkim_source=f"{_TEMPLATES}/mailjet.com.domain-auth.json",
        bounce_source="https://www.mailjet.com/blog/deliverability/mailjet-dmarcbis-is-dead-long-live-dmarc/",
    ),
    Provider(
        slug="postmark",
        name="Postmark",
        hosts=r"postmarkapp\.com",
        includes=("spf.mtasv.net",),
        bounce="pm.mtasv.net",
        spf_source="https://spfwise.com/en/article/postmark-spf-dkim-dmarc-setup",
        dkim_source="https://trustyourinbox.com/kb/source-configuration/postmark",
        bounce_source="https://spfwise.com/en/article/postmark-spf-dkim-dmarc-setup",
    ),
    Provider(
        slug="brevo",
        name="Brevo",
        hosts=r"brevo\.com|sendinblue\.com",
        includes=("spf.brevo.com",),
        selectors=("brevo1", "brevo2"),
        bounce="sender-sib.com",
        spf_source="https://github.com/is-a-dev/register/pull/31424",
        dkim_source="https://github.com/is-a-dev/register/pull/31487",
        bounce_source="https://www.captaindns.com/en/blog/brevo-transactional-email-technical-guide",
    ),
    Provider(
        slug="resend",
        name="Resend",
        hosts=r"resend\.com",
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
        Provider(
            slug=f"zoho-{region}",
            name="Zoho Mail",
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
    Provider(
        slug="yandex",
        name="Yandex 360",
        hosts=r"yandex\.(?:ru|com|net)",
        includes=("_spf.yandex.net", "_spf.yandex.ru"),
        selectors=("mail",),
        mailboxes=("yandex.ru",),
        spf_source="https://yandex.com.tr/support/connect/dns/spf.html",
        dkim_source="https://glama.ai/mcp/servers/badigit/beget-mcp/tools/mail_setup_yandex",
    ),
    Provider(
        slug="mailru",
        name="Mail.ru (VK WorkSpace)",
        hosts=r"mail\.ru",
        includes=("_spf.mail.ru",),
        selectors=("mailru",),
        mailboxes=("mail.ru",),
        spf_source="https://glama.ai/mcp/servers/badigit/beget-mcp",
        dkim_source="https://glama.ai/mcp/servers/badigit/beget-mcp",
    ),
    Provider(
        slug="icloud",
        name="iCloud Mail",
        hosts=r"mail\.me\.com|mail\.icloud\.com",
        includes=("icloud.com",),
        selectors=("sig1",),
        fixed=True,
        mailboxes=("me.com", "mac.com", "icloud.com"),
        spf_source="https://chamberlain.io/icloud-custom-domains-ship-with-broken-email-security-heres-how-to-fix-it",
        dkim_source="https://www.suped.com/email-deliverability/answers/how-do-i-set-up-and-use-custom-email-domains-with-icloud-and-what-are-common-issues-with-it",
    ),
    Provider(
        slug="fastmail",
        name="Fastmail",
        hosts=r"fastmail\.com|messagingengine\.com",
        includes=("spf.messagingengine.com",),
        selectors=("fm1", "fm2", "fm3"),
        fixed=True,
        mailboxes=("fastmail.fm", "fastmail.com"),
        spf_source="https://mailflowauthority.com/email-authentication/fastmail-email-auth",
        dkim_source="https://www.fastmail.help/hc/en-us/articles/360060591153",
    ),
    Provider(
        slug="qq",
        name="Tencent Exmail and QQ Mail",
        hosts=r"qq\.com",
        includes=("spf.mail.qq.com",),
        mailboxes=("qq.com",),
        spf_source="http://service.mail.qq.com/cgi-bin/help?subtype=1&no=417&id=48",
    ),
    Provider(
        slug="netease",
        name="NetEase Mail",
        hosts=r"163\.com|126\.com|qiye\.163\.com",
        mailboxes=("163.com", "126.com"),
    ),
    Provider(
        slug="yahoo",
        name="Yahoo Mail",
        hosts=r"mail\.yahoo\.com",
        mailboxes=("yahoo.com",),
    ),
)
_BY_HOST = tuple((re.compile(rf"(?:^|\.)(?:{each.hosts})$"), each) for each in PROVIDERS)


def provider_for(host: str) -> Provider | None:
    """The provider that a server's name belongs to, if it is one we know."""
    name = host.lower().rstrip(".")
    return next((each for pattern, each in _BY_HOST if pattern.search(name)), None)


def mailbox_provider(domain: str) -> Provider | None:
    """The provider whose people have their addresses in this domain."""
    return next((each for each in PROVIDERS if each.own(domain)), None)
