"""A hundred thousand contacts stay selected, whatever happens to the list under them, until they are let go."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget
from sqlalchemy import text

from tests.ui.window_fixtures import Desk
from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.criteria import Clause, Operator
from ulkacrm_desktop.db.search_index import refresh_words
from ulkacrm_desktop.services.operations.contacts import remove_contacts, update_contact
from ulkacrm_desktop.services.queries.users import responsible_counts
from ulkacrm_desktop.services.workspace import Workspace, Write, operation
from ulkacrm_desktop.ui.contacts.places import RECENT

LEFT = Qt.MouseButton.LeftButton
MANY = 100_000
HALF = MANY // 2
FOUND = 20
"""So many of them are in the index of the search."""


@operation(OperationKind.CONTACTS_IMPORTED)
def make_contacts(write: Write) -> None:
    """Organisations and people by turns, numbered from 1, in one statement."""
    write.connection.execute(
        text(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many) "
            "INSERT INTO contact (id, created_in, name, name_key, kind, created_at, updated_at) "
            "SELECT n, :operation, printf('Person %06d', n), printf('person %06d', n), "
            "CASE n % 2 WHEN 1 THEN 'organisation' ELSE 'person' END, n, n FROM numbers"
        ),
        {"many": MANY, "operation": write.operation_id},
    )
    refresh_words(write.connection, range(1, FOUND + 1))


@pytest.fixture
def many(local_workspace: Workspace, open_desk: Callable[..., Desk]) -> Desk:
    local_workspace.perform_bulk(make_contacts)
    desk = open_desk(local_workspace)
    assert desk.window.contacts.list.model.total == MANY
    return desk


def selected(desk: Desk) -> int:
    """How many are selected, in every place that tells it."""
    count = len(desk.window.ticks)
    assert desk.window.contacts.status_text().endswith(f"{QLocale().toString(count)} selected")
    assert desk.window.contacts.action_bar.isVisible()
    return count


def total(desk: Desk) -> int:
    desk.settle()
    return desk.window.contacts.list.model.total


def click_row(desk: Desk, row: int, key: str) -> int:
    """Click a cell; answers the contact's id."""
    table, model = desk.window.contacts.list.table, desk.window.contacts.list.model
    index = model.index(row, model.section_of(key))
    table.scrollTo(index)
    place = table.visualRect(index)
    desk.qtbot.mouseClick(table.viewport(), LEFT, pos=QPoint(place.left() + 16, place.center().y()))
    desk.settle()
    current = desk.window.contacts.list.rows.current_id
    assert current is not None
    return current


def click_place(desk: Desk, name: str) -> None:
    places = desk.window.navigation.findChild(QListWidget, "places")
    assert places is not None
    [item] = places.findItems(name, Qt.MatchFlag.MatchExactly)
    desk.qtbot.mouseClick(places.viewport(), LEFT, pos=places.visualItemRect(item).center())


def test_the_selection_survives_everything_but_its_clearing(many: Desk) -> None:
    desk, window, contacts = many, many.window, many.window.contacts
    contacts.list.focus()
    desk.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert selected(desk) == MANY

    filters = window.features.filters
    filters.show_criteria(Clause("kind", Operator.IS, ("organisation",)))
    assert (total(desk), selected(desk)) == (HALF, MANY)
    filters.show_criteria(Clause("kind", Operator.IS, ("person",)))
    assert (total(desk), selected(desk)) == (HALF, MANY)
    # One of those that the filter shows is let go; what it hides stays.
    let_go = click_row(desk, 2, "name")
    desk.key(Qt.Key.Key_Space)
    assert let_go % 2 == 0
    assert selected(desk) == MANY - 1
    desk.search("person 00001")
    assert (total(desk), selected(desk)) == (5, MANY - 1)
    desk.search("nobody")
    assert (total(desk), selected(desk)) == (0, MANY - 1)
    desk.search("")

    header = contacts.list.table.horizontalHeader()
    for _turn in range(2):
        section = contacts.list.model.section_of("name")
        place = QPoint(header.sectionViewportPosition(section) + 40, 10)
        desk.qtbot.mouseClick(header.viewport(), LEFT, pos=place)
        assert (total(desk), selected(desk)) == (HALF, MANY - 1)
    window.show_place(RECENT)
    assert (total(desk), selected(desk)) == (0, MANY - 1)

    # Those that are selected, whatever the filter hid of them.
    click_place(desk, "Selected")
    assert (total(desk), selected(desk)) == (MANY - 1, MANY - 1)
    desk.search("person 00001")
    assert (total(desk), selected(desk)) == (10, MANY - 1)
    desk.search("")
    click_place(desk, "All contacts")
    assert (total(desk), selected(desk)) == (MANY, MANY - 1)

    # Somebody else writes, and what they delete is no longer selected.
    perform = desk.workspace.perform
    perform(update_contact, contact_id=7, changes={"name": "Somebody else"})
    assert (total(desk), selected(desk)) == (MANY, MANY - 1)
    perform(remove_contacts, selection=ContactSelection.of(8))
    perform(remove_contacts, selection=ContactSelection.of(9))
    desk.qtbot.waitUntil(lambda: len(window.ticks) == MANY - 3)
    assert (total(desk), selected(desk)) == (MANY - 2, MANY - 3)
    contacts.list.focus()
    desk.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (total(desk), selected(desk)) == (MANY - 1, MANY - 3)
    desk.click("view_cards")
    assert selected(desk) == MANY - 3
    desk.click("view_table")
    desk.click("clear_selection", contacts.action_bar)
    assert not window.ticks
    assert not contacts.action_bar.isVisible()


def test_an_action_is_for_all_that_are_selected_also_for_those_that_a_filter_hides(many: Desk) -> None:
    desk, window = many, many.window
    window.contacts.list.focus()
    desk.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    window.features.filters.show_criteria(Clause("name", Operator.IS, ("Person 000003",)))
    assert (total(desk), selected(desk)) == (1, MANY)
    desk.click("responsible", window.contacts.action_bar)
    shown = [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "responsible_popup"]
    line = shown[0].findChild(QLineEdit, "responsible_name")
    assert line is not None
    desk.qtbot.keyClicks(line, "Irina")
    desk.qtbot.keyClick(line, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: list(desk.workspace.read(responsible_counts).values()) == [MANY], timeout=20_000)
    assert selected(desk) == MANY
