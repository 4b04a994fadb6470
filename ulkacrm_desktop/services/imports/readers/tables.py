"""What the readers of all kinds of tables share: the row of headings, the number of columns, rows of one length."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Final

from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.problem import without_control_characters
from ulkacrm_desktop.services.imports.cleaning.cells import Cell, cell_text, is_blank
from ulkacrm_desktop.services.imports.headings import recognise
from ulkacrm_desktop.services.imports.readers.model import (
    MAX_COLUMNS,
    NO_HEADINGS,
    SAMPLE_ROWS,
    Notice,
    RowProblem,
    SourceRow,
)

_HEADINGS_WITHIN: Final = 20
"""The row of headings is sought among so many first rows: titles and dates of reports stand above it."""

_ENOUGH_OF_A_ROW: Final = 0.6
_DATA = re.compile(
    r"[^\s@]+@[^\s@]+\.[^\s@]+|[+(]?\d[\d\s()./:,+-]*|https?://\S+|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*", re.IGNORECASE
)
_LONGEST_HEADING: Final = 100
_LONGEST_BESIDE_KNOWN: Final = 400  # a question of a form


def find_headings(rows: Sequence[Sequence[Cell]]) -> int | None:
    """Index of the row of headings among the first rows of a table, None where the data begins at once.

    A row of headings fills about as many cells as the usual row, with texts that are not too long; one that has an
    email, a number or a date in it is data. That does not hold where most of its texts are headings that are known.
    """
    counts = Counter(count for row in rows if (count := sum(1 for cell in row if not is_blank(cell))))
    if not counts:
        return None
    usual = max(count for count, rows_of_it in counts.items() if rows_of_it == max(counts.values()))
    for index, row in enumerate(rows[:_HEADINGS_WITHIN]):
        filled = [cell for cell in row if not is_blank(cell)]
        if not filled:
            continue
        if len(filled) < _ENOUGH_OF_A_ROW * usual and (len(filled) == 1 or not _are_mostly_known(filled)):
            continue
        return index if _are_headings(filled, rows[index + 1 :]) else None
    return None


def heading_texts(row: Sequence[Cell]) -> list[str]:
    """The headings of a row, each on one line; blanks at the end are left out."""
    texts = [" ".join(without_control_characters(cell_text(cell), " ").split()) for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def count_columns(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """How many columns a table has: those with headings, or as many as more than half of its rows fill."""
    widths = Counter(width for row in rows if (width := _width(row)))
    usual = next((width for width, count in widths.items() if count * 2 > widths.total()), 0)
    if not headings:
        # Without headings nothing tells a long row from the end of a table with gaps.
        usual = max(widths, default=0)
    return max(len(headings), usual)


def heading_notices(headings: Sequence[str], heading_row: int | None, has_data: bool) -> list[Notice]:
    """What the user should know of the headings."""
    notices = []
    if not has_data:
        notices.append(Notice("nothing_to_import"))
    if heading_row is None and has_data:
        notices.append(Notice("no_headings"))
    counts = Counter(fold(heading) for heading in headings if heading)
    repeated = [heading for heading in dict.fromkeys(headings) if counts[fold(heading)] > 1]
    if repeated:
        notices.append(Notice("repeated_headings", {"headings": repeated}))
    if len(headings) > MAX_COLUMNS:
        notices.append(Notice("too_many_columns", {"columns": len(headings), "limit": MAX_COLUMNS}))
    return notices


def shaped(chunks: Iterable[list[SourceRow]], heading_row: int | None) -> Iterator[list[SourceRow]]:
    """Rows of data of all ``chunks``: those after the headings, in `shape`."""
    remaining = iter(chunks)
    skip = rows_to_skip(heading_row)
    waiting: list[list[SourceRow]] = []
    seen = 0
    for chunk in remaining:
        waiting.append(chunk)
        seen += len(chunk)
        if seen >= skip + SAMPLE_ROWS:
            break
    columns = columns_of([row for chunk in waiting for row in chunk], skip)
    for chunk in chain(waiting, remaining):
        yield shape(chunk[skip:], columns)
        skip = max(skip - len(chunk), 0)


def rows_to_skip(heading_row: int | None) -> int:
    """How many rows stand before the data."""
    return 0 if heading_row is None or heading_row == NO_HEADINGS else heading_row + 1


def columns_of(rows: Sequence[SourceRow], skip: int) -> int:
    """How many columns a table has that begins with these rows, of which ``skip`` stand before the data."""
    headings = heading_texts(rows[skip - 1].cells) if 0 < skip <= len(rows) else []
    return count_columns(headings, (row.cells for row in rows[skip : skip + SAMPLE_ROWS] if row.problem is None))


def is_in_shape(rows: Sequence[Sequence[Cell]], columns: int) -> bool:
    """Whether `shape` would leave rows (without problems) as they are."""
    return set(map(len, rows)) == {min(columns, MAX_COLUMNS)} and all(map(any, rows))


def shape(rows: list[SourceRow], columns: int) -> list[SourceRow]:
    """Rows padded to the number of columns, blank ones left out.

    A row with something beyond the last column gets the problem ``row_too_long``.
    """
    if is_in_shape([row.cells for row in rows], columns):
        return rows
    kept = min(columns, MAX_COLUMNS)
    shaped_rows = []
    for row in rows:
        cells = row.cells
        if not any(cells) and row.problem is None and all(map(is_blank, cells)):
            continue
        if len(cells) == kept:
            shaped_rows.append(row)
        else:
            shaped_rows.append(_fitted(row, columns, kept))
    return shaped_rows


def _fitted(row: SourceRow, columns: int, kept: int) -> SourceRow:
    cells = list(row.cells)
    if len(cells) < kept:
        return row._replace(cells=cells + [""] * (kept - len(cells)))
    if row.problem is not None:
        return row
    if not all(map(is_blank, cells[columns:])):
        problem = RowProblem("row_too_long", {"cells": _width(cells), "columns": columns})
        return SourceRow(row.number, cells[:MAX_COLUMNS], problem)
    return row._replace(cells=cells[:kept])


def _width(row: Sequence[Cell]) -> int:
    for index in range(len(row), 0, -1):
        if not is_blank(row[index - 1]):
            return index
    return 0


def _are_headings(cells: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> bool:
    if _are_mostly_known(cells):
        return True
    texts = _texts(cells)
    known = _count_known(texts)
    if len(texts) < len(cells) or any(isinstance(cell, date | datetime | timedelta) for cell in cells):
        return False
    longest = _LONGEST_BESIDE_KNOWN if known else _LONGEST_HEADING
    if any(_DATA.fullmatch(text) or len(text) > longest for text in texts):
        return False
    # The same text in a row below, in the same place: a row like the others.
    return known > 0 or not any(_shares_a_cell(cells, row) for row in below[:SAMPLE_ROWS])


def _are_mostly_known(cells: Sequence[Cell]) -> bool:
    return _count_known(_texts(cells)) * 2 > len(cells)


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cell.strip() for cell in cells if type(cell) is str]


def _count_known(texts: Sequence[str]) -> int:
    return sum(1 for text in texts if len(text) <= _LONGEST_HEADING and recognise(text) is not None)


def _shares_a_cell(cells: Sequence[Cell], row: Sequence[Cell]) -> bool:
    filled = [cell for cell in row if not is_blank(cell)]
    return any(one == other for one, other in zip(cells, filled, strict=False))
