"""What an export writes comes back unchanged: an unedited file changes nothing."""

import base64
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from import_runs import import_here, plan_here, plan_with, write_csv

from tests.database_dump import dump
from ulkacrm_desktop.core.contact_document import ContactKind, EmailEntry, MessengerEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.services.exports.contacts import write_contacts
from ulkacrm_desktop.services.imports.comparison import CellChange
from ulkacrm_desktop.services.imports.importing import proposed_mapping, run_import
from ulkacrm_desktop.services.imports.options import ImportOptions
from ulkacrm_desktop.services.imports.plan_file import RowKind
from ulkacrm_desktop.services.imports.readers import inspect_source
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.operations.contacts import create_contact, set_avatar
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.queries.contact_documents import avatar, contact_documents
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"

CONTACTS = (
    {"name": "Анна O'Neil", "first_name": "Анна", "last_name": "O'Neil", "company": 'Ёж, Co; "Ltd"', "is_staff": True},
    {"name": "No address at all", "notes": "one\n\ntwo, three\n", "city": "  Riga "},
    {
        "name": "=SUM(1)",
        "emails": (EmailEntry("a@x.io", "work"), EmailEntry("B@почта.рф", "", True), EmailEntry("c@x.io", "home, old")),
        "phones": (PhoneEntry("+7 916 123-45-67", "", "mobile"), PhoneEntry("+442079460000")),
        "messengers": (MessengerEntry("telegram", "@ann"), MessengerEntry("vk", "ann.b", "old")),
        "tags": ("a, b", "VIP", '"quoted"', "semi;colon"),
    },
    {"name": "Acme", "kind": ContactKind.ORGANISATION, "website": "https://x.io/?a=b,c", "source": "form"},
    {"name": "-2+3", "company": "+7 (916)", "street": "@home", "postcode": "00123", "region": "1e5", "country": "1.10"},
    {"name": "\tTabbed  name ", "notes": "'quoted", "source_detail": "a\r\nb"},
)
PROPERTIES = (
    (PropertyType.TEXT, ("line one\nline two", "1,5", "=1", "  kept ")),
    (PropertyType.NUMBER, (Decimal("-1234.5"), Decimal("0.1"), 12345678901, Decimal("1000"))),
    (PropertyType.DATE, (date(2024, 2, 29), date(1970, 1, 2), date(2031, 12, 11))),
    (PropertyType.YES_NO, (True, False)),
    (PropertyType.SELECT, ("S, M", "two  words", "one")),
    (PropertyType.MULTI_SELECT, (("a, b", "c"), ("c",), ("1;2", "a, b"))),
    (PropertyType.URL, ("https://example.org/a?b=c,d",)),
)


@pytest.fixture
def filled(local_workspace: Workspace) -> Workspace:
    ids = {
        kind: local_workspace.perform(create_property, name=f"My {kind}", type=kind, options=("one",)).result
        for kind, _values in PROPERTIES
    }
    for place, values in enumerate(CONTACTS):
        properties = {ids[kind]: choices[place] for kind, choices in PROPERTIES if place < len(choices)}
        contact = ContactInput(**values, properties=properties)  # type: ignore[arg-type]
        local_workspace.perform(create_contact, contact=contact)
    return local_workspace


def state(workspace: Workspace) -> Any:
    with workspace.reading() as connection:
        return dump(connection)


def write_cards(path: Path, cards: Sequence[tuple[str, bytes]]) -> Path:
    """Cards of people, who are known by the same email again, with their pictures."""
    lines = [
        f"BEGIN:VCARD\r\nFN:{name}\r\nEMAIL:{name}@x.io\r\nPHOTO;ENCODING=b:{base64.b64encode(image).decode()}\r\n"
        "END:VCARD\r\n"
        for name, image in cards
    ]
    path.write_text("".join(lines), newline="")
    return path


def export(workspace: Workspace, path: Path) -> None:
    with workspace.reading() as connection:
        ids = [row[0] for row in dump(connection)["contact"]]
        contacts = contact_documents(connection, ids, avatars=path.suffix == ".vcf")
        write_contacts(path, path.suffix[1:], contacts, [], property_definitions(connection), "ru")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "vcf"])
