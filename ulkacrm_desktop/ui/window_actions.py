"""The actions of the window itself; those on the list of contacts are added by its page."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.contacts.places import ALL, RECENT, SELECTED

if TYPE_CHECKING:
    from ulkacrm_desktop.ui.main_window import MainWindow


def add_window_actions(window: MainWindow) -> None:
    """Fill the registry of a window that is being built."""
    add = window.registry.add
    standard = QKeySequence.StandardKey
    place = window.show_place
    add("new_contact", _("New contact"), window.new_contact, icon="user-plus", shortcut=standard.New)
    add("import", _("Import"), window.choose_import, icon="upload", shortcut="Ctrl+I")
    add("export", _("Export…"), window.export, icon="download", shortcut="Ctrl+E")
    add("print", _("Print the list…"), window.print_list, icon="printer", shortcut=standard.Print)
    # Both keys of that name; the first is the one that is shown, by the name that stands on it.
    keys = ("Ctrl+Return", "Ctrl+Enter") if sys.platform == "darwin" else ("Ctrl+Enter", "Ctrl+Return")
    edit = add("edit", _("Edit the contact…"), window.edit_current, icon="pencil", shortcut=keys[0])
    edit.setShortcuts([QKeySequence(key) for key in keys])
    add("open", _("Open the contact"), window.open_current, icon="user", shortcut="Ctrl+O")
    add("side_card", _("Show or hide the side card"), window.toggle_sheet, icon="panel-right", shortcut="Ctrl+Shift+B")
    add("all", _("All contacts"), partial(place, ALL), icon="users", shortcut="Alt+Home")
    add("recent", _("Recently viewed"), partial(place, RECENT), icon="clock", shortcut="Ctrl+Shift+R")
    add("selected", _("Selected contacts"), partial(place, SELECTED), icon="list-checks", shortcut="Ctrl+Shift+S")
    duplicates = partial(window.show_page, "duplicates")
    add("duplicates", _("Duplicates"), duplicates, icon="merge", shortcut="Ctrl+Shift+M")
    properties = partial(window.show_page, "properties")
    add("properties", _("Properties and tags"), properties, icon="sliders-horizontal", shortcut="Ctrl+Shift+P")
    add("settings", _("Settings"), window.show_settings, icon="settings", shortcut="Ctrl+,")
    add("palette", _("Command palette"), window.open_palette, icon="command", shortcut="Ctrl+K", in_palette=False)
    add("quit", _("Quit"), window.close, icon="x", shortcut=standard.Quit)
