"""How rare the values are that two contacts have in common: a rare name says more than a common one."""

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

from ulkacrm_desktop.services.duplicates.comparison import (
    COMPANY,
    EMAIL,
    FAMILY,
    MESSENGER,
    PHONE,
    PLACE,
    STREET,
    Level,
    Levels,
)
from ulkacrm_desktop.services.duplicates.records import Record

SHARED: Final = frozenset((FAMILY, PHONE, COMPANY, STREET, PLACE))
"""The fields that people of one household or firm have in common."""

_SEVERAL: Final = frozenset((EMAIL, PHONE, MESSENGER))
_FIRST_VALUE: Final = Record._fields.index("family")
_POSTCODE: Final = Record._fields.index("postcode")
_CITY: Final = Record._fields.index("city")
FIRST_PROPERTY: Final = Record._fields.index("properties")
"""The column of `Counts` of the first chosen property; the others follow."""

_SPREAD: Final = {
    # One contact in how many has the same value by chance, before any were counted.
    "family": 1_500,
    "given": 150,
    "middle": 100,
    "emails": 1_000_000,
    "phones": 1_000_000,
    "messengers": 1_000_000,
    "city": 50,
}
_SPREAD_OF_OTHERS: Final = 1_000
_AS_IF_COUNTED: Final = 50
_UNSEEN: Final = 0.5
"""How many more would have a value that only the two have, were there as many contacts again."""

STEPS: Final = 1
"""Steps of rarity in a bit."""


class Pattern(NamedTuple):
    """What the model is told of a pair: its levels, and the rarity of what both have, in steps.

    ``shared`` is that of the fields of `SHARED`, ``own`` that of the others.
    """

    levels: Levels
    own: int
    shared: int


class Rarity:
    """Rarity in bits: a value that one contact in a thousand has is worth ten.

    ``counts`` has, for each column of `Record` (properties from `FIRST_PROPERTY` on), the values that more than two
    contacts have; ``filled`` how many have any.
    """

    def __init__(self, counts: Mapping[int, Mapping[str, int]], filled: Mapping[int, int]) -> None:
        self._counts = counts
        self._filled = filled
        self._spread = {column: 1 / _SPREAD.get(name, _SPREAD_OF_OTHERS) for column, name in enumerate(Record._fields)}

    def of_fields(self, levels: Levels, one: Record, other: Record) -> list[float]:
        """The rarity of what both contacts have, field by field; 0 where that is nothing."""
        return [
            self._of_field(place, level, one, other) if level is Level.EXACT or place == PLACE else 0.0
            for place, level in enumerate(levels)
        ]

    def pattern(self, levels: Levels, one: Record, other: Record) -> Pattern:
        """What the model is told of a pair."""
        own = shared = 0.0
        for place, level in enumerate(levels):
            if level is Level.EXACT or (place == PLACE and level is Level.ALIAS):
                if place in SHARED:
                    shared += self._of_field(place, level, one, other)
                else:
                    own += self._of_field(place, level, one, other)
        return Pattern(levels, round(own * STEPS), round(shared * STEPS))

    def _of_field(self, place: int, level: Level, one: Record, other: Record) -> float:
        if place > PLACE:
            nth = place - PLACE - 1
            return self._bits(FIRST_PROPERTY + nth, one.properties[nth])
        if place == PLACE:
            if level is Level.EXACT:
                return self._bits(_POSTCODE, one.postcode)
            return self._bits(_CITY, one.city) if level is Level.ALIAS else 0.0
        column = _FIRST_VALUE + place
        value, other_value = str(one[column]), str(other[column])
        if place in _SEVERAL and value != other_value:
            return max(self._bits(column, key) for key in set(value.split()) & set(other_value.split()))
        return self._bits(column, value)

    def _bits(self, column: int, value: str) -> float:
        others = max(self._counts[column].get(value, 2) - 2, 0)
        expected = _AS_IF_COUNTED * self._spread.get(column, 1 / _SPREAD_OF_OTHERS)
        return -math.log2((others + _UNSEEN + expected) / (self._filled[column] + _AS_IF_COUNTED))
