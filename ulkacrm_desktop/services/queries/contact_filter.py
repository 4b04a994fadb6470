"""Which contacts a question finds: ids only, in no order; and those of a selection, for statements of any kind."""

from array import array
from collections.abc import Iterator, Mapping
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

from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.text.fold import search_words
from ulkacrm_desktop.core.text.search_terms import finds_nothing, search_terms
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.models import Contact, SearchBacklog, Tag
from ulkacrm_desktop.services.criteria.compiler import compiled, is_narrowed
from ulkacrm_desktop.services.jobs.giving_way import in_turns
from ulkacrm_desktop.services.queries.search import (
    FOUND_LOCAL,
    FOUND_ON_SERVER,
    found_ids,
    listed_ids,
    match_expression,
    tsquery_expression,
)

_CHARACTERS_AT_ONCE: Final = 50_000
"""One call that parses the ids of a million would keep all other threads waiting for a tenth of a second."""

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
    told: ColumnElement[str] = (
        func.group_concat(chosen.c.id, ",") if is_local(connection) else func.string_agg(cast(chosen.c.id, Text), ",")
    )
    return parsed_ids(connection.execute(select(told)).scalar_one())


def parsed_ids(listed: str | None) -> "array[int]":
    """The ids of a text that has them with commas between, None for none."""
    ids = array("q")
    if listed:
        # Few are parsed at once: a page waits for them.
        for some in (listed,) if len(listed) <= _CHARACTERS_AT_ONCE else in_turns(_pieces(listed)):
            ids.extend(map(int, some.split(",")))
    return ids


def _pieces(listed: str) -> Iterator[str]:
    start = 0
    while start < len(listed):
        end = listed.find(",", start + _CHARACTERS_AT_ONCE)
        end = end if end >= 0 else len(listed)
        yield listed[start:end]
        start = end + 1
