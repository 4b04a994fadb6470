"""The program as it is started by its user; tells on stdout when its window was painted, listed, and complete.

python -m benchmarks.started_window NANOSECONDS DATABASE SETTINGS
"""

import functools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ulkacrm_desktop import app
from ulkacrm_desktop.__main__ import main as start
from ulkacrm_desktop.core.settings import Settings


def main() -> None:
    began, database, settings = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    passed: dict[str, float] = {}
    show = vars(app)["_show"]

    def passes(moment: str) -> None:
        passed.setdefault(moment, (time.time_ns() - began) / 1e6)

    def show_watched(*arguments: Any) -> int:
        _watch(passes)
        code: int = show(*arguments)
        return code

    # Put in the place of what the program takes by itself.
    vars(app)["_show"] = show_watched
    vars(app)["Settings"] = functools.partial(Settings, settings)
    vars(app)["default_database"] = lambda: database
    sys.argv = ["ulkacrm"]
    start()
    print(json.dumps(passed))


def _watch(passes: Callable[[str], object]) -> None:
    # Loaded when the program itself loads it.
    from PySide6.QtCore import QTimer

    from ulkacrm_desktop.ui import main_window

    class Watched(main_window.MainWindow):
        """Tells the moments of its start and closes itself after the last."""

        def __init__(self, kept: Settings) -> None:
            super().__init__(kept)
            self.first_painted.connect(lambda: passes("painted"))
            # The rows are painted before a timer of no time is due.
            self.contacts.list.model.answered.connect(lambda _new: QTimer.singleShot(0, self, self._listed))
            self.ready.connect(lambda: QTimer.singleShot(0, self, self._complete))

        def _listed(self) -> None:
            self.contacts.list.table.viewport().repaint()
            passes("listed")

        def _complete(self) -> None:
            passes("complete")
            self.close()

    vars(main_window)["MainWindow"] = Watched


if __name__ == "__main__":
    main()
