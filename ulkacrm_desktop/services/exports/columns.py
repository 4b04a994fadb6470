"""The columns of a table of contacts: what each is called and how its value is got from a contact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from operator import attrgetter
from typing import Any, Final

from ulkacrm_desktop.core.contact_document import (
    ContactDocument,
    EmailEntry,
    PhoneEntry,
    PropertyDefinition,
    PropertyType,
)
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.fields import EXPORT_FIELDS, property_field, property_name
from ulkacrm_desktop.services.cells import KIND_NAMES, YES_NO, join_values, messenger_cell
from ulkacrm_desktop.services.imports.headings import FIELD_HEADINGS, is_own_heading


class Shape(Enum):
    """What a column's values are. Every one of them may also be missing: an empty text or None."""

    PLAIN = auto()  # a str that can hold no formula: made by the program itself
    TEXT = auto()  # a str that a user has written
    NUMBER = auto()
    DATE = auto()
    MOMENT = auto()  # an aware datetime


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``width`` is in characters, for a file that has widths.

    ``attribute`` names the text of the contact that ``get`` gives, where it is simply one.
    """

    heading: str
    get: Callable[[ContactDocument], Any]
    shape: Shape
    width: int = 16
    attribute: str = ""


_OTHER_ATTRIBUTES: Final = {"id": "reference", "class": "class_name"}
_WIDTHS: Final = {"name": 28, "email": 30, "notes": 40, "company": 24, "website": 24, "street": 28, "tags": 24}


def chosen_columns(fields: Sequence[str], properties: Sequence[PropertyDefinition], language: str) -> list[Column]:
    """The columns of the fields, in their order; of all fields and properties where none is chosen.

    Raises `ExpectedError` ``export_unknown_field`` (facts ``field`` and ``fields``, those that there are).
    """
    return [_column(field, properties, language) for field in chosen_fields(fields, properties)]


def chosen_fields(
    fields: Sequence[str], properties: Sequence[PropertyDefinition], offered: Sequence[str] = EXPORT_FIELDS
) -> list[str]:
    """The fields as they are spelt in the database; all that the kind of file offers where none is chosen.

    Raises `ExpectedError` as `chosen_columns` does.
    """
    every = [*offered, *(property_field(definition.name) for definition in properties)]
    if not fields:
        return every
    by_spelling = {field.casefold(): field for field in reversed(every)} | {field: field for field in every}
    chosen = []
    for field in fields:
        known = by_spelling.get(field) or by_spelling.get(field.strip().casefold())
        if known is None:
            raise ExpectedError("export_unknown_field", field=field, fields=every)
        chosen.append(known)
    return chosen


def property_heading(name: str) -> str:
    """The heading of a property's column: its name, unless that would be read as something else."""
    plain = name == name.strip() and name and not is_own_heading(name) and property_name(name) is None
    return name if plain else property_field(name)


def primary_first(entries: tuple[Any, ...]) -> tuple[Any, ...]:
    """Emails or phones in the order of a cell, in which the first one is the primary."""
    if len(entries) < 2 or entries[0].is_primary:
        return entries
    return tuple(sorted(entries, key=lambda entry: not entry.is_primary))


def _column(field: str, properties: Sequence[PropertyDefinition], language: str) -> Column:
    name = property_name(field)
    if name is not None:
        return _property_column(next(p for p in properties if p.name == name), language)
    heading = FIELD_HEADINGS[language][field]
    width = _WIDTHS.get(field, 16)
    made = _made(field, language)
    if made is not None:
        return Column(heading, made[0], made[1], width)
    if field.endswith("_at"):
        return Column(heading, attrgetter(field), Shape.MOMENT, 20)
    attribute = _OTHER_ATTRIBUTES.get(field, field)
    return Column(heading, attrgetter(attribute), Shape.TEXT, width, attribute)


def _made(field: str, language: str) -> tuple[Callable[[ContactDocument], str], Shape] | None:
    """How the value of a field is made that is not simply an attribute of the contact."""
    yes, no = YES_NO[language]
    kinds = KIND_NAMES[language]
    made: dict[str, tuple[Callable[[ContactDocument], str], Shape]] = {
        "kind": (lambda c: kinds[c.kind], Shape.PLAIN),
        "is_staff": (lambda c: yes if c.is_staff else no, Shape.PLAIN),
        "email": (lambda c: _values(c.emails, _address) if c.emails else "", Shape.TEXT),
        "email_label": (lambda c: _labels(c.emails) if c.emails else "", Shape.TEXT),
        "phone": (lambda c: _values(c.phones, _number) if c.phones else "", Shape.TEXT),
        "phone_label": (lambda c: _labels(c.phones) if c.phones else "", Shape.TEXT),
        "messenger": (lambda c: messenger_cell(primary_first(c.messengers)) if c.messengers else "", Shape.TEXT),
        "messenger_label": (lambda c: _labels(c.messengers) if c.messengers else "", Shape.TEXT),
        "tags": (lambda c: join_values(c.tags) if c.tags else "", Shape.TEXT),
    }
    return made.get(field)


def _address(entry: EmailEntry) -> str:
    return entry.address


def _number(entry: PhoneEntry) -> str:
    return entry.number


def _values(entries: tuple[Any, ...], text: Callable[[Any], str]) -> str:
    return join_values([text(entry) for entry in primary_first(entries)], "; ")


def _labels(entries: tuple[Any, ...]) -> str:
    return join_values([entry.label for entry in primary_first(entries)], "; ")


def _property_column(definition: PropertyDefinition, language: str) -> Column:
    key = definition.id
    heading = property_heading(definition.name)
    yes, no = YES_NO[language]
    width = min(max(len(heading) + 2, 12), 40)

    def of_yes_no(contact: ContactDocument) -> str:
        value = contact.properties.get(key)
        return "" if value is None else yes if value else no

    def of_several(contact: ContactDocument) -> str:
        value = contact.properties.get(key)
        return join_values(value) if isinstance(value, tuple) else ""

    def of_other(contact: ContactDocument) -> object:
        return contact.properties.get(key, "")

    match definition.type:
        case PropertyType.YES_NO:
            return Column(heading, of_yes_no, Shape.PLAIN, width)
        case PropertyType.MULTI_SELECT:
            return Column(heading, of_several, Shape.TEXT, width)
        case PropertyType.NUMBER:
            return Column(heading, of_other, Shape.NUMBER, width)
        case PropertyType.DATE:
            return Column(heading, of_other, Shape.DATE, width)
        case _:
            return Column(heading, of_other, Shape.TEXT, width)


def date_text(value: date) -> str:
    """A date as YYYY-MM-DD, which no program takes for another day."""
    return value.isoformat()


def moment_text(value: datetime) -> str:
    """A moment in local time with its offset, to the microsecond: nothing is lost."""
    return value.astimezone().isoformat(sep=" ")
