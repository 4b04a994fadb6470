"""Parts of a large load that are built in files of their own, beside the load, and taken over into a local file.

SQLite copies a whole table with its indexes entry by entry where the target is empty, made by the same statements,
and has no triggers and no foreign keys in force (https://www.sqlite.org/src/file/src/insert.c, xferOptimization):
ten times faster than to insert its rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlcipher3 import dbapi2

from ulkacrm_desktop.db.engine import PAGE_PRAGMA
from ulkacrm_desktop.db.indexes import SORTING_PRAGMA

_GIVEN_AWAY = "ulkacrm_files_taken_over"

_PRAGMAS = (
    PAGE_PRAGMA,
    # A file that a crash damages is thrown away: durability would only cost time.
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA temp_store = FILE",
    SORTING_PRAGMA,
)


@contextmanager
def create_load_file(path: Path) -> Iterator[Any]:
    """A driver's connection to a new file, in one transaction."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()


def attach(connection: Connection, path: Path) -> str:
    """The name under which a transaction sees a load file, which is given away: `release_files` removes it."""
    given_away: list[Path] = connection.info.setdefault(_GIVEN_AWAY, [])
    name = f"built_{len(given_away)}"
    connection.execute(text(f"ATTACH :path AS {name}"), {"path": str(path)})
    given_away.append(path)
    return name


def release_files(connection: Connection) -> None:
    """After the transaction: let go of the files that it has taken over, and remove them."""
    for number, path in enumerate(connection.info.pop(_GIVEN_AWAY, [])):
        connection.connection.cursor().execute(f"DETACH built_{number}")
        path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How a table of a local file is made, with what is unique in it, and the last id that it has given."""

    name: str
    statements: tuple[str, ...]
    last_id: int


def plan_table(connection: Connection, table: str) -> TablePlan | None:
    """What it takes to build a table of a local file apart, None where it has rows.

    Its other indexes must be away when it is taken over, see `BulkLoad`: to copy an entry takes half as long as to
    make it, and who takes over has time for it.
    """
    if connection.exec_driver_sql(f"SELECT 1 FROM {table} LIMIT 1").first() is not None:
        return None
    statements = connection.scalars(
        text(
            "SELECT sql FROM sqlite_schema WHERE tbl_name = :table AND (type = 'table' OR sql LIKE 'CREATE UNIQUE %') "
            "ORDER BY type DESC"
        ),
        {"table": table},
    )
    last = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :table"), {"table": table})
    return TablePlan(table, tuple(statements), last.scalar_one_or_none() or 0)


@contextmanager
def create_table_file(path: Path, plan: TablePlan) -> Iterator[Any]:
    """Build a table in a new file, for `take_over_table`: a driver's connection by which to fill it."""
    with create_load_file(path) as connection:
        table, *indexes = plan.statements
        connection.execute(table)
        connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (plan.name, plan.last_id))
        yield connection
        for index in indexes:
            connection.execute(index)


def take_over_table(connection: Connection, plan: TablePlan, path: Path) -> None:
    """Make the rows and indexes of a table built apart those of the (empty) table of a local file."""
    connection.exec_driver_sql(f"INSERT INTO main.{plan.name} SELECT * FROM {attach(connection, path)}.{plan.name}")
