"""The order of properties, the limit of contacts, and notes as they are read."""

import pytest

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import InvalidInput, NotFound
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.notes import add_note, change_note
from ulkacrm_desktop.services.operations.properties import create_property, remove_property
from ulkacrm_desktop.services.operations.property_order import order_properties
from ulkacrm_desktop.services.operations.settings import set_contact_limit
from ulkacrm_desktop.services.queries.info import contact_gauge
from ulkacrm_desktop.services.queries.notes import notes
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace


def names(workspace: Workspace) -> str:
    return "".join(definition.name for definition in workspace.read(property_definitions))


def test_properties_are_ordered_as_one_operation(workspace: Workspace) -> None:
    ids = {name: workspace.perform(create_property, name=name, type=PropertyType.TEXT).result for name in "ABCD"}
    wanted = [ids[name] for name in "CADB"]
    outcome = workspace.perform(order_properties, property_ids=wanted, moved=ids["C"])
    assert names(workspace) == "CADB"
    assert outcome.operation_id is not None
    workspace.perform(undo_operation)
    assert names(workspace) == "ABCD"
    workspace.perform(redo_operation)
    assert names(workspace) == "CADB"
    same = workspace.perform(order_properties, property_ids=wanted, moved=ids["C"])
    assert same.changes is None, "the same order again leaves no trace"
    workspace.perform(order_properties, property_ids=[ids["B"]], moved=ids["B"])
    assert names(workspace) == "BCAD", "those that are not named keep their order behind"
    workspace.perform(remove_property, property_id=ids["A"])
    with pytest.raises(NotFound):
        workspace.perform(order_properties, property_ids=wanted, moved=ids["C"])
    assert names(workspace) == "BCD"


def test_the_limit_of_contacts_is_set_changed_and_lifted(workspace: Workspace) -> None:
    assert workspace.read(contact_gauge).limit is None
    workspace.perform(set_contact_limit, limit=10)
    workspace.perform(set_contact_limit, limit=20)
    assert workspace.read(contact_gauge).limit == 20
    assert workspace.perform(set_contact_limit, limit=20).changes is None
    workspace.perform(undo_operation)
    assert workspace.read(contact_gauge).limit == 10
    workspace.perform(set_contact_limit, limit=None)
    assert workspace.read(contact_gauge).limit is None
    workspace.perform(undo_operation)
    assert workspace.read(contact_gauge).limit == 10
    with pytest.raises(InvalidInput):
        workspace.perform(set_contact_limit, limit=0)


def test_notes_come_newest_first_and_go_with_their_contact(workspace: Workspace) -> None:
    anna = workspace.perform(create_contact, contact=ContactInput("Anna")).result
    first = workspace.perform(add_note, contact_id=anna, body="First").result
    workspace.perform(add_note, contact_id=anna, title="Call", body="Second")
    rows = workspace.read(notes, anna)
    assert [(row.title, row.body) for row in rows] == [("Call", "Second"), ("", "First")]
    assert rows[0].created_at > rows[1].created_at
    workspace.perform(change_note, note_id=first, version=rows[1].version, body="First, changed")
    after = workspace.read(notes, anna)
    assert after[1].body == "First, changed"
    assert after[1].version > rows[1].version
    workspace.perform(remove_contacts, selection=ContactSelection.of(anna))
    assert workspace.read(notes, anna) == ()
