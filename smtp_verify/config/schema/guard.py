"""The shipping connector's verdict: what zod 3.24 says of a config, unions and dirty branches included.

Source: @logto/connector-smtp 1.5.4 `smtpConfigGuard`; zod 3.24.3 `ZodObject`, `ZodUnion`, `ZodEffects`.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

from smtp_verify.config.path import dotted
from smtp_verify.config.schema import secret_keys
from smtp_verify.config.schema.keys import CONFIG, REQUIRED_USAGE_TYPES
from smtp_verify.config.schema.kinds import (
    STRING,
    Anything,
    Kind,
    ListOf,
    Object,
    OneOf,
    Primitive,
    RecordKind,
    Union,
)
from smtp_verify.redaction import MASK

if TYPE_CHECKING:
    from smtp_verify.config.path import Path


class IssueCode(Enum):
    """zod's issue codes, those that the guard can raise."""

    INVALID_TYPE = "invalid_type"
    INVALID_ENUM_VALUE = "invalid_enum_value"
    UNRECOGNIZED_KEYS = "unrecognized_keys"
    INVALID_UNION = "invalid_union"
    CUSTOM = "custom"


class Issue(NamedTuple):
    """One of zod's issues, in zod's words."""

    code: IssueCode
    path: Path
    message: str
    keys: tuple[str, ...] = ()
    """Of an issue about unrecognized keys: which ones."""

    @property
    def dotted(self) -> str:
        """The path with dots, as zod's users print it."""
        return ".".join(str(token) for token in self.path)


class _Status(Enum):
    VALID = "valid"
    DIRTY = "dirty"
    """Issues, and still a value: zod prefers such a branch of a union over an aborted one."""
    ABORTED = "aborted"


class _Result(NamedTuple):
    status: _Status
    issues: tuple[Issue, ...] = ()


_VALID = _Result(_Status.VALID)
_MISSING = object()
"""JavaScript's undefined: the key is absent."""


def guard(config: Any) -> tuple[Issue, ...]:
    """Zod's issues for a config in zod's order; none means that Logto accepts it."""
    return _check(CONFIG, config, ()).issues


def explain_union(kind: Union, value: Any, path: Path) -> tuple[Issue, ...]:
    """The issues of the option that a refused value comes closest to."""
    results = [_check(option, value, path) for option in kind.flat]
    return min((result.issues for result in results), key=_distance)


def _distance(issues: tuple[Issue, ...]) -> tuple[bool, int, int]:
    """An option whose `type` is another one was not meant; else the fewest issues, and then the deepest."""
    other_type = any(issue.code is IssueCode.INVALID_ENUM_VALUE for issue in issues)
    return other_type, len(issues), -max(len(issue.path) for issue in issues)


def _check(kind: Kind, value: Any, path: Path) -> _Result:
    match kind:
        case Primitive():
            return _VALID if _type_of(value) == kind.name else _wrong_type(kind.name, value, path)
        case OneOf(values):
            return _check_one_of(values, value, path)
        case Object():
            return _check_object(kind, value, path)
        case ListOf():
            return _check_list(kind, value, path)
        case RecordKind():
            return _check_record(kind, value, path)
        case Union():
            return _check_union(kind, value, path)
        case Anything():
            return _VALID
    assert_never(kind)


def _type_of(value: Any) -> str:
    """Zod's `getParsedType`."""
    if isinstance(value, str):
        return "string"
    if value is _MISSING:
        return "undefined"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "nan" if math.isnan(value) else "number"
    return "array" if isinstance(value, list) else "object"


def _wrong_type(expected: str, value: Any, path: Path) -> _Result:
    received = _type_of(value)
    message = "Required" if received == "undefined" else f"Expected {expected}, received {received}"
    return _Result(_Status.ABORTED, (Issue(IssueCode.INVALID_TYPE, path, message),))


