"""The columns of a table of contacts: what each is called and how its value is got from a contact."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import repeat
from typing import Any, Final, Protocol

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.fields import EXPORT_FIELDS, property_field, property_name
from ulkacrm_desktop.services.cells import KIND_NAMES, YES_NO, join_values, messenger_text, single_values
from ulkacrm_desktop.services.imports.headings import FIELD_HEADINGS, is_own_heading
from ulkacrm_desktop.services.queries.contact_batches import Entries, StoredValue


class Shape(Enum):
    """What a column's values are. Each but a moment is a text, empty where a contact has no value."""

    PLAIN = auto()  # made by the program itself, so that it can hold no formula
    TEXT = auto()  # written by a user
    NUMBER = auto()  # decimal, canonical (`cells.number_text`)
    DATE = auto()  # YYYY-MM-DD, which no program takes for another day
    MOMENT = auto()  # an aware datetime


class Batch(Protocol):
    """Some contacts by columns, as `queries.contact_batches.ContactBatch` has them."""

    @property
    def keys(self) -> Sequence[int]:
        """What each contact is known by in what follows, in the order of the columns."""

    def __len__(self) -> int: ...

    def column(self, attribute: str) -> Sequence[Any]:
        """A single value of each contact, as the attribute of `ContactDocument` of this name has it."""

    def entries(self, table: str) -> Entries:
        """What the contacts have in the table ``email``, ``phone`` or ``messenger``."""

    @property
    def tags(self) -> Mapping[int, tuple[str, ...]]:
        """The tags of each contact that bears any."""

    @property
    def values(self) -> Mapping[int, Mapping[int, StoredValue]]:
        """The stored values of each property by contact."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``cells`` gives its values for the contacts of a batch; ``width`` is in characters."""

    heading: str
    cells: Callable[[Batch], Sequence[Any]]
    shape: Shape
    width: int = 16


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
    cells, shape = _cells(field, language)
    width = 20 if shape is Shape.MOMENT else _WIDTHS.get(field, 16)
    return Column(FIELD_HEADINGS[language][field], cells, shape, width)


def _cells(field: str, language: str) -> tuple[Callable[[Batch], Sequence[Any]], Shape]:
    """How the cells of a built-in field are made, and what they are."""
    match field:
        case "kind":
            kinds = KIND_NAMES[language]
            return lambda batch: [kinds[kind] for kind in batch.column("kind")], Shape.PLAIN
        case "is_staff":
            yes, no = YES_NO[language]
            return lambda batch: [yes if is_staff else no for is_staff in batch.column("is_staff")], Shape.PLAIN
        case "email" | "phone":
            return lambda batch: _joined(batch, batch.entries(field), batch.entries(field).values), Shape.TEXT
        case "messenger":
            return _messengers, Shape.TEXT
        case "email_label" | "phone_label" | "messenger_label":
            table = field.removesuffix("_label")
            return lambda batch: _joined(batch, batch.entries(table), batch.entries(table).labels), Shape.TEXT
        case "tags":
            return _tags, Shape.TEXT
        case "created_at" | "updated_at":
            return lambda batch: batch.column(field), Shape.MOMENT
        case "responsible":
            return lambda batch: [name or "" for name in batch.column("responsible")], Shape.TEXT
        case _:
            attribute = _OTHER_ATTRIBUTES.get(field, field)
            return lambda batch: batch.column(attribute), Shape.TEXT


def _joined(batch: Batch, entries: Entries, texts: Sequence[str]) -> list[str]:
    """The cells of one text for each entry; of several the one of the primary entry first."""
    owners = entries.owners
    cells = dict(zip(owners, single_values(texts), strict=True))
    if len(cells) < len(owners):
        places: dict[int, list[int]] = {}
        for place, owner in enumerate(owners):
            places.setdefault(owner, []).append(place)
        for owner, of_owner in places.items():
            if len(of_owner) > 1:
                of_owner.sort(key=lambda place: (not entries.is_primary[place], entries.positions[place]))
                cells[owner] = join_values([texts[place] for place in of_owner], "; ")
    return list(map(cells.get, batch.keys, repeat("")))


def _messengers(batch: Batch) -> list[str]:
    entries = batch.entries("messenger")
    return _joined(batch, entries, list(map(messenger_text, entries.kinds, entries.values)))


def _tags(batch: Batch) -> list[str]:
    tags = batch.tags
    cells = {names: join_values(names) for names in set(tags.values())}
    cells[()] = ""
    return [cells[tags.get(key, ())] for key in batch.keys]


def _property_column(definition: PropertyDefinition, language: str) -> Column:
    property_id = definition.id
    heading = property_heading(definition.name)
    yes, no = YES_NO[language]
    width = min(max(len(heading) + 2, 12), 40)

    def stored(batch: Batch) -> list[Any]:
        return list(map(batch.values.get(property_id, {}).get, batch.keys, repeat("")))

    match definition.type:
        case PropertyType.YES_NO:
            answers = {"1": yes, "0": no, "": ""}
            return Column(heading, lambda batch: [answers[answer] for answer in stored(batch)], Shape.PLAIN, width)
        case PropertyType.MULTI_SELECT:
            return Column(heading, lambda batch: [join_values(chosen) for chosen in stored(batch)], Shape.TEXT, width)
        case PropertyType.NUMBER:
            return Column(heading, stored, Shape.NUMBER, width)
        case PropertyType.DATE:
            return Column(heading, stored, Shape.DATE, width)
        case _:
            return Column(heading, stored, Shape.TEXT, width)
