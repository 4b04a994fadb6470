"""What a person does with the window: scrolls, types, sorts, opens contacts, imports."""

import operator
import random
import time
from collections.abc import Callable
from functools import partial
from typing import Final

import psutil
from PySide6.QtCore import QEventLoop, QTimer

from benchmarks.processes import own_memory
from benchmarks.stalls import Stall, StallProbe
from ulkacrm_desktop.core.contact_query import SortKey
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.imports.mapping import with_new_properties
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.imports.import_session import ImportSession
from ulkacrm_desktop.ui.main_window import MainWindow

_BETWEEN_KEYS_MS: Final = 120
_JUMPS: Final = 60
_WHEEL_STEPS: Final = 150
_PROFILES: Final = 40
_PATIENCE_MS: Final = 600_000


def run_events(milliseconds: float, until: Callable[[], bool] | None = None) -> None:
    """Let the window work, for so long or until something is so."""
    loop = QEventLoop()
    QTimer.singleShot(round(milliseconds), loop, partial(loop.exit, 1))
    if until is not None:
        look = QTimer(loop, interval=1)
        look.timeout.connect(lambda: loop.exit(0) if until() else None)
        look.start()
    # What the loop does after it was told to end may make it untrue again.
    if loop.exec() and until is not None:
        raise TimeoutError(f"the window was not ready after {milliseconds} ms")


class Use:
    """What a person does with the window."""

    def __init__(self, window: MainWindow, workspace: Workspace, settings: Settings, texts: list[str]) -> None:
        self._window = window
        self._workspace = workspace
        self._settings = settings
        self._texts = texts
        self._list = window.contacts.list
        self._chance = random.Random(3)
        self.answers: list[float] = []
        self.profiles: list[float] = []

    def wait(self) -> None:
        """Until nothing is under way and the whole list is known."""
        run_events(_PATIENCE_MS, lambda: self._list.model.ids is not None and not self._window.runner.pending)
        run_events(200)

    def jump(self) -> None:
        """Drag the bar to anywhere."""
        bar = self._list.table.verticalScrollBar()
        for _ in range(_JUMPS):
            bar.setValue(self._chance.randrange(bar.maximum() + 1))
            run_events(30)

    def wheel(self) -> None:
        """Scroll row by row, fast."""
        bar = self._list.table.verticalScrollBar()
        bar.setValue(bar.maximum() // 3)
        for _ in range(_WHEEL_STEPS):
            bar.setValue(bar.value() + 3)
            run_events(8)

    def type(self) -> None:
        """Type the texts, letter by letter at the speed of a good typist, and clear each."""
        box = self._window.contacts.header.search
        for text in self._texts:
            for letter in text:
                came: list[float] = []
                connection = self._list.model.answered.connect(lambda _new, at=came: at.append(time.perf_counter()))
                began = time.perf_counter()
                box.insert(letter)
                run_events(_BETWEEN_KEYS_MS)
                if came:
                    self.answers.append((came[-1] - began) * 1000)
                self._list.model.answered.disconnect(connection)
            box.clear()
            self.wait()

    def sort(self) -> None:
        """Sort by each column that can be sorted by."""
        for sort in (SortKey.COMPANY, SortKey.CREATED_AT, SortKey.NAME):
            self._list.table.sort_requested.emit(sort.value, False)
            self.wait()

    def open_profiles(self) -> None:
        """Open contacts all over the list as full pages."""
        features = self._window.features
        assert features is not None
        ids = self._list.model.ids
        assert ids is not None
        view = features.profile_page().view
        for contact_id in self._chance.choices(ids, k=_PROFILES):
            came: list[int] = []
            connection = view.shown.connect(came.append)
            began = time.perf_counter()
            self._window.open_contact(contact_id)
            run_events(5_000, partial(operator.contains, came, contact_id))
            view.repaint()
            self.profiles.append((time.perf_counter() - began) * 1000)
            view.shown.disconnect(connection)
            run_events(60)
        self.profiles = self.profiles[1:]  # the first builds the page
        self._window.back_to_list()
        run_events(200)

    def import_file(self, file: str) -> None:
        """Import a file as the import's own pages do, and scroll meanwhile."""
        session = ImportSession(self._workspace, self._window.runner, self._settings, self._window)
        failures: list[BaseException] = []
        done: list[str] = []
        for failed in (session.failed, session.inspection_failed):
            failed.connect(failures.append)
        bar = self._list.table.verticalScrollBar()
        scroll = QTimer(session, interval=50)
        scroll.timeout.connect(lambda: bar.setValue(self._chance.randrange(bar.maximum() + 1)))
        scroll.start()
        session.inspected.connect(lambda: done.append("inspected"))
        session.planned.connect(lambda _answered: done.append("planned"))
        session.imported.connect(lambda _report: done.append("imported"))
        session.open(file)
        self._await("inspected", done, failures)
        assert session.inspection is not None
        session.mapping = with_new_properties(session.mapping, session.inspection.rows)
        session.make_plan()
        self._await("planned", done, failures)
        session.run()
        self._await("imported", done, failures)
        scroll.stop()
        self.wait()
        session.close()

    def _await(self, moment: str, done: list[str], failures: list[BaseException]) -> None:
        run_events(_PATIENCE_MS, lambda: moment in done or bool(failures))
        if failures:
            raise failures[0]


def use(window: MainWindow, texts: list[str], file: str, probe: StallProbe) -> dict[str, object]:
    """Do all of it in a window whose list has answered; tells memory in MB, times and stalls in milliseconds."""
    assert window.workspace is not None
    person = Use(window, window.workspace, window.settings, texts)
    person.wait()
    process = psutil.Process()
    memory = own_memory(process) / 2**20
    probe.watch("idle", lambda: run_events(1_000))
    probe.watch("jumping", person.jump)
    probe.watch("scrolling", person.wheel)
    probe.watch("typing", person.type)
    probe.watch("sorting", person.sort)
    probe.watch("opening", person.open_profiles)
    probe.watch("importing", lambda: person.import_file(file))
    person.wait()
    return {
        "memory": memory,
        "memory_after": own_memory(process) / 2**20,
        "stalls": {name: _told(stall) for name, stall in probe.worst.items()},
        "answers": person.answers,
        "profiles": person.profiles,
    }


def _told(stall: Stall) -> dict[str, float]:
    return {"lasted": stall.lasted, "queued": stall.queued}
