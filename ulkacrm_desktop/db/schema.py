"""The schema of a database: made when it is new, brought up to date when it is old, refused when newer."""

from __future__ import annotations

import secrets
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, insert, inspect, select, text

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.db.backup import back_up_before_migration, forget_older_backups
from ulkacrm_desktop.db.engine import APPLICATION_ID, WRITING, driver_connection, is_local
from ulkacrm_desktop.db.folded_texts import install_folded_texts
from ulkacrm_desktop.db.journal import install_journal, remove_journal
from ulkacrm_desktop.db.search_index import install_search_index
from ulkacrm_desktop.models import GENERAL_CLASS, Base, DatabaseInfo, OperationContext
from ulkacrm_desktop.models.contact import ContactClass

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

# Alembic is loaded only where something is to be migrated: it is a tenth of the time to the first list.

NEWEST_REVISION: Final = "0003"
"""The revision that this program makes and needs: the head of the migrations."""


def prepare_schema(engine: Engine) -> None:
    """Make the schema of a new database, or migrate an older one, all in one transaction.

    Beside a local file a verified backup is made before, and kept until the next migration has succeeded. Raises
    ExpectedError ``schema_newer``, ``backup_failed`` and ``migration_failed``; then nothing is changed.
    """
    with engine.connect() as connection:
        revision = present_revision(connection)
        connection.rollback()
    if revision == NEWEST_REVISION:
        return
    if revision is not None and not _is_known(revision):
        raise ExpectedError("schema_newer", revision=revision, known=NEWEST_REVISION)
    backup: Path | None = None
    with engine.connect().execution_options(**{WRITING: True}) as connection:
        if is_local(connection):
            # A batch migration rebuilds tables: with keys enforced, children of a rebuilt parent would be
            # deleted silently. The pragma has no effect inside a transaction.
            driver_connection(connection).execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if not is_local(connection):
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": APPLICATION_ID})
                # Another process may have done it while this one waited for its turn to write.
                revision = present_revision(connection)
                if revision is not None and revision != NEWEST_REVISION and is_local(connection):
                    backup = back_up_before_migration(connection, revision)
                if revision != NEWEST_REVISION:
                    _migrate(connection, fresh=revision is None)
        finally:
            if is_local(connection):
                driver_connection(connection).execute("PRAGMA foreign_keys = ON")
    if backup is not None:
        forget_older_backups(backup)


def present_revision(connection: Connection) -> str | None:
    """The revision of the database, None where it has no schema yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return revision


def newest_revision() -> str:
    """The head of the migrations as they lie beside the program."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


def database_code(connection: Connection) -> str:
    """The code that tells this database apart in exported IDs."""
    return connection.execute(select(DatabaseInfo.code)).scalar_one()


def _configuration() -> Config:
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(files("ulkacrm_desktop.db") / "migrations"))
    return configuration


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_configuration())


def _is_known(revision: str) -> bool:
    from alembic.util import CommandError

    try:
        return _scripts().get_revision(revision) is not None
    except CommandError:
        return False


def _migrate(connection: Connection, *, fresh: bool) -> None:
    from alembic import command

    if is_local(connection):
        # Rebuilding a table drops its triggers, and the journal must not record a migration.
        remove_journal(connection)
    elif not fresh:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    before = _row_counts(connection)
    configuration = _configuration()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")
    after = _row_counts(connection)
    lost = next((table for table, count in before.items() if after.get(table) != count), None)
    if lost is not None:
        # A rebuilt table would take the rows with it that refer to its own.
        raise ExpectedError("migration_failed", table=lost)
    install_search_index(connection)
    install_folded_texts(connection)
    if fresh:
        _fill(connection)
    install_journal(connection)
    if is_local(connection):
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise ExpectedError("migration_failed", table=broken[0])


def _row_counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has that the models know."""
    return {
        table: int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
        for table in sorted(tables_of(connection) & Base.metadata.tables.keys())
    }


def _fill(connection: Connection) -> None:
    code = secrets.token_hex(4)
    connection.execute(insert(DatabaseInfo).values(id=1, code=code, created_at=clock.now()))
    connection.execute(insert(OperationContext).values(id=1, operation_id=None))
    connection.execute(insert(ContactClass).values(id=GENERAL_CLASS, name="General", name_key="general"))
    if not is_local(connection):
        connection.execute(text("SELECT setval('contact_class_id_seq', 1)"))


def tables_of(connection: Connection) -> set[str]:
    """The names of the tables that the database has."""
    return set(inspect(connection).get_table_names())
