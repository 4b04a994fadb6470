"""A note as it is read and as it is written."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.queries.notes import NoteRow
from ulkacrm_desktop.ui.forms.property_editors import GrowingTextEdit
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font
from ulkacrm_desktop.ui.widgets.relative_time import exact_time, relative_time

_LINES = 14


class NoteEditor(QFrame):
    """Title and text of a note, with Save and Cancel; Ctrl+Enter saves, Esc cancels.

    ``with_title=False`` is the editor of the general note. It shows why saving failed by `show_problem` and a
    newer text of somebody else by `show_theirs`, which the user takes or overwrites.
    """

    saved = Signal(str, str)
    """Title and text are to be saved."""
    cancelled = Signal()
    theirs_taken = Signal(str, str)

    def __init__(self, *, with_title: bool = True, verb: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("note_editor")
        self._verb = verb or _("Save note")
        self._theirs = ("", "")
        self.title = QLineEdit()
        self.title.setObjectName("note_title")
        self.title.setPlaceholderText(_("Title (may be empty)"))
        self.title.setAccessibleName(_("Title of the note"))
        if not with_title:  # shown before it has a parent it would be a window of its own for a moment
            self.title.hide()
        self.body = GrowingTextEdit(lines=3, most=_LINES)
        self.body.setObjectName("note_body")
        self.body.enter_submits = False
        self.body.setPlaceholderText(_("Write a note"))
        self.body.setAccessibleName(_("Text of the note"))
        self.problem = QLabel()
        self.problem.setObjectName("note_problem")
        self.problem.setWordWrap(True)
        self.problem.setProperty("tone", "danger")
        self.problem.hide()
        self.theirs = self._build_theirs()
        self.save = QPushButton(self._verb)
        self.save.setObjectName("save_note")
        self.save.setProperty("kind", "primary")
        self.save.setToolTip(_("Ctrl+Enter"))
        self.save.clicked.connect(self._on_save)
        self.cancel = QPushButton(_("Cancel"))
        self.cancel.setObjectName("cancel_note")
        self.cancel.clicked.connect(self.cancelled)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for widget in (self.title, self.body, self.problem, self.theirs):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        for widget in (self.title, self.body):
            widget.installEventFilter(self)

    def _build_theirs(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("notice", "warning")
        self.theirs_text = QLabel()
        self.theirs_text.setWordWrap(True)
        self.theirs_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.take = QPushButton(_("Take this"))
        self.take.setObjectName("take_theirs")
        self.take.setProperty("kind", "link")
        self.take.clicked.connect(lambda: self.theirs_taken.emit(*self._theirs))
        row = QHBoxLayout(frame)
        row.setContentsMargins(GRID, HALF, GRID, HALF)
        row.addWidget(self.theirs_text, 1)
        row.addWidget(self.take, 0, Qt.AlignmentFlag.AlignTop)
        frame.hide()
        return frame

    def begin(self, title: str = "", body: str = "") -> None:
        """Show a text and put the cursor behind it."""
        self.title.setText(title)
        self.body.setPlainText(body)
        self.body.moveCursor(self.body.textCursor().MoveOperation.End)
        self.show_problem("")
        self.theirs.hide()
        self.save.setText(self._verb)
        self.body.setFocus()

    def show_problem(self, sentence: str) -> None:
        """Say why it was not saved; '' takes it away."""
        self.setEnabled(True)
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def show_theirs(self, title: str, body: str) -> None:
        """Somebody has saved another text meanwhile."""
        self.setEnabled(True)
        self._theirs = (title, body)
        told = "\n".join(filter(None, (title, body))) or "—"
        self.theirs_text.setText(_("Saved meanwhile: {value}").format(value=told))
        self.theirs.show()
        self.save.setText(_("Save mine"))
        self.body.setFocus()

    @property
    def overwrites(self) -> bool:
        """Whether the user has seen the newer text, so that saving is meant to replace it."""
        return not self.theirs.isHidden()

    def _on_save(self) -> None:
        if self.title.isHidden() or self.body.toPlainText().strip():
            self.setEnabled(False)
            self.saved.emit(self.title.text(), self.body.toPlainText())
        else:
            self.show_problem(_("Write something first."))
            self.body.setFocus()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                event.accept()  # Esc closes the page too; here it belongs to the note
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.cancelled.emit()
                return True
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._on_save()
                return True
        return False


class NoteCard(QFrame):
    """One note, with its date and the buttons that change and delete it."""

    edit_requested = Signal(int)
    remove_requested = Signal(int)

    def __init__(self, note: NoteRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = note
        self.setObjectName(f"note:{note.id}")
        self.setProperty("panel", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(note.title or note.body[:80])
        body = QLabel(note.body)
        body.setTextFormat(Qt.TextFormat.PlainText)
        body.setWordWrap(True)
        body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        when = QLabel(" · ".join(filter(None, (relative_time(note.created_at), note.author))))
        when.setToolTip(exact_time(note.created_at))
        when.setProperty("tone", "muted")
        when.setFont(font(TextSize.CAPTION))
        head = QHBoxLayout()
        head.setSpacing(HALF)
        head.addWidget(when, 1)
        for name, icon_name, words, signal in (
            ("edit_note", "pencil", _("Edit the note (F2)"), self.edit_requested),
            ("remove_note", "trash-2", _("Delete the note"), self.remove_requested),
        ):
            button = QToolButton()
            button.setObjectName(name)
            button.setIcon(icon(icon_name, IconRole.MUTED))
            button.setIconSize(QSize(14, 14))
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(lambda _on=False, signal=signal: signal.emit(note.id))
            head.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, GRID, GRID + HALF)
        layout.setSpacing(HALF)
        layout.addLayout(head)
        if note.title:
            title = QLabel(note.title)
            title.setTextFormat(Qt.TextFormat.PlainText)
            title.setWordWrap(True)
            title.setFont(font(bold=True))
            layout.addWidget(title)
        layout.addWidget(body)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit_requested.emit(self.note.id)
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_requested.emit(self.note.id)
        else:
            super().keyPressEvent(event)
