"""The records of a text table one by one, with the faults of files that programs and people have written.

The C parser of ``csv`` does the work, in its strict mode, which tells of a quote that is not closed where the lenient
one swallows rows. After a fault reading goes on with the line after the one where it began, so that each fault costs
one row.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from ulkacrm_desktop.services.imports.readers.model import MAX_CELL_LENGTH, RowProblem, SourceRow
from ulkacrm_desktop.services.imports.readers.text_format import PARSER_LIMIT, REPLACEMENT, TextFormat
from ulkacrm_desktop.services.spreadsheet_safety import may_hold_marks, read_cell

_BATCH: Final = 2_000
_ROWS_MEASURED: Final = 100
_SURROGATE = re.compile("[\udc80-\udcff]")


class Lines:
    """The lines of a file from the one with index ``first`` on, batch by batch.

    Those of the record at hand are kept, to be read again after a fault.
    """

    def __init__(self, lines: Iterator[str], form: TextFormat, first: int) -> None:
        self._lines = lines
        self._form = form
        self._held: list[str] = []
        self._first = first  # index of the first line held
        self.done = first
        """Index of the first line that belongs to no finished record."""
        # Of the batch at hand or the one before it, as a record may lie in both.
        self.has_undecodable = self.has_marks = False
        self.look_closer = False
        """Whether rows must be looked at one by one: for bytes, marks of cells or lengths."""
        self._before = (False, False, False)

    def starting_at(self, index: int) -> Iterator[str]:
        """Lines from ``index`` on, which must not lie before ``done``."""
        held = self._held[index - self._first :] if index > self._first else self._held
        return chain(held, self._fresh())

    def between(self, start: int, end: int) -> list[str]:
        """Lines ``start`` to before ``end`` of those held."""
        return self._held[start - self._first : end - self._first]

    def rest(self) -> str:
        """The lines that have been taken and belong to no finished record."""
        return "".join(self._held[self.done - self._first :])

    def _fresh(self) -> Iterator[str]:
        while batch := list(islice(self._lines, _BATCH)):
            passed = max(self.done - self._first, 0)
            del self._held[:passed]
            self._held += batch
            self._first += passed
            self._look_at(batch)
            yield from batch

    def _look_at(self, batch: list[str]) -> None:
        text = "".join(batch)
        now = (
            self._form.is_undecodable(text),
            may_hold_marks(text),
            len(text) > MAX_CELL_LENGTH and max(map(len, batch)) > MAX_CELL_LENGTH,
        )
        self.has_undecodable = now[0] or self._before[0]
        self.has_marks = now[1] or self._before[1]
        self.look_closer = any(now) or any(self._before)
        self._before = now


class CarefulRecords:
    """The records of the lines, with their numbers, of which the first follows on ``number``, and faults.

    ``lengths`` are those of the first rows of the file, by which rows are known that a quote has swallowed.
    """

    def __init__(self, lines: Lines, form: TextFormat, number: int, lengths: Counter[int]) -> None:
        self._lines = lines
        self._form = form
        self.number = number
        self._lengths = lengths
        csv.field_size_limit(PARSER_LIMIT)

    def __iter__(self) -> Iterator[SourceRow]:
        lines = self._lines
        while True:
            start = last = lines.done
            reader = csv.reader(lines.starting_at(start), delimiter=self._form.delimiter, strict=True)
            try:
                for row in reader:
                    self.number += 1
                    read = start + reader.line_num
                    if self.number <= _ROWS_MEASURED:
                        self._lengths[len(row)] += 1
                    if read - last > 1 and self._form.has_swallowed(
                        lines.between(last, read), row, usual_delimiters(self._lengths)
                    ):
                        # One cell has all the line ends, so that its quote opened on the first line.
                        lines.done = last + 1
                        cells = self._cells(last)
                        yield SourceRow(self.number, cells, RowProblem("unbalanced_quote", {"line": last + 1}))
                        break
                    source = SourceRow(self.number, row)
                    if lines.look_closer or read - last > 1:
                        source = self._looked_at(source, last)
                    lines.done = last = read
                    yield source
                else:
                    return
            except csv.Error as error:
                self.number += 1
                problem, resume = self._fault(str(error), last, start + reader.line_num)
                cells = self._cells(last)
                lines.done = resume
                yield SourceRow(self.number, cells, problem)

    def _looked_at(self, source: SourceRow, line: int) -> SourceRow:
        lines = self._lines
        number, row = source.number, list(map(str, source.cells))
        if lines.has_undecodable and self._form.is_undecodable("\n".join(row)):
            readable = [_SURROGATE.sub(REPLACEMENT, cell) for cell in row]
            return SourceRow(number, readable, RowProblem("undecodable", {"line": line + 1}))
        if lines.has_marks:
            row = list(map(read_cell, row))
            source = SourceRow(number, row)
        if max(map(len, row), default=0) > MAX_CELL_LENGTH:
            shortened = [cell[:100] for cell in row]
            return SourceRow(number, shortened, RowProblem("cell_too_large", {"limit": MAX_CELL_LENGTH}))
        return source

    def _fault(self, message: str, start: int, read: int) -> tuple[RowProblem, int]:
        """The problem of a record that begins at line ``start``, and the line at which reading goes on."""
        if "new-line" in message:
            return RowProblem("stray_line_break", {"line": start + 1}), start + 1
        if "field limit" in message and read - start <= 1:
            return RowProblem("cell_too_large", {"limit": MAX_CELL_LENGTH}), start + 1
        opening = self._opening(start, read)
        return RowProblem("unbalanced_quote", {"line": opening + 1}), opening + 1

    def _cells(self, line: int) -> list[str]:
        """What of a faulty record can be shown: the pieces of its first line."""
        text = "".join(self._lines.between(line, line + 1)).rstrip("\r\n")
        pieces = text[:MAX_CELL_LENGTH].split(self._form.delimiter)
        return [_SURROGATE.sub(REPLACEMENT, piece)[:1000] for piece in pieces]

    def _opening(self, start: int, read: int) -> int:
        """The line on which the last quote opens in the record of lines ``start`` to before ``read``."""
        opening = start
        quoted = False
        for index, line in enumerate(self._lines.between(start, read), start):
            position = 0
            if not quoted and (line.startswith('"')):
                quoted, opening, position = True, index, 1
            while position < len(line):
                if quoted:
                    position = line.find('"', position)
                    if position < 0:
                        break
                    if line[position + 1 : position + 2] == '"':
                        position += 2
                        continue
                    follows = line[position + 1 : position + 2]
                    if follows not in ("", "\r", "\n", self._form.delimiter):
                        return opening
                    quoted = False
                    position += 1
                else:
                    position = line.find(self._form.delimiter + '"', position)
                    if position < 0:
                        break
                    quoted, opening = True, index
                    position += 2
        return opening


def usual_delimiters(lengths: Counter[int]) -> int:
    """How many delimiters the usual row has, by the lengths of some rows."""
    return lengths.most_common(1)[0][0] - 1 if lengths else 0
