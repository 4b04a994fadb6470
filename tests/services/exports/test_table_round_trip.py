"""What is written to a table is read back as it was, through the mapping that an import proposes for it."""

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from export_documents import PROPERTIES, documents, write_given
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyType
from ulkacrm_desktop.core.fields import EXPORT_FIELDS, FIELDS, property_field
from ulkacrm_desktop.services.cells import kind_of, split_messenger, split_values
from ulkacrm_desktop.services.exports.columns import primary_first
from ulkacrm_desktop.services.imports.cleaning import cell_text, clean_text, parse_yes_no
from ulkacrm_desktop.services.imports.mapping import (
    FieldTarget,
    PropertyTarget,
    Reason,
    part_columns,
    propose_mapping,
)
from ulkacrm_desktop.services.spreadsheet_safety import unguard_cell

TYPES = {definition.id: definition.type for definition in PROPERTIES}
ATTRIBUTES = [
    "name", "first_name", "last_name", "company", "website", "notes",
    "street", "city", "region", "postcode", "country", "source", "source_detail",
]  # fmt: skip


def value_of(cell: Any, kind: PropertyType) -> Any:
    if kind is PropertyType.NUMBER:
        return Decimal(str(cell)) if cell != "" else None
    if kind is PropertyType.DATE:
        return cell if isinstance(cell, date) else date.fromisoformat(cell) if cell else None
    if kind is PropertyType.YES_NO:
        return parse_yes_no(cell)
    if kind is PropertyType.MULTI_SELECT:
        return tuple(split_values(cell)) or None
    return cell_text(cell) or None


