"""What is done with many contacts at once: its actions, for the bar and for menus."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.actions import ActionRegistry
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace
    from ulkacrm_desktop.ui.contacts.contact_writes import Write
    from ulkacrm_desktop.ui.contacts.selection_questions import SelectionQuestions

MERGED_AT_ONCE: Final = 20
"""More contacts than these cannot be looked at side by side."""

_KEYS: Final = ("tag", "untag", "responsible", "class", "to_segment", "from_segment", "set_property", "merge")


class SelectionActions(QObject):
    """The actions Tag, Untag, Responsible, Class, Segment, Property and Merge, for the bar and for menus of rows.

    ``selection`` tells whom an action is meant for, ``anchor`` beside what to ask, by the action's key, and ``write``
    carries the work out.
    """

    merge_requested = Signal(object)
    """The ids of contacts to merge."""
    told = Signal(str)

    def __init__(
        self,
        page: QWidget,
        runner: TaskRunner,
        registry: ActionRegistry,
        *,
        selection: Callable[[], ContactSelection],
        anchor: Callable[[str], QWidget],
        write: Callable[[Write], object],
    ) -> None:
        super().__init__(page)
        self._page = page
        self._runner = runner
        self._selection = selection
        self._anchor = anchor
        self._write = write
        self._workspace: Workspace | None = None
        self._questions: SelectionQuestions | None = None
        self._texts = {
            "tag": (_("Tag…"), "tag", "Ctrl+T"),
            "untag": (_("Untag…"), "minus", "Ctrl+Shift+T"),
            "responsible": (_("Responsible…"), "user-check", None),
            "class": (_("Class…"), "shield", None),
            "to_segment": (_("Add to a segment…"), "list-plus", None),
            "from_segment": (_("Remove from a segment…"), "square-minus", None),
            "set_property": (_("Set a property…"), "text-cursor-input", None),
            "merge": (_("Merge…"), "merge", "Ctrl+M"),
        }
        self.actions: list[QAction] = []
        for key in _KEYS:
            text, picture, shortcut = self._texts[key]
            action = registry.add(key, text, partial(self._ask, key), icon=picture, shortcut=shortcut)
            self.actions.append(action)

    def open(self, workspace: Workspace) -> None:
        """Begin to work on this database."""
        self._workspace = workspace

    def fill_menu(self, menu: QMenu, selection: ContactSelection) -> None:
        """Offer the actions for these contacts."""
        for key in _KEYS:
            text, picture, _shortcut = self._texts[key]
            action = menu.addAction(icon(picture), text, partial(self._ask, key, selection))
            action.setEnabled(key != "merge" or len(selection.ids) > 1)

    def enable(self, able: bool, count: int) -> None:
        """Let the actions work, or not; to merge takes two."""
        for action in self.actions:
            action.setEnabled(able and (action.objectName() != "merge" or count > 1))

    def _ask(self, key: str, selection: ContactSelection | None = None) -> None:
        wanted = selection if selection is not None else self._selection()
        if self._workspace is None or not len(wanted.ids):
            return
        if key == "merge":
            self._merge(wanted)
            return
        if self._questions is None:
            # Pickers and forms are loaded when something is first asked, not before the window is seen.
            from ulkacrm_desktop.ui.contacts.selection_questions import SelectionQuestions

            self._questions = SelectionQuestions(self._page, self._workspace, self._runner, self._anchor, self._write)
        self._questions.ask(key, wanted)

    def _merge(self, selection: ContactSelection) -> None:
        if len(selection.ids) > MERGED_AT_ONCE:
            self.told.emit(
                _("At most {count} contacts can be merged side by side; the page Duplicates merges many").format(
                    count=MERGED_AT_ONCE
                )
            )
        elif len(selection.ids) > 1:
            self.merge_requested.emit(tuple(selection.ids))
