"""The preview: faults can be seen at once, columns are as wide as they need to be, and nothing jumps."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from tests.ui.imports.conftest import Importing
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.imports.plan_table import PlanModel, PlanTable

Start = Callable[[Path | None], Importing]
WriteCsv = Callable[..., Path]

HEADINGS = (
    "Name",
    "Company",
    "Website",
    "City",
    "Street",
    "Notes",
    "Country",
    "Phone",
    "Email",
    "Tags",
    "Region",
    "Source",
)
LONG = "A notice that is longer than any column is wide"
GOOD = (
    "Anna Petrova",
    "Acme",
    "https://example.com/anna",
    "Riga",
    "Brivibas 1",
    LONG,
    "LV",
    "+37120000001",
    "a@x.org",
    "VIP",
    LONG,
    LONG,
)
NAMELESS = ("", "Acme", "", "", "", "", "", "", "nobody@x.org", "", "", "")


def faulty(number: int) -> tuple[str, ...]:
    """A row with a faulty address far to the right."""
    return (f"Boris {number}", *GOOD[1:8], f"boris{number}@", *GOOD[9:])


def shown(importing: Importing) -> tuple[PlanTable, PlanModel]:
    step = importing.wizard.preview_step
    assert step.table is not None and step.model is not None
    return step.table, step.model


def is_seen(table: PlanTable, section: int) -> bool:
    """Whether the current cell is that of this column and stands within what is seen of the table."""
    return table.currentIndex().column() == section and table.viewport().rect().contains(
        table.visualRect(table.currentIndex())
    )


def test_the_fault_of_the_current_row_is_in_view(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv([GOOD, faulty(1), NAMELESS, faulty(2)], headings=HEADINGS))
    importing.to_preview()
    table, model = shown(importing)
    assert table.currentIndex().column() == model.section_of("file:0"), "a sound row is shown from its beginning"
    importing.show_kind("error", 3)
    name, email = model.section_of("file:0"), model.section_of("file:8")
    importing.until(lambda: is_seen(table, email))
    left = table.columnAt(0)
    assert left > 0 and table.columnViewportPosition(left) == 0, "scrolled there, and no column is cut off"
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert table.currentIndex().row() == 1 and is_seen(table, name)
    QTest.keyClick(table, Qt.Key.Key_Right)
    assert table.currentIndex().column() == name + 1, "within a row the arrows go where they lead"
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.currentIndex().row() == 2 and is_seen(table, email)
    importing.show_kind("all", 4)
    importing.until(lambda: is_seen(table, name))
    assert table.horizontalScrollBar().value() == 0, "all rows are shown from the left again"


def test_a_click_stays_on_the_cell_under_it(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv([GOOD, faulty(1), faulty(2)], headings=HEADINGS))
    importing.to_preview()
    importing.show_kind("error", 2)
    table, model = shown(importing)
    website = model.section_of("file:2")
    table.scrollTo(model.index(1, website))
    place = table.visualRect(model.index(1, website)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1, website)


def test_after_a_mend_the_next_fault_is_current(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv([GOOD, NAMELESS, faulty(1)], headings=HEADINGS))
    importing.to_preview()
    importing.show_kind("error", 2)
    table, model = shown(importing)
    assert is_seen(table, model.section_of("file:0"))
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit, "cell_editor")
    assert editor is not None
    QTest.keyClicks(editor, "Vera")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    importing.until(lambda: model.total == 1 and is_seen(table, model.section_of("file:8")))


def test_columns_are_as_wide_as_what_they_hold(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv([*[GOOD] * 40, faulty(1)], headings=HEADINGS))
    importing.to_preview()
    table, model = shown(importing)
    width = {title: table.columnWidth(model.section_of(f"file:{n}")) for n, title in enumerate(HEADINGS)}
    assert width["Country"] < width["Name"] < width["Website"] <= 180
    assert width["Notes"] == 180, "a long text does not push the others out"
    result = table.columnWidth(model.section_of("result"))
    city = model.section_of("file:3")
    table.setColumnWidth(city, 300)
    importing.show_kind("error", 1)
    assert result < table.columnWidth(model.section_of("result")) <= 260, "room for the reason"
    assert table.columnWidth(city) == 300, "what the user has set stays"
    importing.show_kind("all", 41)
    assert table.columnWidth(city) == 300
    table.reset_columns()
    assert table.columnWidth(city) < 180


def test_the_filters_stay_where_they_are(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv([GOOD, faulty(1)], headings=HEADINGS))
    importing.to_preview()
    last = importing.wizard.findChild(QPushButton, "rows_error")
    assert last is not None
    before = last.geometry()
    importing.show_kind("create", 1)
    QApplication.processEvents()
    assert last.geometry() == before
    importing.show_kind("error", 1)
    QApplication.processEvents()
    assert last.font().weight() > importing.wizard.preview_step.said.font().weight()
    assert last.geometry() == before


def test_the_steps_stay_where_they_are_and_done_ones_green(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv([GOOD], headings=HEADINGS))
    importing.until(lambda: importing.wizard.file_step.ready)
    steps = importing.wizard.steps.findChildren(QPushButton)
    QApplication.processEvents()
    before = [step.mapTo(importing.wizard, QPoint()) for step in steps]
    importing.to_preview()
    QApplication.processEvents()
    assert [step.mapTo(importing.wizard, QPoint()) for step in steps] == before
    importing.to_summary()
    first = steps[0]
    assert not first.isEnabled()
    size = first.iconSize()
    green = icon("circle-check", IconRole.SUCCESS).pixmap(size).toImage()
    assert first.icon().pixmap(size, QIcon.Mode.Disabled).toImage() == green


def test_the_summary_names_the_column_of_a_missing_name(start: Start, write_csv: WriteCsv) -> None:
    importing = start(write_csv([GOOD, NAMELESS, faulty(1)], headings=HEADINGS))
    importing.to_preview()
    importing.to_summary()
    samples = importing.wizard.summary_step.errors.samples
    rows = [[samples.data(samples.index(row, column)) for column in range(3)] for row in range(samples.rowCount())]
    assert rows == [["3", "Name", "(empty)"], ["4", "Email", "boris1@"]]
    aligned = Qt.ItemDataRole.TextAlignmentRole
    assert samples.data(samples.index(0, 0), aligned) & Qt.AlignmentFlag.AlignRight
    assert samples.data(samples.index(0, 1), aligned) is None
