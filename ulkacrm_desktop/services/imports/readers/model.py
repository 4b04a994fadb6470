"""What readers take and give: options, the look into a file, rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from ulkacrm_desktop.services.imports.cleaning.cells import Cell

MAX_COLUMNS: Final = 1_000
"""Columns beyond are not read; the inspection tells how many there are."""

MAX_CELL_LENGTH: Final = 1_000_000
"""A row with a longer cell, in characters, is rejected."""

SAMPLE_ROWS: Final = 100


class SourceKind(StrEnum):
    """What a file is by its content."""

    CSV = "csv"
    TSV = "tsv"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    VCARD = "vcard"


class Notice(NamedTuple):
    """Something that the user should know of a file, a row or a cell: a code and its facts.

    Codes of an inspection: ``kind_mismatch`` (suffix, kind), ``mixed_encodings`` (encoding, lines: the first 50,
    complete: whether the whole file was looked at), ``encoding_uncertain`` (encoding), ``nothing_to_import``,
    ``no_headings``, ``repeated_headings`` (headings), ``too_many_columns`` (columns, limit), ``hidden_sheets``
    (sheets), ``hidden_rows`` (count, rows: the first 50), ``merged_cells`` (count, ranges), ``spreadsheet_errors``
    (count, cells), ``formulas_without_values`` (count, cells), ``impossible_dates`` (count, cells),
    ``macros_ignored``, ``links_ignored``, ``pictures_ignored`` (count), ``lines_ignored`` (names),
    ``several_tables`` (count).
    """

    code: str
    facts: dict[str, object] = {}  # noqa: RUF012 - never written to: a default of a tuple


class RowProblem(NamedTuple):
    """Why a row is rejected as a whole.

    Codes: ``row_too_long`` (cells, columns), ``cell_too_large`` (limit), ``unbalanced_quote`` (line: where the
    quote opened), ``stray_line_break`` (line), ``undecodable`` (line), ``card_unreadable`` (line).
    """

    code: str
    facts: dict[str, object] = {}  # noqa: RUF012


class SourceRow(NamedTuple):
    """One row of data.

    ``number``: as a spreadsheet numbers it, from 1 with the headings, a row with line breaks in its cells being
    one; of a vCard file the number of the card. ``cells``: as many as there are headings (shorter rows are
    padded); of a row with a ``problem`` what could be read of it.
    """

    number: int
    cells: Sequence[Cell]
    problem: RowProblem | None = None


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """How to read a file; what is None is found by the reader.

    ``encoding``: a codec's name. ``delimiter``: one character. ``sheet``: a sheet's name. ``heading_row``: index of
    the row of headings, -1 for none. ``replace_undecodable``: read U+FFFD where bytes do not fit the encoding,
    instead of rejecting the row. ``include_hidden``: read hidden rows too.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    heading_row: int | None = None
    replace_undecodable: bool = False
    include_hidden: bool = False


NO_HEADINGS: Final = -1
"""`ReaderOptions.heading_row` of a file that has none."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook; ``rows`` is what the file declares, 0 where it declares nothing."""

    name: str
    hidden: bool = False
    rows: int = 0


@dataclass(frozen=True, slots=True)
class SourceInspection:
    """What a look at a file finds out.

    ``headings``: a name a column, '' for one without. ``heading_row``: index of the row of headings, None for none.
    ``rows``: the first rows of data, at most 100. ``estimated_rows``: about how many rows of data there are.
    ``options``: everything that was found, so that reading with them gives what was shown.
    ``encodings``: those worth offering, the likeliest first. ``stamp``: the `file_stamp` of what was looked at.
    """

    kind: SourceKind
    options: ReaderOptions
    headings: list[str]
    rows: list[list[str]]
    heading_row: int | None = None
    estimated_rows: int = 0
    encodings: list[str] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    stamp: tuple[int, int] = (0, 0)

    @property
    def encoding(self) -> str | None:
        """The encoding that was found or asked for; None for a workbook."""
        return self.options.encoding

    @property
    def delimiter(self) -> str | None:
        """The delimiter that was found or asked for; None where there is none."""
        return self.options.delimiter
