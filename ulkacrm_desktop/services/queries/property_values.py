"""The values of properties as Python has them, from the rows in which they are kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection, select

from ulkacrm_desktop.core.contact_document import PropertyType, PropertyValue
from ulkacrm_desktop.models import Property, PropertyOption

BETWEEN_CHOICES: Final = "\n"
"""Stands between the choices of a default value as it is kept; no choice has one in it."""


def single_value(kind: PropertyType, value: str) -> PropertyValue:
    """The value of one row; for a multi-select one choice as a tuple."""
    if kind is PropertyType.NUMBER:
        return Decimal(value)
    if kind is PropertyType.DATE:
        return date.fromisoformat(value)
    if kind is PropertyType.YES_NO:
        return value == "1"
    return (value,) if kind is PropertyType.MULTI_SELECT else value


def kept_default(kind: PropertyType, value: str) -> PropertyValue:
    """The default value of a property as it is kept. Raises ValueError, `decimal.InvalidOperation`."""
    return tuple(value.split(BETWEEN_CHOICES)) if kind is PropertyType.MULTI_SELECT else single_value(kind, value)


@dataclass(frozen=True, slots=True)
class PropertyKinds:
    """The types of all present properties by id, and the places of the choices of multi-selects."""

    types: Mapping[int, PropertyType]
    places: Mapping[int, Mapping[str, int]]

    def collected(self, rows: Iterable[tuple[int, int, str]]) -> dict[int, dict[int, PropertyValue]]:
        """The values of contacts by property, from rows (contact id, property id, value) in any order.

        Rows of removed properties are left out. The choices of a multi-select are in the order of its
        definition, those that it no longer offers last.
        """
        values: dict[int, dict[int, PropertyValue]] = {}
        several: set[tuple[int, int]] = set()
        types = self.types
        for contact_id, property_id, value in rows:
            kind = types.get(property_id)
            if kind is None:
                continue
            of_contact = values.get(contact_id)
            if of_contact is None:
                of_contact = values[contact_id] = {}
            found = value if kind is PropertyType.TEXT else single_value(kind, value)
            present = of_contact.get(property_id)
            if isinstance(found, tuple) and isinstance(present, tuple):
                found = present + found
                several.add((contact_id, property_id))
            of_contact[property_id] = found
        for contact_id, property_id in several:
            values[contact_id][property_id] = self.in_order(property_id, values[contact_id][property_id])
        return values

    def in_order(self, property_id: int, value: PropertyValue) -> PropertyValue:
        """The choices of a multi-select in the order of its definition; any other value as it is."""
        return self.choices_in_order(property_id, value) if isinstance(value, tuple) else value

    def choices_in_order(self, property_id: int, choices: Iterable[str]) -> tuple[str, ...]:
        """The choices of a multi-select in the order of its definition, those that it no longer offers last."""
        places = self.places.get(property_id, {})
        return tuple(sorted(choices, key=lambda choice: (places.get(choice, len(places)), choice)))


def property_kinds(connection: Connection, *, removed_too: bool = False) -> PropertyKinds:
    """The types of the properties, archived ones among them."""
    present = select(Property.id, Property.type)
    if not removed_too:
        present = present.where(Property.removed_in.is_(None))
    types = {row.id: PropertyType(row.type) for row in connection.execute(present)}
    places: dict[int, dict[str, int]] = {}
    options = (
        select(PropertyOption.property_id, PropertyOption.value)
        .join(Property, Property.id == PropertyOption.property_id)
        .where(Property.type == PropertyType.MULTI_SELECT)
        .order_by(PropertyOption.property_id, PropertyOption.position, PropertyOption.id)
    )
    for property_id, value in connection.execute(options):
        of_property = places.setdefault(property_id, {})
        of_property[value] = len(of_property)
    return PropertyKinds(types, places)
