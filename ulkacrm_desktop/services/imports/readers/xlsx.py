"""XLSX workbooks: looked through as XML (`sheet_scan`), then read by calamine."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from posixpath import join, normpath
from typing import Final

from ulkacrm_desktop.services.imports.readers.archive import blocks, check_part, opened_archive, read_xml
from ulkacrm_desktop.services.imports.readers.errors import ReadError
from ulkacrm_desktop.services.imports.readers.model import Notice, ReaderOptions, Sheet, SourceRow
from ulkacrm_desktop.services.imports.readers.sheet_scan import DATE_FORMATS, scan_sheet, shows_a_day
from ulkacrm_desktop.services.imports.readers.workbooks import (
    HEAD_ROWS,
    WorkbookLook,
    chosen_sheet,
    numbered_rows,
    opened_workbook,
    sheet_named,
)

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STYLES: Final = "xl/styles.xml"
_RELATION_IDS: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_ROW_END: Final = b"row>"
_PIECE: Final = 4 * 1024**2
_SHORT_SHEET: Final = 2 * 1024**2
_LOOKED_THROUGH: Final = 24 * 1024**2
"""So much of the XML of a sheet is looked through before it is shown; all of it before it is read."""

_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\b[^>]*\bref=["'](?:[A-Z]+\d+:)?[A-Z]+(\d+)["']""")
_SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*>")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_NOT_NEEDED = re.compile(r"xl/(?:worksheets|media|drawings|charts|externalLinks|printerSettings)/|xl/vbaProject\.bin")


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    hidden: bool
    path: str


def look_at_xlsx(path: Path, options: ReaderOptions) -> WorkbookLook:
    """The sheets of a workbook and the first rows of one. Raises `ReadError`."""
    with opened_archive(path) as archive:
        parts, date_1904 = _sheets(archive)
        sheets = [Sheet(part.name, part.hidden, _declared_rows(archive, part.path)) for part in parts]
        chosen = chosen_sheet(sheets, options.sheet)
        part = next(part for part in parts if part.name == chosen)
        size = archive.getinfo(part.path).file_size
        with closing(blocks(archive, part.path, _ROW_END, _PIECE)) as pieces:
            styles = () if date_1904 else _date_styles(archive)
            facts = scan_sheet(islice(pieces, _LOOKED_THROUGH // _PIECE), chosen, date_styles=styles)
        head = _head_of_workbook(archive, part.path, size)
        notices = facts.notices(include_hidden=options.include_hidden) + _package_notices(archive.namelist())
    sheet = sheet_named(opened_workbook(BytesIO(head)), chosen)
    rows = list(islice(numbered_rows(sheet, facts, include_hidden=options.include_hidden), HEAD_ROWS))
    declared = next(entry.rows for entry in sheets if entry.name == chosen)
    return WorkbookLook(sheets, chosen, rows, max(declared, len(rows)), notices)


def read_xlsx(path: Path, options: ReaderOptions, size: int) -> Iterator[list[SourceRow]]:
    """All rows of the sheet that ``options`` name, in chunks. Raises `ReadError`."""
    with opened_archive(path) as archive:
        parts, _date_1904 = _sheets(archive)
        sheets = [Sheet(part.name, part.hidden, 0) for part in parts]
        chosen = chosen_sheet(sheets, options.sheet)
        part = next(part for part in parts if part.name == chosen)
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")) and not _NOT_NEEDED.match(name):
                check_part(archive, name)
        with closing(blocks(archive, part.path, _ROW_END, _PIECE)) as pieces:
            facts = scan_sheet(pieces, chosen, date_styles=())
    sheet = sheet_named(opened_workbook(path), chosen)
    rows = numbered_rows(sheet, facts, include_hidden=options.include_hidden)
    while chunk := list(islice(rows, size)):
        yield chunk


def _package_notices(names: list[str]) -> list[Notice]:
    """What of a workbook is left alone: macros and links to other files."""
    notices = []
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        notices.append(Notice("macros_ignored"))
    if any("externallinks/" in name.lower() for name in names):
        notices.append(Notice("links_ignored"))
    return notices


def _sheets(archive: zipfile.ZipFile) -> tuple[list[_Part], bool]:
    """The work sheets in the order of the workbook, and whether its dates count from 1904."""
    workbook = read_xml(archive, _WORKBOOK)
    targets = {}
    for relation in read_xml(archive, _RELATIONS):
        if relation.get("Type", "").endswith("/worksheet") and relation.get("TargetMode") != "External":
            target = relation.get("Target", "")
            targets[relation.get("Id")] = target[1:] if target.startswith("/") else normpath(join("xl", target))
    names = set(archive.namelist())
    parts = []
    date_1904 = False
    for element in workbook.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "workbookPr":
            date_1904 = element.get("date1904", "") in ("1", "true")
        elif tag == "sheet":
            target = next((targets[key] for name in _RELATION_IDS if (key := element.get(name)) in targets), "")
            if target in names:
                parts.append(_Part(element.get("name", ""), element.get("state", "visible") != "visible", target))
    if not parts:
        raise ReadError("no_sheets")
    return parts, date_1904


def _date_styles(archive: zipfile.ZipFile) -> frozenset[bytes]:
    """The numbers of the cell styles that show a number as a day."""
    try:
        root = read_xml(archive, _STYLES)
    except ReadError:
        return frozenset()  # missing, or odd: of that calamine judges
    formats, styles = set(map(str, DATE_FORMATS)), []
    for element in root:
        tag = element.tag.rpartition("}")[2]
        if tag == "numFmts":
            for entry in element:
                if shows_a_day(entry.get("formatCode", "")):
                    formats.add(entry.get("numFmtId", ""))
        elif tag == "cellXfs":
            styles = [entry.get("numFmtId") for entry in element]
    return frozenset(str(number).encode() for number, format_ in enumerate(styles) if format_ in formats)


def _declared_rows(archive: zipfile.ZipFile, name: str) -> int:
    """How many rows the sheet says it has, at least 1 where it has any and does not say."""
    with archive.open(name) as part:
        head = part.read(16 * 1024)
    if not _ROW.search(head):
        return 0
    dimension = _DIMENSION.search(head)
    return int(dimension[1]) if dimension else 1


def _head_of_workbook(archive: zipfile.ZipFile, sheet: str, size: int) -> bytes:
    """A workbook of the same parts with the first rows of one sheet only: to show them takes no time then."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as copy:
        for name in archive.namelist():
            if name == sheet:
                copy.writestr(name, archive.read(name) if size <= _SHORT_SHEET else _first_rows(archive, name))
            elif not _NOT_NEEDED.match(name):
                if name.endswith((".xml", ".rels")):
                    check_part(archive, name)
                copy.writestr(name, archive.read(name))
    return made.getvalue()


def _first_rows(archive: zipfile.ZipFile, name: str) -> bytes:
    with closing(blocks(archive, name, _ROW_END, _SHORT_SHEET)) as pieces:
        piece = next(pieces)
    rows = list(islice(_ROW.finditer(piece), HEAD_ROWS + 1))
    if len(rows) > HEAD_ROWS:
        piece = piece[: rows[-1].start()]
    opening = _SHEET_DATA.search(piece)
    prefix = opening[1] if opening else b""
    return piece + b"</" + prefix + b"sheetData></" + prefix + b"worksheet>"
