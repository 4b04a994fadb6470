"""The type of a property is changed with its values: as the preview says, and taken back exactly."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.database_dump import assert_sound
from tests.services.operations.reversals import nothing_done, performed, refused, state
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError, InvalidInput, NotFound
from ulkacrm_desktop.services.imports.cleaning import DateOrder, DecimalMark
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.properties import change_property, create_property, set_property_value
from ulkacrm_desktop.services.operations.property_groups import order_groups, remove_group, rename_group
from ulkacrm_desktop.services.operations.retype import retype_property
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.contacts import all_ids
from ulkacrm_desktop.services.queries.properties import property_definitions, property_groups, property_uses
from ulkacrm_desktop.services.retyping import retype_preview
from ulkacrm_desktop.services.workspace import Workspace

T = PropertyType


def with_values(workspace: Workspace, kind: PropertyType, *values: Any, **columns: Any) -> tuple[int, list[int]]:
    """A property and a contact for each value."""
    property_id = workspace.perform(create_property, name="Thing", type=kind, **columns).result
    ids = []
    for number, value in enumerate(values):
        contact = ContactInput(f"Contact {number}", properties={property_id: value})
        ids.append(workspace.perform(create_contact, contact=contact).result)
    return property_id, ids


def values_of(workspace: Workspace, property_id: int, ids: list[int]) -> list[Any]:
    return [workspace.read(contact_document, contact).properties.get(property_id) for contact in ids]


CONVERSIONS: list[tuple[PropertyType, PropertyType, list[Any], list[Any]]] = [
    (T.TEXT, T.NUMBER, ["12,5", "1 000,25", "many"], [Decimal("12.5"), Decimal("1000.25"), None]),
    (T.TEXT, T.DATE, ["31.12.2024", "2025-03-01", "soon"], ["2024-12-31", "2025-03-01", None]),
    (T.TEXT, T.YES_NO, ["Да", "no", "perhaps"], [True, False, None]),
    (T.TEXT, T.SELECT, ["Gold", "gold ", "Gold", "Silver"], ["Gold", "Gold", "Gold", "Silver"]),
    (
        T.TEXT,
        T.MULTI_SELECT,
        ["Gold, Silver", "Silver;gold", "Gold"],
        [("Gold", "Silver"), ("Gold", "Silver"), ("Gold",)],
    ),
    (T.TEXT, T.URL, ["example.com/a", "https://x.org", "no address"], ["https://example.com/a", "https://x.org", None]),
    (T.NUMBER, T.TEXT, [Decimal("12.50"), 1], ["12.5", "1"]),
    (T.NUMBER, T.YES_NO, [1, 0, 2], [True, False, None]),
    (T.YES_NO, T.TEXT, [True, False], ["yes", "no"]),
    (T.YES_NO, T.NUMBER, [True, False], [Decimal(1), Decimal(0)]),
    (T.SELECT, T.MULTI_SELECT, ["Gold", "Silver"], [("Gold",), ("Silver",)]),
    (T.MULTI_SELECT, T.TEXT, [("Gold", "Silver"), ("Silver",)], ["Gold, Silver", "Silver"]),
    (T.MULTI_SELECT, T.SELECT, [("Gold", "Silver"), ("Silver",)], [None, "Silver"]),
    (T.URL, T.TEXT, ["https://x.org"], ["https://x.org"]),
]


@pytest.mark.parametrize(("old", "new", "values", "expected"), CONVERSIONS)
def test_values_become_ones_of_the_new_type(
    workspace: Workspace, old: PropertyType, new: PropertyType, values: list[Any], expected: list[Any]
) -> None:
    property_id, ids = with_values(workspace, old, *values)
    preview = workspace.read(retype_preview, property_id, new)
    lost = expected.count(None)
    assert (preview.total, preview.convertible) == (len(values), len(values) - lost)
    assert sum(problem.count for problem in preview.problems) == lost
    if lost:
        error = refused(workspace, ExpectedError, retype_property, property_id=property_id, type=new)
        assert (error.code, error.facts["count"]) == ("retype_loses", lost)
        assert preview.problems[0].examples == [(ids[expected.index(None)], f"Contact {expected.index(None)}")]
    assert performed(workspace, retype_property, property_id=property_id, type=new, drop=True) == lost
    found = values_of(workspace, property_id, ids)
    assert [str(value) if new is T.DATE and value else value for value in found] == expected
    (definition,) = workspace.read(property_definitions)
    assert definition.type is new
    assert definition.options == (preview.choices if new in (T.SELECT, T.MULTI_SELECT) else ())


TEXTS = st.sampled_from(
    [
        "",
        "1",
        "0",
        "12,5",
        "1,234",
        "03.04.2025",
        "2025-01-31",
        "yes",
        "нет",
        "Gold",
        "gold",
        "a, b",
        "b;a",
        "x.org",
        "?",
    ]
)
CHOICES = st.lists(st.sampled_from(["1", "Gold", "x.org", "2025-01-31"]), unique=True, max_size=3).map(tuple)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    kind=st.sampled_from([T.TEXT, T.MULTI_SELECT]),
    data=st.data(),
    types=st.lists(st.sampled_from(PropertyType), min_size=1, max_size=3),
)
def test_any_values_through_any_types(
    workspace: Workspace, kind: PropertyType, data: st.DataObject, types: list[T]
) -> None:
    values = data.draw(st.lists(TEXTS if kind is T.TEXT else CHOICES, min_size=1, max_size=5))
    property_id, ids = with_values(workspace, kind, *(value or None for value in values))
    workspace.perform(remove_contacts, selection=ContactSelection(ids=ids[:1]))
    states = [state(workspace)]
    for new in types:
        preview = workspace.read(retype_preview, property_id, new)
        outcome = workspace.perform(retype_property, property_id=property_id, type=new, drop=True)
        found = values_of(workspace, property_id, ids[1:])
        assert sum(value is not None for value in found) == preview.convertible
        assert outcome.result == preview.total - preview.convertible
        if outcome.changes is not None:
            states.append(state(workspace))
    workspace.read(assert_sound)
    for before in states[-2::-1]:
        workspace.perform(undo_operation)
        assert state(workspace) == before
    for after in states[1:]:
        workspace.perform(redo_operation)
        assert state(workspace) == after
    with workspace.reading() as connection:
        name = connection.execute(text("SELECT count(*) FROM property")).scalar_one()
    workspace.perform(change_property, property_id=property_id, name=f"Done {name}")
    workspace.perform(remove_contacts, selection=ContactSelection(ids=ids))


def test_what_can_be_read_in_two_ways_is_told_and_chosen(workspace: Workspace) -> None:
    property_id, ids = with_values(workspace, T.TEXT, "03.04.2025")
    preview = workspace.read(retype_preview, property_id, T.DATE)
    assert (preview.ambiguous, preview.order) == (True, DateOrder.DMY)
    workspace.perform(retype_property, property_id=property_id, type=T.DATE, order=DateOrder.MDY)
    assert str(values_of(workspace, property_id, ids)[0]) == "2025-03-04"
    workspace.perform(undo_operation)
    workspace.perform(set_property_value, contact_id=ids[0], property_id=property_id, value="1,234")
    assert workspace.read(retype_preview, property_id, T.NUMBER).ambiguous
    workspace.perform(retype_property, property_id=property_id, type=T.NUMBER, mark=DecimalMark.COMMA)
    assert values_of(workspace, property_id, ids) == [Decimal("1.234")]


def test_the_default_follows_and_words_are_of_the_language(workspace: Workspace) -> None:
    property_id, ids = with_values(workspace, T.YES_NO, True, default="0")
    performed(workspace, retype_property, property_id=property_id, type=T.SELECT, words=("да", "нет"))
    (definition,) = workspace.read(property_definitions)
    assert (definition.default, definition.options) == ("нет", ("да", "нет"))
    assert values_of(workspace, property_id, ids) == ["да"]
    assert list(workspace.read(all_ids, ContactQuery(search="да"))) == ids, "what it is called is found"
    performed(workspace, retype_property, property_id=property_id, type=T.YES_NO)
    assert list(workspace.read(all_ids, ContactQuery(search="да"))) == []
    nothing_done(workspace, retype_property, property_id=property_id, type=T.YES_NO)
    refused(workspace, NotFound, retype_property, property_id=9_999, type=T.TEXT)


def test_too_many_texts_are_no_choices(local_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from ulkacrm_desktop.services.operations import retype

    monkeypatch.setattr(retype, "CHOICES_LIMIT", 2)
    property_id, _ids = with_values(local_workspace, T.TEXT, "a", "b", "c")
    error = refused(local_workspace, ExpectedError, retype_property, property_id=property_id, type=T.SELECT)
    assert error.code == "retype_too_many_choices"


def test_a_property_is_archived_and_brought_back(workspace: Workspace) -> None:
    property_id, ids = with_values(workspace, T.TEXT, "red")
    performed(workspace, change_property, property_id=property_id, archived=True)
    assert workspace.read(property_definitions) == ()
    (use,) = workspace.read(property_uses)
    assert (use.archived, use.contacts) == (True, 1)
    assert values_of(workspace, property_id, ids) == ["red"], "the values are kept"
    performed(workspace, change_property, property_id=property_id, archived=False)
    assert len(workspace.read(property_definitions)) == 1


@pytest.mark.parametrize(
    ("kind", "default", "fits"),
    [
        (T.TEXT, "red", True), (T.NUMBER, "12.5", True), (T.NUMBER, "x", False), (T.DATE, "2025-03-01", True),
        (T.DATE, "1.3.2025", False), (T.YES_NO, "1", True), (T.YES_NO, "yes", False), (T.SELECT, "Gold", True),
        (T.SELECT, "Tin", False), (T.MULTI_SELECT, "Gold", True), (T.MULTI_SELECT, "Gold\nSilver", True),
        (T.MULTI_SELECT, "Gold\nTin", False), (T.TEXT, "a\0", False),
    ],
)  # fmt: skip
def test_a_default_fits_its_property(local_workspace: Workspace, kind: T, default: str, fits: bool) -> None:
    wanted = {"name": "P", "type": kind, "options": ("Gold", "Silver"), "default": default}
    if fits:
        property_id = performed(local_workspace, create_property, **wanted)
        performed(local_workspace, change_property, property_id=property_id, default="")
        performed(local_workspace, change_property, property_id=property_id, default=default)
    else:
        assert "default" in refused(local_workspace, InvalidInput, create_property, **wanted).problems


def test_groups_are_renamed_ordered_and_removed(workspace: Workspace) -> None:
    for name, group in (("A", "Money"), ("B", "Taste"), ("C", "Money")):
        workspace.perform(create_property, name=name, type=T.TEXT, group=group)
    money, taste = (row.id for row in workspace.read(property_groups))
    refused(workspace, InvalidInput, rename_group, group_id=money, name="TASTE")
    performed(workspace, rename_group, group_id=money, name="Cash")
    performed(workspace, order_groups, group_ids=[taste])
    assert [row.name for row in workspace.read(property_groups)] == ["Taste", "Cash"]
    performed(workspace, remove_group, group_id=money)
    assert [definition.group for definition in workspace.read(property_definitions)] == ["", "", "Taste"]
    refused(workspace, NotFound, remove_group, group_id=money)
