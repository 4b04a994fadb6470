"""The sheet beside the list: when it is shown, whom its card shows, and who counts as viewed."""

from __future__ import annotations

from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.ui.contacts.contacts_page import ContactsPage
from ulkacrm_desktop.ui.tables.asked_model import ListState
from ulkacrm_desktop.ui.widgets.side_splitter import SideSplitter

_KEY: Final = "window.sheet"
_LEAST_WIDTH: Final = 288
_VIEWED_AFTER_MS: Final = 1_500
"""Whoever is shown for so long was looked at; rows that are only passed by arrow keys were not."""


class Card(Protocol):
    """The side card of a contact."""

    def show_contact(self, contact_id: int | None) -> None:
        """Show a contact, None for nobody."""


class SideSheet(QObject):
    """Shows the current contact of the list in a card, which is made later than the list."""

    viewed = Signal(int)

    def __init__(self, page: ContactsPage, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = page
        self._settings = settings
        self._card: Card | None = None
        self._holder = QStackedWidget()
        self._holder.setMinimumWidth(_LEAST_WIDTH)
        self.splitter = SideSplitter(page, self._holder, parent=parent)
        # Where there was a card there will be one: the list keeps its width from the first paint on.
        self.splitter.restore_state(self._saved())
        self._timer = QTimer(self, singleShot=True, interval=_VIEWED_AFTER_MS)
        self._timer.timeout.connect(self._on_viewed)
        page.current_changed.connect(self.show_contact)
        page.list.model.state_changed.connect(self._on_list_state)

    def put_card(self, widget: QWidget, card: Card) -> None:
        """Take the card in and show the current contact in it."""
        self._card = card
        self._holder.addWidget(widget)
        self._on_list_state(self._page.list.model.state)
        self.show_contact(self._page.list.rows.current_id)

    def show_contact(self, contact_id: int | None) -> None:
        """Show a contact, None for nobody."""
        if self._card is not None:
            self._card.show_contact(contact_id)
        if contact_id is not None:
            self._timer.start()
        else:
            self._timer.stop()

    def toggle(self) -> None:
        """Show the sheet, or put it away until it is asked for again."""
        shown = not self.splitter.is_sheet_shown
        self.splitter.show_sheet(shown)
        self.save()

    def save(self) -> None:
        """Keep width and whether it is shown; a list without rows, which has no card, says nothing about that."""
        if self._card is not None and not self._is_list_empty:
            self._settings.set(_KEY, self.splitter.saved_state())

    def stop(self) -> None:
        """Count nobody as viewed any more."""
        self._timer.stop()

    def _saved(self) -> dict[str, object]:
        saved = self._settings.get(_KEY)
        return saved if isinstance(saved, dict) else {}

    @property
    def _is_list_empty(self) -> bool:
        """Whether there is nobody who could be chosen."""
        return self._page.list.model.state in (ListState.EMPTY, ListState.FAILED)

    def _on_list_state(self, state: ListState) -> None:
        if self._card is None or state is ListState.LOADING:
            return
        wanted = bool(self._saved().get("shown", True))
        self.splitter.show_sheet(wanted and not self._is_list_empty)
        if state is ListState.READY:
            self._page.list.columns.fit_once()

    def _on_viewed(self) -> None:
        current = self._page.list.rows.current_id
        if current is not None and self._holder.isVisible():
            self.viewed.emit(current)
