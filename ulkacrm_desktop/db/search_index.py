"""The search index: what finds contacts by the beginnings of their words.

On SQLite an FTS5 table without content of its own (``contact_fts``) that holds the present contacts; on
PostgreSQL a table of words with a text-search vector (``contact_search``) that holds all of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text, true

from ulkacrm_desktop.core.text.fold import fold, folded_words
from ulkacrm_desktop.core.text.phones import phone_words
from ulkacrm_desktop.core.text.search_terms import WORD_LIMIT
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.db.load_file import attach, create_load_file
from ulkacrm_desktop.models import (
    Contact,
    ContactTag,
    Email,
    Messenger,
    Note,
    Phone,
    Property,
    PropertyValue,
    Tag,
)

BATCH = 400

INDEXED_COLUMNS = (
    "name",
    "first_name",
    "last_name",
    "company",
    "website",
    "notes",
    "street",
    "city",
    "region",
    "postcode",
    "country",
)
"""The columns of a contact whose words find it."""

INDEXED_TABLES = ("email", "phone", "messenger", "note", "property_value", "contact_tag")
"""The tables of what belongs to a contact whose words find it."""


_FTS_STATEMENTS = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS contact_fts USING fts5(words, content='', contentless_delete=1, "
    "detail=none, prefix='1 2 3', tokenize='ascii')",
    # What is gathered before it is written: as much as fits the processor's own cache. With fewer and larger merges
    # of what was written, a half of the time of a large load.
    f"INSERT INTO contact_fts (contact_fts, rank) VALUES ('hashsize', {2 * 1024 * 1024})",
    "INSERT INTO contact_fts (contact_fts, rank) VALUES ('automerge', 16)",
    "INSERT INTO contact_fts (contact_fts, rank) VALUES ('crisismerge', 64)",
)

_FTS_TABLES = ("contact_fts_data", "contact_fts_idx", "contact_fts_docsize")
"""The tables in which FTS5 keeps an index; its settings are in a fourth."""


def install_search_index(connection: Connection) -> None:
    """Make the index's own structures where they are missing."""
    if is_local(connection):
        for statement in _FTS_STATEMENTS:
            connection.exec_driver_sql(statement)
        return
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS contact_search (contact_id bigint PRIMARY KEY, class_id bigint NOT NULL, "
        "words text NOT NULL, document tsvector GENERATED ALWAYS AS "
        "(array_to_tsvector(string_to_array(words, ' '))) STORED, "
        "FOREIGN KEY (contact_id, class_id) REFERENCES contact (id, class_id) ON UPDATE CASCADE ON DELETE CASCADE)"
    )
    connection.exec_driver_sql(
        "CREATE INDEX IF NOT EXISTS ix_contact_search_document ON contact_search USING gin (document)"
    )


def words_of(texts: Iterable[str | None], phone_keys: Iterable[str]) -> str:
    """The words of a contact as the index keeps them: folded, each once, with spaces between.

    ``phone_keys`` are match keys (digits with the country code).
    """
    return words_of_folded([fold("\n".join(filter(None, texts)))], phone_keys)


def words_of_folded(folded: Iterable[str], phone_keys: Iterable[str]) -> str:
    """`words_of` texts that are folded already."""
    words = dict.fromkeys(folded_words(" ".join(folded)))
    if max(map(len, words), default=0) > WORD_LIMIT:
        words = dict.fromkeys(word[:WORD_LIMIT] for word in words)
    for key in phone_keys:
        for word in phone_words(key):
            words[word] = None
    return " ".join(words)


def refresh_words(connection: Connection, contact_ids: Sequence[int]) -> None:
    """Gather the words of these contacts anew; on SQLite those that are removed leave the index."""
    local = is_local(connection)
    for batch in _batches(contact_ids):
        if local:
            unindex(connection, ", ".join(map(str, batch)))
        rows = [
            {"id": contact_id, "class_id": class_id, "words": words}
            for contact_id, (class_id, words) in gather_words(connection, batch, present_only=local).items()
        ]
        if not rows:
            continue
        if local:
            connection.execute(text("INSERT INTO contact_fts (rowid, words) VALUES (:id, :words)"), rows)
        else:
            connection.execute(
                text(
                    "INSERT INTO contact_search (contact_id, class_id, words) VALUES (:id, :class_id, :words) "
                    "ON CONFLICT (contact_id) DO UPDATE SET words = excluded.words, class_id = excluded.class_id"
                ),
                rows,
            )


