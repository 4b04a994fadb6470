"""What a merge would do: field by field for a few contacts side by side, in numbers for many groups."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, func, select

from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyDefinition, PropertyType
from ulkacrm_desktop.core.contact_query import property_sort
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.models import Note
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.queries.properties import property_definitions
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
_ENTRIES: Final[Mapping[str, tuple[str, Callable[[Any], object]]]] = {
    "email": ("emails", lambda entry: fold(entry.address)),
    "phone": ("phones", lambda entry: entry.match_key),
    "messenger": ("messengers", lambda entry: (entry.kind, fold(entry.login.lstrip("@")))),
}
"""Where a contact has its entries of a field, and when two of them are the same."""


@dataclass(frozen=True, slots=True)
class MergeField:
    """A field of which the merged contact has one value: the value of each contact, '' or None for none.

    Of ``email``, ``phone`` and ``messenger`` it is the primary entry, in one spelling where they are the same; of
    ``avatar`` the picture.
    """

    field: str
    values: tuple[Any, ...]

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return _differs(self.values)

    def has_value(self, place: int) -> bool:
        """Whether the contact at this place has a value."""
        return _is_value(self.values[place])

    def usual(self, primary: int) -> int:
        """The place of the contact whose value is kept unless another is chosen.

        It is that of the primary contact, else the first that has one.
        """
        return next((place for place in (primary, *range(len(self.values))) if self.has_value(place)), primary)


@dataclass(frozen=True, slots=True)
class UnitedField:
    """A field of which all values are kept, each once: entries, names of tags, choices."""

    field: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Contacts side by side, read at one moment, with the fields that any of them has.

    ``property_names`` are by id; ``notes`` says how many each contact has, by its id.
    """

    contacts: tuple[ContactDocument, ...]
    fields: tuple[MergeField, ...]
    united: tuple[UnitedField, ...]
    property_names: Mapping[int, str]
    notes: Mapping[int, int]


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


def side_by_side(connection: Connection, contact_ids: Sequence[int]) -> SideBySide:
    """What a merge of these contacts has to choose from and what it unites; those that are gone are left out."""
    found = {document.id: document for document in contact_documents(connection, contact_ids, avatars=True)}
    contacts = tuple(found[contact_id] for contact_id in contact_ids if contact_id in found)
    definitions = property_definitions(connection, archived=True)
    values = _values_of(contacts, {definition.id: definition.type for definition in definitions})
    for field, (entries, key) in _ENTRIES.items():
        values[field] = _primary_entries(contacts, entries, key)
    values["avatar"] = [contact.avatar for contact in contacts]
    counted = (
        select(Note.contact_id, func.count().label("notes")).where(Note.contact_id.in_(found)).group_by(Note.contact_id)
    )
    return SideBySide(
        contacts,
        tuple(MergeField(field, tuple(told)) for field, told in values.items() if any(map(_is_value, told))),
        tuple(_united(contacts, definitions)),
        {definition.id: definition.name for definition in definitions},
        {row.contact_id: row.notes for row in connection.execute(counted)},
    )


def merge_preview(
    connection: Connection, groups: Iterable[Sequence[int]], context: JobContext | None = None
) -> MergePreview:
    """What `merge_groups` would do with these groups; of each the contact with the most to it becomes primary.

    Raises JobCancelled.
    """
    told: list[tuple[int, ...]] = []
    lost: Counter[str] = Counter()
    listed = [list(group) for group in groups]
    documents = contact_documents(connection, (contact_id for group in listed for contact_id in group))
    present = _Ahead(documents)
    kinds = property_kinds(connection).types
    for nth, group in enumerate(listed):
        if context is not None:
            context.report("contacts", nth, len(listed))
        contacts = [document for contact_id in group if (document := present.take(contact_id)) is not None]
        if len(contacts) < 2:
            continue
        contacts.sort(key=lambda contact: (-_filled(contact), contact.id))
        told.append(tuple(contact.id for contact in contacts))
        lost.update(field for field, values in _values_of(contacts, kinds).items() if _differs(values))
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


def _values_of(contacts: Sequence[ContactDocument], kinds: Mapping[int, PropertyType]) -> dict[str, list[Any]]:
    """The values of each field that holds one, contact by contact."""
    values: dict[str, list[Any]] = {field: [getattr(contact, field) for contact in contacts] for field in _FIELDS}
    for property_id, kind in kinds.items():
        if kind is not PropertyType.MULTI_SELECT:
            of_property = [contact.properties.get(property_id) for contact in contacts]
            if any(value is not None for value in of_property):
                values[property_sort(property_id)] = of_property
    return values


def _is_value(value: Any) -> bool:
    return value is not None and value != ""


def _differs(values: Iterable[Any]) -> bool:
    return len(set(filter(_is_value, values))) > 1


def _primary_entries(contacts: Sequence[ContactDocument], entries: str, key: Callable[[Any], object]) -> list[Any]:
    """The primary entry of each contact, None for none; where they are the same, in the first one's spelling."""
    first: dict[object, Any] = {}
    found = []
    for contact in contacts:
        of_contact = getattr(contact, entries)
        entry = next((entry for entry in of_contact if entry.is_primary), next(iter(of_contact), None))
        found.append(None if entry is None else first.setdefault(key(entry), entry))
    return found


def _united(contacts: Sequence[ContactDocument], definitions: Iterable[PropertyDefinition]) -> Iterator[UnitedField]:
    """What the contacts have of the fields that are united."""
    listed: dict[str, tuple[Callable[[ContactDocument], Iterable[Any]], Callable[[Any], object]]] = {
        **{field: (attrgetter(entries), key) for field, (entries, key) in _ENTRIES.items()},
        "tags": (attrgetter("tags"), fold),
    }
    for definition in definitions:
        if definition.type is PropertyType.MULTI_SELECT:
            listed[property_sort(definition.id)] = (partial(_choices, definition.id), str)
    for field, (values_of, key) in listed.items():
        each: dict[object, Any] = {}
        for contact in contacts:
            for value in values_of(contact):
                each.setdefault(key(value), value)
        if each:
            yield UnitedField(field, tuple(each.values()))


def _choices(property_id: int, contact: ContactDocument) -> tuple[str, ...]:
    value = contact.properties.get(property_id, ())
    return value if isinstance(value, tuple) else ()


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
