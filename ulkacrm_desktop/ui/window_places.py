"""What the navigation tells of the lists: their names, their counts, and how full the house is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from ulkacrm_desktop.core.changes import ChangeSet, Entity
from ulkacrm_desktop.ui.contacts.places import ALL, Place

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace
    from ulkacrm_desktop.ui.main_window import MainWindow


class WindowPlaces(QObject):
    """Reads counts and tags, again after each change that touches them, and knows what each list is called."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._workspace: Workspace | None = None
        self._tags: dict[int, str] = {}
        self._names: dict[Place, str] = {}

    def open(self, workspace: Workspace) -> None:
        """Begin to tell of this database."""
        self._workspace = workspace
        self._read_counts()
        self._read_tags()

    def data_changed(self, changes: ChangeSet) -> None:
        """Something was written."""
        if changes.touches(Entity.CONTACT, Entity.SETTING):
            self._read_counts()
        if changes.touches(Entity.TAG, Entity.CONTACT_TAG, Entity.CONTACT):
            self._read_tags()

    def name_of(self, place: Place) -> str:
        """What a list is called, '' while that is not known, or where its kind says it."""
        return self._tags.get(place.tag_id, "") if place.tag_id is not None else self._names.get(place, "")

    def set_names(self, names: Mapping[Place, str]) -> None:
        """What the lists of segments, users and classes are called from now on."""
        self._names = dict(names)
        page = self._window.contacts
        place = page.list.place
        if place in names and page.header.title != names[place]:
            page.show_place(place, names[place])

    def _read_counts(self) -> None:
        from ulkacrm_desktop.ui.window_reads import read_counts

        if self._workspace is not None:
            self._window.runner.run_unhurried(
                (id(self), "counts"), partial(read_counts, self._workspace), self._on_counts
            )

    def _on_counts(self, counts: tuple[int, int | None]) -> None:
        stored, limit = counts
        self._window.navigation.set_count(ALL, stored)
        self._window.navigation.set_gauge(stored, limit)

    def _read_tags(self) -> None:
        from ulkacrm_desktop.ui.window_reads import read_tags

        if self._workspace is not None:
            self._window.runner.run_unhurried((id(self), "tags"), partial(read_tags, self._workspace), self._on_tags)

    def _on_tags(self, tags: Any) -> None:
        self._tags = {tag.id: tag.name for tag in tags}
        self._window.navigation.set_tags(tags)
        place = self._window.contacts.list.place
        if place.tag_id is not None and place.tag_id not in self._tags:
            self._window.show_place(ALL)
