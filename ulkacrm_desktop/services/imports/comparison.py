"""What a row of a file would change in a contact that is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ulkacrm_desktop.core.clock import EPOCH
from ulkacrm_desktop.core.contact_document import (
    ContactDocument,
    EmailEntry,
    MessengerEntry,
    PhoneEntry,
    PropertyValue,
)
from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.services.imports.cleaned import CleanedRow
from ulkacrm_desktop.services.imports.cleaning import clean_text
from ulkacrm_desktop.services.imports.property_columns import typed_value
from ulkacrm_desktop.services.imports.row_cleaner import RowCleaner


@dataclass(frozen=True, slots=True)
class CellChange:
    """One field of a contact: what it holds and what the file makes of it."""

    field: str
    before: Any
    after: Any


def changes_of(
    row: CleanedRow, contact: ContactDocument, cleaner: RowCleaner, property_ids: Sequence[int | None]
) -> dict[str, Any]:
    """The fields that the row changes, as `update_contact` takes them.

    Filled cells replace values, several emails, phones, messengers and tags are united, empty cells change
    nothing. ``property_ids`` tells the property of each index of the row's properties; the values of
    properties that do not exist yet are under ``new_properties``, by index.
    """
    changes: dict[str, Any] = {
        key: value
        for key, value in row.values.items()
        if value != (present := getattr(contact, key))
        and value != _as_read(present)
        and not (contact.name and key in row.stand_ins)
    }
    emails = _united(
        contact.emails,
        [EmailEntry(address, label) for address, _key, label in row.emails],
        lambda entry: parse_email(entry.address).match_key,
    )
    if emails is not None:
        changes["emails"] = emails
    phones = _united(
        contact.phones,
        [PhoneEntry(number, key, label) for number, key, label in row.phones],
        lambda entry: entry.match_key,
    )
    if phones is not None:
        changes["phones"] = phones
    messengers = _united(
        contact.messengers,
        [MessengerEntry(kind, login, label) for kind, login, label in row.messengers],
        lambda entry: (entry.kind, fold(entry.login.lstrip("@"))),
    )
    if messengers is not None:
        changes["messengers"] = messengers
    if row.tags:
        present = {fold(tag) for tag in contact.tags}
        added = [tag for tag in row.tags if fold(tag) not in present]
        if added:
            changes["tags"] = (*contact.tags, *added)
    if row.avatar is not None and row.avatar != contact.avatar:
        changes["avatar"] = row.avatar
    properties: dict[int, PropertyValue] = {}
    new_properties: dict[int, PropertyValue] = {}
    for index, stored in row.properties.items():
        value = typed_value(cleaner.properties[index].type, stored)
        property_id = property_ids[index]
        if property_id is None:
            if not _same_value(contact.properties.get(-1 - index), value):
                new_properties[index] = value
        elif not _same_value(contact.properties.get(property_id), value):
            properties[property_id] = value
    if properties:
        changes["properties"] = properties
    if new_properties:
        changes["new_properties"] = new_properties
    return changes


def _as_read(present: Any) -> Any:
    """A value as it would come back from a file, which keeps no white space around a text."""
    if not isinstance(present, str):
        return present
    try:
        return clean_text(present)
    except TextProblem:
        return present


def _same_value(present: PropertyValue | None, wanted: PropertyValue) -> bool:
    if isinstance(present, tuple) and isinstance(wanted, tuple):
        return {fold(" ".join(value.split())) for value in present} == set(map(fold, wanted))
    return present == wanted or _as_read(present) == wanted


def _united(present: Sequence[Any], wanted: Sequence[Any], key_of: Any) -> tuple[Any, ...] | None:
    """The entries with the file's added and its labels taken over; None where nothing changes."""
    if not wanted:
        return None
    entries = list(present)
    places = {key_of(entry): place for place, entry in enumerate(entries)}
    changed = False
    for entry in wanted:
        key = key_of(entry)
        place = places.get(key)
        if place is None:
            places[key] = len(entries)
            entries.append(replace(entry, is_primary=not entries))
            changed = True
        elif entry.label and entry.label != entries[place].label:
            entries[place] = replace(entries[place], label=entry.label)
            changed = True
    return tuple(entries) if changed else None


def with_changes(contact: ContactDocument, changes: Mapping[str, Any]) -> ContactDocument:
    """The contact as it will be after the changes, for the next row of the file that means it.

    Values of new properties are kept under negative ids: -1 - index.
    """
    plain = {key: value for key, value in changes.items() if key not in ("properties", "new_properties")}
    new = {-1 - index: value for index, value in changes.get("new_properties", {}).items()}
    return replace(contact, **plain, properties={**contact.properties, **changes.get("properties", {}), **new})


def created_contact(row: CleanedRow, cleaner: RowCleaner, file: str) -> ContactDocument:
    """The contact that a row of a file of this name will make, for the next row that means it."""
    empty = ContactDocument(
        id=0, reference="", name="", created_at=EPOCH, updated_at=EPOCH, source="import", source_detail=file
    )
    made = changes_of(row, empty, cleaner, [None] * len(cleaner.properties))
    return with_changes(empty, made)


def cell_changes(contact: ContactDocument, changes: Mapping[str, Any]) -> tuple[CellChange, ...]:
    """What changes field by field, before and after; properties as ``property:<id>`` or ``new:<index>``."""
    told = [
        CellChange(key, getattr(contact, key), value)
        for key, value in changes.items()
        if key not in ("properties", "new_properties")
    ]
    told += [
        CellChange(f"property:{property_id}", contact.properties.get(property_id), value)
        for property_id, value in changes.get("properties", {}).items()
    ]
    told += [CellChange(f"new:{index}", None, value) for index, value in changes.get("new_properties", {}).items()]
    return tuple(told)
