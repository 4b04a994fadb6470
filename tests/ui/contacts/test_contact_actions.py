"""What is done with contacts from the list: tag, untag, delete, edit in place, copy, print, and taken back."""

import threading
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QMenu, QWidget

from tests.ui.window_fixtures import PEOPLE, Desk, People
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.services.operations.contacts import remove_contacts, update_contact
from ulkacrm_desktop.services.queries import contacts as contact_queries
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.tags import tags
from ulkacrm_desktop.ui.contacts import contact_writes
from ulkacrm_desktop.ui.contacts.places import SELECTED
from ulkacrm_desktop.ui.contacts.printing import LIMIT, PrintedList, print_list
from ulkacrm_desktop.ui.tables.cells import rows_as_mime

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def popup(desk: Desk) -> QWidget:
    found = [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "tag_popup"]
    assert len(found) == 1
    desk.settle()
    return found[0]


def type_tag(desk: Desk, text: str, *keys: Qt.Key) -> None:
    line = popup(desk).findChild(QLineEdit, "tag_name")
    assert line is not None
    desk.qtbot.keyClicks(line, text)
    for key in (*keys, Qt.Key.Key_Return):
        desk.qtbot.keyClick(line, key)
    desk.settle()


def counts(people: People) -> dict[str, int]:
    return {tag.name: tag.count for tag in people.workspace.read(tags)}


def status(desk: Desk) -> str:
    label = desk.window.findChild(QLabel, "last_operation")
    assert label is not None
    return label.text()


def test_the_bar_comes_with_the_first_tick_and_tags_all_of_them_at_once(desk: Desk, people: People) -> None:
    bar = desk.window.contacts.action_bar
    assert not bar.isVisible()
    desk.window.contacts.list.focus()
    desk.key(Qt.Key.Key_A, CONTROL)
    assert bar.isVisible()
    assert desk.window.contacts.status_text() == "8 contacts · 8 selected"
    desk.click("tag", bar)
    type_tag(desk, "Newsletter")
    assert counts(people) == {"VIP": 3, "Newsletter": 8}
    assert status(desk) == "Tagged 8 contacts Newsletter"
    desk.click("undo_last")
    assert counts(people) == {"VIP": 3}
    assert status(desk) == "Undid: Tagged 8 contacts Newsletter"
    desk.click("undo_last")  # what it offers now is Redo
    assert counts(people) == {"VIP": 3, "Newsletter": 8}


def test_an_existing_tag_is_what_enter_means_before_a_new_one(desk: Desk, people: People) -> None:
    desk.window.ticks.tick(people.ids[3:5])
    desk.settle()
    desk.click("tag", desk.window.contacts.action_bar)
    type_tag(desk, "vi")
    assert counts(people) == {"VIP": 5}


def test_untag_offers_the_tags_of_the_selection_only(desk: Desk, people: People) -> None:
    desk.window.ticks.tick([people.ids[0], people.ids[7]])
    desk.settle()
    desk.click("untag", desk.window.contacts.action_bar)
    type_tag(desk, "")
    assert counts(people) == {"VIP": 2}
    desk.click("untag", desk.window.contacts.action_bar)
    shown = popup(desk)
    assert "have no tags" in " ".join(label.text() for label in shown.findChildren(QLabel))
    shown.close()


def test_delete_is_done_at_once_and_an_undo_brings_all_back(desk: Desk, people: People) -> None:
    desk.window.ticks.tick(people.ids[:2])
    desk.window.contacts.list.focus()
    desk.key(Qt.Key.Key_Delete)
    assert len(desk.names) == 6
    assert status(desk) == "Deleted 2 contacts"
    assert not desk.window.ticks, "what is gone is no longer selected"
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert len(desk.names) == 8
    assert counts(people) == {"VIP": 3}
    desk.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert len(desk.names) == 6


def test_after_a_delete_the_next_row_is_current_and_has_the_keyboard(desk: Desk, people: People) -> None:
    contacts = desk.window.contacts.list
    names = desk.names
    contacts.rows.set_current_id(people.ids[2])
    contacts.focus()
    place = names.index(PEOPLE[2])
    desk.key(Qt.Key.Key_Delete)
    assert desk.names == names[:place] + names[place + 1 :]
    assert contacts.rows.current_id == contacts.model.id_at(place)
    desk.key(Qt.Key.Key_Delete)
    assert desk.names == names[:place] + names[place + 2 :]


def test_the_button_of_the_bar_deletes_what_is_ticked_and_the_list_has_the_keyboard(desk: Desk, people: People) -> None:
    desk.window.resize(1920, 800)
    desk.window.ticks.tick(people.ids[:3])
    desk.settle()
    desk.click("delete", desk.window.contacts.action_bar)
    assert len(desk.names) == 5
    assert desk.window.focusWidget() is desk.window.contacts.list.table


