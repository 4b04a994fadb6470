"""The head of the list of contacts: which list it is, the search, table or cards, and what brings contacts in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font
from ulkacrm_desktop.ui.widgets.search_box import SearchBox

_NARROW = 98 * GRID
_NARROWER = 82 * GRID
_NARROWEST = 66 * GRID
_LONGEST_TITLE = 20 * GRID


class ListHeader(QWidget):
    """One row; where it is narrow, its buttons show their icons alone."""

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
        self.search = SearchBox(_("Name, email, phone, tag, note…"))
        # A file that is dropped here is meant for the window, not its path for the search.
        self.search.setAcceptDrops(False)
        self.search.installEventFilter(self)
        self.search.setMinimumWidth(15 * GRID)
        self.search.setMaximumWidth(64 * GRID)
        filtering = self._make_filter_buttons()
        self._table = _tool("view_table", "list", _("Table"))
        self._cards = _tool("view_cards", "layout-grid", _("Cards"))
        self._table.setCheckable(True)
        self._cards.setCheckable(True)
        group = QButtonGroup(self)
        group.addButton(self._table)
        group.addButton(self._cards)
        self._import_text = import_action.text()
        self._import = QPushButton(icon("upload"), self._import_text)
        self._import.setObjectName("import_button")
        self._import.setProperty("kind", "ghost")
        self._import.setToolTip(import_action.toolTip())
        self._import.setAccessibleName(self._import_text)
        self._import.clicked.connect(import_action.trigger)
        self._new_text = new_action.text()
        self._new = QPushButton(icon("user-plus", IconRole.ON_ACCENT), self._new_text)
        self._new.setAccessibleName(self._new_text)
        self._new.setObjectName("new_button")
        self._new.setProperty("kind", "primary")
        self._new.setToolTip(new_action.toolTip())
        self._new.clicked.connect(new_action.trigger)
        self._more = _tool("more_button", "ellipsis", _("More"))
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(self)
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
        return False

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        longest = _LONGEST_TITLE if self.width() >= _NARROWER else _LONGEST_TITLE - 6 * GRID
        self._title.setText(
            self._title.fontMetrics().elidedText(self._whole_title, Qt.TextElideMode.ElideRight, longest)
        )
        self._title.setToolTip(self._whole_title if self._title.text() != self._whole_title else "")
        for button, text, width in (
            (self._import, self._import_text, _NARROW),
            (self._filter, self._filter_text, _NARROW),
            (self._new, self._new_text, _NARROWER),
        ):
            narrow = self._filter_count if button is self._filter else ""
            wanted = narrow if self.width() < width else text
            if button.text() != wanted:
                button.setText(wanted)


def _tool(name: str, icon_name: str, text: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setIcon(icon(icon_name))
    button.setAccessibleName(text)
    button.setToolTip(text)
    return button
