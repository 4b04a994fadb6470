"""All rows of a file, chunk by chunk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ulkacrm_desktop.services.imports.readers.delimited import open_text
from ulkacrm_desktop.services.imports.readers.html_table import HtmlTables
from ulkacrm_desktop.services.imports.readers.inspection import inspect_source
from ulkacrm_desktop.services.imports.readers.kinds import find_kind
from ulkacrm_desktop.services.imports.readers.model import ReaderOptions, SourceKind, SourceRow
from ulkacrm_desktop.services.imports.readers.pieces import Piece, ReadRows, RowSource
from ulkacrm_desktop.services.imports.readers.tables import shaped
from ulkacrm_desktop.services.imports.readers.vcards import look_at_cards, read_cards


class _ParsedSource:
    """A file of a kind whose rows come parsed."""

    def __init__(self, chunks: Iterator[list[SourceRow]]) -> None:
        self._chunks = chunks

    def take(self) -> Piece | None:
        """The next chunk."""
        rows = next(self._chunks, None)
        return None if rows is None else ReadRows(rows, rows[-1].number if rows else 0)

    def read_again(self, pieces: Sequence[Piece], number: int) -> None:
        """Never called: rows that are parsed are plain."""
        raise NotImplementedError


@contextmanager
def open_rows(path: Path, options: ReaderOptions | None = None, size: int = 1_000) -> Iterator[RowSource]:
    """The rows of data of a file in pieces, of at most ``size`` rows where they are not text.

    Every row without a problem has a cell for each heading of the inspection; blank rows are left out. What
    ``options`` leave open is found as `inspect_source` finds it: pass the options of an inspection to get what it
    showed. Raises `ReadError`.
    """
    options = options or ReaderOptions()
    kind = find_kind(path)
    if kind is SourceKind.VCARD:
        yield _ParsedSource(read_cards(path, look_at_cards(path, options.encoding), size))
        return
    if not _is_resolved(options, kind):
        options = inspect_source(path, options).options
    if kind is SourceKind.CSV:
        with open_text(path, options) as source:
            yield source
    else:
        yield _ParsedSource(shaped(_raw_chunks(path, options, kind, size), options.heading_row))


def read_chunks(path: Path, options: ReaderOptions | None = None, size: int = 1_000) -> Iterator[list[SourceRow]]:
    """The rows of data of a file in chunks of at most ``size`` rows; see `open_rows`."""
    with open_rows(path, options, size) as source:
        number = 0
        while (piece := source.take()) is not None:
            found = piece.rows()
            if found is None:
                source.read_again([piece], number)
                continue
            before = 0 if piece.is_numbered else number
            number = before + found.last
            rows = [
                SourceRow(before + its_number, cells, found.problems.get(index))
                for index, (its_number, cells) in enumerate(zip(found.numbers, found.cells, strict=True))
            ]
            for start in range(0, len(rows), size):
                yield rows[start : start + size]


def _is_resolved(options: ReaderOptions, kind: SourceKind) -> bool:
    if options.heading_row is None:
        return False
    if kind is SourceKind.CSV:
        return options.encoding is not None and options.delimiter is not None
    return options.encoding is not None if kind is SourceKind.HTML else options.sheet is not None


def _raw_chunks(path: Path, options: ReaderOptions, kind: SourceKind, size: int) -> Iterator[list[SourceRow]]:
    if kind is SourceKind.HTML:
        return HtmlTables(path, options.encoding).records(size)
    if kind is SourceKind.XLSX:
        from ulkacrm_desktop.services.imports.readers.xlsx import read_xlsx

        return read_xlsx(path, options, size)
    if kind is SourceKind.ODS:
        from ulkacrm_desktop.services.imports.readers.ods import read_ods

        return read_ods(path, options, size)
    from ulkacrm_desktop.services.imports.readers.xls import read_xls

    return read_xls(path, options, size)
