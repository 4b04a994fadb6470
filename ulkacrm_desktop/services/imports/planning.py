"""Making the plan of an import: the whole file read, cleaned, matched with the contacts and compared with them.

The work of a million rows is done in a child process; cleaning, the larger part, in processes of its own.
"""

import gc
import marshal
import multiprocessing
import os
import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.services.exports.template import is_example_row
from ulkacrm_desktop.services.imports.cleaning import (
    DateColumn,
    DateOrder,
    DecimalMark,
    NumberColumn,
)
from ulkacrm_desktop.services.imports.options import ImportOptions, MatchBy
from ulkacrm_desktop.services.imports.plan_file import PlanFile, RowKind
from ulkacrm_desktop.services.imports.prepared import fold_often, prepare
from ulkacrm_desktop.services.imports.readers import SourceRow, read_chunks
from ulkacrm_desktop.services.imports.row_cleaner import CleanedRow, Fault, RowCleaner
from ulkacrm_desktop.services.jobs.context import JobContext

CHUNK = 1_000
POOL_FROM = 5_000
"""From about this many rows on, cleaning in processes of its own is worth their start."""

_IN_FLIGHT = 6


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """A column whose values can be read in two ways: ``date_order`` (dmy, mdy) or ``decimal_mark``."""

    column: int
    kind: str
    chosen: str


class ColumnEvidence:
    """What the dates and numbers of a file tell about the way they are written."""

    def __init__(self, cleaner: RowCleaner) -> None:
        self._dates = {column: DateColumn() for column in cleaner.date_columns()}
        self._numbers = {column: NumberColumn() for column in cleaner.number_columns()}

    def see(self, rows: Sequence[SourceRow]) -> None:
        """Take a chunk of rows into account, as far as it takes to be sure of a column."""
        columns: list[tuple[int, DateColumn | NumberColumn]] = [*self._dates.items(), *self._numbers.items()]
        if not columns:
            return
        for index, column in columns:
            for row in rows:
                if index < len(row.cells):
                    column.see(row.cells[index])
                    if column.settled:
                        break

    def merge(self, other: "ColumnEvidence") -> None:
        """Take over what another part of the file told."""
        for index, dates in other._dates.items():
            self._dates[index].merge(dates)
        for index, numbers in other._numbers.items():
            self._numbers[index].merge(numbers)

    def orders(self, options: ImportOptions) -> dict[int, DateOrder]:
        """How dates are read, the user's word first."""
        chosen = dict(options.date_orders)
        return {
            index: DateOrder(chosen[index]) if index in chosen else column.decision().order
            for index, column in self._dates.items()
        }

    def marks(self, options: ImportOptions) -> dict[int, DecimalMark]:
        """How numbers are read, the user's word first."""
        chosen = dict(options.decimal_marks)
        return {
            index: DecimalMark(chosen[index]) if index in chosen else column.decision().mark
            for index, column in self._numbers.items()
        }

    def questions(self) -> list[ColumnQuestion]:
        """The columns where both readings fit."""
        dates = [
            ColumnQuestion(index, "date_order", column.decision().order.value)
            for index, column in self._dates.items()
            if column.decision().ambiguous
        ]
        return dates + [
            ColumnQuestion(index, "decimal_mark", column.decision().mark.value)
            for index, column in self._numbers.items()
            if column.decision().ambiguous
        ]


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """A chunk after cleaning, in the form in which the plan keeps it."""

    numbers: list[int]
    kinds: list[str]
    original: bytes
    prepared: bytes
    words: bytes
    keys: list[tuple[str, int]]
    problems: list[tuple[Any, ...]]
    tags: dict[str, str]
    choices: set[tuple[int, str]]
    evidence: ColumnEvidence


