"""Criteria as they are kept in a database: JSON, in which records are ids, so that renaming breaks nothing.

A group is ``{"all": […]}`` or ``{"any": […]}``, a negation ``{"not": …}``, a clause ``{"field": …, "is": …,
"values": […]}`` with the operator's code under ``is``. A number is ``{"number": "12.5"}``, a day ``{"date":
"2025-03-01"}``, a span ``{"span": [30, "days"]}``, a period ``{"period": "this_month"}``; texts, ids and yes or no are
JSON's own.
"""

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ulkacrm_desktop.core.criteria import (
    All,
    Clause,
    Criteria,
    Either,
    Not,
    Operator,
    Period,
    Span,
    Unit,
    Value,
    clauses,
)
from ulkacrm_desktop.core.errors import ExpectedError


def stored_criteria(tree: Criteria) -> str:
    """The text under which a database keeps a tree."""
    return json.dumps(_plain(tree), ensure_ascii=False, separators=(",", ":"))


def read_criteria(stored: str) -> Criteria:
    """The tree of `stored_criteria`. Raises ExpectedError ``criteria_unreadable``."""
    try:
        return _tree(json.loads(stored))
    except (ValueError, TypeError, LookupError, InvalidOperation, RecursionError) as error:
        raise ExpectedError("criteria_unreadable", reason=str(error)) from error


def segment_references(tree: Criteria) -> set[int]:
    """The ids of the segments that a tree names."""
    return {
        value for clause in clauses(tree) if clause.field == "segment" for value in clause.values if type(value) is int
    }


def _plain(tree: Criteria) -> dict[str, Any]:
    if isinstance(tree, Clause):
        return {"field": tree.field, "is": tree.operator.value, "values": [_plain_value(each) for each in tree.values]}
    if isinstance(tree, Not):
        return {"not": _plain(tree.part)}
    return {"all" if isinstance(tree, All) else "any": [_plain(part) for part in tree.parts]}


def _plain_value(value: Value) -> Any:
    if isinstance(value, Span):
        return {"span": [value.count, value.unit.value]}
    if isinstance(value, Period):
        return {"period": value.value}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return value


def _tree(plain: Any) -> Criteria:
    if "field" in plain:
        values = tuple(_value(value) for value in plain["values"])
        return Clause(_text(plain["field"]), Operator(plain["is"]), values)
    if "not" in plain:
        return Not(_tree(plain["not"]))
    group = All if "all" in plain else Either
    return group(tuple(_tree(part) for part in plain["all" if group is All else "any"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r}")
    return value


def _value(plain: Any) -> Value:
    if isinstance(plain, (str, int)):  # and yes or no
        return plain
    if not isinstance(plain, dict) or len(plain) != 1:
        raise TypeError(f"not a value: {plain!r}")
    ((kind, value),) = plain.items()
    if kind == "span":
        return Span(int(value[0]), Unit(value[1]))
    if kind == "period":
        return Period(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "number":
        return Decimal(value)
    raise ValueError(f"not a value: {kind}")
