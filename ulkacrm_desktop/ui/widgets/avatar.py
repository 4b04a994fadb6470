"""The picture of a person, or coloured initials."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ulkacrm_desktop.ui.painting import paint_avatar


class Avatar(QWidget):
    """A round picture of ``size`` pixels."""

    def __init__(self, size: int = 40, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._name = ""
        self._picture: QPixmap | None = None
        self.setObjectName("avatar")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_person(self, name: str, picture: QPixmap | None = None) -> None:
        """Show this picture, or without one the initials of this name."""
        self._name, self._picture = name, picture
        self.setAccessibleName(name)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        circle = QRectF(0, 0, self._size, self._size)
        if self._picture is None or self._picture.isNull():
            paint_avatar(painter, circle, self._name, self.palette(), self.font())
        else:
            path = QPainterPath()
            path.addEllipse(circle)
            painter.setClipPath(path)
            # The middle square, so that nobody is stretched.
            size = self._picture.size()
            side = min(size.width(), size.height())
            source = QRectF((size.width() - side) / 2, (size.height() - side) / 2, side, side)
            painter.drawPixmap(circle, self._picture, source)
        painter.end()
