"""Readers of files of contacts: a look at the file (`inspect_source`), then its rows (`read_chunks`).

`child` does both in a process of its own, with limits on memory and time.
"""

from ulkacrm_desktop.services.imports.readers.errors import ReadError
from ulkacrm_desktop.services.imports.readers.inspection import inspect_source
from ulkacrm_desktop.services.imports.readers.model import (
    NO_HEADINGS,
    Notice,
    ReaderOptions,
    RowProblem,
    Sheet,
    SourceInspection,
    SourceKind,
    SourceRow,
)
from ulkacrm_desktop.services.imports.readers.reading import read_chunks

__all__ = [
    "NO_HEADINGS",
    "Notice",
    "ReadError",
    "ReaderOptions",
    "RowProblem",
    "Sheet",
    "SourceInspection",
    "SourceKind",
    "SourceRow",
    "inspect_source",
    "read_chunks",
]
