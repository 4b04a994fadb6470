"""The one place where the window asks, tells and has files chosen; nothing here blocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import GRID, TextSize, font


class Tone(StrEnum):
    """How serious it is: the colour and the sign of a question or message."""

    PLAIN = "plain"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: a key for the one who asked, and a verb for the one who answers."""

    key: str
    verb: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. The first choice is the proposed one; closing or Esc answers nothing (None)."""

    title: str
    text: str = ""
    detail: str = ""
    choices: Sequence[Choice]
    cancel_verb: str | None = None
    tone: Tone = Tone.PLAIN


class _QuestionDialog(QDialog):
    def __init__(self, question: Question, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.setWindowTitle(question.title)
        self.setAccessibleDescription(question.text)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.chosen: str | None = None
        words = QVBoxLayout()
        words.setSpacing(GRID)
        heading = QLabel(question.title)
        heading.setFont(font(TextSize.BODY, bold=True))
        heading.setWordWrap(True)
        words.addWidget(heading)
        for text in (question.text, question.detail):
            if text:
                label = QLabel(text)
                label.setWordWrap(True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                if text is question.detail:
                    label.setProperty("tone", "muted")
                words.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        if question.tone is not Tone.PLAIN:
            sign = QLabel()
            danger = question.tone is Tone.DANGER
            role = IconRole.DANGER if danger else IconRole.WARNING
            sign.setPixmap(icon("circle-alert" if danger else "triangle-alert", role).pixmap(3 * GRID, 3 * GRID))
            top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addStretch(1)
        if question.cancel_verb is not None:
            buttons.addWidget(self._button("cancel", question.cancel_verb, None))
        for choice in reversed(question.choices):
            buttons.addWidget(self._button(choice.key, choice.verb, choice.key))
        proposed = self.findChild(QPushButton, question.choices[0].key)
        if proposed is not None:
            proposed.setProperty("kind", "danger" if question.tone is Tone.DANGER else "primary")
        # What destroys is never what a careless Enter does.
        default = self.findChild(QPushButton, "cancel") if question.tone is Tone.DANGER else proposed
        if default is not None:
            default.setDefault(True)
            default.setFocus()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(3 * GRID)
        layout.addLayout(top)
        layout.addLayout(buttons)
        self.setMinimumWidth(50 * GRID)

    def _button(self, name: str, verb: str, key: str | None) -> QPushButton:
        button = QPushButton(verb, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._choose(key))
        return button

    def _choose(self, key: str | None) -> None:
        self.chosen = key
        if key is None:
            self.reject()
        else:
            self.accept()


class Prompter:
    """Shows questions, messages and file dialogs without blocking; a test gives the window another one."""

    def ask(self, parent: QWidget, question: Question, answered: Callable[[str | None], object]) -> None:
        """Show a question; ``answered`` gets the key of the choice, or None where it was dismissed."""
        dialog = _QuestionDialog(question, parent)
        dialog.finished.connect(lambda _result: answered(dialog.chosen))
        dialog.open()

    def tell(
        self,
        parent: QWidget | None,
        title: str,
        text: str = "",
        *,
        detail: str = "",
        tone: Tone = Tone.PLAIN,
        action: Choice | None = None,
        chosen: Callable[[], object] | None = None,
    ) -> None:
        """Show a message with "Close" and, with ``action``, one more button that calls ``chosen``."""
        choices = [Choice("close", _("Close"))] if action is None else [action]
        close = None if action is None else _("Close")
        # A message does not destroy anything: its button is no dangerous one.
        shown = Tone.WARNING if tone is Tone.DANGER else tone
        question = Question(title=title, text=text, detail=detail, choices=choices, cancel_verb=close, tone=shown)
        dialog = _QuestionDialog(question, parent)
        if action is not None and chosen is not None:
            dialog.accepted.connect(chosen)
        dialog.open()

    def choose_file(
        self, parent: QWidget, title: str, name_filters: Sequence[str], chosen: Callable[[Path], object]
    ) -> None:
        """Have an existing file chosen; ``chosen`` is not called where nothing was. Filters: "Tables (*.csv)"."""
        dialog = QFileDialog(parent, title)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open_file_dialog(dialog, name_filters, chosen)

    def choose_new_file(
        self,
        parent: QWidget,
        title: str,
        suggested: Path,
        name_filters: Sequence[str],
        chosen: Callable[[Path], object],
    ) -> None:
        """Have the name of a file to write chosen; overwriting has been confirmed when ``chosen`` is called."""
        dialog = QFileDialog(parent, title, str(suggested))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suggested.suffix.removeprefix("."))
        self._open_file_dialog(dialog, name_filters, chosen)
        dialog.selectFile(suggested.name)

    def choose_directory(self, parent: QWidget, title: str, chosen: Callable[[Path], object]) -> None:
        """Have a folder chosen."""
        dialog = QFileDialog(parent, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open_file_dialog(dialog, (), chosen)

    @staticmethod
    def _open_file_dialog(dialog: QFileDialog, name_filters: Sequence[str], chosen: Callable[[Path], object]) -> None:
        dialog.setObjectName("file_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if name_filters:
            dialog.setNameFilters(list(name_filters))
        dialog.fileSelected.connect(lambda path: chosen(Path(path)))
        dialog.open()
