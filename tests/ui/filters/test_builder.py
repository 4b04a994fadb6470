"""The query builder: nested trees by mouse and by keys, text, preview, what is incomplete."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSpinBox, QWidget

from tests.ui.filters.conftest import Hand
from tests.ui.window_fixtures import Desk, People
from ulkacrm_desktop.core.criteria import All, Clause, Either, Not, Operator, Span
from ulkacrm_desktop.services.queries.tags import tag_named
from ulkacrm_desktop.ui.filters.builder import CriteriaBuilder
from ulkacrm_desktop.ui.filters.condition_row import ConditionRow
from ulkacrm_desktop.ui.filters.filter_dialog import FilterDialog

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dialog(desk: Desk, hand: Hand) -> FilterDialog:
    desk.window.registry["conditions"].trigger()
    desk.settle()
    found = desk.window.findChild(FilterDialog)
    assert found is not None
    # A new builder asks for the first field at once.
    hand.open(hand.find("field", found))
    return found


def rows(builder: CriteriaBuilder) -> list[ConditionRow]:
    found = [row for row in builder.findChildren(ConditionRow) if row.isVisible()]
    return sorted(found, key=lambda row: row.mapTo(builder, QPoint()).y())


def pick(combo: QWidget, text: str, hand: Hand) -> None:
    assert isinstance(combo, QComboBox)
    combo.setFocus()
    combo.setCurrentIndex(combo.findText(text))
    combo.activated.emit(combo.currentIndex())
    hand.desk.settle()


def counts(hand: Hand, dialog: FilterDialog, text: str) -> None:
    """The preview comes to say this; it waits a moment for more keys before it asks."""
    label = dialog.findChild(QLabel, "preview_count")
    assert label is not None
    hand.qtbot.waitUntil(lambda: label.isEnabled() and label.text() == text, timeout=3_000)


def test_a_nested_tree_is_built_with_the_mouse(dialog: FilterDialog, desk: Desk, hand: Hand) -> None:
    vip = desk.workspace.read(tag_named, "VIP").id
    hand.choose("Tags")
    row = rows(dialog.builder)[0]
    hand.click("value", row)
    hand.choose("VIP")
    hand.close_popup()
    counts(hand, dialog, "3 contacts")
    hand.click("add_group", dialog)
    hand.open(hand.find("field", rows(dialog.builder)[1]))
    hand.choose("Company")
    row = rows(dialog.builder)[1]
    hand.type(hand.find("value", row), "acme")
    counts(hand, dialog, "1 contact")
    group = next(box for box in dialog.findChildren(QWidget, "group") if box.isVisible())
    hand.click("add_condition", group)
    hand.open(hand.find("field", rows(dialog.builder)[2]))
    hand.choose("Name")
    row = rows(dialog.builder)[2]
    pick(hand.find("operator", row), "starts with", hand)
    hand.type(hand.find("value", row), "Clara")
    assert dialog.builder.tree == All(
        (
            Clause("tag", Operator.ONE_OF, (vip,)),
            Either((Clause("company", Operator.CONTAINS, ("acme",)), Clause("name", Operator.STARTS_WITH, ("Clara",)))),
        )
    )
    counts(hand, dialog, "2 contacts")
    assert dialog.builder.sentence.text == "tagged VIP and (company contains “acme” or name starts with “Clara”)"
    hand.click("apply", dialog)
    assert desk.names == ["Clara Schmidt", "Борис Орлов"]


def test_a_nested_tree_is_built_with_keys(dialog: FilterDialog, desk: Desk, hand: Hand) -> None:
    hand.type(hand.find("choice_search", hand.popup()), "first n")
    hand.key(Qt.Key.Key_Return)
    hand.type(hand.find("value", dialog), "anna")
    # Another one: from the values on to the buttons below.
    for _press in range(8):
        hand.key(Qt.Key.Key_Tab)
        if dialog.focusWidget().objectName() == "add_condition":
            break
    hand.key(Qt.Key.Key_Space)
    hand.open(hand.find("field", rows(dialog.builder)[1]))
    hand.type(hand.find("choice_search", hand.popup()), "last conv")
    hand.key(Qt.Key.Key_Return)
    hand.key(Qt.Key.Key_G, CONTROL)
    hand.key(Qt.Key.Key_N, CONTROL | SHIFT)
    conversation = Clause("last_conversation", Operator.IN_LAST, (Span(30),))
    name = Clause("first_name", Operator.CONTAINS, ("anna",))
    assert dialog.builder.tree == All((name, Either((Not(conversation),))))
    hand.key(Qt.Key.Key_G, CONTROL | SHIFT)
    assert dialog.builder.tree == All((name, Not(conversation)))
    rows(dialog.builder)[1].focus_problem()
    hand.key(Qt.Key.Key_Up, CONTROL | SHIFT)
    assert dialog.builder.tree == All((Not(conversation), name))
    hand.key(Qt.Key.Key_D, CONTROL | SHIFT)
    assert dialog.builder.tree == All((Not(conversation), Not(conversation), name))
    hand.key(Qt.Key.Key_Delete, ALT)
    assert dialog.builder.tree == All((Not(conversation), name))
    assert isinstance(dialog.focusWidget(), QWidget)
    hand.find("add_condition", dialog).setFocus()
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert dialog.builder.tree == All((Not(conversation), Not(conversation), name))
    hand.key(Qt.Key.Key_Return, CONTROL)
    assert desk.window.features.filters.bar.tree == All((Not(conversation), Not(conversation), name))


def test_a_row_is_dragged_into_a_group(dialog: FilterDialog, desk: Desk, hand: Hand) -> None:
    hand.key(Qt.Key.Key_Escape)
    one, two, three = (Clause("name", Operator.CONTAINS, (letter,)) for letter in "abc")
    dialog.builder.set_tree(All((one, Either((two, three)))))
    desk.settle()
    first, second, _third = rows(dialog.builder)
    grip = first.grip
    start = grip.rect().center()
    desk.qtbot.mousePress(grip, Qt.MouseButton.LeftButton, pos=start)
    for place in (second.rect().bottomLeft() + QPoint(40, -4), second.rect().bottomLeft() + QPoint(40, 0)):
        desk.qtbot.mouseMove(grip, grip.mapFromGlobal(second.mapToGlobal(place)))
    assert dialog.findChild(QWidget, "drop_line") is not None
    desk.qtbot.mouseRelease(
        grip, Qt.MouseButton.LeftButton, pos=grip.mapFromGlobal(second.mapToGlobal(second.rect().bottomLeft()))
    )
    desk.settle()
    assert dialog.builder.tree == All((Either((two, one, three)),))


def test_what_is_incomplete_is_marked_and_left_out(dialog: FilterDialog, desk: Desk, hand: Hand) -> None:
    hand.choose("Name")
    row = rows(dialog.builder)[0]
    assert hand.find("problem", row).toolTip() == "Give a value"
    told = dialog.findChild(QLabel, "preview_told")
    assert told.text() == "1 condition is incomplete and left out."
    assert dialog.builder.tree is None
    counts(hand, dialog, "8 contacts")
    hand.type(hand.find("value", row), "anna")
    assert not row.findChild(QWidget, "problem").isVisible()
    assert told.isHidden()
    assert dialog.builder.tree == Clause("name", Operator.CONTAINS, ("anna",))


def test_text_and_conditions_are_two_faces_of_one_tree(dialog: FilterDialog, desk: Desk, hand: Hand) -> None:
    hand.key(Qt.Key.Key_Escape)
    tree = All(
        (
            Clause("name", Operator.CONTAINS, ("a",)),
            Not(Either((Clause("email", Operator.IS_EMPTY), Not(Clause("created_at", Operator.IN_LAST, (Span(7),)))))),
        )
    )
    dialog.builder.set_tree(tree)
    hand.click("as_text", dialog)
    line = dialog.findChild(QPlainTextEdit, "criteria_text")
    text = line.toPlainText()
    assert text == 'name contains "a" and not (email is empty or not added in last 7 days)'
    hand.click("copy_text", dialog)
    assert QGuiApplication.clipboard().text() == text
    hand.click("as_conditions", dialog)
    assert dialog.builder.tree == tree
    hand.click("as_text", dialog)
    line.setPlainText('name contains "anna" or citty = "Rome"')
    desk.qtbot.waitUntil(lambda: bool(dialog.builder.problem), timeout=3_000)
    problem = dialog.findChild(QLabel, "text_problem")
    assert "citty" in problem.text()
    # What cannot be read is neither shown as conditions nor applied; the cursor goes to the place.
    hand.click("as_conditions", dialog)
    assert dialog.builder.is_text
    assert line.textCursor().selectedText() == "citty"
    hand.click("apply", dialog)
    assert dialog.isVisible()
    line.setPlainText('name contains "anna" or city = "Rome"')
    hand.click("as_conditions", dialog)
    assert not dialog.builder.is_text
    assert [row.row.field for row in rows(dialog.builder)] == ["name", "city"]


def test_a_click_in_the_sentence_leads_to_the_condition(dialog: FilterDialog, desk: Desk, hand: Hand) -> None:
    hand.key(Qt.Key.Key_Escape)
    dialog.builder.set_tree(
        All((Clause("name", Operator.CONTAINS, ("a",)), Clause("created_at", Operator.IN_LAST, (Span(30),))))
    )
    desk.settle()
    phrases = [chip for chip in dialog.builder.sentence.findChildren(QPushButton) if chip.isVisible()]
    assert [chip.text() for chip in phrases] == ["name contains “a”", "added in the last 30 days"]
    desk.qtbot.mouseClick(phrases[1], Qt.MouseButton.LeftButton)
    focused = dialog.focusWidget()
    assert isinstance(focused, QSpinBox | QLineEdit)
    assert rows(dialog.builder)[1].isAncestorOf(focused)


def test_each_type_has_its_editor(dialog: FilterDialog, desk: Desk, hand: Hand, people: People) -> None:
    hand.choose("Shoe size")
    row = rows(dialog.builder)[0]
    pick(hand.find("operator", row), "is between", hand)
    first, second = (hand.find(name, row).findChild(QLineEdit) for name in ("value", "value_to"))
    hand.type(first, "38")
    hand.type(second, "37")
    assert hand.find("problem", row).toolTip() == "The second value must not be below the first"
    second.clear()
    hand.type(second, "40")
    counts(hand, dialog, "3 contacts")
    pick(hand.find("operator", row), "is empty", hand)
    assert dialog.builder.tree == Clause(f"property:{people.shoe_size}", Operator.IS_EMPTY)
    counts(hand, dialog, "0 contacts")
