"""What stands in an XLS workbook and does not reach the rows that calamine gives: hidden rows, errors, and the day that
never was, which comes as the one before.

The workbook is a stream of records (MS-XLS, BIFF8) in a compound file (MS-CFB). What cannot be followed is left out:
these facts are an addition to what calamine reads.
"""

import struct
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from ulkacrm_desktop.services.imports.readers.errors import ReadError
from ulkacrm_desktop.services.imports.readers.sheet_scan import (
    DATE_FORMATS,
    MAX_NAMED,
    SheetFacts,
    cell_reference,
    shows_a_day,
)

_HEADER: Final = 512
_LAST_SECTOR: Final = 0xFFFFFFFA  # from here on numbers are marks: free, end of chain …
_NAMES: Final = ("Workbook", "Book")
_MINI_LIMIT: Final = 4096

_BOF: Final = 0x0809
_EOF: Final = 0x000A
_FILE_PASS: Final = 0x002F
_SHEET: Final = 0x0085
_ROW: Final = 0x0208
_ROW_IS_HIDDEN: Final = 0x20
_BOOL_OR_ERROR: Final = 0x0205
_FORMULA: Final = 0x0006
_ERROR_RESULT: Final = 2
_NUMBER: Final = 0x0203
_SMALL_NUMBER: Final = 0x027E
_SMALL_NUMBERS: Final = 0x00BD
_COUNTS_FROM_1904: Final = 0x0022
_FORMAT: Final = 0x041E
_STYLE: Final = 0x00E0
_NEVER: Final = 60
"""The serial of 29 February 1900 (Lotus took that year for a leap year)."""

_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


# What an odd stream may raise on the way; calamine reads the file all the same, or says what is wrong with it.
_LOST: Final = (struct.error, IndexError, ValueError)


def workbook_stream(path: Path) -> bytes:
    """The records of a workbook, empty where they cannot be found. Raises `ReadError` ``password_protected``."""
    try:
        stream = _stream_of(path.read_bytes())
        for kind, _start, _size in _records(stream, 0):
            if kind == _FILE_PASS:
                raise ReadError("password_protected")
            if kind == _EOF:
                break
    except _LOST:
        return b""
    return stream


def scan_xls(stream: bytes, sheet: str) -> SheetFacts:
    """The hidden rows, errors and impossible dates of a sheet; nothing where the records cannot be followed."""
    facts = SheetFacts()
    with suppress(*_LOST):
        offset = _offset_of(stream, sheet)
        if offset is not None:
            _scan_records(stream, offset, facts, _date_styles(stream))
    return facts


def _scan_records(stream: bytes, offset: int, facts: SheetFacts, date_styles: Collection[int]) -> None:
    depth = 0
    for kind, start, size in _records(stream, offset):
        if kind == _BOF:
            depth += 1  # a chart in the sheet has records of its own
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth != 1:
            continue
        elif kind == _ROW:
            row, _, _, _, _, _, flags = struct.unpack_from("<7H", stream, start)
            if flags & _ROW_IS_HIDDEN:
                facts.hidden_rows.add(row)
        elif kind == _BOOL_OR_ERROR and size >= 8 and stream[start + 7] == 1:
            _note_error(facts, stream, start, stream[start + 6])
        elif kind == _FORMULA and stream[start + 12 : start + 14] == b"\xff\xff" and stream[start + 6] == _ERROR_RESULT:
            _note_error(facts, stream, start, stream[start + 8])
        elif date_styles and kind in (_NUMBER, _SMALL_NUMBER, _SMALL_NUMBERS, _FORMULA):
            for row, column, style, number in _numbers(stream, kind, start, size):
                if number // 1 == _NEVER and style in date_styles:
                    facts.impossible_count += 1
                    if len(facts.impossible) < MAX_NAMED:
                        facts.impossible.append(cell_reference(row, column))


