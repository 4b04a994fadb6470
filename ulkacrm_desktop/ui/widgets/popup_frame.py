"""The panel of a small window that a click elsewhere closes."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QStyle, QStyleOption, QStylePainter, QWidget
from typing_extensions import override


class PopupFrame(QFrame):
    """A window of which only a raised panel with round corners is seen. It deletes itself when it is closed."""

    def __init__(self, parent: QWidget) -> None:
        kind = Qt.WindowType
        # The system's shadow would have square corners.
        super().__init__(parent, kind.Popup | kind.FramelessWindowHint | kind.NoDropShadowWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setProperty("panel", "raised")

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        # Qt draws no background of its own for a window that can be seen through.
        option = QStyleOption()
        option.initFrom(self)
        painter = QStylePainter(self)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option)
        painter.end()
