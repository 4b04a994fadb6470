"""What a search finds in the order of places that are kept in memory, against the order of the database."""

import pytest

from tests.services.queries.scenario import person
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection, SortKey
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts
from ulkacrm_desktop.services.operations.history import undo_operation
from ulkacrm_desktop.services.queries import contact_order, ranks
from ulkacrm_desktop.services.queries.contacts import all_ids, first_page
from ulkacrm_desktop.services.workspace import Workspace

NAMES = ("Яна Альфа", "anna", "Борис", "Zoë Alpha", "Ёж", "b", "Anna Alpha", "Альфред", "alpha")


@pytest.fixture(autouse=True)
def used_for_a_handful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranks, "LEAST", 1)
    monkeypatch.setattr(contact_order, "LEAST", 1)
    # None of the first of the order are picked out: all come by their places.
    monkeypatch.setattr(contact_order, "_FIRST_OF_ORDER", 0)


def filled(workspace: Workspace) -> None:
    for number, name in enumerate(NAMES * 2):
        company = ("Alpha", "", "Альфа")[number % 3]
        emails = (f"{number % 5}@alpha.io",) if number % 2 else ()
        workspace.perform(create_contact, contact=person(name, company=company, emails=emails))


def first_of(workspace: Workspace, query: ContactQuery) -> list[int]:
    return [row.id for row in workspace.read(first_page, query, limit=6).rows]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", list(SortKey))
def test_places_give_the_order_of_the_database(local_workspace: Workspace, sort: SortKey, descending: bool) -> None:
    filled(local_workspace)
    for search in ("a", "alpha", "аль", "б"):
        query = ContactQuery(search=search, sort=sort, descending=descending)
        expected = list(local_workspace.read(all_ids, query))[:6]
        local_workspace.read(all_ids, ContactQuery(sort=sort, descending=descending))
        with local_workspace.reading() as connection:
            assert ranks.kept_ranks(connection, query) is not None
        assert first_of(local_workspace, query) == expected


def test_places_hold_until_the_next_operation(local_workspace: Workspace) -> None:
    filled(local_workspace)
    query = ContactQuery(search="alpha")
    local_workspace.read(all_ids, ContactQuery())
    before = first_of(local_workspace, query)
    local_workspace.perform(create_contact, contact=person("aaa alpha"))
    with local_workspace.reading() as connection:
        assert ranks.kept_ranks(connection, query) is None
    after = first_of(local_workspace, query)
    assert after[1:] == before[:-1]
    local_workspace.perform(remove_contacts, selection=ContactSelection.of(after[0]))
    assert first_of(local_workspace, query) == before
    local_workspace.perform(undo_operation)
    assert first_of(local_workspace, query) == after


def test_whoever_searches_on_after_a_write_has_places_again(local_workspace: Workspace) -> None:
    filled(local_workspace)
    query = ContactQuery(search="alpha", descending=True)
    with local_workspace.reading() as connection:
        assert ranks.kept_ranks(connection, query) is None
        all_ids(connection, query)
        assert ranks.kept_ranks(connection, query) is not None


def test_places_of_two_orders_are_kept_and_of_two_databases_apart(local_workspace: Workspace, tmp_path: object) -> None:
    filled(local_workspace)
    by_name, by_company = ContactQuery(), ContactQuery(sort=SortKey.COMPANY)
    for query in (ContactQuery(sort=SortKey.EMAIL), by_name, by_company):
        local_workspace.read(all_ids, query)
    with local_workspace.reading() as connection:
        assert ranks.kept_ranks(connection, by_name) is not None
        assert ranks.kept_ranks(connection, by_company) is not None
        assert ranks.kept_ranks(connection, ContactQuery(sort=SortKey.EMAIL)) is None
    with Workspace.session(f"{tmp_path}/another.ulka") as another, another.reading() as connection:
        assert ranks.kept_ranks(connection, by_name) is None
