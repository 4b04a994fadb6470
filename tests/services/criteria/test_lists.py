"""Lists by criteria and segments: counted, paged, ordered, selected, with words, tags and any order beside them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from random import Random

import pytest
from sqlalchemy import Connection

from tests.services.criteria import world
from tests.services.criteria.oracle import fulfils
from tests.services.queries.scenario import person, with_contacts
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection, SortKey, property_sort
from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Either, Not, Operator, Span
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.services.criteria.compiler import check_criteria
from ulkacrm_desktop.services.criteria.explainer import clause_counts, explained
from ulkacrm_desktop.services.criteria.fields import Choice, criteria_fields
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, update_contact
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.operations.properties import create_property, remove_property
from ulkacrm_desktop.services.operations.segments import add_to_segment, create_segment
from ulkacrm_desktop.services.operations.tags import add_tags
from ulkacrm_desktop.services.queries import contact_order
from ulkacrm_desktop.services.queries.contact_filter import ids_of_selection
from ulkacrm_desktop.services.queries.contacts import all_ids, count, first_page, page_at, selected_ids
from ulkacrm_desktop.services.workspace import Workspace

O = Operator  # noqa: E741


def names(workspace: Workspace, query: ContactQuery) -> list[str]:
    """The names that a list shows, found in every way in which it asks."""
    with workspace.reading() as connection:
        page = first_page(connection, query)
        assert page.total == count(connection, query) == len(page.rows)
        assert [row.id for row in page.rows] == list(all_ids(connection, query))
        chosen = ContactSelection.matching(query)
        assert sorted(row.id for row in page.rows) == list(ids_of_selection(connection, chosen))
    return [row.name for row in page.rows]


@pytest.mark.parametrize("kept", [False, True], ids=["many", "ranked"])
def test_pages_orders_and_selections(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, kept: bool) -> None:
    """With the limits so low that each way of finding the first page is gone, on contacts that are few."""
    if kept and not workspace.is_local:
        pytest.skip("a server puts all in order itself")
    setting = workspace.perform(world.make_setting).result
    made = world.contacts(setting, Random(5), 40)
    viewpoint = world.VIEWPOINTS[0]
    tag = Clause("tag", O.IS, (setting.tags["VIP"],))
    trees: list[Criteria] = [
        All(),
        Either(),
        tag,
        Not(tag),
        Clause("city", O.CONTAINS, ("o",)),
        All((Not(tag), Clause("last_activity", O.MORE_THAN_AGO, (Span(3),)))),
        Either((Clause("email", O.CONTAINS, ("a",)), Clause("phone", O.IS_EMPTY))),
        Not(Clause("company", O.IS_NOT_EMPTY)),
    ]
    sorts = (SortKey.NAME, SortKey.COMPANY, SortKey.EMAIL, property_sort(setting.properties["Tier"]))

    def check(connection: Connection, ids: list[int]) -> None:
        world.finish(connection, ids, made, setting)
        for few, first in ((0, 3), (15, 3), (1_000, 3), (0, 1_000)):
            monkeypatch.setattr(contact_order, "_FEW", few)
            monkeypatch.setattr(contact_order, "_FEW_BY_INDEX", few)
            monkeypatch.setattr(contact_order, "_FEW_BY_RANK", few)
            monkeypatch.setattr(contact_order, "_FIRST_OF_ORDER", first)
            monkeypatch.setattr(contact_order, "FEW_TESTED", first)
            for tree, sort in product(trees, sorts if few else sorts[:1]):
                wanted = {i for i, each in zip(ids, made, strict=True) if fulfils(each, tree, setting, viewpoint)}
                plain = ContactQuery(sort=sort, descending=sort == SortKey.EMAIL)
                query = replace(plain, criteria=tree, viewpoint=viewpoint)
                in_order = [i for i in all_ids(connection, plain) if i in wanted]
                assert list(all_ids(connection, query)) == in_order
                page = first_page(connection, query, 7)
                assert (page.total, [row.id for row in page.rows]) == (len(wanted), in_order[:7])
                deep = page_at(connection, query, len(wanted) // 2, 5)
                assert [row.id for row in deep] == in_order[len(wanted) // 2 :][:5]

    monkeypatch.setattr("ulkacrm_desktop.services.queries.ranks.LEAST", 1 if kept else 10**9)
    with_contacts(workspace, [each.contact for each in made], check)


@pytest.fixture
def shop(workspace: Workspace) -> dict[str, int]:
    """Four contacts by name, the last of them removed."""
    people: Sequence[tuple[str, str, tuple[str, ...]]] = (
        ("Anna", "Москва", ("VIP",)),
        ("Boris", "МОСКВА", ()),
        ("Clara", "Нижний Новгород", ("VIP", "Lead")),
        ("Dora", "Москва", ("VIP",)),
    )
    ids = {
        name: workspace.perform(create_contact, contact=person(name, city=city, tags=tags)).result
        for name, city, tags in people
    }
    workspace.perform(remove_contacts, selection=ContactSelection.of(ids["Dora"]))
    return ids


@pytest.fixture(params=[(5_000, 2_000), (0, 2_000), (0, 1)], ids=("each tested", "by spelling", "too many spellings"))
def way_to_places(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How a local file finds by city: so many contacts are enough to look through so many spellings."""
    worth_from, most = request.param
    monkeypatch.setattr("ulkacrm_desktop.services.criteria.contact_texts._WORTH_FROM", worth_from)
    monkeypatch.setattr("ulkacrm_desktop.services.criteria.contact_texts._MOST_SPELLINGS", most)


