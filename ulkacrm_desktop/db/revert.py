"""Taking an operation back, and bringing it back again, from its row changes.

Everything is set-wise: a change of a million rows is undone by a handful of statements. Rows that the
operation changed more than once are taken in passes, latest change first (undo) or earliest first (redo).
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from sqlalchemy import Column, Connection, LargeBinary, text

from ulkacrm_desktop.core.changes import FieldConflict
from ulkacrm_desktop.core.errors import EditConflict
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.db.indexes import kept_up_together
from ulkacrm_desktop.db.journal import recorded_classes, recorded_columns, sql_type, table_of
from ulkacrm_desktop.models import Contact, OfContact, PropertyGroup, Recorded

Direction = Literal["undo", "redo"]

CONFLICTS_SHOWN = 50

_CONTACTS_AT_ONCE = 20_000
"""SQLite keeps a copy of all pages that one statement changes: 300 MB for a million contacts."""

_USES = {
    # Where the id of a record stands that stays as long as somebody refers to it: table, column, and the contact.
    "tag": (("contact_tag", "tag_id", "contact_id"),),
    "property": (("property_value", "property_id", "contact_id"),),
    "crm_user": (
        ("contact", "responsible_id", "id"),
        ("note", "author_id", "contact_id"),
        ("segment", "owner_id", None),
        ("saved_filter", "owner_id", None),
    ),
    "contact_class": (("contact", "class_id", "id"),),
}

_SAME_AGAIN = {
    # Somebody has set the same tag again: the state is already the one wanted.
    "contact_tag": "(contact_id, tag_id)",
    "segment_member": "(contact_id, segment_id)",
    "property_group": "(id)",
}

EFFECTIVE = "o.reverted_by_id IS NULL AND o.kind NOT IN ('undone', 'redone')"
"""An operation ``o`` counts when it is not undone; undoing and redoing say nothing of their own."""


def revert(connection: Connection, operation_id: int, *, by: int, direction: Direction) -> None:
    """Apply the inverse (or again the effect) of an operation's changes, as part of operation ``by``.

    Raises EditConflict when a row is no longer as the operation left it (for a redo: as the undo left it).
    """
    if is_local(connection):
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    if direction == "undo":
        _refuse(_edited_since_creation(connection, operation_id))
    else:
        _set_creation(connection, operation_id, removed_in=None)
    _refuse(_merged_on(connection, operation_id, direction))
    passes = _rank_changes(connection, operation_id, direction)
    classes = list(recorded_classes())
    for rank in range(1, passes + 1):
        reverting = _Pass(connection, operation_id, by, direction, rank)
        _refuse([conflict for mapped in classes for conflict in reverting.conflicts(mapped)])
        for mapped in reversed(classes):
            if not mapped.removable and mapped is not PropertyGroup:
                reverting.take_out(mapped)
        for mapped in classes:
            reverting.put_in(mapped)
            reverting.set_values(mapped)
        # Last, since the rows that referred to them have let go of them by now.
        for mapped in reversed(classes):
            if mapped.removable:
                reverting.remove(mapped)
        reverting.take_out(PropertyGroup)
    if direction == "undo":
        _set_creation(connection, operation_id, removed_in=by)
    connection.execute(text("DROP TABLE reverted_change"))


def _refuse(conflicts: list[FieldConflict]) -> None:
    if conflicts:
        raise EditConflict("changed_since", fields=conflicts[:CONFLICTS_SHOWN], total=len(conflicts))


def _set_creation(connection: Connection, operation_id: int, *, removed_in: int | None) -> None:
    """Let the contacts that an operation created go, or come back where it was its undo that removed them."""
    present = "removed_in IS NULL"
    undone = "removed_in = (SELECT reverted_by_id FROM operation WHERE id = :operation)"
    created = text("SELECT count(*) FROM contact WHERE created_in = :operation")
    many = connection.execute(created, {"operation": operation_id}).scalar_one()
    with kept_up_together(connection, table_of(Contact), ("removed_in",), many):
        _set_removal(connection, operation_id, removed_in, undone if removed_in is None else present)


def _set_removal(connection: Connection, operation_id: int, removed_in: int | None, where: str) -> None:
    """Set it for the contacts that an operation created, as far as ``where`` holds."""
    last = 0
    while True:
        given = {"operation": operation_id, "removed_in": removed_in, "last": last, "most": _CONTACTS_AT_ONCE}
        top = connection.execute(
            text(
                "SELECT max(id) FROM (SELECT id FROM contact WHERE created_in = :operation AND id > :last "
                "ORDER BY id LIMIT :most) AS next_contacts"
            ),
            given,
        ).scalar_one()
        if top is None:
            return
        connection.execute(
            text(
                "UPDATE contact SET removed_in = :removed_in, version = version + 1 WHERE created_in = :operation "
                f"AND id > :last AND id <= :top AND {where}"
            ),
            {**given, "top": top},
        )
        last = top


def _edited_since_creation(connection: Connection, operation_id: int) -> list[FieldConflict]:
    """Contacts of an operation that a later one, still in force, has changed."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT c.id, c.name, o.kind FROM change l "
            "JOIN operation o ON o.id = l.operation_id JOIN contact c ON c.id = l.contact_id "
            f"WHERE l.operation_id > :operation AND {EFFECTIVE} AND c.created_in = :operation "
            f"LIMIT {CONFLICTS_SHOWN}"
        ),
        {"operation": operation_id},
    ).all()
    return [
        FieldConflict("contact", contact_id, contact_id, "created_in", None, kind, name)
        for contact_id, name, kind in rows
    ]