def test_what_is_asked_for_an_action_lies_above_its_button(desk: Desk, people: People) -> None:
    desk.window.resize(1400, 800)
    desk.window.ticks.tick(people.ids[:3])
    desk.settle()
    bar = desk.window.contacts.action_bar
    desk.click("tag", bar)
    shown, button = popup(desk), bar.button_of("tag")
    assert shown.x() == button.mapToGlobal(QPoint()).x()
    assert shown.geometry().bottom() < button.mapToGlobal(QPoint()).y()
    choices = shown.findChild(QListWidget, "tag_choices")
    assert choices.height() < 2 * choices.sizeHintForRow(0), "as high as the one tag that there is"
    assert bar.button_of("merge").objectName() in ("merge", "more_actions")
    shown.close()


def test_what_somebody_else_has_removed_is_no_longer_selected(desk: Desk, people: People) -> None:
    desk.window.ticks.tick(people.ids)
    people.workspace.perform(remove_contacts, selection=ContactSelection.of(people.ids[3]))
    desk.qtbot.waitUntil(lambda: len(desk.window.ticks) == 7)


def test_a_name_is_edited_in_place(desk: Desk, people: People) -> None:
    contacts = desk.window.contacts.list
    contacts.rows.set_current_id(people.ids[2])
    contacts.focus()
    desk.key(Qt.Key.Key_F2)
    editor = contacts.table.findChild(QLineEdit, "cell_editor")
    assert editor is not None
    editor.setText("Clara Maria Schmidt")
    desk.qtbot.keyClick(editor, Qt.Key.Key_Return)
    desk.settle()
    assert people.workspace.read(contact_document, people.ids[2]).name == "Clara Maria Schmidt"
    assert "Clara Maria Schmidt" in desk.names
    assert contacts.rows.current_id == people.ids[2]


def test_a_name_that_cannot_be_is_refused_and_the_old_one_shown(desk: Desk, people: People) -> None:
    contacts = desk.window.contacts.list
    model = contacts.model
    position = model.position_of(people.ids[2])
    assert position is not None
    model.setData(model.index(position, model.section_of("name")), "  ")
    desk.settle()
    assert desk.answers.told
    assert desk.answers.told[0][0] == "Not saved"
    assert "Clara Schmidt" in desk.names


def test_an_edit_over_somebody_elses_newer_one_is_told_field_by_field(desk: Desk, people: People) -> None:
    contacts = desk.window.contacts.list
    row = contacts.model.known_row(people.ids[2])
    people.workspace.perform(update_contact, contact_id=people.ids[2], changes={"name": "Clara Meier"})
    contacts.edited.emit(row, "name", "Clara Schulz")
    desk.settle()
    assert people.workspace.read(contact_document, people.ids[2]).name == "Clara Meier"
    assert "Clara Meier" in desk.answers.told[0][1]


def test_an_undo_that_conflicts_changes_nothing_and_says_what_stands_in_its_way(desk: Desk, people: People) -> None:
    perform = people.workspace.perform
    first = perform(update_contact, contact_id=people.ids[0], changes={"name": "Anna A"}).operation_id
    perform(update_contact, contact_id=people.ids[0], changes={"name": "Anna B"})
    desk.settle()
    assert first is not None
    desk.window.undo.undo_operation(first)
    desk.settle()
    title, text = desk.answers.told[0]
    assert "changed in the meantime" in title
    assert "Anna B" in text
    assert people.workspace.read(contact_document, people.ids[0]).name == "Anna B"


def test_rows_are_copied_as_a_table_in_the_order_of_the_list(desk: Desk, people: People) -> None:
    desk.window.ticks.tick([people.ids[3], people.ids[0]])
    desk.window.contacts.list.focus()
    desk.key(Qt.Key.Key_C, CONTROL)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["Name", "Email", "Phone"]
    assert [line.split("\t")[0] for line in lines[1:]] == ["Anna Petrova", "Дмитрий Иванов"]
    assert "<table>" in QGuiApplication.clipboard().mimeData().html()
    assert "2 contacts" in status(desk)


def row_menu(desk: Desk, contact_id: int) -> QMenu:
    desk.settle()
    desk.window.contacts.list.menu_requested.emit(contact_id, QPoint(10, 10))
    desk.settle()
    menus = [menu for menu in desk.window.findChildren(QMenu, "row_menu") if menu.isVisible()]
    assert len(menus) == 1
    return menus[0]


