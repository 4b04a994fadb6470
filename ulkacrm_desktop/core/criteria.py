"""Criteria: which contacts are meant, as a tree of clauses.

The one tree behind quick filters, the query builder, saved filters, segments and ``--where``. Its faces (text, stored
form, SQL, explanation) are in `services.criteria`.

Truth has two values. A clause about a value asks whether the contact has one that fits, so that a contact without a
value has none; the negated operators (`NEGATIONS`) and `Not` are the exact complement among the present contacts:
``city != "Rome"`` finds those without a city too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias


class Operator(StrEnum):
    """How a clause compares; which of them a field takes is in `services.criteria.fields`.

    The values: none for ``IS_EMPTY`` and ``IS_NOT_EMPTY``; any number for ``ONE_OF``, ``NONE_OF``, ``ALL_OF`` and
    ``EXACTLY``; two for ``BETWEEN``, both included; one `Span` for ``IN_LAST``, ``IN_NEXT``, ``MORE_THAN_AGO`` and
    ``ANNIVERSARY_IN_NEXT``; one `Period` for ``DURING`` and ``ANNIVERSARY_DURING``; one value for all others.
    """

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    LIKE = "like"
    LESS = "less"
    AT_MOST = "at_most"
    GREATER = "greater"
    AT_LEAST = "at_least"
    BETWEEN = "between"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    ALL_OF = "all_of"
    EXACTLY = "exactly"
    IS_EMPTY = "is_empty"
    IS_NOT_EMPTY = "is_not_empty"
    IN_LAST = "in_last"
    IN_NEXT = "in_next"
    MORE_THAN_AGO = "more_than_ago"
    DURING = "during"
    ANNIVERSARY_IN_NEXT = "anniversary_in_next"
    ANNIVERSARY_DURING = "anniversary_during"


NEGATIONS: Final = {
    Operator.IS_NOT: Operator.IS,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.NONE_OF: Operator.ONE_OF,
    Operator.IS_EMPTY: Operator.IS_NOT_EMPTY,
}
"""The operators that are the complement of another."""


class Unit(StrEnum):
    """What a `Span` is counted in."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time seen from now: ``in last 30 days`` has ``Span(30, Unit.DAYS)``.

    But for hours it is counted in calendar days of the viewer: "in the last 7 days" begins with the day seven days
    ago and ends with today, "in the next 7 days" likewise, and "more than 7 days ago" is what lies before.
    """

    count: int
    unit: Unit = Unit.DAYS


class Period(StrEnum):
    """A stretch of the viewer's calendar; weeks begin on Monday (ISO 8601)."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    TOMORROW = "tomorrow"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    NEXT_WEEK = "next_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    NEXT_MONTH = "next_month"
    THIS_QUARTER = "this_quarter"
    LAST_QUARTER = "last_quarter"
    NEXT_QUARTER = "next_quarter"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"
    NEXT_YEAR = "next_year"


ME: Final = "me"
"""The value of ``responsible`` that means whoever looks."""

Value: TypeAlias = str | int | Decimal | bool | date | Span | Period
"""A value of a clause: text and choices a str; number a Decimal or int; date a date; yes/no a bool; tags, users,
classes and segments their id, so that renaming breaks nothing."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison of a field with values; ``field`` is a key such as ``city``, ``tag`` or ``property:<id>``."""

    field: str
    operator: Operator
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts everybody is meant."""

    parts: tuple["Criteria", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds; without parts nobody is meant."""

    parts: tuple["Criteria", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Criteria"


Criteria: TypeAlias = All | Either | Not | Clause


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """From where criteria are seen: the moment (aware), the time zone whose days count, and who ``me`` is.

    ``zone`` None is the time zone of this machine, by its rules at each date.
    """

    now: datetime
    zone: tzinfo | None = None
    user_id: int | None = None


def clauses(tree: Criteria) -> Iterator[Clause]:
    """All clauses of a tree, from left to right."""
    if isinstance(tree, Clause):
        yield tree
    else:
        for part in (tree.part,) if isinstance(tree, Not) else tree.parts:
            yield from clauses(part)


def depth(tree: Criteria) -> int:
    """How deep groups and negations are nested; a clause alone is 1."""
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [
            part
            for node in level
            if not isinstance(node, Clause)
            for part in ((node.part,) if isinstance(node, Not) else node.parts)
        ]
    return deepest
