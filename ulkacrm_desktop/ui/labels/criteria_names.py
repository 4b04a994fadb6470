"""Fields, operators, choices, spans and periods of criteria in words, without Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ulkacrm_desktop.core.criteria import ME, Operator, Period, Span, Unit, Value
from ulkacrm_desktop.core.i18n import N_, _, ngettext
from ulkacrm_desktop.ui.labels.fields import (
    class_label,
    contact_kind_label,
    field_label,
    messenger_label,
    source_label,
)
from ulkacrm_desktop.ui.labels.values import grouped

if TYPE_CHECKING:
    from ulkacrm_desktop.services.criteria.fields import CriteriaField

_FIELDS: Final = {
    "tag": N_("Tags"),
    "segment": N_("Segment"),
    "last_activity": N_("Last activity"),
    "messenger": N_("Messenger login"),
    "address": N_("Address (any part)"),
}
"""The names of the fields that only criteria have, or that are called otherwise elsewhere."""

FIELD_GROUPS: Final = (
    (N_("Contact"), ("name", "first_name", "last_name", "email", "phone", "company", "website", "notes", "kind")),
    (N_("Tags, segments and people"), ("tag", "segment", "responsible", "class", "is_staff")),
    (N_("Activity"), ("created_at", "last_activity", "last_conversation")),
    (N_("Messengers"), ("messenger_kind", "messenger")),
    (N_("Address"), ("address", "street", "city", "region", "postcode", "country")),
    (
        N_("Source"),
        ("source", "source_detail", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
    ),
)
"""The built-in fields under the headings of the field menu; properties come under their own."""

_OPERATORS: Final = {
    Operator.IS: N_("is"),
    Operator.IS_NOT: N_("is not"),
    Operator.CONTAINS: N_("contains"),
    Operator.NOT_CONTAINS: N_("does not contain"),
    Operator.STARTS_WITH: N_("starts with"),
    Operator.ENDS_WITH: N_("ends with"),
    Operator.LIKE: N_("is like"),
    Operator.LESS: N_("is less than"),
    Operator.AT_MOST: N_("is at most"),
    Operator.GREATER: N_("is more than"),
    Operator.AT_LEAST: N_("is at least"),
    Operator.BETWEEN: N_("is between"),
    Operator.ONE_OF: N_("is one of"),
    Operator.NONE_OF: N_("is none of"),
    Operator.ALL_OF: N_("has all of"),
    Operator.EXACTLY: N_("is exactly"),
    Operator.IS_EMPTY: N_("is empty"),
    Operator.IS_NOT_EMPTY: N_("is filled in"),
    Operator.IN_LAST: N_("is in the last"),
    Operator.IN_NEXT: N_("is in the next"),
    Operator.MORE_THAN_AGO: N_("is longer ago than"),
    Operator.DURING: N_("is during"),
    Operator.ANNIVERSARY_IN_NEXT: N_("has its anniversary in the next"),
    Operator.ANNIVERSARY_DURING: N_("has its anniversary during"),
}
_OPERATORS_OF_DATES: Final = {
    Operator.IS: N_("is on"),
    Operator.IS_NOT: N_("is not on"),
    Operator.LESS: N_("is before"),
    Operator.AT_MOST: N_("is on or before"),
    Operator.GREATER: N_("is after"),
    Operator.AT_LEAST: N_("is on or after"),
}
_OPERATORS_OF_LISTS: Final = {
    Operator.IS: N_("has"),
    Operator.IS_NOT: N_("does not have"),
    Operator.ONE_OF: N_("has any of"),
    Operator.NONE_OF: N_("has none of"),
    Operator.EXACTLY: N_("has exactly"),
}
_PERIODS: Final = {
    Period.TODAY: N_("today"),
    Period.YESTERDAY: N_("yesterday"),
    Period.TOMORROW: N_("tomorrow"),
    Period.THIS_WEEK: N_("this week"),
    Period.LAST_WEEK: N_("last week"),
    Period.NEXT_WEEK: N_("next week"),
    Period.THIS_MONTH: N_("this month"),
    Period.LAST_MONTH: N_("last month"),
    Period.NEXT_MONTH: N_("next month"),
    Period.THIS_QUARTER: N_("this quarter"),
    Period.LAST_QUARTER: N_("last quarter"),
    Period.NEXT_QUARTER: N_("next quarter"),
    Period.THIS_YEAR: N_("this year"),
    Period.LAST_YEAR: N_("last year"),
    Period.NEXT_YEAR: N_("next year"),
}


def criteria_field_name(field: CriteriaField) -> str:
    """What a field of criteria is called."""
    if field.property_id is not None:
        return field.name
    return _(_FIELDS[field.key]) if field.key in _FIELDS else field_label(field.key)


def operator_name(operator: Operator, type_: str) -> str:
    """What an operator is called beside a field of this `FieldType`."""
    if type_ in ("date", "moment") and operator in _OPERATORS_OF_DATES:
        return _(_OPERATORS_OF_DATES[operator])
    if type_ == "choices" and operator in _OPERATORS_OF_LISTS:
        return _(_OPERATORS_OF_LISTS[operator])
    return _(_OPERATORS[operator])


def choice_name(field: CriteriaField, value: Value) -> str:
    """The name of one of a field's choices; the value itself where it is none of them."""
    if value == ME and field.key == "responsible":
        return _("me")
    named: dict[str, Callable[[str], str]] = {
        "source": source_label,
        "messenger_kind": messenger_label,
        "kind": contact_kind_label,
    }
    if field.key in named:
        return named[field.key](str(value))
    for choice in field.choices:
        if choice.value == value:
            return class_label(choice.name) if field.key == "class" else choice.name
    return _("(deleted)") if field.is_record else str(value)


