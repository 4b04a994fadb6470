"""What the dates, numbers and names of a whole file tell about the way they are written."""

from collections.abc import Sequence
from dataclasses import dataclass

from ulkacrm_desktop.services.imports.cleaning import (
    Cell,
    DateColumn,
    DateOrder,
    DecimalMark,
    NameColumn,
    NameOrder,
    NumberColumn,
)
from ulkacrm_desktop.services.imports.options import ImportOptions
from ulkacrm_desktop.services.imports.row_cleaner import RowCleaner


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """A column whose values can be read in two ways: ``date_order``, ``decimal_mark`` or ``name_order``."""

    column: int
    kind: str
    chosen: str


class ColumnEvidence:
    """What the dates, numbers and names of a file tell about the way they are written."""

    def __init__(self, cleaner: RowCleaner) -> None:
        self._dates = {column: DateColumn() for column in cleaner.date_columns()}
        self._numbers = {column: NumberColumn() for column in cleaner.number_columns()}
        self._names = {column: NameColumn() for column in cleaner.name_columns()}

    def see(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Take the cells of a chunk of rows into account, as far as it takes to be sure of a column."""
        columns: list[tuple[int, DateColumn | NumberColumn | NameColumn]] = [
            *self._dates.items(),
            *self._numbers.items(),
            *self._names.items(),
        ]
        for index, column in columns:
            is_dated = index in self._dates
            for row in rows:
                if index >= len(row) or not (cell := row[index]):
                    continue
                if is_dated and type(cell) is str and cell[4:5] == "-":
                    continue  # ISO 8601 tells nothing, and seldom is there another date beside it
                column.see(cell)
                if column.settled:
                    break

    def merge(self, other: "ColumnEvidence") -> None:
        """Take over what another part of the file told."""
        for index, dates in other._dates.items():
            self._dates[index].merge(dates)
        for index, numbers in other._numbers.items():
            self._numbers[index].merge(numbers)
        for index, names in other._names.items():
            self._names[index].merge(names)

    def orders(self, options: ImportOptions) -> dict[int, DateOrder]:
        """How dates are read, the user's word first."""
        chosen = dict(options.date_orders)
        return {
            index: DateOrder(chosen[index]) if index in chosen else column.decision().order
            for index, column in self._dates.items()
        }

    def marks(self, options: ImportOptions) -> dict[int, DecimalMark]:
        """How numbers are read, the user's word first."""
        chosen = dict(options.decimal_marks)
        return {
            index: DecimalMark(chosen[index]) if index in chosen else column.decision().mark
            for index, column in self._numbers.items()
        }

    def questions(self) -> list[ColumnQuestion]:
        """The columns where both readings fit."""
        dates = [
            ColumnQuestion(index, "date_order", column.decision().order.value)
            for index, column in self._dates.items()
            if column.decision().ambiguous
        ]
        numbers = [
            ColumnQuestion(index, "decimal_mark", column.decision().mark.value)
            for index, column in self._numbers.items()
            if column.decision().ambiguous
        ]
        names = [
            ColumnQuestion(index, "name_order", NameOrder.AS_WRITTEN.value)
            for index, column in self._names.items()
            if column.seems_turned
        ]
        return dates + numbers + names
