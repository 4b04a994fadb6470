"""Small pieces that the steps of the import are put together from."""

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import CONTROL_HEIGHT, GRID, HALF, ICON_SIZE, TextSize, font

_NOTICE_ICONS = {
    "warning": ("triangle-alert", IconRole.WARNING),
    "danger": ("circle-alert", IconRole.DANGER),
    "success": ("circle-check", IconRole.SUCCESS),
}


def button(
    text: str,
    name: str,
    clicked: Callable[[], object] | None = None,
    *,
    kind: str = "",
    icon_name: str = "",
    role: IconRole = IconRole.TEXT,
) -> QPushButton:
    """A push button; ``kind`` is one of the stylesheet's, '' for an ordinary one."""
    result = QPushButton(text)
    result.setObjectName(name)
    result.setAutoDefault(False)
    if kind:
        result.setProperty("kind", kind)
    if icon_name:
        result.setIcon(icon(icon_name, role))
    if clicked is not None:
        # Without the "checked" that Qt would hand over.
        result.clicked.connect(lambda _checked=False: clicked())
    return result


def label(
    text: str = "", name: str = "", *, tone: str = "", size: TextSize = TextSize.BODY, bold: bool = False
) -> QLabel:
    """A label of plain text that wraps; ``tone`` is one of the stylesheet's."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setWordWrap(True)
    if name:
        result.setObjectName(name)
    if tone:
        result.setProperty("tone", tone)
    if size is not TextSize.BODY or bold:
        result.setFont(font(size, bold=bold))
    return result


class SteadyButton(QPushButton):
    """As wide as it is in bold, so that nothing moves where the bold one of several buttons changes."""

    @override
    def sizeHint(self) -> QSize:
        bold = QFontMetrics(font(bold=True))
        more = _shown_width(bold, self.text()) - _shown_width(self.fontMetrics(), self.text())
        return super().sizeHint() + QSize(max(more, 0), 0)


def _shown_width(metrics: QFontMetrics, text: str) -> int:
    return metrics.size(Qt.TextFlag.TextShowMnemonic, text).width()


def icon_label(name: str, role: IconRole | str = IconRole.MUTED, size: int = ICON_SIZE) -> QLabel:
    """A label that is only an icon."""
    result = QLabel()
    result.setPixmap(icon(name, role).pixmap(size, size))
    result.setFixedSize(size, size)
    return result


def labelled(text: str, editor: QWidget) -> QWidget:
    """An editor below its label; Alt and the marked letter of the label lead to it."""
    box = QWidget()
    box.setObjectName(f"{editor.objectName()}_box")
    rows = QVBoxLayout(box)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(HALF)
    title = QLabel(text)
    title.setProperty("tone", "muted")
    title.setFont(font(TextSize.CAPTION))
    title.setBuddy(editor)
    editor.setAccessibleName(text.replace("&", ""))
    editor.setFixedHeight(CONTROL_HEIGHT)
    rows.addWidget(title)
    rows.addWidget(editor)
    return box


class Notice(QFrame):
    """A sentence on a coloured ground with its icon, and room for what can be done about it."""

    def __init__(self, text: str, tone: str = "warning", name: str = "notice") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("notice", tone)
        self.setAccessibleName(text)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GRID + HALF, GRID, GRID + HALF, GRID)
        self._row.setSpacing(GRID)
        self._row.addWidget(icon_label(*_NOTICE_ICONS[tone]), 0, Qt.AlignmentFlag.AlignTop)
        self.text = label(text)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._row.addWidget(self.text, 1, Qt.AlignmentFlag.AlignTop)

    def add(self, widget: QWidget) -> None:
        """Put something at the end of the line."""
        self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)

    def set_text(self, text: str) -> None:
        """Say something else."""
        self.text.setText(text)
        self.setAccessibleName(text)


class QuietComboBox(QComboBox):
    """A combo box that the wheel scrolls past: it takes the wheel only once it has the focus."""

    def __init__(self, name: str = "", accessible_name: str = "") -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(18)
        if name:
            self.setObjectName(name)
        if accessible_name:
            self.setAccessibleName(accessible_name)

    @override
    def wheelEvent(self, e: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(e)
        else:
            e.ignore()

    def choose(self, data: object) -> bool:
        """Make the item with this data current without a signal; False where there is none."""
        index = next((i for i in range(self.count()) if self.itemData(i) == data), -1)
        was = self.blockSignals(True)
        self.setCurrentIndex(index)
        self.blockSignals(was)
        return index >= 0


def in_tab_order(*widgets: QWidget) -> None:
    """Let Tab go through the widgets in this order; those that are made later than their neighbours need it."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


class ElidedLabel(QLabel):
    """One line of text, cut with an ellipsis where there is no room; the whole of it is the tooltip."""

    def __init__(self, name: str, *, tone: str = "", size: TextSize = TextSize.BODY, bold: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFont(font(size, bold=bold))
        if tone:
            self.setProperty("tone", tone)

    def show_text(self, text: str, tooltip: str = "") -> None:
        """Show another text."""
        self.setText(" ".join(text.split()))
        self.setToolTip(tooltip or text)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    @override
    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
