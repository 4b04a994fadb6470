"""Merging all groups at once: look at what that would do, say it, do it, in one step that can be cancelled."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.queries.merging import MergePreview
from ulkacrm_desktop.services.workspace import Outcome, Workspace
from ulkacrm_desktop.ui.duplicates import group_reads
from ulkacrm_desktop.ui.duplicates.merge_all_form import MergeAllForm
from ulkacrm_desktop.ui.duplicates.page_job import PageJob
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner


class MergeAll(QObject):
    """Merges what `start` is given once the form was answered."""

    begun = Signal()
    """The merging itself is under way."""
    merged = Signal(int)
    """So many contacts went into others."""
    not_merged = Signal(object)
    """Nothing was merged: the exception, JobCancelled where Cancel was pressed."""

    def __init__(self, page: QWidget, workspace: Workspace, runner: TaskRunner, job: PageJob) -> None:
        super().__init__(page)
        self._page = page
        self._workspace = workspace
        self._runner = runner
        self._job = job

    def start(self, groups: Sequence[Sequence[int]], rule: Sequence[str]) -> None:
        """Look at what would be merged, and ask."""
        context = self._job.begin(_("Looking at what would be merged"))
        look = partial(group_reads.preview_all, self._workspace, groups, context)
        self._runner.run(look, partial(self._ask, tuple(rule)), self._on_failed)

    def _ask(self, rule: tuple[str, ...], told: tuple[MergePreview, dict[int, str]]) -> None:
        preview, names = told
        if not preview.groups:
            self._on_failed(ExpectedError("merge_outdated"))
            return
        self._job.end()
        form = MergeAllForm(self._page, preview, names)
        form.submitted.connect(partial(self._merge, form, preview, rule))
        form.open()

    def _merge(self, form: MergeAllForm, preview: MergePreview, rule: tuple[str, ...]) -> None:
        form.saved()
        context = self._job.begin(_("Merging duplicates"))
        self.begun.emit()
        write = partial(group_reads.merge_all, self._workspace, preview, rule, context)
        self._runner.write(write, self._on_merged, self._on_failed)

    def _on_merged(self, outcome: Outcome[int]) -> None:
        self._job.end()
        self.merged.emit(outcome.result)

    def _on_failed(self, error: BaseException) -> None:
        self._job.end()
        self.not_merged.emit(error)
