"""What a list shows instead of rows: nothing yet, nothing found, an error, or placeholders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.painting import paint_skeleton
from ulkacrm_desktop.ui.theme import GRID, ROW_HEIGHT, TextSize, chip_colours, colours_of, font

_NARROW: Final = 60 * GRID


@dataclass(frozen=True, slots=True)
class EmptyAction:
    """A button of an empty state; its key comes back by `EmptyState.chosen`."""

    key: str
    text: str
    icon: str | None = None


class _Medallion(QWidget):
    """An icon on a soft round ground."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(8 * GRID, 8 * GRID)
        self.name = "inbox"
        self.colour = "indigo"

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chip = chip_colours(self.colour, self.palette())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(chip.ground)
        painter.drawEllipse(self.rect())
        icon(self.name, chip.text).paint(painter, self.rect().adjusted(18, 18, -18, -18))
        painter.end()


class EmptyState(QWidget):
    """An icon, a title, a sentence that says what to do, and the buttons that do it; the first is the main one."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty_state")
        self._medallion = _Medallion(self)
        self._title = QLabel()
        self._title.setFont(font(TextSize.TITLE, bold=True))
        self._sentence = QLabel()
        self._sentence.setProperty("tone", "muted")
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self._title, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            # Else Qt takes about the square root of the text for its width.
            label.setMinimumWidth(0)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(GRID)
        middle = QVBoxLayout()
        middle.setSpacing(GRID)
        middle.addStretch(2)
        middle.addWidget(self._medallion, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addSpacing(GRID)
        middle.addWidget(self._title)
        middle.addWidget(self._sentence)
        middle.addSpacing(GRID)
        middle.addLayout(self._buttons)
        middle.addStretch(3)
        outer = self._outer = QHBoxLayout(self)
        outer.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        outer.addStretch(1)
        outer.addLayout(middle, 6)
        outer.addStretch(1)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        # A narrow place has no room to give away at its sides.
        side = 1 if event.size().width() >= _NARROW else 0
        self._outer.setStretch(0, side)
        self._outer.setStretch(2, side)
        super().resizeEvent(event)

    def show_state(
        self,
        icon_name: str,
        title: str,
        sentence: str,
        actions: Sequence[EmptyAction] = (),
        *,
        problem: bool = False,
    ) -> None:
        """Show another state; ``problem`` gives it the colour of an error."""
        self._medallion.name = icon_name
        self._medallion.colour = "red" if problem else "indigo"
        self._medallion.update()
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self.setAccessibleName(f"{title}. {sentence}")
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons.addStretch(1)
        for number, action in enumerate(actions):
            button = QPushButton(action.text, self)
            button.setObjectName(action.key)
            if number == 0:
                button.setProperty("kind", "primary")
            if action.icon is not None:
                button.setIcon(icon(action.icon, IconRole.ON_ACCENT if number == 0 else IconRole.TEXT))
            button.clicked.connect(lambda _on=False, key=action.key: self.chosen.emit(key))
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)


class Skeleton(QWidget):
    """Rows of placeholders, for a list that has not answered yet."""

    def __init__(self, *, row_height: int = ROW_HEIGHT, columns: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_height = row_height
        self._columns = columns
        self.setObjectName("skeleton")
        self.setAccessibleName(_("Loading"))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = colours_of(self.palette())
        width = self.width() // self._columns
        for row in range(self.height() // self._row_height + 1):
            top = row * self._row_height
            for column in range(self._columns):
                cell = QRect(column * width + 2 * GRID, top, width - 4 * GRID, self._row_height)
                paint_skeleton(painter, cell, row * 7 + column * 3, self.palette())
            painter.setPen(colours.divider)
            painter.drawLine(0, top + self._row_height - 1, self.width(), top + self._row_height - 1)
        painter.end()


class StateStack(QStackedWidget):
    """A list and what stands in its place: one of its four states at a time."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "base")
        self.content = content
        self.empty = EmptyState(self)
        self.skeleton = Skeleton(parent=self)
        for widget in (content, self.empty, self.skeleton):
            self.addWidget(widget)

    def show_content(self) -> None:
        """Show the list."""
        self.setCurrentWidget(self.content)

    def show_loading(self) -> None:
        """Show placeholders."""
        self.setCurrentWidget(self.skeleton)

    def show_empty(
        self,
        icon_name: str,
        title: str,
        sentence: str,
        actions: Sequence[EmptyAction] = (),
        *,
        problem: bool = False,
    ) -> None:
        """Show why there are no rows and what to do; see `EmptyState.show_state`."""
        self.empty.show_state(icon_name, title, sentence, actions, problem=problem)
        self.setCurrentWidget(self.empty)
