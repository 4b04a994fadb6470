"""A list that is searched while one types, from which one choice or several are taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.ui.icons import IconRole, icon, paint_icon
from ulkacrm_desktop.ui.painting import TICK_SIZE, paint_text, paint_tick
from ulkacrm_desktop.ui.theme import GRID, HALF, RADIUS, TextSize, chip_colours, colours_of, font

_LIMIT: Final = 200
"""Choices beyond these are found by typing."""
_LINE: Final = 26
_OPTION: Final = Qt.ItemDataRole.UserRole + 1
"""The place of an entry's option among those that are shown."""
_CHOSEN: Final = Qt.ItemDataRole.UserRole + 2
"""Whether an entry is chosen; of entries without an option, whether they are headings."""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: what it stands for, how it is called, its icon or the colour of its dot, its heading, and a word that
    tells it from others of the same name."""

    value: Any
    text: str
    icon: str = ""
    colour: str = ""
    group: str = ""
    detail: str = ""


class _OptionDelegate(QStyledItemDelegate):
    """Draws an option: box, icon or dot, text; headings small and dim."""

    def __init__(self, owner: ChoiceList) -> None:
        super().__init__(owner)
        self._owner = owner

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, _LINE)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours = colours_of(option.palette)
        rect = option.rect.adjusted(0, 0, -2, 0)
        text, shown = str(index.data(Qt.ItemDataRole.DisplayRole)), self._owner.option_of(index)
        chosen = bool(index.data(_CHOSEN))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if shown is None:
            painter.setFont(font(TextSize.CAPTION, bold=True) if chosen else font())
            paint_text(painter, rect.adjusted(GRID, 0, 0, 0), text, colours.muted)
            painter.restore()
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.selected)
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
        left, middle = rect.left() + GRID, rect.center().y() + 1
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is not None:
            paint_tick(painter, QPointF(left + TICK_SIZE / 2, middle), Qt.CheckState(state), option.palette)
            left += TICK_SIZE + GRID
        sign = QRect(left, middle - 8, 16, 16)
        if shown.icon:
            paint_icon(painter, sign, shown.icon, colours.muted)
        elif shown.colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(chip_colours(shown.colour, option.palette).text)
            painter.drawEllipse(QPointF(sign.center()) + QPointF(0.5, 0.5), HALF, HALF)
        if shown.icon or shown.colour:
            left = sign.right() + GRID
        painter.setFont(font(bold=chosen and state is None))
        room = QRect(left, rect.top(), rect.right() - left - HALF, rect.height())
        paint_text(painter, room, text, colours.text)
        if shown.detail:
            room.setLeft(left + painter.fontMetrics().horizontalAdvance(text) + GRID + HALF)
            painter.setFont(font(TextSize.CAPTION))
            paint_text(painter, room, shown.detail, colours.muted)
        painter.restore()


class ChoiceList(QWidget):
    """Search line and list; arrows go through the list while one types, Enter takes or ticks.

    With ``several`` the choices have check boxes, else a choice is `picked`. Where ``is_open``, what is typed and
    matches nothing can be taken too. What ``is_found_elsewhere`` is more than a list can hold: `asked` tells what is
    typed, `set_options` answers.
    """

    changed = Signal()
    """Other choices are ticked now."""
    picked = Signal(object)
    """One was chosen: its value."""
    done = Signal()
    """Enter was pressed with Ctrl: nothing more is to be chosen."""
    asked = Signal(str)
    """What fits this text is to be found."""

    def __init__(
        self,
        options: Sequence[Option],
        *,
        several: bool = False,
        is_open: bool = False,
        is_found_elsewhere: bool = False,
        placeholder: str = "",
        rows: int = 9,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("choice_list")
        self._options = tuple(options)
        self._several = several
        self._is_open = is_open
        self._is_found_elsewhere = is_found_elsewhere
        self._is_asking, self._takes_first = is_found_elsewhere, False
        """Whether an answer is on its way, and whether Enter was pressed before it was there."""
        self._chosen: list[Any] = []
        self._shown: list[Option] = []
        self._line = QLineEdit()
        self._line.setObjectName("choice_search")
        self._line.setPlaceholderText(placeholder or _("Search…"))
        self._line.setAccessibleName(placeholder or _("Search…"))
        self._line.addAction(icon("search", IconRole.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self._line.textChanged.connect(self._on_typed)
        self._line.installEventFilter(self)
        self._list = QListWidget()
        self._list.setObjectName("choices")
        self._list.setAccessibleName(_("Choices"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setItemDelegate(_OptionDelegate(self))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setMouseTracking(True)
        self._list.itemClicked.connect(self._on_clicked)
        self._rows = rows
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addWidget(self._line)
        layout.addWidget(self._list)
        layout.addStretch(1)
        self.setFocusProxy(self._line)
        self._fill()

    def chosen(self) -> tuple[Any, ...]:
        """What is ticked, in the order in which it was."""
        return tuple(self._chosen)

    def set_chosen(self, values: Iterable[Any]) -> None:
        """Tick these, or mark the one that is chosen; values that are no choices are shown as they are."""
        self._chosen = list(values)
        self._fill()

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer these from now on."""
        self._is_asking = False
        if tuple(options) != self._options or not self._shown:
            self._options = tuple(options)
            self._fill()
        if self._takes_first and self._shown:
            self._take(self._shown[0].value)

    def search_for(self, text: str) -> None:
        """Begin with this text, such as the letter that opened the list."""
        self._line.setText(text)
        self._line.setFocus()

    def keep_typed(self) -> None:
        """Take what is typed and not yet taken, where own texts can be given."""
        typed = self._typed()
        if self._is_open and self._several and typed and typed not in self._chosen:
            self._take(typed)

    # Filling.

    def _on_typed(self) -> None:
        if self._is_found_elsewhere:
            # Until the answer is there the choices stand as they were.
            self._is_asking, self._takes_first = True, False
            self.asked.emit(self._typed())
        else:
            self._fill()

    def _typed(self) -> str:
        return " ".join(self._line.text().split())

    def _fill(self) -> None:
        current_value = self._value_at(self._list.currentRow()) if self._list.currentRow() >= 0 else None
        typed = self._typed()
        shown = self._matching(fold(typed))
        self._list.clear()
        self._shown.clear()
        group = ""
        for option in shown[:_LIMIT]:
            if option.group and option.group != group and not typed:
                self._add_words(option.group, heading=True)
            group = option.group
            self._add(option)
        if self._is_open and typed and all(fold(option.text) != fold(typed) for option in shown):
            self._add(Option(typed, _("“{text}”").format(text=typed), "plus"), tickable=False)
        if not self._list.count() and not self._is_asking:
            told = _("Nothing is called so") if typed else _("There is nothing to choose from")
            self._add_words(told, heading=False)
        self._select_value(current_value if typed == "" else None)
        self._fit()

    def _matching(self, key: str) -> list[Option]:
        known = {option.value for option in self._options}
        others = [Option(value, str(value)) for value in self._chosen if self._several and value not in known]
        options = [*others, *self._options]
        if not key or self._is_found_elsewhere:
            return options
        folded = [(fold(option.text), option) for option in options]
        beginning = [option for text, option in folded if text.startswith(key)]
        within = [option for text, option in folded if not text.startswith(key) and key in text]
        return beginning + within

    def _add(self, option: Option, *, tickable: bool = True) -> None:
        item = QListWidgetItem(option.text, self._list)
        item.setData(_OPTION, len(self._shown))
        self._shown.append(option)
        item.setToolTip(option.text if len(option.text) > 36 else "")
        if option.detail:
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{option.text}, {option.detail}")
        chosen = option.value in self._chosen
        item.setData(_CHOSEN, chosen)
        if self._several and tickable:
            # Readers hear of the state by its own role; the delegate draws it.
            state = Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setData(Qt.ItemDataRole.CheckStateRole, state)

    def _add_words(self, text: str, *, heading: bool) -> None:
        """A heading, or a note that stands alone."""
        item = QListWidgetItem(text, self._list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setData(_CHOSEN, heading)

    def option_of(self, index: QModelIndex | QPersistentModelIndex) -> Option | None:
        """What an entry of the list stands for; None for a heading or a note."""
        number = index.data(_OPTION)
        return self._shown[number] if number is not None else None

    def _value_at(self, row: int) -> Any:
        number = self._list.item(row).data(_OPTION)
        return self._shown[number].value if number is not None else None

    def _select_value(self, value: Any) -> None:
        wanted = value if value is not None else (self._chosen[0] if self._chosen and not self._several else None)
        for row in range(self._list.count()):
            if wanted is not None and self._value_at(row) == wanted:
                self._list.setCurrentRow(row)
                return
        self._list.setCurrentRow(-1)
        self._step(1)

    def _fit(self) -> None:
        # The height is that of the whole list, also while a part of it is found: nothing jumps while one types.
        headings = len({option.group for option in self._options} - {""})
        least = self._rows if self._is_found_elsewhere else 3 if self._is_open else 1
        rows = min(max(len(self._options) + headings, least), self._rows)
        self._list.setFixedHeight(rows * _LINE + HALF)
        # A short list needs no search, but for those who type its beginning or a text of their own.
        searched = self._is_open or self._is_found_elsewhere or bool(self._line.text())
        self._line.setVisible(searched or len(self._options) > self._rows)
        if not self._line.isVisibleTo(self):
            self._list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setFocusProxy(self._list)
            self._list.installEventFilter(self)

    # Choosing.

    def _on_clicked(self, item: QListWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self._list.setCurrentItem(item)
            self._take(self._value_at(self._list.row(item)))

    def _take(self, value: Any) -> None:
        if not self._several:
            self._chosen = [value]
            self.picked.emit(value)
            return
        if value in self._chosen:
            self._chosen.remove(value)
        else:
            self._chosen.append(value)
        if self._is_open and value == self._typed():
            self._line.clear()
        self._fill()
        self.changed.emit()

    def _step(self, step: int) -> None:
        row = self._list.currentRow() + step
        while 0 <= row < self._list.count():
            if self._list.item(row).flags() & Qt.ItemFlag.ItemIsEnabled:
                self._list.setCurrentRow(row)
                return
            row += 1 if step > 0 else -1

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: self._rows - 1,
            Qt.Key.Key_PageUp: 1 - self._rows,
        }
        key = event.key()
        if key in steps:
            self._step(steps[Qt.Key(key)])
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or (key == Qt.Key.Key_Space and watched is self._list):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.done.emit()
                return True
            item = self._list.currentItem()
            if self._is_asking:
                self._takes_first = True
            elif item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled:
                self._take(self._value_at(self._list.row(item)))
            return True
        return False
