"""Values, choices and tags of many contacts at once: one operation each, taken back exactly."""

from array import array
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Index, text

from tests.services.operations.reversals import nothing_done, performed, refused
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.criteria import Clause, Not, Operator
from ulkacrm_desktop.core.errors import InvalidInput, NotFound
from ulkacrm_desktop.db import indexes
from ulkacrm_desktop.services.criteria.stored_form import read_criteria, stored_criteria
from ulkacrm_desktop.services.operations import chosen
from ulkacrm_desktop.services.operations.assignments import set_responsible
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts
from ulkacrm_desktop.services.operations.properties import change_property, create_property, set_property_value
from ulkacrm_desktop.services.operations.property_choices import merge_choices, remove_choice, rename_choice
from ulkacrm_desktop.services.operations.property_values import ValueChange, set_property
from ulkacrm_desktop.services.operations.tags import add_tags, merge_tags, remove_tags
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.contacts import all_ids
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.queries.tags import tag_named, tags
from ulkacrm_desktop.services.queries.timeline import timeline
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.history import operation_text
from ulkacrm_desktop.ui.labels.timeline import entry_text

VALUES: list[tuple[PropertyType, Any, Any]] = [
    (PropertyType.TEXT, "red", "Ёж"),
    (PropertyType.NUMBER, Decimal("12.5"), Decimal("-3")),
    (PropertyType.DATE, date(2024, 2, 29), date(2025, 1, 1)),
    (PropertyType.YES_NO, False, True),
    (PropertyType.SELECT, "Gold", "Silver"),
    (PropertyType.MULTI_SELECT, ("Gold", "Silver"), ("Bronze",)),
    (PropertyType.URL, "https://example.org", "https://example.com"),
]
ALL = ContactSelection.matching(ContactQuery())


def contacts(workspace: Workspace, *names: str, **fields: Any) -> list[int]:
    return [workspace.perform(create_contact, contact=ContactInput(name, **fields)).result for name in names]


def value(workspace: Workspace, contact_id: int, property_id: int) -> Any:
    return workspace.read(contact_document, contact_id).properties.get(property_id)


@pytest.mark.parametrize(("kind", "first", "second"), VALUES, ids=[kind.value for kind, _, _ in VALUES])
def test_a_value_is_set_on_many(workspace: Workspace, kind: PropertyType, first: Any, second: Any) -> None:
    ids = contacts(workspace, "Anna", "Boris", "Clara")
    property_id = workspace.perform(create_property, name="Thing", type=kind).result
    workspace.perform(set_property_value, contact_id=ids[0], property_id=property_id, value=second)
    some = ContactSelection(ids=ids[:2])
    assert performed(workspace, set_property, selection=some, property_id=property_id, value=first) == 2
    assert [value(workspace, contact, property_id) for contact in ids] == [first, first, None]
    assert (
        performed(workspace, set_property, selection=ALL, property_id=property_id, value=second, only_empty=True) == 1
    )
    assert [value(workspace, contact, property_id) for contact in ids] == [first, first, second]
    assert performed(workspace, set_property, selection=ALL, property_id=property_id, value=first) == 1
    nothing_done(workspace, set_property, selection=ALL, property_id=property_id, value=first)
    nothing_done(workspace, set_property, selection=ContactSelection(), property_id=property_id, value=second)
    assert performed(workspace, set_property, selection=ALL, property_id=property_id, value=None) == 3
    assert [value(workspace, contact, property_id) for contact in ids] == [None] * 3


def test_what_does_not_fit_or_must_be_there_is_refused(workspace: Workspace) -> None:
    contacts(workspace, "Anna")
    number = workspace.perform(create_property, name="Number", type=PropertyType.NUMBER, required=True).result
    key = f"property:{number}"
    error = refused(workspace, InvalidInput, set_property, selection=ALL, property_id=number, value="twelve")
    assert error.problems == {key: "not_number"}
    error = refused(workspace, InvalidInput, set_property, selection=ALL, property_id=number, value=None)
    assert error.problems == {key: "required"}
    refused(workspace, NotFound, set_property, selection=ALL, property_id=9_999, value=1)


