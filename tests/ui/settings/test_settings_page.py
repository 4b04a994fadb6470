"""Settings are kept at once; any operation of the history can be undone from it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.operations.contacts import create_contact, update_contact
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.info import contact_gauge
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.phone_region import phone_region
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.settings.database_tab import shown_location
from ulkacrm_desktop.ui.settings.settings_page import SettingsPage
from ulkacrm_desktop.ui.widgets.timeline_view import TimelineEntry

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def page(qtbot: QtBot, local_workspace: Workspace, runner: TaskRunner, settings: Settings) -> SettingsPage:
    made = SettingsPage(local_workspace, runner, settings)
    qtbot.addWidget(made)
    made.resize(900, 640)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_language_and_theme_are_kept_and_told(qtbot: QtBot, page: SettingsPage, tmp_path: Path) -> None:
    general = page.general
    general.language.setFocus()
    with qtbot.waitSignal(page.language_changed) as language:
        QTest.keyClick(general.language, Qt.Key.Key_Down)
    assert language.args == ["ru"]
    general.theme.setFocus()
    with qtbot.waitSignal(page.theme_changed) as theme:
        QTest.keyClick(general.theme, Qt.Key.Key_End)
    assert theme.args == ["dark"]
    again = Settings(tmp_path / "settings.json")
    assert (again.get("language"), again.get("theme")) == ("ru", "dark")
    with qtbot.assertNotEmitted(page.theme_changed):
        general.theme.activated.emit(2)


def test_the_country_of_phones_is_typed_or_picked(page: SettingsPage, settings: Settings) -> None:
    region = page.general.region
    line = region.lineEdit()
    assert line is not None
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "germany (+49)")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert phone_region(settings) == "DE"
    line.selectAll()
    QTest.keyClicks(line, "Nowhere")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert phone_region(settings) == "DE"
    assert region.currentText() == "Germany (+49)"
    region.setCurrentIndex(0)
    region.activated.emit(0)
    assert phone_region(settings) == ""


def test_the_gauge_and_the_facts_follow(qtbot: QtBot, page: SettingsPage, local_workspace: Workspace) -> None:
    tab = page.database
    page.tabs.setCurrentIndex(1)
    operations = tab.findChild(QLabel, "fact_operations")
    assert operations is not None
    qtbot.waitUntil(lambda: (tab.gauge_text.text(), operations.text()) == ("0 contacts", "0"))
    assert not tab.gauge.isVisible()
    local_workspace.perform(create_contact, contact=ContactInput("Anna"))
    qtbot.waitUntil(lambda: (tab.gauge_text.text(), operations.text()) == ("1 contact", "1"))
    tab.limit.setFocus()
    tab.limit.selectAll()
    QTest.keyClicks(tab.limit, "5")
    QTest.keyClick(tab.limit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.gauge_text.text() == "1 of 5 contacts, 4 left")
    assert tab.gauge.isVisible()
    assert local_workspace.read(contact_gauge).limit == 5
    tab.limit.selectAll()
    QTest.keyClicks(tab.limit, "0")
    QTest.keyClick(tab.limit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.gauge_text.text() == "1 contact")
    assert local_workspace.read(contact_gauge).limit is None


def test_where_the_database_lies(page: SettingsPage, local_workspace: Workspace) -> None:
    page.tabs.setCurrentIndex(1)
    copy = page.findChild(QPushButton, "copy_location")
    assert copy is not None
    QTest.mouseClick(copy, LEFT)
    assert QGuiApplication.clipboard().text() == local_workspace.location
    assert shown_location("postgresql://ivan:secret@db.example:5432/crm") == "postgresql://ivan@db.example:5432/crm"


def test_any_operation_is_undone_and_done_again(qtbot: QtBot, page: SettingsPage, local_workspace: Workspace) -> None:
    anna = local_workspace.perform(create_contact, contact=ContactInput("Anna")).result
    local_workspace.perform(update_contact, contact_id=anna, changes={"company": "Acme"})
    city = local_workspace.perform(update_contact, contact_id=anna, changes={"city": "Omsk"}).operation_id
    page.show_history()
    history = page.history
    model = history.view.timeline

    def entries() -> list[TimelineEntry]:
        return [entry for entry in map(model.entry_at, range(model.rowCount())) if entry is not None]

    def choose(text: str) -> None:
        row = next(r for r in range(model.rowCount()) if (e := model.entry_at(r)) is not None and e.text == text)
        history.view.setCurrentIndex(model.index(row))

    all_three = ["Changed Anna: City", "Changed Anna: Company", "Added Anna"]
    qtbot.waitUntil(lambda: [entry.text for entry in entries()] == all_three)
    assert not history.undo.isEnabled()
    choose("Changed Anna: Company")
    assert history.undo.isEnabled()
    QTest.mouseClick(history.undo, LEFT)
    qtbot.waitUntil(lambda: local_workspace.read(contact_document, anna).company == "")
    assert local_workspace.read(contact_document, anna).city == "Omsk", "the later one stays"
    qtbot.waitUntil(lambda: entries()[0].text == "Undid: Changed Anna: Company")
    qtbot.waitUntil(history.redo.isEnabled)
    assert "undone" in entries()[2].who
    QTest.mouseClick(history.redo, LEFT)
    qtbot.waitUntil(lambda: local_workspace.read(contact_document, anna).company == "Acme")
    qtbot.waitUntil(lambda: len(entries()) == 5)
    choose("Added Anna")
    QTest.mouseClick(history.undo, LEFT)
    qtbot.waitUntil(history.failure_text.isVisible)
    assert "Anna has been changed since" in history.failure_text.text()
    assert local_workspace.read(contact_document, anna).name == "Anna"
    assert city is not None


def test_an_empty_history_says_so(qtbot: QtBot, page: SettingsPage) -> None:
    page.show_history()
    qtbot.waitUntil(page.history.stack.empty.isVisible)
