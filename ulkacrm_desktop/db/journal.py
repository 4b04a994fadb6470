"""The triggers that write the journal, generated from the models for SQLite and for PostgreSQL.

Whatever changes a recorded row, by whichever statement, leaves a row in ``change``; a write outside an
operation fails. A contact and what is created together with it are not journalled row by row: its
``created_in`` stands for all of it, since a contact is never deleted but removed.
"""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Connection, Dialect, LargeBinary, Table, text
from sqlalchemy.dialects.postgresql.base import PGDialect

from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.models import Base, OfContact, Recorded

_POSTGRESQL: Dialect = PGDialect()  # type: ignore[no-untyped-call]


def recorded_classes() -> Iterator[type[Recorded]]:
    """The mapped classes whose tables are journalled, parents before children."""
    by_table = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    for table in Base.metadata.sorted_tables:
        mapped = by_table[table]
        if issubclass(mapped, Recorded):
            yield mapped


def table_of(mapped: type[Recorded]) -> Table:
    """The table of a mapped class."""
    table = mapped.__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)
    return table


def recorded_columns(mapped: type[Recorded]) -> list[Column[object]]:
    """The columns that images of a row hold: all but the id, the version and what is derived.

    The class of what belongs to a contact is the contact's own: it follows by the composite key.
    """
    return [column for column in table_of(mapped).columns if column.name not in {"id", "version", *_derived(mapped)}]


def _derived(mapped: type[Recorded]) -> tuple[str, ...]:
    return (*mapped.derived, "class_id") if issubclass(mapped, OfContact) else mapped.derived


def install_journal(connection: Connection) -> None:
    """Make all triggers anew, inside the caller's transaction."""
    for statement in _sqlite_triggers() if is_local(connection) else _postgresql_triggers():
        connection.exec_driver_sql(statement)


def remove_journal(connection: Connection) -> None:
    """Drop the triggers of a local file for a migration or a bulk load, inside its transaction."""
    for (name,) in connection.execute(
        text("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'journal\\_%' ESCAPE '\\'")
    ).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def begin_operation(connection: Connection, operation_id: int) -> None:
    """Let the triggers write under this operation until the transaction ends."""
    if is_local(connection):
        connection.execute(text("UPDATE operation_context SET operation_id = :id WHERE id = 1"), {"id": operation_id})
    else:
        connection.execute(text("SELECT set_config('ulkacrm.operation', :id, true)"), {"id": str(operation_id)})


def end_operation(connection: Connection) -> None:
    """From here on a write to a recorded table fails again."""
    if is_local(connection):
        connection.execute(text("UPDATE operation_context SET operation_id = NULL WHERE id = 1"))
    else:
        connection.execute(text("SELECT set_config('ulkacrm.operation', '', true)"))


def _unless_following(mapped: type[Recorded], same: str) -> str:
    """SQL: and the row does not just follow its contact to another class, by the key that sets both its columns."""
    if not issubclass(mapped, OfContact):
        return ""
    kept = ("id", "version", *(column.name for column in recorded_columns(mapped)))
    alike = " AND ".join(f"OLD.{name} {same} NEW.{name}" for name in kept)
    return f" AND NOT (OLD.class_id <> NEW.class_id AND {alike})"


_CURRENT = "(SELECT operation_id FROM operation_context WHERE id = 1)"


def _owner(mapped: type[Recorded], row: str) -> tuple[str, str]:
    """SQL for the contact and the class of a row, or NULLs."""
    if issubclass(mapped, OfContact):
        return f"{row}.contact_id", f"{row}.class_id"
    if table_of(mapped).name == "contact":
        return f"{row}.id", f"{row}.class_id"
    return "NULL", "NULL"


def _sqlite_value(column: Column[object], row: str) -> str:
    return f"hex({row}.{column.name})" if isinstance(column.type, LargeBinary) else f"{row}.{column.name}"


def _sqlite_image(mapped: type[Recorded], row: str) -> str:
    pairs = [f"'version', {row}.version"]
    pairs += [f"'{column.name}', {_sqlite_value(column, row)}" for column in recorded_columns(mapped)]
    return f"json_object({', '.join(pairs)})"


def _sqlite_difference(columns: list[Column[object]], row: str) -> str:
    parts = " UNION ALL ".join(
        f"SELECT '{c.name}' AS k, {_sqlite_value(c, row)} AS v WHERE OLD.{c.name} IS NOT NEW.{c.name}" for c in columns
    )
    return f"(SELECT json_group_object(k, v) FROM ({parts}))"


