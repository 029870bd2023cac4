"""The codes of findings, each declared once. A code keeps its meaning for ever."""

# SV0xx: reading the text.
UNREADABLE = "SV001"
NOT_UTF8 = "SV002"
TOO_LARGE = "SV003"
TOO_MANY_NODES = "SV004"
TOO_DEEP = "SV005"
SYNTAX = "SV006"
DUPLICATE_KEY = "SV007"
TAG = "SV008"
NO_JSON_VALUE = "SV009"
MERGE_KEY = "SV010"
ALIAS = "SV011"
AMBIGUOUS_SCALAR = "SV012"

# SV1xx: structure.
WRONG_TYPE = "SV101"
MISSING_KEY = "SV102"
WRONG_VALUE = "SV103"
UNKNOWN_KEY = "SV104"
UNKNOWN_USAGE_TYPE = "SV105"
STRING_PORT = "SV110"
MISSING_USAGE_TYPES = "SV111"
CONNECTOR_REJECTS = "SV112"
UNSENDABLE = "SV113"

# SV9xx: what is not filled in yet, and comments that ignore findings.
PLACEHOLDER = "SV901"
UNUSED_IGNORE = "SV911"
MALFORMED_IGNORE = "SV912"

UNREAD = frozenset(
    (UNREADABLE, NOT_UTF8, TOO_LARGE, TOO_MANY_NODES, TOO_DEEP, SYNTAX, TAG, NO_JSON_VALUE, ALIAS)
)
"""Those that say why there is no value to judge. They cannot be ignored: nothing would be left to tell."""

MEANINGS = {
    UNREADABLE: "a path that cannot be read, or that holds no config",
    NOT_UTF8: "a text that is not UTF-8; configs are",
    TOO_LARGE: "a file larger than 1 MiB; a config is a few kilobytes",
    TOO_MANY_NODES: "more than 20,000 values, those behind aliases counted at each use, or 2,000 documents",
    TOO_DEEP: "values nested deeper than 64 levels",
    SYNTAX: "a text that is no JSON or YAML",
    DUPLICATE_KEY: "a key that is set twice; the last one counts, in Logto too",
    TAG: "a YAML tag, which has no meaning in a config",
    NO_JSON_VALUE: "what JSON, and so Logto, cannot hold: NaN, a key that is no string",
    MERGE_KEY: "a merge key (<<) of YAML 1.1, which YAML 1.2 leaves as it is",
    ALIAS: "a YAML alias to nothing, or to what contains it",
    AMBIGUOUS_SCALAR: "a value without quotes that YAML 1.1 and 1.2 read differently",
    WRONG_TYPE: "a value of a type that the key does not take",
    MISSING_KEY: "a key that is required and missing",
    WRONG_VALUE: "a value that is none of those the key takes",
    UNKNOWN_KEY: "a key that neither Logto nor nodemailer knows, often a misspelt one",
    UNKNOWN_USAGE_TYPE: "a usageType that is none of Logto's nine",
    STRING_PORT: "a port in quotes: documented as a string, and refused by the shipping connector",
    MISSING_USAGE_TYPES: "no template for a usage type that the connector requires",
    CONNECTOR_REJECTS: "what Logto's connector rejects in a config that is to be sent with",
    UNSENDABLE: "a value with which no mail can be sent, as one that EHLO or TLS does not take",
    PLACEHOLDER: "a placeholder such as <app-password> that is still to be filled in",
    UNUSED_IGNORE: "a comment that ignores a finding which is not there",
    MALFORMED_IGNORE: "a comment that is meant to ignore findings, and names none",
}
"""Each in a line, as `explain` tells it."""
