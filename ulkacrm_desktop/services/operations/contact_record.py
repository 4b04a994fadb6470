"""Writing one contact and all that belongs to it; the ground of the operations on contacts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select, update

from ulkacrm_desktop.core.contact_document import (
    EmailEntry,
    MessengerEntry,
    PhoneEntry,
    PropertyType,
    PropertyValue,
)
from ulkacrm_desktop.core.contact_input import AS_IS, VALUE_FIELDS
from ulkacrm_desktop.core.errors import InvalidInput, NotFound
from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.fold import KEY_LENGTH, fold
from ulkacrm_desktop.core.text.phones import parse_phone
from ulkacrm_desktop.core.text.problem import has_control_characters
from ulkacrm_desktop.models import (
    GENERAL_CLASS,
    Contact,
    ContactTag,
    Email,
    Messenger,
    OfContact,
    Phone,
    Property,
    PropertyOption,
    Tag,
)
from ulkacrm_desktop.models import PropertyValue as PropertyValueRow
from ulkacrm_desktop.services.workspace import Write

Entry = EmailEntry | PhoneEntry | MessengerEntry


def insert_contact(write: Write, values: Mapping[str, Any], *, region: str) -> int:
    """Make a contact with these fields (the keys of `ContactInput`); answers its id."""
    columns = {"class_id": GENERAL_CLASS, **column_values(values)}
    contact_id = write.connection.execute(
        insert(Contact)
        .values(
            created_in=write.operation_id,
            created_at=write.at,
            updated_at=write.at,
            name_key=fold(columns["name"]),
            **columns,
        )
        .returning(Contact.id)
    ).scalar_one()
    write_lists(write, contact_id, columns["class_id"], values, region=region)
    return contact_id


def write_contact(write: Write, contact_id: int, changes: Mapping[str, Any], *, region: str) -> None:
    """Give a contact new values of some fields; the others stay.

    Raises NotFound.
    """
    class_id = write.connection.execute(
        select(Contact.class_id).where(Contact.id == contact_id, Contact.removed_in.is_(None))
    ).scalar_one_or_none()
    if class_id is None:
        raise NotFound("contact_not_found", contact=contact_id)
    columns = column_values(changes)
    if columns:
        write.connection.execute(
            update(Contact).where(Contact.id == contact_id).values(version=Contact.version + 1, **columns)
        )
    write_lists(write, contact_id, columns.get("class_id", class_id), changes, region=region)


def column_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `Contact` for the fields that hold one value; an empty text is NULL."""
    columns: dict[str, Any] = {}
    for key in VALUE_FIELDS:
        if key in values:
            value = values[key]
            if value == AS_IS and key in ("responsible_id", "class_id"):
                continue
            if isinstance(value, str) and key != "notes":
                value = value.strip()
            columns[key] = value if value != "" else None
    return columns


def write_lists(write: Write, contact_id: int, class_id: int, values: Mapping[str, Any], *, region: str) -> None:
    """Bring emails, phones, messengers, tags and properties to the values wanted."""
    if "emails" in values:
        _write_entries(write, Email, contact_id, class_id, values["emails"], _email_columns)
    if "phones" in values:
        _write_entries(
            write, Phone, contact_id, class_id, values["phones"], lambda entry: _phone_columns(entry, region)
        )
    if "messengers" in values:
        _write_entries(write, Messenger, contact_id, class_id, values["messengers"], _messenger_columns)
    if "tags" in values:
        write_tags(write, contact_id, class_id, values["tags"])
    if "properties" in values:
        write_properties(write, contact_id, class_id, values["properties"])


def _email_columns(entry: Any) -> dict[str, Any]:
    email = parse_email(entry.address)
    return {"address": email.address, "match_key": email.match_key}


def _phone_columns(entry: Any, region: str) -> dict[str, Any]:
    phone = parse_phone(entry.number, region)
    return {"number": phone.number, "match_key": phone.match_key}


def _messenger_columns(entry: Any) -> dict[str, Any]:
    return {"kind": entry.kind, "login": entry.login.strip(), "match_key": fold(entry.login.strip().lstrip("@"))}


