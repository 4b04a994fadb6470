"""What a merge would do: field by field for a few contacts side by side, in numbers for many groups."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyType
from ulkacrm_desktop.core.contact_query import property_sort
from ulkacrm_desktop.core.errors import NotFound
from ulkacrm_desktop.models import Avatar
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.queries.property_values import property_kinds

_FIELDS: Final = (
    "name",
    "first_name",
    "last_name",
    "kind",
    "company",
    "website",
    "notes",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "responsible",
    "is_staff",
    "source",
    "source_detail",
)
_LISTS: Final = {"email": "emails", "phone": "phones", "messenger": "messengers"}


@dataclass(frozen=True, slots=True)
class MergeField:
    """A field of which the merged contact has one value.

    ``values`` are those of the contacts, in their order; '' or None is none. ``chosen`` is the contact whose value is
    kept unless another is chosen. Of ``email``, ``phone`` and ``messenger`` it is the primary one; of ``avatar`` a
    value is True where there is a picture.
    """

    field: str
    values: tuple[Any, ...]
    chosen: int

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return len({value for value in self.values if value not in (None, "", False)}) > 1


@dataclass(frozen=True, slots=True)
class MergeForm:
    """Contacts side by side, the primary one first; the fields that differ come first."""

    contacts: tuple[ContactDocument, ...]
    fields: tuple[MergeField, ...]


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge of many groups would do: each with its primary contact first.

    ``lost`` counts, by field, the groups in which a value would not be kept. ``operation`` is the moment of the
    history at which this was so.
    """

    groups: tuple[tuple[int, ...], ...]
    contacts: int
    lost: dict[str, int]
    operation: int


def merge_form(connection: Connection, primary_id: int, other_ids: Sequence[int]) -> MergeForm:
    """The contacts side by side with what would be kept of each field. Raises NotFound."""
    ids = (primary_id, *(other for other in other_ids if other != primary_id))
    found = {document.id: document for document in contact_documents(connection, ids)}
    for contact_id in ids:
        if contact_id not in found:
            raise NotFound("contact_not_found", contact=contact_id)
    contacts = tuple(found[contact_id] for contact_id in ids)
    pictured = set(connection.scalars(select(Avatar.contact_id).where(Avatar.contact_id.in_(ids))))
    fields = [_field(field, contacts, values) for field, values in _single_values(connection, contacts).items()]
    for field, listed in _LISTS.items():
        fields.append(_field(field, contacts, [_primary(getattr(contact, listed)) for contact in contacts]))
    fields.append(_field("avatar", contacts, [contact.id in pictured or None for contact in contacts]))
    return MergeForm(contacts, tuple(sorted(fields, key=lambda field: not field.differs)))


def merge_preview(connection: Connection, groups: Iterable[Sequence[int]]) -> MergePreview:
    """What `merge_groups` would do with these groups; of each the contact with the most to it becomes primary."""
    told: list[tuple[int, ...]] = []
    lost: Counter[str] = Counter()
    listed = [list(group) for group in groups]
    documents = contact_documents(connection, (contact_id for group in listed for contact_id in group))
    present = _Ahead(documents)
    kinds = property_kinds(connection).types
    for group in listed:
        contacts = [document for contact_id in group if (document := present.take(contact_id)) is not None]
        if len(contacts) < 2:
            continue
        contacts.sort(key=lambda contact: (-_filled(contact), contact.id))
        told.append(tuple(contact.id for contact in contacts))
        for field, values in _values_of(contacts, kinds).items():
            if _field(field, contacts, values).differs:
                lost[field] += 1
    return MergePreview(tuple(told), sum(map(len, told)), dict(lost.most_common()), last_operation(connection))


class _Ahead:
    """Documents that come in the order in which they were asked for, some of which are gone."""

    def __init__(self, documents: Iterable[ContactDocument]) -> None:
        self._documents = iter(documents)
        self._next = next(self._documents, None)

    def take(self, contact_id: int) -> ContactDocument | None:
        found = self._next
        if found is None or found.id != contact_id:
            return None
        self._next = next(self._documents, None)
        return found


def _single_values(connection: Connection, contacts: Sequence[ContactDocument]) -> dict[str, list[Any]]:
    return _values_of(contacts, property_kinds(connection).types)


def _values_of(contacts: Sequence[ContactDocument], kinds: Any) -> dict[str, list[Any]]:
    """The values of each field that holds one, contact by contact."""
    values: dict[str, list[Any]] = {field: [getattr(contact, field) for contact in contacts] for field in _FIELDS}
    for property_id, kind in kinds.items():
        if kind is not PropertyType.MULTI_SELECT:
            of_property = [contact.properties.get(property_id) for contact in contacts]
            if any(value is not None for value in of_property):
                values[property_sort(property_id)] = of_property
    return values


def _field(field: str, contacts: Sequence[ContactDocument], values: Sequence[Any]) -> MergeField:
    chosen = next(
        (contact.id for contact, value in zip(contacts, values, strict=True) if value not in (None, "")), contacts[0].id
    )
    return MergeField(field, tuple(values), chosen)


def _primary(entries: Sequence[Any]) -> str:
    entry = next((entry for entry in entries if entry.is_primary), entries[0] if entries else None)
    if entry is None:
        return ""
    return str(getattr(entry, "address", "") or getattr(entry, "number", "") or entry.login)


def _filled(contact: ContactDocument) -> int:
    """How much there is to a contact."""
    return (
        sum(1 for field in _FIELDS if getattr(contact, field))
        + len(contact.emails)
        + len(contact.phones)
        + len(contact.messengers)
        + len(contact.tags)
        + len(contact.properties)
    )
