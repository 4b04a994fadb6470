"""Loading many new contacts at once: the same rows as the operations write, by the cheapest statements.

Inside one transaction the journal's triggers are set aside (a contact's ``created_in`` is its record), and where
the load is large beside what is there, so are the indexes.
"""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Index, Table, text
from sqlalchemy.schema import CreateIndex

from ulkacrm_desktop.db.engine import driver_connection, is_local
from ulkacrm_desktop.db.journal import install_journal, remove_journal
from ulkacrm_desktop.models import (
    GENERAL_CLASS,
    Contact,
    ContactTag,
    Email,
    Messenger,
    Phone,
    PropertyValue,
)

CONTACT_COLUMNS = (
    "name",
    "name_key",
    "kind",
    "is_staff",
    "first_name",
    "last_name",
    "company",
    "company_key",
    "website",
    "notes",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "source",
    "source_detail",
    "primary_email",
    "primary_phone",
    "created_at",
    "updated_at",
)
"""The columns of `ContactRows.contacts`, after the contact's place in the load."""

BULK_CACHE_KB = 64_000

LARGE_LOAD = 20_000
"""From this many contacts on it pays to make indexes anew rather than to keep them up row by row."""

_LOADED = (Contact, Email, Phone, Messenger, ContactTag, PropertyValue)


class BulkLoad:
    """One load within a writer's transaction; a contact's id is ``first_id`` plus its place in the load.

    Use as a context manager around the inserts, and `finish` at their end.
    """

    def __init__(self, connection: Connection, operation_id: int, *, contacts: int) -> None:
        self._connection = connection
        self._operation_id = operation_id
        self._local = is_local(connection)
        present = connection.execute(text("SELECT count(*) FROM contact")).scalar_one()
        self._rebuild = self._local and contacts >= LARGE_LOAD and contacts * 3 > present
        self._set_aside: list[Index] = []
        self.first_id: int = connection.execute(text("SELECT coalesce(max(id), 0) + 1 FROM contact")).scalar_one()

    def __enter__(self) -> "BulkLoad":
        if self._local:
            remove_journal(self._connection)
        else:
            for model in _LOADED:
                self._connection.execute(text(f"ALTER TABLE {_table(model).name} DISABLE TRIGGER USER"))
        if self._rebuild:
            for model in _LOADED:
                for index in _table(model).indexes:
                    self._connection.execute(text(f"DROP INDEX {index.name}"))
                    self._set_aside.append(index)
        return self

    def __exit__(self, *_: object) -> None:
        """A load that is not finished is rolled back, and all comes back with it."""

    def finish(self) -> None:
        """Put indexes and triggers back."""
        for index in self._set_aside:
            self._connection.execute(CreateIndex(index))
        if self._local:
            install_journal(self._connection)
            return
        for model in _LOADED:
            self._connection.execute(text(f"ALTER TABLE {_table(model).name} ENABLE TRIGGER USER"))
            if model is Contact:
                self._connection.execute(
                    text("SELECT setval('contact_id_seq', greatest((SELECT max(id) FROM contact), 1))")
                )

    def insert_contacts(self, rows: Iterable[Sequence[Any]]) -> None:
        """Rows of (place, then `CONTACT_COLUMNS`)."""
        self._insert(
            "contact",
            f"id, class_id, version, created_in, {', '.join(CONTACT_COLUMNS)}",
            f"{self._id}, {GENERAL_CLASS}, 1, {self._operation_id}, {self._marks(len(CONTACT_COLUMNS))}",
            rows,
        )

    def insert_emails(self, rows: Iterable[Sequence[Any]]) -> None:
        """Rows of (place, address, match_key, label, position, is_primary)."""
        self._insert_children("email", "address, match_key, label, position, is_primary", rows)

    def insert_phones(self, rows: Iterable[Sequence[Any]]) -> None:
        """Rows of (place, number, match_key, label, position, is_primary)."""
        self._insert_children("phone", "number, match_key, label, position, is_primary", rows)

    def insert_messengers(self, rows: Iterable[Sequence[Any]]) -> None:
        """Rows of (place, kind, login, match_key, label, position, is_primary)."""
        self._insert_children("messenger", "kind, login, match_key, label, position, is_primary", rows)

    def insert_tags(self, rows: Iterable[Sequence[Any]]) -> None:
        """Rows of (place, tag_id)."""
        self._insert(
            "contact_tag",
            "contact_id, class_id, version, tag_id",
            f"{self._id}, {GENERAL_CLASS}, 1, {self._mark}",
            rows,
        )

    def insert_property(self, property_id: int, rows: Iterable[Sequence[Any]]) -> None:
        """Rows of (place, position, value, value_key, number) of one property."""
        self._insert(
            "property_value",
            "contact_id, class_id, version, property_id, position, value, value_key, number",
            f"{self._id}, {GENERAL_CLASS}, 1, {int(property_id)}, {self._marks(4)}",
            rows,
        )

    def insert_words(self, rows: Iterable[Sequence[Any]]) -> None:
        """Rows of (place, words): their entries in the search index."""
        if self._local:
            self._insert("contact_fts", "rowid, words", f"{self._id}, {self._mark}", rows)
        else:
            self._insert(
                "contact_search", "contact_id, class_id, words", f"{self._id}, {GENERAL_CLASS}, {self._mark}", rows
            )

    @property
    def _mark(self) -> str:
        return "?" if self._local else "%s"

    @property
    def _id(self) -> str:
        return f"{self._mark} + {self.first_id}"

    def _marks(self, count: int) -> str:
        return ", ".join([self._mark] * count)

    def _insert_children(self, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        self._insert(
            table,
            f"contact_id, class_id, version, {columns}",
            f"{self._id}, {GENERAL_CLASS}, 1, {self._marks(columns.count(',') + 1)}",
            rows,
        )

    def _insert(self, table: str, columns: str, values: str, rows: Iterable[Sequence[Any]]) -> None:
        # Straight to the driver: SQLAlchemy would look at each of ten million rows.
        cursor = self._connection.connection.cursor()
        try:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({values})", cast(Any, rows))
        finally:
            cursor.close()


def _table(model: type[Any]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def prepare_bulk(connection: Connection) -> None:
    """Before the transaction of a bulk load: a large cache, and no look-up of the parent of each row."""
    if is_local(connection):
        driver = driver_connection(connection)
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute(f"PRAGMA cache_size = -{BULK_CACHE_KB}")


def end_bulk(connection: Connection) -> None:
    """After the transaction of a bulk load: as it was."""
    if is_local(connection):
        driver = driver_connection(connection)
        driver.execute("PRAGMA foreign_keys = ON")
        driver.execute("PRAGMA cache_size = -8000")
