"""Which contacts a question finds, how many, and in which order: ids only.

On a local file the planner is not left alone: it knows nothing of how many contacts a search finds. Those that
are among the first of the order are picked out while they are counted, which makes the first page where a great
part of all contacts is found. Else the others are put in order by the places that `ranks` keeps; where it does
not, few are fetched and sorted, and many are kept as a set while the index of the order is walked.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    bindparam,
    cast,
    column,
    exists,
    false,
    func,
    select,
    text,
)

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection, SortKey
from ulkacrm_desktop.core.text.fold import search_words
from ulkacrm_desktop.core.text.search_terms import finds_nothing, search_terms
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.models import Contact, Property, SearchBacklog, Tag
from ulkacrm_desktop.services.criteria.compiler import compiled, is_narrowed
from ulkacrm_desktop.services.queries.ranks import LEAST, keep_ranks, kept_ranks
from ulkacrm_desktop.services.queries.search import (
    FOUND_LOCAL,
    FOUND_ON_SERVER,
    found_ids,
    listed_ids,
    match_expression,
    tsquery_expression,
)

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
_FIRST_OF_ORDER: Final = 4_000

# With the places of all contacts in memory it is 0.15 µs, whatever the order.
_FEW_BY_RANK: Final = 300_000

_CHARACTERS_AT_ONCE: Final = 100_000
"""One call that parses the ids of a million would keep all other threads waiting for a tenth of a second."""

_REMOVED: Final = "SELECT id FROM contact WHERE removed_in IS NOT NULL"
_TOUCHED: Final = (
    "SELECT id FROM contact WHERE created_in = :operation AND removed_in IS NULL UNION "
    "SELECT c.id FROM operation o JOIN change h ON h.operation_id = o.id JOIN contact c ON c.id = h.contact_id "
    "WHERE o.id = :operation AND o.reverted_by_id IS NULL AND c.removed_in IS NULL"
)
"""The present contacts that an operation has made or changed; nobody while it is undone."""


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


@dataclass(frozen=True, slots=True)
class _Filter:
    """The contacts that are found: a SELECT of their ids, '' for all present ones."""

    ids: str
    counted: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    searched: bool = False
    """Whether the search index alone says who is found."""
    costly: bool = False
    """Whether it takes long to find them beside the time of counting them."""


_EVERYBODY: Final = _Filter("", "")


def count(connection: Connection, query: ContactQuery) -> int:
    """How many contacts match. Raises what `services.criteria.compiler.compiled` raises, as do all functions here."""
    return 0 if finds_nothing(query.search) else _counted(connection, _filter(connection, query))


def _counted(connection: Connection, wanted: _Filter) -> int:
    return int(connection.execute(text(wanted.counted), dict(wanted.parameters)).scalar_one())


def all_present(connection: Connection) -> int:
    """How many contacts there are, but for those that are removed."""
    return count(connection, ContactQuery())


def first_ids(connection: Connection, query: ContactQuery, limit: int) -> tuple[int, list[int]]:
    """How many contacts match, and the ids of the first of them."""
    if finds_nothing(query.search):
        return 0, []
    wanted = _filter(connection, query)
    if not (wanted.searched or (wanted.costly and is_local(connection))):
        total = _counted(connection, wanted)
        return total, page_ids(connection, query, total=total, limit=limit)
    order = _order(connection, query)
    beginning = f"{_in_order(order.filled, _EVERYBODY, local=True)} LIMIT :first"
    of_order = {**order.parameters, "first": _FIRST_OF_ORDER}
    # The order is asked again as a subquery: SQLite tries a number against a list of literals three times slower.
    picked = f"SELECT count(*), group_concat(id, ',') FILTER (WHERE id IN ({beginning}))"
    if wanted.costly:
        # What took long to find is not sought again to be put in order.
        few = "CASE WHEN count(*) <= :few THEN (SELECT group_concat(id, ',') FROM found) END"
        picked = f"WITH found(id) AS MATERIALIZED ({wanted.ids}) {picked}, {few} FROM found"
        of_order["few"] = _FEW
    else:
        picked = f"{picked}, NULL FROM ({wanted.ids})"
    total, listed, all_listed = connection.execute(text(picked), {**wanted.parameters, **of_order}).one()
    if not total:
        return 0, []
    found = frozenset(_parsed(listed))
    if len(found) >= min(limit, total):
        first = _ids(connection, beginning, of_order)
        return total, [contact_id for contact_id in first if contact_id in found][:limit]
    if all_listed is not None:
        wanted = _Filter("SELECT value AS id FROM json_each(:listed)", "", {"listed": f"[{all_listed}]"})
        few = f"{_sorted_few(order, wanted)} LIMIT :limit"
        return total, _ids(connection, few, {**wanted.parameters, **order.parameters, "limit": limit})
    if total <= _FEW_BY_RANK and (ranks := kept_ranks(connection, query)) is not None:
        ranked = f"SELECT id FROM ({wanted.ids}) ORDER BY {ranks.of_id} LIMIT :limit"
        return total, _ids(connection, ranked, {**wanted.parameters, "places": ranks.places, "limit": limit})
    return total, page_ids(connection, query, total=total, limit=limit)


def page_ids(connection: Connection, query: ContactQuery, *, total: int, limit: int, offset: int = 0) -> list[int]:
    """The ids from ``offset`` on in the order of the query, which matches ``total`` contacts."""
    if offset >= total:
        return []
    wanted = _filter(connection, query)
    order = _order(connection, query)
    asked = {**wanted.parameters, **order.parameters}
    local = is_local(connection)
    if local and wanted.ids and total <= order.few:
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
    wanted = _filter(connection, query)
    order = _order(connection, query)
    local = is_local(connection)
    found = _counted(connection, wanted) if local and wanted.ids else 0
    if local and wanted.ids and found <= order.few:
        parts = [_sorted_few(order, wanted)]
    else:
        parts = [_in_order(segment, wanted, local) for segment in order.segments]
    for part in parts:
        # One text for all ids is made without Python's lock; a LIMIT keeps the planner from dropping the order.
        told = (
            f"SELECT group_concat(id, ',') FROM ({part} LIMIT -1)"
            if local
            else f"SELECT string_agg(CAST(id AS text), ',') FROM ({part}) AS ordered"
        )
        listed = connection.execute(text(told), {**wanted.parameters, **order.parameters}).scalar_one()
        ids.extend(_parsed(listed))
    if not wanted.ids:
        keep_ranks(connection, query, ids)
    elif found >= LEAST and kept_ranks(connection, query) is None:
        # Somebody who searches has written: the next letters are answered by the new places.
        all_ids(connection, ContactQuery(sort=query.sort, descending=query.descending))
    return ids


def selected_ids(connection: Connection, selection: ContactSelection) -> Select[int]:
    """A SELECT of the present contacts of a selection, for statements of any kind on both engines."""
    present = select(Contact.id).where(Contact.removed_in.is_(None))
    query = selection.query
    if query is None:
        return present.where(Contact.id.in_(listed_ids(selection.ids)))
    if finds_nothing(query.search):
        return present.where(false())
    if terms := search_terms(query.search):
        present = present.where(Contact.id.in_(found_ids(terms)))
    if is_narrowed(query):
        present = present.where(Contact.id.in_(compiled(connection, query, searched=False).as_select()))
    if query.operation_id is not None:
        touched = text(_TOUCHED).bindparams(bindparam("operation", query.operation_id, unique=True))
        present = present.where(Contact.id.in_(touched.columns(column("id", BigInteger))))
    if selection.exceptions:
        present = present.where(Contact.id.not_in(listed_ids(selection.exceptions)))
    return present


def ids_of_selection(connection: Connection, selection: ContactSelection) -> "array[int]":
    """The ids of the present contacts of a selection, in the order of their numbers, as ``array('q')``."""
    chosen = selected_ids(connection, selection).order_by(Contact.id).subquery()
    told: ColumnElement[str] = (
        func.group_concat(chosen.c.id, ",") if is_local(connection) else func.string_agg(cast(chosen.c.id, Text), ",")
    )
    return _parsed(connection.execute(select(told)).scalar_one())


# What is found


def _filter(connection: Connection, query: ContactQuery) -> _Filter:
    if query.operation_id is not None:
        rest = _filter(connection, replace(query, operation_id=None))
        ids = f"SELECT id FROM ({_TOUCHED}) AS touched" + (f" WHERE id IN ({rest.ids})" if rest.ids else "")
        parameters = {**rest.parameters, "operation": query.operation_id}
        return _Filter(ids, f"SELECT count(*) FROM ({ids}) AS found", parameters, costly=True)
    if query.criteria is not None or query.segment_id is not None:
        narrowed = compiled(connection, query)
        counted = f"SELECT count(*) FROM ({narrowed.ids}) AS found"
        return _Filter(narrowed.ids, counted, narrowed.parameters, costly=True)
    terms = search_terms(query.search)
    tagged = "SELECT contact_id AS id FROM contact_tag WHERE tag_id = :tag"
    if not is_local(connection):
        parts = [tagged] if query.tag_id is not None else []
        parts += [FOUND_ON_SERVER.replace("contact_id", "contact_id AS id")] if terms else []
        ids = " INTERSECT ".join(parts)
        among = f"AND id IN ({ids})" if ids else ""
        return _Filter(
            ids,
            f"SELECT count(*) FROM contact WHERE removed_in IS NULL {among}",
            _given(tag=query.tag_id, match=tsquery_expression(terms) if terms else None),
        )
    if not terms and query.tag_id is None:
        return _Filter("", f"SELECT (SELECT count(*) FROM contact) - (SELECT count(*) FROM ({_REMOVED}))")
    found = FOUND_LOCAL.replace("rowid", "rowid AS id")
    if query.tag_id is None:
        return _Filter(
            found, FOUND_LOCAL.replace("rowid", "count(*)"), {"match": match_expression(terms)}, searched=True
        )
    if not terms:
        counted = tagged.replace("contact_id AS id", "count(*)")
        return _Filter(tagged, f"{counted} AND contact_id NOT IN ({_REMOVED})", {"tag": query.tag_id})
    # The name of the tag is among the words of those who bear it, so that the search finds fewer at once; unless the
    # index is behind.
    named = select(Tag.name).where(Tag.id == query.tag_id, ~exists().select_from(SearchBacklog))
    name = connection.execute(named).scalar_one_or_none()
    both = f"{tagged} AND contact_id IN ({FOUND_LOCAL})"
    return _Filter(
        both,
        both.replace("contact_id AS id", "count(*)"),
        {"tag": query.tag_id, "match": match_expression(terms, search_words(name or ""))},
    )


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


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


def _members(segment: _Segment, wanted: _Filter, local: bool) -> str:
    # The plus keeps SQLite from fetching what was found one by one instead of walking the index.
    among = f" AND {'+' if local else ''}{segment.contact_id} IN ({wanted.ids})" if wanted.ids else ""
    return f"SELECT {segment.contact_id} AS id FROM {segment.source} WHERE {segment.where}{among}"


def _in_order(segment: _Segment, wanted: _Filter, local: bool) -> str:
    return f"{_members(segment, wanted, local)} ORDER BY {segment.order_by}"


def _sorted_few(order: _Order, wanted: _Filter) -> str:
    by_id = f"INDEXED BY {order.by_id} " if order.by_id else ""
    return (
        f"SELECT c.id FROM ({wanted.ids}) AS found CROSS JOIN contact c {by_id}ON c.id = found.id {order.joined} "
        f"WHERE c.removed_in IS NULL ORDER BY {order.key} IS NULL, {order.key} {order.direction}, "
        f"c.id {order.direction}"
    )


def _ids(connection: Connection, sql: str, parameters: Mapping[str, Any]) -> list[int]:
    return list(connection.scalars(text(sql), parameters))


def _parsed(listed: str | None) -> "array[int]":
    ids = array("q")
    start = 0
    while listed and start < len(listed):
        end = listed.find(",", start + _CHARACTERS_AT_ONCE)
        end = end if end >= 0 else len(listed)
        ids.extend(map(int, listed[start:end].split(",")))
        start = end + 1
    return ids
