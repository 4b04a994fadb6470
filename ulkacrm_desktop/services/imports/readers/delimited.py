"""Tables in plain text, CSV and TSV, in any encoding: a look at the start, and their rows in pieces."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from itertools import chain, islice
from pathlib import Path
from typing import Final

from ulkacrm_desktop.services.imports.readers.delimiters import find_delimiter, separator_line
from ulkacrm_desktop.services.imports.readers.encodings import guess_encoding
from ulkacrm_desktop.services.imports.readers.errors import ReadError
from ulkacrm_desktop.services.imports.readers.model import MAX_CELL_LENGTH, ReaderOptions, SourceRow
from ulkacrm_desktop.services.imports.readers.pieces import Piece, ReadRows, TextPiece
from ulkacrm_desktop.services.imports.readers.records import CarefulRecords, Lines, usual_delimiters
from ulkacrm_desktop.services.imports.readers.tables import columns_of, rows_to_skip, shape
from ulkacrm_desktop.services.imports.readers.text_format import REPLACEMENT, TextFormat

_HEAD: Final = 256 * 1024
_PROBE: Final = 64 * 1024
_PROBES: Final = 3
_READ_WHOLE: Final = 16 * 1024 * 1024
"""Files up to this size are looked through to the end for their encoding, others at the start and in places."""

_PIECE: Final = 160_000  # characters
_LINES: Final = 2_000  # about as many at most in a piece
_SAMPLED: Final = 8  # by such a part of a piece its lines are estimated
_LINES_OF_A_RECORD: Final = 200  # so many are gone back for even quotes
_CAREFUL_ROWS: Final = 1_000
_CAREFUL_PIECES: Final = 5  # so many are read row by row after a text that was not plain


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


def open_text(path: Path, options: ReaderOptions) -> AbstractContextManager["TextSource"]:
    """The rows of a table, in pieces; ``options`` must name encoding and delimiter. Raises `ReadError`."""
    assert options.encoding and options.delimiter
    if len(options.delimiter) != 1 or options.delimiter in '"\r\n':
        raise ReadError("delimiter_invalid", delimiter=options.delimiter)
    return closing(TextSource(path, options))


def first_records(path: Path, options: ReaderOptions, count: int) -> list[SourceRow]:
    """The first rows of a table, headings and what stands before them included. Raises `ReadError`."""
    with open_text(path, options) as source:
        return source.first_records(count)


class TextSource:
    """A table in plain text that is being read.

    Its first rows are read one by one, and so is what is given back; all else is cut into texts of whole records, at
    line ends between which the quotes are even.
    """

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        encoding = options.encoding or ""
        with path.open("rb") as binary:
            head = _decoded(binary.read(_HEAD), encoding)
        self._format = TextFormat(
            options.delimiter or "", encoding, _line_end(head), check_bytes=not options.replace_undecodable
        )
        errors = "surrogateescape"
        if options.replace_undecodable or self._format.is_wide:
            errors = "replace"  # for UTF-16 there are no escapes; the lines are known by U+FFFD
        codec = "utf-8-sig" if encoding.replace("_", "-").lower() in ("utf-8", "utf8") else encoding
        self._file = path.open(encoding=codec, errors=errors, newline=self._format.end)
        self._ahead = self._file.read(_PIECE).removeprefix("\ufeff")
        self._at = 0  # where in it the text begins that is not handed out
        self._line = 0  # lines before it
        self._number = 0  # records before it, where it is known: when it is read one by one
        self._lengths: Counter[int] = Counter()
        self._heading_row = options.heading_row
        self._columns = -1
        self._careful = 0
        if separator_line(head):
            # It is no row, but goes on counting as a line.
            self._line = 1
            self._at = self._ahead.find(self._format.end) + 1 or len(self._ahead)

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def first_records(self, count: int) -> list[SourceRow]:
        """The first rows, whatever they are; before anything else is taken."""
        return self._carefully(count)

    def take(self) -> Piece | None:
        """The next piece of the rows of data, None at the end."""
        if self._columns < 0:
            skip = rows_to_skip(self._heading_row)
            first = self._carefully(skip + _CAREFUL_ROWS)
            self._columns = columns_of(first, skip)
            if first:
                return ReadRows(shape(first[skip:], self._columns), self._number)
        if self._careful:
            self._careful -= 1
            if rows := self._carefully(_CAREFUL_ROWS):
                return ReadRows(shape(rows, self._columns), self._number)
        return self._cut()

    def read_again(self, pieces: Sequence[Piece], number: int) -> None:
        """Take back the pieces taken last, see `RowSource`."""
        texts = [piece for piece in pieces if isinstance(piece, TextPiece)]
        assert len(texts) == len(pieces)  # rows come before texts, and are always plain
        self._ahead = "".join([*(piece.text for piece in texts), self._ahead[self._at :]])
        self._at = 0
        self._line = texts[0].line
        self._number = number
        self._careful = _CAREFUL_PIECES

    def _carefully(self, count: int) -> list[SourceRow]:
        """The next records, one by one."""
        ahead = io.StringIO(self._ahead[self._at :], newline=self._format.end)
        lines = Lines(chain(map(self._finished, ahead), self._file), self._format, self._line)
        records = CarefulRecords(lines, self._format, self._number, self._lengths)
        rows = list(islice(records, count))
        self._ahead = lines.rest() + ahead.read()
        self._at = 0
        self._line = lines.done
        self._number = records.number
        return rows

    def _finished(self, line: str) -> str:
        """A line of what was read ahead, of which the last may go on in the file."""
        return line if line.endswith(self._format.end) else line + self._file.readline()

    def _cut(self) -> TextPiece | None:
        wanted = _PIECE
        while True:
            missing = wanted - (len(self._ahead) - self._at)
            if missing > 0:
                if more := self._file.read(max(missing, _PIECE)):
                    self._ahead = self._ahead[self._at :] + more
                    self._at = 0
                    continue
                end = len(self._ahead)  # the last of the file
                break
            if end := self._end_of_records(wanted, may_be_odd=wanted > _PIECE):
                break
            if wanted > MAX_CELL_LENGTH:
                end = self._at + wanted  # a line that is too long for any row
                break
            wanted *= 2
        text = self._ahead[self._at : end]
        if not text:
            return None
        piece = TextPiece(text, self._line, self._format, usual_delimiters(self._lengths), self._columns)
        self._at = end
        self._line += text.count(self._format.end)
        return piece

    def _end_of_records(self, wanted: int, *, may_be_odd: bool) -> int:
        """The last place up to ``wanted`` characters on where a record ends, by its line end and even quotes.

        0 where there is none. A text that has single quotes in cells without quotes is odd from there on: with
        ``may_be_odd`` any line end will do, and the parser tells.
        """
        text, start, mark = self._ahead, self._at, self._format.end
        limit = start + wanted
        lines = text.count(mark, start, start + wanted // _SAMPLED) * _SAMPLED
        if lines > _LINES:
            limit = start + wanted * _LINES // lines
        last = end = text.rfind(mark, start, limit) + 1
        quotes = text.count('"', start, end)
        for _ in range(_LINES_OF_A_RECORD):
            if not end or quotes % 2 == 0:
                break
            before = text.rfind(mark, start, end - 1) + 1
            quotes -= text.count('"', before, end)
            end = before
        if end and quotes % 2 == 0:
            return end
        return last if may_be_odd else 0


def _line_end(head: str) -> str:
    """What ends the lines; a lone CR only where there is nothing else, else it is a fault in a cell."""
    return "\r" if "\r" in head and "\n" not in head else "\n"


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
    return text.removeprefix("\ufeff").rstrip(REPLACEMENT)
