"""From the summary of an import to the contacts that it has made or changed."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from tests.ui.window_fixtures import Desk, People, desk, open_desk, people, settings  # noqa: F401 - fixtures
from ulkacrm_desktop.ui.imports.import_sheet import Step
from ulkacrm_desktop.ui.imports.import_wizard import ImportWizard


def test_the_list_shows_exactly_what_was_imported_and_follows_its_undo(
    desk: Desk,  # noqa: F811
    people: People,  # noqa: F811
    tmp_path: Path,
) -> None:
    file = tmp_path / "people.csv"
    known = "person2@example.org"
    file.write_text(f"Name;Email;City\nZoe Winter;zoe@example.org;Omsk\nClara Schmidt;{known};Bonn\n", encoding="utf-8")
    desk.window.import_file(file)
    (wizard,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, ImportWizard) and w.isVisible())
    desk.qtbot.waitUntil(lambda: wizard.file_step.ready, timeout=30_000)
    for step in (Step.COLUMNS, Step.PREVIEW, Step.SUMMARY):
        desk.qtbot.waitUntil(wizard.next_button.isEnabled)
        QTest.mouseClick(wizard.next_button, Qt.MouseButton.LeftButton)
        desk.qtbot.waitUntil(lambda step=step: wizard.step is step, timeout=30_000)
    show = wizard.findChild(QPushButton, "show_imported")
    assert show is not None
    QTest.mouseClick(show, Qt.MouseButton.LeftButton)
    desk.settle()
    assert not any(isinstance(w, ImportWizard) and w.isVisible() for w in QApplication.topLevelWidgets())
    assert desk.names == ["Clara Schmidt", "Zoe Winter"]
    assert desk.window.contacts.header.title == "Imported contacts"
    desk.search("zoe")
    assert desk.names == ["Zoe Winter"]
    desk.search("")
    with desk.qtbot.waitActive(desk.window):
        desk.window.activateWindow()
    desk.window.contacts.list.focus()
    desk.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.qtbot.waitUntil(lambda: desk.names == [])
    told = [label.text() for label in desk.window.contacts.list.findChildren(QLabel) if label.isVisible()]
    assert "No contact of this import is left" in told
    desk.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    desk.qtbot.waitUntil(lambda: desk.names == ["Clara Schmidt", "Zoe Winter"])