def vip(workspace: Workspace) -> Clause:
    tags = {choice.name: choice.value for choice in workspace.read(criteria_fields)["tag"].choices}
    return Clause("tag", O.IS, (tags["VIP"],))


MOSCOW = Clause("city", O.IS, ("москва",))


@pytest.mark.usefixtures("way_to_places")
def test_criteria_narrow_what_words_and_a_tag_find(workspace: Workspace, shop: dict[str, int]) -> None:
    tagged = vip(workspace)
    assert names(workspace, ContactQuery(criteria=MOSCOW)) == ["Anna", "Boris"]
    assert names(workspace, ContactQuery(criteria=MOSCOW, descending=True)) == ["Boris", "Anna"]
    assert names(workspace, ContactQuery(criteria=MOSCOW, tag_id=int(str(tagged.values[0])))) == ["Anna"]
    assert names(workspace, ContactQuery(criteria=Not(MOSCOW), search="новг cla")) == ["Clara"]
    assert names(workspace, ContactQuery(criteria=tagged, search="мос")) == ["Anna"]
    assert names(workspace, ContactQuery(criteria=tagged, search="?!")) == []
    assert names(workspace, ContactQuery(criteria=All())) == ["Anna", "Boris", "Clara"]
    assert names(workspace, ContactQuery(criteria=Not(tagged))) == ["Boris"]


def test_a_bulk_statement_takes_criteria_with_exceptions(workspace: Workspace, shop: dict[str, int]) -> None:
    chosen = ContactSelection.matching(ContactQuery(criteria=MOSCOW), but={shop["Anna"]})
    workspace.perform(add_tags, selection=chosen, names=["Local"])
    tags = {choice.name: choice.value for choice in workspace.read(criteria_fields)["tag"].choices}
    assert names(workspace, ContactQuery(criteria=Clause("tag", O.IS, (tags["Local"],)))) == ["Boris"]
    with workspace.reading() as connection:
        twice = selected_ids(connection, chosen).intersect(
            selected_ids(connection, ContactSelection.matching(ContactQuery(criteria=Not(vip(workspace)))))
        )
        assert connection.scalars(twice).all() == [shop["Boris"]]


@pytest.mark.usefixtures("way_to_places")
def test_texts_are_found_as_they_are_after_every_change(workspace: Workspace, shop: dict[str, int]) -> None:
    seen = workspace.read(contact_document_of, shop["Anna"])
    workspace.perform(update_contact, contact_id=shop["Anna"], changes={"city": "Тверь"}, seen=seen)
    assert names(workspace, ContactQuery(criteria=MOSCOW)) == ["Boris"]
    assert names(workspace, ContactQuery(criteria=Clause("address", O.CONTAINS, ("ТВЕР",)))) == ["Anna"]
    workspace.perform(undo_operation)
    assert names(workspace, ContactQuery(criteria=MOSCOW)) == ["Anna", "Boris"]
    workspace.perform(remove_contacts, selection=ContactSelection.of(shop["Boris"]))
    assert names(workspace, ContactQuery(criteria=MOSCOW)) == ["Anna"]
    assert names(workspace, ContactQuery(criteria=Clause("city", O.IS_NOT_EMPTY))) == ["Anna", "Clara"]
    assert names(workspace, ContactQuery(criteria=Clause("city", O.IS_NOT, ("москва",)))) == ["Clara"]
    workspace.perform(undo_operation)
    assert names(workspace, ContactQuery(criteria=MOSCOW)) == ["Anna", "Boris"]