class ChunkCleaner:
    """Cleans chunks of rows; made once in each process."""

    def __init__(self, cleaner: RowCleaner, *, code: str, match: frozenset[MatchBy], file: str) -> None:
        self.cleaner = cleaner
        self._code = code
        self._match = match
        self.file = file
        self._selects = [
            index
            for index, entry in enumerate(cleaner.properties)
            if entry.type in (PropertyType.SELECT, PropertyType.MULTI_SELECT)
        ]

    def clean(self, first: int, rows: Sequence[SourceRow]) -> ChunkResult:
        """Clean the rows that begin at place ``first``."""
        kinds: list[str] = []
        keys: list[tuple[str, int]] = []
        problems: list[tuple[Any, ...]] = []
        good: list[tuple[int, CleanedRow]] = []
        tags: dict[str, str] = {}
        choices: set[tuple[int, str]] = set()
        clean = self.cleaner.clean
        for place, source in enumerate(rows, first):
            if source.problem is not None:
                problems.append((place, "", None, source.problem.code, _facts_text(source.problem.facts), 1))
                kinds.append(RowKind.ERROR.value)
                continue
            if is_example_row(source.cells):
                kinds.append(RowKind.SKIP.value)
                problems.append((place, "", None, "example_row", "", 0))
                continue
            row = clean(source.cells)
            faults = row.faults
            if not faults or not row.is_faulty:
                keys += [(key, place) for key in self.keys(row)]
                if "name" in row.values:
                    good.append((place, row))
                    kinds.append(RowKind.CREATE.value)
                else:
                    # Only if it means a contact that is there can it do without a name.
                    faults.append(Fault("name", None, "name_required", ""))
                    kinds.append(RowKind.ERROR.value)
                for tag in row.tags:
                    tags.setdefault(fold_often(tag), tag)
                if self._selects:
                    choices |= self.choices(row)
            else:
                kinds.append(RowKind.ERROR.value)
            if faults:
                problems += [(place, *fault) for fault in faults]
        evidence = ColumnEvidence(self.cleaner)
        evidence.see(rows)
        prepared, words = prepare(good, self.cleaner, self.file)
        return ChunkResult(
            numbers=[row.number for row in rows],
            kinds=kinds,
            original=pickle.dumps([row.cells for row in rows], protocol=5),
            prepared=marshal.dumps(prepared),
            words=marshal.dumps(words),
            keys=keys,
            problems=problems,
            tags=tags,
            choices=choices,
            evidence=evidence,
        )

    def keys(self, row: CleanedRow) -> list[str]:
        """The keys by which a row is matched: ``i`` and its id here, ``e`` and emails, ``p`` and phones."""
        keys = []
        if row.reference:
            code, _hyphen, number = row.reference.partition("-")
            # The ID of another database is never taken for one of this.
            if code == self._code and number.isascii() and number.isdigit():
                keys.append(f"i{number}")
        if MatchBy.EMAIL in self._match:
            keys += ["e" + key for _address, key, _label in row.emails]
        if MatchBy.PHONE in self._match:
            keys += ["p" + key for _number, key, _label in row.phones]
        return keys

    def tags(self, row: CleanedRow) -> dict[str, str]:
        """The tags of a row by their keys."""
        return {fold_often(tag): tag for tag in row.tags}

    def choices(self, row: CleanedRow) -> set[tuple[int, str]]:
        """The options of select properties that a row has."""
        return {(index, value[0]) for index in self._selects for value in row.properties.get(index, ())}


def _facts_text(facts: dict[str, object]) -> str:
    return ", ".join(str(value) for value in facts.values())


_cleaner: ChunkCleaner | None = None


def _start_cleaning(cleaner: ChunkCleaner) -> None:
    global _cleaner  # noqa: PLW0603 - a process of the pool has one task in its life
    gc.disable()  # as in `services.jobs.child`
    _cleaner = cleaner


def _clean_chunk(first: int, rows: Sequence[SourceRow]) -> ChunkResult:
    assert _cleaner is not None
    return _cleaner.clean(first, rows)


