"""SV6xx: which templates there are, and what each must hold."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from smtp_verify.lint.rules.variables import LOCALE, parts, roots, written
from smtp_verify.lint.view import MOST_PROBLEMS, Problem
from smtp_verify.mail import usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.lint.view import View

_MEANS_CODE = r"\{[^{}]*code"
_LIFETIME = r"([0-9][0-9.]*)[ -]?(?:min(?:ute)?s?\b|minutos?\b|Minuten\b|мин(?:ут[аыу]?)?\b|分钟|分鐘)"
_MINUTES_NAMES = ("min", "Min", "мин", "分")
_WIDEST_NUMBER, _WIDEST_NAME = 6, 8
"""Characters."""
_MINUTES = "10"


def no_code(view: View) -> Iterator[Problem]:
    """A mail without `{{code}}` does not tell the code.

    Logto puts the verification code where `{{code}}` stands, in the subject or the body; without it the
    reader has nothing to type in. Invitations have a link instead.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: Enter the code to sign in.

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Enter {{code}} to sign in."

    Source: https://docs.logto.io/integrations/smtp
    """
    for template in view.templates:
        text = template.subject + template.content
        if (
            not usage.is_known(template.usage_type)
            or template.usage_type == usage.INVITATION
            or not template.content
        ):
            continue
        # What was meant as the code, and is none, is told by another rule.
        if "code" not in roots(template) and not re.search(_MEANS_CODE, text, re.IGNORECASE):
            message = f"no {{{{code}}}} in the {template.usage_type} mail: its reader has nothing to type in"
            yield Problem((*template.path, "content"), message, "write {{code}} where the code goes")


def invitation_without_link(view: View) -> Iterator[Problem]:
    """An invitation without `{{link}}` leads nowhere.

    Logto gives this mail no code. What the reader needs comes from the caller of the Management API, as a key
    of `messagePayload`; its documentation calls it `link`.

    Bad:
        templates:
          - usageType: OrganizationInvitation
            contentType: text/plain
            subject: "Join {{organization.name}}"
            content: "{{inviter.name}} has invited you."

    Good:
        templates:
          - usageType: OrganizationInvitation
            contentType: text/plain
            subject: "Join {{organization.name}}"
            content: "{{inviter.name}} has invited you: {{link}}"

    Source: https://docs.logto.io/connectors/email-connectors/email-templates
    """
    for template in view.templates:
        if template.usage_type != usage.INVITATION or not template.content:
            continue
        # A caller may give other keys of its own.
        own = roots(template) - (usage.sample(usage.INVITATION).keys() - {"link"}) - {"code", *LOCALE}
        if not own and not re.search(r"\{[^{}]*link", template.content):
            message = "no {{link}} in the invitation: its reader has nowhere to go"
            yield Problem(
                (*template.path, "content"), message, "write {{link}}, and give it in messagePayload"
            )


def invitation_with_code(view: View) -> Iterator[Problem]:
    """`{{code}}` in an invitation stays as it is.

    Logto makes no code for this mail, and the reader sees `{{code}}`, unless the caller of the Management API
    puts a `code` into `messagePayload`. The connector's own example has it too.

    Bad:
        templates:
          - usageType: OrganizationInvitation
            contentType: text/plain
            subject: "Join {{organization.name}}"
            content: "Open {{link}} and enter {{code}}."

    Good:
        templates:
          - usageType: OrganizationInvitation
            contentType: text/plain
            subject: "Join {{organization.name}}"
            content: "Open {{link}}."

    Source: Logto packages/core libraries/organization-invitation.ts;
    https://docs.logto.io/connectors/email-connectors/email-templates
    """
    for template in view.templates:
        if template.usage_type != usage.INVITATION:
            continue
        for key, name in template.names:
            if name.partition(".")[0] == "code":
                word = written(dict(parts(template))[key], name)
                message = f"{word} in an invitation: Logto gives it no code"
                yield Problem((*template.path, key), message, "write {{link}}", word=word)


def empty_part(view: View) -> Iterator[Problem]:
    """An empty `subject`, `content` or `usageType` works in the Test button, and breaks once saved.

    Logto's guard takes empty texts, and Save strips them: then the key is missing, and every mail, of the
    other templates too, fails with invalid_config.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: ""
            content: "{{code}}"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "{{code}}"

    Source: Logto packages/core routes/connector/index.ts `cleanDeep`;
    https://github.com/logto-io/logto/issues/6754
    """
    for template in view.templates:
        for key in ("usageType", "subject", "content"):
            if template.raw.get(key) == "":
                message = f"{key} is empty: Save strips it, and then every mail fails with invalid_config"
                yield Problem((*template.path, key), message, "write a text, or remove the template")


def shadowed_template(view: View) -> Iterator[Problem]:
    """Of two templates for one usage type the first is sent, and the second never.

    Logto takes the first element of `templates` whose usageType is the wanted one.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "{{code}}"
          - usageType: SignIn
            contentType: text/html
            subject: Your new code
            content: "<p>{{code}}</p>"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/html
            subject: Your new code
            content: "<p>{{code}}</p>"

    Source: @logto/connector-kit 5.1 `getConfigTemplateByType`
    """
    first: dict[str, int] = {}
    for template in view.templates:
        index = int(template.path[1])
        if template.usage_type and first.setdefault(template.usage_type, index) != index:
            earlier = f"templates[{first[template.usage_type]}]"
            message = f"{earlier} is for {template.usage_type} too, and is the one that is sent"
            yield Problem((*template.path, "usageType"), message, "remove one of them")


def code_lifetime(view: View) -> Iterator[Problem]:
    """A mail that speaks of another time than 10 minutes.

    Logto's codes are good for 10 minutes unless it is told otherwise; the time is no variable, and the text
    has to be right by itself.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Your code is {{code}}. It is valid for 30 minutes."

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Your code is {{code}}. It is valid for 10 minutes."

    Source: Logto packages/schemas src/consts/verification-code.ts
    """
    for template in view.templates:
        if template.usage_type == usage.INVITATION:
            continue
        found = [*islice(_lifetimes(template.content), MOST_PROBLEMS)]
        if found and all(match[1] != _MINUTES for match in found):
            message = f"the mail says {found[0][0]}: Logto's codes are good for {_MINUTES} minutes by default"
            help_ = "leave it if your Logto is set so"
            yield Problem((*template.path, "content"), message, help_, word=found[0][0])


def _lifetimes(text: str) -> Iterator[re.Match[str]]:
    """Each number of minutes. The name is looked for, and then what is before it: that is quicker by far."""
    for name in _MINUTES_NAMES:
        if name in text:
            for near in re.finditer(rf"{name}(?:(?<=[0-9]{name})|(?<=[0-9][ -]{name}))", text):
                found = re.search(
                    _LIFETIME, text[max(near.start() - _WIDEST_NUMBER, 0) : near.start() + _WIDEST_NAME]
                )
                yield from [found] if found else []
