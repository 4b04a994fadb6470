"""The second step: where each column of the file goes, and how the rows are to be taken."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRegularExpression, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.imports.evidence import ColumnQuestion
from ulkacrm_desktop.services.imports.mapping import ColumnMapping, Reason
from ulkacrm_desktop.services.imports.origins import detect_origin
from ulkacrm_desktop.ui.imports.column_row import ColumnRow
from ulkacrm_desktop.ui.imports.import_options import ImportOptionsPanel
from ulkacrm_desktop.ui.imports.import_session import ANSWERS, ImportSession
from ulkacrm_desktop.ui.imports.parts import Notice, button, in_tab_order, label
from ulkacrm_desktop.ui.imports.sample_model import heading_text
from ulkacrm_desktop.ui.imports.targets import target_model
from ulkacrm_desktop.ui.labels.imports import choice_text, origin_text, question_text, reason_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.theme import GRID, HALF

_FIRST_ROWS: Final = 20
_ROWS_AT_ONCE: Final = 5
_OPTIONS_WIDTH: Final = 36 * GRID


class ColumnsStep(QFrame):
    """One row a column; rows beyond the first screen are made when there is time."""

    changed = Signal()
    """Whether one can go on may have changed."""

    def __init__(self, session: ImportSession) -> None:
        super().__init__()
        self.setObjectName("columns_step")
        self.setProperty("surface", "base")
        self._session = session
        self._rows: list[ColumnRow] = []
        self._usual: Reason | None = None
        self._more = QTimer(self)
        self._more.setInterval(0)
        self._more.timeout.connect(self._on_more)
        self._outdated: list[ColumnRow] = []
        self._model = target_model((), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        row.setSpacing(2 * GRID)
        left = QVBoxLayout()
        left.setSpacing(GRID)
        head = QHBoxLayout()
        self.summary = label(name="columns_summary", tone="muted")
        head.addWidget(self.summary, 1)
        self.rest = button("", "properties_of_rest", session.make_properties_of_the_rest, kind="link")
        head.addWidget(self.rest)
        left.addLayout(head)
        self._questions = QVBoxLayout()
        self._questions.setSpacing(GRID)
        left.addLayout(self._questions)
        self.scroll_area = QScrollArea()
        self.scroll_area.setObjectName("columns")
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._holder = QFrame()
        self._holder.setProperty("surface", "base")
        self._list = QVBoxLayout(self._holder)
        self._list.setContentsMargins(0, 0, GRID, 0)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        self.scroll_area.setWidget(self._holder)
        left.addWidget(self.scroll_area, 1)
        row.addLayout(left, 1)
        self.options = ImportOptionsPanel(session)
        self.options.setFixedWidth(_OPTIONS_WIDTH)
        row.addWidget(self.options)
        session.inspected.connect(self._on_inspected)
        session.mapping_changed.connect(self._on_mapping_changed)

    def show_questions(self) -> None:
        """Show what the plan has asked; the first one without an answer gets the focus."""
        while (item := self._questions.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        first: QRadioButton | None = None
        for question in self._session.questions:
            frame, choices = self._question(question)
            self._questions.addWidget(frame)
            if first is None and self._session.answer_to(question) is None:
                first = choices[0]
        self._order_tabs()
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _question(self, question: ColumnQuestion) -> tuple[QWidget, list[QRadioButton]]:
        heading = heading_text(self._session.mapping[question.column].heading, question.column)
        sample = ", ".join(value[:40] for value in self._session.samples(question.column)[:3])
        frame = Notice(question_text(question.kind, heading, sample), name=f"question_{question.column}")
        group = QButtonGroup(frame)
        box = QWidget()
        choices_column = QVBoxLayout(box)
        choices_column.setContentsMargins(0, 0, 0, 0)
        choices_column.setSpacing(HALF)
        choices = []
        for choice in ANSWERS[question.kind]:
            radio = QRadioButton(choice_text(choice))
            radio.setObjectName(f"answer_{choice}")
            radio.setChecked(self._session.answer_to(question) == choice)
            radio.clicked.connect(lambda _on=False, chosen=choice: self._on_answered(question, chosen))
            group.addButton(radio)
            choices_column.addWidget(radio)
            choices.append(radio)
        frame.add(box)
        return frame, choices

    def _on_answered(self, question: ColumnQuestion, choice: str) -> None:
        self._session.answer(question, choice)
        self.changed.emit()

    @property
    def ready(self) -> bool:
        """Whether there is something to go on with, and nothing asked is left open."""
        return self._session.can_plan and not self._session.open_questions

    # Rows.

    def _on_inspected(self) -> None:
        inspection = self._session.inspection
        assert inspection is not None
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows, self._outdated = [], []
        self._model.deleteLater()
        self._model = target_model(self._session.properties, self)
        self._usual = _usual_reason(self._session.mapping)
        self._add_rows(_FIRST_ROWS)
        self._more.start()
        self._say()

    def _on_more(self) -> None:
        mapping = self._session.mapping
        if len(self._rows) < len(mapping):
            self._add_rows(_ROWS_AT_ONCE)
        for row in self._outdated[:_ROWS_AT_ONCE]:
            row.show_column(mapping[row.index])
        del self._outdated[:_ROWS_AT_ONCE]
        if len(self._rows) >= len(mapping) and not self._outdated:
            self._more.stop()
            self._order_tabs()

    def _add_rows(self, count: int) -> None:
        mapping = self._session.mapping
        start = len(self._rows)
        for column in mapping[start : start + count]:
            row = ColumnRow(self._session, column, self._model, reason_text(self._usual or ""))
            self._list.insertWidget(len(self._rows), row)
            self._rows.append(row)

    def _on_mapping_changed(self) -> None:
        mapping = self._session.mapping
        changed = [row for row in self._rows if row.column != mapping[row.index]]
        # What is seen at once; of a thousand columns the others when there is time.
        changed.sort(key=lambda row: row.visibleRegion().isEmpty())
        for row in changed[:_FIRST_ROWS]:
            row.show_column(mapping[row.index])
        self._outdated = changed[_FIRST_ROWS:]
        self._more.start()
        self.show_questions()
        self._say()
        self.changed.emit()

    def _order_tabs(self) -> None:
        answers = self.findChildren(QRadioButton, QRegularExpression("^answer_"))
        editors = [editor for row in self._rows for editor in row.editors()]
        in_tab_order(self.rest, *answers, *editors, *self.options.editors())

    def _say(self) -> None:
        inspection, mapping = self._session.inspection, self._session.mapping
        parts = []
        origin = detect_origin(inspection.headings) if inspection is not None else None
        if origin is not None:
            parts.append(origin_text(origin))
        going = sum(column.target is not None for column in mapping)
        parts.append(
            ngettext("{going} of {n} column is imported.", "{going} of {n} columns are imported.", len(mapping)).format(
                going=grouped(going), n=grouped(len(mapping))
            )
        )
        if self._usual is Reason.REMEMBERED:
            parts.append(_("The choices of last time are remembered."))
        elif self._usual is not None:
            parts.append(_("Their headings are recognised."))
        self.summary.setText(" ".join(parts))
        unknown = [
            column
            for column in mapping
            if column.target is None
            and column.reason is Reason.UNKNOWN
            and column.heading.strip()
            and self._session.samples(column.index)
        ]
        self.rest.setVisible(bool(unknown))
        self.rest.setText(
            ngettext("Make a property of {n} more", "Make properties of {n} more", len(unknown)).format(n=len(unknown))
        )


def _usual_reason(mapping: Sequence[ColumnMapping]) -> Reason | None:
    """Why most columns have their target, where it can be said of the whole file."""
    if sum(column.reason is Reason.REMEMBERED for column in mapping) * 2 > len(mapping):
        return Reason.REMEMBERED
    recognised = (Reason.HEADING, Reason.OWN_HEADING)
    return Reason.HEADING if sum(column.reason in recognised for column in mapping) * 2 > len(mapping) else None
