"""Columns that go to properties: their cells as the values that are stored, and these as the values of documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ulkacrm_desktop.core.contact_document import PropertyType, PropertyValue
from ulkacrm_desktop.core.text.fold import KEY_LENGTH, fold
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.services.imports.cleaned import CleanedChunk, Fault, StoredValue
from ulkacrm_desktop.services.imports.cleaning import (
    Cell,
    DateOrder,
    DecimalMark,
    clean_text,
    parse_date,
    parse_number,
    parse_option,
    parse_url,
    parse_yes_no,
    split_options,
)
from ulkacrm_desktop.services.imports.mapping import NewProperty, PropertyTarget

_REMEMBERED: Final = 20_000
_REMEMBERED_LENGTH: Final = 60


@dataclass(frozen=True, slots=True)
class MappedProperty:
    """A property that a column of the file goes to; it may not exist yet.

    ``required``: every contact should have a value, and there is none by default.
    """

    column: int
    target: PropertyTarget | NewProperty
    type: PropertyType
    required: bool = False


class PropertyColumn:
    """Cleans the cells of one property; ``order`` and ``mark`` tell how dates and numbers are read."""

    def __init__(self, entry: MappedProperty, order: DateOrder, mark: DecimalMark) -> None:
        self._entry = entry
        self._order = order
        self._mark = mark
        self._known: dict[Cell, tuple[StoredValue, ...]] = {"": ()}

    def clean(self, chunk: CleanedChunk, place: int, cells: Sequence[Cell]) -> None:
        """Take the values of rows over into the chunk, as its property at ``place``."""
        # Choices, dates and answers come again and again. What is known are texts, which no other cell is equal to.
        known = self._known
        found = list(map(known.get, cells))
        values = chunk.properties[place] = [() if stored is None else stored for stored in found]
        for row in [row for row, stored in enumerate(found) if stored is None]:
            cell = cells[row]
            if cell is None:
                continue
            try:
                values[row] = stored = known.get(cell) or self._stored(cell)
            except TextProblem as problem:
                name = f"property:{self._entry.target.name}"
                chunk.fault(row, Fault(name, self._entry.column, problem.code, problem.value))
                continue
            if type(cell) is str and len(known) < _REMEMBERED and len(cell) < _REMEMBERED_LENGTH:
                known[cell] = stored

    def _stored(self, cell: Cell) -> tuple[StoredValue, ...]:
        match self._entry.type:
            case PropertyType.NUMBER:
                number = parse_number(cell, self._mark)
                return () if number is None else ((number.text, None, number.key),)
            case PropertyType.DATE:
                day = parse_date(cell, self._order)
                return () if day is None else ((text := day.isoformat(), text, None),)
            case PropertyType.YES_NO:
                answer = parse_yes_no(cell)
                return () if answer is None else ((told := "1" if answer else "0", told, None),)
            case PropertyType.SELECT:
                return _text_value(parse_option(cell))
            case PropertyType.MULTI_SELECT:
                return tuple(stored for option in split_options(cell) for stored in _text_value(option))
            case PropertyType.URL:
                return _text_value(parse_url(cell))
            case _:
                return _text_value(clean_text(cell))


def _text_value(text: str) -> tuple[StoredValue, ...]:
    return ((text, fold(text)[:KEY_LENGTH], None),) if text else ()


def typed_value(type_: PropertyType, stored: Sequence[StoredValue]) -> PropertyValue:
    """A stored value as documents have it."""
    text = stored[0][0]
    match type_:
        case PropertyType.NUMBER:
            return Decimal(text)
        case PropertyType.DATE:
            return date.fromisoformat(text)
        case PropertyType.YES_NO:
            return text == "1"
        case PropertyType.MULTI_SELECT:
            return tuple(value for value, _key, _number in stored)
        case _:
            return text
