"""Values that were never filled in, or that another program was to decrypt."""

from __future__ import annotations

import pytest

from smtp_verify.config.schema.unfilled import foreign_form, is_stand_in, is_unfilled

ENCRYPTED = [
    "ENC[AES256_GCM,data:CwE4O1s=,iv:2k=,aad:o=,tag:w==,type:str]",
    "ENC[PKCS7,MIIBygYJKoZIhvcNAQ==]",
    "ENC(G6N718UuyPE5bHyWKyuLQSm02auQPUtm)",
    "$ANSIBLE_VAULT;1.1;AES256\n62313365396662343061393464336163\n3833",
    "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----",
    "{cipher}682bc583f4641835fa2db009355293665d2647dade3375c0ee201de2a49f7bda",
    "encrypted:BNyxZCzXpCHLOdBDd8lhYzWMmNxSJqtmEYF0mFHB1l0=",
    "enc:v1:AAECAwQF",
    "kms:AQICAHhm4nHZ",
    "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n",
]
REFERENCES = [
    "vault:secret/data/smtp#password",
    ">>vault:secret/data/smtp#password",
    "op://mail/smtp/password",
    "ref+vault://secret/smtp#/password",
    "ref+sops://secrets.yaml#/smtp",
    "<path:secret/data/smtp#password>",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:smtp-AbCdEf",
    "{{resolve:secretsmanager:smtp:SecretString:password}}",
    "ssm:/prod/smtp/password",
    "secrets.SMTP_PASSWORD",
    "/run/secrets/smtp",
    "!Ref SmtpPassword",
    "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/smtp/)",
]
ELSEWHERE = [
    "process.env.SMTP_PASSWORD",
    "process.env['SMTP_PASSWORD']",
    'os.environ["SMTP_PASSWORD"]',
    'System.getenv("SMTP_PASSWORD")',
    "ENV['SMTP_PASSWORD']",
    "<%= ENV['SMTP_PASSWORD'] %>",
    "$(cat /run/secrets/smtp)",
    "`pass show smtp`",
    "#{SmtpPassword}",
    "#{SmtpPassword}#",
    "%(smtp_password)s",
    "((smtp-password))",
    "env:SMTP_PASSWORD",
    "file:/run/secrets/smtp",
    "cmd:pass show smtp",
    "ask:",
    "$env:SMTP_PASSWORD",
    "%env(SMTP_PASSWORD)%",
    "env(SMTP_PASSWORD)",
    "${SMTP_USER}${SMTP_PASSWORD}",
    "prefix-${SMTP_PASSWORD}",
    "smtp.${DOMAIN:-example.com}",
]
NEVER_FILLED = [
    "@X@",
    "@SMTP_PASSWORD@",
    "@smtp.password@",
    "__X__",
    "__SMTP_PASSWORD__",
    "[X]",
    "[SMTP_SERVER]",
    "[your password]",
    "changeme",
    "change-me",
    "CHANGE_ME_PLEASE",
    "replace-me",
    "YOUR_PASSWORD",
    "your-app-password",
    "Your API key",
    "insert-your-password",
    "********",
    "••••••••",
    "...",
    "xxxxxxxx",
    "REDACTED",
    "[REDACTED]",
    "<redacted>",
    "TODO",
    "FIXME",
    "{SMTP_PASSWORD}",
    "[[smtp-password]]",
    "<<your password>>",
    "{{{smtp_password}}}",
    "\uff1c密码\uff1e",
    "changeme123",
    "change-it",
    "REPLACE_WITH_YOUR_PASSWORD",
    "put_password_here",
    "my-password",
    "my_smtp_password",
    "xxxx",
    "xxxx-xxxx-xxxx-xxxx",
    "SG.xxxxxx.xxxxxxxx",
    "undefined",
    "null",
    "None",
]
REAL = [
    "",
    "abcd efgh ijkl mnop",
    "P@ssw0rd!",
    "SG.x0_y1.z2-w3",
    "re_123456789",
    "yourself",
    "you-never-know",
    "[hunter2]",
    "add-it-up",
    "set-it-free",
    "hidden",
    "removed",
    "vault:blue",
    "ask:me",
    "my-passage",
    "{7x!}",
    "a$b{c}",
    "YourPa55",
    "change is good",
    "smtp.example.com",
    "mail.your-server.de",
    "me@your-server.de",
    "Your App <no-reply@example.com>",
    "[2001:db8::1]",
    "2001:db8::1",
    "_spf_",
    "a__b__c",
    "vaulted:door",
    "encoder[1]",
    "https://oauth2.example.com/token",
    "http://proxy.example.com:3128",
    "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
    "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\n",
    "TLSv1.2",
    "ECDHE-RSA-AES128-GCM-SHA256:!aNULL",
    "42.apps.googleusercontent.com",
    "OAuth2",
    "**x**",
    "a...b",
]


@pytest.mark.parametrize("value", [*ENCRYPTED, *REFERENCES, *ELSEWHERE])
def test_what_another_program_was_to_fill_in_is_known(value: str) -> None:
    assert foreign_form(value)
    assert foreign_form(f"  {value}\n")
    assert is_stand_in(value)


@pytest.mark.parametrize("value", ENCRYPTED)
def test_what_is_encrypted_is_called_so(value: str) -> None:
    assert foreign_form(value).startswith("still encrypted")


@pytest.mark.parametrize("value", REFERENCES)
def test_a_reference_is_called_so(value: str) -> None:
    assert foreign_form(value).startswith("a reference to a secret store")


@pytest.mark.parametrize("value", NEVER_FILLED)
def test_what_was_never_filled_in_is_known(value: str) -> None:
    assert is_unfilled(value)
    assert is_stand_in(value)


@pytest.mark.parametrize("value", REAL)
def test_what_is_a_value_is_left_alone(value: str) -> None:
    assert (is_unfilled(value), foreign_form(value), is_stand_in(value)) == (False, "", False)
