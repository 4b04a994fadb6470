"""One property on a profile: its value, and the editor that takes its place."""

from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.changes import FieldConflict
from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType, PropertyValue
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, InvalidInput
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.forms.property_editors import PropertyEditor, property_editor
from ulkacrm_desktop.ui.forms.values import shown_value
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.profile.address_lines import ElidedLink
from ulkacrm_desktop.ui.profile.links import web_link
from ulkacrm_desktop.ui.profile.profile_writes import ProfileWrites
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font

_NAME_WIDTH = 15 * GRID


class ValueLabel(QLabel):
    """A value that a click, Enter, Space or F2 makes editable; Ctrl+C copies it."""

    edit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setProperty("editable", True)
        self.setMinimumWidth(0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.edit_requested.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Space):
            self.edit_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.text())
        else:
            super().keyPressEvent(event)


class PropertyLine(QWidget):
    """The name of a property and its value, set in place.

    Enter saves, Esc restores, leaving the editor saves what is a value. While it is edited a newer value of
    somebody else is shown beside it and not taken over; one that comes out only when mine is saved opens the editor
    again, to save mine over it or to leave it.
    """

    def __init__(
        self,
        contact_id: int,
        definition: PropertyDefinition,
        value: PropertyValue | None,
        writes: ProfileWrites,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"property_line:{definition.id}")
        self._contact_id = contact_id
        self._definition = definition
        self._value = value
        self._writes = writes
        self._editor: PropertyEditor | None = None
        self._link: ElidedLink | None = None
        name = QLabel(definition.name)
        name.setProperty("tone", "muted")
        name.setWordWrap(True)
        name.setFixedWidth(_NAME_WIDTH)
        name.setContentsMargins(0, HALF, 0, HALF)
        if definition.description:
            name.setToolTip(definition.description)
        self.label = ValueLabel()
        self.label.setObjectName(f"value:{definition.id}")
        self.label.edit_requested.connect(self.edit)
        self.pencil = QToolButton()
        self.pencil.setIcon(icon("pencil", IconRole.MUTED))
        self.pencil.setIconSize(QSize(14, 14))
        self.pencil.setToolTip(_("Edit (F2)"))
        self.pencil.setAccessibleName(_("Edit {field}").format(field=definition.name))
        self.pencil.clicked.connect(self.edit)
        self.note = QLabel()
        self.note.setFont(font(TextSize.CAPTION))
        self.note.setWordWrap(True)
        self.note.hide()
        self._place = QHBoxLayout()
        self._place.setSpacing(HALF)
        self._place.addWidget(self.label, 1)
        self._place.addWidget(self.pencil)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addLayout(self._place)
        column.addWidget(self.note)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(column, 1)
        self._show_value()

    @property
    def definition(self) -> PropertyDefinition:
        """The property."""
        return self._definition

    @property
    def is_editing(self) -> bool:
        """Whether the editor is open."""
        return self._editor is not None

    def show_contact(self, contact_id: int, value: PropertyValue | None) -> None:
        """Show the property of another contact; what was being edited was saved before."""
        self._close()
        self.note.hide()
        self._contact_id = contact_id
        if value != self._value:
            self._value = value
            self._show_value()

    def set_value(self, value: PropertyValue | None) -> None:
        """Take over what is stored now; while it is edited, tell it instead."""
        if value == self._value:
            return
        self._value = value
        self._show_value()
        if self._editor is not None:
            self._tell_theirs()

    def _tell_theirs(self) -> None:
        self._tell(_("Saved meanwhile: {value}").format(value=shown_value(self._value) or "—"), "warning")

    def edit(self, *, take_focus: bool = True) -> None:
        """Open the editor."""
        if self._editor is not None:
            return
        editor = self._editor = property_editor(self._definition, self)
        editor.set_value(self._value)
        editor.submitted.connect(self._on_submitted)
        self._place.insertWidget(0, editor, 1)
        self.label.hide()
        self.pencil.hide()
        if self._link is not None:
            self._link.hide()
        editor.show()
        if take_focus:
            editor.setFocus(Qt.FocusReason.OtherFocusReason)
        control = editor.focusProxy()
        if control is not None:
            control.installEventFilter(self)
            if hasattr(control, "selectAll"):
                control.selectAll()

    def save(self) -> None:
        """Save what the editor holds; where it is no value, say so and stay."""
        editor = self._editor
        if editor is None:
            return
        problem = editor.problem()
        value = None if problem else editor.value()
        if not problem and self._definition.required and value is None:
            problem = "required"
        if problem:
            self._tell(problem_text(problem), "danger")
            return
        if value == self._value:
            self.restore()
            return
        contact_id, before = self._contact_id, self._value
        self._value = value
        self._close()

        def refused(error: ExpectedError) -> None:
            if self._contact_id != contact_id:
                self._writes.failed.emit(error_text(error, {self._definition.id: self._definition.name}))
            elif isinstance(error, EditConflict):
                self._show_conflict(error, value)
            else:
                self._value = before
                self._show_value()
                problems = error.problems.values() if isinstance(error, InvalidInput) else ()
                self._tell(" ".join(map(problem_text, problems)) or error_text(error), "danger")

        self._writes.set_property(contact_id, self._definition.id, value, self, refused, seen=before)

    def _show_conflict(self, error: EditConflict, mine: PropertyValue | None) -> None:
        (conflict,) = cast("list[FieldConflict]", error.facts["fields"])
        self._value = cast("PropertyValue | None", conflict.present)
        # Whoever has gone on to another line is not called back in the middle of typing.
        self.edit(take_focus=self.isAncestorOf(self.window().focusWidget() or self))
        assert self._editor is not None
        self._editor.set_value(mine)
        self._tell_theirs()

    def restore(self) -> None:
        """Close the editor and show what is stored."""
        self._close()

    def _close(self) -> None:
        editor = self._editor
        if editor is None:
            return
        self._editor = None
        control = editor.focusProxy()
        had_focus = control is not None and control.hasFocus()
        if control is not None:
            control.removeEventFilter(self)
        self._place.removeWidget(editor)
        editor.hide()
        editor.deleteLater()
        self.note.hide()
        self._show_value()
        if had_focus:
            (self.label if self._link is None else self.pencil).setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self, text: str, tone: str) -> None:
        self.note.setProperty("tone", tone)
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)
        self.note.setText(text)
        self.note.show()

    def _show_value(self) -> None:
        text = shown_value(self._value)
        self.label.setText(text or _("Not set"))
        self.label.setProperty("tone", "" if text else "muted")
        self.label.style().unpolish(self.label)
        self.label.style().polish(self.label)
        self.label.setAccessibleName(f"{self._definition.name}: {text or _('Not set')}")
        if self._link is not None:
            self._place.removeWidget(self._link)
            self._link.deleteLater()
            self._link = None
        if self._editor is not None:
            return
        if text and self._definition.type is PropertyType.URL:
            self._link = ElidedLink(text, web_link(text))
            self._place.insertWidget(0, self._link, 1, Qt.AlignmentFlag.AlignLeft)
        self.label.setVisible(self._link is None)
        self.pencil.setVisible(self._link is not None)

    def _on_submitted(self) -> None:
        self.save()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2 and self._editor is None:
            self.edit()
        else:
            super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._editor is None:
            return False
        if event.type() == QEvent.Type.KeyPress and _key(event) == Qt.Key.Key_Escape:
            self.restore()
            return True
        if event.type() == QEvent.Type.ShortcutOverride and _key(event) == Qt.Key.Key_Escape:
            # Esc closes the page too; here it belongs to the editor.
            event.accept()
            return True
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            passing = (
                Qt.FocusReason.PopupFocusReason,
                Qt.FocusReason.ActiveWindowFocusReason,
                Qt.FocusReason.MenuBarFocusReason,
            )
            if event.reason() not in passing:
                self.save()
        return False


def _key(event: Any) -> int:
    return int(event.key())