def period_name(period: Period) -> str:
    """A stretch of the calendar: "this month"."""
    return _(_PERIODS[period])


def unit_name(unit: Unit, count: int) -> str:
    """What is counted, in the form that the number asks for after "in the last 30": "days"."""
    match unit:
        case Unit.HOURS:
            return ngettext("hour", "hours", count)
        case Unit.DAYS:
            return ngettext("day", "days", count)
        case Unit.WEEKS:
            return ngettext("week", "weeks", count)
        case Unit.MONTHS:
            return ngettext("month", "months", count)
    return ngettext("year", "years", count)


def last_span(span: Span) -> str:
    """ "in the last 30 days" """
    n = span.count
    match span.unit:
        case Unit.HOURS:
            text = ngettext("in the last {count} hour", "in the last {count} hours", n)
        case Unit.DAYS:
            text = ngettext("in the last {count} day", "in the last {count} days", n)
        case Unit.WEEKS:
            text = ngettext("in the last {count} week", "in the last {count} weeks", n)
        case Unit.MONTHS:
            text = ngettext("in the last {count} month", "in the last {count} months", n)
        case _years:
            text = ngettext("in the last {count} year", "in the last {count} years", n)
    return text.format(count=grouped(n))


def next_span(span: Span) -> str:
    """ "in the next 30 days" """
    n = span.count
    match span.unit:
        case Unit.HOURS:
            text = ngettext("in the next {count} hour", "in the next {count} hours", n)
        case Unit.DAYS:
            text = ngettext("in the next {count} day", "in the next {count} days", n)
        case Unit.WEEKS:
            text = ngettext("in the next {count} week", "in the next {count} weeks", n)
        case Unit.MONTHS:
            text = ngettext("in the next {count} month", "in the next {count} months", n)
        case _years:
            text = ngettext("in the next {count} year", "in the next {count} years", n)
    return text.format(count=grouped(n))


def span_ago(span: Span) -> str:
    """ "more than 30 days ago" """
    n = span.count
    match span.unit:
        case Unit.HOURS:
            text = ngettext("more than {count} hour ago", "more than {count} hours ago", n)
        case Unit.DAYS:
            text = ngettext("more than {count} day ago", "more than {count} days ago", n)
        case Unit.WEEKS:
            text = ngettext("more than {count} week ago", "more than {count} weeks ago", n)
        case Unit.MONTHS:
            text = ngettext("more than {count} month ago", "more than {count} months ago", n)
        case _years:
            text = ngettext("more than {count} year ago", "more than {count} years ago", n)
    return text.format(count=grouped(n))
