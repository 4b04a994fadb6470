"""Tables of HTML pages: what many web programs write and call an .xls file."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from ulkacrm_desktop.services.imports.readers.encodings import guess_encoding
from ulkacrm_desktop.services.imports.readers.errors import ReadError
from ulkacrm_desktop.services.imports.readers.model import MAX_CELL_LENGTH, MAX_COLUMNS, RowProblem, SourceRow

_MAX_SIZE: Final = 128 * 1024 * 1024
_BLOCK: Final = 256 * 1024
_UNSEEN = frozenset(("script", "style", "template", "head"))
_BREAKS = frozenset(("br", "p", "div", "li"))


class HtmlTables:
    """The tables of a page.

    ``rows``: those of the largest one. ``count``: how many tables with rows there are. ``merged``: how many of its
    cells span several. Raises `ReadError` ``sheet_too_large`` for a page over 128 MB, ``encoding_unknown``.
    """

    def __init__(self, path: Path, encoding: str | None) -> None:
        if path.stat().st_size > _MAX_SIZE:
            raise ReadError("sheet_too_large", sheet=path.name, cell="")
        data = path.read_bytes()
        guess = guess_encoding([data])
        self.guess = guess
        self.encoding = encoding or guess.encoding
        parser = _TableParser()
        try:
            text = data.decode(self.encoding, "replace").removeprefix("\ufeff")
        except LookupError:
            raise ReadError("encoding_unknown", encoding=self.encoding) from None
        for start in range(0, len(text), _BLOCK):
            parser.feed(text[start : start + _BLOCK])
        parser.close()
        parser.finish()
        tables = [table for table in parser.tables if table.rows]
        self.count = len(tables)
        largest = max(tables, key=lambda table: len(table.rows), default=_Table())
        self.rows = largest.rows
        self.merged = largest.merged

    def records(self, size: int) -> Iterator[list[SourceRow]]:
        """The rows in chunks."""
        for start in range(0, len(self.rows), size):
            yield [_row(number, cells) for number, cells in enumerate(self.rows[start : start + size], start + 1)]


def _row(number: int, cells: list[str]) -> SourceRow:
    if max(map(len, cells), default=0) > MAX_CELL_LENGTH:
        return SourceRow(
            number, [cell[:100] for cell in cells], RowProblem("cell_too_large", {"limit": MAX_CELL_LENGTH})
        )
    return SourceRow(number, cells)


class _Table:
    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.merged = 0


class _TableParser(HTMLParser):
    """Collects the cells of tables; the text of a table in a cell belongs to that cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._depth = 0
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._span = 1
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell; unclosed ones before it are closed."""
        if tag in _UNSEEN:
            self._unseen += tag != "head"
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(_Table())
        elif self._depth == 1 and tag == "tr":
            self._end_row()
            self._row = []
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()
            if self._row is None:
                self._row = []
            self._cell = []
            spans = dict(attrs)
            self._span = _span(spans.get("colspan"))
            if self._span > 1 or _span(spans.get("rowspan")) > 1:
                self.tables[-1].merged += 1
        elif tag in _BREAKS and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a table, row or cell."""
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - (tag != "head"), 0)
        elif tag == "table" and self._depth:
            if self._depth == 1:
                self._end_row()
            self._depth -= 1
        elif self._depth == 1 and tag == "tr":
            self._end_row()
        elif self._depth == 1 and tag in ("td", "th"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Text; white space of the source counts as one space."""
        if self._cell is not None and not self._unseen:
            self._cell.append(data)

    def finish(self) -> None:
        """Close what the end of the page left open."""
        if self._depth:
            self._end_row()

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        lines = (" ".join(line.split()) for line in _lines(self._cell))
        self._row.append("\n".join(line for line in lines if line))
        # What lies under a wide cell is empty, as in a workbook.
        self._row.extend([""] * min(self._span - 1, MAX_COLUMNS - len(self._row)))
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self.tables[-1].rows.append(self._row)
        self._row = None


def _lines(pieces: list[str]) -> list[str]:
    # Line ends of the source are white space; those of <br> stand as pieces of their own.
    return "".join(piece if piece == "\n" else piece.replace("\n", " ") for piece in pieces).split("\n")


def _span(value: str | None) -> int:
    return min(int(value), MAX_COLUMNS) if value and value.isdigit() else 1
