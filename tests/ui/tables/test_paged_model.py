from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.asked_model import ListState
from ulkacrm_desktop.ui.tables.paged_model import PagedTableModel
from ulkacrm_desktop.ui.tables.rows import Role
from ulkacrm_desktop.ui.tables.ticked_ids import TickedIds

DISPLAY = Qt.ItemDataRole.DisplayRole


def ask(qtbot: QtBot, model: PagedTableModel, query: str) -> None:
    with qtbot.waitSignal(model.ids_arrived):
        model.ask(query)


def shown(qtbot: QtBot, model: PagedTableModel, position: int, column: int = 1) -> str:
    qtbot.waitUntil(lambda: not model.index(position, column).data(Role.LOADING))
    return str(model.index(position, column).data())


def test_first_page_is_shown_before_the_ids_are_there(qtbot: QtBot, model: PagedTableModel, people: Any) -> None:
    people.ids_gate.clear()
    with qtbot.waitSignal(model.answered):
        model.ask("all")
    assert model.rowCount() == 1000
    assert model.ids is None
    assert model.index(3, 1).data() == people.row(4).name
    assert shown(qtbot, model, 950) == people.row(951).name
    assert ("page_at", 900) in people.asked
    with qtbot.waitSignal(model.ids_arrived):
        people.ids_gate.set()
    assert model.ids is not None
    assert len(model.ids) == 1000


def test_pages_come_by_id_once_and_placeholders_until_then(qtbot: QtBot, model: PagedTableModel, people: Any) -> None:
    ask(qtbot, model, "reversed")
    people.asked.clear()
    people.gate.clear()
    index = model.index(500, 2)
    assert index.data() is None
    assert index.data(Role.LOADING) is True
    assert index.data(Role.ID) == 500
    for position in range(500, 530):
        model.index(position, 1).data()
    people.gate.set()
    assert shown(qtbot, model, 500) == people.row(500).name
    assert [what for what, _ids in people.asked] == ["rows"]


def test_scrolled_past_pages_are_never_asked(
    qtbot: QtBot, runner: TaskRunner, people: Any, million: PagedTableModel
) -> None:
    model = million
    ask(qtbot, model, "all")
    people.asked.clear()
    people.gate.clear()
    for position in range(0, 900_000, 1000):
        model.index(position, 1).data()
        if position % 50_000 == 0:
            qtbot.wait(1)
    people.gate.set()
    qtbot.waitUntil(lambda: runner.pending == 0)
    assert shown(qtbot, model, 899_000) == people.row(899_001).name
    assert len(people.asked) < 30


def test_answers_to_older_questions_are_dropped(
    qtbot: QtBot, runner: TaskRunner, model: PagedTableModel, people: Any
) -> None:
    ask(qtbot, model, "all")
    people.gate.clear()
    model.index(700, 1).data()
    qtbot.waitUntil(lambda: any(what == "rows" for what, _about in people.asked))
    for query in ("a", "b", "c", "nothing", "even"):
        model.ask(query)
    with qtbot.waitSignal(model.ids_arrived):
        people.gate.set()
    qtbot.waitUntil(lambda: runner.pending == 0)
    assert model.total == 500
    assert model.index(0, 1).data() == people.row(2).name
    assert shown(qtbot, model, 450) == people.row(902).name
    questions = [about for what, about in people.asked if what == "first_page"]
    assert "even" in questions
    assert len(questions) < 6, "a question that was replaced while it was queued must never be asked"


def test_states_tell_loading_ready_empty_and_failed(qtbot: QtBot, model: PagedTableModel, people: Any) -> None:
    states: list[ListState] = []
    model.state_changed.connect(states.append)
    assert model.state is ListState.LOADING
    ask(qtbot, model, "all")
    ask(qtbot, model, "nothing")
    assert model.rowCount() == 0
    people.failure = OSError("disk on fire")
    with qtbot.waitSignal(model.state_changed, check_params_cb=lambda state: state is ListState.FAILED):
        model.ask("all")
    assert isinstance(model.error, OSError)
    people.failure = None
    ask(qtbot, model, "all")
    loading, ready = ListState.LOADING, ListState.READY
    assert states == [ready, ListState.EMPTY, loading, ListState.FAILED, loading, ready]


