import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit, QListView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.ui.actions import ActionRegistry
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.widgets.command_palette import CommandPalette, PaletteEntry, fuzzy_score
from ulkacrm_desktop.ui.widgets.timeline_view import Change, TimelineEntry, TimelineView


def test_fuzzy_prefers_starts_of_words() -> None:
    def score(text: str) -> int:
        found = fuzzy_score("im", text)
        assert found is not None
        return found[0]

    assert score("Import a spreadsheet") > score("New import") > score("Swim") > score("Iconic map")
    assert fuzzy_score("xyz", "Import") is None
    assert fuzzy_score("спр имп", "Импорт справочника") is not None


@given(st.text(max_size=8), st.text(max_size=20))
def test_fuzzy_ranges_lie_in_the_text(wanted: str, text: str) -> None:
    found = fuzzy_score(wanted, text)
    if found is not None:
        assert all(start >= 0 and start + length <= len(text) for start, length in found[1])


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    layout = QVBoxLayout(widget)
    layout.addWidget(QLineEdit())
    widget.resize(900, 500)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    return widget


def test_palette_runs_actions_and_finds_others(qtbot: QtBot, window: QWidget, runner: TaskRunner) -> None:
    ran: list[str] = []
    registry = ActionRegistry(window)
    for key, text in (("import", "Import a spreadsheet"), ("undo", "Undo"), ("new", "New contact")):
        registry.add(key, text, lambda key=key: ran.append(key), icon="upload")
    registry.add("off", "Impossible", lambda: ran.append("off")).setEnabled(False)
    asked: list[str] = []

    def people(text: str) -> list[PaletteEntry]:
        assert threading.current_thread() is not threading.main_thread()
        asked.append(text)
        return [PaletteEntry("Imogen Stone", lambda: ran.append("imogen"), "user", "imogen@example.org")]

    palette = CommandPalette(window, runner, registry.for_palette, people)
    line_before = window.findChild(QLineEdit)
    assert line_before is not None
    line_before.setFocus()
    palette.open()
    line = palette.findChild(QLineEdit, "palette_line")
    results = palette.findChild(QListView, "palette_list")
    assert line is not None
    assert results is not None
    model = results.model()
    tester = QAbstractItemModelTester(model)
    assert model.rowCount() == 3
    qtbot.keyClicks(line, "im")
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    assert [model.index(row, 0).data() for row in range(2)] == ["Import a spreadsheet", "Imogen Stone"]
    qtbot.keyClick(line, Qt.Key.Key_Down)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert ran == ["imogen"]
    assert not palette.isVisible()
    assert line_before.hasFocus()
    palette.open()
    assert model.rowCount() == 3
    qtbot.keyClicks(line, "undo")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert ran == ["imogen", "undo"]
    palette.open()
    with qtbot.waitSignal(palette.closed):
        qtbot.keyClick(line, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: runner.pending == 0)
    assert "im" in asked
    del tester


NOW = datetime.now(UTC)


def entries(count: int) -> list[TimelineEntry]:
    changes = (Change("Name", "Аня", "Анна"), Change("Phone", "", "+7 916 123-45-67"))
    return [
        TimelineEntry(
            id=count - number,
            at=NOW - timedelta(minutes=20 * number),
            text=f"Entry {number} with a text that is long enough to need a second line in a narrow card",
            who="Ivan",
            changes=changes if number % 2 else (),
        )
        for number in range(count)
    ]


def test_timeline_reads_on_while_it_is_scrolled(qtbot: QtBot, runner: TaskRunner) -> None:
    view = TimelineView(runner)
    qtbot.addWidget(view)
    tester = QAbstractItemModelTester(view.timeline, QAbstractItemModelTester.FailureReportingMode.Fatal)
    every = entries(450)
    asked: list[int | None] = []

    def page(before: int | None, limit: int) -> list[TimelineEntry]:
        asked.append(before)
        return [entry for entry in every if before is None or entry.id < before][:limit]

    view.resize(380, 500)
    view.show()
    with qtbot.waitSignal(view.timeline.first_page_shown) as shown:
        view.timeline.ask(page)
    assert shown.args == [100]
    assert view.timeline.index(0, 0).data() in ("Today", "Yesterday")
    assert view.timeline.entry_at(0) is None

    def all_there() -> bool:
        view.scrollToBottom()
        rows = range(view.timeline.rowCount())
        return len([row for row in rows if view.timeline.entry_at(row) is not None]) == 450

    qtbot.waitUntil(all_there)
    assert asked == [None, 351, 251, 151, 51]
    ids = [e.id for row in range(view.timeline.rowCount()) if (e := view.timeline.entry_at(row)) is not None]
    assert ids == list(range(450, 0, -1))
    headings = [
        view.timeline.index(row, 0).data()
        for row in range(view.timeline.rowCount())
        if view.timeline.entry_at(row) is None
    ]
    assert len(headings) == len(set(headings)), "a day that goes on over a page has one heading"
    del tester


def test_an_entry_shows_before_and_after(qtbot: QtBot, runner: TaskRunner) -> None:
    view = TimelineView(runner)
    qtbot.addWidget(view)
    view.resize(380, 500)
    view.show()
    with qtbot.waitSignal(view.timeline.first_page_shown):
        view.timeline.ask(lambda before, limit: entries(4) if before is None else [])
    row = next(r for r in range(view.timeline.rowCount()) if (e := view.timeline.entry_at(r)) and e.changes)
    index = view.timeline.index(row, 0)
    before = view.visualRect(index).height()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
    qtbot.waitUntil(lambda: view.visualRect(index).height() > before)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.visualRect(index).height() == before)
    assert "Аня → Анна" in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    with qtbot.waitSignal(view.entry_opened):
        qtbot.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_failing_timeline_says_so(qtbot: QtBot, runner: TaskRunner) -> None:
    view = TimelineView(runner)
    qtbot.addWidget(view)

    def page(before: int | None, limit: int) -> list[TimelineEntry]:
        raise OSError("no disk")

    with qtbot.waitSignal(view.timeline.failed) as failed:
        view.timeline.ask(page)
    assert isinstance(failed.args[0], OSError)
