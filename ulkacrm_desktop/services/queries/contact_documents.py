"""Whole contacts: one for its profile, many for an export; and the contact that a command line names."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, select

from ulkacrm_desktop.core.contact_document import (
    ContactDocument,
    EmailEntry,
    MessengerEntry,
    PhoneEntry,
    PropertyValue,
)
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError, NotFound
from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.db.schema import database_code
from ulkacrm_desktop.models import Avatar, Contact, Email
from ulkacrm_desktop.services.queries.contact_batches import ContactBatch, ContactReader
from ulkacrm_desktop.services.queries.contact_filter import ids_of_selection
from ulkacrm_desktop.services.queries.merged_contacts import primary_contacts
from ulkacrm_desktop.services.queries.property_values import single_value

CHUNK: Final = 1_000
_BEARERS: Final = 20
"""So many contacts are told of those that have one email."""

_SINGLE: Final = (
    "id",
    "reference",
    "name",
    "created_at",
    "updated_at",
    "kind",
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
    "source",
    "source_detail",
    "responsible",
    "class_name",
    "is_staff",
)
"""The attributes of a document up to its lists, in their order."""

_Entry = TypeVar("_Entry")


def contact_document(connection: Connection, contact_id: int) -> ContactDocument:
    """Everything that is known of one contact. Raises NotFound."""
    for document in contact_documents(connection, [contact_id]):
        return document
    raise NotFound("contact_not_found", contact=contact_id)


class ContactDocuments:
    """Whole contacts, read while they are gone through: one by one, or by columns."""

    def __init__(
        self, connection: Connection, chosen: Iterable[int] | ContactSelection, chunk: int, *, avatars: bool
    ) -> None:
        self._connection = connection
        self._chosen = chosen
        self._chunk = chunk
        self._avatars = avatars

    def __iter__(self) -> Iterator[ContactDocument]:
        for batch in self.batches():
            yield from _documents(batch, avatars=self._avatars)

    def batches(self) -> Iterator[ContactBatch]:
        """The contacts some at a time."""
        reader = ContactReader(self._connection)
        remaining = iter(_chosen_ids(self._connection, self._chosen))
        while ids := list(islice(remaining, self._chunk)):
            yield reader.batch(ids)


def contact_documents(
    connection: Connection, chosen: Iterable[int] | ContactSelection, chunk: int = CHUNK, *, avatars: bool = False
) -> ContactDocuments:
    """Whole contacts in the order given; those that match a query in the order in which they were made.

    Those that are gone are left out. They are read ``chunk`` at a time by a handful of statements, so that a
    million need little memory; in another order than that of their ids this takes longer. Pictures come only
    where ``avatars`` asks for them.
    """
    return ContactDocuments(connection, chosen, chunk, avatars=avatars)


def find_contact(connection: Connection, named: str) -> int:
    """The id of the contact that a person names by its id, its exported ID or an email.

    What was merged away leads to the contact that took it in. Raises NotFound, and ExpectedError
    ``contact_ambiguous`` where several contacts have the email.
    """
    named = named.strip()
    code, hyphen, number = named.rpartition("-")
    if number.isascii() and number.isdigit() and (not hyphen or code == database_code(connection)):
        found = _present(connection, int(number)) if len(number) < 19 else None
        if found is not None:
            return found
    try:
        key = parse_email(named).match_key
    except TextProblem:
        raise NotFound("contact_not_found", contact=named) from None
    having = (
        select(Contact.id)
        .join(Email, Email.contact_id == Contact.id)
        .where(Email.match_key == key)
        .distinct()
        .order_by(Contact.id)
        .limit(_BEARERS)
    )
    ids = list(connection.scalars(having.where(Contact.removed_in.is_(None))))
    if not ids:
        merged = connection.scalars(having.where(Contact.merged_into_id.is_not(None))).all()
        ids = sorted(set(primary_contacts(connection, merged).values()))
    if not ids:
        raise NotFound("contact_not_found", contact=named)
    if len(ids) > 1:
        raise ExpectedError("contact_ambiguous", contact=named, ids=ids)
    return ids[0]


def avatar(connection: Connection, contact_id: int) -> bytes | None:
    """The picture of a contact, PNG or JPEG."""
    return connection.execute(select(Avatar.image).where(Avatar.contact_id == contact_id)).scalar_one_or_none()


def _present(connection: Connection, contact_id: int) -> int | None:
    """The contact, or the one that it was merged into."""
    found = select(Contact.id).where(Contact.id == contact_id, Contact.removed_in.is_(None))
    present = connection.execute(found).scalar_one_or_none()
    return present if present is not None else primary_contacts(connection, [contact_id]).get(contact_id)


def _chosen_ids(connection: Connection, chosen: Iterable[int] | ContactSelection) -> Iterable[int]:
    if not isinstance(chosen, ContactSelection):
        return chosen
    return chosen.ids if chosen.query is None else ids_of_selection(connection, chosen)


def _documents(batch: ContactBatch, *, avatars: bool) -> Iterator[ContactDocument]:
    """The contacts of a batch as documents; with their pictures where ``avatars`` asks for them."""
    emails = _entries(batch, _email, "email", "address", "match_key")
    phones = _entries(batch, PhoneEntry, "phone", "number", "match_key")
    messengers = _entries(batch, MessengerEntry, "messenger", "kind", "login")
    properties: dict[int, dict[int, PropertyValue]] = {}
    for property_id, held in batch.values.items():
        kind = batch.reader.kinds.types[property_id]
        for key, value in held.items():
            typed = value if isinstance(value, tuple) else single_value(kind, value)
            properties.setdefault(key, {})[property_id] = typed
    pictures: dict[int, bytes] = {}
    if avatars:
        # Not by columns, which are texts.
        borne = f"SELECT contact_id, image FROM avatar WHERE contact_id {batch.among}"
        pictures = {row.contact_id: row.image for row in batch.reader.connection.exec_driver_sql(borne)}
    contact: Callable[..., ContactDocument] = ContactDocument
    return map(
        contact,
        *(batch.column(attribute) for attribute in _SINGLE),
        *([entries.get(key, ()) for key in batch.keys] for entries in (emails, phones, messengers, batch.tags)),
        [properties.get(key) or {} for key in batch.keys],
        *(batch.column(attribute) for attribute in ("version", "responsible_id", "class_id")),
        [pictures.get(key) for key in batch.keys],
    )


def _entries(
    batch: ContactBatch, kind: Callable[..., _Entry], table: str, first: str, second: str
) -> dict[int, tuple[_Entry, ...]]:
    """The emails, phones or messengers of each contact that has any, in the order shown.

    ``first`` and ``second`` are columns of the entry's own.
    """
    owners, firsts, seconds, labels, primary, ids, versions = batch.owned(
        table, (first, second, "coalesce(label, '')", "is_primary", "id", "version"), "position, id"
    )
    entries: dict[int, tuple[_Entry, ...]] = {}
    made = map(kind, firsts, seconds, labels, map(bool, primary), ids, versions)
    for owner, entry in zip(owners, made, strict=True):
        present = entries.get(owner)
        entries[owner] = (entry,) if present is None else (*present, entry)
    return entries


def _email(address: str, _match_key: str, *rest: Any) -> EmailEntry:
    return EmailEntry(address, *rest)
