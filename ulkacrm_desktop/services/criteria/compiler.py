"""Criteria as SQL: one statement for the contacts that fulfil them, on both engines."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

from sqlalchemy import BigInteger, BindParameter, Connection, TextualSelect, bindparam, column, text

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Either, Operator, Viewpoint
from ulkacrm_desktop.core.text.search_terms import search_terms
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.services.criteria.conditions import Access, Conditions, Parameters
from ulkacrm_desktop.services.criteria.fields import bare_fields
from ulkacrm_desktop.services.criteria.meaning import And, Found, Leaf, Node, Segments, everything, meaning
from ulkacrm_desktop.services.criteria.plan import Planner
from ulkacrm_desktop.services.criteria.stored_form import read_criteria

_COUNTED_UP_TO: Final = (2_000, 32_000, 200_000)
"""How far the contacts of each condition are counted, until one of them has been counted to its end."""

_GUESSED_SHARE: Final = 0.05
"""The part of all contacts that a condition is thought to find of which nothing can be counted cheaply."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A SELECT of the ids of present contacts, as ``id``, each once, and the values of its parameters."""

    ids: str
    parameters: dict[str, Any]

    def as_select(self) -> TextualSelect:
        """The same as a part of other statements, whose parameters have names of their own."""
        bound: list[BindParameter[Any]] = [
            bindparam(name, value, unique=True) for name, value in self.parameters.items()
        ]
        return text(self.ids).bindparams(*bound).columns(column("id", BigInteger))


def compiled(
    connection: Connection, query: ContactQuery, *, searched: bool = True, prefix: str = "criteria_"
) -> Compiled:
    """The contacts that a query finds: its criteria, segment and tag, and (``searched``) what was typed.

    The parameters have names that begin with ``prefix``, so that several can be parts of one statement. Raises
    ExpectedError ``criteria_field_unknown``, ``criteria_field_to_come``, ``criteria_unfit``, ``criteria_too_deep`` and
    ``segment_cycle``.
    """
    parameters = Parameters(prefix)
    contacts = int(connection.execute(text("SELECT coalesce(max(id), 0) FROM contact")).scalar_one())
    node, access = _understood(connection, query, parameters, contacts, searched=searched)
    if is_local(connection):
        ids = Planner(access, _counts(connection, access, parameters, contacts), contacts).ids(node)
    else:
        ids = f"SELECT c.id AS id FROM contact c WHERE c.removed_in IS NULL AND {_boolean(node, access)}"
    return Compiled(ids, _used(ids, parameters))


def fulfilling(connection: Connection, query: ContactQuery, contact_ids: Sequence[int]) -> set[int]:
    """Which of a few present contacts a query finds: each is tested by itself, whatever the others are.

    Raises what `compiled` raises.
    """
    parameters = Parameters("criteria_")
    node, access = _understood(connection, query, parameters, len(contact_ids), searched=True)
    listed = ", ".join(str(int(contact_id)) for contact_id in contact_ids)
    tested = (
        f"SELECT c.id FROM contact c WHERE c.removed_in IS NULL AND c.id IN ({listed}) AND {_boolean(node, access)}"
    )
    return set(connection.scalars(text(tested), _used(tested, parameters)))


def check_criteria(connection: Connection, tree: Criteria, *, segment_id: int | None = None) -> None:
    """Refuse criteria that no list could be asked by; ``segment_id`` is the segment that is to have them.

    Raises what `compiled` raises; ``segment_cycle`` where the segment would contain itself.
    """
    meaning(tree, bare_fields(connection), this_viewpoint(), segments_of(connection), inside=segment_id)


def whole_tree(query: ContactQuery) -> Criteria:
    """All that narrows a query, but for what was typed, as one tree."""
    parts: list[Criteria] = []
    if query.tag_id is not None:
        parts.append(Clause("tag", Operator.IS, (query.tag_id,)))
    if query.segment_id is not None:
        parts.append(Clause("segment", Operator.IS, (query.segment_id,)))
    if query.criteria is not None:
        parts.append(query.criteria)
    return All(tuple(parts))


def is_narrowed(query: ContactQuery) -> bool:
    """Whether more than what was typed narrows a query."""
    return query.tag_id is not None or query.segment_id is not None or query.criteria is not None


def this_viewpoint() -> Viewpoint:
    """This moment, the time zone of this machine, and nobody as ``me``."""
    return Viewpoint(clock.now())


def segments_of(connection: Connection) -> Segments:
    """The names and criteria of the segments of a database; in one that is gone is nobody."""

    def segment(segment_id: int) -> tuple[str, Criteria | None]:
        found = connection.execute(
            text("SELECT name, criteria FROM segment WHERE id = :id AND removed_in IS NULL"), {"id": segment_id}
        ).one_or_none()
        if found is None:
            return f"#{segment_id}", Either()
        return found.name, None if found.criteria is None else read_criteria(found.criteria)

    return segment


def _understood(
    connection: Connection, query: ContactQuery, parameters: Parameters, contacts: int, *, searched: bool
) -> tuple[Node, dict[Leaf, Access]]:
    """What a query means, and how each of its conditions is got at."""
    fields = bare_fields(connection)
    node = meaning(whole_tree(query), fields, query.viewpoint or this_viewpoint(), segments_of(connection))
    if searched and search_terms(query.search):
        node = everything(node, Leaf("search", Found(query.search)))
    conditions = Conditions(connection, fields, parameters, contacts)
    return node, {leaf: conditions.access(leaf) for leaf in dict.fromkeys(_leaves(node))}


def _used(statement: str, parameters: Parameters) -> dict[str, Any]:
    """The parameters that a statement has, of all that were put down while it was made."""
    names = set(re.findall(f":({parameters.prefix}[0-9]+)", statement))
    return {name: value for name, value in parameters.values.items() if name in names}


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield Leaf(node.field, node.test)
    else:
        for part in node.parts:
            yield from _leaves(part)


def _counts(
    connection: Connection, access: Mapping[Leaf, Access], parameters: Parameters, contacts: int
) -> dict[Leaf, float]:
    """About how many contacts pass each leaf: counted, but not much further than the fewest of them are."""
    counts: dict[Leaf, float] = dict.fromkeys(access, contacts * _GUESSED_SHARE)
    unknown = [leaf for leaf in access if access[leaf].estimate]
    for most in _COUNTED_UP_TO:
        told = " UNION ALL ".join(f"SELECT count(*) FROM ({access[leaf].estimate} LIMIT {most})" for leaf in unknown)
        found = connection.scalars(text(told), parameters.values).all() if unknown else ()
        # Of what goes on beyond it is only known that it lies between there and all.
        counts |= {leaf: float(count) for leaf, count in zip(unknown, found, strict=True)}
        counts |= {leaf: sqrt(most * max(most, contacts)) for leaf in unknown if counts[leaf] == most}
        if any(count < most for count in found):
            break
    return counts


def _boolean(node: Node, access: Mapping[Leaf, Access]) -> str:
    """SQL that a server plans well by itself: each condition tested on the contact."""
    if isinstance(node, Leaf):
        check = access[Leaf(node.field, node.test)].check.replace("{id}", "c.id")
        if not node.negated:
            return f"({check})"
        return f"({check}) IS NOT TRUE" if access[Leaf(node.field, node.test)].of_contact else f"NOT {check}"
    parts = [_boolean(part, access) for part in node.parts]
    if isinstance(node, And):
        return f"({' AND '.join(parts)})" if parts else "TRUE"
    return f"({' OR '.join(parts)})" if parts else "FALSE"
