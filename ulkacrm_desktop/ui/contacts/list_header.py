"""The head of the list of contacts: which list it is, the search, table or cards, and what brings contacts in."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import GRID, HALF, ICON_SIZE, TextSize, font
from ulkacrm_desktop.ui.widgets.search_box import SearchBox

_NARROW = 86 * GRID
_LONGEST_TITLE = 26 * GRID


class ListHeader(QWidget):
    """One row; where it is narrow, Import shows its icon alone."""

    cards_chosen = Signal(bool)

    def __init__(self, import_action: QAction, new_action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("list_header")
        self._whole_title = ""
        self._title = QLabel()
        self._title.setObjectName("list_title")
        self._title.setFont(font(TextSize.TITLE, bold=True))
        self.search = SearchBox(_("Name, email, phone, tag, note…"))
        # A file that is dropped here is meant for the window, not its path for the search.
        self.search.setAcceptDrops(False)
        self.search.setMinimumWidth(18 * GRID)
        self.search.setMaximumWidth(64 * GRID)
        self._table = self._switch("view_table", "list", _("Table"))
        self._cards = self._switch("view_cards", "layout-grid", _("Cards"))
        group = QButtonGroup(self)
        group.addButton(self._table)
        group.addButton(self._cards)
        self._import = QToolButton()
        self._import.setObjectName("import_button")
        self._import.setDefaultAction(import_action)
        self._import.setAccessibleName(import_action.text().replace("&", ""))
        self._import.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._import.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self._new = QPushButton(icon("user-plus", IconRole.ON_ACCENT), new_action.text())
        self._new.setObjectName("new_button")
        self._new.setProperty("kind", "primary")
        self._new.setToolTip(new_action.toolTip())
        self._new.clicked.connect(new_action.trigger)
        self._more = QToolButton()
        self._more.setObjectName("more_button")
        self._more.setIcon(icon("ellipsis"))
        self._more.setAccessibleName(_("More"))
        self._more.setToolTip(_("More"))
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID + HALF, 2 * GRID, GRID + HALF)
        row.setSpacing(GRID)
        row.addWidget(self._title)
        row.addSpacing(GRID)
        row.addWidget(self.search, 1)
        row.addStretch()
        switches = QHBoxLayout()
        switches.setSpacing(2)
        switches.addWidget(self._table)
        switches.addWidget(self._cards)
        row.addLayout(switches)
        row.addWidget(self._import)
        row.addWidget(self._new)
        row.addWidget(self._more)
        self._table.setChecked(True)
        self._cards.toggled.connect(self.cards_chosen)

    @property
    def title(self) -> str:
        """Which list is shown."""
        return self._whole_title

    def set_title(self, text: str) -> None:
        """Say which list is shown."""
        self._whole_title = text
        self._title.setText(self._title.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, _LONGEST_TITLE))
        self._title.setToolTip(text if self._title.text() != text else "")

    def set_cards(self, on: bool) -> None:
        """Show whether the list is shown as cards."""
        (self._cards if on else self._table).setChecked(True)

    def set_menu(self, menu: QMenu) -> None:
        """The menu behind ⋯."""
        self._more.setMenu(menu)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        style = Qt.ToolButtonStyle
        wanted = style.ToolButtonIconOnly if narrow else style.ToolButtonTextBesideIcon
        if self._import.toolButtonStyle() != wanted:
            self._import.setToolButtonStyle(wanted)

    @staticmethod
    def _switch(name: str, icon_name: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(icon(icon_name))
        button.setCheckable(True)
        button.setAccessibleName(text)
        button.setToolTip(text)
        return button
