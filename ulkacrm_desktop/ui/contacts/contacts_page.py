"""The page of contacts: head, list, the bar of actions on the selection."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QMenu, QVBoxLayout, QWidget

from ulkacrm_desktop.core.changes import ChangeSet
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.ui.actions import ActionRegistry
from ulkacrm_desktop.ui.contacts import contact_writes
from ulkacrm_desktop.ui.contacts.contact_list import ContactList
from ulkacrm_desktop.ui.contacts.list_header import ListHeader
from ulkacrm_desktop.ui.contacts.page_writes import PageWrites
from ulkacrm_desktop.ui.contacts.places import ALL, Place, PlaceKind
from ulkacrm_desktop.ui.contacts.selection_actions import SelectionActions
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.ticked_ids import TickedIds
from ulkacrm_desktop.ui.theme import GRID
from ulkacrm_desktop.ui.widgets.action_bar import ActionBar

if TYPE_CHECKING:
    from ulkacrm_desktop.services.queries.contacts import ContactRow
    from ulkacrm_desktop.services.workspace import Workspace


class ContactsPage(QFrame):
    """Lists, searches, ticks, and acts on what is ticked; opening, editing, importing are asked of the window.

    It can be shown and typed into before there is a database; `open` then answers what was typed.
    """

    current_changed = Signal(object)
    open_requested = Signal(object)
    edit_requested = Signal(object)
    new_requested = Signal(str)
    """A new contact is wanted, with this name ('' for none yet)."""
    import_requested = Signal()
    sample_requested = Signal()
    log_requested = Signal()
    filter_dropped = Signal()
    """Another list is shown, or the filter is to be cleared: nothing is filtered any more."""
    export_requested = Signal(object)
    """A `ContactSelection` is to be exported."""
    place_requested = Signal(object)
    """Another `Place` is to be shown."""
    counts_changed = Signal()
    told = Signal(str)
    """A line for the status line: what was done that is no operation."""
    failed = Signal(object)
    """An operation failed: the exception."""

    def __init__(
        self,
        runner: TaskRunner,
        settings: Settings,
        registry: ActionRegistry,
        ticks: TickedIds,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("contacts_page")
        self.setProperty("surface", "base")
        self._workspace: Workspace | None = None
        self._registry = registry
        self.ticks = ticks
        self._active = True
        self.writes = PageWrites(runner, self)
        self.header = ListHeader(registry["import"], registry["new_contact"], self)
        self.list = ContactList(runner, settings, ticks, self)
        self.header.set_cards(self.list.as_cards)
        self.selection_actions = SelectionActions(
            self,
            runner,
            registry,
            selection=lambda: self.selection,
            anchor=lambda key: self.action_bar.button_of(key) if self.action_bar.isVisible() else self.header,
            write=self.writes.run,
        )
        self._acting = [*self.selection_actions.actions, *self._make_actions()]
        self.action_bar = ActionBar(self._acting)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        self._strips = QVBoxLayout()
        self._strips.setSpacing(0)
        layout.addLayout(self._strips)
        layout.addWidget(self.list, 1)
        self._foot = QVBoxLayout()
        self._foot.addWidget(self.action_bar)
        layout.addLayout(self._foot)
        self._more = QMenu(self)
        self._more.setObjectName("more_menu")
        self._more.aboutToShow.connect(self._fill_more)
        self.header.set_menu(self._more)
        self._connect()
        self.show_place(ALL)
        self._on_ticks()

    def open(self, workspace: Workspace) -> None:
        """Begin to show this database."""
        self._workspace = workspace
        self.selection_actions.open(workspace)
        self.list.open(workspace)

    def show_place(self, place: Place, name: str = "") -> None:
        """Show another list; ``name`` is that of its tag, segment, user or class.

        Search and filter stay where one stays in the same list.
        """
        if place != self.list.place:
            if self.header.search.text():
                self.header.search.blockSignals(True)
                self.header.search.clear()
                self.header.search.blockSignals(False)
                self.list.forget_search()
            self.list.forget_filter()
        titles = {
            PlaceKind.ALL: _("Contacts"),
            PlaceKind.RECENT: _("Recently viewed"),
            PlaceKind.SELECTED: _("Selected contacts"),
            PlaceKind.TAG: name or _("Tag"),
            PlaceKind.RESPONSIBLE: name or _("Nobody responsible"),
            PlaceKind.OPERATION: _("Imported contacts"),
        }
        self.header.set_title(titles.get(place.kind, name))
        is_other = place != self.list.place
        self.list.show_place(place, name)
        if is_other:
            self.filter_dropped.emit()
        self.counts_changed.emit()

    def put_above(self, strip: QWidget) -> None:
        """Put something of another feature between the head and the list."""
        self._strips.addWidget(strip)

    def set_active(self, active: bool) -> None:
        """Let the actions on contacts of the list work only while the list is shown."""
        self._active = active
        self._enable()

    def data_changed(self, changes: ChangeSet) -> None:
        """Compare a write with what is shown."""
        self.list.data_changed(changes)

    @property
    def selection(self) -> ContactSelection:
        """What an action is meant for: what is ticked, else the current contact."""
        if self.ticks:
            return ContactSelection(ids=self.ticks.ids())
        current = self.list.rows.current_id
        return ContactSelection.of(*([] if current is None else [current]))

    @property
    def everything_listed(self) -> ContactSelection:
        """All that the list shows now."""
        if self.list.place.kind not in (PlaceKind.RECENT, PlaceKind.SELECTED):
            return ContactSelection.matching(self.list.query)
        return ContactSelection(ids=self.list.model.ids or array("q"))

    def status_text(self) -> str:
        """How many contacts are listed and how many are ticked."""
        locale = QLocale()
        total = self.list.model.total
        counted = ngettext("{count} contact", "{count} contacts", total).format(count=locale.toString(total))
        if not self.ticks:
            return counted
        count = len(self.ticks)
        chosen = ngettext("{count} selected", "{count} selected", count).format(count=locale.toString(count))
        return f"{counted} · {chosen}"

    # Actions.

    def _make_actions(self) -> list[QAction]:
        add = self._registry.add
        add("find", _("Search contacts"), self.header.search.start, icon="search", shortcut="Ctrl+F")
        add("filter", _("Filter the list"), self.header.toggle_filter, icon="list-filter", shortcut="Ctrl+Shift+F")
        export = add(
            "export_selection",
            _("Export…"),
            lambda: self.export_requested.emit(self.selection),
            icon="download",
            in_palette=False,
        )
        delete = add("delete", _("Delete"), lambda: self.delete(self.selection.ids), icon="trash-2")
        add("select_all", _("Select all in the list"), self._tick_all, icon="list-checks")
        add("clear_selection", _("Clear the selection"), self.ticks.clear, icon="x")
        add("copy_rows", _("Copy as a table"), self._copy, icon="clipboard-copy")
        add("table", _("Show as a table"), partial(self.header.set_cards, False), icon="list", shortcut="Ctrl+1")
        add("cards", _("Show as cards"), partial(self.header.set_cards, True), icon="layout-grid", shortcut="Ctrl+2")
        return [export, delete]

    def _fill_more(self) -> None:
        """The menu behind ⋯: what is for the whole list, and what has no button of its own."""
        menu = self._more
        menu.clear()
        for key in ("export", "print", "copy_rows"):
            menu.addAction(self._registry[key])
        menu.addSeparator()
        sorting = menu.addMenu(icon("arrow-up-down"), _("Sort by"))
        sorting.setObjectName("sort_menu")
        self.list.columns.fill_sort_menu(sorting)
        columns = menu.addMenu(icon("columns-3"), _("Columns"))
        columns.setObjectName("columns_submenu")
        self.list.columns.fill_columns_menu(columns)
        menu.addAction(self._registry["side_card"])
        menu.addSeparator()
        for key in ("undo", "redo", "palette"):
            menu.addAction(self._registry[key])

    def _connect(self) -> None:
        header, rows = self.header, self.list
        header.search.searched.connect(rows.search)
        header.search.left_downwards.connect(rows.focus)
        header.search.escaped.connect(rows.focus)
        header.cards_chosen.connect(rows.show_as_cards)
        rows.cards_shown.connect(header.set_cards)
        rows.text_typed.connect(header.search.start_with)
        rows.current_changed.connect(self._on_current)
        rows.opened.connect(self.open_requested)
        rows.delete_requested.connect(self.delete)
        rows.menu_requested.connect(self._on_menu)
        rows.edited.connect(self._on_edited)
        rows.copied.connect(self._on_copied)
        rows.copy_refused.connect(self._on_copy_refused)
        rows.total_changed.connect(self._on_total)
        rows.state_chosen.connect(self._on_state_chosen)
        self.selection_actions.told.connect(self.told)
        self.writes.told.connect(self.told)
        self.writes.failed.connect(self.failed)
        self.ticks.changed.connect(self._on_ticks)
        self.action_bar.cleared.connect(self.ticks.clear)
        self.action_bar.select_all_clicked.connect(self._tick_all)

    def _on_ticks(self) -> None:
        self._show_selection()
        self.list.ticks_changed()
        self.counts_changed.emit()

    def _on_total(self, total: int) -> None:
        self._show_selection()
        self.counts_changed.emit()

    def _show_selection(self) -> None:
        everywhere = self.list.place.kind is not PlaceKind.SELECTED
        self.action_bar.set_count(len(self.ticks), self.list.model.total if everywhere else None)
        self._foot.setContentsMargins(GRID, 0, GRID, GRID if self.ticks else 0)
        self._enable()

    def _on_current(self, row_id: int | None) -> None:
        self._enable()
        self.current_changed.emit(row_id)

    def _enable(self) -> None:
        able = self._active and (bool(self.ticks) or self.list.rows.current_id is not None)
        for action in self._acting:
            action.setEnabled(able)
        self.selection_actions.enable(able, len(self.ticks))
        self._registry["copy_rows"].setEnabled(able)
        is_current = self.list.rows.current_id is not None
        self._registry["open"].setEnabled(self._active and is_current)
        # A page that stands before the list may have a contact of its own.
        self._registry["edit"].setEnabled(not self._active or is_current)
        self._registry["clear_selection"].setEnabled(bool(self.ticks))

    def _tick_all(self) -> None:
        # The view may be another one by now: table or cards.
        self.list.rows.tick_all()

    def _copy(self) -> None:
        self.list.rows.copy()

    def delete(self, ids: Sequence[int]) -> None:
        """Delete these contacts at once: it can be undone."""
        if self._workspace is not None and len(ids):
            self.writes.run(contact_writes.removal(self._workspace, ContactSelection(ids=ids)))
            # The bar, whose button may have the keyboard, goes with what was ticked.
            self.list.focus()

    # Rows.

    def _on_menu(self, row_id: int, place: QPoint) -> None:
        from ulkacrm_desktop.ui.contacts.row_menu import open_row_menu

        open_row_menu(self, row_id, place)

    def _on_edited(self, row: ContactRow | None, field: str, text: str) -> None:
        if row is None or self._workspace is None:
            return
        write = contact_writes.inline_edit(self._workspace, row, field, text)
        self.writes.run(write, partial(self._on_edit_failed, row.id, field))

    def _on_edit_failed(self, row_id: int, field: str, error: BaseException) -> None:
        self.list.model.discard_edit(row_id, field)
        self.failed.emit(error)

    def _on_copied(self, count: int) -> None:
        text = ngettext("Copied {count} contact as a table", "Copied {count} contacts as a table", count)
        self.told.emit(text.format(count=QLocale().toString(count)))

    def _on_copy_refused(self, count: int) -> None:
        text = _("{count} contacts are too many for the clipboard: export them to a file")
        self.told.emit(text.format(count=QLocale().toString(count)))

    def _on_state_chosen(self, key: str) -> None:
        if key == "import":
            self.import_requested.emit()
        elif key == "new":
            self.new_requested.emit("")
        elif key == "new_named":
            self.new_requested.emit(self.header.search.text().strip())
        elif key == "sample":
            self.sample_requested.emit()
        elif key == "clear_search":
            self.header.search.clear()
            self.header.search.setFocus()
        elif key == "clear_filter":
            self.filter_dropped.emit()
            self.list.filter(None)
        elif key == "everywhere":
            searched = self.header.search.text()
            self.place_requested.emit(ALL)
            self.header.search.setText(searched)
        elif key == "all":
            self.place_requested.emit(ALL)
        elif key == "retry":
            self.list.retry()
        elif key == "open_log":
            self.log_requested.emit()
