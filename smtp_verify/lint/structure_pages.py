"""The pages of what no rule finds: reading, the schema and placeholders find it.

Each as a name and a text in the form of a rule's docstring.
"""

from __future__ import annotations

from smtp_verify import codes

PAGES: dict[str, tuple[str, str]] = {
    codes.UNREADABLE: (
        "unreadable",
        """A path that cannot be read, or that holds no config.

        There is no such file, it is not a regular one, or the permission is missing. A directory without a
        .json, .yaml or .yml below it counts too. The exit code is 66, and the other paths are still checked.

        Bad:
            $ rm config.yaml

        Good:
            $ ls config.yaml

        Source: sysexits.h, EX_NOINPUT
        """,
    ),
    codes.NOT_UTF8: (
        "not-utf8",
        """Configs are UTF-8.

        JSON that is exchanged must be (RFC 8259 section 8.1), and Logto stores nothing else. An editor that
        saves as Latin-1 or UTF-16 makes such a file.

        Bad:
            $ printf 'host: m\\374nchen.example\\n' > config.yaml

        Good:
            $ printf 'host: m\\303\\274nchen.example\\n' > config.yaml

        Source: RFC 8259 section 8.1
        """,
    ),
    codes.TOO_LARGE: (
        "too-large",
        """A file of more than 1 MiB is not read.

        A config is a few kilobytes; what is larger is another file, or a mail with images in it.

        Bad:
            $ head -c 1048577 /dev/zero | tr '\\0' '#' > config.yaml

        Good:
            $ head -c 1048576 /dev/zero | tr '\\0' '#' > config.yaml

        Source: the limits of smtp-verify
        """,
    ),
    codes.TOO_MANY_NODES: (
        "too-many-nodes",
        """More than 20,000 values, or 2,000 documents in one file, are not read.

        Values behind YAML aliases count at each use, so that a small file cannot become a huge one.

        Bad:
            $ seq 20001 | sed 's/^/- /' > config.yaml

        Good:
            $ seq 100 | sed 's/^/- /' > config.yaml

        Source: the limits of smtp-verify
        """,
    ),
    codes.TOO_DEEP: (
        "too-deep",
        """Values nested deeper than 64 levels are not read.

        A config has five levels. What is nested as deep as that was made to harm a reader.

        Bad:
            $ yes '[' | head -n 65 > config.yaml

        Good:
            $ echo '[[[[[]]]]]' > config.yaml

        Source: the limits of smtp-verify
        """,
    ),
    codes.SYNTAX: (
        "syntax",
        """A text that is no JSON or YAML.

        JSON is read to the letter (RFC 8259): no comments, no comma behind the last entry. In YAML the usual
        faults are a quote that is not closed, a tab as indentation, and lines that do not stand below each
        other.

        Bad:
            name: "logto.example.com

        Good:
            name: "logto.example.com"

        Source: RFC 8259; https://yaml.org/spec/1.2.2/
        """,
    ),
    codes.DUPLICATE_KEY: (
        "duplicate-key",
        """A key that is set twice: the last one counts.

        JSON.parse, and so Logto, takes the last one without a word. The other looks as if it had an effect.

        Bad:
            name: logto.example.com
            name: mail.example.com

        Good:
            name: mail.example.com

        Source: ECMA-262 JSON.parse; https://yaml.org/spec/1.2.2/#3213-node-comparison
        """,
    ),
    codes.TAG: (
        "tag",
        """A YAML tag has no meaning in a config.

        Logto stores JSON, which has none; what stands behind the tag is read as if it were not there.

        Bad:
            name: !host logto.example.com

        Good:
            name: logto.example.com

        Source: https://yaml.org/spec/1.2.2/#24-tags
        """,
    ),
    codes.NO_JSON_VALUE: (
        "no-json-value",
        """What JSON cannot hold, Logto cannot either.

        NaN, infinities, and keys that are no texts have no JSON value.

        Bad:
            socketTimeout: .nan

        Good:
            socketTimeout: 600000

        Source: RFC 8259 section 6
        """,
    ),
    codes.MERGE_KEY: (
        "merge-key",
        """A merge key (`<<`) belongs to YAML 1.1; YAML 1.2 leaves it as it is.

        The finding shows what it would expand to. Written out, every reader agrees.

        Bad:
            tls:
              <<: {minVersion: TLSv1.2}

        Good:
            tls:
              minVersion: TLSv1.2

        Source: https://yaml.org/type/merge.html
        """,
    ),
    codes.ALIAS: (
        "alias",
        """A YAML alias to nothing, or to what contains it.

        An alias (`*name`) repeats what an anchor (`&name`) before it has named.

        Bad:
            replyTo: *sender

        Good:
            replyTo: &sender me@example.com
            fromEmail: *sender

        Source: https://yaml.org/spec/1.2.2/#71-alias-nodes
        """,
    ),
    codes.AMBIGUOUS_SCALAR: (
        "ambiguous-scalar",
        """A value without quotes that YAML 1.1 and 1.2 read differently.

        `no`, `0465`, `22:22` and `1e3` are texts to one and booleans or numbers to the other. smtp-verify
        reads YAML 1.2; where the key takes a text, what is written is meant. In quotes every reader agrees.

        Bad:
            name: 22:22

        Good:
            name: "22:22"

        Source: https://yaml.org/spec/1.2.2/#1032-tag-resolution; https://yaml.org/type/int.html
        """,
    ),
    codes.WRONG_TYPE: (
        "wrong-type",
        """A value of a type that the key does not take.

        A `host` that is a number, a `port` that is a boolean, null where a key may only be absent. The
        connector's guard refuses the whole config for most of them. A password that is a number passes it,
        and is sent as JavaScript writes the number: `0123` loses its zero.

        Bad:
            replyTo: null

        Good:
            replyTo: me@example.com

        Source: @logto/connector-smtp 1.5.4 `smtpConfigGuard`; https://docs.logto.io/integrations/smtp
        """,
    ),
    codes.MISSING_KEY: (
        "missing-key",
        """A key that is required and missing.

        `host`, `port`, `auth`, `fromEmail` and `templates` at the top, and in a template `usageType`,
        `contentType`, `subject` and `content`. Without one of them every mail fails with invalid_config.

        Bad:
            templates:
              - {usageType: Generic, contentType: text/plain, content: "{{code}}"}

        Good:
            templates:
              - {usageType: Generic, contentType: text/plain, subject: Your code, content: "{{code}}"}

        Source: @logto/connector-smtp 1.5.4 `smtpConfigGuard`; https://docs.logto.io/integrations/smtp
        """,
    ),
    codes.WRONG_VALUE: (
        "wrong-value",
        """A value that the key does not accept.

        A `contentType` is `text/plain` or `text/html`, an `auth.type` is `login` or `OAuth2`; letters count.

        Bad:
            templates:
              - {usageType: Generic, contentType: html, subject: Your code, content: "<b>{{code}}</b>"}

        Good:
            templates:
              - {usageType: Generic, contentType: text/html, subject: Your code, content: "<b>{{code}}</b>"}

        Source: @logto/connector-smtp 1.5.4 `smtpConfigGuard`; https://docs.logto.io/integrations/smtp
        """,
    ),
    codes.UNKNOWN_KEY: (
        "unknown-key",
        """A key that neither Logto nor nodemailer knows, often a misspelled one.

        Both ignore it without a word: a misspelled `requireTLS` protects nothing. In `auth` the connector's
        guard refuses some of them.

        Bad:
            requireTsl: true

        Good:
            requireTLS: true

        Source: @logto/connector-smtp 1.5.4 `smtpConfigGuard`; https://nodemailer.com/smtp/
        """,
    ),
    codes.UNKNOWN_USAGE_TYPE: (
        "unknown-usage-type",
        """A `usageType` other than Logto's nine is never sent.

        The connector's guard takes any text, and compares letter by letter: a template for `Signin` is not
        found for a sign-in. The documented schema knows nine types, and calls another one an error.

        Bad:
            templates:
              - {usageType: MfaVerfication, contentType: text/plain, subject: Your code, content: "{{code}}"}

        Good:
            templates:
              - {usageType: MfaVerification, contentType: text/plain, subject: Your code, content: "{{code}}"}

        Source: Logto packages/toolkit/connector-kit src/types/passwordless.ts;
        https://docs.logto.io/integrations/smtp
        """,
    ),
    codes.STRING_PORT: (
        "string-port",
        """A port in quotes is documented, and refused by the shipping connector.

        The connector's documentation calls the type of `port` a string; its guard takes a number alone:
        "Expected number, received string". smtp-verify warns and still sends with it.

        Bad:
            port: "465"

        Good:
            port: 465

        Source: https://docs.logto.io/integrations/smtp; @logto/connector-smtp 1.5.4 `smtpConfigGuard`
        """,
    ),
    codes.MISSING_USAGE_TYPES: (
        "missing-usage-types",
        """The connector requires a template for Register, SignIn, ForgotPassword and Generic.

        Without one of the four its guard refuses the whole config. Other types may be missing: Generic
        stands in.

        Bad:
            $ sed -i 's/usageType: Generic/usageType: BindMfa/' config.yaml

        Good:
            $ sed -i 's/usageType: Generic/usageType: Generic/' config.yaml

        Source: @logto/connector-smtp 1.5.4 `smtpConfigGuard`
        """,
    ),
    codes.CONNECTOR_REJECTS: (
        "connector-rejects",
        """What Logto rejects in a config that is to be sent with.

        `test-send` stops with this before it connects, as Logto does. `validate` tells the same faults with
        codes of their own.

        Bad:
            $ sed -i 's/^secure: .*/secure: "yes"/' config.yaml
            $ smtp-verify test-send config.yaml --to you@example.com --sandbox --format json

        Good:
            $ smtp-verify test-send config.yaml --to you@example.com --sandbox --format json

        Source: @logto/connector-smtp 1.5.4 `smtpConfigGuard`
        """,
    ),
    codes.UNSENDABLE: (
        "unsendable",
        """A value with which no mail can be sent, though Logto accepts it.

        `test-send` and `probe` stop with this before they connect: a `name` that cannot be said in EHLO, a
        port that is none, ciphers that TLS does not know, a header that would break the message.

        Bad:
            $ sed -i 's/^port: .*/port: 70000/' config.yaml
            $ smtp-verify test-send config.yaml --to you@example.com --format json

        Good:
            $ smtp-verify test-send config.yaml --to you@example.com --sandbox --format json

        Source: nodemailer 8.0.4 lib/smtp-connection/index.js; RFC 5321 section 4.1.1.1
        """,
    ),
    codes.PLACEHOLDER: (
        "placeholder",
        """A placeholder such as `<app-password>` that is still to be filled in.

        It is never sent: `test-send` asks for it at a terminal, and stops elsewhere. `--set` gives a value
        for one run. In `subject` and `content` it may be meant, and stays in the mail.

        Bad:
            auth:
              user: me@example.com
              pass: <app-password>

        Good:
            auth:
              user: me@example.com
              pass: abcdefghijklmnop

        Source: the section on placeholders in the README
        """,
    ),
    codes.UNUSED_IGNORE: (
        "unused-ignore",
        """A comment ignores a finding that is not there.

        The config was corrected, or the comment stands in the wrong place. Its place is the line of the
        finding, or a line of its own above the key or the list item. Left as it is, it would hide the next
        such fault.

        Bad:
            # smtp-verify: ignore[SV211] the relay speaks no TLS
            port: 465

        Good:
            port: 465

        Source: the section on selection in the README
        """,
    ),
    codes.MALFORMED_IGNORE: (
        "malformed-ignore",
        """A comment that is meant to ignore findings names none.

        It takes codes, prefixes of codes or names of rules, in brackets: `smtp-verify: ignore[SV601]`, or
        `ignore-file[SV601]` for the whole document. Anything behind the bracket is the reason. A word that is
        none of these ignores nothing.

        Bad:
            # smtp-verify: ignore[no-codes] a welcome, without one
            port: 465

        Good:
            # The port of the relay.
            port: 465

        Source: the section on selection in the README
        """,
    ),
}
