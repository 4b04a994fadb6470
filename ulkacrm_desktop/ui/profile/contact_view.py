"""A contact with its header and tabs, kept in step with the database; in two sizes."""

from collections.abc import Callable
from enum import IntEnum, auto
from functools import cached_property, partial

import shiboken6
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QTabWidget, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.changes import ChangeSet, Entity
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.queries.notes import NoteRow, notes
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.property_form import PropertyForm
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.errors import error_text, failure_text
from ulkacrm_desktop.ui.profile.activity_tab import ActivityTab
from ulkacrm_desktop.ui.profile.header import ProfileHeader
from ulkacrm_desktop.ui.profile.notes_tab import NotesTab
from ulkacrm_desktop.ui.profile.overview_tab import OverviewTab
from ulkacrm_desktop.ui.profile.profile_data import Profile, read_profile, read_segments
from ulkacrm_desktop.ui.profile.profile_writes import ProfileWrites
from ulkacrm_desktop.ui.profile.properties_tab import PropertiesTab
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction, EmptyState

_DEFINITIONS = (
    Entity.TAG,
    Entity.PROPERTY,
    Entity.PROPERTY_GROUP,
    Entity.PROPERTY_OPTION,
    Entity.CRM_USER,
    Entity.CONTACT_CLASS,
)
_PAUSE_MS = 150


class ProfileTab(IntEnum):
    """The tabs of a profile, by their place."""

    OVERVIEW = 0
    PROPERTIES = auto()
    NOTES = auto()
    ACTIVITY = auto()


