"""Values of properties as the user's locale writes them, and read back from what is typed."""

from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QDate, QLocale

from ulkacrm_desktop.core.contact_document import PropertyType, PropertyValue
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.imports.cleaning.choices import parse_url
from ulkacrm_desktop.services.imports.cleaning.dates import DateOrder, parse_date
from ulkacrm_desktop.services.imports.cleaning.numbers import DecimalMark, parse_number


def shown_value(value: Any) -> str:
    """A value of a property as it is shown; empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return shown_date(value)
    if isinstance(value, (int, float, Decimal)):
        return shown_number(value)
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value))
    return str(value)


def shown_date(day: date) -> str:
    """A day in the locale's short form, its year in four digits."""
    return QLocale().toString(QDate(day.year, day.month, day.day), date_format())


def date_format() -> str:
    """The locale's short format of dates, with the year in four digits so that 1925 and 2025 differ."""
    short = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
    return short if "yyyy" in short else short.replace("yy", "yyyy")


def shown_number(value: float | Decimal) -> str:
    """A number to its last digit, with the locale's decimal mark and groups of digits."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else value)
    plain = format(exact, "f")
    whole, _point, decimals = plain.partition(".")
    decimals = decimals.rstrip("0")
    sign = "−" if whole.startswith("-") else ""
    digits = whole.lstrip("-+")
    locale = QLocale()
    if len(digits) > 4:
        groups = [digits[max(end - 3, 0) : end] for end in range(len(digits), 0, -3)]
        digits = locale.groupSeparator().join(reversed(groups))
    return f"{sign}{digits}{locale.decimalPoint()}{decimals}" if decimals else sign + digits


def typed_value(type_: PropertyType, text: str) -> PropertyValue | None:
    """The value that a typed text means for a property of one line; None for an empty one.

    Raises `core.text.problem.TextProblem`.
    """
    if not text.strip():
        return None
    if type_ is PropertyType.NUMBER:
        mark = DecimalMark.COMMA if QLocale().decimalPoint() == "," else DecimalMark.POINT
        number = parse_number(text, mark)
        return None if number is None else Decimal(number.text)
    if type_ is PropertyType.DATE:
        return parse_date(text, _date_order())
    if type_ is PropertyType.URL:
        return parse_url(text) or None
    return text


def _date_order() -> DateOrder:
    letters = [letter for letter in QLocale().dateFormat(QLocale.FormatType.ShortFormat).lower() if letter in "dmy"]
    first = "".join(dict.fromkeys(letters))
    return {"mdy": DateOrder.MDY, "ymd": DateOrder.YMD}.get(first, DateOrder.DMY)
