"""Filters in the window: the bar above the list, the builder, saved filters in navigation and menus."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.changes import ChangeSet
from ulkacrm_desktop.core.criteria import Criteria, Viewpoint, clauses
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.criteria.text_form import criteria_text, parse_criteria
from ulkacrm_desktop.services.operations.saved_filters import change_filter, order_filters, remove_filter
from ulkacrm_desktop.services.queries.saved_filters import SavedFilterRow
from ulkacrm_desktop.ui.contacts.places import ALL, Place, PlaceKind
from ulkacrm_desktop.ui.filters.filter_bar import FilterBar
from ulkacrm_desktop.ui.filters.filter_dialog import FilterDialog
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.filters.save_filter_dialog import SaveFilterDialog
from ulkacrm_desktop.ui.filters.sentence_view import shown_criteria
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.navigation_entries import NavigationEntry
from ulkacrm_desktop.ui.widgets.command_palette import PaletteEntry

if TYPE_CHECKING:
    from ulkacrm_desktop.services.queries.segments import SegmentRow
    from ulkacrm_desktop.services.workspace import Workspace
    from ulkacrm_desktop.ui.main_window import MainWindow

_SHOWN = "filters.bar"


class WindowFilters(QObject):
    """Keeps bar, list, navigation and header in step; `attach` once for each time that the window is built."""

    segment_wanted = Signal(object)
    """A segment is to be made of this tree."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self.known = KnownFields(workspace, window.runner, self)
        self.user_id: int | None = None
        self._rows: tuple[SavedFilterRow, ...] = ()
        self._source: int | None = None
        """The saved filter that the bar began with."""
        self.bar: FilterBar | None = None

    def attach(self) -> None:
        """Put the bar above the list and hear of what is wished."""
        window = self._window
        before = self.bar.tree if self.bar is not None else None
        bar = self.bar = FilterBar(self.known, window.settings, self._workspace.code)
        bar.criteria_changed.connect(self._on_criteria)
        bar.builder_requested.connect(self.open_builder)
        bar.save_filter_requested.connect(lambda: self._save(bar.tree))
        bar.save_segment_requested.connect(lambda: self.segment_wanted.emit(bar.tree))
        bar.save_changes_requested.connect(self._save_changes)
        window.contacts.put_above(bar)
        window.contacts.filter_dropped.connect(self._on_dropped)
        header = window.contacts.header
        header.filter_toggled.connect(self._on_toggled)
        menu = QMenu(header)
        menu.setObjectName("saved_filters_menu")
        menu.aboutToShow.connect(partial(self._fill_menu, menu))
        header.set_filter_menu(menu)
        add = window.registry.add
        add("conditions", _("More conditions…"), self.open_builder, icon="sliders-horizontal", shortcut="Ctrl+Alt+F")
        bar.setVisible(bool(window.settings.get(_SHOWN)))
        if before is not None:
            self.show_criteria(before)
        self._show_state()

    def viewpoint(self) -> Viewpoint:
        """This moment, as whoever works here sees it."""
        return Viewpoint(clock.now(), None, self.user_id)

    def data_changed(self, changes: ChangeSet) -> None:
        """Names may be others now."""
        self.known.data_changed(changes)

    def show_saved(self, filters: Sequence[SavedFilterRow], user_id: int | None) -> None:
        """These are the filters that the user sees."""
        self._rows = tuple(filters)
        self.user_id = user_id
        self._window.contacts.list.set_user(user_id)
        entries = [
            NavigationEntry(Place(PlaceKind.FILTER, row.id), row.name, "lock" if row.is_private else "list-filter")
            for row in filters
        ]
        self._window.navigation.set_section("filters", entries)
        self._window.contacts.header.show_filter_menu(bool(entries))
        source = self._row(self._source)
        if self.bar is not None and self._source is not None:
            if source is None:
                self._source = None
                self.bar.rename("", None)
            else:
                self.bar.rename(source.name, _read(source))
        self._mark()

    @property
    def place(self) -> Place | None:
        """The saved filter that is shown as it was saved, None for none."""
        row = self._row(self._source)
        if row is None or self.bar is None or self.bar.tree is None or self.bar.tree != _read(row):
            return None
        return Place(PlaceKind.FILTER, row.id)

    # What is filtered.

    def show_criteria(self, tree: Criteria | None, saved: SavedFilterRow | None = None) -> None:
        """Filter the list that is shown, and show the bar that says so."""
        if self.bar is None:
            return
        self._source = saved.id if saved is not None else None
        self.bar.set_tree(tree, saved.name if saved is not None else "")
        self._window.contacts.list.filter(tree)
        if tree is not None:
            self._show_bar(True)
        self._show_state()
        self._mark()

    def apply(self, filter_id: int | None, *, to_all: bool = True) -> None:
        """Show what a saved filter asks for: of all contacts, or of the list that is shown."""
        row = self._row(filter_id)
        if row is None:
            return
        try:
            tree = row.criteria
        except ExpectedError as error:
            self._window.show_error(error)
            return
        if to_all:
            self._window.show_place(ALL)
        self.show_criteria(tree, row)

    def open_builder(self) -> None:
        """All conditions that there can be, beginning with what is filtered."""
        tree = self.bar.tree if self.bar is not None else None
        dialog = FilterDialog(self._window, self._workspace, self._window.runner, self.known, self.viewpoint, tree)
        dialog.applied.connect(self._on_applied)
        dialog.save_filter_requested.connect(partial(self._on_dialog_save, dialog))
        dialog.save_segment_requested.connect(partial(self._on_dialog_segment, dialog))
        dialog.open()

    def _on_applied(self, tree: Criteria | None) -> None:
        assert self.bar is not None
        self._window.show_list()
        self._show_bar(True)
        self.bar.change_tree(tree)

    def _on_dialog_save(self, dialog: FilterDialog, tree: Criteria) -> None:
        dialog.accept()
        self._on_applied(tree)
        self._save(tree)

    def _on_dialog_segment(self, dialog: FilterDialog, tree: Criteria) -> None:
        dialog.accept()
        self.segment_wanted.emit(tree)

    def _on_criteria(self, tree: Criteria | None) -> None:
        self._window.contacts.list.filter(tree)
        if tree is None:
            self._source = None
        self._show_state()
        self._mark()

    def _on_dropped(self) -> None:
        self._source = None
        if self.bar is not None:
            self.bar.set_tree(None)
            self._show_state()
            self._mark()

    def _on_toggled(self, shown: bool) -> None:
        self._show_bar(shown)
        if shown and self.bar is not None:
            self.bar.focus_first()

    def _show_bar(self, shown: bool) -> None:
        if self.bar is not None:
            self.bar.setVisible(shown)
            self._window.settings.set(_SHOWN, shown)
            self._show_state()

    def _show_state(self) -> None:
        bar = self.bar
        if bar is not None:
            count = 0 if bar.tree is None else sum(1 for _clause in clauses(bar.tree))
            self._window.contacts.header.show_filter(shown=not bar.isHidden(), count=count)

    def _mark(self) -> None:
        navigation, shown = self._window.navigation, self._window.contacts.list.place
        if self._window.is_list_shown:
            navigation.set_current(self.place or shown)

    # Saved filters.

    def _row(self, filter_id: int | None) -> SavedFilterRow | None:
        return next((row for row in self._rows if row.id == filter_id), None)

    def _save(self, tree: Criteria | None) -> None:
        if tree is not None:
            dialog = SaveFilterDialog(self._window, self._workspace, self._window.runner, criteria=tree)
            dialog.stored.connect(partial(self._on_saved, tree))
            dialog.open()

    def _on_saved(self, tree: Criteria, filter_id: int, name: str) -> None:
        self._source = filter_id
        if self.bar is not None and self.bar.tree == tree:
            self.bar.rename(name, tree)

    def _save_changes(self) -> None:
        if self.bar is not None and self.bar.tree is not None and self._source is not None:
            self._write(change_filter, filter_id=self._source, criteria=self.bar.tree)

    def _write(self, operation: object, **arguments: object) -> None:
        work = partial(self._workspace.perform, operation, **arguments)  # type: ignore[arg-type]
        self._window.runner.write(work, None, self._window.show_error)

    def _fill_menu(self, menu: QMenu) -> None:
        menu.clear()
        for row in self._rows:
            action = menu.addAction(icon("lock" if row.is_private else "list-filter"), row.name.replace("&", "&&"))
            action.setObjectName(f"filter_{row.id}")
            action.triggered.connect(lambda _on=False, row=row: self.apply(row.id, to_all=False))
        if self._rows:
            menu.addSeparator()
        if self.bar is not None:
            self.bar.fill_menu(menu)

    def open_menu(self, filter_id: int, position: QPoint) -> None:
        """What can be done with a saved filter."""
        row = self._row(filter_id)
        if row is None:
            return
        ids = [each.id for each in self._rows]
        at = ids.index(filter_id)
        menu = QMenu(self._window)
        menu.setObjectName("filter_actions")
        menu.aboutToHide.connect(menu.deleteLater)
        entries = (
            ("apply", "list-filter", _("Show its contacts"), partial(self.apply, filter_id), True),
            ("rename", "pencil", _("Rename, private or shared…"), partial(self._rename, row), True),
            ("copy", "copy", _("Copy the conditions as text"), partial(self.copy_text, row), True),
            ("move_up", "arrow-up", _("Move up"), partial(self._move, ids, at, -1), at > 0),
            ("move_down", "arrow-down", _("Move down"), partial(self._move, ids, at, 1), at < len(ids) - 1),
            ("delete", "trash-2", _("Delete the filter"), partial(self._remove, filter_id), True),
        )
        for key, name, text, run, able in entries:
            action = menu.addAction(icon(name), text)
            action.setObjectName(key)
            action.setEnabled(able)
            action.triggered.connect(lambda _on=False, run=run: run())
        menu.popup(position)

    def copy_text(self, row: SavedFilterRow | SegmentRow) -> None:
        """Put the conditions of a filter or segment on the clipboard in the form that can be typed."""
        try:
            tree = row.criteria
            text = criteria_text(tree, self.known.fields) if tree is not None else ""
        except ExpectedError as error:
            self._window.show_error(error)
            return
        QGuiApplication.clipboard().setText(text)
        self._window.undo.tell(_("The conditions of {name} are on the clipboard").format(name=row.name))

    def _rename(self, row: SavedFilterRow) -> None:
        SaveFilterDialog(self._window, self._workspace, self._window.runner, present=row).open()

    def _remove(self, filter_id: int) -> None:
        self._write(remove_filter, filter_id=filter_id)

    def _move(self, ids: list[int], at: int, step: int) -> None:
        order = list(ids)
        order[at], order[at + step] = order[at + step], order[at]
        self._write(order_filters, filter_ids=order, moved=ids[at])

    # The command palette.

    def palette_entries(self, text: str) -> list[PaletteEntry]:
        """Saved filters of that name; and, where the text is a condition, the list of whom it means."""
        wanted = text.strip().casefold()
        found = [
            PaletteEntry(row.name, partial(self.apply, row.id), "list-filter", _("Saved filter"))
            for row in self._rows
            if wanted and wanted in row.name.casefold()
        ]
        tree = self._parsed(text)
        if tree is not None:
            sentence = shown_criteria(tree, self.known.fields)
            told = _("Show contacts: {conditions}").format(conditions=sentence)
            found.insert(0, PaletteEntry(told, partial(self._show_all, tree), "filter", _("Conditions")))
        return found

    def _parsed(self, text: str) -> Criteria | None:
        try:
            return parse_criteria(text, self.known.fields) if text.strip() else None
        except ExpectedError:
            return None

    def _show_all(self, tree: Criteria) -> None:
        self._window.show_place(ALL)
        self.show_criteria(tree)


def _read(row: SavedFilterRow) -> Criteria | None:
    try:
        return row.criteria
    except ExpectedError:
        return None
