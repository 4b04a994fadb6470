"""Segments, users and classes in the window: navigation, the strip above a segment's list, forms and explanations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QMenu

from ulkacrm_desktop.core.changes import ChangeSet, Entity
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.criteria import Criteria
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.operations.segments import remove_segment
from ulkacrm_desktop.services.queries.segments import SegmentRow
from ulkacrm_desktop.services.segment_stays import refresh_stays
from ulkacrm_desktop.ui.contacts import contact_writes
from ulkacrm_desktop.ui.contacts.places import ALL, Place, PlaceKind
from ulkacrm_desktop.ui.icons import icon, segment_icon
from ulkacrm_desktop.ui.labels.fields import class_label
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.navigation_entries import NavigationEntry
from ulkacrm_desktop.ui.segments.explain_dialog import ExplainDialog
from ulkacrm_desktop.ui.segments.segment_counts import SegmentCounts
from ulkacrm_desktop.ui.segments.segment_dialog import SegmentDialog
from ulkacrm_desktop.ui.segments.segment_strip import SegmentStrip, fill_segment_menu
from ulkacrm_desktop.ui.widgets.command_palette import PaletteEntry
from ulkacrm_desktop.ui.window_filters import WindowFilters
from ulkacrm_desktop.ui.window_reads import Narrowing, read_narrowing, read_people_counts

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace
    from ulkacrm_desktop.ui.main_window import MainWindow

_HOUR_MS = 3_600_000
_LISTED = (Entity.SEGMENT, Entity.SAVED_FILTER, Entity.CRM_USER, Entity.CONTACT_CLASS)


class WindowSegments(QObject):
    """Keeps navigation, strip and counts in step; `attach` once for each time that the window is built."""

    def __init__(self, window: MainWindow, workspace: Workspace, filters: WindowFilters) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._filters = filters
        self._state: Narrowing | None = None
        self.strip: SegmentStrip | None = None
        self._wanted: int | None = None
        """A segment that is to be shown as soon as it is there."""
        self.counts = SegmentCounts(workspace, window.runner, filters.viewpoint, self)
        self.counts.counted.connect(self._on_counted)
        filters.segment_wanted.connect(self.create)
        # Whoever leaves a segment by time alone is seen when the program looks.
        self._hourly = QTimer(self, interval=_HOUR_MS)
        self._hourly.timeout.connect(self._look_at_stays)
        self._hourly.start()
        QTimer.singleShot(0, self, self._look_at_stays)

    def attach(self) -> None:
        """Put the strip above the list, fill the navigation and hear of what is wished."""
        window = self._window
        strip = self.strip = SegmentStrip(self._filters.known)
        strip.edit_requested.connect(self.edit)
        strip.explain_requested.connect(self.explain)
        strip.export_requested.connect(self.export)
        strip.menu_requested.connect(self.open_menu)
        window.contacts.put_above(strip)
        window.navigation.section_action_requested.connect(lambda _key: self.create())
        window.navigation.contacts_dropped.connect(self._on_contacts_dropped)
        add = window.registry.add
        add("new_segment", _("New segment…"), self.create, icon="chart-pie", shortcut="Ctrl+Shift+G")
        add("explain_contact", _("Why is the contact in a segment?"), self.explain_current, icon="circle-question-mark")
        if self._state is not None:
            self._on_read(self._state)
        self.load()

    def load(self) -> None:
        """Read what the navigation shows."""
        self._window.runner.run_latest((id(self), "read"), partial(read_narrowing, self._workspace), self._on_read)

    def data_changed(self, changes: ChangeSet) -> None:
        """Read and count again what a write may have changed."""
        if changes.touches(*_LISTED):
            self.load()
        if changes.touches(Entity.CONTACT, Entity.CRM_USER, Entity.CONTACT_CLASS):
            self._count_people()
        self.counts.data_changed(changes)

    def place_shown(self, place: Place) -> None:
        """Another list is shown."""
        if self.strip is not None:
            self.strip.show_segment(self._segment(place.segment_id))

    def _segment(self, segment_id: int | None) -> SegmentRow | None:
        rows = self._state.segments if self._state is not None else ()
        return next((row for row in rows if row.id == segment_id), None)

    # What the navigation shows.

    def _on_read(self, state: Narrowing) -> None:
        self._state = state
        window = self._window
        window.navigation.set_section(
            "segments",
            [
                NavigationEntry(
                    Place(PlaceKind.SEGMENT, row.id),
                    row.name,
                    segment_icon(row.icon),
                    count=self.counts.known.get(row.id),
                    tip=f"{row.name}\n{row.description}".strip(),
                    takes_contacts=row.is_static,
                    refusal="" if row.is_static else _("This segment fills itself by its conditions"),
                )
                for row in state.segments
            ],
        )
        self._filters.show_saved(state.filters, state.user_id)
        self._name_places(state)
        self.counts.follow(row.id for row in state.segments)
        self._count_people()
        place = window.contacts.list.place
        if place.segment_id is not None and self._segment(place.segment_id) is None:
            window.show_place(ALL)
        self.place_shown(window.contacts.list.place)
        if self._wanted is not None and self._segment(self._wanted) is not None:
            wanted, self._wanted = self._wanted, None
            window.show_place(Place(PlaceKind.SEGMENT, wanted))

    def _name_places(self, state: Narrowing) -> None:
        names = {Place(PlaceKind.SEGMENT, row.id): row.name for row in state.segments}
        names |= {Place(PlaceKind.RESPONSIBLE, row.id): row.name for row in state.users}
        names |= {Place(PlaceKind.CLASS, row.id): class_label(row.name) for row in state.classes}
        self._window.places.set_names(names)

    def _count_people(self) -> None:
        self._window.runner.run_unhurried(
            (id(self), "people"), partial(read_people_counts, self._workspace), self._on_people
        )

    def _on_people(self, counts: tuple[dict[int, int], dict[int, int]]) -> None:
        state = self._state
        if state is None:
            return
        by_user, by_class = counts
        # Somebody who works alone and has nobody's contacts needs no section for themselves.
        users = [row for row in state.users if by_user.get(row.id) or len(state.users) > 1]
        self._window.navigation.set_section(
            "responsibles",
            [
                NavigationEntry(
                    Place(PlaceKind.RESPONSIBLE, row.id),
                    row.name,
                    "user-check" if row.is_current else "user",
                    count=by_user.get(row.id, 0),
                    takes_contacts=True,
                )
                for row in users
            ],
        )
        classes = state.classes if len(state.classes) > 1 else ()
        self._window.navigation.set_section(
            "classes",
            [
                NavigationEntry(
                    Place(PlaceKind.CLASS, row.id),
                    class_label(row.name),
                    "shield",
                    count=by_class.get(row.id, 0),
                    takes_contacts=True,
                )
                for row in classes
            ],
        )

    def _on_counted(self, segment_id: int, count: int | None) -> None:
        self._window.navigation.set_count(Place(PlaceKind.SEGMENT, segment_id), count)

    def _look_at_stays(self) -> None:
        self._window.runner.run_unhurried(
            (id(self), "stays"), partial(refresh_stays, self._workspace), lambda _seen: self.counts.recount()
        )

    # Making, changing, removing.

    def create(self, criteria: Criteria | None = None) -> None:
        """The form of a new segment; what is selected can be its first contacts."""
        page = self._window.contacts
        dialog = SegmentDialog(
            self._window,
            self._workspace,
            self._window.runner,
            self._filters.known,
            self._filters.viewpoint,
            criteria=criteria,
            contacts=page.selection if page.ticks and criteria is None else None,
        )
        dialog.stored.connect(self._on_stored)
        dialog.open()

    def edit(self, segment_id: int) -> None:
        """The form of a segment."""
        row = self._segment(segment_id)
        if row is not None:
            SegmentDialog(
                self._window,
                self._workspace,
                self._window.runner,
                self._filters.known,
                self._filters.viewpoint,
                present=row,
            ).open()

    def remove(self, segment_id: int) -> None:
        """Take a segment away at once; the status line offers to undo it."""
        self._run(partial(self._workspace.perform, remove_segment, segment_id=segment_id))

    def _on_contacts_dropped(self, place: Place, name: str) -> None:
        """Contacts of the list were let go on an entry: they get the tag, the responsible, the class, the segment."""
        selection = ContactSelection(ids=self._window.contacts.list.drag.ids)
        makes: dict[PlaceKind, tuple[Callable[..., contact_writes.Write], Any]] = {
            PlaceKind.SEGMENT: (contact_writes.joining, place.record_id),
            PlaceKind.TAG: (contact_writes.tagging, name),
            PlaceKind.RESPONSIBLE: (contact_writes.responsibility, place.record_id),
            PlaceKind.CLASS: (contact_writes.classing, place.record_id),
        }
        if place.kind in makes and len(selection.ids):
            make, value = makes[place.kind]
            self._run(make(self._workspace, selection, value))

    def export(self, segment_id: int) -> None:
        """Export a segment's contacts."""
        row, features = self._segment(segment_id), self._window.features
        if row is not None and features is not None:
            query = ContactQuery(segment_id=segment_id, viewpoint=self._filters.viewpoint())
            name = _("Segment {name}").format(name=row.name)
            count = self.counts.known.get(segment_id)
            features.open_export(ContactSelection.matching(query), name=name, count=count)

    def copy_text(self, segment_id: int) -> None:
        """Put a segment's conditions on the clipboard in the form that can be typed."""
        row = self._segment(segment_id)
        if row is not None:
            self._filters.copy_text(row)

    def _run(self, write: contact_writes.Write) -> None:
        self._window.runner.write(write, self._on_written, self._window.show_error)

    def _on_written(self, outcome: Any) -> None:
        if outcome.changes is None:
            self._window.undo.tell(_("Nothing had to be changed"))

    def _on_stored(self, segment_id: int) -> None:
        self._wanted = segment_id
        if self._segment(segment_id) is not None:
            self._on_read(self._state)  # type: ignore[arg-type]

    # Explaining.

    def explain(self, segment_id: int) -> None:
        """Why contacts are in a segment, how many each condition leaves, who came and went."""
        self._explain(segment_id, self._window.current_contact)

    def explain_contact(self, contact_id: int) -> None:
        """Why a contact is in its segments, and not in others; first the one whose list is shown."""
        if self._state is not None and self._state.segments:
            shown = self._segment(self._window.contacts.list.place.segment_id) or self._state.segments[0]
            self._explain(shown.id, contact_id, about_contact=True)
        else:
            self._window.undo.tell(_("There are no segments yet"))

    def explain_current(self) -> None:
        """Why the current contact is in its segments, and not in others."""
        contact_id = self._window.current_contact
        if contact_id is not None:
            self.explain_contact(contact_id)
        else:
            self._window.undo.tell(_("Choose a contact first"))

    def _explain(self, segment_id: int, contact_id: int | None, *, about_contact: bool = False) -> None:
        row = self._segment(segment_id)
        if row is None or self._state is None:
            return
        dialog = ExplainDialog(
            self._window,
            self._workspace,
            self._window.runner,
            self._filters.known,
            self._filters.viewpoint,
            segments=self._state.segments,
            segment=row,
            contact_id=contact_id,
            about_contact=about_contact,
        )
        dialog.open_requested.connect(self._window.open_contact)
        dialog.open()

    # Menu and palette.

    def open_menu(self, segment_id: int, position: QPoint) -> None:
        """What can be done with a segment."""
        row = self._segment(segment_id)
        if row is None:
            return
        menu = QMenu(self._window)
        menu.setObjectName("segment_actions")
        menu.aboutToHide.connect(menu.deleteLater)
        page = self._window.contacts
        if row.is_static and page.ticks:
            count = len(page.ticks)
            add = ngettext("Add the {count} selected contact", "Add the {count} selected contacts", count)
            take = ngettext("Take the {count} selected contact out", "Take the {count} selected contacts out", count)
            for key, name, text, make in (
                ("add_selected", "list-plus", add, contact_writes.joining),
                ("take_selected", "minus", take, contact_writes.leaving),
            ):
                action = menu.addAction(icon(name), text.format(count=grouped(count)))
                action.setObjectName(key)
                action.triggered.connect(
                    lambda _on=False, make=make: self._run(make(self._workspace, page.selection, segment_id))
                )
            menu.addSeparator()
        fill_segment_menu(menu, row)
        runs = {
            "edit": self.edit,
            "explain": self.explain,
            "copy": self.copy_text,
            "export": self.export,
            "delete": self.remove,
        }
        menu.triggered.connect(
            lambda action: runs[action.objectName()](segment_id) if action.objectName() in runs else None
        )
        menu.popup(position)

    def palette_entries(self, text: str) -> list[PaletteEntry]:
        """The segments whose name has the text."""
        wanted = text.strip().casefold()
        rows = self._state.segments if self._state is not None else ()
        return [
            PaletteEntry(
                row.name,
                partial(self._window.show_place, Place(PlaceKind.SEGMENT, row.id)),
                segment_icon(row.icon),
                _("Segment"),
            )
            for row in rows
            if wanted and wanted in row.name.casefold()
        ]
