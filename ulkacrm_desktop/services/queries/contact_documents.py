"""Whole contacts: one for its profile, many for an export; and the contact that a command line names."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, select

from ulkacrm_desktop.core.clock import from_microseconds
from ulkacrm_desktop.core.contact_document import (
    ContactDocument,
    ContactKind,
    EmailEntry,
    MessengerEntry,
    PhoneEntry,
)
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError, NotFound
from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.db.schema import database_code
from ulkacrm_desktop.models import Avatar, Contact, Email
from ulkacrm_desktop.services.queries.contact_filter import ids_of_selection
from ulkacrm_desktop.services.queries.merged_contacts import primary_contacts
from ulkacrm_desktop.services.queries.property_values import property_kinds

CHUNK: Final = 1_000
_BEARERS: Final = 20
"""So many contacts are told of those that have one email."""

_TEXTS: Final = (
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
)
_COLUMNS: Final = (
    "id, name, created_at, updated_at, kind, "
    + ", ".join(f"coalesce({column}, '')" for column in _TEXTS)
    + ", responsible_id, class_id, is_staff, version"
)
_COMBINATIONS_KEPT: Final = 10_000
_Entry = TypeVar("_Entry")
_KINDS: Final = {kind.value: kind for kind in ContactKind}


def contact_document(connection: Connection, contact_id: int) -> ContactDocument:
    """Everything that is known of one contact. Raises NotFound."""
    for document in contact_documents(connection, [contact_id]):
        return document
    raise NotFound("contact_not_found", contact=contact_id)


def contact_documents(
    connection: Connection, chosen: Iterable[int] | ContactSelection, chunk: int = CHUNK, *, avatars: bool = False
) -> Iterator[ContactDocument]:
    """Whole contacts in the order given; those that match a query in the order in which they were made.

    Those that are gone are left out. They are read ``chunk`` at a time by a handful of statements, so that a
    million need little memory; in another order than that of their ids this takes three times as long. Pictures
    come only where ``avatars`` asks for them.
    """
    reader = _Reader(connection, avatars=avatars)
    remaining = iter(_chosen_ids(connection, chosen))
    while ids := list(islice(remaining, chunk)):
        yield from reader.read(ids)


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


class _Reader:
    """Reads whole contacts; what all of them share is read once."""

    def __init__(self, connection: Connection, *, avatars: bool) -> None:
        self._connection = connection
        self._with_avatars = avatars
        self._code = database_code(connection)
        self._kinds = property_kinds(connection)
        self._users = self._names("crm_user")
        self._classes = self._names("contact_class")
        self._tags = {
            row[0]: (row[1], row[2])
            for row in self._rows("SELECT id, name_key, name FROM tag WHERE removed_in IS NULL")
        }
        self._combinations: dict[tuple[int, ...], tuple[str, ...]] = {}

    def _rows(self, sql: str) -> Sequence[Any]:
        # From the driver itself: a million contacts have ten million rows, and no use for more than tuples.
        cursor = self._connection.connection.cursor()
        try:
            cursor.execute(sql)
            return cursor.fetchall()
        finally:
            cursor.close()

    def _names(self, table: str) -> dict[int, str]:
        return {row[0]: row[1] for row in self._rows(f"SELECT id, name FROM {table}")}

    def read(self, ids: Sequence[int]) -> Iterator[ContactDocument]:
        """The documents of these contacts, in this order."""
        listed = ", ".join(str(int(contact_id)) for contact_id in ids)
        emails = self._entries(_email, "email", "address, match_key", listed)
        phones = self._entries(PhoneEntry, "phone", "number, match_key", listed)
        messengers = self._entries(MessengerEntry, "messenger", "kind, login", listed)
        tags = self._tags_of(listed)
        properties = self._kinds.collected(
            self._rows(
                "SELECT contact_id, property_id, value FROM property_value "
                f"WHERE contact_id IN ({listed}) ORDER BY contact_id, property_id, position"
            )
        )
        pictures = {}
        if self._with_avatars:
            pictures = dict(self._rows(f"SELECT contact_id, image FROM avatar WHERE contact_id IN ({listed})"))
        rows = {
            row[0]: row
            for row in self._rows(f"SELECT {_COLUMNS} FROM contact WHERE removed_in IS NULL AND id IN ({listed})")
        }
        for contact_id in ids:
            row = rows.get(contact_id)
            if row is None:
                continue
            _, name, created, updated, kind, *texts, responsible, class_id, is_staff, version = row
            contact: Callable[..., ContactDocument] = ContactDocument
            yield contact(
                contact_id,
                f"{self._code}-{contact_id}",
                name,
                from_microseconds(created),
                from_microseconds(updated),
                _KINDS[kind],
                *texts,
                self._users.get(responsible),
                self._classes[class_id],
                bool(is_staff),
                emails.get(contact_id, ()),
                phones.get(contact_id, ()),
                messengers.get(contact_id, ()),
                tags.get(contact_id, ()),
                properties.get(contact_id, {}),
                version,
                responsible,
                class_id,
                pictures.get(contact_id),
            )

    def _entries(
        self, kind: Callable[..., _Entry], table: str, columns: str, listed: str
    ) -> dict[int, tuple[_Entry, ...]]:
        """The emails, phones or messengers of each contact that has any, in the order shown.

        ``columns`` are two of the entry's own.
        """
        entries: dict[int, tuple[_Entry, ...]] = {}
        for contact_id, first, second, label, is_primary, entry_id, version in self._rows(
            f"SELECT contact_id, {columns}, coalesce(label, ''), is_primary, id, version FROM {table} "
            f"WHERE contact_id IN ({listed}) ORDER BY contact_id, position, id"
        ):
            entry = kind(first, second, label, bool(is_primary), entry_id, version)
            present = entries.get(contact_id)
            entries[contact_id] = (entry,) if present is None else (*present, entry)
        return entries

    def _tags_of(self, listed: str) -> dict[int, tuple[str, ...]]:
        borne: dict[int, list[int]] = {}
        for contact_id, tag_id in self._rows(
            f"SELECT contact_id, tag_id FROM contact_tag WHERE contact_id IN ({listed})"
        ):
            if contact_id in borne:
                borne[contact_id].append(tag_id)
            else:
                borne[contact_id] = [tag_id]
        return {contact_id: self._tag_names(tuple(ids)) for contact_id, ids in borne.items()}

    def _tag_names(self, ids: tuple[int, ...]) -> tuple[str, ...]:
        # A million contacts have far fewer combinations of tags.
        names = self._combinations.get(ids)
        if names is None:
            names = tuple(name for _, name in sorted(self._tags[tag_id] for tag_id in ids if tag_id in self._tags))
            if len(self._combinations) < _COMBINATIONS_KEPT:
                self._combinations[ids] = names
        return names


def _email(address: str, _match_key: str, *rest: Any) -> EmailEntry:
    return EmailEntry(address, *rest)
