"""The navigation on the left: lists of contacts, tags with their counts, settings, and how full the house is."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, auto
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.contacts.places import ALL, RECENT, SELECTED, Place, PlaceKind
from ulkacrm_desktop.ui.icons import IconRole, icon, paint_icon
from ulkacrm_desktop.ui.painting import paint_text
from ulkacrm_desktop.ui.theme import GRID, HALF, ICON_SIZE, RADIUS, TextSize, chip_colours, colours_of, font

WIDTH: Final = 27 * GRID
TAGS_SHOWN: Final = 200
"""Tags beyond these, the most used, are reached by searching."""


class TagCount(Protocol):
    """A tag and how many contacts bear it."""

    @property
    def id(self) -> int:
        """The tag's id."""

    @property
    def name(self) -> str:
        """How it is written."""

    @property
    def color(self) -> str:
        """One of `theme.TAG_COLOURS`, or ''."""

    @property
    def count(self) -> int:
        """How many contacts bear it."""


class _Data(IntEnum):
    PLACE = Qt.ItemDataRole.UserRole
    COUNT = auto()
    ICON = auto()
    COLOUR = auto()
    HEADING = auto()


class _EntryDelegate(QStyledItemDelegate):
    """Draws an entry: icon or the tag's dot, text, count at the right; headings small and dim."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        height = option.fontMetrics.height() + (2 * GRID if not index.data(_Data.COLOUR) else GRID + HALF)
        return QSize(0, height + (GRID if index.data(_Data.HEADING) else 0))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours = colours_of(option.palette)
        rect = option.rect.adjusted(GRID, 1, -GRID, -1)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(_Data.HEADING):
            painter.setFont(font(TextSize.CAPTION, bold=True))
            paint_text(painter, rect.adjusted(GRID, GRID, 0, 0), text, colours.muted)
            painter.restore()
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.selected if chosen else colours.pressed)
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
        if option.state & QStyle.StateFlag.State_HasFocus and chosen:
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
        painter.restore()


class _Mark(QWidget):
    """The sign of the program, in the colour of the scheme shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(20, 20)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self.rect(), "users", colours_of(self.palette()).accent_text)


