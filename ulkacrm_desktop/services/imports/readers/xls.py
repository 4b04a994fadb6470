"""XLS workbooks (Excel 97 to 2003).

A sheet of this kind has at most 65,536 rows of 256 columns, so that no cell of it is too far away. Which of its rows
are hidden cannot be told: calamine does not say.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ulkacrm_desktop.services.imports.readers.model import Notice, ReaderOptions, Sheet, SourceRow
from ulkacrm_desktop.services.imports.readers.sheet_scan import MAX_NAMED, SheetFacts, cell_reference
from ulkacrm_desktop.services.imports.readers.workbooks import (
    HEAD_ROWS,
    WorkbookLook,
    chosen_sheet,
    numbered_rows,
    opened_workbook,
    sheet_named,
    sheets_of,
)


def look_at_xls(path: Path, options: ReaderOptions) -> WorkbookLook:
    """The sheets of a workbook and the first rows of one. Raises `ReadError`."""
    workbook = opened_workbook(path)
    sheets = [
        Sheet(sheet.name, sheet.hidden, sheet_named(workbook, sheet.name).total_height) for sheet in sheets_of(workbook)
    ]
    chosen = chosen_sheet(sheets, options.sheet)
    sheet = sheet_named(workbook, chosen)
    rows = list(islice(numbered_rows(sheet, SheetFacts(), include_hidden=True), HEAD_ROWS))
    notices = []
    if merged := sheet.merged_cell_ranges:
        ranges = [f"{cell_reference(*first)}:{cell_reference(*last)}" for first, last in merged[:MAX_NAMED]]
        notices.append(Notice("merged_cells", {"count": len(merged), "ranges": ranges}))
    return WorkbookLook(sheets, chosen, rows, sheet.total_height, notices)


def read_xls(path: Path, options: ReaderOptions, size: int) -> Iterator[list[SourceRow]]:
    """All rows of the sheet that ``options`` name, in chunks. Raises `ReadError`."""
    workbook = opened_workbook(path)
    sheet = sheet_named(workbook, chosen_sheet(sheets_of(workbook), options.sheet))
    rows = numbered_rows(sheet, SheetFacts(), include_hidden=True)
    while chunk := list(islice(rows, size)):
        yield chunk
