"""A quick look at a file of contacts: what it is, how it is to be read, its headings and first rows."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from ulkacrm_desktop.services.imports.cleaning.cells import Cell, cell_text
from ulkacrm_desktop.services.imports.readers.delimited import TextLook, first_records
from ulkacrm_desktop.services.imports.readers.encodings import MAX_LINES_NAMED, EncodingGuess
from ulkacrm_desktop.services.imports.readers.html_table import HtmlTables
from ulkacrm_desktop.services.imports.readers.kinds import find_kind, name_suits
from ulkacrm_desktop.services.imports.readers.model import (
    MAX_COLUMNS,
    NO_HEADINGS,
    SAMPLE_ROWS,
    Notice,
    ReaderOptions,
    SourceInspection,
    SourceKind,
    SourceRow,
)
from ulkacrm_desktop.services.imports.readers.tables import (
    count_columns,
    find_headings,
    heading_notices,
    heading_texts,
    shaped,
)
from ulkacrm_desktop.services.imports.readers.vcards import look_at_cards, read_cards

_HEAD_ROWS: Final = SAMPLE_ROWS + 50
_SHOWN_LENGTH: Final = 1_000
_TAB: Final = "\t"


def inspect_source(path: Path, options: ReaderOptions | None = None) -> SourceInspection:
    """Look at a file; what ``options`` leave open is found out.

    Reads the start of a text file and a few places in it (all of it up to 16 MB), of a workbook the first rows, and
    changes nothing. Raises `ReadError`.
    """
    options = options or ReaderOptions()
    kind = find_kind(path)
    stamp = file_stamp(path)
    if kind is SourceKind.CSV:
        found = _inspect_text(path, options)
    elif kind is SourceKind.HTML:
        found = _inspect_html(path, options)
    elif kind is SourceKind.VCARD:
        found = _inspect_cards(path, options)
    else:
        found = _inspect_workbook(path, options, kind)
    if not name_suits(path, found.kind):
        found.notices.insert(0, Notice("kind_mismatch", {"suffix": path.suffix, "kind": found.kind.value}))
    return replace(found, stamp=stamp)


def file_stamp(path: Path) -> tuple[int, int]:
    """What changes with a file: its size, and when it was written; zeros where that cannot be told."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _inspect_text(path: Path, options: ReaderOptions) -> SourceInspection:
    look = TextLook(path, options)
    resolved = replace(options, encoding=look.encoding, delimiter=look.delimiter)
    head = first_records(path, resolved, _HEAD_ROWS)
    kind = SourceKind.TSV if look.delimiter == _TAB else SourceKind.CSV
    rows = look.estimated_rows(head, _HEAD_ROWS)
    found = _table(kind, resolved, head, rows)
    found.notices.extend(_encoding_notices(look.guess, options, look.encoding, complete=look.complete))
    return replace(found, encodings=look.guess.candidates)


def _inspect_html(path: Path, options: ReaderOptions) -> SourceInspection:
    tables = HtmlTables(path, options.encoding)
    resolved = replace(options, encoding=tables.encoding)
    head: list[SourceRow] = next(tables.records(_HEAD_ROWS), [])
    found = _table(SourceKind.HTML, resolved, head, len(tables.rows))
    if tables.count > 1:
        found.notices.append(Notice("several_tables", {"count": tables.count}))
    if tables.merged:
        found.notices.append(Notice("merged_cells", {"count": tables.merged, "ranges": []}))
    found.notices.extend(_encoding_notices(tables.guess, options, tables.encoding, complete=True))
    return replace(found, encodings=tables.guess.candidates)


def _inspect_cards(path: Path, options: ReaderOptions) -> SourceInspection:
    look = look_at_cards(path, options.encoding)
    rows = next(read_cards(path, look, SAMPLE_ROWS), [])
    notices = [Notice("pictures_ignored", {"count": look.pictures})] if look.pictures else []
    if look.left_out:
        notices.append(Notice("lines_ignored", {"names": look.left_out}))
    return SourceInspection(
        kind=SourceKind.VCARD,
        options=replace(options, encoding=look.encoding, heading_row=NO_HEADINGS),
        headings=look.headings,
        rows=[_shown(row.cells) for row in rows],
        estimated_rows=look.cards,
        encodings=look.candidates,
        notices=notices,
    )


def _inspect_workbook(path: Path, options: ReaderOptions, kind: SourceKind) -> SourceInspection:
    # The readers of workbooks are imported where one is read: not every import is of a workbook.
    if kind is SourceKind.XLSX:
        from ulkacrm_desktop.services.imports.readers.xlsx import look_at_xlsx as look_at
    elif kind is SourceKind.ODS:
        from ulkacrm_desktop.services.imports.readers.ods import look_at_ods as look_at
    else:
        from ulkacrm_desktop.services.imports.readers.xls import look_at_xls as look_at
    look = look_at(path, options)
    found = _table(kind, replace(options, sheet=look.sheet), look.head, look.rows)
    hidden = [sheet.name for sheet in look.sheets if sheet.hidden]
    if hidden:
        found.notices.append(Notice("hidden_sheets", {"sheets": hidden}))
    found.notices.extend(look.notices)
    return replace(found, sheets=look.sheets)


def _table(kind: SourceKind, options: ReaderOptions, head: list[SourceRow], rows: int) -> SourceInspection:
    """The inspection of a table of ``rows`` rows in all that begins with ``head``."""
    heading_row = options.heading_row
    if heading_row is None:
        found = find_headings([row.cells for row in head])
        heading_row = NO_HEADINGS if found is None else found
    headed = heading_row != NO_HEADINGS and heading_row < len(head)
    headings = heading_texts(head[heading_row].cells) if headed else []
    data = [row for chunk in shaped(iter([head]), heading_row) for row in chunk]
    columns = count_columns(headings, (row.cells for row in data if row.problem is None))
    headings += [""] * (columns - len(headings))
    notices = heading_notices(headings, heading_row if headed else None, has_data=bool(data))
    return SourceInspection(
        kind=kind,
        options=replace(options, heading_row=heading_row),
        headings=headings[:MAX_COLUMNS],
        rows=[_shown(row.cells) for row in data[:SAMPLE_ROWS]],
        heading_row=heading_row if headed else None,
        estimated_rows=max(rows - heading_row - 1, len(data)) if data else 0,
        notices=notices,
    )


def _encoding_notices(guess: EncodingGuess, options: ReaderOptions, encoding: str, *, complete: bool) -> list[Notice]:
    notices = []
    if odd := guess.odd_lines:
        facts: dict[str, object] = {
            "encoding": encoding,
            "lines": odd[:MAX_LINES_NAMED],
            "count": len(odd),
            "complete": complete,
        }
        notices.append(Notice("mixed_encodings", facts))
    if guess.uncertain and options.encoding is None:
        notices.append(Notice("encoding_uncertain", {"encoding": encoding}))
    return notices


def _shown(cells: Sequence[Cell]) -> list[str]:
    return [cell_text(cell)[:_SHOWN_LENGTH] for cell in cells]
