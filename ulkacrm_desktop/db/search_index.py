"""The search index: the words of each contact, and the structure that finds them by their beginnings.

On SQLite an FTS5 table without content of its own (``contact_fts``), on PostgreSQL a text-search vector
beside the words; both hold only present contacts, ``contact_search`` the words of all.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection, select, text

from ulkacrm_desktop.core.text.fold import search_words
from ulkacrm_desktop.core.text.phones import phone_words
from ulkacrm_desktop.db.engine import is_local
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


def install_search_index(connection: Connection) -> None:
    """Make the index's own structures where they are missing."""
    if is_local(connection):
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE IF NOT EXISTS contact_fts USING fts5(words, content='', "
            "contentless_delete=1, detail=none, prefix='1 2 3', tokenize='ascii')"
        )
    else:
        connection.exec_driver_sql(
            "ALTER TABLE contact_search ADD COLUMN IF NOT EXISTS document tsvector "
            "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(ltrim(words), ' '))) STORED"
        )
        connection.exec_driver_sql(
            "CREATE INDEX IF NOT EXISTS ix_contact_search_document ON contact_search USING gin (document)"
        )


def words_of(texts: Iterable[str | None], phone_keys: Iterable[str]) -> str:
    """The words of a contact as the index keeps them: folded, each once, each with a space before it.

    ``phone_keys`` are match keys (digits with the country code).
    """
    words = dict.fromkeys(search_words("\n".join(filter(None, texts))))
    for key in phone_keys:
        words.update(dict.fromkeys(phone_words(key)))
    return "".join(f" {word}" for word in words)


def refresh_words(connection: Connection, contact_ids: Sequence[int]) -> None:
    """Gather the words of these contacts anew and index those that are present."""
    for batch in _batches(contact_ids):
        words = _gather(connection, batch)
        rows = [
            {"id": contact_id, "class_id": class_id, "words": found}
            for contact_id, (class_id, found) in words.items()
        ]
        if not rows:
            continue
        _unindex(connection, batch)
        connection.execute(
            text(
                "INSERT INTO contact_search (contact_id, class_id, words) VALUES (:id, :class_id, :words) "
                "ON CONFLICT (contact_id) DO UPDATE SET words = excluded.words, class_id = excluded.class_id"
            ),
            rows,
        )
        if is_local(connection):
            listed = ", ".join(str(row["id"]) for row in rows)
            connection.execute(
                text(
                    "INSERT INTO contact_fts (rowid, words) SELECT s.contact_id, s.words FROM contact_search s "
                    f"JOIN contact c ON c.id = s.contact_id WHERE s.contact_id IN ({listed}) AND c.removed_in IS NULL"
                )
            )


def index_returned(connection: Connection, returned: str, removed: str) -> None:
    """Index contacts that came back and drop those that went; both arguments are SELECTs of contact ids.

    The words of removed contacts are kept, so that a return costs no gathering. PostgreSQL's queries ask
    the contact itself whether it is present, so there is nothing to do.
    """
    if not is_local(connection):
        return
    connection.execute(text(f"DELETE FROM contact_fts WHERE rowid IN ({removed})"))
    connection.execute(text(f"DELETE FROM contact_fts WHERE rowid IN ({returned})"))
    connection.execute(
        text(
            "INSERT INTO contact_fts (rowid, words) SELECT contact_id, words FROM contact_search "
            f"WHERE contact_id IN ({returned})"
        )
    )


def rebuild_search_index(connection: Connection) -> None:
    """Gather all words and index all contacts anew; for repair and after a change of the rules."""
    if is_local(connection):
        connection.exec_driver_sql("DROP TABLE IF EXISTS contact_fts")
        install_search_index(connection)
    ids = connection.scalars(select(Contact.id).order_by(Contact.id)).all()
    refresh_words(connection, ids)


def _unindex(connection: Connection, batch: Sequence[int]) -> None:
    if is_local(connection):
        connection.execute(
            text(
                f"DELETE FROM contact_fts WHERE rowid IN ({', '.join(str(contact_id) for contact_id in batch)})"
            )
        )


def _batches(ids: Sequence[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _gather(connection: Connection, batch: Sequence[int]) -> dict[int, tuple[int, str]]:
    """The class and the words of each contact of the batch."""
    classes: dict[int, int] = {}
    texts: dict[int, list[str | None]] = {}
    phones: dict[int, list[str]] = {}
    for contact_id, class_id, *values in connection.execute(
        select(
            Contact.id,
            Contact.class_id,
            Contact.name,
            Contact.first_name,
            Contact.last_name,
            Contact.company,
            Contact.website,
            Contact.notes,
            Contact.street,
            Contact.city,
            Contact.region,
            Contact.postcode,
            Contact.country,
        ).where(Contact.id.in_(batch))
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
            PropertyValue.property_id.in_(select(Property.id).where(Property.type != "yes_no")),
        ),
        select(ContactTag.contact_id, Tag.name)
        .join(Tag, Tag.id == ContactTag.tag_id)
        .where(ContactTag.contact_id.in_(batch), Tag.removed_in.is_(None)),
    ):
        for contact_id, value in connection.execute(query):
            texts[contact_id].append(value)
    for contact_id, key in connection.execute(
        select(Phone.contact_id, Phone.match_key).where(Phone.contact_id.in_(batch))
    ):
        phones[contact_id].append(key)
    return {
        contact_id: (class_id, words_of(texts[contact_id], phones[contact_id]))
        for contact_id, class_id in classes.items()
    }