class Navigation(QFrame):
    """Tells which list was chosen; what is shown elsewhere is marked with `set_current`."""

    chosen = Signal(object)
    """A `Place` was chosen."""
    page_chosen = Signal(str)
    """A page beside the lists was chosen: ``properties`` or ``settings``."""
    tag_menu_requested = Signal(int, QPoint)
    """A right click on the tag with this id, at this global position."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigation")
        self.setProperty("surface", "window")
        self.setMinimumWidth(WIDTH)
        self._items: dict[Place, QListWidgetItem] = {}
        self._list = self._make_list()
        self._heading(_("Contacts"))
        self._entry(ALL, _("All contacts"), "users")
        self._entry(RECENT, _("Recently viewed"), "clock")
        self._entry(SELECTED, _("Selected"), "list-checks")
        self._tags_heading = self._heading(_("Tags"))
        self._tags_heading.setHidden(True)
        self._gauge_text, self._gauge_bar = QLabel(), QProgressBar()
        self._gauge = self._make_gauge()
        bottom = QVBoxLayout()
        bottom.setContentsMargins(GRID, 0, GRID, GRID)
        bottom.setSpacing(2)
        self._pages = {
            "properties": _page_button("properties_button", _("Properties and tags"), "sliders-horizontal"),
            "settings": _page_button("settings_button", _("Settings"), "settings"),
        }
        for key, button in self._pages.items():
            button.clicked.connect(partial(self._on_page, key))
            bottom.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._title())
        layout.addWidget(self._list, 1)
        layout.addWidget(self._gauge)
        layout.addLayout(bottom)
        self._list.setCurrentItem(self._items[ALL])
        self._list.currentItemChanged.connect(self._on_current)
        self._list.itemClicked.connect(self._on_clicked)
        self._list.customContextMenuRequested.connect(self._on_menu)

    def set_current(self, current: Place | str) -> None:
        """Mark the list, or the page of this key, that is shown. Nothing is emitted."""
        for key, button in self._pages.items():
            button.setChecked(key == current)
        item = self._items.get(current) if isinstance(current, Place) else None
        self._list.blockSignals(True)
        if item is not None:
            self._list.setCurrentItem(item)
        else:
            self._list.setCurrentRow(-1)
        self._list.blockSignals(False)

    def set_count(self, place: Place, count: int | None) -> None:
        """How many contacts a list has."""
        item = self._items.get(place)
        if item is not None:
            item.setData(_Data.COUNT, count)
            told = "" if count is None else QLocale().toString(count)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()} {told}".strip())

    def set_tags(self, tags: Sequence[TagCount]) -> None:
        """Show these tags, in this order; the marked one stays marked."""
        current = self._current_place()
        self._list.blockSignals(True)
        first = self._list.row(self._tags_heading) + 1
        while self._list.count() > first:
            self._list.takeItem(first)
        self._items = {place: item for place, item in self._items.items() if place.kind is not PlaceKind.TAG}
        self._tags_heading.setHidden(not tags)
        for tag in tags[:TAGS_SHOWN]:
            place = Place(PlaceKind.TAG, tag.id)
            item = self._entry(place, tag.name, "", count=tag.count)
            item.setData(_Data.COLOUR, tag.color or "grey")
            item.setToolTip(tag.name)
        self._list.blockSignals(False)
        if current is not None:
            self.set_current(current)

    def set_gauge(self, stored: int, limit: int | None) -> None:
        """How many contacts are stored of how many allowed; without a limit nothing is shown."""
        self._gauge.setVisible(limit is not None)
        if limit is None:
            return
        locale = QLocale()
        left = max(limit - stored, 0)
        text = _("{stored} of {limit} contacts").format(stored=locale.toString(stored), limit=locale.toString(limit))
        self._gauge_text.setText(text)
        self._gauge.setToolTip(_("{left} more fit under the limit").format(left=locale.toString(left)))
        self._gauge_bar.setRange(0, max(limit, 1))
        self._gauge_bar.setValue(min(stored, limit))

    @staticmethod
    def _make_list() -> QListWidget:
        places = QListWidget()
        places.setObjectName("places")
        places.setAccessibleName(_("Lists of contacts"))
        places.setItemDelegate(_EntryDelegate(places))
        places.setMouseTracking(True)
        places.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        places.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        places.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        places.setStyleSheet("QListWidget#places { background: transparent; }")
        return places

    def _make_gauge(self) -> QWidget:
        self._gauge_text.setObjectName("gauge_text")
        self._gauge_text.setProperty("tone", "muted")
        self._gauge_text.setFont(font(TextSize.CAPTION))
        self._gauge_bar.setObjectName("gauge")
        self._gauge_bar.setTextVisible(False)
        self._gauge_bar.setAccessibleName(_("Contacts stored"))
        box = QWidget()
        gauge = QVBoxLayout(box)
        gauge.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        gauge.setSpacing(HALF)
        gauge.addWidget(self._gauge_text)
        gauge.addWidget(self._gauge_bar)
        box.hide()
        return box

    def _title(self) -> QWidget:
        title = QWidget()
        mark, name = _Mark(), QLabel(_("Ulka CRM"))
        name.setFont(font(bold=True))
        row = QHBoxLayout(title)
        row.setContentsMargins(2 * GRID, 2 * GRID, GRID, HALF)
        row.addWidget(mark)
        row.addWidget(name, 1)
        return title

    def _heading(self, text: str) -> QListWidgetItem:
        item = QListWidgetItem(text, self._list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setData(_Data.HEADING, True)
        return item

    def _entry(self, place: Place, text: str, icon_name: str, *, count: int | None = None) -> QListWidgetItem:
        item = QListWidgetItem(text, self._list)
        item.setData(_Data.PLACE, place)
        item.setData(_Data.ICON, icon_name)
        self._items[place] = item
        self.set_count(place, count)
        return item

    def _current_place(self) -> Place | None:
        item = self._list.currentItem()
        place = item.data(_Data.PLACE) if item is not None else None
        return place if isinstance(place, Place) else None

    def _on_current(self, item: QListWidgetItem | None) -> None:
        place = self._current_place()
        if item is not None and place is not None:
            self.chosen.emit(place)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        # A click on the entry that is marked already leads back to its list from a profile.
        place = item.data(_Data.PLACE)
        if isinstance(place, Place):
            self.chosen.emit(place)

    def _on_page(self, key: str) -> None:
        self.set_current(key)
        self.page_chosen.emit(key)

    def _on_menu(self, position: QPoint) -> None:
        item = self._list.itemAt(position)
        place = item.data(_Data.PLACE) if item is not None else None
        if isinstance(place, Place) and place.tag_id is not None:
            self.tag_menu_requested.emit(place.tag_id, self._list.viewport().mapToGlobal(position))


def _page_button(name: str, text: str, icon_name: str) -> QPushButton:
    button = QPushButton(icon(icon_name, IconRole.MUTED), text)
    button.setObjectName(name)
    button.setProperty("kind", "ghost")
    button.setCheckable(True)
    button.setStyleSheet("text-align: left;")
    return button