def test_refresh_keeps_the_rows_until_the_new_ones_are_there(
    qtbot: QtBot, runner: TaskRunner, model: PagedTableModel, people: Any
) -> None:
    ask(qtbot, model, "all")
    assert shown(qtbot, model, 555) == people.row(556).name
    people.removed.update({1, 2, 3})
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    with qtbot.waitSignal(model.ids_arrived):
        model.refresh()
    assert model.rowCount() == 997
    assert model.index(555, 1).data() is not None, "an old row beats a hole"
    qtbot.waitUntil(lambda: model.index(555, 1).data() == people.row(559).name)
    people.removed.clear()
    with qtbot.waitSignal(model.ids_arrived):
        model.refresh()
    assert model.rowCount() == 1000
    assert not resets
    qtbot.waitUntil(lambda: runner.pending == 0)


def test_changed_rows_are_read_at_once(qtbot: QtBot, model: PagedTableModel, people: Any) -> None:
    ask(qtbot, model, "all")
    people.ids_gate.clear()
    people.renamed[5] = "Новое имя"
    model.refresh([5, 777_777])
    qtbot.waitUntil(lambda: model.index(4, 1).data() == "Новое имя")
    assert ("rows", (5,)) in people.asked
    people.ids_gate.set()
    qtbot.waitUntil(lambda: model.ids is not None)


def test_a_row_deleted_meanwhile_leaves_its_place_empty_and_is_not_asked_again(
    qtbot: QtBot, runner: TaskRunner, model: PagedTableModel, people: Any
) -> None:
    ask(qtbot, model, "all")
    people.removed.add(502)
    assert shown(qtbot, model, 500) == people.row(501).name
    asked = len(people.asked)
    assert model.index(501, 1).data() is None
    assert model.index(502, 1).data() == people.row(503).name
    qtbot.waitUntil(lambda: runner.pending == 0)
    assert len([what for what, _about in people.asked[asked:] if what == "rows"]) <= 1  # the page beside it


def test_ticks_show_in_the_first_column_and_the_heading(qtbot: QtBot, model: PagedTableModel, ticks: TickedIds) -> None:
    ask(qtbot, model, "all")
    check = Qt.ItemDataRole.CheckStateRole
    assert model.index(0, 0).data(check) == Qt.CheckState.Unchecked
    assert model.setData(model.index(0, 0), Qt.CheckState.Checked, check)
    assert list(ticks.ids()) == [1]
    horizontal = Qt.Orientation.Horizontal
    assert model.headerData(0, horizontal, check) == Qt.CheckState.PartiallyChecked
    assert model.ids is not None
    ticks.tick_all(model.ids)
    assert model.headerData(0, horizontal, check) == Qt.CheckState.Checked
    assert model.index(999, 0).data(check) == Qt.CheckState.Checked
    ask(qtbot, model, "even")
    assert model.index(499, 0).data(check) == Qt.CheckState.Checked
    ticks.toggle(2)
    assert model.index(0, 0).data(check) == Qt.CheckState.Unchecked
    assert len(ticks) == 999


def test_an_edit_is_told_and_shown_until_the_row_is_read_again(
    qtbot: QtBot, model: PagedTableModel, people: Any
) -> None:
    ask(qtbot, model, "all")
    index = model.index(4, 1)
    with qtbot.waitSignal(model.edited) as edited:
        model.setData(index, "Анна Новая")
    assert edited.args == [5, "name", "Анна Новая"]
    assert index.data() == "Анна Новая"
    model.discard_edit(5, "name")
    assert index.data() == people.row(5).name
    assert not model.setData(model.index(4, 2), "not editable")


def test_roles_of_each_kind(qtbot: QtBot, model: PagedTableModel, people: Any) -> None:
    ask(qtbot, model, "all")
    assert [chip.text for chip in model.index(2, 3).data(Role.CHIPS)] == list(people.row(3).tags)
    assert model.index(0, 4).data(Role.WHEN) == people.row(1).seen
    assert "2026" in model.index(0, 4).data(Qt.ItemDataRole.ToolTipRole)
    assert model.index(2, 4).data(DISPLAY) == ""
    assert model.index(0, 5).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert model.index(0, 1).data(Role.MATCHES) == ((0, 2),)
