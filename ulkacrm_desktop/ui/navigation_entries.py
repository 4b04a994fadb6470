"""How an entry of the navigation is described and drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, auto
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from ulkacrm_desktop.ui.contacts.places import Place
from ulkacrm_desktop.ui.icons import paint_icon
from ulkacrm_desktop.ui.painting import paint_text
from ulkacrm_desktop.ui.theme import GRID, HALF, ICON_SIZE, RADIUS, Colours, TextSize, chip_colours, colours_of, font

if TYPE_CHECKING:
    from ulkacrm_desktop.ui.navigation_list import NavigationList

SIGN: Final = 12
_REFUSED: Final = 0.35
"""How strongly an entry is drawn that does not take what is dragged over the navigation."""


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A list that can be gone to; ``colour`` gives it a dot in place of an icon, as tags have.

    Contacts can be dropped on one that ``takes_contacts``; others may say why they cannot.
    """

    place: Place
    text: str
    icon: str = ""
    colour: str = ""
    count: int | None = None
    tip: str = ""
    takes_contacts: bool = False
    refusal: str = ""


class EntryData(IntEnum):
    """What the items of the list carry."""

    PLACE = Qt.ItemDataRole.UserRole
    COUNT = auto()
    ICON = auto()
    COLOUR = auto()
    TAKES_CONTACTS = auto()
    REFUSAL = auto()
    SECTION = auto()
    """The key of the section that an item is the heading of."""


class EntryDelegate(QStyledItemDelegate):
    """Draws an entry: icon or the tag's dot, text, count at the right; headings small and dim with their signs."""

    def __init__(self, owner: NavigationList) -> None:
        super().__init__(owner)
        self._owner = owner

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        height = option.fontMetrics.height() + (2 * GRID if not index.data(EntryData.COLOUR) else GRID + HALF)
        return QSize(0, height + (GRID if index.data(EntryData.SECTION) else 0))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(EntryData.SECTION):
            self._paint_heading(painter, option, index)
        else:
            self._paint_entry(painter, option, index)
        painter.restore()

    def _paint_heading(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours = colours_of(option.palette)
        rect = option.rect.adjusted(2 * GRID, GRID, -GRID, -1)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.setFont(font(TextSize.CAPTION, bold=True))
        paint_text(painter, rect, text, colours.muted)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        folded = self._owner.is_folded(str(index.data(EntryData.SECTION)))
        if folded or hovered or focused:
            left = rect.left() + painter.fontMetrics().horizontalAdvance(text) + HALF
            sign = QRect(left, rect.center().y() - SIGN // 2 + 1, SIGN, SIGN)
            paint_icon(painter, sign, "chevron-right" if folded else "chevron-down", colours.muted)
        if self._owner.action_of(str(index.data(EntryData.SECTION))):
            plus = self._owner.plus_rect(option.rect)
            paint_icon(painter, plus, "plus", colours.text if hovered else colours.muted)
        if focused:
            painter.setPen(colours.accent)
            painter.drawRoundedRect(rect.adjusted(-GRID, 2, 0, -2), RADIUS, RADIUS)

    def _paint_entry(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours = colours_of(option.palette)
        rect = option.rect.adjusted(GRID, 1, -GRID, -1)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        place = index.data(EntryData.PLACE)
        chosen = place == self._owner.marked
        targeted = place == self._owner.drop_target
        if self._owner.is_dragged_over and not index.data(EntryData.TAKES_CONTACTS):
            painter.setOpacity(_REFUSED)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        paint_entry_ground(painter, rect, colours, chosen=chosen or targeted, hovered=hovered)
        if targeted:
            painter.setPen(QPen(colours.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        elif option.state & QStyle.StateFlag.State_HasFocus:
            paint_entry_focus(painter, rect, colours)
        mark = entry_mark(rect)
        colour = index.data(EntryData.COLOUR)
        if colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(chip_colours(colour, option.palette).text)
            painter.drawEllipse(QPointF(mark.center()) + QPointF(0.5, 0.5), HALF, HALF)
        else:
            paint_icon(painter, mark, index.data(EntryData.ICON), colours.accent_text if chosen else colours.muted)
        right = rect.right() - GRID
        count = index.data(EntryData.COUNT)
        if count is not None:
            small = font(TextSize.CAPTION)
            told = QLocale().toString(count)
            width = QFontMetrics(small).horizontalAdvance(told)
            painter.setFont(small)
            alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            room = QRect(right - width, rect.top(), width + 1, rect.height())
            paint_text(painter, room, told, colours.muted, alignment)
            right -= width + GRID
        painter.setFont(font(bold=chosen))
        left = mark.right() + GRID + 1
        paint_text(painter, QRect(left, rect.top(), right - left, rect.height()), text, colours.text)


def paint_entry_ground(painter: QPainter, rect: QRect, colours: Colours, *, chosen: bool, hovered: bool) -> None:
    """The ground of an entry that is shown or under the mouse."""
    if chosen or hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.selected if chosen else colours.pressed)
        painter.drawRoundedRect(rect, RADIUS, RADIUS)


def paint_entry_focus(painter: QPainter, rect: QRect, colours: Colours) -> None:
    """The ring around the entry that has the keyboard."""
    painter.setPen(colours.accent)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), RADIUS, RADIUS)


def entry_mark(rect: QRect) -> QRect:
    """Where the icon of an entry stands."""
    return QRect(rect.left() + GRID, rect.center().y() - ICON_SIZE // 2 + 1, ICON_SIZE, ICON_SIZE)


class PageButton(QPushButton):
    """A page beside the lists, drawn as the entries of the list above it are."""

    def __init__(self, name: str, text: str, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._icon_name = icon_name

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.fontMetrics().height() + 2 * GRID)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, chosen = colours_of(self.palette()), self.isChecked()
        rect = self.rect().adjusted(GRID, 1, -GRID, -1)
        paint_entry_ground(painter, rect, colours, chosen=chosen, hovered=self.underMouse())
        if self.hasFocus():
            paint_entry_focus(painter, rect, colours)
        mark = entry_mark(rect)
        paint_icon(painter, mark, self._icon_name, colours.accent_text if chosen else colours.muted)
        painter.setFont(font(bold=chosen))
        left = mark.right() + GRID + 1
        paint_text(painter, QRect(left, rect.top(), rect.right() - left, rect.height()), self.text(), colours.text)
        painter.end()
