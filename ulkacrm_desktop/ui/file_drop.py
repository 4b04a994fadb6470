"""A file dropped anywhere on the window begins an import of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import paint_icon
from ulkacrm_desktop.ui.painting import paint_text
from ulkacrm_desktop.ui.theme import GRID, TextSize, colours_of, font

_ICON: Final = 5 * GRID


def dropped_file(mime: QMimeData) -> Path | None:
    """The first file of this machine among what is dragged, None where there is none."""
    for url in mime.urls() if mime.hasUrls() else ():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and path.is_file():
            return path
    return None


class _Overlay(QWidget):
    """Says, over the whole window, what letting go would do."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("drop_overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.name = ""
        self.hide()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self.palette())
        veil = QColor(colours.base)
        veil.setAlphaF(0.92)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(colours.accent, 2, Qt.PenStyle.DashLine))
        frame = self.rect().adjusted(3 * GRID, 3 * GRID, -3 * GRID, -3 * GRID)
        painter.drawRoundedRect(frame, 2 * GRID, 2 * GRID)
        centre = frame.center()
        sign = QRect(centre.x() - _ICON // 2, centre.y() - _ICON - GRID, _ICON, _ICON)
        paint_icon(painter, sign, "file-spreadsheet", colours.accent_text)
        painter.setFont(font(TextSize.TITLE, bold=True))
        line = frame.adjusted(2 * GRID, 0, -2 * GRID, 0)
        line.setTop(centre.y() + GRID)
        line.setHeight(painter.fontMetrics().height() + GRID)
        text = _("Drop to import {file}").format(file=self.name)
        paint_text(painter, line, text, colours.text, Qt.AlignmentFlag.AlignCenter)
        painter.end()


class FileDrop(QObject):
    """Watches for files dragged over a window and all that is in it."""

    dropped = Signal(object)
    """The `Path` of the file that was let go."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._overlay = _Overlay(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._window:
            if kind == QEvent.Type.Show and (handle := self._window.windowHandle()) is not None:
                # Before any widget inside: a line of text would take the file's path. A filter on the application
                # would see that too, but every other event of the program as well.
                handle.installEventFilter(self)
            return False
        if kind == QEvent.Type.DragLeave:
            self._overlay.hide()
            return False
        if not isinstance(event, QDropEvent):  # DragEnter and DragMove are kinds of it
            return False
        path = dropped_file(event.mimeData())
        if path is None:
            return False
        if kind == QEvent.Type.Drop:
            self._overlay.hide()
            self.dropped.emit(path)
        elif isinstance(event, QDragEnterEvent):
            self._overlay.name = path.name
            self._overlay.setGeometry(self._window.rect())
            self._overlay.raise_()
            self._overlay.show()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        return True
