"""Garbage is collected by the window's thread alone, a little at a time."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

_LOOK_EVERY_MS: Final = 200
_YOUNG: Final = 2_000
"""So many new objects are looked through, in about half a millisecond."""
_MIDDLE_AFTER: Final = 10
_WHOLE_AFTER: Final = 100


class GarbageCollection(QObject):
    """Takes over from Python's own collection for as long as the program runs.

    That one runs in whichever thread makes an object too many. A reader that gives way would hold Python's lock
    through it, for as long as others have the processors; and a widget must not be destroyed by a reader.
    """

    def __init__(self, is_busy: Callable[[], bool], parent: QObject | None = None) -> None:
        """``is_busy`` tells whether something is under way for which the whole has to wait."""
        super().__init__(parent)
        self._is_busy = is_busy
        self._young = self._middle = 0
        gc.disable()
        # What the libraries have made lives as long as the program: no collection needs to walk through it.
        gc.freeze()
        timer = QTimer(self, interval=_LOOK_EVERY_MS)
        timer.timeout.connect(self.look)
        timer.start()

    def look(self) -> None:
        """Collect what is due: often the new objects, sometimes those that have outlived that, seldom all."""
        if gc.get_count()[0] < _YOUNG:
            return
        self._young += 1
        generation = 0
        if self._young >= _MIDDLE_AFTER:
            generation, self._young = 1, 0
            self._middle += 1
            if self._middle >= _WHOLE_AFTER and not self._is_busy():
                generation, self._middle = 2, 0
        gc.collect(generation)
