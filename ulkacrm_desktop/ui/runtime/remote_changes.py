"""Word of every write, from whichever thread or process it came, on the thread of the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ulkacrm_desktop.core.changes import ChangeSet
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace

_ASK_EVERY_MS: Final = 2_000


class RemoteChanges(QObject):
    """Tells widgets what was written; each compares the `ChangeSet` with what it shows.

    Writes of this process are told as they happen. Those of other processes (the command line on the same
    file, other people on a server) are asked for every two seconds by the number of the latest operation.
    """

    changed = Signal(object)
    """A `ChangeSet`."""
    _told = Signal(object)

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._seen: int | None = None
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = workspace.subscribe(self._told.emit)
        self._timer = QTimer(self)
        self._timer.setInterval(_ASK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()

    def look(self) -> None:
        """Ask now whether another process has written."""
        self._runner.run_latest((id(self), "operations"), self._work(), self._on_operations, _ignore)

    def close(self) -> None:
        """Tell nothing more."""
        self._timer.stop()
        self._runner.forget((id(self), "operations"))
        self._unsubscribe()
        self._told.disconnect(self._on_told)

    def _work(self) -> partial[tuple[int, tuple[ChangeSet, ...]]]:
        return partial(_operations_since, self._workspace, self._seen)

    @Slot(object)
    def _on_told(self, changes: ChangeSet) -> None:
        self._seen = max(self._seen or 0, changes.operation_id)
        self.changed.emit(changes)

    def _on_operations(self, answer: tuple[int, tuple[ChangeSet, ...]]) -> None:
        latest, unseen = answer
        known = self._seen or 0
        self._seen = max(known, latest)
        for changes in unseen:
            if changes.operation_id > known:
                # So that whoever listens to the workspace itself hears of it too.
                self._workspace.announce(changes)


def _operations_since(workspace: Workspace, seen: int | None) -> tuple[int, tuple[ChangeSet, ...]]:
    from ulkacrm_desktop.services.queries.changes import changes_since

    return workspace.read(changes_since, operation_id=seen)


def _ignore(error: BaseException) -> None:
    """A question that failed is asked again in two seconds; a database that is gone tells so elsewhere."""
