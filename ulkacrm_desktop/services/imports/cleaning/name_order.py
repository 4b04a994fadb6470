"""Whether the names of a column read "Last, First", which is offered and never just done."""

from enum import StrEnum
from typing import Final

from ulkacrm_desktop.core.text.names import last_first
from ulkacrm_desktop.services.imports.cleaning.cells import Cell

_SURE: Final = 100


class NameOrder(StrEnum):
    """How the whole names of a column are taken."""

    AS_WRITTEN = "as_written"
    LAST_FIRST = "last_first"


class NameColumn:
    """Gathers what the values of a column tell about the order of their names."""

    def __init__(self) -> None:
        self._turned = 0
        self._others = 0

    def see(self, cell: Cell) -> None:
        """Take one more value into account."""
        if type(cell) is not str or not cell:
            return
        if "," in cell and last_first(cell) is not None:
            self._turned += 1
        elif not cell.isspace():
            self._others += 1

    @property
    def settled(self) -> bool:
        """Whether so many values read otherwise that further ones need not be asked."""
        return self._others >= _SURE and not self._turned

    def merge(self, other: "NameColumn") -> None:
        """Take over what another part of the same column has told."""
        self._turned += other._turned
        self._others += other._others

    @property
    def seems_turned(self) -> bool:
        """Whether most values read "Last, First"."""
        return self._turned > self._others
