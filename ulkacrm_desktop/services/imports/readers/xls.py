"""XLS workbooks (Excel 97 to 2003).

A sheet of this kind has at most 65,536 rows of 256 columns, so that no cell of it is too far away.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ulkacrm_desktop.services.imports.readers.model import Notice, ReaderOptions, Sheet, SourceRow
from ulkacrm_desktop.services.imports.readers.sheet_scan import MAX_NAMED, cell_reference
from ulkacrm_desktop.services.imports.readers.workbooks import (
    HEAD_ROWS,
    WorkbookLook,
    chosen_sheet,
    numbered_rows,
    opened_workbook,
    row_count,
    sheet_named,
    sheets_of,
)
from ulkacrm_desktop.services.imports.readers.xls_scan import scan_xls, workbook_stream


def look_at_xls(path: Path, options: ReaderOptions) -> WorkbookLook:
    """The sheets of a workbook and the first rows of one. Raises `ReadError`."""
    stream = workbook_stream(path)
    workbook = opened_workbook(path)
    sheets = [
        Sheet(sheet.name, sheet.hidden, row_count(sheet_named(workbook, sheet.name))) for sheet in sheets_of(workbook)
    ]
    chosen = chosen_sheet(sheets, options.sheet)
    sheet = sheet_named(workbook, chosen)
    facts = scan_xls(stream, chosen)
    rows = list(islice(numbered_rows(sheet, facts, include_hidden=options.include_hidden), HEAD_ROWS))
    notices = facts.notices(include_hidden=options.include_hidden)
    if merged := sheet.merged_cell_ranges:
        ranges = [f"{cell_reference(*first)}:{cell_reference(*last)}" for first, last in merged[:MAX_NAMED]]
        notices.append(Notice("merged_cells", {"count": len(merged), "ranges": ranges}))
    return WorkbookLook(sheets, chosen, rows, row_count(sheet), notices)


def read_xls(path: Path, options: ReaderOptions, size: int) -> Iterator[list[SourceRow]]:
    """All rows of the sheet that ``options`` name, in chunks. Raises `ReadError`."""
    stream = workbook_stream(path)
    workbook = opened_workbook(path)
    chosen = chosen_sheet(sheets_of(workbook), options.sheet)
    facts = scan_xls(stream, chosen)
    rows = numbered_rows(sheet_named(workbook, chosen), facts, include_hidden=options.include_hidden)
    while chunk := list(islice(rows, size)):
        yield chunk
