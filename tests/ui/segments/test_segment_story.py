"""The whole way of a segment, in every language: conditions, list, next start, changed, explained, undone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QTreeWidget, QWidget

from tests.ui.filters.conftest import Hand
from tests.ui.segments.conftest import Places
from tests.ui.segments.test_explain import dialog_of, turn_to
from tests.ui.segments.test_segment_form import fill_name, form_of, previews
from tests.ui.window_fixtures import PEOPLE, Desk, People
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.filters.condition_row import ConditionRow
from ulkacrm_desktop.ui.filters.filter_dialog import FilterDialog
from ulkacrm_desktop.ui.runtime.language import use_language

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True)
class Words:
    """What is read on the way; everything that is clicked is found by its name in the language that is shown."""

    language: str
    sentence: str
    submit: str
    five: str
    changed: str
    is_in: str
    is_not_in: str
    verdicts: tuple[str, ...]


ENGLISH = Words(
    "en",
    "tagged VIP and (company contains “acme” or name starts with “Clara”)",
    "Create the segment of 2 contacts",
    "5 contacts",
    "company contains “acme” or name starts with “Clara”",
    "Дмитрий Иванов is in this segment",
    "Anna Petrova is not in this segment",
    ("Company contains “acme”", "Company: nothing", "Name starts with “Clara”", "Name: Anna Petrova"),
)
RUSSIAN = Words(
    "ru",
    "с тегом VIP и (компания содержит «acme» или полное имя начинается с «Clara»)",
    "Создать сегмент из 2 контактов",
    "5 контактов",
    "компания содержит «acme» или полное имя начинается с «Clara»",
    "Дмитрий Иванов входит в этот сегмент",
    "Anna Petrova не входит в этот сегмент",
    ("Компания содержит «acme»", "Компания: нет", "Полное имя начинается с «Clara»", "Полное имя: Anna Petrova"),
)


@pytest.fixture(params=[ENGLISH, RUSSIAN], ids=lambda words: words.language)
def words(request: pytest.FixtureRequest, theme: object) -> Iterator[Words]:
    given: Words = request.param
    use_language(given.language)
    yield given
    use_language("en")


def rows_of(dialog: QWidget) -> list[ConditionRow]:
    found = [row for row in dialog.findChildren(ConditionRow) if row.isVisible()]
    return sorted(found, key=lambda row: row.mapTo(dialog, QPoint()).y())


def build(desk: Desk, hand: Hand) -> FilterDialog:
    """The tag with the mouse, the other two in a group of which any must hold with the keyboard."""
    hand.key(Qt.Key.Key_F, CONTROL | Qt.KeyboardModifier.AltModifier)
    dialog = desk.window.findChild(FilterDialog)
    assert dialog is not None
    hand.open(hand.find("field", dialog))
    hand.choose(_("Tags"))
    hand.click("value", rows_of(dialog)[0])
    hand.choose("VIP")
    hand.close_popup()
    hand.click("add_group", dialog)
    hand.open(hand.find("field", rows_of(dialog)[1]))
    hand.type(hand.find("choice_search", hand.popup()), _("Company"))
    hand.key(Qt.Key.Key_Return)
    hand.type(hand.find("value", rows_of(dialog)[1]), "acme")
    hand.key(Qt.Key.Key_D, CONTROL | SHIFT)  # another one like it, of which the rest is changed
    third = rows_of(dialog)[2]
    hand.open(hand.find("field", third))
    hand.type(hand.find("choice_search", hand.popup()), _("Name"))
    hand.key(Qt.Key.Key_Return)
    operator = hand.find("operator", third)
    assert isinstance(operator, QComboBox)
    operator.setFocus()
    while operator.currentText() != _("starts with"):
        before = operator.currentIndex()
        hand.key(Qt.Key.Key_Down)
        assert operator.currentIndex() > before
    value = hand.find("value", third)
    value.setFocus()
    hand.key(Qt.Key.Key_A, CONTROL)
    hand.type(value, "Clara")
    return dialog


def test_a_segment_from_its_first_condition_to_its_undoing(
    words: Words, open_desk: Callable[..., Desk], people: People, settings: Settings, hand_of: Callable[[Desk], Hand]
) -> None:
    desk = open_desk(people.workspace)
    hand = hand_of(desk)
    dialog = build(desk, hand)
    assert dialog.builder.sentence.text == words.sentence
    hand.click("save_segment", dialog)
    form = form_of(desk)
    fill_name(hand, form, "Наши VIP & friends")
    submit = hand.find("submit", form)
    assert isinstance(submit, QPushButton)
    desk.qtbot.waitUntil(lambda: submit.text() == words.submit, timeout=20_000)
    hand.key(Qt.Key.Key_Return)
    assert (desk.window.contacts.header.title, desk.names) == ("Наши VIP & friends", [PEOPLE[2], PEOPLE[1]])
    desk.window.close()

    with Workspace.session(people.workspace.location) as again:
        desk = open_desk(again, Settings(settings._path))
        hand, places = hand_of(desk), Places(desk)
        try:
            change_explain_and_undo(words, desk, hand, places)
        finally:
            desk.window.close()


def change_explain_and_undo(words: Words, desk: Desk, hand: Hand, places: Places) -> None:
    places.has("Наши VIP & friends", 2)
    desk.qtbot.mouseClick(places.view.viewport(), Qt.MouseButton.LeftButton, pos=places.point("Наши VIP & friends"))
    desk.settle()
    hand.click("edit_segment")
    form = form_of(desk)
    rows_of(form)[0].focus_problem()
    hand.key(Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)  # the tag
    previews(hand, form, words.five)
    hand.click("submit", form)
    strip = desk.window.findChild(QWidget, "sentence")
    assert strip.accessibleName() == words.changed
    assert len(desk.names) == 5

    hand.click("explain_segment")
    explain = dialog_of(desk)
    turn_to(hand, explain, 1)
    for typed, headline in (("Дмитрий", words.is_in), ("anna", words.is_not_in)):
        hand.open(hand.find("contact_choice", explain))
        hand.type(hand.find("choice_search", hand.popup()), typed)
        hand.key(Qt.Key.Key_Return)
        desk.settle()
        assert explain.findChild(QLabel, "verdict_headline").text() == headline
    tree = explain.findChild(QTreeWidget, "verdicts")
    group = tree.topLevelItem(0)
    parts = [group.child(row) for row in range(group.childCount())]
    assert tuple(part.text(column) for part in parts for column in (0, 1)) == words.verdicts
    hand.click("close", explain)

    hand.key(Qt.Key.Key_Z, CONTROL)
    assert desk.names == [PEOPLE[2], PEOPLE[1]]
    assert strip.accessibleName() == words.sentence
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert places.shown("segments") == []
    assert len(desk.names) == len(PEOPLE)
    hand.key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert places.shown("segments") == ["Наши VIP & friends"]
