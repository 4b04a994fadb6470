"""Faulty rows saved to a file of their own, to be mended in a spreadsheet and imported again."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from ulkacrm_desktop.services.exports.target_file import appearing
from ulkacrm_desktop.services.spreadsheet_safety import guard_cell


def write_faulty_rows(path: Path, headings: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]) -> int:
    """Write (cells, reasons) under the headings of the file, reasons last; answers how many rows.

    XLSX by its ending, CSV otherwise. Raises ExpectedError where the file cannot be written.
    """
    with appearing(path) as fresh:
        if path.suffix.casefold() == ".xlsx":
            return _write_workbook(fresh, headings, rows)
        with fresh.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headings)
            count = 0
            for count, (cells, reason) in enumerate(rows, 1):  # noqa: B007 - the count is the answer
                writer.writerow([*map(guard_cell, cells), reason])
            return count


def _write_workbook(path: Path, headings: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]) -> int:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        sheet.freeze_panes(1, 0)
        count = 0
        for count, (cells, reason) in enumerate(rows, 1):
            for column, cell in enumerate((*cells, reason)):
                sheet.write_string(count, column, cell[:32_767])
        return count
