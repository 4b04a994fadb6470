"""What a tree of criteria means: conditions on the values of a contact, with all negations at the leaves.

The one place where a clause gets its meaning. `conditions` puts it into SQL, `facts` tests one contact by it.
"""

import dataclasses
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from ulkacrm_desktop.core.criteria import (
    ME,
    NEGATIONS,
    All,
    Clause,
    Criteria,
    Not,
    Operator,
    Period,
    Span,
    Value,
    Viewpoint,
    depth,
)
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.fold import KEY_LENGTH, fold
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.services.criteria.calendar import Days, days_meant, days_of_year, moments_meant, spans_of_hours
from ulkacrm_desktop.services.criteria.fields import CriteriaField, CriteriaFields, FieldType
from ulkacrm_desktop.services.criteria.phone_numbers import PhoneTest, phone_digits

DEPTH_LIMIT: Final = 100
"""How deep groups may be nested."""

_TEXT_LIMIT: Final = 5_000
_NUMBER_LIMIT: Final = 10**300
_ESCAPES: Final = re.compile(r"\\([%_\\])|([%_])|([^%_])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value is one of these: folded texts, codes as they stand, ids, or yes or no.

    ``typed`` are the texts before they were folded.
    """

    values: tuple[str | int | bool, ...]
    typed: tuple[str, ...] = dataclasses.field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Beyond:
    """A value is none of these."""

    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A folded text ``contains``, ``starts_with``, ``ends_with`` or is ``like`` another."""

    operator: Operator
    text: str


@dataclass(frozen=True, slots=True)
class Range:
    """A number lies between two, which are included or not; None has no end on that side."""

    low: float | None = None
    high: float | None = None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class Moments:
    """A moment from the first on and before the second, in microseconds since 1970."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class DaysOfYear:
    """A date is on one of these days of any year, ``MM-DD`` from and to."""

    spans: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """There is a value."""


@dataclass(frozen=True, slots=True)
class Found:
    """The search index has what was typed into the search box."""

    typed: str


Test: TypeAlias = OneOf | Beyond | Pattern | Range | Days | Moments | DaysOfYear | Filled | PhoneTest | Found


@dataclass(frozen=True, slots=True)
class Leaf:
    """The contact has a value of the field that passes the test, or (``negated``) has none that does."""

    field: str
    test: Test
    negated: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; none: everybody."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """A part holds; none: nobody."""

    parts: tuple["Node", ...]


Node: TypeAlias = And | Or | Leaf
EVERYBODY: Final = And(())
NOBODY: Final = Or(())

Segments: TypeAlias = Callable[[int], tuple[str, Criteria | None]]
"""The name and the criteria of a segment by its id; None as criteria where its contacts were picked by hand."""


def meaning(
    tree: Criteria, fields: CriteriaFields, viewpoint: Viewpoint, segments: Segments, *, inside: int | None = None
) -> Node:
    """The conditions that a tree means; those of dynamic segments stand in the place of the segment.

    ``inside`` is the segment whose criteria the tree is. Raises ExpectedError ``criteria_field_unknown``,
    ``criteria_field_to_come``, ``criteria_unfit``, ``criteria_too_deep`` and ``segment_cycle``.
    """
    return _Reader(fields, viewpoint, segments, inside).node(tree)


def negated(node: Node) -> Node:
    """The complement."""
    if isinstance(node, Leaf):
        return Leaf(node.field, node.test, not node.negated)
    return (Or if isinstance(node, And) else And)(tuple(map(negated, node.parts)))


def everything(*parts: Node) -> Node:
    """That all of these hold, without groups in groups."""
    return _group(And, parts)


class _Reader:
    def __init__(self, fields: CriteriaFields, viewpoint: Viewpoint, segments: Segments, inside: int | None) -> None:
        self._fields = fields
        self._viewpoint = viewpoint
        self._segments = segments
        self._entered = [] if inside is None else [inside]

    def node(self, tree: Criteria) -> Node:
        if depth(tree) > DEPTH_LIMIT:
            raise ExpectedError("criteria_too_deep")
        return self._node(tree)

    def _node(self, tree: Criteria) -> Node:
        if isinstance(tree, Clause):
            return self._clause(tree)
        if isinstance(tree, Not):
            return negated(self._node(tree.part))
        return _group(And if isinstance(tree, All) else Or, map(self._node, tree.parts))

    def _clause(self, clause: Clause) -> Node:
        field = self._fields[clause.field]
        if not fits(clause, field):
            raise ExpectedError("criteria_unfit", field=field.name)
        operator = clause.operator
        if operator in NEGATIONS:
            return negated(self._positive(field, NEGATIONS[operator], clause.values))
        return self._positive(field, operator, clause.values)

    def _positive(self, field: CriteriaField, operator: Operator, values: tuple[Value, ...]) -> Node:
        if operator is Operator.IS_NOT_EMPTY:
            return Leaf(field.key, Filled())
        if field.key == "segment":
            return _group(Or, [self._segment(int(str(value))) for value in values])
        if operator is Operator.ALL_OF:
            return _group(And, [Leaf(field.key, OneOf((self._choice(field, value),))) for value in values])
        if operator is Operator.EXACTLY:
            chosen = tuple(self._choice(field, value) for value in values)
            return _group(
                And,
                [
                    *(Leaf(field.key, OneOf((value,))) for value in chosen),
                    Leaf(field.key, Beyond(chosen), negated=True),
                ],
            )
        if field.type in (FieldType.CHOICE, FieldType.CHOICES):
            return self._one_of(field, [self._choice(field, value) for value in values if value != ME], values)
        if field.type is FieldType.TEXT:
            return _text_node(field, operator, [str(value) for value in values])
        if field.type is FieldType.NUMBER:
            return Leaf(field.key, _range(operator, [float(str(value)) for value in values]))
        if field.type is FieldType.YES_NO:
            return Leaf(field.key, OneOf((bool(values[0]),)))
        if field.type is FieldType.MOMENT:
            return Leaf(field.key, Moments(*moments_meant(operator, values, self._viewpoint)))
        if operator in (Operator.ANNIVERSARY_DURING, Operator.ANNIVERSARY_IN_NEXT):
            return Leaf(field.key, DaysOfYear(days_of_year(operator, values[0], self._viewpoint)))
        return Leaf(field.key, days_meant(operator, values, self._viewpoint))

    def _one_of(self, field: CriteriaField, chosen: list[str | int], values: tuple[Value, ...]) -> Node:
        if ME in values and self._viewpoint.user_id is not None:
            chosen.append(self._viewpoint.user_id)
        return Leaf(field.key, OneOf(tuple(chosen))) if chosen else NOBODY

    @staticmethod
    def _choice(field: CriteriaField, value: Value) -> str | int:
        if isinstance(value, int):
            return value
        return fold(str(value))[:KEY_LENGTH] if field.is_open else str(value)

    def _segment(self, segment_id: int) -> Node:
        name, criteria = self._segments(segment_id)
        if segment_id in self._entered:
            raise ExpectedError("segment_cycle", segment=name)
        if criteria is None:
            return Leaf("segment", OneOf((segment_id,)))
        self._entered.append(segment_id)
        found = self.node(criteria)
        self._entered.pop()
        return found


def _group(kind: type[And] | type[Or], parts: Iterable[Node]) -> Node:
    """A group without groups of its own kind in it; what decides it alone stands alone."""
    flat: dict[Node, None] = {}
    for part in parts:
        if part == (NOBODY if kind is And else EVERYBODY):
            return part
        for each in part.parts if isinstance(part, kind) else (part,):
            flat[each] = None
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


# Texts


def email_keys(text: str) -> tuple[str, ...]:
    """What an email typed in whole or in part is compared by: in lower case, a domain in its ASCII form too."""
    typed = "".join(letter for letter in text.strip().lower() if letter >= " ")
    local, at, domain = typed.rpartition("@")
    if domain.isascii():
        return (typed,)
    try:
        coded = ".".join(part.encode("idna").decode() if part else "" for part in domain.split("."))
    except UnicodeError:
        return (typed,)
    return tuple(dict.fromkeys((typed, f"{local}{at}{coded}")))


def login_key(text: str) -> str:
    """What the login of a messenger is compared by."""
    return fold(text.strip().lstrip("@"))


def _text_node(field: CriteriaField, operator: Operator, texts: list[str]) -> Node:
    if field.key == "phone":
        test_of = Operator.IS if operator is Operator.ONE_OF else operator
        tests = [PhoneTest(test_of, digits) for text in texts for digits in phone_digits(text, test_of)]
        return _group(Or, [Leaf(field.key, test) for test in tests])
    if operator in (Operator.IS, Operator.ONE_OF):
        keys = tuple(dict.fromkeys(key for text in texts for key in _whole_keys(field, text)))
        return Leaf(field.key, OneOf(keys, tuple(texts))) if keys else NOBODY
    return _group(Or, [Leaf(field.key, Pattern(operator, key)) for key in _part_keys(field, operator, texts[0])])


def _whole_keys(field: CriteriaField, text: str) -> tuple[str, ...]:
    if field.key == "email":
        try:
            return (parse_email(text).match_key,)
        except TextProblem:
            return email_keys(text)
    if field.key == "messenger":
        return (login_key(text),)
    return (fold(text)[: KEY_LENGTH if field.property_id else None],)


def _part_keys(field: CriteriaField, operator: Operator, text: str) -> tuple[str, ...]:
    if field.key == "email":
        return email_keys(text)
    if field.key == "messenger":
        return (login_key(text),)
    if field.property_id and operator is Operator.STARTS_WITH:
        return (fold(text)[:KEY_LENGTH],)
    return (fold(text),)


def like_parts(pattern: str) -> list[tuple[str, bool]]:
    """The characters of a LIKE pattern, each with whether it is ``%`` or ``_`` in its own sense.

    ``\\`` before one of them, or before another ``\\``, takes it literally.
    """
    return [
        (escaped or wild or plain, bool(wild))
        for escaped, wild, plain in (m.groups() for m in _ESCAPES.finditer(pattern))
    ]


def _range(operator: Operator, values: list[float]) -> Range:
    low, high = values[0], values[-1]
    if operator in (Operator.GREATER, Operator.AT_LEAST):
        return Range(low, None, with_low=operator is Operator.AT_LEAST)
    if operator in (Operator.LESS, Operator.AT_MOST):
        return Range(None, high, with_high=operator is Operator.AT_MOST)
    return Range(low, high)


# What fits


def fits(clause: Clause, field: CriteriaField) -> bool:
    """Whether a field takes the operator of a clause, with values of its type, as many as it needs."""
    operator, values = clause.operator, clause.values
    if operator not in field.operators:
        return False
    if operator in (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY):
        return not values
    if operator in (Operator.DURING, Operator.ANNIVERSARY_DURING):
        return len(values) == 1 and isinstance(values[0], Period)
    if operator in (Operator.IN_LAST, Operator.IN_NEXT, Operator.MORE_THAN_AGO, Operator.ANNIVERSARY_IN_NEXT):
        counted = len(values) == 1 and isinstance(values[0], Span) and values[0].count > 0
        return counted and (field.type is FieldType.MOMENT or not any(spans_of_hours(values)))
    if operator not in (Operator.ONE_OF, Operator.NONE_OF, Operator.ALL_OF, Operator.EXACTLY) and len(values) != (
        2 if operator is Operator.BETWEEN else 1
    ):
        return False
    return all(_is_value(value, field) for value in values)


def _is_value(value: Value, field: CriteriaField) -> bool:
    if field.type is FieldType.YES_NO:
        return isinstance(value, bool)
    if isinstance(value, (bool, Period, Span)):
        return False
    if field.type is FieldType.NUMBER:
        return isinstance(value, (int, Decimal)) and math.isfinite(value) and -_NUMBER_LIMIT < value < _NUMBER_LIMIT
    if field.type in (FieldType.DATE, FieldType.MOMENT):
        return isinstance(value, date)
    if field.is_record:
        return isinstance(value, int) or (value == ME and field.key == "responsible")
    return isinstance(value, str) and len(value) <= _TEXT_LIMIT
