"""The navigation's segments with their counts and menus, the strip above a segment's list, folding, the palette."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QMenu,
    QPushButton,
    QRadioButton,
    QWidget,
)

from tests.ui.filters.conftest import Hand
from tests.ui.segments.conftest import Places, Segments, segment_place
from tests.ui.window_fixtures import PEOPLE, Desk
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.criteria import All, Clause, Either, Operator
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.operations.segments import create_segment
from ulkacrm_desktop.services.operations.tags import add_tags, remove_tag
from ulkacrm_desktop.services.queries.tags import tag_named
from ulkacrm_desktop.ui.contacts.places import ALL

_LEFT = Qt.MouseButton.LeftButton


def go_to(desk: Desk, places: Places, text: str) -> None:
    desk.qtbot.mouseClick(places.view.viewport(), _LEFT, pos=places.point(text))
    desk.settle()


@pytest.fixture
def menu_of(desk: Desk, places: Places) -> Callable[[str], dict[str, Callable[[], None]]]:
    """Opens the menu of a segment with the menu key, and answers what it offers."""

    def opened(text: str) -> dict[str, Callable[[], None]]:
        places.view.setFocus()
        places.view.setCurrentItem(places.item(text))
        desk.settle()
        desk.qtbot.keyClick(places.view, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        [menu] = [menu for menu in desk.window.findChildren(QMenu, "segment_actions") if menu.isVisible()]

        def choose(name: str) -> None:
            action = next(action for action in menu.actions() if action.objectName() == name)
            # With the arrows and Enter, as one does without a mouse.
            menu.setActiveAction(action)
            desk.qtbot.keyClick(menu, Qt.Key.Key_Return)
            desk.settle()

        return {
            name: lambda name=name: choose(name)  # type: ignore[misc]
            for name in (action.objectName() for action in menu.actions())
            if name
        }

    return opened


def test_the_navigation_counts_and_a_click_lists(segments: Segments, desk: Desk, places: Places) -> None:
    assert places.shown("segments") == ["Acme VIPs", "Fair 2026"]
    places.has("Acme VIPs", 1)
    places.has("Fair 2026", 1)
    go_to(desk, places, "Acme VIPs")
    assert (desk.window.contacts.header.title, desk.names) == ("Acme VIPs", [PEOPLE[1]])
    # Whoever fits from now on is in it, without anybody doing anything.
    perform = segments.people.workspace.perform
    perform(add_tags, selection=ContactSelection.of(segments.people.ids[3]), names=("VIP",))
    desk.settle()
    assert desk.names == [PEOPLE[1], PEOPLE[3]]
    places.has("Acme VIPs", 2)


def test_the_strip_tells_what_the_segment_is(segments: Segments, desk: Desk, hand: Hand, places: Places) -> None:
    strip = hand.desk.window.findChild(QWidget, "segment_strip")
    assert strip.isHidden()
    go_to(desk, places, "Acme VIPs")

    def said(name: str) -> str:
        told = strip.findChild(QWidget, name)
        text = told.text() if isinstance(told, QLabel) else told.accessibleName()
        return str(text) if told.isVisible() else ""

    assert said("segment_about") == "Whom to call"
    assert said("segment_kind") == "Always up to date by its conditions"
    phrases = [chip.text() for chip in strip.findChildren(QPushButton, "phrase") if chip.isVisible()]
    assert phrases == ["tagged VIP", "company is “Acme”"]
    # A condition leads to the form.
    desk.qtbot.mouseClick(strip.findChildren(QPushButton, "phrase")[0], _LEFT)
    desk.settle()
    hand.click("cancel", desk.window.findChild(QDialog, "segment_dialog"))
    go_to(desk, places, "Fair 2026")
    assert said("segment_about") == ""
    assert said("segment_kind") == "Filled by hand · keeps a history"
    assert not [chip for chip in strip.findChildren(QPushButton, "phrase") if chip.isVisible()]
    go_to(desk, places, "All contacts")
    assert strip.isHidden()


def test_a_segment_whose_conditions_lost_their_ground_says_so(
    segments: Segments, desk: Desk, hand: Hand, places: Places
) -> None:
    perform = segments.people.workspace.perform
    perform(remove_tag, tag_id=desk.workspace.read(tag_named, "VIP").id)
    desk.settle()
    go_to(desk, places, "Acme VIPs")
    strip = desk.window.findChild(QWidget, "segment_strip")
    phrases = [chip.text() for chip in strip.findChildren(QPushButton, "phrase") if chip.isVisible()]
    assert (phrases, desk.names) == (["tagged (deleted)", "company is “Acme”"], [])
    # Its other entries work on.
    go_to(desk, places, "Fair 2026")
    assert desk.names == [PEOPLE[4]]


def test_deleting_a_segment_leaves_its_contacts(
    segments: Segments, desk: Desk, places: Places, menu_of: Callable[[str], dict[str, Callable[[], None]]]
) -> None:
    go_to(desk, places, "Acme VIPs")
    menu = menu_of("Acme VIPs")
    assert list(menu) == ["edit", "explain", "copy", "export", "delete"]
    menu["delete"]()
    assert places.shown("segments") == ["Fair 2026"]
    assert desk.window.contacts.list.place == ALL
    assert len(desk.names) == len(PEOPLE)
    desk.window.registry["undo"].trigger()
    desk.settle()
    assert places.shown("segments") == ["Acme VIPs", "Fair 2026"]
    assert segments.members(segments.vips) == [segments.people.ids[1]]


def test_a_segment_that_another_one_asks_for_stays(
    segments: Segments, desk: Desk, places: Places, menu_of: Callable[[str], dict[str, Callable[[], None]]]
) -> None:
    criteria = Clause("segment", Operator.IS, (segments.fair,))
    segments.people.workspace.perform(create_segment, segment=SegmentInput("Of the fair", criteria=criteria))
    desk.settle()
    menu_of("Fair 2026")["delete"]()
    assert "Of the fair" in " ".join(desk.answers.told[-1])
    assert places.shown("segments") == ["Acme VIPs", "Fair 2026", "Of the fair"]


def test_conditions_are_copied_as_text_and_the_palette_lists_whom_they_mean(
    segments: Segments,
    desk: Desk,
    hand: Hand,
    places: Places,
    menu_of: Callable[[str], dict[str, Callable[[], None]]],
) -> None:
    menu_of("Acme VIPs")["copy"]()
    text = QGuiApplication.clipboard().text()
    assert text == 'tag = "VIP" and company = "Acme"'
    assert "copy" not in menu_of("Fair 2026")
    hand.key(Qt.Key.Key_Escape)
    go_to(desk, places, "Fair 2026")
    line = palette(desk)
    line.paste()
    desk.settle()
    assert offered(desk) == ["Show contacts: tagged VIP and company is “Acme”"]
    desk.qtbot.keyClick(line, Qt.Key.Key_Return)
    desk.settle()
    # Of all contacts, not of the list that was shown.
    assert (desk.window.contacts.list.place, desk.names) == (ALL, [PEOPLE[1]])
    vip = desk.workspace.read(tag_named, "VIP").id
    assert desk.window.features.filters.bar.tree == All(
        (Clause("tag", Operator.IS, (vip,)), Clause("company", Operator.IS, ("Acme",)))
    )


def palette(desk: Desk) -> QLineEdit:
    desk.window.registry["palette"].trigger()
    line = desk.window.findChild(QLineEdit, "palette_line")
    assert line is not None
    return line


def offered(desk: Desk) -> list[str]:
    view = desk.window.findChild(QListView, "palette_list")
    return [view.model().index(row, 0).data() for row in range(view.model().rowCount())]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("acme v", "Acme VIPs"),
        ("name starts with clara", "Show contacts: name starts with “clara”"),
        ('not "Shoe size" >= 40', "Show contacts: not (Shoe size is at least 40)"),
        ("created_at in last 30 days", "Show contacts: added in the last 30 days"),
    ],
)
def test_the_palette_finds_segments_and_reads_conditions(
    segments: Segments, desk: Desk, typed: str, found: str
) -> None:
    line = palette(desk)
    desk.qtbot.keyClicks(line, typed)
    desk.settle()
    assert found in offered(desk)
    desk.qtbot.keyClick(line, Qt.Key.Key_Escape)


def test_half_a_condition_is_none(segments: Segments, desk: Desk) -> None:
    line = palette(desk)
    desk.qtbot.keyClicks(line, "name starts with ")
    desk.settle()
    assert not any(text.startswith("Show contacts") for text in offered(desk))
    desk.qtbot.keyClick(line, Qt.Key.Key_Escape)


def test_ticked_contacts_go_in_and_out_by_the_menu(
    segments: Segments, desk: Desk, menu_of: Callable[[str], dict[str, Callable[[], None]]]
) -> None:
    ids = segments.people.ids
    desk.window.ticks.tick(ids[:2])
    desk.settle()
    menu_of("Fair 2026")["add_selected"]()
    assert segments.members(segments.fair) == [*ids[:2], ids[4]]
    menu_of("Fair 2026")["take_selected"]()
    assert segments.members(segments.fair) == [ids[4]]
    assert "add_selected" not in menu_of("Acme VIPs")


def test_a_segment_is_exported_though_another_list_is_shown(
    segments: Segments,
    desk: Desk,
    hand: Hand,
    places: Places,
    tmp_path: Path,
    menu_of: Callable[[str], dict[str, Callable[[], None]]],
) -> None:
    desk.window.ticks.tick(segments.people.ids[5:])  # which are not what is exported
    places.has("Acme VIPs", 1)
    menu_of("Acme VIPs")["export"]()
    [dialog] = [each for each in desk.window.findChildren(QDialog) if each.isVisible()]
    meant = hand.find("contacts_selected", dialog)
    assert isinstance(meant, QRadioButton)
    assert (meant.text(), meant.isChecked()) == ("Segment Acme VIPs (1)", True)
    desk.answers.file = tmp_path / "vips.csv"
    hand.find("kind_csv", dialog).click()
    desk.settle()
    hand.click("export", dialog)
    desk.qtbot.waitUntil(desk.answers.file.exists, timeout=20_000)
    desk.settle()
    rows = desk.answers.file.read_text("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert PEOPLE[1] in rows[1]
    dialog.close()


def test_sections_fold_by_a_click_and_by_keys_and_stay_folded(
    open_desk: Callable[..., Desk], segments: Segments, settings: Settings
) -> None:
    desk = open_desk(segments.people.workspace)
    places = Places(desk)
    view = places.view
    go_to(desk, places, "Fair 2026")
    desk.qtbot.mouseClick(view.viewport(), _LEFT, pos=places.point("Segments"))
    assert view.is_folded("segments")
    assert "folded" in places.told("Segments")
    # The list that is shown stays, though its entry is out of sight.
    assert desk.window.contacts.list.place == segment_place(segments.fair)
    with pytest.raises(StopIteration):
        places.item("Fair 2026")
    view.setFocus()
    view.setCurrentItem(places.item("Tags"))
    for key, folded in (
        (Qt.Key.Key_Left, True),
        (Qt.Key.Key_Left, True),
        (Qt.Key.Key_Right, False),
        (Qt.Key.Key_Space, True),
        (Qt.Key.Key_Return, False),
        (Qt.Key.Key_Left, True),
    ):
        desk.qtbot.keyClick(view, key)
        assert view.is_folded("tags") is folded
    desk.settle()
    desk.window.close()
    again = open_desk(segments.people.workspace, Settings(settings._path))
    assert Places(again).view.folded_sections == ["segments", "tags"]
    # What comes into a folded section is hidden as well.
    again.workspace.perform(create_segment, segment=SegmentInput("Another"))
    again.settle()
    item = Places(again).view._items
    assert [entry.isHidden() for entry in item.values() if entry.text() == "Another"] == [True]


def test_an_icon_of_a_later_version_and_no_condition_at_all_are_shown_as_usual(
    segments: Segments, desk: Desk, hand: Hand, places: Places
) -> None:
    perform = segments.people.workspace.perform
    perform(create_segment, segment=SegmentInput("By hand", icon="of-tomorrow"))
    perform(create_segment, segment=SegmentInput("Everybody", icon="of-tomorrow", criteria=All()))
    desk.settle()
    go_to(desk, places, "Everybody")
    assert len(desk.names) == len(PEOPLE)
    assert desk.window.findChild(QWidget, "sentence").isVisible()
    desk.window.ticks.tick(segments.people.ids[:1])
    desk.window.registry["to_segment"].trigger()
    desk.settle()
    [popup] = [each for each in QApplication.topLevelWidgets() if each.objectName() == "to_segment_popup"]
    choices = popup.findChild(QListWidget, "to_segment_choices")
    assert [choices.item(row).text() for row in range(choices.count())] == ["By hand", "Fair 2026"]
    popup.close()


def test_many_conditions_stand_as_one(segments: Segments, desk: Desk, hand: Hand, places: Places) -> None:
    name = "Everybody at Acme, or not, who has a name of some letters of the alphabet, in a segment of a long name"[
        :100
    ]
    letters = tuple(Clause("name", Operator.CONTAINS, (letter,)) for letter in "aeiouаеиоу")
    made = SegmentInput(name, "What it is for, at length. " * 30, criteria=Either(letters))
    segments.people.workspace.perform(create_segment, segment=made)
    desk.settle()
    go_to(desk, places, name)
    many = hand.find("many_conditions")
    assert isinstance(many, QPushButton)
    assert many.text() == "10 conditions"
    assert "name contains “a” or name contains “e”" in many.toolTip()
    # However much there is to tell, the list keeps its room and the window its width.
    strip = desk.window.findChild(QWidget, "segment_strip")
    assert strip.height() < 130
    assert desk.window.width() == 1280
    hand.click("many_conditions")
    hand.click("cancel", desk.window.findChild(QDialog, "segment_dialog"))
