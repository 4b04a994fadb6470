"""The main window: navigation, pages, side card, status line, and the wires between the features."""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.changes import ChangeSet
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.paths import log_file
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.ui.actions import ActionRegistry
from ulkacrm_desktop.ui.contacts.contacts_page import ContactsPage
from ulkacrm_desktop.ui.contacts.places import ALL, RECENT, SELECTED, Place, PlaceKind
from ulkacrm_desktop.ui.file_drop import FileDrop
from ulkacrm_desktop.ui.navigation import Navigation
from ulkacrm_desktop.ui.notice_bar import NoticeBar
from ulkacrm_desktop.ui.recent import RecentlyViewed
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.side_sheet import SideSheet
from ulkacrm_desktop.ui.tables.asked_model import ListState
from ulkacrm_desktop.ui.tables.ticked_ids import TickedIds
from ulkacrm_desktop.ui.undo import UndoControl
from ulkacrm_desktop.ui.widgets.status_line import StatusLine
from ulkacrm_desktop.ui.window_actions import add_window_actions
from ulkacrm_desktop.ui.window_places import WindowPlaces
from ulkacrm_desktop.ui.window_state import (
    restore_geometry,
    restore_navigation,
    save_geometry,
    save_navigation,
)

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace
    from ulkacrm_desktop.ui.runtime.error_log import ErrorLog
    from ulkacrm_desktop.ui.runtime.prompter import Prompter
    from ulkacrm_desktop.ui.runtime.remote_changes import RemoteChanges
    from ulkacrm_desktop.ui.window_features import WindowFeatures

_PAGE_KEY: Final = "window.page"


