"""The places of all contacts in an order, kept in memory: what a search finds is put in order by them.

They are made when the whole order is read, which a list does soon after it is shown, and hold until the next
operation. Four bytes a contact.
"""

import sys
from array import array
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select

from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.models import Operation
from ulkacrm_desktop.services.jobs.giving_way import in_turns

LEAST: Final = 20_000
"""From so many contacts on it pays."""

_KEPT: Final = 2
_AT_ONCE: Final = 6_000

_Key = tuple[int | None, str, bool]


@dataclass(frozen=True, slots=True)
class Ranks:
    """``places`` holds, four bytes each and the highest first, the place of contact 0, 1, 2 …; what is not in the
    order comes last."""

    places: bytes

    @property
    def of_id(self) -> str:
        """SQL for the place of contact ``id``, with `places` as the parameter ``places``."""
        return "substr(:places, id * 4 + 1, 4)"


_kept: WeakKeyDictionary[Engine, dict[_Key, Ranks]] = WeakKeyDictionary()


def kept_ranks(connection: Connection, query: ContactQuery) -> Ranks | None:
    """The places in the order of a query, where they are at hand for the state that the connection sees."""
    of_engine = _kept.get(connection.engine)
    return of_engine.get(_key(connection, query)) if of_engine else None


def keep_ranks(connection: Connection, query: ContactQuery, ids: "array[int]") -> None:
    """Keep the places of all contacts, whose ids are given in the order of the query."""
    if not is_local(connection) or len(ids) < LEAST:
        return
    key = _key(connection, query)
    present = dict(_kept.get(connection.engine, {}))
    if key in present:
        return
    starts = range(0, len(ids), _AT_ONCE)
    largest = max([max(ids[start : start + _AT_ONCE]) for start in in_turns(starts)])
    places = array("I", b"\xff" * 4 * (largest + 1))
    for start in in_turns(starts):
        for place, contact_id in enumerate(ids[start : start + _AT_ONCE], start):
            places[contact_id] = place
    if sys.byteorder == "little":
        places.byteswap()
    fresh = {known: ranks for known, ranks in present.items() if known[0] == key[0]}
    fresh[key] = Ranks(places.tobytes())
    _kept[connection.engine] = dict(list(fresh.items())[-_KEPT:])


def _key(connection: Connection, query: ContactQuery) -> _Key:
    # Every write is an operation, whichever process made it.
    state = connection.execute(select(func.max(Operation.id))).scalar_one()
    return state, query.sort, query.descending
