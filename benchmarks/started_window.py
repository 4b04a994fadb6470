"""The program as it is started by its user; tells on stdout when its window was painted, listed, and complete.

python -m benchmarks.started_window NANOSECONDS DATABASE SETTINGS
"""

import functools
import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer

from ulkacrm_desktop import app
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.ui import main_window


def main() -> None:
    began, database, settings = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    passed: dict[str, float] = {}

    def passes(moment: str) -> None:
        passed.setdefault(moment, (time.time_ns() - began) / 1e6)

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

    # Put in the place of what `app.run` makes by itself.
    vars(main_window)["MainWindow"] = Watched
    vars(app)["Settings"] = functools.partial(Settings, settings)
    app.run(database, "en")
    print(json.dumps(passed))


if __name__ == "__main__":
    main()
