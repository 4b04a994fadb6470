"""How many contacts each segment has, counted in the background, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from ulkacrm_desktop.core.changes import ChangeSet, Entity
from ulkacrm_desktop.core.criteria import Viewpoint
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.queries.segments import segment_count
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace

_PAUSE_MS: Final = 400
"""So long nothing may change before is counted again: an import or somebody who types is not counted after."""

_UNRELATED: Final = frozenset((Entity.SETTING, Entity.SAVED_FILTER, Entity.DUPLICATE_VERDICT, Entity.AVATAR))


class SegmentCounts(QObject):
    """One count at a time, so that the list never waits for them; `counted` tells each."""

    counted = Signal(int, object)
    """A segment's id and its count, None where it cannot be told."""

    def __init__(
        self,
        workspace: Workspace,
        runner: TaskRunner,
        viewpoint: Callable[[], Viewpoint | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._viewpoint = viewpoint
        self._wanted: list[int] = []
        self._left: list[int] = []
        self._is_counting = False
        self.known: dict[int, int] = {}
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._begin)

    def follow(self, segment_ids: Iterable[int]) -> None:
        """Count these from now on: those not counted yet at once."""
        self._wanted = list(segment_ids)
        self._left = [segment_id for segment_id in self._wanted if segment_id not in self.known]
        self._next()

    def recount(self) -> None:
        """Count all again, as soon as nothing changes any more."""
        self._pause.start()

    def data_changed(self, changes: ChangeSet) -> None:
        """Count again what a write may have changed."""
        if any(changes.touches(entity) for entity in Entity if entity not in _UNRELATED):
            self.recount()

    def stop(self) -> None:
        """Count nothing more."""
        self._pause.stop()
        self._wanted, self._left = [], []

    def _begin(self) -> None:
        self._left = list(self._wanted)
        self._next()

    def _next(self) -> None:
        if self._is_counting or not self._left:
            return
        segment_id = self._left.pop(0)
        self._is_counting = True
        work = partial(self._workspace.read, segment_count, segment_id, self._viewpoint())
        self._runner.run_unhurried(
            (id(self), "count"), work, partial(self._on_counted, segment_id), partial(self._on_failed, segment_id)
        )

    def _on_counted(self, segment_id: int, count: object) -> None:
        self._is_counting = False
        if isinstance(count, int):
            self.known[segment_id] = count
            self.counted.emit(segment_id, count)
        self._next()

    def _on_failed(self, segment_id: int, error: BaseException) -> None:
        self._is_counting = False
        # Criteria that ask for what is gone have no count; what is wrong is told where they are edited.
        self.known.pop(segment_id, None)
        self.counted.emit(segment_id, None)
        self._next()
        if not isinstance(error, ExpectedError):
            raise error
