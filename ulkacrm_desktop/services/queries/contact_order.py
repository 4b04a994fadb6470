"""Which contacts a question finds, how many, and in which order: ids only.

On a local file the planner is not left alone: it knows nothing of how many contacts a search finds. The first of the
order are tested by themselves, or picked out while all that are found are counted, which makes the first page where a
great part of all contacts is found. Else what is found is put in order by the places that `ranks` keeps; where it
does not, few are fetched and sorted, and many are kept as a set while the index of the order is walked.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, select, text

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_query import ContactQuery, SortKey
from ulkacrm_desktop.core.text.search_terms import finds_nothing
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.models import Property
from ulkacrm_desktop.services.criteria.compiler import FEW_TESTED
from ulkacrm_desktop.services.queries.contact_filter import (
    EVERYBODY,
    Filter,
    array_of_ids,
    contact_filter,
    packed_ids,
)
from ulkacrm_desktop.services.queries.ranks import LEAST, keep_ranks, kept_ranks

_COLUMNS: Final = {
    SortKey.NAME: "name_key",
    SortKey.EMAIL: "primary_email",
    SortKey.PHONE: "primary_phone",
    SortKey.COMPANY: "company_key",
    SortKey.SOURCE: "source",
    SortKey.CREATED_AT: "created_at",
    SortKey.LAST_CONVERSATION: "last_conversation_at",
}
_ALWAYS_FILLED: Final = ("name_key", "source", "created_at")
_WITHOUT_INDEX: Final = ("last_conversation_at",)

# Measured at a million contacts: a contact that is found costs 1.0 to 1.4 µs to fetch and sort (0.4 µs where an
# index has its sort key under its id), 0.17 µs to keep in a set, 0.02 to 0.06 µs to pick out while counting; an
# entry of an order's index costs 0.06 to 0.2 µs to walk, the more the larger the set.
_FEW: Final = 20_000
_FEW_BY_INDEX: Final = 150_000
_FIRST_OF_ORDER: Final = 6_000

# With the places of all contacts in memory it is 0.15 µs, whatever the order.
_FEW_BY_RANK: Final = 300_000


@dataclass(frozen=True, slots=True)
class _Segment:
    """A part of an order: SQL whose contacts are ``c``."""

    source: str
    where: str
    order_by: str
    contact_id: str = "c.id"


@dataclass(frozen=True, slots=True)
class _Order:
    """The contacts of one order: first those with a value, by it and by id, then those without, by id."""

    key: str
    direction: str
    filled: _Segment
    empty: _Segment | None = None
    joined: str = ""
    """The JOIN that gives contact ``c`` its sort key, where it is none of its columns."""
    by_id: str = ""
    """The index that has the sort key under the id of the contact, where there is one."""
    parameters: Mapping[str, int] = field(default_factory=dict)

    @property
    def few(self) -> int:
        """Up to how many contacts it is best to fetch and sort them."""
        return _FEW_BY_INDEX if self.by_id else _FEW

    @property
    def segments(self) -> list[_Segment]:
        """The parts one after another."""
        return [self.filled] if self.empty is None else [self.filled, self.empty]


def count(connection: Connection, query: ContactQuery) -> int:
    """How many contacts match. Raises what `services.criteria.compiler.compiled` raises, as do all functions here."""
    return 0 if finds_nothing(query.search) else _counted(connection, contact_filter(connection, query))


def _counted(connection: Connection, wanted: Filter) -> int:
    return int(connection.execute(text(wanted.counted), dict(wanted.parameters)).scalar_one())


def all_present(connection: Connection) -> int:
    """How many contacts there are, but for those that are removed."""
    return count(connection, ContactQuery())


def first_ids(connection: Connection, query: ContactQuery, limit: int) -> tuple[int, list[int]]:
    """How many contacts match, and the ids of the first of them."""
    if finds_nothing(query.search):
        return 0, []
    wanted = contact_filter(connection, query)
    if not wanted.ids or wanted.is_complement or not is_local(connection):
        total = _counted(connection, wanted)
        return total, page_ids(connection, query, total=total, limit=limit)
    order = _order(connection, query)
    if wanted.check:
        begun = _beginning(connection, order, wanted, limit)
        if len(begun) == limit:
            return _counted(connection, wanted), begun
    ranks = kept_ranks(connection, query)
    beginning = f"{_in_order(order.filled, EVERYBODY, local=True)} LIMIT :first"
    asked: dict[str, Any] = {**wanted.parameters, **order.parameters, "first": _FIRST_OF_ORDER}
    few_listed = first_listed = None
    if wanted.is_costly:
        # What took long to find is not sought again to be put in order.
        few = f"SELECT id FROM found ORDER BY {ranks.of_id} LIMIT :limit" if ranks else "found"
        asked |= {"few": _FEW_BY_RANK, "limit": limit, "places": ranks.places} if ranks else {"few": _FEW}
        told = (
            f"SELECT count(*), CASE WHEN count(*) <= :few THEN (SELECT group_concat(id, ',') FROM ({few})) END, "
            "CASE WHEN count(*) > :few THEN "
            f"(SELECT group_concat(id, ',') FROM found WHERE id IN ({beginning})) END FROM found"
        )
        told = f"WITH found(id) AS MATERIALIZED ({wanted.ids}) {told}"
        total, few_listed, first_listed = connection.execute(text(told), asked).one()
    elif not wanted.is_picked:
        total = _counted(connection, wanted)
    else:
        # The order is asked again as a subquery: SQLite tries a number against a list of literals three times slower.
        picked = f"SELECT count(*), group_concat(id, ',') FILTER (WHERE id IN ({beginning})) FROM ({wanted.ids})"
        total, first_listed = connection.execute(text(picked), asked).one()
    if not total:
        return 0, []
    if few_listed is not None and ranks:
        return total, _parsed(few_listed)
    if first_listed is not None and len(found := frozenset(_parsed(first_listed))) >= min(limit, total):
        first = _ids(connection, beginning, {**order.parameters, "first": _FIRST_OF_ORDER})
        return total, [contact_id for contact_id in first if contact_id in found][:limit]
    if few_listed is not None:
        wanted = Filter("SELECT value AS id FROM json_each(:listed)", "", {"listed": f"[{few_listed}]"})
        few = f"{_sorted_few(order, wanted)} LIMIT :limit"
        return total, _ids(connection, few, {**wanted.parameters, **order.parameters, "limit": limit})
    if ranks and total <= _FEW_BY_RANK:
        ranked = f"SELECT id FROM ({wanted.ids}) ORDER BY {ranks.of_id} LIMIT :limit"
        return total, _ids(connection, ranked, {**wanted.parameters, "places": ranks.places, "limit": limit})
    return total, page_ids(connection, query, total=total, limit=limit)


def _beginning(connection: Connection, order: _Order, wanted: Filter, limit: int) -> list[int]:
    """Those that are found among the first of an order, in it: the first page, where a great part is found."""
    first = f"{_in_order(order.filled, EVERYBODY, local=True)} LIMIT {FEW_TESTED}"
    # The first are gone through in their order, and no further than the page is full.
    found = f"SELECT c.id FROM ({first}) AS f CROSS JOIN contact c ON c.id = f.id WHERE {wanted.check} LIMIT {limit}"
    return _ids(connection, found, {**wanted.parameters, **order.parameters})


def page_ids(connection: Connection, query: ContactQuery, *, total: int, limit: int, offset: int = 0) -> list[int]:
    """The ids from ``offset`` on in the order of the query, which matches ``total`` contacts."""
    if offset >= total:
        return []
    wanted = contact_filter(connection, query)
    order = _order(connection, query)
    asked = {**wanted.parameters, **order.parameters}
    local = is_local(connection)
    if local and wanted.ids and not wanted.is_complement and total <= order.few:
        few = f"{_sorted_few(order, wanted)} LIMIT :limit OFFSET :offset"
        return _ids(connection, few, {**asked, "limit": limit, "offset": offset})
    found: list[int] = []
    for segment in order.segments:
        page = f"{_in_order(segment, wanted, local)} LIMIT :limit OFFSET :offset"
        asked |= {"limit": limit - len(found), "offset": offset}
        found += _ids(connection, page, asked)
        if len(found) == limit:
            break
        if found:
            offset = 0
        elif offset and segment is not order.segments[-1]:
            before = text(f"SELECT count(*) FROM ({_members(segment, wanted, local)}) AS members")
            offset -= connection.execute(before, asked).scalar_one()
    return found


def all_ids(connection: Connection, query: ContactQuery) -> "array[int]":
    """The ids of all contacts that match, in order, as ``array('q')``; other threads hardly wait meanwhile."""
    ids = array("q")
    if finds_nothing(query.search):
        return ids
    wanted = contact_filter(connection, query)
    order = _order(connection, query)
    local = is_local(connection)
    found = _counted(connection, wanted) if local and wanted.ids else 0
    if local and wanted.ids and not wanted.is_complement and found <= order.few:
        parts = [_sorted_few(order, wanted)]
    else:
        parts = [_in_order(segment, wanted, local) for segment in order.segments]
    for part in parts:
        # A LIMIT keeps SQLite's planner from dropping the order.
        told = f"SELECT {packed_ids(connection)} FROM ({part}{' LIMIT -1' if local else ''}) AS ordered"
        packed = connection.execute(text(told), {**wanted.parameters, **order.parameters}).scalar_one()
        ids.extend(array_of_ids(packed))
    if not wanted.ids:
        keep_ranks(connection, query, ids)
    elif found >= LEAST and kept_ranks(connection, query) is None:
        # Somebody who searches has written: the next letters are answered by the new places.
        all_ids(connection, ContactQuery(sort=query.sort, descending=query.descending))
    return ids


# In which order


def _order(connection: Connection, query: ContactQuery) -> _Order:
    direction = "DESC" if query.descending else "ASC"
    if query.sort_property is not None:
        return _order_of_property(connection, query.sort_property, direction)
    column = _COLUMNS[SortKey(query.sort)]
    local = is_local(connection)
    indexed = local and column not in _WITHOUT_INDEX
    source = f"contact c INDEXED BY ix_contact_present_{column}" if indexed else "contact c"
    key = f"c.{column}"
    by_key = f"{key} {direction}, c.id {direction}"
    present = "c.removed_in IS NULL"
    by_id = f"ix_contact_present_id_{column}"
    by_id = by_id if local and _has_index(connection, by_id) else ""
    if column in _ALWAYS_FILLED:
        return _Order(key, direction, _Segment(source, present, by_key), by_id=by_id)
    return _Order(
        key,
        direction,
        _Segment(source, f"{present} AND {key} IS NOT NULL", by_key),
        _Segment(source, f"{present} AND {key} IS NULL", f"c.id {direction}"),
        by_id=by_id,
    )


def _has_index(connection: Connection, name: str) -> bool:
    sought = text("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = :name")
    return connection.execute(sought, {"name": name}).first() is not None


def _order_of_property(connection: Connection, property_id: int, direction: str) -> _Order:
    local = is_local(connection)
    kind = connection.execute(select(Property.type).where(Property.id == property_id)).scalar_one_or_none()
    column = "number" if kind == PropertyType.NUMBER else "value_key"
    # Only a multi-select has several values of a contact; it is sorted by the first.
    first = " AND v.position = 0" if kind == PropertyType.MULTI_SELECT else ""
    # Not joined with the contacts, of which a million would be fetched one by one: few are removed.
    filled = (
        f"v.property_id = :property AND v.{column} IS NOT NULL{first} "
        "AND v.contact_id NOT IN (SELECT id FROM contact WHERE removed_in IS NOT NULL)"
    )
    by_value = f" INDEXED BY ix_property_value_{column}" if local else ""
    by_id = " INDEXED BY ix_contact_present_id_name_key" if local else ""
    return _Order(
        f"v.{column}",
        direction,
        _Segment(
            f"property_value v{by_value}",
            filled,
            f"v.{column} {direction}, v.contact_id {direction}",
            "v.contact_id",
        ),
        _Segment(
            f"contact c{by_id}",
            "c.removed_in IS NULL AND NOT EXISTS (SELECT 1 FROM property_value v WHERE v.contact_id = c.id "
            "AND v.property_id = :property AND v.position = 0)",
            f"c.id {direction}",
        ),
        joined="LEFT JOIN property_value v ON v.contact_id = c.id AND v.property_id = :property AND v.position = 0",
        parameters={"property": property_id},
    )


# Both together


def _members(segment: _Segment, wanted: Filter, local: bool) -> str:
    # The plus keeps SQLite from fetching what was found one by one instead of walking the index.
    among = f" AND {'+' if local else ''}{segment.contact_id} {wanted.among}" if wanted.ids else ""
    return f"SELECT {segment.contact_id} AS id FROM {segment.source} WHERE {segment.where}{among}"


def _in_order(segment: _Segment, wanted: Filter, local: bool) -> str:
    return f"{_members(segment, wanted, local)} ORDER BY {segment.order_by}"


def _sorted_few(order: _Order, wanted: Filter) -> str:
    by_id = f"INDEXED BY {order.by_id} " if order.by_id else ""
    return (
        f"SELECT c.id FROM ({wanted.ids}) AS found CROSS JOIN contact c {by_id}ON c.id = found.id {order.joined} "
        f"WHERE c.removed_in IS NULL ORDER BY {order.key} IS NULL, {order.key} {order.direction}, "
        f"c.id {order.direction}"
    )


def _parsed(listed: str) -> list[int]:
    return [int(contact_id) for contact_id in listed.split(",")] if listed else []


def _ids(connection: Connection, sql: str, parameters: Mapping[str, Any]) -> list[int]:
    return list(connection.scalars(text(sql), parameters))
