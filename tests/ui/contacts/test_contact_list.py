"""The list of contacts: searching, sorting, columns, the four states, what comes back at the next start."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.ui.window_fixtures import PEOPLE, Desk, People
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.services.operations.contacts import create_contact, update_contact
from ulkacrm_desktop.services.operations.properties import change_property
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.contacts.places import ALL, RECENT, SELECTED
from ulkacrm_desktop.ui.forms.form_dialog import FormDialog
from ulkacrm_desktop.ui.tables.asked_model import ListState
from ulkacrm_desktop.ui.tables.rows import Role

CONTROL = Qt.KeyboardModifier.ControlModifier


def shown_texts(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_all_contacts_are_listed_in_the_order_of_their_names(desk: Desk) -> None:
    assert desk.names == sorted(PEOPLE, key=str.casefold)
    assert desk.window.contacts.status_text() == "8 contacts"


def test_each_keystroke_finds_at_once(desk: Desk) -> None:
    search = desk.window.contacts.header.search
    search.setFocus()
    for typed in "iv":
        desk.qtbot.keyClicks(search, typed)
    desk.settle()
    assert desk.names == ["Hanna Ivanova"]
    desk.key(Qt.Key.Key_Down)
    assert desk.window.contacts.list.rows.current_id is not None
    search.setFocus()
    desk.key(Qt.Key.Key_Escape)
    assert len(desk.names) == len(PEOPLE)


def test_typing_in_the_list_goes_to_the_search_box(desk: Desk) -> None:
    desk.window.contacts.list.focus()
    desk.key(Qt.Key.Key_C)
    assert desk.window.contacts.header.search.text() == "c"
    assert desk.window.focusWidget() is desk.window.contacts.header.search


def test_what_was_found_in_a_note_is_told_below_the_name(desk: Desk) -> None:
    desk.search("АНЧОУС")
    model = desk.window.contacts.list.model
    detail = model.index(0, model.section_of("name")).data(Role.DETAIL)
    assert "анчоусы" in detail.text
    start, length = detail.matches[0]
    assert detail.text[start : start + length] == "анчоус"


def test_nothing_found_names_the_query_and_leads_out(desk: Desk) -> None:
    desk.search("qwertz")
    page = desk.window.contacts
    assert page.list.model.state is ListState.EMPTY
    assert "qwertz" in shown_texts(page.list)
    assert not desk.window.sheet.splitter.is_sheet_shown, "there is nobody whom a card could show"
    desk.click("clear_search", page.list)
    assert desk.window.sheet.splitter.is_sheet_shown
    assert page.header.search.text() == ""
    assert len(desk.names) == len(PEOPLE)


def test_an_empty_database_offers_what_brings_contacts(
    open_desk: Callable[..., Desk], local_workspace: Workspace
) -> None:
    desk = open_desk(local_workspace)
    offered = [desk.window.contacts.list.findChild(QWidget, name) for name in ("import", "new", "sample")]
    assert all(button is not None and button.isVisible() for button in offered)
    assert not desk.window.sheet.splitter.is_sheet_shown
    local_workspace.perform(create_contact, contact=ContactInput(name="Zoe"))
    desk.qtbot.waitUntil(lambda: desk.names == ["Zoe"])
    desk.settle()
    assert desk.window.sheet.splitter.is_sheet_shown


def test_a_failure_says_so_and_tries_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    contacts = desk.window.contacts.list

    def fail(_question: object) -> object:
        raise OSError("disk gone")

    with monkeypatch.context() as broken:
        broken.setattr(contacts._source, "first_page", fail)
        desk.search("anna")
        assert contacts.model.state is ListState.FAILED
        assert "disk gone" in shown_texts(contacts)
    desk.click("retry", contacts)
    assert desk.names == ["Anna Petrova"]


@pytest.mark.parametrize("key", ["name", "email", "phone", "company", "created_at"])
def test_a_heading_sorts_and_sorts_back(desk: Desk, key: str) -> None:
    table, model = desk.window.contacts.list.table, desk.window.contacts.list.model
    table.show_column(key)
    desk.settle()
    header = table.horizontalHeader()
    before = desk.names

    def click() -> None:
        section = model.section_of(key)
        place = header.viewport()
        x = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
        table.scrollTo(model.index(0, section))
        x = header.sectionViewportPosition(section) + 20
        desk.qtbot.mouseClick(place, Qt.MouseButton.LeftButton, pos=place.rect().center().__class__(x, 10))
        desk.settle()

    click()
    once = desk.names
    click()
    twice = desk.names
    assert table.sort is not None
    assert table.sort[0] == key
    assert sorted(once) == sorted(twice) == sorted(before)
    if key != "company":  # half of them have none, and those come last both times
        assert once == twice[::-1]


def test_columns_widths_sort_and_view_come_back_at_the_next_start(
    open_desk: Callable[..., Desk], people: People
) -> None:
    first = open_desk(people.workspace)
    table = first.window.contacts.list.table
    shoe_size = f"property:{people.shoe_size}"
    table.show_column(shoe_size)
    table.show_column("phone", False)
    first.window.contacts.list.columns._sort_by(shoe_size, True)
    table.setColumnWidth(first.window.contacts.list.model.section_of("name"), 199)
    first.settle()
    first.click("view_cards")
    first.window.close()

    second = open_desk(people.workspace)
    contacts = second.window.contacts.list
    assert contacts.as_cards
    assert contacts.table.sort == (shoe_size, True)
    assert second.names == list(reversed(PEOPLE))
    keys = [column.key for column in contacts.table.visible_columns()]
    assert shoe_size in keys
    assert "phone" not in keys
    assert contacts.table.columnWidth(contacts.model.section_of("name")) == 199
    sizes = [contacts.model.index(row, contacts.model.section_of(shoe_size)).data() for row in range(3)]
    assert sizes == ["43", "42", "41"]


def test_a_new_column_brings_its_values_and_leaves_the_row_where_it_was(desk: Desk, people: People) -> None:
    contacts = desk.window.contacts.list
    contacts.rows.set_current_id(people.ids[4])
    contacts.table.show_column(f"property:{people.shoe_size}")
    desk.settle()
    assert contacts.rows.current_id == people.ids[4]
    section = contacts.model.section_of(f"property:{people.shoe_size}")
    position = contacts.model.position_of(people.ids[4])
    assert position is not None
    assert contacts.model.index(position, section).data() == "40"


def test_a_renamed_property_renames_its_column_and_keeps_the_row(desk: Desk, people: People) -> None:
    contacts = desk.window.contacts.list
    contacts.table.show_column(f"property:{people.shoe_size}")
    contacts.rows.set_current_id(people.ids[2])
    desk.settle()
    people.workspace.perform(change_property, property_id=people.shoe_size, name="Размер")
    desk.qtbot.waitUntil(lambda: any(column.title == "Размер" for column in contacts.table.visible_columns()))
    desk.settle()
    assert contacts.rows.current_id == people.ids[2]


def test_what_others_write_is_shown(desk: Desk, people: People) -> None:
    people.workspace.perform(update_contact, contact_id=people.ids[0], changes={"name": "Zara Petrova"})
    desk.qtbot.waitUntil(lambda: "Zara Petrova" in desk.names)
    desk.settle()
    assert "Anna Petrova" not in desk.names


def test_recently_viewed_lists_the_latest_first(desk: Desk, people: People) -> None:
    window = desk.window
    for contact_id in (people.ids[1], people.ids[5], people.ids[1], people.ids[3]):
        window.open_contact(contact_id)
    window.show_place(RECENT)
    desk.settle()
    assert desk.names == [PEOPLE[3], PEOPLE[1], PEOPLE[5]]
    desk.search("борис")
    assert desk.names == [PEOPLE[1]]


def test_recently_viewed_has_an_order_of_its_own_until_it_is_sorted(desk: Desk, people: People) -> None:
    window, table = desk.window, desk.window.contacts.list.table
    assert table.is_sort_shown
    for number in (4, 0, 2):
        window.open_contact(people.ids[number])
    window.show_place(RECENT)
    desk.settle()
    assert not table.is_sort_shown
    header = table.horizontalHeader()
    x = header.sectionViewportPosition(1) + header.sectionSize(1) // 2
    desk.qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, header.height() // 2))
    desk.settle()
    assert table.is_sort_shown
    assert table.sort == ("name", False), "the first click sorts from the top"
    assert desk.names == ["Anna Petrova", "Clara Schmidt", "Eve Nakamura"]
    window.show_place(ALL)
    desk.settle()
    assert table.is_sort_shown


def test_a_long_title_is_shown_whole_before_the_words_on_buttons(desk: Desk) -> None:
    window, header = desk.window, desk.window.contacts.header
    title, button = header.findChild(QLabel, "list_title"), header.findChild(QPushButton, "new_button")
    window.resize(1280, 800)
    desk.settle()
    assert (title.text(), button.text()) == ("Contacts", "New contact")
    header.set_title("Invited to the autumn tasting")
    desk.settle()
    assert title.text() == "Invited to the autumn tasting"
    assert title.width() >= title.fontMetrics().horizontalAdvance(title.text())
    assert button.text() == ""
    assert header.search.placeholderText() == "Search…"
    header.set_title("Everybody who was ever invited to one of the tastings")
    desk.settle()
    assert title.text().endswith("…")
    assert title.width() >= title.fontMetrics().horizontalAdvance(title.text())
    window.resize(1920, 800)
    desk.settle()
    assert title.text().endswith("tastings")
    assert button.text() == "New contact"


def test_the_palette_offers_to_open_and_edit_only_where_a_contact_is_chosen(desk: Desk, people: People) -> None:
    registry = desk.window.registry

    def offered() -> set[str]:
        return {action.objectName() for action in registry.for_palette()} & {"open", "edit"}

    assert offered() == set()
    desk.window.contacts.list.rows.set_current_id(people.ids[1])
    desk.settle()
    assert offered() == {"open", "edit"}
    desk.window.open_current()
    desk.settle()
    assert offered() == {"edit"}, "the contact of the page"
    desk.window.back_to_list()
    assert offered() == {"open", "edit"}


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_both_enter_keys_edit_the_contact_with_control(desk: Desk, people: People, key: Qt.Key) -> None:
    desk.window.contacts.list.rows.set_current_id(people.ids[1])
    desk.window.contacts.list.focus()
    desk.key(key, CONTROL)
    form = desk.window.findChild(FormDialog)
    assert form is not None
    assert form.isVisible()
    form.close()


def test_selected_contacts_are_gathered_whatever_is_searched(desk: Desk, people: People) -> None:
    window = desk.window
    desk.search("schmidt")
    window.contacts.list.focus()
    desk.key(Qt.Key.Key_Space)
    desk.search("anna")
    window.contacts.list.focus()
    desk.key(Qt.Key.Key_Space)
    window.show_place(SELECTED)
    desk.settle()
    assert desk.names == ["Anna Petrova", "Clara Schmidt"]
    assert window.contacts.status_text() == "2 contacts · 2 selected"
    window.show_place(ALL)
    desk.settle()
    assert len(desk.names) == len(PEOPLE)


def test_a_tag_in_the_navigation_lists_its_contacts(desk: Desk) -> None:
    places = desk.window.navigation.findChild(QWidget, "places")
    item = next(places.item(row) for row in range(places.count()) if places.item(row).text() == "VIP")
    rect = places.visualItemRect(item)
    desk.qtbot.mouseClick(places.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    desk.settle()
    assert desk.names == ["Anna Petrova", "Clara Schmidt", "Борис Орлов"]
    assert desk.window.contacts.header.title == "VIP"


def test_the_table_and_the_cards_have_the_same_current_row_and_ticks(desk: Desk, people: People) -> None:
    contacts = desk.window.contacts.list
    contacts.rows.set_current_id(people.ids[2])
    desk.click("view_cards")
    assert contacts.rows.current_id == people.ids[2]
    contacts.focus()
    desk.key(Qt.Key.Key_Space)
    assert list(desk.window.ticks.ids()) == [people.ids[2]]
    desk.click("view_table")
    assert contacts.rows.current_id == people.ids[2]


def test_the_row_that_the_focus_makes_current_is_shown_as_such(desk: Desk, people: People) -> None:
    contacts = desk.window.contacts.list
    desk.window.contacts.header.search.setFocus()
    contacts.table.setFocus(Qt.FocusReason.TabFocusReason)
    desk.settle()
    assert contacts.rows.current_id == people.ids[0]
    assert contacts.table.selectionModel().isRowSelected(0)