NUMBERS = count()
CHOICES = st.sampled_from(("A", "B", "C", "D"))
SOME = st.lists(CHOICES, unique=True, max_size=4).map(tuple)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    present=st.lists(SOME, min_size=1, max_size=4),
    wanted=SOME,
    change=st.sampled_from(ValueChange),
    only_empty=st.booleans(),
)
def test_choices_of_many(
    workspace: Workspace, present: list[tuple[str, ...]], wanted: tuple[str, ...], change: ValueChange, only_empty: bool
) -> None:
    property_id = workspace.perform(
        create_property, name=f"P{next(NUMBERS)}", type=PropertyType.MULTI_SELECT, options=("A", "B", "C", "D")
    ).result
    ids = contacts(workspace, *("Anna" for _ in present))
    for contact, choices in zip(ids, present, strict=True):
        workspace.perform(set_property_value, contact_id=contact, property_id=property_id, value=choices)

    def expected(choices: tuple[str, ...]) -> set[str]:
        if change is ValueChange.REMOVE:
            return set(choices) - set(wanted)
        if only_empty:
            return set(choices) or set(wanted)
        return set(choices) | set(wanted) if change is ValueChange.ADD else set(wanted)

    outcome = workspace.perform(
        set_property,
        selection=ContactSelection(ids=ids),
        property_id=property_id,
        value=wanted,
        change=change,
        only_empty=only_empty,
    )
    found = [set(value(workspace, contact, property_id) or ()) for contact in ids]
    assert found == [expected(choices) for choices in present]
    changed = sum(expected(choices) != set(choices) for choices in present)
    assert outcome.result == changed
    assert (outcome.changes is None) == (changed == 0)
    assert_no_gaps(workspace)


def assert_no_gaps(workspace: Workspace) -> None:
    with workspace.reading() as connection:
        gaps = connection.execute(
            text(
                "SELECT contact_id, property_id FROM property_value GROUP BY contact_id, property_id "
                "HAVING max(position) + 1 <> count(*)"
            )
        ).all()
    assert gaps == []


def test_a_choice_is_renamed_merged_and_removed_with_the_values_of_contacts(workspace: Workspace) -> None:
    ids = contacts(workspace, "Anna", "Boris", "Clara")
    property_id = workspace.perform(
        create_property,
        name="Tier",
        type=PropertyType.MULTI_SELECT,
        options=("Gold", "Silver", "Bronze"),
        default="Gold\nBronze",
    ).result
    for contact, choices in zip(ids, (("Gold", "Silver"), ("Silver", "Gold", "Bronze"), ("Gold",)), strict=True):
        workspace.perform(set_property_value, contact_id=contact, property_id=property_id, value=choices)
    is_gold = Not(Clause(f"property:{property_id}", Operator.ONE_OF, ("Gold", "Silver")))
    keep_filter(workspace, stored_criteria(is_gold))

    error = refused(workspace, InvalidInput, rename_choice, property_id=property_id, choice="Gold", name="silver")
    assert error.problems == {"name": "taken"}
    refused(workspace, NotFound, rename_choice, property_id=property_id, choice="Tin", name="X")
    refused(workspace, NotFound, merge_choices, property_id=property_id, choice="Tin", into="Gold")
    nothing_done(workspace, rename_choice, property_id=property_id, choice="Gold", name=" Gold ")

    performed(workspace, rename_choice, property_id=property_id, choice="Gold", name="GOLD card")
    assert value(workspace, ids[0], property_id) == ("GOLD card", "Silver")
    definition = workspace.read(property_definitions)[0]
    assert definition.options == ("GOLD card", "Silver", "Bronze")
    assert definition.default == ("GOLD card", "Bronze")
    assert kept_filter(workspace) == Not(Clause(f"property:{property_id}", Operator.ONE_OF, ("GOLD card", "Silver")))

    performed(workspace, merge_choices, property_id=property_id, choice="GOLD card", into="Silver")
    assert [value(workspace, contact, property_id) for contact in ids] == [
        ("Silver",),
        ("Silver", "Bronze"),
        ("Silver",),
    ]
    assert kept_filter(workspace) == Not(Clause(f"property:{property_id}", Operator.ONE_OF, ("Silver",)))
    assert workspace.read(property_definitions)[0].default == ("Silver", "Bronze")
    assert_no_gaps(workspace)

    performed(workspace, remove_choice, property_id=property_id, choice="Silver")
    assert workspace.read(property_definitions)[0].default == ("Bronze",)
    assert [value(workspace, contact, property_id) for contact in ids] == [None, ("Bronze",), None]
    definition = workspace.read(property_definitions)[0]
    assert (definition.options, definition.default) == (("Bronze",), ("Bronze",))
    performed(workspace, remove_choice, property_id=property_id, choice="Bronze")
    assert workspace.read(property_definitions)[0].default is None
    assert_no_gaps(workspace)


def test_a_renamed_choice_does_not_go_back_to_a_name_that_is_there_again(workspace: Workspace) -> None:
    from ulkacrm_desktop.core.errors import EditConflict
    from ulkacrm_desktop.services.operations.history import undo_operation

    property_id = workspace.perform(create_property, name="T", type=PropertyType.SELECT, options=("A", "B")).result
    renaming = workspace.perform(rename_choice, property_id=property_id, choice="A", name="C").operation_id
    workspace.perform(change_property, property_id=property_id, options=("A", "B", "C"))
    with pytest.raises(EditConflict):
        workspace.perform(undo_operation, operation_id=renaming)


