"""SV6xx: the variables in the texts of the mails."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from smtp_verify.config.schema.suggestions import MOST_SUGGESTIONS, did_you_mean
from smtp_verify.lint.view import MOST_PROBLEMS, Problem
from smtp_verify.mail import handlebars, usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.lint.view import TemplateView, View

LOCALE = ("locale", "uiLocales")
"""What Logto gives to every template."""
# Each begins with the very characters it looks for, to which the engine can jump.
_DOUBLE_BRACES = r"\{\{\{*+[^{}\n]*+\}*+"
_SINGLE_BRACES = r"\{(?<!\{\{)[ \t]*(?:code|link|(?:application|organization|user|inviter)\.[\w.]+)[ \t]*\}+"
NAME = r"\{\{\s*[\w.]+\s*\}\}"
"""A variable as it should be written."""
_ABSENT = object()


def parts(template: TemplateView) -> Iterator[tuple[str, str]]:
    """The texts that variables are filled in to, each with its key."""
    yield "subject", template.subject
    yield "content", template.content


def written(text: str, name: str) -> str:
    """The variable as it stands in the text, with its spaces."""
    found = re.search(rf"\{{\{{\s*{re.escape(name)}\s*\}}\}}", text)
    return found[0] if found else name


def roots(template: TemplateView) -> set[str]:
    """The first name of each variable: of `user.name` it is `user`."""
    return {name.partition(".")[0] for _, name in template.names}


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
        given = {"code", *LOCALE, *usage.sample(usage_type)}
        for key, name in template.names:
            root = name.partition(".")[0]
            if root in given or handlebars.is_inherited(name):
                continue
            word = written(dict(parts(template))[key], name)
            message = f"{word} stays as it is: Logto gives {usage_type} mails no {root or 'such variable'}"
            help_ = did_you_mean(root, given) if int(template.path[1]) < MOST_SUGGESTIONS else ""
            yield Problem((*template.path, key), message, help_ or f"they have {_listed(given)}", word=word)


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names - set(LOCALE)))


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
            if isinstance(given.get(name), str):
                continue
            if name.partition(".")[0] not in given or handlebars.is_inherited(name):
                continue
            value, siblings = _reached(given, name.split("."))
            if value is not _ABSENT and not isinstance(value, dict):
                continue
            word = written(dict(parts(template))[key], name)
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
                word = written(dict(parts(template))[key], name)
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
        for key, text in parts(template):
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
        if match[0].startswith("{{{") or not (handlebars.names(match[0]) or re.fullmatch(NAME, match[0]))
    ]
    found += [match[0] for match in re.finditer(_SINGLE_BRACES, text)]
    yield from (word[:40] for word in dict.fromkeys(found))
