"""Workbooks: what reaches the rows, what is told of them, and what is refused before it is parsed."""

import struct
import time as clock
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from odd_workbooks import SHEET, changed, compound, in_sheet, ods, ods_row, ods_table, xls, xlsx, xlsx_of

from ulkacrm_desktop.services.imports.cleaning import CellProblem, clean_text
from ulkacrm_desktop.services.imports.readers import (
    Notice,
    ReaderOptions,
    ReadError,
    Sheet,
    SourceKind,
    SourceRow,
    inspect_source,
    read_chunks,
)

ROWS = [["Name", "Phone"], ["Ivan", 79161234567], ["Анна", "8 916 123-45-67"]]
ERROR_CELL = (
    '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
    'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
)


def rows_of(path: Path, options: ReaderOptions | None = None) -> list[SourceRow]:
    return [row for chunk in read_chunks(path, options) for row in chunk]


def notices_of(path: Path, options: ReaderOptions | None = None) -> dict[str, dict[str, object]]:
    return {notice.code: notice.facts for notice in inspect_source(path, options).notices}


def refused(path: Path, options: ReaderOptions | None = None) -> ReadError:
    """What both the look and the reading refuse the file with."""
    with pytest.raises(ReadError) as looked:
        inspect_source(path, options)
    with pytest.raises(ReadError) as read:
        rows_of(path, options)
    assert looked.value.code == read.value.code
    return looked.value


def ods_of(path: Path) -> Path:
    return ods(path, ods_table("Contacts", [ods_row(*row) for row in ROWS]))  # type: ignore[arg-type]


# What is read


@pytest.mark.parametrize(("make", "kind"), [(xlsx_of, "xlsx"), (xls, "xls"), (lambda path, _: ods_of(path), "ods")])
def test_rows_of_every_kind(tmp_path: Path, make: Any, kind: str) -> None:
    path = make(tmp_path / f"a.{kind}", ROWS)
    found = inspect_source(path)
    assert found.kind is SourceKind(kind)
    assert found.headings == ["Name", "Phone"]
    assert found.rows == [["Ivan", "79161234567"], ["Анна", "8 916 123-45-67"]]
    assert found.estimated_rows == 2
    assert found.notices == []
    assert rows_of(path, found.options) == [
        SourceRow(2, ["Ivan", 79161234567.0]),
        SourceRow(3, ["Анна", "8 916 123-45-67"]),
    ]
    assert rows_of(path) == rows_of(path, found.options)


def test_values_keep_their_type_until_they_are_cleaned(tmp_path: Path) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        moment = workbook.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        hour = workbook.add_format({"num_format": "hh:mm"})
        sheet.write_row(0, 0, ["Day", "Moment", "Hour", "Yes", "Number", "Text"])
        sheet.write(1, 0, 45322, day)
        sheet.write(1, 1, 45322.5, moment)
        sheet.write(1, 2, 0.5, hour)
        sheet.write(1, 3, True)
        sheet.write(1, 4, 0.1)
        sheet.write_string(1, 5, "007")

    [row] = rows_of(xlsx(tmp_path / "a.xlsx", fill))
    assert row.cells == [date(2024, 1, 31), datetime(2024, 1, 31, 12), time(12), True, 0.1, "007"]  # noqa: DTZ001


@pytest.mark.parametrize(("date_1904", "serial"), [(False, 45322), (True, 43860)])
def test_dates_from_1900_and_from_1904(tmp_path: Path, date_1904: bool, serial: int) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Name", "Day"])
        sheet.write_row(1, 0, ["A", serial], workbook.add_format({"num_format": "yyyy-mm-dd"}))

    path = xlsx(tmp_path / "a.xlsx", fill, date_1904=date_1904)
    assert rows_of(path)[0].cells[1] == date(2024, 1, 31)
    assert inspect_source(path).rows == [["A", "2024-01-31"]]


@pytest.mark.parametrize("format_", ["yyyy-mm-dd", "[$-419]d mmm;@", None])
def test_serial_60_is_a_day_that_never_was(tmp_path: Path, format_: str | None) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        day = workbook.add_format({"num_format": format_ or 14})
        sheet.write_row(0, 0, ["A", "B", "C", "Age", "Sum"])
        for column, serial in enumerate((59, 60, 61)):
            sheet.write(1, column, serial, day)
        sheet.write(1, 3, 60)
        sheet.write(1, 4, 60, workbook.add_format({"num_format": '0.0 "days"'}))

    path = xlsx(tmp_path / "a.xlsx", fill)
    assert notices_of(path) == {"impossible_dates": {"count": 1, "cells": ["B2"]}}
    [row] = rows_of(path)
    assert row.cells == [date(1900, 2, 28), date(1900, 2, 28), date(1900, 3, 1), 60.0, 60.0]


