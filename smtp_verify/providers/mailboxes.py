"""Providers of mailboxes: one logs in with one's own address, and sends from it."""

from __future__ import annotations

from smtp_verify.providers.provider import Field, OAuth2, Port, Provider, Region, Security, SenderRule

ISPDB = "https://github.com/thunderbird/autoconfig/blob/c6ad79659b5fc321d1593ec4c277815b83e5dec5/ispdb/{}.xml"
"""Thunderbird's settings of a mail domain: host, port, security and user."""
PROVIDER_DB = (
    "https://github.com/chatmail/provider-db/blob/ad097ee40579c884e7757de2d3bb0a51f481a32a/_providers/{}.md"
)
"""What must be done at a provider before mail programs may log in."""
_IMPLICIT_465 = Port(465, Security.IMPLICIT)
_STARTTLS_587 = Port(587, Security.STARTTLS)
_STARTTLS_25 = Port(25, Security.STARTTLS)

WHOLE_ADDRESS = Field("<your-address>", "The whole address of the mailbox.")
SAME_ADDRESS = Field("<your-address>", "the same address.")
_OWN_ADDRESS = Field("<your-address>", "an address of the account.")

_GOOGLE_OAUTH2 = OAuth2(
    "https://oauth2.googleapis.com/token",
    "https://mail.google.com/",
    "An OAuth client of your own: https://console.cloud.google.com/, APIs & Services, Credentials."
    " The refresh token: https://developers.google.com/oauthplayground, with your own client.",
)
_MICROSOFT_SCOPES = "https://outlook.office.com/SMTP.Send offline_access"
_MICROSOFT_OAUTH2_PAGE = (
    "https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/"
    "how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth"
)
_MICROSOFT_OAUTH2_ABOUT = f"An app registration in Microsoft Entra: {_MICROSOFT_OAUTH2_PAGE}"

