from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.ui.painting import around_match
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.card_view import PagedCardView
from ulkacrm_desktop.ui.tables.paged_model import PagedTableModel
from ulkacrm_desktop.ui.tables.row_interaction import COPY_LIMIT
from ulkacrm_desktop.ui.tables.rows import Column
from ulkacrm_desktop.ui.tables.table_view import PagedTableView
from ulkacrm_desktop.ui.tables.ticked_ids import TickedIds

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def table(qtbot: QtBot, model: PagedTableModel, runner: TaskRunner) -> Iterator[PagedTableView]:
    view = PagedTableView(model, runner)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    with qtbot.waitSignal(model.ids_arrived):
        model.ask("all")
    view.setFocus()
    yield view
    view.close()


@pytest.fixture
def cards(qtbot: QtBot, model: PagedTableModel, runner: TaskRunner) -> Iterator[PagedCardView]:
    view = PagedCardView(model, runner, title="name", lines=("email", "seen"), chips="tags")
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    with qtbot.waitSignal(model.ids_arrived):
        model.ask("all")
    view.setFocus()
    yield view
    view.close()


def test_a_text_begins_later_where_its_match_would_be_cut_off(qtbot: QtBot) -> None:
    metrics = QFontMetrics(QGuiApplication.font())
    text = "General note: Prefers to be called after six in the evening"
    match = (text.index("called"), 4)
    everything = metrics.horizontalAdvance(text) + 20
    assert around_match(metrics, text, [match], everything) == (text, [match])
    assert around_match(metrics, text, [], 50) == (text, [])
    width = metrics.horizontalAdvance("… to be called …")
    shown, matches = around_match(metrics, text, [match], width)
    start, length = matches[0]
    assert shown[start : start + length] == "call"
    assert shown.startswith("…")
    assert metrics.horizontalAdvance(shown[: start + length]) <= width
    shown, matches = around_match(metrics, text, [match], 5)
    assert (shown[:5], matches[0]) == ("…call", (1, 4))


def place(table: PagedTableView, row: int, column: int) -> QPoint:
    return table.visualRect(table.model().index(row, column)).center()


def click(qtbot: QtBot, table: PagedTableView, row: int, column: int, modifier: Any = None) -> None:
    modifier = modifier if modifier is not None else Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(table.viewport(), LEFT, modifier, place(table, row, column))


def test_a_click_makes_a_row_current_and_the_box_ticks_it(
    qtbot: QtBot, table: PagedTableView, ticks: TickedIds
) -> None:
    with qtbot.waitSignal(table.rows.current_id_changed) as changed:
        click(qtbot, table, 3, 2)
    assert changed.args == [4]
    click(qtbot, table, 5, 0)
    assert list(ticks.ids()) == [6]
    assert table.rows.current_id == 4, "a tick does not change what the side card shows"
    click(qtbot, table, 8, 0, SHIFT)
    assert list(ticks.ids()) == [6, 7, 8, 9]
    click(qtbot, table, 1, 2, CONTROL)
    assert list(ticks.ids()) == [2, 6, 7, 8, 9]
    click(qtbot, table, 6, 0)
    assert 7 not in ticks


