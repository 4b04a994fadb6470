"""Where a search found a contact, told for what the list does not show: a note, a second email, a city."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy import Connection

from ulkacrm_desktop.core.contact_query import ContactQuery, property_sort
from ulkacrm_desktop.core.text.fold import search_words
from ulkacrm_desktop.core.text.highlight import Range, excerpt_of
from ulkacrm_desktop.core.text.phones import phone_words
from ulkacrm_desktop.core.text.search_terms import Term
from ulkacrm_desktop.services.queries.fetching import fetched
from ulkacrm_desktop.services.queries.tags import TagRow

_CONTACT_TEXTS: Final = (
    "company",
    "first_name",
    "last_name",
    "website",
    "city",
    "street",
    "region",
    "postcode",
    "country",
    "notes",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A part of a contact that the list does not show and in which the search found its words.

    ``field`` is the field's key: ``email``, ``phone``, ``messenger``, ``tag``, ``note``, ``property:<id>``, or
    a text of the contact (``notes``, ``city`` …). ``excerpt`` is one line of it, ``ranges`` are (start, length)
    of what matches in the excerpt.
    """

    field: str
    excerpt: str
    ranges: tuple[Range, ...]


class _Row(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def company(self) -> str: ...
    @property
    def tags(self) -> tuple[TagRow, ...]: ...


@dataclass(frozen=True, slots=True)
class _Place:
    """One text of a contact and the words by which it is found."""

    field: str
    text: str
    words: Sequence[str]


def found_in(
    connection: Connection, rows: Sequence[_Row], terms: Sequence[Term], query: ContactQuery
) -> dict[int, Found]:
    """For each contact in whose shown columns a term is missing: the place that has most of what is missing."""
    if not rows:
        return {}
    phones = _phones(connection, _listed(rows)) if any(term.digits for term in terms) else {}
    values = _shown_values(connection, rows, query)
    missing: dict[int, list[Term]] = {}
    for row in rows:
        shown = [word for text in _shown_texts(row, query) for word in search_words(text)]
        shown += [word for text in values.get(row.id, ()) for word in search_words(text)]
        if "phone" in query.columns_shown:
            shown += [word for place in phones.get(row.id, ()) if place.text == row.phone for word in place.words]
        if unmet := [term for term in terms if not term.is_met_by(shown)]:
            missing[row.id] = unmet
    if not missing:
        return {}
    places = _hidden_places(connection, [row for row in rows if row.id in missing], query)
    for contact_id, written in phones.items():
        places[contact_id] = [*written, *places[contact_id]]
    found: dict[int, Found] = {}
    for contact_id, unmet in missing.items():
        if best := _best(places.get(contact_id, ()), unmet):
            found[contact_id] = best
    return found


def _best(places: Sequence[_Place], terms: Sequence[Term]) -> Found | None:
    """The place that has most of the terms, the first of those that are alike."""

    def worth(place: _Place) -> tuple[int, int]:
        return (
            sum(term.is_met_by(place.words) for term in terms),
            sum(term.is_touched_by(place.words) for term in terms),
        )

    best = max(places, key=worth, default=None)
    if best is None or not any(worth(best)):
        return None
    excerpt = excerpt_of(best.text, terms)
    # A phone may be found by its digits though it is written with letters: then nothing is marked in it.
    return Found(best.field, *(excerpt.text, excerpt.ranges) if excerpt else (best.text, ()))


def _shown_texts(row: _Row, query: ContactQuery) -> Iterator[str]:
    yield row.name
    if "email" in query.columns_shown:
        yield row.email
    if "phone" in query.columns_shown:
        yield row.phone
    if "company" in query.columns_shown:
        yield row.company
    if "tags" in query.columns_shown:
        yield from (tag.name for tag in row.tags)


def _listed(rows: Sequence[_Row]) -> str:
    return ", ".join(str(row.id) for row in rows)


def _shown_values(connection: Connection, rows: Sequence[_Row], query: ContactQuery) -> Mapping[int, Sequence[str]]:
    values: defaultdict[int, list[str]] = defaultdict(list)
    if query.properties_shown:
        chosen = ", ".join(str(int(property_id)) for property_id in query.properties_shown)
        for contact_id, value in fetched(
            connection,
            ("contact_id", "value"),
            f"SELECT contact_id, value FROM property_value WHERE contact_id IN ({_listed(rows)}) "
            f"AND property_id IN ({chosen})",
        ):
            values[contact_id].append(value)
    return values


def _phones(connection: Connection, listed: str) -> dict[int, list[_Place]]:
    phones: defaultdict[int, list[_Place]] = defaultdict(list)
    for contact_id, number, key in fetched(
        connection,
        ("contact_id", "number", "match_key"),
        f"SELECT contact_id, number, match_key FROM phone WHERE contact_id IN ({listed}) ORDER BY position, id",
    ):
        phones[contact_id].append(_Place("phone", number, phone_words(key)))
    return phones


def _hidden_places(connection: Connection, rows: Sequence[_Row], query: ContactQuery) -> defaultdict[int, list[_Place]]:
    """All texts of contacts but their phones, in the order in which they are told."""
    listed = _listed(rows)
    places: defaultdict[int, list[_Place]] = defaultdict(list)

    def add(contact_id: int, field: str, text: str | None) -> None:
        if text:
            places[contact_id].append(_Place(field, text, search_words(text)))

    for contact_id, address in fetched(
        connection,
        ("contact_id", "address"),
        f"SELECT contact_id, address FROM email WHERE contact_id IN ({listed}) ORDER BY position, id",
    ):
        add(contact_id, "email", address)
    for contact_id, login in fetched(
        connection,
        ("contact_id", "login"),
        f"SELECT contact_id, login FROM messenger WHERE contact_id IN ({listed}) ORDER BY position, id",
    ):
        add(contact_id, "messenger", login)
    for row in rows:
        for tag in row.tags:
            add(row.id, "tag", tag.name)
    for contact_id, *texts in fetched(
        connection,
        ("id", *_CONTACT_TEXTS),
        f"SELECT id, {', '.join(_CONTACT_TEXTS)} FROM contact WHERE id IN ({listed})",
    ):
        for field, value in zip(_CONTACT_TEXTS, texts, strict=True):
            add(contact_id, field, value)
    for contact_id, property_id, value in fetched(
        connection,
        ("contact_id", "property_id", "value"),
        "SELECT v.contact_id, v.property_id, v.value FROM property_value v "
        "JOIN property p ON p.id = v.property_id "
        f"WHERE v.contact_id IN ({listed}) AND p.type <> 'yes_no' AND p.removed_in IS NULL "
        "ORDER BY p.position, p.id, v.position",
    ):
        if property_id not in query.properties_shown:
            add(contact_id, property_sort(property_id), value)
    for contact_id, title, body in fetched(
        connection,
        ("contact_id", "title", "body"),
        f"SELECT contact_id, title, body FROM note WHERE contact_id IN ({listed}) ORDER BY created_at DESC, id DESC",
    ):
        add(contact_id, "note", f"{title}\n{body}" if title else body)
    return places
