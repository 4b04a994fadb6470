"""One condition of the builder: a field, how it is compared, and with what."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.criteria import Value
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.filters.choice_button import ChoiceButton
from ulkacrm_desktop.ui.filters.clause_editor import ClauseEditor
from ulkacrm_desktop.ui.filters.draft import Row
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.filters.operators import NO_VALUE, carried, first_operator
from ulkacrm_desktop.ui.icons import icon, paint_icon
from ulkacrm_desktop.ui.theme import CONTROL_HEIGHT, GRID, HALF, colours_of

ROW_ACTIONS: Final = ("move_up", "move_down", "wrap", "duplicate", "negate", "remove")


class Grip(QWidget):
    """What a row or group is dragged by; tells where the mouse is, in global coordinates."""

    dragged = Signal(QPoint)
    dropped = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("grip")
        self.setFixedSize(2 * GRID, CONTROL_HEIGHT)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(_("Drag to another place (Ctrl+Shift+Up, Ctrl+Shift+Down)"))
        self._pressed: QPoint | None = None
        self._is_dragging = False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.underMouse() or self._is_dragging else 0.55)
        paint_icon(painter, self.rect().adjusted(0, 8, 0, -8), "grip-vertical", colours.muted)
        painter.end()

    @override
    def enterEvent(self, event: QEvent) -> None:
        self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.globalPosition().toPoint()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.globalPosition().toPoint()
        if self._pressed is None:
            return
        if not self._is_dragging and (place - self._pressed).manhattanLength() < HALF:
            return
        if not self._is_dragging:
            self._is_dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.dragged.emit(place)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_dragging, self._is_dragging, self._pressed = self._is_dragging, False, None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if was_dragging:
            self.dropped.emit(event.globalPosition().toPoint())


class ConditionRow(QFrame):
    """Edits a `Row` of the draft in place, and asks for what concerns its place."""

    changed = Signal()
    rebuilt = Signal()
    """Other widgets edit the values now."""
    action_chosen = Signal(str)
    """One of `ROW_ACTIONS`."""

    def __init__(self, row: Row, known: KnownFields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("condition")
        self.row = row
        self._known = known
        self.grip = Grip(self)
        self._not = QPushButton(_("not"))
        self._not.setObjectName("not")
        self._not.setProperty("kind", "chip")
        self._not.setProperty("on", True)
        self._not.setToolTip(_("Excluded: click to ask for those who fit instead"))
        self._not.clicked.connect(lambda: self.action_chosen.emit("negate"))
        self._field = ChoiceButton(known.field_options, placeholder=_("Choose a field"), search_text=_("Find a field"))
        self._field.setObjectName("field")
        self._field.setAccessibleName(_("Field"))
        self._field.setMinimumWidth(21 * GRID)
        self._field.changed.connect(self._on_field)
        self._clause = ClauseEditor(known)
        self._clause.changed.connect(self._on_clause)
        self._clause.rebuilt.connect(self.rebuilt)
        self._mark = QToolButton()
        self._mark.setObjectName("problem")
        self._mark.setIcon(icon("circle-alert", "warning"))
        self._mark.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._mark.clicked.connect(self.focus_problem)
        self._menu_button = tool("row_menu", "ellipsis", _("More for this condition"))
        self._menu_button.clicked.connect(self._open_menu)
        self._remove = tool("remove", "x", _("Remove the condition (Alt+Delete)"))
        self._remove.clicked.connect(lambda: self.action_chosen.emit("remove"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(GRID)
        layout.addWidget(self.grip)
        layout.addWidget(self._not)
        layout.addWidget(self._field)
        layout.addWidget(self._clause, 1)
        layout.addStretch(0)
        for widget in (self._mark, self._menu_button, self._remove):
            layout.addWidget(widget)
        self.read_row()

    def read_row(self) -> None:
        """Show what the draft says."""
        row, fields = self.row, self._known.fields
        self._not.setVisible(row.negated)
        self._field.set_chosen([row.field] if row.field is not None else [])
        is_known = row.field is not None and row.field in fields
        self._clause.setVisible(is_known)
        if row.field is not None and is_known:
            self._clause.edit(fields[row.field], row.operator, row.values or ())
        self._show_problem()

    @property
    def problem(self) -> str:
        """Why the row means nothing yet, '' where it does."""
        if self.row.field is None:
            return _("Choose a field")
        if self.row.field not in self._known.fields:
            return _("This field is no longer there; choose another or remove the condition")
        return self._clause.problem()

    @property
    def stops(self) -> list[QWidget]:
        """What Tab stops at."""
        return [self._not, self._field, *self._clause.stops, self._menu_button, self._remove]

    def open_fields(self) -> None:
        """Let the field be chosen."""
        self._field.setFocus()
        self._field.open_list()

    def focus_problem(self) -> None:
        """Give the keyboard to what is missing, or to the values."""
        if self._clause.isHidden():
            self._field.setFocus()
        else:
            self._clause.focus_value()

    def _on_field(self) -> None:
        key = self._field.chosen()[0]
        field = self._known.fields[key]
        row = self.row
        operator = first_operator(field)
        values: tuple[Value, ...] = ()
        if row.operator is not None and row.operator in field.operators:
            values = carried(row.values, field, row.operator)
            if values or row.operator in NO_VALUE:
                operator = row.operator
        row.field = key
        self._clause.setVisible(True)
        self._clause.edit(field, operator, values)
        self._on_clause()
        self._clause.focus_value()

    def _on_clause(self) -> None:
        self.row.operator = self._clause.operator
        self.row.values = self._clause.values()
        self._show_problem()
        self.changed.emit()

    def _show_problem(self) -> None:
        problem = self.problem
        self._mark.setVisible(bool(problem))
        self._mark.setToolTip(problem)
        self._mark.setAccessibleName(problem)
        self.setAccessibleDescription(problem)

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("row_actions")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key, name, text, keys in (
            ("move_up", "arrow-up", _("Move up"), "Ctrl+Shift+Up"),
            ("move_down", "arrow-down", _("Move down"), "Ctrl+Shift+Down"),
            ("wrap", "folder", _("Put into a group"), "Ctrl+G"),
            ("duplicate", "copy", _("Duplicate"), "Ctrl+Shift+D"),
            ("negate", "minus", _("Exclude instead (not)"), "Ctrl+Shift+N"),
            ("remove", "trash-2", _("Remove"), "Alt+Delete"),
        ):
            action = menu.addAction(icon(name), f"{text}\t{keys}")
            action.setObjectName(key)
            action.triggered.connect(lambda _on=False, key=key: self.action_chosen.emit(key))
        menu.popup(self._menu_button.mapToGlobal(QPoint(0, self._menu_button.height())))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, super().minimumSizeHint().height())


def tool(name: str, icon_name: str, text: str) -> QToolButton:
    """A small button that is an icon."""
    button = QToolButton()
    button.setObjectName(name)
    button.setIcon(icon(icon_name, "muted"))
    button.setToolTip(text)
    button.setAccessibleName(text)
    return button
