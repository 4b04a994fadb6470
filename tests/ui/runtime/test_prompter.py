import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.ui.runtime.error_log import ErrorLog
from ulkacrm_desktop.ui.runtime.prompter import Choice, Prompter, Question, Tone


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def dialog_of(window: QWidget) -> QDialog:
    (dialog,) = [d for d in window.findChildren(QDialog) if d.isVisible()]
    return dialog


def button(window: QWidget, name: str) -> QPushButton:
    found = dialog_of(window).findChild(QPushButton, name)
    assert found is not None
    return found


def erase() -> Question:
    return Question(
        title="Erase 3 contacts?",
        text="This cannot be undone.",
        choices=[Choice("erase", "Erase 3 contacts")],
        cancel_verb="Keep them",
        tone=Tone.DANGER,
    )


def test_a_question_is_answered_by_the_verb(qtbot: QtBot, window: QWidget) -> None:
    answers: list[str | None] = []
    Prompter().ask(window, erase(), answers.append)
    assert answers == [], "asking does not block"
    qtbot.mouseClick(button(window, "erase"), Qt.MouseButton.LeftButton)
    assert answers == ["erase"]


def test_escape_and_a_careless_enter_destroy_nothing(qtbot: QtBot, window: QWidget) -> None:
    answers: list[str | None] = []
    prompter = Prompter()
    prompter.ask(window, erase(), answers.append)
    qtbot.keyClick(dialog_of(window), Qt.Key.Key_Escape)
    prompter.ask(window, erase(), answers.append)
    qtbot.keyClick(dialog_of(window), Qt.Key.Key_Return)
    assert answers == [None, None]


def test_enter_takes_what_is_proposed(qtbot: QtBot, window: QWidget) -> None:
    answers: list[str | None] = []
    question = Question(title="Which?", choices=[Choice("a", "Finish"), Choice("b", "Undo")])
    Prompter().ask(window, question, answers.append)
    qtbot.keyClick(dialog_of(window), Qt.Key.Key_Return)
    assert answers == ["a"]


def test_files_are_chosen_without_blocking(qtbot: QtBot, window: QWidget, tmp_path: Path, monkeypatch: Any) -> None:
    chosen: list[Path] = []
    Prompter().choose_new_file(window, "Export", tmp_path / "контакты.csv", ["Tables (*.csv)"], chosen.append)
    dialog = dialog_of(window)
    assert isinstance(dialog, QFileDialog)
    dialog.accept()
    qtbot.waitUntil(lambda: bool(chosen))
    assert chosen == [tmp_path / "контакты.csv"]


def test_a_bug_is_logged_and_shown_once_with_a_way_to_the_log(qtbot: QtBot, window: QWidget, tmp_path: Path) -> None:
    opened: list[QUrl] = []
    log = ErrorLog(tmp_path / "logs" / "ulka.log", Prompter(), open_file=opened.append, parent=window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    log.install()
    try:
        for _round in range(3):
            with qtbot.captureExceptions():
                try:
                    raise ZeroDivisionError("Деление")
                except ZeroDivisionError as error:
                    log.report(error)
        qtbot.waitUntil(lambda: bool([d for d in window.findChildren(QDialog) if d.isVisible()]))
        assert len([d for d in window.findChildren(QDialog) if d.isVisible()]) == 1
        qtbot.mouseClick(button(window, "open_log"), Qt.MouseButton.LeftButton)
    finally:
        log.uninstall()
    text = log.path.read_text(encoding="utf-8")
    assert text.count("ZeroDivisionError: Деление") == 3
    assert "Traceback" in text
    assert opened == [QUrl.fromLocalFile(str(log.path))]


def test_a_bug_in_a_thread_reaches_the_log(qtbot: QtBot, window: QWidget, tmp_path: Path) -> None:
    log = ErrorLog(tmp_path / "ulka.log", Prompter(), parent=window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    log.install()
    try:
        thread = threading.Thread(target=lambda: {}["missing"])
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: bool([d for d in window.findChildren(QDialog) if d.isVisible()]))
        dialog_of(window).reject()
    finally:
        log.uninstall()
    assert "KeyError: 'missing'" in log.path.read_text(encoding="utf-8")
