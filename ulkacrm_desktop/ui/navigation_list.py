"""The entries of the navigation: lists of contacts in sections that fold away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.contacts.places import Place
from ulkacrm_desktop.ui.icons import paint_icon
from ulkacrm_desktop.ui.painting import paint_text
from ulkacrm_desktop.ui.theme import GRID, HALF, ICON_SIZE, RADIUS, TextSize, chip_colours, colours_of, font

_SIGN: Final = 12


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A list that can be gone to; ``colour`` gives it a dot in place of an icon, as tags have."""

    place: Place
    text: str
    icon: str = ""
    colour: str = ""
    count: int | None = None
    tip: str = ""


@dataclass(slots=True)
class _Section:
    """A heading with its entries; ``action`` is what its plus sign makes."""

    key: str
    title: str
    action: str
    keeps_heading: bool
    heading: QListWidgetItem
    is_folded: bool = False


class _Data(IntEnum):
    PLACE = Qt.ItemDataRole.UserRole
    COUNT = auto()
    ICON = auto()
    COLOUR = auto()
    SECTION = auto()
    """The key of the section that an item is the heading of."""


class _EntryDelegate(QStyledItemDelegate):
    """Draws an entry: icon or the tag's dot, text, count at the right; headings small and dim with their signs."""

    def __init__(self, owner: NavigationList) -> None:
        super().__init__(owner)
        self._owner = owner

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        height = option.fontMetrics.height() + (2 * GRID if not index.data(_Data.COLOUR) else GRID + HALF)
        return QSize(0, height + (GRID if index.data(_Data.SECTION) else 0))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(_Data.SECTION):
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
        folded = self._owner.is_folded(str(index.data(_Data.SECTION)))
        if folded or hovered or focused:
            left = rect.left() + painter.fontMetrics().horizontalAdvance(text) + HALF
            sign = QRect(left, rect.center().y() - _SIGN // 2 + 1, _SIGN, _SIGN)
            paint_icon(painter, sign, "chevron-right" if folded else "chevron-down", colours.muted)
        if self._owner.action_of(str(index.data(_Data.SECTION))):
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
        chosen = index.data(_Data.PLACE) == self._owner.marked
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.selected if chosen else colours.pressed)
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(colours.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), RADIUS, RADIUS)
        mark = QRect(rect.left() + GRID, rect.center().y() - ICON_SIZE // 2 + 1, ICON_SIZE, ICON_SIZE)
        colour = index.data(_Data.COLOUR)
        if colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(chip_colours(colour, option.palette).text)
            painter.drawEllipse(QPointF(mark.center()) + QPointF(0.5, 0.5), HALF, HALF)
        else:
            paint_icon(painter, mark, index.data(_Data.ICON), colours.accent_text if chosen else colours.muted)
        right = rect.right() - GRID
        count = index.data(_Data.COUNT)
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


class NavigationList(QListWidget):
    """Tells which place was chosen; a click, Left, Right or Enter on a heading folds its section."""

    chosen = Signal(object)
    """A `Place`."""
    menu_requested = Signal(object, QPoint)
    """A right click, or the menu key, on a `Place`, at this global position."""
    action_requested = Signal(str)
    """The plus sign of the section with this key."""
    folded = Signal()
    """Another section is folded now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("places")
        self.setAccessibleName(_("Lists of contacts"))
        self.setItemDelegate(_EntryDelegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setStyleSheet("QListWidget#places { background: transparent; }")
        self.marked: Place | None = None
        """The place that is shown."""
        self._sections: dict[str, _Section] = {}
        self._items: dict[Place, QListWidgetItem] = {}
        self.currentItemChanged.connect(self._on_current)
        self.itemClicked.connect(self._on_clicked)
        self.customContextMenuRequested.connect(self._on_menu)
        self.viewport().installEventFilter(self)

    # What is shown.

    def add_section(self, key: str, title: str, *, action: str = "", keeps_heading: bool = False) -> None:
        """Add a section below the others. ``action`` is what its plus sign makes; without entries its heading shows
        only where it ``keeps_heading``."""
        heading = QListWidgetItem(title, self)
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        heading.setData(_Data.SECTION, key)
        heading.setHidden(not keeps_heading)
        self._sections[key] = _Section(key, title, action, keeps_heading, heading)
        self._name_heading(self._sections[key])

    def set_entries(self, key: str, entries: Sequence[NavigationEntry]) -> None:
        """Show these in a section, in this order; what is marked stays marked. Nothing is emitted."""
        section = self._sections[key]
        self.blockSignals(True)
        at_hand = self._place_of(self.currentItem())
        first = self.row(section.heading) + 1
        while first < self.count() and self.item(first).data(_Data.SECTION) is None:
            gone = self.takeItem(first)
            self._items.pop(gone.data(_Data.PLACE), None)
        for number, entry in enumerate(entries):
            item = QListWidgetItem(entry.text)
            item.setData(_Data.PLACE, entry.place)
            item.setData(_Data.ICON, entry.icon)
            item.setData(_Data.COLOUR, entry.colour)
            item.setToolTip(entry.tip or entry.text)
            self.insertItem(first + number, item)
            self._items[entry.place] = item
            self.set_count(entry.place, entry.count)
            item.setHidden(section.is_folded)
        section.heading.setHidden(not entries and not section.keeps_heading)
        if at_hand is not None and at_hand in self._items:
            self.setCurrentItem(self._items[at_hand])
        self.blockSignals(False)

    def places(self, key: str) -> list[Place]:
        """The places of a section, from the top."""
        first, found = self.row(self._sections[key].heading) + 1, []
        while first < self.count() and self.item(first).data(_Data.SECTION) is None:
            found.append(self.item(first).data(_Data.PLACE))
            first += 1
        return found

    def set_count(self, place: Place, count: int | None) -> None:
        """How many contacts a place has."""
        item = self._items.get(place)
        if item is not None:
            item.setData(_Data.COUNT, count)
            told = "" if count is None else QLocale().toString(count)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()} {told}".strip())

    def mark(self, place: Place | None) -> None:
        """Show which place is shown. Nothing is emitted."""
        self.marked = place
        item = self._items.get(place) if place is not None else None
        self.blockSignals(True)
        if item is not None and not item.isHidden():
            self.setCurrentItem(item)
        else:
            self.setCurrentRow(-1)
        self.blockSignals(False)
        self.viewport().update()

    # Folding.

    @property
    def folded_sections(self) -> list[str]:
        """The keys of the sections that are folded."""
        return [section.key for section in self._sections.values() if section.is_folded]

    def fold(self, key: str, folded: bool) -> None:
        """Fold a section, or show its entries. Nothing is emitted."""
        section = self._sections.get(key)
        if section is not None and section.is_folded != folded:
            section.is_folded = folded
            for place in self.places(key):
                self._items[place].setHidden(folded)
            self._name_heading(section)

    def is_folded(self, key: str) -> bool:
        """Whether a section's entries are hidden."""
        return self._sections[key].is_folded

    def action_of(self, key: str) -> str:
        """What the plus sign of a section makes, '' where it has none."""
        return self._sections[key].action

    @staticmethod
    def plus_rect(heading: QRect) -> QRect:
        """Where the plus sign of a heading with this rectangle is."""
        return QRect(heading.right() - 2 * GRID - _SIGN, heading.center().y() - _SIGN // 2 + HALF, 14, 14)

    def _name_heading(self, section: _Section) -> None:
        state = _("folded") if section.is_folded else _("unfolded")
        section.heading.setData(Qt.ItemDataRole.AccessibleTextRole, f"{section.title}, {state}")

    def _toggle(self, key: str) -> None:
        self.fold(key, not self.is_folded(key))
        self.folded.emit()

    # Choosing.

    @staticmethod
    def _place_of(item: QListWidgetItem | None) -> Place | None:
        place = item.data(_Data.PLACE) if item is not None else None
        return place if isinstance(place, Place) else None

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if (place := self._place_of(item)) is not None:
            self.chosen.emit(place)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        # A click on the entry that is marked already leads back to its list from a profile.
        if (place := self._place_of(item)) is not None:
            self.chosen.emit(place)

    def _on_menu(self, position: QPoint) -> None:
        item = self.itemAt(position)
        if (place := self._place_of(item)) is not None:
            self.menu_requested.emit(place, self.viewport().mapToGlobal(position))

    def _section_at(self, position: QPoint) -> str:
        item = self.itemAt(position)
        return str(item.data(_Data.SECTION) or "") if item is not None else ""

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        key = self._section_at(position)
        if not key or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        # A press on a heading leaves the entry that is shown current.
        if self.action_of(key) and self._over_plus(position):
            self.action_requested.emit(key)
        else:
            self._toggle(key)

    def _over_plus(self, position: QPoint) -> bool:
        item = self.itemAt(position)
        return item is not None and position.x() >= self.plus_rect(self.visualItemRect(item)).left() - GRID

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        key = str(item.data(_Data.SECTION) or "") if item is not None else ""
        if key and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._toggle(key)
        elif key and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            if self.is_folded(key) is (event.key() == Qt.Key.Key_Right):
                self._toggle(key)
        elif event.key() == Qt.Key.Key_Menu or (
            event.key() == Qt.Key.Key_F10 and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            if item is not None:
                self._on_menu(self.visualItemRect(item).center())
        else:
            super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            key = self._section_at(event.pos())
            if key and self.action_of(key) and self._over_plus(event.pos()):
                QToolTip.showText(event.globalPos(), self.action_of(key), self)
                return True
        return super().eventFilter(watched, event)
