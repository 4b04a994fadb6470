"""Any criteria over any contacts: SQL on both engines = plain Python = the explainer's verdict."""

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.services.criteria import world
from tests.services.criteria.oracle import fulfils
from tests.services.queries.scenario import with_contacts
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.criteria import All, Criteria, Viewpoint
from ulkacrm_desktop.services.criteria.compiler import fulfilling, segments_of
from ulkacrm_desktop.services.criteria.contact_texts import ContactTexts
from ulkacrm_desktop.services.criteria.explainer import clause_counts, explained
from ulkacrm_desktop.services.criteria.facts import facts_of
from ulkacrm_desktop.services.criteria.fields import criteria_fields
from ulkacrm_desktop.services.criteria.meaning import meaning
from ulkacrm_desktop.services.queries.contacts import all_ids, count, selected_ids
from ulkacrm_desktop.services.workspace import Workspace

CASES = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink an example would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
TREES = 12


@pytest.fixture
def setting(workspace: Workspace) -> world.Setting:
    return workspace.perform(world.make_setting).result


def test_sql_python_and_the_explainer_agree(
    workspace: Workspace, setting: world.Setting, monkeypatch: pytest.MonkeyPatch, chance: Random
) -> None:
    """Whatever the plan: the numbers by which it is made are drawn by lot."""
    monkeypatch.setattr(
        "ulkacrm_desktop.services.criteria.compiler.counts",
        lambda _connection, access, _parameters, contacts: {leaf: contacts * chance.random() ** 3 for leaf in access},
    )
    monkeypatch.setattr("ulkacrm_desktop.services.criteria.plan._WORTH_SORTING", 0)
    monkeypatch.setattr("ulkacrm_desktop.services.criteria.contact_texts._WORTH_FROM", 0)
    spellings = ContactTexts._spellings
    monkeypatch.setattr(ContactTexts, "_spellings", lambda *asked: spellings(*asked) if chance.random() < 0.7 else None)
    fields = workspace.read(criteria_fields)

    @CASES
    @given(
        seed=st.integers(min_value=0),
        trees=st.lists(world.criteria(fields, setting), min_size=TREES, max_size=TREES),
        viewpoint=world.viewpoints(setting),
    )
    def agree(seed: int, trees: list[Criteria], viewpoint: Viewpoint) -> None:
        everybody = world.contacts(setting, Random(seed), 13)

        def check(connection: Connection, ids: list[int]) -> None:
            world.finish(connection, ids, everybody, setting)
            made = everybody
            if seed % 2:
                world.remove(connection, ids[0])
                ids, made = ids[1:], everybody[1:]
            facts = {contact_id: facts_of(connection, contact_id) for contact_id in ids}
            for place, tree in enumerate(trees):
                wanted = [i for i, each in zip(ids, made, strict=True) if fulfils(each, tree, setting, viewpoint)]
                query = ContactQuery(criteria=tree, viewpoint=viewpoint)
                for _plan in range(3 if workspace.is_local else 1):
                    assert sorted(all_ids(connection, query)) == wanted
                node = meaning(tree, fields, viewpoint, segments_of(connection))
                assert [i for i in ids if facts[i].fulfil(node)] == wanted
                if place % 6 == 0:
                    assert count(connection, query) == len(wanted)
                    chosen = selected_ids(connection, ContactSelection.matching(query))
                    assert sorted(connection.scalars(chosen)) == wanted
                    assert sorted(fulfilling(connection, query, ids)) == wanted
                    assert [i for i in ids if explained(connection, tree, i, viewpoint).holds] == wanted
            parts = clause_counts(connection, All(tuple(trees[:3])), viewpoint)
            assert [part.criteria for part in parts] == trees[:3]
            for place, part in enumerate(parts):
                for counted, asked in ((part.alone, (part.criteria,)), (part.left, trees[: place + 1])):
                    all_of = All(tuple(asked))
                    assert counted == sum(fulfils(each, all_of, setting, viewpoint) for each in made)

        with_contacts(workspace, [each.contact for each in everybody], check)

    agree()
