"""The merge form, driven from the list by clicks and keys."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QWidget

from tests.ui.window_fixtures import Desk, People
from ulkacrm_desktop.core.contact_document import ContactDocument
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.services.operations.contacts import remove_contacts, update_contact
from ulkacrm_desktop.services.operations.notes import add_note
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.ui.duplicates.merge_form import MergeForm
from ulkacrm_desktop.ui.duplicates.value_cell import ValueCell


def open_form(desk: Desk, ids: list[int]) -> MergeForm:
    desk.window.ticks.tick(ids)
    desk.settle()
    desk.window.registry["merge"].trigger()
    desk.settle()
    form = desk.window.findChild(MergeForm)
    assert form is not None
    return form


def cell(form: QWidget, name: str) -> QAbstractButton:
    found = form.findChild(QAbstractButton, name)
    assert found is not None, name
    return found


def click(desk: Desk, form: QWidget, name: str) -> None:
    desk.qtbot.mouseClick(cell(form, name), Qt.MouseButton.LeftButton)
    desk.settle()


def present(people: People) -> dict[int, ContactDocument]:
    with people.workspace.reading() as connection:
        return {contact.id: contact for contact in contact_documents(connection, people.ids)}


def content(contact: ContactDocument) -> tuple[object, ...]:
    addresses = [(entry.address, entry.is_primary) for entry in contact.emails]
    return contact.name, contact.company, contact.notes, contact.tags, contact.properties, addresses


def test_what_is_chosen_is_merged_and_taken_back_from_the_status_line(desk: Desk, people: People) -> None:
    anna, boris, clara = people.ids[:3]
    before = present(people)
    form = open_form(desk, [anna, boris, clara])
    desk.qtbot.waitUntil(cell(form, "primary_0").hasFocus)
    assert cell(form, "name_0").isChecked()
    assert form.findChild(QAbstractButton, "company_1") is None, "there is nothing to choose"
    assert "Acme" in [label.text() for label in form.findChildren(QLabel) if label.isVisible()]
    click(desk, form, "primary_1")
    assert cell(form, "name_1").isChecked()
    click(desk, form, "name_2")
    click(desk, form, f"property:{people.shoe_size}_0")
    # Another contact to merge into leaves what was chosen by hand.
    click(desk, form, "primary_0")
    assert cell(form, "name_2").isChecked()
    assert cell(form, "email_0").isChecked()
    click(desk, form, "email_2")
    desk.click("submit", form)
    assert desk.window.findChild(MergeForm) is None
    now = present(people)
    assert set(now) == set(people.ids) - {boris, clara}
    merged = now[anna]
    assert (merged.name, merged.company, merged.notes) == ("Clara Schmidt", "Acme", "любит анчоусы")
    assert merged.properties[people.shoe_size] == 36
    assert [e.address for e in merged.emails if e.is_primary] == ["person2@example.org"]
    assert len(merged.emails) == 3
    assert desk.window.contacts.list.rows.current_id == anna
    assert list(desk.window.ticks.ids()) == [anna]
    desk.click("undo_last")
    again = present(people)
    assert {contact_id: content(contact) for contact_id, contact in again.items()} == {
        contact_id: content(contact) for contact_id, contact in before.items()
    }


def test_a_merge_by_keys_alone(desk: Desk, people: People) -> None:
    form = open_form(desk, people.ids[3:5])
    desk.qtbot.keyClick(cell(form, "primary_0"), Qt.Key.Key_Right)
    assert cell(form, "primary_1").isChecked()
    assert cell(form, "primary_1").hasFocus()
    desk.qtbot.keyClick(cell(form, "primary_1"), Qt.Key.Key_Tab)
    assert form.focusWidget() is cell(form, "name_1")
    desk.qtbot.keyClick(cell(form, "name_1"), Qt.Key.Key_Left)
    assert cell(form, "name_0").isChecked()
    desk.qtbot.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    now = present(people)
    assert people.ids[3] not in now
    assert now[people.ids[4]].name == "Дмитрий Иванов"


def test_what_was_changed_meanwhile_is_said_and_the_choices_stay(desk: Desk, people: People) -> None:
    anna, boris = people.ids[:2]
    form = open_form(desk, [anna, boris])
    click(desk, form, "primary_1")
    click(desk, form, "name_0")
    seen = present(people)[anna]
    people.workspace.perform(update_contact, contact_id=anna, seen=seen, changes={"company": "Umbrella"})
    desk.settle()
    desk.click("submit", form)
    failure = form.findChild(QLabel, "failure")
    assert failure is not None
    assert failure.isVisible()
    assert failure.text()
    assert set(present(people)) == set(people.ids)
    # What is there now is shown; what was chosen is chosen.
    assert cell(form, "company_0").text() == "Umbrella"
    assert cell(form, "primary_1").isChecked()
    assert cell(form, "name_0").isChecked()
    desk.click("submit", form)
    now = present(people)
    assert anna not in now
    assert (now[boris].name, now[boris].company) == ("Anna Petrova", "Acme")


def test_the_sentence_tells_of_notes_that_move(desk: Desk, people: People) -> None:
    people.workspace.perform(add_note, contact_id=people.ids[1], title="Call", body="Twice")
    form = open_form(desk, people.ids[:2])
    said = form.findChild(QLabel, "merge_sentence")
    assert said is not None
    assert "Борис Орлов will be folded into Anna Petrova" in said.text()
    assert "1 note moves along." in said.text()
    click(desk, form, "primary_1")
    assert "Anna Petrova will be folded into Борис Орлов" in said.text()
    assert "note" not in said.text()
    form.reject()


def test_it_is_as_high_as_what_is_in_it_and_tab_ends_at_the_buttons(desk: Desk, people: People) -> None:
    desk.window.resize(1280, 800)
    form = open_form(desk, people.ids[:3])
    assert form.findChild(QScrollArea).verticalScrollBar().maximum() == 0
    cells = [each for each in form.findChildren(ValueCell) if each.isVisible()]
    assert form.height() < desk.window.height()
    assert min(each.height() for each in cells) > 0
    stops = []
    while not stops or stops[-1] != "submit":
        stops.append(form.focusWidget().objectName())
        desk.qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
        assert len(stops) < 20
    assert stops[0] == "primary_0"
    assert stops[-2:] == ["cancel", "submit"]
    assert form.focusWidget() is cell(form, "primary_0")
    form.reject()


def test_it_says_when_contacts_came_with_the_exact_time_in_the_tip(desk: Desk, people: People) -> None:
    form = open_form(desk, people.ids[:2])
    first = cell(form, "primary_0")
    assert first.accessibleName() == "Anna Petrova, added just now"
    assert str(present(people)[people.ids[0]].created_at.year) in first.toolTip()
    form.reject()


def test_contacts_that_are_gone_cannot_be_merged(desk: Desk, people: People) -> None:
    people.workspace.perform(remove_contacts, selection=ContactSelection.of(people.ids[1]))
    form = MergeForm(desk.window, people.workspace, desk.window.runner, people.ids[:2])
    form.open()
    desk.settle()
    assert not cell(form, "submit").isEnabled()
    failure = form.findChild(QLabel, "failure")
    assert failure is not None
    assert "not there" in failure.text()
    form.reject()
