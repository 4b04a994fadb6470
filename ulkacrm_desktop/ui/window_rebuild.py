"""Another language or look, while the window is open: everything stays where it was."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ulkacrm_desktop.ui.runtime.language import use_language
from ulkacrm_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from ulkacrm_desktop.ui.main_window import MainWindow


def show_language(window: MainWindow, language: str) -> None:
    """Show everything in another language from now on."""
    use_language(language)
    # Not while a widget that goes tells of the choice.
    QTimer.singleShot(0, window, partial(rebuilt, window))


def show_scheme(scheme: str) -> None:
    """Show light, dark, or what the system shows."""
    application = QApplication.instance()
    theme = application.findChild(Theme) if application is not None else None
    if theme is not None:
        theme.set_scheme(scheme)


def rebuilt(window: MainWindow) -> None:
    """Replace all that the window shows; list, search, row, scroll and open page stay."""
    before = window.contacts.list
    place, search, current = before.place, window.contacts.header.search.text(), before.rows.current_id
    scroll = before.table.verticalScrollBar().value()
    features = window.features
    page = features.shown_page if features is not None else ""
    opened = features.shown_contact() if features is not None else None
    window.save_state()
    before.stop()
    if features is not None:
        features.leave()
    window.build()
    if window.workspace is None:
        window.contacts.header.search.setText(search)
        return
    window.attach(window.workspace, place)
    window.contacts.header.search.setText(search)
    window.contacts.list.come_back_to(current, scroll)
    if page:
        window.show_page(page)
    elif opened is not None:
        window.open_contact(opened)
