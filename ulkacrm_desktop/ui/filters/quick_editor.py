"""The popup of a quick filter: what one mostly asks of the field, and below it whatever else can be asked."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ulkacrm_desktop.core.criteria import Clause, Operator, Period, Span, Value
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.criteria.fields import CriteriaField, FieldType
from ulkacrm_desktop.ui.filters.choice_list import ChoiceList, Option
from ulkacrm_desktop.ui.filters.clause_editor import ClauseEditor
from ulkacrm_desktop.ui.filters.draft import Row
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.filters.operators import first_operator
from ulkacrm_desktop.ui.filters.tab_order import order_tabs
from ulkacrm_desktop.ui.labels.criteria_names import criteria_field_name
from ulkacrm_desktop.ui.labels.criteria_sentence import clause_phrase
from ulkacrm_desktop.ui.theme import GRID, font

_Preset = tuple[Operator, tuple[Value, ...], bool]
_DATES: Final[tuple[_Preset, ...]] = (
    (Operator.DURING, (Period.TODAY,), False),
    (Operator.IN_LAST, (Span(7),), False),
    (Operator.IN_LAST, (Span(30),), False),
    (Operator.DURING, (Period.THIS_MONTH,), False),
    (Operator.DURING, (Period.LAST_MONTH,), False),
    (Operator.DURING, (Period.THIS_YEAR,), False),
)
_MOMENTS: Final[tuple[_Preset, ...]] = (
    (Operator.DURING, (Period.TODAY,), False),
    (Operator.IN_LAST, (Span(7),), False),
    (Operator.IN_LAST, (Span(30),), False),
    (Operator.IN_LAST, (Span(90),), False),
    (Operator.IN_LAST, (Span(30),), True),
    (Operator.IN_LAST, (Span(90),), True),
)
_EMPTINESS: Final[tuple[_Preset, ...]] = (
    (Operator.IS_NOT_EMPTY, (), False),
    (Operator.IS_EMPTY, (), False),
)


class QuickEditor(QWidget):
    """Edits one row; tells at every change. ``finished``: nothing more is to be chosen."""

    changed = Signal()
    finished = Signal()
    removed = Signal()

    def __init__(self, row: Row, field: CriteriaField, known: KnownFields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("quick_editor")
        self.row = row
        self._field = field
        self._known = known
        title = QLabel(criteria_field_name(field))
        title.setFont(font(bold=True))
        self._remove = QPushButton(_("Clear"))
        self._remove.setObjectName("clear_quick")
        self._remove.setProperty("kind", "link")
        self._remove.clicked.connect(self.removed)
        self._remove.setVisible(row.criteria is not None)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self._remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        self._presets: ChoiceList | None = None
        presets = self._preset_options()
        if presets:
            self._presets = ChoiceList(presets, rows=len(presets))
            self._presets.setObjectName("presets")
            self._presets.set_chosen([(row.operator, row.values, row.negated)] if row.criteria is not None else [])
            self._presets.picked.connect(self._on_preset)
            layout.addWidget(self._presets)
            line = QFrame()
            line.setProperty("line", True)
            line.setFixedHeight(1)
            layout.addWidget(line)
        self._clause = ClauseEditor(known, roomy=True)
        self._clause.edit(field, row.operator or first_operator(field), row.values or ())
        self._clause.changed.connect(self._on_clause)
        layout.addWidget(self._clause, 1)
        self._not = QCheckBox(_("Exclude these contacts instead"))
        self._not.setObjectName("negate_quick")
        self._not.setChecked(row.negated)
        self._not.toggled.connect(self._on_clause)
        layout.addWidget(self._not)
        self._clause.rebuilt.connect(self._order_tabs)
        self._order_tabs()

    def focus_first(self) -> None:
        """Give the keyboard to what is mostly used."""
        if self._presets is not None and self.row.criteria is None:
            self._presets.setFocus()
        else:
            self._clause.focus_value()

    def _order_tabs(self) -> None:
        presets = [self._presets] if self._presets is not None else []
        order_tabs([*presets, *self._clause.stops, self._not, self._remove])

    def _preset_options(self) -> list[Option]:
        field = self._field
        found: list[_Preset] = []
        if field.type is FieldType.MOMENT:
            found += _DATES if field.key == "created_at" else _MOMENTS
        elif field.type is FieldType.DATE:
            found += _DATES
        if field.type in (FieldType.MOMENT, FieldType.DATE) and Operator.IS_EMPTY in field.operators:
            found += _EMPTINESS
        options = []
        for operator, values, negated in found:
            text = clause_phrase(Clause(field.key, operator, values), self._known.fields, negated=negated)
            options.append(Option((operator, values, negated), text[:1].upper() + text[1:]))
        return options

    def _on_preset(self, preset: _Preset) -> None:
        row = self.row
        row.operator, row.values, row.negated = preset
        self._clause.edit(self._field, row.operator, row.values)
        self._not.blockSignals(True)
        self._not.setChecked(row.negated)
        self._not.blockSignals(False)
        self.changed.emit()
        self.finished.emit()

    def _on_clause(self) -> None:
        row = self.row
        row.operator, row.values, row.negated = self._clause.operator, self._clause.values(), self._not.isChecked()
        self._remove.setVisible(row.criteria is not None)
        self.changed.emit()