def read_back(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """The rows as an import understands them: fields by key, properties by id."""
    mapping = propose_mapping(headings, rows, PROPERTIES)
    labels = {part: part_columns(mapping, part) for part in ("email_label", "phone_label", "messenger_label")}
    read = []
    for row in rows:
        facts: dict[Any, Any] = {}
        for column in mapping:
            cell = row[column.index]
            if isinstance(column.target, PropertyTarget):
                value = value_of(cell, TYPES[column.target.id])
                if value is not None:
                    facts[column.target.id] = value
            elif isinstance(column.target, FieldTarget):
                key = column.target.key
                if key in ("email", "phone", "messenger"):
                    values = split_values(cell)
                    there = labels[f"{key}_label"].get(column.index)
                    told = split_values(row[there], keep_empty=True) if there is not None else []
                    facts[key] = list(zip(values, told or [""] * len(values), strict=True))
                elif FIELDS[key].part_of is None:
                    facts[key] = tuple(split_values(cell)) if key == "tags" else cell
            else:
                assert column.reason is Reason.READ_ONLY, column
        read.append(facts)
    return read


def expected(contact: ContactDocument) -> dict[Any, Any]:
    """What an import should understand of a contact's row."""
    facts: dict[Any, Any] = {key: getattr(contact, key) for key in ATTRIBUTES}
    facts |= {
        "id": contact.reference,
        "email": [(e.address, e.label) for e in primary_first(contact.emails)],
        "phone": [(p.number, p.label) for p in primary_first(contact.phones)],
        "messenger": [(f"{m.kind}: {m.login}", m.label) for m in primary_first(contact.messengers)],
        "tags": contact.tags,
    }
    return facts | dict(contact.properties)


def assert_same(read: list[dict[Any, Any]], contacts: Sequence[ContactDocument]) -> None:
    assert len(read) == len(contacts)
    for facts, contact in zip(read, contacts, strict=True):
        assert kind_of(facts.pop("kind")) is contact.kind
        assert parse_yes_no(facts.pop("is_staff")) is contact.is_staff
        created = facts.pop("created_at")
        if isinstance(created, date) and not isinstance(created, datetime):  # at midnight
            created = datetime.combine(created, time())
        if isinstance(created, datetime):  # of a workbook: local time, to the millisecond
            assert abs(created.astimezone(UTC) - contact.created_at).total_seconds() < 0.001
        else:
            assert datetime.fromisoformat(created) == contact.created_at
        wanted = expected(contact)
        for key, value in wanted.items():
            if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                wanted[key] = Decimal(str(value))
        assert facts == wanted


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


@settings(deadline=None)
@given(contacts=st.lists(documents, max_size=4), language=st.sampled_from(["en", "ru"]))
def test_csv_comes_back_as_it_was(folder: Path, contacts: list[ContactDocument], language: str) -> None:
    path = folder / "contacts.csv"
    report = write_given(path, "csv", contacts, [], PROPERTIES, language)
    assert report.rows == len(contacts)
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings, *rows = [[unguard_cell(cell) for cell in row] for row in csv.reader(file, strict=True)]
    assert len(headings) == len(EXPORT_FIELDS) + len(PROPERTIES)
    assert_same(read_back(headings, rows), contacts)


@settings(deadline=None)
@given(contacts=st.lists(documents, max_size=4), language=st.sampled_from(["en", "ru"]))
def test_a_workbook_comes_back_as_it_was(folder: Path, contacts: list[ContactDocument], language: str) -> None:
    path = folder / "contacts.xlsx"
    report = write_given(path, "xlsx", contacts, [], PROPERTIES, language)
    assert report.rows == len(contacts)
    headings, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    # Calamine gives a text of nothing but white space as it is; and a text is always a text.
    assert_same(read_back([str(h) for h in headings], rows), contacts)


@settings(deadline=None)
@given(
    contacts=st.lists(documents, min_size=1, max_size=3),
    language=st.sampled_from(["en", "ru"]),
    data=st.data(),
)
def test_every_choice_of_fields_maps_to_itself(
    folder: Path, contacts: list[ContactDocument], language: str, data: st.DataObject
) -> None:
    every = [*EXPORT_FIELDS, *(property_field(p.name) for p in PROPERTIES)]
    fields = data.draw(st.lists(st.sampled_from(every), min_size=1, unique=True))
    path = folder / "some.csv"
    write_given(path, "csv", contacts, fields, PROPERTIES, language)
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings, *rows = [[unguard_cell(cell) for cell in row] for row in csv.reader(file)]
    assert len(headings) == len(fields)
    for column, field in zip(propose_mapping(headings, rows, PROPERTIES), fields, strict=True):
        if field in FIELDS and not FIELDS[field].importable:
            assert (column.target, column.reason) == (None, Reason.READ_ONLY)
        elif field in FIELDS:
            assert isinstance(column.target, FieldTarget), (field, column)
            # English files of others say "Name" for a first name where a last name stands beside it.
            is_ambiguous = field == "name" and "last_name" in fields and not {"id", "first_name"} & set(fields)
            assert column.target.key == field or (is_ambiguous and column.target.key == "first_name")
        else:
            assert isinstance(column.target, PropertyTarget), (field, column)
            assert property_field(column.target.name) == field


@settings(max_examples=300)
@given(values=st.lists(st.text(st.characters(blacklist_categories=("Cs",)), min_size=1), max_size=5))
def test_several_values_of_a_cell_come_apart_as_they_were_joined(values: list[str]) -> None:
    from ulkacrm_desktop.services.cells import join_values

    for separator in (", ", "; "):
        assert split_values(join_values(values, separator)) == values


@settings(max_examples=300)
@given(
    labels=st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc"))).map(str.strip), min_size=1, max_size=5)
)
def test_labels_keep_their_places(labels: list[str]) -> None:
    from ulkacrm_desktop.services.cells import join_values

    cell = clean_text(join_values(labels, "; "))
    assert split_values(cell, keep_empty=True) == (labels if any(labels) else [])


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("telegram: anna", ("telegram", "anna")),
        ("WhatsApp:+7916", ("whatsapp", "+7916")),
        ("https://t.me/anna", ("", "https://t.me/anna")),
        ("vk: https://vk.com/anna", ("vk", "https://vk.com/anna")),
        ("x: //y", ("x", "//y")),
        ("anna", ("", "anna")),
        ("telegram:", ("", "telegram:")),
    ],
)
def test_a_messenger_names_its_kind(value: str, told: tuple[str, str]) -> None:
    assert split_messenger(value) == told
