"""The columns of the list of contacts: the built-in ones and one for each custom property."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale

from ulkacrm_desktop.core.contact_query import SortKey, property_sort
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.labels.fields import field_label, source_label
from ulkacrm_desktop.ui.tables.rows import CellKind, Chip, Column, Detail
from ulkacrm_desktop.ui.widgets.relative_time import exact_time

if TYPE_CHECKING:
    from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyValue
    from ulkacrm_desktop.core.text.highlight import Range
    from ulkacrm_desktop.services.queries.contacts import ContactRow


def contact_columns(definitions: Sequence[PropertyDefinition], search: Callable[[], str]) -> list[Column[ContactRow]]:
    """All columns that a list of contacts may show; ``search`` gives what is searched for at that moment."""

    def marked(text: Callable[[ContactRow], str]) -> Callable[[ContactRow], Sequence[Range]]:
        return lambda row: _matches(text(row), search())

    names = {definition.id: definition.name for definition in definitions}
    built_in: list[Column[ContactRow]] = [
        Column(
            key="name",
            title=field_label("name"),
            value=_name,
            kind=CellKind.PERSON,
            sort_key=SortKey.NAME,
            width=220,
            fixed=True,
            editable=True,
            matches=marked(_name),
            detail=lambda row: _detail(row, names),
        ),
        Column(
            key="email",
            title=field_label("email"),
            value=_email,
            sort_key=SortKey.EMAIL,
            width=200,
            matches=marked(_email),
        ),
        Column(
            key="phone",
            title=field_label("phone"),
            value=_phone,
            sort_key=SortKey.PHONE,
            width=150,
            matches=marked(_phone),
        ),
        Column(
            key="tags",
            title=field_label("tags"),
            value=lambda row: ", ".join(tag.name for tag in row.tags),
            kind=CellKind.CHIPS,
            chips=lambda row: [Chip(tag.name, tag.color or "grey") for tag in row.tags],
            width=150,
        ),
        Column(
            key="company",
            title=field_label("company"),
            value=_company,
            sort_key=SortKey.COMPANY,
            width=140,
            editable=True,
            matches=marked(_company),
        ),
        Column(
            key="last_conversation",
            title=field_label("last_conversation"),
            value=lambda row: exact_time(row.last_conversation_at) if row.last_conversation_at else "",
            kind=CellKind.WHEN,
            moment=lambda row: row.last_conversation_at,
            sort_key=SortKey.LAST_CONVERSATION,
            width=150,
            visible=False,
        ),
        Column(
            key="source",
            title=field_label("source"),
            value=lambda row: source_label(row.source),
            sort_key=SortKey.SOURCE,
            width=120,
            visible=False,
        ),
        Column(
            key="created_at",
            title=_("Date added"),
            value=lambda row: exact_time(row.created_at),
            kind=CellKind.WHEN,
            moment=lambda row: row.created_at,
            sort_key=SortKey.CREATED_AT,
            width=130,
            visible=False,
        ),
        Column(
            key="responsible",
            title=field_label("responsible"),
            value=lambda row: row.responsible or "",
            width=140,
            visible=False,
        ),
    ]
    return built_in + [_property_column(definition, search) for definition in definitions]


def property_text(value: PropertyValue | None) -> str:
    """The value of a property in one line, dates and numbers as the locale writes them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return QLocale().toString(QDate(value.year, value.month, value.day), QLocale.FormatType.ShortFormat)
    if isinstance(value, (int, float, Decimal)):
        return number_text(Decimal(str(value)))
    if isinstance(value, tuple):
        return ", ".join(value)
    return value


def number_text(value: Decimal) -> str:
    """All digits of a number, in groups and with the mark of the locale; a float would lose some."""
    whole, _point, rest = format(abs(value.normalize()), "f").partition(".")
    locale = QLocale()
    text = f"{int(whole):,}".replace(",", locale.groupSeparator())
    sign = locale.negativeSign() if value < 0 else ""
    return sign + text + (locale.decimalPoint() + rest if rest else "")


def _property_column(definition: PropertyDefinition, search: Callable[[], str]) -> Column[ContactRow]:
    from ulkacrm_desktop.core.contact_document import PropertyType

    property_id = definition.id

    def text(row: ContactRow) -> str:
        return property_text(row.properties.get(property_id))

    return Column(
        key=property_sort(property_id),
        title=definition.name,
        value=text,
        sort_key=property_sort(property_id),
        width=150,
        visible=False,
        align_right=definition.type is PropertyType.NUMBER,
        matches=lambda row: _matches(text(row), search()),
        tooltip=lambda row: text(row) if len(text(row)) > 20 else definition.description,
    )


def _name(row: ContactRow) -> str:
    return row.name


def _email(row: ContactRow) -> str:
    return row.email


def _phone(row: ContactRow) -> str:
    return row.phone


def _company(row: ContactRow) -> str:
    return row.company


# Painting asks for the same few cells again and again.
@lru_cache(maxsize=4096)
def _matches(text: str, search: str) -> Sequence[Range]:
    if not search:
        return ()
    from ulkacrm_desktop.core.text.highlight import ranges_in
    from ulkacrm_desktop.core.text.search_terms import search_terms

    return ranges_in(text, search_terms(search))


def _detail(row: ContactRow, names: dict[int, str]) -> Detail | None:
    """Where the search found its words, if in none of the columns shown: "Note: … likes anchovies"."""
    found = row.found_in
    if found is None:
        return None
    if found.field == "note":
        label = _("Note")
    elif found.field == "tag":
        label = _("Tag")
    else:
        label = field_label(found.field, names)
    prefix = _("{field}: ").format(field=label)
    shift = len(prefix)
    return Detail(prefix + found.excerpt, tuple((start + shift, length) for start, length in found.ranges))