@pytest.mark.parametrize("date_1904", [False, True])
def test_serial_60_of_an_old_workbook(tmp_path: Path, date_1904: bool) -> None:
    formats = ["General", 14, "yyyy\\-mm\\-dd", '0.0 "days"']
    rows = [
        ["Day", "Day 2", "Day 3", "Age", "Sum", "Moment"],
        [(60, 1), (60, 2), (61, 1), (60, 0), (60, 3), (60.5, 1)],
        ["x", (60, 2), "y", 60.0, "z", (60.5, 0)],
    ]
    path = xls(tmp_path / "a.xls", rows, formats=formats, date_1904=date_1904)
    expected = {} if date_1904 else {"impossible_dates": {"count": 4, "cells": ["A2", "B2", "F2", "B3"]}}
    assert notices_of(path) == expected
    never, after = (date(1904, 3, 1), date(1904, 3, 2)) if date_1904 else (date(1900, 2, 28), date(1900, 3, 1))
    assert rows_of(path)[0].cells[:5] == [never, never, after, 60.0, 60.0]


def test_a_table_that_begins_elsewhere_keeps_its_row_numbers(tmp_path: Path) -> None:
    def fill(_workbook: Any, sheet: Any) -> None:
        sheet.write(1, 2, "Report of the year")
        for number, row in enumerate(ROWS):
            sheet.write_row(4 + number, 2, row)

    path = xlsx(tmp_path / "a.xlsx", fill)
    found = inspect_source(path)
    assert found.heading_row == 4
    assert found.headings == ["", "", "Name", "Phone"]
    assert rows_of(path)[0] == SourceRow(6, ["", "", "Ivan", 79161234567.0])


