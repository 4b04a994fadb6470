"""Every field with every operator: tested on each contact, listed by an index, and evaluated in plain Python."""

from collections import defaultdict
from itertools import islice
from random import Random

import pytest
from sqlalchemy import Connection, text

from tests.services.criteria import world
from tests.services.criteria.oracle import fulfils
from tests.services.queries.scenario import with_contacts
from ulkacrm_desktop.core.criteria import Viewpoint
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.services.criteria.access import Parameters
from ulkacrm_desktop.services.criteria.compiler import segments_of
from ulkacrm_desktop.services.criteria.conditions import Conditions
from ulkacrm_desktop.services.criteria.facts import facts_of
from ulkacrm_desktop.services.criteria.fields import CriteriaFields, FieldType, criteria_fields
from ulkacrm_desktop.services.criteria.meaning import Leaf, Node, meaning
from ulkacrm_desktop.services.workspace import Workspace

TOGETHER = 150


@pytest.fixture
def setting(workspace: Workspace) -> world.Setting:
    return workspace.perform(world.make_setting).result


@pytest.mark.parametrize("viewpoint", world.VIEWPOINTS, ids=("after summer", "midnight skipped", "spring"))
def test_every_clause_finds_whom_plain_python_finds(
    workspace: Workspace,
    setting: world.Setting,
    viewpoint: Viewpoint,
    chance: Random,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ulkacrm_desktop.services.criteria.contact_texts._WORTH_FROM", 0)
    fields = workspace.read(criteria_fields)
    made = world.contacts(setting, chance, 25)
    # A part of all clauses, drawn by lot; all that are about days.
    clauses = world.every_clause(fields, setting)
    chosen = [clause for clause in clauses if fields[clause.field].type in (FieldType.DATE, FieldType.MOMENT)]
    chosen += chance.sample(clauses, 500)

    def check(connection: Connection, ids: list[int]) -> None:
        world.finish(connection, ids, made, setting)
        facts = {contact_id: facts_of(connection, contact_id) for contact_id in ids}
        leaves: dict[Leaf, None] = {}
        for clause in chosen:
            wanted = [i for i, each in zip(ids, made, strict=True) if fulfils(each, clause, setting, viewpoint)]
            node = meaning(clause, fields, viewpoint, segments_of(connection))
            assert [i for i in ids if facts[i].fulfil(node)] == wanted, clause
            leaves |= dict.fromkeys(_leaves(node))
        found = _found(connection, fields, list(leaves), ids)
        for leaf in leaves:
            assert found[leaf] == {i for i in ids if facts[i].fulfil(leaf)}, leaf

    with_contacts(workspace, [each.contact for each in made], check)


def _leaves(node: Node) -> list[Leaf]:
    if isinstance(node, Leaf):
        return [Leaf(node.field, node.test)]
    return [leaf for part in node.parts for leaf in _leaves(part)]


def _found(connection: Connection, fields: CriteriaFields, leaves: list[Leaf], ids: list[int]) -> dict[Leaf, set[int]]:
    """Whom each leaf finds by its test; what its listing gives, of which a local file makes use, must be the same."""
    local = is_local(connection)
    found: dict[Leaf, set[int]] = {}
    remaining = iter(leaves)
    while batch := list(islice(remaining, TOGETHER)):
        parameters = Parameters("p")
        conditions = Conditions(connection, fields, parameters, len(ids))
        access = [conditions.access(leaf) for leaf in batch]
        tests = ", ".join(f"({each.check.replace('{id}', 'c.id')}) IS TRUE" for each in access)
        rows = connection.execute(text(f"SELECT c.id, {tests} FROM contact c"), parameters.values).all()
        passing = {leaf: {row[0] for row in rows if row[place]} for place, leaf in enumerate(batch, 1)}
        listings = [
            f"SELECT {place} AS place, id FROM ({a.listing}) AS l{place}"
            for place, a in enumerate(access)
            if a.listing and local
        ]
        listed: defaultdict[Leaf, list[int]] = defaultdict(list)
        told = " UNION ALL ".join(listings) or "SELECT 0, 0 WHERE 1 = 0"
        for place, contact_id in connection.execute(text(told), parameters.values):
            listed[batch[place]].append(contact_id)
        for leaf, each in zip(batch, access, strict=True):
            assert not (each.listing and local) or sorted(listed[leaf]) == sorted(passing[leaf]), leaf
        found |= passing
    return found
