"""Operations on contacts: create, update, remove, the avatar."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from ulkacrm_desktop.core.changes import FieldConflict, OperationKind
from ulkacrm_desktop.core.contact_document import ContactDocument
from ulkacrm_desktop.core.contact_input import (
    AS_IS,
    AVATAR_LIMIT,
    ContactInput,
    PictureChange,
    Unseen,
    field_problems,
    picture_problem,
)
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, InvalidInput, NotFound
from ulkacrm_desktop.models import Avatar, Contact
from ulkacrm_desktop.services.operations.chosen import change_contacts, chosen_ids
from ulkacrm_desktop.services.operations.classes import class_name
from ulkacrm_desktop.services.operations.contact_record import insert_contact, write_contact
from ulkacrm_desktop.services.operations.users import resolved_user
from ulkacrm_desktop.services.queries.contact_documents import avatar, contact_document
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.CONTACT_CREATED)
def create_contact(write: Write, *, contact: ContactInput, picture: bytes | None = None, region: str = "") -> int:
    """Make a contact; answers its id. ``region`` is the country of phones without a country code.

    Raises InvalidInput, NotFound for a user or a class that is not there, and what `set_avatar` raises.
    """
    problems = contact.problems(property_definitions(write.connection), region)
    if problems:
        raise InvalidInput(problems)
    values = _resolved(write, {name: getattr(contact, name) for name in contact.__slots__})
    write.facts["name"] = contact.name.strip()
    contact_id = insert_contact(write, values, region=region)
    if picture is not None:
        _write_picture(write, contact_id, PictureChange(picture))
    return contact_id


@operation(OperationKind.CONTACT_UPDATED)
def update_contact(
    write: Write,
    *,
    contact_id: int,
    changes: Mapping[str, Any],
    seen: ContactDocument | None = None,
    picture: PictureChange | None = None,
    region: str = "",
) -> None:
    """Change some fields of a contact: the keys of `ContactInput`, under ``properties`` values by id; and its picture.

    With ``seen``, a field that somebody else has changed meanwhile to something else again is a conflict;
    fields changed by others that this does not touch stay as they are. To overwrite after the conflict was
    shown, leave ``seen`` out or read it again. Raises NotFound, InvalidInput, EditConflict, and what `set_avatar`
    raises.
    """
    problems = field_problems(changes, region)
    for definition in property_definitions(write.connection):
        new = changes.get("properties", {}).get(definition.id, definition)
        if definition.required and new in (None, "", ()):
            problems[f"property:{definition.id}"] = "required"
    if problems:
        raise InvalidInput(problems)
    present = contact_document(write.connection, contact_id)
    conflicts = edit_conflicts(seen, present, changes) if seen is not None else []
    if picture is not None:
        conflicts += _picture_conflicts(write, contact_id, picture)
    _refuse(conflicts)
    write_contact(write, contact_id, _resolved(write, changes), region=region)
    if picture is not None:
        _write_picture(write, contact_id, picture)
    write.facts["name"] = changes.get("name", present.name)
    write.facts["fields"] = _changed_fields(changes) + (["avatar"] if picture is not None else [])


def _refuse(conflicts: list[FieldConflict]) -> None:
    if conflicts:
        raise EditConflict("changed_since", fields=conflicts, total=len(conflicts))


def _resolved(write: Write, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the user and the class made sure of."""
    resolved = dict(values)
    if resolved.get("responsible_id", AS_IS) not in (AS_IS, None):
        resolved["responsible_id"] = resolved_user(write, resolved["responsible_id"])
    if resolved.get("class_id", AS_IS) != AS_IS:
        class_name(write, resolved["class_id"])
    return resolved


def edit_conflicts(seen: ContactDocument, present: ContactDocument, changes: Mapping[str, Any]) -> list[FieldConflict]:
    """The fields that others have changed since they were seen, to something else than is wanted now."""
    conflicts = []
    for key, wanted in changes.items():
        pairs = (
            [(f"property:{i}", seen.properties.get(i), present.properties.get(i), value) for i, value in wanted.items()]
            if key == "properties"
            else [(key, getattr(seen, key), getattr(present, key), wanted)]
        )
        for field, was, now, new in pairs:
            if _content(now) not in (_content(was), _content(new)):
                conflicts.append(FieldConflict("contact", present.id, present.id, field, was, now, new))
    return conflicts


def _content(value: object) -> object:
    """A value without the ids and versions of its rows, which are no part of what it says."""
    if isinstance(value, tuple):
        return tuple(
            (
                getattr(v, "kind", ""),
                getattr(v, "address", getattr(v, "number", getattr(v, "login", v))),
                getattr(v, "label", ""),
                getattr(v, "is_primary", False),
            )
            for v in value
        )
    return value


def _changed_fields(changes: Mapping[str, Any]) -> list[str]:
    return [key for key in changes if key != "properties"] + [
        f"property:{property_id}" for property_id in changes.get("properties", {})
    ]


@operation(OperationKind.CONTACTS_REMOVED)
def remove_contacts(write: Write, *, selection: ContactSelection) -> int:
    """Remove contacts with all that belongs to them; answers how many. An undo brings all of it back."""
    chosen = chosen_ids(write, selection)
    named = write.connection.scalars(select(Contact.name).where(Contact.id.in_(chosen)).limit(2)).all()
    count = change_contacts(write, chosen, Contact.removed_in.is_(None), removed_in=write.operation_id)
    write.facts["count"] = count
    if len(named) == 1:
        write.facts["name"] = named[0]
    return count


@operation(OperationKind.AVATAR_CHANGED)
def set_avatar(write: Write, *, contact_id: int, image: bytes | None, seen: bytes | Unseen | None = ...) -> None:
    """Give a contact a picture (PNG or JPEG), or take it away with None.

    With ``seen``, a picture that somebody else has chosen meanwhile is a conflict. Raises NotFound, EditConflict, and
    ExpectedError ``picture_too_large`` or ``picture_unknown``.
    """
    picture = PictureChange(image, seen)
    _refuse(_picture_conflicts(write, contact_id, picture))
    write.facts["name"] = _write_picture(write, contact_id, picture)


def _picture_conflicts(write: Write, contact_id: int, picture: PictureChange) -> list[FieldConflict]:
    if picture.seen is ... or avatar(write.connection, contact_id) in (picture.seen, picture.image):
        return []
    return [FieldConflict("avatar", contact_id, contact_id, "avatar", None, None, None)]


def _write_picture(write: Write, contact_id: int, picture: PictureChange) -> str:
    """Give a contact its picture; answers the contact's name."""
    image = picture.image
    if image is not None and (problem := picture_problem(image)):
        raise ExpectedError(problem, size=len(image), limit=AVATAR_LIMIT)
    contact = write.connection.execute(
        select(Contact.name, Contact.class_id).where(Contact.id == contact_id, Contact.removed_in.is_(None))
    ).one_or_none()
    if contact is None:
        raise NotFound("contact_not_found", contact=contact_id)
    present = write.connection.execute(select(Avatar.id).where(Avatar.contact_id == contact_id)).scalar_one_or_none()
    if image is None:
        write.connection.execute(delete(Avatar).where(Avatar.contact_id == contact_id))
    elif present is None:
        write.connection.execute(insert(Avatar).values(contact_id=contact_id, class_id=contact.class_id, image=image))
    else:
        write.connection.execute(
            update(Avatar).where(Avatar.id == present).values(image=image, version=Avatar.version + 1)
        )
    return str(contact.name)
