"""How alike two contacts are, field by field: a level for each, which `model` weighs."""

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import product
from typing import Final

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from ulkacrm_desktop.core.text.nicknames import full_names, is_name_form
from ulkacrm_desktop.core.text.transliteration import sound_key
from ulkacrm_desktop.services.duplicates.records import Record, bare_street

_KEPT: Final = 50_000
_PHONE_TAIL: Final = 7
_DIGITS: Final = re.compile(r"\D+")
_SEPARATORS: Final = re.compile(r"[^a-z]+")


class Level(IntEnum):
    """How alike two values of one field are.

    ``ALIAS`` is another form of the same: Саша and Александр, and of a place the city where the postcodes are not the
    same. ``INITIAL`` is of names alone.
    """

    UNKNOWN = 0
    EXACT = 1
    ALIAS = 2
    NEAR = 3
    SIMILAR = 4
    INITIAL = 5
    DIFFERENT = 6


FIELDS: Final = (
    "family",
    "given",
    "middle",
    "title",
    "email",
    "phone",
    "messenger",
    "company",
    "street",
    "place",
)
"""What is compared, in the order of its levels; the chosen properties follow."""

FAMILY, GIVEN, MIDDLE, TITLE, EMAIL, PHONE, MESSENGER, COMPANY, STREET, PLACE = range(len(FIELDS))

Levels = tuple[Level, ...]

_UNKNOWN, _EXACT, _ALIAS, _NEAR, _SIMILAR, _INITIAL, _DIFFERENT = Level


def compared(one: Record, other: Record) -> Levels:
    """The level of each field of two contacts."""
    return (
        *_names(one, other),
        _given(one.middle, other.middle),
        _words(one.title, other.title),
        _emails(one, other),
        _phones(one.phones, other.phones),
        _keys(one.messengers, other.messengers),
        _words(one.company, other.company),
        _street(one.street, other.street),
        _place(one, other),
        *map(_value, one.properties, other.properties),
    )


def named(one: Sequence[str], other: Sequence[str]) -> tuple[Level, Level]:
    """The levels of the family and given names of two people, each as (family, given) of `name_parts`."""
    return _names(Record(0, one[0], one[1]), Record(0, other[0], other[1]))


def _names(one: Record, other: Record) -> tuple[Level, Level]:
    family, given = _family(one.family, other.family), _given(one.given, other.given)
    if (family in _ALIKE and given in _ALIKE) or not (one.given and other.given):
        return family, given
    # First and last name in each other's place, or one of them alone in the wrong place.
    crossed, back = _family(one.family, other.given), _family(one.given, other.family)
    if crossed in _ALIKE and back in _ALIKE:
        return _NEAR, _NEAR
    if family is _UNKNOWN and (crossed in _ALIKE or back in _ALIKE):
        return _NEAR, _UNKNOWN
    return family, given


_ALIKE: Final = frozenset((_EXACT, _ALIAS, _NEAR))


@lru_cache(maxsize=_KEPT)
def _family(one: str, other: str) -> Level:
    if not one or not other:
        return _UNKNOWN
    if one == other:
        return _EXACT
    short = min(len(one), len(other))
    if short == 1:
        return _INITIAL if one[0] == other[0] else _DIFFERENT
    edits = OSA.distance(one, other, score_cutoff=2)
    if (edits == 1 and (short > 3 or sorted(one) == sorted(other))) or (edits == 2 and short > 7):
        return _NEAR
    likeness = JaroWinkler.normalized_similarity(one, other)
    if likeness >= 0.95 or (likeness >= 0.75 and sound_key(one) == sound_key(other)):
        return _NEAR
    if " " in one or " " in other:
        words, others = set(one.split()), set(other.split())
        together = OSA.distance(one.replace(" ", ""), other.replace(" ", ""), score_cutoff=1)
        if words <= others or others <= words or together <= 1:
            return _NEAR
    return _SIMILAR if likeness >= 0.8 else _DIFFERENT


@lru_cache(maxsize=_KEPT)
def _given(one: str, other: str) -> Level:
    level = _family(one, other)
    if level is _UNKNOWN or level is _EXACT:
        return level
    if not full_names(one).isdisjoint(full_names(other)):
        return _ALIAS
    # Мария is no slip of Марина.
    return _SIMILAR if level is _NEAR and is_name_form(one) and is_name_form(other) else level


