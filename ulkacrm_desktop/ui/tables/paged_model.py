"""A table model of any length: ids and pages of rows, both fetched in the background."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum, auto
from functools import partial
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.cells import cell_data
from ulkacrm_desktop.ui.tables.row_pages import RowPages
from ulkacrm_desktop.ui.tables.rows import Column, FirstPage, Role, Row, RowSource
from ulkacrm_desktop.ui.tables.ticked_ids import TickedIds

Index = QModelIndex | QPersistentModelIndex
_FLAGS: Final = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_TICK_FLAGS: Final = _FLAGS | Qt.ItemFlag.ItemIsUserCheckable
_EDITABLE_FLAGS: Final = _FLAGS | Qt.ItemFlag.ItemIsEditable
_CHECKED: Final = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}


class ListState(StrEnum):
    """What a list shows; EMPTY is an answer without rows (whether nothing was found is known to the page)."""

    LOADING = auto()
    READY = auto()
    EMPTY = auto()
    FAILED = auto()


class PagedTableModel(QAbstractTableModel):
    """Shows the answer to one question of a `RowSource`.

    `ask` puts a question; until its first page is there, the rows of the one before stay. The ids of all
    rows follow in the background; before they are there, other pages are asked by position. Rows that are
    on their way are placeholders (`Role.LOADING`), so that nothing moves when they arrive. Answers to an
    older question are dropped. With ``ticks``, column 0 is the tick of the row and the columns come after
    it.
    """

    IDS_DELAY: Final = 150
    """Milliseconds before all ids are asked for: the first page is drawn in peace, and while somebody types, a
    list of a million ids is not read for every letter."""

    state_changed = Signal(object)
    """The new `ListState`."""
    total_changed = Signal(int)
    answered = Signal(bool)
    """The first page of a question is shown; True where it was a new question, False at a refresh."""
    ids_arrived = Signal()
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
        super().__init__(parent)
        self._runner = runner
        self._source = source
        self._columns = tuple(columns)
        self._ticks = ticks
        self._shift = 1 if ticks is not None else 0
        self._query: Any = None
        self._era = 0
        self._state = ListState.LOADING
        self._error: BaseException | None = None
        self._total = 0
        self._ids: array[int] | None = None
        self._edits: dict[tuple[int, str], str] = {}
        self._heading = Qt.CheckState.Unchecked
        self._pages = RowPages(runner, self._work_for, self)
        self._pages.arrived.connect(self._on_page)
        self._pages.failed.connect(self._on_failed)
        self._ids_timer = QTimer(self)
        self._ids_timer.setSingleShot(True)
        self._ids_timer.setInterval(self.IDS_DELAY)
        self._ids_timer.timeout.connect(self._ask_ids)
        if ticks is not None:
            ticks.changed.connect(self._on_ticks_changed)

    # What is asked and what is known.

    @property
    def columns(self) -> tuple[Column[Any], ...]:
        """The columns, without that of the ticks."""
        return self._columns

    @property
    def ticks(self) -> TickedIds | None:
        """The ticked ids, where rows can be ticked."""
        return self._ticks

    @property
    def state(self) -> ListState:
        """What the list shows now."""
        return self._state

    @property
    def error(self) -> BaseException | None:
        """Why the last question failed, in the state FAILED."""
        return self._error

    @property
    def query(self) -> Any:
        """The question that was asked last."""
        return self._query

    @property
    def total(self) -> int:
        """How many rows the list has."""
        return self._total

    @property
    def ids(self) -> "array[int] | None":
        """The ids of all rows in the order of display, or None while they are on their way; not to be changed."""
        return self._ids

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

    def row_at(self, position: int) -> Row | None:
        """The row at a position; None while it is on its way (it is asked for)."""
        return self._pages.row_at(position, self._total) if 0 <= position < self._total else None

    def id_at(self, position: int) -> int | None:
        """The id at a position, that of the row that is shown there; None while it is not known."""
        row = self._pages.peek(position)
        if row is not None:
            return row.id
        if self._ids is not None and 0 <= position < len(self._ids):
            return self._ids[position]
        return None

    def position_of(self, row_id: int) -> int | None:
        """The position of an id; None where it is not in the list, or its position not known yet."""
        position = self._pages.position_of(row_id)
        if position is None and self._ids is not None:
            try:
                return self._ids.index(row_id)
            except ValueError:
                return None
        return position

    def known_row(self, row_id: int) -> Row | None:
        """The row with this id if it happens to be at hand."""
        return next((row for row in self._pages if row.id == row_id), None)

    def fetch_rows(self, ids: Sequence[int]) -> list[Row]:
        """Rows by id in the order of the ids; for work on a reader thread, since it asks the source."""
        found = {row.id: row for row in self._source.rows(ids)}
        return [found[row_id] for row_id in ids if row_id in found]

    # Questions.

    def ask(self, query: Any) -> None:
        """Put a new question; its answer replaces the list, from the top."""
        self._query = query
        self._put_question(new=True)

    def refresh(self, changed_ids: Iterable[int] | None = None, *, query: Any = None) -> None:
        """Ask the same question again after a change of the data; the place in the list stays.

        With ``changed_ids``, those of them that are at hand are read at once, before order and number are
        known. ``query`` takes the place of a question of the same meaning, such as one whose rows tell more.
        """
        if query is not None:
            self._query = query
        self._put_question(new=self._state in (ListState.LOADING, ListState.FAILED))
        if changed_ids is not None:
            changed = set(changed_ids)
            at_hand = [row.id for row in self._pages if row.id in changed]
            if at_hand:
                self._runner.run_latest(
                    (id(self), "changed"),
                    partial(self._source.rows, at_hand),
                    self._on_changed_rows,
                    self._on_failed,
                )

    def set_columns(self, columns: Sequence[Column[Any]]) -> None:
        """Show other columns (a property was made or renamed) with the same rows."""
        self.beginResetModel()
        self._columns = tuple(columns)
        self.endResetModel()

    def discard_edit(self, row_id: int, key: str) -> None:
        """Show the stored value again, where saving an edited cell failed."""
        if self._edits.pop((row_id, key), None) is not None:
            self._announce_all()

    def close(self) -> None:
        """Ask nothing more; answers under way are dropped."""
        self._era += 1
        self._ids_timer.stop()
        self._pages.drop_requests()
        for what in ("first", "ids", "changed", "heading"):
            self._runner.forget((id(self), what))

    def hasten_ids(self) -> None:
        """Ask for the ids at once, since somebody waits for them."""
        if self._ids_timer.isActive():
            self._ids_timer.stop()
            self._ask_ids()

    def _ask_ids(self) -> None:
        self._runner.run_latest(
            (id(self), "ids"),
            partial(self._source.all_ids, self._query),
            partial(self._on_ids, self._era),
            self._on_failed,
        )

    def _put_question(self, *, new: bool) -> None:
        self.close()
        if new and self._total == 0:
            self._set_state(ListState.LOADING)
        self._runner.run_latest(
            (id(self), "first"),
            partial(self._source.first_page, self._query),
            partial(self._on_first_page, self._era, new),
            partial(self._on_question_failed, self._era),
        )

    def _on_first_page(self, era: int, new: bool, answer: FirstPage[Any]) -> None:
        if era != self._era:
            return
        rows = tuple(answer.rows)
        complete = len(rows) >= answer.total
        ids = array("q", (row.id for row in rows)) if complete else None
        if new:
            self.beginResetModel()
            self._pages.clear()
            self._edits.clear()
            self._total, self._ids = answer.total, ids
            self._pages.keep_first(rows, self._total)
            self.endResetModel()
        else:
            self._resize(answer.total)
            self._ids = ids
            self._pages.expire()
            self._pages.keep_first(rows, self._total)
            self._announce_all()
        self._error = None
        self._set_state(ListState.READY if answer.total else ListState.EMPTY)
        self.total_changed.emit(self._total)
        self.answered.emit(new)
        self._update_heading()
        if complete:
            self.ids_arrived.emit()
        else:
            self._ids_timer.start()

    def _on_ids(self, era: int, ids: "array[int]") -> None:
        if era != self._era:
            return
        if len(ids) != self._total:
            self._resize(len(ids))
            self.total_changed.emit(self._total)
        self._ids = ids
        if self._shift and self._total:
            self.dataChanged.emit(self.index(0, 0), self.index(self._total - 1, 0))
        self._update_heading()
        self.ids_arrived.emit()

    def _on_question_failed(self, era: int, error: BaseException) -> None:
        if era == self._era:
            self._on_failed(error)

    def _on_failed(self, error: BaseException) -> None:
        self._error = error
        self._set_state(ListState.FAILED)

    def _on_changed_rows(self, rows: Sequence[Row]) -> None:
        by_id = {row.id: row for row in rows}
        self._pages.replace(by_id)
        self._forget_edits(rows)
        self._announce_all()

    def _set_state(self, state: ListState) -> None:
        if state is not self._state or state is ListState.FAILED:
            self._state = state
            self.state_changed.emit(state)

    def _resize(self, total: int) -> None:
        # Rows come or go at the end and the contents are announced as changed: a reset would lose the place.
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < self._total:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self._pages.truncate(total)
            self.endRemoveRows()

    def _announce_all(self) -> None:
        if self._total:
            self.dataChanged.emit(self.index(0, 0), self.index(self._total - 1, self.columnCount() - 1))

    # Pages.

    def _work_for(self, number: int) -> Callable[[], Sequence[Row]] | None:
        start = number * RowPages.SIZE
        if start >= self._total:
            return None
        if self._ids is not None:
            return partial(self.fetch_rows, self._ids[start : start + RowPages.SIZE])
        return partial(self._source.page_at, self._query, start, RowPages.SIZE)

    def _on_page(self, number: int, rows: Sequence[Row]) -> None:
        start = number * RowPages.SIZE
        length = min(RowPages.SIZE, self._total - start)
        page: tuple[Row | None, ...] = tuple(rows)
        if self._ids is not None and len(page) < length:
            # Deleted meanwhile: the gap stays in its place until the refresh that follows every deletion.
            found = {row.id: row for row in rows}
            page = tuple(found.get(row_id) for row_id in self._ids[start : start + length])
        self._pages.keep(number, page)
        self._forget_edits(rows)
        if length > 0:
            last = self.index(start + length - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(start, 0), last)

    def _forget_edits(self, rows: Iterable[Row]) -> None:
        if self._edits:
            ids = {row.id for row in rows}
            self._edits = {place: text for place, text in self._edits.items() if place[0] not in ids}

    # Ticks.

    def _on_ticks_changed(self) -> None:
        if self._total:
            self.dataChanged.emit(self.index(0, 0), self.index(self._total - 1, 0), [Qt.ItemDataRole.CheckStateRole])
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
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else self._total

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._columns) + self._shift

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        position, section = index.row(), index.column() - self._shift
        if role == Role.ID:
            return self.id_at(position)
        row = self.row_at(position)
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
        row_id = self.id_at(position)
        ticked = row_id is not None and self._ticks is not None and self._ticks.contains(row_id, self._ids)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _("Ticked") if ticked else _("Not ticked")
        return _CHECKED[ticked]

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
