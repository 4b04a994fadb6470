"""Writes that a page asks for: one after another, with a word where one has to wait or changed nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Outcome

_PATIENCE_MS: Final = 1_000


class PageWrites(QObject):
    """Hands writes to the writer's thread; what they did is told by the changes of the database."""

    told = Signal(str)
    """A line for the status line."""
    failed = Signal(object)
    """A write failed whose caller has no answer of its own: the exception."""

    def __init__(self, runner: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._begun = self._ended = 0
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_over)

    def run(self, write: Callable[[], Outcome[Any]], failed: Callable[[BaseException], object] | None = None) -> None:
        """Carry out a write; ``failed`` is called, in the place of the signal, where it fails."""
        self._begun += 1
        self._runner.write(write, self._on_written, partial(self._on_not_written, failed or self.failed.emit))
        self._patience.start()

    def _on_patience_over(self) -> None:
        # Writes come one after another: one after an import may wait for a minute.
        if self._ended < self._begun:
            self.told.emit(_("Will be done as soon as the work before it is finished"))

    def _on_written(self, outcome: Outcome[Any]) -> None:
        self._ended += 1
        if outcome.changes is None:
            self.told.emit(_("Nothing had to be changed"))

    def _on_not_written(self, failed: Callable[[BaseException], object], error: BaseException) -> None:
        self._ended += 1
        failed(error)
