"""Loading many new contacts at once: the same rows as the operations write, by the cheapest statements.

Inside one transaction the journal's triggers are set aside (a contact's ``created_in`` is its record), and where
the load is large beside what is there, so are the indexes.

Rows come as columns: one list for each, all of the same length, or a value that every row has. What is the same in
all rows, as most of what a file does not have, then costs next to nothing.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice, repeat
from typing import Any, Final

from sqlalchemy import Connection, Index, text
from sqlcipher3 import dbapi2

from ulkacrm_desktop.core.text.fold import folded_words
from ulkacrm_desktop.db.engine import BUSY_PRAGMA, LOG_PRAGMA, driver_connection, is_local
from ulkacrm_desktop.db.folded_texts import refresh_texts
from ulkacrm_desktop.db.indexes import drop_indexes, make_indexes, worth_setting_aside
from ulkacrm_desktop.db.journal import install_journal, remove_journal, table_of
from ulkacrm_desktop.db.load_file import release_files
from ulkacrm_desktop.models import (
    GENERAL_CLASS,
    Avatar,
    Contact,
    ContactTag,
    Email,
    Messenger,
    Phone,
    PropertyValue,
    Recorded,
)

Columns = Sequence[Any]
"""The columns of some rows, each a list or the value of all rows. The first is the list of the contacts' places;
where that is empty the others may be missing."""

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
)
"""The columns of `LoadedRows.insert_contacts`, after the contact's place."""

_LOADED: Final[tuple[type[Recorded], ...]] = (
    Contact,
    Email,
    Phone,
    Messenger,
    ContactTag,
    Avatar,
    PropertyValue,
)

_NEVER_MET: Final = (
    "removed_in IS NOT NULL",
    "merged_into_id IS NOT NULL",
    "last_conversation_at IS NOT NULL",
    f"class_id <> {GENERAL_CLASS}",
)
"""Conditions of indexes that no loaded row meets."""

_ROWS_TOGETHER: Final = 20
"""A statement that inserts as many rows takes a third of the time of as many statements."""

_PLAIN_TEXT: Final = re.compile(r"[a-z_]*")


class LoadedRows:
    """Inserts rows through a driver's connection; a contact's id is ``first_id`` plus its place in the load."""

    def __init__(self, driver: Any, first_id: int, *, local: bool = True) -> None:
        self._driver = driver
        self._local = local
        self.first_id = first_id

    def insert_contacts(
        self, columns: Columns, *, operation_id: int, moment: int, responsible_id: int | None = None
    ) -> None:
        """(place, then `CONTACT_COLUMNS`), made by an operation at a moment; ``created_at`` may be None: then.

        All of them get the responsible user.
        """
        if not columns[0]:
            return
        places, *plain, created_at = columns
        if isinstance(created_at, list):
            created_at = [moment if at is None else at for at in created_at]
        own = {"id": self._ids(places), "class_id": GENERAL_CLASS, "version": 1, "created_in": operation_id}
        own["responsible_id"] = responsible_id
        dated = (*plain, moment if created_at is None else created_at)
        self._insert("contact", places, own | dict(zip(CONTACT_COLUMNS, dated, strict=True)) | {"updated_at": moment})

    def insert_emails(self, columns: Columns) -> None:
        """(place, address, match_key, label, position, is_primary)."""
        self._insert_children("email", ("address", "match_key", "label", "position", "is_primary"), columns)

    def insert_phones(self, columns: Columns) -> None:
        """(place, number, match_key, label, position, is_primary)."""
        self._insert_children("phone", ("number", "match_key", "label", "position", "is_primary"), columns)

    def insert_messengers(self, columns: Columns) -> None:
        """(place, kind, login, match_key, label, position, is_primary)."""
        names = ("kind", "login", "match_key", "label", "position", "is_primary")
        self._insert_children("messenger", names, columns)

    def insert_tags(self, columns: Columns) -> None:
        """(place, tag_id)."""
        self._insert_children("contact_tag", ("tag_id",), columns)

    def insert_avatars(self, columns: Columns) -> None:
        """(place, image)."""
        self._insert_children("avatar", ("image",), columns)

    def insert_property(self, property_id: int, columns: Columns) -> None:
        """(place, position, value, value_key, number) of one property."""
        names = ("property_id", "position", "value", "value_key", "number")
        self._insert_children("property_value", names, [columns[0], property_id, *columns[1:]])

    def insert_words(self, columns: Columns) -> None:
        """(place, folded text): their entries in the search index, which parts words at all but letters and digits."""
        if not columns[0]:
            return
        places, words = columns
        if self._local:
            # FTS5 writes out what it has gathered before every statement that inserts more than one row.
            self._insert("contact_fts", places, {"rowid": self._ids(places), "words": words}, together=1)
        else:
            own = {"contact_id": self._ids(places), "class_id": GENERAL_CLASS}
            parted = (" ".join(dict.fromkeys(folded_words(text))) for text in words)
            self._insert("contact_search", places, own | {"words": parted})

    def _ids(self, places: Sequence[int]) -> Iterator[int]:
        return map(self.first_id.__add__, places)

    def _insert_children(self, table: str, names: Sequence[str], columns: Columns) -> None:
        if not columns[0]:
            return
        places, *plain = columns
        own = {"contact_id": self._ids(places), "class_id": GENERAL_CLASS, "version": 1}
        self._insert(table, places, own | dict(zip(names, plain, strict=True)))

    def _insert(
        self, table: str, places: Sequence[int], columns: dict[str, Any], *, together: int = _ROWS_TOGETHER
    ) -> None:
        """Insert as many rows as there are places, some together in a statement; columns are iterables or one value."""
        names, values, given = [], [], []
        for name, column in columns.items():
            if column is None:
                continue
            names.append(name)
            if isinstance(column, bool):
                values.append("true" if column else "false")
            elif isinstance(column, int):
                values.append(str(column))
            elif isinstance(column, str) and _PLAIN_TEXT.fullmatch(column):
                values.append(f"'{column}'")
            else:
                values.append("?" if self._local else "%s")
                given.append(repeat(column) if isinstance(column, (str, float)) else column)
        # A load that fails is rolled back as a whole. Only for what may be undone by itself does SQLite copy the pages
        # that a statement changes, a fifteenth of its time.
        insert = "INSERT OR FAIL" if self._local else "INSERT"
        into = f"{insert} INTO {table} ({', '.join(names)}) VALUES "
        row = f"({', '.join(values)})"
        rows = zip(*given, strict=False)
        whole = len(places) // together * together
        several = [chain.from_iterable(islice(rows, whole))] * (together * len(given))
        # Straight to the driver: SQLAlchemy would look at each of ten million rows.
        cursor = self._driver.cursor()
        try:
            cursor.executemany(into + ", ".join([row] * together), zip(*several, strict=False))
            cursor.executemany(into + row, rows)
        finally:
            cursor.close()


