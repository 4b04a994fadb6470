"""Nothing goes past the journal, and what it holds is exactly what has changed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.database_dump import dump
from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_document import EmailEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.services.operations.contacts import create_contact, set_avatar, update_contact
from ulkacrm_desktop.services.operations.notes import add_note
from ulkacrm_desktop.services.operations.properties import create_property, set_property_value
from ulkacrm_desktop.services.operations.tags import add_tags
from ulkacrm_desktop.services.workspace import Workspace, Write, operation

OUTSIDE = (
    "UPDATE contact SET name = 'X', version = version + 1",
    "UPDATE contact SET name = name, version = version + 1",
    "UPDATE contact SET version = version + 1",
    "UPDATE contact SET removed_in = 1, version = version + 1",
    "UPDATE email SET address = 'x@y.io', version = version + 1",
    "UPDATE email SET id = id + 100",
    "UPDATE tag SET removed_in = NULL, version = version + 1",
    "DELETE FROM email",
    "DELETE FROM contact_tag WHERE id > 0",
    "DELETE FROM contact",
    "DELETE FROM tag",
    "DELETE FROM property",
    "INSERT INTO tag (name, name_key) VALUES ('x', 'x')",
    "INSERT INTO setting (key, value) VALUES ('x', '1')",
    "INSERT INTO note (contact_id, class_id, body, created_at) SELECT id, class_id, 'x', 1 FROM contact",
    "INSERT INTO contact (created_in, name, name_key, created_at, updated_at) VALUES (1, 'x', 'x', 1, 1)",
    "INSERT INTO contact (created_in, name, name_key, created_at, updated_at) VALUES (99, 'x', 'x', 1, 1)",
)
OUTSIDE_SQLITE = (
    "INSERT OR IGNORE INTO tag (name, name_key) VALUES ('x', 'x')",
    "INSERT OR REPLACE INTO note (contact_id, class_id, body, created_at) SELECT id, class_id, 'x', 1 FROM contact",
    "UPDATE OR IGNORE email SET address = 'x@y.io', version = version + 1",
    "UPDATE OR REPLACE email SET address = 'x@y.io', version = version + 1",
)
OUTSIDE_POSTGRESQL = (
    "TRUNCATE email",
    "TRUNCATE contact CASCADE",
    "INSERT INTO tag (name, name_key) SELECT name, name_key FROM tag ON CONFLICT (name_key) WHERE removed_in IS NULL "
    "DO UPDATE SET name = 'x', version = tag.version + 1",
)


def run(workspace: Workspace, kind: OperationKind, function: Callable[[Write], Any]) -> int | None:
    return workspace.perform(operation(kind)(function)).operation_id


def changes(workspace: Workspace, operation_id: int | None) -> list[tuple[Any, ...]]:
    with workspace.reading() as connection:
        from sqlalchemy import select

        from ulkacrm_desktop.models import Change

        rows = connection.execute(
            select(Change.table_name, Change.action, Change.before, Change.after)
            .where(Change.operation_id == operation_id)
            .order_by(Change.id)
        ).all()
    return [tuple(row) for row in rows]


@pytest.fixture
def anna(workspace: Workspace) -> int:
    """A contact with one row of most kinds."""
    property_id = workspace.perform(create_property, name="Size", type=PropertyType.NUMBER).result
    contact = ContactInput(
        "Anna",
        emails=(EmailEntry("a@x.io"),),
        phones=(PhoneEntry("+79161234567"),),
        tags=("VIP",),
        properties={property_id: 3},
    )
    contact_id = workspace.perform(create_contact, contact=contact).result
    workspace.perform(add_note, contact_id=contact_id, body="called")
    return contact_id


def test_no_statement_writes_outside_an_operation(workspace: Workspace, anna: int) -> None:
    with workspace.reading() as connection:
        before = dump(connection)
        journal = connection.execute(text("SELECT count(*) FROM change")).scalar_one()
    for statement in OUTSIDE + (OUTSIDE_SQLITE if workspace.is_local else OUTSIDE_POSTGRESQL):
        with workspace.writing() as connection, pytest.raises(DatabaseError):
            try:
                connection.exec_driver_sql(statement)
            except DatabaseError:
                connection.rollback()
                raise
            pytest.fail(f"let through: {statement}")
    with workspace.reading() as connection:
        assert dump(connection) == before
        assert connection.execute(text("SELECT count(*) FROM change")).scalar_one() == journal


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE email SET address = 'x@y.io'",
        "UPDATE email SET address = 'x@y.io', version = version + 2",
        "UPDATE email SET address = 'x@y.io', version = 1",
        "UPDATE email SET id = id + 1, version = version + 1",
        "DELETE FROM contact",
        "DELETE FROM tag",
        "DELETE FROM property WHERE id > 0",
        "INSERT INTO contact (created_in, name, name_key, created_at, updated_at) VALUES (1, 'x', 'x', 1, 1)",
    ],
)
def test_rules_hold_within_an_operation_too(workspace: Workspace, anna: int, statement: str) -> None:
    with pytest.raises(DatabaseError):
        run(workspace, OperationKind.CONTACT_UPDATED, lambda write: write.connection.exec_driver_sql(statement))
    with workspace.reading() as connection:
        assert connection.execute(text("SELECT address FROM email")).scalars().all() == ["a@x.io"]


def test_an_update_is_recorded_with_exactly_what_differs(workspace: Workspace, anna: int) -> None:
    changed = {"name": "Anna", "company": "Acme", "is_staff": True}
    done = workspace.perform(update_contact, contact_id=anna, changes=changed).operation_id
    before, after = {"company": None, "is_staff": False}, {"company": "Acme", "is_staff": True}
    # SQLite keeps yes and no as 0 and 1: equal to False and True.
    assert changes(workspace, done) == [("contact", "U", before, after)]


def test_a_number_and_a_picture_are_recorded_to_the_bit(workspace: Workspace, anna: int) -> None:
    property_id = workspace.perform(create_property, name="Share", type=PropertyType.NUMBER).result
    share = 0.1 + 0.2
    done = workspace.perform(set_property_value, contact_id=anna, property_id=property_id, value=share).operation_id
    ((table, action, before, after),) = changes(workspace, done)
    assert (table, action, before) == ("property_value", "I", None)
    assert after["number"] == share
    assert after["value"] == "0.30000000000000004"
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    done = workspace.perform(set_avatar, contact_id=anna, image=picture).operation_id
    ((_table, _action, _before, after),) = changes(workspace, done)
    assert bytes.fromhex(after["image"].removeprefix("\\x")) == picture


def test_what_comes_with_a_new_contact_is_not_recorded_row_by_row(workspace: Workspace) -> None:
    contact = ContactInput("Boris", emails=(EmailEntry("b@x.io"),), tags=("New",))
    done = workspace.perform(create_contact, contact=contact).operation_id
    assert [(row[0], row[1]) for row in changes(workspace, done)] == [("tag", "I")]


def test_one_statement_over_many_rows_is_recorded_for_each(workspace: Workspace) -> None:
    for number in range(20):
        workspace.perform(create_contact, contact=ContactInput(f"N{number}"))
    everybody = ContactSelection.matching(ContactQuery())
    done = workspace.perform(add_tags, selection=everybody, names=["Bulk"]).operation_id
    recorded = changes(workspace, done)
    assert sum(row[:2] == ("contact_tag", "I") for row in recorded) == 20
    done = run(
        workspace,
        OperationKind.CONTACT_UPDATED,
        lambda write: write.connection.exec_driver_sql("UPDATE contact SET city = name, version = version + 1"),
    )
    recorded = changes(workspace, done)
    assert [row[3]["city"] for row in recorded] == [f"N{number}" for number in range(20)]
    assert all(row[2] == {"city": None} for row in recorded)


def test_versions_rise_by_one(workspace: Workspace, anna: int) -> None:
    def version() -> int:
        with workspace.reading() as connection:
            return int(connection.execute(text("SELECT version FROM contact")).scalar_one())

    assert version() == 1
    workspace.perform(update_contact, contact_id=anna, changes={"city": "Riga"})
    assert version() == 2
    # What changes nothing leaves the version alone as well: others who see it are not disturbed.
    assert workspace.perform(update_contact, contact_id=anna, changes={"city": "Riga"}).operation_id is None
    assert version() == 2
