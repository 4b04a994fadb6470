"""Operations on the values of a property, of one contact or a million."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, insert, literal, select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_document import PropertyType, PropertyValue
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import InvalidInput, NotFound
from ulkacrm_desktop.db.derived import index_soon
from ulkacrm_desktop.models import Contact, Property
from ulkacrm_desktop.models import PropertyValue as Row
from ulkacrm_desktop.services.operations.chosen import chosen_ids, tell_contacts
from ulkacrm_desktop.services.operations.contact_record import add_options, property_rows
from ulkacrm_desktop.services.operations.property_choices import take_choices
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Write, operation


class ValueChange(StrEnum):
    """What becomes of the values that contacts have; for all but a multi-select a new value replaces the old one."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"


@operation(OperationKind.PROPERTY_VALUES_SET)
def set_property(
    write: Write,
    *,
    selection: ContactSelection,
    property_id: int,
    value: PropertyValue | None,
    change: ValueChange = ValueChange.REPLACE,
    only_empty: bool = False,
) -> int:
    """Set a property of contacts, None empties it; answers how many had another value.

    ``only_empty`` leaves alone who has a value. Choices of a multi-select can also be added to those that are there, or
    removed. Raises NotFound, and InvalidInput under ``property:<id>`` where the value does not fit or is required.
    """
    definition = write.connection.execute(
        select(Property.name, Property.type, Property.is_required).where(
            Property.id == property_id, Property.removed_in.is_(None)
        )
    ).one_or_none()
    if definition is None:
        raise NotFound("property_not_found", property=property_id)
    key, kind = f"property:{property_id}", PropertyType(definition.type)
    rows = property_rows(kind, value, key)
    several = kind is PropertyType.MULTI_SELECT
    if definition.is_required and (not rows or (several and change is ValueChange.REMOVE)):
        raise InvalidInput({key: "required"})
    write.facts |= {"property": definition.name, "emptied": not rows}
    chosen = chosen_ids(write, selection)
    if write.connection.execute(chosen.limit(1)).first() is None:
        write.facts["count"] = 0
        return 0
    if several and change is ValueChange.REMOVE:
        take_choices(write, property_id, [row["value"] for row in rows], chosen)
        return tell_contacts(write, "property_value")
    if kind in (PropertyType.SELECT, PropertyType.MULTI_SELECT):
        add_options(write, property_id, [row["value"] for row in rows])
    if only_empty:
        _fill_empty(write, property_id, rows, chosen)
    elif several and change is ValueChange.ADD:
        _add(write, property_id, rows, chosen)
    else:
        _replace(write, property_id, rows, chosen)
    return tell_contacts(write, "property_value")


def fill_defaults(write: Write) -> None:
    """Give the contacts that this operation makes the default values of the properties of which they have none.

    Part of operations that take contacts in by themselves; in a form the default stands to be changed.
    """
    made = select(Contact.id).where(Contact.created_in == write.operation_id)
    for definition in property_definitions(write.connection):
        if definition.default is None:
            continue
        rows = property_rows(definition.type, definition.default, f"property:{definition.id}")
        _fill_empty(write, definition.id, rows, made)
        if definition.type is not PropertyType.YES_NO:
            filled = (
                f"SELECT v.contact_id FROM property_value v JOIN contact c ON c.id = v.contact_id "
                f"WHERE c.created_in = {write.operation_id} AND v.property_id = {definition.id}"
            )
            index_soon(write.connection, filled)


def _replace(write: Write, property_id: int, rows: Sequence[dict[str, Any]], chosen: Select[int]) -> None:
    of_chosen = and_(Row.property_id == property_id, Row.contact_id.in_(chosen))
    if len(rows) > 1:
        # Choices are shown in the order of their property: another order says nothing.
        same = (
            select(Row.contact_id)
            .where(Row.property_id == property_id)
            .group_by(Row.contact_id)
            .having(
                func.count() == len(rows),
                func.count(case((Row.value.in_([row["value"] for row in rows]), Row.value)).distinct()) == len(rows),
            )
        )
        of_chosen = and_(of_chosen, Row.contact_id.not_in(same))
    for position, columns in enumerate(rows):
        write.connection.execute(
            update(Row)
            .where(of_chosen, Row.position == position, Row.value != columns["value"])
            .values(version=Row.version + 1, **columns)
        )
    write.connection.execute(delete(Row).where(of_chosen, Row.position >= len(rows)))
    for position, columns in enumerate(rows):
        _insert(write, property_id, chosen, literal(position), _has(property_id, Row.position == position), columns)


def _fill_empty(write: Write, property_id: int, rows: Sequence[dict[str, Any]], chosen: Select[int]) -> None:
    # The first value comes last: until then the contact counts as empty.
    for position, columns in reversed(list(enumerate(rows))):
        _insert(write, property_id, chosen, literal(position), _has(property_id, Row.position == 0), columns)


def _add(write: Write, property_id: int, rows: Sequence[dict[str, Any]], chosen: Select[int]) -> None:
    following = (
        select(func.coalesce(func.max(Row.position), -1) + 1)
        .where(Row.contact_id == Contact.id, Row.property_id == property_id)
        .correlate(Contact)
        .scalar_subquery()
    )
    for columns in rows:
        present = _has(property_id, Row.value == columns["value"])
        _insert(write, property_id, chosen, following, present, columns)


def _insert(
    write: Write,
    property_id: int,
    chosen: Select[int],
    position: ColumnElement[int],
    present: ColumnElement[bool],
    columns: dict[str, Any],
) -> None:
    """Give the value to the chosen contacts that have not what ``present`` asks for."""
    types = {name: Row.__table__.c[name].type for name in columns}
    values = [literal(value, types[name]).label(name) for name, value in columns.items()]
    source = select(Contact.id, Contact.class_id, literal(property_id), position, *values).where(
        Contact.id.in_(chosen), ~present
    )
    names = ["contact_id", "class_id", "property_id", "position", *columns]
    write.connection.execute(insert(Row).from_select(names, source))


def _has(property_id: int, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Row.contact_id == Contact.id, Row.property_id == property_id, condition)
