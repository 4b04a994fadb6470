"""The whole way of a file into the database and back, by clicks and keys."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QFileDialog, QLineEdit, QMainWindow, QPushButton, QRadioButton

from tests.ui.imports.conftest import Importing
from ulkacrm_desktop.core.contact_document import ContactDocument, EmailEntry
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.imports.import_sheet import Step
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

Start = Callable[[Path | None], Importing]
WriteCsv = Callable[..., Path]


def contacts(workspace: Workspace) -> dict[str, ContactDocument]:
    """Every contact by its name."""
    found = workspace.read(lambda connection: list(contact_documents(connection, EVERYBODY)))
    return {contact.name: contact for contact in found}


EVERYBODY = ContactSelection.matching(ContactQuery())
GOOD = (
    ("Анна Петрова", "anna@example.com", "+7 916 123-45-67", "VIP, Лид", "ООО «Ромашка»"),
    ("Борис Орлов", "boris@example.com", "+7 916 123-45-68", "лид", ""),
)
FAULTY = ("Вера Смирнова", "vera@", "+7 916 123-45-69", "", "")
NAMELESS = ("", "nobody@example.com", "", "", "")


def press(key: Qt.Key) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)


def type_into_editor(importing: Importing, text: str) -> None:
    """Replace what stands in the open cell editor, and end with Enter."""
    table = importing.wizard.preview_step.table
    assert table is not None
    importing.until(lambda: table.findChild(QLineEdit, "cell_editor") is not None)
    editor = table.findChild(QLineEdit, "cell_editor")
    assert editor is not None and editor.hasFocus()
    editor.selectAll()
    # Pasted: the key events of tests know no Cyrillic.
    QApplication.clipboard().setText(text)
    QTest.keyClick(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def test_a_russian_spreadsheet_is_imported_by_three_clicks(
    start: Start, write_csv: WriteCsv, local_workspace: Workspace
) -> None:
    importing = start(write_csv(GOOD))
    importing.to_columns()
    importing.to_preview()
    assert importing.counts() == {"create": 2, "update": 0, "unchanged": 0, "skip": 0, "error": 0}
    assert importing.wizard.next_button.text() == "&Import 2 contacts"
    assert contacts(local_workspace) == {}, "nothing is written before the import"
    report = importing.to_summary()
    assert (report.created, report.updated, report.errors) == (2, 0, ())
    found = contacts(local_workspace)
    assert set(found) == {"Анна Петрова", "Борис Орлов"}
    anna = found["Анна Петрова"]
    assert [email.address for email in anna.emails] == ["anna@example.com"]
    assert [phone.match_key for phone in anna.phones] == ["79161234567"]
    assert {tag.casefold() for tag in anna.tags} == {"vip", "лид"}
    assert set(found["Борис Орлов"].tags) < set(anna.tags), "one tag however it is written"
    assert anna.company == "ООО «Ромашка»"
    assert importing.wizard.summary_step.sentence.text() == "2 contacts created."


def test_the_keyboard_alone_leads_through(start: Start, write_csv: WriteCsv, local_workspace: Workspace) -> None:
    importing = start(write_csv(GOOD))
    importing.until(lambda: importing.wizard.file_step.ready)
    press(Qt.Key.Key_Return)
    assert importing.wizard.step is Step.COLUMNS
    press(Qt.Key.Key_Return)
    importing.until(lambda: importing.wizard.step is Step.PREVIEW and importing.shown())
    QTest.keyClick(importing.wizard, Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier)
    importing.until(lambda: importing.wizard.step is Step.SUMMARY)
    assert len(contacts(local_workspace)) == 2
    press(Qt.Key.Key_Return)
    assert not importing.wizard.isVisible()


def test_a_faulty_cell_is_mended_in_place(start: Start, write_csv: WriteCsv, local_workspace: Workspace) -> None:
    importing = start(write_csv([*GOOD, FAULTY, NAMELESS]))
    importing.to_preview()
    assert importing.counts()["error"] == 2
    importing.show_kind("error", 2)
    table, model = importing.wizard.preview_step.table, importing.wizard.preview_step.model
    assert table is not None and model is not None
    table.setFocus()
    assert "domain" in importing.wizard.preview_step.details.body.text()
    QTest.keyClick(table, Qt.Key.Key_F2)
    assert table.currentIndex().column() == model.section_of("file:1"), "F2 goes to the faulty cell"
    type_into_editor(importing, "vera@nowhere")
    importing.until(lambda: "still faulty" in importing.wizard.preview_step.said.text())
    assert importing.counts()["error"] == 2
    importing.until(lambda: model.data(model.index(0, 3)) == "vera@nowhere")
    QTest.keyClick(table, Qt.Key.Key_F2)
    type_into_editor(importing, "vera@example.com")
    importing.until(lambda: importing.counts()["error"] == 1)
    assert importing.counts()["create"] == 3
    importing.until(lambda: importing.wizard.next_button.text() == "&Import 3 contacts")
    # The next faulty row has taken its place: a missing name is given in the column of names.
    importing.until(lambda: model.total == 1 and model.row_at(0) is not None)
    QTest.keyClick(table, Qt.Key.Key_F2)
    assert table.currentIndex().column() == model.section_of("file:0")
    type_into_editor(importing, "Глеб Никто")
    importing.until(lambda: importing.counts()["error"] == 0)
    importing.to_summary()
    assert set(contacts(local_workspace)) == {"Анна Петрова", "Борис Орлов", "Вера Смирнова", "Глеб Никто"}


def test_the_next_cell_can_be_mended_while_the_page_is_read_again(
    start: Start, write_csv: WriteCsv, local_workspace: Workspace, runner: TaskRunner
) -> None:
    others = [(f"Faulty {n}", f"faulty{n}@", "", "", "") for n in (2, 3)]
    importing = start(write_csv([*GOOD, FAULTY, *others]))
    importing.to_preview()
    importing.show_kind("error", 3)
    table, model = importing.wizard.preview_step.table, importing.wizard.preview_step.model
    assert table is not None and model is not None
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    with importing.wizard.session.plan_lock:  # nothing is judged before the next cell is being edited
        type_into_editor(importing, "vera@example.com")
        importing.until(lambda: table.findChild(QLineEdit, "cell_editor") is None)
        QTest.keyClick(table, Qt.Key.Key_Down)
        QTest.keyClick(table, Qt.Key.Key_F2)
        editor = table.findChild(QLineEdit, "cell_editor")
        assert editor is not None and editor.text() == "faulty2@"
        QTest.keyClick(editor, Qt.Key.Key_End)
        QTest.keyClicks(editor, "exam")
    importing.until(lambda: importing.counts()["error"] == 2 and not runner.pending)
    assert table.findChild(QLineEdit, "cell_editor") is editor and editor.hasFocus()
    assert (editor.text(), editor.cursorPosition()) == ("faulty2@exam", 12)
    QTest.keyClicks(editor, "ple.com")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    importing.until(lambda: importing.counts()["error"] == 1 and model.total == 1)
    importing.until(lambda: model.data(model.index(0, model.section_of("file:1"))) == "faulty3@")
    importing.to_summary()
    found = contacts(local_workspace)
    assert [email.address for email in found["Вера Смирнова"].emails] == ["vera@example.com"]
    assert [email.address for email in found["Faulty 2"].emails] == ["faulty2@example.com"]


def test_a_double_click_edits_the_cell_under_it(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv([*GOOD, FAULTY]))
    importing.to_preview()
    importing.show_kind("error", 1)
    table, model = importing.wizard.preview_step.table, importing.wizard.preview_step.model
    assert table is not None and model is not None
    place = table.visualRect(model.index(0, model.section_of("file:1"))).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    type_into_editor(importing, "vera@example.com")
    importing.until(lambda: importing.counts()["error"] == 0)


def test_faulty_rows_are_saved_and_the_rest_is_imported(
    start: Start, write_csv: WriteCsv, local_workspace: Workspace, tmp_path: Path
) -> None:
    importing = start(write_csv([*GOOD, FAULTY, NAMELESS]))
    importing.to_preview()
    target = tmp_path / "faulty.xlsx"
    importing.prompter.new_file = target
    importing.click("save_faulty")
    importing.until(lambda: "2 rows saved" in importing.wizard.status.text())
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:2] == ["ФИО", "E-mail"] and rows[0][-1] == "What is wrong"
    assert rows[1][0] == "Вера Смирнова" and "E-mail" in str(rows[1][-1])
    report = importing.to_summary()
    assert len(contacts(local_workspace)) == 2
    assert [error.row for error in report.errors] == [4, 5], "numbered as a spreadsheet does"
    again = tmp_path / "faulty.csv"
    importing.prompter.new_file = again
    importing.click("save_faulty_rows")
    importing.until(again.exists)


def test_a_second_import_updates_and_shows_before_and_after(
    start: Start, write_csv: WriteCsv, local_workspace: Workspace
) -> None:
    importing = start(write_csv(GOOD))
    importing.to_preview()
    importing.to_summary()
    importing.click("next")
    changed = ("Анна Петрова", "anna@example.com", "+7 916 123-45-67", "VIP", "АО «Лютик»")
    second = start(write_csv([changed, GOOD[1]], name="второй.csv"))
    second.to_columns()
    step = second.wizard.columns_step
    assert step.summary.text().endswith("The choices of last time are remembered.")
    reasons = {row.reason.text() for row in step.findChildren(type(_row(second)))}
    assert reasons == {""}, "said once for all"
    second.to_preview()
    assert second.counts() == {"create": 0, "update": 1, "unchanged": 1, "skip": 0, "error": 0}
    model = second.wizard.preview_step.model
    assert model is not None
    second.show_kind("update", 1)
    company = model.index(0, model.section_of("file:4"))
    assert model.data(company) == "АО «Лютик»"
    assert model.data(company, Qt.ItemDataRole.AccessibleDescriptionRole) == "was ООО «Ромашка»"
    story = second.wizard.preview_step.details.body.text()
    assert "ООО «Ромашка»" in story and "АО «Лютик»" in story and "Анна Петрова" in story
    second.to_summary()
    assert contacts(local_workspace)["Анна Петрова"].company == "АО «Лютик»"


def _row(importing: Importing) -> object:
    return importing.wizard.columns_step._rows[0]


def test_undo_takes_everything_back(start: Start, write_csv: WriteCsv, local_workspace: Workspace) -> None:
    importing = start(write_csv(GOOD))
    importing.to_preview()
    report = importing.to_summary()
    importing.click("undo_import")
    assert importing.undone == [report.operation]
    local_workspace.perform(undo_operation, operation_id=report.operation)
    assert contacts(local_workspace) == {}


def test_the_imported_contacts_can_be_shown(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv(GOOD))
    importing.to_preview()
    report = importing.to_summary()
    importing.click("show_imported")
    assert importing.wanted == [report]


def test_an_import_that_is_cancelled_leaves_nothing(
    start: Start, write_csv: WriteCsv, local_workspace: Workspace, scratch: Path
) -> None:
    rows = [(f"Контакт {n}", f"user{n}@example.com", f"+7 916 {n:07d}", "VIP", "") for n in range(6000)]
    importing = start(write_csv(rows))
    importing.to_preview()
    importing.click("next")
    assert importing.wizard.step is Step.IMPORT
    importing.click("cancel_job", importing.wizard.progress_step)
    importing.until(lambda: importing.wizard.session.busy is None)
    assert importing.wizard.step is Step.PREVIEW
    assert "Nothing was imported" in importing.wizard.status.text()
    assert contacts(local_workspace) == {} and importing.reports == []
    report = importing.to_summary()
    assert report.created == 6000, "the plan is still good"
    importing.click("next")
    importing.until(lambda: not list(scratch.glob("plan-*")))


def test_the_import_goes_on_in_the_background(
    start: Start, write_csv: WriteCsv, local_workspace: Workspace, window: QMainWindow
) -> None:
    rows = [(f"Контакт {n}", f"user{n}@example.com", "", "", "") for n in range(6000)]
    importing = start(write_csv(rows))
    importing.to_preview()
    importing.click("next")
    QTest.keyClick(importing.wizard, Qt.Key.Key_Escape)
    assert not importing.wizard.isVisible() and importing.wizard.is_importing
    importing.until(lambda: len(importing.reports) == 1)
    assert not importing.wizard.isVisible(), "a sheet never pops up over other work"
    assert len(contacts(local_workspace)) == 6000
    importing.click("show_summary", window)
    assert importing.wizard.isVisible() and importing.wizard.step is Step.SUMMARY


def test_a_plan_that_is_outdated_is_made_anew(start: Start, write_csv: WriteCsv, local_workspace: Workspace) -> None:
    importing = start(write_csv([*GOOD, FAULTY]))
    importing.to_preview()
    importing.show_kind("error", 1)
    table = importing.wizard.preview_step.table
    assert table is not None
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    type_into_editor(importing, "vera@example.com")
    importing.until(lambda: importing.counts()["error"] == 0)
    local_workspace.perform(create_contact, contact=ContactInput(name="Anna", emails=(EmailEntry("anna@example.com"),)))
    importing.click("next")
    importing.until(lambda: importing.wizard.preview_step.word.isVisible() and importing.shown())
    assert importing.wizard.step is Step.PREVIEW
    assert "changed since" in importing.wizard.preview_step.word.text.text()
    assert importing.counts() == {"create": 2, "update": 1, "unchanged": 0, "skip": 0, "error": 0}
    importing.to_summary()
    assert len(contacts(local_workspace)) == 3


def test_going_back_loses_nothing(start: Start, write_csv: WriteCsv, local_workspace: Workspace) -> None:
    importing = start(write_csv([*GOOD, FAULTY]))
    importing.to_preview()
    importing.show_kind("error", 1)
    table = importing.wizard.preview_step.table
    assert table is not None
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    type_into_editor(importing, "vera@example.com")
    importing.until(lambda: importing.counts()["error"] == 0)
    importing.click("back")
    assert importing.wizard.step is Step.COLUMNS
    first = importing.wizard.session.plan
    importing.click("next")
    assert importing.wizard.step is Step.PREVIEW
    assert importing.wizard.session.plan is first, "nothing has changed: the same plan"
    importing.click("step_1")
    box = importing.wizard.findChild(QCheckBox, "match_phone")
    assert box is not None
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    importing.to_preview()
    assert importing.wizard.session.plan is not first
    assert importing.counts()["error"] == 0, "what was mended stays mended"
    importing.to_summary()
    assert len(contacts(local_workspace)) == 3


def test_a_new_property_is_made_by_the_import(start: Start, write_csv: WriteCsv, local_workspace: Workspace) -> None:
    headings = ("Name", "Email", "Birthday", "Turnover")
    rows = [
        ("Petrova, Anna", "anna@example.com", "03.04.1990", "1,500"),
        ("Orlov, Boris", "b@example.com", "05.06.1991", "2,500"),
    ]
    importing = start(write_csv(rows, headings=headings))
    importing.to_columns()
    importing.click("properties_of_rest")
    importing.click("next")
    importing.until(lambda: importing.wizard.session.busy is None)
    assert importing.wizard.step is Step.COLUMNS, "both readings fit: it asks"
    assert not importing.wizard.next_button.isEnabled()
    for answer in ("answer_dmy", "answer_comma", "answer_last_first"):
        radio = importing.wizard.columns_step.findChild(QRadioButton, answer)
        assert radio is not None
        QTest.mouseClick(radio, Qt.MouseButton.LeftButton, pos=QPoint(8, radio.height() // 2))
    importing.to_preview()
    importing.to_summary()
    properties = {p.name: p for p in local_workspace.read(property_definitions)}
    anna = contacts(local_workspace)["Anna Petrova"]
    assert str(anna.properties[properties["Birthday"].id]) == "1990-04-03"
    assert float(anna.properties[properties["Turnover"].id]) == 1.5  # type: ignore[arg-type]


def test_a_workbook_is_imported(start: Start, tmp_path: Path, local_workspace: Workspace) -> None:
    path = tmp_path / "книга.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Пусто")
        sheet = book.add_worksheet("Клиенты")
        sheet.write_row(0, 0, ["Имя", "Email", "Телефон"])
        sheet.write_row(1, 0, ["Анна Петрова", "anna@example.com"])
        sheet.write_number(1, 2, 79161234567)
    importing = start(path)
    importing.until(lambda: not importing.wizard.file_step.waiting)
    step = importing.wizard.file_step
    assert step.sheet.isVisible() and not step.encoding.isVisible() and not step.delimiter.isVisible()
    step.sheet.setFocus()
    if step.sheet.currentData() != "Клиенты":
        QTest.keyClick(step.sheet, Qt.Key.Key_Down)
    importing.until(lambda: step.ready and step.sheet.currentData() == "Клиенты")
    importing.to_preview()
    importing.to_summary()
    anna = contacts(local_workspace)["Анна Петрова"]
    assert [phone.match_key for phone in anna.phones] == ["79161234567"]


def test_address_cards_are_dropped_and_imported(start: Start, tmp_path: Path, local_workspace: Workspace) -> None:
    path = tmp_path / "cards.vcf"
    path.write_text(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Анна Петрова\r\nN:Петрова;Анна;;;\r\nEMAIL:anna@example.com\r\n"
        "END:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:Борис Орлов\r\nTEL:+79161234568\r\nEND:VCARD\r\n",
        encoding="utf-8",
    )
    importing = start(None)
    assert not importing.wizard.next_button.isEnabled()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(50, 50), *how)
    QApplication.sendEvent(importing.wizard, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(importing.wizard, QDropEvent(QPointF(50, 50), *how))
    importing.to_columns()
    importing.to_preview()
    importing.to_summary()
    assert set(contacts(local_workspace)) == {"Анна Петрова", "Борис Орлов"}


def test_a_file_is_chosen_in_the_dialog(start: Start, write_csv: WriteCsv) -> None:
    path = write_csv(GOOD)
    importing = start(None)
    importing.click("choose_file")
    dialog = importing.wizard.findChild(QFileDialog, "file_dialog")
    assert dialog is not None and dialog.isVisible()
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(path.name)
    accept = next(button for button in dialog.findChildren(QPushButton) if "Open" in button.text())
    QTest.mouseClick(accept, Qt.MouseButton.LeftButton)
    importing.until(lambda: importing.wizard.file_step.ready)
    assert importing.wizard.file_step.name.text() == path.name


def test_leaving_with_mended_cells_asks_first(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv([*GOOD, FAULTY]))
    importing.to_preview()
    importing.show_kind("error", 1)
    table = importing.wizard.preview_step.table
    assert table is not None
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    type_into_editor(importing, "vera@example.com")
    importing.until(lambda: importing.counts()["error"] == 0)
    importing.click("close_import")
    assert importing.wizard.isVisible()
    importing.click("cancel")
    assert importing.wizard.isVisible() and importing.wizard.step is Step.PREVIEW
    importing.click("close_import")
    importing.click("leave")
    assert not importing.wizard.isVisible()


@pytest.mark.parametrize("step", ["file", "columns", "preview"])
def test_escape_leaves_and_nothing_stays_behind(
    start: Start, write_csv: WriteCsv, scratch: Path, step: str, local_workspace: Workspace
) -> None:
    importing = start(write_csv(GOOD))
    importing.until(lambda: importing.wizard.file_step.ready)
    if step != "file":
        importing.to_columns()
    if step == "preview":
        importing.to_preview()
    QTest.keyClick(importing.wizard, Qt.Key.Key_Escape)
    assert not importing.wizard.isVisible()
    importing.until(lambda: not list(scratch.glob("plan-*")))
    assert contacts(local_workspace) == {}
