"""The navigation on the left: lists of contacts in sections, pages, and how full the house is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QLocale, QPoint, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _, pgettext
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.ui.contacts.places import ALL, RECENT, SELECTED, Place, PlaceKind
from ulkacrm_desktop.ui.icons import paint_icon
from ulkacrm_desktop.ui.navigation_entries import NavigationEntry, PageButton
from ulkacrm_desktop.ui.navigation_list import NavigationList
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, colours_of, font

_FOLDED: Final = "navigation.folded"
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
    """A page beside the lists was chosen: ``duplicates``, ``properties`` or ``settings``."""
    menu_requested = Signal(object, QPoint)
    """A right click on a `Place`, at this global position."""
    contacts_dropped = Signal(object, str)
    """The contacts that are dragged were let go on this `Place` of this name."""
    section_action_requested = Signal(str)
    """Something new is wanted in a section: ``segments``."""

    def __init__(self, settings: Settings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigation")
        self.setProperty("surface", "window")
        self.setMinimumWidth(WIDTH)
        self._settings = settings
        self._list = NavigationList()
        self._list.add_section("contacts", _("Contacts"))
        self._list.set_entries(
            "contacts",
            (
                NavigationEntry(ALL, _("All contacts"), "users"),
                NavigationEntry(RECENT, _("Recently viewed"), "clock"),
                NavigationEntry(SELECTED, _("Selected"), "list-checks"),
            ),
        )
        self._list.add_section("segments", _("Segments"), action=_("New segment…"), keeps_heading=True)
        self._list.add_section("filters", _("Saved filters"))
        self._list.add_section("responsibles", pgettext("people", "Responsible"))
        self._list.add_section("classes", _("Classes"))
        self._list.add_section("tags", _("Tags"))
        folded = settings.get(_FOLDED) if settings is not None else None
        for key in folded if isinstance(folded, list) else ():
            self._list.fold(str(key), True)
        self._gauge_text, self._gauge_bar = QLabel(), QProgressBar()
        self._gauge = self._make_gauge()
        bottom = QVBoxLayout()
        bottom.setContentsMargins(0, HALF, 0, GRID)
        bottom.setSpacing(0)
        self._pages = {
            "duplicates": PageButton("duplicates_button", _("Duplicates"), "merge"),
            "properties": PageButton("properties_button", _("Properties and tags"), "sliders-horizontal"),
            "settings": PageButton("settings_button", _("Settings"), "settings"),
        }
        for key, button in self._pages.items():
            button.clicked.connect(partial(self._on_page, key))
            bottom.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._title())
        layout.addWidget(self._list, 1)
        line = QFrame()
        line.setProperty("line", True)
        line.setFixedHeight(1)
        layout.addWidget(line)
        layout.addWidget(self._gauge)
        layout.addLayout(bottom)
        self._list.mark(ALL)
        self._list.chosen.connect(self.chosen)
        self._list.menu_requested.connect(self.menu_requested)
        self._list.contacts_dropped.connect(self.contacts_dropped)
        self._list.action_requested.connect(self.section_action_requested)
        self._list.folded.connect(self._on_folded)

    def set_current(self, current: Place | str) -> None:
        """Mark the list, or the page of this key, that is shown. Nothing is emitted."""
        for key, button in self._pages.items():
            button.setChecked(key == current)
        self._list.mark(current if isinstance(current, Place) else None)

    def set_count(self, place: Place, count: int | None) -> None:
        """How many contacts a list has."""
        self._list.set_count(place, count)

    def set_section(self, key: str, entries: Sequence[NavigationEntry]) -> None:
        """Show these in a section: ``segments``, ``filters``, ``responsibles`` or ``classes``."""
        self._list.set_entries(key, entries)

    def is_folded(self, key: str) -> bool:
        """Whether the entries of a section are hidden."""
        return self._list.is_folded(key)

    def set_tags(self, tags: Sequence[TagCount]) -> None:
        """Show these tags, in this order; the marked one stays marked."""
        self._list.set_entries(
            "tags",
            [
                NavigationEntry(
                    Place(PlaceKind.TAG, tag.id),
                    tag.name,
                    colour=tag.color or "grey",
                    count=tag.count,
                    takes_contacts=True,
                )
                for tag in tags[:TAGS_SHOWN]
            ],
        )

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

    def _on_folded(self) -> None:
        if self._settings is not None:
            self._settings.set(_FOLDED, self._list.folded_sections)

    def _on_page(self, key: str) -> None:
        self.set_current(key)
        self.page_chosen.emit(key)
