"""The entries of the navigation: lists of contacts in sections that fold away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QLocale, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QToolTip, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.contacts.contact_drag import has_contacts
from ulkacrm_desktop.ui.contacts.places import Place
from ulkacrm_desktop.ui.navigation_entries import SIGN, EntryData, EntryDelegate, NavigationEntry
from ulkacrm_desktop.ui.theme import GRID, HALF

_UNFOLD_MS: Final = 700


@dataclass(slots=True)
class _Section:
    """A heading with its entries; ``action`` is what its plus sign makes."""

    key: str
    title: str
    action: str
    keeps_heading: bool
    heading: QListWidgetItem
    is_folded: bool = False


class NavigationList(QListWidget):
    """Tells which place was chosen; a click, Left, Right or Enter on a heading folds its section.

    Contacts dragged over it may be dropped on the entries that take them, the others fade and say why not.
    """

    chosen = Signal(object)
    """A `Place`."""
    menu_requested = Signal(object, QPoint)
    """A right click, or the menu key, on a `Place`, at this global position."""
    action_requested = Signal(str)
    """The plus sign of the section with this key."""
    contacts_dropped = Signal(object, str)
    """The dragged contacts were let go on this `Place` of this name."""
    folded = Signal()
    """Another section is folded now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("places")
        self.setAccessibleName(_("Lists of contacts"))
        self.setItemDelegate(EntryDelegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setStyleSheet("QListWidget#places { background: transparent; }")
        self.marked: Place | None = None
        """The place that is shown."""
        self.is_dragged_over = False
        """Whether contacts are dragged over the list."""
        self.drop_target: Place | None = None
        """The place below the mouse that would take them."""
        self._unfolding = QTimer(self, singleShot=True, interval=_UNFOLD_MS)
        self._unfolding.timeout.connect(self._on_unfold)
        self._held_over = ""
        self._sections: dict[str, _Section] = {}
        self._items: dict[Place, QListWidgetItem] = {}
        self.currentItemChanged.connect(self._on_current)
        self.itemClicked.connect(self._on_clicked)
        self.customContextMenuRequested.connect(self._on_menu)
        self.viewport().installEventFilter(self)
        self.setAcceptDrops(True)

    # What is shown.

    def add_section(self, key: str, title: str, *, action: str = "", keeps_heading: bool = False) -> None:
        """Add a section below the others. ``action`` is what its plus sign makes; without entries its heading shows
        only where it ``keeps_heading``."""
        heading = QListWidgetItem(title, self)
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        heading.setData(EntryData.SECTION, key)
        heading.setHidden(not keeps_heading)
        self._sections[key] = _Section(key, title, action, keeps_heading, heading)
        self._name_heading(self._sections[key])

    def set_entries(self, key: str, entries: Sequence[NavigationEntry]) -> None:
        """Show these in a section, in this order; what is marked stays marked. Nothing is emitted."""
        section = self._sections[key]
        self.blockSignals(True)
        at_hand = self._place_of(self.currentItem())
        first = self.row(section.heading) + 1
        while first < self.count() and self.item(first).data(EntryData.SECTION) is None:
            gone = self.takeItem(first)
            self._items.pop(gone.data(EntryData.PLACE), None)
        for number, entry in enumerate(entries):
            item = QListWidgetItem(entry.text)
            item.setData(EntryData.PLACE, entry.place)
            item.setData(EntryData.ICON, entry.icon)
            item.setData(EntryData.COLOUR, entry.colour)
            item.setData(EntryData.TAKES_CONTACTS, entry.takes_contacts)
            item.setData(EntryData.REFUSAL, entry.refusal)
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
        while first < self.count() and self.item(first).data(EntryData.SECTION) is None:
            found.append(self.item(first).data(EntryData.PLACE))
            first += 1
        return found

    def set_count(self, place: Place, count: int | None) -> None:
        """How many contacts a place has."""
        item = self._items.get(place)
        if item is not None:
            item.setData(EntryData.COUNT, count)
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
        return QRect(heading.right() - 2 * GRID - SIGN, heading.center().y() - SIGN // 2 + HALF, 14, 14)

    def _name_heading(self, section: _Section) -> None:
        state = _("folded") if section.is_folded else _("unfolded")
        section.heading.setData(Qt.ItemDataRole.AccessibleTextRole, f"{section.title}, {state}")

    def _toggle(self, key: str) -> None:
        self.fold(key, not self.is_folded(key))
        self.folded.emit()

    # Choosing.

    @staticmethod
    def _place_of(item: QListWidgetItem | None) -> Place | None:
        place = item.data(EntryData.PLACE) if item is not None else None
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
        return str(item.data(EntryData.SECTION) or "") if item is not None else ""

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

    # Contacts dragged here.

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_contacts(event.mimeData()):
            self.is_dragged_over = True
            self.viewport().update()
            event.acceptProposedAction()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not self.is_dragged_over:
            event.ignore()
            return
        place = event.position().toPoint()
        item, key = self.itemAt(place), self._section_at(place)
        self._hold_over(key if key and self.is_folded(key) else "")
        takes = item is not None and bool(item.data(EntryData.TAKES_CONTACTS))
        self._target(self._place_of(item) if takes else None)
        refusal = str(item.data(EntryData.REFUSAL) or "") if item is not None else ""
        QToolTip.showText(self.viewport().mapToGlobal(place), refusal, self)
        self.startAutoScroll()
        event.setAccepted(takes)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drag()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        item, target = self.itemAt(event.position().toPoint()), self.drop_target
        self._end_drag()
        if item is not None and target is not None:
            event.acceptProposedAction()
            self.contacts_dropped.emit(target, item.text())

    def _target(self, place: Place | None) -> None:
        if place != self.drop_target:
            self.drop_target = place
            self.viewport().update()

    def _hold_over(self, key: str) -> None:
        """A folded section opens for what is held over its heading."""
        if key != self._held_over:
            self._held_over = key
            if key:
                self._unfolding.start()
            else:
                self._unfolding.stop()

    def _on_unfold(self) -> None:
        if self._held_over:
            self._toggle(self._held_over)

    def _end_drag(self) -> None:
        self.is_dragged_over = False
        self._hold_over("")
        self._target(None)
        self.stopAutoScroll()
        QToolTip.hideText()
        self.viewport().update()

    def _over_plus(self, position: QPoint) -> bool:
        item = self.itemAt(position)
        return item is not None and position.x() >= self.plus_rect(self.visualItemRect(item)).left() - GRID

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        key = str(item.data(EntryData.SECTION) or "") if item is not None else ""
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
