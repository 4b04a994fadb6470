"""One editor for each type of property; the same in the form of a contact and in place on its profile."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCalendarWidget,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPlainTextEdit,
    QWidget,
    QWidgetAction,
)
from typing_extensions import override

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType, PropertyValue
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.ui.forms.values import date_format, shown_value, typed_value
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import CONTROL_HEIGHT

_LINES_SHOWN = 6
_CHOICES_SHOWN = 10
_CHOICE_HEIGHT = 26


class PropertyEditor(QWidget):
    """Edits the value of one property.

    ``value()`` raises `core.text.problem.TextProblem` while what is typed is no value of the type.
    """

    changed = Signal()
    submitted = Signal()
    """Enter was pressed: the user is done with this value."""

    def value(self) -> PropertyValue | None:
        """The value, None where there is none."""
        raise NotImplementedError

    def set_value(self, value: PropertyValue | None) -> None:
        """Show this value."""
        raise NotImplementedError

    def problem(self) -> str:
        """The code of what is wrong with what is typed; empty where it is a value or nothing."""
        try:
            self.value()
        except TextProblem as problem:
            return problem.code
        return ""

    def _adopt(self, editor: QWidget) -> None:
        """Put the one control in and let it stand for the whole: focus, name and size."""
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(editor)
        self.setFocusProxy(editor)
        # The mnemonic of a label goes only to a widget with a policy.
        self.setFocusPolicy(editor.focusPolicy())

    def name_for_readers(self, name: str) -> None:
        """The name that a screen reader tells."""
        proxy = self.focusProxy()
        (proxy if proxy is not None else self).setAccessibleName(name)
        self.setAccessibleName(name)


class GrowingTextEdit(QPlainTextEdit):
    """A text of one line that grows to some; Enter submits, Shift+Enter begins a new line."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None, *, lines: int = 1, most: int = _LINES_SHOWN) -> None:
        super().__init__(parent)
        self._lines = lines
        self._most = most
        self.enter_submits = True
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # One line is as high as the other controls, and its text begins where theirs do.
        self.document().setDocumentMargin(2)
        self.setViewportMargins(4, 0, 4, 0)
        self.textChanged.connect(self.updateGeometry)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.enter_submits and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.submitted.emit()
            return
        super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def _height(self) -> int:
        lines = sum(block_lines for block_lines in self._block_lines())
        shown = min(max(lines, self._lines), self._most)
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines > self._most else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        margins = self.contentsMargins()
        frame = margins.top() + margins.bottom() + 2 * int(self.document().documentMargin())
        return max(shown * self.fontMetrics().lineSpacing() + frame, CONTROL_HEIGHT)

    def _block_lines(self) -> Sequence[int]:
        block = self.document().begin()
        lines = []
        while block.isValid():
            lines.append(max(block.layout().lineCount(), 1))
            block = block.next()
        return lines

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._height())


