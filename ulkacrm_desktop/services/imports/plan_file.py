"""The plan of an import on disk: every row of the file, what will become of it, and what is wrong with it.

The plan lives in a SQLite file of its own, apart from anybody's data: it is thrown away after the import or the
cancel. Rows are kept in chunks, as they were read (``original``, by ``pickle``: workbooks have dates) and as
they will be inserted when they make new contacts (``prepared``).
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

_SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE row (place INTEGER PRIMARY KEY, number INTEGER NOT NULL, kind TEXT NOT NULL, contact_id INTEGER,
    leader INTEGER);
CREATE TABLE chunk (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, original BLOB NOT NULL, prepared BLOB NOT NULL,
    words BLOB NOT NULL);
CREATE TABLE problem (place INTEGER NOT NULL, field TEXT NOT NULL, column INTEGER, code TEXT NOT NULL,
    value TEXT NOT NULL, is_error INTEGER NOT NULL);
CREATE TABLE key (key TEXT NOT NULL, place INTEGER NOT NULL);
CREATE TABLE tag (key TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE choice (property INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (property, value)) WITHOUT ROWID;
CREATE TABLE mended (place INTEGER PRIMARY KEY, cells BLOB NOT NULL);
"""


class RowKind(StrEnum):
    """What will become of a row of the file."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    SKIP = "skip"
    ERROR = "error"


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

    def add_chunk(
        self,
        first: int,
        numbers: Sequence[int],
        kinds: Sequence[str],
        original: bytes,
        prepared: bytes,
        words: bytes,
        keys: Iterable[tuple[str, int]],
        problems: Iterable[tuple[Any, ...]],
        tags: Mapping[str, str],
        choices: Iterable[tuple[int, str]],
    ) -> None:
        """Keep one chunk of rows, which begin at place ``first``."""
        execute = self._connection.executemany
        places = range(first, first + len(numbers))
        self._connection.execute(
            "INSERT INTO chunk VALUES (?, ?, ?, ?, ?)",
            (first, first + len(numbers) - 1, original, prepared, words),
        )
        execute("INSERT INTO row (place, number, kind) VALUES (?, ?, ?)", zip(places, numbers, kinds, strict=True))
        execute("INSERT INTO key VALUES (?, ?)", keys)
        execute("INSERT INTO problem VALUES (?, ?, ?, ?, ?, ?)", problems)
        execute("INSERT OR IGNORE INTO tag VALUES (?, ?)", tags.items())
        execute("INSERT OR IGNORE INTO choice VALUES (?, ?)", choices)

    def clear(self) -> None:
        """Forget all rows, to read the file once more."""
        for table in ("row", "chunk", "problem", "key", "tag", "choice"):
            self._connection.execute(f"DELETE FROM {table}")

    def index(self) -> None:
        """Make the indexes, once all rows are in."""
        self._connection.execute("CREATE INDEX key_by_key ON key (key, place)")
        self._connection.execute("CREATE INDEX row_by_kind ON row (kind, place)")
        self._connection.execute("CREATE INDEX problem_by_place ON problem (place)")

    def decide(self, decisions: Iterable[tuple[str, int | None, int | None, int]]) -> None:
        """Set kind, contact and leader of rows: (kind, contact_id, leader, place)."""
        self._connection.executemany("UPDATE row SET kind = ?, contact_id = ?, leader = ? WHERE place = ?", decisions)

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

    def forget_keys(self, place: int) -> None:
        """Drop the keys of a row, before it is judged anew."""
        self._connection.execute("DELETE FROM key WHERE place = ?", (place,))

    def add_keys(self, keys: Iterable[tuple[str, int]]) -> None:
        """Keep keys of rows."""
        self._connection.executemany("INSERT INTO key VALUES (?, ?)", keys)

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
        return PlanCounts(rows=sum(by_kind.values()), **by_kind)

    def page(self, kind: RowKind | None, offset: int, limit: int) -> list[StoredRow]:
        """Rows in the order of the file, all or of one kind."""
        where, values = ("WHERE kind = ?", (kind.value,)) if kind else ("", ())
        rows = self._connection.execute(
            f"SELECT place, number, kind, contact_id, leader FROM row {where} ORDER BY place LIMIT ? OFFSET ?",
            (*values, limit, offset),
        ).fetchall()
        cells = self.cells([row[0] for row in rows])
        return [
            StoredRow(place, number, RowKind(kind), contact_id, leader, cells[place])
            for place, number, kind, contact_id, leader in rows
        ]

    def places(self, kind: RowKind | None) -> "array[int]":
        """The places of all rows, or of those of one kind, in the order of the file."""
        where, values = ("WHERE kind = ?", (kind.value,)) if kind else ("", ())
        rows = self._connection.execute(f"SELECT place FROM row {where} ORDER BY place", values)
        return array("q", (place for (place,) in rows))

    def rows(self, places: Sequence[int]) -> list[StoredRow]:
        """Some rows by their places, in the order of the file."""
        marks = ", ".join("?" * len(places))
        found = self._connection.execute(
            f"SELECT place, number, kind, contact_id, leader FROM row WHERE place IN ({marks}) ORDER BY place",
            tuple(places),
        ).fetchall()
        cells = self.cells([row[0] for row in found])
        return [
            StoredRow(place, number, RowKind(kind), contact_id, leader, cells[place])
            for place, number, kind, contact_id, leader in found
        ]

    def row(self, place: int) -> StoredRow:
        """One row."""
        number, kind, contact_id, leader = self._connection.execute(
            "SELECT number, kind, contact_id, leader FROM row WHERE place = ?", (place,)
        ).fetchone()
        return StoredRow(place, number, RowKind(kind), contact_id, leader, self.cells([place])[place])

    def cells(self, places: Sequence[int]) -> dict[int, tuple[Any, ...]]:
        """The cells of some rows, mended where they were."""
        mended = self.mended()
        wanted = sorted(set(places))
        found: dict[int, tuple[Any, ...]] = {}
        position = 0
        while position < len(wanted):
            first, last, original = self._connection.execute(
                "SELECT first, last, original FROM chunk WHERE first <= ? ORDER BY first DESC LIMIT 1",
                (wanted[position],),
            ).fetchone()
            rows = pickle.loads(original)  # noqa: S301 - written by this program a moment ago
            while position < len(wanted) and wanted[position] <= last:
                place = wanted[position]
                found[place] = mended.get(place) or tuple(rows[place - first])
                position += 1
        return found

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
        for number, *problem in self._connection.execute(
            "SELECT r.number, p.* FROM problem p JOIN row r ON r.place = p.place "
            "WHERE p.is_error AND r.kind = 'error' ORDER BY p.place"
        ):
            yield number, _problem(problem)

    def chunks(self) -> Iterator[tuple[int, int, bytes]]:
        """Every chunk: first and last place, prepared rows."""
        yield from self._each_chunk("prepared")

    def words(self) -> Iterator[tuple[int, int, bytes]]:
        """Every chunk: first and last place, words of the prepared rows."""
        yield from self._each_chunk("words")

    def _each_chunk(self, column: str) -> Iterator[tuple[int, int, bytes]]:
        # One at a time: the writer of another connection would wait for the end of a long read.
        for first, last in self._connection.execute("SELECT first, last FROM chunk ORDER BY first").fetchall():
            (blob,) = self._connection.execute(f"SELECT {column} FROM chunk WHERE first = ?", (first,)).fetchone()
            yield first, last, blob

    def decisions(self, first: int, last: int) -> list[tuple[int, str, int | None, int | None]]:
        """(place, kind, contact_id, leader) of a stretch of rows."""
        return self._connection.execute(
            "SELECT place, kind, contact_id, leader FROM row WHERE place BETWEEN ? AND ? ORDER BY place",
            (first, last),
        ).fetchall()

    def last_place(self) -> int:
        """The place of the last row, -1 where there is none."""
        return int(self._connection.execute("SELECT coalesce(max(place), -1) FROM row").fetchone()[0])

    def places_not_created(self, first: int, last: int) -> set[int]:
        """The rows of a stretch that do not make a contact of their own."""
        return {
            place
            for (place,) in self._connection.execute(
                "SELECT place FROM row WHERE place BETWEEN ? AND ? AND kind <> 'create'", (first, last)
            )
        }

    def shared_keys(self) -> Iterator[tuple[str, int]]:
        """Keys that stand in more than one row, with each of their rows, in the order of the file."""
        yield from self._connection.execute(
            "SELECT key, place FROM key WHERE key IN "
            "(SELECT key FROM key GROUP BY key HAVING min(place) < max(place)) ORDER BY place"
        )

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """All keys of one sort (`e`, `p` or `i`), in order of the key."""
        yield from self._connection.execute(
            "SELECT key, place FROM key WHERE key >= ? AND key < ? ORDER BY key", (prefix, chr(ord(prefix) + 1))
        )

    def places_to_match(self) -> list[int]:
        """The rows that make a contact unless they mean one that is there: a nameless one must."""
        return [
            place
            for (place,) in self._connection.execute(
                "SELECT place FROM row WHERE kind = 'create' OR kind = 'error' AND NOT EXISTS (SELECT 1 FROM problem p "
                "WHERE p.place = row.place AND p.is_error AND p.code <> 'name_required') ORDER BY place"
            )
        ]

    def keys_of(self, place: int) -> set[str]:
        """The keys of a row."""
        return {key for (key,) in self._connection.execute("SELECT key FROM key WHERE place = ?", (place,))}

    def related(self, keys: Collection[str], contacts: Collection[int], places: Collection[int]) -> set[int]:
        """The rows that have one of the keys, mean one of the contacts, or join or lead one of the rows."""
        execute = self._connection.execute
        found: set[int] = set()
        for together in _portions(keys):
            marks = ", ".join("?" * len(together))
            found |= {place for (place,) in execute(f"SELECT place FROM key WHERE key IN ({marks})", together)}
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
        return [
            value
            for (value,) in self._connection.execute(
                "SELECT value FROM choice WHERE property = ? ORDER BY value", (property_index,)
            )
        ]


def _portions(values: Collection[Any]) -> Iterator[tuple[Any, ...]]:
    """The values in portions that one statement may be given."""
    listed = tuple(values)
    for start in range(0, len(listed), 900):
        yield listed[start : start + 900]


def _problem(row: Sequence[Any]) -> StoredProblem:
    place, field, column, code, value, is_error = row
    return StoredProblem(place, field, column, code, value, bool(is_error))
