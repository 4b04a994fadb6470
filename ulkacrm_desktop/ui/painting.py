"""Drawing that lists, cards and widgets share: text with matches, chips, avatars, ticks, placeholders."""

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QRegion

from ulkacrm_desktop.ui.icons import paint_icon
from ulkacrm_desktop.ui.theme import GRID, HALF, ChipColours, avatar_colour, chip_colours, colours_of, initials

TICK_SIZE: Final = 16
CHIP_PADDING: Final = GRID
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


Matches = Sequence[tuple[int, int]]
"""Ranges of a text, ``(start, length)``."""


def paint_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    colour: QColor,
    alignment: Qt.AlignmentFlag = _LEFT,
    matches: Matches = (),
    match_colour: QColor | None = None,
    match_text: QColor | None = None,
) -> None:
    """One line of text in the painter's font, elided at the end; ``matches`` get a coloured ground.

    ``match_text`` is the colour of the matches themselves, for dim text, which that ground would make hard to read.
    """
    if not text or rect.width() <= 0:
        return
    metrics = painter.fontMetrics()
    # A line break would make Qt draw several lines over each other.
    text = text.replace("\n", " ")
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    marked = QRegion()
    if matches and match_colour is not None and alignment & Qt.AlignmentFlag.AlignLeft:
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(match_colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = metrics.height()
        top = rect.center().y() - height / 2 + 1
        # Where the end is cut off the ellipsis stands for it; ranges beyond it are not marked.
        limit = len(text) if shown == text else max(len(shown) - 1, 0)
        for start, length in matches:
            end = min(start + length, limit)
            if end > start:
                left = metrics.horizontalAdvance(shown[:start])
                width = metrics.horizontalAdvance(shown[:end]) - left
                painter.drawRoundedRect(QRectF(rect.left() + left - 1, top, width + 2, height), 3, 3)
                marked += QRect(rect.left() + left, rect.top(), width, rect.height())
        painter.restore()
    alignment |= Qt.TextFlag.TextSingleLine
    painter.setPen(colour)
    if match_text is None or marked.isEmpty():
        painter.drawText(rect, alignment, shown)
        return
    painter.save()
    painter.setClipRegion(QRegion(rect) - marked, Qt.ClipOperation.IntersectClip)
    painter.drawText(rect, alignment, shown)
    painter.restore()
    painter.save()
    painter.setClipRegion(marked, Qt.ClipOperation.IntersectClip)
    painter.setPen(match_text)
    painter.drawText(rect, alignment, shown)
    painter.restore()


def around_match(metrics: QFontMetrics, text: str, matches: Matches, width: int) -> tuple[str, Matches]:
    """A text without its first words where the first match would else be beyond the width, and its matches."""
    if not matches:
        return text, matches
    start, length = matches[0]
    room = width - metrics.horizontalAdvance("…")
    if metrics.horizontalAdvance(text[: start + length]) <= room:
        return text, matches
    room -= metrics.horizontalAdvance("…")
    words = (place + 1 for place in range(start) if text[place].isspace())
    fitting = (word for word in words if metrics.horizontalAdvance(text[word : start + length]) <= room)
    cut = next(fitting, start)
    return "…" + text[cut:], [(place - cut + 1, size) for place, size in matches]


def chip_width(metrics: QFontMetrics, text: str) -> int:
    """The width of a chip with this text."""
    return metrics.horizontalAdvance(text) + 2 * CHIP_PADDING


def chip_height(metrics: QFontMetrics) -> int:
    """The height of a chip in this font."""
    return metrics.height() + HALF


def paint_chip(painter: QPainter, rect: QRect, text: str, colour: str, palette: QPalette) -> None:
    """One chip that fills the rectangle."""
    chip = chip_colours(colour, palette)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_rim(chip))
    painter.setBrush(chip.ground)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), rect.height() / 2, rect.height() / 2)
    painter.restore()
    paint_text(painter, rect.adjusted(CHIP_PADDING, 0, -CHIP_PADDING + 2, 0), text, chip.text)


