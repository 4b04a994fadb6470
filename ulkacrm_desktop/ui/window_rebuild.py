"""Building the window anew in another language, with everything where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ulkacrm_desktop.ui.main_window import MainWindow


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
