"""The program as it is started by its user, and used; tells on stdout how that went.

python -m benchmarks.used_window DATABASE SETTINGS TEXTS FILE [--stacks]

TEXTS is a JSON list of what is typed. With --stacks, what all threads were at during long stalls goes to stderr.
"""

import functools
import json
import sys
import traceback
from pathlib import Path


def main() -> int:
    # Loaded here: an import's child processes load this module, and must not load the window with it.
    from PySide6.QtCore import QTimer

    from benchmarks.stalls import StallProbe
    from benchmarks.window_use import use
    from ulkacrm_desktop import app
    from ulkacrm_desktop.core.settings import Settings
    from ulkacrm_desktop.ui import main_window

    database, settings_file, texts_file, file = sys.argv[1:5]
    texts = json.loads(Path(texts_file).read_text(encoding="utf-8"))
    stacks = "--stacks" in sys.argv
    told: list[dict[str, object]] = []

    class Used(main_window.MainWindow):
        """Is used as soon as it is complete, and closes itself after that."""

        def __init__(self, settings: Settings) -> None:
            super().__init__(settings)
            self.resize(1600, 1000)
            self.ready.connect(lambda: QTimer.singleShot(0, self, self._use))

        def _use(self) -> None:
            probe = StallProbe(stacks=stacks)
            try:
                told.append(use(self, texts, file, probe))
            except Exception:
                traceback.print_exc()
            for stall in probe.long if stacks else ():
                print(stall, file=sys.stderr)
            self.close()

    # Put in the place of what `app.run` makes by itself.
    vars(main_window)["MainWindow"] = Used
    vars(app)["Settings"] = functools.partial(Settings, Path(settings_file))
    app.run(database, "en")
    for each in told:
        print(json.dumps(each))
    return 0 if told else 1


if __name__ == "__main__":
    sys.exit(main())
