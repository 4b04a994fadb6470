"""Taking an operation back, and bringing it back again, from its row changes.

Everything is set-wise: a change of a million rows is undone by a handful of statements. Rows that the
operation changed more than once are taken in passes, latest change first (undo) or earliest first (redo).
"""

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.changes import FieldConflict
from ulkacrm_desktop.core.errors import EditConflict
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.db.indexes import kept_up_together
from ulkacrm_desktop.db.journal import recorded_classes, recorded_columns, table_of
from ulkacrm_desktop.db.revert_conflicts import (
    CONFLICTS_SHOWN,
    SAME_AGAIN,
    conflicts,
    edited_since_creation,
    merged_on,
)
from ulkacrm_desktop.db.reverted_changes import Direction, Pass, rank_changes
from ulkacrm_desktop.models import Contact, OfContact, PropertyGroup, Recorded

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


def revert(connection: Connection, operation_id: int, *, by: int, direction: Direction) -> None:
    """Apply the inverse (or again the effect) of an operation's changes, as part of operation ``by``.

    Raises EditConflict when a row is no longer as the operation left it (for a redo: as the undo left it).
    """
    if is_local(connection):
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    if direction == "undo":
        _refuse(edited_since_creation(connection, operation_id))
    else:
        _set_creation(connection, operation_id, removed_in=None)
    _refuse(merged_on(connection, operation_id, direction))
    passes = rank_changes(connection, operation_id, direction)
    classes = list(recorded_classes())
    for rank in range(1, passes + 1):
        reverting = Pass(connection, operation_id, by, direction, rank)
        _refuse([conflict for mapped in classes for conflict in conflicts(reverting, mapped)])
        for mapped in reversed(classes):
            if not mapped.removable and mapped is not PropertyGroup:
                _take_out(reverting, mapped)
        for mapped in classes:
            _put_in(reverting, mapped)
            _set_values(reverting, mapped)
        # Last, since the rows that referred to them have let go of them by now.
        for mapped in reversed(classes):
            if mapped.removable:
                _remove(reverting, mapped)
        _take_out(reverting, PropertyGroup)
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


def _take_out(work: Pass, mapped: type[Recorded]) -> None:
    """Delete the rows that the pass takes out."""
    if not work.has(mapped, work.taken_out):
        return
    table = table_of(mapped).name
    ids = f"SELECT c.row_id {work.changes(mapped, work.taken_out)}"
    # A group is a heading of properties: it stays as long as one refers to it, were it a removed one.
    unused = " AND id NOT IN (SELECT group_id FROM property WHERE group_id IS NOT NULL)"
    work.connection.execute(
        text(f"DELETE FROM {table} WHERE id IN ({ids}){unused if table == 'property_group' else ''}")
    )


def _remove(work: Pass, mapped: type[Recorded]) -> None:
    """Remove the tags, properties, segments … that the pass takes out, but for those that others use.

    What a removed contact uses counts as used, unless the contact's own creation is undone.
    """
    if not work.has(mapped, work.taken_out):
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
    ids = f"SELECT c.row_id {work.changes(mapped, work.taken_out)}"
    work.connection.execute(
        text(
            f"UPDATE {table} SET removed_in = :by, version = version + 1 "
            f"WHERE id IN ({ids}) AND removed_in IS NULL{unused}"
        ),
        {"by": work.by, "operation": work.operation_id},
    )


def _put_in(work: Pass, mapped: type[Recorded]) -> None:
    """Bring back the rows that the pass puts in."""
    if not work.has(mapped, work.put_in):
        return
    table = table_of(mapped).name
    if mapped.removable:
        # Only an insertion can have been undone here, so this is its redo.
        ids = f"SELECT c.row_id {work.changes(mapped, work.put_in)}"
        work.connection.execute(
            text(
                f"UPDATE {table} SET removed_in = NULL, version = version + 1 "
                f"WHERE id IN ({ids}) AND removed_in IS NOT NULL"
            )
        )
        return
    columns = recorded_columns(mapped)
    version = f"CAST({_version(work)} AS INTEGER) + 1"
    once = f" ON CONFLICT {SAME_AGAIN[table]} DO NOTHING" if table in SAME_AGAIN else ""
    names = [column.name for column in columns]
    values = [work.value(column, work.put) for column in columns]
    if issubclass(mapped, OfContact):
        names.append("class_id")
        values.append(_class_of(work.value(table_of(mapped).c.contact_id, work.put)))
    work.connection.execute(
        text(
            f"INSERT INTO {table} (id, version, {', '.join(names)}) "
            f"SELECT c.row_id, {version}, {', '.join(values)} "
            f"{work.changes(mapped, work.put_in)}{once}"
        )
    )


def _class_of(contact_id: str) -> str:
    return f"(SELECT k.class_id FROM contact k WHERE k.id = {contact_id})"


def _version(work: Pass) -> str:
    return f"json_extract(c.{work.put}, '$.version')" if work.is_local else f"(c.{work.put} ->> 'version')"


def _set_values(work: Pass, mapped: type[Recorded]) -> None:
    """Give changed rows their other image again."""
    if not work.has(mapped, "U"):
        return
    table = table_of(mapped).name
    target = table if work.is_local else "t"
    kept_or_put = {column.name: work.own(column, target) for column in work.changed_columns(mapped)}
    if "contact_id" in kept_or_put and issubclass(mapped, OfContact):
        kept_or_put["class_id"] = _class_of(kept_or_put["contact_id"])
    assignments = ", ".join(f"{name} = {value}" for name, value in kept_or_put.items())
    alias = "" if work.is_local else " AS t"
    changed = work.connection.execute(text(f"SELECT count(*) {work.changes(mapped, 'U')}")).scalar_one()
    with kept_up_together(work.connection, table_of(mapped), kept_or_put, changed):
        work.connection.execute(
            text(
                f"UPDATE {table}{alias} SET {assignments}, version = {target}.version + 1 "
                f"{work.changes(mapped, 'U')} AND c.row_id = {target}.id"
            )
        )
