"""Making the plan of an import: the whole file read, cleaned, matched with the contacts and compared with them.

The work of a million rows is done in a child process; parsing and cleaning, the larger part, in processes of its own,
which are given pieces of the file and give back what the plan keeps of them.
"""

import gc
import os
import pickle
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Final

from ulkacrm_desktop.core.contact_document import PropertyDefinition
from ulkacrm_desktop.services.imports.chunk_cleaner import ChunkCleaner, ChunkResult
from ulkacrm_desktop.services.imports.cleaning import DateOrder, DecimalMark, NameOrder
from ulkacrm_desktop.services.imports.evidence import ColumnEvidence, ColumnQuestion
from ulkacrm_desktop.services.imports.options import ImportOptions
from ulkacrm_desktop.services.imports.plan_file import PlanFile
from ulkacrm_desktop.services.imports.readers.pieces import Piece, RowSource
from ulkacrm_desktop.services.imports.readers.reading import open_rows
from ulkacrm_desktop.services.imports.row_cleaner import RowCleaner
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.jobs.process_start import end_with_parent, helper_start

CHUNK = 1_000
POOL_FROM = 5_000
"""From about this many rows on, cleaning in processes of its own is worth their start."""

_IN_FLIGHT = 6

_Clean = Callable[[bytes], "Future[ChunkResult | None]"]

_LARGE: Final = 1_000_000
"""A file of so many bytes has as many rows, nearly always."""

_cleaner: ChunkCleaner | None = None


class CleaningProcesses:
    """A process for each core that cleans pieces, begun before it is known how: what each loads takes a while."""

    def __init__(self, *, nothing_open: bool = False) -> None:
        self._count = max(1, min(4, os.cpu_count() or 1))
        start = helper_start(nothing_open=nothing_open)
        self._cleaner: SimpleQueue[ChunkCleaner | None] = start.SimpleQueue()
        self._pool = ProcessPoolExecutor(
            self._count, mp_context=start, initializer=_start_cleaning, initargs=(self._cleaner,)
        )
        self.is_told = False
        for _process in range(self._count):
            self._pool.submit(os.getpid)  # which begins one

    def tell(self, cleaner: ChunkCleaner | None) -> None:
        """How to clean; None where nothing will be given."""
        self.is_told = True
        for _process in range(self._count):
            self._cleaner.put(cleaner)

    def clean(self, packed: bytes) -> "Future[ChunkResult | None]":
        """Clean a piece."""
        return self._pool.submit(_clean_piece, packed)

    def __enter__(self) -> "CleaningProcesses":
        return self

    def __exit__(self, *_failure: object) -> None:
        if not self.is_told:
            self.tell(None)
        self._pool.shutdown(cancel_futures=True)


def cleaning_processes(path: Path) -> AbstractContextManager[CleaningProcesses | None]:
    """The processes for a file that is surely large enough for them; for any other they are begun once that is seen.

    To be entered before any database is opened, see `helper_start`.
    """
    is_large = path.exists() and path.stat().st_size >= _LARGE
    return CleaningProcesses(nothing_open=True) if is_large else nullcontext()


def _start_cleaning(cleaner: "SimpleQueue[ChunkCleaner | None]") -> None:
    global _cleaner  # noqa: PLW0603 - a process of the pool has one task in its life
    end_with_parent()
    gc.disable()  # as in `services.jobs.child`
    _cleaner = cleaner.get()


def _clean_piece(packed: bytes) -> ChunkResult | None:
    """The piece after cleaning; None where it is not plain."""
    assert _cleaner is not None
    piece: Piece = pickle.loads(packed)  # noqa: S301 - by this program, a moment ago
    rows = piece.rows()
    return None if rows is None else _cleaner.clean(rows)


