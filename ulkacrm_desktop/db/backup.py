"""A verified copy of a local file beside it, by SQLite's backup API: what a copy of the file itself never is."""

import glob
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection, text
from sqlcipher3 import dbapi2

from ulkacrm_desktop.core.errors import ExpectedError

_ENDING = "backup"


def back_up_before_migration(connection: Connection, revision: str) -> Path:
    """Copy the database that this connection has locked for writing and not changed yet; answers the copy.

    ``revision`` is that of its schema. Raises ExpectedError ``backup_failed`` where the copy cannot be made or is not
    sound.
    """
    source = _file(connection)
    target = source.with_name(f"{source.name}.{revision}.{_ENDING}")
    unfinished = target.with_name(f"{target.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        # A connection of its own: SQLite copies nothing out of one that is writing.
        with closing(dbapi2.connect(str(source))) as original, closing(dbapi2.connect(str(unfinished))) as copy:
            original.backup(copy)
        _check(unfinished)
        unfinished.replace(target)
    except (OSError, dbapi2.Error) as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise ExpectedError("backup_failed", path=str(target), reason=str(error)) from error
    return target


def forget_older_backups(kept: Path) -> None:
    """Delete the copies that earlier migrations have left; the latest stays."""
    database = kept.name.removesuffix(f".{_ENDING}").rpartition(".")[0]
    for path in kept.parent.glob(f"{glob.escape(database)}.*.{_ENDING}"):
        if path != kept:
            path.unlink(missing_ok=True)


def _check(path: Path) -> None:
    with closing(dbapi2.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise dbapi2.DatabaseError(found)


def _file(connection: Connection) -> Path:
    found = connection.execute(text("SELECT file FROM pragma_database_list WHERE name = 'main'")).scalar_one()
    return Path(found)
