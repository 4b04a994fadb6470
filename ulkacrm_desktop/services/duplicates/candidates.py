"""The pairs worth comparing, found by keys that both contacts have, in a scratch database of their own.

Nobody compares a million contacts with each other. Each contact gets keys by which it would meet its duplicates (how
its name sounds, the end of its phone, its street …); contacts of one key make a block. The smaller a block, the more
its key says: blocks are taken from the smallest on, until there are as many pairs as can be compared in time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from sqlcipher3 import dbapi2

from ulkacrm_desktop.core.text.nicknames import full_names
from ulkacrm_desktop.core.text.transliteration import sound_key
from ulkacrm_desktop.services.duplicates.rarity import FIRST_PROPERTY
from ulkacrm_desktop.services.duplicates.records import Record, bare_street

_PAIRS_A_CONTACT: Final = 4
_PAIRS_AT_LEAST: Final = 250_000
_PHONE_TAIL: Final = 7
_LOCAL_PART: Final = 5


class Scratch:
    """The contacts and their keys in a file of their own; made by one process, read by several."""

    def __init__(self, path: Path, properties: int, *, fresh: bool = False) -> None:
        self._path = path
        self._columns = [*Record._fields[:FIRST_PROPERTY], *(f"p{nth}" for nth in range(properties))]
        self._connection = dbapi2.connect(str(path), isolation_level=None)
        # What a crash leaves is thrown away: durability would only cost time.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -64000"):
            self._execute(f"PRAGMA {pragma}")
        self.contacts = 0
        if fresh:
            texts = ", ".join(f"{column} TEXT NOT NULL" for column in self._columns[1:])
            self._execute(f"CREATE TABLE record (id INTEGER PRIMARY KEY, {texts})")
            self._execute("CREATE TABLE found (key INTEGER NOT NULL, id INTEGER NOT NULL)")
            self._execute("BEGIN")

    def close(self, *, delete: bool = False) -> None:
        """Close the file, and delete it."""
        self._connection.close()
        if delete:
            with suppress(OSError):
                self._path.unlink()

    def _execute(self, statement: str, *values: Any) -> Any:
        return self._connection.execute(statement, values)

    def add(self, records: Sequence[Record]) -> None:
        """Take in some contacts."""
        marks = ", ".join("?" * len(self._columns))
        self._connection.executemany(
            f"INSERT INTO record VALUES ({marks})",
            [(*record[:FIRST_PROPERTY], *record.properties) for record in records],
        )
        self._connection.executemany(
            "INSERT INTO found VALUES (?, ?)", [(key, record.id) for record in records for key in keys(record)]
        )
        self.contacts += len(records)

    def pair(self) -> int:
        """Find the pairs to compare; answers how many."""
        self._execute("CREATE INDEX found_key ON found (key, id)")
        self._execute("CREATE TABLE block AS SELECT key, count(*) AS size FROM found GROUP BY key HAVING count(*) > 1")
        most = max(_PAIRS_AT_LEAST, _PAIRS_A_CONTACT * self.contacts)
        largest = pairs = 0
        for size, blocks in self._execute("SELECT size, count(*) FROM block GROUP BY size ORDER BY size"):
            pairs += blocks * size * (size - 1) // 2
            if pairs > most:
                break
            largest = size
        self._execute(
            "CREATE TABLE pair AS SELECT a.id AS one, b.id AS other FROM block k JOIN found a ON a.key = k.key "
            "JOIN found b ON b.key = k.key AND b.id > a.id WHERE k.size <= ? GROUP BY 1, 2",
            largest,
        )
        self._execute("COMMIT")
        return int(self._execute("SELECT count(*) FROM pair").fetchone()[0])

    def pairs(self, first: int, last: int) -> Iterator[tuple[Record, Record]]:
        """The pairs from one place to another, both included; the first is at 1."""
        one, others = (", ".join(f"{alias}.{column}" for column in self._columns) for alias in ("r", "o"))
        cursor = self._execute(
            f"SELECT p.one, {others} FROM pair p JOIN record o ON o.id = p.other "
            "WHERE p.rowid BETWEEN ? AND ? ORDER BY p.rowid",
            first,
            last,
        )
        record: Record | None = None
        while rows := cursor.fetchmany(1_000):
            for contact_id, *values in rows:
                if record is None or record.id != contact_id:
                    found = self._execute(f"SELECT {one} FROM record r WHERE r.id = ?", contact_id)
                    record = self._record(found.fetchone())
                yield record, self._record(values)

    def some(self, number: int) -> list[Record]:
        """So many contacts from all over the table, or all of them."""
        step = max(1, self.contacts // number)
        told = ", ".join(self._columns)
        places = "SELECT id, row_number() OVER (ORDER BY id) AS place FROM record"
        rows = self._execute(
            f"SELECT {told} FROM record WHERE id IN (SELECT id FROM ({places}) WHERE place % ? = 0) LIMIT ?",
            step,
            number,
        )
        return [self._record(row) for row in rows]

    def counts(self) -> tuple[dict[int, Mapping[str, int]], dict[int, int]]:
        """What `Rarity` needs: for each column the values that more than two have, and how many have any."""
        counts: dict[int, Mapping[str, int]] = {}
        filled: dict[int, int] = {}
        for place, column in enumerate(self._columns[1:], start=1):
            common = f"SELECT {column}, count(*) FROM record WHERE {column} <> '' GROUP BY 1 HAVING count(*) > 2"
            counts[place] = dict(self._execute(common).fetchall())
            filled[place] = self._execute(f"SELECT count(*) FROM record WHERE {column} <> ''").fetchone()[0]
        return counts, filled

    def _record(self, values: Sequence[Any]) -> Record:
        return Record._make((*values[:FIRST_PROPERTY], tuple(values[FIRST_PROPERTY:])))


def keys(record: Record) -> set[int]:
    """The keys of a contact's blocks."""
    return {crc32(text.encode()) | kind << 32 for kind, text in _keys(record)}


def _keys(record: Record) -> Iterator[tuple[int, str]]:
    for email in record.emails.split():
        yield 1, email
        local = "".join(filter(str.isalnum, email.partition("@")[0]))
        if len(local) >= _LOCAL_PART:
            yield 2, local
    for phone in record.phones.split():
        yield 3, phone[-_PHONE_TAIL:]
    for messenger in record.messengers.split():
        yield 4, messenger
    family = sound_key(record.family.partition(" ")[0])
    given = sound_key(record.given)
    if record.family:
        yield 5, family
        yield 6, family + given[:1]
        for form in full_names(record.given) if record.given else ():
            # Whichever of the two stands first.
            yield 7, "+".join(sorted((family, sound_key(form))))
    if record.given:
        yield (8 if family else 5), given
    places = [record.postcode, record.company, bare_street(record.street)]
    yield from ((9, place) for place in (*places, record.title) if place)
    places.append(record.city)
    for kind, value in enumerate(record.properties, start=20):
        if value:
            yield kind, value
            places.append(f"{kind}={value}")
    for place in filter(None, places):
        yield 10, f"{family}@{place}"
        yield 11, f"{given}@{place}"
        yield 12, f"{family}+{given}@{place}"