class BulkLoad(LoadedRows):
    """One load within a writer's transaction; the tables ``apart`` are built elsewhere and taken over before its end.

    Those are built with what is unique in them, by `db.load_file`.

    ``empty`` are columns of contacts in which no row of the load has anything.

    Use as a context manager around the inserts, and `finish` at their end.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        contacts: int,
        apart: Collection[str] = (),
        empty: Collection[str] = (),
    ) -> None:
        last = connection.execute(text("SELECT coalesce(max(id), 0) FROM contact")).scalar_one()
        super().__init__(connection.connection, last + 1, local=is_local(connection))
        self._connection = connection
        self._rebuild = worth_setting_aside(connection, table_of(Contact), contacts)
        self._apart = apart
        self._unmet = (*_NEVER_MET, *(f"{column} IS NOT NULL" for column in empty))
        self._set_aside: list[Index] = []
        self._set_aside_apart: list[Index] = []

    def __enter__(self) -> "BulkLoad":
        if self._local:
            remove_journal(self._connection)
        else:
            for model in _LOADED:
                self._connection.execute(text(f"ALTER TABLE {table_of(model).name} DISABLE TRIGGER USER"))
        for table in map(table_of, _LOADED):
            if table.name in self._apart:
                self._set_aside_apart += [index for index in table.indexes if not index.unique]
            elif self._rebuild:
                self._set_aside += [index for index in table.indexes if not self._passes_by(index)]
        drop_indexes(self._connection, [*self._set_aside, *self._set_aside_apart])
        return self

    def _passes_by(self, index: Index) -> bool:
        """Whether no row of the load comes into the index: to make it anew would read all rows for nothing."""
        condition = str(index.dialect_options["sqlite"]["where"])
        return any(unmet in condition for unmet in self._unmet)

    def __exit__(self, *_: object) -> None:
        """A load that is not finished is rolled back, and all comes back with it."""

    def make_indexes(self, report: Callable[[], None], *, apart: bool = False) -> None:
        """Put indexes back, of the tables that were inserted into or of those taken over; reports after each."""
        make_indexes(self._connection, self._set_aside_apart if apart else self._set_aside, report)

    def finish(self) -> None:
        """Put triggers back, and bring along what only a server keeps."""
        if self._local:
            install_journal(self._connection)
            return
        for model in _LOADED:
            self._connection.execute(text(f"ALTER TABLE {table_of(model).name} ENABLE TRIGGER USER"))
        self._connection.execute(text("SELECT setval('contact_id_seq', greatest((SELECT max(id) FROM contact), 1))"))
        loaded = text("SELECT id FROM contact WHERE id >= :first ORDER BY id")
        refresh_texts(self._connection, self._connection.scalars(loaded, {"first": self.first_id}).all())


def prepare_bulk(connection: Connection, *, alone: bool = False) -> None:
    """Before the transaction of a bulk load: look up no parent of a row.

    ``alone``: nobody in this program reads meanwhile. An empty file that no other program has open either is then
    written without the log: each new page once, and not into the log and from there again. What there was is kept
    aside in a file beside it, so that it is all or nothing as ever; who opens the file meanwhile is told that it is
    busy.
    """
    if not is_local(connection):
        return
    driver = driver_connection(connection)
    driver.execute("PRAGMA foreign_keys = OFF")
    if alone and driver.execute("SELECT 1 FROM contact LIMIT 1").fetchone() is None:
        driver.execute("PRAGMA busy_timeout = 0")
        with suppress(dbapi2.OperationalError):  # somebody has it open
            driver.execute("PRAGMA journal_mode = DELETE")
        driver.execute(BUSY_PRAGMA)


def end_bulk(connection: Connection) -> None:
    """After the transaction of a bulk load: as it was."""
    if is_local(connection):
        release_files(connection)
        driver = driver_connection(connection)
        driver.execute("PRAGMA foreign_keys = ON")
        with suppress(dbapi2.OperationalError):  # whoever has come meanwhile sets it at the next opening
            driver.execute(LOG_PRAGMA)
