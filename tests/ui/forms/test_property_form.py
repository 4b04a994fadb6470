"""The form of a property by itself: order of its fields, height, what it tells of a property that is there."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHeaderView, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.managed_list import Tree
from ulkacrm_desktop.ui.forms.property_form import PropertyForm
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import CONTROL_HEIGHT


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    yield window
    for form in window.findChildren(PropertyForm):
        form.hide()


def opened(qtbot: QtBot, form: PropertyForm) -> PropertyForm:
    form.open()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    return form


def stops(qtbot: QtBot, form: PropertyForm, key: Qt.Key = Qt.Key.Key_Tab) -> list[str]:
    """The fields and buttons to which a key comes from the name on, until it is there again."""
    form.editor("name").setFocus()
    found: list[str] = []
    while not found or not form.editor("name").hasFocus():
        focused = form.focusWidget()
        assert focused is not None
        inside = (field for field in form._fields if form.editor(field).isAncestorOf(focused))
        found.append(next(inside, focused.objectName()))
        assert len(found) < 20, " ".join(found)
        qtbot.keyClick(focused, key)
    return found


def test_tab_goes_through_the_fields_as_they_stand_also_after_another_type(
    qtbot: QtBot, window: QWidget, workspace: Workspace, runner: TaskRunner
) -> None:
    form = opened(qtbot, PropertyForm(window, workspace, runner))
    assert form.editor("name").hasFocus()
    fields = ["name", "type", "group", "description", "default", "required", "cancel", "submit"]
    assert stops(qtbot, form) == fields
    types = form.editor("type")
    assert isinstance(types, QComboBox)
    types.setCurrentIndex(types.findData(PropertyType.NUMBER))
    qtbot.waitUntil(form.editor("default").isVisible)
    qtbot.wait(10)
    assert stops(qtbot, form) == fields
    assert stops(qtbot, form, Qt.Key.Key_Backtab) == ["name", *reversed(fields[1:])]


def test_it_grows_for_the_choices_and_its_lines_are_of_one_height(
    qtbot: QtBot, window: QWidget, workspace: Workspace, runner: TaskRunner
) -> None:
    form = opened(qtbot, PropertyForm(window, workspace, runner))
    bar = form.findChild(QScrollArea).verticalScrollBar()
    assert bar.maximum() == 0
    assert form.editor("default").height() == CONTROL_HEIGHT
    before = form.height()
    types = form.editor("type")
    assert isinstance(types, QComboBox)
    types.setCurrentIndex(types.findData(PropertyType.SELECT))
    qtbot.waitUntil(lambda: form.height() > before)
    qtbot.waitUntil(lambda: bar.maximum() == 0)


def test_the_type_of_a_property_that_is_there_is_told_and_what_changes_it(
    qtbot: QtBot, window: QWidget, workspace: Workspace, runner: TaskRunner
) -> None:
    form = opened(
        qtbot, PropertyForm(window, workspace, runner, PropertyDefinition(1, "Size", PropertyType.NUMBER, ()))
    )
    told = form.editor("type")
    assert isinstance(told, QLabel)
    assert told.text() == "Number"
    shown = [label.text() for label in form.findChildren(QLabel) if label.isVisible()]
    assert "The button “Type…” changes it." in shown
    assert not form.findChild(QComboBox, "").isVisible()


def test_a_list_may_name_the_column_that_takes_the_rest(qtbot: QtBot) -> None:
    for stretched in (0, 2):
        tree = Tree(["Name", "Type", "Choices"], stretched=stretched)
        qtbot.addWidget(tree)
        modes = [tree.header().sectionResizeMode(column) for column in range(3)]
        assert [mode is QHeaderView.ResizeMode.Stretch for mode in modes] == [each == stretched for each in range(3)]
