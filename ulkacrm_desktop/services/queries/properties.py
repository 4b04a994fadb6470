"""The definitions of custom properties, their groups, and how much they are used."""

from dataclasses import dataclass
from decimal import InvalidOperation

from sqlalchemy import Connection, exists, func, select, text

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType, PropertyValue
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.models import Property, PropertyGroup, PropertyOption
from ulkacrm_desktop.services.queries.property_values import kept_default


@dataclass(frozen=True, slots=True)
class PropertyUse:
    """A property with whether it is archived and how many present contacts have a value of it."""

    definition: PropertyDefinition
    archived: bool
    contacts: int

    @property
    def id(self) -> int:
        """The property's id."""
        return self.definition.id


@dataclass(frozen=True, slots=True)
class PropertyGroupRow:
    """A section of the contact form."""

    id: int
    name: str
    position: int
    version: int


def property_definitions(connection: Connection, *, archived: bool = False) -> tuple[PropertyDefinition, ...]:
    """The properties in the order in which they are shown, by group; archived ones only where asked for."""
    options: dict[int, list[str]] = {}
    for property_id, value in connection.execute(
        select(PropertyOption.property_id, PropertyOption.value).order_by(
            PropertyOption.property_id, PropertyOption.position, PropertyOption.id
        )
    ):
        options.setdefault(property_id, []).append(value)
    wanted = (
        select(
            Property.id,
            Property.name,
            Property.type,
            Property.is_required,
            Property.description,
            Property.default_value,
            Property.position,
            Property.version,
            PropertyGroup.name.label("group"),
        )
        .outerjoin(PropertyGroup, PropertyGroup.id == Property.group_id)
        .where(Property.removed_in.is_(None))
        .order_by(func.coalesce(PropertyGroup.position, -1), Property.position, Property.id)
    )
    if not archived:
        wanted = wanted.where(Property.is_archived.is_(False))
    return tuple(
        PropertyDefinition(
            id=row.id,
            name=row.name,
            type=PropertyType(row.type),
            options=tuple(options.get(row.id, ())),
            group=row.group or "",
            required=row.is_required,
            description=row.description or "",
            default=_default(PropertyType(row.type), row.default_value),
            position=row.position,
            version=row.version,
        )
        for row in connection.execute(wanted)
    )


def property_uses(connection: Connection) -> tuple[PropertyUse, ...]:
    """All properties, archived ones too, in the order in which they are shown, with their use."""
    archived = set(connection.scalars(select(Property.id).where(Property.is_archived.is_(True))))
    return tuple(
        PropertyUse(definition, definition.id in archived, _contacts(connection, definition))
        for definition in property_definitions(connection, archived=True)
    )


def property_groups(connection: Connection) -> tuple[PropertyGroupRow, ...]:
    """The groups that have properties, in the order in which they are shown."""
    used = exists().where(Property.group_id == PropertyGroup.id, Property.removed_in.is_(None))
    wanted = select(PropertyGroup.id, PropertyGroup.name, PropertyGroup.position, PropertyGroup.version).where(used)
    return tuple(
        PropertyGroupRow(*row) for row in connection.execute(wanted.order_by(PropertyGroup.position, PropertyGroup.id))
    )


def choice_counts(connection: Connection, property_id: int) -> dict[str, int]:
    """How many present contacts have each value of a property with choices; values that nobody has are absent."""
    counted = text(
        "SELECT v.value, count(*) FROM property_value v JOIN contact c ON c.id = v.contact_id "
        "WHERE v.property_id = :property AND c.removed_in IS NULL GROUP BY v.value"
    )
    found = connection.execute(counted, {"property": property_id})
    return {row[0]: row[1] for row in found}


def values_in_use(connection: Connection, property_id: int, typed: str = "", limit: int = 20) -> tuple[str, ...]:
    """The values that contacts have of a property and that begin as typed, the most frequent first.

    For completion of texts: numbers have none.
    """
    # The index alone tells the folded values; how each is written is read for those that are shown.
    frequent = connection.execute(
        text(
            "SELECT value_key FROM property_value WHERE property_id = :property AND value_key >= :first "
            "AND value_key < :last GROUP BY value_key ORDER BY count(*) DESC, value_key LIMIT :limit"
        ),
        {
            "property": property_id,
            "first": fold(typed),
            "last": fold(typed) + "\U0010ffff",
            "limit": limit,
        },
    ).scalars()
    written = text(
        "SELECT v.value FROM property_value v JOIN contact c ON c.id = v.contact_id "
        "WHERE v.property_id = :property AND v.value_key = :key AND c.removed_in IS NULL LIMIT 1"
    )
    found = [connection.execute(written, {"property": property_id, "key": key}).scalar() for key in frequent.all()]
    return tuple(value for value in found if value is not None)


def _contacts(connection: Connection, definition: PropertyDefinition) -> int:
    # Each kind of value is counted from its own index alone, and those of removed contacts are taken off.
    kept_as = "number" if definition.type is PropertyType.NUMBER else "value_key"
    counted = "count(DISTINCT contact_id)" if definition.type is PropertyType.MULTI_SELECT else "count(*)"
    of_property = f"SELECT {counted} FROM property_value WHERE property_id = :property AND {kept_as} IS NOT NULL"
    gone = "AND contact_id IN (SELECT id FROM contact WHERE removed_in IS NOT NULL)"
    return int(
        connection.execute(
            text(f"SELECT ({of_property}) - ({of_property} {gone})"), {"property": definition.id}
        ).scalar_one()
    )


def _default(kind: PropertyType, value: str | None) -> PropertyValue | None:
    if not value:
        return None
    try:
        return kept_default(kind, value)
    except (ValueError, InvalidOperation):
        # Chosen while the property had another type.
        return None
