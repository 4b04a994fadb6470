"""A layout that sets its items in lines, like words."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from typing_extensions import override

from ulkacrm_desktop.ui.theme import HALF


@contextmanager
def laid_out_once(widget: QWidget) -> Iterator[None]:
    """Exchange what is in a widget: its layout, and those around it, look at the whole when the loop turns.

    Otherwise each child that is shown or hidden lays out the window at once, from the inside out.
    """
    layout = widget.layout()
    assert layout is not None
    layout.setEnabled(False)
    try:
        yield
    finally:
        layout.setEnabled(True)
        layout.invalidate()
        widget.updateGeometry()


class FlowLayout(QLayout):
    """Breaks to the next line where there is no more room; the last item takes what is left of its line."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = HALF, stretch_last: bool = False) -> None:
        # Layouts around this one ask for the same few widths hundreds of times before a page is laid out.
        self._heights: dict[int, int] = {}
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._stretch_last = stretch_last
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def insert_widget(self, index: int, widget: QWidget) -> None:
        """Put a widget before the item with this index."""
        self.addWidget(widget)
        self._items.insert(index, self._items.pop())
        self.invalidate()

    @override
    def addItem(self, arg__1: QLayoutItem) -> None:
        self._items.append(arg__1)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    @override
    def heightForWidth(self, arg__1: int) -> int:
        height = self._heights.get(arg__1)
        if height is None:
            height = self._heights[arg__1] = self._arrange(QRect(0, 0, arg__1, 0), place=False)
        return height

    @override
    def setGeometry(self, arg__1: QRect) -> None:
        super().setGeometry(arg__1)
        self._arrange(arg__1, place=True)

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        area = rect.marginsRemoved(self.contentsMargins())
        x, y, line_height = area.x(), area.y(), 0
        shown = [item for item in self._items if not item.isEmpty()]
        for item in shown:
            size = item.sizeHint().boundedTo(QSize(max(area.width(), 0), 100_000))
            if x > area.x() and x + size.width() > area.right() + 1:
                x, y, line_height = area.x(), y + line_height + self.spacing(), 0
            if self._stretch_last and item is shown[-1]:
                size.setWidth(max(size.width(), area.right() + 1 - x))
            if place:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self.spacing()
            line_height = max(line_height, size.height())
        margins = self.contentsMargins()
        return y + line_height - rect.y() + margins.bottom()