class ContactView(QWidget):
    """Shows one contact and follows every change to it, whoever makes it.

    Every tab but the first is made when it is first seen: all of them at once would keep the window for a tenth of
    a second when the first contact is opened.
    """

    edit_requested = Signal(int)
    open_requested = Signal(int)
    tag_clicked = Signal(str)
    segment_clicked = Signal(int)
    explain_requested = Signal(int)
    """Why this contact is in a segment, or is not, is to be told."""
    shown = Signal(int)
    """A contact is read and on the screen."""

    def __init__(
        self, workspace: Workspace, runner: TaskRunner, *, compact: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._contact_id: int | None = None
        self._profile: Profile | None = None
        self._notes: tuple[NoteRow, ...] = ()
        self._stale: set[ProfileTab] = set()
        self._is_outdated = False
        self._fills_anyway = True
        self._compact = compact
        # Each segment is a question: whoever runs down a list by the arrow keys is not told of those in passing.
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS if compact else 0)
        self._pause.timeout.connect(self._read_segments)
        self.writes = ProfileWrites(workspace, runner, self)
        self.writes.failed.connect(self._on_write_failed)
        self.header = ProfileHeader(compact=compact)
        self.overview = OverviewTab(compact=compact)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("profile_tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.overview, _("Overview"))
        for words in (_("Properties"), _("Notes"), _("Activity")):
            holder = QWidget()
            QVBoxLayout(holder).setContentsMargins(0, 0, 0, 0)
            self.tabs.addTab(holder, words)
        self.empty = EmptyState()
        self.empty.chosen.connect(lambda _key: self.reload())
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._build_profile())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._connect()
        self._show_nobody()
        unsubscribe = workspace.subscribe(self._on_written)
        self.destroyed.connect(unsubscribe)

    def _build_profile(self) -> QWidget:
        page = QWidget()
        self._notice = QFrame()
        self._notice.setProperty("notice", "danger")
        self._notice_text = QLabel()
        self._notice_text.setObjectName("profile_failure")
        self._notice_text.setWordWrap(True)
        close = QToolButton()
        close.setIcon(icon("x", IconRole.MUTED))
        close.setAccessibleName(_("Close the message"))
        close.clicked.connect(self._notice.hide)
        row = QHBoxLayout(self._notice)
        row.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        row.addWidget(self._notice_text, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._notice.hide()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._notice)
        layout.addWidget(self.header)
        layout.addWidget(self.tabs, 1)
        return page

    def _connect(self) -> None:
        header = self.header
        header.edit_requested.connect(self._on_edit)
        header.open_requested.connect(lambda: self._with_contact(self.open_requested.emit))
        header.tag_clicked.connect(self.tag_clicked)
        header.tag_added.connect(lambda name: self._with_contact(lambda id_: self.writes.add_tag(id_, name)))
        header.tag_removed.connect(lambda name: self._with_contact(lambda id_: self.writes.remove_tag(id_, name)))
        header.responsible_chosen.connect(
            lambda user_id: self._with_contact(lambda id_: self.writes.set_responsible(id_, user_id))
        )
        header.class_chosen.connect(
            lambda class_id: self._with_contact(lambda id_: self.writes.set_class(id_, class_id))
        )
        self.overview.edit_requested.connect(self._on_edit)
        self.overview.segment_clicked.connect(self.segment_clicked)
        self.overview.explain_requested.connect(lambda: self._with_contact(self.explain_requested.emit))
        self.tabs.currentChanged.connect(lambda _index: self._fill_current_tab())

    # Tabs

    @cached_property
    def properties(self) -> PropertiesTab:
        """The tab of the properties."""
        tab = PropertiesTab(self.writes)
        tab.new_property_requested.connect(self._on_new_property)
        self._put(ProfileTab.PROPERTIES, tab)
        return tab

    @cached_property
    def notes(self) -> NotesTab:
        """The tab of the notes."""
        tab = NotesTab(self.writes)
        tab.outdated.connect(self.reload)
        self._put(ProfileTab.NOTES, tab)
        return tab

    @cached_property
    def activity(self) -> ActivityTab:
        """The tab of the timeline."""
        tab = ActivityTab(self._workspace, self._runner, compact=self._compact)
        self._put(ProfileTab.ACTIVITY, tab)
        return tab

    def _put(self, place: ProfileTab, tab: QWidget) -> None:
        holder = self.tabs.widget(place)
        layout = holder.layout() if holder is not None else None
        assert layout is not None
        layout.addWidget(tab)
        tab.show()  # not only when the loop turns: it is filled, and may get the focus, right now

    @property
    def contact_id(self) -> int | None:
        """The contact that is shown or on its way."""
        return self._contact_id

    # Reading

    def show_contact(self, contact_id: int | None) -> None:
        """Show a contact, or with None an invitation to choose one; the present one stays until it is read."""
        if contact_id == self._contact_id:
            return
        if "properties" in self.__dict__:
            self.properties.save_open_editors()
        self._contact_id = contact_id
        self._pause.stop()
        self._runner.forget((id(self), "segments"))
        self._notice.hide()
        if contact_id is None:
            self._runner.forget((id(self), "profile"))
            self._profile = None
            self._show_nobody()
            return
        self.reload()

    def reload(self) -> None:
        """Read what is shown again, and show it so."""
        self._fills_anyway = True
        self._look_again()

    def _look_again(self) -> None:
        contact_id = self._contact_id
        self._is_outdated = False
        if contact_id is None:
            return
        workspace = self._workspace

        def read() -> tuple[Profile, tuple[NoteRow, ...]]:
            profile = read_profile(workspace, contact_id)
            return profile, workspace.read(notes, profile.contact.id)

        self._runner.run_latest((id(self), "profile"), read, self._on_read, self._on_read_failed)

    def _on_read(self, answer: tuple[Profile, tuple[NoteRow, ...]]) -> None:
        profile, note_rows = answer
        # What touched all contacts has changed few of them, and it takes a while to fill the page.
        is_same = (profile, note_rows) == (self._profile, self._notes) and not self._fills_anyway
        self._fills_anyway = False
        self._profile = profile
        # Another one, where the contact was merged into it.
        self._contact_id = profile.contact.id
        self._notes = note_rows
        if is_same:
            self._stale.add(ProfileTab.ACTIVITY)
        else:
            self.header.show_profile(profile)
            self._stale = set(ProfileTab)
        self._fill_current_tab()
        count = len(note_rows)
        self.tabs.setTabText(2, _("Notes {count}").format(count=count) if count else _("Notes"))
        self._stack.setCurrentIndex(1)
        self._pause.start()
        self.shown.emit(profile.contact.id)

    def _read_segments(self) -> None:
        profile = self._profile
        if profile is not None and profile.contact.id == self._contact_id:
            work = partial(read_segments, self._workspace, profile.contact.id)
            self._runner.run_latest((id(self), "segments"), work, self.overview.show_segments)

    def _fill_current_tab(self) -> None:
        """Bring the tab that is seen up to date; the others wait until they are, for whoever runs down a list."""
        tab, profile = ProfileTab(self.tabs.currentIndex()), self._profile
        if profile is None or tab not in self._stale:
            return
        self._stale.discard(tab)
        if tab is ProfileTab.OVERVIEW:
            self.overview.show_profile(profile)
        elif tab is ProfileTab.PROPERTIES:
            self.properties.show_profile(profile)
        elif tab is ProfileTab.NOTES:
            self.notes.show_notes(profile.contact, self._notes)
        else:
            self.activity.show_contact(profile.contact.id)

    def _on_read_failed(self, error: BaseException) -> None:
        self._profile = None
        if isinstance(error, ExpectedError) and error.code == "contact_not_found":
            self.empty.show_state("user-x", _("This contact is gone"), error_text(error))
        else:
            sentence = failure_text(error)
            actions = [EmptyAction("again", _("Try again"), "refresh-cw")]
            self.empty.show_state("triangle-alert", _("The contact cannot be read"), sentence, actions, problem=True)
        self._stack.setCurrentIndex(0)

    def _show_nobody(self) -> None:
        self.empty.show_state("user", _("No contact chosen"), _("Choose a contact in the list to see who it is."))
        self._stack.setCurrentIndex(0)

    def _on_written(self, changes: ChangeSet) -> None:
        # Called in the thread that wrote.
        if shiboken6.isValid(self):
            self._runner.post(self._on_changes, changes)

    def _on_changes(self, changes: ChangeSet) -> None:
        shown = self._contact_id
        if shown is not None and (changes.touches_contact(shown) or changes.touches(*_DEFINITIONS)):
            self._fills_anyway |= changes.contacts is not None and shown in changes.contacts
            if self.isVisible():
                self._look_again()
            else:
                self._is_outdated = True
        elif changes.touches(Entity.SEGMENT):
            self._pause.start()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_outdated:
            self._look_again()

    # What the user does

    def _with_contact(self, act: Callable[[int], None]) -> None:
        if self._profile is not None:
            act(self._profile.contact.id)

    def _on_edit(self) -> None:
        self._with_contact(self.edit_requested.emit)

    def _on_new_property(self) -> None:
        PropertyForm(self.window(), self._workspace, self._runner).open()

    def _on_write_failed(self, sentence: str) -> None:
        self._notice_text.setText(sentence)
        self._notice.show()
        self.reload()