def test_criteria_do_not_wait_for_an_index_that_is_behind(
    workspace: Workspace, shop: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ulkacrm_desktop.db.derived.WORDS_AT_ONCE", 0)
    seen = workspace.read(contact_document_of, shop["Clara"])
    workspace.perform(update_contact, contact_id=shop["Clara"], changes={"city": "москва"}, seen=seen)
    assert names(workspace, ContactQuery(criteria=MOSCOW)) == ["Anna", "Boris", "Clara"]


def contact_document_of(connection: Connection, contact_id: int) -> object:
    from ulkacrm_desktop.services.queries.contact_documents import contact_document

    return contact_document(connection, contact_id)


def segment_of(workspace: Workspace, name: str, criteria: Criteria | None) -> int:
    return workspace.perform(create_segment, segment=SegmentInput(name=name, criteria=criteria)).result


def test_segments_static_dynamic_and_nested(workspace: Workspace, shop: dict[str, int]) -> None:
    static = segment_of(workspace, "By hand", None)
    workspace.perform(add_to_segment, segment_id=static, selection=ContactSelection.of(shop["Boris"], shop["Clara"]))
    dynamic = segment_of(workspace, "VIPs", vip(workspace))
    nested = segment_of(
        workspace, "Nested", Either((Clause("segment", O.IS, (dynamic,)), Clause("segment", O.IS, (static,))))
    )
    assert names(workspace, ContactQuery(segment_id=static)) == ["Boris", "Clara"]
    assert names(workspace, ContactQuery(segment_id=dynamic)) == ["Anna", "Clara"]
    assert names(workspace, ContactQuery(segment_id=nested, criteria=MOSCOW)) == ["Anna", "Boris"]
    assert names(workspace, ContactQuery(criteria=Clause("segment", O.NONE_OF, (dynamic, static)))) == []
    assert names(workspace, ContactQuery(segment_id=99)) == []
    with workspace.reading() as connection:
        clause = Clause("segment", O.IS, (nested,))
        verdict = explained(connection, clause, shop["Anna"])
        assert verdict.holds and verdict.values == ()
        (inner,) = verdict.parts
        assert [part.holds for part in inner.parts] == [True, False]
        assert explained(connection, clause, shop["Clara"]).values == (Choice(static, "By hand"),)


def test_a_segment_that_contains_itself_is_refused(workspace: Workspace, shop: dict[str, int]) -> None:
    first = segment_of(workspace, "First", vip(workspace))
    second = segment_of(workspace, "Second", Clause("segment", O.IS, (first,)))
    with workspace.reading() as connection:
        for tree in (Clause("segment", O.IS, (first,)), Not(All((Clause("segment", O.ONE_OF, (second,)),)))):
            with pytest.raises(ExpectedError) as refused:
                check_criteria(connection, tree, segment_id=first)
            assert (refused.value.code, refused.value.facts) == ("segment_cycle", {"segment": "First"})
        check_criteria(connection, Clause("segment", O.ONE_OF, (first, second)))


def test_what_does_not_fit_is_refused_by_name(workspace: Workspace) -> None:
    number = workspace.perform(create_property, name="Amount", type=PropertyType.NUMBER).result
    key = property_sort(number)
    deep: Criteria = Clause("name", O.IS, ("x",))
    for _level in range(120):
        deep = Not(deep)
    refusals: list[tuple[Criteria, str, dict[str, object]]] = [
        (Clause("nothing", O.IS, ("x",)), "criteria_field_unknown", {"field": "nothing"}),
        (Clause("deals", O.AT_LEAST, (1,)), "criteria_field_to_come", {"field": "deals"}),
        (Clause(key, O.CONTAINS, ("x",)), "criteria_unfit", {"field": "Amount"}),
        (Clause(key, O.IS, ("x",)), "criteria_unfit", {"field": "Amount"}),
        (Clause(key, O.BETWEEN, (1,)), "criteria_unfit", {"field": "Amount"}),
        (Clause(key, O.IS, (True,)), "criteria_unfit", {"field": "Amount"}),
        (Clause("name", O.IS_EMPTY), "criteria_unfit", {"field": "name"}),
        (Clause("created_at", O.IN_LAST, (Span(0),)), "criteria_unfit", {"field": "added"}),
        (Clause("created_at", O.IS, (date(2025, 1, 1), date(2025, 1, 2))), "criteria_unfit", {"field": "added"}),
        (Clause("tag", O.IS, ("VIP",)), "criteria_unfit", {"field": "tag"}),
        (Clause("city", O.IS, ("x" * 5_001,)), "criteria_unfit", {"field": "city"}),
        (deep, "criteria_too_deep", {}),
    ]
    for tree, code, facts in refusals:
        for ask in (
            lambda tree=tree: workspace.read(count, ContactQuery(criteria=tree)),
            lambda tree=tree: workspace.read(check_criteria, tree),
        ):
            with pytest.raises(ExpectedError) as refused:
                ask()
            assert (refused.value.code, refused.value.facts) == (code, facts)
    workspace.perform(remove_property, property_id=number)
    with pytest.raises(ExpectedError) as refused:
        workspace.read(count, ContactQuery(criteria=Clause(key, O.IS, (1,))))
    assert refused.value.code == "criteria_field_unknown"


def test_the_counts_of_clauses_are_those_of_the_list(workspace: Workspace, shop: dict[str, int]) -> None:
    tagged = vip(workspace)
    told = workspace.read(clause_counts, All((tagged, Not(MOSCOW), Either())))
    assert [(part.alone, part.left) for part in told] == [(2, 2), (1, 1), (0, 0)]
    assert [(part.criteria, part.alone, part.left) for part in workspace.read(clause_counts, MOSCOW)] == [
        (MOSCOW, 2, 2)
    ]
