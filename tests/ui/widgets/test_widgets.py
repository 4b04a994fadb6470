from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.ui.actions import ActionRegistry
from ulkacrm_desktop.ui.tables.rows import Chip
from ulkacrm_desktop.ui.widgets.action_bar import ActionBar
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction, StateStack
from ulkacrm_desktop.ui.widgets.progress_panel import ProgressPanel, time_left_text
from ulkacrm_desktop.ui.widgets.relative_time import day_heading, exact_time, relative_time
from ulkacrm_desktop.ui.widgets.search_box import SearchBox
from ulkacrm_desktop.ui.widgets.side_splitter import SideSplitter
from ulkacrm_desktop.ui.widgets.status_line import StatusLine
from ulkacrm_desktop.ui.widgets.tag_chips import TagChip, TagChipRow

LEFT = Qt.MouseButton.LeftButton


def child(parent: QWidget, kind: type, name: str) -> QWidget:
    found = parent.findChild(kind, name)
    assert isinstance(found, kind)
    return found


def test_search_box_tells_every_keystroke(qtbot: QtBot) -> None:
    box = SearchBox("Search…")
    qtbot.addWidget(box)
    box.show()
    texts: list[str] = []
    box.searched.connect(texts.append)
    qtbot.keyClicks(box, "an")
    with qtbot.waitSignal(box.left_downwards):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert texts == ["a", "an", ""]
    with qtbot.waitSignal(box.escaped):
        qtbot.keyClick(box, Qt.Key.Key_Escape)
    box.start_with("b")
    clear = child(box, QAction, "clear_search")
    assert clear.isVisible()
    clear.trigger()
    assert box.text() == ""
    assert not clear.isVisible()
    assert box.accessibleName()


@pytest.fixture
def row(qtbot: QtBot) -> TagChipRow:
    chips = TagChipRow()
    qtbot.addWidget(chips)
    chips.resize(400, 100)
    chips.set_known([Chip("VIP", "purple"), Chip("Постоянный клиент", "green")])
    chips.set_tags([Chip("Lead", "blue")])
    chips.show()
    return chips


def test_a_tag_is_typed_and_takes_the_spelling_that_exists(qtbot: QtBot, row: TagChipRow) -> None:
    line = child(row, QLineEdit, "add_tag")
    added: list[str] = []
    row.added.connect(added.append)
    qtbot.keyClicks(line, "  vip ")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.keyClicks(line, "lead")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.keyClicks(line, "New one, other,")
    assert added == ["VIP", "New one", "other"]
    assert row.tags() == ["Lead", "VIP", "New one", "other"]
    colours = {chip.chip.text: chip.chip.colour for chip in row.findChildren(TagChip) if chip.isVisible()}
    assert colours["VIP"] == "purple"


def test_a_tag_is_removed_by_its_cross_or_backspace(qtbot: QtBot, row: TagChipRow) -> None:
    row.set_tags([Chip("a"), Chip("b"), Chip("c")])
    qtbot.waitUntil(lambda: all(chip.width() > 10 for chip in row.findChildren(TagChip)))
    chip = next(c for c in row.findChildren(TagChip) if c.chip.text == "b")
    with qtbot.waitSignal(row.removed) as removed:
        qtbot.mouseClick(chip, LEFT, pos=chip.rect().center() + (chip.rect().topRight() - chip.rect().center()) * 0.6)
    assert removed.args == ["b"]
    line = child(row, QLineEdit, "add_tag")
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert row.tags() == ["a"]
    first = next(c for c in row.findChildren(TagChip) if c.chip.text == "a" and c.isVisible())
    with qtbot.waitSignal(row.clicked) as clicked:
        qtbot.keyClick(first, Qt.Key.Key_Return)
    assert clicked.args == ["a"]
    qtbot.keyClick(first, Qt.Key.Key_Delete)
    assert row.tags() == []


def test_existing_tags_are_offered_but_not_those_that_are_there(qtbot: QtBot, row: TagChipRow) -> None:
    line = child(row, QLineEdit, "add_tag")
    assert isinstance(line, QLineEdit)
    completer = line.completer()
    qtbot.keyClicks(line, "v")
    assert completer.completionCount() == 1
    completer.activated.emit("VIP")
    qtbot.waitUntil(lambda: row.tags() == ["Lead", "VIP"])
    completer.setCompletionPrefix("v")
    assert completer.completionCount() == 0
    completer.popup().hide()


def test_chips_break_into_lines(qtbot: QtBot, row: TagChipRow) -> None:
    row.set_tags([Chip(f"Tag number {n}") for n in range(12)])
    assert row.heightForWidth(300) > row.heightForWidth(2000)
    qtbot.waitUntil(lambda: len({chip.y() for chip in row.findChildren(TagChip) if chip.isVisible()}) > 1)


def test_empty_state_offers_its_actions(qtbot: QtBot) -> None:
    stack = StateStack(QLabel("rows"))
    qtbot.addWidget(stack)
    stack.show()
    stack.show_empty("users", "No contacts", "Import some.", [EmptyAction("import", "Import", "upload")])
    with qtbot.waitSignal(stack.empty.chosen) as chosen:
        qtbot.mouseClick(child(stack.empty, QPushButton, "import"), LEFT)
    assert chosen.args == ["import"]
    stack.show_empty("search-x", "Nothing found", "", [EmptyAction("clear", "Clear")])
    qtbot.waitUntil(lambda: child(stack.empty, QPushButton, "clear").isVisible())
    assert [b.objectName() for b in stack.empty.findChildren(QPushButton) if b.isVisible()] == ["clear"]
    stack.show_loading()
    assert not stack.grab().isNull()
    stack.show_content()
    assert stack.currentWidget() is stack.content


