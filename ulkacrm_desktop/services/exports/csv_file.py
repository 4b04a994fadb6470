"""Contacts as CSV: UTF-8 with a mark that spreadsheets know it by, commas, one line a contact."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from ulkacrm_desktop.services.exports.columns import Batch, Column, Shape
from ulkacrm_desktop.services.exports.report import ExportReport, counted_batches
from ulkacrm_desktop.services.spreadsheet_safety import guard_cells


def write_csv(
    path: Path, batches: Iterable[Batch], columns: Sequence[Column], progress: Callable[[int], None]
) -> ExportReport:
    """Write the contacts to ``path``; texts that a spreadsheet would run as formulas are guarded."""
    rows = 0
    with path.open("wb") as file:
        file.write(_lines([_quoted(guard_cells([column.heading])) for column in columns]).encode("utf-8-sig"))
        for batch in counted_batches(batches, progress):
            file.write(_lines([_texts(column, batch) for column in columns]).encode())
            rows += len(batch)
    return ExportReport(rows)


def _texts(column: Column, batch: Batch) -> Sequence[str]:
    """The cells of a column as they are written."""
    cells = column.cells(batch)
    if column.shape is Shape.TEXT:
        return _quoted(guard_cells(cells))
    if column.shape is Shape.MOMENT:
        texts = {moment: _moment_text(moment) for moment in set(cells)}
        return [texts[moment] for moment in cells]
    return cells


def _moment_text(moment: datetime) -> str:
    """A moment in local time with its offset, to the microsecond: nothing is lost."""
    return moment.astimezone().isoformat(sep=" ")


def _quoted(cells: Sequence[str]) -> Sequence[str]:
    """The cells in quotes where they need them (RFC 4180)."""
    if not _needs_quotes("".join(cells)):
        return cells
    return ['"' + cell.replace('"', '""') + '"' if _needs_quotes(cell) else cell for cell in cells]


def _needs_quotes(text: str) -> bool:
    return "," in text or '"' in text or "\n" in text or "\r" in text


def _lines(columns: Sequence[Sequence[str]]) -> str:
    """The lines of some rows."""
    if len(columns) == 1:
        columns = [[cell or '""' for cell in columns[0]]]  # an empty line would be none
    return "\r\n".join((*map(",".join, zip(*columns, strict=True)), ""))
