"""A line across the top of the window: a warning with advice, until it is put away."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import GRID, HALF


class NoticeBar(QFrame):
    """Says one thing at a time; the one said last stands."""

    acted = Signal(str)
    """The button was pressed: the key of the notice."""
    dismissed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice_bar")
        self.setProperty("notice", "warning")
        self._key = ""
        sign = QLabel()
        sign.setPixmap(icon("triangle-alert", IconRole.WARNING).pixmap(2 * GRID, 2 * GRID))
        self._text = QLabel()
        self._text.setObjectName("notice_text")
        self._text.setWordWrap(True)
        self._act = QPushButton()
        self._act.setObjectName("notice_action")
        self._act.setProperty("kind", "link")
        self._close = QToolButton()
        self._close.setObjectName("dismiss_notice")
        self._close.setIcon(icon("x", IconRole.MUTED))
        self._close.setAccessibleName(_("Put this notice away"))
        self._close.setToolTip(_("Put this notice away"))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, HALF, GRID, HALF)
        row.setSpacing(GRID)
        row.addWidget(sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._act)
        row.addWidget(self._close)
        self._act.clicked.connect(lambda: self.acted.emit(self._key))
        self._close.clicked.connect(self._on_close)
        self.hide()

    @property
    def key(self) -> str:
        """Which notice is shown, '' for none."""
        return "" if self.isHidden() else self._key

    def show_notice(self, key: str, text: str, action: str = "") -> None:
        """Show a notice; ``action`` is the verb of its button, '' for none."""
        self._key = key
        self._text.setText(text)
        self._act.setText(action)
        self._act.setVisible(bool(action))
        self.setAccessibleName(text)
        self.show()

    def _on_close(self) -> None:
        self.hide()
        self.dismissed.emit(self._key)