def test_keys_move_tick_open_and_delete(qtbot: QtBot, table: PagedTableView, ticks: TickedIds) -> None:
    qtbot.keyClick(table, Qt.Key.Key_Home)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.rows.current_id == 2
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert list(ticks.ids()) == [2]
    for _step in range(3):
        qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Space, SHIFT)
    assert list(ticks.ids()) == [2, 3, 4, 5]
    with qtbot.waitSignal(table.rows.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [5]
    with qtbot.waitSignal(table.rows.delete_requested) as delete:
        qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert list(delete.args[0]) == [2, 3, 4, 5]
    qtbot.keyClick(table, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: table.rows.current_id == 1000)
    before = table.currentIndex().row()
    qtbot.keyClick(table, Qt.Key.Key_PageUp)
    assert table.currentIndex().row() < before - 5
    with qtbot.waitSignal(table.rows.text_typed) as typed:
        qtbot.keyClick(table, "q")
    assert typed.args == ["q"]


def test_shift_and_arrows_tick_a_range(qtbot: QtBot, table: PagedTableView, ticks: TickedIds) -> None:
    click(qtbot, table, 2, 1)
    qtbot.keyClick(table, Qt.Key.Key_Down, SHIFT)
    qtbot.keyClick(table, Qt.Key.Key_Down, SHIFT)
    assert list(ticks.ids()) == [3, 4, 5]
    assert table.rows.current_id == 5


def test_all_that_match_also_before_their_ids_are_there(
    qtbot: QtBot, table: PagedTableView, model: PagedTableModel, ticks: TickedIds, people: Any
) -> None:
    people.ids_gate.clear()
    with qtbot.waitSignal(model.answered):
        model.ask("even")
    qtbot.keyClick(table, "a", CONTROL)
    assert not ticks
    with qtbot.waitSignal(ticks.changed):
        people.ids_gate.set()
    assert len(ticks) == 500
    assert model.all_ticked
    header = table.horizontalHeader()
    qtbot.mouseClick(header.viewport(), LEFT, pos=QPoint(20, 10))
    assert len(ticks) == 0
    qtbot.mouseClick(header.viewport(), LEFT, pos=QPoint(20, 10))
    assert len(ticks) == 500


def test_ticking_all_of_another_order_shows_as_all(
    qtbot: QtBot, table: PagedTableView, model: PagedTableModel, ticks: TickedIds
) -> None:
    table.rows.tick_all()
    with qtbot.waitSignal(model.ids_arrived):
        model.ask("reversed")
    qtbot.waitUntil(lambda: model.all_ticked)


def test_the_current_row_is_kept_by_its_id(
    qtbot: QtBot, table: PagedTableView, model: PagedTableModel, people: Any
) -> None:
    click(qtbot, table, 5, 2)
    assert table.rows.current_id == 6
    with qtbot.waitSignal(model.ids_arrived):
        model.ask("even")
    assert table.currentIndex().row() == 2
    with qtbot.waitSignal(model.ids_arrived):
        model.ask("reversed")
    assert table.currentIndex().row() == 994
    assert table.rows.current_id == 6
    people.removed.add(6)
    with qtbot.waitSignal(model.ids_arrived):
        model.refresh()
    qtbot.waitUntil(lambda: table.rows.current_id == 5), "what took its place is current"
    click(qtbot, table, table.rowAt(10), 2)
    with qtbot.waitSignal(table.rows.current_id_changed) as changed:
        model.ask("nothing")
    assert changed.args == [None]


def test_copied_rows_are_a_table_for_a_spreadsheet(
    qtbot: QtBot, table: PagedTableView, people: Any, ticks: TickedIds
) -> None:
    people.renamed[900] = '=1+1 <b>"x"</b>'
    ticks.tick((900, 2))
    with qtbot.waitSignal(table.rows.copied) as copied:
        qtbot.keyClick(table, "c", CONTROL)
    assert copied.args == [2]
    mime = QGuiApplication.clipboard().mimeData()
    lines = mime.text().splitlines()
    assert lines[0] == "Name\tEmail\tTags\tLast conversation"
    assert lines[1].startswith(people.row(2).name + "\tperson2@example.org\tVIP, Постоянный клиент\t")
    assert lines[2].startswith('"=1+1 <b>""x""</b>"\t')
    assert "&lt;b&gt;" in mime.html()
    assert "mso-number-format" in mime.html()


def test_too_many_rows_for_the_clipboard_are_refused(qtbot: QtBot, table: PagedTableView, ticks: TickedIds) -> None:
    ticks.tick(range(1, COPY_LIMIT + 2))
    with qtbot.waitSignal(table.rows.copy_refused) as refused:
        qtbot.keyClick(table, "c", CONTROL)
    assert refused.args == [COPY_LIMIT + 1]


def test_f2_edits_in_place(qtbot: QtBot, table: PagedTableView, model: PagedTableModel) -> None:
    click(qtbot, table, 3, 2)
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit, "cell_editor")
    assert editor is not None
    assert editor.accessibleName() == "Name"
    editor.clear()
    editor.insert("Новая")  # QTest has no keys for Cyrillic letters
    with qtbot.waitSignal(model.edited) as edited:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert edited.args == [4, "name", "Новая"]
    assert model.index(3, 1).data() == "Новая"


