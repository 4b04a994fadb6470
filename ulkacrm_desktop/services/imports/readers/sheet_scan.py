"""What stands in the XML of a sheet of an XLSX workbook and does not reach the rows that calamine gives.

Errors and formulas without a value come from it as empty cells, hidden rows like any other, the day that never was as
the one before; and one cell far away makes it ask for more memory than there is, which ends the process. So the XML
is looked through first, with patterns over pieces of it: parsing it would take ten times as long.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from ulkacrm_desktop.services.imports.readers.archive import refuse_entities
from ulkacrm_desktop.services.imports.readers.errors import ReadError
from ulkacrm_desktop.services.imports.readers.model import Notice

MAX_AREA: Final = 30_000_000
"""Cells of the rectangle that holds all values of a sheet: a million rows of 28 columns."""

MAX_ROWS: Final = 2**20  # of Excel and LibreOffice
MAX_NAMED: Final = 50
_MAX_CORRECTIONS: Final = 200_000

DATE_FORMATS: Final = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
"""The numbers of built-in formats that show a day (ECMA-376, part 1, 18.8.30; MS-XLS has the same)."""

_DAY_OR_YEAR = re.compile(r"[dy]", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb"""\br=["'](\d+)["']""")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_FAR_CELL = re.compile(rb"""r=["']([A-Za-z]{2,}\d+)["'](?![^<>]*/>)""")
_ANY_CELL = re.compile(rb"""r=["']([A-Za-z]+\d+)["'](?![^<>]*/>)""")
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\b(?=[^>]*\bt=["']e["'])[^>]*\br=["']([A-Za-z]+\d+)["'][^>]*>(?:(?!</?(?:\w+:)?c\b).)*?"""
    rb"""<(?:\w+:)?v>([^<]*)</(?:\w+:)?v>""",
    re.DOTALL,
)
_SIXTY_VALUE = re.compile(rb"""v>60(?:\.\d+)?</""")
_SIXTY = re.compile(rb"""<(?:\w+:)?c\b([^>]*)><(?:\w+:)?v>60(?:\.\d+)?</""")
_STYLE = re.compile(rb"""\bs=["'](\d+)["']""")
_UNCACHED = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_REFERENCE = re.compile(rb"""\br=["']([A-Za-z]+\d+)["']""")
_TEXT_RESULT = re.compile(rb"""\bt=["']str["']""")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*\bref=["']([^"']+)["']""")
_CELL = re.compile(rb"([A-Za-z]+)(\d+)")


@dataclass(slots=True)
class SheetFacts:
    """What was found. Rows and columns count from 0, references are as in ``B7``.

    ``corrections``: the errors that cells show, for which calamine gives ''. ``impossible``: dates with the serial 60
    of workbooks that count from 1900, Lotus' 29 February 1900; calamine gives the 28th, as LibreOffice does.
    """

    rows: int = 0
    columns: int = 1
    farthest: str = "A1"
    hidden_rows: set[int] = field(default_factory=set)
    corrections: dict[int, dict[int, str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    error_count: int = 0
    uncached: list[str] = field(default_factory=list)
    uncached_count: int = 0
    merged: list[str] = field(default_factory=list)
    merged_count: int = 0
    impossible: list[str] = field(default_factory=list)
    impossible_count: int = 0

    def notices(self, *, include_hidden: bool) -> list[Notice]:
        """What the user should know."""
        found = []
        if self.hidden_rows and not include_hidden:
            rows = [row + 1 for row in sorted(self.hidden_rows)[:MAX_NAMED]]
            found.append(Notice("hidden_rows", {"count": len(self.hidden_rows), "rows": rows}))
        if self.merged_count:
            found.append(Notice("merged_cells", {"count": self.merged_count, "ranges": self.merged}))
        if self.error_count:
            found.append(Notice("spreadsheet_errors", {"count": self.error_count, "cells": self.errors}))
        if self.uncached_count:
            found.append(Notice("formulas_without_values", {"count": self.uncached_count, "cells": self.uncached}))
        if self.impossible_count:
            found.append(Notice("impossible_dates", {"count": self.impossible_count, "cells": self.impossible}))
        return found


def scan_sheet(pieces: Iterable[bytes], sheet: str, *, date_styles: Collection[bytes]) -> SheetFacts:
    """Look through the XML of a sheet, given in pieces that end after a row.

    ``date_styles`` are the numbers of the styles that show a number as a day since 1900. Raises `ReadError`
    ``sheet_too_large``, ``unsafe_xml``.
    """
    facts = SheetFacts()
    for piece in pieces:
        refuse_entities(piece, sheet)
        _measure(facts, piece, sheet)
        if b't="e"' in piece or b"t='e'" in piece:
            _note_errors(facts, piece)
        if date_styles and b">60" in piece:
            _note_impossible(facts, piece, date_styles)
        if b"<f" in piece or b":f" in piece:
            _note_uncached(facts, piece)
        if b"mergeCell" in piece:
            merged = [match[1].decode("ascii", "replace") for match in _MERGED.finditer(piece)]
            facts.merged_count += len(merged)
            facts.merged += merged[: MAX_NAMED - len(facts.merged)]
    return facts


def shows_a_day(format_code: str) -> bool:
    """Whether a format of numbers shows them as days."""
    return _DAY_OR_YEAR.search(_LITERAL.sub("", format_code)) is not None


def cell_position(reference: bytes) -> tuple[int, int]:
    """Row and column, from 0, of a reference like ``B7``."""
    match = _CELL.fullmatch(reference)
    if match is None:
        return 0, 0
    column = 0
    for letter in match[1].upper():
        column = column * 26 + letter - 64
    return int(match[2]) - 1, column - 1


def cell_reference(row: int, column: int) -> str:
    """The reference of a cell, such as ``B7``, from its row and column, which count from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def refuse_area(rows: int, columns: int, sheet: str, farthest: str) -> None:
    """Refuse a sheet whose values span too much: `ReadError` ``sheet_too_large``."""
    if rows * columns > MAX_AREA or rows > MAX_ROWS:
        raise ReadError("sheet_too_large", sheet=sheet, cell=farthest)


def _measure(facts: SheetFacts, piece: bytes, sheet: str) -> None:
    rows = facts.rows
    numbers = _plain_row_numbers(piece)
    if numbers:
        rows = max(rows, *numbers)
    for match in () if numbers else _ROW.finditer(piece):
        attributes = match[1]
        number = _NUMBER.search(attributes)
        row = int(number[1]) if number else rows + 1
        rows = max(rows, row)
        if b"hidden" in attributes and _HIDDEN.search(attributes):
            facts.hidden_rows.add(row - 1)
    columns = max((cell_position(cell)[1] + 1 for cell in _FAR_CELL.findall(piece)), default=26)
    columns = max(columns, facts.columns)
    if rows * columns > MAX_AREA:
        # Rows and columns that are merely coloured reach to the end of the sheet: only values count.
        for cell in _ANY_CELL.findall(piece):
            row, column = cell_position(cell)
            if (row + 1) * (column + 1) > facts.rows * facts.columns:
                facts.farthest = cell.decode()
            facts.rows, facts.columns = max(facts.rows, row + 1), max(facts.columns, column + 1)
        refuse_area(facts.rows, facts.columns, sheet, facts.farthest)
        return
    facts.rows, facts.columns = rows, columns


def _plain_row_numbers(piece: bytes) -> list[int]:
    """The numbers of the rows of a piece where none is hidden and all are written as programs do; else none."""
    starts = piece.split(b'<row r="')
    if len(starts) - 1 != piece.count(b"<row") or b"hidden" in piece:
        return []
    numbers = [start[: start.find(b'"')] for start in starts[1:]]
    return list(map(int, numbers)) if all(map(bytes.isdigit, numbers)) else []


def _note_errors(facts: SheetFacts, piece: bytes) -> None:
    for match in _ERROR.finditer(piece):
        facts.error_count += 1
        if len(facts.errors) < MAX_NAMED:
            facts.errors.append(match[1].decode())
        if len(facts.corrections) < _MAX_CORRECTIONS:
            row, column = cell_position(match[1])
            facts.corrections.setdefault(row, {})[column] = match[2].decode("utf-8", "replace")


def _note_impossible(facts: SheetFacts, piece: bytes, date_styles: Collection[bytes]) -> None:
    for value in _SIXTY_VALUE.finditer(piece):
        # From the value, of which there are few, to the cell, of which there are many.
        opening = piece.rfind(b"<", 0, max(piece.rfind(b"<", 0, value.start()), 0))
        match = _SIXTY.match(piece, max(opening, 0))
        if match is None:
            continue
        style, reference = _STYLE.search(match[1]), _REFERENCE.search(match[1])
        if style and style[1] in date_styles:
            facts.impossible_count += 1
            if reference and len(facts.impossible) < MAX_NAMED:
                facts.impossible.append(reference[1].decode())


def _note_uncached(facts: SheetFacts, piece: bytes) -> None:
    for match in _UNCACHED.finditer(piece):
        if _TEXT_RESULT.search(match[1]):
            continue  # an empty text is what the formula gives
        facts.uncached_count += 1
        reference = _REFERENCE.search(match[1])
        if reference and len(facts.uncached) < MAX_NAMED:
            facts.uncached.append(reference[1].decode())
