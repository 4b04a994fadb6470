"""The keys by which the rows of a plan are matched: with contacts, and with each other.

They lie chunk by chunk in the plan's file, as texts and as numbers of 64 bits, by which rows of the same key are
found without an index of millions of texts.
"""

import marshal
import sqlite3
from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from zlib import adler32, crc32

SCHEMA = """
CREATE TABLE keys (first INTEGER PRIMARY KEY, texts BLOB NOT NULL);
CREATE TABLE key_number (first INTEGER PRIMARY KEY, numbers BLOB NOT NULL);
CREATE TABLE mended_keys (place INTEGER PRIMARY KEY, texts BLOB NOT NULL);
"""

PackedKeys = tuple[bytes, bytes]
"""Keys as the plan keeps them: `pack_keys` makes them."""


def pack_keys(keys: list[str], places: list[int]) -> PackedKeys:
    """The keys of a chunk and the place of each, counted from the first row of the chunk.

    Those of the same row must be in the order in which they count.
    """
    return marshal.dumps((keys, places)), array("Q", _numbers(keys)).tobytes()


def _numbers(keys: Collection[str]) -> list[int]:
    coded = list(map(str.encode, keys))
    return [high << 32 | low for high, low in zip(map(crc32, coded), map(adler32, coded), strict=True)]


class PlanKeys:
    """The keys in the file of a plan."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, first: int, packed: PackedKeys) -> None:
        """Keep the keys of the chunk that begins at place ``first``."""
        texts, numbers = packed
        self._connection.execute("INSERT INTO keys VALUES (?, ?)", (first, texts))
        self._connection.execute("INSERT INTO key_number VALUES (?, ?)", (first, numbers))

    def clear(self) -> None:
        """Forget all keys."""
        for table in ("keys", "key_number", "mended_keys"):
            self._connection.execute(f"DELETE FROM {table}")

    def chunks(self) -> Iterator[tuple[list[str], list[int]]]:
        """The keys of each chunk and the place of each, in the order of the file."""
        for (first,) in self._connection.execute("SELECT first FROM keys ORDER BY first").fetchall():
            keys, places = self._chunk(first)
            yield keys, [first + place for place in places]

    def shared(self) -> list[tuple[str, int]]:
        """Keys that stand in more than one row, with each of their rows, in the order of the file."""
        seen: set[int] = set()
        repeated: set[int] = set()
        for _first, numbers in self._numbers():
            own = set(numbers)
            if len(own) < len(numbers):
                repeated.update(number for number, count in Counter(numbers).items() if count > 1)
            repeated |= seen & own
            seen |= own
        del seen
        if not repeated:
            return []
        found: dict[str, list[int]] = {}
        for first, numbers in self._numbers():
            if not repeated.isdisjoint(numbers):
                for key, place, number in zip(*self._chunk(first), numbers, strict=True):
                    if number in repeated:
                        found.setdefault(key, []).append(first + place)
        return sorted(
            ((key, place) for key, places in found.items() if places[0] < places[-1] for place in places),
            key=lambda entry: entry[1],
        )

    def of(self, place: int, first: int) -> list[str]:
        """The keys of a row, which stands in the chunk that begins at ``first``."""
        mended = self._connection.execute("SELECT texts FROM mended_keys WHERE place = ?", (place,)).fetchone()
        if mended is not None:
            return list(marshal.loads(mended[0]))  # noqa: S302 - written by this program a moment ago
        keys, places = self._chunk(first)
        return [key for key, its_place in zip(keys, places, strict=True) if its_place == place - first]

    def mend(self, place: int, keys: Sequence[str]) -> None:
        """Keep the keys of a row whose cells were corrected."""
        self._connection.execute("INSERT OR REPLACE INTO mended_keys VALUES (?, ?)", (place, marshal.dumps(list(keys))))

    def rows_with(self, keys: Collection[str]) -> set[int]:
        """The places of the rows that have one of the keys."""
        wanted = set(keys)
        wanted_numbers = set(_numbers(wanted))
        found: set[int] = set()
        for first, numbers in self._numbers() if wanted else ():
            if not wanted_numbers.isdisjoint(numbers):
                found |= {first + place for key, place in zip(*self._chunk(first), strict=True) if key in wanted}
        for place, texts in self._connection.execute("SELECT place, texts FROM mended_keys"):
            found.discard(place)
            if not wanted.isdisjoint(marshal.loads(texts)):  # noqa: S302
                found.add(place)
        return found

    def _numbers(self) -> Iterator[tuple[int, "array[int]"]]:
        for first, numbers in self._connection.execute("SELECT first, numbers FROM key_number ORDER BY first"):
            own = array("Q")
            own.frombytes(numbers)
            yield first, own

    def _chunk(self, first: int) -> tuple[list[str], list[int]]:
        (texts,) = self._connection.execute("SELECT texts FROM keys WHERE first = ?", (first,)).fetchone()
        keys, places = marshal.loads(texts)  # noqa: S302
        return keys, places
