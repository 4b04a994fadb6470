"""A segment explains itself: counts, a contact clause by clause, who came and left; from the list and the profile."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QTabWidget, QTreeWidget, QTreeWidgetItem, QWidget

from tests.ui.filters.conftest import Hand
from tests.ui.segments.conftest import Segments, segment_place
from tests.ui.window_fixtures import PEOPLE, Desk, People
from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.criteria import All, Clause, Either, Not, Operator
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.services.operations.contacts import remove_contacts
from ulkacrm_desktop.services.operations.segments import add_to_segment, create_segment, remove_from_segment
from ulkacrm_desktop.services.operations.tags import add_tags
from ulkacrm_desktop.services.queries.tags import tag_named
from ulkacrm_desktop.ui.segments.explain_dialog import ExplainDialog
from ulkacrm_desktop.ui.segments.waterfall import Waterfall
from ulkacrm_desktop.ui.widgets.relative_time import exact_time

_LEFT = Qt.MouseButton.LeftButton
_COUNTS, _CONTACT, _HISTORY = range(3)


def dialog_of(desk: Desk) -> ExplainDialog:
    [found] = [dialog for dialog in desk.window.findChildren(ExplainDialog) if dialog.isVisible()]
    return found


def explain(desk: Desk, hand: Hand, segment_id: int, tab: int, *, of: str = "") -> ExplainDialog:
    """Go to a segment's list, make one of its contacts current, click "Explain…" and then a tab."""
    desk.window.show_place(segment_place(segment_id))
    desk.settle()
    contacts = desk.window.contacts.list
    if of:
        point = contacts.table.visualRect(contacts.model.index(desk.names.index(of), 2)).center()
        hand.qtbot.mouseClick(contacts.table.viewport(), _LEFT, pos=point)
    hand.click("explain_segment")
    dialog = dialog_of(desk)
    turn_to(hand, dialog, tab)
    desk.settle()
    return dialog


def turn_to(hand: Hand, dialog: ExplainDialog, tab: int) -> None:
    tabs = dialog.findChild(QTabWidget)
    assert tabs is not None
    hand.qtbot.mouseClick(tabs.tabBar(), _LEFT, pos=tabs.tabBar().tabRect(tab).center())


