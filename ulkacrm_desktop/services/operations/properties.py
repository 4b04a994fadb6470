"""Operations on custom properties and their groups."""

from collections.abc import Sequence
from decimal import InvalidOperation
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from ulkacrm_desktop.core.changes import FieldConflict, OperationKind
from ulkacrm_desktop.core.contact_document import PropertyType, PropertyValue
from ulkacrm_desktop.core.contact_input import Unseen
from ulkacrm_desktop.core.errors import EditConflict, InvalidInput, NotFound
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.problem import has_control_characters
from ulkacrm_desktop.models import Contact, Property, PropertyGroup, PropertyOption
from ulkacrm_desktop.services.operations.contact_record import (
    add_options,
    option_names,
    property_rows,
    write_properties,
)
from ulkacrm_desktop.services.operations.names import free_name
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.property_values import BETWEEN_CHOICES, kept_default
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.PROPERTY_CREATED)
def create_property(
    write: Write,
    *,
    name: str,
    type: PropertyType,
    options: Sequence[str] = (),
    group: str = "",
    description: str = "",
    required: bool = False,
    default: str = "",
) -> int:
    """Make a custom property; answers its id. A group that is missing is made.

    ``default`` is the value of new contacts as it is kept, see `default_text`. Raises
    InvalidInput: ``required``, ``too_long``, ``taken``, ``control_character``, ``not_…`` for a default of no use.
    """
    _refuse_control_characters(description=description)
    write.facts["name"] = name.strip()
    kept_default = _default(type, default, options)
    return insert_property(
        write,
        name=name,
        type=type,
        options=options,
        columns={
            "group_id": group_id(write, group),
            "description": description.strip() or None,
            "is_required": required,
            "default_value": kept_default,
        },
    )


def insert_property(
    write: Write,
    *,
    name: str,
    type: PropertyType,
    options: Sequence[str] = (),
    columns: dict[str, Any] | None = None,
) -> int:
    """Make a property as part of any operation. Raises InvalidInput as `create_property`."""
    named = free_name(write, Property, name)
    _refuse_control_characters(options="".join(options))
    last = write.connection.execute(select(func.coalesce(func.max(Property.position), -1))).scalar_one()
    property_id = write.connection.execute(
        insert(Property).values(**named, type=type, position=last + 1, **(columns or {})).returning(Property.id)
    ).scalar_one()
    add_options(write, property_id, option_names(options))
    return property_id


@operation(OperationKind.PROPERTY_CHANGED)
def change_property(
    write: Write,
    *,
    property_id: int,
    name: str | None = None,
    description: str | None = None,
    group: str | None = None,
    required: bool | None = None,
    default: str | None = None,
    archived: bool | None = None,
    position: int | None = None,
    options: Sequence[str] | None = None,
) -> None:
    """Change a property's name, description, group, duty, default, place or choices; None leaves a thing as it is.

    ``archived``: forms, lists and filters do not offer it, contacts keep its values. A choice that is taken out of the
    list stays on the contacts that have it. Raises NotFound, InvalidInput.
    """
    present = write.connection.execute(
        select(Property.name, Property.type, Property.is_archived).where(
            Property.id == property_id, Property.removed_in.is_(None)
        )
    ).one_or_none()
    if present is None:
        raise NotFound("property_not_found", property=property_id)
    write.facts["name"] = present.name
    columns: dict[str, Any] = {}
    if name is not None and " ".join(name.split()) != present.name:
        columns |= free_name(write, Property, name, but=property_id)
        write.facts["new_name"] = columns["name"]
    if archived is not None:
        columns["is_archived"] = archived
        if archived != present.is_archived:
            write.facts["what"] = "archived" if archived else "unarchived"
    if default is not None:
        known = options if options is not None else _present_options(write, property_id)
        columns["default_value"] = _default(PropertyType(present.type), default, known)
    _refuse_control_characters(description=description or "", options="".join(options or ()))
    if description is not None:
        columns["description"] = description.strip() or None
    if group is not None:
        columns["group_id"] = group_id(write, group)
    if required is not None:
        columns["is_required"] = required
    if position is not None:
        columns["position"] = position
    if columns:
        write.connection.execute(
            update(Property).where(Property.id == property_id).values(version=Property.version + 1, **columns)
        )
    if options is not None:
        kept = option_names(options)
        write.connection.execute(
            delete(PropertyOption).where(PropertyOption.property_id == property_id, PropertyOption.value.not_in(kept))
        )
        add_options(write, property_id, kept)
        for place, value in enumerate(kept):
            write.connection.execute(
                update(PropertyOption)
                .where(
                    PropertyOption.property_id == property_id,
                    PropertyOption.value == value,
                    PropertyOption.position != place,
                )
                .values(position=place, version=PropertyOption.version + 1)
            )