def _numbers(stream: bytes, kind: int, start: int, size: int) -> Iterator[tuple[int, int, int, float]]:
    """Row, column, style and number of each cell of a record."""
    row, column, style = struct.unpack_from("<HHH", stream, start)
    if kind in (_NUMBER, _FORMULA):
        yield row, column, style, struct.unpack_from("<d", stream, start + 6)[0]
        return
    # One cell, or some side by side with the number of the last column behind them.
    for place in range(start + 4, start + size - 5, 6):
        style, packed = struct.unpack_from("<HI", stream, place)
        yield row, column, style, _unpacked(packed)
        column += 1


def _unpacked(packed: int) -> float:
    """The number of a cell that takes 30 bits (MS-XLS, RkNumber)."""
    if packed & 2:
        number = float((packed ^ 0x80000000) - 0x80000000 >> 2)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return number / 100 if packed & 1 else number


def _date_styles(stream: bytes) -> frozenset[int]:
    """The numbers of the styles that show a number as a day since 1900."""
    formats, styles = set(DATE_FORMATS), []
    for kind, start, size in _records(stream, 0):
        if kind == _EOF:
            break
        if kind == _COUNTS_FROM_1904 and stream[start : start + size] == b"\1\0":
            return frozenset()
        if kind == _FORMAT:
            (number,) = struct.unpack_from("<H", stream, start)
            if shows_a_day(_text(stream, start + 4, start + size)):
                formats.add(number)
        elif kind == _STYLE:
            styles.append(struct.unpack_from("<H", stream, start + 2)[0])
    return frozenset(number for number, format_ in enumerate(styles) if format_ in formats)


def _text(stream: bytes, start: int, end: int) -> str:
    """A text that begins with the flag of wide characters."""
    return stream[start + 1 : end].decode("utf-16-le" if stream[start] & 1 else "latin-1", "replace")


def _note_error(facts: SheetFacts, stream: bytes, start: int, code: int) -> None:
    row, column = struct.unpack_from("<HH", stream, start)
    facts.error_count += 1
    if len(facts.errors) < MAX_NAMED:
        facts.errors.append(cell_reference(row, column))
    facts.corrections.setdefault(row, {})[column] = _ERRORS.get(code, "#N/A")


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place of the data and size of each record."""
    while offset + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, offset)
        yield kind, offset + 4, size
        offset += 4 + size


def _offset_of(stream: bytes, sheet: str) -> int | None:
    for kind, start, size in _records(stream, 0):
        if kind == _EOF:
            return None
        if kind == _SHEET:
            (offset,) = struct.unpack_from("<I", stream, start)
            if _text(stream, start + 7, start + size) == sheet:
                return int(offset)
    return None


def _stream_of(data: bytes) -> bytes:
    """The stream of the workbook in a compound file."""
    (sector_shift,) = struct.unpack_from("<H", data, 30)
    size = 1 << sector_shift
    directory_start, difat_start = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 68)[0]
    tables = list(struct.unpack_from("<109I", data, 76))
    while difat_start < _LAST_SECTOR and len(tables) * size <= 4 * len(data):
        *more, difat_start = struct.unpack_from(f"<{size // 4}I", data, _HEADER + difat_start * size)
        tables += more
    fat: list[int] = []
    for table in tables:
        if table < _LAST_SECTOR:
            fat += struct.unpack_from(f"<{size // 4}I", data, _HEADER + table * size)
    directory = _chain(data, fat, directory_start, size)
    for start in range(0, len(directory) - 127, 128):
        (length,) = struct.unpack_from("<H", directory, start + 64)
        name = directory[start : start + max(length - 2, 0)].decode("utf-16-le", "replace")
        first, stream_size = struct.unpack_from("<II", directory, start + 116)
        if name in _NAMES and stream_size >= _MINI_LIMIT:
            return _chain(data, fat, first, size)[:stream_size]
    return b""


def _chain(data: bytes, fat: list[int], sector: int, size: int) -> bytes:
    pieces: list[bytes] = []
    while sector < _LAST_SECTOR and len(pieces) <= len(fat):
        start = _HEADER + sector * size
        pieces.append(data[start : start + size])
        sector = fat[sector]
    return b"".join(pieces)
