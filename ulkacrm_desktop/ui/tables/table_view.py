"""A table of a paged model: quick at a million rows, driven by the keyboard, remembered as the user left it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.painting import paint_tick
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.delegates import Look, TextDelegate, delegate_for, paint_ground, row_height
from ulkacrm_desktop.ui.tables.paged_model import PagedTableModel
from ulkacrm_desktop.ui.tables.row_interaction import RowInteraction
from ulkacrm_desktop.ui.tables.rows import Column
from ulkacrm_desktop.ui.tables.table_header import TableHeader
from ulkacrm_desktop.ui.theme import GRID

_TICK_WIDTH: Final = 5 * GRID


class PagedTableView(QTableView):
    """Shows a `PagedTableModel`; what is done with its rows is told by ``rows``, a `RowInteraction`."""

    sort_requested = Signal(str, bool)
    """A heading was clicked: the column's ``sort_key``, and whether descending. Ask the model accordingly."""
    layout_changed = Signal()
    """Columns were shown, hidden, moved or resized; save `saved_state`."""

    def __init__(self, model: PagedTableModel, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("table")
        self._paged = model
        self._sort: tuple[str, bool] | None = None
        self._is_sort_shown = True
        self._laid_out: tuple[str, ...] = ()
        self._wished: dict[str, int] = {}
        self.hovered_row = -1
        self._has_ticks = model.ticks is not None
        header = TableHeader(tick_section=self._has_ticks, parent=self)
        self.setHorizontalHeader(header)
        self._header = header
        self.rows = RowInteraction(self, model, runner)
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # By rows: a million rows of pixels is beyond what some platforms scroll by evenly.
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(1)
        vertical.setDefaultSectionSize(row_height(self.fontMetrics()))
        header.menu_requested.connect(self._on_menu_requested)
        header.tick_all_clicked.connect(self.rows.toggle_all)
        header.sectionClicked.connect(self._on_section_clicked)
        header.sectionMoved.connect(self._on_section_moved)
        header.sectionResized.connect(self._on_section_resized)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        model.modelAboutToBeReset.connect(self._end_editing)
        model.modelReset.connect(self._lay_columns_out)
        self._lay_columns_out()

    # Columns.

    def visible_columns(self) -> list[Column[Any]]:
        """The columns that are shown, in the order in which they are shown."""
        sections = (self._header.logicalIndex(place) for place in range(self._header.count()))
        shown = [section for section in sections if not self.isColumnHidden(section)]
        return [column for section in shown if (column := self._paged.column_at(section)) is not None]

    def content_widths(self, column: Column[Any], rows: Iterable[int]) -> list[int]:
        """The width that its heading needs, and those that these rows' cells do; rows on their way are passed over."""
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        look, section = Look.of(option), self._paged.section_of(column.key)
        delegate = cast(TextDelegate, self.itemDelegateForColumn(section))
        readers = (self._paged.reader(row, section) for row in rows if self._paged.row_at(row) is not None)
        return [self._header.sectionSizeFromContents(section).width()] + [
            delegate.cell_width(read, look) for read in readers
        ]

    def show_column(self, key: str, shown: bool = True) -> None:
        """Show or hide a column; a fixed one stays."""
        section = self._paged.section_of(key)
        column = self._paged.column_at(section)
        if column is not None and (shown or not column.fixed):
            self.setColumnHidden(section, not shown)
            self.layout_changed.emit()

    def set_sort(self, sort_key: str | None, descending: bool = False) -> None:
        """Show by which column the list is sorted; nothing is asked."""
        self._sort = None if sort_key is None else (sort_key, descending)
        self._show_sort()

    def show_sort(self, shown: bool) -> None:
        """Show in the headings by which column the list is sorted, or not, while it has an order of its own."""
        self._is_sort_shown = shown
        self._show_sort()

    @property
    def is_sort_shown(self) -> bool:
        """Whether the rows are in the order of ``sort``."""
        return self._is_sort_shown

    def columns_menu(self) -> QMenu:
        """A menu that shows and hides columns; the caller pops it up. It deletes itself."""
        menu = QMenu(self)
        menu.setObjectName("columns_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in self._paged.columns:
            action = menu.addAction(column.title)
            action.setObjectName(f"column_{column.key}")
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(self._paged.section_of(column.key)))
            action.setEnabled(not column.fixed)
            action.toggled.connect(lambda on, key=column.key: self.show_column(key, on))
        menu.addSeparator()
        reset = menu.addAction(_("Reset columns"))
        reset.setObjectName("reset_columns")
        reset.triggered.connect(self.reset_columns)
        return menu

    def reset_columns(self) -> None:
        """Order, widths and visible columns as they were at first."""
        self._laid_out = ()
        self._lay_columns_out()
        self.layout_changed.emit()

    def saved_state(self) -> dict[str, Any]:
        """Order, widths, visible columns and sort as values that JSON takes, for `restore_state`."""
        columns: list[dict[str, Any]] = []
        for place in range(self._header.count()):
            section = self._header.logicalIndex(place)
            column = self._paged.column_at(section)
            if column is not None:
                hidden = self.isColumnHidden(section)
                last = not hidden and place == self._last_visible_place()
                # The last column is stretched: its width says nothing about what the user wants.
                width = self._wished_width(column) if hidden or last else self._header.sectionSize(section)
                columns.append({"key": column.key, "width": width, "visible": not hidden})
        return {"columns": columns, "sort": list(self._sort) if self._sort else None}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Put back what `saved_state` gave; what does not fit (columns that are gone, nonsense) is passed over."""
        place = 1 if self._has_ticks else 0
        saved = state.get("columns")
        for entry in saved if isinstance(saved, list) else ():
            try:
                section = self._paged.section_of(entry["key"])
                width, visible = int(entry["width"]), bool(entry["visible"])
            except (KeyError, TypeError, ValueError):
                continue
            column = self._paged.column_at(section)
            self._header.moveSection(self._header.visualIndex(section), place)
            self._wished[entry["key"]] = max(width, self._header.minimumSectionSize())
            self.setColumnWidth(section, self._wished[entry["key"]])
            self.setColumnHidden(section, not visible and not (column is not None and column.fixed))
            place += 1
        sort = state.get("sort")
        if isinstance(sort, list | tuple) and len(sort) == 2 and isinstance(sort[0], str):
            self.set_sort(sort[0], bool(sort[1]))

    @property
    def sort(self) -> tuple[str, bool] | None:
        """The ``sort_key`` and whether descending, as shown in the headings while `is_sort_shown`."""
        return self._sort

    def _wished_width(self, column: Column[Any]) -> int:
        return self._wished.get(column.key, column.width)

    def _last_visible_place(self) -> int:
        places = (
            place
            for place in reversed(range(self._header.count()))
            if not self.isColumnHidden(self._header.logicalIndex(place))
        )
        return next(places, -1)

    def _lay_columns_out(self) -> None:
        keys = tuple(column.key for column in self._paged.columns)
        if keys == self._laid_out:
            return
        state = self.saved_state() if self._laid_out else None
        if state is not None:
            # Columns that have come since say for themselves whether they are shown.
            state["columns"] = [entry for entry in state["columns"] if entry["key"] in self._laid_out]
        self._laid_out = keys
        self._wished = {}
        for section in range(self._paged.columnCount()):
            column = self._paged.column_at(section)
            self._header.moveSection(self._header.visualIndex(section), section)
            if column is None:
                self._header.setSectionResizeMode(section, QHeaderView.ResizeMode.Fixed)
                self._header.resizeSection(section, _TICK_WIDTH)
            else:
                self._header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
                self.setColumnWidth(section, column.width)
                self.setColumnHidden(section, not column.visible)
                self.setItemDelegateForColumn(section, delegate_for(column.kind, self))
        if state is not None:
            self.restore_state(state)
        self._show_sort()

    def _show_sort(self) -> None:
        section = None
        if self._sort is not None and self._is_sort_shown:
            sort_key = self._sort[0]
            matching = (column.key for column in self._paged.columns if column.sort_key == sort_key)
            key = next(matching, None)
            section = None if key is None else self._paged.section_of(key)
        self._header.set_sort(section, bool(self._sort and self._sort[1]))

    def _on_section_clicked(self, section: int) -> None:
        column = self._paged.column_at(section)
        if column is not None and column.sort_key is not None:
            again = self._is_sort_shown and self._sort is not None and self._sort[0] == column.sort_key
            self.set_sort(column.sort_key, not self._sort[1] if again and self._sort is not None else False)
            self.sort_requested.emit(*(self._sort or ("", False)))

    def _on_section_moved(self, section: int, old: int, new: int) -> None:
        if self._has_ticks and self._header.visualIndex(0) != 0:
            self._header.moveSection(self._header.visualIndex(0), 0)
        self.layout_changed.emit()

    def _on_section_resized(self, section: int, old: int, new: int) -> None:
        column = self._paged.column_at(section)
        if column is not None and new and self._header.visualIndex(section) != self._last_visible_place():
            self._wished[column.key] = new
            self.layout_changed.emit()

    def _on_menu_requested(self, place: QPoint) -> None:
        self.columns_menu().popup(place)

    # Drawing.

    @override
    def paintEvent(self, e: QPaintEvent) -> None:
        # Qt's own comes to Python anew for every cell, several times, and waits for its lock each time: while a
        # reader works, a list of a hundred and fifty cells took a tenth of a second.
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        self._paint_rows(painter, e.rect(), Look.of(option))
        painter.end()

    def _paint_rows(self, painter: QPainter, area: QRect, look: Look) -> None:
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        if first < 0:
            return
        header, selection = self._header, self.selectionModel()
        columns: list[tuple[int, int, int, TextDelegate]] = []
        for section in range(header.count()):
            left, width = header.sectionViewportPosition(section), header.sectionSize(section)
            if width and left <= area.right() and left + width > area.left():
                columns.append((section, left, width, cast(TextDelegate, self.itemDelegateForColumn(section))))
        for row in range(first, (last if last >= 0 else self._paged.total - 1) + 1):
            top, height, hovered = self.rowViewportPosition(row), self.rowHeight(row), row == self.hovered_row
            ground = QRect(area.left(), top, area.width(), height)
            paint_ground(painter, ground, look.colours, selected=selection.isRowSelected(row), hovered=hovered)
            for section, left, width, delegate in columns:
                rect = QRect(left, top, width, height)
                if self._has_ticks and section == 0:
                    state = self._paged.tick_at(row)
                    paint_tick(painter, QRectF(rect).center(), state, look.palette, hovered=hovered)
                else:
                    delegate.paint_cell(painter, rect, self._paged.reader(row, section), look, row * 7 + section * 3)
        self._paint_ring(painter, look)

    def _paint_ring(self, painter: QPainter, look: Look) -> None:
        """A ring around the cell that F2 would edit."""
        current = self.currentIndex()
        if current.isValid() and self.hasFocus() and self._paged.flags(current) & Qt.ItemFlag.ItemIsEditable:
            painter.setPen(QPen(look.colours.accent, 1))
            painter.drawRect(self.visualRect(current).adjusted(0, 0, -1, -1))

    # Events.

    def _end_editing(self) -> None:
        # As when the focus goes elsewhere. Qt would do it after the reset, when the cell is no more.
        editor = self.indexWidget(self.currentIndex())
        if editor is not None:
            self.commitData(editor)
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    @override
    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        self.rows.current_changed(self.currentIndex())

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Qt makes the first row current when the focus comes, but does not show it as such.
        current = self.currentIndex()
        if current.isValid() and not self.selectionModel().isRowSelected(current.row()):
            self.setCurrentIndex(current)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == QAbstractItemView.State.EditingState or not self.rows.key_pressed(event):
            super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        # Qt's own would walk through all rows, which are not here.
        return

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self.rows.event_is_ours(event):
            event.accept()
            return True
        return super().event(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        on_tick = self._has_ticks and index.isValid() and index.column() == 0
        if not self.rows.pressed(event, index, on_tick=on_tick):
            super().mousePressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if self._has_ticks and index.isValid() and index.column() == 0:
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.rows.double_clicked(index)

    @override
    def contextMenuEvent(self, arg__1: QContextMenuEvent) -> None:
        by_mouse = arg__1.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(arg__1.pos()) if by_mouse else self.currentIndex()
        place = arg__1.globalPos()
        if not by_mouse and index.isValid():
            place = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        self.rows.menu_wanted(index, place)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.rowAt(int(event.position().y())))
        self.rows.moved(event)
        # Moving over rows with the button held would otherwise make each of them current in turn.
        if not event.buttons():
            super().mouseMoveEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _on_scrolled(self) -> None:
        place = self.viewport().mapFromGlobal(self.cursor().pos())
        self._hover(self.rowAt(place.y()) if self.viewport().rect().contains(place) and self.underMouse() else -1)

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            for each in (self.hovered_row, row):
                top = self.rowViewportPosition(each)
                self.viewport().update(0, top, self.viewport().width(), self.rowHeight(max(each, 0)))
            self.hovered_row = row
