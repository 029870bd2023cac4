"""The codes of findings that no rule of the linter makes. A code never changes its meaning."""

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

ALL = frozenset(value for name, value in vars().copy().items() if name.isupper() and isinstance(value, str))
"""Those of the linter's rules stand in its registry."""