def _sqlite_triggers() -> Iterator[str]:
    for mapped in recorded_classes():
        table = table_of(mapped).name
        columns = recorded_columns(mapped)

        def insert(
            action: str,
            row: str,
            before: str,
            after: str,
            table: str = table,
            mapped: type[Recorded] = mapped,
        ) -> str:
            owner, owner_class = _owner(mapped, row)
            return (
                f"SELECT RAISE(ABORT, 'a write outside an operation') WHERE {_CURRENT} IS NULL; "
                "INSERT INTO change (operation_id, table_name, row_id, contact_id, class_id, action, before, after) "
                f"VALUES ({_CURRENT}, '{table}', {row}.id, {owner}, {owner_class}, '{action}', {before}, {after})"
            )

        def fresh(row: str, contact_id: str = "contact_id") -> str:
            return (
                f"EXISTS (SELECT 1 FROM contact AS owner WHERE owner.id = {row}.{contact_id} "
                f"AND owner.created_in = {_CURRENT})"
            )

        if table == "contact":
            guard_insert = ""
            guard = f"NEW.created_in IS NOT {_CURRENT}"
        elif issubclass(mapped, OfContact):
            guard_insert = f"WHEN NOT {fresh('NEW')}"
            guard = f"NOT {fresh('NEW')}"
        else:
            guard_insert = ""
            guard = "1"
        for trigger in ("insert", "version", "update", "remove", "delete", "origin"):
            yield f"DROP TRIGGER IF EXISTS journal_{table}_{trigger}"
        if table != "contact":
            yield (
                f"CREATE TRIGGER journal_{table}_insert AFTER INSERT ON {table} {guard_insert} BEGIN "
                f"{insert('I', 'NEW', 'NULL', _sqlite_image(mapped, 'NEW'))}; END"
            )
        else:
            yield (
                f"CREATE TRIGGER journal_contact_origin BEFORE INSERT ON contact "
                f"WHEN NEW.created_in IS NOT {_CURRENT} BEGIN "
                "SELECT RAISE(ABORT, 'a contact is created by the operation under way'); END"
            )
        plain = [column for column in columns if column.name != "removed_in"]
        names = ", ".join(column.name for column in columns)
        yield (
            f"CREATE TRIGGER journal_{table}_version BEFORE UPDATE OF id, version, {names} ON {table} "
            f"WHEN (NEW.version IS NOT OLD.version + 1 OR NEW.id IS NOT OLD.id OR {_CURRENT} IS NULL)"
            f"{_unless_following(mapped, 'IS')} BEGIN "
            f"SELECT RAISE(ABORT, 'a write outside an operation') WHERE {_CURRENT} IS NULL; "
            "SELECT RAISE(ABORT, 'an id stays, a version rises by one at each change'); END"
        )
        differs = " OR ".join(f"OLD.{c.name} IS NOT NEW.{c.name}" for c in plain)
        before, after = _sqlite_difference(plain, "OLD"), _sqlite_difference(plain, "NEW")
        yield (
            f"CREATE TRIGGER journal_{table}_update AFTER UPDATE OF {', '.join(c.name for c in plain)} ON {table} "
            f"WHEN {guard} AND ({differs}) BEGIN {insert('U', 'NEW', before, after)}; END"
        )
        if mapped.removable:
            before, after = (f"json_object('removed_in', {row}.removed_in)" for row in ("OLD", "NEW"))
            yield (
                f"CREATE TRIGGER journal_{table}_remove AFTER UPDATE OF removed_in ON {table} "
                f"WHEN OLD.removed_in IS NOT NEW.removed_in BEGIN {insert('U', 'NEW', before, after)}; END"
            )
            yield (
                f"CREATE TRIGGER journal_{table}_delete BEFORE DELETE ON {table} BEGIN "
                f"SELECT RAISE(ABORT, 'rows of {table} are removed, never deleted'); END"
            )
        else:
            unless_fresh = f"WHEN NOT {fresh('OLD')}" if issubclass(mapped, OfContact) else ""
            yield (
                f"CREATE TRIGGER journal_{table}_delete AFTER DELETE ON {table} {unless_fresh} BEGIN "
                f"{insert('D', 'OLD', _sqlite_image(mapped, 'OLD'), 'NULL')}; END"
            )


