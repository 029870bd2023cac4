"""Sending services: one logs in with a key, and sends from a verified address or domain."""

from __future__ import annotations

from smtp_verify.providers.provider import Field, Port, Provider, Region, Security, SenderRule

_IMPLICIT_465 = Port(465, Security.IMPLICIT)
_STARTTLS_587 = Port(587, Security.STARTTLS)
_STARTTLS_2525 = Port(2525, Security.STARTTLS)
_STARTTLS_25 = Port(25, Security.STARTTLS)
_SES_REGIONS = (
    "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-central-1 eu-north-1 eu-west-1"
    " eu-west-2 eu-west-3 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1"
    " ap-southeast-2 us-gov-east-1 us-gov-west-1"
).split()

_SENDGRID = Provider(
    name="sendgrid",
    title="SendGrid",
    aliases=("twilio", "twilio-sendgrid"),
    hosts=("smtp.sendgrid.net",),
    ports=(_STARTTLS_587, _STARTTLS_2525, _STARTTLS_25, _IMPLICIT_465),
    user=Field("apikey", "This very word, whatever the key."),
    password=Field(
        "<api-key>",
        "An API key that may send mail; it starts with SG. https://app.sendgrid.com/settings/api_keys",
    ),
    sender=Field(
        "<verified-sender-address>",
        "an address verified under Sender Authentication: https://app.sendgrid.com/settings/sender_auth",
    ),
    sender_rule=SenderRule.VERIFIED,
    limit="5,000 mails on one connection",
    page="https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api",
    sources=(
        "https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api",
        "https://github.com/sahat/hackathon-starter/issues/1083",
    ),
)
_ALIYUN_PORTS = (_IMPLICIT_465, Port(80, Security.STARTTLS), _STARTTLS_25)
_ALIYUN_USER = Field("<sender-address>", "A sender address of Direct Mail: console, Sender Addresses.")
_ALIYUN_PASSWORD = Field(
    "<smtp-password>",
    "Not the password of the account: the one set in the console with Set SMTP Password, beside the address.",
)
_ALIYUN_SENDER = Field("<sender-address>", "the same address, and no other.")
_ALIYUN_SOURCES = (
    "https://www.alibabacloud.com/help/en/direct-mail/smtp-endpoints",
    "https://help.aliyun.com/en/direct-mail/user-guide/send-emails-using-smtp",
)
_ALIYUN_NOTES = (
    "A sender address works in its own region only.",
    "Aliyun closes port 25 on its own machines; port 80 speaks STARTTLS.",
)
_ALIYUN = Provider(
    name="aliyun",
    title="Aliyun Direct Mail, China (Hangzhou)",
    aliases=("aliyun-directmail", "directmail", "alibaba", "aliyun-cn"),
    hosts=("smtpdm.aliyun.com",),
    ports=_ALIYUN_PORTS,
    user=_ALIYUN_USER,
    password=_ALIYUN_PASSWORD,
    sender=_ALIYUN_SENDER,
    sender_rule=SenderRule.SAME,
    notes=(*_ALIYUN_NOTES, "Outside China (Hangzhou) start with init aliyun-intl."),
    page="https://help.aliyun.com/en/direct-mail/user-guide/send-emails-using-smtp",
    sources=_ALIYUN_SOURCES,
)
_ALIYUN_INTL = Provider(
    name="aliyun-intl",
    title="Alibaba Cloud Direct Mail, outside China",
    aliases=("alibaba-cloud", "alibabacloud", "aliyun-international"),
    hosts=("smtpdm-ap-southeast-1.aliyuncs.com",),
    # The names on aliyun.com are those of older accounts.
    host_pattern=r"smtpdm-[a-z0-9-]+\.(?:aliyuncs|aliyun)\.com",
    regions=(
        Region("ap-southeast-1", "smtpdm-ap-southeast-1.aliyuncs.com", "Singapore"),
        Region("us-east-1", "smtpdm-us-east-1.aliyuncs.com", "US (Virginia)"),
        Region("eu-central-1", "smtpdm-eu-central-1.aliyuncs.com", "Germany (Frankfurt)"),
    ),
    ports=_ALIYUN_PORTS,
    user=_ALIYUN_USER,
    password=_ALIYUN_PASSWORD,
    sender=_ALIYUN_SENDER,
    sender_rule=SenderRule.SAME,
    notes=_ALIYUN_NOTES,
    page="https://www.alibabacloud.com/help/en/direct-mail/smtp-endpoints",
    sources=_ALIYUN_SOURCES,
)
_SES = Provider(
    name="ses",
    title="Amazon SES",
    aliases=("aws", "amazon", "aws-ses", "amazon-ses"),
    hosts=("email-smtp.us-east-1.amazonaws.com",),
    host_pattern=r"email-smtp(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com",
    regions=tuple(Region(name, f"email-smtp.{name}.amazonaws.com", "") for name in _SES_REGIONS),
    ports=(
        _STARTTLS_587,
        Port(2587, Security.STARTTLS),
        _STARTTLS_25,
        _IMPLICIT_465,
        Port(2465, Security.IMPLICIT),
    ),
    user=Field("<smtp-username>", "The username of SMTP credentials of this region, from the SES console."),
    password=Field("<smtp-password>", "The SMTP password shown with it, not the AWS secret key."),
    sender=Field("<verified-sender-address>", "an address or domain verified in this region."),
    sender_rule=SenderRule.VERIFIED,
    notes=("While the account is in the sandbox, recipients must be verified too.",),
    page="https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html",
    sources=(
        "https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html",
        "https://github.com/awsdocs/amazon-ses-developer-guide/blob/1b656cebb4c5a70e305bc1980c469c79208f4275/doc-source/troubleshoot-smtp.md",
        # The regions.
        "https://github.com/nodemailer/nodemailer/blob/01ae76f2cfe991c0c3fe80170f236da60531496b/lib/well-known/services.json",
    ),
)
_MAILGUN = Provider(
    name="mailgun",
    title="Mailgun",
    hosts=("smtp.mailgun.org",),
    regions=(
        Region("us", "smtp.mailgun.org", "United States"),
        Region("eu", "smtp.eu.mailgun.org", "Europe"),
    ),
    ports=(_STARTTLS_587, _STARTTLS_2525, _STARTTLS_25, _IMPLICIT_465),
    user=Field(
        "<smtp-user>", "The domain's SMTP user, such as postmaster@mg.example.com: see Domain Settings."
    ),
    password=Field("<smtp-password>", "Its SMTP password, not an API key; resetting it shows a new one."),
    sender=Field("<verified-sender-address>", "an address of that domain."),
    sender_rule=SenderRule.VERIFIED,
    notes=("A sandbox domain sends to authorized recipients only.",),
    page="https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp",
    sources=(
        "https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp.md",
        "https://spreecommerce.org/docs/integrations/email/mailgun",
        "https://smtptester.org/guides/mailgun-smtp-test/",
        "https://github.com/domino14/Webolith/issues/219",
    ),
)
_MAILJET = Provider(
    name="mailjet",
    title="Mailjet",
    hosts=("in-v3.mailjet.com", "in.mailjet.com"),
    ports=(_STARTTLS_587, _STARTTLS_2525, _STARTTLS_25, _IMPLICIT_465),
    user=Field("<api-key>", "The API key: Account, API key management."),
    password=Field("<secret-key>", "Its secret key, which Mailjet shows only once."),
    sender=Field("<verified-sender-address>", "a validated sender, or an address of a validated domain."),
    sender_rule=SenderRule.VERIFIED,
    page="https://documentation.mailjet.com/hc/en-us/articles/360043225693-What-is-an-API-key",
    sources=(
        "https://documentation.mailjet.com/hc/en-us/articles/360043225693-What-is-an-API-key",
        "https://docs.cloud.google.com/compute/docs/tutorials/sending-mail/using-mailjet.md.txt",
        "https://smtptester.org/guides/mailjet-smtp-test/",
    ),
)
_POSTMARK = Provider(
    name="postmark",
    title="Postmark",
    aliases=("postmarkapp",),
    hosts=("smtp.postmarkapp.com", "smtp-broadcasts.postmarkapp.com"),
    ports=(_STARTTLS_587, _STARTTLS_2525, _STARTTLS_25),
    user=Field("<server-token>", "The Server API token, as user and as password: your server, API Tokens."),
    password=Field("<server-token>", "The same token once more."),
    sender=Field(
        "<verified-sender-address>", "a confirmed Sender Signature, or an address of a verified domain."
    ),
    sender_rule=SenderRule.VERIFIED,
    notes=("Postmark has no port 465.",),
    page="https://postmarkapp.com/support/article/811-what-are-the-smtp-details-api-tokens-i-should-be-using",
    sources=(
        "https://postmarkapp.com/support/article/811-what-are-the-smtp-details-api-tokens-i-should-be-using",
        "https://spreecommerce.org/docs/integrations/email/postmark",
        "https://github.com/activecampaign/postmark-php/wiki/Managing-Your-Sender-Signatures",
    ),
)
_BREVO = Provider(
    name="brevo",
    title="Brevo",
    aliases=("sendinblue",),
    # The second is what it was called before 2023: https://help.sendinblue.com/hc/en-us/articles/115000188150
    hosts=("smtp-relay.brevo.com", "smtp-relay.sendinblue.com"),
    ports=(_STARTTLS_587, _STARTTLS_2525, _IMPLICIT_465),
    user=Field("<smtp-login>", "The SMTP login: https://app.brevo.com/settings/keys/smtp"),
    password=Field(
        "<smtp-key>", "An SMTP key from the same page: no API key, nor the password of the account."
    ),
    sender=Field("<verified-sender-address>", "a verified sender, or an address of an authenticated domain."),
    sender_rule=SenderRule.VERIFIED,
    page="https://developers.brevo.com/docs/smtp-integration",
    sources=(
        "https://developers.brevo.com/docs/smtp-integration",
        "https://help.brevo.com/hc/fr/articles/7924908994450-Envoyer-des-emails-transactionnels-avec-Brevo-SMTP",
        "https://smtptester.org/guides/brevo-smtp-test/",
    ),
)
_RESEND = Provider(
    name="resend",
    title="Resend",
    hosts=("smtp.resend.com",),
    ports=(
        _IMPLICIT_465,
        Port(2465, Security.IMPLICIT),
        _STARTTLS_587,
        Port(2587, Security.STARTTLS),
        _STARTTLS_25,
    ),
    user=Field("resend", "This very word, whatever the key."),
    password=Field("<api-key>", "An API key of Resend."),
    sender=Field("<verified-sender-address>", "an address of a verified domain."),
    sender_rule=SenderRule.VERIFIED,
    page="https://resend.com/docs/send-with-smtp",
    sources=("https://resend.com/docs/send-with-smtp", "https://resend.com/changelog/smtp-service"),
)

PROVIDERS = (
    _SENDGRID,
    _ALIYUN,
    _ALIYUN_INTL,
    _SES,
    _MAILGUN,
    _MAILJET,
    _POSTMARK,
    _BREVO,
    _RESEND,
)
