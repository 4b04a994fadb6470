"""The headings of a list: sorting by a click, columns moved, resized, shown and hidden."""

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import paint_icon
from ulkacrm_desktop.ui.painting import paint_text, paint_tick
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, colours_of, font

_ARROW: Final = 12


class TableHeader(QHeaderView):
    """Horizontal headings; with ``tick_section`` the first one is the box that ticks all that match."""

    menu_requested = Signal(QPoint)
    """The menu of columns is wanted at this global position."""
    tick_all_clicked = Signal()

    def __init__(self, *, tick_section: bool, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._tick_section = tick_section
        self._sort: tuple[int, bool] | None = None
        self.setObjectName("table_header")
        self.setAccessibleName(_("Columns"))
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setFirstSectionMovable(not tick_section)
        self.setHighlightSections(False)
        self.setStretchLastSection(True)
        self.setMinimumSectionSize(5 * GRID)
        self.setFixedHeight(max(4 * GRID, self.fontMetrics().height() + 2 * GRID))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        # Without this a stylesheet draws no hover.
        self.setMouseTracking(True)

    def set_sort(self, section: int | None, descending: bool = False) -> None:
        """Show the arrow of this section; None shows none."""
        self._sort = None if section is None else (section, descending)
        self.viewport().update()

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        colours = colours_of(self.palette())
        painter.save()
        hovered = rect.contains(self.viewport().mapFromGlobal(self.cursor().pos())) and self.underMouse()
        tick = self._tick_section and logicalIndex == 0
        painter.fillRect(rect, colours.hover if hovered and not tick else colours.base)
        painter.setPen(colours.border)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if tick:
            state = self.model().headerData(0, self.orientation(), Qt.ItemDataRole.CheckStateRole)
            centre = QPointF(QRectF(rect).center())
            paint_tick(
                painter, centre, Qt.CheckState(state or Qt.CheckState.Unchecked), self.palette(), hovered=hovered
            )
        else:
            self._paint_title(painter, rect.adjusted(GRID, 0, -GRID, -1), logicalIndex)
        painter.restore()

    def _paint_title(self, painter: QPainter, rect: QRect, section: int) -> None:
        colours = colours_of(self.palette())
        role = Qt.ItemDataRole
        title = str(self.model().headerData(section, self.orientation(), role.DisplayRole) or "")
        alignment = Qt.AlignmentFlag(
            self.model().headerData(section, self.orientation(), role.TextAlignmentRole)
            or Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        painter.setFont(font(TextSize.CAPTION, bold=True))
        sorted_here = self._sort is not None and self._sort[0] == section
        colour = colours.text if sorted_here else colours.muted
        room = rect.adjusted(0, 0, -(_ARROW + HALF), 0) if sorted_here else rect
        paint_text(painter, room, title, colour, alignment)
        if self._sort is not None and sorted_here:
            width = min(painter.fontMetrics().horizontalAdvance(title), room.width())
            at_right = bool(alignment & Qt.AlignmentFlag.AlignRight)
            left = room.right() + HALF if at_right else rect.left() + width + HALF
            arrow = QRectF(left, rect.center().y() - _ARROW / 2 + 1, _ARROW, _ARROW)
            paint_icon(painter, arrow, "arrow-down" if self._sort[1] else "arrow-up", colour)

    @override
    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        position = e.position().toPoint()
        if self._tick_section and self.logicalIndexAt(position) == 0 and e.button() == Qt.MouseButton.LeftButton:
            self.tick_all_clicked.emit()
        super().mouseReleaseEvent(e)

    @override
    def contextMenuEvent(self, arg__1: QContextMenuEvent) -> None:
        self.menu_requested.emit(arg__1.globalPos())
