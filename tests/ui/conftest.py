"""Fixtures of the window: the theme, a runner of background work, and a watch on what tests leave behind."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import Scheme, Theme


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, Scheme.LIGHT)


@pytest.fixture(scope="session", autouse=True)
def _clipboard_left_empty(qapp: QApplication) -> Iterator[None]:
    """Without a display what was copied outlives Python, which made it, and ends the process with a crash."""
    yield
    qapp.clipboard().clear()


@pytest.fixture(autouse=True)
def _themed(theme: Theme) -> None:
    theme.set_scheme(Scheme.LIGHT)


@pytest.fixture(autouse=True)
def _nothing_left_behind(qapp: QApplication, _themed: None) -> Iterator[None]:
    """Fail a test that leaks a thread, a running timer without an owner, or a top-level window.

    pytest-qt closes the widgets given to ``qtbot.addWidget`` when ``qtbot`` is torn down; everything else a test
    makes belongs to one of those or is taken down by the test.
    """
    threads = set(threading.enumerate())
    windows = {id(widget) for widget in QApplication.topLevelWidgets()}
    yield
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    left = [t.name for t in threading.enumerate() if t not in threads and t.is_alive()]
    assert not left, f"threads left running: {left}"
    leaked = [w for w in QApplication.topLevelWidgets() if id(w) not in windows and w.isVisible()]
    assert not leaked, f"windows left open: {leaked}"
    timers = [t for t in gc.get_objects() if type(t) is QTimer and _runs_alone(t)]
    assert not timers, f"timers left running: {timers}"


def _runs_alone(timer: QTimer) -> bool:
    try:
        return timer.isActive() and timer.parent() is None
    except RuntimeError:  # its C++ half is gone
        return False


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    """A runner whose unexpected errors fail the test; shut down, with its threads ended, afterwards."""
    errors: list[BaseException] = []
    task_runner = TaskRunner(on_error=errors.append, readers=2)
    yield task_runner
    task_runner.shutdown()
    assert not errors, errors
