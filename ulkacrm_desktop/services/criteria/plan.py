"""How a local file answers criteria: which condition the search starts from, and in which order the others are tested.

SQLite knows nothing of how many contacts a condition finds, and is not left alone. The condition is chosen from which
it is cheapest to start: its contacts are listed by an index, in the order of their numbers, and the others are tested
on them, the most telling for its cost first; a condition whose own list is cheaper to make than so many tests becomes
a set. Where no condition lists few enough, all contacts are gone through. Alternatives about properties are tested on
the values of a contact at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ulkacrm_desktop.services.criteria.access import FETCH, SEEK_BY_ID, SORT, Access
from ulkacrm_desktop.services.criteria.meaning import And, Leaf, Node

_REMOVED: Final = "SELECT id FROM contact WHERE removed_in IS NOT NULL"
_BY_ID: Final = "contact a INDEXED BY ix_contact_present_id_updated_at"

# In microseconds, measured on a local file of a million contacts.
_SCAN: Final = 0.12
_SCAN_IDS: Final = 0.06
_MERGE: Final = 0.5
_KEEP_SORTED: Final = 0.17
_KEEP_UNSORTED: Final = 0.9
_LOOK_UP: Final = 0.15
_UNSORTED_FACTOR: Final = 2.5
"""A test of contacts in no order takes so much longer."""
_WORTH_SORTING: Final = 2_000


@dataclass(frozen=True, slots=True)
class Listing:
    """A SELECT of the ids of contacts, each once; ``cost`` is its time in µs, ``rows`` how many it gives."""

    sql: Callable[[], str]
    rows: float
    cost: float
    is_sorted: bool
    lists_present: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """A condition with how many of all contacts it lets pass, what a test costs, and its listing where it has one.

    ``condition`` makes the SQL of the test for the contact of an id, of which so many are tested; ``of_contact`` tells
    that it needs the columns of ``c``, ``column_cost`` what a test costs where they are there. ``of_value`` is the
    test of one value of a property where so many contacts are best tested by that, else ''. ``of_index`` is the test of
    a present contact ``a`` in the index of ids, '' where that does not tell.
    """

    rows: float
    check_cost: float
    column_cost: float
    of_contact: bool
    listing: Listing | None
    condition: Callable[[str, float], str]
    of_value: Callable[[float], str] = lambda _tested: ""
    of_index: str = ""


class Planner:
    """Plans for one statement: ``access`` is how each leaf is got at, ``counts`` how many contacts pass it.

    ``some_removed``: not all contacts that there are are present.
    """

    def __init__(
        self, access: Mapping[Leaf, Access], counts: Mapping[Leaf, float], contacts: float, *, some_removed: bool = True
    ) -> None:
        self._access = access
        self._counts = counts
        self._contacts = max(1.0, contacts)
        self._some_removed = some_removed
        self._by_index = False  # whether columns are looked up by an index of ids rather than in the contact

    def listing(self, node: Node) -> Listing:
        """The present contacts that a condition lets pass."""
        plans = []
        for self._by_index in (False, True):
            parts = node.parts if isinstance(node, And) else (node,)
            plans.append(self._started([self._weighed(part) for part in parts], present=True))
        return min(plans, key=lambda plan: plan.cost)

    def condition(self, node: Node, tested: float) -> str:
        """The condition for the contact ``c``, of which so many are tested."""
        self._by_index = False
        return self._weighed(node).condition("c.id", tested)

    # Weighing

    def _weighed(self, node: Node) -> Weighed:
        if isinstance(node, Leaf):
            return self._weighed_leaf(node)
        parts = [self._weighed(part) for part in node.parts]
        if isinstance(node, And):
            listing = self._started(parts, present=False) if any(part.listing for part in parts) else None
        else:
            listing = self._united([part.listing for part in parts])
        rows = self._contacts
        if isinstance(node, And):
            for part in parts:
                rows *= part.rows / self._contacts
        else:
            rows = min(rows, sum(part.rows for part in parts))
        glue, empty = (" AND ", "TRUE") if isinstance(node, And) else (" OR ", "FALSE")

        def condition(contact_id: str, tested: float) -> str:
            told: list[str] = []
            of_value: list[str] = []
            for part in parts:
                if not isinstance(node, And) and (test := part.of_value(tested)):
                    of_value.append(f"({test})")
                else:
                    told.append(part.condition(contact_id, tested))
            if of_value:
                told.append(
                    "EXISTS (SELECT 1 FROM property_value t INDEXED BY ux_property_value_place "
                    f"WHERE t.contact_id = {contact_id} AND ({' OR '.join(of_value)}))"
                )
            return f"({glue.join(told)})" if told else empty

        return Weighed(
            rows=rows,
            check_cost=sum(part.check_cost for part in parts),
            column_cost=sum(part.column_cost if part.of_contact else part.check_cost for part in parts),
            of_contact=any(part.of_contact for part in parts),
            listing=listing,
            condition=condition,
        )

    def _weighed_leaf(self, leaf: Leaf) -> Weighed:
        positive = Leaf(leaf.field, leaf.test)
        access = self._access[positive]
        of_index = access.of_index if self._by_index else ""
        if of_index:
            found = f"EXISTS (SELECT 1 FROM {_BY_ID} WHERE a.id = {{id}} AND a.removed_in IS NULL AND {of_index})"
            access = replace(access, check=found, check_cost=SEEK_BY_ID, of_contact=False)
        rows = min(self._counts[positive], self._contacts)
        listed = None
        if access.listing:
            cost = access.scan_cost + rows * access.entry_cost
            listed = Listing(lambda: access.listing, rows, cost, access.is_sorted, access.lists_present)

        def condition(contact_id: str, tested: float) -> str:
            if listed is not None and (access.always_listed or self._pays_as_set(listed, access, tested)):
                return f"+{contact_id} {'NOT ' if leaf.negated else ''}IN ({listed.sql()})"
            check = access.check.replace("{id}", contact_id)
            if not leaf.negated:
                return check if access.of_contact else f"{check} IS TRUE"
            return f"({check}) IS NOT TRUE" if access.of_contact else f"NOT {check}"

        def of_value(tested: float) -> str:
            one_by_one = not leaf.negated and (listed is None or not self._pays_as_set(listed, access, tested))
            return access.of_value if one_by_one else ""

        check_cost = access.check_cost
        if listed is not None and access.always_listed:
            check_cost = _LOOK_UP + (listed.cost + self._keeping(listed)) / self._contacts
        return Weighed(
            rows=self._contacts - rows if leaf.negated else rows,
            check_cost=check_cost,
            column_cost=access.column_cost,
            of_contact=access.of_contact,
            listing=None if leaf.negated else listed,
            condition=condition,
            of_value=of_value,
            of_index=of_index and f"{'NOT ' if leaf.negated else ''}({of_index})",
        )

    @staticmethod
    def _pays_as_set(listed: Listing, access: Access, tested: float) -> bool:
        one = access.column_cost if access.of_contact else access.check_cost
        return listed.cost + Planner._keeping(listed) + tested * _LOOK_UP < tested * one

    @staticmethod
    def _keeping(listed: Listing) -> float:
        return listed.rows * (_KEEP_SORTED if listed.is_sorted else _KEEP_UNSORTED)

    def _united(self, listings: Sequence[Listing | None]) -> Listing | None:
        """The listing of contacts that one of some conditions lets pass, where each of them has a listing."""
        known = [listing for listing in listings if listing is not None]
        if not known or len(known) < len(listings):
            return None
        rows = sum(listing.rows for listing in known)
        return Listing(
            lambda: " UNION ".join(f"SELECT id FROM ({listing.sql()})" for listing in known),
            min(rows, self._contacts),
            sum(listing.cost for listing in known) + rows * _MERGE,
            is_sorted=True,
            lists_present=all(listing.lists_present for listing in known),
        )

    # Choosing where to start

    def _started(self, parts: Sequence[Weighed], *, present: bool) -> Listing:
        """The cheapest way to list the contacts that all conditions let pass; ``present``: without removed ones."""
        plans = [self._driven(parts, first, present) for first in parts if first.listing is not None]
        plans.append(self._gone_through(parts))
        return min(plans, key=lambda plan: plan.cost)

    def _driven(self, parts: Sequence[Weighed], first: Weighed, present: bool) -> Listing:
        """From the listing of one condition, the others tested on its contacts."""
        listing = first.listing
        assert listing is not None
        others = [part for part in parts if part is not first]
        sorts = bool(others) and not listing.is_sorted and listing.rows > _WORTH_SORTING
        factor = 1.0 if sorts or listing.is_sorted else _UNSORTED_FACTOR
        early, late = self._in_order(others)
        left, cost = listing.rows, listing.cost + (listing.rows * SORT if sorts else 0)
        tested: list[float] = []
        for part in [*early, *late]:
            if late and part is late[0]:
                cost += left * FETCH * factor
            tested.append(left)
            cost += left * factor * (part.column_cost if part.of_contact else part.check_cost)
            left *= part.rows / self._contacts

        def sql() -> str:
            chosen = listing.sql()
            has_removed = present and self._some_removed and not listing.lists_present
            if not others and not has_removed:
                return chosen
            if sorts:
                # A LIMIT keeps the planner from dropping the order.
                chosen = f"SELECT id FROM ({chosen}) ORDER BY id LIMIT -1"
            source, conditions, contact_id = f"({chosen}) AS d", [], "d.id"
            for part, count in zip(early, tested, strict=False):
                if part.of_index:
                    if contact_id == "d.id":
                        # Joined rather than asked for each: it tells at once who is present.
                        source, contact_id = f"{source} CROSS JOIN {_BY_ID} ON a.id = d.id", "a.id"
                        conditions.append("a.removed_in IS NULL")
                    conditions.append(part.of_index)
                else:
                    conditions.append(part.condition(contact_id, count))
            if late:
                source = f"{source} CROSS JOIN contact c ON c.id = {contact_id}"
            conditions += [
                part.condition("c.id", count) for part, count in zip(late, tested[len(early) :], strict=True)
            ]
            if has_removed and contact_id == "d.id":
                conditions.append("c.removed_in IS NULL" if late else f"+d.id NOT IN ({_REMOVED})")
            return f"SELECT d.id AS id FROM {source} WHERE {' AND '.join(conditions)}"

        return Listing(sql, left, cost, listing.is_sorted or sorts, listing.lists_present or present)

    def _gone_through(self, parts: Sequence[Weighed]) -> Listing:
        """All contacts are tested."""
        fetches = any(part.of_contact for part in parts)
        ordered = sorted(
            parts, key=lambda part: self._rank(part, part.column_cost if part.of_contact else part.check_cost)
        )
        left, cost = self._contacts, self._contacts * (_SCAN if fetches else _SCAN_IDS)
        tested: list[float] = []
        for part in ordered:
            tested.append(left)
            cost += left * (part.column_cost if part.of_contact else part.check_cost)
            left *= part.rows / self._contacts

        def sql() -> str:
            index = "NOT INDEXED" if fetches else "INDEXED BY ix_contact_present_id_name_key"
            told = [part.condition("c.id", count) for part, count in zip(ordered, tested, strict=True)]
            return f"SELECT c.id AS id FROM contact c {index} WHERE {' AND '.join(['c.removed_in IS NULL', *told])}"

        return Listing(sql, left, cost, is_sorted=True, lists_present=True)

    def _in_order(self, parts: Sequence[Weighed]) -> tuple[list[Weighed], list[Weighed]]:
        """Conditions as they are best tested: those before the contact is fetched, and from there on the others."""
        columns = [part for part in parts if part.of_contact]
        others = [part for part in parts if not part.of_contact]
        others.sort(key=lambda part: self._rank(part, part.check_cost))
        if not columns:
            return others, []
        passing = 1.0
        for part in columns:
            passing *= part.rows / self._contacts
        fetching = (passing - 1) / (FETCH + sum(part.column_cost for part in columns))
        early = [part for part in others if self._rank(part, part.check_cost) <= fetching]
        return early, [*columns, *others[len(early) :]]

    def _rank(self, part: Weighed, cost: float) -> float:
        """The less, the sooner: how much a test tells for what it costs."""
        return (part.rows / self._contacts - 1) / max(cost, 0.001)