def choose(desk: Desk, menu: QMenu, text: str) -> None:
    action = next(action for action in menu.actions() if action.text() == text)
    desk.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    desk.settle()


def test_the_menu_of_a_row_that_is_not_selected_is_for_that_row_alone(desk: Desk, people: People) -> None:
    desk.window.ticks.tick(people.ids[:3])
    menu = row_menu(desk, people.ids[6])
    choose(desk, menu, "Delete")
    assert len(desk.names) == 7
    assert not any(name.startswith("Grégoire") for name in desk.names)
    assert len(desk.window.ticks) == 3


def test_the_menu_of_a_selected_row_is_for_all_selected(desk: Desk, people: People) -> None:
    desk.window.ticks.tick(people.ids[:3])
    menu = row_menu(desk, people.ids[1])
    choose(desk, menu, "Tag…")
    type_tag(desk, "Lead")
    assert counts(people)["Lead"] == 3


def test_unticking_in_the_list_of_the_selected_leaves_the_row_until_one_comes_again(desk: Desk, people: People) -> None:
    desk.window.ticks.tick(people.ids[:2])
    desk.window.show_place(SELECTED)
    desk.settle()
    desk.window.ticks.tick([people.ids[0]], on=False)
    desk.settle()
    assert len(desk.names) == 2
    desk.window.show_place(SELECTED)
    desk.settle()
    assert desk.names == [PEOPLE[1]]


def test_a_list_is_printed_with_its_headings_on_every_page(desk: Desk, tmp_path: Path) -> None:
    contacts = desk.window.contacts.list
    assert contacts.model.ids is not None
    rows = contacts.model.fetch_rows(list(contacts.model.ids)) * 30
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "list.pdf"))
    pages = print_list(printer, PrintedList("Contacts", contacts.table.visible_columns(), rows))
    written = (tmp_path / "list.pdf").read_bytes()
    assert pages > 3
    assert written.count(b"/Type /Page\n") == pages


def test_too_long_a_list_is_not_printed_but_said_to_be_exported(desk: Desk) -> None:
    desk.window.ticks.tick_all(array("q", range(1, LIMIT + 2)))
    desk.window.print_list()
    desk.settle()
    assert "export" in status(desk)


@pytest.mark.parametrize("formula", ["=1+1", "+79160000000", "a\tb", 'say "hi"', "two\nlines"])
def test_any_text_is_one_cell_of_the_copied_table(desk: Desk, people: People, formula: str) -> None:
    people.workspace.perform(update_contact, contact_id=people.ids[0], changes={"company": formula})
    row = people.workspace.read(contact_queries.rows, [people.ids[0]], ContactQuery())
    columns = [column for column in desk.window.contacts.list.model.columns if column.key in ("name", "company")]
    text = rows_as_mime(columns, row).text()
    quoted = any(character in formula for character in '\t\n"')
    expected = '"' + formula.replace('"', '""') + '"' if quoted else formula
    assert text == f"Name\tCompany\nAnna Petrova\t{expected}\n"


def test_a_million_ids_are_acted_on_without_a_list_of_objects(open_desk: Callable[..., Desk], people: People) -> None:
    desk = open_desk(people.workspace)
    desk.window.ticks.tick_all(array("q", [*people.ids, *range(1_000, 1_000_000)]))
    desk.settle()
    selection = desk.window.contacts.selection
    assert isinstance(selection.ids, array)
    desk.click("tag", desk.window.contacts.action_bar)
    type_tag(desk, "All")
    assert counts(people)["All"] == 8


def test_undo_in_the_empty_search_box_means_the_last_operation_and_in_a_typed_one_the_typing(
    desk: Desk, people: People
) -> None:
    search = desk.window.contacts.header.search
    desk.key(Qt.Key.Key_F, CONTROL)
    assert desk.window.focusWidget() is search
    desk.qtbot.keyClicks(search, "an")
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert search.text() == ""
    assert counts(people) == {"VIP": 3}
    desk.key(Qt.Key.Key_Z, CONTROL)
    assert counts(people) == {}


def test_what_waits_for_other_work_says_so(desk: Desk, people: People) -> None:
    gate = threading.Event()
    desk.window.runner.write(lambda: gate.wait(20))
    desk.window.ticks.tick(people.ids[3:4])
    selection = desk.window.contacts.selection
    assert desk.window.workspace is not None
    desk.window.contacts.writes.run(contact_writes.tagging(desk.window.workspace, selection, "Late"))
    desk.qtbot.waitUntil(lambda: "as soon as" in status(desk), timeout=5_000)
    gate.set()
    desk.settle()
    assert counts(people)["Late"] == 1
    assert "Late" in status(desk)
