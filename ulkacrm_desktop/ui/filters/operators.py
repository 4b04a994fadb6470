"""Which operator a condition begins with, and which of its values outlive a change of operator or field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from ulkacrm_desktop.core.criteria import Operator, Period, Span, Value
from ulkacrm_desktop.services.criteria.fields import CriteriaField, FieldType

SPANS: Final = frozenset((Operator.IN_LAST, Operator.IN_NEXT, Operator.MORE_THAN_AGO, Operator.ANNIVERSARY_IN_NEXT))
PERIODS: Final = frozenset((Operator.DURING, Operator.ANNIVERSARY_DURING))
NO_VALUE: Final = frozenset((Operator.IS_EMPTY, Operator.IS_NOT_EMPTY))
SEVERAL: Final = frozenset((Operator.ONE_OF, Operator.NONE_OF, Operator.ALL_OF, Operator.EXACTLY))

_FIRST: Final = {
    FieldType.TEXT: Operator.CONTAINS,
    FieldType.NUMBER: Operator.AT_LEAST,
    FieldType.DATE: Operator.IN_LAST,
    FieldType.MOMENT: Operator.IN_LAST,
    FieldType.YES_NO: Operator.IS,
    FieldType.CHOICE: Operator.ONE_OF,
    FieldType.CHOICES: Operator.ONE_OF,
}


def first_operator(field: CriteriaField) -> Operator:
    """What one mostly means when a field has just been chosen."""
    wanted = _FIRST[field.type]
    return wanted if wanted in field.operators else field.operators[0]


def carried(values: Sequence[Value] | None, field: CriteriaField, operator: Operator) -> tuple[Value, ...]:
    """Of these values those that still make sense with an operator on a field; empty where none does."""
    if operator in NO_VALUE or not values:
        return ()
    fitting = tuple(value for value in values if _fits(value, field, operator))
    return fitting if operator in SEVERAL else fitting[: 2 if operator is Operator.BETWEEN else 1]


def _fits(value: Value, field: CriteriaField, operator: Operator) -> bool:
    if operator in SPANS:
        return isinstance(value, Span)
    if operator in PERIODS:
        return isinstance(value, Period)
    match field.type:
        case FieldType.TEXT:
            return isinstance(value, str) and not isinstance(value, Period)
        case FieldType.NUMBER:
            return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
        case FieldType.DATE | FieldType.MOMENT:
            return isinstance(value, date)
        case FieldType.YES_NO:
            return isinstance(value, bool)
    return field.is_open or any(choice.value == value for choice in field.choices) or value == "me"
