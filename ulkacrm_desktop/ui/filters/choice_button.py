"""A button that shows what is chosen, as text or as chips, and opens the list to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.filters.choice_list import ChoiceList, Option
from ulkacrm_desktop.ui.icons import paint_icon
from ulkacrm_desktop.ui.painting import chip_height, chip_width, paint_chip, paint_text
from ulkacrm_desktop.ui.theme import CONTROL_HEIGHT, GRID, HALF, RADIUS, TextSize, colours_of, font
from ulkacrm_desktop.ui.widgets.popup_frame import PopupFrame

_POPUP_WIDTH: Final = 36 * GRID
_CHEVRON: Final = 14
_SIGN: Final = 16


class PopupPanel(PopupFrame):
    """A small window under (or above) its anchor; Esc, Enter or a click elsewhere closes it. It deletes itself."""

    closed = Signal()

    def __init__(
        self, owner: QWidget, content: QWidget, *, width: int = _POPUP_WIDTH, at: QWidget | None = None
    ) -> None:
        """``at`` is what it lies under, its owner by default; it may go while the popup is open."""
        super().__init__(owner)
        self.setObjectName("popup_panel")
        anchor = at if at is not None else owner
        self._screen = anchor.screen()
        self._anchor = QRect(anchor.mapToGlobal(QPoint()), anchor.size())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.addWidget(content)
        self.content = content
        self.setFixedWidth(max(width, min(anchor.width(), 2 * width)) if at is None else width)

    def open(self) -> None:
        """Show it where there is room, with the focus in its content."""
        self.place()
        self.show()
        self.content.setFocus()

    def place(self) -> None:
        """Lie below the anchor, or above where there is more room, inside the screen."""
        self.adjustSize()
        screen = self._screen.availableGeometry()
        below = self._anchor.bottomLeft() + QPoint(0, HALF)
        height = self.height()
        if below.y() + height > screen.bottom():
            above = self._anchor.topLeft() - QPoint(0, height + HALF)
            below = above if above.y() >= screen.top() else QPoint(below.x(), screen.bottom() - height)
        self.move(max(screen.left(), min(below.x(), screen.right() - self.width())), below.y())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()


class ChoiceButton(QAbstractButton):
    """Looks like a field: what is chosen, and a chevron. Space, Enter, Down or a letter opens the list.

    ``options`` gives what can be chosen, at the moment of opening.
    """

    changed = Signal()

    def __init__(
        self,
        options: Callable[[], Sequence[Option]],
        *,
        several: bool = False,
        is_open: bool = False,
        placeholder: str = "",
        search_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._options = options
        self._several = several
        self._is_open = is_open
        self._placeholder = placeholder or _("Choose…")
        self._search_text = search_text
        self._chosen: list[Any] = []
        self._popup: PopupPanel | None = None
        self.setObjectName("choice_button")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFont(font())
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._on_clicked)

    def chosen(self) -> tuple[Any, ...]:
        """The chosen values."""
        return tuple(self._chosen)

    def set_chosen(self, values: Iterable[Any]) -> None:
        """Show these as chosen; nothing is emitted."""
        self._chosen = list(values)
        self._show_chosen()

    def shown(self) -> list[Option]:
        """What is chosen, as options; what is no option any more by its value."""
        known = {option.value: option for option in self._options()}
        return [known.get(value) or Option(value, str(value)) for value in self._chosen]

    def open_list(self, typed: str = "") -> None:
        """Open the list, with a letter typed already."""
        choices = self._make_list()
        choices.set_chosen(self._chosen)
        popup = PopupPanel(self, choices)
        self._popup = popup
        if self._several:
            choices.changed.connect(lambda: self._on_ticked(choices))
            choices.done.connect(popup.close)
        else:
            choices.picked.connect(self._on_picked)
        popup.closed.connect(lambda: self._on_closed(choices))
        popup.open()
        if typed:
            choices.search_for(typed)

    def _make_list(self) -> ChoiceList:
        return ChoiceList(self._options(), several=self._several, is_open=self._is_open, placeholder=self._search_text)

    def _on_clicked(self) -> None:
        self.open_list()

    def _on_closed(self, choices: ChoiceList) -> None:
        self._popup = None
        if self._several:
            choices.keep_typed()

    def _on_ticked(self, choices: ChoiceList) -> None:
        self._chosen = list(choices.chosen())
        self._show_chosen()
        self.changed.emit()

    def _on_picked(self, value: Any) -> None:
        if self._popup is not None:
            self._popup.close()
        self._chosen = [value]
        self._show_chosen()
        self.setFocus()
        self.changed.emit()

    def _show_chosen(self) -> None:
        self.setText(", ".join(option.text for option in self.shown()))
        self.setAccessibleDescription(self.text() or self._placeholder)
        self.setToolTip(self.text() if len(self.text()) > 40 else "")
        self.updateGeometry()
        self.update()

    # Drawing.

    @override
    def sizeHint(self) -> QSize:
        text = self.text() or self._placeholder
        width = self.fontMetrics().horizontalAdvance(text)
        if self._several and self._chosen:
            chips = QFontMetrics(font(TextSize.CAPTION))
            width = sum(chip_width(chips, option.text) + HALF for option in self.shown())
        elif any(option.icon for option in self.shown()):
            width += _SIGN + GRID
        return QSize(min(width, 44 * GRID) + _CHEVRON + 3 * GRID, CONTROL_HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(12 * GRID, CONTROL_HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self.palette())
        active = self.hasFocus() or self._popup is not None
        problem = bool(self.property("problem"))
        edge = colours.accent if active else colours.danger if problem else colours.control_border
        painter.setPen(QPen(edge, 2 if active else 1))
        painter.setBrush(colours.hover if self.underMouse() and self.isEnabled() else colours.base)
        inset = 1.0 if active else 0.5
        painter.drawRoundedRect(self.rect().toRectF().adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)
        right = self.width() - GRID - _CHEVRON
        chevron = QRect(right, (self.height() - _CHEVRON) // 2, _CHEVRON, _CHEVRON)
        paint_icon(painter, chevron, "chevron-down", colours.muted)
        room = QRect(GRID, 0, right - GRID - HALF, self.height())
        if not self._chosen:
            paint_text(painter, room, self._placeholder, colours.muted)
        elif self._several:
            self._paint_chips(painter, room)
        else:
            self._paint_one(painter, room)
        painter.end()

    def _paint_one(self, painter: QPainter, room: QRect) -> None:
        option = self.shown()[0]
        colours = colours_of(self.palette())
        if option.icon:
            mark = QRect(room.left(), room.center().y() - 7, _SIGN, _SIGN)
            paint_icon(painter, mark, option.icon, colours.muted)
            room.setLeft(mark.right() + GRID)
        if option.colour:
            painter.setFont(font(TextSize.CAPTION))
            self._paint_chips(painter, room)
            return
        paint_text(painter, room, option.text, colours.text if self.isEnabled() else colours.disabled)

    def _paint_chips(self, painter: QPainter, room: QRect) -> None:
        painter.setFont(font(TextSize.CAPTION))
        metrics = painter.fontMetrics()
        height = chip_height(metrics)
        top = (self.height() - height) // 2
        left, options = room.left(), self.shown()
        for number, option in enumerate(options):
            rest = len(options) - number - 1
            width = chip_width(metrics, option.text)
            reserve = metrics.horizontalAdvance(f"+{rest}") + GRID if rest else 0
            if left + width + reserve > room.right():
                if number == 0:
                    width = max(room.right() - left - reserve, 4 * GRID)
                else:
                    more = f"+{rest + 1}"
                    area = QRect(left + HALF, 0, room.right() - left, self.height())
                    paint_text(painter, area, more, colours_of(self.palette()).muted)
                    return
            paint_chip(painter, QRect(left, top, width, height), option.text, option.colour or "grey", self.palette())
            left += width + HALF

    # Keys.

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F4, Qt.Key.Key_Space):
            if plain or key == Qt.Key.Key_Down:
                self.open_list()
                return
        elif plain and event.text().strip() and event.text().isprintable():
            self.open_list(event.text())
            return
        super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.update()
