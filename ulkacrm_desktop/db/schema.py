"""The schema of a database: made when it is new, brought up to date when it is old, refused when newer."""

import secrets
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, insert, inspect, select, text

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.db.engine import APPLICATION_ID, WRITING, driver_connection, is_local
from ulkacrm_desktop.db.journal import install_journal, remove_journal
from ulkacrm_desktop.db.search_index import install_search_index
from ulkacrm_desktop.models import GENERAL_CLASS, DatabaseInfo, OperationContext
from ulkacrm_desktop.models.contact import ContactClass


def prepare_schema(engine: Engine) -> None:
    """Make the schema of a new database, or migrate an older one, all in one transaction.

    Raises ExpectedError ``schema_newer`` (nothing is changed) and ``migration_failed``.
    """
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
    head = newest_revision()
    if revision == head:
        return
    if revision is not None and not _is_known(revision):
        raise ExpectedError("schema_newer", revision=revision, known=head)
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
                revision = MigrationContext.configure(connection).get_current_revision()
                if revision != head:
                    _migrate(connection, fresh=revision is None)
        finally:
            if is_local(connection):
                driver_connection(connection).execute("PRAGMA foreign_keys = ON")


def newest_revision() -> str:
    """The revision that this program makes and needs."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


def database_code(connection: Connection) -> str:
    """The code that tells this database apart in exported IDs."""
    return connection.execute(select(DatabaseInfo.code)).scalar_one()


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(files("ulkacrm_desktop.db") / "migrations"))
    return configuration


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_configuration())


def _is_known(revision: str) -> bool:
    try:
        return _scripts().get_revision(revision) is not None
    except CommandError:
        return False


def _migrate(connection: Connection, *, fresh: bool) -> None:
    if is_local(connection):
        # Rebuilding a table drops its triggers, and the journal must not record a migration.
        remove_journal(connection)
    elif not fresh:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    configuration = _configuration()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")
    install_search_index(connection)
    if fresh:
        _fill(connection)
    install_journal(connection)
    if is_local(connection):
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise ExpectedError("migration_failed", table=broken[0])


def _fill(connection: Connection) -> None:
    code = secrets.token_hex(4)
    connection.execute(insert(DatabaseInfo).values(id=1, code=code, created_at=clock.now()))
    connection.execute(insert(OperationContext).values(id=1, operation_id=None))
    connection.execute(insert(ContactClass).values(id=GENERAL_CLASS, name="General"))
    if not is_local(connection):
        connection.execute(text("SELECT setval('contact_class_id_seq', 1)"))


def tables_of(connection: Connection) -> set[str]:
    """The names of the tables that the database has."""
    return set(inspect(connection).get_table_names())
