"""The plan of an import on disk: every row of the file, what will become of it, and what is wrong with it.

The plan lives in a SQLite file of its own, apart from anybody's data: it is thrown away after the import or the
cancel. Rows are kept in chunks: as a piece of the file, from which their cells are read again when they are looked
at (``original``), and as they will be inserted when they make new contacts (``prepared``, ``properties``,
``words``). What is said row by row is said of the others only: those that make no contact of their own.
"""

import pickle
import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ulkacrm_desktop.services.imports.plan_keys import SCHEMA as KEYS_SCHEMA
from ulkacrm_desktop.services.imports.plan_keys import PackedKeys, PlanKeys

_PARTS = ("original", "prepared", "properties", "words")
"""Each in a table of its own: what stands behind a large value in a row is slow to reach."""

_SCHEMA = f"""
PRAGMA page_size = 16384;
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE chunk (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, before INTEGER NOT NULL, numbers BLOB);
{"".join(f"CREATE TABLE {part} (first INTEGER PRIMARY KEY, data BLOB NOT NULL);" for part in _PARTS)}
{KEYS_SCHEMA}
CREATE TABLE row (place INTEGER PRIMARY KEY, kind TEXT NOT NULL, contact_id INTEGER, leader INTEGER);
CREATE TABLE problem (place INTEGER NOT NULL, field TEXT NOT NULL, column INTEGER, code TEXT NOT NULL,
    value TEXT NOT NULL, is_error INTEGER NOT NULL);
CREATE TABLE tag (key TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE choice (property INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (property, value)) WITHOUT ROWID;
CREATE TABLE mended (place INTEGER PRIMARY KEY, cells BLOB NOT NULL);
CREATE INDEX row_by_kind ON row (kind, place);
CREATE INDEX problem_by_place ON problem (place);
"""


class RowKind(StrEnum):
    """What will become of a row of the file."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    SKIP = "skip"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class PackedChunk:
    """A chunk of rows as the plan keeps it; places in it count from its first row.

    ``before`` and ``numbers``: the number of its first row in the file is ``before`` plus the first of the numbers (an
    array of 8 bytes each), or plus 1 where they follow on each other and ``numbers`` is None. ``original``: pickled,
    a `readers.Piece`. ``prepared``, ``properties``, ``words``: the parts of `prepared.Prepared` by `packed_columns`.
    """

    rows: int
    before: int
    numbers: bytes | None
    original: bytes
    prepared: bytes
    properties: bytes
    words: bytes
    keys: PackedKeys


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """How many rows of each kind a plan has."""

    rows: int = 0
    create: int = 0
    update: int = 0
    unchanged: int = 0
    skip: int = 0
    error: int = 0

    def of(self, kind: RowKind) -> int:
        """The rows of one kind."""
        return int(getattr(self, kind.value))


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row as the plan keeps it. ``place`` counts from 0, ``number`` is the row's in the file.

    ``contact_id`` is the contact that it updates; ``leader`` the place of the row whose new contact it
    joins. ``cells`` are as they were read, or as they were mended.
    """

    place: int
    number: int
    kind: RowKind
    contact_id: int | None
    leader: int | None
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class StoredProblem:
    """What is wrong with a row or one cell of it (``column`` is the index in the file, None for the row)."""

    place: int
    field: str
    column: int | None
    code: str
    value: str
    is_error: bool


