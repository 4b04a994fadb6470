"""The head of the list of contacts: which list it is, the search, table or cards, and what brings contacts in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font
from ulkacrm_desktop.ui.widgets.search_box import SearchBox

_NARROWEST = 66 * GRID
_LEAST_SEARCH = 15 * GRID
_LESS_SEARCH = 19 * GRID
_WANTED_SEARCH = 32 * GRID
_SEARCH_SIGNS = 7 * GRID
"""The margins of the search, and the sign before its text."""


class ListHeader(QWidget):
    """One row; where it is narrow, its buttons show their icons alone, so that the title can be read whole."""

    cards_chosen = Signal(bool)
    filter_toggled = Signal(bool)
    """The bar of quick filters is to be shown, or put away."""

    def __init__(self, import_action: QAction, new_action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("list_header")
        self.setMinimumWidth(_NARROWEST)
        self._whole_title = ""
        self._title = QLabel()
        self._title.setObjectName("list_title")
        self._title.setFont(font(TextSize.TITLE, bold=True))
        self._searched, self._searched_briefly = _("Name, email, phone, tag, note…"), _("Search…")
        self.search = SearchBox(self._searched)
        # A file that is dropped here is meant for the window, not its path for the search.
        self.search.setAcceptDrops(False)
        self.search.installEventFilter(self)
        self.search.setMinimumWidth(_LEAST_SEARCH)
        self.search.setMaximumWidth(64 * GRID)
        filtering = self._make_filter_buttons()
        self._table = _tool("view_table", "list", _("Table"))
        self._cards = _tool("view_cards", "layout-grid", _("Cards"))
        self._table.setCheckable(True)
        self._cards.setCheckable(True)
        group = QButtonGroup(self)
        group.addButton(self._table)
        group.addButton(self._cards)
        self._import_text, self._new_text = import_action.text(), new_action.text()
        self._import = _button("import_button", import_action, icon("upload"), "ghost")
        self._new = _button("new_button", new_action, icon("user-plus", IconRole.ON_ACCENT), "primary")
        self._more = _tool("more_button", "ellipsis", _("More"))
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID + HALF, 2 * GRID, GRID + HALF)
        row.setSpacing(GRID)
        row.addWidget(self._title)
        row.addSpacing(GRID)
        row.addWidget(self.search, 1)
        row.addStretch()
        row.addLayout(filtering)
        switches = QHBoxLayout()
        switches.setSpacing(2)
        row.addLayout(switches)
        for layout, button in (
            (switches, self._table),
            (switches, self._cards),
            (row, self._import),
            (row, self._new),
            (row, self._more),
        ):
            layout.addWidget(button)
        self._table.setChecked(True)
        self._cards.toggled.connect(self.cards_chosen)

    def _make_filter_buttons(self) -> QHBoxLayout:
        self._filter_text, self._filter_count = _("Filter"), ""
        self._filter = QPushButton(icon("list-filter"), self._filter_text)
        self._filter.setObjectName("filter_button")
        self._filter.setProperty("kind", "ghost")
        self._filter.setCheckable(True)
        self._filter.setAccessibleName(_("Filter"))
        self._filter.setToolTip(_("Filter the list (Ctrl+Shift+F)"))
        self._filter.toggled.connect(self.filter_toggled)
        self._filter_menu = _tool("filter_menu_button", "chevron-down", _("Saved filters"))
        self._filter_menu.hide()
        self._filter_menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        together = QHBoxLayout()
        together.setSpacing(0)
        together.addWidget(self._filter)
        together.addWidget(self._filter_menu)
        return together

    @property
    def title(self) -> str:
        """Which list is shown."""
        return self._whole_title

    def set_title(self, text: str) -> None:
        """Say which list is shown."""
        self._whole_title = text
        self._fit()

    def set_cards(self, on: bool) -> None:
        """Show whether the list is shown as cards."""
        (self._cards if on else self._table).setChecked(True)

    def set_menu(self, menu: QMenu) -> None:
        """The menu behind ⋯."""
        self._more.setMenu(menu)

    def set_filter_menu(self, menu: QMenu) -> None:
        """The menu of saved filters, beside the button."""
        self._filter_menu.setMenu(menu)

    def show_filter_menu(self, shown: bool) -> None:
        """Show the menu of saved filters, or leave it out where there are none."""
        self._filter_menu.setVisible(shown)
        self._fit()

    def show_filter(self, *, shown: bool, count: int = 0) -> None:
        """Show whether the bar of quick filters is there and how many conditions are set. Nothing is emitted."""
        self._filter.blockSignals(True)
        self._filter.setChecked(shown)
        self._filter.blockSignals(False)
        self._filter_count = str(count) if count else ""
        self._filter_text = f"{_('Filter')} · {count}" if count else _("Filter")
        self._filter.setAccessibleName(self._filter_text)
        self._filter.setIcon(icon("list-filter", IconRole.ACCENT if count else IconRole.TEXT))
        self._fit()

    def toggle_filter(self) -> None:
        """Show the bar of quick filters, or put it away."""
        self._filter.toggle()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            undo = event.matches(keys.Undo) and not self.search.isUndoAvailable()
            redo = event.matches(keys.Redo) and not self.search.isRedoAvailable()
            if undo or redo:
                # Where nothing was typed that could be taken back, the last operation is meant.
                event.ignore()
                return True
        elif watched is self.search and event.type() == QEvent.Type.Resize:
            self._name_searched()
        return False

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Divide the room: the title first, then what the search needs, then the words on the buttons."""
        metrics = self._title.fontMetrics()
        title = metrics.horizontalAdvance(self._whole_title) + 2
        room = self._room_without_words()
        spare = room - title
        for button, text, briefly, wanted_search in (
            (self._new, self._new_text, "", _LESS_SEARCH),
            (self._import, self._import_text, "", _WANTED_SEARCH),
            (self._filter, self._filter_text, self._filter_count, _WANTED_SEARCH),
        ):
            spare -= _words_width(button, text) - _words_width(button, briefly)
            wanted = text if spare >= wanted_search else briefly
            if button.text() != wanted:
                button.setText(wanted)
        shown = metrics.elidedText(self._whole_title, Qt.TextElideMode.ElideRight, room - _LEAST_SEARCH)
        self._title.setText(shown)
        self._title.setToolTip(self._whole_title if shown != self._whole_title else "")

    def _room_without_words(self) -> int:
        """The width that title and search share while the buttons show no words."""
        buttons = (self._filter, self._filter_menu, self._table, self._cards, self._import, self._new, self._more)
        shown = [button for button in buttons if not button.isHidden()]
        taken = sum(button.sizeHint().width() - _words_width(button, button.text()) for button in shown)
        taken += _words_width(self._filter, self._filter_count)
        margins = self._row.contentsMargins()
        gaps = GRID * (self._row.count() - 1)
        return self.width() - margins.left() - margins.right() - gaps - taken

    def _name_searched(self) -> None:
        """Say in the empty search what is searched, or that it searches where there is no room for more."""
        room = self.search.width() - _SEARCH_SIGNS
        fits = self.search.fontMetrics().horizontalAdvance(self._searched) <= room
        self.search.setPlaceholderText(self._searched if fits else self._searched_briefly)


def _words_width(button: QAbstractButton, text: str) -> int:
    """What a text on a button adds to the width of its icon; the icon alone has no gap."""
    if not text or isinstance(button, QToolButton):
        return 0
    return button.fontMetrics().horizontalAdvance(text) + HALF


def _tool(name: str, icon_name: str, text: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setIcon(icon(icon_name))
    button.setAccessibleName(text)
    button.setToolTip(text)
    return button


def _button(name: str, action: QAction, picture: QIcon, kind: str) -> QPushButton:
    button = QPushButton(picture, action.text())
    button.setObjectName(name)
    button.setProperty("kind", kind)
    button.setToolTip(action.toolTip())
    button.setAccessibleName(action.text())
    button.clicked.connect(action.trigger)
    return button