def test_an_open_editor_stays_over_its_row_while_the_list_is_read_again(
    qtbot: QtBot, table: PagedTableView, model: PagedTableModel, people: Any, runner: TaskRunner
) -> None:
    model.row_at(150)
    qtbot.waitUntil(lambda: model.row_at(150) is not None)
    table.rows.set_current_id(151)
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit, "cell_editor")
    assert editor is not None
    qtbot.keyClick(editor, Qt.Key.Key_End)
    qtbot.keyClicks(editor, " Jr")
    text = editor.text()
    people.removed.update(range(1, 51))
    people.renamed.update({151: "by somebody else", 152: "read anew"})
    model.refresh({151, 152})
    qtbot.waitUntil(lambda: model.index(151, 1).data() == "read anew")
    qtbot.waitUntil(lambda: not runner.pending)
    assert table.findChild(QLineEdit, "cell_editor") is editor and editor.text() == text
    assert model.id_at(150) == 151, "the rows stay at their places"
    with qtbot.waitSignal(model.answered), qtbot.waitSignal(model.edited) as edited:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert edited.args == [151, "name", text]
    assert model.total == 950
    qtbot.waitUntil(lambda: model.id_at(100) == 151 and table.currentIndex().row() == 100)
    assert table.findChild(QLineEdit, "cell_editor") is None


def test_an_untouched_editor_follows_its_row(
    qtbot: QtBot, table: PagedTableView, model: PagedTableModel, people: Any
) -> None:
    click(qtbot, table, 3, 2)
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit, "cell_editor")
    assert editor is not None
    people.renamed[4] = "by somebody else"
    model.refresh({4})
    qtbot.waitUntil(lambda: editor.text() == "by somebody else")
    assert editor.selectedText() == "by somebody else"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_another_question_ends_editing(qtbot: QtBot, table: PagedTableView, model: PagedTableModel) -> None:
    click(qtbot, table, 3, 2)
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit, "cell_editor")
    assert editor is not None
    qtbot.keyClicks(editor, "Anna")
    with qtbot.waitSignal(model.ids_arrived), qtbot.waitSignal(model.edited) as edited:
        model.ask("even")
    assert edited.args == [4, "name", "Anna"], "as when the focus goes elsewhere"
    assert table.findChild(QLineEdit, "cell_editor") is None
    assert model.total == 500


def test_double_click_opens_but_not_on_the_box(qtbot: QtBot, table: PagedTableView) -> None:
    with qtbot.waitSignal(table.rows.opened) as opened:
        qtbot.mouseDClick(table.viewport(), LEFT, pos=place(table, 4, 2))
    assert opened.args == [5]
    with qtbot.assertNotEmitted(table.rows.opened):
        qtbot.mouseDClick(table.viewport(), LEFT, pos=place(table, 4, 0))


def test_a_heading_sorts_and_sorts_back(qtbot: QtBot, table: PagedTableView) -> None:
    header = table.horizontalHeader()
    middle = QPoint(header.sectionViewportPosition(2) + 40, 10)
    asked: list[tuple[str, bool]] = []
    table.sort_requested.connect(lambda key, descending: asked.append((key, descending)))
    qtbot.mouseClick(header.viewport(), LEFT, pos=middle)
    qtbot.mouseClick(header.viewport(), LEFT, pos=middle)
    tags = QPoint(header.sectionViewportPosition(3) + 40, 10)
    qtbot.mouseClick(header.viewport(), LEFT, pos=tags)
    assert asked == [("email", False), ("email", True)]


