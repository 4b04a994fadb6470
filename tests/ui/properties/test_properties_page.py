"""Properties and tags are made, named, ordered, coloured and removed by keyboard and mouse."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.queries.tags import tags
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.managed_list import ManagedList
from ulkacrm_desktop.ui.forms.property_editors import GrowingTextEdit
from ulkacrm_desktop.ui.forms.property_form import PropertyForm
from ulkacrm_desktop.ui.properties.properties_page import PropertiesPage
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

LEFT = Qt.MouseButton.LeftButton


def opened(qtbot: QtBot, workspace: Workspace, runner: TaskRunner) -> PropertiesPage:
    page = PropertiesPage(workspace, runner)
    qtbot.addWidget(page)
    page.resize(900, 600)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


@pytest.fixture
def page(qtbot: QtBot, local_workspace: Workspace, runner: TaskRunner) -> PropertiesPage:
    perform = local_workspace.perform
    size = perform(create_property, name="Size", type=PropertyType.NUMBER, description="European").result
    perform(create_property, name="Signed", type=PropertyType.DATE, group="Contract")
    perform(create_property, name="Colour", type=PropertyType.SELECT, options=("Red", "Blue"))
    for name, tag in (("Anna", "VIP"), ("Boris", "VIP"), ("Olga", "Lead")):
        perform(create_contact, contact=ContactInput(name, tags=(tag,), properties={size: Decimal(38)}))
    made = opened(qtbot, local_workspace, runner)
    qtbot.waitUntil(lambda: bool(made.properties.items()) and bool(made.tags.items()))
    return made


def rows(listed: ManagedList) -> list[list[str]]:
    tree = listed.tree
    return [[item.text(column) for column in range(tree.columnCount())] for item in listed.items()]


def press(listed: ManagedList, name: str) -> None:
    button = listed.findChild(QPushButton, name)
    assert button is not None
    assert button.isEnabled(), name
    QTest.mouseClick(button, LEFT)


def test_an_empty_page_offers_a_new_property(qtbot: QtBot, local_workspace: Workspace, runner: TaskRunner) -> None:
    page = opened(qtbot, local_workspace, runner)
    qtbot.waitUntil(page.properties.stack.empty.isVisible)
    button = page.properties.stack.empty.findChild(QPushButton, "new_property")
    assert button is not None
    QTest.mouseClick(button, LEFT)
    form = page.findChild(PropertyForm)
    assert form is not None
    qtbot.waitUntil(form.isActiveWindow)
    QTest.keyClicks(form.editor("name"), "Interests")
    type_ = form.editor("type")
    assert isinstance(type_, QComboBox)
    type_.setFocus()
    while type_.currentData() != PropertyType.MULTI_SELECT:
        QTest.keyClick(type_, Qt.Key.Key_Down)
    choices = form.editor("options")
    assert isinstance(choices, GrowingTextEdit)
    qtbot.waitUntil(choices.isVisible)
    form.submit()
    assert choices.accessibleDescription() == "Give at least one choice."
    QTest.keyClicks(choices, "Running")
    QTest.keyClick(choices, Qt.Key.Key_Return)
    QTest.keyClicks(choices, "Hiking")
    QTest.keyClicks(form.editor("group"), "Sport")
    listed = form.editor("default").findChild(QListWidget)
    assert listed is not None
    second = listed.visualItemRect(listed.item(1))
    QTest.mouseClick(listed.viewport(), LEFT, pos=QPoint(second.left() + 12, second.center().y()))
    with qtbot.waitSignal(form.property_saved):
        QTest.keyClick(choices, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    made = local_workspace.read(property_definitions)[0]
    assert (made.name, made.type, made.options, made.group) == (
        "Interests", PropertyType.MULTI_SELECT, ("Running", "Hiking"), "Sport",
    )  # fmt: skip
    assert made.default == ("Hiking",)
    qtbot.waitUntil(lambda: [row[0] for row in rows(page.properties)] == ["Sport", "Interests"])


def test_properties_stand_by_group_with_their_use(page: PropertiesPage) -> None:
    assert rows(page.properties) == [
        ["Size", "Number", "European", "3"],
        ["Colour", "One of a list", "Red, Blue", "0"],
        ["Contract", "", "", ""],
        ["Signed", "Date", "", "0"],
    ]


def test_a_property_is_renamed_in_place(qtbot: QtBot, page: PropertiesPage, local_workspace: Workspace) -> None:
    tree = page.properties.tree
    tree.setFocus()
    tree.setCurrentItem(page.properties.items()[0])
    QTest.keyClick(tree, Qt.Key.Key_F2)
    editor = tree.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "colour")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.properties.failure_text.text() == "There is one of this name already.")
    qtbot.waitUntil(lambda: rows(page.properties)[0][0] == "Size")
    QTest.keyClick(tree, Qt.Key.Key_F2)
    editor = next(e for e in tree.findChildren(QLineEdit) if e.isVisible())
    QTest.keyClicks(editor, "Shoe size")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: local_workspace.read(property_definitions)[0].name == "Shoe size")
    qtbot.waitUntil(lambda: rows(page.properties)[0][0] == "Shoe size")


def test_properties_are_ordered_within_their_group_and_undone_in_one_step(
    qtbot: QtBot, page: PropertiesPage, local_workspace: Workspace
) -> None:
    listed = page.properties
    listed.tree.setFocus()
    listed.tree.setCurrentItem(listed.items()[0])
    up, down = listed.findChild(QPushButton, "up"), listed.findChild(QPushButton, "down")
    assert up is not None
    assert down is not None
    assert not up.isEnabled()
    QTest.keyClick(listed.tree, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: [row[0] for row in rows(listed)] == ["Colour", "Size", "Contract", "Signed"])
    assert listed.tree.currentItem().text(0) == "Size", "what was moved stays current"
    qtbot.waitUntil(lambda: not down.isEnabled())
    local_workspace.perform(undo_operation)
    qtbot.waitUntil(lambda: [row[0] for row in rows(listed)] == ["Size", "Colour", "Contract", "Signed"])


def test_a_property_is_changed_and_deleted(qtbot: QtBot, page: PropertiesPage, local_workspace: Workspace) -> None:
    listed = page.properties
    listed.tree.setFocus()
    listed.tree.setCurrentItem(listed.items()[1])
    QTest.keyClick(listed.tree, Qt.Key.Key_Return)
    form = page.findChild(PropertyForm)
    assert form is not None
    qtbot.waitUntil(form.isActiveWindow)
    type_ = form.editor("type")
    assert isinstance(type_, QLabel), "it is told; to change it is a matter of its values"
    choices = form.editor("options")
    assert isinstance(choices, GrowingTextEdit)
    assert choices.toPlainText() == "Red\nBlue"
    choices.setPlainText("Blue\nGreen")
    with qtbot.waitSignal(form.property_saved):
        form.submit()
    qtbot.waitUntil(lambda: rows(listed)[1][2] == "Blue, Green")
    listed.tree.setFocus()
    QTest.keyClick(listed.tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: [row[0] for row in rows(listed)] == ["Size", "Contract", "Signed"])
    local_workspace.perform(undo_operation)
    qtbot.waitUntil(lambda: rows(listed)[1][:3] == ["Colour", "One of a list", "Blue, Green"])


def test_tags_are_renamed_coloured_and_deleted(qtbot: QtBot, page: PropertiesPage, local_workspace: Workspace) -> None:
    listed = page.tags
    page.show_tags()
    assert rows(listed) == [["Lead", "1"], ["VIP", "2"]]
    listed.tree.setCurrentItem(listed.items()[1])
    press(listed, "rename")
    editor = listed.tree.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Best")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: rows(listed) == [["Best", "2"], ["Lead", "1"]])
    assert listed.tree.currentItem().text(0) == "Best"
    red = next(action for action in listed.colour.menu().actions() if action.objectName() == "colour_red")
    red.trigger()
    qtbot.waitUntil(lambda: [tag.color for tag in local_workspace.read(tags)] == ["red", ""])
    QTest.keyClick(listed.tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: rows(listed) == [["Lead", "1"]])
    local_workspace.perform(undo_operation)
    qtbot.waitUntil(lambda: rows(listed) == [["Best", "2"], ["Lead", "1"]])


def test_the_list_follows_what_others_do(qtbot: QtBot, page: PropertiesPage, local_workspace: Workspace) -> None:
    local_workspace.perform(create_contact, contact=ContactInput("Zed", tags=("VIP", "New")))
    qtbot.waitUntil(lambda: rows(page.tags) == [["Lead", "1"], ["New", "1"], ["VIP", "3"]])
