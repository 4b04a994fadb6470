"""The main window: navigation, pages, side card, status line, and the wires between the features."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.changes import ChangeSet, Entity
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
from ulkacrm_desktop.ui.runtime.prompter import Prompter
from ulkacrm_desktop.ui.runtime.remote_changes import RemoteChanges
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.paged_model import ListState
from ulkacrm_desktop.ui.tables.ticked_ids import TickedIds
from ulkacrm_desktop.ui.undo import UndoControl
from ulkacrm_desktop.ui.widgets.side_splitter import SideSplitter
from ulkacrm_desktop.ui.widgets.status_line import StatusLine
from ulkacrm_desktop.ui.window_reads import read_counts, read_tags
from ulkacrm_desktop.ui.window_state import (
    restore_geometry,
    restore_navigation,
    save_geometry,
    save_navigation,
)

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace
    from ulkacrm_desktop.ui.runtime.error_log import ErrorLog
    from ulkacrm_desktop.ui.window_features import WindowFeatures

_VIEWED_AFTER_MS: Final = 1_500
_SHEET_KEY: Final = "window.sheet"
_PAGE_KEY: Final = "window.page"


class MainWindow(QMainWindow):
    """Can be shown before a database is open: it is then typed into, and answers once `open` was called.

    What needs the database's libraries (profile, forms, import, export, settings) is made by `WindowFeatures`,
    after the first paint.
    """

    first_painted = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.settings = settings
        self.runner = TaskRunner(on_error=self.show_error, parent=self)
        self.prompter = Prompter()
        self._log: ErrorLog | None = None
        self.workspace: Workspace | None = None
        self.features: WindowFeatures | None = None
        self.ticks = TickedIds(self)
        self.recent: RecentlyViewed | None = None
        self.file_wanted: Path | None = None
        self._changes: RemoteChanges | None = None
        self._painted = False
        self._tag_names: dict[int, str] = {}
        self._viewed = QTimer(self, singleShot=True, interval=_VIEWED_AFTER_MS)
        self._viewed.timeout.connect(self._on_viewed)
        self._drop = FileDrop(self)
        self._drop.dropped.connect(self.import_file)
        self.build()
        restore_geometry(self, settings)

    # Building; done again in another language.

    def build(self) -> None:
        """Make everything that is seen, in the language that is set."""
        self.setWindowTitle(_("Ulka CRM"))
        central = QWidget()
        central.setObjectName("central")
        self.registry = ActionRegistry(central)
        self._add_actions()
        self.navigation = Navigation()
        self.contacts = ContactsPage(self.runner, self.settings, self.registry, self.ticks)
        self.notice = NoticeBar()
        self.status = StatusLine()
        self.undo = UndoControl(self.runner, self.registry, self.status, central)
        self.sheet_holder = QStackedWidget()
        self.sheet_holder.setMinimumWidth(260)
        self.sheet = SideSplitter(self.contacts, self.sheet_holder)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.sheet)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.notice, 0), (self.pages, 1), (self.status, 0)):
            column.addWidget(widget, stretch)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("window_splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.addWidget(self.navigation)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        outer = QVBoxLayout(central)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)
        self.setCentralWidget(central)
        restore_navigation(self.splitter, self.settings)
        self._connect()

    def _add_actions(self) -> None:
        add = self.registry.add
        standard = QKeySequence.StandardKey
        add("new_contact", _("New contact"), self.new_contact, icon="user-plus", shortcut=standard.New)
        add("import", _("Import"), self.choose_import, icon="upload", shortcut="Ctrl+I")
        add("export", _("Export…"), self.export, icon="download", shortcut="Ctrl+E")
        add("print", _("Print the list…"), self.print_list, icon="printer", shortcut=standard.Print)
        add("edit", _("Edit the contact…"), self._edit_current, icon="pencil", shortcut="Ctrl+Return")
        add("open", _("Open the contact"), self._open_current, icon="user", shortcut="Ctrl+O")
        add("side_card", _("Side card"), self._toggle_sheet, icon="panel-right", shortcut="Ctrl+Shift+B")
        add("all", _("All contacts"), partial(self.show_place, ALL), icon="users", shortcut="Alt+1")
        add("recent", _("Recently viewed"), partial(self.show_place, RECENT), icon="clock", shortcut="Alt+2")
        selected = partial(self.show_place, SELECTED)
        add("selected", _("Selected contacts"), selected, icon="list-checks", shortcut="Alt+3")
        add("settings", _("Settings"), self.show_settings, icon="settings", shortcut="Ctrl+,")
        add("palette", _("Command palette"), self.open_palette, icon="command", shortcut="Ctrl+K", in_palette=False)
        add("quit", _("Quit"), self.close, icon="x", shortcut=standard.Quit)

    def _connect(self) -> None:
        page = self.contacts
        self.navigation.chosen.connect(self.show_place)
        self.navigation.settings_chosen.connect(self.show_settings)
        page.place_requested.connect(self.show_place)
        page.current_changed.connect(self._on_current)
        page.open_requested.connect(self.open_contact)
        page.edit_requested.connect(self.edit_contact)
        page.new_requested.connect(self.new_contact)
        page.import_requested.connect(self.choose_import)
        page.export_requested.connect(self.export)
        page.counts_changed.connect(self._show_counts)
        page.told.connect(self.undo.tell)
        page.failed.connect(self.show_error)
        page.log_requested.connect(self._open_log)
        page.list.model.state_changed.connect(self._on_list_state)
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

    def open(self, workspace: Workspace) -> None:
        """Show a database that is open; it is closed by `release` or by who opened it."""
        self.workspace = workspace
        self.recent = RecentlyViewed(self.settings, workspace.code)
        self._changes = RemoteChanges(workspace, self.runner, self)
        self._changes.changed.connect(self._on_changed)
        self.attach(workspace)
        last = self.settings.get(_PAGE_KEY)
        if last == PlaceKind.RECENT and self.recent.ids:
            self.show_place(RECENT)
        if self.file_wanted is not None:
            file, self.file_wanted = self.file_wanted, None
            self.import_file(file)

    def attach(self, workspace: Workspace) -> None:
        """Give the parts of the window their database, after it was opened or the window was built anew."""
        if self.recent is not None:
            self.contacts.list.set_recent(self.recent.ids)
        self.contacts.open(workspace)
        self.undo.open(workspace)
        self._read_counts()
        self._read_tags()
        # The list asks first, and is painted while the other pages load.
        QTimer.singleShot(0, self.contacts, self._make_features)

    def _make_features(self) -> None:
        from ulkacrm_desktop.ui.window_features import WindowFeatures

        if self.workspace is not None and self.features is None:
            self.features = WindowFeatures(self, self.workspace)
            self.sheet.restore_state(self.settings.get(_SHEET_KEY) or {"shown": True})
            self._on_list_state(self.contacts.list.model.state)
            self._on_current(self.contacts.list.rows.current_id)

    def _features(self) -> WindowFeatures | None:
        self._make_features()
        return self.features

    def drop_features(self) -> None:
        """Let pages and dialogs go, before the window is built anew."""
        if self.features is not None:
            self.features.close()
            self.features = None

    def _on_changed(self, changes: ChangeSet) -> None:
        self.contacts.data_changed(changes)
        self.undo.data_changed(changes)
        if changes.touches(Entity.CONTACT, Entity.SETTING):
            self._read_counts()
        if changes.touches(Entity.TAG, Entity.CONTACT_TAG, Entity.CONTACT):
            self._read_tags()

    def _read_counts(self) -> None:
        if self.workspace is not None:
            self.runner.run_latest((id(self), "counts"), partial(read_counts, self.workspace), self._on_counts)

    def _on_counts(self, counts: tuple[int, int | None]) -> None:
        stored, limit = counts
        self.navigation.set_count(ALL, stored)
        self.navigation.set_gauge(stored, limit)

    def _read_tags(self) -> None:
        if self.workspace is not None:
            self.runner.run_latest((id(self), "tags"), partial(read_tags, self.workspace), self._on_tags)

    def _on_tags(self, tags: Any) -> None:
        self._tag_names = {tag.id: tag.name for tag in tags}
        self.navigation.set_tags(tags)
        place = self.contacts.list.place
        if place.tag_id is not None and place.tag_id not in self._tag_names:
            self.show_place(ALL)

    # Places and pages.

    def show_place(self, place: Place) -> None:
        """Show a list of contacts."""
        name = self._tag_names.get(place.tag_id, "") if place.tag_id is not None else ""
        if place == RECENT and self.recent is not None:
            self.contacts.list.set_recent(self.recent.ids)
        self._show_page(self.sheet)
        self.navigation.set_current(place)
        if place != self.contacts.list.place or place.kind in (PlaceKind.RECENT, PlaceKind.SELECTED):
            self.contacts.show_place(place, name)
        self.settings.set(_PAGE_KEY, place.kind.value)

    def show_tag(self, name: str) -> None:
        """Show the contacts of a tag by its name."""
        for tag_id, known in self._tag_names.items():
            if known.casefold() == name.casefold():
                self.show_place(Place(PlaceKind.TAG, tag_id))

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        on_list = page is self.sheet
        self.contacts.set_active(on_list)

    def back_to_list(self) -> None:
        """From a full page to the same row and scroll of the list."""
        self._show_page(self.sheet)
        self.navigation.set_current(self.contacts.list.place)
        self.contacts.list.focus()

    def show_settings(self) -> None:
        """Show the settings of program and database."""
        features = self._features()
        if features is not None:
            self._show_page(features.settings_page())
            self.navigation.set_current(None)

    def open_contact(self, contact_id: int) -> None:
        """Show a contact as a full page."""
        features = self._features()
        if features is not None:
            self._remember(contact_id)
            features.profile_page().show_contact(contact_id)
            self._show_page(features.profile_page())

    def _open_current(self) -> None:
        if (current := self.contacts.list.rows.current_id) is not None:
            self.open_contact(current)

    def _edit_current(self) -> None:
        features = self.features
        shown = features.shown_contact() if features is not None else None
        current = shown if shown is not None else self.contacts.list.rows.current_id
        if current is not None:
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

    # The side card.

    def _on_current(self, contact_id: int | None) -> None:
        if self.features is not None:
            self.features.show_in_card(contact_id)
        if contact_id is not None:
            self._viewed.start()
        else:
            self._viewed.stop()

    def _on_viewed(self) -> None:
        current = self.contacts.list.rows.current_id
        if current is not None and self.sheet.is_sheet_shown and self.isActiveWindow():
            self._remember(current)

    def _remember(self, contact_id: int) -> None:
        if self.recent is not None and self.recent.add(contact_id):
            self.contacts.list.set_recent(self.recent.ids)

    def _toggle_sheet(self) -> None:
        shown = not self.sheet.is_sheet_shown
        self.settings.set(_SHEET_KEY, {**self.sheet.saved_state(), "shown": shown})
        self.sheet.show_sheet(shown)

    def _on_list_state(self, state: ListState) -> None:
        """An empty database has no card beside it."""
        if self.features is None:
            return
        page = self.contacts.list
        nothing_at_all = state is ListState.EMPTY and page.place == ALL and not page.query.search.strip()
        wanted = (self.settings.get(_SHEET_KEY) or {}).get("shown", True)
        self.sheet.show_sheet(bool(wanted) and not nothing_at_all)

    def _show_counts(self) -> None:
        self.status.show_text(self.contacts.status_text())
        self.navigation.set_count(SELECTED, len(self.ticks))

    # Errors.

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

    # Language and look.

    def rebuild(self) -> None:
        """Build everything anew, in the language that is set now; where one was stays."""
        from ulkacrm_desktop.ui.window_rebuild import rebuilt

        rebuilt(self)

    def called_by_another_start(self, file: str) -> None:
        """Somebody has started the program again on this database: come to the front."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        if file:
            self.import_file(Path(file))

    # The end.

    def save_state(self) -> None:
        """Keep geometry, columns and splitters for the next start."""
        save_geometry(self, self.settings)
        save_navigation(self.splitter, self.settings)
        self.contacts.list.columns.save()
        if self.features is not None and self.contacts.list.model.state is ListState.READY:
            self.settings.set(_SHEET_KEY, self.sheet.saved_state())

    def release(self) -> None:
        """Stop all background work and close the database; what was being written is finished."""
        self._stop()
        if self.workspace is not None:
            self.workspace.close()

    def _stop(self) -> None:
        self._viewed.stop()
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
