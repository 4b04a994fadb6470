"""Makers of workbooks as tests need them: XLSX with parts changed, XLS and ODS byte by byte, compound files."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xlsx(path: Path, fill: Callable[[Any, Any], None], **options: object) -> Path:
    """A workbook whose first sheet ``fill(workbook, sheet)`` writes."""
    with xlsxwriter.Workbook(path, options) as workbook:
        fill(workbook, workbook.add_worksheet("Contacts"))
    return path


def xlsx_of(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A workbook of one sheet with these rows."""

    def fill(_workbook: Any, sheet: Any) -> None:
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return xlsx(path, fill)


def changed(path: Path, parts: Mapping[str, Callable[[bytes], bytes]] | None = None, **added: bytes) -> Path:
    """The archive with some parts changed and others added (``a__b`` stands for ``a/b``)."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, (parts or {}).get(name, lambda same: same)(data))
        for name, data in added.items():
            target.writestr(name.replace("__", "/"), data)
    path.write_bytes(made.getvalue())
    return path


SHEET = "xl/worksheets/sheet1.xml"


def in_sheet(path: Path, old: str, new: str) -> Path:
    """The workbook with a piece of its first sheet replaced; the piece must be there."""

    def replace(data: bytes) -> bytes:
        assert old.encode() in data, data
        return data.replace(old.encode(), new.encode())

    return changed(path, {SHEET: replace})


def ods(path: Path, tables: str, **added: bytes) -> Path:
    """A workbook whose tables are given as XML."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3">'
        '<office:automatic-styles><style:style style:name="hid" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    parts = {"content__xml": content.encode(), "META-INF__manifest__xml": manifest.encode(), **added}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        for name, data in parts.items():
            archive.writestr(name.replace("__xml", ".xml").replace("__", "/"), data)
    return path


def ods_table(name: str, rows: Sequence[str], attributes: str = "") -> str:
    """A table of rows that are given as XML."""
    return f"<table:table table:name={quoteattr(name)} {attributes}>{''.join(rows)}</table:table>"


def ods_row(*cells: str | float, attributes: str = "") -> str:
    """A row of texts, numbers and (texts that begin with <) cells in XML."""
    return f"<table:table-row {attributes}>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(cell: str | float) -> str:
    if isinstance(cell, str):
        if cell.startswith("<"):
            return cell
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    )


def xls(
    path: Path,
    rows: Sequence[Sequence[str | float | bytes | tuple[float, int]]],
    *,
    protected: bool = False,
    hidden: Sequence[int] = (),
    formats: Sequence[int | str] = (),
    date_1904: bool = False,
) -> Path:
    """A workbook of Excel 97 (BIFF8) with one sheet of texts, numbers and (as bytes) codes of errors.

    A pair is a number with its place in ``formats``, which are numbers of built-in ones and codes. Whole ones are
    packed into 30 bits, those side by side into one record.
    """
    name = "Лист1".encode("utf-16-le")
    sheet = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row in hidden:
        sheet += _biff(0x0208, struct.pack("<HHHHHHHH", row, 0, 9, 300, 0, 0, 0x0120, 15))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(cell, tuple):
                number, style = cell
                if number % 1:
                    sheet += _biff(0x0203, struct.pack("<HHHd", row, column, style, number))
                elif column == 0 or not _is_packed(cells[column - 1]):
                    sheet += _packed(row, column, list(takewhile(_is_packed, cells[column:])))
            elif isinstance(cell, str):
                text = cell.encode("utf-16-le")
                sheet += _biff(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)
            elif isinstance(cell, bytes):
                sheet += _biff(0x0205, place + cell + b"\x01")
            else:
                sheet += _biff(0x0203, place + struct.pack("<d", cell))
    sheet += _biff(0x000A, b"")
    start = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    if protected:
        start += _biff(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    start += _biff(0x0042, struct.pack("<H", 1200))
    if date_1904:
        start += _biff(0x0022, b"\1\0")
    for number, format_ in enumerate(formats, 164):
        if isinstance(format_, str):
            start += _biff(0x041E, struct.pack("<HHB", number, len(format_), 0) + format_.encode("latin-1"))
    for number, format_ in enumerate(formats, 164):
        known = number if isinstance(format_, str) else format_
        start += _biff(0x00E0, struct.pack("<HHH", 0, known, 1) + bytes(14))
    end = _biff(0x000A, b"")
    offset = len(start) + 4 + 8 + len(name) + len(end)
    listed = _biff(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(name) // 2, 1) + name)
    path.write_bytes(compound({"Workbook": start + listed + end + sheet}))
    return path


def _is_packed(cell: object) -> bool:
    return isinstance(cell, tuple) and not cell[0] % 1


def _packed(row: int, column: int, cells: Sequence[Any]) -> bytes:
    values = b"".join(struct.pack("<HI", style, int(number) << 2 | 2) for number, style in cells)
    place = struct.pack("<HH", row, column)
    if len(cells) == 1:
        return _biff(0x027E, place + values)
    return _biff(0x00BD, place + values + struct.pack("<H", column + len(cells) - 1))


def _biff(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (OLE) of some streams, each at least one full sector beyond the mini stream's limit."""
    padded = {
        name: data + bytes(-len(data) % SECTOR) + bytes(max(0, 4096 - len(data))) for name, data in streams.items()
    }
    padded = {name: data + bytes(-len(data) % SECTOR) for name, data in padded.items()}
    directory_sectors = (len(streams) + 1 + 3) // 4
    count = directory_sectors + sum(len(data) // SECTOR for data in padded.values())
    fat_sectors = 1
    while fat_sectors * 128 < count + fat_sectors:
        fat_sectors += 1
    assert fat_sectors <= 109, "more than the header lists"
    fat = [FAT] * fat_sectors
    starts = {}
    for name, size in [("", directory_sectors), *((name, len(data) // SECTOR) for name, data in padded.items())]:
        starts[name] = len(fat)
        fat += [*range(len(fat) + 1, len(fat) + size), END]
    fat += [FREE] * (fat_sectors * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, starts[""], 0, 4096, END, 0, END, 0)
    header += b"".join(struct.pack("<I", number if number < fat_sectors else FREE) for number in range(109))
    entries = [_entry("Root Entry", 5, 1 if streams else FREE, END, 0)]
    names = list(padded)
    for number, name in enumerate(names):
        following = number + 2 if number + 1 < len(names) else FREE
        entries.append(_entry(name, 2, FREE, starts[name], len(padded[name]), right=following))
    directory = b"".join(entries) + bytes(directory_sectors * SECTOR - 128 * len(entries))
    body = b"".join(struct.pack("<I", entry) for entry in fat) + directory + b"".join(padded.values())
    return header + body


def _entry(name: str, kind: int, child: int, start: int, size: int, right: int = FREE) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    entry = encoded + bytes(64 - len(encoded)) + struct.pack("<HBB", len(encoded), kind, 1)
    entry += struct.pack("<III", FREE, right, child) + bytes(16 + 4 + 16)
    return entry + struct.pack("<IQ", start, size)
