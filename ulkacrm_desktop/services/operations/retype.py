"""The operation that changes the type of a property, with all values of it."""

from typing import Any, Final

from sqlalchemy import delete, select, text, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.models import Property, PropertyOption
from ulkacrm_desktop.services.imports.cleaning import DateOrder, DecimalMark
from ulkacrm_desktop.services.operations.contact_record import add_options
from ulkacrm_desktop.services.queries.property_values import BETWEEN_CHOICES
from ulkacrm_desktop.services.retyping import WITH_CHOICES, Reading, convert, decided_reading, type_of
from ulkacrm_desktop.services.workspace import Write, operation

CHOICES_LIMIT: Final = 1_000
"""The most choices that a select can be made of texts with: more are no choices."""

_BETWEEN: Final = "\x1f"
"""Stands between the values of one contact; no value holds a control character."""

_OF_ONE: Final = "(SELECT contact_id, value AS kept FROM property_value WHERE property_id = :property AND position = 0)"


@operation(OperationKind.PROPERTY_RETYPED)
def retype_property(
    write: Write,
    *,
    property_id: int,
    type: PropertyType,
    order: DateOrder | None = None,
    mark: DecimalMark | None = None,
    words: tuple[str, str] = ("yes", "no"),
    drop: bool = False,
) -> int:
    """Change the type of a property and make its values ones of it; answers how many contacts lose theirs.

    ``words`` are what yes and no become where they become texts. A select offers what its contacts have. Raises
    NotFound, and ExpectedError: ``retype_loses`` where values do not convert, unless ``drop`` lets them go;
    ``retype_too_many_choices``.
    """
    connection = write.connection
    old_type = type_of(connection, property_id)
    present = connection.execute(select(Property.name, Property.default_value).where(Property.id == property_id)).one()
    write.facts |= {"name": present.name, "type": type.value}
    if old_type is type:
        return 0
    reading, _ambiguous = decided_reading(connection, property_id, old_type, type, order, mark, words)
    holders = _holders(write, property_id, old_type)
    choices = _fill_conversions(write, property_id, old_type, type, reading, holders)
    lost = _lost(write, property_id, holders)
    if lost and not drop:
        raise ExpectedError("retype_loses", property=present.name, count=lost)
    if type in WITH_CHOICES and len(choices) > CHOICES_LIMIT:
        raise ExpectedError("retype_too_many_choices", property=present.name, count=len(choices), limit=CHOICES_LIMIT)
    write.facts["count"] = lost
    _write_values(write, property_id, holders)
    default = present.default_value
    kept = None
    if default:
        values = default.split(BETWEEN_CHOICES) if old_type is PropertyType.MULTI_SELECT else [default]
        kept = convert(values, old_type, type, reading)
    connection.execute(
        update(Property)
        .where(Property.id == property_id)
        .values(
            type=type,
            default_value=BETWEEN_CHOICES.join(stored.value for stored in kept) if kept else None,
            version=Property.version + 1,
        )
    )
    if type in WITH_CHOICES:
        offered = choices if kept is None else {**choices, **dict.fromkeys(stored.value for stored in kept)}
        add_options(write, property_id, list(offered))
    else:
        connection.execute(delete(PropertyOption).where(PropertyOption.property_id == property_id))
    connection.execute(text("DROP TABLE conversion"))
    return lost


def _holders(write: Write, property_id: int, old_type: PropertyType) -> str:
    """SQL of (contact_id, kept): the values of each contact as one text."""
    if old_type is not PropertyType.MULTI_SELECT:
        return _OF_ONE
    joined = "group_concat" if is_local(write.connection) else "string_agg"
    write.connection.execute(text("DROP TABLE IF EXISTS kept_values"))
    write.connection.execute(
        text(
            f"CREATE TEMPORARY TABLE kept_values AS SELECT contact_id, {joined}(value, '{_BETWEEN}' ORDER BY position) "
            f"AS kept FROM property_value WHERE property_id = {int(property_id)} GROUP BY contact_id"
        )
    )
    write.connection.execute(text("CREATE UNIQUE INDEX kept_values_contact ON kept_values (contact_id)"))
    return "kept_values"


def _fill_conversions(
    write: Write, property_id: int, old_type: PropertyType, type_: PropertyType, reading: Reading, holders: str
) -> dict[str, None]:
    """Make the table of what each text becomes, value by value; answers the values, the most frequent first."""
    connection = write.connection
    connection.execute(text("DROP TABLE IF EXISTS conversion"))
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE conversion (kept text NOT NULL, place integer NOT NULL, value text NOT NULL, "
            "value_key text, number double precision, PRIMARY KEY (kept, place))"
        )
    )
    found = connection.execute(
        text(f"SELECT kept, count(*) FROM {holders} AS held GROUP BY kept"), _given(property_id, holders)
    ).all()
    rows: list[dict[str, Any]] = []
    uses: dict[str, int] = {}
    for kept, count in found:
        for place, stored in enumerate(convert(kept.split(_BETWEEN), old_type, type_, reading) or ()):
            rows.append({"kept": kept, "place": place, **stored._asdict()})
            uses[stored.value] = uses.get(stored.value, 0) + count
    if rows:
        connection.execute(
            text(
                "INSERT INTO conversion (kept, place, value, value_key, number) "
                "VALUES (:kept, :place, :value, :value_key, :number)"
            ),
            rows,
        )
    return dict.fromkeys(sorted(uses, key=lambda value: (-uses[value], value)))


def _lost(write: Write, property_id: int, holders: str) -> int:
    counted = text(
        f"SELECT count(*) FROM {holders} AS held JOIN contact c ON c.id = held.contact_id "
        "WHERE c.removed_in IS NULL AND held.kept NOT IN (SELECT kept FROM conversion)"
    )
    return int(write.connection.execute(counted, _given(property_id, holders)).scalar_one())


def _write_values(write: Write, property_id: int, holders: str) -> None:
    """Delete what does not convert or is one value too many, add further values, and write the others anew."""
    given = {"property": property_id}
    wanted = f"{holders} AS held JOIN conversion k ON k.kept = held.kept"
    for statement in (
        "DELETE FROM property_value WHERE property_id = :property AND NOT EXISTS (SELECT 1 "
        f"FROM {wanted} WHERE held.contact_id = property_value.contact_id AND k.place = property_value.position)",
        "INSERT INTO property_value (contact_id, class_id, property_id, position, value, value_key, number) "
        f"SELECT held.contact_id, c.class_id, :property, k.place, k.value, k.value_key, k.number FROM {wanted} "
        "JOIN contact c ON c.id = held.contact_id WHERE k.place > 0 AND NOT EXISTS (SELECT 1 FROM property_value v "
        "WHERE v.property_id = :property AND v.contact_id = held.contact_id AND v.position = k.place)",
        "UPDATE property_value SET value = k.value, value_key = k.value_key, number = k.number, "
        f"version = property_value.version + 1 FROM {wanted} WHERE property_value.property_id = :property "
        "AND property_value.contact_id = held.contact_id AND property_value.position = k.place "
        "AND (property_value.value <> k.value OR coalesce(property_value.value_key, '') <> coalesce(k.value_key, '') "
        "OR coalesce(property_value.number, 0) <> coalesce(k.number, 0))",
    ):
        write.connection.execute(text(statement), given)


def _given(property_id: int, holders: str) -> dict[str, int]:
    return {"property": property_id} if ":property" in holders else {}
