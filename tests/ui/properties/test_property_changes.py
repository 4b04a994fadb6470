"""Properties are archived and retyped, their choices and groups kept in order, by keyboard and mouse."""

from datetime import date
from decimal import Decimal
from typing import TypeVar

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCalendarWidget,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.core.contact_document import PropertyType, PropertyValue
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.properties import choice_counts, property_definitions
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.managed_list import ManagedList
from ulkacrm_desktop.ui.forms.property_form import PropertyForm
from ulkacrm_desktop.ui.forms.values import shown_date
from ulkacrm_desktop.ui.properties.choices_dialog import ChoicesDialog
from ulkacrm_desktop.ui.properties.properties_list import PropertiesList
from ulkacrm_desktop.ui.properties.retype_dialog import RetypeDialog
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

W = TypeVar("W", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def listed(qtbot: QtBot, local_workspace: Workspace, runner: TaskRunner) -> PropertiesList:
    perform = local_workspace.perform
    size = perform(create_property, name="Size", type=PropertyType.TEXT).result
    perform(create_property, name="Signed", type=PropertyType.DATE, group="Contract")
    colour = perform(
        create_property, name="Colour", type=PropertyType.SELECT, options=("Red", "Blue", "Crimson"), group="Looks"
    ).result
    for name, text, shade in (("Anna", "38", "Red"), ("Boris", "41.5", "Crimson"), ("Olga", "large", "Blue")):
        perform(create_contact, contact=ContactInput(name, properties={size: text, colour: shade}))
    made = PropertiesList(local_workspace, runner)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    qtbot.waitUntil(lambda: bool(made.items()))
    return made


def names(listed: ManagedList) -> list[str]:
    return [item.text(0) for item in listed.items()]


def current(listed: ManagedList) -> str:
    item = listed.tree.currentItem()
    return item.text(0) if item is not None else ""


def choose(listed: ManagedList, name: str) -> None:
    listed.tree.setFocus()
    listed.tree.setCurrentItem(next(item for item in listed.items() if item.text(0) == name))


def press(listed: ManagedList, name: str) -> None:
    button = listed.findChild(QPushButton, name)
    assert button is not None
    assert button.isVisible(), name
    assert button.isEnabled(), name
    QTest.mouseClick(button, LEFT)


def test_an_archived_property_stands_apart_and_comes_back(qtbot: QtBot, listed: PropertiesList) -> None:
    assert names(listed) == ["Size", "Contract", "Signed", "Looks", "Colour"]
    choose(listed, "Size")
    press(listed, "archive")
    qtbot.waitUntil(lambda: names(listed) == ["Contract", "Signed", "Looks", "Colour", "Archived", "Size"])
    assert current(listed) == "Size"
    press(listed, "unarchive")
    qtbot.waitUntil(lambda: names(listed) == ["Size", "Contract", "Signed", "Looks", "Colour"])


def test_groups_are_renamed_moved_and_removed(qtbot: QtBot, listed: PropertiesList, local_workspace: Workspace) -> None:
    choose(listed, "Contract")
    QTest.keyClick(listed.tree, Qt.Key.Key_F2)
    editor = listed.tree.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Papers")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(listed) == ["Size", "Papers", "Signed", "Looks", "Colour"])
    QTest.keyClick(listed.tree, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: names(listed) == ["Size", "Looks", "Colour", "Papers", "Signed"])
    assert [each.name for each in local_workspace.read(property_definitions)] == ["Size", "Colour", "Signed"]
    press(listed, "remove")
    qtbot.waitUntil(lambda: names(listed) == ["Size", "Signed", "Looks", "Colour"])
    local_workspace.perform(undo_operation)
    qtbot.waitUntil(lambda: names(listed) == ["Size", "Looks", "Colour", "Papers", "Signed"])


def test_the_default_of_a_property_is_changed(qtbot: QtBot, listed: PropertiesList, local_workspace: Workspace) -> None:
    choose(listed, "Colour")
    press(listed, "edit")
    form = listed.window().findChild(PropertyForm)
    assert form is not None
    qtbot.waitUntil(form.isActiveWindow)
    default = inside(form, QComboBox)
    assert [default.itemText(row) for row in range(default.count())] == ["Not set", "Red", "Blue", "Crimson"]
    default.setFocus()
    QTest.keyClicks(default, "Bl")
    assert default.currentText() == "Blue"
    choices = form.editor("options")
    assert isinstance(choices, QPlainTextEdit)
    choices.setPlainText("Blue\nGreen")
    default = inside(form, QComboBox)
    assert [default.itemText(row) for row in range(default.count())] == ["Not set", "Blue", "Green"]
    assert default.currentText() == "Blue", "what is chosen stays"
    with qtbot.waitSignal(form.property_saved):
        form.submit()
    assert local_workspace.read(property_definitions)[2].default == "Blue"
    qtbot.waitUntil(lambda: "begins with Blue" in listed.items()[4].text(2))
    choose(listed, "Colour")
    press(listed, "edit")
    form = next(each for each in listed.window().findChildren(PropertyForm) if each is not form)
    choices = form.editor("options")
    assert isinstance(choices, QPlainTextEdit)
    choices.setPlainText("Green")
    assert inside(form, QComboBox).currentText() == "Not set", "a choice that goes is no default"
    with qtbot.waitSignal(form.property_saved):
        form.submit()
    assert local_workspace.read(property_definitions)[2].default is None


@pytest.mark.parametrize(
    ("type_", "wrong", "told", "right", "kept"),
    [
        (PropertyType.TEXT, "", "", "On request", "On request"),
        (PropertyType.NUMBER, "many", "This is no number.", "12.5", Decimal("12.5")),
        (PropertyType.DATE, "soon", "This is no date.", "2025-03-01", date(2025, 3, 1)),
        (PropertyType.URL, "a b", "This is no web address; it begins like https://example.com.",
         "example.com", "https://example.com"),
    ],
)  # fmt: skip
def test_a_default_is_typed_into_the_editor_of_the_type(
    qtbot: QtBot, listed: PropertiesList, local_workspace: Workspace, type_: PropertyType, wrong: str, told: str,
    right: str, kept: PropertyValue,
) -> None:  # fmt: skip
    form = new_property(qtbot, listed, type_)
    editor = form.editor("default")
    line = inside(form, QWidget)
    if wrong:
        QTest.keyClicks(line, wrong)
        form.submit()
        assert editor.accessibleDescription() == told
        assert line.property("problem"), "it has the frame of what is wrong"
        QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(line, right)
    with qtbot.waitSignal(form.property_saved) as saved:
        form.submit()
    made = next(each for each in local_workspace.read(property_definitions) if each.id == saved.args[0])
    assert made.default == kept


def test_a_default_is_a_day_of_the_calendar_yes_or_some_choices(
    qtbot: QtBot, listed: PropertiesList, local_workspace: Workspace
) -> None:
    form = new_property(qtbot, listed, PropertyType.DATE)
    inside(form, QLineEdit).setFocus()
    QTest.keyClick(inside(form, QLineEdit), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: form.findChild(QCalendarWidget) is not None)
    calendar = form.findChild(QCalendarWidget)
    assert calendar is not None
    calendar.setSelectedDate(QDate(2024, 2, 29))
    QTest.keyClick(calendar.focusProxy() or calendar, Qt.Key.Key_Return)
    assert inside(form, QLineEdit).text() == shown_date(date(2024, 2, 29))
    kinds = form.editor("type")
    assert isinstance(kinds, QComboBox)
    kinds.setCurrentIndex(kinds.findData(PropertyType.YES_NO))
    assert inside(form, QComboBox).currentText() == "Not set", "a day is no answer"
    kinds.setCurrentIndex(kinds.findData(PropertyType.MULTI_SELECT))
    choices = form.editor("options")
    assert isinstance(choices, QPlainTextEdit)
    choices.setPlainText("Running\nHiking\nChess")
    listed_choices = inside(form, QListWidget)
    listed_choices.setFocus()
    QTest.keyClick(listed_choices, Qt.Key.Key_Space)
    QTest.keyClick(listed_choices, Qt.Key.Key_End)
    QTest.keyClick(listed_choices, Qt.Key.Key_Space)
    with qtbot.waitSignal(form.property_saved) as saved:
        form.submit()
    made = next(each for each in local_workspace.read(property_definitions) if each.id == saved.args[0])
    assert made.default == ("Running", "Chess")
    qtbot.waitUntil(lambda: "Interests" in names(listed))
    row = next(item for item in listed.items() if item.text(0) == "Interests")
    assert "begins with Running, Chess" in row.text(2)


def new_property(qtbot: QtBot, listed: PropertiesList, type_: PropertyType) -> PropertyForm:
    press(listed, "new")
    form = listed.window().findChild(PropertyForm)
    assert form is not None
    qtbot.waitUntil(form.isActiveWindow)
    QTest.keyClicks(form.editor("name"), "Interests")
    kinds = form.editor("type")
    assert isinstance(kinds, QComboBox)
    kinds.setCurrentIndex(kinds.findData(type_))
    return form


def inside(form: PropertyForm, kind: type[W]) -> W:
    """What the default is chosen in."""
    editor = form.editor("default").focusProxy()
    assert editor is not None
    proxy = editor.focusProxy()
    assert isinstance(proxy, kind)
    return proxy


def test_a_change_of_type_shows_what_goes(qtbot: QtBot, listed: PropertiesList, local_workspace: Workspace) -> None:
    choose(listed, "Size")
    press(listed, "retype")
    dialog = listed.window().findChild(RetypeDialog)
    assert dialog is not None
    submit = dialog.findChild(QPushButton, "submit")
    assert submit is not None
    dialog.type.setCurrentIndex(dialog.type.findData(PropertyType.NUMBER))
    qtbot.waitUntil(lambda: submit.text() == "Convert and lose 1 value")
    assert dialog.told.text() == "Of 3 contacts with a value, 2 keep it."
    row = dialog.problems.topLevelItem(0)
    assert row is not None
    assert [row.text(column) for column in range(3)] == ["large", "1", "Olga"]
    assert dialog.problems.height() == 2 * dialog.problems.visualItemRect(row).height(), "the headings and the one row"
    assert not submit.isDefault()
    with qtbot.waitSignal(dialog.accepted):
        QTest.mouseClick(submit, LEFT)
    size = local_workspace.read(property_definitions)[0]
    assert size.type is PropertyType.NUMBER
    local_workspace.perform(undo_operation)
    assert local_workspace.read(property_definitions)[0].type is PropertyType.TEXT


def test_a_text_becomes_a_select_that_offers_its_values(
    qtbot: QtBot, listed: PropertiesList, local_workspace: Workspace
) -> None:
    choose(listed, "Size")
    press(listed, "retype")
    dialog = listed.window().findChild(RetypeDialog)
    assert dialog is not None
    submit = dialog.findChild(QPushButton, "submit")
    assert submit is not None
    dialog.type.setCurrentIndex(dialog.type.findData(PropertyType.SELECT))
    qtbot.waitUntil(lambda: "large" in dialog.told.text())
    assert submit.text() == "Convert"
    with qtbot.waitSignal(dialog.accepted):
        QTest.mouseClick(submit, LEFT)
    assert set(local_workspace.read(property_definitions)[0].options) == {"38", "41.5", "large"}


def test_choices_are_added_renamed_ordered_merged_and_removed(
    qtbot: QtBot, listed: PropertiesList, local_workspace: Workspace
) -> None:
    colour = local_workspace.read(property_definitions)[2].id
    choose(listed, "Colour")
    press(listed, "choices")
    dialog = listed.window().findChild(ChoicesDialog)
    assert dialog is not None
    choices = dialog.list
    qtbot.waitUntil(lambda: names(choices) == ["Red", "Blue", "Crimson"])
    QTest.keyClicks(choices.line, "Green")
    QTest.keyClick(choices.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(choices) == ["Red", "Blue", "Crimson", "Green"])
    assert dialog.isVisible()
    choose(choices, "Green")
    QTest.keyClick(choices.tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: names(choices) == ["Red", "Blue", "Green", "Crimson"])
    assert current(choices) == "Green"
    choose(choices, "Crimson")
    menu = choices.merge.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == "Red").trigger()
    qtbot.waitUntil(lambda: names(choices) == ["Red", "Blue", "Green"])
    assert local_workspace.read(choice_counts, colour) == {"Red": 2, "Blue": 1}
    choose(choices, "Blue")
    QTest.keyClick(choices.tree, Qt.Key.Key_F2)
    editor = choices.tree.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Navy")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: choices.choices == ["Red", "Navy", "Green"])
    assert local_workspace.read(contact_document, 3).properties[colour] == "Navy"
    QTest.keyClick(choices.tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names(choices) == ["Red", "Green"])
    assert colour not in local_workspace.read(contact_document, 3).properties
    close = dialog.findChild(QPushButton, "close")
    assert close is not None
    QTest.mouseClick(close, LEFT)