class PlanFile:
    """Reads and writes the file of a plan; one thread at a time."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        self.path = path
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # A plan that a crash damages is made again: durability would only cost time.
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA cache_size = -32000")
        self._mended: dict[int, tuple[Any, ...]] | None = None
        self.keys = PlanKeys(self._connection)
        if fresh:
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Release the file; it stays on disk."""
        self._connection.close()

    def delete(self) -> None:
        """Release the file and remove it."""
        self.close()
        self.path.unlink(missing_ok=True)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Many writes as one."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")

    # What the plan says of itself

    def tell(self, key: str, value: str) -> None:
        """Keep a fact about the whole plan."""
        self._connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (key, value))

    def told(self, key: str, default: str = "") -> str:
        """A fact about the whole plan."""
        row = self._connection.execute("SELECT value FROM about WHERE key = ?", (key,)).fetchone()
        return row[0] if row else default

    # Writing while the file is read

    def add_chunk(self, first: int, chunk: PackedChunk) -> None:
        """Keep one chunk of rows, which begin at place ``first``; all of them make contacts until it is decided."""
        execute = self._connection.execute
        execute("INSERT INTO chunk VALUES (?, ?, ?, ?)", (first, first + chunk.rows - 1, chunk.before, chunk.numbers))
        for part in _PARTS:
            execute(f"INSERT INTO {part} VALUES (?, ?)", (first, getattr(chunk, part)))
        self.keys.add(first, chunk.keys)

    def clear(self) -> None:
        """Forget all rows, to read the file once more."""
        for table in ("row", "chunk", "problem", "tag", "choice", *_PARTS):
            self._connection.execute(f"DELETE FROM {table}")
        self.keys.clear()

    def decide(self, decisions: Iterable[tuple[RowKind, int | None, int | None, int]]) -> None:
        """Set kind, contact and leader of rows: (kind, contact_id, leader, place)."""
        made = list(decisions)
        created = [(place,) for kind, _contact, _leader, place in made if kind is RowKind.CREATE]
        others = [
            (place, kind.value, contact_id, leader)
            for kind, contact_id, leader, place in made
            if kind is not RowKind.CREATE
        ]
        self._connection.executemany("DELETE FROM row WHERE place = ?", created)
        self._connection.executemany("INSERT OR REPLACE INTO row VALUES (?, ?, ?, ?)", others)

    def add_problems(self, problems: Iterable[tuple[Any, ...]]) -> None:
        """Keep more problems, as tuples of the fields of `StoredProblem`."""
        self._connection.executemany("INSERT INTO problem VALUES (?, ?, ?, ?, ?, ?)", problems)

    def forget_problems(self, place: int, code: str | None = None) -> None:
        """Drop what was wrong with a row, all of it or by its code: who means a contact needs no name."""
        which, values = ("AND code = ?", (place, code)) if code else ("", (place,))
        self._connection.execute(f"DELETE FROM problem WHERE place = ? {which}", values)

    def forget_name_problems(self, places: Iterable[int]) -> None:
        """Drop what nameless rows lack, where they make no contact anyway."""
        self._connection.executemany(
            "DELETE FROM problem WHERE place = ? AND code = 'name_required'", ((place,) for place in places)
        )

    def add_tags(self, tags: Mapping[str, str]) -> None:
        """Keep tags by key that the import will need."""
        self._connection.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", tags.items())

    def add_choices(self, choices: Iterable[tuple[int, str]]) -> None:
        """Keep choices of select properties that the import will need."""
        self._connection.executemany("INSERT OR IGNORE INTO choice VALUES (?, ?)", choices)

    def mend(self, place: int, cells: Sequence[Any]) -> None:
        """Keep the cells of a row as they were corrected by hand."""
        self._connection.execute("INSERT OR REPLACE INTO mended VALUES (?, ?)", (place, pickle.dumps(tuple(cells))))
        self._mended = None

    # Reading

    def counts(self) -> PlanCounts:
        """How many rows of each kind there are."""
        by_kind = dict(self._connection.execute("SELECT kind, count(*) FROM row GROUP BY kind").fetchall())
        rows = self.last_place() + 1
        return PlanCounts(rows=rows, create=rows - sum(by_kind.values()), **by_kind)

    def page(self, kind: RowKind | None, offset: int, limit: int) -> list[StoredRow]:
        """Rows in the order of the file, all or of one kind."""
        return self.rows(self._places(kind)[offset : offset + limit])

    def places(self, kind: RowKind | None) -> "array[int]":
        """The places of all rows, or of those of one kind, in the order of the file."""
        return array("q", self._places(kind))

    def _places(self, kind: RowKind | None) -> Sequence[int]:
        every = range(self.last_place() + 1)
        if kind is None:
            return every
        if kind is RowKind.CREATE:
            others = {place for (place,) in self._connection.execute("SELECT place FROM row")}
            return [place for place in every if place not in others] if others else every
        rows = self._connection.execute("SELECT place FROM row WHERE kind = ? ORDER BY place", (kind.value,))
        return [place for (place,) in rows]

    def rows(self, places: Sequence[int]) -> list[StoredRow]:
        """Some rows by their places, in the order of the file."""
        wanted = sorted(set(places))
        marks = ", ".join("?" * len(wanted))
        others = {
            place: (RowKind(kind), contact_id, leader)
            for place, kind, contact_id, leader in self._connection.execute(
                f"SELECT * FROM row WHERE place IN ({marks})", wanted
            )
        }
        cells, numbers = self.cells(wanted), self._numbers(wanted)
        return [
            StoredRow(place, number, *others.get(place, (RowKind.CREATE, None, None)), cells[place])
            for place, number in zip(wanted, numbers, strict=True)
        ]

    def row(self, place: int) -> StoredRow:
        """One row."""
        (row,) = self.rows([place])
        return row

    def cells(self, places: Sequence[int]) -> dict[int, tuple[Any, ...]]:
        """The cells of some rows, mended where they were."""
        mended = self.mended()
        wanted = sorted(set(places))
        found: dict[int, tuple[Any, ...]] = {}
        position = 0
        while position < len(wanted):
            first, last, original = self._connection.execute(
                "SELECT first, last, data FROM chunk JOIN original USING (first) WHERE first <= ? "
                "ORDER BY first DESC LIMIT 1",
                (wanted[position],),
            ).fetchone()
            rows = pickle.loads(original).rows().cells  # noqa: S301 - written by this program a moment ago
            while position < len(wanted) and wanted[position] <= last:
                place = wanted[position]
                found[place] = mended.get(place) or tuple(rows[place - first])
                position += 1
        return found

    def _numbers(self, places: Iterable[int]) -> Iterator[int]:
        """The numbers in the file of rows that are given in its order."""
        first = before = 0
        last = -1
        numbers: array[int] | None = None
        for place in places:
            if place > last:
                first, last, before, packed = self._connection.execute(
                    "SELECT * FROM chunk WHERE first <= ? ORDER BY first DESC LIMIT 1", (place,)
                ).fetchone()
                numbers = None if packed is None else array("q", packed)
            yield before + (place - first + 1 if numbers is None else numbers[place - first])

    def mended(self) -> dict[int, tuple[Any, ...]]:
        """The rows that were corrected by hand: place → cells."""
        if self._mended is None:
            self._mended = {
                place: pickle.loads(cells)  # noqa: S301
                for place, cells in self._connection.execute("SELECT place, cells FROM mended")
            }
        return self._mended

    def problems(self, places: Sequence[int]) -> dict[int, list[StoredProblem]]:
        """What is wrong with each of some rows."""
        marks = ", ".join("?" * len(places))
        found: dict[int, list[StoredProblem]] = {}
        for row in self._connection.execute(
            f"SELECT * FROM problem WHERE place IN ({marks}) ORDER BY place, is_error DESC", tuple(places)
        ):
            found.setdefault(row[0], []).append(_problem(row))
        return found

    def errors(self) -> Iterator[tuple[int, StoredProblem]]:
        """Every error with the number of its row, in the order of the file."""
        told = self._connection.execute(
            "SELECT p.* FROM problem p JOIN row r ON r.place = p.place "
            "WHERE p.is_error AND r.kind = 'error' ORDER BY p.place"
        ).fetchall()
        for number, row in zip(self._numbers(row[0] for row in told), told, strict=True):
            yield number, _problem(row)

    def doubts(self) -> dict[str, int]:
        """How many cells there are to be warned of, by the code of the reason."""
        # What is no field is why a row is skipped.
        told = "SELECT code, count(*) FROM problem WHERE NOT is_error AND field <> '' GROUP BY code ORDER BY code"
        return dict(self._connection.execute(told).fetchall())

    def chunks(self) -> Iterator[tuple[int, int, bytes]]:
        """Every chunk: first and last place, prepared rows."""
        yield from self._each_chunk("prepared")

    def properties(self) -> Iterator[tuple[int, int, bytes]]:
        """Every chunk: first and last place, values of properties of the prepared rows."""
        yield from self._each_chunk("properties")

    def words(self) -> Iterator[tuple[int, int, bytes]]:
        """Every chunk: first and last place, words of the prepared rows."""
        yield from self._each_chunk("words")

    def _each_chunk(self, part: str) -> Iterator[tuple[int, int, bytes]]:
        # One at a time: the writer of another connection would wait for the end of a long read.
        for first, last in self._connection.execute("SELECT first, last FROM chunk ORDER BY first").fetchall():
            (blob,) = self._connection.execute(f"SELECT data FROM {part} WHERE first = ?", (first,)).fetchone()
            yield first, last, blob

    def decisions(self, first: int, last: int) -> list[tuple[int, str, int | None, int | None]]:
        """(place, kind, contact_id, leader) of those of a stretch of rows that make no contact of their own."""
        asked = "SELECT * FROM row WHERE place BETWEEN ? AND ? ORDER BY place"
        return self._connection.execute(asked, (first, last)).fetchall()

    def last_place(self) -> int:
        """The place of the last row, -1 where there is none."""
        return int(self._connection.execute("SELECT coalesce(max(last), -1) FROM chunk").fetchone()[0])

    def places_not_created(self, first: int, last: int) -> set[int]:
        """The rows of a stretch that do not make a contact of their own."""
        return {place for place, _kind, _contact_id, _leader in self.decisions(first, last)}

    def places_to_match(self) -> list[int]:
        """The rows that make a contact unless they mean one that is there: a nameless one must."""
        others = {
            place
            for (place,) in self._connection.execute(
                "SELECT place FROM row WHERE NOT (kind = 'error' AND NOT EXISTS (SELECT 1 FROM problem p "
                "WHERE p.place = row.place AND p.is_error AND p.code <> 'name_required'))"
            )
        }
        return [place for place in range(self.last_place() + 1) if place not in others]

    def keys_of(self, place: int) -> set[str]:
        """The keys of a row."""
        (first,) = self._connection.execute("SELECT max(first) FROM chunk WHERE first <= ?", (place,)).fetchone()
        return set(self.keys.of(place, first))

    def related(self, keys: Collection[str], contacts: Collection[int], places: Collection[int]) -> set[int]:
        """The rows that have one of the keys, mean one of the contacts, or join or lead one of the rows."""
        execute = self._connection.execute
        found = self.keys.rows_with(keys)
        for column, wanted in (("contact_id", contacts), ("leader", places)):
            for together in _portions(wanted):
                marks = ", ".join("?" * len(together))
                found |= {place for (place,) in execute(f"SELECT place FROM row WHERE {column} IN ({marks})", together)}
        for together in _portions(places):
            marks = ", ".join("?" * len(together))
            asked = f"SELECT leader FROM row WHERE leader IS NOT NULL AND place IN ({marks})"
            found |= {place for (place,) in execute(asked, together)}
        return found

    def tags(self) -> dict[str, str]:
        """The tags that the rows bear: key → name as first written."""
        return dict(self._connection.execute("SELECT key, name FROM tag").fetchall())

    def choices(self, property_index: int) -> list[str]:
        """The choices of a property that the rows have."""
        asked = "SELECT value FROM choice WHERE property = ? ORDER BY value"
        return [value for (value,) in self._connection.execute(asked, (property_index,))]


def _portions(values: Collection[Any]) -> Iterator[tuple[Any, ...]]:
    """The values in portions that one statement may be given."""
    listed = tuple(values)
    for start in range(0, len(listed), 900):
        yield listed[start : start + 900]


def _problem(row: Sequence[Any]) -> StoredProblem:
    place, field, column, code, value, is_error = row
    return StoredProblem(place, field, column, code, value, bool(is_error))
