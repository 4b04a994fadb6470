"""Contacts as the list shows them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from ulkacrm_desktop.core.clock import from_microseconds
from ulkacrm_desktop.core.contact_document import ContactKind, PropertyValue
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.text.search_terms import search_terms
from ulkacrm_desktop.services.queries.contact_filter import selected_ids
from ulkacrm_desktop.services.queries.contact_order import all_ids, count, first_ids, page_ids
from ulkacrm_desktop.services.queries.fetching import fetched
from ulkacrm_desktop.services.queries.found import Found, found_in
from ulkacrm_desktop.services.queries.property_values import property_kinds
from ulkacrm_desktop.services.queries.tags import TagRow

__all__ = [
    "ContactRow",
    "FirstPage",
    "Found",
    "TagRow",
    "all_ids",
    "count",
    "first_page",
    "page_at",
    "rows",
    "selected_ids",
]

PAGE: Final = 100
_COLUMNS: Final = (
    "id",
    "name",
    "kind",
    "first_name",
    "last_name",
    "company",
    "source",
    "created_at",
    "last_conversation_at",
)


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact of a list.

    ``email`` and ``phone`` are the primary ones as they were written, '' where there is none. ``properties``
    has the values of the properties that the query shows. ``found_in`` tells where the search found what
    the shown columns do not have.
    """

    id: int
    name: str
    kind: ContactKind
    first_name: str
    last_name: str
    company: str
    email: str
    phone: str
    tags: tuple[TagRow, ...]
    source: str
    created_at: datetime
    last_conversation_at: datetime | None
    responsible: str | None
    has_avatar: bool
    properties: Mapping[int, PropertyValue] = field(default_factory=dict)
    found_in: Found | None = None


@dataclass(frozen=True, slots=True)
class FirstPage:
    """How many contacts match, and the first of them."""

    total: int
    rows: tuple[ContactRow, ...]


def first_page(connection: Connection, query: ContactQuery, limit: int = PAGE) -> FirstPage:
    """The number of contacts that match and the first of them: what a keystroke asks for."""
    total, ids = first_ids(connection, query, limit)
    return FirstPage(total, rows(connection, ids, query))


def page_at(connection: Connection, query: ContactQuery, offset: int, limit: int = PAGE) -> tuple[ContactRow, ...]:
    """Contacts by their place in the order of the query; where `all_ids` is there, `rows` is faster."""
    ids = page_ids(connection, query, total=count(connection, query), offset=offset, limit=limit)
    return rows(connection, ids, query)


def rows(connection: Connection, ids: Sequence[int], query: ContactQuery | None = None) -> tuple[ContactRow, ...]:
    """Contacts by id, in the order given; those that are gone are left out.

    The query says which properties come along and what was searched for. A handful of statements, whatever
    the number of ids.
    """
    if not ids:
        return ()
    query = query or ContactQuery()
    listed = ", ".join(str(int(contact_id)) for contact_id in ids)
    found: dict[int, ContactRow] = {}
    emails, phones = _primary(connection, listed)
    tags = _tags(connection, listed)
    properties = _properties(connection, listed, query.properties_shown)
    for row in fetched(
        connection,
        (*_COLUMNS, "responsible", "face"),
        f"SELECT {', '.join(f'c.{column}' for column in _COLUMNS)}, u.name AS responsible, "
        "EXISTS (SELECT 1 FROM avatar a WHERE a.contact_id = c.id) AS face "
        "FROM contact c LEFT JOIN crm_user u ON u.id = c.responsible_id "
        f"WHERE c.removed_in IS NULL AND c.id IN ({listed})",
    ):
        contact_id, name, kind, first_name, last_name, company, source, created, talked, responsible, face = row
        found[contact_id] = ContactRow(
            id=contact_id,
            name=name,
            kind=ContactKind(kind),
            first_name=first_name or "",
            last_name=last_name or "",
            company=company or "",
            email=emails.get(contact_id, ""),
            phone=phones.get(contact_id, ""),
            tags=tuple(tags.get(contact_id, ())),
            source=source,
            created_at=from_microseconds(created),
            last_conversation_at=None if talked is None else from_microseconds(talked),
            responsible=responsible,
            has_avatar=bool(face),
            properties=properties.get(contact_id, {}),
        )
    if terms := search_terms(query.search):
        places = found_in(connection, list(found.values()), terms, query)
        found |= {contact_id: replace(found[contact_id], found_in=place) for contact_id, place in places.items()}
    return tuple(found[contact_id] for contact_id in ids if contact_id in found)


def _primary(connection: Connection, listed: str) -> tuple[dict[int, str], dict[int, str]]:
    """The primary email and phone of each contact that has one."""
    emails = _last_of_each(connection, "email", "address", listed)
    return emails, _last_of_each(connection, "phone", "number", listed)


def _last_of_each(connection: Connection, table: str, column: str, listed: str) -> dict[int, str]:
    # In this order the last one of a contact is its primary one.
    ordered = fetched(
        connection,
        ("contact_id", column),
        f"SELECT contact_id, {column} FROM {table} WHERE contact_id IN ({listed}) "
        "ORDER BY contact_id, is_primary, position DESC, id DESC",
    )
    return {row[0]: row[1] for row in ordered}


def _tags(connection: Connection, listed: str) -> dict[int, list[TagRow]]:
    tags: defaultdict[int, list[TagRow]] = defaultdict(list)
    known: dict[int, TagRow] = {}
    for contact_id, tag_id, name, color in fetched(
        connection,
        ("contact_id", "tag_id", "name", "color"),
        "SELECT b.contact_id, b.tag_id, t.name, t.color FROM contact_tag b JOIN tag t ON t.id = b.tag_id "
        f"WHERE b.contact_id IN ({listed}) AND t.removed_in IS NULL ORDER BY t.name_key, t.id",
    ):
        tag = known.get(tag_id) or known.setdefault(tag_id, TagRow(tag_id, name, color or ""))
        tags[contact_id].append(tag)
    return tags


def _properties(connection: Connection, listed: str, shown: Sequence[int]) -> dict[int, dict[int, PropertyValue]]:
    if not shown:
        return {}
    chosen = ", ".join(str(int(property_id)) for property_id in shown)
    values: Any = fetched(
        connection,
        ("contact_id", "property_id", "value"),
        "SELECT contact_id, property_id, value FROM property_value "
        f"WHERE contact_id IN ({listed}) AND property_id IN ({chosen})",
    )
    return property_kinds(connection).collected(values)