@operation(OperationKind.PROPERTY_REMOVED)
def remove_property(write: Write, *, property_id: int) -> None:
    """Take a property away; its values come back with an undo. Raises NotFound."""
    name = write.connection.execute(
        select(Property.name).where(Property.id == property_id, Property.removed_in.is_(None))
    ).scalar_one_or_none()
    if name is None:
        raise NotFound("property_not_found", property=property_id)
    write.facts["name"] = name
    write.connection.execute(
        update(Property)
        .where(Property.id == property_id)
        .values(removed_in=write.operation_id, version=Property.version + 1)
    )


@operation(OperationKind.PROPERTY_VALUE_SET)
def set_property_value(
    write: Write,
    *,
    contact_id: int,
    property_id: int,
    value: PropertyValue | None,
    seen: PropertyValue | Unseen | None = ...,
) -> None:
    """Set one property of one contact in place; None takes the value away.

    With ``seen``, a value that somebody else has given meanwhile is a conflict. Raises NotFound, InvalidInput,
    EditConflict.
    """
    contact = write.connection.execute(
        select(Contact.name, Contact.class_id).where(Contact.id == contact_id, Contact.removed_in.is_(None))
    ).one_or_none()
    if contact is None:
        raise NotFound("contact_not_found", contact=contact_id)
    definition = write.connection.execute(
        select(Property.name, Property.is_required).where(Property.id == property_id)
    ).one_or_none()
    if definition is not None and definition.is_required and value in (None, "", ()):
        raise InvalidInput({f"property:{property_id}": "required"})
    if seen is not ...:
        present = contact_document(write.connection, contact_id).properties.get(property_id)
        if present not in (seen, value):
            field = f"property:{property_id}"
            conflict = FieldConflict("contact", contact_id, contact_id, field, seen, present, value)
            raise EditConflict("changed_since", fields=[conflict], total=1)
    write_properties(write, contact_id, contact.class_id, {property_id: value})
    write.facts |= {"name": contact.name, "property": definition.name if definition else ""}


def group_id(write: Write, name: str) -> int | None:
    """The id of a property group by name, made when missing; None for no name. Raises InvalidInput."""
    cleaned = " ".join(name.split())
    _refuse_control_characters(group=cleaned)
    if not cleaned:
        return None
    for row in write.connection.execute(select(PropertyGroup.id, PropertyGroup.name)):
        if fold(row.name) == fold(cleaned):
            return int(row.id)
    last = write.connection.execute(select(func.coalesce(func.max(PropertyGroup.position), -1))).scalar_one()
    return write.connection.execute(
        insert(PropertyGroup).values(name=cleaned, position=last + 1).returning(PropertyGroup.id)
    ).scalar_one()


def default_text(type_: PropertyType, value: PropertyValue | None) -> str:
    """A default value as it is kept: 12.5, 2025-03-01, 1 for yes, choices on lines of their own; '' for none.

    Raises InvalidInput.
    """
    return BETWEEN_CHOICES.join(row["value"] for row in property_rows(type_, value, "default"))


def _default(type_: PropertyType, text: str, options: Sequence[str]) -> str | None:
    """A default value as it is kept. Raises InvalidInput where it does not fit the type or is none of the choices."""
    if not text:
        return None
    try:
        value = kept_default(type_, text)
    except (ValueError, InvalidOperation):
        raise InvalidInput({"default": f"not_{type_}"}) from None
    kept = default_text(type_, value)
    known: Sequence[str] = ("0", "1") if type_ is PropertyType.YES_NO else option_names(options)
    chosen = value if isinstance(value, tuple) else (text,)
    if type_ in (PropertyType.SELECT, PropertyType.MULTI_SELECT, PropertyType.YES_NO) and not set(chosen) <= set(known):
        raise InvalidInput({"default": f"not_{type_}"})
    return kept or None


def _present_options(write: Write, property_id: int) -> list[str]:
    of_property = select(PropertyOption.value).where(PropertyOption.property_id == property_id)
    return list(write.connection.scalars(of_property))


def _refuse_control_characters(**texts: str) -> None:
    problems = {key: "control_character" for key, text in texts.items() if has_control_characters(text)}
    if problems:
        raise InvalidInput(problems)
