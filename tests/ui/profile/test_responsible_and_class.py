"""Who is responsible for a contact and which class it has: chosen in its form and in place on its profile."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.profile.conftest import Known
from ulkacrm_desktop.services.operations.classes import add_class
from ulkacrm_desktop.services.operations.contacts import update_contact
from ulkacrm_desktop.services.operations.users import add_user
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.profile.contact_form import ContactForm
from ulkacrm_desktop.ui.profile.contact_view import ContactView
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def opened(
    qtbot: QtBot, window: QWidget, workspace: Workspace, runner: TaskRunner, contact_id: int | None
) -> ContactForm:
    form = ContactForm(window, workspace, runner, contact_id, region="RU")
    form.open()
    qtbot.waitUntil(lambda: form.isActiveWindow() and form.line("name").isEnabled())
    return form


def pick(form: ContactForm, key: str, words: str) -> None:
    box = form.editor(key)
    assert isinstance(box, QComboBox)
    box.setFocus()
    while box.currentText() != words:
        assert box.currentIndex() < box.count() - 1
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_a_new_contact_gets_both(qtbot: QtBot, window: QWidget, local_workspace: Workspace, runner: TaskRunner) -> None:
    local_workspace.perform(add_user, name="zoe")
    local_workspace.perform(add_class, name="Partner")
    form = opened(qtbot, window, local_workspace, runner, None)
    responsible = form.editor("responsible_id")
    assert isinstance(responsible, QComboBox)
    assert responsible.currentText() == "Nobody"
    QTest.keyClicks(form.line("name"), "Vera")
    pick(form, "responsible_id", "zoe")
    pick(form, "class_id", "Partner")
    with qtbot.waitSignal(form.contact_saved) as saved:
        form.submit()
    made = local_workspace.read(contact_document, saved.args[0])
    assert (made.responsible, made.class_name) == ("zoe", "Partner")


def test_another_choice_of_somebody_else_is_told(
    qtbot: QtBot, window: QWidget, local_workspace: Workspace, runner: TaskRunner, known: Known
) -> None:
    ivan = local_workspace.perform(add_user, name="Ivan").result
    local_workspace.perform(add_user, name="zoe")
    form = opened(qtbot, window, local_workspace, runner, known.boris)
    local_workspace.perform(update_contact, contact_id=known.boris, changes={"responsible_id": ivan})
    pick(form, "responsible_id", "zoe")
    form.submit()
    theirs = form._fields["responsible_id"].theirs_text
    qtbot.waitUntil(theirs.isVisible)
    assert theirs.text() == "Saved meanwhile: Ivan"
    with qtbot.waitSignal(form.contact_saved):
        form.submit()
    assert local_workspace.read(contact_document, known.boris).responsible == "zoe"


def test_both_are_chosen_in_place(qtbot: QtBot, local_workspace: Workspace, runner: TaskRunner, known: Known) -> None:
    local_workspace.perform(add_user, name="Ivan")
    local_workspace.perform(add_class, name="Partner")
    view = ContactView(local_workspace, runner, compact=False)
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    view.show_contact(known.anna)

    def choose(button: QToolButton, words: str) -> None:
        menu = button.menu()
        next(action for action in menu.actions() if action.text() == words).trigger()

    header = view.header
    qtbot.waitUntil(lambda: header.responsible.text() == "Responsible: nobody")
    choose(header.responsible, "Ivan")
    qtbot.waitUntil(lambda: header.responsible.text() == "Responsible: Ivan")
    assert [action.text() for action in header.responsible.menu().actions() if action.isChecked()] == ["Ivan"]
    choose(header.contact_class, "Partner")
    qtbot.waitUntil(lambda: header.contact_class.text() == "Class: Partner")
    choose(header.responsible, "Nobody")
    qtbot.waitUntil(lambda: header.responsible.text() == "Responsible: nobody")
    assert local_workspace.read(contact_document, known.anna).class_name == "Partner"
