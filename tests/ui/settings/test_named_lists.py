"""Colleagues and classes are added, renamed and deleted in the settings."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.operations.classes import add_class
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.operations.users import add_user
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.users import crm_users, default_responsible
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.managed_list import NAME
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.settings.named_list import NamedList, SuccessorDialog
from ulkacrm_desktop.ui.settings.settings_page import SettingsPage

LEFT = Qt.MouseButton.LeftButton


COLLEAGUES, CLASSES = 3, 4


@pytest.fixture
def page(qtbot: QtBot, local_workspace: Workspace, runner: TaskRunner, tmp_path: Path) -> SettingsPage:
    made = SettingsPage(local_workspace, runner, Settings(tmp_path / "settings.json"))
    qtbot.addWidget(made)
    made.resize(900, 640)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def rows(listed: NamedList) -> dict[str, str]:
    return {item.text(0): item.text(1) for item in listed.items()}


def choose(listed: NamedList, name: str) -> None:
    listed.tree.setFocus()
    listed.tree.setCurrentItem(next(item for item in listed.items() if item.text(0) == name))


def button(listed: NamedList, name: str) -> QPushButton:
    found = listed.findChild(QPushButton, name)
    assert found is not None
    return found


def test_a_colleague_is_added_renamed_and_deleted_with_a_successor(
    qtbot: QtBot, page: SettingsPage, local_workspace: Workspace
) -> None:
    ivan = local_workspace.perform(add_user, name="Ivan").result
    anna = local_workspace.perform(create_contact, contact=ContactInput("Anna", responsible_id=ivan)).result
    page.tabs.setCurrentIndex(COLLEAGUES)
    listed = page.colleagues
    qtbot.waitUntil(lambda: rows(listed).get("Ivan") == "1")
    QTest.keyClicks(listed.line, "Mary")
    QTest.keyClick(listed.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: rows(listed).get("Mary") == "0")
    QTest.keyClicks(listed.line, "mary")
    QTest.mouseClick(button(listed, "add"), LEFT)
    qtbot.waitUntil(lambda: listed.failure_text.text() == "There is one of this name already.")
    choose(listed, "Mary")
    QTest.keyClick(listed.tree, Qt.Key.Key_F2)
    editor = listed.tree.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Maria")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    # The editor writes its text into the row at once; the name behind it comes with the list that is read again.
    qtbot.waitUntil(lambda: "Maria" in [item.data(0, NAME) for item in listed.items()])
    assert "Maria" in [user.name for user in local_workspace.read(crm_users, local_workspace.actor)]
    choose(listed, "Ivan")
    QTest.keyClick(listed.tree, Qt.Key.Key_Delete)
    dialog = page.findChild(SuccessorDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.successor.currentText() == "Nobody"
    dialog.successor.setCurrentIndex(dialog.successor.findText("Maria"))
    submit = dialog.findChild(QPushButton, "submit")
    assert submit is not None
    assert submit.text() == "Delete Ivan"
    QTest.mouseClick(submit, LEFT)
    qtbot.waitUntil(lambda: rows(listed).get("Maria") == "1" and "Ivan" not in rows(listed))
    assert local_workspace.read(contact_document, anna).responsible == "Maria"
    local_workspace.perform(undo_operation)
    qtbot.waitUntil(lambda: rows(listed).get("Ivan") == "1")


def test_what_is_typed_into_a_row_stays_while_the_list_changes(
    qtbot: QtBot, page: SettingsPage, local_workspace: Workspace, runner: TaskRunner
) -> None:
    local_workspace.perform(add_user, name="Ivan")
    page.tabs.setCurrentIndex(COLLEAGUES)
    listed = page.colleagues
    qtbot.waitUntil(lambda: "Ivan" in rows(listed))
    choose(listed, "Ivan")
    QTest.keyClick(listed.tree, Qt.Key.Key_F2)
    editor = listed.tree.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Iv")
    local_workspace.perform(add_user, name="Olga")
    qtbot.wait(100)
    qtbot.waitUntil(lambda: runner.pending == 0)
    assert editor.isVisible() and editor.text() == "Iv"
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: {"Ivan", "Olga"} <= set(rows(listed)))


def test_who_is_responsible_for_contacts_that_come_in_is_chosen(
    qtbot: QtBot, page: SettingsPage, local_workspace: Workspace
) -> None:
    ivan = local_workspace.perform(add_user, name="Ivan").result
    page.tabs.setCurrentIndex(COLLEAGUES)
    listed = page.colleagues
    qtbot.waitUntil(lambda: "Ivan" in rows(listed))
    box = listed.default
    me = local_workspace.actor
    assert [box.itemText(place) for place in range(box.count())] == ["Nobody", *sorted(["Ivan", me], key=str.lower)]
    assert box.currentText() == "Nobody"

    QTest.mouseClick(box, LEFT)
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    row = view.visualRect(view.model().index(box.findText("Ivan"), 0)).center()
    QTest.mouseMove(view.viewport(), row)
    QTest.mouseClick(view.viewport(), LEFT, pos=row)
    qtbot.waitUntil(lambda: local_workspace.read(default_responsible) == ivan)
    qtbot.waitUntil(lambda: not view.isVisible())
    # By the mnemonic of its label and a letter.
    listed.line.setFocus()
    QTest.keyClick(listed.line, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(box.hasFocus)
    QTest.keyClicks(box, me[0])
    qtbot.waitUntil(lambda: box.currentText() == me and box.currentData() > 0)
    assert local_workspace.read(default_responsible) == box.currentData(), "whoever works here is written down for it"
    local_workspace.perform(undo_operation)
    qtbot.waitUntil(lambda: box.currentText() == "Ivan")
    local_workspace.perform(undo_operation)
    qtbot.waitUntil(lambda: box.currentText() == "Nobody")
    assert local_workspace.read(default_responsible) is None


def test_whoever_works_here_stays(qtbot: QtBot, page: SettingsPage, local_workspace: Workspace) -> None:
    page.tabs.setCurrentIndex(COLLEAGUES)
    listed = page.colleagues
    qtbot.waitUntil(lambda: bool(rows(listed)))
    choose(listed, local_workspace.actor)
    assert button(listed, "rename").isEnabled()
    assert not button(listed, "remove").isEnabled()


def test_a_class_is_added_and_deleted(qtbot: QtBot, page: SettingsPage, local_workspace: Workspace) -> None:
    partner = local_workspace.perform(add_class, name="Partner").result
    local_workspace.perform(create_contact, contact=ContactInput("Anna", class_id=partner))
    page.tabs.setCurrentIndex(CLASSES)
    listed = page.classes
    qtbot.waitUntil(lambda: rows(listed) == {"General": "0", "Partner": "1"})
    choose(listed, "General")
    assert not button(listed, "remove").isEnabled()
    QTest.keyClicks(listed.line, "Supplier")
    QTest.mouseClick(button(listed, "add"), LEFT)
    qtbot.waitUntil(lambda: "Supplier" in rows(listed))
    choose(listed, "Supplier")
    QTest.mouseClick(button(listed, "remove"), LEFT)
    qtbot.waitUntil(lambda: "Supplier" not in rows(listed))
    choose(listed, "Partner")
    QTest.mouseClick(button(listed, "remove"), LEFT)
    dialog = page.findChild(SuccessorDialog)
    assert dialog is not None
    dialog.submit()
    qtbot.waitUntil(lambda: rows(listed) == {"General": "1"})
