"""The menu of a row in the list of contacts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu

from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.ui.icons import IconRole, icon

if TYPE_CHECKING:
    from ulkacrm_desktop.ui.contacts.contacts_page import ContactsPage


def open_row_menu(page: ContactsPage, row_id: int, place: QPoint) -> None:
    """Open the menu of a row: of all that are selected where it is one of them, else of that row alone."""
    menu = QMenu(page)
    menu.setObjectName("row_menu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(_("Open"), partial(page.open_requested.emit, row_id))
    menu.addAction(_("Edit…"), partial(page.edit_requested.emit, row_id))
    email = getattr(page.list.model.known_row(row_id), "email", "")
    if email:
        menu.addAction(_("Write an email"), partial(QDesktopServices.openUrl, QUrl(f"mailto:{email}")))
    menu.addSeparator()
    ticked = row_id in page.ticks
    selection = page.selection if ticked else ContactSelection.of(row_id)
    count = len(selection.ids)
    if count > 1:
        text = ngettext("For {count} selected contact", "For {count} selected contacts", count)
        menu.addSection(text.format(count=QLocale().toString(count)))
    menu.addAction(_("Deselect") if ticked else _("Select"), partial(page.ticks.toggle, row_id))
    page.selection_actions.fill_menu(menu, selection)
    menu.addAction(icon("clipboard-copy"), _("Copy as a table"), lambda: page.list.rows.copy(selection.ids))
    menu.addAction(icon("download"), _("Export…"), partial(page.export_requested.emit, selection))
    menu.addSeparator()
    menu.addAction(icon("trash-2", IconRole.DANGER), _("Delete"), partial(page.delete, selection.ids))
    menu.popup(place)
