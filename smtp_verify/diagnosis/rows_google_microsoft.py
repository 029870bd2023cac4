"""Rows about Google and Microsoft; each cites the page or thread its words come from."""

from __future__ import annotations

from smtp_verify.diagnosis.patches import ignores_starttls, to_user
from smtp_verify.diagnosis.row import Match, Row

ROWS = (
    Row(
        code="SD401",
        symptom="534 5.7.9 Application-specific password required",
        match=Match(providers=("gmail",), words=r"Application-specific password required"),
        cause="the account has 2-Step Verification and the ordinary account password was sent",
        fix="create a 16-character app password and put it into auth.pass",
        source="https://github.com/nodemailer/nodemailer/issues/1116",
        path=("auth", "pass"),
    ),
    Row(
        code="SD402",
        symptom="535 5.7.8 Username and Password not accepted …",
        match=Match(providers=("gmail",), words=r"Username and Password not accepted"),
        cause=(
            "Google refused the username and password (no app password, a revoked one, or another account's)"
        ),
        fix=(
            "turn on 2-Step Verification, create a new app password and set auth.pass; auth.user is "
            "the full address"
        ),
        source="https://github.com/nodemailer/nodemailer/issues/1656",
        path=("auth", "pass"),
    ),
    Row(
        code="SD403",
        symptom="534 5.7.14 Please log in via your web browser and",
        match=Match(providers=("gmail",), words=r"Please log in via your web"),
        cause="Google blocked the sign-in as suspicious or from a less secure app",
        fix=(
            "sign in once in the browser, then use an app password or OAuth2 instead of the account password"
        ),
        source="https://github.com/nodemailer/nodemailer/issues/508",
        path=("auth", "pass"),
    ),
    Row(
        code="SD404",
        symptom="unauthorized_client",
        match=Match(providers=("gmail",), words=r"unauthorized_client"),
        cause="the refresh token was issued to another OAuth client than clientId/clientSecret",
        fix="issue the refresh token with the very clientId and clientSecret that are in the config",
        source="https://github.com/nodemailer/nodemailer/issues/564",
        path=("auth", "refreshToken"),
    ),
    Row(
        code="SD405",
        symptom="550 5.4.5 Daily user sending limit exceeded …",
        match=Match(providers=("gmail",), words=r"Daily user sending limit exceeded\. For"),
        cause="the account has used up its daily sending limit",
        fix="wait up to 24 hours, or send by another account or a sending service",
        source="https://github.com/woowacourse-teams/2025-ah-madda/issues/635",
    ),
    Row(
        code="SD406",
        symptom="550 5.7.1 Invalid credentials for relay",
        match=Match(providers=("google-workspace-relay",), words=r"Invalid credentials for relay"),
        cause=(
            "the sender's domain does not belong to the Workspace account whose relay setting lists "
            "this IP, or neither SMTP AUTH nor EHLO names a domain of the account"
        ),
        fix=(
            "register the sending IP in the Admin console (Gmail > Routing > SMTP relay service), use"
            " fromEmail of that domain, or log in with auth.user/auth.pass"
        ),
        source="https://github.com/mealie-recipes/mealie/issues/4686",
        path=("fromEmail",),
    ),
    Row(
        code="SD407",
        symptom="421 4.7.0 Try again later, closing connection. (EHLO)",
        match=Match(
            providers=("google-workspace-relay",), words=r"Try again later, closing connection\. \(EHLO\)"
        ),
        cause="the relay refused the EHLO name ([127.0.0.1] or a bare host name)",
        fix='set the client\'s name (nodemailer option "name") to your own domain',
        source="https://github.com/firebase/extensions/issues/632",
        path=("name",),
    ),
    Row(
        code="SD421",
        symptom="535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled …",
        match=Match(
            providers=("microsoft",),
            words=r"Authentication unsuccessful, SmtpClientAuthentication is disabled for",
        ),
        cause="SMTP AUTH is turned off, for the whole organization (Tenant) or for this mailbox (Mailbox)",
        fix=(
            "turn SMTP AUTH on in the Exchange admin center, or for this mailbox (Set-CASMailbox "
            "-SmtpClientAuthenticationDisabled $false)"
        ),
        source="https://github.com/nodemailer/nodemailer/issues/1484",
    ),
    Row(
        code="SD422",
        symptom="535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        match=Match(
            providers=("microsoft",),
            words=r"Authentication unsuccessful, basic authentication is disabled",
        ),
        cause="the server no longer accepts password logins, only OAuth2",
        fix="set auth.type to OAuth2 with clientId, clientSecret, accessUrl and a token for SMTP.Send",
        source="https://github.com/nodemailer/nodemailer/issues/1714",
        path=("auth", "type"),
    ),
    Row(
        code="SD423",
        symptom="535 5.7.139 Authentication unsuccessful, user is locked by your organization's …",
        match=Match(
            providers=("microsoft",),
            words=r"Authentication unsuccessful, user is locked by",
        ),
        cause="Security defaults in Entra ID block password logins",
        fix=(
            "use OAuth2, or have an admin turn security defaults off or replace them with Conditional Access"
        ),
        source="https://docs.bookyourpto.com/features/smtp-troubleshoot",
    ),
    Row(
        code="SD424",
        symptom="535 5.7.139 Authentication unsuccessful, the request did not meet the criteria …",
        match=Match(
            providers=("microsoft",),
            words=r"Authentication unsuccessful, the request did not",
        ),
        cause="Authenticated SMTP is off for the mailbox or a Conditional Access policy blocks the login",
        fix=(
            "tick Authenticated SMTP under Users > Mail > Manage email apps for this mailbox and "
            "check Conditional Access"
        ),
        source="https://docs.bookyourpto.com/features/smtp-troubleshoot",
    ),
    Row(
        code="SD425",
        symptom="535 5.7.3 Authentication unsuccessful",
        match=Match(providers=("microsoft",), words=r"Authentication unsuccessful"),
        cause=(
            "wrong user or password, MFA without app password, or (with OAuth2) a token of the wrong "
            "scope or user"
        ),
        fix=(
            "check auth.user and auth.pass; with OAuth2 ask for scope "
            "https://outlook.office365.com/.default or SMTP.Send and the mailbox as auth.user"
        ),
        source="https://github.com/nodemailer/nodemailer/issues/1071",
        path=("auth", "pass"),
    ),
    Row(
        code="SD426",
        symptom="530 5.7.57 Client not authenticated to send mail",
        match=Match(
            providers=("microsoft",),
            words=r"Client not authenticated to send mail",
            unless=ignores_starttls,
        ),
        cause="to Microsoft this session is not logged in: there was no login, or it does not count here",
        fix="set auth.user and auth.pass (or OAuth2), port 587 with STARTTLS",
        source="https://github.com/simonrob/email-oauth2-proxy/issues/315",
        path=("auth", "user"),
    ),
    Row(
        code="SD427",
        symptom="550 5.7.60 SMTP; Client does not have permissions to send as this sender",
        match=Match(providers=("microsoft",), words=r"SMTP; Client does not have permissions"),
        cause="fromEmail is not the mailbox that logged in and no Send As permission is given",
        fix="set fromEmail to auth.user, or give auth.user Send As permission on the sender mailbox",
        source="https://github.com/PHPMailer/PHPMailer/issues/1231",
        path=("fromEmail",),
        patch=to_user,
    ),
    Row(
        code="SD428",
        symptom="554 5.2.252 SendAsDenied; delightgx46@outlook.com not allowed to send as …",
        match=Match(providers=("microsoft",), words=r"not allowed to send as .*SendAsDenied"),
        cause="fromEmail is an address the logged-in mailbox may not send as",
        fix="set fromEmail to auth.user, or give Send As permission in the Exchange admin center",
        source="https://github.com/gophish/gophish/issues/2900",
        path=("fromEmail",),
        patch=to_user,
    ),
    Row(
        code="SD429",
        symptom="554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSe …",
        match=Match(
            providers=("microsoft",),
            words=r"STOREDRV\.Submission\.Exception:SendAsDeniedException\.MapiExceptionSendAsDeni",
        ),
        cause="fromEmail is an address the logged-in mailbox may not send as (older wording of 5.2.252)",
        fix="set fromEmail to auth.user, or give Send As permission in the Exchange admin center",
        source="https://github.com/MicrosoftDocs/OfficeDocs-Support/issues/1187",
        path=("fromEmail",),
        patch=to_user,
    ),
    Row(
        code="SD430",
        symptom="AADSTS700016 UnauthorizedClient_DoesNotMatchRequest - The application wasn't …",
        match=Match(words=r"AADSTS700016\b"),
        cause="clientId is not an application of the tenant in accessUrl",
        fix=(
            "copy the Application (client) ID and check that the tenant in accessUrl is the one where"
            " the app is registered"
        ),
        source="https://github.com/MicrosoftDocs/entra-docs/blob/04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md",
        path=("auth", "clientId"),
    ),
    Row(
        code="SD431",
        symptom="AADSTS7000215 Invalid client secret is provided.",
        match=Match(words=r"AADSTS7000215\b"),
        cause="clientSecret is wrong; often the secret's ID was copied instead of its value",
        fix="create a client secret and copy its Value (not the Secret ID) into clientSecret",
        source="https://github.com/MicrosoftDocs/entra-docs/blob/04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md",
        path=("auth", "clientSecret"),
    ),
    Row(
        code="SD432",
        symptom="AADSTS7000222 InvalidClientSecretExpiredKeysProvided - The provided client …",
        match=Match(words=r"AADSTS7000222\b"),
        cause="the client secret has expired",
        fix="create a new client secret in the app registration and set clientSecret",
        source="https://github.com/MicrosoftDocs/entra-docs/blob/04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md",
        path=("auth", "clientSecret"),
    ),
    Row(
        code="SD433",
        symptom="AADSTS50034 UserAccountNotFound - To sign into this application, the account …",
        match=Match(words=r"AADSTS50034\b"),
        cause="auth.user does not exist in the tenant of accessUrl",
        fix="correct auth.user or the tenant in accessUrl",
        source="https://github.com/MicrosoftDocs/entra-docs/blob/04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md",
        path=("auth", "user"),
    ),
    Row(
        code="SD434",
        symptom="AADSTS65001 DelegationDoesNotExist - The user or administrator hasn't …",
        match=Match(words=r"AADSTS65001\b"),
        cause="nobody has consented to the app's SMTP permission",
        fix="grant admin consent for the SMTP.Send permission in the app registration and authorize again",
        source="https://github.com/MicrosoftDocs/entra-docs/blob/04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md",
        path=("auth", "refreshToken"),
    ),
    Row(
        code="SD435",
        symptom="AADSTS70008 ExpiredOrRevokedGrant - The refresh token has expired due to …",
        match=Match(words=r"AADSTS70008\b"),
        cause="the refresh token lapsed",
        fix="sign in again and set the new refreshToken",
        source="https://github.com/MicrosoftDocs/entra-docs/blob/04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md",
        path=("auth", "refreshToken"),
    ),
    Row(
        code="SD436",
        symptom="AADSTS700082 ExpiredOrRevokedGrantInactiveToken - The refresh token has expired …",
        match=Match(words=r"AADSTS700082\b"),
        cause="the refresh token lapsed because it was not used for a long time",
        fix="sign in again and set the new refreshToken",
        source="https://github.com/MicrosoftDocs/entra-docs/blob/04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md",
        path=("auth", "refreshToken"),
    ),
    Row(
        code="SD437",
        symptom="AADSTS70000 InvalidGrant - Authentication failed. The refresh token isn't valid.",
        match=Match(words=r"AADSTS70000\b"),
        cause="the refresh token is wrong, cut off or of another app",
        fix="issue a new refresh token for this clientId and set refreshToken",
        source="https://github.com/MicrosoftDocs/entra-docs/blob/04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md",
        path=("auth", "refreshToken"),
    ),
    Row(
        code="SD438",
        symptom="AADSTS70011 InvalidScope - The scope requested by the app is invalid.",
        match=Match(words=r"AADSTS70011\b"),
        cause="the scope of the token request does not exist or mixes resources",
        fix="ask for https://outlook.office.com/SMTP.Send offline_access only",
        source="https://github.com/MicrosoftDocs/entra-docs/blob/04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md",
        path=("auth", "scope"),
    ),
    Row(
        code="SD439",
        symptom="AADSTS90002 InvalidTenantName - The tenant name wasn't found in the data store.",
        match=Match(words=r"AADSTS90002\b"),
        cause="the tenant in accessUrl does not exist (or is of another cloud)",
        fix="put the right Directory (tenant) ID into accessUrl",
        source="https://github.com/MicrosoftDocs/entra-docs/blob/04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md",
        path=("auth", "accessUrl"),
    ),
    Row(
        code="SD440",
        symptom="AADSTS50194 isn't configured as a multitenant application. Usage of the …",
        match=Match(words=r"AADSTS50194\b"),
        cause="accessUrl uses /common, but the app is single-tenant",
        fix="use https://login.microsoftonline.com/<tenant-id>/oauth2/v2.0/token as accessUrl",
        source="https://github.com/MicrosoftDocs/entra-docs/blob/04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md",
        path=("auth", "accessUrl"),
    ),
)
