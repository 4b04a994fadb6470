"""ODS workbooks: looked through as XML, then read by calamine.

A row or cell may be repeated by a number in its tag: a few bytes can stand for billions of cells.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice, pairwise
from pathlib import Path
from typing import Final

from ulkacrm_desktop.services.imports.readers.archive import opened_archive, read_xml, refuse_entities
from ulkacrm_desktop.services.imports.readers.errors import ReadError
from ulkacrm_desktop.services.imports.readers.model import ReaderOptions, Sheet, SourceRow
from ulkacrm_desktop.services.imports.readers.sheet_scan import MAX_NAMED, SheetFacts, cell_reference, refuse_area
from ulkacrm_desktop.services.imports.readers.workbooks import (
    HEAD_ROWS,
    WorkbookLook,
    chosen_sheet,
    numbered_rows,
    opened_workbook,
    sheet_named,
    sheets_of,
    within_limits,
)

_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_MAX_CONTENT: Final = 512 * 1024**2

_TABLE = re.compile(rb"<table:table(?=[\s/>])([^>]*)>")
_NAME = re.compile(rb"""\btable:name=["']([^"']*)["']""")
_ROW = re.compile(rb"<table:table-row(?=[\s/>])([^>]*)>")
_ROWS_REPEATED = re.compile(rb"""number-rows-repeated=["'](\d+)["']""")
_COLUMNS_REPEATED = re.compile(rb"""number-columns-repeated=["'](\d+)["']""")
_INVISIBLE = re.compile(rb"""table:visibility=["'](?:collapse|filter)["']""")
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
_SPANNED = re.compile(rb"""number-(?:columns|rows)-spanned=["'](?!1["'])\d+["']""")
_ERROR = re.compile(rb"""calcext:value-type=["']error["']""")
_TEXT = re.compile(rb"<text:p[^>]*>([^<]*)</text:p>")
_VALUE: Final = b"office:value-type="
_FORMULA: Final = b"table:formula="


def look_at_ods(path: Path, options: ReaderOptions) -> WorkbookLook:
    """The sheets of a workbook and the first rows of one. Raises `ReadError`."""
    scanned = _scan(path)
    workbook = opened_workbook(path)
    sheets = [
        Sheet(sheet.name, sheet.hidden, scanned[sheet.name].rows if sheet.name in scanned else 0)
        for sheet in sheets_of(workbook)
    ]
    chosen = chosen_sheet(sheets, options.sheet)
    facts = scanned.get(chosen, SheetFacts())
    rows = numbered_rows(sheet_named(workbook, chosen), facts, include_hidden=options.include_hidden)
    head = list(islice(within_limits(rows), HEAD_ROWS))
    return WorkbookLook(sheets, chosen, head, facts.rows, facts.notices(include_hidden=options.include_hidden))


def read_ods(path: Path, options: ReaderOptions, size: int) -> Iterator[list[SourceRow]]:
    """All rows of the sheet that ``options`` name, in chunks. Raises `ReadError`."""
    scanned = _scan(path)
    workbook = opened_workbook(path)
    chosen = chosen_sheet(sheets_of(workbook), options.sheet)
    facts = scanned.get(chosen, SheetFacts())
    rows = within_limits(numbered_rows(sheet_named(workbook, chosen), facts, include_hidden=options.include_hidden))
    while chunk := list(islice(rows, size)):
        yield chunk


def _scan(path: Path) -> dict[str, SheetFacts]:
    """The facts of every sheet by its name. Raises `ReadError`."""
    with opened_archive(path) as archive:
        names = archive.namelist()
        if _CONTENT not in names:
            raise ReadError("file_damaged", detail=_CONTENT)
        if _MANIFEST in names and any(
            element.tag.endswith("encryption-data") for element in read_xml(archive, _MANIFEST).iter()
        ):
            raise ReadError("password_protected")
        if archive.getinfo(_CONTENT).file_size > _MAX_CONTENT:
            raise ReadError("unsafe_archive", size=archive.getinfo(_CONTENT).file_size, limit=_MAX_CONTENT)
        content = archive.read(_CONTENT)
    refuse_entities(content[: 64 * 1024], _CONTENT)
    tables = list(_TABLE.finditer(content))
    ends = [*(table.start() for table in tables[1:]), len(content)]
    scanned = {}
    for table, end in zip(tables, ends, strict=True):
        named = _NAME.search(table[1])
        name = unescape(named[1].decode("utf-8", "replace")) if named else ""
        scanned[name] = _scan_table(content, table.end(), end, name)
    return scanned


def _scan_table(content: bytes, start: int, end: int, sheet: str) -> SheetFacts:
    facts = SheetFacts()
    row = 0
    matches = list(_ROW.finditer(content, start, end))
    bounds = [match.start() for match in matches] + [end]
    for match, (begin, finish) in zip(matches, pairwise(bounds), strict=True):
        attributes = match[1]
        repeated = _ROWS_REPEATED.search(attributes)
        count = int(repeated[1]) if repeated else 1
        cells = content[begin:finish]
        if _VALUE in cells or b"<text:p" in cells:
            width = _look_at_cells(facts, cells, row)
            facts.rows = row + count
            facts.columns = max(facts.columns, width)
            refuse_area(facts.rows, facts.columns, sheet, cell_reference(facts.rows - 1, facts.columns - 1))
            if _INVISIBLE.search(attributes):
                facts.hidden_rows.update(range(row, row + count))
        row += count
    return facts


def _look_at_cells(facts: SheetFacts, cells: bytes, row: int) -> int:
    """Note what is odd in the cells of a row and give how many columns it fills."""
    odd = _ERROR.search(cells) or _FORMULA in cells or b"-spanned=" in cells
    if not odd and b"number-columns-repeated" not in cells:
        return cells.count(b"<table:table-cell") + cells.count(b"<table:covered-table-cell")
    column = filled = 0
    matches = list(_CELL.finditer(cells))
    bounds = [match.start() for match in matches] + [len(cells)]
    for match, (begin, finish) in zip(matches, pairwise(bounds), strict=True):
        attributes = match[1]
        repeated = _COLUMNS_REPEATED.search(attributes)
        count = int(repeated[1]) if repeated else 1
        if _VALUE in attributes or (not match[2] and b"<text:p" in cells[begin:finish]):
            filled = column + count
        if odd:
            _note(facts, attributes, cells[begin:finish], row, column)
        column += count
    return filled


def _note(facts: SheetFacts, attributes: bytes, cell: bytes, row: int, column: int) -> None:
    place = cell_reference(row, column)
    if _SPANNED.search(attributes):
        facts.merged_count += 1
        facts.merged += [place][: MAX_NAMED - len(facts.merged)]
    if _ERROR.search(attributes):
        facts.error_count += 1
        facts.errors += [place][: MAX_NAMED - len(facts.errors)]
        if text := _TEXT.search(cell):
            facts.corrections.setdefault(row, {})[column] = unescape(text[1].decode("utf-8", "replace"))
    elif _FORMULA in attributes and _VALUE not in attributes:
        facts.uncached_count += 1
        facts.uncached += [place][: MAX_NAMED - len(facts.uncached)]
