"""The import of a file: a sheet with five steps, from the file to the summary."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.imports.importing import ImportReport
from ulkacrm_desktop.services.jobs.context import Progress
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.imports.background_card import BackgroundCard
from ulkacrm_desktop.ui.imports.columns_step import ColumnsStep
from ulkacrm_desktop.ui.imports.file_step import FileStep
from ulkacrm_desktop.ui.imports.import_session import ImportSession
from ulkacrm_desktop.ui.imports.import_sheet import ImportSheet, Step
from ulkacrm_desktop.ui.imports.plan_rows import name_columns
from ulkacrm_desktop.ui.imports.preview_step import PreviewStep
from ulkacrm_desktop.ui.imports.progress_step import ProgressStep
from ulkacrm_desktop.ui.imports.sample_model import heading_text
from ulkacrm_desktop.ui.imports.summary_step import SummaryStep
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.imports import phase_text, report_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.prompter import Choice, Prompter, Question, Tone
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner


class ImportWizard(ImportSheet):
    """Leads through an import. Back and forth loses nothing; while it imports it can be put aside.

    Shown by `open`, over its window and modal to it. It deletes itself when it is closed.
    """

    imported = Signal(object)
    """The `ImportReport` of an import that is done."""
    undo_requested = Signal(int)
    """The operation that is to be undone."""
    contacts_requested = Signal(object)
    """The imported contacts are to be shown; the `ImportReport`."""
    template_requested = Signal()
    """A template is wanted instead of a file."""

    def __init__(
        self,
        parent: QWidget,
        workspace: Workspace,
        runner: TaskRunner,
        path: str | None,
        settings: Settings,
        *,
        prompter: Prompter | None = None,
    ) -> None:
        super().__init__(parent)
        self._prompter = prompter if prompter is not None else Prompter()
        self.session = ImportSession(workspace, runner, settings, self)
        self._word = ""
        self._closing = False
        self._card = BackgroundCard(parent.window())
        self.file_step = FileStep(self.session, self._prompter)
        self.columns_step = ColumnsStep(self.session)
        self.preview_step = PreviewStep(self.session, runner)
        self.progress_step = ProgressStep()
        self.summary_step = SummaryStep()
        self.add_pages(self.file_step, self.columns_step, self.preview_step, self.progress_step, self.summary_step)
        self._connect()
        self._go(Step.FILE)
        if path is not None:
            self.session.open(path)

    @property
    def is_importing(self) -> bool:
        """Whether an import is under way, in the sheet or in the background."""
        return self.session.busy == "import"

    @property
    @override
    def accepts_files(self) -> bool:
        return self.session.busy is None and self.step in (Step.FILE, Step.COLUMNS, Step.PREVIEW)

    def cancel_import(self) -> None:
        """Stop what is under way; the database is left as it was."""
        self.session.cancel()

    def _connect(self) -> None:
        session = self.session
        self.steps.step_chosen.connect(self._on_step_chosen)
        self.file_dropped.connect(session.open)
        self.next_button.clicked.connect(self._on_next)
        self.back_button.clicked.connect(lambda: self._on_step_chosen(self.step - 1))
        self.save_button.clicked.connect(self._on_save)
        self.file_step.changed.connect(self._on_file_step_changed)
        self.file_step.template_requested.connect(self.template_requested)
        self.columns_step.changed.connect(self._show_buttons)
        self.preview_step.changed.connect(self._show_buttons)
        self.progress_step.cancelled.connect(session.cancel)
        self.progress_step.background_wanted.connect(self.send_to_background)
        self.summary_step.undo_wanted.connect(self._on_undo)
        self.summary_step.contacts_wanted.connect(self._on_show_contacts)
        self.summary_step.save_wanted.connect(self._on_save)
        self.planning.cancelled.connect(session.cancel)
        self.patience.timeout.connect(self._on_patience_over)
        self._card.cancelled.connect(session.cancel)
        self._card.sheet_wanted.connect(self._on_sheet_wanted)
        self._card.closed.connect(self.reject)
        session.inspection_started.connect(self._on_file_changed)
        session.choices_changed.connect(self._show_buttons)
        session.progressed.connect(self._on_progress)
        session.planned.connect(self._on_planned)
        session.outdated.connect(self._on_outdated)
        session.imported.connect(self._on_imported)
        session.cancelled.connect(self._on_cancelled)
        session.failed.connect(self._on_failed)

    # Going from step to step.

    def _go(self, step: Step) -> None:
        self.pages.setCurrentIndex(step)
        self.status.setText("")
        self.problem.hide()
        self._show_buttons()
        if step is Step.PREVIEW:
            self.preview_step.focus_table()
        elif step is Step.FILE and self.session.path is None:
            self.file_step.choose_button.setFocus()
        elif step in (Step.FILE, Step.COLUMNS, Step.SUMMARY):
            self.next_button.setFocus()

    def _show_buttons(self) -> None:
        step, busy = self.step, self.session.busy is not None
        self.steps.show_step(step, can_go_back=step in (Step.COLUMNS, Step.PREVIEW) and not busy)
        self.back_button.setVisible(step in (Step.COLUMNS, Step.PREVIEW))
        self.back_button.setEnabled(not busy)
        self.close_button.setVisible(step in (Step.FILE, Step.COLUMNS, Step.PREVIEW))
        self.save_button.setVisible(step is Step.PREVIEW and self.preview_step.counts.error > 0)
        self.next_button.setVisible(step is not Step.IMPORT)
        ready = {
            Step.FILE: self.file_step.ready,
            Step.COLUMNS: self.columns_step.ready,
            Step.PREVIEW: self._to_write > 0,
            Step.IMPORT: False,
            Step.SUMMARY: True,
        }[step]
        self.next_button.setEnabled(ready and not busy)
        self.next_button.setText(self._next_text(step))
        self.pages.setEnabled(not busy or step is Step.IMPORT)

    @property
    def _to_write(self) -> int:
        counts = self.preview_step.counts
        return counts.create + counts.update

    def _next_text(self, step: Step) -> str:
        if step is Step.PREVIEW:
            count = self._to_write
            if not count:
                return _("Nothing to import")
            return ngettext("&Import {n} contact", "&Import {n} contacts", count).format(n=grouped(count))
        return {Step.FILE: _("&Next"), Step.COLUMNS: _("&Preview"), Step.IMPORT: "", Step.SUMMARY: _("&Close")}[step]

    def _on_next(self) -> None:
        if self.step is Step.FILE:
            self._go(Step.COLUMNS)
        elif self.step is Step.COLUMNS:
            self._plan()
        elif self.step is Step.PREVIEW:
            self._import()
        elif self.step is Step.SUMMARY:
            self.accept()

    def _on_step_chosen(self, number: int) -> None:
        if number < self.step and self.step in (Step.COLUMNS, Step.PREVIEW) and self.session.busy is None:
            self._go(Step(number))

    def _on_file_step_changed(self) -> None:
        self._show_buttons()
        # The first look at a file leads on to the next step; a box that is being changed keeps the focus.
        if self.step is Step.FILE and self.file_step.ready and not self.file_step.is_edited:
            self.next_button.setFocus()

    def _on_file_changed(self) -> None:
        self.preview_step.close_plan()
        if self.step is not Step.FILE:
            self._go(Step.FILE)

    # The plan.

    def _plan(self) -> None:
        self.problem.hide()
        self.session.make_plan()
        if self.session.busy is not None:
            self.preview_step.close_plan()
            self.patience.start()
        self._show_buttons()

    def _on_patience_over(self) -> None:
        if self.session.busy == "plan":
            self.planning.start(_("Preparing the preview"))

    def _on_planned(self, complete: bool) -> None:
        self.patience.stop()
        self.planning.finish()
        self.columns_step.show_questions()
        if not complete:
            self._go(Step.COLUMNS)
            self.columns_step.show_questions()
            open_questions = len(self.session.open_questions)
            self.status.setText(
                ngettext(
                    "One thing cannot be told from the file: please answer above.",
                    "{n} things cannot be told from the file: please answer above.",
                    open_questions,
                ).format(n=open_questions)
            )
            return
        if self.step is Step.PREVIEW and self.preview_step.model is not None and not self._word:
            self._show_buttons()
            return
        word, self._word = self._word, ""
        self.pages.setCurrentIndex(Step.PREVIEW)
        if self.preview_step.model is None or word:
            self.preview_step.show_plan(word)
        self._go(Step.PREVIEW)

    def _on_outdated(self) -> None:
        self._word = _("Contacts have changed since this preview was made. This is the new one; nothing was imported.")
        self._card.hide()
        self.show()
        self.pages.setCurrentIndex(Step.PREVIEW)
        self.preview_step.close_plan()
        self.patience.start()
        self._show_buttons()

    # The import.

    def _import(self) -> None:
        title = ngettext("Importing {n} contact", "Importing {n} contacts", self._to_write)
        self.progress_step.start(title.format(n=grouped(self._to_write)))
        self.session.run()
        self._go(Step.IMPORT)
        self.progress_step.background.setFocus()

    def send_to_background(self) -> None:
        """Put the sheet away while the import goes on; a card in the corner of the window shows it."""
        name = Path(self.session.path or "").name
        self._card.start(_("Importing {file}").format(file=name))
        self.hide()

    def _on_sheet_wanted(self) -> None:
        self.open()

    def _on_progress(self, progress: Progress) -> None:
        if self.session.busy == "import":
            self.progress_step.show_progress(progress)
            self._card.show_progress(progress)
        elif self.planning.isVisible():
            self.planning.show_progress(phase_text(progress.phase), progress.done, progress.total or None)

    def _on_imported(self, report: ImportReport) -> None:
        mapping = self.session.mapping
        names = [heading_text(mapping[index].heading, index) for index in name_columns(mapping)[:1]]
        self.summary_step.show_report(report, self.preview_step.counts.error, *names)
        self._card.finish(report_text(report.created, report.updated))
        self.preview_step.close_plan()
        self._go(Step.SUMMARY)
        self.imported.emit(report)

    def _on_cancelled(self) -> None:
        self.patience.stop()
        self.planning.finish()
        if self.step is Step.IMPORT:
            self._come_back(Step.PREVIEW)
            self.status.setText(_("Cancelled. Nothing was imported; everything is as it was."))
        else:
            self._show_buttons()
            self.status.setText(_("Cancelled."))

    def _on_failed(self, error: BaseException) -> None:
        self.patience.stop()
        self.planning.finish()
        if self.step is Step.IMPORT:
            self._come_back(Step.PREVIEW)
        else:
            self._show_buttons()
        self._tell(error)

    def _come_back(self, step: Step) -> None:
        if self._closing:
            return
        self._card.hide()
        self._go(step)
        if not self.isVisible():
            self.open()

    def _tell(self, error: BaseException) -> None:
        """Say what an expected failure is about; anything else is a bug and goes its own way."""
        if not isinstance(error, ExpectedError):
            self.problem.set_text(_("That did not work. Nothing was changed."))
            self.problem.show()
            raise error
        self.problem.set_text(error_text(error))
        self.problem.show()

    # The summary.

    def _on_undo(self) -> None:
        report = self.session.report
        if report is not None and report.operation is not None:
            self.summary_step.undo_begun()
            self.undo_requested.emit(report.operation)
            self.accept()

    def _on_show_contacts(self) -> None:
        self.contacts_requested.emit(self.session.report)
        self.accept()

    def _on_save(self) -> None:
        path = Path(self.session.path or "rows")
        suggested = path.with_name(_("{file} – faulty rows").format(file=path.stem) + ".xlsx")
        filters = [_("Excel workbook (*.xlsx)"), _("Text table (*.csv)")]
        self._prompter.choose_new_file(self, _("Save the faulty rows"), suggested, filters, self._save_to)

    def _save_to(self, path: Path) -> None:
        self.session.save_faulty(str(path), partial(self._on_saved, path), self._tell)

    def _on_saved(self, path: Path, count: int) -> None:
        text = ngettext("{n} row saved to {file}.", "{n} rows saved to {file}.", count)
        self.status.setText(text.format(n=grouped(count), file=path.name))

    # Closing.

    @override
    def reject(self) -> None:
        if self.is_importing:
            self.send_to_background()
        elif self.session.mends and self.step in (Step.FILE, Step.COLUMNS, Step.PREVIEW) and self.isVisible():
            self._prompter.ask(
                self,
                Question(
                    title=_("Leave the import?"),
                    text=_("The cells that you have mended will be lost. The file itself is not changed."),
                    choices=[Choice("leave", _("Leave"))],
                    cancel_verb=_("Stay"),
                    tone=Tone.WARNING,
                ),
                lambda answer: self.done(0) if answer == "leave" else None,
            )
        else:
            super().reject()

    @override
    def closeEvent(self, arg__1: QCloseEvent) -> None:
        if self.is_importing and not self._closing:
            arg__1.ignore()
            self.send_to_background()
        else:
            self._leave()
            super().closeEvent(arg__1)

    @override
    def showEvent(self, arg__1: QShowEvent) -> None:
        self._card.hide()
        super().showEvent(arg__1)

    @override
    def done(self, arg__1: int) -> None:
        self._leave()
        super().done(arg__1)

    def _leave(self) -> None:
        if not self._closing:
            self._closing = True
            self.patience.stop()
            self.preview_step.close_plan()
            self.session.close()
            self._card.hide()
            self._card.deleteLater()