def test_columns_are_shown_moved_sized_and_remembered(
    qtbot: QtBot, table: PagedTableView, model: PagedTableModel, runner: TaskRunner
) -> None:
    menu = table.columns_menu()
    by_name = {action.objectName(): action for action in menu.actions()}
    assert not by_name["column_name"].isEnabled()
    by_name["column_number"].trigger()
    by_name["column_tags"].trigger()
    menu.close()
    header = table.horizontalHeader()
    header.moveSection(header.visualIndex(5), 1)
    header.moveSection(header.visualIndex(2), 0)
    assert header.visualIndex(0) == 0, "the ticks stay first"
    header.resizeSection(1, 333)
    table.set_sort("seen", descending=True)
    state = table.saved_state()
    assert [c.key for c in table.visible_columns()] == ["email", "number", "name", "seen"]
    other = PagedTableView(model, runner)
    qtbot.addWidget(other)
    other.restore_state(state)
    assert other.saved_state() == state
    assert [c.key for c in other.visible_columns()] == ["email", "number", "name", "seen"]
    assert other.columnWidth(1) == 333
    other.restore_state({"columns": [{"key": "gone"}, 3, {"key": "email", "width": "x"}], "sort": 7})
    assert other.saved_state() == state
    other.reset_columns()
    assert [c.key for c in other.visible_columns()] == ["name", "email", "tags", "seen"]


def test_columns_that_come_later_stay_hidden_where_they_say_so(table: PagedTableView, model: PagedTableModel) -> None:
    table.setColumnWidth(2, 333)
    before = [column.key for column in table.visible_columns()]
    late: Column[Any] = Column(key="late", title="Late", value=lambda row: row.note, visible=False)
    model.set_columns([*model.columns, late])
    assert [column.key for column in table.visible_columns()] == before
    assert table.columnWidth(2) == 333


def test_row_heights_never_change(qtbot: QtBot, table: PagedTableView, model: PagedTableModel) -> None:
    heights = {table.rowHeight(row) for row in (0, 500, 999)}
    assert len(heights) == 1
    assert min(heights) >= 36


def test_cards_share_ticks_keys_and_signals(
    qtbot: QtBot, cards: PagedCardView, model: PagedTableModel, ticks: TickedIds
) -> None:
    def rect(position: int) -> QRect:
        return cards.visualRect(model.index(position, 1))

    qtbot.mouseClick(cards.viewport(), LEFT, pos=rect(1).center())
    assert cards.rows.current_id == 2
    qtbot.mouseClick(cards.viewport(), LEFT, pos=rect(2).topRight() + QPoint(-18, 18))
    assert list(ticks.ids()) == [3]
    qtbot.keyClick(cards, Qt.Key.Key_Right)
    qtbot.keyClick(cards, Qt.Key.Key_Down)
    across = 1 + max(i for i in range(10) if rect(i).top() == rect(0).top())
    assert cards.rows.current_id == 3 + across
    qtbot.keyClick(cards, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: cards.rows.current_id == 1000)
    assert cards.viewport().rect().contains(rect(999).center())
    assert cards.indexAt(rect(999).center()).row() == 999
    with qtbot.waitSignal(cards.rows.opened) as opened:
        qtbot.mouseDClick(cards.viewport(), LEFT, pos=rect(999).center())
    assert opened.args == [1000]
    qtbot.keyClick(cards, "a", CONTROL)
    assert len(ticks) == 1000
    cards.resize(500, 400)
    assert cards.indexAt(QPoint(2, 2)).isValid() is False


def test_every_cell_of_both_views_can_be_drawn_while_rows_are_on_their_way(
    qtbot: QtBot, table: PagedTableView, model: PagedTableModel, people: Any
) -> None:
    people.gate.clear()
    table.scrollTo(model.index(700, 1))
    waiting = table.grab().toImage()
    people.gate.set()
    qtbot.waitUntil(lambda: model.row_at(700) is not None)
    assert waiting != table.grab().toImage()
