"""Tables that are read by columns hold what the same contacts hold that are read whole, cell by cell."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from export_documents import PROPERTIES, Given, documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from tests.services.queries.scenario import person, with_contacts
from ulkacrm_desktop.core.clock import from_microseconds
from ulkacrm_desktop.core.contact_document import GENERAL_CLASS, ContactDocument, PropertyDefinition, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.fields import EXPORT_FIELDS, property_field, property_name
from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.phones import parse_phone
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.models import Contact, Email, Messenger, Phone
from ulkacrm_desktop.services.cells import KIND_NAMES, YES_NO, join_values, number_text, single_values
from ulkacrm_desktop.services.exports.columns import chosen_columns, primary_first
from ulkacrm_desktop.services.exports.contacts import write_contacts
from ulkacrm_desktop.services.operations.classes import add_class
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.operations.users import add_user
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.spreadsheet_safety import guard_cell, guard_cells
from ulkacrm_desktop.services.workspace import Workspace

USER, CLASS = "=Мария, \"M\"", "+vip\nclass"  # fmt: skip
PLACE_OF = {definition.id: place for place, definition in enumerate(PROPERTIES)}


def cell(contact: ContactDocument, field: str, definitions: Sequence[PropertyDefinition], language: str) -> str:
    """The cell of one contact in a CSV file, from its document."""
    yes, no = YES_NO[language]
    entries = {"email": contact.emails, "phone": contact.phones, "messenger": contact.messengers}
    several: Any = primary_first(entries.get(field.removesuffix("_label"), ()))
    if (name := property_name(field)) is not None:
        definition = next(definition for definition in definitions if definition.name == name)
        value = contact.properties.get(definition.id, "")
        if isinstance(value, bool):
            return yes if value else no
        if isinstance(value, int | float | Decimal):
            return number_text(value)
        if isinstance(value, date):
            return value.isoformat()
        return guard_cell(join_values(value) if isinstance(value, tuple) else value)
    if field.endswith("_at"):
        return str(getattr(contact, field).astimezone().isoformat(sep=" "))
    match field:
        case "kind":
            return KIND_NAMES[language][contact.kind]
        case "is_staff":
            return yes if contact.is_staff else no
        case "email":
            text = join_values([entry.address for entry in several], "; ")
        case "phone":
            text = join_values([entry.number for entry in several], "; ")
        case "messenger":
            text = join_values([f"{entry.kind}: {entry.login}" for entry in several], "; ")
        case "email_label" | "phone_label" | "messenger_label":
            text = join_values([entry.label for entry in several], "; ")
        case "tags":
            text = join_values(contact.tags)
        case _:
            text = getattr(contact, {"id": "reference", "class": "class_name"}.get(field, field)) or ""
    return guard_cell(text)


def table(
    contacts: Iterable[ContactDocument],
    chosen: Sequence[str],
    definitions: Sequence[PropertyDefinition],
    language: str,
) -> bytes:
    """The CSV file of the contacts, written cell by cell."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([guard_cell(column.heading) for column in chosen_columns(chosen, definitions, language)])
    for contact in contacts:
        writer.writerow([cell(contact, field, definitions, language) for field in chosen])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def sheet(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def is_taken(parse: Callable[..., object], *given: str) -> bool:
    """Whether the product takes a text for an email or a phone."""
    try:
        parse(*given)
    except TextProblem:
        return False
    return True


def as_input(contact: ContactDocument, user_id: int, class_id: int) -> ContactInput:
    """The contact as somebody enters it."""
    values = {field.name: getattr(contact, field.name) for field in fields(ContactInput) if field.name != "avatar"}
    values["responsible_id"] = user_id if contact.responsible else None
    values["class_id"] = class_id if contact.class_name else GENERAL_CLASS
    values["emails"] = tuple(entry for entry in contact.emails if is_taken(parse_email, entry.address))
    values["phones"] = tuple(entry for entry in contact.phones if is_taken(parse_phone, entry.number, "RU"))
    return ContactInput(**values)


def move(connection: Connection, contact_id: int, created_at: datetime) -> None:
    """Let the contact have been made at another moment."""
    values = {"created_at": created_at, "version": Contact.version + 1}
    connection.execute(update(Contact).where(Contact.id == contact_id).values(**values))


@pytest.fixture
def known(workspace: Workspace) -> tuple[Workspace, list[int], int, int]:
    """A database that knows the properties of `PROPERTIES`, their ids, a user and a class."""
    properties = [
        workspace.perform(create_property, name=p.name, type=p.type, options=p.options).result for p in PROPERTIES
    ]
    user_id = workspace.perform(add_user, name=USER).result
    return workspace, properties, user_id, workspace.perform(add_class, name=CLASS).result


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(documents, min_size=1, max_size=4), language=st.sampled_from(["en", "ru"]), data=st.data())
def test_columns_hold_what_documents_hold(
    known: tuple[Workspace, list[int], int, int],
    tmp_path: Path,
    people: list[ContactDocument],
    language: str,
    data: st.DataObject,
) -> None:
    workspace, properties, user_id, class_id = known
    inputs = []
    for contact in people:
        own = {properties[PLACE_OF[key]]: value for key, value in contact.properties.items()}
        inputs.append(as_input(replace(contact, properties=own), user_id, class_id))

    def check(connection: Connection, ids: list[int]) -> None:
        for contact_id, contact in zip(ids, people, strict=True):
            move(connection, contact_id, contact.created_at)
        if data.draw(st.booleans()):
            for model in (Email, Phone, Messenger):  # the last comes first
                connection.execute(update(model).values(position=9 - model.position, version=model.version + 1))
        definitions = property_definitions(connection)
        every = [*EXPORT_FIELDS, *(property_field(definition.name) for definition in definitions)]
        chosen = data.draw(st.one_of(st.just(every), st.lists(st.sampled_from(every), min_size=1, max_size=5)))
        asked = data.draw(st.permutations([*ids, max(ids) + 1]))
        size = data.draw(st.integers(1, 4))
        whole = list(contact_documents(connection, asked))
        assert [document.id for document in whole] == [contact_id for contact_id in asked if contact_id in ids]
        by_columns, by_documents = tmp_path / "columns", tmp_path / "documents"
        for kind in ("csv", "xlsx"):
            for path, contacts in (
                (by_columns, contact_documents(connection, asked, size)),
                (by_documents, Given(whole, 10)),
            ):
                report = write_contacts(path, kind, contacts, chosen, definitions, language)
                assert report.rows == len(ids)
            if kind == "csv":
                assert by_columns.read_bytes() == table(whole, chosen, definitions, language)
                assert by_documents.read_bytes() == by_columns.read_bytes()
            else:
                assert sheet(by_documents) == sheet(by_columns)

    with_contacts(workspace, inputs, check)