def read_plan(
    plan: PlanFile,
    path: Path,
    options: ImportOptions,
    definitions: Sequence[PropertyDefinition],
    *,
    code: str,
    estimated_rows: int,
    context: JobContext,
) -> tuple[RowCleaner, list[ColumnQuestion]]:
    """Read and clean the whole file into the plan; answers how its rows were read.

    Dates and numbers are read as the first rows demand; where the rest of the file demands otherwise it is
    read once more.
    """
    plain = RowCleaner(options.mapping, definitions, region=options.region)
    chunks = read_chunks(path, options.reader, CHUNK)
    head = list(islice(chunks, POOL_FROM // CHUNK))
    evidence = ColumnEvidence(plain)
    for rows in head:
        evidence.see(rows)
    orders, marks = evidence.orders(options), evidence.marks(options)
    evidence = _read(
        plan,
        chain(head, chunks),
        _chunk_cleaner(path, options, definitions, code, orders, marks),
        large=len(head) >= POOL_FROM // CHUNK,
        total=estimated_rows,
        context=context,
    )
    if (evidence.orders(options), evidence.marks(options)) != (orders, marks):
        orders, marks = evidence.orders(options), evidence.marks(options)
        plan.clear()
        _read(
            plan,
            read_chunks(path, options.reader, CHUNK),
            _chunk_cleaner(path, options, definitions, code, orders, marks),
            large=len(head) >= POOL_FROM // CHUNK,
            total=estimated_rows,
            context=context,
        )
    plan.index()
    cleaner = RowCleaner(options.mapping, definitions, region=options.region, orders=orders, marks=marks)
    return cleaner, evidence.questions()


def _chunk_cleaner(
    path: Path,
    options: ImportOptions,
    definitions: Sequence[PropertyDefinition],
    code: str,
    orders: dict[int, DateOrder],
    marks: dict[int, DecimalMark],
) -> ChunkCleaner:
    cleaner = RowCleaner(options.mapping, definitions, region=options.region, orders=orders, marks=marks)
    return ChunkCleaner(cleaner, code=code, match=options.match, file=path.name)


def _read(
    plan: PlanFile,
    chunks: Iterable[list[SourceRow]],
    cleaner: ChunkCleaner,
    *,
    large: bool,
    total: int,
    context: JobContext,
) -> ColumnEvidence:
    evidence = ColumnEvidence(cleaner.cleaner)
    with plan.transaction():
        for first, result in (_cleaned_apart if large else _cleaned_here)(chunks, cleaner):
            plan.add_chunk(
                first,
                result.numbers,
                result.kinds,
                result.original,
                result.prepared,
                result.words,
                result.keys,
                result.problems,
                result.tags,
                result.choices,
            )
            evidence.merge(result.evidence)
            context.report("read", first + len(result.numbers), max(total, first + len(result.numbers)))
    return evidence


def _numbered(chunks: Iterable[list[SourceRow]]) -> Iterator[tuple[int, list[SourceRow]]]:
    first = 0
    for rows in chunks:
        if rows:
            yield first, rows
            first += len(rows)


def _cleaned_here(chunks: Iterable[list[SourceRow]], cleaner: ChunkCleaner) -> Iterator[tuple[int, ChunkResult]]:
    for first, rows in _numbered(chunks):
        yield first, cleaner.clean(first, rows)


def _cleaned_apart(chunks: Iterable[list[SourceRow]], cleaner: ChunkCleaner) -> Iterator[tuple[int, ChunkResult]]:
    """Clean in a process for each core, in the order of the file, a few chunks ahead of the reader."""
    with ProcessPoolExecutor(
        max_workers=max(1, min(4, os.cpu_count() or 1)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_cleaning,
        initargs=(cleaner,),
    ) as pool:
        waiting: deque[tuple[int, Future[ChunkResult]]] = deque()
        try:
            for first, rows in _numbered(chunks):
                waiting.append((first, pool.submit(_clean_chunk, first, rows)))
                if len(waiting) >= _IN_FLIGHT:
                    first_done, future = waiting.popleft()
                    yield first_done, future.result()
            while waiting:
                first_done, future = waiting.popleft()
                yield first_done, future.result()
        finally:
            for _first, future in waiting:
                future.cancel()
