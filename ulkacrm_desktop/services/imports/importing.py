"""The import as the window and the command line see it: look into a file, plan, mend, carry out."""

import pickle
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ulkacrm_desktop.core.contact_document import ContactDocument
from ulkacrm_desktop.core.paths import scratch_directory
from ulkacrm_desktop.core.text.problem import without_control_characters
from ulkacrm_desktop.services.imports.applying import import_contacts
from ulkacrm_desktop.services.imports.built_apart import BuildProcess, begun_builds
from ulkacrm_desktop.services.imports.chunk_cleaner import ChunkCleaner
from ulkacrm_desktop.services.imports.cleaning import cell_text
from ulkacrm_desktop.services.imports.comparison import CellChange, cell_changes, changes_of, created_contact
from ulkacrm_desktop.services.imports.evidence import ColumnQuestion
from ulkacrm_desktop.services.imports.faulty_rows import write_faulty_rows
from ulkacrm_desktop.services.imports.mapping import (
    ColumnMapping,
    FieldTarget,
    Reason,
    heading_signature,
    propose_mapping,
)
from ulkacrm_desktop.services.imports.mapping_memory import remember_mapping, remembered_mapping
from ulkacrm_desktop.services.imports.matching import match_rows, property_ids, rematch
from ulkacrm_desktop.services.imports.options import ImportOptions
from ulkacrm_desktop.services.imports.plan_file import PlanCounts, PlanFile, RowKind, StoredProblem, StoredRow
from ulkacrm_desktop.services.imports.planning import cleaning_processes, read_plan
from ulkacrm_desktop.services.imports.readers import (
    Notice,
    ReaderOptions,
    SourceInspection,
    SourceKind,
    inspect_source,
)
from ulkacrm_desktop.services.imports.readers.child import inspect_source_limited
from ulkacrm_desktop.services.imports.readers.inspection import file_stamp
from ulkacrm_desktop.services.imports.readers.vcards import PICTURE_HEADING
from ulkacrm_desktop.services.jobs.child import run_in_child
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace

INLINE_ROWS = 3_000
"""Up to this many rows an import runs in the thread that asks for it; larger ones in a process of their own."""

SILENT_SECONDS = 300
"""How long the making of a plan may go without a word: a workbook is unpacked and parsed before its first row."""

_PAGE = 500
_STALE_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of the plan as it is shown.

    ``changes`` are those of an update; ``contact_name`` is that of the contact that it means.
    """

    place: int
    number: int
    kind: RowKind
    cells: tuple[str, ...]
    problems: tuple[StoredProblem, ...] = ()
    changes: tuple[CellChange, ...] = ()
    contact_id: int | None = None
    contact_name: str | None = None


@dataclass(frozen=True, slots=True)
class RowError:
    """A faulty cell: the number of its row in the file, its heading, the code of the reason, what stood in it."""

    row: int
    column: str
    code: str
    value: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; ``operation`` is None where nothing changed."""

    rows: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    errors: tuple[RowError, ...]
    operation: int | None
    ignored_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _PlanAbout:
    """What a plan knows beside its rows; kept within its file."""

    path: Path
    options: ImportOptions
    headings: tuple[str, ...]
    notices: tuple[Notice, ...]
    questions: tuple[ColumnQuestion, ...]
    cleaner: ChunkCleaner


def inspect_file(path: str | Path, options: ReaderOptions | None = None) -> SourceInspection:
    """Look into a file, in a child process that cannot take the program down. Raises ExpectedError."""
    return inspect_source_limited(Path(path), options)


def proposed_mapping(workspace: Workspace, inspection: SourceInspection) -> list[ColumnMapping]:
    """Where each column goes: as it went the last time for such headings, else by heading and content."""
    signature = heading_signature(inspection.headings)
    mapping = propose_mapping(
        inspection.headings,
        inspection.rows,
        workspace.read(property_definitions),
        workspace.read(remembered_mapping, signature) if signature else None,
    )
    if inspection.kind is SourceKind.VCARD:
        return [_with_picture(column) for column in mapping]
    return mapping


def _with_picture(column: ColumnMapping) -> ColumnMapping:
    """The column of pictures of address cards goes to the picture of the contact; in a table it is a text."""
    if column.heading != PICTURE_HEADING or column.reason is Reason.REMEMBERED:
        return column
    return replace(column, target=FieldTarget("avatar"), confidence=1.0, reason=Reason.OWN_HEADING)