def _check_one_of(values: tuple[str, ...], value: Any, path: Path) -> _Result:
    if isinstance(value, str) and value in values:
        return _VALID
    expected = " | ".join(f"'{option}'" for option in values)
    if not isinstance(value, str):
        return _wrong_type(expected, value, path)
    message = f"Invalid enum value. Expected {expected}, received '{value}'"
    return _Result(_Status.ABORTED, (Issue(IssueCode.INVALID_ENUM_VALUE, path, message),))


def _check_object(kind: Object, value: Any, path: Path) -> _Result:
    if not isinstance(value, dict):
        return _wrong_type("object", value, path)
    results = []
    for row in kind.rows:
        item = value.get(row.key, _MISSING)
        if row.kind is STRING and isinstance(item, str):
            # Most are, and have no need of a path.
            continue
        if item is not _MISSING or row.required:
            results.append(_check(row.kind, item, (*path, row.key)))
    if kind.strict:
        results.append(_check_unknown(kind, value, path))
    return _merge(results)


def _check_unknown(kind: Object, value: dict[str, Any], path: Path) -> _Result:
    known = {row.key for row in kind.rows}
    unknown = tuple(key for key in value if key not in known)
    if not unknown:
        return _VALID
    names = ", ".join(f"'{MASK if secret_keys.hides_key(path, key, value[key]) else key}'" for key in unknown)
    issue = Issue(IssueCode.UNRECOGNIZED_KEYS, path, f"Unrecognized key(s) in object: {names}", unknown)
    return _Result(_Status.DIRTY, (issue,))


def _check_list(kind: ListOf, value: Any, path: Path) -> _Result:
    if not isinstance(value, list):
        return _wrong_type("array", value, path)
    result = _merge([_check(kind.item, item, (*path, index)) for index, item in enumerate(value)])
    # The refinement on templates runs only where every element is well formed.
    if path == ("templates",) and result.status is not _Status.ABORTED:
        return _merge([result, _check_required_types(value)])
    return result


def _check_required_types(templates: list[dict[str, Any]]) -> _Result:
    missing = missing_usage_types(templates)
    if not missing:
        return _VALID
    message = f"Template with UsageType ({', '.join(missing)}) should be provided!"
    return _Result(_Status.DIRTY, (Issue(IssueCode.CUSTOM, ("templates",), message),))


def missing_usage_types(templates: list[dict[str, Any]]) -> list[str]:
    """The required usage types that no template has, in the guard's order."""
    present = [template.get("usageType") for template in templates if isinstance(template, dict)]
    return [usage_type for usage_type in REQUIRED_USAGE_TYPES if usage_type not in present]


def _check_record(kind: RecordKind, value: Any, path: Path) -> _Result:
    if not isinstance(value, dict):
        # `tls` is a union of two objects in the guard, and the record is `customHeaders`.
        if isinstance(kind.value, Anything):
            return _Result(_Status.ABORTED, (Issue(IssueCode.INVALID_UNION, path, "Invalid input"),))
        return _wrong_type("object", value, path)
    return _merge([_check(kind.value, item, (*path, key)) for key, item in value.items()])


def _check_union(kind: Union, value: Any, path: Path) -> _Result:
    dirty = None
    for option in kind.options:
        result = _check(option, value, path)
        if result.status is _Status.VALID:
            return result
        if result.status is _Status.DIRTY and dirty is None:
            dirty = result
    aborted = _Result(_Status.ABORTED, (Issue(IssueCode.INVALID_UNION, path, "Invalid input"),))
    return dirty or aborted


def _merge(results: list[_Result]) -> _Result:
    results = [result for result in results if result is not _VALID]
    if not results:
        return _VALID
    issues = tuple(issue for result in results for issue in result.issues)
    statuses = {result.status for result in results}
    if _Status.ABORTED in statuses:
        return _Result(_Status.ABORTED, issues)
    return _Result(_Status.DIRTY if _Status.DIRTY in statuses else _Status.VALID, issues)


def describe(issue: Issue) -> str:
    """An issue as Logto's error details print it: the path, then zod's words."""
    return f"{dotted(issue.path)}: {issue.message}" if issue.path else issue.message
