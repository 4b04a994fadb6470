"""The form of a contact, typed into by a person, on a real database."""

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.profile.conftest import Known
from ulkacrm_desktop.core.contact_document import ContactKind, EmailEntry, PropertyType
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.services.operations.contacts import set_avatar, update_contact
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.queries.contact_documents import avatar, contact_document
from ulkacrm_desktop.services.queries.contacts import count
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.avatar_picker import picture_bytes
from ulkacrm_desktop.ui.forms.property_editors import PropertyEditor
from ulkacrm_desktop.ui.profile.contact_form import ContactForm
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 800)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def opened(
    qtbot: QtBot, window: QWidget, workspace: Workspace, runner: TaskRunner, contact_id: int | None, name: str = ""
) -> ContactForm:
    form = ContactForm(window, workspace, runner, contact_id, name=name, region="RU")
    form.open()
    qtbot.waitUntil(lambda: form.isActiveWindow() and form.line("name").isEnabled())
    # What is added to a visible form is shown by the next turn of the event loop.
    qtbot.waitUntil(lambda: all(editor.isVisible() for editor in form.findChildren(PropertyEditor)))
    return form


def red() -> bytes:
    image = QImage(32, 32, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    return picture_bytes(image)


def test_a_contact_with_everything_is_made_in_one_form(
    qtbot: QtBot, window: QWidget, local_workspace: Workspace, runner: TaskRunner, known: Known
) -> None:
    form = opened(qtbot, window, local_workspace, runner, None)
    assert form.line("name").hasFocus()
    QTest.keyClicks(form.line("first_name"), "Olga")
    QTest.keyClicks(form.line("last_name"), "Kim")
    assert form.line("name").text() == "Olga Kim"
    QTest.keyClicks(form.line("company"), "Kim & Co")
    QTest.keyClicks(form.addresses("emails").findChild(QLineEdit, "emails_1_address"), "olga@kim.example")
    QTest.keyClicks(form.addresses("phones").findChild(QLineEdit, "phones_1_address"), "8 903 000-00-01")
    tag = form.editor("tags").findChild(QLineEdit, "add_tag")
    QTest.keyClicks(tag, "vip")
    QTest.keyClick(tag, Qt.Key.Key_Return)
    QTest.keyClicks(tag, "New one")
    form.set_field(f"property:{known.size}", Decimal(37))
    form.set_field(f"property:{known.signed}", date(2024, 2, 29))
    form.avatar._take(red())
    before = local_workspace.read(last_operation)
    with qtbot.waitSignal(form.contact_saved) as saved:
        QTest.keyClick(form.line("company"), Qt.Key.Key_Return)
    assert saved.args is not None
    assert local_workspace.read(last_operation) == before + 1, "one undo takes all of it back"
    olga = local_workspace.read(contact_document, saved.args[0])
    assert (olga.name, olga.first_name, olga.last_name, olga.company) == ("Olga Kim", "Olga", "Kim", "Kim & Co")
    assert [(e.address, e.is_primary) for e in olga.emails] == [("olga@kim.example", True)]
    assert [p.match_key for p in olga.phones] == ["79030000001"]
    assert olga.tags == ("New one", "VIP")
    assert dict(olga.properties) == {known.size: Decimal(37), known.signed: date(2024, 2, 29)}
    assert olga.source == "manual"
    assert local_workspace.read(avatar, olga.id) == red()


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_saved(
    qtbot: QtBot, window: QWidget, local_workspace: Workspace, runner: TaskRunner, known: Known
) -> None:
    number = local_workspace.perform(
        create_property, name="Client number", type=PropertyType.TEXT, required=True
    ).result
    before = local_workspace.read(last_operation)
    form = opened(qtbot, window, local_workspace, runner, None)
    QTest.keyClicks(form.addresses("emails").findChild(QLineEdit, "emails_1_address"), "olga")
    size = form.editor(f"property:{known.size}").findChild(QLineEdit)
    assert size is not None
    QTest.keyClicks(size, "big")
    form.submit()

    def problem(key: str) -> str:
        label = form.findChild(QLabel, f"{key}_problem")
        assert label is not None
        return label.text() if label.isVisibleTo(form) else ""

    assert problem("name") == "Cannot be empty."
    assert problem(f"property:{known.size}") == "This is no number."
    assert form.line("name").hasFocus()
    QTest.keyClicks(form.line("name"), "Olga")
    size.selectAll()
    QTest.keyClicks(size, "37")
    form.submit()
    assert problem("name") == ""
    assert problem(f"property:{number}") == "Cannot be empty."
    lines = [label.text() for label in form.addresses("emails").findChildren(QLabel) if label.isVisible()]
    assert lines == ["An email address needs an @, such as anna@example.com."]
    assert local_workspace.read(last_operation) == before
    form.reject()


def test_likely_duplicates_are_shown_while_typing_and_can_be_opened(
    qtbot: QtBot, window: QWidget, local_workspace: Workspace, runner: TaskRunner, known: Known
) -> None:
    form = opened(qtbot, window, local_workspace, runner, None)
    QTest.keyClicks(form.line("name"), "anna petrova")
    panel = form.duplicates
    qtbot.waitUntil(panel.isVisible)
    found = panel.findChild(QPushButton, f"duplicate:{known.anna}")
    assert found is not None
    form.line("name").clear()
    QTest.keyClicks(form.line("name"), "Somebody else")
    qtbot.waitUntil(lambda: not panel.isVisible())
    QTest.keyClicks(form.addresses("phones").findChild(QLineEdit, "phones_1_address"), "+7 (916) 123 45 67")
    qtbot.waitUntil(panel.isVisible)
    assert "same phone" in " ".join(label.text() for label in panel.findChildren(QLabel))
    found = panel.findChild(QPushButton, f"duplicate:{known.anna}")
    with qtbot.waitSignal(form.open_requested) as wanted:
        QTest.mouseClick(found, LEFT)
    assert wanted.args == [known.anna]
    assert local_workspace.read(count, ContactQuery()) == 2


def test_editing_changes_only_what_was_changed(
    qtbot: QtBot, window: QWidget, local_workspace: Workspace, runner: TaskRunner, known: Known
) -> None:
    before = local_workspace.read(contact_document, known.anna)
    form = opened(qtbot, window, local_workspace, runner, known.anna)
    with qtbot.waitSignal(form.contact_saved):
        form.submit()
    assert local_workspace.read(contact_document, known.anna) == before, "an unchanged form changes nothing"
    form = opened(qtbot, window, local_workspace, runner, known.anna)
    kind = form.editor("kind")
    assert isinstance(kind, QComboBox)
    QTest.keyClick(kind, Qt.Key.Key_Down)
    assert not form.line("first_name").isVisible()
    form.line("city").setFocus()
    QTest.keyClicks(form.line("city"), "Omsk")
    # Somebody else changes something that this form does not touch.
    local_workspace.perform(update_contact, contact_id=known.anna, changes={"company": "Umbra"})
    with qtbot.waitSignal(form.contact_saved):
        form.submit()
    after = local_workspace.read(contact_document, known.anna)
    assert (after.kind, after.city, after.company) == (ContactKind.ORGANISATION, "Omsk", "Umbra")
    assert after.emails == before.emails


def test_a_newer_edit_is_shown_field_by_field_and_never_overwritten_unseen(
    qtbot: QtBot, window: QWidget, local_workspace: Workspace, runner: TaskRunner, known: Known
) -> None:
    form = opened(qtbot, window, local_workspace, runner, known.anna)
    for key, text in (("name", "Anna P."), ("company", "Mine Ltd")):
        form.line(key).selectAll()
        QTest.keyClicks(form.line(key), text)
    form.set_field(f"property:{known.size}", Decimal(40))
    theirs = {
        "name": "Anna Petrova-Kim",
        "company": "Theirs Inc",
        "city": "Tver",
        "emails": (EmailEntry("new@theirs.example"),),
        "properties": {known.size: Decimal(36)},
    }
    local_workspace.perform(update_contact, contact_id=known.anna, changes=theirs)
    form.submit()
    take = form.findChild(QPushButton, "company_take")
    assert take is not None
    qtbot.waitUntil(take.isVisible)
    stored = local_workspace.read(contact_document, known.anna)
    assert (stored.name, stored.company) == ("Anna Petrova-Kim", "Theirs Inc"), "nothing was overwritten"
    assert form.line("city").text() == "Tver", "what only they have changed is taken over"
    shown = {
        key: button.isVisibleTo(form)
        for key in ("name", "company", "city", f"property:{known.size}")
        if (button := form.findChild(QPushButton, f"{key}_take")) is not None
    }
    assert shown == {"name": True, "company": True, "city": False, f"property:{known.size}": True}
    QTest.mouseClick(take, LEFT)
    assert form.line("company").text() == "Theirs Inc"
    with qtbot.waitSignal(form.contact_saved):
        form.submit()
    stored = local_workspace.read(contact_document, known.anna)
    assert (stored.name, stored.company, stored.city) == ("Anna P.", "Theirs Inc", "Tver")
    assert [email.address for email in stored.emails] == ["new@theirs.example"]
    assert stored.properties[known.size] == Decimal(40)


def test_a_newer_picture_is_a_conflict_too(
    qtbot: QtBot, window: QWidget, local_workspace: Workspace, runner: TaskRunner, known: Known
) -> None:
    form = opened(qtbot, window, local_workspace, runner, known.anna)
    form.avatar._take(red())
    other = QImage(16, 16, QImage.Format.Format_RGB32)
    other.fill(QColor("blue"))
    blue = picture_bytes(other)
    local_workspace.perform(set_avatar, contact_id=known.anna, image=blue)
    form.submit()
    take = form.findChild(QPushButton, "avatar_take")
    assert take is not None
    qtbot.waitUntil(take.isVisible)
    assert local_workspace.read(avatar, known.anna) == blue
    before = local_workspace.read(last_operation)
    form.line("company").setText("Umbra")
    with qtbot.waitSignal(form.contact_saved):
        form.submit()
    assert local_workspace.read(avatar, known.anna) == red()
    assert local_workspace.read(contact_document, known.anna).company == "Umbra"
    assert local_workspace.read(last_operation) == before + 1


def test_a_contact_deleted_meanwhile_is_told(
    qtbot: QtBot, window: QWidget, local_workspace: Workspace, runner: TaskRunner, known: Known
) -> None:
    from ulkacrm_desktop.core.contact_query import ContactSelection
    from ulkacrm_desktop.services.operations.contacts import remove_contacts

    form = opened(qtbot, window, local_workspace, runner, known.boris)
    QTest.keyClicks(form.line("company"), "Acme")
    local_workspace.perform(remove_contacts, selection=ContactSelection.of(known.boris))
    form.submit()
    failure = form.findChild(QLabel, "failure")
    assert failure is not None
    qtbot.waitUntil(failure.isVisible)
    assert "somebody has deleted it" in failure.text()
    form.reject()


def test_a_new_contact_begins_with_the_defaults_of_properties(
    qtbot: QtBot, window: QWidget, local_workspace: Workspace, runner: TaskRunner, known: Known
) -> None:
    level = local_workspace.perform(
        create_property, name="Level", type=PropertyType.SELECT, options=("A", "B"), default="B"
    ).result
    form = opened(qtbot, window, local_workspace, runner, None, name="Zed")
    assert form.line("name").text() == "Zed"
    with qtbot.waitSignal(form.contact_saved) as saved:
        form.submit()
    assert saved.args is not None
    assert local_workspace.read(contact_document, saved.args[0]).properties == {level: "B"}


def test_mnemonics_are_unique_and_every_editor_is_named(
    qtbot: QtBot, window: QWidget, local_workspace: Workspace, runner: TaskRunner, known: Known
) -> None:
    form = opened(qtbot, window, local_workspace, runner, None)
    letters = [
        label.text()[label.text().index("&") + 1].casefold()
        for label in form.findChildren(QLabel)
        if "&" in label.text().replace("&&", "") and label.buddy() is not None
    ]
    assert len(letters) >= 15
    assert len(letters) == len(set(letters)), sorted(letters)
    for key in ("name", "emails", "tags", "notes", f"property:{known.size}"):
        assert form.editor(key).accessibleName(), key
    QTest.keyClick(form, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    assert form.line("company").hasFocus()
    QTest.keyClick(form, Qt.Key.Key_E, Qt.KeyboardModifier.AltModifier)
    first = form.addresses("emails").findChild(QLineEdit, "emails_1_address")
    assert first is not None
    assert first.hasFocus()
    form.reject()
