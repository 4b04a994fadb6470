"""Opening a database: the local file through SQLCipher's SQLite, the shared one through PostgreSQL."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.text.fold import fold

APPLICATION_ID = 0x554C4B41
"""What marks a file as ours: "ULKA" in SQLite's application_id."""

WRITING = "ulkacrm_writing"
"""The execution option of a connection that begins its transaction as the one writer."""

# Of the header of a SQLite file (https://www.sqlite.org/fileformat.html#the_database_header).
_HEADER_BYTES = 100
_MARK = slice(68, 72)

CACHE_PRAGMA = "PRAGMA cache_size = -8000"

PAGE_PRAGMA = "PRAGMA page_size = 8192"
"""For new files. Against the 4096 that SQLite takes by itself, a large import has half as many pages to pass through
the log, a tenth of its time, and searches are no slower."""

LOG_PRAGMA = "PRAGMA journal_mode = WAL"
BUSY_PRAGMA = "PRAGMA busy_timeout = 5000"

_PRAGMAS = (
    PAGE_PRAGMA,
    LOG_PRAGMA,
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    BUSY_PRAGMA,
    "PRAGMA trusted_schema = OFF",
    "PRAGMA mmap_size = 0",
    "PRAGMA secure_delete = ON",
    # In memory an index of a million rows is sorted in twice the time, and an undo of them takes 300 MB. But what is
    # sorted in files lies there as it is: a database with a key must have it in memory.
    "PRAGMA temp_store = FILE",
    CACHE_PRAGMA,
)


FOLD_FUNCTION = "ulka_fold"
"""What `core.text.fold.fold` is called in the SQL of a local file."""


# The driver looks for an adapter of None, True and False in vain whenever it binds one, which costs a bulk load half
# its time; with one that gives the value back it is found at once.
dbapi2.register_adapter(type(None), {None: None}.get)
dbapi2.register_adapter(bool, {False: 0, True: 1}.get)


def open_engine(location: str | Path) -> Engine:
    """An engine for a file's path or a ``postgresql://`` address; nothing is created in the database yet.

    Raises ExpectedError ``not_a_database``, ``database_unreadable`` or ``server_unreachable``.
    """
    text = str(location)
    if text.startswith(("postgresql:", "postgres:", "postgresql+psycopg:")):
        return _open_server(text)
    return _open_file(Path(text.removeprefix("sqlite:///")))


def is_local(engine_or_connection: Engine | Connection) -> bool:
    """Whether the database is a local file."""
    return engine_or_connection.dialect.name == "sqlite"


def driver_connection(connection: Connection) -> Any:
    """The driver's own connection, for what must be said outside a transaction."""
    driver = connection.connection.driver_connection
    assert driver is not None
    return driver


def _open_server(text: str) -> Engine:
    url = make_url(text.replace("postgres:", "postgresql:", 1) if text.startswith("postgres:") else text)
    engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    try:
        with engine.connect():
            pass
    except DatabaseError as error:
        raise ExpectedError(
            "server_unreachable", host=url.host or "", database=url.database or "", reason=str(error.orig)
        ) from error
    return engine


def _open_file(path: Path) -> Engine:
    if path.is_dir() or not path.parent.is_dir():
        raise ExpectedError("database_unreadable", path=str(path), reason="folder")
    if _is_foreign(path):
        raise ExpectedError("not_a_database", path=str(path))
    _refuse_foreign(path)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=dbapi2,
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": 5.0},
        pool_size=6,
        max_overflow=10,
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
    except (DatabaseError, dbapi2.DatabaseError) as error:
        engine.dispose()
        raise _unreadable(path, str(getattr(error, "orig", error))) from error
    return engine


def _refuse_foreign(path: Path) -> None:
    """Look at a file without changing a byte of it: opening it as ours would already set its journal mode."""
    try:
        if not path.exists() or not path.stat().st_size:
            return
        with path.open("rb") as file:
            head = file.read(_HEADER_BYTES)
        if not head.startswith(b"SQLite format 3\0"):
            raise ExpectedError("not_a_database", path=str(path))
        if int.from_bytes(head[_MARK], "big") == APPLICATION_ID:
            return
        # What is newest may stand in the log beside the file; without one nobody can be writing to it.
        logged = path.with_name(f"{path.name}-wal").exists()
        uri = f"{path.absolute().as_uri()}?mode=ro{'' if logged else '&immutable=1'}"
        connection = dbapi2.connect(uri, uri=True)
        try:
            (mark,) = connection.execute("PRAGMA application_id").fetchone()
            (objects,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        finally:
            connection.close()
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except dbapi2.DatabaseError as error:
        raise _unreadable(path, str(error)) from error
    if mark != APPLICATION_ID and objects:
        raise ExpectedError("not_a_database", path=str(path))


def _unreadable(path: Path, reason: str) -> ExpectedError:
    if "locked" in reason:
        return ExpectedError("database_busy", location=str(path))
    code = "not_a_database" if "not a database" in reason or "encrypted" in reason else "database_unreadable"
    return ExpectedError(code, path=str(path), reason=reason)


def _is_foreign(path: Path) -> bool:
    """Whether the header says that the file is of another program: a connection would turn it to WAL already."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError:
        return False
    pages = int.from_bytes(header[28:32], "big")
    log = path.with_name(f"{path.name}-wal")
    # A file that was only begun has its mark in the log, or nothing at all.
    unfinished = not header or log.exists() or (header.startswith(b"SQLite format 3\0") and pages <= 1)
    return int.from_bytes(header[68:72], "big") != APPLICATION_ID and not unfinished


def _prepare_connection(driver_connection: Any, _record: object) -> None:
    cursor = driver_connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
    driver_connection.create_function(FOLD_FUNCTION, 1, _fold, deterministic=True)


def _begin(connection: Connection) -> None:
    # The driver is in autocommit, so that a transaction begins where we say and as we say: a writer that
    # begins DEFERRED reads first and loses the updates of others.
    writing = connection.get_execution_options().get(WRITING)
    # What is damaged is seen before a writer builds upon it. To check each page would take a reader, who can spread
    # nothing, a seventh of its time.
    connection.exec_driver_sql(f"PRAGMA cell_size_check = {'ON' if writing else 'OFF'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@lru_cache(maxsize=4_096)  # of cities and the like there are few
def _fold(text: str | None) -> str | None:
    return None if text is None else fold(text)