def told(dialog: ExplainDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return label.text() if label.isVisible() else ""


def verdicts(dialog: ExplainDialog) -> list[tuple[int, bool, str, str]]:
    """Depth, whether it holds, the condition, and what the contact has; as it is read from the top."""
    tree = dialog.findChild(QTreeWidget, "verdicts")
    assert tree is not None
    found = []

    def look(item: QTreeWidgetItem, depth: int) -> None:
        holds = item.data(0, Qt.ItemDataRole.AccessibleDescriptionRole) == "holds"
        found.append((depth, holds, item.text(0), item.text(1)))
        for row in range(item.childCount()):
            look(item.child(row), depth + 1)

    for row in range(tree.topLevelItemCount()):
        look(tree.topLevelItem(row), 0)
    return found


def moves(dialog: ExplainDialog) -> list[tuple[str, ...]]:
    tree = dialog.findChild(QTreeWidget, "movements")
    assert tree is not None
    return [
        (item.text(0), item.text(1), item.toolTip(2))
        for item in map(tree.topLevelItem, range(tree.topLevelItemCount()))
    ]


def look_at(desk: Desk, hand: Hand, dialog: ExplainDialog, typed: str) -> None:
    """Type into the field of the contact, on its tab, and take the first that is found with Enter."""
    turn_to(hand, dialog, _CONTACT)
    hand.open(hand.find("contact_choice", dialog))
    hand.qtbot.keyClicks(hand.find("choice_search", hand.popup()), typed)
    hand.key(Qt.Key.Key_Return)
    desk.settle()


@pytest.fixture
def regulars(segments: Segments) -> int:
    """Tagged VIP, and at Acme or with big shoes, and not called Clara."""
    vip = segments.people.workspace.read(tag_named, "VIP").id
    criteria = All(
        (
            Clause("tag", Operator.IS, (vip,)),
            Either(
                (
                    Clause("company", Operator.IS, ("Acme",)),
                    Clause(f"property:{segments.people.shoe_size}", Operator.AT_LEAST, (38,)),
                )
            ),
            Not(Clause("name", Operator.STARTS_WITH, ("Clara",))),
        )
    )
    made: int = segments.people.workspace.perform(
        create_segment, segment=SegmentInput("Regulars", icon="phone", criteria=criteria)
    ).result
    return made


def test_what_each_condition_leaves_in_order_and_alone(desk: Desk, hand: Hand, regulars: int) -> None:
    dialog = explain(desk, hand, regulars, _COUNTS)
    waterfall = dialog.findChild(Waterfall)
    assert waterfall is not None
    assert [(step.text, step.left, step.alone) for step in waterfall.steps] == [
        ("All contacts", 8, None),
        ("Tagged VIP", 3, 3),
        ("Company is “Acme” or Shoe size is at least 38", 2, 7),
        ("Name does not start with “Clara”", 1, 7),
    ]
    assert "All contacts: 8" in waterfall.accessibleName()
    hand.click("close", dialog)


def test_a_contact_is_explained_clause_by_clause_with_what_it_has(desk: Desk, hand: Hand, regulars: int) -> None:
    dialog = explain(desk, hand, regulars, _CONTACT, of=PEOPLE[1])
    assert told(dialog, "verdict_headline") == "Борис Орлов is in this segment"
    assert verdicts(dialog) == [
        (0, True, "Tagged VIP", "Tags: VIP"),
        (0, True, "Any of these holds", ""),
        (1, True, "Company is “Acme”", "Company: Acme"),
        (1, False, "Shoe size is at least 38", "Shoe size: 37"),
        (0, True, "Name does not start with “Clara”", "Name: Борис Орлов"),
    ]
    hand.click("close", dialog)


def test_any_contact_is_chosen_by_typing(desk: Desk, hand: Hand, regulars: int, people: People) -> None:
    dialog = explain(desk, hand, regulars, _COUNTS)
    choice = dialog.findChild(QWidget, "contact_choice")
    assert not choice.isVisible(), "the counts are of no contact"
    look_at(desk, hand, dialog, "clara")
    assert choice.isVisible()
    assert told(dialog, "verdict_headline") == "Clara Schmidt is not in this segment"
    assert [row[:2] for row in verdicts(dialog)] == [(0, True), (0, True), (1, False), (1, True), (0, False)]
    # By an address as well, which tells people of one name apart.
    look_at(desk, hand, dialog, "person7@")
    assert told(dialog, "verdict_headline") == "Hanna Ivanova is not in this segment"
    hand.click("open_contact", dialog)
    assert desk.window.current_contact == people.ids[7]


def test_without_a_contact_one_is_asked_for(desk: Desk, hand: Hand, segments: Segments) -> None:
    empty = segments.people.workspace.perform(create_segment, segment=SegmentInput("Nobody yet")).result
    desk.settle()
    dialog = explain(desk, hand, empty, _CONTACT)
    assert told(dialog, "verdict_headline").startswith("Choose a contact above")
    assert not dialog.findChild(QPushButton, "open_contact").isVisible()
    look_at(desk, hand, dialog, "Anna")
    assert told(dialog, "verdict_headline") == "Anna Petrova is not in this segment"
    assert dialog.findChild(QPushButton, "open_contact").isVisible()
    hand.click("close", dialog)


def test_another_segment_is_looked_at_in_place(desk: Desk, hand: Hand, regulars: int, segments: Segments) -> None:
    dialog = explain(desk, hand, regulars, _CONTACT, of=PEOPLE[1])
    chips = [chip.text() for chip in dialog.findChildren(QPushButton) if chip.objectName().startswith("segment_")]
    assert chips == ["Acme VIPs", "Regulars"]
    hand.click(f"segment_{segments.vips}", dialog)
    assert verdicts(dialog) == [
        (0, True, "Tagged VIP", "Tags: VIP"),
        (0, True, "Company is “Acme”", "Company: Acme"),
    ]
    hand.open(hand.find("segment_choice", dialog))
    hand.choose("Fair 2026")
    assert told(dialog, "verdict_headline") == "Борис Орлов is not in this segment"
    hand.click("close", dialog)


def test_who_came_and_left_with_dates(
    desk: Desk, hand: Hand, segments: Segments, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform, ids = segments.people.workspace.perform, segments.people.ids
    days = {day: datetime(2040, 3, day, 9, 30, tzinfo=UTC) for day in (2, 3, 4)}
    for day, operation, who in (
        (2, add_to_segment, ids[0]),
        (3, remove_from_segment, ids[0]),
        (4, add_to_segment, ids[5]),
    ):
        monkeypatch.setattr(clock, "now", lambda day=day: days[day])
        perform(operation, segment_id=segments.fair, selection=ContactSelection.of(who))
    perform(remove_contacts, selection=ContactSelection.of(ids[5]))
    desk.settle()
    dialog = explain(desk, hand, segments.fair, _HISTORY)
    assert told(dialog, "history_note") == "In the last 30 days: 2 came, 2 left."
    shown = moves(dialog)
    assert shown[-2:] == [
        (PEOPLE[0], "left", exact_time(days[3])),
        (PEOPLE[0], "came", exact_time(days[2])),
    ]
    assert {row[0] for row in shown[:2]} == {PEOPLE[5]}
    look_at(desk, hand, dialog, "Anna")
    assert told(dialog, "stays") == f"In it from {exact_time(days[2])} until {exact_time(days[3])}."
    look_at(desk, hand, dialog, "Eve")
    assert told(dialog, "stays") == "In it since before its history began."
    hand.click("close", dialog)


def test_a_segment_without_history_says_how_to_begin_one(desk: Desk, hand: Hand, segments: Segments) -> None:
    dialog = explain(desk, hand, segments.vips, _HISTORY)
    assert told(dialog, "history_note").startswith("This segment keeps no history.")
    hand.click("close", dialog)


def chips_of(root: QWidget) -> list[str]:
    return [
        chip.text()
        for chip in root.findChildren(QPushButton)
        if chip.isVisible() and chip.objectName().startswith("segment_")
    ]


def test_a_profile_tells_its_segments_and_explains_them(
    desk: Desk, hand: Hand, segments: Segments, regulars: int
) -> None:
    boris = segments.people.ids[1]
    desk.window.open_contact(boris)
    desk.settle()
    page = desk.window.features.profile_page()
    assert chips_of(page) == ["Acme VIPs", "Regulars"]
    # It follows what makes the contact one of them, and segments that come.
    perform = segments.people.workspace.perform
    perform(add_to_segment, segment_id=segments.fair, selection=ContactSelection.of(boris))
    desk.qtbot.waitUntil(lambda: chips_of(page) == ["Acme VIPs", "Fair 2026", "Regulars"], timeout=20_000)
    hand.click("explain_segments", page)
    dialog = dialog_of(desk)
    assert told(dialog, "verdict_headline") == "Борис Орлов is in this segment"
    hand.click("close", dialog)
    hand.click(f"segment_{segments.fair}", page)
    assert desk.window.contacts.list.place == segment_place(segments.fair)
    assert desk.names == ["Eve Nakamura", PEOPLE[1]]


def test_the_side_card_tells_segments_where_there_are_some(desk: Desk, people: People) -> None:
    desk.window.contacts.list.rows.set_current_id(people.ids[0])
    desk.settle()
    assert desk.window.findChild(QWidget, "segments_of_contact") is None
    perform = people.workspace.perform
    perform(create_segment, segment=SegmentInput("Tagged", criteria=Clause("tag", Operator.IS_NOT_EMPTY)))
    desk.qtbot.waitUntil(lambda: chips_of(desk.window.sheet.splitter) == ["Tagged"], timeout=20_000)
    desk.window.contacts.list.rows.set_current_id(people.ids[7])
    desk.qtbot.waitUntil(lambda: chips_of(desk.window.sheet.splitter) == [], timeout=20_000)
    perform(add_tags, selection=ContactSelection.of(people.ids[7]), names=("Press",))
    desk.qtbot.waitUntil(lambda: chips_of(desk.window.sheet.splitter) == ["Tagged"], timeout=20_000)
