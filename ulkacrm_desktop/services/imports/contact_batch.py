"""Writing the changes of many contacts with few statements: rows of the same statement go together."""

from collections import defaultdict
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyType
from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.models import Avatar, Contact, ContactTag, Email, Messenger, Phone, Property, PropertyValue
from ulkacrm_desktop.services.operations.contact_record import add_options, column_values, property_rows, tag_ids
from ulkacrm_desktop.services.workspace import Write


class ContactBatch:
    """Gathers the changes of contacts, each at most once, and writes them all at once.

    The changes are those of `imports.comparison`: lists only grow or change labels.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        self._new: dict[type[Any], list[dict[str, Any]]] = defaultdict(list)
        self._labels: dict[type[Any], list[dict[str, Any]]] = defaultdict(list)
        self._tags: list[tuple[int, str]] = []
        self._properties: dict[tuple[int, int], Any] = {}
        self._avatars: dict[int, bytes] = {}
        self._classes: dict[int, int] = {}

    def add(self, contact: ContactDocument, changes: dict[str, Any]) -> None:
        """Take in the changes of one contact."""
        columns = column_values(changes)
        if columns:
            self._columns[tuple(columns)].append({"of": contact.id, **columns})
        self._add_entries(Email, contact.id, changes.get("emails", ()), contact.emails)
        self._add_entries(Phone, contact.id, changes.get("phones", ()), contact.phones)
        self._add_entries(Messenger, contact.id, changes.get("messengers", ()), contact.messengers)
        for tag in changes.get("tags", ())[len(contact.tags) :]:
            self._tags.append((contact.id, tag))
        for property_id, value in changes.get("properties", {}).items():
            self._properties[contact.id, property_id] = value
        if "avatar" in changes:
            self._avatars[contact.id] = changes["avatar"]
        self._classes[contact.id] = 0

    def _add_entries(self, model: type[Any], contact_id: int, wanted: Any, present: Any) -> None:
        for position, entry in enumerate(wanted):
            label = entry.label or None
            if position < len(present):
                if entry.label != present[position].label:
                    self._labels[model].append({"of": entry.id, "label": label})
                continue
            row = {"contact_id": contact_id, "label": label, "position": position, "is_primary": entry.is_primary}
            if model is Email:
                row |= {"address": entry.address, "match_key": parse_email(entry.address).match_key}
            elif model is Phone:
                row |= {"number": entry.number, "match_key": entry.match_key}
            else:
                row |= {"kind": entry.kind, "login": entry.login, "match_key": fold(entry.login.lstrip("@"))}
            self._new[model].append(row)

    def write(self) -> None:
        """Write what was gathered."""
        connection = self._write.connection
        self._classes = {
            row.id: row.class_id
            for row in connection.execute(select(Contact.id, Contact.class_id).where(Contact.id.in_(self._classes)))
        }
        for names, rows in self._columns.items():
            connection.execute(
                update(Contact)
                .where(Contact.id == bindparam("of"))
                .values(version=Contact.version + 1, **{name: bindparam(name) for name in names}),
                rows,
            )
        for model, rows in self._labels.items():
            connection.execute(
                update(model)
                .where(model.id == bindparam("of"))
                .values(version=model.version + 1, label=bindparam("label")),
                rows,
            )
        for model, rows in self._new.items():
            connection.execute(insert(model), [row | {"class_id": self._classes[row["contact_id"]]} for row in rows])
        self._write_tags()
        self._write_avatars()
        self._write_properties()

    def _write_tags(self) -> None:
        if not self._tags:
            return
        keys = list(dict.fromkeys(fold(name) for _contact, name in self._tags))
        names = {fold(name): name for _contact, name in self._tags}
        ids = dict(zip(keys, tag_ids(self._write, [names[key] for key in keys]), strict=True))
        self._write.connection.execute(
            insert(ContactTag),
            [
                {"contact_id": contact, "class_id": self._classes[contact], "tag_id": ids[fold(name)]}
                for contact, name in self._tags
            ],
        )

    def _write_avatars(self) -> None:
        if not self._avatars:
            return
        having = select(Avatar.contact_id, Avatar.id).where(Avatar.contact_id.in_(self._avatars))
        present = {row.contact_id: row.id for row in self._write.connection.execute(having)}
        changed, new = [], []
        for contact, image in self._avatars.items():
            if contact in present:
                changed.append({"of": present[contact], "image": image})
            else:
                new.append({"contact_id": contact, "class_id": self._classes[contact], "image": image})
        if changed:
            self._write.connection.execute(
                update(Avatar)
                .where(Avatar.id == bindparam("of"))
                .values(version=Avatar.version + 1, image=bindparam("image")),
                changed,
            )
        if new:
            self._write.connection.execute(insert(Avatar), new)

    def _write_properties(self) -> None:
        if not self._properties:
            return
        connection = self._write.connection
        contacts = {contact for contact, _property in self._properties}
        properties = {property_id for _contact, property_id in self._properties}
        types = {
            row.id: PropertyType(row.type)
            for row in connection.execute(select(Property.id, Property.type).where(Property.id.in_(properties)))
        }
        present: dict[tuple[int, int, int], int] = {
            (row.contact_id, row.property_id, row.position): row.id
            for row in connection.execute(
                select(
                    PropertyValue.id, PropertyValue.contact_id, PropertyValue.property_id, PropertyValue.position
                ).where(PropertyValue.contact_id.in_(contacts), PropertyValue.property_id.in_(properties))
            )
        }
        for property_id, type_ in types.items():
            if type_ in (PropertyType.SELECT, PropertyType.MULTI_SELECT):
                values = [value for (_contact, of), value in self._properties.items() if of == property_id]
                chosen = (v for value in values for v in (value if isinstance(value, tuple) else (value,)))
                add_options(self._write, property_id, list(dict.fromkeys(chosen)))
        changed, new = [], []
        kept: set[int] = set()
        for (contact, property_id), value in self._properties.items():
            for position, columns in enumerate(property_rows(types[property_id], value, f"property:{property_id}")):
                row_id = present.get((contact, property_id, position))
                if row_id is not None:
                    kept.add(row_id)
                    changed.append({"of": row_id, **columns})
                    continue
                place = {"contact_id": contact, "property_id": property_id, "position": position}
                new.append(place | {"class_id": self._classes[contact], **columns})
        gone = [
            row_id
            for (contact, property_id, _position), row_id in present.items()
            if (contact, property_id) in self._properties and row_id not in kept
        ]
        if changed:
            connection.execute(
                update(PropertyValue)
                .where(PropertyValue.id == bindparam("of"))
                .values(
                    version=PropertyValue.version + 1,
                    **{name: bindparam(name) for name in ("value", "value_key", "number")},
                ),
                changed,
            )
        if new:
            connection.execute(insert(PropertyValue), new)
        if gone:
            connection.execute(delete(PropertyValue).where(PropertyValue.id.in_(gone)))
