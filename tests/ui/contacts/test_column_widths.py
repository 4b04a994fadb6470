"""How wide the columns are for somebody who has not made them so: as their contents ask."""

from tests.ui.window_fixtures import Desk
from ulkacrm_desktop.ui.contacts.column_widths import ContentWidths, divided


def test_room_that_is_left_goes_to_those_who_take_it() -> None:
    columns = [ContentWidths(200, 0, True), ContentWidths(120, 0), ContentWidths(100, 50, True)]
    assert divided(720, columns) == [400, 120, 200]


def test_where_room_is_short_those_give_that_can_and_no_more_than_they_can() -> None:
    columns = [ContentWidths(200, 40), ContentWidths(120, 0), ContentWidths(100, 20)]
    assert divided(390, columns) == [180, 120, 90]
    assert divided(100, columns) == [160, 120, 80]


def test_nothing_is_cut_off_where_there_is_room_and_no_phone_where_there_is_little(desk: Desk) -> None:
    contacts = desk.window.contacts.list
    table = contacts.table
    # As the first rows are shown to a new user; the window was of another width then.
    for width, whole in ((1920, ("name", "email", "phone", "tags", "company")), (1100, ("name", "phone"))):
        desk.window.resize(width, 800)
        desk.settle()
        contacts.columns._fit()
        for column in table.visible_columns():
            needed = max(table.content_widths(column, range(contacts.model.total)))
            if column.key in whole:
                assert table.columnWidth(contacts.model.section_of(column.key)) >= needed, (width, column.key)


def test_the_width_that_the_user_gives_stays(desk: Desk) -> None:
    contacts = desk.window.contacts.list
    section = contacts.model.section_of("email")
    contacts.table.setColumnWidth(section, 321)
    desk.search("anna")
    desk.search("")
    assert contacts.table.columnWidth(section) == 321