def _merged_on(connection: Connection, operation_id: int, direction: Direction) -> list[FieldConflict]:
    """Contacts that a merge took in and cannot be told from their primary one, which went into another since.

    For a redo: those whose primary contact is gone.
    """
    kind = connection.execute(text("SELECT kind FROM operation WHERE id = :id"), {"id": operation_id}).scalar_one()
    if kind != "contacts_merged":
        return []
    target = "json_extract(c.after, '$.merged_into_id')"
    if not is_local(connection):
        target = "(c.after ->> 'merged_into_id')::bigint"
    gone = "p.merged_into_id IS NOT NULL" if direction == "undo" else "p.removed_in IS NOT NULL"
    rows = connection.execute(
        text(
            "SELECT c.row_id, p.name, n.name FROM change c "
            f"JOIN contact p ON p.id = {target} LEFT JOIN contact n ON n.id = p.merged_into_id "
            f"WHERE c.operation_id = :operation AND c.table_name = 'contact' AND {gone} LIMIT {CONFLICTS_SHOWN}"
        ),
        {"operation": operation_id},
    ).all()
    return [
        FieldConflict("contact", contact_id, contact_id, "merged_into_id", primary, elsewhere, None)
        for contact_id, primary, elsewhere in rows
    ]


def _rank_changes(connection: Connection, operation_id: int, direction: Direction) -> int:
    """Put the operation's changes with their place in the order of work into a temporary table."""
    order = "DESC" if direction == "undo" else "ASC"
    connection.execute(text("DROP TABLE IF EXISTS reverted_change"))
    own = f"FROM change WHERE operation_id = {int(operation_id)}"
    repeated = text(f"SELECT 1 {own} GROUP BY table_name, row_id HAVING count(*) > 1 LIMIT 1")
    if connection.execute(repeated).first() is None:
        # Each row was changed once, as by all operations on many.
        connection.execute(
            text(
                "CREATE TEMPORARY TABLE reverted_change AS "
                f"SELECT id AS change_id, table_name, row_id, action, 1 AS rank {own}"
            )
        )
        _index_ranks(connection)
        return 1
    leaving, coming = ("I", "D") if direction == "undo" else ("D", "I")
    # A row that comes back may need the place of one that leaves in a later pass: it waits for the last of those.
    # What was inserted and deleted by the same operation leaves no trace in either direction.
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE reverted_change AS WITH own AS (SELECT id, table_name, row_id, action, "
            f"row_number() OVER (PARTITION BY table_name, row_id ORDER BY id {order}) AS rank, "
            f"max(CASE action WHEN '{leaving}' THEN 1 ELSE 0 END) OVER (PARTITION BY table_name, row_id) AS leaves, "
            f"max(CASE action WHEN '{coming}' THEN 1 ELSE 0 END) OVER (PARTITION BY table_name, row_id) AS comes "
            f"{own}), last AS (SELECT coalesce(max(rank), 1) - 1 AS wait FROM own "
            f"WHERE action = '{leaving}' AND comes = 0) "
            "SELECT own.id AS change_id, table_name, row_id, action, rank + comes * wait AS rank "
            "FROM own CROSS JOIN last WHERE leaves + comes < 2"
        )
    )
    _index_ranks(connection)
    return int(connection.execute(text("SELECT coalesce(max(rank), 0) FROM reverted_change")).scalar_one())


def _index_ranks(connection: Connection) -> None:
    connection.execute(text("CREATE INDEX reverted_change_order ON reverted_change (rank, table_name, action, row_id)"))


