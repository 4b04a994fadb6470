"""The rows that are ticked, by id: they survive scrolling, searching, filtering and sorting."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import filterfalse
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

# Ids beyond this make the map of a large selection too big, and a set is used instead.
_MAP_LIMIT: Final = 64_000_000
_AT_ONCE: Final = 20_000


class TickedIds(QObject):
    """A set of ids that also holds "all that match" of a million rows without copying them.

    `tick_all` keeps the list of ids that it is given (not to be changed afterwards); what is ticked or
    unticked later is kept beside it. "All that match" means the ids at that moment: a contact that matches
    only later is not swept along.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._base: array[int] = array("q")
        self._base_map: bytearray | frozenset[int] | None = None
        self._added: set[int] = set()
        self._removed: set[int] = set()

    def __len__(self) -> int:
        return len(self._base) - len(self._removed) + len(self._added)

    def __bool__(self) -> bool:
        return len(self) > 0

    def __contains__(self, row_id: int) -> bool:
        return row_id in self._added or (row_id not in self._removed and self._in_base(row_id))

    def contains(self, row_id: int, shown: "array[int] | None" = None) -> bool:
        """Whether an id is ticked; ``shown``, the list that it is taken from, makes the answer cheap."""
        if shown is not None and shown is self._base:
            return row_id not in self._removed
        return row_id in self

    def ids(self) -> "array[int]":
        """All ticked ids: those of `tick_all` in their order, then the others in the order of their number."""
        if not self._removed and not self._added:
            return array("q", self._base)
        # A comprehension would keep the window waiting for a tenth of a second at a million.
        result = array("q", filterfalse(self._removed.__contains__, self._base) if self._removed else self._base)
        result.extend(sorted(self._added))
        return result

    def tick(self, ids: Iterable[int], on: bool = True) -> None:
        """Tick or untick some ids."""
        before = len(self)
        for row_id in ids:
            if on:
                self._removed.discard(row_id)
                if not self._in_base(row_id):
                    self._added.add(row_id)
            else:
                self._added.discard(row_id)
                if self._in_base(row_id):
                    self._removed.add(row_id)
        if len(self) != before:
            self.changed.emit()

    def toggle(self, row_id: int) -> bool:
        """Turn one id round; returns whether it is ticked now."""
        on = row_id not in self
        self.tick((row_id,), on)
        return on

    def tick_all(self, ids: "array[int]") -> None:
        """Tick all of these on top of what is ticked."""
        others = set(self.ids()) if self and self._base is not ids else set(self._added)
        self._base, self._base_map = ids, None
        self._added, self._removed = others.difference(ids) if others else others, set()
        self.changed.emit()

    def untick_all(self, ids: Sequence[int]) -> None:
        """Untick all of these; the others stay."""
        if ids is self._base:
            self._base, self._base_map = array("q"), None
            self._removed = set()
            self.changed.emit()
        else:
            self.tick(ids, on=False)

    def clear(self) -> None:
        """Untick everything, shown or not."""
        if self:
            self._base, self._base_map = array("q"), None
            self._added, self._removed = set(), set()
            self.changed.emit()

    def discard_gone(self, ids: Iterable[int]) -> None:
        """Forget ids whose records are deleted."""
        self.tick(ids, on=False)

    def state_of(self, shown: "array[int] | None", total: int) -> Qt.CheckState | None:
        """Whether none, some or all of the rows of a list are ticked; "some" also where other rows are.

        None where only `contains_all` can tell.
        """
        if not self:
            return Qt.CheckState.Unchecked
        if shown is None or len(self) < total or total == 0:
            return Qt.CheckState.PartiallyChecked
        if shown is self._base:
            return Qt.CheckState.PartiallyChecked if self._removed else Qt.CheckState.Checked
        return None

    def contains_all(self, shown: "array[int]") -> bool:
        """Whether all of these are ticked; up to a second for a million, and safe on a reader thread."""
        return all(row_id in self for row_id in shown)

    def prepare(self) -> None:
        """Make the look-up of a large selection ready; safe on a reader thread, and done anyway when needed."""
        base = self._base
        if base and self._base_map is None:
            ready = _membership(base)
            if self._base is base:
                self._base_map = ready

    def _in_base(self, row_id: int) -> bool:
        if not self._base:
            return False
        if self._base_map is None:
            self._base_map = _membership(self._base)
        if isinstance(self._base_map, bytearray):
            return 0 <= row_id < len(self._base_map) and bool(self._base_map[row_id])
        return row_id in self._base_map


def _membership(ids: "array[int]") -> bytearray | frozenset[int]:
    # A byte an id is made four times faster than a set of a million shuffled ids, and takes a thirtieth of
    # it. In pieces, since the window waits while one call walks through all.
    pieces = [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
    largest = max([max(piece) for piece in pieces])  # a map would be one call again
    if min([min(piece) for piece in pieces]) < 0 or largest > _MAP_LIMIT:
        return frozenset(ids)
    marks = bytearray(largest + 1)
    for row_id in ids:
        marks[row_id] = 1
    return marks
