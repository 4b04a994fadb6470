"""Whole contacts, one and many, and how a person names one."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.services.queries.scenario import person
from ulkacrm_desktop.core.contact_document import (
    ContactKind,
    EmailEntry,
    MessengerEntry,
    PhoneEntry,
    PropertyType,
)
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError, NotFound
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, set_avatar
from ulkacrm_desktop.services.operations.properties import create_property, remove_property
from ulkacrm_desktop.services.queries.contact_documents import (
    avatar,
    contact_document,
    contact_documents,
    find_contact,
)
from ulkacrm_desktop.services.workspace import Workspace


def test_a_document_is_what_was_put_in(workspace: Workspace) -> None:
    def made(name: str, kind: PropertyType, options: tuple[str, ...] = ()) -> int:
        return workspace.perform(create_property, name=name, type=kind, options=options).result

    values = {
        made("Text", PropertyType.TEXT): "  two\nlines",
        made("Number", PropertyType.NUMBER): Decimal("-1234.50"),
        made("Date", PropertyType.DATE): date(2024, 2, 29),
        made("Yes", PropertyType.YES_NO): True,
        made("No", PropertyType.YES_NO): False,
        made("Tier", PropertyType.SELECT, ("Gold", "Silver")): "Silver",
        made("Likes", PropertyType.MULTI_SELECT, ("tea", "coffee", "milk")): ("milk", "tea"),
        made("Page", PropertyType.URL): "https://x.io/?a=%20b",
    }
    gone = made("Gone", PropertyType.TEXT)
    contact = ContactInput(
        name="Анна «Acme» O'Brien",
        kind=ContactKind.ORGANISATION,
        is_staff=True,
        first_name="Анна",
        last_name="O'Brien",
        company="Acme",
        website="https://acme.io",
        notes="line one\nline two: 100%",
        street="Main St. 1",
        city="Казань",
        region="RT",
        postcode="420000",
        country="RU",
        source="api",
        source_detail="landing",
        emails=(EmailEntry("Second@x.io", "work"), EmailEntry("first@x.io", is_primary=True)),
        phones=(PhoneEntry("+7 916 123-45-67", label="mobile", is_primary=True), PhoneEntry("+49 151 23456789")),
        messengers=(MessengerEntry("telegram", "@anna"), MessengerEntry("vk", "id1", "home", is_primary=True)),
        tags=("VIP", "Опт", "lead"),
        properties={**values, gone: "lost"},
    )
    contact_id = workspace.perform(create_contact, contact=contact).result
    workspace.perform(remove_property, property_id=gone)
    document = workspace.read(contact_document, contact_id)

    assert document.reference == f"{workspace.code}-{contact_id}"
    assert document.created_at == document.updated_at
    assert (document.class_name, document.responsible, document.version) == ("General", None, 1)
    assert [(e.address, e.label, e.is_primary) for e in document.emails] == [
        ("Second@x.io", "work", False),
        ("first@x.io", "", True),
    ]
    assert [(p.number, p.match_key, p.is_primary) for p in document.phones] == [
        ("+7 916 123-45-67", "79161234567", True),
        ("+49 151 23456789", "4915123456789", False),
    ]
    assert [(m.kind, m.login, m.label, m.is_primary) for m in document.messengers] == [
        ("telegram", "@anna", "", False),
        ("vk", "id1", "home", True),
    ]
    assert document.tags == ("lead", "VIP", "Опт")
    properties = dict(document.properties)
    likes = next(key for key, value in values.items() if isinstance(value, tuple))
    assert properties.pop(likes) == ("tea", "milk")
    assert properties == {key: value for key, value in values.items() if key != likes}
    assert [type(properties[key]) for key in properties] == [type(values[key]) for key in properties]
    for field in ("name", "kind", "is_staff", "first_name", "last_name", "company", "website", "notes", "street",
                  "city", "region", "postcode", "country", "source", "source_detail"):  # fmt: skip
        assert getattr(document, field) == getattr(contact, field), field
    assert document.is_staff is True
    # What comes back makes the same contact again.
    again = replace(ContactInput.of(document), name="Again")
    second = workspace.read(contact_document, workspace.perform(create_contact, contact=again).result)
    assert replace(ContactInput.of(second), name=contact.name).changes_from(document).keys() <= {
        "emails",
        "phones",
        "messengers",
    }


def test_documents_come_in_the_order_asked(workspace: Workspace) -> None:
    for name in ("Dora", "anna", "Boris", "Carl"):
        workspace.perform(create_contact, contact=person(name, tags=("x",), emails=[f"{name}@x.io"]))
    workspace.perform(remove_contacts, selection=ContactSelection.of(4))
    with workspace.reading() as connection:
        chosen = [3, 99, 1, 4, 2]
        assert [d.id for d in contact_documents(connection, chosen, chunk=2)] == [3, 1, 2]
        assert [d.id for d in contact_documents(connection, ContactSelection(ids=chosen))] == [3, 1, 2]
        query = ContactQuery(search="x.io", descending=True)
        assert [d.id for d in contact_documents(connection, ContactSelection.matching(query))] == [1, 2, 3]
        assert [d.id for d in contact_documents(connection, ContactSelection.matching(query, but=[2]))] == [1, 3]
        assert list(contact_documents(connection, [])) == []
        assert list(contact_documents(connection, ContactSelection.matching(ContactQuery("?")))) == []
        for document in contact_documents(connection, [1, 2]):
            assert document == contact_document(connection, document.id)


def test_a_contact_is_named_by_id_reference_or_email(workspace: Workspace) -> None:
    for name, emails in (("Anna", ["Anna@X.io"]), ("Boris", ["b@x.io"]), ("Other", ["b@x.io"]), ("Gone", ["g@x.io"])):
        workspace.perform(create_contact, contact=person(name, emails=emails))
    workspace.perform(remove_contacts, selection=ContactSelection.of(4))
    for named in ("1", " 1 ", f"{workspace.code}-1", "anna@x.IO", "Anna <anna@x.io>"):
        assert workspace.read(find_contact, named) == 1, named
    other_code = "0" * 8 if workspace.code != "0" * 8 else "1" * 8
    for named in (
        "",
        "4",
        "99",
        "-1",
        "9" * 30,
        f"{other_code}-1",
        "g@x.io",
        "nobody@x.io",
        "Anna",
        f"{workspace.code}-4",
    ):
        with pytest.raises(NotFound):
            workspace.read(find_contact, named)
    with pytest.raises(ExpectedError, match="contact_ambiguous") as caught:
        workspace.read(find_contact, "b@x.io")
    assert caught.value.facts["ids"] == [2, 3]


def test_what_is_not_there(workspace: Workspace) -> None:
    contact_id = workspace.perform(create_contact, contact=person("Anna")).result
    assert workspace.read(avatar, contact_id) is None
    picture = b"\xff\xd8\xff" + bytes(range(256))
    workspace.perform(set_avatar, contact_id=contact_id, image=picture)
    assert workspace.read(avatar, contact_id) == picture
    workspace.perform(remove_contacts, selection=ContactSelection.of(contact_id))
    for missing in (contact_id, 99):
        with pytest.raises(NotFound):
            workspace.read(contact_document, missing)
