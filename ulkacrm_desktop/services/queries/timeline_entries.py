"""The entries of a contact's timeline, derived from the changes of one operation."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import InvalidOperation
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, select

from ulkacrm_desktop.core.clock import from_microseconds
from ulkacrm_desktop.core.contact_document import PropertyValue
from ulkacrm_desktop.core.contact_query import property_sort
from ulkacrm_desktop.models import ContactClass, CrmUser, Property, Tag
from ulkacrm_desktop.services.queries.past_rows import PastRows, RowChange
from ulkacrm_desktop.services.queries.property_values import property_kinds, single_value


class TimelineKind(StrEnum):
    """What an entry tells; those of one operation are shown in the opposite order of this list."""

    CONTACT_CREATED = "contact_created"
    CONTACT_IMPORTED = "contact_imported"
    CONTACT_RESTORED = "contact_restored"
    CONTACT_UPDATED = "contact_updated"
    EMAIL_ADDED = "email_added"
    EMAIL_CHANGED = "email_changed"
    EMAIL_REMOVED = "email_removed"
    PHONE_ADDED = "phone_added"
    PHONE_CHANGED = "phone_changed"
    PHONE_REMOVED = "phone_removed"
    MESSENGER_ADDED = "messenger_added"
    MESSENGER_CHANGED = "messenger_changed"
    MESSENGER_REMOVED = "messenger_removed"
    AVATAR_CHANGED = "avatar_changed"
    AVATAR_REMOVED = "avatar_removed"
    TAG_ADDED = "tag_added"
    TAG_REMOVED = "tag_removed"
    PROPERTY_UPDATED = "property_updated"
    NOTE_ADDED = "note_added"
    NOTE_CHANGED = "note_changed"
    NOTE_REMOVED = "note_removed"
    CONTACT_REMOVED = "contact_removed"


KINDS: Final = tuple(TimelineKind)

Told = PropertyValue | datetime | None
"""A value as the timeline tells it."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What one field was before and is after; None where it was or is empty.

    ``field`` is the key of a contact's field (``company``, ``responsible`` …), ``tag``, ``property:<id>``,
    ``note``, ``note_title``, ``email``, ``phone`` or ``messenger``, and of those three ``…_label`` and
    ``…_primary``. ``name`` is what the one that changed is called: the property's name, the address whose
    label it is, the title of the note, the kind of the messenger; '' where the field says it all.
    """

    field: str
    before: Told
    after: Told
    name: str = ""


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """What the entries of one operation share."""

    id: int
    kind: str
    actor: str
    at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to a contact.

    ``id`` is unique in the timeline and falls with age. ``operation_kind`` and ``facts`` are those of the
    operation: where that is ``undone`` or ``redone``, ``facts`` tell which operation it took back.
    """

    id: int
    kind: TimelineKind
    at: datetime
    actor: str
    operation_id: int
    operation_kind: str
    changes: tuple[FieldChange, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


_ADDRESSES: Final = {"email": "address", "phone": "number", "messenger": "login"}
_VERBS: Final = {"I": "added", "U": "changed", "D": "removed"}
_SILENT: Final = ("created_in", "removed_in")


def entry_id(operation_id: int, kind: TimelineKind) -> int:
    """The id of an operation's entry of a kind."""
    return operation_id * len(KINDS) + KINDS.index(kind)


def operation_of_entry(id_: int) -> int:
    """The operation that an entry tells of."""
    return id_ // len(KINDS)


class EntryTeller:
    """Tells the entries of operations; what names need is read once for all of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names: dict[type, dict[int, str]] = {}
        self._kinds = property_kinds(connection, removed_too=True)

    def entries(
        self, operation: OperationFacts, changes: Sequence[RowChange], past: PastRows, *, creation: bool
    ) -> Iterator[TimelineEntry]:
        """The entries of one operation on one contact, the latest first.

        ``changes`` are in the order in which they happened; ``past`` stands right after the operation and
        is moved to right before it. ``creation``: the operation made the contact.
        """
        told: defaultdict[TimelineKind, list[FieldChange]] = defaultdict(list)
        if creation:
            imported = operation.kind == "contacts_imported"
            told[TimelineKind.CONTACT_IMPORTED if imported else TimelineKind.CONTACT_CREATED] = []
        properties = self._touched_properties(changes, past)
        after = {property_id: past.choices(property_id) for property_id in properties}
        for change in reversed(changes):
            for kind, fields in self._tell(change, past.row(change)):
                told[kind][:0] = fields
            past.take_back(change)
            if change.table == "property_value":
                properties |= self._touched_properties([change], past)
        for property_id in sorted(properties):
            was, now = past.choices(property_id), after.get(property_id, [])
            if was != now:
                told[TimelineKind.PROPERTY_UPDATED].append(self._property_change(property_id, was, now))
        if not told:
            # Only the order of addresses or the like.
            told[TimelineKind.CONTACT_UPDATED] = []
        for kind in sorted(told, key=KINDS.index, reverse=True):
            yield TimelineEntry(
                entry_id(operation.id, kind),
                kind,
                operation.at,
                operation.actor,
                operation.id,
                operation.kind,
                tuple(told[kind]),
                operation.facts,
            )

    @staticmethod
    def _touched_properties(changes: Sequence[RowChange], past: PastRows) -> set[int]:
        touched = set()
        for change in changes:
            if change.table == "property_value":
                for image in (change.before or {}, change.after or {}, past.row(change)):
                    if "property_id" in image:
                        touched.add(int(image["property_id"]))
        return touched

    def _tell(self, change: RowChange, row: Mapping[str, Any]) -> Iterator[tuple[TimelineKind, list[FieldChange]]]:
        before, after = change.before or {}, change.after or {}
        if change.table == "contact":
            if "removed_in" in after:
                gone = after["removed_in"] is not None
                yield (TimelineKind.CONTACT_REMOVED if gone else TimelineKind.CONTACT_RESTORED), []
            fields = [
                self._contact_change(column, before.get(column), after.get(column))
                for column in after
                if column not in _SILENT
            ]
            if fields:
                yield TimelineKind.CONTACT_UPDATED, fields
        elif change.table in _ADDRESSES:
            yield from self._tell_address(change, row)
        elif change.table == "contact_tag":
            name = self._name(Tag, (after or before)["tag_id"])
            if change.action == "I":
                yield TimelineKind.TAG_ADDED, [FieldChange("tag", None, name)]
            elif change.action == "D":
                yield TimelineKind.TAG_REMOVED, [FieldChange("tag", name, None)]
        elif change.table == "note":
            yield from self._tell_note(change, row)
        elif change.table == "avatar":
            yield (TimelineKind.AVATAR_REMOVED if change.action == "D" else TimelineKind.AVATAR_CHANGED), []

    def _contact_change(self, column: str, before: Any, after: Any) -> FieldChange:
        if column == "responsible_id":
            names = [None if value is None else self._name(CrmUser, value) for value in (before, after)]
            return FieldChange("responsible", names[0], names[1])
        if column == "class_id":
            return FieldChange("class", self._name(ContactClass, before), self._name(ContactClass, after))
        if column == "created_at":
            return FieldChange(column, from_microseconds(before), from_microseconds(after))
        if column == "is_staff":
            return FieldChange(column, bool(before), bool(after))
        return FieldChange(column, before, after)

    @staticmethod
    def _tell_address(change: RowChange, row: Mapping[str, Any]) -> Iterator[tuple[TimelineKind, list[FieldChange]]]:
        kind = TimelineKind(f"{change.table}_{_VERBS[change.action]}")
        column = _ADDRESSES[change.table]
        before, after = change.before or {}, change.after or {}
        if change.action != "U":
            name = str((before or after).get("kind", ""))
            yield kind, [FieldChange(change.table, before.get(column), after.get(column), name)]
            return
        fields = []
        if column in after or "kind" in after:
            was, now = {**row, **before}.get(column), {**row, **after}.get(column)
            fields.append(FieldChange(change.table, was, now, str({**row, **after}.get("kind", ""))))
        address = str(row.get(column, ""))
        if "label" in after:
            fields.append(FieldChange(f"{change.table}_label", before["label"], after["label"], address))
        if "is_primary" in after:
            was, now = bool(before["is_primary"]), bool(after["is_primary"])
            fields.append(FieldChange(f"{change.table}_primary", was, now, address))
        if fields:
            yield kind, fields

    @staticmethod
    def _tell_note(change: RowChange, row: Mapping[str, Any]) -> Iterator[tuple[TimelineKind, list[FieldChange]]]:
        kind = TimelineKind(f"note_{_VERBS[change.action]}")
        before, after = change.before or {}, change.after or {}
        title = str((after or before).get("title", row.get("title")) or "")
        fields = []
        if change.action == "U" and "title" in after:
            fields.append(FieldChange("note_title", before["title"], after["title"]))
        if change.action != "U" or "body" in after:
            fields.append(FieldChange("note", before.get("body"), after.get("body"), title))
        if fields:
            yield kind, fields

    def _property_change(self, property_id: int, before: Sequence[str], after: Sequence[str]) -> FieldChange:
        name = self._name(Property, property_id)
        values = [self._property_value(property_id, choices) for choices in (before, after)]
        return FieldChange(property_sort(property_id), values[0], values[1], name)

    def _property_value(self, property_id: int, choices: Sequence[str]) -> PropertyValue | None:
        if not choices:
            return None
        if len(choices) > 1:
            return self._kinds.in_order(property_id, tuple(choices))
        try:
            return single_value(self._kinds.types[property_id], choices[0])
        except (ValueError, InvalidOperation):
            # Written while the property had another type.
            return choices[0]

    def _name(self, mapped: type[Tag | Property | CrmUser | ContactClass], id_: Any) -> str:
        """The name of a record, removed ones too; '' where it is unknown."""
        if mapped not in self._names:
            rows = self._connection.execute(select(mapped.id, mapped.name))
            self._names[mapped] = {row.id: row.name for row in rows}
        return self._names[mapped].get(int(id_), "")