class _Pass:
    """The work on at most one change of each row.

    ``put`` is the image that becomes the present one, ``expected`` the one that must be there now.
    """

    def __init__(self, connection: Connection, operation_id: int, by: int, direction: Direction, rank: int) -> None:
        self._connection = connection
        self._by = by
        self._operation_id = operation_id
        self._undoing = direction == "undo"
        self._rank = rank
        self._put, self._expected = ("before", "after") if self._undoing else ("after", "before")
        self._local = is_local(connection)
        self._changed: dict[str, set[str]] = {}
        # What an undo takes out is what the operation put in; a redo takes out what it had deleted.
        self._taken_out, self._put_in = ("I", "D") if self._undoing else ("D", "I")

    def _has(self, mapped: type[Recorded], *actions: str) -> bool:
        listed = ", ".join(f"'{action}'" for action in actions)
        return (
            self._connection.execute(
                text(
                    f"SELECT 1 FROM reverted_change WHERE rank = {self._rank} "
                    f"AND table_name = '{table_of(mapped).name}' AND action IN ({listed}) LIMIT 1"
                )
            ).first()
            is not None
        )

    def _changes(self, mapped: type[Recorded], action: str) -> str:
        """FROM and WHERE of the pass's changes ``c`` of one table and action."""
        return (
            "FROM reverted_change r JOIN change c ON c.id = r.change_id "
            f"WHERE r.rank = {self._rank} AND r.table_name = '{table_of(mapped).name}' AND r.action = '{action}'"
        )

    def _value(self, column: Column[object], image: str) -> str:
        """SQL for a column's value in an image of change ``c``."""
        if self._local:
            raw = f"json_extract(c.{image}, '$.{column.name}')"
            return f"unhex({raw})" if isinstance(column.type, LargeBinary) else raw
        return f"(c.{image} ->> '{column.name}')::{sql_type(column)}"

    def _holds(self, column: Column[object], image: str) -> str:
        """SQL: whether an image names the column."""
        if self._local:
            return f"json_type(c.{image}, '$.{column.name}') IS NOT NULL"
        # jsonb_exists is the ? operator, which drivers take for a placeholder.
        return f"jsonb_exists(c.{image}, '{column.name}')"

    def _differs(self, column: Column[object], image: str) -> str:
        value = self._value(column, image)
        return f"t.{column.name} IS {'NOT' if self._local else 'DISTINCT FROM'} {value}"

    # Conflicts

    def conflicts(self, mapped: type[Recorded]) -> Iterator[FieldConflict]:
        """What in this table is not as it was left; at most a few of each kind."""
        if self._has(mapped, "U"):
            yield from self._moved_on(mapped, "U")
        if mapped.removable:
            if "name_key" in table_of(mapped).c and table_of(mapped).name != "contact":
                yield from self._name_taken(mapped)
            return
        if self._has(mapped, self._taken_out):
            yield from self._moved_on(mapped, self._taken_out)
        if self._has(mapped, self._put_in) and table_of(mapped).name not in _SAME_AGAIN:
            yield from self._place_taken(mapped, self._put_in)
        if self._has(mapped, "U"):
            yield from self._place_taken(mapped, "U")

    def _moved_on(self, mapped: type[Recorded], action: str) -> Iterator[FieldConflict]:
        table = table_of(mapped).name
        joined = self._changes(mapped, action).replace("WHERE", f"LEFT JOIN {table} t ON t.id = c.row_id WHERE")
        columns = self._changed_columns(mapped) if action == "U" else recorded_columns(mapped)
        if not self._any_moved_on(joined, columns, action):
            return
        for column in columns:
            held = f"AND {self._holds(column, self._expected)}" if action == "U" else ""
            rows = self._connection.execute(
                text(
                    f"SELECT c.row_id, c.contact_id, {self._text(self._value(column, self._expected))}, "
                    f"{self._text(f't.{column.name}')}, {self._text(self._value(column, self._put))} "
                    f"{joined} "
                    f"{held} AND ({self._differs(column, self._expected)} OR t.id IS NULL) LIMIT {CONFLICTS_SHOWN}"
                )
            ).all()
            for row_id, contact_id, seen, present, wanted in rows:
                yield FieldConflict(table, row_id, contact_id, column.name, seen, present, wanted)

    def _any_moved_on(self, joined: str, columns: Sequence[Column[object]], action: str) -> bool:
        """Whether any row differs in any column: once over all of them, since mostly none does."""
        differing = [
            f"({self._holds(column, self._expected)} AND {self._differs(column, self._expected)})"
            if action == "U"
            else self._differs(column, self._expected)
            for column in columns
        ]
        found = text(f"SELECT 1 {joined} AND (t.id IS NULL OR {' OR '.join(differing)}) LIMIT 1")
        return self._connection.execute(found).first() is not None

    def _changed_columns(self, mapped: type[Recorded]) -> list[Column[object]]:
        """The columns that any change of a row in this pass names: few of those that a table has."""
        table = table_of(mapped).name
        if table not in self._changed:
            keys = "json_each(c.before) AS held" if self._local else "jsonb_object_keys(c.before) AS held(key)"
            named = self._changes(mapped, "U").replace("WHERE", f"CROSS JOIN {keys} WHERE")
            self._changed[table] = set(self._connection.scalars(text(f"SELECT DISTINCT held.key {named}")))
        return [column for column in recorded_columns(mapped) if column.name in self._changed[table]]

    def _text(self, expression: str) -> str:
        return f"CAST({expression} AS TEXT)"

    def _place_taken(self, mapped: type[Recorded], action: str) -> Iterator[FieldConflict]:
        """Rows that cannot come back, or be as they were, since another has their unique key by now."""
        table = table_of(mapped)
        changed = {column.name for column in self._changed_columns(mapped)} if action == "U" else set()
        for index in table.indexes:
            names = [column.name for column in index.columns]
            if not index.unique or (action == "U" and changed.isdisjoint(names)):
                continue
            own = {
                name: self._own(table.c[name]) if action == "U" else self._value(table.c[name], self._put)
                for name in names
            }
            same = " AND ".join(f"t.{name} = {value}" for name, value in own.items())
            present = f"JOIN {table.name} m ON m.id = c.row_id " if action == "U" else ""
            joined = self._changes(mapped, action).replace("WHERE", f"{present}JOIN {table.name} t ON {same} WHERE")
            # A row that this very pass takes out or changes makes room for the one that comes back.
            leaving = (
                f"AND t.id <> c.row_id AND NOT EXISTS (SELECT 1 FROM reverted_change g WHERE g.rank = {self._rank} "
                f"AND g.table_name = '{table.name}' AND g.action IN ('{self._taken_out}', 'U') AND g.row_id = t.id)"
            )
            shown = "value" if "value" in table.c else names[-1]
            rows = self._connection.execute(
                text(
                    f"SELECT c.row_id, c.contact_id, {self._text(f't.{shown}')}, "
                    f"{self._text(self._value(table.c[shown], self._put))} {joined} {leaving} LIMIT {CONFLICTS_SHOWN}"
                )
            ).all()
            for row_id, contact_id, there, wanted in rows:
                yield FieldConflict(table.name, row_id, contact_id, shown, None, there, wanted)

    def _own(self, column: Column[object], row: str = "m") -> str:
        """SQL: what the column of a row that change ``c`` is about will be."""
        put = self._value(column, self._put)
        return f"CASE WHEN {self._holds(column, self._put)} THEN {put} ELSE {row}.{column.name} END"

    def _name_taken(self, mapped: type[Recorded]) -> Iterator[FieldConflict]:
        """Tags, properties, segments … that would be present under a name that another one has by now."""
        table = table_of(mapped)
        actions = "'U', 'I'" if self._put_in == "I" else "'U'"

        def own(name: str, of_inserted: str) -> str:
            return f"CASE WHEN c.action = 'I' THEN {of_inserted} ELSE {self._own(table.c[name])} END"

        seen_together = ""
        if "owner_id" in table.c:
            # What is private takes its name only among what the same person sees.
            owner = own("owner_id", "m.owner_id")
            seen_together = f"AND (t.owner_id IS NULL OR {owner} IS NULL OR t.owner_id = {owner}) "
        rows = self._connection.execute(
            text(
                "SELECT c.row_id, t.name, m.name FROM reverted_change r JOIN change c ON c.id = r.change_id "
                f"JOIN {table.name} m ON m.id = c.row_id "
                f"JOIN {table.name} t ON t.id <> m.id AND t.removed_in IS NULL "
                f"AND t.name_key = {own('name_key', 'm.name_key')} {seen_together}"
                f"WHERE r.rank = {self._rank} AND r.table_name = '{table.name}' AND r.action IN ({actions}) "
                f"AND {own('removed_in', 'NULL')} IS NULL LIMIT {CONFLICTS_SHOWN}"
            )
        ).all()
        for row_id, present, wanted in rows:
            yield FieldConflict(table.name, row_id, None, "name", None, present, wanted)

    # Work

    def take_out(self, mapped: type[Recorded]) -> None:
        """Delete the rows that the pass takes out."""
        if not self._has(mapped, self._taken_out):
            return
        table = table_of(mapped).name
        ids = f"SELECT c.row_id {self._changes(mapped, self._taken_out)}"
        # A group is a heading of properties: it stays as long as one refers to it, were it a removed one.
        unused = " AND id NOT IN (SELECT group_id FROM property WHERE group_id IS NOT NULL)"
        self._connection.execute(
            text(f"DELETE FROM {table} WHERE id IN ({ids}){unused if table == 'property_group' else ''}")
        )

    def remove(self, mapped: type[Recorded]) -> None:
        """Remove the tags, properties, segments … that the pass takes out, but for those that others use.

        What a removed contact uses counts as used, unless the contact's own creation is undone.
        """
        if not self._has(mapped, self._taken_out):
            return
        table = table_of(mapped).name
        unused = ""
        for user, column, contact in _USES.get(table, ()):
            found = f"SELECT 1 FROM {user} v WHERE v.{column} = {table}.id AND v.removed_in IS NULL"
            if contact is not None:
                found = (
                    f"SELECT 1 FROM {user} v JOIN contact k ON k.id = v.{contact} "
                    f"JOIN operation o ON o.id = k.created_in WHERE v.{column} = {table}.id "
                    "AND o.reverted_by_id IS NULL AND k.created_in <> :operation"
                )
            unused += f" AND NOT EXISTS ({found})"
        ids = f"SELECT c.row_id {self._changes(mapped, self._taken_out)}"
        self._connection.execute(
            text(
                f"UPDATE {table} SET removed_in = :by, version = version + 1 "
                f"WHERE id IN ({ids}) AND removed_in IS NULL{unused}"
            ),
            {"by": self._by, "operation": self._operation_id},
        )

    def put_in(self, mapped: type[Recorded]) -> None:
        """Bring back the rows that the pass puts in."""
        if not self._has(mapped, self._put_in):
            return
        table = table_of(mapped).name
        if mapped.removable:
            # Only an insertion can have been undone here, so this is its redo.
            ids = f"SELECT c.row_id {self._changes(mapped, self._put_in)}"
            self._connection.execute(
                text(
                    f"UPDATE {table} SET removed_in = NULL, version = version + 1 "
                    f"WHERE id IN ({ids}) AND removed_in IS NOT NULL"
                )
            )
            return
        columns = recorded_columns(mapped)
        version = f"CAST({self._version()} AS INTEGER) + 1"
        once = f" ON CONFLICT {_SAME_AGAIN[table]} DO NOTHING" if table in _SAME_AGAIN else ""
        names = [column.name for column in columns]
        values = [self._value(column, self._put) for column in columns]
        if issubclass(mapped, OfContact):
            names.append("class_id")
            values.append(self._class_of(self._value(table_of(mapped).c.contact_id, self._put)))
        self._connection.execute(
            text(
                f"INSERT INTO {table} (id, version, {', '.join(names)}) "
                f"SELECT c.row_id, {version}, {', '.join(values)} "
                f"{self._changes(mapped, self._put_in)}{once}"
            )
        )

    def _class_of(self, contact_id: str) -> str:
        return f"(SELECT k.class_id FROM contact k WHERE k.id = {contact_id})"

    def _version(self) -> str:
        return f"json_extract(c.{self._put}, '$.version')" if self._local else f"(c.{self._put} ->> 'version')"

    def set_values(self, mapped: type[Recorded]) -> None:
        """Give changed rows their other image again."""
        if not self._has(mapped, "U"):
            return
        table = table_of(mapped).name
        target = table if self._local else "t"
        kept_or_put = {column.name: self._own(column, target) for column in self._changed_columns(mapped)}
        if "contact_id" in kept_or_put and issubclass(mapped, OfContact):
            kept_or_put["class_id"] = self._class_of(kept_or_put["contact_id"])
        assignments = ", ".join(f"{name} = {value}" for name, value in kept_or_put.items())
        alias = "" if self._local else " AS t"
        changed = self._connection.execute(text(f"SELECT count(*) {self._changes(mapped, 'U')}")).scalar_one()
        with kept_up_together(self._connection, table_of(mapped), kept_or_put, changed):
            self._connection.execute(
                text(
                    f"UPDATE {table}{alias} SET {assignments}, version = {target}.version + 1 "
                    f"{self._changes(mapped, 'U')} AND c.row_id = {target}.id"
                )
            )
