"""An import in a real window on a real file and a real database, driven by mouse and keyboard."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.core.paths import scratch_directory
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.imports.importing import ImportReport
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.imports.import_sheet import Step
from ulkacrm_desktop.ui.imports.import_wizard import ImportWizard
from ulkacrm_desktop.ui.runtime.prompter import Prompter
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

HEADINGS = ("ФИО", "E-mail", "Телефон", "Теги", "Компания")


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for plans, so that what is left behind can be seen."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return scratch_directory()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    main = QMainWindow()
    main.resize(1280, 800)
    qtbot.addWidget(main)
    main.show()
    return main


class ScriptedPrompter(Prompter):
    """Answers questions about files at once; everything else is asked for real."""

    def __init__(self) -> None:
        self.new_file: Path | None = None
        self.suggested: Path | None = None

    def choose_new_file(
        self,
        parent: QWidget,
        title: str,
        suggested: Path,
        name_filters: Sequence[str],
        chosen: Callable[[Path], object],
    ) -> None:
        self.suggested = suggested
        if self.new_file is not None:
            chosen(self.new_file)


@dataclass
class Importing:
    """A wizard and what it has told."""

    wizard: ImportWizard
    qtbot: QtBot
    prompter: ScriptedPrompter
    reports: list[ImportReport] = field(default_factory=list)
    undone: list[int] = field(default_factory=list)
    wanted: list[object] = field(default_factory=list)

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=30_000)

    def click(self, name: str, parent: QWidget | None = None) -> None:
        named = (parent or self.wizard).findChildren(QPushButton, name)
        # Dialogs that are closed a moment ago may still be there, hidden.
        found = next((button for button in named if button.isVisible()), None)
        assert found is not None and found.isEnabled(), name
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)

    def to_columns(self) -> None:
        self.until(lambda: self.wizard.file_step.ready)
        self.click("next")
        assert self.wizard.step is Step.COLUMNS

    def to_preview(self) -> None:
        if self.wizard.step is Step.FILE:
            self.to_columns()
        self.click("next")
        self.until(lambda: self.wizard.session.busy is None)
        if self.wizard.step is Step.PREVIEW:
            self.until(self.shown)

    def shown(self) -> bool:
        model = self.wizard.preview_step.model
        return model is not None and model.total > 0 and model.row_at(0) is not None

    def show_kind(self, kind: str, total: int) -> None:
        self.click(f"rows_{kind}")
        self.until(lambda: (m := self.wizard.preview_step.model) is not None and m.total == total and self.shown())

    def to_summary(self) -> ImportReport:
        self.click("next")
        self.until(lambda: self.wizard.step is Step.SUMMARY)
        return self.reports[-1]

    def counts(self) -> dict[str, int]:
        counts = self.wizard.preview_step.counts
        return {
            "create": counts.create,
            "update": counts.update,
            "unchanged": counts.unchanged,
            "skip": counts.skip,
            "error": counts.error,
        }


@pytest.fixture
def start(
    window: QMainWindow,
    local_workspace: Workspace,
    runner: TaskRunner,
    settings: Settings,
    qtbot: QtBot,
) -> Iterator[Callable[[Path | None], Importing]]:
    """Open the import on a file, as the window does at a drop or from the menu."""
    opened: list[ImportWizard] = []

    def open_wizard(path: Path | None) -> Importing:
        prompter = ScriptedPrompter()
        wizard = ImportWizard(window, local_workspace, runner, str(path) if path else None, settings, prompter=prompter)
        importing = Importing(wizard, qtbot, prompter)
        wizard.imported.connect(importing.reports.append)
        wizard.undo_requested.connect(importing.undone.append)
        wizard.contacts_requested.connect(importing.wanted.append)
        wizard.open()
        opened.append(wizard)
        return importing

    yield open_wizard
    for wizard in opened:
        try:
            wizard.cancel_import()
            wizard.done(0)
        except RuntimeError:  # deleted, as it should be once closed
            pass


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as a Russian spreadsheet program does: Windows-1251, with semicolons."""

    def write(
        rows: Sequence[Sequence[str]],
        name: str = "клиенты.csv",
        headings: Sequence[str] = HEADINGS,
        encoding: str = "cp1251",
        delimiter: str = ";",
    ) -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([headings, *rows])
        return path

    return write
