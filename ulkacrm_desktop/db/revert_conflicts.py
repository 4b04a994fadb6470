"""What keeps an operation from being taken back: what is no longer as it was left."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Column, Connection, text

from ulkacrm_desktop.core.changes import FieldConflict
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.db.journal import recorded_columns, table_of
from ulkacrm_desktop.db.reverted_changes import Direction, Pass
from ulkacrm_desktop.models import Recorded

CONFLICTS_SHOWN: Final = 50

SAME_AGAIN = {
    # Somebody has set the same tag again: the state is already the one wanted.
    "contact_tag": "(contact_id, tag_id)",
    "segment_member": "(contact_id, segment_id)",
    "property_group": "(id)",
}

EFFECTIVE = "o.reverted_by_id IS NULL AND o.kind NOT IN ('undone', 'redone')"
"""An operation ``o`` counts when it is not undone; undoing and redoing say nothing of their own."""


def edited_since_creation(connection: Connection, operation_id: int) -> list[FieldConflict]:
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


def merged_on(connection: Connection, operation_id: int, direction: Direction) -> list[FieldConflict]:
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


def conflicts(work: Pass, mapped: type[Recorded]) -> Iterator[FieldConflict]:
    """What in this table is not as it was left; at most a few of each kind."""
    if work.has(mapped, "U"):
        yield from _moved_on(work, mapped, "U")
    if mapped.removable:
        if "name_key" in table_of(mapped).c and table_of(mapped).name != "contact":
            yield from _name_taken(work, mapped)
        return
    if work.has(mapped, work.taken_out):
        yield from _moved_on(work, mapped, work.taken_out)
    if work.has(mapped, work.put_in) and table_of(mapped).name not in SAME_AGAIN:
        yield from _place_taken(work, mapped, work.put_in)
    if work.has(mapped, "U"):
        yield from _place_taken(work, mapped, "U")


def _moved_on(work: Pass, mapped: type[Recorded], action: str) -> Iterator[FieldConflict]:
    table = table_of(mapped).name
    joined = work.changes(mapped, action).replace("WHERE", f"LEFT JOIN {table} t ON t.id = c.row_id WHERE")
    columns = work.changed_columns(mapped) if action == "U" else recorded_columns(mapped)
    if not _any_moved_on(work, joined, columns, action):
        return
    for column in columns:
        held = f"AND {work.holds(column, work.expected)}" if action == "U" else ""
        rows = work.connection.execute(
            text(
                f"SELECT c.row_id, c.contact_id, {_text(work.value(column, work.expected))}, "
                f"{_text(f't.{column.name}')}, {_text(work.value(column, work.put))} "
                f"{joined} "
                f"{held} AND ({work.differs(column, work.expected)} OR t.id IS NULL) LIMIT {CONFLICTS_SHOWN}"
            )
        ).all()
        for row_id, contact_id, seen, present, wanted in rows:
            yield FieldConflict(table, row_id, contact_id, column.name, seen, present, wanted)


def _any_moved_on(work: Pass, joined: str, columns: Sequence[Column[object]], action: str) -> bool:
    """Whether any row differs in any column: once over all of them, since mostly none does."""
    differing = [
        f"({work.holds(column, work.expected)} AND {work.differs(column, work.expected)})"
        if action == "U"
        else work.differs(column, work.expected)
        for column in columns
    ]
    found = text(f"SELECT 1 {joined} AND (t.id IS NULL OR {' OR '.join(differing)}) LIMIT 1")
    return work.connection.execute(found).first() is not None


def _place_taken(work: Pass, mapped: type[Recorded], action: str) -> Iterator[FieldConflict]:
    """Rows that cannot come back, or be as they were, since another has their unique key by now."""
    table = table_of(mapped)
    changed = {column.name for column in work.changed_columns(mapped)} if action == "U" else set()
    for index in table.indexes:
        names = [column.name for column in index.columns]
        if not index.unique or (action == "U" and changed.isdisjoint(names)):
            continue
        own = {
            name: work.own(table.c[name]) if action == "U" else work.value(table.c[name], work.put) for name in names
        }
        same = " AND ".join(f"t.{name} = {value}" for name, value in own.items())
        present = f"JOIN {table.name} m ON m.id = c.row_id " if action == "U" else ""
        joined = work.changes(mapped, action).replace("WHERE", f"{present}JOIN {table.name} t ON {same} WHERE")
        # A row that this very pass takes out or changes makes room for the one that comes back.
        leaving = (
            f"AND t.id <> c.row_id AND NOT EXISTS (SELECT 1 FROM reverted_change g WHERE g.rank = {work.rank} "
            f"AND g.table_name = '{table.name}' AND g.action IN ('{work.taken_out}', 'U') AND g.row_id = t.id)"
        )
        shown = "value" if "value" in table.c else names[-1]
        rows = work.connection.execute(
            text(
                f"SELECT c.row_id, c.contact_id, {_text(f't.{shown}')}, "
                f"{_text(work.value(table.c[shown], work.put))} {joined} {leaving} LIMIT {CONFLICTS_SHOWN}"
            )
        ).all()
        for row_id, contact_id, there, wanted in rows:
            yield FieldConflict(table.name, row_id, contact_id, shown, None, there, wanted)


def _name_taken(work: Pass, mapped: type[Recorded]) -> Iterator[FieldConflict]:
    """Tags, properties, segments … that would be present under a name that another one has by now."""
    table = table_of(mapped)
    actions = "'U', 'I'" if work.put_in == "I" else "'U'"

    def own(name: str, of_inserted: str) -> str:
        return f"CASE WHEN c.action = 'I' THEN {of_inserted} ELSE {work.own(table.c[name])} END"

    seen_together = ""
    if "owner_id" in table.c:
        # What is private takes its name only among what the same person sees.
        owner = own("owner_id", "m.owner_id")
        seen_together = f"AND (t.owner_id IS NULL OR {owner} IS NULL OR t.owner_id = {owner}) "
    rows = work.connection.execute(
        text(
            "SELECT c.row_id, t.name, m.name FROM reverted_change r JOIN change c ON c.id = r.change_id "
            f"JOIN {table.name} m ON m.id = c.row_id "
            f"JOIN {table.name} t ON t.id <> m.id AND t.removed_in IS NULL "
            f"AND t.name_key = {own('name_key', 'm.name_key')} {seen_together}"
            f"WHERE r.rank = {work.rank} AND r.table_name = '{table.name}' AND r.action IN ({actions}) "
            f"AND {own('removed_in', 'NULL')} IS NULL LIMIT {CONFLICTS_SHOWN}"
        )
    ).all()
    for row_id, present, wanted in rows:
        yield FieldConflict(table.name, row_id, None, "name", None, present, wanted)


def _text(expression: str) -> str:
    return f"CAST({expression} AS TEXT)"
