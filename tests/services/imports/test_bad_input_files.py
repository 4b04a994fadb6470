"""Odd files as a whole: encodings, delimiters, quotes, sizes, headings, and what workbooks may be or hide."""

import os
import struct
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from import_runs import import_here, plan_here, write_csv
from odd_files import OddFile, text_of
from odd_workbooks import SHEET, changed, compound, in_sheet, xls, xlsx, xlsx_of

from tests.database_dump import dump
from ulkacrm_desktop.services.imports import planning
from ulkacrm_desktop.services.imports.importing import run_import
from ulkacrm_desktop.services.imports.readers import ReaderOptions
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.workspace import Workspace

LETTERS = "Имя;Город\nАнна Щукина;Москва\nПётр Юрьев;Ярославль\n"
TWO = (
    {"name": "Анна Щукина", "city": "Москва"},
    {"name": "Пётр Юрьев", "city": "Ярославль"},
)
ANNA = {"name": "Anna", "city": "Riga"}


def encoded(case: str, encoding: str, *, chosen: str | None = None, **more: Any) -> OddFile:
    return OddFile(
        "encodings", case, "a.csv", LETTERS.encode(encoding), TWO, reader=ReaderOptions(encoding=chosen), **more
    )


MIXED = b"".join(("Имя;Город\nИван;Омск\n".encode(), "Анна;Москва\n".encode("cp1251"), "Юлия;Уфа\n".encode()))
MIXED_NOTICE = {"mixed_encodings": {"encoding": "utf-8", "lines": [3], "count": 1, "complete": True}}
IVAN, YULIA = {"name": "Иван", "city": "Омск"}, {"name": "Юлия", "city": "Уфа"}


def delimited(case: str, text: str, contacts: Any = (ANNA,), **more: Any) -> OddFile:
    return OddFile("delimiters", case, "a.csv", text.encode(), contacts, **more)


PEOPLE = ["Name", "City"], ["Anna", "Riga"]


def far_cell(path: Path) -> None:
    far = '</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    in_sheet(xlsx_of(path, PEOPLE), "</row></sheetData>", far)


def zip_bomb(path: Path) -> None:
    changed(
        xlsx_of(path, PEOPLE),
        {SHEET: lambda data: data.replace(b"</sheetData>", b" " * 110_000_000 + b"</sheetData>")},
    )


def declaring(declaration: bytes, part: str) -> Any:
    return lambda path: changed(xlsx_of(path, PEOPLE), {part: lambda data: data.replace(b"?>", b"?>" + declaration, 1)})


BILLION_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def truncated(path: Path) -> None:
    xlsx_of(path, PEOPLE)
    path.write_bytes(path.read_bytes()[:-200])


def locked_archive(path: Path) -> None:
    """A workbook whose parts are encrypted as those of any ZIP archive."""
    data = bytearray(xlsx_of(path, PEOPLE).read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            struct.pack_into("<H", data, at + flags, struct.unpack_from("<H", data, at + flags)[0] | 1)
    path.write_bytes(bytes(data))


def with_macros(path: Path) -> None:
    changed(xlsx_of(path, PEOPLE), **{"xl__vbaProject.bin": b"Sub AutoOpen()"})


def with_links(path: Path) -> None:
    target = b'<Relationships><Relationship Target="http://192.0.2.1/x.xlsx" TargetMode="External"/></Relationships>'
    changed(
        xlsx_of(path, PEOPLE),
        **{"xl__externalLinks__externalLink1.xml": b"<externalLink/>",
           "xl__externalLinks___rels__externalLink1.xml.rels": target},
    )  # fmt: skip


def from_1904(path: Path) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Name", "Day"])
        sheet.write_row(1, 0, ["Anna", 43860], workbook.add_format({"num_format": "yyyy-mm-dd"}))

    xlsx(path, fill, date_1904=True)


def serial_60(path: Path) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["Name", "Day", "Age"])
        sheet.write_row(1, 0, ["Anna", 60], day)
        sheet.write_row(2, 0, ["Ivan", 61], day)
        sheet.write(1, 2, 60)
        sheet.write(2, 2, 61)

    xlsx(path, fill)


