"""Contacts dragged out of the list onto a segment, a tag, a colleague or a class of the navigation."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QLocale, QMimeData, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QDrag, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from ulkacrm_desktop.core.i18n import ngettext
from ulkacrm_desktop.ui.icons import paint_icon
from ulkacrm_desktop.ui.painting import paint_text
from ulkacrm_desktop.ui.theme import GRID, HALF, ICON_SIZE, RADIUS, colours_of, font

_MIME: Final = "application/x-ulkacrm-contacts"
_LONGEST: Final = 30 * GRID


def has_contacts(mime: QMimeData) -> bool:
    """Whether what is dragged are contacts of this very program."""
    return mime.hasFormat(_MIME) and mime.data(_MIME) == _here()


def _here() -> bytes:
    return str(os.getpid()).encode()


class ContactDrag(QObject):
    """Carries contacts from the list; whoever takes them finds them in ``ids`` while they are dropped.

    What is dragged says only which program it is that has them: a million ids are no matter for others, and this
    program running once more may have another database.
    """

    def __init__(self, source: QWidget) -> None:
        super().__init__(source)
        self._source = source
        self.ids: Sequence[int] = ()

    def begin(self, ids: Sequence[int], name: str) -> None:
        """Drag these, a single one under its name, until the mouse lets them go."""
        count = len(ids)
        text = ngettext("{count} contact", "{count} contacts", count).format(count=QLocale().toString(count))
        mime = QMimeData()
        mime.setData(_MIME, _here())
        drag = QDrag(self._source)
        drag.setMimeData(mime)
        drag.setPixmap(self._picture(name if count == 1 and name else text))
        drag.setHotSpot(QPoint(-GRID, -GRID))
        self.ids = ids
        try:
            drag.exec(Qt.DropAction.CopyAction)
        finally:
            self.ids = ()

    def _picture(self, text: str) -> QPixmap:
        metrics = QFontMetrics(font(bold=True))
        width = min(metrics.horizontalAdvance(text), _LONGEST) + ICON_SIZE + 3 * GRID + HALF
        size = QSize(width, metrics.height() + GRID + HALF)
        ratio = self._source.devicePixelRatioF()
        pixmap = QPixmap(size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        colours = colours_of(self._source.palette())
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.accent)
        painter.drawRoundedRect(QRect(QPoint(), size), RADIUS, RADIUS)
        paint_icon(painter, QRect(GRID, 0, ICON_SIZE, size.height()), "users", colours.on_accent)
        painter.setFont(font(bold=True))
        left = GRID + ICON_SIZE + GRID
        paint_text(painter, QRect(left, 0, size.width() - left - GRID, size.height()), text, colours.on_accent)
        painter.end()
        return pixmap
