"""Finding contacts that are one though no field says so by itself: candidates, a model of them, and their scores."""

import tempfile
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Final

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.paths import scratch_directory
from ulkacrm_desktop.services.duplicates.candidates import Scratch
from ulkacrm_desktop.services.duplicates.comparison import compared
from ulkacrm_desktop.services.duplicates.model import Model, learned
from ulkacrm_desktop.services.duplicates.rarity import Pattern, Rarity
from ulkacrm_desktop.services.duplicates.records import Record, records
from ulkacrm_desktop.services.jobs.context import JobContext

_LIKELY: Final = 0.5
"""From this probability on two contacts are offered as duplicates."""

_BETWEEN_REPORTS: Final = 2_000
_SAMPLE: Final = 1_500
_SAMPLE_PAIRS: Final = 100_000


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """Two contacts that are probably one; ``weights`` are what each field adds, in bits."""

    one: int
    other: int
    score: float
    weights: tuple[float, ...]


def fuzzy_pairs(connection: Connection, properties: Sequence[int], context: JobContext) -> list[ScoredPair]:
    """The pairs of present contacts that are probably one, the surest first."""
    path = Path(tempfile.mkstemp(prefix="duplicates-", suffix=".db", dir=scratch_directory())[1])
    path.unlink()
    scratch = Scratch(path, len(properties))
    try:
        total = connection.execute(text("SELECT count(*) FROM contact WHERE removed_in IS NULL")).scalar_one()
        for chunk in records(connection, properties):
            scratch.add(chunk)
            context.report("contacts", scratch.contacts, total)
        context.report("block")
        pairs = scratch.pair()
        context.report("pairs", 0, pairs)
        rarity = Rarity(*scratch.counts())
        patterns: dict[Pattern, int] = {}
        numbers = array("I")
        for one, other in scratch.pairs():
            pattern = rarity.pattern(compared(one, other), one, other)
            numbers.append(patterns.setdefault(pattern, len(patterns)))
            if not len(numbers) % _BETWEEN_REPORTS:
                context.report("pairs", len(numbers), pairs)
        context.report("score")
        met = Counter(numbers)
        chance = Counter(
            rarity.pattern(compared(one, other), one, other) for one, other in _drawn(scratch.some(_SAMPLE))
        )
        model = learned(
            {pattern: met[number] for pattern, number in patterns.items()}, chance, scratch.contacts, len(properties)
        )
        scores = [model.classes(pattern)[0] for pattern in patterns]
        found = []
        for number, (one, other) in zip(numbers, scratch.pairs(), strict=True):
            if scores[number] >= _LIKELY:
                found.append(_scored(one, other, scores[number], model, rarity))
        return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))
    finally:
        scratch.close()


def _drawn(sample: Sequence[Record]) -> list[tuple[Record, Record]]:
    """Pairs at random, the same ones each time."""
    if len(sample) * (len(sample) - 1) // 2 <= _SAMPLE_PAIRS:
        return list(combinations(sample, 2))
    chance = Random(1)  # noqa: S311 - a sample, no secret
    return [(one, other) for one, other in (chance.sample(sample, 2) for _ in range(_SAMPLE_PAIRS))]


def _scored(one: Record, other: Record, score: float, model: Model, rarity: Rarity) -> ScoredPair:
    levels = compared(one, other)
    bits = rarity.of_fields(levels, one, other)
    weights = tuple(round(a + b, 2) for a, b in zip(model.weights(levels), bits, strict=True))
    return ScoredPair(one.id, other.id, score, weights)
