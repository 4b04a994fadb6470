"""What one import knows and does, from the file to the report; the wizard shows it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QLocale, QObject, Signal

from ulkacrm_desktop.core.contact_document import PropertyDefinition
from ulkacrm_desktop.core.errors import ExpectedError, JobCancelled
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.imports.evidence import ColumnQuestion
from ulkacrm_desktop.services.imports.importing import (
    ImportPlan,
    ImportReport,
    PlannedRow,
)
from ulkacrm_desktop.services.imports.mapping import (
    ColumnMapping,
    Reason,
    Target,
    one_each,
    with_new_properties,
)
from ulkacrm_desktop.services.imports.options import ImportMode, ImportOptions, MatchBy
from ulkacrm_desktop.services.imports.readers import ReaderOptions, SourceInspection, SourceKind
from ulkacrm_desktop.services.jobs.context import JobContext, Progress
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.imports import import_work
from ulkacrm_desktop.ui.runtime.task_runner import Task, TaskRunner

MODE_SETTING: Final = "import.mode"
MATCH_SETTING: Final = "import.match"
REGION_SETTING: Final = "import.region"

ANSWERS: Final = {
    "date_order": ("dmy", "mdy"),
    "decimal_mark": ("comma", "point"),
    "name_order": ("last_first", "as_written"),
}
"""The readings to choose from, by the kind of question."""


@dataclass(slots=True)
class Choices:
    """What the user has chosen beside the columns; ``answers`` are by column and kind of question."""

    mode: ImportMode = ImportMode.CREATE_UPDATE
    match: frozenset[MatchBy] = frozenset({MatchBy.EMAIL})
    region: str = ""
    answers: dict[tuple[int, str], str] = field(default_factory=dict)


class ImportSession(QObject):
    """Holds the choices of one import and does its work in the background.

    Questions that a later one replaces are never answered. At most one plan is kept; it is made again only
    when something that it depends on has changed, and cells mended by hand are mended again in it.
    """

    inspection_started = Signal()
    inspected = Signal()
    """``inspection``, ``mapping`` and ``properties`` are those of the file as it is read now."""
    inspection_failed = Signal(object)
    mapping_changed = Signal()
    choices_changed = Signal()
    progressed = Signal(object)
    """`Progress` of the plan or the import."""
    planned = Signal(bool)
    """``plan`` is there; False where its questions have to be answered first (`open_questions`)."""
    mended = Signal(object)
    """A `PlannedRow` after a cell of it was corrected; the counts of the plan have changed."""
    outdated = Signal()
    """The database has changed since the plan; a new one is being made."""
    imported = Signal(object)
    """`ImportReport`."""
    cancelled = Signal()
    """Planning or importing was cancelled; the database is as it was."""
    failed = Signal(object)

    def __init__(
        self, workspace: Workspace, runner: TaskRunner, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._settings = settings
        self.path: str | None = None
        self.reader = ReaderOptions()
        self.inspection: SourceInspection | None = None
        self.properties: tuple[PropertyDefinition, ...] = ()
        self.mapping: list[ColumnMapping] = []
        self.choices = _remembered_choices(settings)
        self.plan: ImportPlan | None = None
        self.report: ImportReport | None = None
        self.busy: str | None = None
        """``plan`` or ``import`` while that is under way."""
        self.mends: dict[tuple[int, int], str] = {}
        """Cells corrected by hand: (place of the row, column) → text."""
        self.plan_lock = threading.Lock()
        """Held while the plan is read or mended: it serves one thread at a time."""
        self._planned_with: ImportOptions | None = None
        self._stop = threading.Event()
        self._task: Task[Any] | None = None
        self._show_when_planned = False

    # The file.

    def open(self, path: str) -> None:
        """Look into another file; what was chosen for the one before is forgotten."""
        self._drop_plan()
        self.path, self.reader = path, ReaderOptions()
        self.inspection, self.mapping, self.mends = None, [], {}
        self.choices.answers.clear()
        self._inspect()

    def read_with(self, **changes: Any) -> None:
        """Read the file otherwise: fields of `ReaderOptions`, None to have them found."""
        if "sheet" in changes:
            changes.setdefault("heading_row", None)
        self.reader = replace(self.reader, **changes)
        self.mends = {}
        self._drop_plan()
        self._inspect()

    def _inspect(self) -> None:
        self.inspection_started.emit()
        assert self.path is not None
        self._runner.run_latest(
            (id(self), "inspect"),
            partial(import_work.inspect, self._workspace, self.path, self.reader),
            self._on_inspected,
            self._on_inspection_failed,
        )

    def _on_inspected(
        self, answer: tuple[SourceInspection, list[ColumnMapping], tuple[PropertyDefinition, ...]]
    ) -> None:
        inspection, mapping, self.properties = answer
        before = self.inspection
        self.inspection = inspection
        if before is None or before.headings != inspection.headings or len(mapping) != len(self.mapping):
            self.mapping = mapping
            self.choices.answers.clear()
        self.inspected.emit()

    def _on_inspection_failed(self, error: BaseException) -> None:
        self.inspection = None
        self.inspection_failed.emit(error)

    # Columns and choices.

    def samples(self, column: int) -> list[str]:
        """The values of a column among the first rows, each once, empty ones left out."""
        rows = self.inspection.rows if self.inspection is not None else []
        return list(dict.fromkeys(row[column] for row in rows if column < len(row) and row[column].strip()))

    @property
    def empty_columns(self) -> frozenset[int]:
        """Of address cards, which have every column, those without a value among the first ones."""
        if self.inspection is None or self.inspection.kind is not SourceKind.VCARD:
            return frozenset()
        return frozenset(column.index for column in self.mapping if not self.samples(column.index))

    def set_target(self, column: int, target: Target | None) -> None:
        """Let a column go somewhere else; a field of one value leaves the column that had it."""
        self.mapping[column] = replace(self.mapping[column], target=target, confidence=1.0, reason=Reason.CHOSEN)
        self.mapping = one_each(self.mapping, lambda other: other.index == column)
        self.choices.answers = {key: value for key, value in self.choices.answers.items() if key[0] != column}
        self.mapping_changed.emit()

    def make_properties_of_the_rest(self) -> None:
        """Let every column of nothing known become a property of its heading."""
        rows = self.inspection.rows if self.inspection is not None else []
        self.mapping = with_new_properties(self.mapping, rows)
        self.mapping_changed.emit()

    def choose(self, **changes: Any) -> None:
        """Set mode, match or region; they are remembered."""
        for name, value in changes.items():
            setattr(self.choices, name, value)
        self._settings.set(MODE_SETTING, self.choices.mode.value)
        self._settings.set(MATCH_SETTING, sorted(match.value for match in self.choices.match))
        self._settings.set(REGION_SETTING, self.choices.region)
        self.choices_changed.emit()

    def answer(self, question: ColumnQuestion, choice: str) -> None:
        """Say how the values of a column are to be read."""
        self.choices.answers[question.column, question.kind] = choice
        self.choices_changed.emit()

    @property
    def open_questions(self) -> list[ColumnQuestion]:
        """What the last plan has asked and nobody has answered."""
        return [question for question in self.questions if self.answer_to(question) is None]

    @property
    def questions(self) -> list[ColumnQuestion]:
        """What the last plan has asked of columns that still have the same target."""
        if self.plan is None:
            return []
        then = self.plan.mapping
        return [
            question
            for question in self.plan.questions
            if question.column < len(self.mapping)
            and then[question.column].target == self.mapping[question.column].target
        ]

    def answer_to(self, question: ColumnQuestion) -> str | None:
        """What was answered to a question."""
        return self.choices.answers.get((question.column, question.kind))

    def is_mended(self, place: int) -> bool:
        """Whether a cell of this row was corrected by hand."""
        return any(mended == place for mended, _column in self.mends)

    @property
    def can_plan(self) -> bool:
        """Whether there is a file with at least one column that goes somewhere."""
        return self.inspection is not None and any(column.target is not None for column in self.mapping)

    def options(self) -> ImportOptions:
        """All choices in the form in which a plan is made of them."""
        assert self.inspection is not None
        answers = self.choices.answers.items()
        return ImportOptions(
            mapping=tuple(self.mapping),
            reader=self.inspection.options,
            mode=self.choices.mode,
            match=self.choices.match,
            region=self.choices.region,
            date_orders=tuple((column, value) for (column, kind), value in answers if kind == "date_order"),
            decimal_marks=tuple((column, value) for (column, kind), value in answers if kind == "decimal_mark"),
            name_orders=tuple((column, value) for (column, kind), value in answers if kind == "name_order"),
        )

    # The plan.

    def make_plan(self, *, anew: bool = False) -> None:
        """Make the plan, unless the one at hand is still that of these choices."""
        options = self.options()
        if self.plan is not None and not anew and self._planned_with == options:
            self._announce_plan()
            return
        self._drop_plan()
        self._planned_with = options
        assert self.path is not None
        work = partial(
            import_work.plan_file,
            self._workspace,
            self.path,
            options,
            dict(self.mends),
            self._begin("plan"),
            self.inspection,
        )
        self._task = self._runner.run(work, self._on_planned, self._on_failed)

    def mend(self, place: int, column: int, text: str) -> None:
        """Correct a cell of the plan; `mended` tells what has become of its row."""
        plan = self.plan
        if plan is None:
            return
        self.mends[place, column] = text
        self._runner.run(partial(import_work.mend, plan, self.plan_lock, place, column, text), self._on_mended)

    def _on_mended(self, answer: tuple[ImportPlan, PlannedRow]) -> None:
        plan, row = answer
        if plan is self.plan:
            self.mended.emit(row)

    def _on_planned(self, plan: ImportPlan) -> None:
        self.busy, self._task = None, None
        self.plan = plan
        self._announce_plan()

    def _announce_plan(self) -> None:
        self.planned.emit(not self.open_questions)

    # The import.

    def run(self) -> None:
        """Carry the plan out."""
        assert self.plan is not None
        work = partial(import_work.carry_out, self._workspace, self.plan, self.plan_lock, self._begin("import"))
        self._task = self._runner.write(work, self._on_imported, self._on_failed)

    def cancel(self) -> None:
        """Stop planning or importing; `cancelled` follows once everything is as it was."""
        self._stop.set()

    def save_faulty(self, path: str, done: Callable[[int], object], failed: Callable[[BaseException], object]) -> None:
        """Write the faulty rows with their reasons to a file, CSV or XLSX by its ending.

        ``done`` is called with the number of rows.
        """
        if self.plan is not None:
            heading = _("What is wrong")
            self._runner.run(partial(import_work.save_faulty, self.plan, self.plan_lock, path, heading), done, failed)

    def close(self) -> None:
        """Stop what runs, and remove the plan."""
        self._runner.forget((id(self), "inspect"))
        self._stop.set()
        if self._task is not None and self.busy == "plan":
            # A plan that is made in spite of it removes itself.
            self._task.cancel()
            self.busy = None
        self._drop_plan()

    def _begin(self, what: str) -> JobContext:
        self.busy = what
        self._stop = stop = threading.Event()
        return JobContext(partial(self._runner.post, self._on_progress), stop.is_set)

    def _on_progress(self, progress: Progress) -> None:
        if self.busy is not None:
            self.progressed.emit(progress)

    def _on_imported(self, report: ImportReport) -> None:
        self.busy, self._task = None, None
        self.report = report
        self.imported.emit(report)

    def _on_failed(self, error: BaseException) -> None:
        what, self.busy, self._task = self.busy, None, None
        if isinstance(error, JobCancelled):
            self.cancelled.emit()
        elif isinstance(error, ExpectedError) and error.code == "plan_outdated" and what == "import":
            self.outdated.emit()
            self.make_plan(anew=True)
        else:
            self.failed.emit(error)

    def _drop_plan(self) -> None:
        plan, self.plan, self._planned_with = self.plan, None, None
        if plan is not None:
            # A write, since those are done even when the program is about to end.
            self._runner.write(partial(import_work.discard, plan, self.plan_lock))


def _remembered_choices(settings: Settings) -> Choices:
    choices = Choices(region=system_region())
    try:
        return Choices(
            mode=ImportMode(settings.get(MODE_SETTING, choices.mode)),
            match=frozenset(MatchBy(each) for each in settings.get(MATCH_SETTING, choices.match)),
            region=str(settings.get(REGION_SETTING, choices.region)),
        )
    except (TypeError, ValueError):
        return choices


def system_region() -> str:
    """The country of the system's settings as an ISO 3166 code."""
    return QLocale.territoryToCode(QLocale.system().territory())
