"""Undo and redo from the window: the actions, the line that tells what was done last, conflicts in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from ulkacrm_desktop.core.changes import ChangeSet, OperationKind
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.actions import ActionRegistry
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from ulkacrm_desktop.services.queries.undo_state import OperationTold, UndoState
    from ulkacrm_desktop.services.workspace import Outcome, Workspace

_LONGEST: Final = 60


class UndoControl(QObject):
    """Keeps the actions Undo and Redo and the right half of the status line true to the database's history.

    The history is that of the database: what was done before the last start can be undone too.
    """

    failed = Signal(object)

    def __init__(self, runner: TaskRunner, registry: ActionRegistry, status: StatusLine, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._registry = registry
        self._status = status
        self._workspace: Workspace | None = None
        self._state: UndoState | None = None
        self._told_since_start = False
        self._undo = registry.add("undo", _("Undo"), self.undo, icon="undo-2", shortcut=QKeySequence.StandardKey.Undo)
        self._redo = registry.add("redo", _("Redo"), self.redo, icon="redo-2", shortcut=QKeySequence.StandardKey.Redo)
        # First, since menus show the first: the same on every system.
        again = QKeySequence("Ctrl+Shift+Z")
        self._redo.setShortcuts([again, *(keys for keys in self._redo.shortcuts() if keys != again)])
        self._undo.setEnabled(False)
        self._redo.setEnabled(False)
        status.undo_clicked.connect(self._on_status_clicked)

    def open(self, workspace: Workspace) -> None:
        """Begin to follow this database."""
        self._workspace = workspace
        self._look()

    def data_changed(self, changes: ChangeSet) -> None:
        """Something was written."""
        self._told_since_start = True
        self._look()

    def tell(self, text: str) -> None:
        """Say something that is no operation, until the next one."""
        self._status.show_operation(text, can_undo=False)

    def undo(self) -> None:
        """Take back what was done last."""
        self._revert("undo")

    def redo(self) -> None:
        """Do again what was undone last."""
        self._revert("redo")

    def undo_operation(self, operation_id: int) -> None:
        """Take back this operation."""
        if self._workspace is not None:
            self._runner.write(partial(_reverse, self._workspace, "undo", operation_id), None, self._on_failed)

    def _revert(self, direction: str) -> None:
        if self._workspace is not None:
            # What was shown is meant; a second stroke before that is done means whatever comes next.
            target = None if self._state is None else getattr(self._state, f"{direction}able")
            operation_id = None if target is None else target.id
            self._state = None
            self._runner.write(partial(_reverse, self._workspace, direction, operation_id), None, self._on_failed)

    def _on_failed(self, error: BaseException) -> None:
        self._look()
        self.failed.emit(error)

    def _look(self) -> None:
        if self._workspace is not None:
            self._runner.run_latest((id(self), "state"), partial(_state, self._workspace), self._on_state)

    def _on_state(self, state: UndoState) -> None:
        self._state = state
        self._describe("undo", state.undoable, _("Undo"), lambda what: _("Undo: {what}").format(what=what))
        self._describe("redo", state.redoable, _("Redo"), lambda what: _("Redo: {what}").format(what=what))
        if not self._told_since_start:
            return
        latest = state.latest
        if latest is None:
            self._status.show_operation("", can_undo=False)
        elif latest.kind == OperationKind.UNDONE:
            self._status.show_operation(_text(latest), can_undo=state.redoable is not None, undo_text=_("Redo"))
        else:
            self._status.show_operation(_text(latest), can_undo=state.undoable is not None)

    def _describe(self, key: str, operation: OperationTold | None, plain: str, named: Callable[[str], str]) -> None:
        self._registry[key].setEnabled(operation is not None)
        text = plain
        if operation is not None:
            what = _text(operation)
            text = named(what if len(what) <= _LONGEST else what[: _LONGEST - 1] + "…")
        self._registry.set_text(key, text.replace("&", "&&"))

    def _on_status_clicked(self) -> None:
        latest = self._state.latest if self._state is not None else None
        if latest is not None and latest.kind == OperationKind.UNDONE:
            self.redo()
        else:
            self.undo()


def _text(operation: OperationTold) -> str:
    from ulkacrm_desktop.ui.labels.history import operation_text

    return operation_text(operation.kind, operation.facts)


def _state(workspace: Workspace) -> UndoState:
    from ulkacrm_desktop.services.queries.undo_state import undo_state

    return workspace.read(undo_state)


def _reverse(workspace: Workspace, direction: str, operation_id: int | None) -> Outcome[Any]:
    from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation

    operation = undo_operation if direction == "undo" else redo_operation
    return workspace.perform(operation, operation_id=operation_id)