def test_line_breaks_and_escapes_in_cells(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", [["Name", "Notes"], ["A", "two\nlines"], ["B", "_x000D_"]])
    assert [row.cells[1] for row in rows_of(path)] == ["two\nlines", "_x000D_"]


# What is told


def test_errors_are_flagged(tmp_path: Path) -> None:
    def fill(_workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Name", "Notes"])
        sheet.write_row(1, 0, ["A", "fine"])
        sheet.write(2, 0, "B")
        sheet.write_formula(2, 1, "=NA()", None, "#N/A")
        sheet.write_formula(3, 0, "=1/0", None, "#DIV/0!")

    path = xlsx(tmp_path / "a.xlsx", fill)
    assert notices_of(path)["spreadsheet_errors"] == {"count": 2, "cells": ["B3", "A4"]}
    rows = rows_of(path)
    assert [row.cells for row in rows] == [["A", "fine"], ["B", "#N/A"], ["#DIV/0!", ""]]
    with pytest.raises(CellProblem) as problem:
        clean_text(rows[1].cells[1])
    assert problem.value.code == "spreadsheet_error"


def test_errors_of_the_other_kinds(tmp_path: Path) -> None:
    path = xls(tmp_path / "a.xls", [["Name", "Notes"], ["A", b"\x2a"], ["B", b"\x07"]])
    assert [row.cells for row in rows_of(path)] == [["A", "#N/A"], ["B", "#DIV/0!"]]
    assert notices_of(path)["spreadsheet_errors"] == {"count": 2, "cells": ["B2", "B3"]}
    path = ods(tmp_path / "a.ods", ods_table("S", [ods_row("Name", "Notes"), ods_row("A", ERROR_CELL)]))
    assert [row.cells for row in rows_of(path)] == [["A", "#N/A"]]
    assert notices_of(path)["spreadsheet_errors"] == {"count": 1, "cells": ["B2"]}


def test_formulas_without_a_value_are_warned_of(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", [["Name", "Sum"], ["A", 1], ["B", 2]])
    in_sheet(path, '<c r="B2"><v>1</v></c>', '<c r="B2"><f>1+1</f></c><c r="C2"><f>2</f><v></v></c>')
    in_sheet(path, '<c r="B3"><v>2</v></c>', '<c r="B3" t="str"><f>""</f><v></v></c><c r="C3"><f>3</f><v>3</v></c>')
    assert notices_of(path)["formulas_without_values"] == {"count": 2, "cells": ["B2", "C2"]}
    path = ods(
        tmp_path / "a.ods",
        ods_table("S", [ods_row("Name", "Sum"), ods_row("A", '<table:table-cell table:formula="of:=1"/>')]),
    )
    assert notices_of(path)["formulas_without_values"]["cells"] == ["B2"]


def test_merged_cells_give_their_first_one_and_a_warning(tmp_path: Path) -> None:
    def fill(_workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Name", "City"])
        sheet.write_row(1, 0, ["A"])
        sheet.write_row(2, 0, ["B"])
        sheet.merge_range("B2:B3", "Omsk")

    path = xlsx(tmp_path / "a.xlsx", fill)
    assert [row.cells for row in rows_of(path)] == [["A", "Omsk"], ["B", ""]]
    assert notices_of(path)["merged_cells"] == {"count": 1, "ranges": ["B2:B3"]}
    merged = (
        '<table:table-cell office:value-type="string" table:number-columns-spanned="1" '
        'table:number-rows-spanned="2"><text:p>Omsk</text:p></table:table-cell>'
    )
    path = ods(tmp_path / "a.ods", ods_table("S", [ods_row("Name", "City"), ods_row("A", merged), ods_row("B")]))
    assert notices_of(path)["merged_cells"]["count"] == 1


def test_hidden_sheets_are_listed_and_not_chosen(tmp_path: Path) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Secret", "x"])
        sheet.hide()
        visible = workbook.add_worksheet("Люди")
        visible.activate()
        visible.set_first_sheet()
        for number, row in enumerate(ROWS):
            visible.write_row(number, 0, row)
        workbook.add_worksheet("Deep").very_hidden()

    path = xlsx(tmp_path / "a.xlsx", fill)
    found = inspect_source(path)
    assert found.options.sheet == "Люди"
    assert found.sheets == [Sheet("Contacts", True, 1), Sheet("Люди", False, 3), Sheet("Deep", True, 0)]
    assert found.notices == [Notice("hidden_sheets", {"sheets": ["Contacts", "Deep"]})]
    assert inspect_source(path, ReaderOptions(sheet="Contacts")).headings == ["Secret", "x"]
    assert refused(path, ReaderOptions(sheet="Nothing")).facts == {"sheet": "Nothing"}


def test_hidden_rows_are_listed_and_off_by_default(tmp_path: Path) -> None:
    def fill(_workbook: Any, sheet: Any) -> None:
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
        sheet.set_row(1, None, None, {"hidden": True})

    collapsed = [ods_row("Name", "Phone"), ods_row("Ivan", 1, attributes='table:visibility="filter"'), ods_row("A", 2)]
    for path in (
        xlsx(tmp_path / "a.xlsx", fill),
        xls(tmp_path / "a.xls", [["Name", "Phone"], ["Ivan", 1.0], ["A", 2.0]], hidden=[1]),
        ods(tmp_path / "a.ods", ods_table("S", collapsed)),
    ):
        assert notices_of(path)["hidden_rows"] == {"count": 1, "rows": [2]}
        assert [row.number for row in rows_of(path)] == [3]
        shown = ReaderOptions(include_hidden=True)
        assert "hidden_rows" not in notices_of(path, shown)
        assert [row.number for row in rows_of(path, shown)] == [2, 3]


def test_macros_and_links_are_told_and_left_alone(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", ROWS)
    changed(
        path, xl__vbaProject=b"", **{"xl__vbaProject.bin": b"macro", "xl__externalLinks__externalLink1.xml": b"<x/>"}
    )
    assert {"macros_ignored", "links_ignored"} <= notices_of(path).keys()
    assert len(rows_of(path)) == 2


def test_repeated_rows_and_columns_of_ods_that_are_empty_do_no_harm(tmp_path: Path) -> None:
    filler = '<table:table-cell table:number-columns-repeated="16382"/>'
    empty = ods_row(
        '<table:table-cell table:number-columns-repeated="16384"/>',
        attributes='table:number-rows-repeated="1048573"',
    )
    rows = [ods_row("Name", "Phone", filler), ods_row("A", 1, filler), empty]
    path = ods(tmp_path / "a.ods", ods_table("S", rows))
    assert [row.cells for row in rows_of(path)] == [["A", 1.0]]
    assert inspect_source(path).estimated_rows == 1


def test_a_large_sheet_is_shown_without_reading_it(tmp_path: Path) -> None:
    path = xlsx_of(
        tmp_path / "a.xlsx", [["Name", "Phone", "Notes"], *([f"N{n}", n, "note " * 5] for n in range(40_000))]
    )
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo(SHEET).file_size > 3_000_000
    found = inspect_source(path)
    assert len(found.rows) == 100
    assert found.rows[99] == ["N99", "99", "note " * 5]
    assert found.estimated_rows == 40_000
    assert len(rows_of(path, found.options)) == 40_000


# What is refused


def test_a_far_cell(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", ROWS)
    in_sheet(path, "</row></sheetData>", '</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    began = clock.monotonic()
    error = refused(path)
    assert (error.code, error.facts) == ("sheet_too_large", {"sheet": "Contacts", "cell": "XFD1048576"})
    assert clock.monotonic() - began < 5


def test_a_far_cell_that_is_only_coloured_does_no_harm(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", ROWS)
    in_sheet(path, "</row></sheetData>", '</row><row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
    assert len(rows_of(path)) == 2
    assert inspect_source(path).headings == ["Name", "Phone"]


def test_cells_repeated_by_the_billion(tmp_path: Path) -> None:
    cell = (
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1">'
        "<text:p>1</text:p></table:table-cell>"
    )
    row = ods_row(cell, attributes='table:number-rows-repeated="1048576"')
    assert refused(ods(tmp_path / "a.ods", ods_table("S", [row]))).code == "sheet_too_large"
    row = ods_row("x", attributes='table:number-rows-repeated="999999999"')
    assert refused(ods(tmp_path / "b.ods", ods_table("S", [row]))).code == "sheet_too_large"


def test_a_zip_bomb(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", ROWS)
    changed(path, {SHEET: lambda data: data.replace(b"</sheetData>", b" " * 200_000_000 + b"</sheetData>")})
    error = refused(path)
    assert error.code == "unsafe_archive"
    assert error.facts["size"] > 200_000_000  # type: ignore[operator]


def test_an_archive_that_lies_about_its_sizes(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", ROWS)
    changed(path, {SHEET: lambda data: data.replace(b"</sheetData>", b" " * 20_000_000 + b"</sheetData>")})
    data = bytearray(path.read_bytes())
    place = data.rfind(SHEET.encode()) - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, place + 24, 1_000)
    path.write_bytes(bytes(data))
    assert refused(path).code == "file_damaged"


def test_parts_that_overlap(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", ROWS)
    data = bytearray(path.read_bytes())
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    struct.pack_into("<I", data, second + 42, struct.unpack_from("<I", data, first + 42)[0])
    path.write_bytes(bytes(data))
    assert refused(path).code in ("unsafe_archive", "file_damaged")


BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declared", [BOMB, EXTERNAL], ids=["bomb", "external"])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_entities(tmp_path: Path, part: str, declared: bytes) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", ROWS)
    changed(path, {part: lambda data: data.replace(b"?>", b"?>" + declared, 1)})
    assert refused(path).code == "unsafe_xml"


def test_entities_in_ods(tmp_path: Path) -> None:
    path = ods_of(tmp_path / "a.ods")
    changed(path, {"content.xml": lambda data: data.replace(b"?>", b"?>" + BOMB, 1)})
    assert refused(path).code == "unsafe_xml"


def test_passwords(tmp_path: Path) -> None:
    encrypted = tmp_path / "a.xlsx"
    encrypted.write_bytes(compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y" * 5000}))
    assert refused(encrypted).code == "password_protected"
    assert refused(xls(tmp_path / "a.xls", ROWS, protected=True)).code == "password_protected"  # type: ignore[arg-type]
    manifest = (
        b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        b'<m:file-entry m:full-path="content.xml">'
        b"<m:encryption-data/></m:file-entry></m:manifest>"
    )
    path = changed(ods_of(tmp_path / "a.ods"), {"META-INF/manifest.xml": lambda _: manifest})
    assert refused(path).code == "password_protected"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_files(tmp_path: Path, share: float) -> None:
    for path in (xlsx_of(tmp_path / "a.xlsx", ROWS), ods_of(tmp_path / "a.ods")):
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        assert refused(path).code == "file_damaged"


def test_a_truncated_old_workbook(tmp_path: Path) -> None:
    path = xls(tmp_path / "a.xls", [["Name", "Phone"], *([f"N{n}", float(n)] for n in range(500))])
    data = path.read_bytes()
    for share in (0.05, 0.5):
        path.write_bytes(data[: int(len(data) * share)])
        assert refused(path).code == "file_damaged"
    # A chain of sectors that leaves the file makes calamine panic.
    path.write_bytes(data[:512] + data[512:].replace(struct.pack("<I", 9), struct.pack("<I", 90_000), 1))
    assert refused(path).code == "file_damaged"


def test_a_part_that_is_damaged(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", [["Name"], *([f"N{n}"] for n in range(5_000))])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo(SHEET).header_offset + 200
    data[place : place + 40] = bytes(40)
    path.write_bytes(bytes(data))
    assert refused(path).code == "file_damaged"


def test_a_workbook_without_sheets(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", ROWS)
    changed(path, {"xl/workbook.xml": lambda data: data.replace(b"<sheet ", b"<shoot ")})
    assert refused(path).code == "no_sheets"
