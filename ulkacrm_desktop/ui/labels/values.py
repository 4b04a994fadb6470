"""Values in words, without Qt: for the command line and for sentences."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unicodedata import combining, east_asian_width

from ulkacrm_desktop.core.contact_document import EmailEntry, MessengerEntry, PhoneEntry
from ulkacrm_desktop.core.i18n import _, pgettext
from ulkacrm_desktop.ui.labels.fields import address_label, messenger_label

NOTHING = "—"
"""What stands for no value."""


def grouped(number: int) -> str:
    """A whole number with its digits in groups of three: "12,480"."""
    # Translators: what stands between groups of three digits; in Russian a no-break space.
    return f"{number:,}".replace(",", pgettext("between groups of digits", ","))


def terminal_width(text: str) -> int:
    """The number of columns that a text takes in a terminal."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def plain_value(value: Any) -> str:
    """A value of a field or property in one line; dates and numbers as ISO 8601 and with a point."""
    if value is None or value in ("", ()):
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (float, Decimal)):
        return format(Decimal(str(value)).normalize(), "f")
    if isinstance(value, (tuple, list)):
        return ", ".join(plain_value(part) for part in value)
    if isinstance(value, bytes):
        return _("a picture")
    if isinstance(value, EmailEntry):
        return _labelled(value.address, value.label)
    if isinstance(value, PhoneEntry):
        return _labelled(value.number, value.label)
    if isinstance(value, MessengerEntry):
        return _labelled(f"{messenger_label(value.kind)} {value.login}", value.label)
    return str(value)


def _labelled(text: str, label: str) -> str:
    return f"{text} ({address_label(label)})" if label else text