def without_value(path: Path) -> None:
    in_sheet(
        xlsx_of(path, [["Name", "Sum"], ["Anna", 1], ["Ivan", 2]]),
        '<c r="B2"><v>1</v></c>',
        '<c r="B2"><f>1+1</f></c>',
    )


def with_errors(path: Path) -> None:
    def fill(_workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Name", "Notes"])
        sheet.write(1, 0, "Anna")
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
        sheet.write_row(2, 0, ["Ivan", "fine"])

    xlsx(path, fill)


def merged(path: Path) -> None:
    def fill(_workbook: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Name", "City"])
        sheet.write_column(1, 0, ["Anna", "Ivan"])
        sheet.merge_range("B2:B3", "Riga")

    xlsx(path, fill)


def with_hidden_sheets(path: Path) -> None:
    def fill(workbook: Any, sheet: Any) -> None:
        sheet.write_column(0, 0, ["Name", "Secret"])
        sheet.hide()
        visible = workbook.add_worksheet("People")
        visible.activate()
        visible.set_first_sheet()
        visible.write_row(0, 0, PEOPLE[0])
        visible.write_row(1, 0, PEOPLE[1])

    xlsx(path, fill)


def with_hidden_rows(path: Path) -> None:
    def fill(_workbook: Any, sheet: Any) -> None:
        sheet.write_column(0, 0, ["Name", "Secret", "Anna"])
        sheet.write_column(0, 1, ["City", "Riga", "Riga"])
        sheet.set_row(1, None, None, {"hidden": True})

    xlsx(path, fill)


HIDDEN_ROW = {"hidden_rows": {"count": 1, "rows": [2]}}
MANY = 16_384

ODD_FILES = [
    # UTF-8 with or without BOM, UTF-16 LE/BE, Windows-1251, cp866
    encoded("UTF-8", "utf-8"),
    encoded("UTF-8 with a mark", "utf-8-sig"),
    encoded("UTF-16 LE", "utf-16"),
    OddFile("encodings", "UTF-16 BE with a mark", "a.csv", b"\xfe\xff" + LETTERS.encode("utf-16-be"), TWO),
    encoded("UTF-16 LE without a mark", "utf-16-le"),
    encoded("Windows-1251", "cp1251"),
    encoded("cp866", "cp866"),
    # KOI8-R and Mac Cyrillic: the box
    encoded("KOI8-R chosen", "koi8-r", chosen="koi8-r"),
    encoded("Mac Cyrillic chosen", "mac-cyrillic", chosen="mac-cyrillic"),
    OddFile(
        "mixed encodings", "told", "a.csv", MIXED, (IVAN, YULIA), errors=[(3, "", "undecodable")], notices=MIXED_NOTICE
    ),
    OddFile(
        "mixed encodings", "replaced on consent", "a.csv", MIXED,
        (IVAN, {"name": "\ufffd" * 4, "city": "\ufffd" * 6}, YULIA),
        notices=MIXED_NOTICE, reader=ReaderOptions(replace_undecodable=True),
    ),
    delimited("semicolon", text_of("Name;City", "Anna;Riga")),
    delimited("tab", text_of("Name\tCity", "Anna\tRiga")),
    delimited("bar", text_of("Name|City", "Anna|Riga")),
    delimited("comma", text_of("Name,City", "Anna,Riga")),
    delimited("sep= line", text_of("sep=;", "Name;City", "Anna;Riga, Latvia", end="\r\n"),
              ({"name": "Anna", "city": "Riga, Latvia"},)),
    delimited("a single column", text_of("Name", "Anna", "Ivan"), ({"name": "Anna"}, {"name": "Ivan"})),
    delimited("lone CR", text_of("Name,City", "Anna,Riga", end="\r")),
    delimited("line ends in cells", 'Name,Notes\r\nAnna,"one\r\ntwo\n\nfour"\r\n',
              ({"name": "Anna", "notes": "one\ntwo\n\nfour"},)),
    OddFile("unbalanced quote", "swallows no rows", "a.csv", b'Name,City\nAnna,"Riga\nIvan,Omsk\nYulia,Ufa\n',
            ({"name": "Ivan", "city": "Omsk"}, {"name": "Yulia", "city": "Ufa"}),
            errors=[(2, "", "unbalanced_quote")]),
    OddFile("unbalanced quote", "at the end", "a.csv", b'Name,City\nAnna,Riga\nIvan,"Omsk\n',
            (ANNA,), errors=[(3, "", "unbalanced_quote")]),
    OddFile("sizes", "a cell of 10 MB", "a.csv", b"Name,City\nIvan," + b"x" * 10_000_000 + b"\nAnna,Riga\n",
            (ANNA,), errors=[(2, "", "cell_too_large")]),
    OddFile("sizes", "16,384 columns", "a.csv",
            text_of(",".join(["Name", "City", *(f"C{n}" for n in range(MANY - 2))]), "Anna,Riga").encode(),
            (ANNA,), notices={"too_many_columns": {"columns": MANY, "limit": 1_000}}),
    OddFile("short and long rows", "padded, rejected", "a.csv", b"Name,City,Notes\nAnna,Riga\nIvan,Omsk,x,y\n",
            (ANNA,), errors=[(3, "", "row_too_long")]),
    OddFile("headings", "repeated", "a.csv",
            b"Name,Phone,Phone,Colour,Colour\nAnna,+442079460000,+79161234567,red,blue\n",
            ({"name": "Anna", "phones": [("+442079460000", "442079460000"), ("+79161234567", "79161234567")],
              "Colour": "red", "Colour 2": "blue"},),
            notices={"repeated_headings": {"headings": ["Phone", "Colour"]}}),
    OddFile("headings", "none", "a.csv", b"Anna Blue,anna@x.io\nIvan Red,ivan@x.io\n",
            ({"name": "Anna Blue", "emails": [("anna@x.io", "anna@x.io")]},
             {"name": "Ivan Red", "emails": [("ivan@x.io", "ivan@x.io")]}),
            notices={"no_headings": {}}),
    OddFile("headings", "with control characters and too long for a name", "a.csv",
            text_of("Name,Shoe\0size," + "What do you want? " * 20, "Anna,38,tea").encode(),
            ({"name": "Anna", "Shoe size": 38, ("What do you want? " * 6)[:100]: "tea"},)),
    OddFile("headings", "fewer than the only row has cells", "a.csv", b"Name,City\nAnna,Riga,x,y\n",
            ({"name": "Anna", "city": "Riga"},)),
    OddFile("headings", "only headings", "a.csv", b"Name,City\n", notices={"nothing_to_import": {}}),
    OddFile("headings", "an empty file", "a.csv", b"", notices={"nothing_to_import": {}}),
    OddFile("bombs", "a zip bomb", "a.xlsx", zip_bomb, refused="unsafe_archive"),
    OddFile("bombs", "a cell at XFD1048576", "a.xlsx", far_cell, refused="sheet_too_large"),
    OddFile("bombs", "an entity bomb", "a.xlsx", declaring(BILLION_LAUGHS, SHEET), refused="unsafe_xml"),
    OddFile("bombs", "an external entity", "a.xlsx", declaring(EXTERNAL, SHEET), refused="unsafe_xml"),
    OddFile("bombs", "an external entity of the workbook", "a.xlsx", declaring(EXTERNAL, "xl/workbook.xml"),
            refused="unsafe_xml"),
    OddFile("misnamed", ".xls named .xlsx", "a.xlsx", lambda path: xls(path, PEOPLE), (ANNA,),
            notices={"kind_mismatch": {"suffix": ".xlsx", "kind": "xls"}}),
    OddFile("misnamed", "HTML named .xlsx", "a.xlsx",
            b"<html><table><tr><th>Name<th>City<tr><td>Anna<td>Riga</table></html>", (ANNA,),
            notices={"kind_mismatch": {"suffix": ".xlsx", "kind": "html"}}),
    OddFile("misnamed", "CSV named .xlsx", "a.xlsx", b"Name,City\nAnna,Riga\n", (ANNA,),
            notices={"kind_mismatch": {"suffix": ".xlsx", "kind": "csv"}}),
    OddFile("misnamed", "a picture named .csv", "a.csv", b"\x89PNG\r\n\x1a\n" + bytes(100),
            refused="kind_unsupported"),
    OddFile("protected, truncated, macros, links", "an encrypted workbook", "a.xlsx",
            compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y" * 5_000}), refused="password_protected"),
    OddFile("protected, truncated, macros, links", "an old workbook with a password", "a.xls",
            lambda path: xls(path, PEOPLE, protected=True), refused="password_protected"),
    OddFile("protected, truncated, macros, links", "an archive with a password", "a.xlsx", locked_archive,
            refused="password_protected"),
    OddFile("protected, truncated, macros, links", "truncated", "a.xlsx", truncated, refused="file_damaged"),
    OddFile("protected, truncated, macros, links", "macros", "a.xlsx", with_macros, (ANNA,),
            notices={"macros_ignored": {}}),
    OddFile("protected, truncated, macros, links", "links", "a.xlsx", with_links, (ANNA,),
            notices={"links_ignored": {}}),
    OddFile("workbooks", "dates from 1904", "a.xlsx", from_1904, ({"name": "Anna", "Day": date(2024, 1, 31)},)),
    OddFile("workbooks", "serial 60", "a.xlsx", serial_60,
            ({"name": "Anna", "Day": date(1900, 2, 28), "Age": 60},
             {"name": "Ivan", "Day": date(1900, 3, 1), "Age": 61}),
            notices={"impossible_dates": {"count": 1, "cells": ["B2"]}}),
    OddFile("workbooks", "formulas without a value", "a.xlsx", without_value,
            ({"name": "Anna"}, {"name": "Ivan", "Sum": 2}),
            notices={"formulas_without_values": {"count": 1, "cells": ["B2"]}}),
    OddFile("workbooks", "#N/A", "a.xlsx", with_errors, ({"name": "Ivan", "notes": "fine"},),
            errors=[(2, "Notes", "spreadsheet_error")],
            notices={"spreadsheet_errors": {"count": 1, "cells": ["B2"]}}),
    OddFile("workbooks", "merged cells", "a.xlsx", merged, (ANNA, {"name": "Ivan"}),
            notices={"merged_cells": {"count": 1, "ranges": ["B2:B3"]}}),
    OddFile("workbooks", "hidden sheets", "a.xlsx", with_hidden_sheets, (ANNA,),
            notices={"hidden_sheets": {"sheets": ["Contacts"]}}),
    OddFile("workbooks", "hidden rows are off", "a.xlsx", with_hidden_rows, (ANNA,), notices=HIDDEN_ROW),
    OddFile("workbooks", "hidden rows on demand", "a.xlsx", with_hidden_rows,
            ({"name": "Secret", "city": "Riga"}, ANNA), reader=ReaderOptions(include_hidden=True)),
]  # fmt: skip


def test_no_row_of_the_specification_is_left_out() -> None:
    assert Counter(file.row for file in ODD_FILES) == {
        "encodings": 9,
        "mixed encodings": 2,
        "delimiters": 8,
        "unbalanced quote": 2,
        "sizes": 2,
        "short and long rows": 1,
        "headings": 6,
        "bombs": 5,
        "misnamed": 4,
        "protected, truncated, macros, links": 6,
        "workbooks": 8,
    }


def test_ten_thousand_rows_without_a_name_are_all_listed(
    local_workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "POOL_FROM", 20_000)  # in this process: that is not what is tested
    path = write_csv(tmp_path / "a.csv", ("Name", "City"), [("", "Riga")] * 10_000)
    plan = plan_here(local_workspace, path)
    assert [error.row for error in plan.errors()] == list(range(2, 10_002))
    assert plan.save_faulty(tmp_path / "faulty.csv", "Reason", lambda error: error.code) == 10_000
    assert run_import(local_workspace, plan, JobContext()).operation is None
    plan.discard()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name of a file is a text")
@pytest.mark.parametrize("name", [b"bad\xff.csv", b"bad\x01.csv"])
def test_the_name_of_a_file_is_kept_as_far_as_it_is_a_text(name: bytes, workspace: Workspace, tmp_path: Path) -> None:
    path = write_csv(tmp_path / os.fsdecode(name), ("Name",), [("Anna",)])
    assert import_here(workspace, path).created == 1
    with workspace.reading() as connection:
        [row] = dump(connection)["contact"]
    assert "bad\ufffd.csv" in row


@pytest.mark.parametrize("file", ODD_FILES, ids=str)
def test_an_odd_file(file: OddFile, local_workspace: Workspace, tmp_path: Path) -> None:
    file.check(local_workspace, tmp_path)
