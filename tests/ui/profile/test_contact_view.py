"""The card and the page of a contact, by mouse and keyboard, on a real database."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.profile.conftest import Known
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.services.operations.contacts import remove_contacts, update_contact
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.operations.merging import merge_contacts
from ulkacrm_desktop.services.operations.notes import add_note, change_note
from ulkacrm_desktop.services.operations.properties import set_property_value
from ulkacrm_desktop.services.operations.tags import add_tags, change_tag
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.notes import notes
from ulkacrm_desktop.services.queries.tags import tag_named
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.property_form import PropertyForm
from ulkacrm_desktop.ui.profile import activity_tab
from ulkacrm_desktop.ui.profile.address_lines import AddressRow, ElidedLink
from ulkacrm_desktop.ui.profile.contact_card import ContactCard
from ulkacrm_desktop.ui.profile.contact_view import ProfileTab
from ulkacrm_desktop.ui.profile.note_cards import NoteCard
from ulkacrm_desktop.ui.profile.profile_page import ProfilePage
from ulkacrm_desktop.ui.profile.property_line import PropertyLine
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.widgets.relative_time import exact_time

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def card(qtbot: QtBot, local_workspace: Workspace, runner: TaskRunner, known: Known) -> ContactCard:
    made = ContactCard(local_workspace, runner)
    qtbot.addWidget(made)
    made.resize(360, 800)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    with qtbot.waitSignal(made.view.shown):
        made.show_contact(known.anna)
    return made


def texts(widget: QWidget) -> str:
    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    links = [link.full_text for link in widget.findChildren(ElidedLink)]
    return "\n".join(labels + links)


def test_a_card_tells_who_it_is(card: ContactCard) -> None:
    shown = texts(card.view.header)
    for told in ("Anna Petrova", "Acme", "anna@acme.io", "+7 916 123-45-67"):
        assert told in shown
    header = card.view.header
    assert (header.responsible.text(), header.contact_class.text()) == ("Responsible: nobody", "Class: General")
    assert card.view.header.tags.tags() == ["VIP"]
    overview = texts(card.view.overview)
    assert "anna@home.io" in overview
    assert "Rings after two" in overview
    assert "38" in overview


def test_the_overview_repeats_nothing_of_the_header(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    for told in ("anna@acme.io", "+7 916 123-45-67", "Anna", "Acme"):
        assert told not in texts(card.view.overview).splitlines()
    local_workspace.perform(update_contact, contact_id=known.anna, changes={"first_name": "Anne"})
    qtbot.waitUntil(lambda: "Anne" in texts(card.view.overview).splitlines())


def test_moments_are_relative_and_exact_under_the_pointer(
    card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    contact = local_workspace.read(contact_document, known.anna)
    added = card.view.overview.findChild(QLabel, "created_at")
    assert added is not None
    assert (added.text(), added.toolTip()) == ("just now", exact_time(contact.created_at))


def test_the_last_of_many_steps_is_shown(qtbot: QtBot, card: ContactCard, known: Known) -> None:
    for _step in range(20):
        card.show_contact(known.boris)
        card.show_contact(known.anna)
    card.show_contact(known.boris)
    qtbot.waitUntil(lambda: card.view.header.name.text() == "Boris Orlov")
    card.show_contact(None)
    assert card.view.empty.isVisible()
    assert card.contact_id is None


def test_a_right_click_copies_and_a_click_has_its_link(card: ContactCard) -> None:
    link = card.view.header.findChild(ElidedLink, "phone")
    assert link is not None
    assert link.link == "tel:+79161234567"
    menu = link.menu_of()
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == ["Call", "Text message", "Write on WhatsApp", "Copy"]
    menu.actions()[-1].trigger()
    assert QGuiApplication.clipboard().text() == "+7 916 123-45-67"
    menu.close()
    rows = card.view.overview.findChildren(AddressRow)
    telegram = next(row.link for row in rows if row.link.full_text == "@anna")
    assert telegram.link == "https://t.me/anna"
    telegram.setFocus()
    QTest.keyClick(telegram, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "@anna"


def test_tags_are_saved_at_once_and_follow_their_colour(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    line = card.view.header.tags.findChild(QLineEdit, "add_tag")
    assert line is not None
    line.setFocus()
    QTest.keyClicks(line, "Lead")
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: local_workspace.read(contact_document, known.anna).tags == ("Lead", "VIP"))
    vip = local_workspace.read(tag_named, "VIP")
    assert vip is not None
    local_workspace.perform(change_tag, tag_id=vip.id, color="red")
    chips = card.view.header.tags
    qtbot.waitUntil(lambda: [c.chip.colour for c in chips._chips if c.chip.text == "VIP"] == ["red"])
    with qtbot.waitSignal(card.tag_clicked) as clicked:
        QTest.keyClick(chips._chips[1], Qt.Key.Key_Return)
    assert clicked.args == [vip.id]
    QTest.keyClick(chips._chips[1], Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: local_workspace.read(contact_document, known.anna).tags == ("Lead",))


def test_a_property_is_set_in_place_and_esc_restores(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    card.view.tabs.setCurrentIndex(ProfileTab.PROPERTIES)
    line = card.view.properties.line(known.size)
    assert line.label.text() == "38"
    line.label.setFocus()
    QTest.keyClick(line.label, Qt.Key.Key_F2)
    edit = line.findChild(QLineEdit)
    assert edit is not None
    assert edit.hasFocus()
    QTest.keyClicks(edit, "40")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert not line.is_editing
    assert line.label.text() == "38"
    assert line.label.hasFocus()
    QTest.keyClick(line.label, Qt.Key.Key_Return)
    edit = next(e for e in line.findChildren(QLineEdit) if e.isVisible())
    QTest.keyClicks(edit, "forty")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert line.is_editing
    assert line.note.text() == "This is no number."
    edit.selectAll()
    QTest.keyClicks(edit, "39.5")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert not line.is_editing
    assert line.label.text() == "39.5"
    half = Decimal("39.5")
    qtbot.waitUntil(lambda: local_workspace.read(contact_document, known.anna).properties[known.size] == half)
    local_workspace.perform(undo_operation)
    qtbot.waitUntil(lambda: line.label.text() == "38")


def test_leaving_the_editor_saves_and_an_open_one_is_not_taken_over(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    card.view.tabs.setCurrentIndex(ProfileTab.PROPERTIES)
    line = card.view.properties.line(known.size)
    QTest.mouseClick(line.label, LEFT)
    edit = line.findChild(QLineEdit)
    assert edit is not None
    QTest.keyClicks(edit, "41")
    local_workspace.perform(set_property_value, contact_id=known.anna, property_id=known.size, value=Decimal(37))
    qtbot.waitUntil(lambda: line.note.text() == "Saved meanwhile: 37")
    assert edit.text() == "41"
    card.view.properties.line(known.delivery).label.setFocus()
    assert not line.is_editing
    qtbot.waitUntil(lambda: local_workspace.read(contact_document, known.anna).properties[known.size] == Decimal(41))


def test_a_newer_value_that_was_not_seen_is_shown_before_it_is_overwritten(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    card.view.tabs.setCurrentIndex(ProfileTab.PROPERTIES)
    line = card.view.properties.line(known.size)

    def edit_and_save(text: str) -> None:
        QTest.mouseClick(line.label, LEFT)
        edit = next(e for e in line.findChildren(QLineEdit) if e.isVisible())
        edit.selectAll()
        QTest.keyClicks(edit, text)
        # In the same turn of the loop: the card has not heard of it when Enter is pressed.
        theirs = Decimal(text) - 10
        local_workspace.perform(set_property_value, contact_id=known.anna, property_id=known.size, value=theirs)
        QTest.keyClick(edit, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: line.is_editing and line.note.text() == f"Saved meanwhile: {theirs}")
        assert local_workspace.read(contact_document, known.anna).properties[known.size] == theirs

    def editor() -> QLineEdit:
        return next(e for e in line.findChildren(QLineEdit) if e.isVisible())

    edit_and_save("41")
    assert editor().text() == "41" and editor().hasFocus()
    QTest.keyClick(editor(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: local_workspace.read(contact_document, known.anna).properties[known.size] == Decimal(41))
    edit_and_save("43")
    QTest.keyClick(editor(), Qt.Key.Key_Escape)
    assert line.label.text() == "33"
    assert local_workspace.read(contact_document, known.anna).properties[known.size] == Decimal(33)


def test_showing_another_contact_saves_what_is_being_edited(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    card.view.tabs.setCurrentIndex(ProfileTab.PROPERTIES)
    line = card.view.properties.line(known.size)
    line.edit()
    edit = line.findChild(QLineEdit)
    assert edit is not None
    QTest.keyClicks(edit, "42")
    card.show_contact(known.boris)
    qtbot.waitUntil(lambda: local_workspace.read(contact_document, known.anna).properties[known.size] == Decimal(42))
    qtbot.waitUntil(lambda: card.view.properties.line(known.size).label.text() == "Not set")


def test_a_property_is_made_from_the_profile(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    card.view.tabs.setCurrentIndex(ProfileTab.PROPERTIES)
    add = card.view.properties.findChild(QPushButton, "new_property")
    assert add is not None
    QTest.mouseClick(add, LEFT)
    form = card.findChild(PropertyForm)
    assert form is not None
    qtbot.waitUntil(form.isActiveWindow)
    QTest.keyClicks(form.editor("name"), "signed")
    form.submit()
    problem = form.findChild(QLabel, "name_problem")
    assert problem is not None
    qtbot.waitUntil(lambda: problem.text() == "There is one of this name already.")
    QTest.keyClicks(form.editor("name"), " by")
    with qtbot.waitSignal(form.property_saved) as saved:
        QTest.keyClick(form.editor("name"), Qt.Key.Key_Return)
    assert saved.args is not None
    made = f"property_line:{saved.args[0]}"
    qtbot.waitUntil(lambda: card.view.properties.findChild(PropertyLine, made) is not None)
    assert card.view.properties.line(saved.args[0]).definition.name == "signed by"


def test_notes_are_written_changed_and_deleted(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    tab = card.view.notes
    card.view.tabs.setCurrentIndex(ProfileTab.NOTES)
    assert tab.empty.isVisible()
    write = tab.empty.findChild(QPushButton, "write_note")
    assert write is not None
    QTest.mouseClick(write, LEFT)
    assert tab.editor.body.hasFocus()
    QTest.keyClick(tab.editor.body, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert tab.editor.problem.text() == "Write something first."
    QTest.keyClicks(tab.editor.body, "Called")
    QTest.keyClick(tab.editor.body, Qt.Key.Key_Return)
    QTest.keyClicks(tab.editor.body, "again")
    QTest.keyClick(tab.editor.body, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(tab.findChildren(NoteCard)) == 1)
    assert tab.editor.isHidden()
    note = tab.findChildren(NoteCard)[0]
    assert note.note.body == "Called\nagain"
    note.setFocus()
    QTest.keyClick(note, Qt.Key.Key_F2)
    QTest.keyClicks(tab.editor.title, "Call")
    QTest.mouseClick(tab.editor.save, LEFT)
    qtbot.waitUntil(lambda: [row.title for row in local_workspace.read(notes, known.anna)] == ["Call"])
    qtbot.waitUntil(lambda: card.view.tabs.tabText(2) == "Notes 1")
    qtbot.waitUntil(lambda: [c.note.title for c in tab.findChildren(NoteCard) if c.isVisible()] == ["Call"])
    delete = next(c for c in tab.findChildren(NoteCard) if c.isVisible()).findChild(QToolButton, "remove_note")
    assert delete is not None
    QTest.mouseClick(delete, LEFT)
    qtbot.waitUntil(tab.empty.isVisible)
    assert local_workspace.read(notes, known.anna) == ()


def test_a_newer_note_of_somebody_else_is_shown_and_not_overwritten(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    note_id = local_workspace.perform(add_note, contact_id=known.anna, body="First").result
    tab = card.view.notes
    card.view.tabs.setCurrentIndex(ProfileTab.NOTES)
    qtbot.waitUntil(lambda: len(tab.findChildren(NoteCard)) == 1)
    tab.findChildren(NoteCard)[0].edit_requested.emit(note_id)
    local_workspace.perform(change_note, note_id=note_id, version=1, body="Theirs")
    tab.editor.body.setPlainText("Mine")
    QTest.mouseClick(tab.editor.save, LEFT)
    qtbot.waitUntil(tab.editor.theirs.isVisible)
    assert tab.editor.theirs_text.text() == "Saved meanwhile: Theirs"
    assert local_workspace.read(notes, known.anna)[0].body == "Theirs"
    QTest.mouseClick(tab.editor.save, LEFT)
    qtbot.waitUntil(lambda: local_workspace.read(notes, known.anna)[0].body == "Mine")
    qtbot.waitUntil(tab.editor.isHidden)


def test_the_general_note_and_a_newer_one(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    tab = card.view.notes
    card.view.tabs.setCurrentIndex(ProfileTab.NOTES)
    QTest.mouseClick(tab.general, LEFT, pos=QPoint(5, 5))
    editor = tab.general_editor
    assert editor.body.toPlainText() == "Rings after two"
    local_workspace.perform(update_contact, contact_id=known.anna, changes={"notes": "Rings after three"})
    editor.body.setPlainText("Rings after four")
    QTest.mouseClick(editor.save, LEFT)
    qtbot.waitUntil(editor.theirs.isVisible)
    assert editor.theirs_text.text() == "Saved meanwhile: Rings after three"
    QTest.mouseClick(editor.take, LEFT)
    qtbot.waitUntil(lambda: tab.general.text() == "Rings after three")
    assert local_workspace.read(contact_document, known.anna).notes == "Rings after three"


def test_a_failure_is_told_in_a_sentence(
    qtbot: QtBot, card: ContactCard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_of: object, **_how: object) -> None:
        raise RuntimeError("(sqlite3.OperationalError) <at 0x7f>")

    monkeypatch.setattr(activity_tab, "timeline", breaks)
    card.view.tabs.setCurrentIndex(ProfileTab.ACTIVITY)
    empty = card.view.activity.stack.empty
    qtbot.waitUntil(empty.isVisible)
    assert "went wrong" in texts(empty)
    assert "sqlite3" not in texts(empty)
    assert "sqlite3" in caplog.text


def test_activity_is_filtered_and_told_with_before_and_after(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    local_workspace.perform(update_contact, contact_id=known.anna, changes={"company": "Umbra", "city": "Omsk"})
    local_workspace.perform(add_note, contact_id=known.anna, body="Ordered boots")
    activity = card.view.activity
    with qtbot.waitSignal(activity.loaded):
        card.view.tabs.setCurrentIndex(ProfileTab.ACTIVITY)
    model = activity.view.timeline

    def shown() -> list[str]:
        entries = [model.entry_at(row) for row in range(model.rowCount())]
        return [entry.text for entry in entries if entry is not None]

    qtbot.waitUntil(lambda: shown()[:2] == ["Note written", "Changed: Company, City"])
    changed = next(e for e in map(model.entry_at, range(model.rowCount())) if e is not None and "City" in e.text)
    told = [(change.label, change.before, change.after) for change in changed.changes]
    assert told == [("Company", "Acme", "Umbra"), ("City", "", "Omsk")]
    assert changed.who == "tester"
    activity.kind.setFocus()
    while activity.kind.currentText() != "Notes":
        QTest.keyClick(activity.kind, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: shown() == ["Note written"])
    QTest.keyClicks(activity.words, "boots")
    qtbot.waitUntil(lambda: shown() == ["Note written"])
    QTest.keyClicks(activity.words, " zzz")
    qtbot.waitUntil(activity.stack.empty.isVisible)
    clear = activity.stack.empty.findChild(QPushButton, "clear")
    assert clear is not None
    QTest.mouseClick(clear, LEFT)
    qtbot.waitUntil(lambda: len(shown()) > 2)
    assert not activity.is_filtered


def test_a_contact_that_is_deleted_says_so_and_comes_back(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    local_workspace.perform(remove_contacts, selection=ContactSelection.of(known.anna))
    qtbot.waitUntil(card.view.empty.isVisible)
    assert "This contact is gone" in texts(card.view.empty)
    local_workspace.perform(undo_operation)
    qtbot.waitUntil(card.view.header.isVisible)


def test_what_touches_all_contacts_fills_the_card_of_those_it_changed(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ulkacrm_desktop.services.workspace.IDS_LISTED", 0)
    filled = card.view.overview.widget()
    with qtbot.waitSignal(card.view.shown):
        local_workspace.perform(add_tags, selection=ContactSelection.of(known.boris), names=["VIP"])
    assert card.view.overview.widget() is filled
    with qtbot.waitSignal(card.view.shown):
        local_workspace.perform(update_contact, contact_id=known.anna, changes={"company": "Globex"})
    assert card.view.overview.widget() is not filled
    assert "Globex" in texts(card.view.header)


def test_a_hidden_card_is_read_again_when_it_is_seen(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known, runner: TaskRunner
) -> None:
    card.hide()
    local_workspace.perform(update_contact, contact_id=known.anna, changes={"company": "Globex"})
    qtbot.wait(50)
    assert runner.pending == 0
    assert "Acme" in texts(card.view.header)
    with qtbot.waitSignal(card.view.shown):
        card.show()
    assert "Globex" in texts(card.view.header)


def test_a_refused_change_is_told(qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known) -> None:
    card.view.writes.remove_note(12345)
    failure = card.view.findChild(QLabel, "profile_failure")
    assert failure is not None
    qtbot.waitUntil(failure.isVisible)
    assert "This note is no longer there" in failure.text()


def test_the_page_closes_by_esc_but_not_while_editing(
    qtbot: QtBot, local_workspace: Workspace, runner: TaskRunner, known: Known
) -> None:
    page = ProfilePage(local_workspace, runner)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    with qtbot.waitSignal(page.view.shown):
        page.show_contact(known.anna)
    assert page.contact_id == known.anna
    QTest.keyClick(page.view.tabs, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert page.view.properties.isVisible()
    line = page.view.properties.line(known.size)
    line.edit()
    edit = line.findChild(QLineEdit)
    assert edit is not None
    with qtbot.assertNotEmitted(page.closed):
        QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert not line.is_editing
    with qtbot.waitSignal(page.closed):
        QTest.keyClick(line.label, Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.edit_requested) as edited:
        QTest.mouseClick(page.findChild(QPushButton, "edit_contact"), LEFT)
    assert edited.args == [known.anna]


def test_a_contact_that_somebody_else_merges_away_leads_to_the_one_that_took_it_in(
    qtbot: QtBot, card: ContactCard, local_workspace: Workspace, known: Known
) -> None:
    with Workspace.session(local_workspace.location) as colleague:
        colleague.perform(merge_contacts, primary_id=known.boris, other_ids=[known.anna])
    card.view.reload()
    qtbot.waitUntil(lambda: card.view.header.name.text() == "Boris Orlov")
    assert card.contact_id == known.boris
    assert "anna@acme.io" in texts(card.view.header)
    local_workspace.perform(update_contact, contact_id=known.boris, changes={"name": "Boris Petrov"})
    qtbot.waitUntil(lambda: card.view.header.name.text() == "Boris Petrov")
    card.show_contact(known.anna)
    qtbot.waitUntil(lambda: card.contact_id == known.boris)
