"""Why a contact fulfils criteria or does not, and how many contacts each clause leaves."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Not, Viewpoint
from ulkacrm_desktop.services.criteria.compiler import compiled, segments_of, this_viewpoint
from ulkacrm_desktop.services.criteria.facts import Fact, Facts, facts_of
from ulkacrm_desktop.services.criteria.fields import CriteriaFields, bare_fields
from ulkacrm_desktop.services.criteria.meaning import Segments, meaning


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a contact fulfils a part of criteria.

    ``parts`` are the verdicts on the parts of a group, on what is negated, and on the criteria of the dynamic
    segments that a clause names. For a clause ``values`` are what the contact has in its field, () where it has
    nothing: the contact's, not those that the clause asks for.
    """

    criteria: Criteria
    holds: bool
    values: tuple[Fact, ...] = ()
    parts: tuple["Verdict", ...] = ()


@dataclass(frozen=True, slots=True)
class PartCount:
    """How many contacts fulfil a part of criteria ``alone``, and how many are ``left`` by it and all before it."""

    criteria: Criteria
    alone: int
    left: int


def explained(connection: Connection, tree: Criteria, contact_id: int, viewpoint: Viewpoint | None = None) -> Verdict:
    """The verdict on a contact, node by node.

    Raises NotFound, and what `compiler.compiled` raises.
    """
    fields = bare_fields(connection)
    judge = _Judge(fields, facts_of(connection, contact_id), viewpoint or this_viewpoint(), segments_of(connection))
    meaning(tree, fields, viewpoint or this_viewpoint(), segments_of(connection))  # refuses what no list can be asked
    return judge.verdict(tree)


def clause_counts(connection: Connection, tree: Criteria, viewpoint: Viewpoint | None = None) -> tuple[PartCount, ...]:
    """The counts of each part of a tree that demands all of its parts, in their order; else of the tree as one part.

    One statement. Raises what `compiler.compiled` raises.
    """
    seen = viewpoint or this_viewpoint()
    parts = tree.parts if isinstance(tree, All) and tree.parts else (tree,)
    asked: list[Criteria] = list(parts)
    asked += [All(parts[: place + 1]) for place in range(1, len(parts))]
    counted: list[str] = []
    parameters: dict[str, object] = {}
    for place, criteria in enumerate(asked):
        found = compiled(connection, ContactQuery(criteria=criteria, viewpoint=seen), prefix=f"part_{place}_")
        counted.append(f"(SELECT count(*) FROM ({found.ids}) AS found)")
        parameters |= found.parameters
    counts = connection.execute(text(f"SELECT {', '.join(counted)}"), parameters).one()
    alone, left = counts[: len(parts)], (counts[0], *counts[len(parts) :])
    return tuple(PartCount(*told) for told in zip(parts, alone, left, strict=True))


class _Judge:
    def __init__(self, fields: CriteriaFields, facts: Facts, viewpoint: Viewpoint, segments: Segments) -> None:
        self._fields = fields
        self._facts = facts
        self._viewpoint = viewpoint
        self._segments = segments

    def verdict(self, tree: Criteria) -> Verdict:
        if isinstance(tree, Clause):
            return self._clause(tree)
        if isinstance(tree, Not):
            part = self.verdict(tree.part)
            return Verdict(tree, not part.holds, parts=(part,))
        parts = tuple(map(self.verdict, tree.parts))
        holds = (all if isinstance(tree, All) else any)(part.holds for part in parts)
        return Verdict(tree, holds, parts=parts)

    def _clause(self, clause: Clause) -> Verdict:
        node = meaning(clause, self._fields, self._viewpoint, self._segments)
        nested: list[Verdict] = []
        if clause.field == "segment":
            criteria = [self._segments(int(str(value)))[1] for value in clause.values]
            nested = [self.verdict(tree) for tree in criteria if tree is not None]
        return Verdict(clause, self._facts.fulfil(node), self._facts.shown(clause.field), tuple(nested))
