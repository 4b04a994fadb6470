"""The line of steps at the top of the import: where one is, and the way back."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.imports.parts import SteadyButton
from ulkacrm_desktop.ui.theme import GRID, TextSize, colours_of, font


class _Line(QWidget):
    """The line between two steps."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(4 * GRID)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(colours_of(self.palette()).control_border)
        painter.drawLine(0, self.height() // 2, self.width(), self.height() // 2)
        painter.end()


class _StepIcon(QIconEngine):
    """An icon that keeps its colour where its button cannot be pressed: a step that is done stays green."""

    def __init__(self, shown: QIcon) -> None:
        super().__init__()
        self._shown = shown

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        self._shown.paint(painter, rect, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal, state)

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self._shown.pixmap(size, 1.0, QIcon.Mode.Normal, state)


class StepHeader(QFrame):
    """Shows the steps; those that are done can be gone back to."""

    step_chosen = Signal(int)

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName("steps")
        self.setProperty("surface", "window")
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        row.setSpacing(GRID)
        self._titles = tuple(titles)
        self._buttons: list[QPushButton] = []
        row.addStretch(1)
        for number, title in enumerate(titles):
            if number:
                row.addWidget(_Line())
            step = SteadyButton(title)
            step.setObjectName(f"step_{number}")
            step.setAutoDefault(False)
            step.setProperty("kind", "ghost")
            step.clicked.connect(lambda _checked=False, chosen=number: self.step_chosen.emit(chosen))
            self._buttons.append(step)
            row.addWidget(step)
        row.addStretch(1)
        self.current = 0

    def show_step(self, current: int, *, can_go_back: bool) -> None:
        """Mark this step; where ``can_go_back`` the steps before it can be chosen."""
        self.current = current
        for number, (step, title) in enumerate(zip(self._buttons, self._titles, strict=True)):
            done, here = number < current, number == current
            name = "circle-check" if done else "circle-dot" if here else "circle"
            step.setIcon(QIcon(_StepIcon(icon(name, _role(done, here)))))
            step.setFont(font(TextSize.BODY, bold=here))
            step.setEnabled(here or (done and can_go_back))
            state = _("done") if done else _("current") if here else _("to come")
            step.setAccessibleName(
                _("Step {number} of {count}: {title}, {state}").format(
                    number=number + 1, count=len(self._titles), title=title, state=state
                )
            )


def _role(done: bool, here: bool) -> IconRole:
    return IconRole.SUCCESS if done else IconRole.ACCENT if here else IconRole.MUTED
