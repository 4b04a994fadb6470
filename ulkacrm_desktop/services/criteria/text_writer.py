"""Criteria as text, one way: the grammar is told in `text_form`, which reads what is written here."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from ulkacrm_desktop.core.criteria import ME, All, Clause, Criteria, Either, Not, Operator, Period, Span, Value
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.services.criteria.fields import CriteriaField, CriteriaFields
from ulkacrm_desktop.services.criteria.tokens import quoted

COMPARISONS: Final[Mapping[Operator, str]] = {
    Operator.IS: "=",
    Operator.IS_NOT: "!=",
    Operator.CONTAINS: "contains",
    Operator.NOT_CONTAINS: "not contains",
    Operator.STARTS_WITH: "starts with",
    Operator.ENDS_WITH: "ends with",
    Operator.LIKE: "like",
    Operator.LESS: "<",
    Operator.AT_MOST: "<=",
    Operator.GREATER: ">",
    Operator.AT_LEAST: ">=",
    Operator.BETWEEN: "between",
    Operator.ONE_OF: "in",
    Operator.NONE_OF: "not in",
    Operator.ALL_OF: "all of",
    Operator.EXACTLY: "exactly",
    Operator.IS_EMPTY: "is empty",
    Operator.IS_NOT_EMPTY: "is not empty",
    Operator.IN_LAST: "in last",
    Operator.IN_NEXT: "in next",
    Operator.MORE_THAN_AGO: "more than",
    Operator.DURING: "in",
    Operator.ANNIVERSARY_IN_NEXT: "anniversary in next",
    Operator.ANNIVERSARY_DURING: "anniversary in",
}
"""How each operator is written."""

LISTS: Final = (Operator.ONE_OF, Operator.NONE_OF, Operator.ALL_OF, Operator.EXACTLY)
"""The operators whose values stand in brackets."""


def criteria_text(tree: Criteria, fields: CriteriaFields) -> str:
    """The text of a tree, which `text_form.parse_criteria` makes the same tree of."""
    return _Writer(fields).text(tree)


class _Writer:
    def __init__(self, fields: CriteriaFields) -> None:
        self._fields = fields

    def text(self, tree: Criteria) -> str:
        if isinstance(tree, Clause):
            return self._clause(tree)
        if isinstance(tree, Not):
            return f"not {self._part(tree.part)}"
        if len(tree.parts) > 1:
            return (" and " if isinstance(tree, All) else " or ").join(map(self._part, tree.parts))
        return f"{'all' if isinstance(tree, All) else 'any'} ({', '.join(map(self.text, tree.parts))})"

    def _part(self, tree: Criteria) -> str:
        text = self.text(tree)
        return f"({text})" if isinstance(tree, (All, Either)) and len(tree.parts) > 1 else text

    def _clause(self, clause: Clause) -> str:
        field = self._fields.get(clause.field)
        words = f"{self._named(clause.field, field)} {COMPARISONS[clause.operator]}"
        values = [self._value(value, field) for value in clause.values]
        if clause.operator in LISTS:
            return f"{words} ({', '.join(values)})"
        if clause.operator is Operator.BETWEEN:
            return f"{words} {' and '.join(values)}"
        if clause.operator is Operator.MORE_THAN_AGO:
            values.append("ago")
        return " ".join([words, *values])

    def _named(self, key: str, field: CriteriaField | None) -> str:
        if field is None:
            head, _colon, number = key.partition(":")
            return f"{head}:#{number}" if number else key
        if field.property_id is None:
            return field.name
        if self._fields.of_property(field.name) is not field:
            return f"property:#{field.property_id}"
        return f"{'property:' if self._fields.built_in(field.name) else ''}{quoted(field.name)}"

    def _value(self, value: Value, field: CriteriaField | None) -> str:
        if isinstance(value, Span):
            return f"{value.count} {value.unit.value if value.count != 1 else value.unit.value.removesuffix('s')}"
        if isinstance(value, Period):
            return value.value.replace("_", " ")
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, date):
            return value.isoformat()
        if field is not None and field.is_record:
            return self._record(value, field)
        if isinstance(value, str):
            return quoted(value)
        return format(Decimal(value), "f")

    @staticmethod
    def _record(value: Value, field: CriteriaField) -> str:
        if value == ME:
            return ME
        for choice in field.choices:
            if choice.value == value and choices_named(field, choice.name) == [value]:
                return quoted(choice.name)
        return f"#{value}"


def choices_named(field: CriteriaField, name: str) -> list[int]:
    """The ids of the records of a field that are called so: by exactly that name, else by one that reads the same."""
    records = [(choice.name, choice.value) for choice in field.choices if isinstance(choice.value, int)]
    exact = [value for written, value in records if written == name]
    return exact or [value for written, value in records if fold(written) == fold(name)]
