"""Contacts as they are compared: names taken apart, every text in folded Latin letters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.text.fold import fold, folded_words
from ulkacrm_desktop.core.text.names import is_given_name, is_organisation, organisation_words, split_name
from ulkacrm_desktop.core.text.transliteration import latin

_CHUNK: Final = 5_000
_KEPT: Final = 50_000

_STREETS: Final = """
улица ул проспект просп пр проезд переулок пер бульвар бул шоссе площадь пл набережная наб дом д квартира кв корпус
корп офис оф street st str road rd avenue ave av lane ln drive dr place court ct close crescent circuit boulevard
blvd square sq house flat apt apartment suite unit office way terrace parade strasse rue via calle
"""
_STREET_WORDS: Final = frozenset(map(latin, _STREETS.split()))


class Record(NamedTuple):
    """What of a contact is compared; '' is unknown.

    A person has ``family``, ``given`` and ``middle`` names (the patronymic too), an organisation a ``title``; words
    of ``title`` and ``company`` are sorted. ``emails``, ``phones`` and ``messengers`` are match keys with
    spaces between. ``properties`` are the texts of the chosen properties.
    """

    id: int
    family: str = ""
    given: str = ""
    middle: str = ""
    title: str = ""
    emails: str = ""
    phones: str = ""
    messengers: str = ""
    company: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    properties: tuple[str, ...] = ()


def records(
    connection: Connection, properties: Sequence[int], ids: Iterable[int] | None = None
) -> Iterator[list[Record]]:
    """The present contacts, all or those with these ids, some thousands at a time in the order of their ids."""
    remaining = iter(_ranges(connection) if ids is None else _listed(ids))
    for which in remaining:
        yield _read(connection, properties, which)


def _ranges(connection: Connection) -> Iterator[str]:
    last = 0
    while True:
        found = connection.execute(
            text(
                "SELECT max(id) FROM (SELECT id FROM contact WHERE id > :last AND removed_in IS NULL ORDER BY id "
                "LIMIT :most) AS following"
            ),
            {"last": last, "most": _CHUNK},
        ).scalar()
        if found is None:
            return
        yield f"BETWEEN {last + 1} AND {found}"
        last = found


def _listed(ids: Iterable[int]) -> Iterator[str]:
    remaining = iter(ids)
    while chunk := list(islice(remaining, 1_000)):
        yield f"IN ({', '.join(str(int(contact_id)) for contact_id in chunk)})"


def _read(connection: Connection, properties: Sequence[int], which: str) -> list[Record]:
    emails = _joined(connection, f"SELECT contact_id, match_key FROM email WHERE contact_id {which}")
    phones = _joined(connection, f"SELECT contact_id, match_key FROM phone WHERE contact_id {which}")
    messengers = _joined(
        connection, f"SELECT contact_id, kind || ':' || match_key FROM messenger WHERE contact_id {which}"
    )
    values: dict[int, dict[int, str]] = {}
    if properties:
        listed = ", ".join(map(str, properties))
        for contact_id, property_id, value in _rows(
            connection,
            "SELECT contact_id, property_id, value FROM property_value "
            f"WHERE contact_id {which} AND property_id IN ({listed})",
        ):
            values.setdefault(contact_id, {})[property_id] = value
    found = _rows(
        connection,
        "SELECT id, kind, name, first_name, last_name, company, street, postcode, city FROM contact "
        f"WHERE id {which} AND removed_in IS NULL ORDER BY id",
    )
    return [
        Record(
            contact_id,
            *name_parts(name, first or "", last or "", kind),
            emails.get(contact_id, ""),
            phones.get(contact_id, ""),
            messengers.get(contact_id, ""),
            organisation_key(company) if company else "",
            _plain(street) if street else "",
            _plain(postcode).replace(" ", "") if postcode else "",
            _city(city) if city else "",
            _texts(properties, values.get(contact_id, {})),
        )
        for contact_id, kind, name, first, last, company, street, postcode, city in found
    ]


def _rows(connection: Connection, sql: str) -> Sequence[Any]:
    # From the driver itself: a million contacts have several million rows, and no use for more than tuples.
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql)
        return cursor.fetchall()
    finally:
        cursor.close()


def _joined(connection: Connection, sql: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for contact_id, key in _rows(connection, sql):
        if contact_id in found:
            if f" {key} " not in f" {found[contact_id]} ":
                found[contact_id] += f" {key}"
        else:
            found[contact_id] = key
    return found


def _texts(properties: Sequence[int], values: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(_plain(values[property_id]) if property_id in values else "" for property_id in properties)


def name_parts(name: str, first: str, last: str, kind: str = "person") -> tuple[str, str, str, str]:
    """Family, given and middle name of a person, or the title of an organisation, in folded Latin letters."""
    if not first and not last:
        if kind != "person" or is_organisation(name):
            return "", "", "", organisation_key(name)
        first, last = _around_initials(name) or split_name(name)
        if not first and not last:
            return "", "", "", organisation_key(name)
        if is_given_name(fold(last)) and not is_given_name(fold(first)):
            first, last = last, first
    given, _space, middle = _name(first).partition(" ")
    return _name(last), given, middle, ""


def _around_initials(name: str) -> tuple[str, str] | None:
    """Initials and the one name written out: «Петрова А. С.», "J. Smith"; None for any other name."""
    words = folded_words(fold(name))
    whole = [word for word in words if len(word) > 1]
    if len(whole) != 1 or len(words) == 1:
        return None
    letters = " ".join(word for word in words if len(word) == 1)
    if words[0] == whole[0] and is_given_name(whole[0]):
        return whole[0], letters
    return letters, whole[0]


@lru_cache(maxsize=_KEPT)
def _name(text: str) -> str:
    return " ".join(map(latin, folded_words(fold(text))))


@lru_cache(maxsize=_KEPT)
def _city(text: str) -> str:
    return _plain(text)


def _plain(text: str) -> str:
    return latin(" ".join(folded_words(fold(text))))


@lru_cache(maxsize=_KEPT)
def organisation_key(name: str) -> str:
    """The words of an organisation's name without legal forms, sorted, in folded Latin letters."""
    return " ".join(sorted(map(latin, organisation_words(fold(name)))))


@lru_cache(maxsize=_KEPT)
def bare_street(street: str) -> str:
    """The words of a street and house without those that every address has."""
    return " ".join(word for word in street.split() if word not in _STREET_WORDS) or street