def read_plan(
    plan: PlanFile,
    path: Path,
    options: ImportOptions,
    definitions: Sequence[PropertyDefinition],
    *,
    code: str,
    estimated_rows: int,
    context: JobContext,
    processes: CleaningProcesses | None = None,
) -> tuple[RowCleaner, list[ColumnQuestion]]:
    """Read and clean the whole file into the plan; answers how its rows were read.

    Dates and numbers are read as the first rows demand; where the rest of the file demands otherwise it is
    read once more.
    """
    orders: dict[int, DateOrder] = {}
    marks: dict[int, DecimalMark] = {}
    name_orders = {index: NameOrder(order) for index, order in options.name_orders}

    def row_cleaner() -> RowCleaner:
        return RowCleaner(
            options.mapping, definitions, region=options.region, orders=orders, marks=marks, name_orders=name_orders
        )

    def read_with(source: RowSource, head: list[Piece], rows: int) -> ColumnEvidence:
        cleaner = row_cleaner()
        chunk_cleaner = ChunkCleaner(cleaner, code=code, match=options.match, file=plan.told("file"))
        with _cleaning(chunk_cleaner, processes, apart=rows >= POOL_FROM) as (clean, ahead):
            results = _cleaned(source, head, clean, ahead)
            return _keep(plan, results, ColumnEvidence(cleaner), estimated_rows, context)

    with open_rows(path, options.reader, CHUNK) as source:
        head, evidence, rows = _head(source, row_cleaner())
        orders, marks = evidence.orders(options), evidence.marks(options)
        evidence = read_with(source, head, rows)
    if (evidence.orders(options), evidence.marks(options)) != (orders, marks):
        orders, marks = evidence.orders(options), evidence.marks(options)
        plan.clear()
        with open_rows(path, options.reader, CHUNK) as source:
            read_with(source, [], rows)
    return row_cleaner(), evidence.questions()


def _head(source: RowSource, cleaner: RowCleaner) -> tuple[list[Piece], ColumnEvidence, int]:
    """The first pieces of a file, what they tell, and how many rows they have: all, or about as many as for a pool."""
    evidence = ColumnEvidence(cleaner)
    pieces: list[Piece] = []
    count = 0
    while count < POOL_FROM and (piece := source.take()) is not None:
        pieces.append(piece)
        rows = piece.rows()
        if rows is None:
            break  # it is read again in its turn
        evidence.see(rows.cells)
        count += len(rows.cells)
    return pieces, evidence, count


@contextmanager
def _cleaning(cleaner: ChunkCleaner, begun: CleaningProcesses | None, *, apart: bool) -> Iterator[tuple[_Clean, int]]:
    """What cleans pieces, in this process or in others, and how many it may be given at a time."""
    if not apart:

        def clean(packed: bytes) -> "Future[ChunkResult | None]":
            answer: Future[ChunkResult | None] = Future()
            rows = pickle.loads(packed).rows()  # noqa: S301 - by this program, a moment ago
            answer.set_result(None if rows is None else cleaner.clean(rows))
            return answer

        yield clean, 1
        return
    # Those that were begun are told once; a file that is read once more is cleaned in another way.
    with CleaningProcesses() if begun is None or begun.is_told else nullcontext(begun) as processes:
        processes.tell(cleaner)
        yield processes.clean, _IN_FLIGHT


def _cleaned(
    source: RowSource, head: Sequence[Piece], clean: _Clean, ahead: int
) -> Iterator[tuple[int, bytes, ChunkResult]]:
    """The pieces after cleaning, in the order of the file: the number before the first, the piece, its result.

    A piece that turns out not to be plain is read again, and so are those behind it that were under way.
    """
    coming = deque(head)
    waiting: deque[tuple[Piece, bytes, Future[ChunkResult | None]]] = deque()
    number = 0
    while True:
        while len(waiting) < ahead and (piece := coming.popleft() if coming else source.take()) is not None:
            packed = pickle.dumps(piece, protocol=5)
            waiting.append((piece, packed, clean(packed)))
        if not waiting:
            return
        piece, packed, answer = waiting.popleft()
        result = answer.result()
        if result is None:
            source.read_again([piece, *(later for later, _packed, _answer in waiting), *coming], number)
            for _later, _packed, unwanted in waiting:
                unwanted.cancel()
            waiting.clear()
            coming.clear()
            continue
        before = 0 if piece.is_numbered else number
        number = before + result.last
        yield before, packed, result


def _keep(
    plan: PlanFile,
    results: Iterator[tuple[int, bytes, ChunkResult]],
    evidence: ColumnEvidence,
    total: int,
    context: JobContext,
) -> ColumnEvidence:
    """Put the chunks into the plan; answers what all of them tell."""
    first = 0
    with plan.transaction():
        for before, original, result in results:
            if not result.rows:
                continue
            plan.add_chunk(first, result.packed(before, original))
            plan.decide((kind, None, None, first + place) for place, kind in result.kinds.items())
            plan.add_problems((first + place, *problem) for place, *problem in result.problems)
            plan.add_tags(result.tags)
            plan.add_choices(result.choices)
            evidence.merge(result.evidence)
            first += result.rows
            context.report("read", first, max(total, first))
    return evidence
