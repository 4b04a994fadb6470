"""How many contacts each condition of a segment leaves: in order, and alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.painting import paint_text
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, colours_of, font

_BAR: Final = 14
_PALE: Final = 0.35
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Step:
    """A condition in words, how many contacts are left after it, and how many fit it alone (None for no condition)."""

    text: str
    left: int
    alone: int | None = None


class Waterfall(QWidget):
    """A bar a step, the first being everybody; a pale bar shows how many fit the condition alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("waterfall")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._steps: tuple[Step, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """What is shown."""
        return self._steps

    def show_steps(self, steps: tuple[Step, ...]) -> None:
        """Show these."""
        self._steps = steps
        self.setAccessibleName("; ".join(f"{step.text}: {self._told(step)}" for step in steps))
        self.updateGeometry()
        self.update()

    @staticmethod
    def _told(step: Step) -> str:
        if step.alone is None:
            return grouped(step.left)
        return _("{left} left, {alone} alone").format(left=grouped(step.left), alone=grouped(step.alone))

    def _row_height(self) -> int:
        return int(QFontMetrics(font()).height()) + _BAR + 3 * GRID

    @override
    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, max(len(self._steps), 1) * self._row_height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, self.sizeHint().height())

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            number = event.pos().y() // self._row_height()
            text = self._steps[number].text if number < len(self._steps) else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self.palette())
        pale = QColor(colours.accent)
        pale.setAlphaF(_PALE)
        most = max((max(step.left, step.alone or 0) for step in self._steps), default=0) or 1
        height, line = self._row_height(), QFontMetrics(font()).height()
        figures, small = QFontMetrics(font(bold=True)), QFontMetrics(font(TextSize.CAPTION))
        width = max((figures.horizontalAdvance(grouped(step.left)) for step in self._steps), default=0) + 2
        extent = max((small.horizontalAdvance(_alone(step)) for step in self._steps), default=0) + 2
        for number, step in enumerate(self._steps):
            top = number * height
            painter.setFont(font(bold=True))
            figure = QRect(self.width() - width, top, width, line)
            paint_text(painter, figure, grouped(step.left), colours.text, _RIGHT)
            painter.setFont(font(TextSize.CAPTION))
            alone = QRect(figure.left() - 2 * GRID - extent, top, extent, line)
            paint_text(painter, alone, _alone(step), colours.muted, _RIGHT)
            room = alone.left() - 2 * GRID
            painter.setFont(font())
            paint_text(painter, QRect(0, top, room, line), step.text, colours.text)
            bar = QRectF(0, top + line + HALF, self.width(), _BAR)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.skeleton)
            painter.drawRoundedRect(bar, HALF, HALF)
            for count, colour in ((step.alone or 0, pale), (step.left, colours.accent)):
                if count:
                    painter.setBrush(colour)
                    filled = QRectF(bar)
                    filled.setWidth(max(bar.width() * count / most, 3))
                    painter.drawRoundedRect(filled, HALF, HALF)
        if self.hasFocus():
            painter.setPen(colours.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), HALF, HALF)
        painter.end()


def _alone(step: Step) -> str:
    return "" if step.alone is None else _("alone {count}").format(count=grouped(step.alone))
