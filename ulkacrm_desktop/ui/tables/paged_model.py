"""A table model of any length: what the cells of an answer's rows say, and which rows are ticked."""

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.asked_model import AskedModel
from ulkacrm_desktop.ui.tables.cells import cell_data
from ulkacrm_desktop.ui.tables.rows import Column, Role, Row, RowSource
from ulkacrm_desktop.ui.tables.ticked_ids import TickedIds

Index = QModelIndex | QPersistentModelIndex
Read = Callable[[int], Any]
"""What a cell says by role, one of Qt's or of `Role`."""
_FLAGS: Final = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_TICK_FLAGS: Final = _FLAGS | Qt.ItemFlag.ItemIsUserCheckable
_EDITABLE_FLAGS: Final = _FLAGS | Qt.ItemFlag.ItemIsEditable
_CHECKED: Final = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}


class PagedTableModel(AskedModel):
    """Shows the answer to a question in columns.

    Rows that are on their way are placeholders (`Role.LOADING`), so that nothing moves when they arrive.
    With ``ticks``, column 0 is the tick of the row and the columns come after it.
    """

    edited = Signal(object, str, str)
    """A cell was edited in place: id (int), key of the column, new text. Save it, then `refresh`."""

    def __init__(
        self,
        runner: TaskRunner,
        source: RowSource[Any, Any],
        columns: Sequence[Column[Any]],
        ticks: TickedIds | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(runner, source, parent)
        self._columns = tuple(columns)
        self._ticks = ticks
        self._shift = 1 if ticks is not None else 0
        self._edits: dict[tuple[int, str], str] = {}
        self._heading = Qt.CheckState.Unchecked
        self.answered.connect(self._update_heading)
        self.ids_arrived.connect(self._on_ids_arrived)
        if ticks is not None:
            ticks.changed.connect(self._on_ticks_changed)

    # Columns.

    @property
    def columns(self) -> tuple[Column[Any], ...]:
        """The columns, without that of the ticks."""
        return self._columns

    @property
    def ticks(self) -> TickedIds | None:
        """The ticked ids, where rows can be ticked."""
        return self._ticks

    @property
    def all_ticked(self) -> bool:
        """Whether all rows of the list are ticked, as its heading shows."""
        return self._heading == Qt.CheckState.Checked

    def column_at(self, section: int) -> Column[Any] | None:
        """The column of a section; None for that of the ticks."""
        return None if section < self._shift else self._columns[section - self._shift]

    def section_of(self, key: str) -> int:
        """The section of the column with this key; raises `KeyError`."""
        for section, column in enumerate(self._columns):
            if column.key == key:
                return section + self._shift
        raise KeyError(key)

    def set_columns(self, columns: Sequence[Column[Any]]) -> None:
        """Show other columns (a property was made or renamed) with the same rows."""
        self.beginResetModel()
        self._columns = tuple(columns)
        self.endResetModel()

    def discard_edit(self, row_id: int, key: str) -> None:
        """Show the stored value again, where saving an edited cell failed."""
        if self._edits.pop((row_id, key), None) is not None:
            self._announce_all()

    @override
    def close(self) -> None:
        super().close()
        self._runner.forget((id(self), "heading"))

    @override
    def _rows_read(self, rows: Sequence[Row] | None) -> None:
        if rows is None:
            self._edits.clear()
        elif self._edits:
            ids = {row.id for row in rows}
            self._edits = {place: text for place, text in self._edits.items() if place[0] not in ids}

    # Ticks.

    def _on_ticks_changed(self) -> None:
        if self._total:
            self.dataChanged.emit(self.index(0, 0), self.index(self._total - 1, 0), [Qt.ItemDataRole.CheckStateRole])
        self._update_heading()

    def _on_ids_arrived(self) -> None:
        if self._ticks is not None and self._total:
            self.dataChanged.emit(self.index(0, 0), self.index(self._total - 1, 0))
        self._update_heading()

    def _update_heading(self) -> None:
        if self._ticks is None:
            return
        self._runner.forget((id(self), "heading"))
        state = self._ticks.state_of(self._ids, self._total)
        if state is None:
            # Takes a look at every id of the list.
            self._set_heading(Qt.CheckState.PartiallyChecked)
            work = partial(self._ticks.contains_all, self._ids or array("q"))
            self._runner.run_latest((id(self), "heading"), work, self._on_all_ticked)
        else:
            self._set_heading(state)

    def _on_all_ticked(self, complete: bool) -> None:
        self._set_heading(Qt.CheckState.Checked if complete else Qt.CheckState.PartiallyChecked)

    def _set_heading(self, state: Qt.CheckState) -> None:
        if state != self._heading:
            self._heading = state
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 0)

    # What Qt asks.

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._columns) + self._shift

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        position = index.row()
        return self._said(position, index.column() - self._shift, self.row_at(position), role)

    def reader(self, position: int, section: int) -> Read:
        """What `data` tells of a cell by role, without the way through Qt, which is most of the time that a view
        takes to draw it."""
        return partial(self._said, position, section - self._shift, self.row_at(position))

    def _said(self, position: int, section: int, row: Row | None, role: int) -> Any:
        if role == Role.ID:
            return self.id_at(position)
        if role == Role.LOADING:
            return row is None
        if role == Role.ROW:
            return row
        if section < 0:
            return self._tick_data(position, role)
        if row is None:
            return None
        column = self._columns[section]
        if self._edits and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            edited = self._edits.get((row.id, column.key))
            if edited is not None:
                return edited
        return cell_data(column, row, role)

    def _tick_data(self, position: int, role: int) -> Any:
        if role not in (Qt.ItemDataRole.CheckStateRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        state = self.tick_at(position)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _("Ticked") if state == Qt.CheckState.Checked else _("Not ticked")
        return state

    def tick_at(self, position: int) -> Qt.CheckState:
        """Whether the row at a position is ticked."""
        row_id = self.id_at(position)
        return _CHECKED[row_id is not None and self._ticks is not None and self._ticks.contains(row_id, self._ids)]

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row_id = self.id_at(index.row())
        column = self.column_at(index.column())
        if row_id is None:
            return False
        if column is None:
            if role != Qt.ItemDataRole.CheckStateRole or self._ticks is None:
                return False
            self._ticks.tick((row_id,), Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role != Qt.ItemDataRole.EditRole or not column.editable:
            return False
        text = str(value)
        if text != index.data(Qt.ItemDataRole.EditRole):
            self._edits[row_id, column.key] = text
            self.dataChanged.emit(index, index)
            self.edited.emit(row_id, column.key, text)
        return True

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        column = self.column_at(index.column())
        if column is None:
            return _TICK_FLAGS
        return _EDITABLE_FLAGS if column.editable else _FLAGS

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < self.columnCount():
            return None
        column = self.column_at(section)
        if column is None:
            if role == Qt.ItemDataRole.CheckStateRole:
                return self._heading
            return _("Ticked") if role == Qt.ItemDataRole.AccessibleTextRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.align_right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None
