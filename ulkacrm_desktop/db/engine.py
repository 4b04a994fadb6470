"""Opening a database: the local file through SQLCipher's SQLite, the shared one through PostgreSQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2

from ulkacrm_desktop.core.errors import ExpectedError

APPLICATION_ID = 0x554C4B41
"""What marks a file as ours: "ULKA" in SQLite's application_id."""

WRITING = "ulkacrm_writing"
"""The execution option of a connection that begins its transaction as the one writer."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32000",
)


# The driver looks for an adapter of None in vain at every NULL that it binds, which costs a bulk load half its
# time; with one that gives None back it is found at once.
dbapi2.register_adapter(type(None), {None: None}.get)


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
            mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            objects = connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
            if mark != APPLICATION_ID and objects:
                raise ExpectedError("not_a_database", path=str(path))
    except ExpectedError:
        engine.dispose()
        raise
    except (DatabaseError, sqlite3.DatabaseError, dbapi2.DatabaseError) as error:
        engine.dispose()
        reason = str(getattr(error, "orig", error))
        code = "not_a_database" if "not a database" in reason or "encrypted" in reason else "database_unreadable"
        raise ExpectedError(code, path=str(path), reason=reason) from error
    return engine


def _prepare_connection(driver_connection: Any, _record: object) -> None:
    cursor = driver_connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    # The driver is in autocommit, so that a transaction begins where we say and as we say: a writer that
    # begins DEFERRED reads first and loses the updates of others.
    writing = connection.get_execution_options().get(WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
