"""Tables in plain text: CSV and TSV, in any encoding, with the faults of files that programs and people have written.

The C parser of ``csv`` does the work, in its strict mode, which tells of a quote that is not closed where the lenient
one swallows rows. After a fault reading goes on with the line after the one where it began, so that each fault costs
one row.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Final

from ulkacrm_desktop.services.imports.readers.delimiters import find_delimiter, separator_line
from ulkacrm_desktop.services.imports.readers.encodings import (
    LEGACY_ENCODINGS,
    guess_encoding,
)
from ulkacrm_desktop.services.imports.readers.errors import ReadError
from ulkacrm_desktop.services.imports.readers.model import MAX_CELL_LENGTH, ReaderOptions, RowProblem, SourceRow
from ulkacrm_desktop.services.spreadsheet_safety import GUARD_MARK, unguard_cell

_HEAD: Final = 256 * 1024
_PROBE: Final = 64 * 1024
_PROBES: Final = 3
_READ_WHOLE: Final = 16 * 1024 * 1024
"""Files up to this size are looked through to the end for their encoding, others at the start and in places."""

_PARSER_LIMIT: Final = 16_000_000  # characters of a cell at which the parser gives up
_BATCH: Final = 2_000
_ROWS_MEASURED: Final = 100
_CAREFUL_CHUNKS: Final = 5  # so many are read row by row after one that was not plain
_SWALLOWED: Final = 8  # delimiters in lines of a cell that make exactly a row's number, before it is suspected
_SURROGATE = re.compile("[\udc80-\udcff]")
_REPLACEMENT = "\ufffd"


class TextLook:
    """What a look at the start of a text table (and a few places in it) finds out.

    Raises `ReadError` ``encoding_unknown``.
    """

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self.size = path.stat().st_size
        blocks = _blocks(path, self.size)
        guess = guess_encoding(blocks)
        self.guess = guess
        self.encoding = options.encoding or guess.encoding
        self.head = _decoded(blocks[0][:_HEAD], self.encoding)
        self.newline = _line_end(self.head)
        mark = separator_line(self.head)
        body = self.head[mark.end() :] if mark else self.head
        self.delimiter = options.delimiter or (mark[1] if mark else find_delimiter(body))
        self.complete = self.size <= _READ_WHOLE

    def estimated_rows(self, head: list[SourceRow], wanted: int) -> int:
        """About how many rows the file has, of which ``head`` are the first, at most ``wanted``."""
        if len(head) < wanted and self.size <= _HEAD:
            return len(head)
        try:
            rows = sum(1 for _ in csv.reader(io.StringIO(self.head, newline=""), delimiter=self.delimiter))
        except csv.Error:
            rows = self.head.count(self.newline)
        return max(len(head), round(rows * max(self.size / _HEAD, 1)))


def read_records(path: Path, options: ReaderOptions, size: int) -> Iterator[list[SourceRow]]:
    """All rows of a table in chunks of at most ``size``, headings and what stands before them included.

    ``options`` must name encoding and delimiter.
    """
    assert options.encoding and options.delimiter
    if len(options.delimiter) != 1 or options.delimiter in '"\r\n':
        raise ReadError("delimiter_invalid", delimiter=options.delimiter)
    with path.open("rb") as binary:
        head = _decoded(binary.read(_HEAD), options.encoding)
    with _opened(path, options, _line_end(head)) as file:
        lines = _Lines(file, options.encoding, _line_end(head), check_bytes=not options.replace_undecodable)
        if separator_line(head):
            lines.skip_first()
        yield from _Records(lines, options.delimiter).chunks(min(size, _BATCH))


def _line_end(head: str) -> str:
    """What ends the lines; a lone CR only where there is nothing else, else it is a fault in a cell."""
    return "\r" if "\r" in head and "\n" not in head else "\n"


@contextmanager
def _opened(path: Path, options: ReaderOptions, newline: str) -> Iterator[io.TextIOWrapper]:
    encoding = options.encoding or "utf-8"
    errors = "surrogateescape"
    if options.replace_undecodable or encoding.startswith(("utf-16", "utf-32")):
        errors = "replace"  # for UTF-16 there are no escapes; the lines are known by U+FFFD
    codec = "utf-8-sig" if encoding.replace("_", "-").lower() in ("utf-8", "utf8") else encoding
    with path.open(encoding=codec, errors=errors, newline=newline) as file:
        yield file


class _Lines:
    """The lines of a file, batch by batch; those of the record at hand are kept, to be read again after a fault."""

    def __init__(self, file: io.TextIOWrapper, encoding: str, end: str, *, check_bytes: bool) -> None:
        self._file = file
        self.end = end
        self._held: list[str] = []
        self._first = 0  # index in the file of the first line held
        self.done = 0  # lines that belong to finished records
        self._wide = encoding.startswith(("utf-16", "utf-32"))
        self._mojibake = _utf8_read_as(encoding) if check_bytes and encoding in LEGACY_ENCODINGS else None
        self._check_bytes = check_bytes
        # Of the batch at hand or the one before it, as a record may lie in both.
        self.has_undecodable = self.has_guards = False
        self.look_closer = False
        """Whether rows must be looked at one by one: for bytes, guards or lengths."""
        self._before = (False, False, False)

    def skip_first(self) -> None:
        """Leave out the first line; numbers of lines go on counting it."""
        next(self.starting_at(0), None)
        self.done = 1

    def starting_at(self, index: int) -> Iterator[str]:
        """Lines from ``index`` on, which must not lie before ``done``."""
        held = self._held[index - self._first :] if index > self._first else self._held
        return chain(held, self._fresh())

    def between(self, start: int, end: int) -> list[str]:
        """Lines ``start`` to before ``end`` of those held."""
        return self._held[start - self._first : end - self._first]

    def _fresh(self) -> Iterator[str]:
        while batch := list(islice(self._file, _BATCH)):
            if self._first == 0 and not self._held:
                batch[0] = batch[0].removeprefix("\ufeff")
            passed = max(self.done - self._first, 0)
            del self._held[:passed]
            self._held += batch
            self._first += passed
            self._look_at(batch)
            yield from batch

    def _look_at(self, batch: list[str]) -> None:
        text = "".join(batch)
        now = (
            self._check_bytes and not text.isascii() and self._is_undecodable(text),
            GUARD_MARK.search(text) is not None if "'" in text else False,
            len(text) > MAX_CELL_LENGTH and max(map(len, batch)) > MAX_CELL_LENGTH,
        )
        self.has_undecodable = now[0] or self._before[0]
        self.has_guards = now[1] or self._before[1]
        self.look_closer = any(now) or any(self._before)
        self._before = now

    def _is_undecodable(self, text: str) -> bool:
        if self._wide:
            return _REPLACEMENT in text
        try:
            text.encode()
        except UnicodeEncodeError:
            return True
        return self._mojibake is not None and self._mojibake.search(text) is not None

    def is_undecodable(self, cells: list[str]) -> bool:
        """Whether a row has bytes that the encoding cannot explain."""
        return self._is_undecodable("\n".join(cells))


class _Records:
    """The records of the lines, with their numbers and faults."""

    def __init__(self, lines: _Lines, delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._number = 0
        self._lengths: Counter[int] = Counter()  # of the first rows, for telling rows that a quote has swallowed
        csv.field_size_limit(_PARSER_LIMIT)

    def chunks(self, size: int) -> Iterator[list[SourceRow]]:
        """All records, at most ``size`` (and at most a batch of lines) at a time."""
        careful_chunks = 1  # the first rows are measured
        while True:
            if careful_chunks == 0:
                for rows in self._quickly(size):
                    numbers = range(self._number + 1, self._number + len(rows) + 1)
                    self._number += len(rows)
                    yield _numbered(numbers, rows)
                careful_chunks = _CAREFUL_CHUNKS
            careful_chunks -= 1
            chunk = list(islice(self._carefully(), size))
            if not chunk:
                return
            yield chunk

    def _quickly(self, size: int) -> Iterator[list[list[str]]]:
        """Rows as long as nothing in them asks for a closer look."""
        lines = self._lines
        start = lines.done
        reader = csv.reader(lines.starting_at(start), delimiter=self._delimiter, strict=True)
        try:
            while rows := list(islice(reader, size)):
                read = start + reader.line_num
                if lines.look_closer or (read - lines.done != len(rows) and not self._are_whole(rows, read)):
                    return
                lines.done = read
                yield rows
        except csv.Error:
            return  # the rows before it are read again too, with care

    def _are_whole(self, rows: list[list[str]], read: int) -> bool:
        """Whether rows that took the lines up to ``read`` are what they seem, though some took several lines."""
        lines = self._lines
        line = lines.done
        for row in rows:
            text = "".join(row)
            breaks = text.count(lines.end)
            if breaks:
                taken = lines.between(line, line + breaks + 1)
                if len(text) > MAX_CELL_LENGTH or self._has_swallowed(taken, row):
                    return False
            line += breaks + 1
        return line == read

    def _carefully(self) -> Iterator[SourceRow]:
        """Rows from the first line that is not done, one by one."""
        lines = self._lines
        while True:
            start = last = lines.done
            reader = csv.reader(lines.starting_at(start), delimiter=self._delimiter, strict=True)
            try:
                for row in reader:
                    self._number += 1
                    read = start + reader.line_num
                    if self._number <= _ROWS_MEASURED:
                        self._lengths[len(row)] += 1
                    if read - last > 1 and self._has_swallowed(lines.between(last, read), row):
                        # One cell has all the line ends, so that its quote opened on the first line.
                        lines.done = last + 1
                        cells = self._cells(last)
                        yield SourceRow(self._number, cells, RowProblem("unbalanced_quote", {"line": last + 1}))
                        break
                    source = SourceRow(self._number, row)
                    if lines.look_closer or read - last > 1:
                        source = self._looked_at(source, last)
                    lines.done = last = read
                    yield source
                else:
                    return
            except csv.Error as error:
                self._number += 1
                problem, resume = self._fault(str(error), last, start + reader.line_num)
                cells = self._cells(last)
                lines.done = resume
                yield SourceRow(self._number, cells, problem)

    def _looked_at(self, source: SourceRow, line: int) -> SourceRow:
        lines = self._lines
        number, row = source.number, list(map(str, source.cells))
        if lines.has_undecodable and lines.is_undecodable(row):
            readable = [_SURROGATE.sub(_REPLACEMENT, cell) for cell in row]
            return SourceRow(number, readable, RowProblem("undecodable", {"line": line + 1}))
        if lines.has_guards:
            row = [unguard_cell(cell) if cell[:1] == "'" else cell for cell in row]
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
        pieces = text[:MAX_CELL_LENGTH].split(self._delimiter)
        return [_SURROGATE.sub(_REPLACEMENT, piece)[:1000] for piece in pieces]

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
                    if follows not in ("", "\r", "\n", self._delimiter):
                        return opening
                    quoted = False
                    position += 1
                else:
                    position = line.find(self._delimiter + '"', position)
                    if position < 0:
                        break
                    quoted, opening = True, index
                    position += 2
        return opening

    def _has_swallowed(self, lines: list[str], row: list[str]) -> bool:
        """Whether a row of several lines is rather several rows between two quotes that each stand alone.

        All lines, the first and the last too, then have as many delimiters as a row of its own: in a text with line
        breaks that is all but impossible once they are many.
        """
        between = self._lengths.most_common(1)[0][0] - 1
        if between < 1 or between * len(lines) < _SWALLOWED:
            return False
        delimiter = self._delimiter
        if any(line.count(delimiter) != between for line in lines):
            return False
        return sum(self._lines.end in cell for cell in row) == 1


def _numbered(numbers: range, rows: list[list[str]]) -> list[SourceRow]:
    # What SourceRow(number, row) does, without a call of Python code for each of a million rows.
    return list(map(tuple.__new__, repeat(SourceRow), zip(numbers, rows, repeat(None))))


@cache
def _utf8_read_as(encoding: str) -> re.Pattern[str]:
    """What three and more Cyrillic letters of UTF-8 look like in a one-byte encoding: no text of its own does."""
    leads = bytes((0xD0, 0xD1)).decode(encoding, "replace")
    trails = "".join(
        letter for byte in range(0x80, 0xC0) if (letter := bytes((byte,)).decode(encoding, "replace")) != _REPLACEMENT
    )
    return re.compile(f"(?:[{re.escape(leads)}][{re.escape(trails)}]){{3,}}")


def _blocks(path: Path, size: int) -> list[bytes]:
    """The start of the file (or all of a small one) and pieces of whole lines from further on."""
    with path.open("rb") as file:
        if size <= _READ_WHOLE:
            return [file.read()]
        blocks = [_up_to_last_line(file.read(_HEAD))]
        for place in range(1, _PROBES + 1):
            file.seek(size * place // (_PROBES + 1))
            piece = file.read(_PROBE)
            blocks.append(_up_to_last_line(piece[piece.find(b"\n") + 1 :]))
    return blocks


def _up_to_last_line(block: bytes) -> bytes:
    end = max(block.rfind(b"\n"), block.rfind(b"\r"))
    return block[: end + 1] if end >= 0 else block


def _decoded(head: bytes, encoding: str) -> str:
    try:
        text = head.decode(encoding, "replace")
    except LookupError:
        raise ReadError("encoding_unknown", encoding=encoding) from None
    # A character may be cut at the end.
    return text.removeprefix("\ufeff").rstrip(_REPLACEMENT)
