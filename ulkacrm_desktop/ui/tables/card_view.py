"""The rows of a paged model as cards, on the same model, ticks and keys as the table."""

from typing import Any, Final

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QToolTip, QWidget
from typing_extensions import override

from ulkacrm_desktop.ui.painting import (
    around_match,
    chip_height,
    paint_avatar,
    paint_chips,
    paint_skeleton,
    paint_text,
    paint_tick,
)
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.paged_model import PagedTableModel, Read
from ulkacrm_desktop.ui.tables.row_interaction import RowInteraction
from ulkacrm_desktop.ui.tables.rows import Detail, Role
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, colours_of, font

Index = QModelIndex | QPersistentModelIndex
_MINIMUM_WIDTH: Final = 32 * GRID
_GAP: Final = GRID + HALF
_AVATAR: Final = 5 * GRID
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PagedCardView(QAbstractItemView):
    """A grid of cards of one size, placed by arithmetic, so that a million costs what is visible.

    A card shows the column ``title`` with its avatar, a line for each of ``lines`` and the chips of ``chips`` (keys
    of columns). ``rows`` tells what is done with them, as in the table.
    """

    def __init__(
        self,
        model: PagedTableModel,
        runner: TaskRunner,
        *,
        title: str,
        lines: tuple[str, ...],
        chips: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("cards")
        self._paged = model
        self._title, self._lines, self._chips = title, lines, chips
        self._has_ticks = model.ticks is not None
        self.hovered_row = -1
        self.rows = RowInteraction(self, model, runner)
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        model.rowsInserted.connect(self._on_count_changed)
        model.rowsRemoved.connect(self._on_count_changed)

    # Places.

    def _across(self) -> int:
        return max(1, (self.viewport().width() - _GAP) // (_MINIMUM_WIDTH + _GAP))

    def _card_width(self) -> int:
        return (self.viewport().width() - _GAP) // self._across() - _GAP

    def _card_height(self) -> int:
        lines = len(self._lines) * (QFontMetrics(font(TextSize.CAPTION)).height() + HALF)
        chips = chip_height(QFontMetrics(font(TextSize.CAPTION))) + GRID if self._chips else 0
        return max(_AVATAR, self.fontMetrics().height() + HALF + lines) + chips + 3 * GRID

    def _step(self) -> int:
        return self._card_height() + _GAP

    def _card(self, position: int) -> QRect:
        line, place = divmod(position, self._across())
        left = _GAP + place * (self._card_width() + _GAP)
        # Lines are counted from the first visible one: pixels of a million cards would overflow a coordinate.
        top = _GAP + (line - self.verticalScrollBar().value()) * self._step()
        return QRect(left, top, self._card_width(), self._card_height())

    @override
    def indexAt(self, p: QPoint) -> QModelIndex:
        line = (p.y() - _GAP) // self._step() + self.verticalScrollBar().value()
        place = (p.x() - _GAP) // (self._card_width() + _GAP)
        position = line * self._across() + place
        inside = 0 <= place < self._across() and 0 <= position < self._paged.total
        if inside and self._card(position).contains(p):
            return self._paged.index(position, self._section())
        return QModelIndex()

    @override
    def visualRect(self, index: Index) -> QRect:
        return self._card(index.row()) if index.isValid() else QRect()

    @override
    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        bar = self.verticalScrollBar()
        line = index.row() // self._across()
        if line < bar.value():
            bar.setValue(line)
        elif line >= bar.value() + self._whole_lines():
            bar.setValue(line - self._whole_lines() + 1)
        self.viewport().update()

    def _whole_lines(self) -> int:
        return max(1, (self.viewport().height() - _GAP) // self._step())

    @override
    def updateGeometries(self) -> None:
        lines = -(-self._paged.total // self._across())
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, lines - self._whole_lines()))
        bar.setPageStep(self._whole_lines())
        bar.setSingleStep(1)
        super().updateGeometries()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        first = self.verticalScrollBar().value() * self._across_before
        super().resizeEvent(event)
        self._across_before = self._across()
        self.updateGeometries()
        self.verticalScrollBar().setValue(first // self._across())

    _across_before = 1

    def _on_count_changed(self) -> None:
        self.updateGeometries()
        self.viewport().update()

    @override
    def reset(self) -> None:
        super().reset()
        self.updateGeometries()

    @override
    def moveCursor(self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        action = QAbstractItemView.CursorAction
        page = self._whole_lines() * self._across()
        steps = {
            action.MoveLeft: -1,
            action.MoveRight: 1,
            action.MovePrevious: -1,
            action.MoveNext: 1,
            action.MoveUp: -self._across(),
            action.MoveDown: self._across(),
            action.MovePageUp: -page,
            action.MovePageDown: page,
            action.MoveHome: -self._paged.total,
            action.MoveEnd: self._paged.total,
        }
        if not self._paged.total:
            return QModelIndex()
        current = self.currentIndex()
        position = current.row() + steps[cursorAction] if current.isValid() else 0
        return self._paged.index(min(max(position, 0), self._paged.total - 1), self._section())

    def _section(self) -> int:
        return self._paged.section_of(self._title)

    @override
    def horizontalOffset(self) -> int:
        return 0

    @override
    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value() * self._step()

    @override
    def isIndexHidden(self, index: Index) -> bool:
        return index.column() != self._section()

    @override
    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.topLeft())
        if index.isValid() and self.selectionModel() is not None:
            self.selectionModel().select(index, command)

    @override
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region += self._card(index.row())
        return region

    # Drawing.

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        first = self.verticalScrollBar().value() * self._across()
        end = min(first + (self._whole_lines() + 2) * self._across(), self._paged.total)
        for position in range(first, end):
            card = self._card(position)
            if card.intersects(event.rect()):
                self._paint_card(painter, card, position)
        painter.end()

    def _paint_card(self, painter: QPainter, card: QRect, position: int) -> None:
        palette = self.palette()
        colours = colours_of(palette)
        current = self.currentIndex().row() == position
        hovered = self.hovered_row == position
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.accent if current else colours.border, 1))
        painter.setBrush(colours.selected if current else colours.hover if hovered else colours.base)
        painter.drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), GRID, GRID)
        inner = card.adjusted(_GAP, _GAP, -_GAP, -_GAP)
        title = self._cell(position, self._title)
        left = inner.left() + _AVATAR + _GAP
        text = QRect(left, inner.top(), inner.right() - left - (3 * GRID if self._has_ticks else 0), 0)
        circle = QRectF(inner.left(), inner.top(), _AVATAR, _AVATAR)
        if title(Role.LOADING):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.skeleton)
            painter.drawEllipse(circle)
            paint_skeleton(painter, QRect(text.left(), text.top() + HALF, text.width(), 2 * GRID), position, palette)
            return
        paint_avatar(painter, circle, str(title(Role.AVATAR) or ""), palette, self.font())
        painter.setFont(font(bold=True))
        text.setHeight(painter.fontMetrics().height())
        name = str(title(Qt.ItemDataRole.DisplayRole) or "")
        paint_text(painter, text, name, colours.text, _LEFT, title(Role.MATCHES) or (), colours.match)
        self._paint_lines(painter, text, inner, position)
        if self._has_ticks:
            centre = QPointF(self._tick(card).center())
            paint_tick(painter, centre, self._paged.tick_at(position), palette, hovered=hovered)

    def _paint_lines(self, painter: QPainter, text: QRect, inner: QRect, position: int) -> None:
        colours = colours_of(self.palette())
        painter.setFont(font(TextSize.CAPTION))
        height = painter.fontMetrics().height()
        line = QRect(text.left(), text.bottom() + HALF, inner.right() - text.left(), height)
        detail = self._cell(position, self._title)(Role.DETAIL)
        cells = [self._cell(position, key) for key in self._lines]
        lines = [(str(cell(Qt.ItemDataRole.DisplayRole) or ""), cell(Role.MATCHES) or ()) for cell in cells]
        lines = [(value, matches) for value, matches in lines if value]
        if isinstance(detail, Detail):
            told = around_match(painter.fontMetrics(), detail.text, detail.matches, line.width())
            lines[len(self._lines) - 1 :] = [told]
        for value, matches in lines:
            paint_text(painter, line, value, colours.muted, _LEFT, matches, colours.match, colours.text)
            line.translate(0, height + HALF)
        if self._chips is not None:
            chips = self._cell(position, self._chips)(Role.CHIPS) or ()
            chip_rect = QRect(inner.left(), 0, inner.width(), chip_height(painter.fontMetrics()))
            chip_rect.moveBottom(inner.bottom())
            paint_chips(painter, chip_rect, [(chip.text, chip.colour) for chip in chips], self.palette())

    def _cell(self, position: int, key: str) -> Read:
        return self._paged.reader(position, self._paged.section_of(key))

    def _tick(self, card: QRect) -> QRect:
        return QRect(card.right() - 4 * GRID, card.top() + HALF, 4 * GRID - HALF, 4 * GRID - HALF)

    # Events.

    @override
    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()
        self.rows.current_changed(self.currentIndex())

    @override
    def dataChanged(self, topLeft: Index, bottomRight: Index, roles: Any = ()) -> None:
        self.viewport().update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.rows.key_pressed(event):
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
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            # A card has several texts; the tooltip is the whole name, which may be cut off.
            position = self.viewport().mapFromGlobal(self.cursor().pos())
            index = self.indexAt(position)
            QToolTip.showText(self.cursor().pos(), str(index.data() or "") if index.isValid() else "", self)
            return True
        return super().viewportEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if not self.rows.pressed(event, index, on_tick=self._on_tick(event, index)):
            super().mousePressEvent(event)

    def _on_tick(self, event: QMouseEvent, index: QModelIndex) -> bool:
        place = event.position().toPoint()
        return self._has_ticks and index.isValid() and self._tick(self._card(index.row())).contains(place)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if self._on_tick(event, index):
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.rows.double_clicked(index)

    @override
    def contextMenuEvent(self, arg__1: QContextMenuEvent) -> None:
        by_mouse = arg__1.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(arg__1.pos()) if by_mouse else self.currentIndex()
        centre = self.viewport().mapToGlobal(self.visualRect(index).center())
        self.rows.menu_wanted(index, arg__1.globalPos() if by_mouse else centre)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._hover(index.row() if index.isValid() else -1)
        self.rows.moved(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _on_scrolled(self) -> None:
        self._hover(-1)
        self.viewport().update()

    def _hover(self, position: int) -> None:
        if position != self.hovered_row:
            for each in (self.hovered_row, position):
                if each >= 0:
                    self.viewport().update(self._card(each))
            self.hovered_row = position
