"""The box above a list in which one searches."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon


class SearchBox(QLineEdit):
    """Tells its text at every keystroke; Down or Enter goes to the results, Esc empties it and then leaves it."""

    searched = Signal(str)
    """The text as it is now; an empty one ends the search."""
    left_downwards = Signal()
    escaped = Signal()

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setAccessibleName(_("Search"))
        self.setPlaceholderText(placeholder)
        self.addAction(icon("search", IconRole.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = self.addAction(icon("x", IconRole.MUTED), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setObjectName("clear_search")
        self._clear.setToolTip(_("Clear the search (Esc)"))
        self._clear.setVisible(False)
        self._clear.triggered.connect(self._on_clear)
        self.textChanged.connect(self._on_text_changed)

    def start_with(self, text: str) -> None:
        """Take the focus, with this text instead of what was there."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.setText(text)

    def start(self) -> None:
        """Take the focus with everything selected, so that the next letter replaces it."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def _on_clear(self) -> None:
        self.clear()
        self.setFocus()

    def _on_text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self.searched.emit(text)

    @override
    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        key = arg__1.key()
        if key == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.escaped.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left_downwards.emit()
        else:
            super().keyPressEvent(arg__1)