def keep_filter(workspace: Workspace, criteria: str) -> None:
    from sqlalchemy import insert

    from ulkacrm_desktop.core.changes import OperationKind
    from ulkacrm_desktop.models import SavedFilter
    from ulkacrm_desktop.services.workspace import Write, operation

    def write_down(write: Write) -> None:
        write.connection.execute(insert(SavedFilter).values(name="F", name_key="f", criteria=criteria))

    workspace.perform(operation(OperationKind.FILTER_SAVED)(write_down))


def kept_filter(workspace: Workspace) -> Any:
    with workspace.reading() as connection:
        return read_criteria(connection.execute(text("SELECT criteria FROM saved_filter")).scalar_one())


def test_tags_of_a_selection_that_they_make_up(workspace: Workspace) -> None:
    ids = contacts(workspace, "Anna", "Boris", tags=("VIP", "Lead"))
    vip = workspace.read(tag_named, "vip")
    assert vip is not None
    bearers = ContactSelection.matching(ContactQuery(tag_id=vip.id))
    assert performed(workspace, remove_tags, selection=bearers, names=["VIP", "Lead"]) == 2
    assert [workspace.read(contact_document, contact).tags for contact in ids] == [(), ()]


def test_tags_are_merged(workspace: Workspace) -> None:
    anna, boris = contacts(workspace, "Anna", "Boris", tags=("Client",))
    (clara,) = contacts(workspace, "Clara", tags=("Клиент", "Client"))
    (dora,) = contacts(workspace, "Dora", tags=("Customer",))
    ids = {use.name: use.id for use in workspace.read(tags)}
    keep_filter(workspace, stored_criteria(Clause("tag", Operator.ONE_OF, (ids["Client"], ids["Клиент"]))))
    merged = performed(workspace, merge_tags, tag_ids=[ids["Client"], ids["Клиент"]], into_id=ids["Customer"])
    assert merged == 3
    assert [(use.name, use.count) for use in workspace.read(tags)] == [("Customer", 4)]
    assert kept_filter(workspace) == Clause("tag", Operator.ONE_OF, (ids["Customer"],))
    entries = workspace.read(timeline, clara).entries
    merging = [entry for entry in entries if entry.operation_kind == "tags_merged"]
    assert {entry_text(entry) for entry in merging} == {"Tag Customer added", "Tags Client, Клиент removed"}
    assert operation_text("tags_merged", merging[0].facts) == "Merged the tags Client, Клиент into Customer"
    refused(workspace, NotFound, merge_tags, tag_ids=[ids["Client"]], into_id=ids["Customer"])
    refused(workspace, NotFound, merge_tags, tag_ids=[ids["Customer"]], into_id=ids["Client"])
    nothing_done(workspace, merge_tags, tag_ids=[ids["Customer"]], into_id=ids["Customer"])
    assert anna < boris < dora


def test_no_contacts_need_no_tag(workspace: Workspace) -> None:
    nothing_done(workspace, add_tags, selection=ALL, names=["VIP"])
    assert workspace.read(tags) == ()


def test_a_change_of_most_contacts_makes_indexes_anew_and_nothing_else(
    local_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = contacts(local_workspace, *(f"Person {number}" for number in range(9)))
    monkeypatch.setattr(indexes, "LARGE", 2)
    monkeypatch.setattr(chosen, "AT_ONCE", 2)
    monkeypatch.setattr(chosen, "_FEW", 2)
    made_anew: list[str] = []
    monkeypatch.setattr(indexes, "drop_indexes", partial(_dropping, indexes.drop_indexes, made_anew))

    def known() -> list[str]:
        with local_workspace.reading() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            return list(connection.scalars(text("SELECT sql FROM sqlite_schema WHERE type = 'index' ORDER BY name")))

    before = known()
    everybody = ContactSelection.matching(ContactQuery(), but={ids[4]})
    assert performed(local_workspace, set_responsible, selection=everybody, new="Olga") == 8
    assert "ix_contact_responsible_id" in made_anew
    assert performed(local_workspace, remove_contacts, selection=everybody) == 8
    assert local_workspace.read(all_ids, ContactQuery()) == array("q", [ids[4]])
    assert "ix_contact_present_name_key" in made_anew
    assert not any(name.startswith("ux_") for name in made_anew)
    assert known() == before
    made_anew.clear()
    performed(local_workspace, remove_contacts, selection=ContactSelection.of(ids[4]))
    assert not made_anew, "one is few"


def _dropping(drop: Callable[..., None], told: list[str], connection: Connection, dropped: Sequence[Index]) -> None:
    told += [str(index.name) for index in dropped]
    drop(connection, dropped)
