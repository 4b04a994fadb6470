"""What was seen before a change is compared with what is there: newer pictures and values are conflicts."""

from decimal import Decimal

import pytest

from ulkacrm_desktop.core.changes import FieldConflict
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput, PictureChange
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, NotFound
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, set_avatar, update_contact
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.operations.properties import create_property, set_property_value
from ulkacrm_desktop.services.queries.contact_documents import avatar, contact_document
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.workspace import Workspace

RED, BLUE = (b"\x89PNG\r\n\x1a\n" + colour for colour in (b"red", b"blue"))


def test_a_contact_and_its_picture_are_made_by_one_operation(workspace: Workspace) -> None:
    before = workspace.read(last_operation)
    made = workspace.perform(create_contact, contact=ContactInput("Anna"), picture=RED)
    assert workspace.read(last_operation) == before + 1
    assert workspace.read(avatar, made.result) == RED
    workspace.perform(undo_operation)
    with pytest.raises(NotFound):
        workspace.read(contact_document, made.result)
    with pytest.raises(ExpectedError, match="picture_unknown"):
        workspace.perform(create_contact, contact=ContactInput("Boris"), picture=b"GIF89a")
    assert workspace.read(last_operation) == before + 2, "nothing of it has happened"


def test_fields_and_picture_are_changed_and_undone_together(workspace: Workspace) -> None:
    anna = workspace.perform(create_contact, contact=ContactInput("Anna"), picture=RED).result
    seen = workspace.read(contact_document, anna)
    workspace.perform(
        update_contact, contact_id=anna, changes={"city": "Omsk"}, seen=seen, picture=PictureChange(BLUE, RED)
    )
    assert (workspace.read(contact_document, anna).city, workspace.read(avatar, anna)) == ("Omsk", BLUE)
    workspace.perform(undo_operation)
    assert (workspace.read(contact_document, anna).city, workspace.read(avatar, anna)) == ("", RED)
    workspace.perform(update_contact, contact_id=anna, changes={"city": "Omsk"}, picture=PictureChange(None))
    assert workspace.read(avatar, anna) is None


def test_a_newer_picture_is_a_conflict_beside_those_of_fields(workspace: Workspace) -> None:
    anna = workspace.perform(create_contact, contact=ContactInput("Anna")).result
    seen = workspace.read(contact_document, anna)
    workspace.perform(update_contact, contact_id=anna, changes={"city": "Tver"}, picture=PictureChange(RED))
    mine = PictureChange(BLUE, None)
    with pytest.raises(EditConflict) as caught:
        workspace.perform(update_contact, contact_id=anna, changes={"city": "Omsk"}, seen=seen, picture=mine)
    fields = caught.value.facts["fields"]
    assert isinstance(fields, list)
    assert [conflict.field for conflict in fields] == ["city", "avatar"]
    with pytest.raises(EditConflict):
        workspace.perform(set_avatar, contact_id=anna, image=BLUE, seen=None)
    assert workspace.read(avatar, anna) == RED
    assert workspace.perform(set_avatar, contact_id=anna, image=RED, seen=None).changes is None, "it is there already"
    workspace.perform(set_avatar, contact_id=anna, image=BLUE)
    assert workspace.read(avatar, anna) == BLUE


def test_a_newer_value_of_a_property_is_a_conflict(workspace: Workspace) -> None:
    size = workspace.perform(create_property, name="Size", type=PropertyType.NUMBER).result
    anna = workspace.perform(create_contact, contact=ContactInput("Anna")).result
    place = {"contact_id": anna, "property_id": size}
    workspace.perform(set_property_value, **place, value=Decimal(38), seen=None)
    with pytest.raises(EditConflict) as caught:
        workspace.perform(set_property_value, **place, value=Decimal(40), seen=None)
    conflict = FieldConflict("contact", anna, anna, f"property:{size}", None, Decimal(38), Decimal(40))
    assert caught.value.facts == {"fields": [conflict], "total": 1}
    assert workspace.perform(set_property_value, **place, value=Decimal("38.0"), seen=None).changes is None
    workspace.perform(set_property_value, **place, value=None, seen=Decimal(38))
    with pytest.raises(EditConflict):
        workspace.perform(set_property_value, **place, value=Decimal(40), seen=Decimal(38))
    workspace.perform(set_property_value, **place, value=Decimal(41))
    assert workspace.read(contact_document, anna).properties == {size: Decimal(41)}
    workspace.perform(remove_contacts, selection=ContactSelection.of(anna))
    with pytest.raises(NotFound):
        workspace.perform(set_property_value, **place, value=None, seen=Decimal(41))
