"""SV6xx: the texts of the mails, and the variables in them."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from smtp_verify.config.suggestions import MOST_SUGGESTIONS, did_you_mean
from smtp_verify.lint.view import MOST_PROBLEMS, Problem
from smtp_verify.mail import handlebars, usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.lint.view import Template, View

_LOCALE = ("locale", "uiLocales")
_MEANS_CODE = r"\{[^{}]*code"
# Each begins with the very characters it looks for, to which the engine can jump.
_DOUBLE_BRACES = r"\{\{\{*+[^{}\n]*+\}*+"
_SINGLE_BRACES = r"\{(?<!\{\{)[ \t]*(?:code|link|(?:application|organization|user|inviter)\.[\w.]+)[ \t]*\}+"
_NAME = r"\{\{\s*[\w.]+\s*\}\}"
_TAG = (
    r"<(?:!doctype|/?(?:html|head|body|div|p|br|a|h[1-6]|table|tr|td|strong|b|em|span|img|ul|ol|li))"
    r"(?:\s[^<>]*)?/?>"
)
_ANY_TAG = r"</?[A-Za-z!][^<>]*>"
_WIDEST_SUBJECT = 78
_LIFETIME = r"([0-9][0-9.]*)[ -]?(?:min(?:ute)?s?\b|minutos?\b|Minuten\b|分钟|分鐘)"
_MINUTES = "10"
_ABSENT = object()


def _parts(template: Template) -> Iterator[tuple[str, str]]:
    """The texts that variables are filled in to, each with its key."""
    yield "subject", template.subject
    yield "content", template.content


def _written(text: str, name: str) -> str:
    """The variable as it stands in the text, with its spaces."""
    found = re.search(rf"\{{\{{\s*{re.escape(name)}\s*\}}\}}", text)
    return found[0] if found else name


def _roots(template: Template) -> set[str]:
    return {name.partition(".")[0] for _, name in template.names}


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
        if "code" not in _roots(template) and not re.search(_MEANS_CODE, text, re.IGNORECASE):
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
        own = _roots(template) - (usage.sample(usage.INVITATION).keys() - {"link"}) - {"code", *_LOCALE}
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
                word = _written(dict(_parts(template))[key], name)
                message = f"{word} in an invitation: Logto gives it no code"
                yield Problem((*template.path, key), message, "write {{link}}", word=word)


def unknown_variable(view: View) -> Iterator[Problem]:
    """A variable that Logto does not give to a usage type stays as it is.

    The reader sees `{{user.name}}`, braces and all. Which mail has which variables: all have `code`; sign-in,
    sign-up and password mails have `application` and `organization`; mails to a user who is signed in have
    `user` and `application`; Generic, which the Test button sends, has none besides. Names are compared
    letter by letter.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Hello {{user.name}}, your code is {{code}}."

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Your code for {{application.name}} is {{code}}."

    Source: https://docs.logto.io/connectors/email-connectors/email-templates
    """
    for template in view.templates:
        usage_type = template.usage_type
        if not usage.is_known(usage_type) or usage_type == usage.INVITATION:
            # The caller of an invitation may give anything.
            continue
        given = {"code", *_LOCALE, *usage.sample(usage_type)}
        for key, name in template.names:
            root = name.partition(".")[0]
            if root in given or handlebars.is_inherited(name):
                continue
            word = _written(dict(_parts(template))[key], name)
            message = f"{word} stays as it is: Logto gives {usage_type} mails no {root or 'such variable'}"
            help_ = did_you_mean(root, given) if int(template.path[1]) < MOST_SUGGESTIONS else ""
            yield Problem((*template.path, key), message, help_ or f"they have {_listed(given)}", word=word)


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names - set(_LOCALE)))


def empty_variable(view: View) -> Iterator[Problem]:
    """A variable whose name leads nowhere prints nothing, and one that holds others [object Object].

    Logto looks into `application`, `organization`, `user` and `inviter`, and where the rest of the name leads
    nowhere it writes an empty text.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Your code for {{application.title}} is {{code}}."

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Your code for {{application.name}} is {{code}}."

    Source: @logto/connector-kit 5.1 `getValue`; Logto packages/core utils/connectors/extra-information.ts
    """
    for template in view.templates:
        given = {"code": usage.SAMPLE_CODE, **usage.sample(template.usage_type)}
        for key, name in template.names:
            if name.partition(".")[0] not in given or handlebars.is_inherited(name):
                continue
            value, siblings = _reached(given, name.split("."))
            if value is not _ABSENT and not isinstance(value, dict):
                continue
            word = _written(dict(_parts(template))[key], name)
            what = "prints nothing" if value is _ABSENT else "prints [object Object]"
            help_ = did_you_mean(name.rpartition(".")[2], siblings) or f"there are {', '.join(siblings)}"
            yield Problem((*template.path, key), f"{word} {what}", help_ if siblings else "", word=word)


def _reached(given: dict[str, Any], parts: list[str]) -> tuple[Any, list[str]]:
    """The value at the end of a name, or `_ABSENT`; and the names that would have led on."""
    value: Any = given
    siblings: list[str] = []
    for part in parts:
        if not isinstance(value, dict):
            return _ABSENT, []
        siblings = list(value)
        value = value.get(part, _ABSENT)
    return value, list(value) if isinstance(value, dict) else siblings


def inherited_name(view: View) -> Iterator[Problem]:
    """Names that every JavaScript object has print the text of a function.

    `{{toString}}`, `{{constructor}}` and their like are found on any object, and Logto writes `function
    toString() { [native code] }` into the mail.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Your code is {{code}}. {{application.constructor}}"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Your code is {{code}}. {{application.name}}"

    Source: @logto/connector-kit 5.1 `getValue`; ECMA-262 Object.prototype
    """
    for template in view.templates:
        for key, name in template.names:
            if handlebars.is_inherited(name):
                word = _written(dict(_parts(template))[key], name)
                message = f"{word} prints the text of a JavaScript function"
                yield Problem((*template.path, key), message, "take another name", word=word)


def malformed_variable(view: View) -> Iterator[Problem]:
    """Only `{{name}}` is filled in: no blocks, no filters, no other number of braces.

    Logto replaces letters, digits, dots and underscores between two braces on either side, and nothing else
    of Handlebars: `{{#if code}}`, `{{code | upper}}`, `{{user-name}}` and `{{code}` stay as they are, and
    `{{{code}}}` keeps a brace on either side.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "{{#if code}}Your code is {{code}}.{{/if}}"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "Your code is {{code}}."

    Source: @logto/connector-kit 5.1 `replaceSendMessageHandlebars`
    """
    for template in view.templates:
        for key, text in _parts(template):
            for word in islice(_malformed(text), MOST_PROBLEMS):
                kept = "keeps a brace on either side" if word.startswith("{{{") else "stays as it is"
                help_ = "write {{name}}, of letters, digits, dots and underscores"
                yield Problem((*template.path, key), f"{word} {kept}", help_, word=word)


def _malformed(text: str) -> Iterator[str]:
    """Each piece in braces that was meant as a variable and is none, once."""
    if "{" not in text or "{" not in handlebars.without_names(text):
        return
    found = [
        match[0]
        for match in re.finditer(_DOUBLE_BRACES, text)
        if match[0].startswith("{{{") or not (handlebars.names(match[0]) or re.fullmatch(_NAME, match[0]))
    ]
    found += [match[0] for match in re.finditer(_SINGLE_BRACES, text)]
    yield from (word[:40] for word in dict.fromkeys(found))


def html_in_text(view: View) -> Iterator[Problem]:
    """HTML in a text/plain mail is shown with its tags.

    Mail programs show text/plain letter by letter.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "<p>Your code is <b>{{code}}</b>.</p>"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/html
            subject: Your code
            content: "<p>Your code is <b>{{code}}</b>.</p>"

    Source: RFC 2046 section 4.1.3
    """
    for template in view.templates:
        tag = re.search(_TAG, template.content, re.IGNORECASE) if "<" in template.content else None
        if template.content_type == "text/plain" and tag:
            message = "HTML in a text/plain mail: its reader sees the tags"
            help_ = "write contentType: text/html, or take the tags out"
            yield Problem((*template.path, "content"), message, help_, word=tag[0])


def text_in_html(view: View) -> Iterator[Problem]:
    """Plain text in a text/html mail runs together.

    Without tags a mail program shows every line break as a space.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/html
            subject: Your code
            content: |
              Your code:
              {{code}}

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: |
              Your code:
              {{code}}

    Source: https://html.spec.whatwg.org/multipage/rendering.html
    """
    for template in view.templates:
        if template.content_type != "text/html" or re.search(_ANY_TAG, template.content):
            continue
        if len(template.content.strip().splitlines()) > 1:
            message = "plain text in a text/html mail: its lines run together"
            help_ = "write contentType: text/plain, or put tags around the lines"
            yield Problem((*template.path, "contentType"), message, help_)


def long_subject(view: View) -> Iterator[Problem]:
    """A subject wider than 78 columns is cut in most lists of mails.

    Chinese, Japanese and Korean letters and most emoji take two columns, so that a subject of 40 letters can
    be too wide. A code at its end is then not seen.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: "您正在登录示例应用程序，请在十分钟之内输入以下六位验证码，切勿告诉任何人：{{code}}"
            content: "{{code}}"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: "登录验证码：{{code}}"
            content: "{{code}}"

    Source: RFC 5322 section 2.1.1
    """
    for template in view.templates:
        if len(template.subject) * 2 > _WIDEST_SUBJECT and _width(template.subject) > _WIDEST_SUBJECT:
            message = (
                f"the subject is {_width(template.subject)} columns wide, and is cut in most lists of mails"
            )
            yield Problem((*template.path, "subject"), message, "write a shorter one, the code first")


def _width(text: str) -> int:
    """In columns of a terminal, the code filled in."""
    filled = re.sub(_NAME, usage.SAMPLE_CODE, text)
    if filled.isascii():
        return len(filled)
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in filled)


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


def encoded_subject(view: View) -> Iterator[Problem]:
    """An encoded word in a subject reaches the reader decoded.

    nodemailer passes `=?UTF-8?B?…?=` on, so that what is seen is not what is written, and a variable inside
    it is filled in before it is decoded.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: =?UTF-8?B?5rWL6K+V?=
            content: "{{code}}"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: 测试
            content: "{{code}}"

    Source: nodemailer 8.0.4 lib/mime-node/index.js `_encodeHeaderValue`; RFC 2047
    """
    for template in view.templates:
        if "=?" in template.subject:
            from smtp_verify.mail.cautions import encoded_word

            word = encoded_word(template.subject)
            if word:
                message = "an encoded word in the subject, which the reader sees decoded"
                yield Problem((*template.path, "subject"), message, "write the text itself", word=word)


def control_character(view: View) -> Iterator[Problem]:
    """A NUL or another control character in a mail.

    Many servers refuse a message with a NUL, and mail programs show nothing or a box for the others.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "\\0{{code}}"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "{{code}}"

    Source: RFC 5321 section 4.5.2; RFC 5322 section 4.1
    """
    for template in view.templates:
        for key, text in _parts(template):
            found = re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", text)
            if found:
                message = f"{key} holds the control character U+{ord(found[0]):04X}"
                yield Problem((*template.path, key), message, "remove it")


def subject_line_break(view: View) -> Iterator[Problem]:
    """A line break in a subject becomes a space.

    A subject is one line. nodemailer joins several with spaces.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: |
              Your code
              {{code}}
            content: "{{code}}"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: "Your code {{code}}"
            content: "{{code}}"

    Source: nodemailer 8.0.4 lib/mime-node/index.js `_encodeHeaderValue`
    """
    for template in view.templates:
        if re.search(r"[\r\n]", template.subject.strip()):
            message = "a line break in the subject, which becomes a space"
            yield Problem((*template.path, "subject"), message, "write the subject on one line")


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
        if not any(word in template.content for word in ("min", "Min", "分")):
            continue
        found = list(islice(re.finditer(_LIFETIME, template.content), MOST_PROBLEMS))
        if found and all(match[1] != _MINUTES for match in found):
            message = f"the mail says {found[0][0]}: Logto's codes are good for {_MINUTES} minutes by default"
            help_ = "leave it if your Logto is set so"
            yield Problem((*template.path, "content"), message, help_, word=found[0][0])
