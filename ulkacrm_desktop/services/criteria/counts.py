"""About how many contacts each condition finds: what a plan is made by.

Counts are kept for a minute, whatever is written meanwhile: a plan that is made by them may be slower, its answer is
the same.
"""

import time
from collections.abc import Mapping
from math import sqrt
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from ulkacrm_desktop.services.criteria.access import Access
from ulkacrm_desktop.services.criteria.meaning import Leaf

_COUNTED_UP_TO: Final = (2_000, 16_000, 64_000, 250_000)
"""How far the contacts of conditions are counted, until one of them has been counted to its end."""

_GUESSED_SHARE: Final = 0.05
"""The part of all contacts that a condition is thought to find of which nothing can be counted cheaply."""

_KEPT_SECONDS: Final = 60.0
_KEPT_MOST: Final = 500

_kept: WeakKeyDictionary[Engine, dict[Leaf, tuple[float, float]]] = WeakKeyDictionary()


def counts(
    connection: Connection, access: Mapping[Leaf, Access], parameters: Mapping[str, Any], contacts: int
) -> dict[Leaf, float]:
    """About how many of so many contacts pass each leaf: counted, but not much further than the fewest of them are."""
    if len(access) == 1:  # there is nothing to choose from
        return dict.fromkeys(access, contacts * _GUESSED_SHARE)
    kept = _kept.setdefault(connection.engine, {})
    now = time.monotonic()
    known: dict[Leaf, float] = {}
    for leaf, one in access.items():
        until, count = kept.get(leaf, (0.0, 0.0))
        if until > now:
            known[leaf] = count
        elif not one.estimate:
            known[leaf] = contacts * _GUESSED_SHARE
    fresh = [leaf for leaf in access if leaf not in known]
    fewest = min(known.values(), default=float("inf"))
    for most in _COUNTED_UP_TO if fresh else ():
        told = " UNION ALL ".join(f"SELECT count(*) FROM ({access[leaf].estimate} LIMIT {most})" for leaf in fresh)
        counted = dict(zip(fresh, connection.scalars(text(told), parameters), strict=True))
        # Of what goes on beyond it is only known that it lies between there and all.
        beyond = sqrt(most * max(most, contacts))
        known |= {leaf: float(count) if count < most else beyond for leaf, count in counted.items()}
        if min(fewest, *counted.values()) < most:
            break
    if len(kept) > _KEPT_MOST:
        kept.clear()
    kept |= {leaf: (now + _KEPT_SECONDS, known[leaf]) for leaf in fresh}
    return known
