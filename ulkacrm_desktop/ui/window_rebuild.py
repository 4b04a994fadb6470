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
    on_settings = window.features is not None and window.features.on_settings
    window.save_state()
    window.drop_features()
    window.build()
    contacts = window.contacts
    workspace = window.workspace
    if workspace is None:
        contacts.header.search.setText(search)
        return
    window.attach(workspace)
    window.show_place(place)
    contacts.header.search.setText(search)
    contacts.list.come_back_to(current, scroll)
    if on_settings:
        window.show_settings()