_GMAIL = Provider(
    name="gmail",
    title="Gmail or Google Workspace",
    aliases=("google", "googlemail", "google-mail", "workspace"),
    hosts=("smtp.gmail.com",),
    ports=(_IMPLICIT_465, _STARTTLS_587),
    user=Field("<your-address>", "The whole address you sign in to Gmail with, not an alias."),
    password=Field(
        "<app-password>",
        "An app password, not the password of the account: 16 letters, written without the spaces that Google"
        " shows. Turn on 2-Step Verification first, then create one: https://support.google.com/accounts/answer/185833",
    ),
    sender=SAME_ADDRESS,
    sender_rule=SenderRule.OWN,
    oauth2=_GOOGLE_OAUTH2,
    page="https://support.google.com/a/answer/176600",
    sources=(
        "https://developers.google.com/workspace/gmail/imap/imap-smtp",
        "https://support.google.com/accounts/answer/185833",
        PROVIDER_DB.format("gmail"),
    ),
)
_WORKSPACE_RELAY = Provider(
    name="google-workspace-relay",
    title="Google Workspace SMTP relay",
    aliases=("gmail-relay", "google-relay", "workspace-relay", "smtp-relay"),
    hosts=("smtp-relay.gmail.com",),
    ports=(_STARTTLS_587, _IMPLICIT_465, _STARTTLS_25),
    user=Field("<your-address>", "The whole address of a user of the organization."),
    password=Field(
        "<app-password>",
        "An app password of that user: https://support.google.com/accounts/answer/185833 Where the relay"
        " trusts Logto's IP address, write type: login in place of user and pass.",
    ),
    sender=Field("<sender-address>", "an address that the relay's setting Allowed senders lets through."),
    sender_rule=SenderRule.ANY,
    notes=("Turn on SMTP relay service in the Google Admin console first.",),
    limit="10,000 mails a day for each user",
    page="https://support.google.com/a/answer/2956491",
    trusts_addresses=True,
    sources=(
        "https://support.google.com/a/answer/2956491",
        "https://github.com/nodemailer/nodemailer/blob/01ae76f2cfe991c0c3fe80170f236da60531496b/lib/well-known/services.json",
    ),
)
_MICROSOFT_365 = Provider(
    name="microsoft365",
    title="Microsoft 365",
    aliases=("outlook", "office365", "o365", "m365", "exchange-online", "outlook365"),
    hosts=("smtp.office365.com",),
    ports=(_STARTTLS_587, _STARTTLS_25),
    user=Field("<your-address>", "The address that the mailbox signs in with."),
    password=Field(
        "<password>",
        "Its password. It is taken only where Authenticated SMTP is on for the mailbox, and neither security"
        " defaults nor multi-factor authentication stand against it; else start with --oauth2.",
    ),
    sender=Field("<your-address>", "the same address, or one that the mailbox has Send As permission for."),
    sender_rule=SenderRule.OWN,
    oauth2=OAuth2("<token-endpoint>", _MICROSOFT_SCOPES, _MICROSOFT_OAUTH2_ABOUT),
    limit="30 mails a minute, 10,000 recipients a day",
    page="https://learn.microsoft.com/en-us/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-"
    "device-or-application-to-send-email-using-microsoft-365-or-office-365",
    sources=(
        "https://learn.microsoft.com/en-us/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-"
        "device-or-application-to-send-email-using-microsoft-365-or-office-365",
        _MICROSOFT_OAUTH2_PAGE,
        # Send As: the reply of a mailbox without it.
        "https://github.com/nodemailer/nodemailer/issues/145",
    ),
)
_OUTLOOK_COM = Provider(
    name="outlook.com",
    title="Outlook.com, Hotmail, Live",
    aliases=("hotmail", "live", "msn", "outlook-com"),
    hosts=("smtp-mail.outlook.com",),
    ports=(_STARTTLS_587,),
    user=WHOLE_ADDRESS,
    password=None,
    sender=SAME_ADDRESS,
    sender_rule=SenderRule.OWN,
    oauth2=OAuth2(
        "https://login.microsoftonline.com/consumers/oauth2/v2.0/token",
        _MICROSOFT_SCOPES,
        _MICROSOFT_OAUTH2_ABOUT,
    ),
    notes=("Outlook.com no longer accepts passwords, not even app passwords; use OAuth2.",),
    page=_MICROSOFT_OAUTH2_PAGE,
    sources=(
        ISPDB.format("hotmail.com"),
        PROVIDER_DB.format("outlook.com"),
        _MICROSOFT_OAUTH2_PAGE,
        "https://azuread.github.io/microsoft-authentication-library-for-js/ref/classes/"
        "_azure_msal_node.ConfidentialClientApplication.html",
    ),
)
_ICLOUD = Provider(
    name="icloud",
    title="iCloud Mail",
    aliases=("apple", "me.com", "mac.com", "icloud.com"),
    hosts=("smtp.mail.me.com",),
    ports=(_STARTTLS_587,),
    user=Field("<your-address>", "The iCloud address, not one of a domain of your own."),
    password=Field(
        "<app-password>",
        "An app-specific password, not that of the Apple Account: https://support.apple.com/102654",
    ),
    sender=Field("<your-address>", "the same address, or one of a domain of yours that iCloud serves."),
    sender_rule=SenderRule.OWN,
    page="https://support.apple.com/102525",
    sources=(ISPDB.format("me.com"), PROVIDER_DB.format("icloud"), "https://support.apple.com/102525"),
)
_YAHOO = Provider(
    name="yahoo",
    title="Yahoo Mail",
    aliases=("yahoo.com", "ymail"),
    hosts=("smtp.mail.yahoo.com",),
    ports=(_IMPLICIT_465, _STARTTLS_587),
    user=WHOLE_ADDRESS,
    password=Field(
        "<app-password>",
        "An app password, not that of the account: https://login.yahoo.com/account/security",
    ),
    sender=SAME_ADDRESS,
    sender_rule=SenderRule.OWN,
    page="https://login.yahoo.com/account/security",
    sources=(
        ISPDB.format("yahoo.com"),
        PROVIDER_DB.format("yahoo"),
        "https://github.com/PHPMailer/PHPMailer/issues/2034",
    ),
)
_FASTMAIL = Provider(
    name="fastmail",
    title="Fastmail",
    aliases=("messagingengine", "fastmail.com", "fastmail.fm"),
    hosts=("smtp.fastmail.com", "mail.messagingengine.com"),
    ports=(_IMPLICIT_465, _STARTTLS_587),
    user=Field("<your-address>", "The address you log in to Fastmail with, not an alias."),
    password=Field(
        "<app-password>",
        "An app password with access to Mail: Settings, Privacy & Security, Manage app passwords.",
    ),
    sender=_OWN_ADDRESS,
    sender_rule=SenderRule.OWN,
    page="https://www.fastmail.help/hc/en-us/articles/1500000279921-IMAP-POP-and-SMTP",
    sources=(
        ISPDB.format("messagingengine.com"),
        PROVIDER_DB.format("fastmail"),
        "https://www.fastmail.help/hc/en-us/articles/1500000279921-IMAP-POP-and-SMTP",
    ),
)
_ZOHO = Provider(
    name="zoho",
    title="Zoho Mail",
    aliases=("zohomail", "zoho-mail"),
    hosts=("smtp.zoho.com",),
    host_pattern=r"smtp(?:pro)?\.zoho(?:cloud)?\.(?:com|eu|in|com\.au|jp|ca|com\.cn)",
    regions=(
        Region("us", "smtp.zoho.com", "United States"),
        Region("eu", "smtp.zoho.eu", "Europe"),
        Region("in", "smtp.zoho.in", "India"),
        Region("au", "smtp.zoho.com.au", "Australia"),
        Region("jp", "smtp.zoho.jp", "Japan"),
        Region("ca", "smtp.zohocloud.ca", "Canada"),
        Region("cn", "smtp.zoho.com.cn", "China"),
    ),
    ports=(_IMPLICIT_465, _STARTTLS_587),
    user=WHOLE_ADDRESS,
    password=Field(
        "<password>",
        "The password of the account; with two-factor authentication an application-specific password.",
    ),
    sender=Field("<your-address>", "the same address, or one of its aliases."),
    sender_rule=SenderRule.OWN,
    notes=("An organization with a domain of its own writes smtppro for smtp, as in smtppro.zoho.com.",),
    page="https://www.zoho.com/mail/help/zoho-smtp.html",
    sources=(
        "https://www.zoho.com/mail/help/zoho-smtp.html",
        ISPDB.format("zoho.com"),
        "https://fgrade.com/post/zoho-mail-smtp-server-configuration",
        "https://codeopx.com/email/guides/zoho",
    ),
)

PROVIDERS = (
    _GMAIL,
    _WORKSPACE_RELAY,
    _MICROSOFT_365,
    _OUTLOOK_COM,
    _ICLOUD,
    _YAHOO,
    _FASTMAIL,
    _ZOHO,
)