class MainWindow(QMainWindow):
    """Can be shown before a database is open: it is then typed into, and answers once `open` was called.

    What needs the database's libraries (profile, forms, import, export, settings) is made by `WindowFeatures`,
    after the first paint.
    """

    first_painted = Signal()
    ready = Signal()
    """The list has answered for the first time, or the database could not be opened."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.settings = settings
        self.runner = TaskRunner(on_error=self.show_error, parent=self)
        self._log: ErrorLog | None = None
        self.workspace: Workspace | None = None
        self.features: WindowFeatures | None = None
        self.ticks = TickedIds(self)
        self.recent: RecentlyViewed | None = None
        self.file_wanted: Path | None = None
        self._changes: RemoteChanges | None = None
        self._painted = False
        self._first_answer: Any = None
        self.places = WindowPlaces(self)
        self._drop = FileDrop(self)
        self._drop.dropped.connect(self.import_file)
        self.build()
        restore_geometry(self, settings)

    # Building; done again in another language.

    def build(self) -> None:
        """Make everything that is seen, in the language that is set."""
        self.setWindowTitle(_("Ulka CRM"))
        # From the outside in: whatever is put into another widget later is styled anew with all that is in it.
        central = QWidget(self)
        central.setObjectName("central")
        self.splitter = QSplitter(Qt.Orientation.Horizontal, central)
        self.splitter.setObjectName("window_splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.registry = ActionRegistry(central)
        add_window_actions(self)
        self.navigation = Navigation(self.settings, self.splitter)
        right = QWidget(self.splitter)
        self.splitter.setStretchFactor(1, 1)
        self.pages = QStackedWidget(right)
        self.contacts = ContactsPage(self.runner, self.settings, self.registry, self.ticks)
        self.notice = NoticeBar(right)
        self.status = StatusLine(right)
        self.undo = UndoControl(self.runner, self.registry, self.status, central)
        self.sheet = SideSheet(self.contacts, self.settings, self.pages)
        self.pages.addWidget(self.sheet.splitter)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.notice, 0), (self.pages, 1), (self.status, 0)):
            column.addWidget(widget, stretch)
        outer = QVBoxLayout(central)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)
        self.setCentralWidget(central)
        restore_navigation(self.splitter, self.settings)
        self._connect()

    def _connect(self) -> None:
        page = self.contacts
        self.navigation.chosen.connect(self.show_place)
        self.navigation.page_chosen.connect(self.show_page)
        page.place_requested.connect(self.show_place)
        self.sheet.viewed.connect(self._remember)
        page.open_requested.connect(self.open_contact)
        page.edit_requested.connect(self.edit_contact)
        page.new_requested.connect(self.new_contact)
        page.import_requested.connect(self.choose_import)
        page.export_requested.connect(self.export)
        page.counts_changed.connect(self._show_counts)
        page.told.connect(self.undo.tell)
        page.failed.connect(self.show_error)
        page.log_requested.connect(self._open_log)
        self.undo.failed.connect(self.show_error)

    # The database.

    def open_when_painted(self, location: str) -> None:
        """Open a database once the window has been seen; where that fails, the list says why."""
        self.first_painted.connect(partial(self._load, location), Qt.ConnectionType.SingleShotConnection)

    def _load(self, location: str) -> None:
        self.runner.run(partial(_open_workspace, location), self.open, partial(self._on_not_opened, location))

    def _on_not_opened(self, location: str, error: BaseException) -> None:
        self.contacts.list.show_opening_failed(error, partial(self._load, location))
        if not isinstance(error, ExpectedError):
            self.show_error(error)
        self.ready.emit()

    def open(self, workspace: Workspace) -> None:
        """Show a database that is open; it is closed by `release` or by who opened it."""
        self.workspace = workspace
        self.recent = RecentlyViewed(self.settings, workspace.code)
        last = self.settings.get(_PAGE_KEY)
        self.attach(workspace, RECENT if last == PlaceKind.RECENT and self.recent.ids else ALL)

    def attach(self, workspace: Workspace, place: Place) -> None:
        """Give the parts of the window their database, after it was opened or the window was built anew."""
        if self.recent is not None:
            self.contacts.list.set_recent(self.recent.ids)
        self.navigation.set_current(place)
        self.contacts.show_place(place)
        # What else there is to read and to load must not keep the list waiting.
        self._first_answer = self.contacts.list.model.state_changed.connect(self._on_first_answer)
        self.contacts.open(workspace)

    def _on_first_answer(self, state: ListState) -> None:
        if state is not ListState.LOADING:
            self.contacts.list.model.state_changed.disconnect(self._first_answer)
            QTimer.singleShot(0, self.contacts, self._go_on)

    def _go_on(self) -> None:
        if self.workspace is None:
            return
        if self._changes is None:
            from ulkacrm_desktop.ui.runtime.remote_changes import RemoteChanges

            self._changes = RemoteChanges(self.workspace, self.runner, self)
            self._changes.changed.connect(self._on_changed)
        self.undo.open(self.workspace)
        self.places.open(self.workspace)
        self._make_features()
        self.ready.emit()
        if self.file_wanted is not None:
            file, self.file_wanted = self.file_wanted, None
            self.import_file(file)

    def _make_features(self) -> None:
        from ulkacrm_desktop.ui.window_features import WindowFeatures

        if self.workspace is not None and self.features is None:
            self.features = WindowFeatures(self, self.workspace)
        if self.features is not None:
            self.features.attach()

    def _features(self) -> WindowFeatures | None:
        self._make_features()
        return self.features

    def _on_changed(self, changes: ChangeSet) -> None:
        self.contacts.data_changed(changes)
        self.undo.data_changed(changes)
        self.places.data_changed(changes)
        if self.features is not None:
            self.features.data_changed(changes)

    # Places and pages.

    def show_place(self, place: Place) -> None:
        """Show a list of contacts."""
        if place.kind is PlaceKind.FILTER:
            if self.features is not None:
                self.features.filters.apply(place.record_id)
            return
        if place == RECENT and self.recent is not None:
            self.contacts.list.set_recent(self.recent.ids)
        self._show_page(self.sheet.splitter)
        self.navigation.set_current(place)
        if place != self.contacts.list.place or place.kind in (PlaceKind.RECENT, PlaceKind.SELECTED):
            self.contacts.show_place(place, self.places.name_of(place))
        elif self.features is not None and self.features.filters.place is not None:
            # From a saved filter back to the list that it filters.
            self.features.filters.show_criteria(None)
        if self.features is not None:
            self.features.segments.place_shown(place)
        self.settings.set(_PAGE_KEY, place.kind.value)

    def show_list(self) -> None:
        """Show the list of contacts as it is."""
        if not self.is_list_shown:
            self.back_to_list()

    @property
    def is_list_shown(self) -> bool:
        """Whether the list of contacts is shown, and not a page."""
        return self.pages.currentWidget() is self.sheet.splitter

    @property
    def current_contact(self) -> int | None:
        """The contact of the full page, else the current one of the list."""
        shown = self.features.shown_contact() if self.features is not None else None
        return shown if shown is not None else self.contacts.list.rows.current_id

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        on_list = page is self.sheet.splitter
        self.contacts.set_active(on_list)

    def back_to_list(self) -> None:
        """From a full page to the same row and scroll of the list."""
        self._show_page(self.sheet.splitter)
        saved = self.features.filters.place if self.features is not None else None
        self.navigation.set_current(saved or self.contacts.list.place)
        self.contacts.list.focus()

    def show_page(self, key: str) -> None:
        """Show a page beside the lists: ``duplicates``, ``properties`` (``tags``, ``cloud``), ``settings``."""
        features = self._features()
        if features is not None:
            self._show_page(features.page(key))
            self.navigation.set_current("properties" if key in ("tags", "cloud") else key)

    def show_settings(self) -> None:
        """Show the settings of program and database."""
        self.show_page("settings")

    def open_contact(self, contact_id: int) -> None:
        """Show a contact as a full page."""
        features = self._features()
        if features is not None:
            self._remember(contact_id)
            features.profile_page().show_contact(contact_id)
            self._show_page(features.profile_page())

    def open_current(self) -> None:
        """Open the current contact of the list."""
        if (current := self.contacts.list.rows.current_id) is not None:
            self.open_contact(current)

    def edit_current(self) -> None:
        """Edit the contact of the full page, else the current one of the list."""
        if (current := self.current_contact) is not None:
            self.edit_contact(current)

    def edit_contact(self, contact_id: int) -> None:
        """Open the form of a contact."""
        if (features := self._features()) is not None:
            features.open_form(contact_id)

    def new_contact(self, name: str = "") -> None:
        """Open the form of a new contact."""
        if (features := self._features()) is not None:
            features.open_form(None, name)

    def choose_import(self) -> None:
        """Begin an import; the file is chosen in it."""
        self.import_file(None)

    def import_file(self, path: Path | None) -> None:
        """Begin to import a file."""
        if (features := self._features()) is not None:
            features.open_import(path)
        else:
            self.file_wanted = path

    def export(self, selection: Any = None) -> None:
        """Export a selection, else what is ticked, else all that the list shows."""
        if (features := self._features()) is not None:
            features.open_export(selection)

    def print_list(self) -> None:
        """Print what is ticked, else the list."""
        if (features := self._features()) is not None:
            features.print_list()

    def open_palette(self) -> None:
        """Any action, contact or tag by a few letters."""
        if (features := self._features()) is not None:
            features.open_palette()

    def _remember(self, contact_id: int) -> None:
        if self.recent is not None and self.recent.add(contact_id):
            self.contacts.list.set_recent(self.recent.ids)

    def toggle_sheet(self) -> None:
        """Show the side card, or put it away."""
        self.sheet.toggle()

    def _show_counts(self) -> None:
        self.status.show_text(self.contacts.status_text())
        self.navigation.set_count(SELECTED, len(self.ticks) or None)

    # Errors and questions.

    @cached_property
    def prompter(self) -> Prompter:
        """Where the window asks, tells and has files chosen."""
        from ulkacrm_desktop.ui.runtime.prompter import Prompter

        return Prompter()

    def show_error(self, error: BaseException) -> None:
        """Say what went wrong: a foreseen failure in a sentence, a bug by the log."""
        from ulkacrm_desktop.ui.window_errors import tell_error

        tell_error(self, error)

    @property
    def errors(self) -> ErrorLog:
        """Where bugs are written and shown."""
        if self._log is None:
            from ulkacrm_desktop.ui.runtime.error_log import ErrorLog

            self._log = ErrorLog(log_file(), self.prompter, parent=self)
        return self._log

    def _open_log(self) -> None:
        self.errors.open()

    # The end.

    def save_state(self) -> None:
        """Keep geometry, columns and splitters for the next start."""
        save_geometry(self, self.settings)
        save_navigation(self.splitter, self.settings)
        self.contacts.list.columns.save()
        self.sheet.save()

    def release(self) -> None:
        """Stop all background work and close the database; what was being written is finished."""
        self._stop()
        if self.workspace is not None:
            self.workspace.close()

    def _stop(self) -> None:
        self.sheet.stop()
        if self.features is not None:
            self.features.duplicates.leave()
        if self._changes is not None:
            self._changes.close()
            self._changes = None
        self.runner.shutdown()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self.features is not None and not self.features.may_close():
            event.ignore()
            return
        self.save_state()
        self._stop()
        super().closeEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.first_painted.emit)


def _open_workspace(location: str) -> Workspace:
    from ulkacrm_desktop.services.workspace import Workspace

    return Workspace.open(location)
