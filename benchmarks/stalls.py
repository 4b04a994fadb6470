"""How long the event loop stands still, and what holds it then."""

import contextlib
import gc
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

_LONG: Final = 40.0
_LOOK: Final = 0.005
_BETWEEN_STACKS: Final = 15.0
_LONG_COLLECTION: Final = 5.0
_FRAMES: Final = 8
_OURS: Final = "ulkacrm_desktop"


@dataclass(slots=True)
class Stall:
    """One time in which the loop did not turn, in milliseconds.

    ``ran`` is how long the window's thread worked meanwhile and ``queued`` how long it had work and no processor
    (both 0 where the system does not count them); the rest it waited, for Python's lock or anything else.
    """

    during: str
    lasted: float = 0.0
    ran: float = 0.0
    queued: float = 0.0
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        head = f"=== {self.during}: {self.lasted:.0f} ms, ran {self.ran:.0f}, queued {self.queued:.0f}"
        return "\n".join([head, *self.notes])


class StallProbe(QObject):
    """A timer of one millisecond: whatever keeps it waiting keeps the user waiting.

    With ``stacks`` a thread notes what all threads are at while the loop stands still for long. Where it comes
    late itself, somebody held Python's lock, or there was no processor.
    """

    def __init__(self, *, stacks: bool = False) -> None:
        super().__init__()
        self._schedule = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._window = threading.get_ident()
        self._phase = ""
        self._last = time.perf_counter()
        self._spent = self._spent_till_now()
        self._notes: list[str] = []
        self.worst: dict[str, Stall] = {}
        """The longest stall of each phase."""
        self.long: list[Stall] = []
        """All stalls that somebody might notice."""
        self._timer = QTimer(self, interval=1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        if stacks:
            self._collecting = 0.0
            gc.callbacks.append(self._on_collection)
            threading.Thread(target=self._look, name="stalls", daemon=True).start()

    def watch(self, name: str, work: Callable[[], object]) -> None:
        """Keep the stalls while something is done."""
        self._last, self._spent = time.perf_counter(), self._spent_till_now()
        self.worst.setdefault(name, Stall(name))
        self._phase = name
        work()
        self._tick()
        self._phase = ""

    def _tick(self) -> None:
        now, spent = time.perf_counter(), self._spent_till_now()
        lasted, ran, queued = (now - self._last) * 1000, spent[0] - self._spent[0], spent[1] - self._spent[1]
        if self._phase and lasted > min(self.worst[self._phase].lasted, _LONG):
            stall = Stall(self._phase, lasted, ran, queued, self._notes)
            self.worst[self._phase] = max(self.worst[self._phase], stall, key=lambda each: each.lasted)
            if lasted > _LONG:
                self.long.append(stall)
        self._notes = []
        self._last, self._spent = now, spent

    def _spent_till_now(self) -> tuple[float, float]:
        """Milliseconds that the window's thread has worked, and waited for a processor."""
        with contextlib.suppress(OSError, ValueError):  # Linux alone counts them
            ran, queued, _turns = self._schedule.read_text().split()
            return int(ran) / 1e6, int(queued) / 1e6
        return 0.0, 0.0

    # Looking at the threads.

    def _on_collection(self, phase: str, about: dict[str, Any]) -> None:
        now = time.perf_counter()
        if phase == "start":
            self._collecting = now
        elif (took := (now - self._collecting) * 1000) > _LONG_COLLECTION:
            who = threading.current_thread().name
            self._notes.append(f"--- generation {about['generation']} collected in {took:.0f} ms by {who}")

    def _look(self) -> None:
        noted = before = time.perf_counter()
        while True:
            time.sleep(_LOOK)
            now = time.perf_counter()
            late, before = (now - before - _LOOK) * 1000, now
            stood = (now - self._last) * 1000
            if self._phase and stood > _LONG / 2 and (now - noted) * 1000 > _BETWEEN_STACKS:
                noted = now
                self._notes.append(f"--- after {stood:.0f} ms, looked {late:.0f} ms late\n{self._stacks()}")

    def _stacks(self) -> str:
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        told: list[str] = []
        for ident, frame in sys._current_frames().items():
            lines = traceback.extract_stack(frame)[::-1]
            if ident == self._window or any(_OURS in line.filename for line in lines):
                who = "WINDOW" if ident == self._window else names.get(ident, "?")
                places = [f"{Path(line.filename).name}:{line.lineno} {line.name}" for line in lines[:_FRAMES]]
                told.append(f"{who}: {' < '.join(places)}")
        return "\n".join(told)
