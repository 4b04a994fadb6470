"""The bar of quick filters: chips, popups, what the list answers, what is remembered."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton

from tests.ui.filters.conftest import Hand
from tests.ui.window_fixtures import PEOPLE, Desk, People
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.criteria import All, Clause, Either, Operator
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.filters.filter_bar import FilterBar
from ulkacrm_desktop.ui.tables.ticked_ids import TickedIds

CONTROL = Qt.KeyboardModifier.ControlModifier


def bar_of(desk: Desk) -> FilterBar:
    assert desk.window.features is not None
    bar = desk.window.features.filters.bar
    assert bar is not None
    return bar


def chip_texts(desk: Desk) -> list[str]:
    return [chip.accessibleName() for chip in bar_of(desk).findChildren(QPushButton) if chip.isVisible()]


def test_the_button_shows_the_bar_and_a_tag_is_picked_with_the_mouse(desk: Desk, hand: Hand) -> None:
    assert not bar_of(desk).isVisible()
    desk.click("filter_button")
    assert bar_of(desk).isVisible()
    hand.click("quick_tag")
    hand.choose("VIP")
    assert desk.names == ["Anna Petrova", "Clara Schmidt", "Борис Орлов"]
    hand.close_popup()
    assert "Tags: VIP" in chip_texts(desk)
    assert desk.window.contacts.status_text() == "3 contacts"
    hand.click("clear_filter")
    assert len(desk.names) == len(PEOPLE)
    assert "Tags: VIP" not in chip_texts(desk)


def test_filters_are_anded_with_the_search_and_each_other(desk: Desk, hand: Hand) -> None:
    desk.click("filter_button")
    hand.click("quick_tag")
    hand.choose("VIP")
    hand.close_popup()
    desk.search("acme")
    assert desk.names == ["Борис Орлов"]
    desk.search("")
    assert len(desk.names) == 3
    hand.click("quick_fields")
    hand.choose("Email")
    hand.close_popup()
    hand.click("quick_email")
    hand.type(hand.find("value", hand.popup()), "person2")
    assert desk.names == ["Clara Schmidt"]
    hand.key(Qt.Key.Key_Return)
    assert "Email contains “person2”" in chip_texts(desk)


def test_a_chip_is_reached_and_taken_off_by_keys(desk: Desk, hand: Hand) -> None:
    hand.key(Qt.Key.Key_F, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    chip = hand.find("quick_tag")
    assert chip.hasFocus()
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Return)  # the first tag of the list, which is too short to be searched
    hand.key(Qt.Key.Key_Escape)
    assert len(desk.names) == 3
    chip = hand.find("quick_tag")
    assert chip.hasFocus()
    hand.key(Qt.Key.Key_Delete)
    assert len(desk.names) == len(PEOPLE)


def test_which_fields_show_is_remembered(
    open_desk: Callable[..., Desk], people: People, settings: Settings, hand_of: Callable[[Desk], Hand]
) -> None:
    first = open_desk(people.workspace)
    first.click("filter_button")
    hand = hand_of(first)
    hand.click("quick_fields")
    hand.choose("Shoe size")
    hand.close_popup()
    first.window.close()
    second = open_desk(people.workspace, Settings(settings._path))
    assert bar_of(second).isVisible()
    assert "Shoe size" in chip_texts(second)


def test_a_property_is_filtered_by_a_number(desk: Desk, hand: Hand, people: People) -> None:
    desk.click("filter_button")
    hand.click("quick_fields")
    hand.choose("Shoe size")
    hand.close_popup()
    hand.click(f"quick_property:{people.shoe_size}")
    line = hand.find("value", hand.popup()).findChild(QLineEdit)
    hand.type(line, "42")
    assert desk.names == ["Hanna Ivanova", "Grégoire Éluard"] or set(desk.names) == {PEOPLE[6], PEOPLE[7]}
    hand.type(line, "x")
    # What is no number is no condition.
    assert len(desk.names) == len(PEOPLE)


def test_nested_conditions_stand_as_one_chip_that_opens_the_builder(desk: Desk, hand: Hand) -> None:
    filters = desk.window.features.filters
    wanted = Either(
        (
            Clause("name", Operator.STARTS_WITH, ("Anna",)),
            All((Clause("name", Operator.STARTS_WITH, ("Eve",)), Clause("email", Operator.IS_NOT_EMPTY))),
        )
    )
    filters.show_criteria(wanted)
    desk.settle()
    assert desk.names == ["Anna Petrova", "Eve Nakamura"]
    assert chip_texts(desk)[0] == "3 conditions"
    hand.click("whole")
    dialog = desk.window.findChild(QPushButton, "apply").window()
    assert dialog.objectName() == "filter_dialog"
    assert dialog.builder.tree == wanted
    desk.qtbot.waitUntil(lambda: hand.find("apply", dialog).text() == "Show 2 contacts")
    hand.click("cancel", dialog)


def test_the_selection_of_many_stays_while_a_filter_changes_under_it(
    open_desk: Callable[..., Desk], local_workspace: Workspace, hand_of: Callable[[Desk], Hand]
) -> None:
    ids = [
        local_workspace.perform(
            create_contact, contact=ContactInput(name=f"Person {number:03}", city="Rome" if number % 2 else "Oslo")
        ).result
        for number in range(120)
    ]
    desk = open_desk(local_workspace)
    hand = hand_of(desk)
    desk.window.registry["select_all"].trigger()
    desk.settle()
    ticks: TickedIds = desk.window.ticks
    assert set(ticks.ids()) == set(ids)
    desk.window.features.filters.show_criteria(Clause("city", Operator.IS, ("Rome",)))
    desk.settle()
    assert desk.window.contacts.list.model.total == 60
    assert len(ticks) == 120
    assert desk.window.contacts.status_text() == "60 contacts · 120 selected"
    hand.click("clear_filter")
    assert desk.window.contacts.list.model.total == 120
    assert set(ticks.ids()) == set(ids)


def test_nobody_fits_and_the_way_out(desk: Desk) -> None:
    desk.window.features.filters.show_criteria(Clause("name", Operator.IS, ("nobody",)))
    desk.settle()
    assert desk.names == []
    desk.click("clear_filter", desk.window.contacts.list)
    assert len(desk.names) == len(PEOPLE)
    assert bar_of(desk).tree is None


def test_a_filter_is_saved_applied_renamed_moved_and_deleted(desk: Desk, hand: Hand) -> None:
    filters = desk.window.features.filters
    for name, tree in (
        ("VIPs", Clause("tag", Operator.IS_NOT_EMPTY)),
        ("Without", Clause("tag", Operator.IS_EMPTY)),
    ):
        filters.show_criteria(tree)
        desk.settle()
        filters.bar.save_filter_requested.emit()
        form = desk.window.findChild(QLineEdit, "name").window()
        hand.type(hand.find("name", form), name)
        hand.click("submit", form)
    places = desk.window.navigation._list
    assert [places._items[place].text() for place in places.places("filters")] == ["VIPs", "Without"]
    assert "Without" in [label.text() for label in bar_of(desk).findChildren(type(bar_of(desk)._name_label))]
    # A click applies.
    item = places._items[places.places("filters")[0]]
    desk.qtbot.mouseClick(places.viewport(), Qt.MouseButton.LeftButton, pos=places.visualItemRect(item).center())
    desk.settle()
    assert desk.names == ["Anna Petrova", "Clara Schmidt", "Борис Орлов"]
    assert places.marked == places.places("filters")[0]
    # Back to all by its entry.
    desk.qtbot.mouseClick(
        places.viewport(), Qt.MouseButton.LeftButton, pos=places.visualItemRect(places.item(1)).center()
    )
    desk.settle()
    assert len(desk.names) == len(PEOPLE)
    second = places.places("filters")[1].record_id
    filters.open_menu(second, desk.window.mapToGlobal(desk.window.rect().center()))
    menu = desk.window.findChild(QMenu, "filter_actions")
    actions = {action.objectName(): action for action in menu.actions()}
    actions["copy"].trigger()
    assert QGuiApplication.clipboard().text() == "tag is empty"
    actions["move_up"].trigger()
    menu.close()
    desk.settle()
    assert [places._items[place].text() for place in places.places("filters")] == ["Without", "VIPs"]
    filters._remove(second)
    desk.settle()
    assert [places._items[place].text() for place in places.places("filters")] == ["VIPs"]
    desk.window.registry["undo"].trigger()
    desk.settle()
    assert len(places.places("filters")) == 2