def make_plan(
    workspace: Workspace,
    path: str | Path,
    options: ImportOptions,
    context: JobContext,
    *,
    inspection: SourceInspection | None = None,
) -> "ImportPlan":
    """Read the whole file and decide what each row would do; nothing is written to the database.

    ``inspection`` is what a look at the file has found: where it has not changed since, it is not looked at again.
    Raises ExpectedError where the file cannot be read, and JobCancelled.
    """
    _sweep()
    file = Path(tempfile.mkstemp(prefix="plan-", suffix=".db", dir=scratch_directory())[1])
    try:
        work = (workspace.location, file, Path(path), options, inspection)
        run_in_child(_plan, *work, context=context, silence=SILENT_SECONDS)
        # A cancel that came while the child was ending: no plan is wanted any more.
        context.report("match")
        return ImportPlan(workspace, file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _sweep() -> None:
    """Remove what a crash has left behind: plans and builds that nobody has touched for a day."""
    for pattern in ("plan-*.db", "built-*.db"):
        for file in scratch_directory().glob(pattern):
            with suppress(OSError):  # another process may be faster, or hold it open
                if time.time() - file.stat().st_mtime > _STALE_SECONDS:
                    file.unlink()


def _plan(
    location: str,
    file: Path,
    path: Path,
    options: ImportOptions,
    inspection: SourceInspection | None,
    *,
    context: JobContext,
) -> None:
    """The work of `make_plan`, in the child process."""
    cleaning = ExitStack()  # begun before anything is opened, and ended once all is read
    processes = cleaning.enter_context(cleaning_processes(path))
    with cleaning, Workspace.session(location) as workspace, workspace.reading() as connection:
        plan = PlanFile(file, fresh=True)
        definitions = property_definitions(connection)
        plan.tell("operation", str(last_operation(connection)))
        plan.tell("file", without_control_characters(path.name, "\ufffd"))
        with cleaning:
            if inspection is None or (inspection.options, inspection.stamp) != (options.reader, file_stamp(path)):
                inspection = inspect_source(path, options.reader)
            cleaner, questions = read_plan(
                plan,
                path,
                options,
                definitions,
                code=workspace.code,
                estimated_rows=inspection.estimated_rows,
                context=context,
                processes=processes,
            )
        chunk_cleaner = ChunkCleaner(cleaner, code=workspace.code, match=options.match, file=plan.told("file"))
        match_rows(plan, connection, chunk_cleaner, options.mode, context)
        about = _PlanAbout(
            path, options, tuple(inspection.headings), tuple(inspection.notices), tuple(questions), chunk_cleaner
        )
        plan.tell("about", pickle.dumps(about).hex())
        plan.close()


def run_import(workspace: Workspace, plan: "ImportPlan", context: JobContext, *, alone: bool = False) -> ImportReport:
    """Carry the plan out, all or nothing; ``alone`` where nothing else of the program reads meanwhile.

    Raises ExpectedError ``plan_outdated``, and JobCancelled.
    """
    counts = plan.counts
    operation_id: int | None = None
    if counts.create + counts.update:
        if counts.create + counts.update <= INLINE_ROWS:
            operation_id = _apply(workspace, plan.file, plan.about.cleaner, context)
        else:
            with workspace.lent_to_child(alone=alone):
                operation_id = run_in_child(
                    _apply_in_child, workspace.location, workspace.actor, plan.path, alone, context=context
                )
            if operation_id is not None:
                workspace.announce_operation(operation_id)
    signature = heading_signature(plan.headings)
    if signature:
        remember_mapping(workspace, signature, plan.mapping)
    return ImportReport(
        rows=counts.rows,
        created=counts.create,
        updated=counts.update,
        unchanged=counts.unchanged,
        skipped=counts.skip,
        errors=plan.errors(),
        operation=operation_id,
        ignored_columns=plan.ignored_columns,
    )


def _apply(
    workspace: Workspace,
    plan: PlanFile,
    cleaner: ChunkCleaner,
    context: JobContext,
    builds: Sequence[BuildProcess] = (),
) -> int | None:
    return workspace.perform_bulk(
        import_contacts, plan=plan, cleaner=cleaner.cleaner, context=context, builds=builds
    ).operation_id


def _apply_in_child(location: str, actor: str, file: Path, alone: bool, *, context: JobContext) -> int | None:
    with begun_builds() as builds, Workspace.session(location, actor=actor, alone=alone) as workspace:
        plan = PlanFile(file)
        try:
            about: _PlanAbout = pickle.loads(bytes.fromhex(plan.told("about")))  # noqa: S301 - our own file
            return _apply(workspace, plan, about.cleaner, context, builds)
        finally:
            plan.close()


class ImportPlan:
    """A plan to look at, to mend and to carry out; `discard` it in the end."""

    def __init__(self, workspace: Workspace, path: Path) -> None:
        self._workspace = workspace
        self.path = path
        self.file = PlanFile(path)
        self.about: _PlanAbout = pickle.loads(bytes.fromhex(self.file.told("about")))  # noqa: S301 - our own file
        self.headings = self.about.headings
        self.mapping = self.about.options.mapping
        self.notices = self.about.notices
        self.questions = self.about.questions
        self._cleaner = self.about.cleaner
        self._property_ids = property_ids(self._cleaner)
        self._counts: PlanCounts | None = None

    @property
    def counts(self) -> PlanCounts:
        """How many rows of each kind there are."""
        if self._counts is None:
            self._counts = self.file.counts()
        return self._counts

    @property
    def ignored_columns(self) -> tuple[str, ...]:
        """The headings of the columns that go nowhere."""
        return tuple(column.heading or f"#{column.index + 1}" for column in self.mapping if column.target is None)

    def page(self, kind: RowKind | None, offset: int, limit: int) -> tuple[PlannedRow, ...]:
        """Rows in the order of the file, all or of one kind, from any thread but one at a time."""
        return self._shown(self.file.page(kind, offset, limit))

    def places(self, kind: RowKind | None) -> "array[int]":
        """The places of all rows, or of those of one kind, in the order of the file."""
        return self.file.places(kind)

    def rows(self, places: Sequence[int]) -> tuple[PlannedRow, ...]:
        """Some rows by their places, in the order of the file; one thread at a time, as `page`."""
        return self._shown(self.file.rows(places))

    def mend(self, place: int, column: int, text: str) -> PlannedRow:
        """Correct one cell of a row and judge the row anew, with those that mean the same contact."""
        cells = list(self.file.row(place).cells)
        cells += [""] * (column + 1 - len(cells))
        cells[column] = text
        self.file.mend(place, cells)
        with self._workspace.reading() as connection:
            rematch(self.file, connection, self._cleaner, self.about.options.mode, place)
        self._counts = None
        return self._shown([self.file.row(place)])[0]

    def errors(self) -> tuple[RowError, ...]:
        """Every faulty cell, in the order of the file."""
        return tuple(
            RowError(number, self._heading(problem), problem.code, problem.value)
            for number, problem in self.file.errors()
        )

    def doubts(self) -> dict[str, int]:
        """How many cells are taken that one is to be warned of, by the code of the reason."""
        return self.file.doubts()

    def save_faulty(self, path: Path, reason_heading: str, reason_of: Callable[[RowError], str]) -> int:
        """Write the faulty rows with their reasons to a CSV or XLSX file; answers how many.

        ``reason_of`` makes the text of a reason. Raises ExpectedError where the file cannot be written.
        """
        width = max(len(self.headings), 1)

        def rows() -> Iterator[tuple[tuple[str, ...], str]]:
            offset = 0
            while page := self.page(RowKind.ERROR, offset, _PAGE):
                offset += len(page)
                for row in page:
                    told = [
                        reason_of(RowError(row.number, self._heading(problem), problem.code, problem.value))
                        for problem in row.problems
                        if problem.is_error
                    ]
                    yield row.cells + ("",) * (width - len(row.cells)), "; ".join(told)

        return write_faulty_rows(Path(path), (*self.headings, reason_heading), rows())

    def discard(self) -> None:
        """Remove the plan from the disk."""
        self.file.delete()

    def _heading(self, problem: StoredProblem) -> str:
        if problem.column is None or problem.column >= len(self.headings):
            return ""
        return self.headings[problem.column] or f"#{problem.column + 1}"

    def _shown(self, rows: Sequence[StoredRow]) -> tuple[PlannedRow, ...]:
        problems = self.file.problems([row.place for row in rows])
        wanted = {row.contact_id for row in rows if row.contact_id is not None}
        with self._workspace.reading() as connection:
            documents = {
                contact.id: contact
                for contact in contact_documents(connection, sorted(wanted), avatars=self._cleaner.cleaner.has_avatars)
            }
        return tuple(
            self._one_shown(row, problems.get(row.place, []), documents.get(row.contact_id or 0)) for row in rows
        )

    def _one_shown(
        self, row: StoredRow, problems: Sequence[StoredProblem], contact: ContactDocument | None
    ) -> PlannedRow:
        changes: tuple[CellChange, ...] = ()
        name = contact.name if contact else None
        if row.leader is not None:
            leader = self._cleaner.cleaner.clean(self.file.row(row.leader).cells)
            name = leader.values.get("name")
            if row.kind is RowKind.UPDATE:
                contact = created_contact(leader, self._cleaner.cleaner, self._cleaner.file)
        if row.kind is RowKind.UPDATE and contact is not None:
            cleaned = self._cleaner.cleaner.clean(row.cells)
            changes = cell_changes(contact, changes_of(cleaned, contact, self._cleaner.cleaner, self._property_ids))
        return PlannedRow(
            place=row.place,
            number=row.number,
            kind=row.kind,
            cells=tuple(cell_text(cell) for cell in row.cells),
            problems=tuple(problems),
            changes=changes,
            contact_id=row.contact_id,
            contact_name=name,
        )