_RECORD_CHANGE = """
CREATE OR REPLACE FUNCTION record_change() RETURNS trigger LANGUAGE plpgsql AS $$
-- Arguments: whether rows belong to a contact ('contact_id'), are contacts ('id') or neither (''),
-- then the columns that images leave out.
DECLARE
    operation bigint := nullif(current_setting('ulkacrm.operation', true), '')::bigint;
    present jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    earlier jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
    owner bigint := CASE WHEN TG_ARGV[0] <> '' THEN (present ->> TG_ARGV[0])::bigint END;
    left_out text[] := TG_ARGV[1]::text[];
    before_image jsonb;
    after_image jsonb;
BEGIN
    IF operation IS NULL THEN
        RAISE EXCEPTION 'a write outside an operation' USING ERRCODE = '23502';
    END IF;
    IF TG_TABLE_NAME = 'contact' THEN
        IF TG_OP = 'INSERT' THEN
            IF (present ->> 'created_in')::bigint <> operation THEN
                RAISE EXCEPTION 'a contact is created by the operation under way' USING ERRCODE = '23514';
            END IF;
            RETURN NULL;
        END IF;
        IF TG_OP = 'UPDATE' AND (present ->> 'created_in')::bigint = operation
            AND (present -> 'removed_in') = (earlier -> 'removed_in') THEN
            RETURN NULL;
        END IF;
    ELSIF TG_ARGV[0] = 'contact_id'
        AND EXISTS (SELECT 1 FROM contact c WHERE c.id = owner AND c.created_in = operation) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, present -> o.key)
        INTO before_image, after_image
        FROM jsonb_each(earlier - left_out - 'version') o
        WHERE o.value IS DISTINCT FROM present -> o.key;
        IF before_image IS NULL THEN
            RETURN NULL;
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        after_image := present - left_out;
    ELSE
        before_image := present - left_out;
    END IF;
    INSERT INTO change (operation_id, table_name, row_id, contact_id, class_id, action, before, after)
    VALUES (operation, TG_TABLE_NAME, (present ->> 'id')::bigint, owner, (present ->> 'class_id')::bigint,
            left(TG_OP, 1), before_image, after_image);
    RETURN NULL;
END $$
"""

_REQUIRE_VERSION = """
CREATE OR REPLACE FUNCTION require_next_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nullif(current_setting('ulkacrm.operation', true), '') IS NULL THEN
        RAISE EXCEPTION 'a write outside an operation' USING ERRCODE = '23502';
    END IF;
    IF NEW.version IS DISTINCT FROM OLD.version + 1 OR NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'an id stays, a version rises by one at each change' USING ERRCODE = '40001';
    END IF;
    RETURN NEW;
END $$
"""

_REFUSE_DELETE = """
CREATE OR REPLACE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of this table are removed, never deleted or truncated' USING ERRCODE = '23514';
END $$
"""


def _postgresql_triggers() -> Iterator[str]:
    yield _RECORD_CHANGE
    yield _REQUIRE_VERSION
    yield _REFUSE_DELETE
    for mapped in recorded_classes():
        table = table_of(mapped).name
        owner = "id" if table == "contact" else "contact_id" if issubclass(mapped, OfContact) else ""
        left_out = "{" + ",".join(("id", *_derived(mapped))) + "}"
        columns = ", ".join(column.name for column in recorded_columns(mapped))
        yield (
            f"CREATE OR REPLACE TRIGGER journal_{table} AFTER INSERT OR UPDATE OF {columns} OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION record_change('{owner}', '{left_out}')"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER journal_{table}_version BEFORE UPDATE OF id, version, {columns} ON {table} "
            f"FOR EACH ROW WHEN (true{_unless_following(mapped, 'IS NOT DISTINCT FROM')}) "
            "EXECUTE FUNCTION require_next_version()"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER journal_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete()"
        )
        if mapped.removable:
            yield (
                f"CREATE OR REPLACE TRIGGER journal_{table}_delete BEFORE DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_delete()"
            )


def contacts_concerned(operation_id: int) -> str:
    """SQL: the contacts that the operation concerns by what the journal has under others.

    These are the ones of which a row was given to another contact, and those that took one in or gave it back.
    """
    concerned = (
        "CASE table_name WHEN 'contact' THEN coalesce(after ->> 'merged_into_id', before ->> 'merged_into_id') "
        "ELSE before ->> 'contact_id' END"
    )
    return (
        f"SELECT contact_id FROM (SELECT DISTINCT CAST({concerned} AS bigint) AS contact_id FROM change "
        f"WHERE operation_id = {int(operation_id)} AND action = 'U' AND contact_id IS NOT NULL) AS concerned "
        "WHERE contact_id IS NOT NULL"
    )


def sql_type(column: Column[object]) -> str:
    """The column's type as PostgreSQL names it, for casts out of an image."""
    if isinstance(column.type, BigInteger):
        return "bigint"
    return str(column.type.compile(_POSTGRESQL)).replace(' COLLATE "C"', "")
