"""Indexes of a local file set aside while a large part of their table changes, and made anew after it.

An entry of an index lies anywhere in it: keeping a dozen indexes up row by row for a million contacts reads and
writes each of their pages again and again, and takes many times as long as sorting all entries at the end.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Index, Table
from sqlalchemy.schema import CreateIndex, DropIndex

from ulkacrm_desktop.db.engine import CACHE_PRAGMA, is_local

LARGE = 20_000
"""From this many rows on it can pay."""

SORTING_PRAGMA = "PRAGMA cache_size = -4000"
"""Entries are sorted in runs of the size of the cache: those that fit the processor's own cache take half the time of
larger ones."""


def worth_setting_aside(connection: Connection, table: Table, rows: int) -> bool:
    """Whether a change of so many rows is large beside what the table holds."""
    if not is_local(connection) or rows < LARGE:
        return False
    return rows * 3 > int(connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar_one())


@contextmanager
def set_aside(connection: Connection, indexes: Sequence[Index]) -> Iterator[None]:
    """Be without these indexes for the time of a block."""
    drop_indexes(connection, indexes)
    yield
    make_indexes(connection, indexes)


@contextmanager
def kept_up_together(connection: Connection, table: Table, columns: Collection[str], rows: int) -> Iterator[None]:
    """Bring what a change of these columns does to the indexes of a table in at its end, where the rows are many.

    The block must find its rows without them; what is unique stays.
    """
    touched = [index for index in table.indexes if not index.unique and _holds(index, columns)]
    with set_aside(connection, touched if worth_setting_aside(connection, table, rows) else ()):
        yield


def _holds(index: Index, columns: Collection[str]) -> bool:
    """Whether a change of one of these columns can change the index."""
    condition = str(index.dialect_options["sqlite"]["where"])
    return any(column in index.columns or column in condition for column in columns)


def drop_indexes(connection: Connection, indexes: Sequence[Index]) -> None:
    """Drop indexes, to be made again in the same transaction."""
    for index in indexes:
        connection.execute(DropIndex(index))


def make_indexes(connection: Connection, indexes: Sequence[Index], report: Callable[[], None] | None = None) -> None:
    """Make indexes of all rows there are; reports after each."""
    if not indexes:
        return
    connection.exec_driver_sql(SORTING_PRAGMA)
    for index in indexes:
        connection.execute(CreateIndex(index))
        if report is not None:
            report()
    connection.exec_driver_sql(CACHE_PRAGMA)
