"""An operator and its values: what a row of the builder and the popup of a quick filter have in common."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QSizePolicy, QWidget

from ulkacrm_desktop.core.criteria import Operator, Value
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.criteria.fields import CriteriaField
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.filters.operators import carried, first_operator
from ulkacrm_desktop.ui.filters.value_editors import ValueEditor, still_under_wheel, value_editor
from ulkacrm_desktop.ui.labels.criteria_names import operator_name
from ulkacrm_desktop.ui.theme import GRID


class ClauseEditor(QWidget):
    """Edits what is asked of one field. In a row by default; ``roomy`` puts the values below, lists open."""

    changed = Signal()
    rebuilt = Signal()
    """Other widgets edit the values now."""

    def __init__(self, known: KnownFields, *, roomy: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known = known
        self._roomy = roomy
        self._field: CriteriaField | None = None
        self._value: ValueEditor | None = None
        self._operator = QComboBox()
        self._operator.setObjectName("operator")
        self._operator.setAccessibleName(_("Comparison"))
        self._operator.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._operator.activated.connect(self._on_operator)
        if not roomy:
            # Most are no wider, so that the values of rows below each other begin at one line.
            self._operator.setMinimumWidth(18 * GRID)
        still_under_wheel(self._operator)
        direction = QBoxLayout.Direction.TopToBottom if roomy else QBoxLayout.Direction.LeftToRight
        self._layout = QBoxLayout(direction, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GRID)
        self._layout.addWidget(self._operator)

    @property
    def operator(self) -> Operator:
        """How is compared."""
        return Operator(self._operator.currentData())

    def values(self) -> tuple[Value, ...] | None:
        """What with, None while it is incomplete."""
        return self._value.values() if self._value is not None else None

    def problem(self) -> str:
        """What is missing or wrong, '' for nothing."""
        return self._value.problem() if self._value is not None else _("Choose a field")

    def edit(self, field: CriteriaField, operator: Operator | None = None, values: Sequence[Value] = ()) -> None:
        """Ask about this field from now on; nothing is emitted."""
        self._field = field
        self._operator.clear()
        for each in field.operators:
            self._operator.addItem(operator_name(each, field.type), each)
        wanted = operator if operator in field.operators else first_operator(field)
        self._operator.setCurrentIndex(self._operator.findData(wanted))
        self._operator.setVisible(len(field.operators) > 1)
        self._show_value(values)

    @property
    def stops(self) -> list[QWidget]:
        """What Tab stops at."""
        return [self._operator, *(self._value.stops if self._value is not None else ())]

    def focus_value(self) -> None:
        """Give the keyboard to the values, or to the operator where it takes none."""
        value = self._value
        target = value.focusProxy() if value is not None else None
        (target if target is not None else self._operator).setFocus()

    def _show_value(self, values: Sequence[Value]) -> None:
        assert self._field is not None
        old = self._value
        editor = value_editor(self._field, self.operator, self._known, roomy=self._roomy)
        editor.set_values(values)
        editor.changed.connect(self.changed)
        self._value = editor
        self._layout.addWidget(editor, 1)
        editor.setSizePolicy(QSizePolicy.Policy.Expanding, editor.sizePolicy().verticalPolicy())
        if old is not None:
            self._layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rebuilt.emit()

    def _on_operator(self) -> None:
        assert self._field is not None
        values = self.values()
        self._show_value(carried(values, self._field, self.operator))
        self.changed.emit()
