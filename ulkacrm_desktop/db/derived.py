"""What follows from recorded columns: sort keys, the primary addresses, the moment of change, the words of the search.

`refresh_derived` runs at the end of every operation. The journal tells which contacts the operation has touched, and
how: only what can have changed is computed anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.db.folded_texts import FOLDED_COLUMNS, refresh_texts
from ulkacrm_desktop.db.journal import contacts_concerned
from ulkacrm_desktop.db.search_backlog import index_later
from ulkacrm_desktop.db.search_index import INDEXED_COLUMNS, INDEXED_TABLES, refresh_words, unindex

WORDS_AT_ONCE = 2_000
"""The words of up to so many contacts are indexed within the operation, a quarter of a second; of more, after it."""

_BATCH = 500


def refresh_derived(connection: Connection, operation_id: int, *, created: bool = True) -> None:
    """Bring the derived columns and the search index up to the operation's changes.

    A bulk load brings the derived columns of what it creates along: ``created=False`` leaves those out.
    """
    operation = int(operation_id)
    made = list(connection.scalars(text(f"SELECT id FROM contact WHERE created_in = {operation}"))) if created else []
    _set_moments(connection, operation)
    _set_keys(connection, [*made, *_touched(connection, operation, "contact", ("name", "company"))])
    refresh_texts(connection, [*made, *_touched(connection, operation, "contact", FOLDED_COLUMNS)])
    for table, column in _ADDRESSES.items():
        _set_primary(connection, table, column, [*made, *_touched(connection, operation, table)])
    _set_words(connection, operation, made)


def refresh_contacts(connection: Connection, contact_ids: Sequence[int]) -> None:
    """Compute all that is derived of these contacts anew, but for the moment of their change."""
    _set_keys(connection, contact_ids)
    refresh_texts(connection, contact_ids)
    for table, column in _ADDRESSES.items():
        _set_primary(connection, table, column, contact_ids)
    refresh_words(connection, contact_ids)


_ADDRESSES = {"email": "primary_email", "phone": "primary_phone"}


def _touched(connection: Connection, operation: int, table: str, columns: Sequence[str] = ()) -> Sequence[int]:
    """The contacts of which the operation has changed a row of the table, or one of these columns of it."""
    named = f" AND {_names(connection, columns)}" if columns else ""
    return connection.scalars(
        text(
            f"SELECT DISTINCT contact_id FROM change WHERE operation_id = {operation} AND table_name = '{table}'{named}"
        )
    ).all()


def _names(connection: Connection, columns: Iterable[str]) -> str:
    """SQL: whether a changed row is changed in one of these columns."""
    listed = ", ".join(f"'{column}'" for column in columns)
    if is_local(connection):
        return f"action = 'U' AND EXISTS (SELECT 1 FROM json_each(after) WHERE key IN ({listed}))"
    return f"action = 'U' AND jsonb_exists_any(after, ARRAY[{listed}])"


def _set_moments(connection: Connection, operation: int) -> None:
    """Every present contact that has changes in the operation was changed when it happened."""
    touched = (
        f"SELECT contact_id FROM change WHERE operation_id = {operation} AND contact_id IS NOT NULL "
        f"UNION {contacts_concerned(operation)}"
    )
    moment = int(connection.execute(text(f"SELECT at FROM operation WHERE id = {operation}")).scalar_one())
    if not is_local(connection):
        connection.execute(
            text(f"UPDATE contact SET updated_at = {moment} WHERE removed_in IS NULL AND id IN ({touched})")
        )
        return
    ids = connection.scalars(text(f"{touched} ORDER BY contact_id")).all()
    cursor = connection.connection.cursor()
    try:
        # One by one is faster here: SQLite keeps what a statement changes, until it knows that all of it went well.
        changing = f"UPDATE contact SET updated_at = {moment} WHERE id = ? AND removed_in IS NULL"
        cursor.executemany(changing, [(contact_id,) for contact_id in ids])
    finally:
        cursor.close()


def _set_keys(connection: Connection, contact_ids: Sequence[int]) -> None:
    for ids in _slices(contact_ids, _BATCH):
        named = connection.execute(text(f"SELECT id, name, company FROM contact WHERE id IN ({_listed(ids)})")).all()
        if named:
            connection.execute(
                text("UPDATE contact SET name_key = :name_key, company_key = :company_key WHERE id = :id"),
                [
                    {"id": contact_id, "name_key": fold(name), "company_key": fold(company) if company else None}
                    for contact_id, name, company in named
                ],
            )


def _set_primary(connection: Connection, table: str, column: str, contact_ids: Sequence[int]) -> None:
    for ids in _slices(contact_ids, _BATCH):
        connection.execute(
            text(
                f"UPDATE contact SET {column} = (SELECT a.match_key FROM {table} a WHERE a.contact_id = contact.id "
                f"ORDER BY a.is_primary DESC, a.position, a.id LIMIT 1) WHERE id IN ({_listed(ids)})"
            )
        )


def _set_words(connection: Connection, operation: int, made: Sequence[int]) -> None:
    """Index the contacts whose words the operation may have changed; many of them after it."""
    local = is_local(connection)
    removal = _names(connection, ("removed_in",))
    of_operation = f"FROM change WHERE operation_id = {operation}"
    present = "EXISTS (SELECT 1 FROM contact k WHERE k.id = contact_id AND k.removed_in IS NULL)"
    left = f"SELECT contact_id {of_operation} AND table_name = 'contact' AND {removal} AND NOT {present}"
    if local and connection.execute(text(f"{left} LIMIT 1")).first() is not None:
        unindex(connection, left)
    # On PostgreSQL one that came back is in the index already.
    columns = (*INDEXED_COLUMNS, "removed_in") if local else INDEXED_COLUMNS
    tables = ", ".join(f"'{table}'" for table in INDEXED_TABLES)
    # A contact that is away is not in the index of a local file: its tags and properties may change unseen.
    indexed = f" AND {present}" if local else ""
    reworded = (
        f"SELECT contact_id {of_operation} AND table_name IN ({tables})",
        f"SELECT contact_id {of_operation} AND table_name = 'contact' AND {_names(connection, columns)}{indexed}",
        f"SELECT contact_id FROM ({contacts_concerned(operation)}) AS others WHERE true{indexed}",
        # A tag that is coloured is found as before.
        f"SELECT contact_id FROM contact_tag WHERE tag_id IN (SELECT row_id {of_operation} "
        f"AND table_name = 'tag' AND {_names(connection, ('name', 'removed_in'))}){indexed}",
        # The values of a property that is removed are not found, until it comes back; nor is a mere yes or no.
        f"SELECT contact_id FROM property_value WHERE property_id IN (SELECT row_id {of_operation} "
        f"AND table_name = 'property' AND action = 'U' AND ({_names(connection, ('removed_in',))} "
        f"OR CAST(before AS text) LIKE '%yes_no%' OR CAST(after AS text) LIKE '%yes_no%')){indexed}",
    )
    if connection.execute(text(f"SELECT count(*) {of_operation}")).scalar_one() > WORDS_AT_ONCE:
        for contact_ids in reworded:
            index_later(connection, contact_ids)
        refresh_words(connection, made)
        return
    index_soon(connection, " UNION ".join(reworded), *made)


def index_soon(connection: Connection, contact_ids: str, *further: int) -> None:
    """Gather the words of contacts anew, a SELECT of their ids: at once where they are few, else later.

    ``further`` are ids that are not to wait.
    """
    few = text(f"SELECT contact_id FROM ({contact_ids}) AS wanted LIMIT {WORDS_AT_ONCE + 1}")
    ids = connection.scalars(few).all()
    if len(ids) > WORDS_AT_ONCE:
        index_later(connection, contact_ids)
        ids = []
    refresh_words(connection, sorted({*further, *ids}))


def _slices(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    remaining = iter(ids)
    while batch := list(islice(remaining, size)):
        yield batch


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids))
