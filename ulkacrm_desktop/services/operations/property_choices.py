"""Operations on the choices of a select or multi-select property, with the values that contacts have of them."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Select, Text, bindparam, column, delete, func, select, table, text, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_query import property_sort
from ulkacrm_desktop.core.errors import InvalidInput, NotFound
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.problem import has_control_characters
from ulkacrm_desktop.models import Property, PropertyOption
from ulkacrm_desktop.models import PropertyValue as Row
from ulkacrm_desktop.services.operations.contact_record import property_rows
from ulkacrm_desktop.services.operations.criteria_upkeep import replace_in_criteria
from ulkacrm_desktop.services.queries.property_values import BETWEEN_CHOICES
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.PROPERTY_CHANGED)
def rename_choice(write: Write, *, property_id: int, choice: str, name: str) -> None:
    """Call a choice otherwise, on all contacts that have it too.

    Raises NotFound, and InvalidInput: ``taken`` where there is one of that name, which `merge_choices` makes one.
    """
    cleaned = " ".join(name.split())
    problem = "required" if not cleaned else "control_character" if has_control_characters(cleaned) else ""
    if problem:
        raise InvalidInput({"name": problem})
    options = _choices(write, property_id)
    _known(options, choice)
    if any(fold(option) == fold(cleaned) for option in options if option != choice):
        raise InvalidInput({"name": "taken"})
    _tell(write, property_id, "option_renamed", choice, cleaned)
    if cleaned == choice:
        return
    write.connection.execute(
        update(PropertyOption)
        .where(PropertyOption.property_id == property_id, PropertyOption.value == choice)
        .values(value=cleaned, version=PropertyOption.version + 1)
    )
    _write_instead(write, property_id, choice, cleaned)


@operation(OperationKind.PROPERTY_CHANGED)
def merge_choices(write: Write, *, property_id: int, choice: str, into: str) -> None:
    """Make two choices one: who has the first has the second instead. Raises NotFound."""
    options = _choices(write, property_id)
    _known(options, choice)
    _known(options, into)
    _tell(write, property_id, "option_merged", choice, into)
    if choice == into:
        return
    having = select(Row.contact_id).where(Row.property_id == property_id, Row.value == into)
    take_choices(write, property_id, [choice], having)
    _write_instead(write, property_id, choice, into)
    _drop(write, property_id, choice)


@operation(OperationKind.PROPERTY_CHANGED)
def remove_choice(write: Write, *, property_id: int, choice: str) -> None:
    """Take a choice away, from all contacts that have it too. Raises NotFound."""
    _known(_choices(write, property_id), choice)
    _tell(write, property_id, "option_removed", choice)
    take_choices(write, property_id, [choice])
    _drop(write, property_id, choice)


def take_choices(write: Write, property_id: int, values: Sequence[str], contacts: Select[int] | None = None) -> None:
    """Take some values of a property off contacts (all by default); the others move up and fill their places.

    Positions have no gaps: the first value is what lists are sorted by.
    """
    if not values:
        return
    connection = write.connection
    going = Row.value.in_(values)
    touched = (
        select(Row.contact_id, func.count().filter(~going))
        .where(Row.property_id == property_id)
        .group_by(Row.contact_id)
        .having(func.count().filter(going) > 0)
    )
    if contacts is not None:
        touched = touched.where(Row.contact_id.in_(contacts))
    connection.execute(text("DROP TABLE IF EXISTS shifted_value"))
    connection.execute(text("CREATE TEMPORARY TABLE shifted_value (contact_id bigint PRIMARY KEY, kept bigint)"))
    connection.execute(_SHIFTED.insert().from_select(["contact_id", "kept"], touched))
    moving = text(
        "WITH staying AS (SELECT v.contact_id, v.value, v.value_key, v.number, "
        "row_number() OVER (PARTITION BY v.contact_id ORDER BY v.position) - 1 AS place "
        "FROM shifted_value s JOIN property_value v ON v.contact_id = s.contact_id "
        "WHERE v.property_id = :property AND v.value NOT IN :going) "
        "UPDATE property_value SET value = staying.value, value_key = staying.value_key, number = staying.number, "
        "version = property_value.version + 1 FROM staying WHERE property_value.contact_id = staying.contact_id "
        "AND property_value.property_id = :property AND property_value.position = staying.place "
        "AND property_value.value <> staying.value"
    ).bindparams(bindparam("going", type_=Text(), expanding=True))
    connection.execute(moving, {"property": property_id, "going": list(values)})
    connection.execute(
        text(
            "DELETE FROM property_value WHERE property_id = :property AND EXISTS (SELECT 1 FROM shifted_value s "
            "WHERE s.contact_id = property_value.contact_id AND s.kept <= property_value.position)"
        ),
        {"property": property_id},
    )


_SHIFTED = table("shifted_value", column("contact_id", BigInteger), column("kept", BigInteger))


def _write_instead(write: Write, property_id: int, choice: str, name: str) -> None:
    """Give all who have a choice another one, and let criteria and the default mean it."""
    columns = property_rows(PropertyType.SELECT, name, "name")[0]
    write.connection.execute(
        update(Row)
        .where(Row.property_id == property_id, Row.value == choice)
        .values(version=Row.version + 1, **columns)
    )
    _set_in_default(write, property_id, choice, name)
    replace_in_criteria(write, property_sort(property_id), choice, name)


def _drop(write: Write, property_id: int, choice: str) -> None:
    write.connection.execute(
        delete(PropertyOption).where(PropertyOption.property_id == property_id, PropertyOption.value == choice)
    )
    _set_in_default(write, property_id, choice, None)


def _set_in_default(write: Write, property_id: int, choice: str, instead: str | None) -> None:
    """Put another choice, or none, in the place of one of the default value."""
    kept = write.connection.execute(select(Property.default_value).where(Property.id == property_id)).scalar_one()
    chosen = kept.split(BETWEEN_CHOICES) if kept else []
    if choice not in chosen:
        return
    changed = dict.fromkeys(instead if each == choice else each for each in chosen)
    write.connection.execute(
        update(Property)
        .where(Property.id == property_id)
        .values(default_value=BETWEEN_CHOICES.join(filter(None, changed)) or None, version=Property.version + 1)
    )


def _choices(write: Write, property_id: int) -> list[str]:
    """What the property offers. Raises NotFound."""
    if (
        write.connection.execute(
            select(Property.id).where(Property.id == property_id, Property.removed_in.is_(None))
        ).first()
        is None
    ):
        raise NotFound("property_not_found", property=property_id)
    return list(write.connection.scalars(select(PropertyOption.value).where(PropertyOption.property_id == property_id)))


def _known(options: Sequence[str], choice: str) -> None:
    if choice not in options:
        raise NotFound("choice_not_found", choice=choice)


def _tell(write: Write, property_id: int, what: str, choice: str, new: str = "") -> None:
    name = write.connection.execute(select(Property.name).where(Property.id == property_id)).scalar_one()
    write.facts |= {"name": name, "what": what, "option": choice, "new_option": new}
