"""Contacts to a file: which of them, in which kind of file, with which fields."""

import threading
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.contact_document import PropertyDefinition
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError, JobCancelled
from ulkacrm_desktop.core.i18n import _, current_language, ngettext
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.exports.contacts import EXPORT_KINDS, write_contacts
from ulkacrm_desktop.services.exports.report import ExportReport
from ulkacrm_desktop.services.jobs.context import JobContext, Progress
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.contact_order import all_present
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.exports.export_choices import ContactCounts, ExportChoices, kind_texts
from ulkacrm_desktop.ui.exports.export_result import ExportResult
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.prompter import Choice, Prompter, Question, Tone
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID
from ulkacrm_desktop.ui.widgets.progress_panel import ProgressPanel

FOLDER_SETTING: Final = "export.folder"

_SIZE: Final = (92 * GRID, 74 * GRID)


class ExportDialog(QDialog):
    """Asks what is to be written, writes it in the background, and tells where it is.

    Shown by `open`; it deletes itself when it is closed. Kind, fields and their order, and the folder are
    remembered.
    """

    exported = Signal(str, int)
    """A file was written: its path, and how many contacts it has."""

    def __init__(
        self,
        parent: QWidget,
        workspace: Workspace,
        runner: TaskRunner,
        selection: ContactSelection | None,
        listed: ContactSelection,
        counts: ContactCounts,
        *,
        settings: Settings | None = None,
        prompter: Prompter | None = None,
    ) -> None:
        """``selection``: what is selected, None for nothing; ``listed``: what the list shows."""
        super().__init__(parent)
        self.setObjectName("export_dialog")
        self.setWindowTitle(_("Export contacts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace = workspace
        self._runner = runner
        self._settings = settings if settings is not None else Settings()
        self._prompter = prompter if prompter is not None else Prompter()
        self.choices = ExportChoices(selection, listed, counts, self._settings)
        self._path = Path()
        self._stop = threading.Event()
        self._running = False
        self._closing = False
        self._build()
        self.resize(*_SIZE)
        runner.run(partial(_facts, workspace), self._on_facts)

    # Building.

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        rows.setSpacing(2 * GRID)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.choices)
        self.panel = ProgressPanel()
        self.panel.cancelled.connect(self._stop_running)
        holder = QWidget()
        middle = QVBoxLayout(holder)
        middle.addStretch(1)
        middle.addWidget(self.panel)
        middle.addStretch(2)
        self.pages.addWidget(holder)
        self.outcome = ExportResult()
        self.outcome.folder_wanted.connect(self._on_folder_wanted)
        self.outcome.file_wanted.connect(self._on_file_wanted)
        self.pages.addWidget(self.outcome)
        rows.addWidget(self.pages, 1)
        self.problem = QLabel()
        self.problem.setObjectName("export_problem")
        self.problem.setProperty("tone", "danger")
        self.problem.setWordWrap(True)
        self.problem.hide()
        rows.addWidget(self.problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addStretch(1)
        self.close_button = _push(_("Cancel"), "close_export")
        self.close_button.clicked.connect(self.reject)
        self.export_button = _push(_("&Export…"), "export")
        self.export_button.setProperty("kind", "primary")
        self.export_button.clicked.connect(self._on_export)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.export_button)
        rows.addLayout(buttons)
        self.export_button.setDefault(True)
        self.choices.changed.connect(self._enable)
        self._enable()
        self.export_button.setFocus()

    def _on_facts(self, facts: tuple[int, tuple[PropertyDefinition, ...]]) -> None:
        everyone, properties = facts
        self.choices.show_database(everyone, [each.name for each in properties])

    def _enable(self) -> None:
        self.export_button.setEnabled(self.choices.complete and not self._running)

    # Writing.

    def _on_export(self) -> None:
        kind = self.choices.kind
        self.choices.remember()
        name = _("Contacts {date}").format(date=date.today().isoformat())  # noqa: DTZ011 - the user's own day
        filters = [f"{kind_texts()[kind][0]} (*.{kind})"]
        self._prompter.choose_new_file(
            self, _("Export contacts"), self._folder() / f"{name}.{kind}", filters, self._on_named
        )

    def _folder(self) -> Path:
        saved = self._settings.get(FOLDER_SETTING)
        if isinstance(saved, str) and Path(saved).is_dir():
            return Path(saved)
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return Path(documents) if documents and Path(documents).is_dir() else Path.home()

    def _on_named(self, path: Path) -> None:
        self._settings.set(FOLDER_SETTING, str(path.parent))
        self._path = path
        self._write(cut=False)

    def _write(self, *, cut: bool) -> None:
        path = self._path
        self.problem.hide()
        self._stop = stop = threading.Event()
        context = JobContext(partial(self._runner.post, self._on_progress), stop.is_set)
        ending = path.suffix.removeprefix(".").lower()
        kind = ending if ending in EXPORT_KINDS else self.choices.kind
        work = partial(
            _write,
            self._workspace,
            path,
            kind,
            self.choices.contacts,
            self.choices.fields.chosen,
            self.choices.count or 0,
            context,
            cut,
        )
        self._running = True
        self.pages.setCurrentIndex(1)
        self.panel.start(_("Writing {file}").format(file=path.name))
        self._enable()
        self._runner.run(work, self._on_written, self._on_failed)

    def _on_progress(self, progress: Progress) -> None:
        if self._running:
            self.panel.show_progress(_("Writing contacts"), progress.done, progress.total or None)

    def _on_written(self, report: ExportReport) -> None:
        self._running = False
        if self._closing:
            self.done(0)
            return
        self.outcome.show_report(self._path, report)
        self.pages.setCurrentIndex(2)
        self.export_button.hide()
        self.close_button.setText(_("Close"))
        self.close_button.setDefault(True)
        self.close_button.setFocus()
        self.exported.emit(str(self._path), report.rows)

    def _on_failed(self, error: BaseException) -> None:
        self._running = False
        if self._closing:
            self.done(0)
            return
        self.pages.setCurrentIndex(0)
        self._enable()
        if isinstance(error, JobCancelled):
            self._tell(_("Cancelled. No file was written."))
        elif isinstance(error, ExpectedError) and error.code == "export_texts_too_long":
            self._ask_to_cut(error)
        elif isinstance(error, ExpectedError):
            self._tell(error_text(error))
        else:
            self._tell(_("That did not work. No file was written."))
            raise error

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setAccessibleName(text)
        self.problem.show()

    def _ask_to_cut(self, error: ExpectedError) -> None:
        count = int(str(error.facts.get("count") or 0))
        text = ngettext(
            "{n} text is longer than the 32,767 characters that a cell of a workbook holds. CSV has no such limit.",
            "{n} texts are longer than the 32,767 characters that a cell of a workbook holds. CSV has no such limit.",
            count,
        )
        question = Question(
            title=_("Cut long texts?"),
            text=text.format(n=grouped(count)),
            choices=[Choice("cut", _("Cut them"))],
            cancel_verb=_("Don't export"),
            tone=Tone.WARNING,
        )
        self._prompter.ask(self, question, lambda answer: self._write(cut=True) if answer == "cut" else None)

    def _on_folder_wanted(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def _on_file_wanted(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    # Closing.

    def _stop_running(self) -> None:
        self._stop.set()

    @override
    def reject(self) -> None:
        if self._running:
            # Closed as soon as the writer has taken back what it has begun.
            self._closing = True
            self._stop.set()
            self.hide()
        else:
            super().reject()

    @override
    def closeEvent(self, arg__1: QCloseEvent) -> None:
        if self._running:
            arg__1.ignore()
            self.reject()
        else:
            super().closeEvent(arg__1)


def _push(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button


# The work of other threads.


def _facts(workspace: Workspace) -> tuple[int, tuple[PropertyDefinition, ...]]:
    return workspace.read(all_present), tuple(workspace.read(property_definitions))


def _write(
    workspace: Workspace,
    path: Path,
    kind: str,
    selection: ContactSelection,
    fields: list[str],
    total: int,
    context: JobContext,
    cut: bool,
) -> ExportReport:
    def write(connection: Any) -> ExportReport:
        return write_contacts(
            path,
            kind,
            contact_documents(connection, selection, avatars=kind == "vcf"),
            fields,
            property_definitions(connection),
            current_language(),
            lambda done: context.report("write", done, total),
            cut_long_texts=cut,
        )

    return workspace.read(write)
