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
from itertools import islice
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from ulkacrm_desktop.core.contact_document import ContactDocument
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.cells import number_text
from ulkacrm_desktop.services.exports.columns import Column, Shape, date_text
from ulkacrm_desktop.services.exports.report import ExportNotice, ExportReport, counted

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

    def add(self, row: int, heading: str) -> None:
        self.count += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append((row, heading))


def write_xlsx(
    path: Path,
    documents: Iterable[ContactDocument],
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
    rows = iter(counted(documents, progress))
    head = _skeleton(columns, language, [0])
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
                lines = _lines(_chain(first, islice(rows, sheet_rows - 1)), columns, head.styles, cuts)
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


def _chain(first: ContactDocument | None, rest: Iterable[ContactDocument]) -> Iterator[ContactDocument]:
    if first is not None:
        yield first
        yield from rest


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


def _lines(
    contacts: Iterable[ContactDocument], columns: Sequence[Column], styles: dict[Shape, int], cuts: _Cuts
) -> Iterator[str]:
    """The rows of a sheet as XML. Empty cells are left out, so each of the others names its place."""
    places = [_place(xl_col_to_name(index), column, styles) for index, column in enumerate(columns)]
    for row, contact in enumerate(contacts, start=2):
        cells = [f'<row r="{row}">']
        for column, get, shape, start, middle, middle_kept in places:
            value = get(contact)
            if value is None or value == "":
                continue
            if shape is Shape.TEXT:
                if len(value) * 2 > CELL_CHARACTERS:
                    value, cut = _fitting(value)
                    if cut:
                        cuts.add(row, column.heading)
                kept = value != value.strip()
                if _SPECIAL.search(value):
                    value = _escaped(value)
                cells.append(f"{start}{row}{middle_kept if kept else middle}{value}</t></is></c>")
            elif shape is Shape.PLAIN:
                cells.append(f"{start}{row}{middle}{value}</t></is></c>")
            else:
                cells.append(_value_cell(f'{start}{row}"', middle, value))
        cells.append("</row>")
        yield "".join(cells)


def _place(
    letters: str, column: Column, styles: dict[Shape, int]
) -> tuple[Column, Callable[[ContactDocument], Any], Shape, str, str, str]:
    """The column, its getter and shape, and what is written before the row's number and after it.

    The last is for a text that begins or ends with blanks, which XML would drop. Numbers and dates have only
    their style there.
    """
    style = _style(styles, column.shape)
    middle, kept = style, ""
    if column.shape in (Shape.TEXT, Shape.PLAIN):
        middle = f'"{style} t="inlineStr"><is><t>'
        kept = f'"{style} t="inlineStr"><is><t xml:space="preserve">'
    return column, column.get, column.shape, f'<c r="{letters}', middle, kept


def _style(styles: dict[Shape, int], shape: Shape) -> str:
    return f' s="{styles[shape]}"' if shape in styles else ""


def _value_cell(start: str, style: str, value: object) -> str:
    if isinstance(value, datetime):
        serial = repr((value.astimezone().replace(tzinfo=None) - _EPOCH_MOMENT) / _DAY)
    elif isinstance(value, date):
        if value < _FIRST_SURE_DAY:
            return f'{start} t="inlineStr"><is><t>{date_text(value)}</t></is></c>'
        serial = str((value - _EPOCH).days)
    else:
        assert isinstance(value, int | float | Decimal)
        serial = number_text(value)
        if len(serial.strip("-").replace(".", "").lstrip("0")) > _EXACT_DIGITS and Decimal(serial) != Decimal(
            repr(float(serial))
        ):
            return f'{start} t="inlineStr"><is><t>{serial}</t></is></c>'
    return f"{start}{style}><v>{serial}</v></c>"


def _fitting(text: str) -> tuple[str, bool]:
    """The text cut to what a cell holds, never inside a character, and whether it was cut."""
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
