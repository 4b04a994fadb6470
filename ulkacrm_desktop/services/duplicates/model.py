"""What the likeness of two contacts says of their being one, learned from the contacts themselves.

The model of Fellegi and Sunter (A Theory for Record Linkage, 1969): each field adds the logarithm of how much more
often its level is seen in pairs that are one contact than in others. What pairs of two contacts look like is measured
on pairs drawn at random and, where values are the same, by how rare the value is; what pairs of one contact look like
is found by expectation maximisation over all candidates, beginning with what is usual. A third class of pairs keeps
people of one household or firm, who share all but what is their own, from being taken for one.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ulkacrm_desktop.services.duplicates.comparison import (
    EMAIL,
    FAMILY,
    FIELDS,
    GIVEN,
    MESSENGER,
    PHONE,
    PLACE,
    Level,
    Levels,
)
from ulkacrm_desktop.services.duplicates.rarity import SHARED, STEPS, Pattern

_ROUNDS: Final = 25
_KNOWN: Final = tuple(Level)[1:]

_USUAL: Final[Mapping[str, Mapping[Level, float]]] = {
    # How alike two records of one contact usually are, in a hundred.
    "family": {Level.EXACT: 80, Level.NEAR: 12, Level.SIMILAR: 3, Level.INITIAL: 1, Level.DIFFERENT: 4},
    "given": {
        Level.EXACT: 74,
        Level.ALIAS: 6,
        Level.NEAR: 10,
        Level.SIMILAR: 3,
        Level.INITIAL: 4,
        Level.DIFFERENT: 2,
    },
    "middle": {
        Level.EXACT: 78,
        Level.ALIAS: 2,
        Level.NEAR: 8,
        Level.SIMILAR: 2,
        Level.INITIAL: 6,
        Level.DIFFERENT: 4,
    },
    "title": {Level.EXACT: 70, Level.NEAR: 12, Level.SIMILAR: 10, Level.DIFFERENT: 8},
    "email": {Level.EXACT: 60, Level.NEAR: 8, Level.SIMILAR: 4, Level.DIFFERENT: 28},
    "phone": {Level.EXACT: 60, Level.NEAR: 5, Level.SIMILAR: 5, Level.DIFFERENT: 30},
    "messenger": {Level.EXACT: 70, Level.DIFFERENT: 30},
    "company": {Level.EXACT: 55, Level.NEAR: 10, Level.SIMILAR: 10, Level.DIFFERENT: 25},
    "street": {Level.EXACT: 50, Level.NEAR: 12, Level.SIMILAR: 8, Level.DIFFERENT: 30},
    "place": {Level.EXACT: 50, Level.ALIAS: 25, Level.NEAR: 7, Level.SIMILAR: 2, Level.DIFFERENT: 16},
    "property": {Level.EXACT: 60, Level.NEAR: 6, Level.SIMILAR: 4, Level.DIFFERENT: 30},
}
_USUAL_PAIRS: Final = 20
_USUAL_PAIRS_OF_PROPERTIES: Final = 5
"""For how many learned pairs what is usual counts; of a property nothing is known beforehand."""

_FIRM: Final = frozenset((EMAIL, PHONE, MESSENGER))
_FIRMNESS: Final = 3
"""What is usual of addresses counts so many times as much as what is learned: among namesakes alone, all of whom have
other addresses, it would be learned that these say nothing."""

_BY_CHANCE: Final[Mapping[Level, float]] = {
    # How often two contacts are alike by chance, before any were compared; the rest are different.
    Level.ALIAS: 5e-4,
    Level.NEAR: 1e-4,
    Level.SIMILAR: 2e-3,
    Level.INITIAL: 1e-2,
}
_CHANCE_PAIRS: Final = 200

_DUPLICATES_EXPECTED: Final = 0.005
_RELATED_EXPECTED: Final = 0.002
"""Pairs that are one contact, and that are of one household or firm, for each contact, before any were compared."""

_LIMIT: Final = 300.0  # of an exponent


@dataclass(slots=True)
class Model:
    """The weights of levels, natural logarithms, by field; of family and given name by both together.

    ``match`` and ``related`` are the logarithms of how many of all pairs are of their class.
    """

    name: dict[tuple[Level, Level], float]
    family: list[float]
    others: list[list[float]]
    match: float
    related: float

    def weights(self, levels: Levels) -> list[float]:
        """What each field adds, in bits, leaving out how rare its value is; the family name has that of both."""
        told = [0.0] * len(levels)
        told[FAMILY] = self.name[levels[FAMILY], levels[GIVEN]]
        for place in range(GIVEN + 1, len(levels)):
            told[place] = self.others[place][levels[place]]
        return [weight / math.log(2) for weight in told]

    def classes(self, pattern: Pattern) -> tuple[float, float]:
        """How probable it is that a pair of this pattern is one contact, and that it is of one household or firm."""
        levels = pattern.levels
        same = self.name[levels[FAMILY], levels[GIVEN]]
        near = self.family[levels[FAMILY]]
        for place in range(GIVEN + 1, len(levels)):
            weight = self.others[place][levels[place]]
            same += weight
            if place in SHARED:
                near += weight
        bit = math.log(2) / STEPS
        same += (pattern.own + pattern.shared) * bit + self.match
        near += pattern.shared * bit + self.related
        top = max(same, near, 0.0)
        odds, near_odds = math.exp(max(same - top, -_LIMIT)), math.exp(max(near - top, -_LIMIT))
        total = odds + near_odds + math.exp(-top)
        return odds / total, near_odds / total


def learned(candidates: Mapping[Pattern, int], chance: Mapping[Pattern, int], contacts: int, properties: int) -> Model:
    """The model of these pairs: how often each pattern is met among the candidates and among pairs drawn at random.

    What is no candidate counts as a pair of two contacts.
    """
    kinds = [*FIELDS, *["property"] * properties]
    pairs = max(contacts * (contacts - 1) / 2, 1)
    usual = [_shares(_USUAL[kind]) for kind in kinds]
    by_chance = _shares({**_BY_CHANCE, Level.DIFFERENT: 1 - sum(_BY_CHANCE.values())})
    counted: list[list[float]] = [[0.0] * len(Level) for _ in kinds]
    for pattern, count in chance.items():
        for place, level in enumerate(pattern.levels):
            counted[place][level] += count
    model = _model(_none(kinds), counted, usual, by_chance, kinds)
    expected = _DUPLICATES_EXPECTED * contacts + 1, _RELATED_EXPECTED * contacts + 1
    model.match, model.related = (math.log(number / pairs) for number in expected)
    for _round in range(_ROUNDS):
        matches = _none(kinds)
        found, near = expected
        for pattern, count in candidates.items():
            match, related = model.classes(pattern)
            near += related * count
            if match > 1e-6:
                found += match * count
                matches.add(pattern.levels, match * count)
        counted = [[0.0] * len(Level) for _ in kinds]
        for pattern, count in chance.items():
            others = count * (1 - model.classes(pattern)[0])
            for place, level in enumerate(pattern.levels):
                counted[place][level] += others
        before = model.match
        model = _model(matches, counted, usual, by_chance, kinds)
        model.match, model.related = math.log(min(found / pairs, 0.5)), math.log(min(near / pairs, 0.5))
        if abs(model.match - before) < 1e-4:
            break
    return model


@dataclass(slots=True)
class _Matches:
    """How often levels were met in pairs that are one contact."""

    name: defaultdict[tuple[Level, Level], float]
    fields: list[list[float]]

    def add(self, levels: Levels, count: float) -> None:
        self.name[levels[FAMILY], levels[GIVEN]] += count
        for place in range(GIVEN + 1, len(levels)):
            self.fields[place][levels[place]] += count


def _none(kinds: Sequence[str]) -> _Matches:
    return _Matches(defaultdict(float), [[0.0] * len(Level) for _ in kinds])


def _shares(usual: Mapping[Level, float]) -> list[float]:
    """The share of each level among those that are known; none is never met."""
    told = [usual.get(level, 0) / sum(usual.values()) + 1e-4 for level in Level]
    told[Level.UNKNOWN] = 0.0
    return [share / sum(told) for share in told]


def _blended(counted: Sequence[float], usual: Sequence[float], pairs: float) -> list[float]:
    """Shares of levels as they were counted, with what is usual as if ``pairs`` had been counted before."""
    known = sum(counted[1:]) + pairs
    return [0.0, *((counted[level] + usual[level] * pairs) / known for level in _KNOWN)]


def _model(
    matches: _Matches,
    counted: Sequence[Sequence[float]],
    usual: Sequence[Sequence[float]],
    by_chance: Sequence[float],
    kinds: Sequence[str],
) -> Model:
    """The weights that follow from counts of pairs that are one contact and of pairs of two."""
    others: list[list[float]] = []
    chances: list[list[float]] = []
    for place, kind in enumerate(kinds):
        chance = _blended(counted[place], by_chance, _CHANCE_PAIRS)
        # Of what is the same it is the rarity of the value that tells how often that is by chance.
        chance[Level.EXACT] = 1.0
        if place == PLACE:
            chance[Level.ALIAS] = 1.0
        chances.append(chance)
        weight = float(_USUAL_PAIRS_OF_PROPERTIES if kind == "property" else _USUAL_PAIRS)
        if place in _FIRM:
            weight += _FIRMNESS * sum(matches.fields[place][1:])
        match = _blended(matches.fields[place], usual[place], weight)
        others.append(_logarithms(match, chance))
    families, givens = [0.0] * len(Level), [0.0] * len(Level)
    for (family, given), count in matches.name.items():
        families[family] += count
        givens[given] += count
    family_match = _blended(families, usual[FAMILY], _USUAL_PAIRS)
    given_match = _blended(givens, usual[GIVEN], _USUAL_PAIRS)
    both = sum(count for levels, count in matches.name.items() if Level.UNKNOWN not in levels) + _USUAL_PAIRS
    name = {(Level.UNKNOWN, Level.UNKNOWN): 0.0}
    for family in _KNOWN:
        name[family, Level.UNKNOWN] = math.log(family_match[family] / chances[FAMILY][family])
        name[Level.UNKNOWN, family] = math.log(given_match[family] / chances[GIVEN][family])
        for given in _KNOWN:
            expected = usual[FAMILY][family] * usual[GIVEN][given] * _USUAL_PAIRS
            together = (expected + matches.name[family, given]) / both
            name[family, given] = math.log(together / (chances[FAMILY][family] * chances[GIVEN][given]))
    # Half of those who share a house or an office share a family name too.
    related = [math.log((math.exp(weight) + 1) / 2) for weight in _logarithms(family_match, chances[FAMILY])]
    return Model(name, related, others, 0.0, 0.0)


def _logarithms(match: Iterable[float], chance: Iterable[float]) -> list[float]:
    return [math.log(one / other) if one and other else 0.0 for one, other in zip(match, chance, strict=True)]
