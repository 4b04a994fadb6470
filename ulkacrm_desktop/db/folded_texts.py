"""The folded texts of contacts on a server, for criteria: PostgreSQL cannot fold as `core.text.fold.fold` does.

A table ``contact_text`` of what each contact has in the fields of `FOLDED_FIELDS`, removed contacts too. A local file
has none: there the function itself is at hand in SQL. Names and companies have keys of their own on both.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.db.engine import is_local

ADDRESS_PARTS: Final = ("street", "city", "region", "postcode", "country")
"""The columns that make up an address, in the order in which they are joined to the field ``address``."""

FOLDED_COLUMNS: Final = (
    "first_name",
    "last_name",
    "website",
    "notes",
    *ADDRESS_PARTS,
    "source_detail",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
)
"""The columns of a contact of which each is a field of ``contact_text``."""

INDEXED_LENGTH: Final = 100
"""So many characters of a folded text are in the index."""

_BATCH: Final = 500


def install_folded_texts(connection: Connection) -> None:
    """Make the table on a server where it is missing, and fill it."""
    if is_local(connection) or connection.execute(text("SELECT to_regclass('contact_text')")).scalar_one() is not None:
        return
    connection.exec_driver_sql(
        "CREATE TABLE contact_text (contact_id bigint NOT NULL, class_id bigint NOT NULL, field text NOT NULL, "
        'folded text COLLATE "C" NOT NULL, PRIMARY KEY (contact_id, field), '
        "FOREIGN KEY (contact_id, class_id) REFERENCES contact (id, class_id) ON UPDATE CASCADE ON DELETE CASCADE)"
    )
    connection.exec_driver_sql(
        f"CREATE INDEX ix_contact_text_folded ON contact_text (field, left(folded, {INDEXED_LENGTH}), contact_id)"
    )
    refresh_texts(connection, connection.scalars(text("SELECT id FROM contact ORDER BY id")).all())


def refresh_texts(connection: Connection, contact_ids: Sequence[int]) -> None:
    """Fold the texts of these contacts anew."""
    if is_local(connection):
        return
    for start in range(0, len(contact_ids), _BATCH):
        ids = list(contact_ids[start : start + _BATCH])
        connection.execute(text("DELETE FROM contact_text WHERE contact_id = ANY (:ids)"), {"ids": ids})
        read = f"SELECT id, class_id, {', '.join(FOLDED_COLUMNS)} FROM contact WHERE id = ANY (:ids)"
        rows = [
            {"id": contact_id, "class": class_id, "field": field, "folded": fold(value)}
            for contact_id, class_id, *values in connection.execute(text(read), {"ids": ids})
            for field, value in _fields(dict(zip(FOLDED_COLUMNS, values, strict=True)))
        ]
        if rows:
            connection.execute(
                text(
                    "INSERT INTO contact_text (contact_id, class_id, field, folded) "
                    "VALUES (:id, :class, :field, :folded)"
                ),
                rows,
            )


def _fields(values: dict[str, Any]) -> Iterable[tuple[str, str]]:
    yield from ((column, value) for column, value in values.items() if value)
    address = ", ".join(filter(None, (values[part] for part in ADDRESS_PARTS)))
    if address:
        yield "address", address
