"""The list of emails, phones and messengers of a form, by keyboard and mouse."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.core.contact_document import EmailEntry, MessengerEntry, PhoneEntry
from ulkacrm_desktop.ui.forms.address_list import (
    EMAILS,
    MESSENGERS_AND_PROFILES,
    PHONES,
    AddressKind,
    AddressLine,
    AddressListEditor,
)


def made(qtbot: QtBot, kind: AddressKind, region: str = "") -> AddressListEditor:
    editor = AddressListEditor(kind, region=region)
    qtbot.addWidget(editor)
    with qtbot.waitActive(editor):
        editor.show()
        editor.activateWindow()
    editor.setFocus()
    return editor


def part(editor: AddressListEditor, name: str, kind: type[QWidget] = QLineEdit) -> QWidget:
    found = editor.findChild(kind, name)
    assert found is not None, name
    return found


def test_what_is_given_comes_back_with_ids_and_versions(qtbot: QtBot) -> None:
    entries = (
        EmailEntry("anna@acme.io", "work", is_primary=False, id=4, version=2),
        EmailEntry("anna@home.io", "дача", is_primary=True, id=5, version=1),
    )
    editor = made(qtbot, EMAILS)
    editor.set_entries(entries)
    assert editor.entries() == entries
    phones = made(qtbot, PHONES)
    known = (PhoneEntry("8 916 123-45-67", "79161234567", "mobile", is_primary=True, id=1, version=0),)
    phones.set_entries(known)
    assert phones.entries() == known
    messengers = made(qtbot, MESSENGERS_AND_PROFILES)
    profiles = (MessengerEntry("mastodon", "@anna", is_primary=True, id=2), MessengerEntry("x", "anna", id=3))
    messengers.set_entries(profiles)
    assert messengers.entries() == profiles


def test_the_first_is_primary_until_another_is_chosen(qtbot: QtBot) -> None:
    editor = made(qtbot, EMAILS)
    assert editor.entries() == ()
    QTest.keyClicks(part(editor, "emails_1_address"), "anna@acme.io")
    QTest.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    second = part(editor, "emails_2_address")
    assert second.hasFocus()
    QTest.keyClicks(second, "anna@home.io")
    assert [entry.is_primary for entry in editor.entries()] == [True, False]
    QTest.mouseClick(part(editor, "emails_2_primary", QToolButton), Qt.MouseButton.LeftButton)
    assert [entry.is_primary for entry in editor.entries()] == [False, True]
    QTest.mouseClick(part(editor, "emails_2_remove", QToolButton), Qt.MouseButton.LeftButton)
    assert editor.entries() == (EmailEntry("anna@acme.io", is_primary=True),)


def test_the_button_adds_no_second_empty_line(qtbot: QtBot) -> None:
    editor = made(qtbot, PHONES)
    for _ in range(3):
        QTest.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    assert len(editor.findChildren(AddressLine)) == 1
    assert part(editor, "phones_1_address").hasFocus()


def test_a_faulty_line_says_why_and_mends(qtbot: QtBot) -> None:
    editor = made(qtbot, EMAILS)
    line = part(editor, "emails_1_address")
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "anna")
    assert editor.problem() == "email_without_at"
    shown = editor.findChild(AddressLine)
    assert shown is not None
    assert shown.problem.isVisible()
    assert "@" in shown.problem.text()
    assert line.accessibleDescription() == shown.problem.text()
    QTest.keyClicks(line, "@acme.io")
    assert not shown.problem.isVisible()
    assert editor.problem() == ""


def test_labels_are_codes_or_the_users_own(qtbot: QtBot) -> None:
    editor = made(qtbot, PHONES, region="RU")
    QTest.keyClicks(part(editor, "phones_1_address"), "8 (916) 123-45-67")
    label = part(editor, "phones_1_label", QComboBox)
    assert isinstance(label, QComboBox)
    label.setEditText("mobile")
    assert editor.entries() == (PhoneEntry("8 (916) 123-45-67", label="mobile", is_primary=True),)
    label.setEditText("Дача")
    assert editor.entries()[0].label == "Дача"
    assert editor.problem() == ""


def test_tab_goes_in_reading_order(qtbot: QtBot) -> None:
    editor = made(qtbot, MESSENGERS_AND_PROFILES)
    editor.set_entries((MessengerEntry("vk", "anna", is_primary=True), MessengerEntry("viber", "+7916")))
    first = part(editor, "messengers_1_kind", QComboBox)
    qtbot.waitUntil(first.isVisible)
    first.setFocus()
    visited = []
    for _ in range(11):
        focused = editor.window().focusWidget()
        assert focused is not None
        named = focused if focused.objectName().startswith(("messengers", "add_")) else focused.parentWidget()
        visited.append(named.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    wanted = [f"messengers_{n}_{role}" for n in (1, 2) for role in ("kind", "address", "label", "primary", "remove")]
    assert visited == [*wanted, "add_messengers"]