def with_one_primary(entries: Sequence[Entry]) -> list[Entry]:
    """The entries with exactly one primary: the first marked one, else the first."""
    chosen = next((index for index, entry in enumerate(entries) if entry.is_primary), 0)
    return [replace(entry, is_primary=index == chosen) for index, entry in enumerate(entries)]


def _write_entries(
    write: Write,
    model: type[OfContact],
    contact_id: int,
    class_id: int,
    wanted: Sequence[Entry],
    columns_of: Callable[[Entry], dict[str, Any]],
) -> None:
    table = model.__table__  # type: ignore[attr-defined]
    present = {row.id: row for row in write.connection.execute(select(table).where(table.c.contact_id == contact_id))}
    kept: set[int] = set()
    entries = with_one_primary(_distinct(wanted, columns_of))
    named = {entry.id for entry in entries}
    for position, entry in enumerate(entries):
        columns = columns_of(entry)
        columns |= {"label": entry.label or None, "position": position, "is_primary": entry.is_primary}
        row = present.get(entry.id) if entry.id is not None and entry.id not in kept else None
        if row is None:
            # The same address typed anew is the same row.
            row = next(
                (
                    r
                    for r in present.values()
                    if r.match_key == columns["match_key"]
                    and getattr(r, "kind", None) == columns.get("kind")
                    and r.id not in kept
                    and r.id not in named
                ),
                None,
            )
        if row is None:
            write.connection.execute(insert(table).values(contact_id=contact_id, class_id=class_id, **columns))
            continue
        kept.add(row.id)
        if any(getattr(row, name) != value for name, value in columns.items()):
            write.connection.execute(
                update(table).where(table.c.id == row.id).values(version=table.c.version + 1, **columns)
            )
    gone = [row_id for row_id in present if row_id not in kept]
    if gone:
        write.connection.execute(delete(table).where(table.c.id.in_(gone)))


def _distinct(wanted: Sequence[Entry], columns_of: Callable[[Entry], dict[str, Any]]) -> list[Entry]:
    """Each address once: of two that are the same the first stays, primary where either is."""
    entries: dict[tuple[object, ...], Entry] = {}
    for entry in wanted:
        columns = columns_of(entry)
        first = entries.setdefault((columns.get("kind"), columns["match_key"]), entry)
        if entry.is_primary and not first.is_primary:
            entries[columns.get("kind"), columns["match_key"]] = replace(first, is_primary=True)
    return list(entries.values())


def tag_ids(write: Write, names: Iterable[str]) -> list[int]:
    """The ids of tags by name, in order and each once; tags that are missing are made.

    Two names that differ in case, accents or white space are one tag.
    """
    by_key: dict[str, str] = {}
    for name in names:
        cleaned = " ".join(name.split())
        if cleaned:
            by_key.setdefault(fold(cleaned), cleaned)
    found: dict[str, int] = {
        row.name_key: row.id
        for row in write.connection.execute(
            select(Tag.id, Tag.name_key).where(Tag.name_key.in_(by_key), Tag.removed_in.is_(None))
        )
    }
    for key, name in by_key.items():
        if key not in found:
            found[key] = write.connection.execute(
                insert(Tag).values(name=name, name_key=key).returning(Tag.id)
            ).scalar_one()
    return [found[key] for key in by_key]


def write_tags(write: Write, contact_id: int, class_id: int, names: Iterable[str]) -> None:
    """Let the contact bear exactly these tags."""
    wanted = tag_ids(write, names)
    present = set(
        write.connection.scalars(
            select(ContactTag.tag_id)
            .join(Tag, Tag.id == ContactTag.tag_id)
            .where(ContactTag.contact_id == contact_id, Tag.removed_in.is_(None))
        )
    )
    gone = present - set(wanted)
    if gone:
        write.connection.execute(
            delete(ContactTag).where(ContactTag.contact_id == contact_id, ContactTag.tag_id.in_(gone))
        )
    for tag_id in wanted:
        if tag_id not in present:
            write.connection.execute(insert(ContactTag).values(contact_id=contact_id, class_id=class_id, tag_id=tag_id))


