"""The last step: what was done, what was left, and the way back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.imports.importing import ImportReport, RowError
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.imports.parts import button, icon_label, label
from ulkacrm_desktop.ui.imports.sample_model import SampleTable
from ulkacrm_desktop.ui.labels.imports import cell_problem_text, left_over_text, listed, report_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.theme import GRID, TextSize

_ERRORS_SHOWN = 100
_ICON = 6 * GRID


class SummaryStep(QFrame):
    """One sentence, the errors that are left, and what can be done next."""

    undo_wanted = Signal()
    contacts_wanted = Signal()
    save_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("summary_step")
        self.setProperty("surface", "base")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(3 * GRID, 4 * GRID, 3 * GRID, 2 * GRID)
        rows.setSpacing(GRID)
        self._above = QFrame()
        rows.addWidget(self._above, 2)
        self._icon = icon_label("circle-check", IconRole.SUCCESS, _ICON)
        rows.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        self.sentence = label(name="summary_sentence", size=TextSize.TITLE, bold=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        rows.addWidget(self.sentence)
        self.rest = label(name="summary_rest", tone="muted")
        self.rest.setAlignment(Qt.AlignmentFlag.AlignCenter)
        rows.addWidget(self.rest)
        self.ignored = label(name="summary_ignored", tone="muted")
        self.ignored.setAlignment(Qt.AlignmentFlag.AlignCenter)
        rows.addWidget(self.ignored)
        actions = QHBoxLayout()
        actions.setSpacing(GRID)
        actions.addStretch(1)
        self.show_contacts = button(
            _("&Show imported contacts"), "show_imported", self.contacts_wanted.emit, icon_name="users"
        )
        self.undo = button(_("&Undo import"), "undo_import", self.undo_wanted.emit, icon_name="undo-2")
        actions.addWidget(self.show_contacts)
        actions.addWidget(self.undo)
        actions.addStretch(1)
        rows.addSpacing(GRID)
        rows.addLayout(actions)
        rows.addSpacing(2 * GRID)
        head = QHBoxLayout()
        self.errors_title = label(_("Faulty rows"), "errors_title", bold=True)
        self.save = button(_("Save &faulty rows…"), "save_faulty_rows", self.save_wanted.emit, icon_name="file-down")
        head.addWidget(self.errors_title, 1)
        head.addWidget(self.save)
        self._head = QFrame()
        self._head.setLayout(head)
        head.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._head)
        self.errors = SampleTable(_("Faulty cells"))
        self.errors.setObjectName("summary_errors")
        self.errors.horizontalHeader().setStretchLastSection(True)
        rows.addWidget(self.errors, 5)
        self._filler = QFrame()
        rows.addWidget(self._filler, 3)

    def show_report(self, report: ImportReport, faulty_rows: int, names: str = "") -> None:
        """Show what an import did; ``faulty_rows`` is the number of rows left out for their errors.

        ``names`` is the heading of the column in which a name that is missing would stand.
        """
        done = report.operation is not None
        name, role = ("circle-check", IconRole.SUCCESS) if done else ("info", IconRole.MUTED)
        self._icon.setPixmap(icon(name, role).pixmap(_ICON, _ICON))
        self.sentence.setText(report_text(report.created, report.updated))
        self.rest.setText(left_over_text(report.unchanged, report.skipped, faulty_rows))
        self.rest.setVisible(bool(self.rest.text()))
        ignored = report.ignored_columns
        self.ignored.setText(
            ngettext("Column not imported: {columns}.", "Columns not imported: {columns}.", len(ignored)).format(
                columns=listed(ignored)
            )
        )
        self.ignored.setVisible(bool(ignored))
        self.show_contacts.setVisible(done)
        self.undo.setVisible(done)
        self._head.setVisible(faulty_rows > 0)
        self.errors.setVisible(faulty_rows > 0)
        self._above.setVisible(faulty_rows == 0)
        self._filler.setVisible(faulty_rows == 0)
        self.errors.samples.show(
            [_("Row"), _("Column"), _("Value"), _("What is wrong")],
            [
                [grouped(error.row), *_cell(error, names), cell_problem_text(error.code, error.value)]
                for error in report.errors[:_ERRORS_SHOWN]
            ],
            numbers=[0],
        )
        for section, width in enumerate((9, 22, 32)):
            self.errors.setColumnWidth(section, width * GRID)

    def undo_begun(self) -> None:
        """The undo was asked for; it is not offered twice."""
        self.undo.setEnabled(False)
        self.show_contacts.setEnabled(False)


def _cell(error: RowError, names: str) -> tuple[str, str]:
    """Column and value of a fault; a name that is missing is so in the column of names, as the preview shows it."""
    if error.code == "name_required" and not error.column and names:
        return names, _("(empty)")
    return error.column, error.value
