"""Which contacts a question finds: ids only, in no order; and those of a selection, for statements of any kind."""

import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Select, bindparam, column, exists, false, select, text

from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.text.fold import search_words
from ulkacrm_desktop.core.text.search_terms import finds_nothing, search_terms
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.models import Contact, SearchBacklog, Tag
from ulkacrm_desktop.services.criteria.compiler import compiled, is_narrowed
from ulkacrm_desktop.services.queries.search import (
    FOUND_LOCAL,
    FOUND_ON_SERVER,
    found_ids,
    listed_ids,
    match_expression,
    tsquery_expression,
)

_REMOVED: Final = "SELECT id FROM contact WHERE removed_in IS NOT NULL"
_TOUCHED: Final = (
    "SELECT id FROM contact WHERE created_in = :operation AND removed_in IS NULL UNION "
    "SELECT c.id FROM operation o JOIN change h ON h.operation_id = o.id JOIN contact c ON c.id = h.contact_id "
    "WHERE o.id = :operation AND o.reverted_by_id IS NULL AND c.removed_in IS NULL"
)
"""The present contacts that an operation has made or changed; nobody while it is undone."""

_LIKELY: Final = 0.05
"""From this part of all contacts on the first page may be full of the first of an order."""

_COUNT_PRESENT: Final = f"SELECT (SELECT count(*) FROM contact) - (SELECT count(*) FROM ({_REMOVED}))"


@dataclass(frozen=True, slots=True)
class Filter:
    """The contacts that are found: ``ids`` is a SELECT of their ids, '' for all present ones; ``counted`` their number.

    ``is_complement``: ``ids`` are the present contacts that are *not* found. ``is_picked``: the first of an order are
    best picked out while all are counted. ``is_costly``: finding them takes long beside counting what was found.
    ``check`` is SQL whether a present contact ``c`` is found, '' where it does not pay to test the first of an order.
    """

    ids: str
    counted: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    is_complement: bool = False
    is_picked: bool = False
    is_costly: bool = False
    check: str = ""

    @property
    def among(self) -> str:
        """SQL after the id of a present contact: whether it is found; not for all present ones."""
        return f"{'NOT ' if self.is_complement else ''}IN ({self.ids})"


EVERYBODY: Final = Filter("", "")


def contact_filter(connection: Connection, query: ContactQuery) -> Filter:
    """The contacts that a query finds, whose words `finds_nothing` does not refuse.

    Raises what `services.criteria.compiler.compiled` raises.
    """
    if query.operation_id is not None:
        rest = contact_filter(connection, replace(query, operation_id=None))
        ids = f"SELECT id FROM ({_TOUCHED}) AS touched" + (f" WHERE id {rest.among}" if rest.ids else "")
        parameters = {**rest.parameters, "operation": query.operation_id}
        return Filter(ids, _counted(ids), parameters, is_picked=True, is_costly=True)
    if query.criteria is not None or query.segment_id is not None:
        found = compiled(connection, query, complement=True)
        if found.is_complement:
            others = f"SELECT ({_COUNT_PRESENT}) - ({_counted(found.ids)})"
            return Filter(found.ids, others, found.parameters, is_complement=True)
        counted = _counted(found.ids)
        return Filter(
            found.ids,
            counted,
            found.parameters,
            is_picked=True,
            is_costly=found.is_costly,
            check=found.check if found.share >= _LIKELY else "",
        )
    terms = search_terms(query.search)
    tagged = "SELECT contact_id AS id FROM contact_tag WHERE tag_id = :tag"
    if not is_local(connection):
        parts = [tagged] if query.tag_id is not None else []
        parts += [FOUND_ON_SERVER.replace("contact_id", "contact_id AS id")] if terms else []
        ids = " INTERSECT ".join(parts)
        among = f"AND id IN ({ids})" if ids else ""
        return Filter(
            ids,
            f"SELECT count(*) FROM contact WHERE removed_in IS NULL {among}",
            _given(tag=query.tag_id, match=tsquery_expression(terms) if terms else None),
        )
    if not terms and query.tag_id is None:
        return Filter("", _COUNT_PRESENT)
    by_words = FOUND_LOCAL.replace("rowid", "rowid AS id")
    if query.tag_id is None:
        return Filter(
            by_words, FOUND_LOCAL.replace("rowid", "count(*)"), {"match": match_expression(terms)}, is_picked=True
        )
    if not terms:
        counted = tagged.replace("contact_id AS id", "count(*)")
        return Filter(tagged, f"{counted} AND contact_id NOT IN ({_REMOVED})", {"tag": query.tag_id})
    # The name of the tag is among the words of those who bear it, so that the search finds fewer at once; unless the
    # index is behind.
    named = select(Tag.name).where(Tag.id == query.tag_id, ~exists().select_from(SearchBacklog))
    name = connection.execute(named).scalar_one_or_none()
    both = f"{tagged} AND contact_id IN ({FOUND_LOCAL})"
    return Filter(
        both,
        both.replace("contact_id AS id", "count(*)"),
        {"tag": query.tag_id, "match": match_expression(terms, search_words(name or ""))},
    )


def _counted(ids: str) -> str:
    return f"SELECT count(*) FROM ({ids}) AS found"


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


# Of a selection


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
    return array_of_ids(connection.execute(select(text(packed_ids(connection))).select_from(chosen)).scalar_one())


def packed_ids(connection: Connection) -> str:
    """SQL that puts all of a column ``id`` into one blob for `array_of_ids`: a million ids one by one, or parsed from
    a text, would keep all other threads waiting for Python's lock."""
    return "unhex(group_concat(printf('%016x', id), ''))" if is_local(connection) else "string_agg(int8send(id), '')"


def array_of_ids(packed: bytes | None) -> "array[int]":
    """The ids that a blob holds, eight bytes each and the highest first, as ``array('q')``; None has none."""
    ids = array("q", packed or b"")
    if sys.byteorder == "little":
        ids.byteswap()
    return ids
