"""The list's source: contacts that were picked come in the order in which the database has all."""

from array import array
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ulkacrm_desktop.core.contact_document import EmailEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, SortKey, property_sort
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.merging import merge_contacts
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.queries import contacts
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.contacts import source as source_module
from ulkacrm_desktop.ui.contacts.source import ContactSource, ListQuestion

NAMES = ("Ёлка", "Елена", "ель", "anna", "Ánna", "Anna", "Zoë", "zoe", "Ю-Ю", "Straße", "STRASSE", "9 lives")
COMPANIES = ("", "Acme", "acme 2", "Ёж", "еж", "", "Zeta")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, list[str]]]:
    """Sixty contacts with equal, missing and oddly written values; and the sort keys that there are."""
    workspace = Workspace.open(tmp_path_factory.mktemp("source") / "contacts.ulka", actor="tester")
    perform = workspace.perform
    made = {
        kind: perform(create_property, name=kind.value, type=kind, options=options).result
        for kind, options in (
            (PropertyType.TEXT, ()),
            (PropertyType.NUMBER, ()),
            (PropertyType.DATE, ()),
            (PropertyType.YES_NO, ()),
            (PropertyType.SELECT, ("red", "Blue", "amber")),
        )
    }
    for number in range(60):
        values = {
            made[PropertyType.TEXT]: COMPANIES[number % 7] or None,
            made[PropertyType.NUMBER]: (None, -5, 10, 9, 100)[number % 5],
            made[PropertyType.DATE]: (None, date(2024, 2, 29), date(1999, 12, 31))[number % 3],
            made[PropertyType.YES_NO]: (None, True, False)[number % 3],
            made[PropertyType.SELECT]: (None, "red", "Blue", "amber")[number % 4],
        }
        contact = ContactInput(
            name=NAMES[number % len(NAMES)],
            company=COMPANIES[number % len(COMPANIES)],
            emails=(EmailEntry(f"{'BbAa'[number % 4]}{number % 9}@Example.org"),) if number % 4 else (),
            phones=(PhoneEntry(("+7 916 000 00 0", "+44 20 7946 00")[number % 2] + f"{number % 10}"),)
            if number % 3
            else (),
            properties={key: value for key, value in values.items() if value is not None},
        )
        perform(create_contact, contact=contact, region="RU")
    yield workspace, [*SortKey, *(property_sort(property_id) for property_id in made.values())]
    workspace.close()


def listed(workspace: Workspace, question: ListQuestion) -> list[int]:
    source = ContactSource()
    source.workspace = workspace
    first = source.first_page(question)
    ids = source.all_ids(question)
    assert first.total == len(ids)
    assert [row.id for row in first.rows] == list(ids[:100])
    return list(ids)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_picked_contacts_are_in_the_order_of_all(filled: tuple[Workspace, list[str]], data: st.DataObject) -> None:
    workspace, sorts = filled
    picked = data.draw(st.lists(st.integers(1, 70), unique=True, max_size=60))
    sort = data.draw(st.sampled_from(sorts))
    query = ContactQuery(
        search=data.draw(st.sampled_from(["", "an", "е"])),
        sort=sort,
        descending=data.draw(st.booleans()),
        properties_shown=(int(sort.partition(":")[2]),) if ":" in sort else (),
    )
    expected = [i for i in workspace.read(contacts.all_ids, query) if i in set(picked)]
    assert listed(workspace, ListQuestion(query, array("q", picked))) == expected


def test_many_picked_contacts_come_in_the_same_order_as_few(
    filled: tuple[Workspace, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, sorts = filled
    picked = array("q", range(1, 50, 2))
    for sort in sorts:
        shown = (int(sort.partition(":")[2]),) if ":" in sort else ()
        question = ListQuestion(ContactQuery(sort=sort, properties_shown=shown), picked)
        few = listed(workspace, question)
        with monkeypatch.context() as patched:
            patched.setattr(source_module, "_SORTED_HERE", 0)
            assert listed(workspace, question) == few, sort


def test_recently_viewed_keep_their_own_order(filled: tuple[Workspace, list[str]]) -> None:
    workspace, _sorts = filled
    assert listed(workspace, ListQuestion(ContactQuery(), (9, 3, 700, 5), as_given=True)) == [9, 3, 5]


def test_recently_viewed_ones_that_were_merged_lead_to_the_primary_contact(local_workspace: Workspace) -> None:
    perform = local_workspace.perform
    ids = [perform(create_contact, contact=ContactInput(name)).result for name in "ABCD"]
    recent = ListQuestion(ContactQuery(), (ids[1], ids[3], ids[0], 999), as_given=True)
    perform(merge_contacts, primary_id=ids[2], other_ids=[ids[1]])
    assert listed(local_workspace, recent) == [ids[2], ids[3], ids[0]]
    perform(merge_contacts, primary_id=ids[0], other_ids=[ids[2]])
    assert listed(local_workspace, recent) == [ids[0], ids[3]]
    assert listed(local_workspace, ListQuestion(ContactQuery(search="a"), recent.among)) == [ids[0]]
