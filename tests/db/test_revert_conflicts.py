"""An undo that would destroy what was done since is refused, tells what stands in the way, and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.database_dump import assert_sound, dump
from ulkacrm_desktop.core.changes import FieldConflict
from ulkacrm_desktop.core.contact_document import EmailEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, update_contact
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.notes import add_note
from ulkacrm_desktop.services.operations.properties import create_property, remove_property, set_property_value
from ulkacrm_desktop.services.operations.tags import add_tags, change_tag, remove_tag
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.workspace import Workspace


def refused(workspace: Workspace, again: Callable[[], Any]) -> list[FieldConflict]:
    """The conflicts of an undo or redo, which must have left everything as it was."""
    with workspace.reading() as connection:
        before = dump(connection)
    with pytest.raises(EditConflict) as caught:
        again()
    with workspace.reading() as connection:
        assert dump(connection) == before
        assert_sound(connection)
    assert caught.value.facts["total"] == len(caught.value.facts["fields"])  # type: ignore[arg-type]
    return caught.value.facts["fields"]  # type: ignore[return-value]


def undo(workspace: Workspace, operation_id: int | None) -> None:
    workspace.perform(undo_operation, operation_id=operation_id)


@pytest.fixture
def anna(workspace: Workspace) -> int:
    contact = ContactInput("Anna", company="Acme", emails=(EmailEntry("a@x.io"),))
    return workspace.perform(create_contact, contact=contact).result


def test_a_field_changed_since(workspace: Workspace, anna: int) -> None:
    first = workspace.perform(update_contact, contact_id=anna, changes={"company": "Bolt"})
    second = workspace.perform(update_contact, contact_id=anna, changes={"company": "Core", "city": "Riga"})
    (conflict,) = refused(workspace, lambda: undo(workspace, first.operation_id))
    assert conflict == FieldConflict("contact", anna, anna, "company", "Bolt", "Core", "Acme")
    undo(workspace, second.operation_id)
    undo(workspace, first.operation_id)
    assert workspace.read(contact_document, anna).company == "Acme"
    workspace.perform(update_contact, contact_id=anna, changes={"company": "Dune"})
    (conflict,) = refused(workspace, lambda: workspace.perform(redo_operation, operation_id=first.operation_id))
    assert conflict == FieldConflict("contact", anna, anna, "company", "Acme", "Dune", "Bolt")


def test_an_older_operation_while_others_touched_other_fields(workspace: Workspace, anna: int) -> None:
    first = workspace.perform(update_contact, contact_id=anna, changes={"company": "Bolt"})
    workspace.perform(update_contact, contact_id=anna, changes={"city": "Riga", "tags": ("VIP",)})
    workspace.perform(add_note, contact_id=anna, body="called")
    undo(workspace, first.operation_id)
    document = workspace.read(contact_document, anna)
    assert (document.company, document.city, document.tags) == ("Acme", "Riga", ("VIP",))
    workspace.perform(redo_operation, operation_id=first.operation_id)
    assert workspace.read(contact_document, anna).company == "Bolt"
    with workspace.reading() as connection:
        assert_sound(connection)


def test_a_contact_edited_since_its_creation(workspace: Workspace) -> None:
    made = workspace.perform(create_contact, contact=ContactInput("Boris"))
    edited = workspace.perform(add_note, contact_id=made.result, body="called")
    (conflict,) = refused(workspace, lambda: undo(workspace, made.operation_id))
    expected = FieldConflict("contact", made.result, made.result, "created_in", None, "note_added", "Boris")
    assert conflict == expected
    undo(workspace, edited.operation_id)
    undo(workspace, made.operation_id)
    with workspace.reading() as connection:
        assert dump(connection)["contact"] == []


def test_a_property_value_taken(workspace: Workspace, anna: int) -> None:
    size = workspace.perform(create_property, name="Size", type=PropertyType.TEXT).result

    def set_to(value: str | None) -> int | None:
        return workspace.perform(set_property_value, contact_id=anna, property_id=size, value=value).operation_id

    set_to("small")
    taken_away = set_to(None)
    set_to("large")
    (conflict,) = refused(workspace, lambda: undo(workspace, taken_away))
    assert (conflict.entity, conflict.contact_id, conflict.field) == ("property_value", anna, "value")
    assert (conflict.present, conflict.wanted) == ("large", "small")


def test_a_row_that_is_gone(workspace: Workspace, anna: int) -> None:
    two = (EmailEntry("a@x.io"), EmailEntry("b@x.io"))
    added = workspace.perform(update_contact, contact_id=anna, changes={"emails": two}).operation_id
    workspace.perform(update_contact, contact_id=anna, changes={"emails": two[:1]})
    conflicts = refused(workspace, lambda: undo(workspace, added))
    assert {(c.entity, c.field, c.seen, c.present) for c in conflicts} >= {("email", "address", "b@x.io", None)}


@pytest.mark.parametrize("taken_by", ["a new tag", "a renamed tag", "a redo"])
def test_the_name_of_a_tag_taken(workspace: Workspace, anna: int, taken_by: str) -> None:
    everybody = ContactSelection.of(anna)
    made = workspace.perform(add_tags, selection=everybody, names=["VIP"])
    with workspace.reading() as connection:
        ((tag_id, *_rest),) = dump(connection)["tag"]
    match taken_by:
        case "a new tag":
            undone = workspace.perform(remove_tag, tag_id=tag_id).operation_id
        case "a renamed tag":
            undone = workspace.perform(change_tag, tag_id=tag_id, name="Gold").operation_id
        case _:
            undo(workspace, made.operation_id)
            undone = made.operation_id
    workspace.perform(add_tags, selection=everybody, names=["vip"])
    again = redo_operation if taken_by == "a redo" else undo_operation
    (conflict,) = refused(workspace, lambda: workspace.perform(again, operation_id=undone))
    assert (conflict.entity, conflict.row_id, conflict.field, conflict.present) == ("tag", tag_id, "name", "vip")


def test_the_name_of_a_property_taken(workspace: Workspace) -> None:
    size = workspace.perform(create_property, name="Size", type=PropertyType.TEXT).result
    removed = workspace.perform(remove_property, property_id=size).operation_id
    workspace.perform(create_property, name="SIZE", type=PropertyType.NUMBER)
    (conflict,) = refused(workspace, lambda: undo(workspace, removed))
    assert (conflict.entity, conflict.field, conflict.present, conflict.wanted) == ("property", "name", "SIZE", "Size")


def test_a_tag_that_others_bear_outlives_the_undo_of_its_making(workspace: Workspace, anna: int) -> None:
    made = workspace.perform(create_contact, contact=ContactInput("Boris", tags=("VIP",)))
    other = workspace.perform(create_contact, contact=ContactInput("Clara", tags=("VIP",)))
    removed = workspace.perform(remove_contacts, selection=ContactSelection.of(other.result))
    undo(workspace, made.operation_id)
    undo(workspace, removed.operation_id)
    assert workspace.read(contact_document, other.result).tags == ("VIP",)
    workspace.perform(redo_operation, operation_id=made.operation_id)
    assert workspace.read(contact_document, made.result).tags == ("VIP",)


def test_a_group_outlives_the_undo_of_its_making_where_others_use_it(workspace: Workspace) -> None:
    first = workspace.perform(create_property, name="Size", type=PropertyType.TEXT, group="Clothes")
    workspace.perform(create_property, name="Colour", type=PropertyType.TEXT, group="Clothes")
    undo(workspace, first.operation_id)
    workspace.perform(redo_operation, operation_id=first.operation_id)
    with workspace.reading() as connection:
        assert [(row[1], row[-1]) for row in dump(connection)["property"]] == [
            ("Size", "Clothes"),
            ("Colour", "Clothes"),
        ]


def test_what_cannot_be_undone_is_told(workspace: Workspace, anna: int) -> None:
    with pytest.raises(ExpectedError, match="not_undone"):
        workspace.perform(redo_operation, operation_id=1)
    undone = workspace.perform(undo_operation)
    with pytest.raises(ExpectedError, match="already_undone"):
        undo(workspace, 1)
    with pytest.raises(ExpectedError, match="not_undoable"):
        undo(workspace, undone.operation_id)
    with pytest.raises(ExpectedError, match="operation_not_found"):
        undo(workspace, 99)
    with pytest.raises(ExpectedError, match="nothing_to_undo"):
        workspace.perform(undo_operation)
    workspace.perform(redo_operation)
    with pytest.raises(ExpectedError, match="nothing_to_redo"):
        workspace.perform(redo_operation)
