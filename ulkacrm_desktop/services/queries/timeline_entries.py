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
from ulkacrm_desktop.models import Contact, ContactClass, CrmUser, Property, Segment, Tag
from ulkacrm_desktop.services.queries.past_rows import MERGED, PastRows, RowChange
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
    SEGMENT_JOINED = "segment_joined"
    SEGMENT_LEFT = "segment_left"
    PROPERTY_UPDATED = "property_updated"
    NOTE_ADDED = "note_added"
    NOTE_CHANGED = "note_changed"
    NOTE_REMOVED = "note_removed"
    CONTACT_REMOVED = "contact_removed"
    CONTACTS_MERGED = "contacts_merged"
    CONTACTS_UNMERGED = "contacts_unmerged"


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

    In the entry of a merge ``before`` is a value that was not kept, of either contact, and ``after`` the one that was;
    ``contact`` names the contacts that were merged.
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
    operation: where that is ``undone`` or ``redone``, ``facts`` tell which operation it took back. ``contact`` is the
    name of the contact that it happened to, where that is another one that was merged into this.
    """

    id: int
    kind: TimelineKind
    at: datetime
    actor: str
    operation_id: int
    operation_kind: str
    changes: tuple[FieldChange, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    contact: str = ""


_ADDRESSES: Final = {"email": "address", "phone": "number", "messenger": "login"}
_VERBS: Final = {"I": "added", "U": "changed", "D": "removed"}
_SILENT: Final = ("created_in", "removed_in", "merged_into_id")
_CONTACTS: Final = 100_000
"""How many contacts an operation may touch in one timeline and each still has ids of its own."""


def _merges(changes: Sequence[RowChange]) -> dict[int, int]:
    """The contacts that changes put into another one or take out of it, each with that other."""
    images = ((change.row_id, image) for change in changes for image in (change.before, change.after) if image)
    return {row_id: int(image["merged_into_id"]) for row_id, image in images if image.get("merged_into_id")}


def operation_of_entry(id_: int) -> int:
    """The operation that an entry tells of."""
    return -(-(id_ // len(KINDS)) // _CONTACTS)


class EntryTeller:
    """Tells the entries of operations on some contacts; what names need is read once for all of them.

    ``contacts`` are the contact of the timeline and those merged into it, each with the operation that created it.
    """

    def __init__(self, connection: Connection, contacts: Mapping[int, int | None]) -> None:
        self._connection = connection
        self._contacts = contacts
        self._order = {contact_id: place for place, contact_id in enumerate(contacts)}
        self._names: dict[type, dict[int, str]] = {}
        self._contact_names: dict[int, str] = {}
        self._kinds = property_kinds(connection, removed_too=True)

    def entries(
        self, operation: OperationFacts, changes: Sequence[RowChange], past: PastRows
    ) -> Iterator[TimelineEntry]:
        """The entries of one operation, those of the timeline's own contact first, and of each the latest first.

        ``changes`` are in the order in which they happened; ``past`` stands right after the operation and
        is moved to right before it.
        """
        merges = _merges(changes)
        by_contact: defaultdict[int, list[RowChange]] = defaultdict(list)
        for contact_id, created_in in self._contacts.items():
            if created_in == operation.id:
                by_contact[contact_id] = []
        for change in changes:
            primary = merges.get(change.row_id) if change.table == "contact" else None
            # What a merge did to a contact is told of the one that took it in, where that is in the timeline too.
            owner = primary if primary in self._contacts else change.contact_id
            if owner is not None:
                by_contact[owner].append(change)
        is_merge = "contacts_merged" in (operation.kind, operation.facts.get("kind"))
        for contact_id in sorted(by_contact, key=self._order.__getitem__):
            told = (self._merge if is_merge else self._told)(operation, contact_id, by_contact[contact_id], past)
            own = next(iter(self._contacts))
            for kind in sorted(told, key=KINDS.index, reverse=True):
                yield TimelineEntry(
                    (operation.id * _CONTACTS - self._order[contact_id]) * len(KINDS) + KINDS.index(kind),
                    kind,
                    operation.at,
                    operation.actor,
                    operation.id,
                    operation.kind,
                    tuple(told[kind]),
                    operation.facts,
                    "" if contact_id == own else self._contact_name(contact_id),
                )

    def _told(
        self, operation: OperationFacts, contact_id: int, changes: Sequence[RowChange], past: PastRows
    ) -> Mapping[TimelineKind, list[FieldChange]]:
        """What an operation did to one contact, by kind; moves ``past`` to right before it."""
        told: defaultdict[TimelineKind, list[FieldChange]] = defaultdict(list)
        if self._contacts[contact_id] == operation.id:
            imported = operation.kind == "contacts_imported"
            told[TimelineKind.CONTACT_IMPORTED if imported else TimelineKind.CONTACT_CREATED] = []
        properties = self._touched_properties(changes, past)
        after = {property_id: past.choices(contact_id, property_id) for property_id in properties}
        for change in reversed(changes):
            for kind, fields in self._tell(change, past.row(change)):
                told[kind][:0] = fields
            past.take_back(change)
            if change.table == "property_value":
                properties |= self._touched_properties([change], past)
        for property_id in sorted(properties):
            was, now = past.choices(contact_id, property_id), after.get(property_id, [])
            if was != now:
                told[TimelineKind.PROPERTY_UPDATED].append(self._property_change(property_id, was, now))
        if not told:
            # Only the order of addresses or the like.
            told[TimelineKind.CONTACT_UPDATED] = []
        return told

    def _merge(
        self, operation: OperationFacts, contact_id: int, changes: Sequence[RowChange], past: PastRows
    ) -> Mapping[TimelineKind, list[FieldChange]]:
        """What a merge, its undo or its redo did to one contact, all in one entry."""
        merges = _merges(changes)
        others = [primary if merged == contact_id else merged for merged, primary in merges.items()]
        undone = operation.kind == "undone"
        lost = [] if undone else [change for other in others for change in self._not_kept(other, contact_id, past)]
        told = self._told(operation, contact_id, changes, past)
        names = [self._contact_name(other) for other in others]
        fields = [FieldChange("contact", *((name, None) if undone else (None, name))) for name in names]
        fields += [change for kind in KINDS for change in told.get(kind, ())] + lost
        kind = TimelineKind.CONTACTS_UNMERGED if undone else TimelineKind.CONTACTS_MERGED
        return {kind: list(dict.fromkeys(fields))}

    def _not_kept(self, merged: int, primary: int, past: PastRows) -> Iterator[FieldChange]:
        """What a contact had when it was merged and the primary one has otherwise, at the moment of ``past``."""
        was, kept = (past.rows.get(("contact", contact_id), {}) for contact_id in (merged, primary))
        for column in MERGED:
            value = was.get(column)
            if kept and value not in (None, False, "", kept[column]):
                yield self._contact_change(column, value, kept[column])
        for table, column in _ADDRESSES.items():
            present = {(row.get("kind"), row["match_key"]): row for row in past.of_contact(primary, table)}
            for row in past.of_contact(merged, table):
                same = present.get((row.get("kind"), row["match_key"]))
                if same is not None and row["label"] not in (None, same["label"]):
                    yield FieldChange(f"{table}_label", row["label"], same["label"], str(row[column]))
        for property_id in sorted({row["property_id"] for row in past.of_contact(merged, "property_value")}):
            choices = past.choices(primary, property_id)
            missing = [value for value in past.choices(merged, property_id) if value not in choices]
            if missing:
                yield self._property_change(property_id, missing, choices)

    def _contact_name(self, contact_id: int) -> str:
        if contact_id not in self._contact_names:
            named = select(Contact.name).where(Contact.id == contact_id)
            self._contact_names[contact_id] = self._connection.execute(named).scalar() or ""
        return self._contact_names[contact_id]

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
        elif change.table == "segment_member":
            name = self._name(Segment, (after or before)["segment_id"])
            if change.action == "I":
                yield TimelineKind.SEGMENT_JOINED, [FieldChange("segment", None, name)]
            elif change.action == "D":
                yield TimelineKind.SEGMENT_LEFT, [FieldChange("segment", name, None)]
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

    def _name(self, mapped: type[Tag | Property | Segment | CrmUser | ContactClass], id_: Any) -> str:
        """The name of a record, removed ones too; '' where it is unknown."""
        if mapped not in self._names:
            rows = self._connection.execute(select(mapped.id, mapped.name))
            self._names[mapped] = {row.id: row.name for row in rows}
        return self._names[mapped].get(int(id_), "")
