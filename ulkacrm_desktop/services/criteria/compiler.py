"""Criteria as SQL: one statement for the contacts that fulfil them, on both engines."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, BindParameter, Connection, TextualSelect, bindparam, column, text

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Either, Operator, Viewpoint
from ulkacrm_desktop.core.text.search_terms import search_terms
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.services.criteria.access import Access, Parameters
from ulkacrm_desktop.services.criteria.conditions import Conditions
from ulkacrm_desktop.services.criteria.counts import counts
from ulkacrm_desktop.services.criteria.fields import bare_fields
from ulkacrm_desktop.services.criteria.meaning import And, Found, Leaf, Node, Segments, everything, meaning, negated
from ulkacrm_desktop.services.criteria.plan import Planner
from ulkacrm_desktop.services.criteria.stored_form import read_criteria

FEW_TESTED: Final = 400
"""So many contacts, wherever they lie, are tested one by one in 2 ms."""

_COSTLY: Final = 0.2
_COSTLY_ROWS: Final = 1_000
"""From so many µs for each contact that is found, but for the first thousand, it takes long to find them."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A SELECT of the ids of present contacts, as ``id``, each once, and the values of its parameters.

    ``is_complement``: it gives those present contacts that are *not* found. ``is_costly``: it takes long beside the
    number of contacts that it gives. ``share``: about which part of all contacts that is. ``check``: SQL for a present
    contact ``c``, of which few are tested, whether it is found; '' where all that are found must be known for that.
    """

    ids: str
    parameters: dict[str, Any]
    is_complement: bool = False
    is_costly: bool = True
    share: float = 0.0
    check: str = ""

    def as_select(self) -> TextualSelect:
        """The same as a part of other statements, whose parameters have names of their own."""
        bound: list[BindParameter[Any]] = [
            bindparam(name, value, unique=True) for name, value in _used(self.ids, self.parameters).items()
        ]
        return text(self.ids).bindparams(*bound).columns(column("id", BigInteger))


def compiled(
    connection: Connection,
    query: ContactQuery,
    *,
    searched: bool = True,
    complement: bool = False,
    prefix: str = "criteria_",
) -> Compiled:
    """The contacts that a query finds: its criteria, segment and tag, and (``searched``) what was typed.

    ``complement`` allows the answer to be those that are not found, where these are fewer and sooner told. The
    parameters have names that begin with ``prefix``, so that several can be parts of one statement. Raises
    ExpectedError ``criteria_field_unknown``, ``criteria_field_to_come``, ``criteria_unfit``, ``criteria_too_deep`` and
    ``segment_cycle``.
    """
    parameters = Parameters(prefix)
    contacts = int(connection.execute(text("SELECT coalesce(max(id), 0) FROM contact")).scalar_one())
    node, access = _understood(connection, query, parameters, contacts, searched=searched)
    if not is_local(connection):
        ids = f"SELECT c.id AS id FROM contact c WHERE c.removed_in IS NULL AND {_boolean(node, access)}"
        return Compiled(ids, _used(ids, parameters.values))
    known = counts(connection, access, parameters.values, contacts)
    some_removed = connection.execute(text("SELECT 1 FROM contact WHERE removed_in IS NOT NULL LIMIT 1")).first()
    planner = Planner(access, known, contacts, some_removed=some_removed is not None)
    chosen, is_complement = planner.listing(node), False
    if complement:
        others = planner.listing(negated(node))
        is_complement = others.rows < contacts / 2 and others.cost < chosen.cost / 2
        chosen = others if is_complement else chosen
    ids = chosen.sql()
    is_costly = chosen.cost > _COSTLY * max(chosen.rows, _COSTLY_ROWS)
    check = "" if any(one.always_listed for one in access.values()) else planner.condition(node, FEW_TESTED)
    share = chosen.rows / max(1, contacts)
    return Compiled(ids, _used(ids + check, parameters.values), is_complement, is_costly, share, check)


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
    return set(connection.scalars(text(tested), _used(tested, parameters.values)))


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


def _used(statement: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a statement has, of all that were put down while it was made."""
    names = set(re.findall(r":(\w+)", statement))
    return {name: value for name, value in values.items() if name in names}


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield Leaf(node.field, node.test)
    else:
        for part in node.parts:
            yield from _leaves(part)


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
