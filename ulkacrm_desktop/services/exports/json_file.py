"""Contacts as JSON: an array of whole contacts, one a line, for programs."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyDefinition, PropertyValue
from ulkacrm_desktop.core.fields import FIELDS, property_name
from ulkacrm_desktop.services.cells import number_text
from ulkacrm_desktop.services.exports.columns import chosen_fields, primary_first
from ulkacrm_desktop.services.exports.report import ExportReport, counted

_PLURAL: Final = {"email": "emails", "phone": "phones", "messenger": "messengers"}


def write_json(
    path: Path,
    documents: Iterable[ContactDocument],
    fields: Sequence[str],
    properties: Sequence[PropertyDefinition],
    progress: Callable[[int], None],
) -> ExportReport:
    """Write the contacts to ``path`` as an array; each has the keys of the fields chosen, in a fixed order.

    Emails, phones and messengers are arrays of objects with their labels, the primary first; properties an
    object by name, without those that have no value.
    """
    wanted = set(chosen_fields(fields, properties))
    shown = {p.id: p.name for p in properties if any(property_name(field) == p.name for field in wanted)}
    keys = _keys(wanted)
    encode = json.JSONEncoder(ensure_ascii=False).encode
    rows = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        for contact in counted(documents, progress):
            file.write(",\n" if rows else "\n")
            file.write(encode(_data(contact, keys, shown)))
            rows += 1
        file.write("\n]\n" if rows else "]\n")
    return ExportReport(rows)


def contact_data(contact: ContactDocument, wanted: set[str], shown: dict[int, str]) -> dict[str, Any]:
    """The contact as JSON has it: the fields of ``wanted``, and the properties of ``shown`` (id → name)."""
    return _data(contact, _keys(wanted), shown)


def _keys(wanted: set[str]) -> set[str]:
    """The keys of JSON that hold these fields."""
    return {_PLURAL.get(FIELDS[field].part_of or field, field) for field in wanted if field in FIELDS}


def _data(contact: ContactDocument, keys: set[str], shown: dict[int, str]) -> dict[str, Any]:
    every: dict[str, Any] = {
        "id": contact.reference,
        "kind": contact.kind.value,
        "name": contact.name,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "emails": [
            {"address": e.address, "label": e.label, "primary": e.is_primary} for e in primary_first(contact.emails)
        ],
        "phones": [
            {"number": p.number, "label": p.label, "primary": p.is_primary} for p in primary_first(contact.phones)
        ],
        "messengers": [
            {"kind": m.kind, "login": m.login, "label": m.label, "primary": m.is_primary}
            for m in primary_first(contact.messengers)
        ],
        "company": contact.company,
        "website": contact.website,
        "notes": contact.notes,
        "street": contact.street,
        "city": contact.city,
        "region": contact.region,
        "postcode": contact.postcode,
        "country": contact.country,
        "tags": list(contact.tags),
        "source": contact.source,
        "source_detail": contact.source_detail,
        "is_staff": contact.is_staff,
        "responsible": contact.responsible,
        "class": contact.class_name,
        "created_at": contact.created_at.isoformat(),
        "updated_at": contact.updated_at.isoformat(),
    }
    data = {key: value for key, value in every.items() if key in keys}
    if shown:
        data["properties"] = {
            name: _json_value(contact.properties[key]) for key, name in shown.items() if key in contact.properties
        }
    return data


def _json_value(value: PropertyValue) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        # A number that a double does not hold would come back changed; as a text it does not.
        return float(value) if Decimal(repr(float(value))) == value else number_text(value)
    return value
