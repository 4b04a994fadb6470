"""Garbage is collected on the window's thread, and nowhere else."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.ui.runtime.garbage import GarbageCollection


class Knot:
    """Refers to itself, so that only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def busy() -> list[bool]:
    return [False]


@pytest.fixture
def collection(qtbot: QtBot, busy: list[bool]) -> Iterator[GarbageCollection]:
    collection = GarbageCollection(lambda: busy[0])
    yield collection
    collection.deleteLater()
    gc.unfreeze()
    gc.enable()


def test_a_knot_made_by_any_thread_is_freed_by_the_windows(qtbot: QtBot, collection: GarbageCollection) -> None:
    collected: list[threading.Thread] = []
    freed: list[int] = []

    def make() -> None:
        knots = [Knot() for _ in range(20_000)]
        weakref.finalize(knots[0], freed.append, 1)

    def note(phase: str, about: dict[str, int]) -> None:
        collected.append(threading.current_thread())

    gc.callbacks.append(note)
    try:
        maker = threading.Thread(target=make)
        maker.start()
        maker.join()
        assert collected == []
        qtbot.waitUntil(lambda: freed == [1])
        assert set(collected) == {threading.main_thread()}
    finally:
        gc.callbacks.remove(note)


def test_all_is_gone_through_seldom_and_never_while_work_is_under_way(
    collection: GarbageCollection, busy: list[bool]
) -> None:
    generations: list[int] = []

    def note(phase: str, about: dict[str, int]) -> None:
        if phase == "start":
            generations.append(about["generation"])

    def looks(count: int) -> list[int]:
        generations.clear()
        for _ in range(count):
            kept = [[] for _ in range(3_000)]
            collection.look()
            del kept
        return generations

    gc.callbacks.append(note)
    try:
        busy[0] = True
        assert set(looks(1_100)) == {0, 1}
        busy[0] = False
        assert looks(10).count(2) == 1
        assert 2 not in looks(900)
    finally:
        gc.callbacks.remove(note)