def write_properties(write: Write, contact_id: int, class_id: int, values: Mapping[int, PropertyValue | None]) -> None:
    """Set some properties of a contact; None takes the value away.

    Raises InvalidInput where a value does not fit its property's type, NotFound for an unknown property.
    """
    types = {
        row.id: PropertyType(row.type)
        for row in write.connection.execute(
            select(Property.id, Property.type).where(Property.id.in_(values), Property.removed_in.is_(None))
        )
    }
    for property_id, value in values.items():
        if property_id not in types:
            raise NotFound("property_not_found", property=property_id)
        rows = property_rows(types[property_id], value, f"property:{property_id}")
        if types[property_id] in (PropertyType.SELECT, PropertyType.MULTI_SELECT):
            add_options(write, property_id, [row["value"] for row in rows])
        _write_property(write, contact_id, class_id, property_id, rows)


def _write_property(
    write: Write, contact_id: int, class_id: int, property_id: int, rows: Sequence[dict[str, Any]]
) -> None:
    table = PropertyValueRow
    present = {
        row.position: row
        for row in write.connection.execute(
            select(table.id, table.position, table.value).where(
                table.contact_id == contact_id, table.property_id == property_id
            )
        )
    }
    if sorted(row.value for row in present.values()) == sorted(columns["value"] for columns in rows):
        return  # choices are shown in the order of their property: another order says nothing
    for position, columns in enumerate(rows):
        row = present.pop(position, None)
        if row is None:
            write.connection.execute(
                insert(table).values(
                    contact_id=contact_id, class_id=class_id, property_id=property_id, position=position, **columns
                )
            )
        elif row.value != columns["value"]:
            write.connection.execute(
                update(table).where(table.id == row.id).values(version=table.version + 1, **columns)
            )
    if present:
        write.connection.execute(delete(table).where(table.id.in_([row.id for row in present.values()])))


def property_rows(type_: PropertyType, value: PropertyValue | None, key: str) -> list[dict[str, Any]]:
    """The columns of the rows that hold a value: ``value``, ``value_key`` and ``number``.

    Raises InvalidInput (under ``key``) where the value is not of the type.
    """
    if value is None or value in ("", ()):
        return []
    if type_ is PropertyType.MULTI_SELECT:
        chosen = (value,) if isinstance(value, str) else value
        if isinstance(chosen, tuple):
            return _text_rows(option_names(chosen), key)
    elif type_ is PropertyType.NUMBER:
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return [{"value": number_text(value), "value_key": None, "number": float(value)}]
    elif type_ is PropertyType.DATE:
        if isinstance(value, date):
            return [{"value": value.isoformat(), "value_key": value.isoformat(), "number": None}]
    elif type_ is PropertyType.YES_NO:
        if isinstance(value, bool):
            told = "1" if value else "0"
            return [{"value": told, "value_key": told, "number": None}]
    elif type_ is PropertyType.SELECT and isinstance(value, str):
        return _text_rows(option_names([value]), key)
    elif isinstance(value, str):
        return _text_rows([value], key)
    raise InvalidInput({key: f"not_{type_}"})


def option_names(names: Iterable[str]) -> list[str]:
    """The names of choices as they are kept: with single spaces, as an import reads them, each once, none empty."""
    return list(dict.fromkeys(filter(None, (" ".join(name.split()) for name in names))))


def number_text(value: float | Decimal) -> str:
    """The canonical decimal text of a number: no exponent, no idle zeros."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else value)
    plain = format(exact.normalize(), "f")
    return "0" if plain in ("-0", "") else plain


def _text_rows(values: Iterable[str], key: str) -> list[dict[str, Any]]:
    rows = []
    for value in values:
        if has_control_characters(value):
            raise InvalidInput({key: "control_character"})
        rows.append({"value": value, "value_key": fold(value)[:KEY_LENGTH], "number": None})
    return rows


def add_options(write: Write, property_id: int, names: Sequence[str]) -> None:
    """Let a select property offer these choices, after those that it has."""
    present = list(
        write.connection.scalars(select(PropertyOption.value).where(PropertyOption.property_id == property_id))
    )
    for name in dict.fromkeys(names):
        if name not in present:
            write.connection.execute(
                insert(PropertyOption).values(property_id=property_id, value=name, position=len(present))
            )
            present.append(name)
