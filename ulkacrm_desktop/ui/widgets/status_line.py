"""The line at the foot of the window: what is shown, what was done last, and Undo."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOption,
    QStylePainter,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import GRID, HALF


class ElidedLabel(QLabel):
    """A line that is cut with an ellipsis where there is no room; the tooltip then tells all of it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOption()
        option.initFrom(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip("" if text == self.text() else self.text())
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            self.alignment() | Qt.AlignmentFlag.AlignVCenter,
            option.palette,
            bool(option.state & QStyle.StateFlag.State_Enabled),
            text,
            self.foregroundRole(),
        )
        painter.end()


class StatusLine(QFrame):
    """On the left what the list shows; on the right the last operation, with Undo where it can be undone."""

    undo_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_line")
        self.setProperty("surface", "window")
        self._text = ElidedLabel()
        self._text.setObjectName("status_text")
        self._text.setProperty("tone", "muted")
        self._operation = ElidedLabel()
        self._operation.setObjectName("last_operation")
        self._operation.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._undo = QPushButton(_("Undo"))
        self._undo.setObjectName("undo_last")
        self._undo.setProperty("kind", "link")
        self._undo.setIcon(icon("undo-2", IconRole.ACCENT))
        self._undo.clicked.connect(self.undo_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, HALF, GRID, HALF)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._operation, 1)
        layout.addWidget(self._undo)
        self.setFixedHeight(max(4 * GRID, self._undo.sizeHint().height() + GRID))
        self.show_operation("", can_undo=False)

    def show_text(self, text: str) -> None:
        """Say what the list shows."""
        self._text.setText(text)

    def show_operation(self, text: str, *, can_undo: bool = True, undo_text: str | None = None) -> None:
        """Say what was done last; ``undo_text`` is what the button says, "Undo" by default."""
        self._operation.setText(text)
        self._undo.setText(undo_text if undo_text is not None else _("Undo"))
        self._undo.setVisible(can_undo)
        # Where a screen reader is told what was done.
        self.setAccessibleDescription(text)
