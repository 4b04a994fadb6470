"""Editors of property values: what is typed is what is kept, and what is not touched stays as it is."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType, PropertyValue
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.ui.forms.property_editors import GrowingTextEdit, PropertyEditor, property_editor
from ulkacrm_desktop.ui.forms.values import shown_date, shown_number, typed_value

RUSSIAN = QLocale(QLocale.Language.Russian, QLocale.Country.Russia)
AMERICAN = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)


@pytest.fixture(autouse=True, params=["en_US", "ru_RU"])
def locale(request: pytest.FixtureRequest) -> Iterator[QLocale]:
    before = QLocale()
    chosen = QLocale(request.param)
    QLocale.setDefault(chosen)
    yield chosen
    QLocale.setDefault(before)


def editor(qtbot: QtBot, type_: PropertyType, *options: str) -> PropertyEditor:
    made = property_editor(PropertyDefinition(7, "Shoe size", type_, options, description="In the European way"))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.setFocus()
    return made


VALUES: list[tuple[PropertyType, PropertyValue]] = [
    (PropertyType.TEXT, "Two\nlines, «quoted»"),
    (PropertyType.NUMBER, Decimal("-1234567.891")),
    (PropertyType.NUMBER, Decimal("0.000000001")),
    (PropertyType.DATE, date(1925, 3, 4)),
    (PropertyType.YES_NO, True),
    (PropertyType.YES_NO, False),
    (PropertyType.SELECT, "b"),
    (PropertyType.SELECT, "a choice that is gone"),
    (PropertyType.MULTI_SELECT, ("a", "c")),
    (PropertyType.URL, "https://пример.рф/путь?x=1"),
]


@pytest.mark.parametrize(("type_", "value"), VALUES)
def test_a_value_that_is_shown_and_not_touched_stays(qtbot: QtBot, type_: PropertyType, value: PropertyValue) -> None:
    made = editor(qtbot, type_, "a", "b", "c")
    assert made.value() is None
    made.set_value(value)
    assert made.value() == value
    made.set_value(None)
    assert made.value() is None
    assert made.accessibleName() == "Shoe size"
    assert made.focusProxy() is not None
    assert made.focusProxy().accessibleName() == "Shoe size"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(number=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6))
def test_a_number_reads_back_as_it_is_shown(number: Decimal) -> None:
    assert typed_value(PropertyType.NUMBER, shown_number(number)) == number


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(day=st.dates(min_value=date(1000, 1, 1)))
def test_a_day_reads_back_as_it_is_shown(day: date) -> None:
    assert typed_value(PropertyType.DATE, shown_date(day)) == day


def test_numbers_by_the_locale(locale: QLocale) -> None:
    comma = locale.decimalPoint() == ","
    assert typed_value(PropertyType.NUMBER, "1,234") == (Decimal("1.234") if comma else Decimal(1234))
    assert typed_value(PropertyType.NUMBER, "12,5") == typed_value(PropertyType.NUMBER, "12.5") == Decimal("12.5")
    with pytest.raises(TextProblem) as problem:
        typed_value(PropertyType.NUMBER, "twelve")
    assert problem.value.code == "number_invalid"


def test_typing_a_number_and_enter(qtbot: QtBot) -> None:
    made = editor(qtbot, PropertyType.NUMBER)
    line = made.findChild(QLineEdit)
    assert line is not None
    with qtbot.waitSignal(made.changed):
        QTest.keyClicks(line, "3x")
    assert made.problem() == "number_invalid"
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    assert made.problem() == ""
    with qtbot.waitSignal(made.submitted):
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert made.value() == 3


def test_typing_a_text_of_two_lines(qtbot: QtBot) -> None:
    made = editor(qtbot, PropertyType.TEXT)
    edit = made.findChild(GrowingTextEdit)
    assert edit is not None
    low = edit.sizeHint().height()
    QTest.keyClicks(edit, "One")
    QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(edit, "Two")
    with qtbot.waitSignal(made.submitted):
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert made.value() == "One\nTwo"
    assert edit.sizeHint().height() > low


def test_choosing_by_keyboard(qtbot: QtBot) -> None:
    made = editor(qtbot, PropertyType.SELECT, "a", "b")
    combo = made.findChild(QComboBox)
    assert combo is not None
    with qtbot.waitSignal(made.submitted):
        QTest.keyClick(combo, Qt.Key.Key_Down)
    assert made.value() == "a"
    several = editor(qtbot, PropertyType.MULTI_SELECT, "a", "b", "c")
    choices = several.findChild(QListWidget)
    assert choices is not None
    QTest.keyClick(choices, Qt.Key.Key_Space)
    QTest.keyClick(choices, Qt.Key.Key_Down)
    QTest.keyClick(choices, Qt.Key.Key_Down)
    QTest.keyClick(choices, Qt.Key.Key_Space)
    assert several.value() == ("a", "c")
    with qtbot.waitSignal(several.submitted):
        QTest.keyClick(choices, Qt.Key.Key_Return)


def test_choosing_a_day_in_the_calendar(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QCalendarWidget

    made = editor(qtbot, PropertyType.DATE)
    made.set_value(date(2024, 2, 28))
    line = made.findChild(QLineEdit)
    assert line is not None
    QTest.keyClick(line, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: made.findChild(QCalendarWidget) is not None)
    calendar = made.findChild(QCalendarWidget)
    assert calendar is not None
    assert calendar.selectedDate().toPython() == date(2024, 2, 28)
    view = calendar.findChild(QCalendarWidget) or calendar.focusProxy() or calendar
    QTest.keyClick(view, Qt.Key.Key_Right)
    with qtbot.waitSignal(made.submitted):
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert made.value() == date(2024, 2, 29)
    qtbot.waitUntil(lambda: made.findChild(QCalendarWidget) is None)


def test_a_web_address_gets_its_scheme(qtbot: QtBot) -> None:
    made = editor(qtbot, PropertyType.URL)
    line = made.findChild(QLineEdit)
    assert line is not None
    QTest.keyClicks(line, "example.com/a")
    assert made.value() == "https://example.com/a"
    line.clear()
    QTest.keyClicks(line, "not an address")
    assert made.problem() == "url_invalid"
