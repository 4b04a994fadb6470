"""A value of one contact that can be chosen to be kept."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from ulkacrm_desktop.ui.theme import GRID, HALF, RADIUS, TextSize, colours_of, font
from ulkacrm_desktop.ui.widgets.breakable import breakable

WIDTH = 26 * GRID
_LINES = 8
_DOT = 14
_PICTURE = 6 * GRID


class ValueCell(QAbstractButton):
    """A radio button with a text of several lines, or a picture; the arrows go to the other values of its field."""

    def __init__(
        self, text: str, picture: bytes | None = None, parent: QWidget | None = None, *, detail: str = ""
    ) -> None:
        """``detail`` is a line below the text, small and muted."""
        super().__init__(parent)
        self._detail = detail
        self.setCheckable(True)
        self.setText(breakable(text))
        self.setAccessibleName(", ".join(filter(None, (text, detail))))
        # Tab goes from field to field, to what is chosen there.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.toggled.connect(self._on_toggled)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._pixmap: QPixmap | None = None
        if picture is not None:
            pixmap = QPixmap()
            pixmap.loadFromData(picture)
            self._pixmap = pixmap
        if (text and "\n" in text) or len(text) > 40:
            self.setToolTip(text)

    def _on_toggled(self, on: bool) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)

    @override
    def sizeHint(self) -> QSize:
        return QSize(WIDTH, self.heightForWidth(WIDTH))

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, arg__1: int) -> int:
        if self._pixmap is not None:
            return _PICTURE + 2 * GRID
        metrics = self.fontMetrics()
        needed = metrics.boundingRect(
            QRect(0, 0, arg__1 - _DOT - 3 * GRID - HALF, 10_000), int(Qt.TextFlag.TextWordWrap), self.text() or "—"
        ).height()
        return min(needed, _LINES * metrics.lineSpacing()) + self._detail_height() + 2 * GRID

    def _detail_height(self) -> int:
        return QFontMetrics(font(TextSize.CAPTION)).lineSpacing() if self._detail else 0

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self.palette())
        ground = self.rect().adjusted(1, 1, -1, -1)
        able = self.isEnabled()
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() and able:
            painter.setBrush(colours.selected)
            painter.drawRoundedRect(ground, RADIUS, RADIUS)
        elif self.underMouse() and able:
            painter.setBrush(colours.hover)
            painter.drawRoundedRect(ground, RADIUS, RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.focus, 2))
            painter.drawRoundedRect(ground, RADIUS, RADIUS)
        if able:
            self._paint_dot(painter)
        inside = self.rect().adjusted(_DOT + 2 * GRID, GRID, -GRID, -GRID)
        if self._pixmap is not None:
            painter.drawPixmap(QRect(inside.left(), inside.top(), _PICTURE, _PICTURE), self._pixmap)
        else:
            painter.setPen(colours.text if able else colours.muted)
            flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
            text = painter.drawText(inside, flags, self._shown(inside))
            if self._detail:
                self._paint_detail(painter, inside.adjusted(0, text.height(), 0, 0))
        painter.end()

    def _paint_detail(self, painter: QPainter, below: QRect) -> None:
        small = font(TextSize.CAPTION)
        small.setBold(False)  # said, lest it be taken from the widget's font
        painter.setFont(small)
        painter.setPen(colours_of(self.palette()).muted)
        detail = painter.fontMetrics().elidedText(self._detail, Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), detail)

    def _paint_dot(self, painter: QPainter) -> None:
        colours = colours_of(self.palette())
        line = QFontMetrics(self.font()).height()
        dot = QRect(GRID, GRID + (line - _DOT) // 2, _DOT, _DOT)
        painter.setBrush(colours.accent if self.isChecked() else colours.base)
        painter.setPen(QPen(colours.accent if self.isChecked() else colours.control_border, 1))
        painter.drawEllipse(dot)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.on_accent)
            painter.drawEllipse(dot.adjusted(4, 4, -4, -4))

    def _shown(self, inside: QRect) -> str:
        """As much of a long text as there is room for."""
        text = self.text() or "—"
        metrics = self.fontMetrics()
        flags = int(Qt.TextFlag.TextWordWrap)
        room = QRect(0, 0, inside.width(), 10_000)
        limit = _LINES * metrics.lineSpacing()
        if metrics.boundingRect(room, flags, text).height() <= limit:
            return text
        fits, too_long = 0, len(text)
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            if metrics.boundingRect(room, flags, text[:middle].rstrip() + "…").height() <= limit:
                fits = middle
            else:
                too_long = middle
        return text[:fits].rstrip() + "…"