@contextmanager
def create_index_file(path: Path) -> Iterator[Any]:
    """Build an index in a new file, for `take_over_index`: a driver's connection by which to fill ``contact_fts``."""
    with create_load_file(path) as connection:
        for statement in _FTS_STATEMENTS:
            connection.execute(statement)
        yield connection


def is_index_empty(connection: Connection) -> bool:
    """Whether nothing has been indexed in a local file, so that an index can be taken over."""
    return (
        is_local(connection)
        and connection.exec_driver_sql("SELECT 1 FROM contact_fts_docsize LIMIT 1").first() is None
        and connection.exec_driver_sql("SELECT count(*) FROM contact_fts_idx").scalar_one() == 0
    )


def take_over_index(connection: Connection, path: Path) -> None:
    """Make the pages of an index built apart those of the (empty) index of a local file."""
    connection.exec_driver_sql("DROP TABLE contact_fts")
    install_search_index(connection)
    built = attach(connection, path)
    for table in _FTS_TABLES:
        connection.exec_driver_sql(f"DELETE FROM main.{table}")
        connection.exec_driver_sql(f"INSERT INTO main.{table} SELECT * FROM {built}.{table}")
    # FTS5 remembers what its tables held, and only a rollback makes this connection read them anew. Without it
    # changes in the same transaction would write over the pages taken over.
    for statement in ("SAVEPOINT taken_over", "ROLLBACK TO taken_over", "RELEASE taken_over"):
        connection.exec_driver_sql(statement)


def unindex(connection: Connection, ids: str) -> None:
    """Take contacts out of a local file's index; ``ids`` is SQL: a list of ids or a SELECT of them.

    PostgreSQL's queries ask the contact itself whether it is present.
    """
    if not is_local(connection):
        return
    if connection.execute(text("SELECT 1 FROM contact WHERE removed_in IS NULL LIMIT 1")).first() is None:
        # Nobody is left: at once rather than one by one.
        connection.exec_driver_sql("INSERT INTO contact_fts (contact_fts) VALUES ('delete-all')")
    else:
        connection.execute(text(f"DELETE FROM contact_fts WHERE rowid IN ({ids})"))


def rebuild_search_index(connection: Connection) -> None:
    """Gather all words and index all contacts anew; for repair and after a change of the rules."""
    if is_local(connection):
        connection.exec_driver_sql("DROP TABLE IF EXISTS contact_fts")
        install_search_index(connection)
    ids = connection.scalars(select(Contact.id).order_by(Contact.id)).all()
    refresh_words(connection, ids)


def _batches(ids: Sequence[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def gather_words(connection: Connection, batch: Sequence[int], *, present_only: bool) -> dict[int, tuple[int, str]]:
    """The class and the words of each contact of the batch."""
    present = Contact.removed_in.is_(None) if present_only else true()
    classes: dict[int, int] = {}
    texts: dict[int, list[str | None]] = {}
    phones: dict[int, list[str]] = {}
    columns = [getattr(Contact, name) for name in INDEXED_COLUMNS]
    for contact_id, class_id, *values in connection.execute(
        select(Contact.id, Contact.class_id, *columns).where(Contact.id.in_(batch), present)
    ):
        classes[contact_id] = class_id
        texts[contact_id] = list(values)
        phones[contact_id] = []
    for query in (
        select(Email.contact_id, Email.address).where(Email.contact_id.in_(batch)),
        select(Messenger.contact_id, Messenger.login).where(Messenger.contact_id.in_(batch)),
        select(Note.contact_id, Note.title).where(Note.contact_id.in_(batch)),
        select(Note.contact_id, Note.body).where(Note.contact_id.in_(batch)),
        select(PropertyValue.contact_id, PropertyValue.value).where(
            PropertyValue.contact_id.in_(batch),
            PropertyValue.property_id.in_(
                select(Property.id).where(Property.type != "yes_no", Property.removed_in.is_(None))
            ),
        ),
        select(ContactTag.contact_id, Tag.name)
        .join(Tag, Tag.id == ContactTag.tag_id)
        .where(ContactTag.contact_id.in_(batch), Tag.removed_in.is_(None)),
    ):
        for contact_id, value in connection.execute(query):
            if contact_id in texts:
                texts[contact_id].append(value)
    for contact_id, key in connection.execute(
        select(Phone.contact_id, Phone.match_key).where(Phone.contact_id.in_(batch))
    ):
        if contact_id in phones:
            phones[contact_id].append(key)
    return {
        contact_id: (class_id, words_of(texts[contact_id], phones[contact_id]))
        for contact_id, class_id in classes.items()
    }
