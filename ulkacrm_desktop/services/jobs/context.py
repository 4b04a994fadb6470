"""What a long job gets: a way to report, and a way to hear that it should stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ulkacrm_desktop.core.errors import JobCancelled

REPORTS_A_SECOND = 10


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: the code of its phase, and done of total (0 where it cannot be known)."""

    phase: str
    done: int
    total: int


class JobContext:
    """Passes progress on, at most ten times a second, and raises JobCancelled once Cancel was pressed."""

    def __init__(
        self, listener: Callable[[Progress], None] | None = None, cancelled: Callable[[], bool] | None = None
    ) -> None:
        self._listener = listener
        self._cancelled = cancelled
        self._phase = ""
        self._next = 0.0

    def report(self, phase: str, done: int = 0, total: int = 0) -> None:
        """Say how far the job is. Raises JobCancelled."""
        if self._cancelled is not None and self._cancelled():
            raise JobCancelled
        now = time.monotonic()
        if self._listener is None or (phase == self._phase and now < self._next and done != total):
            return
        self._phase = phase
        self._next = now + 1 / REPORTS_A_SECOND
        self._listener(Progress(phase, done, total))
