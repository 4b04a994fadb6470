"""The question before contacts are deleted: in the window, not over it, and it says what goes."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import GRID


class DeleteQuestion(QFrame):
    """Appears above the foot of the list; Enter deletes, Esc keeps."""

    confirmed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("delete_question")
        self.setProperty("notice", "danger")
        self._text = QLabel()
        self._text.setObjectName("delete_question_text")
        self._text.setWordWrap(True)
        self._keep = QPushButton(_("Keep"))
        self._keep.setObjectName("keep")
        self._delete = QPushButton(icon("trash-2", IconRole.ON_ACCENT), "")
        self._delete.setObjectName("confirm_delete")
        self._delete.setProperty("kind", "danger")
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self._text, 1)
        row.addWidget(self._keep)
        row.addWidget(self._delete)
        self._keep.clicked.connect(self._leave)
        self._delete.clicked.connect(self._confirm)
        self.hide()

    def ask(self, count: int, name: str = "") -> None:
        """Ask about so many contacts; ``name`` is that of a single one."""
        told = QLocale().toString(count)
        if count == 1 and name:
            question = _("Delete {name} with all tags, notes and properties? Undo brings everything back.").format(
                name=name
            )
        else:
            question = ngettext(
                "Delete {count} contact with all tags, notes and properties? Undo brings everything back.",
                "Delete {count} contacts with all their tags, notes and properties? Undo brings everything back.",
                count,
            ).format(count=told)
        self._text.setText(question)
        self._delete.setText(ngettext("Delete {count} contact", "Delete {count} contacts", count).format(count=told))
        self.setAccessibleName(question)
        self.show()
        self._delete.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self._keep if self._keep.hasFocus() else self._delete).click()
        else:
            super().keyPressEvent(event)

    def _leave(self) -> None:
        self.hide()
        self.left.emit()

    def _confirm(self) -> None:
        self.hide()
        self.confirmed.emit()
