"""The export, driven by clicks and keys, to real files."""

import csv
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.core.contact_document import EmailEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.fields import CARD_FIELDS, EXPORT_FIELDS
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.exports.export_choices import ContactCounts
from ulkacrm_desktop.ui.exports.export_dialog import ExportDialog
from ulkacrm_desktop.ui.runtime.prompter import Prompter
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

EVERYBODY = ContactSelection.matching(ContactQuery())


class FilePrompter(Prompter):
    """Names the file of an export at once."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.suggested: list[Path] = []

    def choose_new_file(
        self,
        parent: QWidget,
        title: str,
        suggested: Path,
        name_filters: Sequence[str],
        chosen: Callable[[Path], object],
    ) -> None:
        self.suggested.append(suggested)
        if self.path is not None:
            chosen(self.path)


class Exporting:
    """A dialog and what it has told."""

    def __init__(self, dialog: ExportDialog, prompter: FilePrompter, qtbot: QtBot) -> None:
        self.dialog, self.prompter, self.qtbot = dialog, prompter, qtbot
        self.told: list[tuple[str, int]] = []
        dialog.exported.connect(lambda path, rows: self.told.append((path, rows)))

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=20_000)

    def click(self, name: str) -> None:
        found = self.dialog.findChild(QPushButton, name)
        assert found is not None and found.isVisible() and found.isEnabled(), name
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)

    def choose(self, name: str) -> None:
        radio = self.dialog.findChild(QRadioButton, name)
        assert radio is not None and radio.isVisible(), name
        QTest.mouseClick(radio, Qt.MouseButton.LeftButton, pos=QPoint(8, radio.height() // 2))
        assert radio.isChecked()

    def write(self, path: Path) -> int:
        self.prompter.path = path
        self.click("export")
        self.until(lambda: bool(self.told))
        return self.told[-1][1]

    @property
    def fields(self) -> list[str]:
        return self.dialog.choices.fields.chosen


@pytest.fixture
def people(local_workspace: Workspace) -> dict[str, int]:
    """Three contacts and a property."""
    property_id = local_workspace.perform(create_property, name="Shoe size", type=PropertyType.NUMBER).result
    found = {}
    for name, address in (("Анна Петрова", "anna@example.com"), ("Boris", "boris@example.com"), ("Clara", "c@x.org")):
        contact = ContactInput(name=name, emails=(EmailEntry(address),), properties={property_id: 38})
        found[name] = local_workspace.perform(create_contact, contact=contact).result
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def start(
    qtbot: QtBot,
    local_workspace: Workspace,
    runner: TaskRunner,
    settings: Settings,
    people: dict[str, int],
) -> Iterator[Callable[..., Exporting]]:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    opened: list[ExportDialog] = []

    def open_dialog(
        selection: ContactSelection | None = None,
        listed: ContactSelection = EVERYBODY,
        counts: ContactCounts | None = None,
    ) -> Exporting:
        prompter = FilePrompter()
        dialog = ExportDialog(
            window,
            local_workspace,
            runner,
            selection,
            listed,
            counts or ContactCounts(3, len(selection.ids) if selection else 0),
            settings=settings,
            prompter=prompter,
        )
        exporting = Exporting(dialog, prompter, qtbot)
        dialog.open()
        opened.append(dialog)
        exporting.until(lambda: dialog.choices.fields.list.count() == len(CARD_FIELDS) + 1)
        return exporting

    yield open_dialog
    for dialog in opened:
        with suppress(RuntimeError):  # deleted, as it should be once closed
            dialog.reject()


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_everybody_goes_into_a_csv_file(start: Callable[..., Exporting], tmp_path: Path) -> None:
    exporting = start()
    assert exporting.fields == [*EXPORT_FIELDS, "property:Shoe size"]
    only = exporting.dialog.choices.only_source
    assert only.isVisible() and only.text() == "All contacts (3)"
    assert not exporting.dialog.choices.sources["all"].isVisible(), "there is nothing to choose from"
    assert not exporting.dialog.choices.sources["listed"].isVisible()
    assert not exporting.dialog.choices.sources["selected"].isVisible()
    assert exporting.write(tmp_path / "all.csv") == 3
    rows = read_csv(tmp_path / "all.csv")
    assert len(rows) == 4 and "Shoe size" in rows[0]
    assert exporting.dialog.outcome.sentence.text() == "3 contacts exported."
    assert str(tmp_path / "all.csv") in exporting.dialog.outcome.place.text()


def test_the_selected_ones_are_proposed_and_kinds_chosen(
    start: Callable[..., Exporting], people: dict[str, int], tmp_path: Path
) -> None:
    exporting = start(ContactSelection.of(people["Boris"]))
    assert exporting.dialog.choices.sources["selected"].isChecked()
    assert exporting.dialog.choices.sources["all"].text() == "All contacts (3)"
    assert not exporting.dialog.choices.only_source.isVisible()
    exporting.choose("kind_xlsx")
    assert exporting.write(tmp_path / "one.xlsx") == 1
    sheet = openpyxl.load_workbook(tmp_path / "one.xlsx").active
    assert sheet is not None
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["Boris"]


def test_what_was_searched_for_is_proposed(start: Callable[..., Exporting], tmp_path: Path) -> None:
    listed = ContactSelection.matching(ContactQuery(search="анна"))
    exporting = start(None, listed, ContactCounts(1))
    assert exporting.dialog.choices.sources["listed"].isChecked()
    exporting.choose("kind_json")
    assert exporting.write(tmp_path / "found.json") == 1
    assert "Анна Петрова" in json.dumps(json.loads((tmp_path / "found.json").read_text("utf-8")), ensure_ascii=False)


def test_address_cards(start: Callable[..., Exporting], tmp_path: Path) -> None:
    exporting = start()
    exporting.choose("kind_vcf")
    assert exporting.write(tmp_path / "cards.vcf") == 3
    assert (tmp_path / "cards.vcf").read_text("utf-8").count("BEGIN:VCARD") == 3


def test_fields_are_ticked_and_ordered_by_keys_and_remembered(start: Callable[..., Exporting], tmp_path: Path) -> None:
    exporting = start()
    exporting.click("no_fields")
    assert not exporting.dialog.export_button.isEnabled()
    listed = exporting.dialog.choices.fields.list
    listed.setFocus()
    QTest.keyClick(listed, Qt.Key.Key_Home)
    for key in ("id", "kind", "name", "first_name", "last_name", "email"):
        if key in ("name", "email"):
            QTest.keyClick(listed, Qt.Key.Key_Space)
        QTest.keyClick(listed, Qt.Key.Key_Down)
    QTest.keyClick(listed, Qt.Key.Key_Up)
    assert exporting.fields == ["name", "email"]
    for _step in range(5):
        QTest.keyClick(listed, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert exporting.fields == ["email", "name"]
    exporting.write(tmp_path / "two.csv")
    assert read_csv(tmp_path / "two.csv")[0] == ["Email", "Name"]
    exporting.click("close_export")
    again = start()
    assert again.fields == ["email", "name"]
    again.click("export")
    assert again.prompter.suggested[0].parent == tmp_path, "the folder is remembered too"
    again.click("usual_fields")
    assert again.fields == ["name", "email"]
    again.click("all_fields")
    assert again.fields == [*EXPORT_FIELDS, "property:Shoe size"]
    again.choose("kind_vcf")
    assert again.fields == [*EXPORT_FIELDS, "property:Shoe size", "avatar"], "only address cards hold pictures"


def test_fields_are_moved_by_the_arrows_below(start: Callable[..., Exporting]) -> None:
    exporting = start()
    fields = exporting.dialog.choices.fields
    fields.list.setCurrentRow(0)
    assert not fields.up.isEnabled() and fields.up.accessibleName() == "Up"
    QTest.mouseClick(fields.down, Qt.MouseButton.LeftButton)
    assert exporting.fields[:2] == ["kind", "id"] and fields.list.currentRow() == 1
    QTest.mouseClick(fields.up, Qt.MouseButton.LeftButton)
    assert exporting.fields[:2] == ["id", "kind"]


def test_a_cancelled_export_leaves_the_file_as_it_was(
    start: Callable[..., Exporting], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "old.csv"
    target.write_text("what was there", encoding="utf-8")
    exporting = start()
    # The first report waits until Cancel was pressed, or three rows would be written before anybody can.
    pressed = threading.Event()
    report = JobContext.report

    def slow_report(self: JobContext, phase: str, done: int = 0, total: int = 0) -> None:
        assert pressed.wait(20)
        report(self, phase, done, total)

    monkeypatch.setattr(JobContext, "report", slow_report)
    exporting.prompter.path = target
    exporting.click("export")
    exporting.click("cancel_job")
    pressed.set()
    exporting.until(exporting.dialog.problem.isVisible)
    assert "Cancelled" in exporting.dialog.problem.text()
    assert target.read_text("utf-8") == "what was there"
    assert [path.name for path in tmp_path.glob(".*")] == [], "no half a file is left"
    monkeypatch.undo()
    assert exporting.write(target) == 3


def test_a_file_that_cannot_be_written_is_told(start: Callable[..., Exporting], tmp_path: Path) -> None:
    exporting = start()
    exporting.prompter.path = tmp_path / "nowhere" / "x.csv"
    exporting.click("export")
    exporting.until(exporting.dialog.problem.isVisible)
    assert "no such folder" in exporting.dialog.problem.text()
    assert exporting.dialog.export_button.isEnabled()


def test_long_texts_are_cut_only_when_that_is_wanted(
    start: Callable[..., Exporting],
    tmp_path: Path,
    local_workspace: Workspace,
) -> None:
    local_workspace.perform(create_contact, contact=ContactInput(name="Long", notes="я" * 40_000))
    exporting = start()
    exporting.choose("kind_xlsx")
    exporting.prompter.path = tmp_path / "long.xlsx"
    exporting.click("export")
    exporting.until(lambda: exporting.dialog.findChild(QPushButton, "cut") is not None)
    assert not (tmp_path / "long.xlsx").exists()
    exporting.click("cut")
    exporting.until(lambda: bool(exporting.told))
    assert "was cut" in exporting.dialog.outcome.notices.text()
    assert (tmp_path / "long.xlsx").exists()