def test_an_unedited_export_changes_nothing(filled: Workspace, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"contacts.{kind}"
    export(filled, path)
    with filled.reading() as connection:
        before = dump(connection)
    plan = plan_here(filled, path)
    shown = [(r.cells, r.kind.value, r.problems, r.changes) for r in plan.page(None, 0, 99) if r.kind != "unchanged"]
    assert shown == []
    assert plan.counts.unchanged == len(CONTACTS)
    plan.discard()
    assert import_here(filled, path).operation is None
    with filled.reading() as connection:
        assert dump(connection) == before


def test_pictures_come_with_cards_and_go_with_them(workspace: Workspace, tmp_path: Path) -> None:
    first, second = PNG + b"first", JPEG + b"second"
    cards = [("Anna", PNG + b"old"), ("Anna", first), ("Boris", second), ("Clara", b"GIF89a"), ("Dora", JPEG * 200_000)]
    path = write_cards(tmp_path / "in.vcf", cards)
    plan = plan_here(workspace, path)
    told = [(row.number, problem.code) for row in plan.page(None, 0, 9) for problem in row.problems]
    assert told == [(4, "picture_unknown"), (5, "picture_too_large")]
    assert [row.changes for row in plan.page(None, 0, 9)][1] == (CellChange("avatar", PNG + b"old", first),)
    report = run_import(workspace, plan, JobContext())
    plan.discard()
    assert (report.created, report.updated, report.errors, report.ignored_columns) == (4, 1, (), ())
    anna, boris, *others = (row[0] for row in state(workspace)["contact"])
    pictures = {contact: workspace.read(avatar, contact) for contact in (anna, boris, *others)}
    assert pictures == {anna: first, boris: second, **dict.fromkeys(others)}
    # Unedited, they change nothing; one that was changed meanwhile comes back.
    exported = tmp_path / "out.vcf"
    export(workspace, exported)
    before = state(workspace)
    assert import_here(workspace, exported).operation is None
    assert state(workspace) == before
    workspace.perform(set_avatar, contact_id=anna, image=None)
    workspace.perform(set_avatar, contact_id=boris, image=JPEG + b"other")
    plan = plan_here(workspace, exported)
    changes = [row.changes for row in plan.page(RowKind.UPDATE, 0, 9)]
    assert changes == [(CellChange("avatar", None, first),), (CellChange("avatar", JPEG + b"other", second),)]
    report = run_import(workspace, plan, JobContext())
    plan.discard()
    assert (workspace.read(avatar, anna), workspace.read(avatar, boris)) == (first, second)
    assert report.operation is not None
    workspace.perform(undo_operation, operation_id=report.operation)
    assert (workspace.read(avatar, anna), workspace.read(avatar, boris)) == (None, JPEG + b"other")


def test_of_the_columns_of_cards_those_are_ignored_that_hold_something(
    local_workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "in.vcf"
    path.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Anna\nTITLE:Boss\nPHOTO;VALUE=uri:file:///x\nEND:VCARD\n")
    inspection = inspect_source(path)
    mapping = proposed_mapping(local_workspace, inspection)
    plan = plan_with(local_workspace, path, ImportOptions(tuple(mapping), inspection.options))
    assert plan.ignored_columns == ("Job title",)
    plan.discard()


def test_a_column_of_a_table_is_no_picture(local_workspace: Workspace, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ("Name", "Photo"), [("Anna", "https://x.io/anna.jpg")])
    assert import_here(local_workspace, path).created == 1
    assert [definition.name for definition in local_workspace.read(property_definitions)] == ["Photo"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "vcf"])
def test_another_database_gets_the_same_contacts(filled: Workspace, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"contacts.{kind}"
    export(filled, path)
    with Workspace.session(tmp_path / "other.ulka") as other:
        # An ID of another database means nobody here, though a contact of that number may be there.
        other.perform(create_contact, contact=ContactInput("Somebody else"))
        report = import_here(other, path)
        assert (report.created, report.updated, report.errors) == (len(CONTACTS), 0, ())
        with other.reading() as connection, filled.reading() as theirs:
            mine, original = dump(connection), dump(theirs)
    for table, columns in (("email", (3, 5, 7)), ("phone", (4, 5, 7)), ("messenger", (3, 4)), ("tag", (1,))):
        told = [sorted(tuple(row[c] for c in columns) for row in rows[table]) for rows in (mine, original)]
        assert [repr(told[0])] == [repr(told[1])], table
    assert [row[5].strip() for row in mine["contact"][1:]] == [row[5].strip() for row in original["contact"]]


def test_an_edited_export_updates_by_its_id(filled: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    write_csv(path, ("ID", "Name", "Email"), [(f"{filled.code}-2", "Renamed", ""), (f"{filled.code}-9999", "New", "")])
    report = import_here(filled, path)
    assert (report.created, report.updated) == (1, 1)
    with filled.reading() as connection:
        names = {row[0]: row[5] for row in dump(connection)["contact"]}
    assert (names[2], names[max(names)]) == ("Renamed", "New")
