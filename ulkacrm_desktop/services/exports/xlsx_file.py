"""Contacts as an Excel workbook: real dates and numbers, texts that are never run, headings that filter.

XlsxWriter makes the workbook with its headings and styles; the rows are put into its sheets here, as they
come. Its own way writes each cell through several calls and took five to ten times as long, with the same cells
as a result.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.exports.columns import Batch, Column, Shape
from ulkacrm_desktop.services.exports.report import ExportNotice, ExportReport, counted_batches

SHEET_ROWS: Final = 1_048_575
"""How many contacts a sheet holds below its headings."""

CELL_CHARACTERS: Final = 32_767
"""How much text a cell holds, in UTF-16 code units."""

SHEET_NAMES: Final = {"en": "Contacts", "ru": "Контакты"}

_CHUNK: Final = 256  # rows joined before they are compressed
_EXAMPLES: Final = 20
_EXACT_DIGITS: Final = 15  # of a number that Excel keeps
_EPOCH: Final = date(1899, 12, 30)
_EPOCH_MOMENT: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's moments have no zone
_DAY: Final = timedelta(days=1)
_FIRST_SURE_DAY: Final = date(1900, 3, 1)  # before it Excel counts a 29 February 1900
_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9a-fA-F]{4}_")
_ESCAPED = re.compile(r"_x[0-9a-fA-F]{4}_")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


@dataclass(slots=True)
class _Cuts:
    """The texts that did not fit."""

    count: int = 0
    examples: list[tuple[int, str]] = field(default_factory=list)

    def add(self, cells: Sequence[tuple[int, str]]) -> None:
        """Count these cells, each with its row and the heading of its column."""
        self.count += len(cells)
        self.examples += cells[: _EXAMPLES - len(self.examples)]


def write_xlsx(
    path: Path,
    batches: Iterable[Batch],
    columns: Sequence[Column],
    language: str,
    progress: Callable[[int], None],
    *,
    cut_long_texts: bool = True,
    sheet_rows: int = SHEET_ROWS,
) -> ExportReport:
    """Write the contacts to ``path``, on as many sheets as it takes.

    Texts over 32,767 characters are cut, which the report tells; where ``cut_long_texts`` is false
    `ExpectedError` ``export_texts_too_long`` (facts ``count`` and ``examples``) is raised instead.
    """
    cuts = _Cuts()
    head = _skeleton(columns, language, [0])
    rows = _rows(counted_batches(batches, progress), columns, head.styles, cuts, sheet_rows)
    start = head.sheets[0].partition("</sheetData>")[0]
    counts: list[int] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        first = next(rows, None)
        while first is not None or not counts:
            part = f"xl/worksheets/sheet{len(counts) + 1}.xml"
            with archive.open(part, "w", force_zip64=True) as sheet:
                # Only the first sheet is the selected one; and the size is left for readers to find.
                begun = start if not counts else start.replace(' tabSelected="1"', "")
                sheet.write(re.sub(r"<dimension [^>]*/>", "", begun).encode())
                lines = chain(() if first is None else (first,), islice(rows, sheet_rows - 1))
                count = 0
                while chunk := list(islice(lines, _CHUNK)):
                    count += len(chunk)
                    sheet.write("".join(chunk).encode())
                counts.append(count)
                tail = _skeleton(columns, language, [count]).sheets[0].partition("</sheetData>")[2]
                sheet.write(b"</sheetData>" + tail.encode())
            first = next(rows, None)
        if cuts.count and not cut_long_texts:
            raise ExpectedError("export_texts_too_long", count=cuts.count, examples=cuts.examples)
        for name, content in _skeleton(columns, language, counts).others.items():
            archive.writestr(name, content)
    notices = []
    if cuts.count:
        notices.append(ExportNotice("texts_cut", cuts.count, tuple(cuts.examples)))
    if len(counts) > 1:
        notices.append(ExportNotice("several_sheets", len(counts)))
    return ExportReport(sum(counts), tuple(notices))


@dataclass(frozen=True, slots=True)
class _Skeleton:
    """A workbook without rows: its sheets, its other parts, and the style numbers of dates and moments."""

    sheets: list[str]
    others: dict[str, bytes]
    styles: dict[Shape, int]


def _skeleton(columns: Sequence[Column], language: str, counts: Sequence[int]) -> _Skeleton:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    heading = book.add_format({"bold": True, "text_wrap": False})
    formats = {
        Shape.DATE: book.add_format({"num_format": "yyyy-mm-dd"}),
        Shape.MOMENT: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        Shape.TEXT: book.add_format({"num_format": "@"}),
    }
    for number, count in enumerate(counts, start=1):
        name = SHEET_NAMES[language]
        sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width, formats.get(column.shape))
            sheet.write_string(0, index, column.heading[:CELL_CHARACTERS], heading)
        sheet.freeze_panes(1, 0)
        if columns:
            sheet.autofilter(0, 0, count, len(columns) - 1)
    book.close()
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheets = [parts.pop(f"xl/worksheets/sheet{number}.xml").decode() for number in range(1, len(counts) + 1)]
    used = {column.shape for column in columns}
    return _Skeleton(sheets, parts, {shape: f.xf_index for shape, f in formats.items() if shape in used})


def _rows(
    batches: Iterable[Batch], columns: Sequence[Column], styles: dict[Shape, int], cuts: _Cuts, sheet_rows: int
) -> Iterator[str]:
    """The rows of the sheets as XML. Empty cells are left out, so each of the others names its place."""
    places = [(xl_col_to_name(index), column) for index, column in enumerate(columns)]
    done = 0
    for batch in batches:
        numbers = [place % sheet_rows + 2 for place in range(done, done + len(batch))]
        done += len(batch)
        cut: list[tuple[int, str]] = []
        cells = [_cells(letters, column, numbers, batch, styles, cut) for letters, column in places]
        cuts.add(sorted(cut, key=lambda cell: cell[0]))
        starts = [f'<row r="{number}">' for number in numbers]
        yield from map("".join, zip(starts, *cells, repeat("</row>", len(numbers)), strict=True))


def _cells(
    letters: str,
    column: Column,
    numbers: Sequence[int],
    batch: Batch,
    styles: dict[Shape, int],
    cut: list[tuple[int, str]],
) -> list[str]:
    """The cells of one column; those that do not fit are added to ``cut``."""
    values = column.cells(batch)
    style = f' s="{styles[column.shape]}"' if column.shape in styles else ""
    if column.shape is Shape.TEXT:
        contents = _texts(set(values), style)
        if any(len(text) * 2 > CELL_CHARACTERS for text in contents):
            cut += [(number, column.heading) for number, text in zip(numbers, values, strict=True) if _fitting(text)[1]]
    elif column.shape is Shape.PLAIN:
        contents = {text: _text(text, style) for text in set(values)}
    else:
        contents = {value: _value(value, column.shape, style) for value in set(values)}
    start = f'<c r="{letters}'
    return [
        f'{start}{number}"{contents[value]}' if value else "" for number, value in zip(numbers, values, strict=True)
    ]


def _texts(texts: set[str], style: str) -> dict[str, str]:
    """The rest of a cell behind its place for each text that a user has written."""
    contents = {text: _text(text, style) for text in texts}
    if not _SPECIAL.search("\n".join(texts)) and not any(map(_is_odd, texts)):
        return contents
    for text in texts:
        if _is_odd(text) or _SPECIAL.search(text):
            fitting = _fitting(text)[0]
            # XML would drop the blanks at the ends.
            blanks = ' xml:space="preserve"' if fitting != fitting.strip() else ""
            contents[text] = _text(_escaped(fitting), style, blanks)
    return contents


def _is_odd(text: str) -> bool:
    return len(text) * 2 > CELL_CHARACTERS or text != text.strip()


def _text(text: str, style: str = "", attribute: str = "") -> str:
    return f'{style} t="inlineStr"><is><t{attribute}>{text}</t></is></c>'


def _value(value: datetime | str, shape: Shape, style: str) -> str:
    """The rest of a cell behind its place for a number, a date or a moment; as a text where Excel would change it."""
    if isinstance(value, datetime):
        serial = repr((value.astimezone().replace(tzinfo=None) - _EPOCH_MOMENT) / _DAY)
    elif not value:
        return ""
    elif shape is Shape.DATE:
        day = date.fromisoformat(value)
        if day < _FIRST_SURE_DAY:
            return _text(value)
        serial = str((day - _EPOCH).days)
    else:
        serial = value
        digits = len(serial.strip("-").replace(".", "").lstrip("0"))
        if digits > _EXACT_DIGITS and Decimal(serial) != Decimal(repr(float(serial))):
            return _text(serial)
    return f"{style}><v>{serial}</v></c>"


def _fitting(text: str) -> tuple[str, bool]:
    """The text cut to what a cell holds, never inside a character, and whether it was cut."""
    if len(text) * 2 <= CELL_CHARACTERS:
        return text, False
    encoded = text.encode("utf-16-le", "surrogatepass")
    if len(encoded) <= 2 * CELL_CHARACTERS:
        return text, False
    return encoded[: 2 * CELL_CHARACTERS].decode("utf-16-le", "ignore"), True


def _escaped(text: str) -> str:
    """The text for XML; control characters in the way of spreadsheets, line ends as they have them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode()
    text = _ESCAPED.sub(lambda match: "_x005F" + match[0], text)
    text = _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