def _rim(chip: ChipColours) -> QColor:
    """A thin line that keeps a chip apart from a ground of nearly its own colour, as that of a selected row."""
    rim = QColor(chip.text)
    rim.setAlpha(45)
    return rim


def paint_chips(painter: QPainter, rect: QRect, chips: Iterable[tuple[str, str]], palette: QPalette) -> None:
    """Chips ``(text, colour)`` in one line, vertically centred; what does not fit is told as "+3"."""
    metrics = painter.fontMetrics()
    height = min(chip_height(metrics), rect.height())
    top = rect.top() + (rect.height() - height) // 2
    items = list(chips)
    left, right = rect.left(), rect.right() + 1
    for number, (text, colour) in enumerate(items):
        rest = len(items) - number - 1
        width = chip_width(metrics, text)
        reserve = metrics.horizontalAdvance(f"+{rest}") + GRID if rest else 0
        if left + width + reserve > right:
            room = right - left - (metrics.horizontalAdvance(f"+{rest + 1}") + GRID if rest else 0)
            if number == 0 and right - left - reserve >= 5 * GRID:
                width, hidden = right - left - reserve, rest
                paint_chip(painter, QRect(left, top, width, height), text, colour, palette)
                left += width + HALF
            elif room >= 7 * GRID and not rest:
                paint_chip(painter, QRect(left, top, room, height), text, colour, palette)
                return
            else:
                hidden = rest + 1
            if hidden:
                area = QRect(left, top, right - left, height)
                paint_text(painter, area, f"+{hidden}", colours_of(palette).muted)
            return
        paint_chip(painter, QRect(left, top, width, height), text, colour, palette)
        left += width + HALF


def paint_avatar(painter: QPainter, rect: QRectF, name: str, palette: QPalette, font: QFont) -> None:
    """Coloured initials in a circle; somebody without a name gets the sign of a person."""
    chip = chip_colours(avatar_colour(name), palette)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_rim(chip))
    painter.setBrush(chip.ground)
    painter.drawEllipse(rect.adjusted(0.5, 0.5, -0.5, -0.5))
    letters = initials(name)
    if letters:
        letter_font = QFont(font)
        letter_font.setPixelSize(max(8, round(rect.height() * (0.4 if len(letters) > 1 else 0.46))))
        letter_font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(letter_font)
        painter.setPen(chip.text)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, letters)
    else:
        inset = rect.height() * 0.22
        paint_icon(painter, rect.adjusted(inset, inset, -inset, -inset), "user", chip.text)
    painter.restore()


def paint_tick(
    painter: QPainter, centre: QPointF, state: Qt.CheckState, palette: QPalette, *, hovered: bool = False
) -> None:
    """A check box of `TICK_SIZE` around a point."""
    colours = colours_of(palette)
    half = TICK_SIZE / 2
    box = QRectF(centre.x() - half + 0.5, centre.y() - half + 0.5, TICK_SIZE - 1, TICK_SIZE - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if state == Qt.CheckState.Unchecked:
        painter.setPen(QPen(colours.accent if hovered else colours.tick_border, 1))
        painter.setBrush(colours.base)
        painter.drawRoundedRect(box, HALF, HALF)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.accent)
        painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), HALF, HALF)
        name = "check" if state == Qt.CheckState.Checked else "minus"
        paint_icon(painter, box.adjusted(1, 1, -1, -1), name, colours.on_accent)
    painter.restore()


def paint_skeleton(painter: QPainter, rect: QRect, seed: int, palette: QPalette) -> None:
    """The placeholder of a line of text; its length differs with the seed, and is always the same for one."""
    share = (45, 70, 55, 85, 60)[seed % 5]
    width = min(rect.width(), 22 * GRID) * share // 100
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours_of(palette).skeleton)
    bar = QRectF(rect.left(), rect.center().y() - HALF + 1, width, GRID)
    painter.drawRoundedRect(bar, HALF, HALF)
    painter.restore()
