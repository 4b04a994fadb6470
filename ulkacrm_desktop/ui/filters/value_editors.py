"""One editor for each kind of value of a condition: text, number, day, span of time, period, yes or no, choices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QSpinBox, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.core.criteria import Operator, Period, Span, Unit, Value
from ulkacrm_desktop.core.i18n import _, pgettext
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.services.criteria.fields import CriteriaField, FieldType
from ulkacrm_desktop.ui.filters.choice_button import ChoiceButton
from ulkacrm_desktop.ui.filters.choice_list import ChoiceList, Option
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.filters.operators import NO_VALUE, PERIODS, SEVERAL, SPANS
from ulkacrm_desktop.ui.forms.property_editors import property_editor
from ulkacrm_desktop.ui.labels.criteria_names import period_name, unit_name
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.theme import GRID

_MOST: Final = 9_999
_PAST: Final = frozenset(
    (
        Period.TODAY,
        Period.YESTERDAY,
        Period.THIS_WEEK,
        Period.LAST_WEEK,
        Period.THIS_MONTH,
        Period.LAST_MONTH,
        Period.THIS_QUARTER,
        Period.LAST_QUARTER,
        Period.THIS_YEAR,
        Period.LAST_YEAR,
    )
)
"""What is no future: all that makes sense for a moment that has been."""


class ValueEditor(QWidget):
    """Edits the values of a clause. ``values()`` is None while they are incomplete; `problem` then says why."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID)
        self.stops: list[QWidget] = []
        """What Tab stops at."""

    def values(self) -> tuple[Value, ...] | None:
        """The values, None while something is missing or wrong."""
        raise NotImplementedError

    def set_values(self, values: Sequence[Value]) -> None:
        """Show these values; nothing is emitted."""
        raise NotImplementedError

    def problem(self) -> str:
        """What is missing or wrong, '' for nothing."""
        return _("Give a value") if self.values() is None else ""

    def _put(self, widget: QWidget, name: str, accessible: str, stretch: int = 0) -> None:
        widget.setObjectName(name)
        widget.setAccessibleName(accessible)
        self._row.addWidget(widget, stretch)
        self.stops.append(widget)


class _NoValue(ValueEditor):
    @override
    def values(self) -> tuple[Value, ...]:
        return ()

    @override
    def set_values(self, values: Sequence[Value]) -> None:
        pass


