"""What the readers of all workbooks share: opening by calamine, choosing a sheet, its rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ulkacrm_desktop.services.imports.readers.errors import ReadError
from ulkacrm_desktop.services.imports.readers.model import (
    MAX_CELL_LENGTH,
    SAMPLE_ROWS,
    Notice,
    RowProblem,
    Sheet,
    SourceRow,
)
from ulkacrm_desktop.services.imports.readers.sheet_scan import SheetFacts

HEAD_ROWS: Final = SAMPLE_ROWS + 50
"""Rows of a sheet that are looked at to show the first ones: titles may stand above the headings."""


@dataclass(frozen=True, slots=True)
class WorkbookLook:
    """What is known of a workbook before all of it is read: its sheets, the one chosen, its first rows.

    ``rows`` is how many rows the chosen sheet has or declares.
    """

    sheets: list[Sheet]
    sheet: str
    head: list[SourceRow]
    rows: int
    notices: list[Notice]


def opened_workbook(source: Path | BytesIO) -> CalamineWorkbook:
    """A workbook that has been looked through. Raises `ReadError` ``password_protected``, ``file_damaged``."""
    with _told_by_calamine():
        if isinstance(source, BytesIO):
            return CalamineWorkbook.from_filelike(source)
        with source.open("rb") as file:  # from a path, calamine would go by the suffix
            return CalamineWorkbook.from_filelike(file)


def sheet_named(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    """A sheet's content. Raises `ReadError` ``password_protected``, ``file_damaged``."""
    with _told_by_calamine():
        return workbook.get_sheet_by_name(name)


@contextmanager
def _told_by_calamine() -> Iterator[None]:
    """Errors of calamine as ours, its panics too, which PyO3 raises as a BaseException that cannot be imported."""
    try:
        yield
    except PasswordError:
        raise ReadError("password_protected") from None
    except (CalamineError, OSError) as error:
        raise ReadError("file_damaged", detail=str(error)) from None
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":
            raise
        raise ReadError("file_damaged", detail=str(panic)) from None


def sheets_of(workbook: CalamineWorkbook) -> list[Sheet]:
    """The work sheets with what the workbook tells of them; charts and macro sheets are left out."""
    sheets = [
        Sheet(entry.name, hidden=entry.visible != SheetVisibleEnum.Visible)
        for entry in workbook.sheets_metadata
        if entry.typ == SheetTypeEnum.WorkSheet
    ]
    if not sheets:
        raise ReadError("no_sheets")
    return sheets


def chosen_sheet(sheets: Sequence[Sheet], wanted: str | None) -> str:
    """The sheet asked for; else the first visible one with rows, or simply the first.

    Raises `ReadError` ``sheet_missing``.
    """
    if wanted is not None:
        if all(sheet.name != wanted for sheet in sheets):
            raise ReadError("sheet_missing", sheet=wanted)
        return wanted
    visible = [sheet for sheet in sheets if not sheet.hidden]
    return next((sheet.name for sheet in visible if sheet.rows), (visible or sheets)[0].name)


def row_count(sheet: CalamineSheet) -> int:
    """The number of the last row that holds something."""
    return 0 if sheet.end is None else sheet.end[0] + 1


def numbered_rows(sheet: CalamineSheet, facts: SheetFacts, *, include_hidden: bool) -> Iterator[SourceRow]:
    """The rows of a sheet from row 1, each from column A, with what calamine leaves out put back.

    Hidden rows are left out unless ``include_hidden``.
    """
    if sheet.start is None:
        return
    # Calamine leaves out the empty columns on the left, though not the empty rows above.
    left: list[Any] = [""] * sheet.start[1]
    hidden = frozenset() if include_hidden else facts.hidden_rows
    corrections = facts.corrections
    for index, cells in enumerate(sheet.iter_rows()):
        if index in hidden:
            continue
        row = left + cells if left else cells
        if index in corrections:
            _put_right(row, corrections[index])
        yield SourceRow(index + 1, row)


def within_limits(rows: Iterator[SourceRow]) -> Iterator[SourceRow]:
    """The rows, those with a cell too large marked as such; formats other than XLS and XLSX set no limit."""
    for row in rows:
        if any(type(cell) is str and len(cell) > MAX_CELL_LENGTH for cell in row.cells):
            shortened = [cell[:100] if type(cell) is str else cell for cell in row.cells]
            yield SourceRow(row.number, shortened, RowProblem("cell_too_large", {"limit": MAX_CELL_LENGTH}))
        else:
            yield row


def _put_right(row: list[Any], corrections: dict[int, str]) -> None:
    for column, value in corrections.items():
        if column < len(row) and row[column] == "":
            row[column] = value
