"""The questions of a list and their answers: ids and pages of rows, both fetched in the background."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum, auto
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QTimer, Signal
from typing_extensions import override

from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.row_pages import RowPages
from ulkacrm_desktop.ui.tables.rows import FirstPage, Row, RowSource

Index = QModelIndex | QPersistentModelIndex


class ListState(StrEnum):
    """What a list shows; EMPTY is an answer without rows (whether nothing was found is known to the page)."""

    LOADING = auto()
    READY = auto()
    EMPTY = auto()
    FAILED = auto()


class AskedModel(QAbstractTableModel):
    """Holds the rows of the answer to one question of a `RowSource`; what their cells say, a subclass tells.

    `ask` puts a question; until its first page is there, the rows of the one before stay. The ids of all
    rows follow in the background; before they are there, other pages are asked by position. Answers to an
    older question are dropped.
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

    def __init__(self, runner: TaskRunner, source: RowSource[Any, Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._source = source
        self._query: Any = None
        self._era = 0
        self._state = ListState.LOADING
        self._error: BaseException | None = None
        self._total = 0
        self._ids: array[int] | None = None
        self._holds = 0
        self._held: dict[object, Callable[[], None]] = {}
        self._pages = RowPages(runner, self._work_for, self)
        self._pages.arrived.connect(self._on_page)
        self._pages.failed.connect(self._on_failed)
        self._ids_timer = QTimer(self)
        self._ids_timer.setSingleShot(True)
        self._ids_timer.setInterval(self.IDS_DELAY)
        self._ids_timer.timeout.connect(self._ask_ids)

    # What is known.

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

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else self._total

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

    def close(self) -> None:
        """Ask nothing more; answers under way are dropped."""
        self._era += 1
        self._held.clear()
        self._ids_timer.stop()
        self._pages.drop_requests()
        for what in ("first", "ids", "changed"):
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

    # Answers.

    def hold(self) -> None:
        """Let every row stay at its place until `release`, since a cell is being edited.

        What a refresh would move waits until then, while rows are still brought up to date where they are.
        The answer to a new question is shown all the same.
        """
        self._holds += 1

    def release(self) -> None:
        """End one `hold`; after the last, what has come meanwhile is shown."""
        self._holds -= 1
        if not self._holds:
            held, self._held = self._held, {}
            for show in held.values():
                show()

    def _on_first_page(self, era: int, new: bool, answer: FirstPage[Any]) -> None:
        if era != self._era:
            return
        if self._holds and not new:
            self._held["first"] = partial(self._on_first_page, era, new, answer)
            return
        rows = tuple(answer.rows)
        complete = len(rows) >= answer.total
        ids = array("q", (row.id for row in rows)) if complete else None
        if new:
            self.beginResetModel()
            self._pages.clear()
            self._total, self._ids = answer.total, ids
            self._pages.keep_first(rows, self._total)
            self._rows_read(None)
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
        if complete:
            self.ids_arrived.emit()
        else:
            self._ids_timer.start()

    def _on_ids(self, era: int, ids: "array[int]") -> None:
        if era != self._era:
            return
        if self._holds:
            self._held["ids"] = partial(self._on_ids, era, ids)
            return
        if len(ids) != self._total:
            self._resize(len(ids))
            self.total_changed.emit(self._total)
        self._ids = ids
        self.ids_arrived.emit()

    def _on_question_failed(self, era: int, error: BaseException) -> None:
        if era == self._era:
            self._on_failed(error)

    def _on_failed(self, error: BaseException) -> None:
        self._error = error
        self._set_state(ListState.FAILED)

    def _on_changed_rows(self, rows: Sequence[Row]) -> None:
        self._pages.replace({row.id: row for row in rows})
        self._rows_read(rows)
        self._announce_all()

    def _rows_read(self, rows: Sequence[Row] | None) -> None:
        """For a subclass: these rows are there anew, None for all; views are told right after."""

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
        # Somebody looks further down than the first page: the ids make the pages to come quick.
        self.hasten_ids()
        return partial(self._source.page_at, self._query, start, RowPages.SIZE)

    def _on_page(self, number: int, rows: Sequence[Row]) -> None:
        start = number * RowPages.SIZE
        if self._holds and self._pages.peek(start) is not None:
            self._held[number] = partial(self._on_page, number, rows)
            return
        length = min(RowPages.SIZE, self._total - start)
        page: tuple[Row | None, ...] = tuple(rows)
        if self._ids is not None and len(page) < length:
            # Deleted meanwhile: the gap stays in its place until the refresh that follows every deletion.
            found = {row.id: row for row in rows}
            page = tuple(found.get(row_id) for row_id in self._ids[start : start + length])
        self._pages.keep(number, page)
        self._rows_read(rows)
        if length > 0:
            last = self.index(start + length - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(start, 0), last)