class _TextValue(ValueEditor):
    def __init__(self, pattern: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QLineEdit()
        self._line.setPlaceholderText(_("% stands for anything, _ for one character") if pattern else _("Text"))
        self._put(self._line, "value", _("Value"), 1)
        self._line.textChanged.connect(self.changed)
        self.setFocusProxy(self._line)

    @override
    def values(self) -> tuple[Value, ...] | None:
        text = self._line.text().strip()
        return (text,) if text else None

    @override
    def set_values(self, values: Sequence[Value]) -> None:
        self._line.blockSignals(True)
        self._line.setText(str(values[0]) if values else "")
        self._line.blockSignals(False)


class _Typed(ValueEditor):
    """One or two numbers or days, each in the editor that a property of the type has."""

    def __init__(self, type_: PropertyType, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._type = type_
        self._editors = []
        for number in range(count):
            if number:
                self._row.addWidget(QLabel(pgettext("between two values", "and")))
            editor = property_editor(PropertyDefinition(0, _("Value"), type_))
            editor.setMinimumWidth(14 * GRID)
            editor.changed.connect(self.changed)
            self._put(editor, ("value", "value_to")[number], (_("Value"), _("Second value"))[number], 1)
            self._editors.append(editor)
        self.setFocusProxy(self._editors[0])

    @override
    def values(self) -> tuple[Value, ...] | None:
        try:
            given = [editor.value() for editor in self._editors]
        except TextProblem:
            return None
        values = tuple(value for value in given if isinstance(value, (int, Decimal, date)))
        if len(values) < len(given) or (len(values) == 2 and values[0] > values[1]):  # type: ignore[operator]
            return None
        return values

    @override
    def set_values(self, values: Sequence[Value]) -> None:
        for editor, value in zip(self._editors, values, strict=False):
            editor.set_value(value if isinstance(value, (int, Decimal, date)) else None)

    @override
    def problem(self) -> str:
        if self.values() is not None:
            return ""
        code = next((editor.problem() for editor in self._editors if editor.problem()), "")
        if code:
            return problem_text(code)
        if any(editor.value() is None for editor in self._editors):
            return super().problem()
        return _("The second value must not be below the first")


class _SpanValue(ValueEditor):
    def __init__(self, *, hours: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = QSpinBox()
        self._count.setRange(1, _MOST)
        self._count.setValue(30)
        # The stylesheet's padding does not reach the line of a spin box.
        self._count.lineEdit().setTextMargins(GRID, 0, 0, 0)
        self._unit = QComboBox()
        for unit in Unit:
            if hours or unit is not Unit.HOURS:
                self._unit.addItem("", unit)
        self._unit.setCurrentIndex(self._unit.findData(Unit.DAYS))
        self._put(self._count, "value", _("How many"))
        self._put(self._unit, "unit", _("Unit of time"))
        self._row.addStretch(1)
        self._count.valueChanged.connect(self._on_count)
        self._unit.activated.connect(self.changed)
        for widget in (self._count, self._unit):
            still_under_wheel(widget)
        self._name_units()
        self.setFocusProxy(self._count)

    def _on_count(self) -> None:
        self._name_units()
        self.changed.emit()

    def _name_units(self) -> None:
        for index in range(self._unit.count()):
            self._unit.setItemText(index, unit_name(self._unit.itemData(index), self._count.value()))

    @override
    def values(self) -> tuple[Value, ...]:
        return (Span(self._count.value(), Unit(self._unit.currentData())),)

    @override
    def set_values(self, values: Sequence[Value]) -> None:
        if values and isinstance(values[0], Span):
            self._count.blockSignals(True)
            self._count.setValue(values[0].count)
            self._count.blockSignals(False)
            self._unit.setCurrentIndex(self._unit.findData(values[0].unit))
            self._name_units()


class _OneOfFew(ValueEditor):
    """A short list that needs no search: periods, yes and no."""

    def __init__(self, choices: Sequence[tuple[Value, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._combo = QComboBox()
        for value, text in choices:
            self._combo.addItem(text, value)
        self._put(self._combo, "value", _("Value"))
        self._row.addStretch(1)
        self._combo.activated.connect(self.changed)
        still_under_wheel(self._combo)
        self.setFocusProxy(self._combo)

    @override
    def values(self) -> tuple[Value, ...]:
        return (self._combo.currentData(),)

    @override
    def set_values(self, values: Sequence[Value]) -> None:
        index = self._combo.findData(values[0]) if values else 0
        self._combo.setCurrentIndex(max(index, 0))


class _Choice(ValueEditor):
    """One or several of a list that is searched."""

    def __init__(self, field: CriteriaField, known: KnownFields, *, several: bool, is_open: bool) -> None:
        super().__init__()
        self._button = ChoiceButton(
            lambda: known.options(field),
            several=several,
            is_open=is_open,
            search_text=_("Type one and press Enter") if is_open and not field.choices else "",
        )
        self._put(self._button, "value", _("Value"), 1)
        self._button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._button.changed.connect(self.changed)
        self.setFocusProxy(self._button)

    @override
    def values(self) -> tuple[Value, ...] | None:
        return self._button.chosen() or None

    @override
    def set_values(self, values: Sequence[Value]) -> None:
        self._button.set_chosen(values)


class _RoomyChoice(ValueEditor):
    """The list itself, for a popup that has room for it."""

    def __init__(self, options: Sequence[Option], *, several: bool = False, is_open: bool = False) -> None:
        super().__init__()
        self._list = ChoiceList(options, several=several, is_open=is_open)
        self._put(self._list, "value", _("Value"), 1)
        self._list.changed.connect(self.changed)
        self._list.picked.connect(lambda _value: self.changed.emit())
        self.setFocusProxy(self._list)

    @override
    def values(self) -> tuple[Value, ...] | None:
        return self._list.chosen() or None

    @override
    def set_values(self, values: Sequence[Value]) -> None:
        self._list.set_chosen(values)


def value_editor(field: CriteriaField, operator: Operator, known: KnownFields, *, roomy: bool = False) -> ValueEditor:
    """The editor of the values that an operator takes on a field; ``roomy`` shows lists open."""
    if operator in NO_VALUE:
        return _NoValue()
    if operator in SPANS:
        return _SpanValue(hours=field.type is FieldType.MOMENT and operator is not Operator.ANNIVERSARY_IN_NEXT)
    if operator in PERIODS:
        ahead = field.type is FieldType.DATE
        return _few([(period, period_name(period)) for period in Period if ahead or period in _PAST], roomy)
    several, count = operator in SEVERAL, 2 if operator is Operator.BETWEEN else 1
    match field.type:
        case FieldType.TEXT if not several:
            return _TextValue(pattern=operator is Operator.LIKE)
        case FieldType.NUMBER:
            return _Typed(PropertyType.NUMBER, count)
        case FieldType.DATE | FieldType.MOMENT:
            return _Typed(PropertyType.DATE, count)
        case FieldType.YES_NO:
            return _few([(True, _("Yes")), (False, _("No"))], roomy)
    is_open = field.is_open or field.type is FieldType.TEXT
    if roomy:
        return _RoomyChoice(known.options(field), several=several, is_open=is_open)
    return _Choice(field, known, several=several, is_open=is_open)


def _few(choices: Sequence[tuple[Value, str]], roomy: bool) -> ValueEditor:
    return _RoomyChoice([Option(value, text) for value, text in choices]) if roomy else _OneOfFew(choices)


class _WheelGuard(QObject):
    """A wheel over a form that scrolls must not change a value in passing."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def still_under_wheel(widget: QWidget) -> None:
    """Let the wheel change the widget only while it has the focus."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_WheelGuard(widget))
