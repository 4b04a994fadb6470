"""Order, pages and rows of the list, against plain Python, on each engine."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.services.queries.scenario import person, with_contacts
from ulkacrm_desktop.core.contact_document import EmailEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection, SortKey, property_sort
from ulkacrm_desktop.core.criteria import Clause, Operator
from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.phones import parse_phone
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, set_avatar, update_contact
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.operations.properties import create_property, insert_property
from ulkacrm_desktop.services.operations.tags import add_tags
from ulkacrm_desktop.services.queries import contact_order
from ulkacrm_desktop.services.queries.contacts import (
    all_ids,
    count,
    first_page,
    page_at,
    rows,
    selected_ids,
)
from ulkacrm_desktop.services.workspace import Workspace, Write

CASES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
BUILT_IN = (SortKey.NAME, SortKey.EMAIL, SortKey.PHONE, SortKey.COMPANY, SortKey.SOURCE, SortKey.CREATED_AT)

texts = st.sampled_from(("", "Анна", "анна", "Ёж", "Zoe", "zoë", "Acme", "b", "B", "Яна", "日本", "€"))
people = st.lists(
    st.builds(
        lambda name, company, emails, phones, source: person(
            name, company=company, emails=emails, phones=phones, source=source
        ),
        name=texts.filter(bool),
        company=texts,
        emails=st.lists(st.sampled_from(("b@x.io", "A@x.io", "c@y.io")), max_size=2, unique=True),
        phones=st.lists(st.sampled_from(("+7 916 123-45-67", "+49 151 23456789")), max_size=1),
        source=st.sampled_from(("manual", "import", "api")),
    ),
    min_size=1,
    max_size=8,
)


def key_of(contact: ContactInput, sort: str) -> str | None:
    if sort == SortKey.NAME:
        return fold(contact.name)
    if sort == SortKey.EMAIL:
        return parse_email(contact.emails[0].address).match_key if contact.emails else None
    if sort == SortKey.PHONE:
        return parse_phone(contact.phones[0].number).match_key if contact.phones else None
    if sort == SortKey.COMPANY:
        return fold(contact.company) if contact.company else None
    return contact.source if sort == SortKey.SOURCE else ""


def in_order(ids: list[int], keys: list[Any], descending: bool) -> list[int]:
    pairs = list(zip(keys, ids, strict=True))
    filled = sorted((pair for pair in pairs if pair[0] is not None), reverse=descending)
    empty = sorted((i for key, i in pairs if key is None), reverse=descending)
    return [i for _, i in filled] + empty


def check_list(connection: Connection, query: ContactQuery, expected: list[int]) -> None:
    assert list(all_ids(connection, query)) == expected
    assert count(connection, query) == len(expected)
    assert [row.id for row in first_page(connection, query, limit=4).rows] == expected[:4]
    for offset in range(len(expected) + 2):
        assert [row.id for row in page_at(connection, query, offset, 3)] == expected[offset : offset + 3]


@CASES
@given(people=people, descending=st.booleans(), few=st.sampled_from((0, 20_000)))
def test_built_in_orders(workspace: Workspace, people: list[ContactInput], descending: bool, few: int) -> None:
    def check(connection: Connection, ids: list[int]) -> None:
        for sort in BUILT_IN:
            keys = [key_of(contact, sort) for contact in people]
            query = ContactQuery(sort=sort, descending=descending)
            check_list(connection, query, in_order(ids, keys, descending))
            found = [i for i, contact in enumerate(people) if fold(contact.name).startswith("a")]
            found += [i for i, c in enumerate(people) if i not in found and fold(c.company).startswith("a")]
            found += [i for i, c in enumerate(people) if i not in found and any(e.address[0] == "A" for e in c.emails)]
            query = ContactQuery(search="a", sort=sort, descending=descending)
            expected = in_order([ids[i] for i in found], [keys[i] for i in found], descending)
            check_list(connection, query, expected)

    with pytest.MonkeyPatch.context() as patch:
        # Whether few are sorted or the index is walked, the answer is the same.
        patch.setattr(contact_order, "_FEW", few)
        patch.setattr(contact_order, "_FEW_BY_INDEX", few)
        patch.setattr(contact_order, "_FIRST_OF_ORDER", 2 if few == 0 else 4_000)
        with_contacts(workspace, people, check)


@CASES
@given(
    values=st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-5, 5), st.decimals(-9, 9, places=2)),
            st.one_of(st.none(), texts.filter(bool)),
            st.lists(st.sampled_from(("b", "a", "c")), max_size=3, unique=True).map(tuple),
        ),
        min_size=1,
        max_size=6,
    ),
    descending=st.booleans(),
    few=st.sampled_from((0, 20_000)),
)
def test_orders_of_properties(
    workspace: Workspace, values: list[tuple[Any, Any, tuple[str, ...]]], descending: bool, few: int
) -> None:
    made: list[int] = []
    people: list[ContactInput] = []

    def make_properties(write: Write) -> None:
        made.append(insert_property(write, name="Number", type=PropertyType.NUMBER))
        made.append(insert_property(write, name="Text", type=PropertyType.TEXT))
        made.append(insert_property(write, name="Choices", type=PropertyType.MULTI_SELECT, options=("c", "b", "a")))
        for number, text, choices in values:
            properties = {made[0]: number, made[1]: text, made[2]: choices or None}
            people.append(person("Anna", properties=properties))

    def check(connection: Connection, ids: list[int]) -> None:
        keys: list[list[Any]] = [
            [None if number is None else float(number) for number, _, _ in values],
            [None if text is None else fold(text) for _, text, _ in values],
            [choices[0] if choices else None for _, _, choices in values],
        ]
        for property_id, of_property in zip(made, keys, strict=True):
            for search in ("", "anna"):
                query = ContactQuery(search=search, sort=property_sort(property_id), descending=descending)
                check_list(connection, query, in_order(ids, of_property, descending))
        shown = rows(connection, ids, ContactQuery(properties_shown=tuple(made)))
        for row, (number, text, choices) in zip(shown, values, strict=True):
            # The choices come in the order of the definition.
            in_definition = tuple(choice for choice in ("c", "b", "a") if choice in choices)
            wanted = {made[0]: number, made[1]: text, made[2]: in_definition or None}
            assert row.properties == {key: value for key, value in wanted.items() if value is not None}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contact_order, "_FEW", few)
        with_contacts(workspace, people, check, before=make_properties)


def test_rows(workspace: Workspace) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(20)
    number = workspace.perform(create_property, name="Shoe size", type=PropertyType.NUMBER).result
    born = workspace.perform(create_property, name="Born", type=PropertyType.DATE).result
    staff = workspace.perform(create_property, name="Regular", type=PropertyType.YES_NO).result
    anna = person(
        "Anna",
        emails=["one@x.io"],
        phones=["+7 916 123-45-67", "8 903 000 11 22"],
        tags=("vip", "Лид"),
        company="Acme",
        properties={number: Decimal("41.5"), born: date(1990, 2, 28), staff: False},
    )
    main = EmailEntry("Main@X.io", is_primary=True)
    workspace.perform(create_contact, contact=person("Boris"), region="RU")
    workspace.perform(
        create_contact, contact=ContactInput(**{**_fields(anna), "emails": (*anna.emails, main)}), region="RU"
    )
    workspace.perform(set_avatar, contact_id=2, image=picture)
    workspace.perform(create_contact, contact=person("Gone"))
    workspace.perform(remove_contacts, selection=ContactSelection.of(3))

    shown = ContactQuery(properties_shown=(number, born, staff))
    found = workspace.read(rows, [2, 3, 1, 99], shown)
    assert [row.id for row in found] == [2, 1]
    row = found[0]
    assert (row.name, row.company, row.email, row.phone) == ("Anna", "Acme", "Main@x.io", "+7 916 123-45-67")
    assert [tag.name for tag in row.tags] == ["vip", "Лид"]
    assert row.properties == {number: Decimal("41.5"), born: date(1990, 2, 28), staff: False}
    assert row.properties[staff] is False
    assert row.has_avatar is True
    assert row.source == "manual"
    assert row.created_at.tzinfo is not None
    assert (row.last_conversation_at, row.responsible, row.found_in) == (None, None, None)
    assert found[1].has_avatar is False
    assert (found[1].email, found[1].phone, found[1].tags) == ("", "", ())
    assert workspace.read(rows, []) == ()


def _fields(contact: ContactInput) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in ContactInput.__slots__}


def test_removed_contacts_are_nowhere_until_they_return(workspace: Workspace) -> None:
    for name in ("Anna", "Anton", "Boris"):
        workspace.perform(create_contact, contact=person(name, tags=("VIP",)))
    removed = workspace.perform(remove_contacts, selection=ContactSelection.of(1, 3)).operation_id
    for query in (ContactQuery(), ContactQuery(search="a"), ContactQuery(tag_id=1), ContactQuery("vip", 1)):
        assert list(workspace.read(all_ids, query)) == [2]
        assert workspace.read(first_page, query).total == 1
    workspace.perform(undo_operation, operation_id=removed)
    assert list(workspace.read(all_ids, ContactQuery())) == [1, 2, 3]
    assert list(workspace.read(all_ids, ContactQuery("vip", 1))) == [1, 2, 3]


def test_the_contacts_of_an_operation(workspace: Workspace) -> None:
    for name in ("Clara", "Boris", "Anton", "Anna"):
        workspace.perform(create_contact, contact=person(name))
    tagged = workspace.perform(add_tags, selection=ContactSelection.of(4, 1), names=("VIP",)).operation_id
    changed = workspace.perform(update_contact, contact_id=4, changes={"company": "Acme"}).operation_id
    made = workspace.perform(create_contact, contact=person("Zoe", emails=("z@x.io",), tags=("VIP",))).operation_id
    with workspace.reading() as connection:
        for operation_id, expected in ((tagged, [4, 1]), (changed, [4]), (made, [5]), (10_000, [])):
            query = ContactQuery(operation_id=operation_id)
            check_list(connection, query, expected)
            check_list(connection, replace(query, descending=True), expected[::-1])
            for but in ((), (4,)):
                chosen = connection.scalars(selected_ids(connection, ContactSelection.matching(query, but=but)))
                assert set(chosen) == set(expected) - set(but)
        vip = Clause("tag", Operator.IS, (1,))
        check_list(connection, ContactQuery("ann", operation_id=tagged), [4])
        check_list(connection, ContactQuery("ann", 1, operation_id=tagged, criteria=vip), [4])
        check_list(connection, ContactQuery("bor", operation_id=tagged), [])
        check_list(connection, ContactQuery("!", operation_id=tagged), [])
    workspace.perform(remove_contacts, selection=ContactSelection.of(4))
    workspace.perform(undo_operation, operation_id=made)
    with workspace.reading() as connection:
        check_list(connection, ContactQuery(operation_id=tagged), [1])
        check_list(connection, ContactQuery(operation_id=made), [])
    workspace.perform(undo_operation, operation_id=tagged)
    with workspace.reading() as connection:
        check_list(connection, ContactQuery(operation_id=tagged), [])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.lists(st.integers(0, 9), max_size=10),
    but=st.frozensets(st.integers(0, 9)),
    search=st.sampled_from(("", "anna", "!", "nobody")),
)
def test_selections(workspace: Workspace, chosen: list[int], but: frozenset[int], search: str) -> None:
    def check(connection: Connection, ids: list[int]) -> None:
        def selected(selection: ContactSelection) -> set[int]:
            return set(connection.scalars(selected_ids(connection, selection)))

        places = [ids[i] if i < len(ids) else 10_000 + i for i in chosen]
        assert selected(ContactSelection(ids=places)) == set(places) & set(ids)
        left_out = {ids[i] for i in but if i < len(ids)} | {-1}
        query = ContactQuery(search=search)
        matching = set(all_ids(connection, query))
        assert selected(ContactSelection.matching(query, but=left_out)) == matching - left_out

    with_contacts(workspace, [person("Anna"), person("Boris"), person("anna b"), person("Яна")], check)


def test_a_selection_of_very_many_ids(workspace: Workspace) -> None:
    workspace.perform(create_contact, contact=person("Anna"))
    with workspace.reading() as connection:
        chosen = selected_ids(connection, ContactSelection(ids=range(50_000)))
        assert connection.scalars(chosen).all() == [1]
        assert connection.scalars(selected_ids(connection, ContactSelection())).all() == []


def test_a_query_knows_its_sort() -> None:
    assert ContactQuery(sort=property_sort(7)).sort_property == 7
    assert ContactQuery().sort_property is None
    with pytest.raises(ValueError, match="shoe"):
        ContactQuery(sort="shoe")
