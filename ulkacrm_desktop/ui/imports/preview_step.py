"""The third step: every row of the file and what will become of it; faulty cells are mended here."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.imports.importing import PlannedRow
from ulkacrm_desktop.services.imports.plan_file import PlanCounts, RowKind
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.imports.import_session import ImportSession
from ulkacrm_desktop.ui.imports.parts import Notice, SteadyButton, in_tab_order, label
from ulkacrm_desktop.ui.imports.plan_rows import PlanRowSource
from ulkacrm_desktop.ui.imports.plan_table import PlanModel, PlanTable
from ulkacrm_desktop.ui.imports.row_details import RowDetails
from ulkacrm_desktop.ui.labels.imports import row_kind_text, row_kinds_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.asked_model import ListState
from ulkacrm_desktop.ui.theme import GRID, font
from ulkacrm_desktop.ui.widgets.empty_state import StateStack

_DETAILS_WIDTH: Final = 34 * GRID
_KINDS: Final = (None, RowKind.CREATE, RowKind.UPDATE, RowKind.UNCHANGED, RowKind.SKIP, RowKind.ERROR)
_ICONS: Final = {
    None: ("list", IconRole.MUTED),
    RowKind.CREATE: ("plus", IconRole.SUCCESS),
    RowKind.UPDATE: ("pencil", IconRole.ACCENT),
    RowKind.UNCHANGED: ("check", IconRole.MUTED),
    RowKind.SKIP: ("minus", IconRole.MUTED),
    RowKind.ERROR: ("circle-alert", IconRole.DANGER),
}


class PreviewStep(QFrame):
    """The counts as filters, the rows as a table, and the story of the current row beside it."""

    changed = Signal()
    """The counts have changed."""

    def __init__(self, session: ImportSession, runner: TaskRunner) -> None:
        super().__init__()
        self.setObjectName("preview_step")
        self.setProperty("surface", "base")
        self._session = session
        self._runner = runner
        self.model: PlanModel | None = None
        self.table: PlanTable | None = None
        self._is_mended = False
        rows = QVBoxLayout(self)
        rows.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        rows.setSpacing(GRID)
        self.word = Notice("", "warning", "plan_notice")
        self.word.hide()
        rows.addWidget(self.word)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        self._chips = QButtonGroup(self)
        self._chips.setExclusive(True)
        for number, kind in enumerate(_KINDS):
            chip = SteadyButton()
            chip.setObjectName(f"rows_{kind.value if kind else 'all'}")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setIcon(icon(*_ICONS[kind]))
            self._chips.addButton(chip, number)
            head.addWidget(chip)
        self._chips.button(0).setChecked(True)
        self._chips.idToggled.connect(self._on_filter)
        head.addStretch(1)
        rows.addLayout(head)
        self._body = QHBoxLayout()
        self._body.setSpacing(2 * GRID)
        self._list: StateStack | None = None
        self.details = RowDetails()
        self.details.setFixedWidth(_DETAILS_WIDTH)
        self.details.mend.clicked.connect(self._on_mend_clicked)
        self._body.addWidget(self.details)
        rows.addLayout(self._body, 1)
        self.said = label(name="preview_status", tone="muted")
        rows.addWidget(self.said)
        session.mended.connect(self._on_mended)

    @property
    def counts(self) -> PlanCounts:
        """The counts of the plan that is shown."""
        return self._session.plan.counts if self._session.plan is not None else PlanCounts()

    def show_plan(self, word: str = "") -> None:
        """Show the session's plan from its beginning, with a word about it."""
        plan = self._session.plan
        assert plan is not None
        self.close_plan()
        self.word.set_text(word)
        self.word.setVisible(bool(word))
        source = PlanRowSource(plan, self._session.plan_lock)
        self.model = PlanModel(
            self._runner, source, plan.mapping, self._session.is_mended, self, self._session.empty_columns
        )
        self.table = PlanTable(self.model, self._runner)
        self._list = StateStack(self.table)
        self._body.insertWidget(0, self._list, 1)
        in_tab_order(*self._chips.buttons(), self.table, self.details.body, self.details.mend)
        self.model.state_changed.connect(self._on_state)
        self.model.answered.connect(self._on_answered)
        self.model.edited.connect(self._on_edited)
        self.table.rows.current_id_changed.connect(self._on_current)
        self.model.dataChanged.connect(self._on_current)
        self._list.show_loading()
        self._show_counts()
        faulty = self.counts.error > 0
        self.said.setText(
            _("Faulty rows are not imported. Mend them here (F2 or double click), or save them to a file.")
            if faulty
            else _("Nothing is written before you import.")
        )
        was = self._chips.blockSignals(True)
        self._chips.button(0).setChecked(True)
        self._chips.blockSignals(was)
        self.model.ask(None)

    def close_plan(self) -> None:
        """Show no plan any more."""
        if self.model is not None and self._list is not None:
            self.model.close()
            self._body.removeWidget(self._list)
            self._list.hide()
            self._list.deleteLater()
            self.model.deleteLater()
            self.model = self.table = self._list = None
        self.details.show_row(None, ())

    def focus_table(self) -> None:
        """Let the keyboard act on the rows."""
        if self.table is not None:
            self.table.setFocus()

    # Counts and filters.

    def _show_counts(self) -> None:
        counts = self.counts
        for number, kind in enumerate(_KINDS):
            chip = self._chips.button(number)
            count = counts.rows if kind is None else counts.of(kind)
            chip.setText(f"{row_kinds_text(kind)} {grouped(count)}")
            chip.setAccessibleName(_("{rows}: {count}").format(rows=row_kinds_text(kind), count=grouped(count)))
            chip.setFont(font(bold=chip.isChecked()))
            chip.setEnabled(count > 0 or kind is None or chip.isChecked())
        self.changed.emit()

    def _on_filter(self, number: int, on: bool) -> None:
        if on and self.model is not None:
            self._show_counts()
            self.model.ask(_KINDS[number])

    def _on_state(self, state: ListState) -> None:
        if self._list is None or self.model is None:
            return
        if state is ListState.READY:
            self._list.show_content()
        elif state is ListState.EMPTY:
            done = self.model.query is RowKind.ERROR
            self._list.show_empty(
                "circle-check" if done else "list",
                _("All mended") if done else _("No such rows"),
                _("No faulty row is left.") if done else _("Choose other rows above."),
            )
        elif state is ListState.FAILED:
            error = self.model.error
            self._list.show_empty("circle-alert", _("The preview cannot be shown"), str(error or ""), problem=True)

    def _on_answered(self, new: bool) -> None:
        if self.table is not None and self.model is not None and self.model.total:
            self.table.fit_columns()
            if new:
                self.table.setCurrentIndex(self.model.index(0, min(2, self.model.columnCount() - 1)))
                self.table.horizontalScrollBar().setValue(0)
                self.table.go_to_fault()
            elif self._is_mended and self.model.query is RowKind.ERROR:
                # The next faulty row has taken the place of the one that was mended.
                self.table.go_to_fault()
            self._is_mended = False
        self._on_current()

    # Rows.

    def _on_current(self, *_what: object) -> None:
        if self.model is None or self.table is None:
            return
        current = self.table.currentIndex()
        row = self.model.known_at(current.row()) if current.isValid() else None
        if row is None:
            self.details.show_row(None, ())
        else:
            mendable = bool(self.model.sections_to_mend(current.row()))
            self.details.show_row(row.planned, self.model.mapping, mendable=mendable)

    def _on_mend_clicked(self) -> None:
        if self.table is not None:
            self.table.setFocus()
            self.table.edit_current()

    def _on_edited(self, place: int, key: str, text: str) -> None:
        self._session.mend(place, int(key.partition(":")[2]), text)

    def _on_mended(self, row: PlannedRow) -> None:
        if self.model is None:
            return
        self._show_counts()
        if row.kind is RowKind.ERROR:
            self.said.setText(_("Row {number} is still faulty.").format(number=grouped(row.number)))
        else:
            left = self.counts.error
            text = _("Row {number} is mended: {result}.").format(
                number=grouped(row.number), result=row_kind_text(row.kind)
            )
            more = ngettext("{n} faulty row is left.", "{n} faulty rows are left.", left).format(n=grouped(left))
            self.said.setText(f"{text} {more}" if left else text)
        self._is_mended = row.kind is not RowKind.ERROR
        self.model.refresh([row.place])
