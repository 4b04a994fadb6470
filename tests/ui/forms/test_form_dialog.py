from collections.abc import Iterator, Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from ulkacrm_desktop.ui.forms.form_dialog import FormDialog

TEXTS = {"missing": "A name is needed.", "bad_email": "There is no @ in it.", "other": "Something else."}


class PersonForm(FormDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__("New contact", "Create contact", problem_text=TEXTS.__getitem__, parent=parent)
        self.add_field("name", "&Name", QLineEdit(), required=True)
        self.add_field("email", "&Email", QLineEdit(), hint="The address that you write to")
        note = QPlainTextEdit()
        note.setTabChangesFocus(True)
        self.add_field("note", "N&ote", note)
        self.add_field("kind", "&Kind", QComboBox())

    @override
    def check(self) -> Mapping[str, str]:
        name = self.editor("name")
        return {} if isinstance(name, QLineEdit) and name.text() else {"name": "missing"}


@pytest.fixture
def form(qtbot: QtBot) -> Iterator[PersonForm]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = PersonForm(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    yield dialog
    dialog.hide()


def line(form: FormDialog, key: str) -> QLineEdit:
    editor = form.editor(key)
    assert isinstance(editor, QLineEdit)
    return editor


def label(form: FormDialog, name: str) -> QLabel:
    found = form.findChild(QLabel, name)
    assert found is not None
    return found


def button(form: FormDialog, name: str) -> QPushButton:
    found = form.findChild(QPushButton, name)
    assert found is not None
    return found


def test_a_problem_stands_beside_its_field_and_nothing_is_submitted(qtbot: QtBot, form: PersonForm) -> None:
    line(form, "email").setFocus()
    with qtbot.assertNotEmitted(form.submitted):
        qtbot.mouseClick(button(form, "submit"), Qt.MouseButton.LeftButton)
    assert label(form, "name_problem").isVisible()
    assert label(form, "name_problem").text() == TEXTS["missing"]
    assert line(form, "name").hasFocus()
    assert line(form, "name").accessibleDescription() == TEXTS["missing"]
    qtbot.keyClicks(line(form, "name"), "Anna")
    with qtbot.waitSignal(form.submitted):
        qtbot.keyClick(line(form, "name"), Qt.Key.Key_Return)
    assert not label(form, "name_problem").isVisible()


def right_of(widget: QWidget) -> int:
    return widget.mapTo(widget.window(), widget.rect().topRight()).x()


def test_it_stays_open_until_saving_has_worked(qtbot: QtBot, form: PersonForm) -> None:
    line(form, "name").setText("Anna")
    line(form, "name").setFocus()
    form.submit()
    assert not button(form, "submit").isEnabled()
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert not form.close()
    assert form.isVisible(), "while it is being saved it cannot be left"
    form.show_failure("The file is read-only.")
    assert form.isVisible()
    assert label(form, "failure").isVisible()
    assert line(form, "name").text() == "Anna"
    assert line(form, "name").hasFocus()
    form.submit()
    form.show_problems({"email": "bad_email", "elsewhere": "other"})
    assert label(form, "email_problem").text() == TEXTS["bad_email"]
    assert label(form, "failure").text() == TEXTS["other"]
    with qtbot.waitSignal(form.accepted):
        form.submit()
        form.saved()
    assert not form.isVisible()


def test_a_conflict_is_shown_field_by_field(qtbot: QtBot, form: PersonForm) -> None:
    line(form, "name").setText("Mine")
    form.submit()
    form.show_conflict("Somebody was faster.", {"name": ("Theirs", "Theirs"), "email": ("", "")})
    assert button(form, "submit").text() == "Save mine"
    qtbot.mouseClick(button(form, "name_take"), Qt.MouseButton.LeftButton)
    assert line(form, "name").text() == "Theirs"
    assert button(form, "submit").text() == "Save mine"
    qtbot.mouseClick(button(form, "email_take"), Qt.MouseButton.LeftButton)
    assert button(form, "submit").text() == "Create contact"
    assert not label(form, "failure").isVisible()
    form.reject()


def test_keys_names_and_tab_order(qtbot: QtBot, form: PersonForm) -> None:
    assert [form.editor(key).accessibleName() for key in ("name", "email", "note")] == ["Name", "Email", "Note"]
    qtbot.keyClick(form, Qt.Key.Key_E, Qt.KeyboardModifier.AltModifier)
    assert line(form, "email").hasFocus()
    qtbot.keyClick(line(form, "email"), Qt.Key.Key_Tab)
    assert form.editor("note").hasFocus()
    line(form, "name").setText("Anna")
    with qtbot.waitSignal(form.submitted):
        qtbot.keyClick(form.editor("note"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    form.show_failure("")
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_it_begins_at_the_first_field_and_tab_ends_at_the_buttons(qtbot: QtBot, form: PersonForm) -> None:
    assert line(form, "name").hasFocus()
    late = QLineEdit()
    form.add_field("late", "&Late", late)
    qtbot.waitUntil(late.isVisible)
    stops: list[str] = []
    while len(stops) < 8:
        focused = form.focusWidget()
        assert focused is not None
        stops.append(focused.objectName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert stops == ["name", "email", "note", "kind", "late", "cancel", "submit", "name"]
    qtbot.keyClick(line(form, "name"), Qt.Key.Key_Backtab)
    late.setFocus()
    qtbot.keyClick(late, Qt.Key.Key_Backtab)
    assert form.editor("kind").hasFocus()


def test_a_form_is_as_high_as_its_fields_and_no_higher_than_the_window(qtbot: QtBot) -> None:
    window = QWidget()
    window.resize(900, 900)
    qtbot.addWidget(window)
    heights = []
    for count in (1, 6, 40):
        dialog = FormDialog("New contact", "Create contact", problem_text=TEXTS.__getitem__, parent=window)
        for number in range(count):
            dialog.add_field(f"line{number}", f"Line {number}", QLineEdit(), hint="What is to be typed " * 8)
        dialog.open()
        qtbot.waitUntil(dialog.isVisible)
        bar = dialog.findChild(QScrollArea).verticalScrollBar()
        assert bool(bar.maximum()) == (count == 40)
        ends = dialog.editor("line0"), button(dialog, "submit")
        qtbot.waitUntil(lambda ends=ends: len({right_of(each) for each in ends}) == 1)
        heights.append(dialog.height())
        dialog.reject()
    assert heights[0] < heights[1] < heights[2] < window.height()


def test_a_long_label_leaves_the_editors_their_room(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = FormDialog("New contact", "Create contact", problem_text=TEXTS.__getitem__, parent=window)
    dialog.add_field("name", "&Name", QLineEdit())
    words = "Number of the contract of the year before the last " * 2
    dialog.add_field("long", words, QLineEdit())
    dialog.open()
    qtbot.waitUntil(dialog.isVisible)
    name, long = dialog.editor("name"), dialog.editor("long")
    assert long.x() == name.x()
    assert name.mapTo(dialog, name.rect().topRight()).x() < dialog.width()
    assert name.width() > dialog.width() // 3
    shown = next(each for each in dialog.findChildren(QLabel) if each.text() == words)
    assert shown.height() >= shown.heightForWidth(shown.width()), "all of it can be read"
    dialog.hide()
