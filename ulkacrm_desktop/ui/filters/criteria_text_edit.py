"""The text form of criteria, edited: what cannot be read is pointed at."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QTextEdit, QVBoxLayout, QWidget

from ulkacrm_desktop.core.criteria import Criteria
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.criteria.text_form import criteria_text, parse_criteria
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.theme import GRID, TextSize, colours_of, font

_PAUSE_MS: Final = 250


class CriteriaTextEdit(QWidget):
    """Tells the tree of the text as one types; while the text cannot be read, what is wrong and where."""

    changed = Signal()
    """The text means something else now; or what is wrong with it has changed."""

    def __init__(self, known: KnownFields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known = known
        self._tree: Criteria | None = None
        self._error: ExpectedError | None = None
        self._edit = QPlainTextEdit()
        self._edit.setObjectName("criteria_text")
        self._edit.setAccessibleName(_("Conditions as text"))
        self._edit.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._edit.setTabChangesFocus(True)
        self._edit.setPlaceholderText('tag = "VIP" and not last_conversation in last 30 days')
        self._edit.textChanged.connect(self._on_typed)
        self._problem = QLabel()
        self._problem.setObjectName("text_problem")
        self._problem.setProperty("tone", "danger")
        self._problem.setWordWrap(True)
        self._go = _link("go_to_problem", "arrow-right", _("Go there"))
        self._go.clicked.connect(self.go_to_problem)
        self._drop = _link("drop_text", "undo-2", _("Back to the last that could be read"))
        self._drop.clicked.connect(self._on_dropped)
        copy = _link("copy_text", "copy", _("Copy the text"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._edit.toPlainText()))
        hint = QLabel(_("Fields by their names, texts in quotes; and, or, not, brackets."))
        hint.setProperty("tone", "muted")
        hint.setFont(font(TextSize.CAPTION))
        hint.setWordWrap(True)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(hint, 1)
        foot.addWidget(self._go)
        foot.addWidget(self._drop)
        foot.addWidget(copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, GRID, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._edit, 1)
        layout.addWidget(self._problem)
        layout.addLayout(foot)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.read_text)
        self.setFocusProxy(self._edit)
        self._show_problem()

    @property
    def tree(self) -> Criteria | None:
        """What the text meant when it could last be read; None for no condition."""
        return self._tree

    @property
    def is_readable(self) -> bool:
        """Whether the text as it stands can be read."""
        if self._pause.isActive():
            self.read_text()
        return self._error is None

    @property
    def problem(self) -> str:
        """What is wrong with the text, '' for nothing."""
        return self._problem.text() if self._error is not None else ""

    def set_tree(self, tree: Criteria | None) -> None:
        """Show this tree as text. Nothing is emitted."""
        self._tree, self._error = tree, None
        self._edit.blockSignals(True)
        self._edit.setPlainText(criteria_text(tree, self._known.fields) if tree is not None else "")
        self._edit.blockSignals(False)
        self._pause.stop()
        self._show_problem()

    def read_text(self) -> None:
        """Read what is typed, at once."""
        self._pause.stop()
        text = self._edit.toPlainText()
        tree, error = self._tree, None
        try:
            tree = parse_criteria(text, self._known.fields) if text.strip() else None
        except ExpectedError as refused:
            error = refused
        said = error_text(error) if error is not None else ""
        if tree != self._tree or said != self.problem:
            self._tree, self._error = tree, error
            self._show_problem()
            self.changed.emit()

    def go_to_problem(self) -> None:
        """Put the cursor where the text cannot be read."""
        start, length = self._place()
        cursor = self._edit.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        self._edit.setTextCursor(cursor)
        self._edit.setFocus()

    def _on_typed(self) -> None:
        self._pause.start()

    def _on_dropped(self) -> None:
        self.set_tree(self._tree)
        self.changed.emit()

    def _place(self) -> tuple[int, int]:
        """Where the text is wrong: position and length within what is typed."""
        facts = self._error.facts if self._error is not None else {}
        end = len(self._edit.toPlainText())
        position, length = facts.get("position", end), facts.get("length", 1)
        start = min(position if isinstance(position, int) else end, end)
        return start, min(length if isinstance(length, int) else 1, end - start)

    def _show_problem(self) -> None:
        wrong = self._error is not None
        self._problem.setText(error_text(self._error) if self._error is not None else "")
        for widget in (self._problem, self._go, self._drop):
            widget.setVisible(wrong)
        self._edit.setAccessibleDescription(self._problem.text())
        selections = []
        if wrong:
            start, length = self._place()
            mark = QTextEdit.ExtraSelection()
            cursor = self._edit.textCursor()
            # An end that comes too early is marked at the last character.
            cursor.setPosition(start if length else max(start - 1, 0))
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            form = QTextCharFormat()
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            form.setUnderlineColor(colours_of(self.palette()).danger)
            form.setBackground(colours_of(self.palette()).danger_soft)
            mark.cursor, mark.format = cursor, form
            selections.append(mark)
        self._edit.setExtraSelections(selections)


def _link(name: str, icon_name: str, text: str) -> QPushButton:
    button = QPushButton(icon(icon_name, "accent_text"), text)
    button.setObjectName(name)
    button.setProperty("kind", "link")
    button.setAutoDefault(False)
    return button
