"""A file in pieces, of each of which any process can make the rows.

What is plain in a text table is cut into texts of whole records, and parsed where its rows are cleaned; everything
else comes as rows that are read already.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ulkacrm_desktop.services.imports.cleaning.cells import Cell
from ulkacrm_desktop.services.imports.readers.model import MAX_CELL_LENGTH, RowProblem, SourceRow
from ulkacrm_desktop.services.imports.readers.tables import is_in_shape, shape
from ulkacrm_desktop.services.imports.readers.text_format import PARSER_LIMIT, TextFormat
from ulkacrm_desktop.services.spreadsheet_safety import may_hold_marks, read_cell


@dataclass(frozen=True, slots=True)
class PieceRows:
    """The rows of data of a piece; blank ones are left out.

    ``numbers`` count from 1 with the first record of a `TextPiece`, from 1 with the first record of the file for
    `ReadRows`; ``last`` is the number, counted in the same way, of the last record, blank or not. ``problems`` are by
    the index of the row.
    """

    numbers: Sequence[int]
    cells: Sequence[Sequence[Cell]]
    problems: dict[int, RowProblem]
    last: int


class Piece(Protocol):
    """A stretch of the rows of a file; it can be sent to another process, and kept."""

    @property
    def is_numbered(self) -> bool:
        """Whether the numbers of the rows are those in the file."""

    def rows(self) -> PieceRows | None:
        """Its rows; None for a text that is not as plain as it seemed, or not cut between two records."""


class RowSource(Protocol):
    """A file that is being read."""

    def take(self) -> Piece | None:
        """The next piece, None at the end of the file."""

    def read_again(self, pieces: Sequence[Piece], number: int) -> None:
        """Take back the ``pieces`` taken last, of which the first has turned out to be not plain.

        They are read again row by row, and may come in other pieces. ``number`` is that of the last record before
        them.
        """


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Rows that are read already, with their numbers in the file."""

    found: list[SourceRow]
    last: int

    is_numbered = True

    def rows(self) -> PieceRows:
        """They, apart from their problems."""
        return _rows_of(self.found, self.last)


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Whole lines of a text table, from line ``line`` on (counted from 0), for rows of ``columns`` columns.

    ``delimiters``: how many the usual row has.
    """

    text: str
    line: int
    format: TextFormat
    delimiters: int
    columns: int

    is_numbered = False

    def rows(self) -> PieceRows | None:
        """The rows; None where a record asks for a closer look, or where the last one is not at its end."""
        text, form = self.text, self.format
        if len(text) > MAX_CELL_LENGTH and max(map(len, self._lines())) > MAX_CELL_LENGTH:
            return None
        if form.is_undecodable(text):
            return None
        csv.field_size_limit(PARSER_LIMIT)
        reader = csv.reader(io.StringIO(text, newline=form.end), delimiter=form.delimiter, strict=True)
        try:
            records = list(reader) if '"' not in text else self._whole_records(reader)
        except csv.Error:
            return None
        if records is None:
            return None
        if may_hold_marks(text):
            records = [list(map(read_cell, row)) for row in records]
        if is_in_shape(records, self.columns):
            return PieceRows(range(1, len(records) + 1), records, {}, len(records))
        numbered = [SourceRow(number, row) for number, row in enumerate(records, 1)]
        return _rows_of(shape(numbered, self.columns), len(records))

    def _lines(self) -> Iterator[str]:
        return io.StringIO(self.text, newline=self.format.end)

    def _whole_records(self, reader: Any) -> list[list[str]] | None:
        """All records; None where one of several lines is not what it seems."""
        records: list[list[str]] = []
        lines: list[str] | None = None
        last = 0
        for row in reader:
            records.append(row)
            read = reader.line_num
            if read - last > 1:
                if lines is None:
                    lines = list(self._lines())
                if self.format.has_swallowed(lines[last:read], row, self.delimiters):
                    return None
                if sum(map(len, row)) > MAX_CELL_LENGTH:
                    return None
            last = read
        return records


def _rows_of(found: Sequence[SourceRow], last: int) -> PieceRows:
    problems = {index: row.problem for index, row in enumerate(found) if row.problem is not None}
    return PieceRows([row.number for row in found], [row.cells for row in found], problems, last)
