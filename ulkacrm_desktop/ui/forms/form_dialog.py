"""A dialog of labelled editors that shows problems where they are and stays open until saving has worked."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.theme import CONTROL_HEIGHT, GRID, HALF, TextSize, font

_WIDEST_LABEL = 20 * GRID
_MARGIN = 3 * GRID


class _Field(QObject):
    """One editor with its label, its problem and, after a conflict, what somebody else has saved."""

    def __init__(self, form: "FormDialog", key: str, label: str, editor: QWidget, hint: str) -> None:
        super().__init__(form)
        self.key = key
        self.editor = editor
        editor.setObjectName(key)
        self.label = QLabel(label)
        self.label.setBuddy(editor)
        self.name = label.replace("&", "").rstrip(" *:")
        editor.setAccessibleName(self.name)
        self.problem = QLabel()
        self.problem.setObjectName(f"{key}_problem")
        self.problem.setProperty("tone", "danger")
        self.hint = QLabel(hint)
        self.hint.setProperty("tone", "muted")
        self.their_value: Any = None
        self.theirs = QFrame()
        self.theirs.setProperty("notice", "warning")
        self.theirs_text = QLabel()
        self.theirs_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.take = QPushButton(_("Take this"))
        self.take.setObjectName(f"{key}_take")
        self.take.setProperty("kind", "link")
        self.take.setAccessibleName(_("Take the other value of {field}").format(field=self.name))
        row = QHBoxLayout(self.theirs)
        row.setContentsMargins(GRID, HALF, GRID, HALF)
        row.addWidget(self.theirs_text, 1)
        row.addWidget(self.take)
        self.box = QWidget()
        column = QVBoxLayout(self.box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        column.addWidget(editor)
        for label_below in (self.hint, self.problem):
            label_below.setFont(font(TextSize.CAPTION))
            label_below.setWordWrap(True)
            column.addWidget(label_below)
        self.theirs_text.setWordWrap(True)
        column.addWidget(self.theirs)
        self.hint.setVisible(bool(hint))
        self.problem.hide()
        self.theirs.hide()

    def show_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.hint.setVisible(bool(self.hint.text()) and not text)
        self.editor.setAccessibleDescription(text)
        framed = self.editor
        while (inner := framed.focusProxy()) is not None:
            framed = inner
        if bool(framed.property("problem")) != bool(text):
            framed.setProperty("problem", bool(text))
            style = framed.style()
            style.unpolish(framed)
            style.polish(framed)


def _height(layout: QLayout, width: int) -> int:
    # Layouts within it know of new texts only then.
    layout.activate()
    return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()


class FormDialog(QDialog):
    """The base of every form.

    A form adds its editors by `add_field` and says what it wants by `submitted`; the one who opened it saves in
    the background and then calls `saved`, `show_problems` (back to the fields), `show_failure` (a sentence above
    the buttons) or `show_conflict`. Nothing closes the dialog but `saved` and the user. It is shown by `open`.
    """

    submitted = Signal()
    """The main button was pressed and `check` found no problem; the editors are off until there is an answer."""

    def __init__(
        self,
        title: str,
        verb: str,
        *,
        problem_text: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        """``verb`` is what the main button says; ``problem_text`` turns the code of a problem into a sentence."""
        super().__init__(parent)
        self.setObjectName("form")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._problem_text = problem_text
        self._fields: dict[str, _Field] = {}
        self._busy = False
        self._verb = verb
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._build_body(title), 1)
        edge = QFrame()
        edge.setProperty("line", True)
        edge.setFixedHeight(1)
        layout.addWidget(edge)
        layout.addLayout(self._build_foot())
        self.setMinimumWidth(56 * GRID)

    def _build_body(self, title: str) -> QWidget:
        self._body = QWidget()
        self._body.setObjectName("form_body")
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.form.setHorizontalSpacing(2 * GRID)
        self.form.setVerticalSpacing(GRID + HALF)
        heading = QLabel(title)
        heading.setFont(font(TextSize.TITLE, bold=True))
        heading.setWordWrap(True)
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 2 * GRID)
        inside.setSpacing(2 * GRID)
        inside.addWidget(heading)
        inside.addLayout(self.form)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._body)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.verticalScrollBar().rangeChanged.connect(self._make_room_for_bar)
        self._scroll = scroll
        return scroll

    def _make_room_for_bar(self, _least: int, most: int) -> None:
        # The bar stands in the margin, so that the editors end where the buttons do.
        bar = self._scroll.verticalScrollBar().sizeHint().width() if most else 0
        inside = self._body.layout()
        assert inside is not None
        inside.setContentsMargins(_MARGIN, _MARGIN, _MARGIN - bar, 2 * GRID)

    def _build_foot(self) -> QVBoxLayout:
        self._failure = QFrame()
        self._failure.setProperty("notice", "danger")
        self._failure_text = QLabel()
        self._failure_text.setObjectName("failure")
        self._failure_text.setWordWrap(True)
        self._failure_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        QVBoxLayout(self._failure).addWidget(self._failure_text)
        self._failure.hide()
        self._cancel = QPushButton(_("Cancel"))
        self._cancel.setObjectName("cancel")
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self.reject)
        self._submit = QPushButton(self._verb)
        self._submit.setObjectName("submit")
        self._submit.setProperty("kind", "primary")
        self._submit.setDefault(True)
        self._submit.clicked.connect(self.submit)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(GRID)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self._cancel)
        self._buttons.addWidget(self._submit)
        foot = QVBoxLayout()
        foot.setContentsMargins(_MARGIN, GRID + HALF, _MARGIN, 2 * GRID)
        foot.setSpacing(GRID + HALF)
        foot.addWidget(self._failure)
        foot.addLayout(self._buttons)
        self._foot = foot
        return foot

    # What a form is made of.

    def add_field(self, key: str, label: str, editor: QWidget, *, hint: str = "", required: bool = False) -> None:
        """Add an editor; ``label`` has its mnemonic (``&Name``), ``key`` is the field of the input it edits."""
        field = _Field(self, key, f"{label} *" if required else label, editor, hint)
        # The text of the label stands beside that of the editor, not at the top of its frame.
        field.label.setFixedHeight(CONTROL_HEIGHT)
        if field.label.sizeHint().width() > _WIDEST_LABEL:
            # The name of a property may be long; the editors keep their room.
            field.label.setWordWrap(True)
            field.label.setFixedWidth(_WIDEST_LABEL)
            field.label.setFixedHeight(max(CONTROL_HEIGHT, field.label.heightForWidth(_WIDEST_LABEL) + GRID))
            field.label.setToolTip(field.name)
        self._fields[key] = field
        self.form.addRow(field.label, field.box)
        field.take.clicked.connect(lambda: self._on_taken(field))

    def give_room_to_fields(self) -> None:
        """Let the fields have all of the height, where one of them can use it."""
        inside = self._body.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.setStretchFactor(self.form, 1)
        inside.setStretch(inside.count() - 1, 0)

    def add_section(self, title: str) -> None:
        """Add a heading above the fields that follow."""
        heading = QLabel(title)
        heading.setFont(font(TextSize.BODY, bold=True))
        heading.setContentsMargins(0, GRID, 0, 0)
        self.form.addRow(heading)

    def editor(self, key: str) -> QWidget:
        """The editor of a field; raises `KeyError`."""
        return self._fields[key].editor

    def check(self) -> Mapping[str, str]:
        """The problems of what stands in the editors now, code by field; to be overridden."""
        return {}

    def take_theirs(self, key: str, value: Any) -> None:
        """Put another's value into an editor; to be overridden for editors other than lines and boxes."""
        editor = self.editor(key)
        if isinstance(editor, QLineEdit):
            editor.setText(str(value))
        elif isinstance(editor, QComboBox):
            editor.setCurrentText(str(value))

    def grow_to_fit(self) -> None:
        """Have room for what has come into a form that is shown, as far as the window has it."""
        if self.isVisible() and (height := self._fitting_height()) > self.height():
            self.resize(self.width(), height)
            parent = self.parentWidget()
            if parent is not None:
                self.move(parent.window().frameGeometry().center() - self.rect().center())

    def _fitting_height(self) -> int:
        rows = (self._body.layout(), self._foot)
        height = 1 + sum(_height(row, self.width()) for row in rows if row is not None)
        parent = self.parentWidget()
        return height if parent is None else min(height, parent.window().height() - 4 * GRID)

    @override
    def showEvent(self, arg__1: QShowEvent) -> None:
        if not arg__1.spontaneous():
            if not self.testAttribute(Qt.WidgetAttribute.WA_Resized):
                # The size hint of an area that scrolls knows nothing of texts that wrap.
                self.resize(self.width(), self._fitting_height())
            if self.focusWidget() is None:
                self._focus_first()
        super().showEvent(arg__1)

    def _focus_first(self) -> None:
        for field in self._fields.values():
            if field.editor.isEnabled() and field.editor.focusPolicy() & Qt.FocusPolicy.TabFocus:
                field.editor.setFocus()
                return

    # What the user does.

    def submit(self) -> None:
        """Check and, where nothing is wrong, ask for saving."""
        if self._busy:
            return
        problems = self.check()
        self.show_problems(problems)
        if not problems:
            self._set_busy(True)
            self.submitted.emit()

    @override
    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        enter = arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and arg__1.modifiers() & Qt.KeyboardModifier.ControlModifier:
            # From a text of several lines, where Enter alone starts a new one.
            self.submit()
        else:
            super().keyPressEvent(arg__1)

    @override
    def reject(self) -> None:
        # While it is being saved nobody could say what happened to the input.
        if not self._busy:
            super().reject()

    @override
    def closeEvent(self, arg__1: QCloseEvent) -> None:
        if self._busy:
            arg__1.ignore()
        else:
            super().closeEvent(arg__1)

    # What became of it.

    def saved(self) -> None:
        """It is stored: close."""
        self._set_busy(False)
        self.accept()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Show problems, code by field, beside their editors; a field that the form does not have goes below."""
        self._set_busy(False)
        first: QWidget | None = None
        for key, field in self._fields.items():
            code = problems.get(key, "")
            field.show_problem(self._problem_text(code) if code else "")
            if code and first is None:
                first = field.editor
        self.show_failure(" ".join(self._problem_text(c) for key, c in problems.items() if key not in self._fields))
        if first is not None:
            first.setFocus()
            self._scroll.ensureWidgetVisible(first.parentWidget() or first)

    def show_failure(self, sentence: str) -> None:
        """Say above the buttons why it was not saved; an empty sentence takes it away."""
        self._set_busy(False)
        self._failure_text.setText(sentence)
        self._failure.setVisible(bool(sentence))

    def show_conflict(self, sentence: str, theirs: Mapping[str, tuple[str, Any]]) -> None:
        """Somebody else has saved meanwhile: beside each field its other value (words, value), to be taken or
        overwritten by saving again.
        """
        self.show_failure(sentence)
        for key, field in self._fields.items():
            words_and_value = theirs.get(key)
            field.theirs.setVisible(words_and_value is not None)
            if words_and_value is not None:
                words, value = words_and_value
                field.theirs_text.setText(_("Saved meanwhile: {value}").format(value=words or "—"))
                field.their_value = value
        self._submit.setText(_("Save mine"))

    def _on_taken(self, field: _Field) -> None:
        self.take_theirs(field.key, field.their_value)
        field.theirs.hide()
        if all(each.theirs.isHidden() for each in self._fields.values()):
            self._failure.hide()
            self._submit.setText(self._verb)

    def _set_busy(self, busy: bool) -> None:
        if busy != self._busy:
            focused = self.focusWidget()
            self._busy = busy
            self._body.setEnabled(not busy)
            self._submit.setEnabled(not busy)
            self._cancel.setEnabled(not busy)
            if busy:
                self._focus_before = focused
            elif self._focus_before is not None:
                # What is switched off loses the focus; the one who types goes on where they were.
                self._focus_before.setFocus()

    _focus_before: QWidget | None = None