@lru_cache(maxsize=_KEPT)
def _words(one: str, other: str) -> Level:
    if not one or not other:
        return _UNKNOWN
    if one == other:
        return _EXACT
    likeness = token_sort_ratio(one, other)
    if likeness >= 90:
        return _NEAR
    if likeness >= 75 or token_set_ratio(one, other, score_cutoff=95):
        return _SIMILAR
    return _DIFFERENT


@lru_cache(maxsize=_KEPT)
def _street(one: str, other: str) -> Level:
    level = _words(bare_street(one), bare_street(other))
    if level is _EXACT or level is _NEAR or not one or not other:
        return level
    # Spaces get lost or come in at the wrong place.
    likeness = OSA.normalized_similarity(one.replace(" ", ""), other.replace(" ", ""))
    if likeness >= 0.85:
        return _NEAR if likeness >= 0.92 else _SIMILAR
    return level


def _keys(one: str, other: str) -> Level:
    """Of match keys with spaces between, one of which in common is enough."""
    if not one or not other:
        return _UNKNOWN
    if one == other or not set(one.split()).isdisjoint(other.split()):
        return _EXACT
    return _DIFFERENT


def _emails(one: Record, other: Record) -> Level:
    level = _keys(one.emails, other.emails)
    if level is not _DIFFERENT:
        return level
    return min(
        (_email(a, b, one.family, one.given) for a, b in product(one.emails.split(), other.emails.split())),
        # That nothing can be told from one pair of addresses says less than any likeness.
        key=lambda found: found or _INITIAL,
    )


def _email(one: str, other: str, family: str, given: str) -> Level:
    local, _at, domain = one.partition("@")
    other_local, _at, other_domain = other.partition("@")
    if _DIGITS.sub(" ", local) != _DIGITS.sub(" ", other_local):
        return _DIFFERENT
    if local == other_local and OSA.distance(domain, other_domain, score_cutoff=2) <= 2:
        return _NEAR
    sound = _consonants(local)
    if any(name and _consonants(name) in sound for name in (family, given)):
        # Made of the name, which is compared by itself: namesakes have such addresses too.
        return _UNKNOWN if sound == _consonants(other_local) else _DIFFERENT
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return _NEAR
    letters, other_letters = _SEPARATORS.sub("", local), _SEPARATORS.sub("", other_local)
    return _SIMILAR if JaroWinkler.normalized_similarity(letters, other_letters) >= 0.92 else _DIFFERENT


def _consonants(word: str) -> str:
    """How a word sounds, whichever vowel it begins with."""
    return sound_key("a" + _SEPARATORS.sub("", word))[1:]


def _phones(one: str, other: str) -> Level:
    level = _keys(one, other)
    if level is not _DIFFERENT:
        return level
    for number, other_number in product(one.split(), other.split()):
        if number[-_PHONE_TAIL:] == other_number[-_PHONE_TAIL:] and len(number) >= _PHONE_TAIL:
            return _NEAR
        if len(number) == len(other_number) and OSA.distance(number, other_number, score_cutoff=1) <= 1:
            return _SIMILAR
    return _DIFFERENT


def _place(one: Record, other: Record) -> Level:
    if one.postcode and one.postcode == other.postcode:
        return _EXACT
    if one.city and one.city == other.city:
        return _ALIAS
    postcode = _value(one.postcode, other.postcode) if one.postcode and other.postcode else _UNKNOWN
    city = _family(one.city, other.city)
    if postcode is _NEAR or city is _NEAR:
        return _NEAR
    if city is _SIMILAR:
        return _SIMILAR
    return _UNKNOWN if postcode is _UNKNOWN and city is _UNKNOWN else _DIFFERENT


def _value(one: str, other: str) -> Level:
    """Of a property or postcode: words, a number, a date."""
    if not one or not other:
        return _UNKNOWN
    if one == other:
        return _EXACT
    if len(one) > 3 and (OSA.distance(one, other, score_cutoff=1) <= 1 or sorted(one) == sorted(other)):
        return _NEAR
    if len(one) > 6 and OSA.distance(one, other, score_cutoff=2) <= 2:
        return _SIMILAR
    if one.isdigit() or other.isdigit():
        return _DIFFERENT
    return _SIMILAR if token_sort_ratio(one, other, score_cutoff=80) else _DIFFERENT
