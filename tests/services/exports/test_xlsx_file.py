"""Workbooks: real values, texts that stay texts, headings, limits of cells and sheets."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from export_documents import MOMENT, PROPERTIES, Given, contact, write_given
from python_calamine import CalamineWorkbook

from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyDefinition, PropertyType
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.exports.columns import chosen_columns
from ulkacrm_desktop.services.exports.report import ExportNotice
from ulkacrm_desktop.services.exports.xlsx_file import write_xlsx


def nothing(_rows: int) -> None:
    """A progress that nobody watches."""


def test_values_are_real_and_texts_stay_texts(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    person = contact(
        "=1+1",
        notes="first\nsecond & <b>",
        postcode="007",
        properties={1: "https://example.com", 2: Decimal("-12.5"), 3: date(2020, 2, 29), 4: False},
    )
    fields = ["name", "notes", "postcode", "created_at", *(f"property:{p.name}" for p in PROPERTIES[:4])]
    write_given(path, "xlsx", [person], fields, PROPERTIES, "en")
    sheet = openpyxl.load_workbook(path).active
    assert sheet.title == "Contacts"
    headings, row = list(sheet.iter_rows())
    assert [cell.value for cell in headings] == [
        "Name", "Notes", "Postcode", "Created", "Remark", "Размер обуви", "Since", "Плательщик НДС",
    ]  # fmt: skip
    local = MOMENT.astimezone().replace(tzinfo=None, microsecond=789000)
    assert [cell.value for cell in row] == [
        "=1+1", "first\nsecond & <b>", "007", local, "https://example.com", -12.5, datetime(2020, 2, 29), "no",  # noqa: DTZ001
    ]  # fmt: skip
    # openpyxl names inline texts "inlineStr" while reading and gives them as "s": never "f", a formula.
    assert [cell.data_type for cell in row] == ["s", "s", "s", "d", "s", "n", "d", "s"]
    assert row[6].number_format == "yyyy-mm-dd"
    assert row[3].number_format == "yyyy-mm-dd hh:mm:ss"
    assert row[4].hyperlink is None


def test_headings_are_bold_stay_in_sight_and_filter(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    write_given(path, "xlsx", [contact(), contact()], ["name", "email", "notes"], PROPERTIES, "ru")
    sheet = openpyxl.load_workbook(path).active
    assert sheet.title == "Контакты"
    assert [cell.value for cell in sheet[1]] == ["Полное имя", "Email", "Заметки"]
    assert all(cell.font.b for cell in sheet[1])
    assert not sheet["A2"].font.b
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C3"
    assert sheet.column_dimensions["C"].width > 30


def test_nothing_but_headings_is_a_workbook_too(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    report = write_given(path, "xlsx", [], ["name", "email"], PROPERTIES, "en")
    assert (report.rows, report.notices) == (0, ())
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python() == [["Name", "Email"]]
    assert [[cell.value for cell in row] for row in openpyxl.load_workbook(path).active] == [["Name", "Email"]]


def test_days_and_numbers_that_excel_would_change_are_written_as_texts(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    people = [
        contact(properties={2: Decimal("12345678901234567.89"), 3: date(1900, 2, 28)}),
        contact(properties={2: 123456789012345, 3: date(1900, 3, 1)}),
        contact(properties={2: Decimal("1E+20"), 3: date(9999, 12, 31)}),
    ]
    write_given(path, "xlsx", people, ["property:Размер обуви", "property:Since"], PROPERTIES, "en")
    _headings, *rows = openpyxl.load_workbook(path).active.values
    assert rows == [
        ("12345678901234567.89", "1900-02-28"),
        (123456789012345, datetime(1900, 3, 1)),  # noqa: DTZ001
        (1e20, datetime(9999, 12, 31)),  # noqa: DTZ001
    ]


def test_a_text_too_long_for_a_cell_is_cut_and_told(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    people = [contact(), contact(notes="a" * 32_767), contact(notes="a" * 32_768), contact(notes="😀" * 20_000)]
    report = write_given(path, "xlsx", people, ["name", "notes"], PROPERTIES, "en")
    assert report.notices == (ExportNotice("texts_cut", 2, ((4, "Notes"), (5, "Notes"))),)
    _headings, *rows = openpyxl.load_workbook(path).active.values
    assert rows[1][1] == "a" * 32_767
    assert rows[2][1] == "a" * 32_767
    assert rows[3][1] == "😀" * 16_383


def test_a_text_too_long_can_be_refused_before_anything_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    path.write_text("yesterday's")
    people = [contact(notes="a" * 32_768)]
    with pytest.raises(ExpectedError) as raised:
        write_given(path, "xlsx", people, ["notes"], PROPERTIES, "en", cut_long_texts=False)
    assert raised.value.code == "export_texts_too_long"
    assert raised.value.facts == {"count": 1, "examples": [(2, "Notes")]}
    assert path.read_text() == "yesterday's"
    assert [entry.name for entry in tmp_path.iterdir()] == ["contacts.xlsx"]


def test_more_rows_than_a_sheet_holds_go_to_further_sheets(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    columns = chosen_columns(["name"], PROPERTIES, "en")
    people = (contact(f"n{number}") for number in range(7))
    report = write_xlsx(path, Given(people, 2).batches(), columns, "en", nothing, sheet_rows=3)
    assert report.rows == 7
    assert report.notices == (ExportNotice("several_sheets", 3),)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Contacts", "Contacts 2", "Contacts 3"]
    assert [[row[0] for row in sheet.values] for sheet in book] == [
        ["Name", "n0", "n1", "n2"], ["Name", "n3", "n4", "n5"], ["Name", "n6"],
    ]  # fmt: skip
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:A4", "A1:A4", "A1:A2"]
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book] == [True, False, False]
    assert CalamineWorkbook.from_path(str(path)).sheet_names == book.sheetnames


def test_exactly_a_full_sheet_needs_no_second(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    columns = chosen_columns(["name"], PROPERTIES, "en")
    write_xlsx(path, Given([contact()] * 3, 2).batches(), columns, "en", nothing, sheet_rows=3)
    assert openpyxl.load_workbook(path).sheetnames == ["Contacts"]


def test_contacts_are_read_as_they_are_written(tmp_path: Path) -> None:
    """Memory stays flat: the writer never has more than a few rows waiting."""
    written = 0
    ahead = 0
    made = 0

    def people() -> Iterator[ContactDocument]:
        nonlocal made, ahead
        for number in range(3_000):
            made += 1
            ahead = max(ahead, made - written)
            yield contact(f"n{number}")

    def progress(rows: int) -> None:
        nonlocal written
        written = rows

    write_given(tmp_path / "contacts.xlsx", "xlsx", people(), ["name"], PROPERTIES, "en", progress)
    assert written == 3_000
    assert ahead <= 1_000


def test_a_column_may_bear_any_name(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    odd = [PropertyDefinition(1, "=SUM(A1)", PropertyType.TEXT), PropertyDefinition(2, "<&>" * 20, PropertyType.NUMBER)]
    write_given(path, "xlsx", [contact(properties={1: "x", 2: 1})], [], odd, "en")
    headings, row = openpyxl.load_workbook(path).active.iter_rows()
    assert (headings[-2].value, headings[-2].data_type) == ("=SUM(A1)", "s")
    assert (headings[-1].value, row[-1].value) == ("<&>" * 20, 1)
    assert datetime.now(UTC) > MOMENT