class _LineEditor(PropertyEditor):
    """A value that is typed in one line: number, date, web address."""

    def __init__(self, type_: PropertyType, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._type = type_
        self._given: PropertyValue | None = None
        self._given_text = ""
        self.line = QLineEdit()
        self._adopt(self.line)
        self.line.textEdited.connect(self.changed)
        self.line.returnPressed.connect(self.submitted)

    @override
    def value(self) -> PropertyValue | None:
        # What was not touched stays exactly as it is, also where typing it again would read another way.
        if self.line.text() == self._given_text:
            return self._given
        return typed_value(self._type, self.line.text())

    @override
    def set_value(self, value: PropertyValue | None) -> None:
        self._given, self._given_text = value, shown_value(value)
        self.line.setText(self._given_text)


class _TextEditor(PropertyEditor):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = GrowingTextEdit()
        self._adopt(self.edit)
        self.edit.textChanged.connect(self.changed)
        self.edit.submitted.connect(self.submitted)

    @override
    def value(self) -> PropertyValue | None:
        text = self.edit.toPlainText()
        return text if text.strip() else None

    @override
    def set_value(self, value: PropertyValue | None) -> None:
        self.edit.blockSignals(True)
        self.edit.setPlainText(shown_value(value))
        self.edit.blockSignals(False)
        self.edit.updateGeometry()


class _DateEditor(_LineEditor):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(PropertyType.DATE, parent)
        self.line.setPlaceholderText(date_format())
        self.choose = QAction(icon("calendar", IconRole.MUTED), _("Choose a day"), self)
        self.choose.setShortcut(Qt.Key.Key_Down | Qt.KeyboardModifier.AltModifier)
        self.choose.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.choose.triggered.connect(self._on_choose)
        self.line.addAction(self.choose, QLineEdit.ActionPosition.TrailingPosition)

    def _on_choose(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget(menu)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        present = None if self.problem() else self.value()
        if isinstance(present, date):
            calendar.setSelectedDate(QDate(present.year, present.month, present.day))
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)

        def take(day: QDate) -> None:
            menu.close()
            self.line.setText(shown_value(day.toPython()))
            self.changed.emit()
            self.submitted.emit()

        calendar.activated.connect(take)
        calendar.clicked.connect(take)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        calendar.setFocus()


class _ChoiceEditor(PropertyEditor):
    """Yes or no, or one choice of a list; the first entry is no value."""

    def __init__(self, choices: Sequence[tuple[str, PropertyValue]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo = QComboBox()
        self.combo.addItem(_("Not set"), None)
        for text, value in choices:
            self.combo.addItem(text, value)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(12)
        self._adopt(self.combo)
        self.combo.activated.connect(self._on_activated)
        self.combo.installEventFilter(self)

    def _on_activated(self) -> None:
        self.changed.emit()
        self.submitted.emit()

    @override
    def value(self) -> PropertyValue | None:
        value: PropertyValue | None = self.combo.currentData()
        return value

    @override
    def set_value(self, value: PropertyValue | None) -> None:
        index = 0 if value is None else self._index(value)
        if index < 0:  # a choice that has been taken out of the list since
            self.combo.addItem(shown_value(value), value)
            index = self.combo.count() - 1
        self.combo.setCurrentIndex(index)

    def _index(self, value: PropertyValue) -> int:
        return next((i for i in range(1, self.combo.count()) if self.combo.itemData(i) == value), -1)

    @override
    def eventFilter(self, watched: object, event: QEvent) -> bool:
        # A wheel over a form that scrolls must not change a value in passing.
        if event.type() == QEvent.Type.Wheel and not self.combo.hasFocus():
            event.ignore()
            return True
        return False


class _SeveralEditor(PropertyEditor):
    """Some choices of a list, each with a check box."""

    def __init__(self, options: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = _ChoiceList()
        self._adopt(self.list)
        for option in options:
            self._add(option)
        self.list.itemChanged.connect(lambda _item: self.changed.emit())
        self.list.submitted.connect(self.submitted)

    def _add(self, option: str) -> None:
        item = QListWidgetItem(option)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
        item.setCheckState(Qt.CheckState.Unchecked)
        item.setSizeHint(QSize(0, _CHOICE_HEIGHT))
        self.list.addItem(item)

    @override
    def value(self) -> PropertyValue | None:
        items = [self.list.item(row) for row in range(self.list.count())]
        return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked) or None

    @override
    def set_value(self, value: PropertyValue | None) -> None:
        chosen = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        self.list.blockSignals(True)
        present = {self.list.item(row).text() for row in range(self.list.count())}
        for option in chosen:
            if option not in present:
                self._add(option)
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setCheckState(Qt.CheckState.Checked if item.text() in chosen else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)
        self.list.updateGeometry()


class _ChoiceList(QListWidget):
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("field", True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
            return
        super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.currentRow() < 0 and self.count():
            self.setCurrentRow(0)

    @override
    def sizeHint(self) -> QSize:
        rows = min(max(self.count(), 1), _CHOICES_SHOWN)
        margins = self.contentsMargins()
        return QSize(super().sizeHint().width(), rows * _CHOICE_HEIGHT + margins.top() + margins.bottom())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())


def property_editor(definition: PropertyDefinition, parent: QWidget | None = None) -> PropertyEditor:
    """The editor of a property, named for screen readers by the property's name."""
    editor: PropertyEditor
    match definition.type:
        case PropertyType.TEXT:
            editor = _TextEditor(parent)
        case PropertyType.NUMBER | PropertyType.URL:
            editor = _LineEditor(definition.type, parent)
        case PropertyType.DATE:
            editor = _DateEditor(parent)
        case PropertyType.YES_NO:
            editor = _ChoiceEditor([(_("Yes"), True), (_("No"), False)], parent)
        case PropertyType.SELECT:
            editor = _ChoiceEditor([(option, option) for option in definition.options], parent)
        case PropertyType.MULTI_SELECT:
            editor = _SeveralEditor(definition.options, parent)
    editor.setObjectName(f"property:{definition.id}")
    editor.name_for_readers(definition.name)
    if definition.description:
        editor.setToolTip(definition.description)
    return editor
