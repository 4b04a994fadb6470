"""Icons of the Lucide set, drawn in the colours of the palette that is shown at that moment."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

from ulkacrm_desktop.ui.theme import colours_of

ICON_DIRECTORY: Final = Path(__file__).parent.parent / "resources" / "icons"
USUAL_SEGMENT_ICON: Final = "chart-pie"


class IconRole(StrEnum):
    """What an icon's colour means; each is a field of `theme.Colours`."""

    TEXT = "text"
    MUTED = "muted"
    ACCENT = "accent_text"
    ON_ACCENT = "on_accent"
    DANGER = "danger"
    WARNING = "warning"
    SUCCESS = "success"


@cache
def _source(name: str) -> str:
    return (ICON_DIRECTORY / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    # A slightly thinner line than the set's own reads better next to text at 16 pixels.
    text = _source(name).replace("currentColor", colour).replace('stroke-width="2"', 'stroke-width="1.85"')
    return QSvgRenderer(QByteArray(text.encode()))


@cache
def icon_names() -> tuple[str, ...]:
    """The names of the icons that are there."""
    return tuple(sorted(path.stem for path in ICON_DIRECTORY.glob("*.svg")))


def segment_icon(name: str) -> str:
    """The icon of a segment; one that this version does not have is the usual one."""
    return name if name in icon_names() else USUAL_SEGMENT_ICON


def paint_icon(painter: QPainter, rect: QRect | QRectF, name: str, colour: QColor) -> None:
    """Draw an icon into a square, in the middle of the rectangle where that is not one."""
    side = min(rect.width(), rect.height())
    square = QRectF(0, 0, side, side)
    square.moveCenter(QRectF(rect).center())
    _renderer(name, colour.name()).render(painter, square)


class _PaletteIconEngine(QIconEngine):
    """Looks the colour up when it draws, so that an icon once set follows every change of scheme."""

    def __init__(self, name: str, role: IconRole | QColor) -> None:
        super().__init__()
        self._name = name
        self._role = role

    def _colour(self, mode: QIcon.Mode) -> QColor:
        colours = colours_of()
        if mode == QIcon.Mode.Disabled:
            return colours.disabled
        colour: QColor = self._role if isinstance(self._role, QColor) else getattr(colours, self._role)
        return colour

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        paint_icon(painter, rect, self._name, self._colour(mode))

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():
            return QPixmap()  # a button that has no room yet; nothing can be painted on such a pixmap
        colour = self._colour(mode)
        key = f"lucide/{self._name}/{colour.name()}/{size.width()}x{size.height()}"
        pixmap = QPixmap()
        if not QPixmapCache.find(key, pixmap):
            pixmap = QPixmap(size)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            # A wider icon keeps its text at a distance, which Qt's buttons leave too small.
            square = QRect(0, 0, min(size.width(), size.height()), size.height())
            paint_icon(painter, square, self._name, colour)
            painter.end()
            QPixmapCache.insert(key, pixmap)
        return pixmap


def icon(name: str, role: IconRole | str | QColor = IconRole.TEXT) -> QIcon:
    """The icon of this Lucide name in the colour of a role, or in a colour of its own.

    Raises `FileNotFoundError` for a name that is not in `icon_names`.
    """
    _source(name)
    return QIcon(_PaletteIconEngine(name, role if isinstance(role, QColor) else IconRole(role)))
