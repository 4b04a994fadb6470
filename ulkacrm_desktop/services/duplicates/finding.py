"""Finding duplicates: the groups of contacts that are one, by a rule or by the likeness of all they have."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_query import property_sort
from ulkacrm_desktop.services.duplicates.comparison import FIELDS
from ulkacrm_desktop.services.duplicates.fuzzy import ScoredPair, fuzzy_pairs
from ulkacrm_desktop.services.duplicates.rules import rule_groups
from ulkacrm_desktop.services.jobs.child import run_in_child
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace

_APART_FROM = 2_000
"""From so many contacts on the likeness is computed in a process of its own, which the window does not feel."""

_PROPERTIES = 8
_VALUES_THAT_TELL = 10
_FILLED_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Contacts that are probably one, by their ids in order.

    ``score`` is how sure that is, from 0 to 1: of the likeness the weakest pair that holds the group together.
    ``pairs`` are those found alike; a rule has none.
    """

    contact_ids: tuple[int, ...]
    score: float = 1.0
    pairs: tuple[ScoredPair, ...] = ()


@dataclass(frozen=True)
class DuplicateReport:
    """The groups that were found, the surest first, at the moment of ``operation`` of the history.

    ``rule`` are the fields that had to be the same, empty where the likeness of all was asked; ``fields`` are then
    those that the weights of a pair stand for.
    """

    rule: tuple[str, ...]
    fields: tuple[str, ...]
    groups: tuple[DuplicateGroup, ...]
    operation: int

    @property
    def contacts(self) -> int:
        """How many contacts are in the groups."""
        return sum(len(group.contact_ids) for group in self.groups)

    @cached_property
    def weights(self) -> Mapping[tuple[int, int], tuple[float, ...]]:
        """What each of ``fields`` adds, by the ids of a pair, the lower one first."""
        return {(pair.one, pair.other): pair.weights for group in self.groups for pair in group.pairs}


def find_duplicates(
    workspace: Workspace,
    rule: Sequence[str],
    context: JobContext,
    *,
    properties: Sequence[int] | None = None,
) -> DuplicateReport:
    """The groups of present contacts that have the same in all fields of ``rule``; without a rule those that are alike.

    Pairs on which somebody has decided are left out. ``properties`` are those that are compared for likeness, by
    default those whose values tell contacts apart. Raises ExpectedError ``duplicate_rule_invalid``, JobCancelled.
    """
    if rule:
        with workspace.reading() as connection:
            return _by_rule(connection, tuple(rule), context)
    with workspace.reading() as connection:
        contacts = connection.execute(text("SELECT count(*) FROM contact WHERE removed_in IS NULL")).scalar_one()
        if contacts < _APART_FROM:
            return _by_likeness(connection, properties, context)
    return run_in_child(_find_apart, workspace.location, properties, context=context)


def _find_apart(location: str, properties: Sequence[int] | None, *, context: JobContext) -> DuplicateReport:
    with Workspace.session(location) as workspace, workspace.reading() as connection:
        return _by_likeness(connection, properties, context)


def _by_rule(connection: Connection, rule: tuple[str, ...], context: JobContext) -> DuplicateReport:
    decided = _decided(connection)

    def links() -> Iterator[tuple[int, int]]:
        for nth, ids in enumerate(rule_groups(connection, rule)):
            if not nth % 1_000:
                context.report("find", nth)
            # Whoever is kept out of a chain might have held it together: those may be anywhere in it.
            free = [contact_id for contact_id in ids if contact_id not in decided]
            judged = [contact_id for contact_id in ids if contact_id in decided]
            yield from pairwise(free)
            yield from ((one, free[0]) for one in judged if free)
            yield from combinations(judged, 2)

    context.report("find")
    found = clusters(links(), decided)
    groups = tuple(DuplicateGroup(ids) for ids in found)
    return DuplicateReport(rule, (), groups, last_operation(connection))


def _by_likeness(connection: Connection, properties: Sequence[int] | None, context: JobContext) -> DuplicateReport:
    chosen = list(telling_properties(connection) if properties is None else properties)
    pairs = fuzzy_pairs(connection, chosen, context)
    by_contact: dict[int, list[ScoredPair]] = {}
    for pair in pairs:
        by_contact.setdefault(pair.one, []).append(pair)
    groups = []
    for ids in clusters(((pair.one, pair.other) for pair in pairs), _decided(connection)):
        members = set(ids)
        held = tuple(pair for one in ids for pair in by_contact.get(one, ()) if pair.other in members)
        weakest = min((max(p.score for p in held if one in (p.one, p.other)) for one in ids), default=0.0)
        groups.append(DuplicateGroup(ids, weakest, held))
    groups.sort(key=lambda group: (-group.score, group.contact_ids))
    fields = (*FIELDS, *map(property_sort, chosen))
    return DuplicateReport((), fields, tuple(groups), last_operation(connection))


def clusters(links: Iterable[tuple[int, int]], apart: dict[int, set[int]]) -> list[tuple[int, ...]]:
    """Contacts joined by links, in the order in which the first link of each came.

    No two that are to be kept ``apart`` come into one group, not by way of others either: the links that come first
    count.
    """
    group_of: dict[int, list[int]] = {}
    for one, other in links:
        first, second = group_of.setdefault(one, [one]), group_of.setdefault(other, [other])
        if first is second or (apart and any(not apart.get(member, set()).isdisjoint(second) for member in first)):
            continue
        if len(first) < len(second):
            first, second = second, first
        first.extend(second)
        for member in second:
            group_of[member] = first
    seen: set[int] = set()
    found = []
    for group in group_of.values():
        if id(group) not in seen and len(group) > 1:
            seen.add(id(group))
            found.append(tuple(sorted(group)))
    return found


def _decided(connection: Connection) -> dict[int, set[int]]:
    """The contacts on which somebody has decided, each with those of which it is none or is to be looked at later."""
    decided: dict[int, set[int]] = {}
    for one, other in connection.execute(text("SELECT contact_id, other_id FROM duplicate_verdict")):
        decided.setdefault(one, set()).add(other)
        decided.setdefault(other, set()).add(one)
    return decided


def telling_properties(connection: Connection) -> list[int]:
    """The properties whose values tell contacts apart, such as dates of birth and numbers of documents.

    They have many different values among the contacts that have any; at most a few, the most telling first.
    """
    contacts = connection.execute(text("SELECT count(*) FROM contact WHERE removed_in IS NULL")).scalar_one()
    told: list[tuple[float, int]] = []
    for definition in property_definitions(connection):
        if definition.type in (PropertyType.YES_NO, PropertyType.MULTI_SELECT):
            continue
        filled, values = connection.execute(
            text("SELECT count(*), count(DISTINCT value) FROM property_value WHERE property_id = :property"),
            {"property": definition.id},
        ).one()
        if filled > 1 and filled >= contacts * _FILLED_SHARE and values >= min(_VALUES_THAT_TELL, filled / 2):
            told.append((values, definition.id))
    return [property_id for _values, property_id in sorted(told, reverse=True)[:_PROPERTIES]]
