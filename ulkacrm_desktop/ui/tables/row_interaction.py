"""What the keyboard and the mouse do with the rows of a list; the same in the table and on cards."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication

from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.cells import rows_as_mime
from ulkacrm_desktop.ui.tables.paged_model import PagedTableModel
from ulkacrm_desktop.ui.tables.rows import Column, Row

COPY_LIMIT: Final = 20_000


class RowInteraction(QObject):
    """Keeps the current row by its id, ticks, opens, copies and deletes.

    The current row (one) is what the side card shows; the ticked rows (many, in `TickedIds`) are what
    actions act on. After an answer the current row is looked up again by its id: after a new question it
    stays current only if it is still in the list, after a refresh the row that took its place becomes
    current.
    """

    current_id_changed = Signal(object)
    """The id of the current row, or None."""
    opened = Signal(object)
    """Enter or a double click: the id."""
    delete_requested = Signal(object)
    """Delete: a list of ids, those ticked, or the current one."""
    menu_requested = Signal(object, QPoint)
    """A context menu for the row with this id at this global position."""
    copied = Signal(int)
    """So many rows are on the clipboard."""
    copy_refused = Signal(int)
    """So many rows are too many for a clipboard; export them."""
    drag_begun = Signal(object)
    """The mouse pulls rows away: a list of ids, all that are ticked where the row under it is, else that row's."""
    text_typed = Signal(str)
    """A letter was typed while the list had the focus; a page puts it into its search box."""

    def __init__(self, view: QAbstractItemView, model: PagedTableModel, runner: TaskRunner) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._runner = runner
        self._ticks = model.ticks
        self._current_id: int | None = None
        self._looking_for: int | None = None
        self._fall_back: int | None = None
        self._anchor: int | None = None
        self._held: tuple[QPoint, int] | None = None
        """Where the mouse was pressed, and on the row of which id."""
        self._waiting_for_ids: list[tuple[int, int] | None] = []
        model.answered.connect(self._on_answered)
        model.ids_arrived.connect(self._on_ids_arrived)
        model.dataChanged.connect(self._on_data_changed)

    @property
    def current_id(self) -> int | None:
        """The id of the current row."""
        return self._current_id

    def set_current_id(self, row_id: int | None) -> None:
        """Make the row with this id current and show it, now or as soon as its position is known."""
        if row_id is None:
            self._view.setCurrentIndex(QModelIndex())
            self._take_current(None)
            return
        position = self._model.position_of(row_id)
        if position is None:
            self._looking_for, self._fall_back = row_id, None
        else:
            self._go_to(position)

    def acted_on_ids(self) -> Sequence[int]:
        """What an action acts on: the ticked ids, or the current one where nothing is ticked."""
        if self._ticks:
            return self._ticks.ids()
        return [] if self._current_id is None else [self._current_id]

    # Ticks.

    def toggle(self, position: int) -> None:
        """Tick or untick the row at a position; a range starts here."""
        row_id = self._model.id_at(position)
        if self._ticks is not None and row_id is not None:
            self._ticks.toggle(row_id)
        self._anchor = position

    def tick_range(self, position: int) -> None:
        """Tick the rows from the last tick to this position; with ids on their way, when they are there."""
        start = self._anchor if self._anchor is not None else max(self._view.currentIndex().row(), 0)
        first, last = sorted((start, position))
        if self._model.ids is not None and self._ticks is not None:
            self._ticks.tick(self._model.ids[first : last + 1])
        else:
            self._waiting_for_ids.append((first, last))
            self._model.hasten_ids()

    def tick_all(self) -> None:
        """Tick all rows that match the question."""
        if self._ticks is None:
            return
        if self._model.ids is not None:
            self._ticks.tick_all(self._model.ids)
            self._runner.run(self._ticks.prepare)
        else:
            self._waiting_for_ids.append(None)
            self._model.hasten_ids()

    def toggle_all(self) -> None:
        """Tick all rows that match, or untick them where all are ticked."""
        if self._ticks is None:
            return
        ids = self._model.ids
        if ids is not None and self._model.all_ticked:
            self._ticks.untick_all(ids)
        else:
            self.tick_all()

    # Events, handed over by the views.

    def pressed(self, event: QMouseEvent, index: QModelIndex, *, on_tick: bool) -> bool:
        """A press of the mouse; True where it was a tick and no more is to be done."""
        self._held = None
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return False
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ShiftModifier and self._ticks is not None:
            self.tick_range(index.row())
            return True
        if on_tick or (modifiers & Qt.KeyboardModifier.ControlModifier and self._ticks is not None):
            self.toggle(index.row())
            return True
        self._anchor = index.row()
        row_id = self._model.id_at(index.row())
        self._held = None if row_id is None else (event.position().toPoint(), row_id)
        return False

    def moved(self, event: QMouseEvent) -> None:
        """A move of the mouse: with the button held, rows are dragged from where it was pressed."""
        if self._held is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        place, row_id = self._held
        if (event.position().toPoint() - place).manhattanLength() < QApplication.startDragDistance():
            return
        self._held = None
        ticked = self._ticks is not None and self._ticks.contains(row_id, self._model.ids)
        self.drag_begun.emit(self.acted_on_ids() if ticked else [row_id])

    def double_clicked(self, index: QModelIndex) -> None:
        """A double click beside the tick."""
        row_id = self._model.id_at(index.row()) if index.isValid() else None
        if row_id is not None:
            self.opened.emit(row_id)

    def menu_wanted(self, index: QModelIndex, place: QPoint) -> None:
        """A right click or the menu key on a row."""
        row_id = self._model.id_at(index.row()) if index.isValid() else None
        if row_id is not None:
            self._view.setCurrentIndex(index)
            self.menu_requested.emit(row_id, place)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """A key; True where it was one of ours."""
        current = self._view.currentIndex()
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.tick_all()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key == Qt.Key.Key_Delete or event.matches(QKeySequence.StandardKey.Delete):
            if ids := self.acted_on_ids():
                self.delete_requested.emit(ids)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.double_clicked(current)
        elif key == Qt.Key.Key_Space and current.isValid():
            if shift:
                self.tick_range(current.row())
            else:
                self.toggle(current.row())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._model.total:
            self._go_to(0 if key == Qt.Key.Key_Home else self._model.total - 1)
        elif shift and key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and current.isValid():
            if self._anchor is None:
                self._anchor = current.row()
            self._go_to(current.row() + (1 if key == Qt.Key.Key_Down else -1))
            self.tick_range(self._view.currentIndex().row())
        elif key == Qt.Key.Key_F2 and current.isValid():
            self._edit(current)
        elif event.text().isprintable() and event.text().strip() and not self._is_command(event):
            self.text_typed.emit(event.text())
        else:
            return False
        return True

    @staticmethod
    def _is_command(event: QKeyEvent) -> bool:
        commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        return bool(event.modifiers() & (commands | Qt.KeyboardModifier.MetaModifier))

    def _edit(self, index: QModelIndex) -> None:
        editable = Qt.ItemFlag.ItemIsEditable
        sections = [index.column(), *range(self._model.columnCount())]
        for section in sections:
            cell = self._model.index(index.row(), section)
            if self._model.flags(cell) & editable and self._model.row_at(cell.row()) is not None:
                self._view.setCurrentIndex(cell)
                self._view.edit(cell)
                return

    # Copying.

    def copy(self, ids: Sequence[int] | None = None) -> None:
        """Put these rows (else the ticked ones, or the current one) on the clipboard as a table, in their order."""
        count = len(ids) if ids is not None else len(self._ticks) if self._ticks else len(self.acted_on_ids())
        if count > COPY_LIMIT:
            self.copy_refused.emit(count)
            return
        wanted = list(ids) if ids is not None else self.acted_on_ids()
        if not wanted:
            return
        shown = self._model.ids

        def fetch() -> list[Row]:
            order = wanted
            if len(wanted) > 1 and shown is not None:
                chosen = set(wanted)
                here = [row_id for row_id in shown if row_id in chosen]
                order = here + sorted(chosen.difference(here))
            return self._model.fetch_rows(order)

        self._runner.run_latest((id(self), "copy"), fetch, partial(self._on_rows_to_copy, self._copied_columns()))

    def _copied_columns(self) -> list[Column[Row]]:
        visible = getattr(self._view, "visible_columns", None)
        return list(visible()) if visible is not None else list(self._model.columns)

    def _on_rows_to_copy(self, columns: list[Column[Row]], rows: list[Row]) -> None:
        QGuiApplication.clipboard().setMimeData(rows_as_mime(columns, rows))
        self.copied.emit(len(rows))

    # The current row.

    def current_changed(self, current: QModelIndex) -> None:
        """The view has another current row."""
        if self._looking_for is None or current.isValid():
            self._looking_for = None
            self._take_current(self._model.id_at(current.row()) if current.isValid() else None)

    def _take_current(self, row_id: int | None) -> None:
        if row_id != self._current_id:
            self._current_id = row_id
            self.current_id_changed.emit(row_id)

    def _go_to(self, position: int) -> None:
        position = min(max(position, 0), self._model.total - 1)
        if position >= 0:
            column = max(self._view.currentIndex().column(), self._first_section())
            self._view.setCurrentIndex(self._model.index(position, column))

    def _first_section(self) -> int:
        return 0 if self._ticks is None else 1

    def _on_answered(self, new: bool) -> None:
        self._anchor = None
        self._waiting_for_ids.clear()
        if new:
            self._view.scrollToTop()
        if self._current_id is not None and self._looking_for is None:
            self._looking_for = self._current_id
        self._fall_back = None if new else self._view.currentIndex().row()
        self._look(final=False)

    def _on_ids_arrived(self) -> None:
        self._look(final=True)
        waiting, self._waiting_for_ids = self._waiting_for_ids, []
        for what in waiting:
            if what is None:
                self.tick_all()
            elif self._ticks is not None and self._model.ids is not None:
                self._ticks.tick(self._model.ids[what[0] : what[1] + 1])

    def _look(self, *, final: bool) -> None:
        if self._looking_for is None:
            return
        position = self._model.position_of(self._looking_for)
        if position is not None:
            self._looking_for = None
            if position != self._view.currentIndex().row():
                self._go_to(position)
        elif final:
            self._looking_for = None
            if self._fall_back is not None and self._fall_back >= 0 and self._model.total:
                place = min(self._fall_back, self._model.total - 1)
                self._go_to(place)
                self._take_current(self._model.id_at(place))
            else:
                self._view.setCurrentIndex(QModelIndex())
                self._take_current(None)

    def _on_data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        current = self._view.currentIndex()
        if (
            self._looking_for is None
            and self._current_id is None
            and current.isValid()
            and first.row() <= current.row() <= last.row()
        ):
            # Went to a row that was still on its way.
            self._take_current(self._model.id_at(current.row()))

    def event_is_ours(self, event: QEvent) -> bool:
        """Whether a key belongs to the list and not to a shortcut of the window, while the list has focus."""
        return isinstance(event, QKeyEvent) and (
            event.matches(QKeySequence.StandardKey.SelectAll)
            or event.matches(QKeySequence.StandardKey.Copy)
            or event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_F2, Qt.Key.Key_Space)
        )
