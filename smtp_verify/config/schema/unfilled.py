"""Values that were never filled in, or that only another program can read. Logto sends each as it is written.

Sources: getsops.io (`ENC[`), docs.ansible.com (vault), github.com/helmfile/vals (`ref+`),
developer.1password.com (`op://`), argocd-vault-plugin.readthedocs.io (`<path:`), bank-vaults.dev (`vault:`),
docs.aws.amazon.com (`{{resolve:`), learn.microsoft.com (`@Microsoft.KeyVault`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from smtp_verify.config.schema import placeholders


class _Form(NamedTuple):
    """A form of value, and what it is."""

    pattern: re.Pattern[str]
    what: str


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.DOTALL)


def _form(text: str, what: str) -> _Form:
    return _Form(_pattern(text), what)


_REFERENCE = "a reference to a secret store, which Logto does not resolve"
_CODE = "code that nobody runs"
_VARIABLE = "a variable that nobody puts in"
_ELSEWHERE = (
    _form(r"ENC\[.+\]|ENC\(.+\)|DEC::.+", "still encrypted"),
    _form(r"\{cipher\}.+|encrypted:\S{8,}|enc:v\d+:\S+|kms:\S{8,}", "still encrypted"),
    _form(r"\$ANSIBLE_VAULT;.+", "still encrypted with Ansible Vault"),
    _form(r"-----BEGIN (?:PGP MESSAGE|AGE ENCRYPTED FILE)-----.+", "still encrypted"),
    _form(r"(?:op|awssm|awsssm|gcpsm|azurekv|doppler|keyvault|secretref|bws)://?\S+", _REFERENCE),
    _form(r"(?:>>)?vault:\S*[/#]\S*|ref\+[a-z0-9]+:\S+|secretref[:+]\S+|ssm:/\S+", _REFERENCE),
    _form(
        r"<path:[^<>]+>|arn:aws:(?:secretsmanager|ssm):\S+|!(?:Ref|Sub|GetAtt|ImportValue)\b.*", _REFERENCE
    ),
    _form(r"\{\{resolve:[^{}]+\}\}|@Microsoft\.KeyVault\(.+\)", _REFERENCE),
    _form(r"(?-i:(?:secrets|vars|env)\.[A-Z][A-Z0-9_]*)|/(?:var/)?run/secrets/\S+", _REFERENCE),
    _form(r"env:\w+|file:\S+|cmd:\S.*|ask:", "a form that only --set understands"),
    _form(r"(?:process\.env|import\.meta\.env|Deno\.env|os\.environ|os\.getenv|System\.getenv)\b.*", _CODE),
    _form(r"ENV\[.+\]|\$\([^()]+\)|`[^`]+`|<%=.+%>|#\{[^{}]+\}#?|%\([A-Za-z_]\w*\)s|\(\([^()]+\)\)", _CODE),
    _form(r"%?env\([^()]+\)%?|\$env:\w+", _VARIABLE),
    _form(r".*\$\{[A-Za-z_]\w*(?::?[-+?=][^{}]*)?\}.*", _VARIABLE),
)
_VERB = "change|replace|fill|edit|set|insert|put|add|enter"
_FIELD = (
    r"(?:smtp[-_ ]?)?(?:host|server|port|user(?:name)?|pass(?:word)?|secret|e?mail|api[-_ ]?key|key|token)"
)
_NEVER_FILLED = (
    _pattern(r"@[A-Za-z_][\w.]*@|__[A-Za-z]\w*?__|(?-i:\[[A-Z][A-Z0-9_ .-]*\])"),
    _pattern(rf"\[(?:{_FIELD}|(?:your?|the|my|insert|enter)[-_ ][^\[\]]+)\]"),
    _pattern(r"\[\[[A-Za-z][\w .-]*\]\]|<<[A-Za-z][^<>]*>>|\{\{\{[^{}]+\}\}\}|\{[A-Za-z][\w .-]*\}"),
    _pattern(r"[\uff1c\u3008\u300a].+[\uff1e\u3009\u300b]"),
    _pattern(rf"(?:{_VERB})[-_ ]?(?:me|here)(?:[-_ ].*|\d{{1,4}})?"),
    _pattern(r"(?:change|replace|fill)[-_ ]?(?:this|it)(?:[-_ ].*)?|replace[-_ ](?:with|by)[-_ ][\w -]+"),
    _pattern(r"your[-_ ][\w -]+"),
    _pattern(rf"my[-_ ]?{_FIELD}(?:[-_ ]here)?|(?:{_VERB}|paste)[-_ ][\w -]*[-_ ]here"),
    _pattern(r"(?:insert|enter|put|add|paste)[-_ ](?:your|the|a)[-_ ][\w -]+"),
    _pattern(r"[*•●·.…]{3,}|(?:SG\.)?x{4,}(?:[-_. ]x{3,})*"),
    _pattern(r"[\[(<](?:redacted|masked|hidden|omitted|removed)[\])>]|redacted|masked"),
    _pattern(r"to-?do|fixme|tbd|placeholder|undefined|null|none|nil|\(null\)"),
)


def foreign_form(value: str) -> str:
    """Why another program should have replaced or decrypted a value; empty if none should."""
    value = value.strip()
    return next((form.what for form in _ELSEWHERE if form.pattern.fullmatch(value)), "")


def is_unfilled(value: str) -> bool:
    """Whether a value still says that it is to be replaced, in another form than `<…>`."""
    value = value.strip()
    return any(pattern.fullmatch(value) for pattern in _NEVER_FILLED)


def is_stand_in(value: str) -> bool:
    """Whether a value stands for another one: a placeholder, a variable, or one of the forms above."""
    return bool(
        placeholders.is_placeholder(value)
        or placeholders.is_variable(value)
        or is_unfilled(value)
        or foreign_form(value)
    )
