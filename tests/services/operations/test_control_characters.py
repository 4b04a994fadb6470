"""What no database keeps, or no file brings back, is refused where it comes in, with the name of its field."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.database_dump import dump
from ulkacrm_desktop.core.contact_document import EmailEntry, MessengerEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import LIST_FIELDS, TEXT_FIELDS, ContactInput
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import InvalidInput
from ulkacrm_desktop.services.operations.contacts import create_contact, update_contact
from ulkacrm_desktop.services.operations.notes import add_note
from ulkacrm_desktop.services.operations.properties import change_property, create_property, set_property_value
from ulkacrm_desktop.services.operations.tags import add_tags, change_tag
from ulkacrm_desktop.services.workspace import Workspace

CHARACTERS = ["\0", "\x07", "\x9b", "\ud800"]


def refused(perform: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal:
        perform(*args, **kwargs)
    assert set(refusal.value.problems.values()) == {"control_character"}
    return refusal.value.problems


def test_every_way_in_is_guarded(workspace: Workspace) -> None:
    perform = workspace.perform
    anna = perform(create_contact, contact=ContactInput("Anna", tags=("VIP",))).result
    types = (PropertyType.TEXT, PropertyType.URL, PropertyType.SELECT, PropertyType.MULTI_SELECT)
    properties = {
        type_: perform(create_property, name=type_.value, type=type_, options=("a",)).result for type_ in types
    }
    with workspace.reading() as connection:
        before = dump(connection)
        tag = before["tag"][0][0]
    for bad in CHARACTERS:
        text = f"a{bad}b"
        entries: dict[str, list[Any]] = {
            "emails": [EmailEntry(f"{text}@x.io"), EmailEntry("a@x.io", text)],
            "phones": [PhoneEntry(f"+7916{bad}1234567"), PhoneEntry("+79161234567", label=text)],
            "messengers": [MessengerEntry(text, "a"), MessengerEntry("vk", text), MessengerEntry("vk", "a", text)],
            "tags": [text],
        }
        assert entries.keys() == set(LIST_FIELDS)
        values = [(key, text) for key in (*TEXT_FIELDS, "source")]
        values += [(key, (entry,)) for key, listed in entries.items() for entry in listed]
        for key, value in values:
            assert refused(perform, create_contact, contact=ContactInput(**{"name": "B", key: value})).keys() == {key}
            assert refused(perform, update_contact, contact_id=anna, changes={key: value}).keys() == {key}
        for type_, property_id in properties.items():
            value = (text,) if type_ is PropertyType.MULTI_SELECT else text
            key = f"property:{property_id}"
            set_value = {"contact_id": anna, "property_id": property_id, "value": value}
            assert refused(perform, set_property_value, **set_value).keys() == {key}
            contact = ContactInput("B", properties={property_id: value})
            assert refused(perform, create_contact, contact=contact).keys() == {key}
        for key, told in (
            ("name", text),
            ("description", text),
            ("default", text),
            ("group", text),
            ("options", [text]),
        ):
            about = {"name": "New", "type": PropertyType.SELECT, key: told}
            assert refused(perform, create_property, **about).keys() == {key}
            if key != "default":
                changed = {"property_id": properties[PropertyType.SELECT], key: told}
                assert refused(perform, change_property, **changed).keys() == {key}
        everyone = ContactSelection.of(anna)
        assert refused(perform, add_tags, selection=everyone, names=["VIP", text]).keys() == {"tags"}
        assert refused(perform, change_tag, tag_id=tag, name=text).keys() == {"tags"}
        assert refused(perform, add_note, contact_id=anna, body=text).keys() == {"body"}
        assert refused(perform, add_note, contact_id=anna, title=text, body="b").keys() == {"body"}
    with workspace.reading() as connection:
        assert dump(connection) == before


def test_tabs_and_line_ends_are_texts(workspace: Workspace) -> None:
    contact = ContactInput("Anna", notes="one\ttwo\nthree", company="А\u200bБ\u00a0В\u2028Г")
    anna = workspace.perform(create_contact, contact=contact).result
    with workspace.reading() as connection:
        [row] = dump(connection)["contact"]
    assert row[0] == anna
    assert {contact.notes, contact.company} <= set(row)
