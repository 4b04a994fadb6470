"""What an export tells afterwards, and what it tells while it runs."""

from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from typing import Final, TypeVar

Row = TypeVar("Row")
Rows = TypeVar("Rows", bound=Sized)

PROGRESS_STEP: Final = 500
"""After how many rows progress is told where they come one by one: often enough for a cancel to be felt at once."""


@dataclass(frozen=True, slots=True)
class ExportNotice:
    """Something in the file that is not as it is in the database.

    ``code``: ``texts_cut`` (an XLSX cell holds 32,767 characters) or ``several_sheets`` (an XLSX sheet holds
    1,048,576 rows; ``count`` is the number of sheets). ``examples`` are the first cells concerned, as row of
    the file (the heading is row 1) and heading of the column.
    """

    code: str
    count: int
    examples: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How many contacts a file has, and what is to be known of it."""

    rows: int
    notices: tuple[ExportNotice, ...] = ()


def counted(rows: Iterable[Row], progress: Callable[[int], None]) -> Iterator[Row]:
    """The rows, with progress told on the way and at the end. What ``progress`` raises ends the export."""
    done = 0
    for done, row in enumerate(rows, start=1):
        yield row
        if done % PROGRESS_STEP == 0:
            progress(done)
    progress(done)


def counted_batches(batches: Iterable[Rows], progress: Callable[[int], None]) -> Iterator[Rows]:
    """As `counted`, of rows that come some at a time."""
    done = 0
    for batch in batches:
        yield batch
        done += len(batch)
        progress(done)
    if not done:
        progress(0)