def test_contacts_far_apart_and_removed_properties(workspace: Workspace, tmp_path: Path) -> None:
    """What lies between those chosen, and what has been removed, is in no column."""
    kept = workspace.perform(create_property, name="Kept", type=PropertyType.MULTI_SELECT, options=("b", "a")).result
    for number in range(12):
        contact = person(f"n{number}", emails=[f"{number}@x.io"], tags=("t",), properties={kept: ("a", "b")})
        workspace.perform(create_contact, contact=contact)
    workspace.perform(remove_contacts, selection=ContactSelection.of(12))
    path = tmp_path / "x.csv"
    chosen = ["name", "email", "tags", "property:Kept"]
    row = "n{0},{0}@x.io,t,\"b, a\"".format  # fmt: skip
    with workspace.reading() as connection:
        definitions = property_definitions(connection)
        for asked, numbers in (([11, 1, 12], (10, 0)), ([1, 3], (0, 2)), ([12], ()), ([], ())):
            report = write_contacts(path, "csv", contact_documents(connection, asked), chosen, definitions, "en")
            lines = path.read_text(encoding="utf-8-sig").splitlines()
            assert (report.rows, lines[1:]) == (len(numbers), [row(number) for number in numbers])
        everybody = contact_documents(connection, ContactSelection.matching(ContactQuery()), 5)
        told: list[int] = []
        write_contacts(path, "csv", everybody, chosen, definitions, "en", told.append)
        assert told == [5, 10, 11]
        assert len(list(everybody)) == 11


def test_moments_are_exact_to_the_microsecond(local_workspace: Workspace, tmp_path: Path) -> None:
    def check(connection: Connection, ids: list[int]) -> None:
        for contact_id, stored in zip(ids, (0, -1, 1_700_000_000_000_001), strict=True):
            move(connection, contact_id, from_microseconds(stored))
        path = tmp_path / "x.csv"
        write_contacts(path, "csv", contact_documents(connection, ids), ["created_at"], (), "en")
        written = path.read_text(encoding="utf-8-sig").split("\n")[1:4]
        shown = [from_microseconds(stored).astimezone() for stored in (0, -1, 1_700_000_000_000_001)]
        assert written == [moment.isoformat(sep=" ") for moment in shown]

    with_contacts(local_workspace, [person("a"), person("b"), person("c")], check)


_odd = st.text(st.sampled_from("'=@+-＝\t\r\n ,;:\"1a\xa0"), max_size=4)


@given(texts=st.lists(st.one_of(_odd, st.sampled_from([":::", "+7 916", "a", ""]), st.text(max_size=3)), max_size=6))
def test_many_cells_are_guarded_and_quoted_as_one_is(texts: list[str]) -> None:
    assert list(guard_cells(texts)) == [guard_cell(text) for text in texts]
    assert list(single_values(texts)) == [join_values([text]) for text in texts]
