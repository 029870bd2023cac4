"""Rows about services that send for applications; each cites the page or thread its words come from."""

from __future__ import annotations

from smtp_verify.diagnosis.patches import to_fixed_user, to_offered_starttls, to_user
from smtp_verify.diagnosis.row import Match, Row

ROWS = (
    Row(
        code="SD451",
        symptom="535 Authentication failed: The provided authorization grant is …",
        match=Match(
            providers=("sendgrid",), words=r"Authentication failed: The provided authorization grant"
        ),
        cause="the API key is wrong, deleted, or its ID was pasted instead of the key",
        fix="create an API key with Mail Send permission and set auth.pass to it (starts with SG.)",
        source="https://github.com/bertjohnson/OpaqueMail/issues/74",
        path=("auth", "pass"),
        patch=to_fixed_user,
    ),
    Row(
        code="SD452",
        symptom="451 Authentication failed: Maximum credits exceeded",
        match=Match(providers=("sendgrid",), words=r"Authentication failed: Maximum credits exceeded"),
        cause="the plan's sending credits are used up",
        fix="wait for the credits to renew or upgrade the plan",
        source="https://github.com/sendgrid/docs/blob/0946d01d4c3ee602a2d79863898c5ddcf290ea7a/content/docs/for-developers/sending-email/smtp-errors-and-troubleshooting.md",
    ),
    Row(
        code="SD453",
        symptom="550 Unauthenticated Senders Not Allowed",
        match=Match(providers=("sendgrid",), words=r"Unauthenticated Senders Not Allowed"),
        cause="the mail was handed over without a login",
        fix="set auth.user to apikey and auth.pass to the API key",
        source="https://github.com/sendgrid/docs/blob/0946d01d4c3ee602a2d79863898c5ddcf290ea7a/content/docs/for-developers/sending-email/smtp-errors-and-troubleshooting.md",
        path=("auth", "user"),
    ),
    Row(
        code="SD454",
        symptom="550 The from address does not match a verified Sender Identity. Mail …",
        match=Match(providers=("sendgrid",), words=r"The from address does not match"),
        cause="fromEmail is not a verified sender or of an authenticated domain",
        fix="verify the sender under Settings > Sender Authentication, or set fromEmail to a verified one",
        source="https://github.com/LandOfTheRair/LandOfTheRair/issues/308",
        path=("fromEmail",),
    ),
    Row(
        code="SD455",
        symptom="451 Authentication failed: Could not authenticate",
        match=Match(providers=("sendgrid",), words=r"Authentication failed: Could not authenticate"),
        cause="the login was refused; in this thread the client's IP was not on the account's IP access list",
        fix=(
            "add the server's IP under Settings > IP Access Management, or check auth.user=apikey and the key"
        ),
        source="https://github.com/sendgrid/docs/issues/2191",
        path=("auth", "pass"),
        patch=to_fixed_user,
    ),
    Row(
        code="SD456",
        symptom="535 Authentication failed: Bad username / password",
        match=Match(providers=("sendgrid",), words=r"Authentication failed: Bad username"),
        cause="auth.user is not the word apikey, which is everybody's username, or the API key is wrong",
        fix="write apikey as auth.user, and the API key itself (starts with SG.), not its ID, as auth.pass",
        source="https://github.com/mageplaza/magento-2-smtp/issues/334",
        path=("auth", "user"),
        patch=to_fixed_user,
    ),
    Row(
        code="SD461",
        symptom="440 mail from account doesn't conform with authentication",
        match=Match(
            providers=("aliyun-directmail", "aliyun-mail"), words=r"mail from account doesn't conform with"
        ),
        cause="fromEmail is not the address that logged in",
        fix="set fromEmail to the very address in auth.user",
        source="https://github.com/outline/outline/issues/7929",
        path=("fromEmail",),
        patch=to_user,
    ),
    Row(
        code="SD471",
        symptom="535 Authentication Credentials Invalid",
        match=Match(providers=("ses",), words=r"Authentication Credentials Invalid"),
        cause=(
            "auth.user/auth.pass are not SES SMTP credentials of this region (an IAM secret key is "
            "not an SMTP password)"
        ),
        fix=(
            "create SMTP credentials in the SES console of the host's region and set auth.user and auth.pass"
        ),
        source="https://github.com/awsdocs/amazon-ses-developer-guide/blob/1b656cebb4c5a70e305bc1980c469c79208f4275/doc-source/troubleshoot-smtp.md",
        path=("auth", "pass"),
    ),
    Row(
        code="SD472",
        symptom="535 Account not subscribed to SES",
        match=Match(providers=("ses",), words=r"Account not subscribed to SES"),
        cause="the AWS account of the credentials has not signed up for SES",
        fix="open the SES console once in that region and sign up, or use another account's credentials",
        source="https://github.com/awsdocs/amazon-ses-developer-guide/blob/1b656cebb4c5a70e305bc1980c469c79208f4275/doc-source/troubleshoot-smtp.md",
    ),
    Row(
        code="SD473",
        symptom="530 Authentication required",
        match=Match(providers=("ses",), words=r"Authentication required"),
        cause="the mail was handed over without a login",
        fix="set auth.user and auth.pass to SES SMTP credentials",
        source="https://github.com/awsdocs/amazon-ses-developer-guide/blob/1b656cebb4c5a70e305bc1980c469c79208f4275/doc-source/troubleshoot-smtp.md",
        path=("auth", "user"),
    ),
    Row(
        code="SD474",
        symptom="554 Message rejected: Email address is not verified. The following …",
        match=Match(providers=("ses",), words=r"Message rejected: Email address is not"),
        cause="fromEmail (or, in the sandbox, the recipient) is not verified in this region",
        fix=(
            "verify the address or domain in the SES console of the host's region, or request "
            "production access"
        ),
        source="https://github.com/awsdocs/amazon-ses-developer-guide/blob/1b656cebb4c5a70e305bc1980c469c79208f4275/doc-source/troubleshoot-smtp.md",
        path=("fromEmail",),
    ),
    Row(
        code="SD475",
        symptom="554 Access denied: User UserARN is not authorized to perform …",
        match=Match(providers=("ses",), words=r"Access denied: User UserARN is not"),
        cause="the IAM user of the SMTP credentials lacks ses:SendRawEmail for this identity",
        fix="add ses:SendRawEmail to the IAM user's policy",
        source="https://github.com/awsdocs/amazon-ses-developer-guide/blob/1b656cebb4c5a70e305bc1980c469c79208f4275/doc-source/troubleshoot-smtp.md",
    ),
    Row(
        code="SD476",
        symptom="454 Throttling failure: Daily message quota exceeded",
        match=Match(providers=("ses",), words=r"Throttling failure: Daily message quota exceeded"),
        cause="the 24-hour sending quota is used up",
        fix="wait, or request a higher quota",
        source="https://github.com/awsdocs/amazon-ses-developer-guide/blob/1b656cebb4c5a70e305bc1980c469c79208f4275/doc-source/troubleshoot-smtp.md",
    ),
    Row(
        code="SD477",
        symptom="454 Throttling failure: Maximum sending rate exceeded",
        match=Match(providers=("ses",), words=r"Throttling failure: Maximum sending rate exceeded"),
        cause="more mails per second than the account may send",
        fix="retry slower, or request a higher rate",
        source="https://github.com/awsdocs/amazon-ses-developer-guide/blob/1b656cebb4c5a70e305bc1980c469c79208f4275/doc-source/troubleshoot-smtp.md",
    ),
    Row(
        code="SD478",
        symptom="454 Temporary authentication failure",
        match=Match(providers=("ses",), words=r"Temporary authentication failure"),
        cause="SES could not check the SMTP credentials just now",
        fix="retry; if it stays, check that port 587/465 and TLS are used",
        source="https://github.com/awsdocs/amazon-ses-developer-guide/blob/1b656cebb4c5a70e305bc1980c469c79208f4275/doc-source/troubleshoot-smtp.md",
    ),
    Row(
        code="SD479",
        symptom="421 Too many concurrent SMTP connections",
        match=Match(providers=("ses",), words=r"Too many concurrent SMTP connections"),
        cause="too many open connections",
        fix="send with fewer connections and retry",
        source="https://github.com/awsdocs/amazon-ses-developer-guide/blob/1b656cebb4c5a70e305bc1980c469c79208f4275/doc-source/troubleshoot-smtp.md",
    ),
    Row(
        code="SD480",
        symptom="530 Must issue a STARTTLS command first",
        match=Match(providers=("ses",), words=r"Must issue a STARTTLS command first"),
        cause="the login or mail was tried without TLS",
        fix="use port 587 with secure=false and STARTTLS (no ignoreTLS), or port 465 with secure=true",
        after_probe="ask the server administrator for a port with encryption",
        source="https://pastebin.com/t22G4F69",
        path=("secure",),
        patch=to_offered_starttls,
    ),
    Row(
        code="SD491",
        symptom="550 5.7.1 Relaying denied",
        match=Match(providers=("mailgun",), words=r"Relaying denied"),
        cause="the mail was handed over without a login",
        fix="set auth.user and auth.pass",
        source="https://github.com/n8n-io/n8n/issues/13269",
        path=("auth", "user"),
    ),
    Row(
        code="SD492",
        symptom="554 Sandbox subdomains are for test purposes only. Please add your own …",
        match=Match(providers=("mailgun",), words=r"Sandbox subdomains are for test purposes"),
        cause="a sandbox domain sends to authorized recipients only",
        fix="add the recipient as authorized recipient, or use a domain of your own",
        source="https://github.com/domino14/Webolith/issues/219",
        path=("auth", "user"),
    ),
    Row(
        code="SD493",
        symptom="421 is not allowed to send: Please activate your Mailgun account. …",
        match=Match(providers=("mailgun",), words=r"is not allowed to send: Please"),
        cause="the Mailgun account is not activated yet",
        fix="activate the account by the mail Mailgun sent, or in the control panel",
        source="https://github.com/Monstarrrr/rebutify/issues/162",
    ),
    Row(
        code="SD511",
        symptom="535 5.7.0 Invalid login or password",
        match=Match(providers=("brevo",), words=r"Invalid login or password"),
        cause="auth.pass is not a valid SMTP key, or auth.user is not the SMTP login",
        fix=(
            "set auth.user to the SMTP login and auth.pass to an SMTP key (not an API key) from "
            "Settings > SMTP & API"
        ),
        source="https://github.com/marcpope/borgbackupserver/issues/16",
        path=("auth", "pass"),
    ),
    Row(
        code="SD512",
        symptom="502 5.7.0 Please authenticate first",
        match=Match(providers=("brevo",), words=r"Please authenticate first"),
        cause="the mail was handed over before a login took place",
        fix="set auth.user and auth.pass; if they are set, force the login method LOGIN",
        source="https://github.com/frappe/frappe/issues/38806",
        path=("auth", "user"),
    ),
    Row(
        code="SD601",
        symptom="530 5.7.1 Authentication required",
        match=Match(providers=("mailjet",), words=r"Authentication required"),
        cause="the mail was handed over without a login",
        fix="set auth.user to the API key and auth.pass to the Secret key",
        source="https://github.com/mailjet/mailjet-apiv3-php/issues/93",
        path=("auth", "user"),
    ),
    Row(
        code="SD462",
        symptom="526 Authentication failure[0]",
        match=Match(providers=("aliyun-directmail", "aliyun-mail"), words=r"Authentication failure\[\d"),
        cause="Aliyun does not accept auth.user with auth.pass; [1] stands for too many attempts",
        fix="write the whole address as auth.user, and its SMTP password as auth.pass",
        source="https://github.com/alibaba/canal/issues/554",
        path=("auth", "pass"),
    ),
    Row(
        code="SD611",
        symptom="535 Invalid username",
        match=Match(providers=("resend",), words=r"535 Invalid username"),
        cause="Resend accepts only the username resend",
        fix="write resend as auth.user, and an API key as auth.pass",
        source="https://github.com/donetick/donetick/issues/680",
        path=("auth", "user"),
        patch=to_fixed_user,
    ),
    Row(
        code="SD621",
        symptom="535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6",
        match=Match(providers=("postmark",), words=r"Error: authentication failed"),
        cause="auth.user and auth.pass are not the token of a Postmark server",
        fix="write the server API token as auth.user and as auth.pass, not the account's name and password",
        source="https://github.com/mautic/mautic/issues/1700",
        path=("auth", "user"),
    ),
)