def test_action_bar_appears_with_a_selection_and_folds(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    registry = ActionRegistry(window)
    ran: list[str] = []
    for key in ("tag", "merge", "export", "delete"):
        registry.add(key, f"A rather long text: {key}", lambda key=key: ran.append(key), icon="tag")
    bar = ActionBar(list(registry), window)
    window.show()
    assert not bar.isVisible()
    bar.resize(1200, 44)
    bar.set_count(3, 1000)
    assert bar.isVisible()
    assert not child(bar, QToolButton, "more_actions").isVisible()
    qtbot.mouseClick(child(bar, QToolButton, "merge"), LEFT)
    assert ran == ["merge"]
    with qtbot.waitSignal(bar.select_all_clicked):
        qtbot.mouseClick(child(bar, QPushButton, "select_all"), LEFT)
    bar.resize(560, 44)
    assert not child(bar, QToolButton, "delete").isVisible()
    more = child(bar, QToolButton, "more_actions")
    assert isinstance(more, QToolButton)
    assert more.isVisible()
    assert more.geometry().right() <= bar.width()
    assert registry["delete"] in more.menu().actions()
    with qtbot.waitSignal(bar.cleared):
        qtbot.mouseClick(child(bar, QToolButton, "clear_selection"), LEFT)
    bar.set_count(0)
    assert not bar.isVisible()


def test_actions_are_known_by_key_and_have_the_platforms_shortcuts(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    registry = ActionRegistry(window)
    ran: list[str] = []
    action = registry.add(
        "undo", "&Undo", lambda: ran.append("undo"), shortcut=QKeySequence.StandardKey.Undo, icon="undo-2"
    )
    registry.add("hidden", "Hidden", lambda: None, in_palette=False)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert ran == ["undo"]
    registry.set_text("undo", "Undo import")
    assert action.toolTip().startswith("Undo import (")
    assert registry.for_palette() == [action]
    with pytest.raises(ValueError, match="undo"):
        registry.add("undo", "Again", lambda: None)


def test_status_line_offers_undo_and_cuts_long_texts(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(500, 36)
    line.show()
    undo = child(line, QPushButton, "undo_last")
    assert not undo.isVisible()
    line.show_text("1 000 000 contacts")
    line.show_operation("Imported a file with a very long name " * 5, undo_text="Undo import")
    line.grab()
    assert child(line, QLabel, "last_operation").toolTip()
    with qtbot.waitSignal(line.undo_clicked):
        qtbot.mouseClick(undo, LEFT)


def test_progress_tells_rate_and_time_left(qtbot: QtBot) -> None:
    now = [0.0]
    panel = ProgressPanel(clock=lambda: now[0])
    qtbot.addWidget(panel)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    panel.start("Importing customers.xlsx")
    for second in range(5):
        now[0] = second
        panel.show_progress("Writing contacts", second * 1000, 100_000)
    numbers = child(panel, QLabel, "progress_numbers")
    assert isinstance(numbers, QLabel)
    assert numbers.text() == "4,000 of 100,000 · 1,000 a second · about 2 minutes left"
    panel.show_progress("Indexing", 10, None)
    assert numbers.text() == "10"
    button = child(panel, QPushButton, "cancel_job")
    with qtbot.waitSignal(panel.cancelled):
        qtbot.mouseClick(button, LEFT)
    assert not button.isEnabled()
    panel.start("Another")
    assert button.isEnabled()
    panel.finish()
    assert not panel.isVisible()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "a few seconds left"),
        (7, "about 10 seconds left"),
        (61, "about 2 minutes left"),
        (7200, "about 2 hours left"),
    ],
)
def test_time_left_is_no_more_exact_than_it_is(seconds: float, text: str) -> None:
    assert time_left_text(seconds) == text


def test_the_sheet_keeps_its_width(qtbot: QtBot) -> None:
    splitter = SideSplitter(QLabel("list"), QLabel("card"), sheet_width=300)
    qtbot.addWidget(splitter)
    splitter.resize(1000, 300)
    splitter.show()
    assert not splitter.is_sheet_shown
    with qtbot.waitSignal(splitter.sheet_shown):
        splitter.show_sheet()
    assert abs(splitter.sizes()[1] - 300) <= 1
    splitter.resize(1400, 300)
    assert abs(splitter.sizes()[1] - 300) <= 1
    splitter.restore_state({"width": 420, "shown": True})
    assert splitter.saved_state() == {"width": 420, "shown": True}
    splitter.restore_state({"width": "x", "shown": 3})
    assert splitter.saved_state() == {"width": 420, "shown": True}


NOW = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=10), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=1, hours=1), "yesterday"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=30), "30 days ago"),
        (timedelta(days=100), "30 Jan"),
        (timedelta(days=400), "5 Apr 2025"),
        (-timedelta(days=3), "13 May"),
    ],
)
def test_relative_time(ago: timedelta, text: str) -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    assert relative_time(NOW - ago, NOW) == text


def test_exact_time_and_headings_follow_the_locale() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.Russian, QLocale.Country.Russia))
    try:
        assert "мая 2026" in exact_time(NOW)
        assert day_heading(NOW, NOW) == "Today"
        assert day_heading(NOW - timedelta(days=3), NOW) == "Четверг, 7 мая"
    finally:
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
