"""All rows of a file, chunk by chunk."""

from collections.abc import Iterator
from pathlib import Path

from ulkacrm_desktop.services.imports.readers.delimited import read_records
from ulkacrm_desktop.services.imports.readers.html_table import HtmlTables
from ulkacrm_desktop.services.imports.readers.inspection import inspect_source
from ulkacrm_desktop.services.imports.readers.kinds import find_kind
from ulkacrm_desktop.services.imports.readers.model import ReaderOptions, SourceKind, SourceRow
from ulkacrm_desktop.services.imports.readers.tables import shaped
from ulkacrm_desktop.services.imports.readers.vcards import look_at_cards, read_cards


def read_chunks(path: Path, options: ReaderOptions | None = None, size: int = 1_000) -> Iterator[list[SourceRow]]:
    """The rows of data of a file in chunks of at most ``size`` rows.

    Every row without a problem has a cell for each heading of the inspection; blank rows are left out. What
    ``options`` leave open is found as `inspect_source` finds it: pass the options of an inspection to get what it
    showed. Raises `ReadError`.
    """
    options = options or ReaderOptions()
    kind = find_kind(path)
    if kind is SourceKind.VCARD:
        yield from read_cards(path, look_at_cards(path, options.encoding), size)
        return
    if not _is_resolved(options, kind):
        options = inspect_source(path, options).options
    yield from shaped(_raw_chunks(path, options, kind, size), options.heading_row)


def _is_resolved(options: ReaderOptions, kind: SourceKind) -> bool:
    if options.heading_row is None:
        return False
    if kind is SourceKind.CSV:
        return options.encoding is not None and options.delimiter is not None
    return options.encoding is not None if kind is SourceKind.HTML else options.sheet is not None


def _raw_chunks(path: Path, options: ReaderOptions, kind: SourceKind, size: int) -> Iterator[list[SourceRow]]:
    if kind is SourceKind.CSV:
        return read_records(path, options, size)
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
