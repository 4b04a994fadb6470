"""What follows from recorded columns: sort keys, the primary addresses, the words of the search.

`refresh_derived` runs at the end of every operation, over the contacts that the operation has touched.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.db.search_index import refresh_words, unindex

_BATCH = 500


def refresh_derived(connection: Connection, operation_id: int, *, created: bool = True) -> None:
    """Bring the derived columns and the search index up to the operation's changes.

    A bulk load brings the derived columns of what it creates along: ``created=False`` leaves those out.
    """
    local = is_local(connection)
    # A contact that only left keeps its keys; it just goes out of the index.
    left = (
        "SELECT c.id FROM change h JOIN contact c ON c.id = h.row_id WHERE h.operation_id = :operation "
        f"AND h.table_name = 'contact' AND {_removal(connection)} AND c.removed_in IS NOT NULL"
    ).replace(":operation", str(int(operation_id)))
    if local and connection.execute(text(f"{left} LIMIT 1")).first() is not None:
        unindex(connection, left)
    # On PostgreSQL one that came back is in the index already.
    came_back = "" if local else f"AND NOT (table_name = 'contact' AND {_removal(connection)}) "
    # A contact that is away is not in the index of a local file: its tags and properties may change unseen.
    indexed = "AND EXISTS (SELECT 1 FROM contact k WHERE k.id = contact_id AND k.removed_in IS NULL) " if local else ""
    touched = (
        f"SELECT contact_id FROM change WHERE operation_id = {int(operation_id)} AND contact_id IS NOT NULL {came_back}"
        f"AND contact_id NOT IN ({left}) "
        "UNION SELECT contact_id FROM contact_tag WHERE tag_id IN (SELECT row_id FROM change "
        f"WHERE operation_id = {int(operation_id)} AND table_name = 'tag' AND action = 'U') {indexed}"
        # The values of a property that is removed are not found, until it comes back.
        "UNION SELECT contact_id FROM property_value WHERE property_id IN (SELECT row_id FROM change "
        f"WHERE operation_id = {int(operation_id)} AND table_name = 'property' AND {_removal(connection)}) {indexed}"
    )
    if created:
        touched += f" UNION SELECT id FROM contact WHERE created_in = {int(operation_id)}"
    refresh_contacts(connection, list(connection.scalars(text(f"{touched} ORDER BY 1"))))


def refresh_contacts(connection: Connection, contact_ids: Sequence[int]) -> None:
    """Compute all that is derived of these contacts anew."""
    for start in range(0, len(contact_ids), _BATCH):
        batch = contact_ids[start : start + _BATCH]
        listed = ", ".join(str(contact_id) for contact_id in batch)
        named = connection.execute(text(f"SELECT id, name, company FROM contact WHERE id IN ({listed})")).all()
        if not named:
            continue
        connection.execute(
            text(
                "UPDATE contact SET name_key = :name_key, company_key = :company_key, "
                "primary_email = (SELECT e.match_key FROM email e WHERE e.contact_id = :id "
                "ORDER BY e.is_primary DESC, e.position, e.id LIMIT 1), "
                "primary_phone = (SELECT p.match_key FROM phone p WHERE p.contact_id = :id "
                "ORDER BY p.is_primary DESC, p.position, p.id LIMIT 1), "
                "updated_at = (SELECT coalesce(max(o.at), contact.created_at) FROM operation o "
                "WHERE o.id = coalesce((SELECT max(c.operation_id) FROM change c WHERE c.contact_id = :id), "
                "contact.created_in)) WHERE id = :id"
            ),
            [
                {
                    "id": contact_id,
                    "name_key": fold(name),
                    "company_key": fold(company) if company else None,
                }
                for contact_id, name, company in named
            ],
        )
    refresh_words(connection, contact_ids)


def _removal(connection: Connection) -> str:
    """SQL: whether a change is the removal of a row or its return; a row that is made has the column too."""
    if is_local(connection):
        return "action = 'U' AND json_type(after, '$.removed_in') IS NOT NULL"
    return "action = 'U' AND jsonb_exists(after, 'removed_in')"
