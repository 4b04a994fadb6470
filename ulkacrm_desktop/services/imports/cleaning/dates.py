"""Dates in cells: which order of day and month a column has, and the date of each cell."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cache
from typing import Final

from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.services.imports.cleaning.cells import Cell, CellProblem, cell_text, clean_text

_NUMERIC = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)")
_BASIC = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s./-]*([^\W\d_]+)\.?,?[\s./-]*(\d{4}|\d{2})(?!\d)")
_NAME_DAY_YEAR = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_REST = re.compile(
    r"(?:\s*(?:г|год|года)\b\.?)?"
    r"(?:(?:t|,|\s)\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\.?)?\s*"
    r"(z|utc|gmt|[+-]\d{2}:?\d{2})?)?\s*"
)
_MONTHS: Final = (
    ("january", "январь", "января"),
    ("february", "февраль", "февраля"),
    ("march", "март", "марта"),
    ("april", "апрель", "апреля"),
    ("may", "май", "мая"),
    ("june", "июнь", "июня"),
    ("july", "июль", "июля"),
    ("august", "август", "августа"),
    ("september", "сентябрь", "сентября"),
    ("october", "октябрь", "октября"),
    ("november", "ноябрь", "ноября"),
    ("december", "декабрь", "декабря"),
)
_SHORTEST_MONTH: Final = 3
_SURE: Final = 100
_TWO_DIGIT_YEARS_OF_THIS_CENTURY: Final = 30  # the rule of Excel: 00–29 are 2000–2029, 30–99 are 1930–1999


class DateOrder(StrEnum):
    """In what order a column writes day, month and year."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


@dataclass(frozen=True, slots=True)
class DateDecision:
    """The order of a column.

    ``order``: the one to read it by. ``ambiguous``: its values fit another order as well and none tells, so that the
    user is to be asked. ``against``: how many values fit only another order; they are rejected.
    """

    order: DateOrder
    ambiguous: bool = False
    against: int = 0


class DateColumn:
    """Gathers what the values of a column tell about its order of day and month."""

    def __init__(self) -> None:
        self._only = dict.fromkeys(DateOrder, 0)
        self._both = 0

    def see(self, cell: Cell) -> None:
        """Take one more value into account; ISO dates, dates of workbooks and other texts tell nothing."""
        if type(cell) is not str or cell[4:5] == "-":
            return
        match = _NUMERIC.match(cell.strip())
        if match is None or len(match[1]) > 2:
            return
        first, second, last = int(match[1]), int(match[3]), int(match[4])
        fits = [
            order
            for order, day, month in ((DateOrder.DMY, first, second), (DateOrder.MDY, second, first))
            if 1 <= month <= 12 and 1 <= day <= 31
        ]
        if not fits and len(match[4]) == 2 and 1 <= second <= 12 and 1 <= last <= 31:
            fits = [DateOrder.YMD]
        if len(fits) == 1:
            self._only[fits[0]] += 1
        elif first != second:
            self._both += bool(fits)

    @property
    def settled(self) -> bool:
        """Whether so many values demand the same that further ones need not be asked."""
        demands = sorted(self._only.values())
        return demands[-1] >= _SURE and not any(demands[:-1])

    def merge(self, other: "DateColumn") -> None:
        """Take over what another part of the same column has told."""
        for kind in DateOrder:
            self._only[kind] += other._only[kind]
        self._both += other._both

    def decision(self, preferred: DateOrder = DateOrder.DMY) -> DateDecision:
        """The order that most values demand; ``preferred`` where none demands one."""
        order = max(self._only, key=lambda candidate: self._only[candidate])
        if not self._only[order]:
            return DateDecision(preferred, ambiguous=self._both > 0)
        return DateDecision(order, against=sum(self._only.values()) - self._only[order])


def decide_date_order(values: Iterable[Cell], preferred: DateOrder = DateOrder.DMY) -> DateDecision:
    """The order of day and month of a column, from all its values."""
    column = DateColumn()
    for value in values:
        column.see(value)
    return column.decision(preferred)


def parse_date(cell: Cell, order: DateOrder) -> date | None:
    """The date of a cell, None for an empty one; a time of day is left out.

    ISO dates and dates of workbooks are read whatever ``order`` is. Raises `CellProblem` ``date_invalid``.
    """
    if type(cell) is date:
        return cell
    if type(cell) is str and len(cell) == 10 and cell[4] == "-" and cell[7] == "-":
        try:
            return date.fromisoformat(cell)
        except ValueError:
            raise CellProblem("date_invalid", cell) from None
    moment = parse_moment(cell, order)
    return None if moment is None else moment.date()


def parse_moment(cell: Cell, order: DateOrder) -> datetime | None:
    """Date and time of a cell, midnight where it has no time; aware where it names its zone.

    None for an empty cell. Raises `CellProblem` ``date_invalid``.
    """
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if cell is not None and type(cell) is not str:
        raise CellProblem("date_invalid", cell_text(cell))
    text = clean_text(cell)
    if not text:
        return None
    try:
        return _moment(text, order)
    except ValueError:
        raise CellProblem("date_invalid", text) from None


def _moment(text: str, order: DateOrder) -> datetime:
    match = _NUMERIC.match(text)
    if match is not None:
        day = _numeric(match, order)
        rest = text[match.end() :]
    elif match := _BASIC.fullmatch(text):
        return datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001 - the cell names no zone
    else:
        text = fold(text)
        if match := _DAY_NAME_YEAR.match(text):
            day = date(_year(match[3]), _month(match[2]), int(match[1]))
        elif match := _NAME_DAY_YEAR.match(text):
            day = date(_year(match[3]), _month(match[1]), int(match[2]))
        else:
            raise ValueError(text)
        rest = text[match.end() :]
    return datetime.combine(day, time()) if not rest else _with_time(day, rest)


def _numeric(match: re.Match[str], order: DateOrder) -> date:
    first, middle, last = match[1], match[3], match[4]
    if len(first) == 4 and len(last) <= 2:
        return date(int(first), int(middle), int(last))
    if len(first) > 2 or len(last) not in (2, 4):
        raise ValueError(match[0])
    if order is DateOrder.MDY:
        return date(_year(last), int(first), int(middle))
    if order is DateOrder.YMD and len(last) == 2:
        return date(_year(first.zfill(2)), int(middle), int(last))
    return date(_year(last), int(middle), int(first))


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < _TWO_DIGIT_YEARS_OF_THIS_CENTURY else 1900)


@cache
def _month(word: str) -> int:
    if len(word) >= _SHORTEST_MONTH:
        for number, names in enumerate(_MONTHS, 1):
            if any(fold(name).startswith(word) for name in names):
                return number
    raise ValueError(word)


def _with_time(day: date, rest: str) -> datetime:
    match = _REST.fullmatch(rest.lower())
    if match is None:
        raise ValueError(rest)
    if match[1] is None:
        return datetime.combine(day, time())
    hour = int(match[1])
    if match[5]:
        if not 1 <= hour <= 12:
            raise ValueError(rest)
        hour = hour % 12 + (12 if match[5][0] == "p" else 0)
    micro = int((match[4] or "0")[:6].ljust(6, "0"))
    return datetime.combine(day, time(hour, int(match[2]), int(match[3] or 0), micro, _zone(match[6])))


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return timezone.utc  # noqa: UP017 - one name for both returns
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
