"""Duplicates and merging in the window: the form that merges what is ticked, and the page of duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ulkacrm_desktop.core.changes import ChangeSet
from ulkacrm_desktop.ui.duplicates.merge_form import MergeForm

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace
    from ulkacrm_desktop.ui.duplicates.duplicates_page import DuplicatesPage
    from ulkacrm_desktop.ui.main_window import MainWindow


class WindowDuplicates(QObject):
    """Opens the merge form and makes the page; `attach` once for each time that the window is built."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self.shown: DuplicatesPage | None = None
        """The page, once it was looked at."""

    def attach(self) -> None:
        """Hear of what is to be merged."""
        self._window.contacts.selection_actions.merge_requested.connect(self.merge)

    def page(self) -> DuplicatesPage:
        """The page of duplicates."""
        if self.shown is None:
            from ulkacrm_desktop.ui.duplicates.duplicates_page import DuplicatesPage

            window = self._window
            page = self.shown = DuplicatesPage(self._workspace, window.runner, window.pages)
            page.merge_requested.connect(self.merge)
            page.open_requested.connect(window.open_contact)
            page.failed.connect(window.show_error)
            window.pages.addWidget(page)
        return self.shown

    def data_changed(self, changes: ChangeSet) -> None:
        """Something was written."""
        if self.shown is not None:
            self.shown.data_changed(changes)

    def leave(self) -> None:
        """Stop looking for duplicates, and forget the page, which goes with its window."""
        if self.shown is not None:
            self.shown.stop()
        self.shown = None

    def merge(self, ids: Sequence[int]) -> None:
        """Ask how these contacts become one."""
        window = self._window
        form = MergeForm(window, self._workspace, window.runner, ids)
        form.merged.connect(partial(self._on_merged, tuple(ids)))
        form.open()

    def _on_merged(self, ids: Sequence[int], primary_id: int) -> None:
        window = self._window
        window.ticks.tick([contact_id for contact_id in ids if contact_id != primary_id], on=False)
        window.contacts.list.rows.set_current_id(primary_id)
        if self.shown is not None:
            self.shown.merged(ids)
