"""Which days and moments the relative dates of criteria mean, seen from a viewpoint."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ulkacrm_desktop.core.clock import EPOCH, to_microseconds
from ulkacrm_desktop.core.criteria import Operator, Period, Span, Unit, Value, Viewpoint

_MONTHS_OF: Final = {"month": 1, "quarter": 3, "year": 12}
_FIRST_OF_YEAR: Final = "01-01"
_LAST_OF_YEAR: Final = "12-31"


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days, both ends included; None has no end on that side."""

    first: date | None
    last: date | None


def today(viewpoint: Viewpoint) -> date:
    """The day that it is for the viewer."""
    return viewpoint.now.astimezone(viewpoint.zone).date()


def start_of_day(day: date, viewpoint: Viewpoint) -> int:
    """The first moment of a day of the viewer, in microseconds since 1970.

    Where the clocks skip midnight it is the moment of the change, where they strike it twice the first one.
    """
    start = datetime(day.year, day.month, day.day, tzinfo=viewpoint.zone)
    try:
        return to_microseconds(start.astimezone(EPOCH.tzinfo))
    except (OverflowError, OSError, ValueError):
        # A machine's own zone may not reach so far; a few hours make no difference there.
        return to_microseconds(datetime(day.year, day.month, day.day, tzinfo=EPOCH.tzinfo))


def days_meant(operator: Operator, values: tuple[Value, ...], viewpoint: Viewpoint) -> Days:
    """The days that a comparison of a date means; not for spans of hours."""
    value = values[0]
    if isinstance(value, Period):
        return _days_of_period(value, today(viewpoint))
    if isinstance(value, Span):
        now = today(viewpoint)
        if operator in (Operator.IN_NEXT, Operator.ANNIVERSARY_IN_NEXT):
            return Days(now, _moved(now, value, 1))
        since = _moved(now, value, -1)
        if operator is Operator.IN_LAST:
            return Days(since, now)
        return Days(None, _next_day(since, -1)) if since > date.min else NO_DAY
    assert isinstance(value, date)
    if operator is Operator.LESS:
        return Days(None, _next_day(value, -1)) if value > date.min else NO_DAY
    if operator is Operator.GREATER:
        return Days(_next_day(value, 1), None) if value < date.max else NO_DAY
    if operator is Operator.AT_MOST:
        return Days(None, value)
    if operator is Operator.AT_LEAST:
        return Days(value, None)
    last = values[-1]  # of BETWEEN; IS has one value
    assert isinstance(last, date)
    return Days(value, last)


NO_DAY: Final = Days(date.max, date.min)


def moments_meant(operator: Operator, values: tuple[Value, ...], viewpoint: Viewpoint) -> tuple[int | None, int | None]:
    """The moments that a comparison means: from the first, up to but without the second, in microseconds."""
    span = values[0]
    if isinstance(span, Span) and span.unit is Unit.HOURS:
        now = to_microseconds(viewpoint.now)
        since = now - span.count * 3_600_000_000
        return (since, now + 1) if operator is Operator.IN_LAST else (None, since)
    days = days_meant(operator, values, viewpoint)
    low = None if days.first is None else start_of_day(days.first, viewpoint)
    if days.last is None or days.last == date.max:
        return low, None
    return low, start_of_day(_next_day(days.last, 1), viewpoint)


def days_of_year(operator: Operator, value: Value, viewpoint: Viewpoint) -> tuple[tuple[str, str], ...]:
    """The days of any year, as ``MM-DD``, on which an anniversary means the days of a span or period.

    The 29th of February is celebrated on the 28th in other years.
    """
    days = days_meant(operator, (value,), viewpoint)
    assert days.first is not None and days.last is not None
    if days.last - days.first >= timedelta(days=365):
        return ((_FIRST_OF_YEAR, _LAST_OF_YEAR),)
    first, last = days.first.strftime("%m-%d"), days.last.strftime("%m-%d")
    if last == "02-28" and not _is_leap(days.last.year):
        last = "02-29"
    return ((first, last),) if days.first.year == days.last.year else ((first, _LAST_OF_YEAR), (_FIRST_OF_YEAR, last))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_of_period(period: Period, now: date) -> Days:
    for shift, word in ((-1, "yesterday"), (0, "today"), (1, "tomorrow")):
        if period.value == word:
            day = _next_day(now, shift)
            return Days(day, day)
    which, _line, unit = period.value.partition("_")
    shift = ("last", "this", "next").index(which) - 1
    if unit == "week":
        monday = _next_day(now, 7 * shift - now.weekday())
        return Days(monday, _next_day(monday, 6))
    months = _MONTHS_OF[unit]
    place = (now.year * 12 + now.month - 1) // months * months + shift * months
    return Days(_first_of_month(place), _next_day(_first_of_month(place + months), -1))


def _moved(day: date, span: Span, direction: int) -> date:
    if span.unit is Unit.DAYS or span.unit is Unit.WEEKS:
        return _next_day(day, direction * span.count * (7 if span.unit is Unit.WEEKS else 1))
    months = span.count * (12 if span.unit is Unit.YEARS else 1)
    place = day.year * 12 + day.month - 1 + direction * months
    first = _first_of_month(place)
    if first in (date.min, date.max):
        return first
    # The 31st of a shorter month is its last day.
    return min(_next_day(first, day.day - 1), _next_day(_first_of_month(place + 1), -1))


def _first_of_month(place: int) -> date:
    """The first day of a month, counted from the year 0; what lies beyond the calendar is its end."""
    if place < 12:
        return date.min
    return date.max if place >= 12 * 10_000 else date(place // 12, place % 12 + 1, 1)


def _next_day(day: date, count: int) -> date:
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return date.max if count > 0 else date.min


def spans_of_hours(values: tuple[Value, ...]) -> Iterator[Span]:
    """The values that are counted in hours."""
    return (value for value in values if isinstance(value, Span) and value.unit is Unit.HOURS)
