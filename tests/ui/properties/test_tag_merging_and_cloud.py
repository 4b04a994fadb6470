"""Several tags are made one; the cloud tells which are borne most, and a click asks for their contacts."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.queries.tags import tag_named, tags
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.properties.properties_page import PropertiesPage
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import DARK_CHIPS, LIGHT_CHIPS, Scheme, Theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot, local_workspace: Workspace, runner: TaskRunner) -> PropertiesPage:
    for name, given in (("Anna", ("VIP", "Regular")), ("Boris", ("VIP",)), ("Olga", ("VIP", "Best")), ("Zed", ())):
        local_workspace.perform(create_contact, contact=ContactInput(name, tags=given))
    made = PropertiesPage(local_workspace, runner)
    qtbot.addWidget(made)
    made.resize(900, 600)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    qtbot.waitUntil(lambda: len(made.tags.items()) == 3)
    return made


def test_chosen_tags_become_one(qtbot: QtBot, page: PropertiesPage, local_workspace: Workspace) -> None:
    listed = page.tags
    page.show_tags()
    best, regular, _vip = listed.items()
    viewport = listed.tree.viewport()
    QTest.mouseClick(viewport, LEFT, pos=listed.tree.visualItemRect(best).center())
    assert not listed.merge.isEnabled()
    control = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(viewport, LEFT, control, listed.tree.visualItemRect(regular).center())
    assert listed.merge.isEnabled()
    menu = listed.merge.menu()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["Into “Best”", "Into “Regular”"]
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: [(tag.name, tag.count) for tag in local_workspace.read(tags)] == [("Best", 2), ("VIP", 3)])
    qtbot.waitUntil(lambda: [item.text(0) for item in listed.items()] == ["Best", "VIP"])
    local_workspace.perform(undo_operation)
    qtbot.waitUntil(lambda: [item.text(0) for item in listed.items()] == ["Best", "Regular", "VIP"])


def test_the_cloud_is_sized_by_use_and_leads_to_the_contacts(
    qtbot: QtBot, page: PropertiesPage, local_workspace: Workspace
) -> None:
    page.show_cloud()

    def cloud() -> list[QPushButton]:
        return [button for button in page.cloud.content.findChildren(QPushButton) if button.isVisible()]

    qtbot.waitUntil(lambda: [button.text() for button in cloud()] == ["Best  1", "Regular  1", "VIP  3"])
    best, _regular, vip = cloud()
    assert vip.font().pointSize() > best.font().pointSize()
    assert vip.height() == best.height()
    assert vip.accessibleName() == "VIP: 3 contacts"
    known = local_workspace.read(tag_named, "vip")
    assert known is not None
    with qtbot.waitSignal(page.tag_chosen) as chosen:
        QTest.mouseClick(vip, LEFT)
    assert chosen.args == [known.id]
    local_workspace.perform(create_contact, contact=ContactInput("New", tags=("Newest",)))
    qtbot.waitUntil(lambda: "Newest  1" in [button.text() for button in cloud()])


def test_the_cloud_is_in_the_colours_of_the_theme(qtbot: QtBot, page: PropertiesPage, theme: Theme) -> None:
    page.show_cloud()
    qtbot.waitUntil(lambda: len(page.cloud.content.findChildren(QPushButton)) == 3)
    vip = page.cloud.content.findChildren(QPushButton)[2]

    def ground() -> QColor:
        return vip.grab().toImage().pixelColor(vip.width() // 2, 3)

    for scheme, chips in ((Scheme.LIGHT, LIGHT_CHIPS), (Scheme.DARK, DARK_CHIPS), (Scheme.LIGHT, LIGHT_CHIPS)):
        theme.set_scheme(scheme)
        assert ground() == chips["grey"].ground
