"""Finding contacts that are one though no field says so by itself: candidates, a model of them, and their scores."""

import multiprocessing
import os
import tempfile
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
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
from ulkacrm_desktop.services.jobs.process_start import end_with_parent

_LIKELY: Final = 0.6
"""From this probability on two contacts are offered as duplicates."""

_PAIRS_AT_ONCE: Final = 50_000
"""Pairs that a process compares between two reports; more are compared in a process for each core."""

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
    scratch = Scratch(path, len(properties), fresh=True)
    try:
        total = connection.execute(text("SELECT count(*) FROM contact WHERE removed_in IS NULL")).scalar_one()
        for chunk in records(connection, properties):
            scratch.add(chunk)
            context.report("contacts", scratch.contacts, total)
        context.report("block")
        pairs = scratch.pair()
        rarity = Rarity(*scratch.counts())
        patterns, numbers = _patterns(path, len(properties), rarity, pairs, context)
        context.report("score")
        met = Counter(numbers)
        chance = Counter(
            rarity.pattern(compared(one, other), one, other) for one, other in _drawn(scratch.some(_SAMPLE))
        )
        counts = {pattern: met[number] for pattern, number in patterns.items()}
        model = learned(counts, chance, scratch.contacts, len(properties))
        scores = [model.classes(pattern)[0] for pattern in patterns]
        found = []
        for place, number in enumerate(numbers, start=1):
            if scores[number] >= _LIKELY:
                for one, other in scratch.pairs(place, place):
                    found.append(_scored(one, other, scores[number], model, rarity))
        return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))
    finally:
        scratch.close(delete=True)


def _patterns(
    path: Path, properties: int, rarity: Rarity, pairs: int, context: JobContext
) -> tuple[dict[Pattern, int], "array[int]"]:
    """The patterns of all pairs, numbered, and the number of each pair; found in a process for each core."""
    patterns: dict[Pattern, int] = {}
    numbers = array("I")
    starts = range(1, pairs + 1, _PAIRS_AT_ONCE)
    pieces = [(path, properties, first, min(first + _PAIRS_AT_ONCE - 1, pairs)) for first in starts]
    context.report("pairs", 0, pairs)
    with _comparing(rarity, apart=len(pieces) > 1) as compare:
        for met, packed in compare(_compare, pieces):
            own = array("I", (patterns.setdefault(pattern, len(patterns)) for pattern in met))
            numbers.extend(map(own.__getitem__, array("I", packed)))
            context.report("pairs", len(numbers), pairs)
    return patterns, numbers


@contextmanager
def _comparing(rarity: Rarity, *, apart: bool) -> Iterator[Callable[..., Iterable[tuple[list[Pattern], bytes]]]]:
    """What maps `_compare` over pieces, in this process or in one for each core."""
    if not apart:
        _start_comparing(rarity)
        yield map
        return
    with ProcessPoolExecutor(
        max_workers=max(1, min(4, os.cpu_count() or 1)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin_comparing,
        initargs=(rarity,),
    ) as pool:
        try:
            yield pool.map
        finally:
            pool.shutdown(cancel_futures=True)


_rarity: Rarity | None = None


def _start_comparing(rarity: Rarity) -> None:
    global _rarity  # noqa: PLW0603 - a process of the pool has one task in its life
    _rarity = rarity


def _begin_comparing(rarity: Rarity) -> None:
    end_with_parent()
    _start_comparing(rarity)


def _compare(piece: tuple[Path, int, int, int]) -> tuple[list[Pattern], bytes]:
    """The patterns of some pairs, and for each pair the place of its own."""
    path, properties, first, last = piece
    assert _rarity is not None
    scratch = Scratch(path, properties)
    try:
        met: dict[Pattern, int] = {}
        numbers = array("I")
        for one, other in scratch.pairs(first, last):
            pattern = _rarity.pattern(compared(one, other), one, other)
            numbers.append(met.setdefault(pattern, len(met)))
        return list(met), numbers.tobytes()
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
