"""Tags as chips: one chip, and the row of chips in which tags are typed, picked and removed."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCompleter, QLineEdit, QSizePolicy, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import paint_icon
from ulkacrm_desktop.ui.painting import chip_height, chip_width, paint_chip
from ulkacrm_desktop.ui.tables.rows import Chip
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, chip_colours, colours_of, font
from ulkacrm_desktop.ui.widgets.flow_layout import FlowLayout, laid_out_once

_CROSS = 12
_LONGEST = 30 * GRID


class TagChip(QWidget):
    """One tag; a click tells so, × or Delete removes it where it may be removed."""

    clicked = Signal(str)
    removed = Signal(str)

    def __init__(self, chip: Chip, *, removable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chip = chip
        self._removable = removable
        self._hovered = False
        self.setObjectName("tag_chip")
        self.setAccessibleName(_("Tag {name}").format(name=chip.text))
        self.setFont(font(TextSize.CAPTION))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        if self.sizeHint().width() >= _LONGEST:
            self.setToolTip(chip.text)

    @property
    def chip(self) -> Chip:
        """What is shown."""
        return self._chip

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = chip_width(metrics, self._chip.text) + (_CROSS + HALF if self._removable else 0)
        return QSize(min(width, _LONGEST), chip_height(metrics) + 2)

    def _cross(self) -> QRect:
        left = self.width() - _CROSS - GRID + 2
        return QRect(left, (self.height() - _CROSS) // 2, _CROSS, _CROSS)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.rect().adjusted(0, 1, 0, -1)
        painter.setFont(self.font())
        room = QRect(rect)
        if self._removable:
            # The text is drawn by itself, since the chip's ground goes on under the cross.
            paint_chip(painter, rect, "", self._chip.colour, self.palette())
            chip = chip_colours(self._chip.colour, self.palette())
            room.setRight(self._cross().left() - HALF)
            text = self.fontMetrics().elidedText(self._chip.text, Qt.TextElideMode.ElideRight, room.width() - GRID + 2)
            painter.setPen(chip.text)
            painter.drawText(room.adjusted(GRID, 0, 4, 0), Qt.AlignmentFlag.AlignVCenter, text)
            paint_icon(painter, QRectF(self._cross()), "x", chip.text)
        else:
            paint_chip(painter, rect, self._chip.text, self._chip.colour, self.palette())
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colours_of(self.palette()).accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = rect.height() / 2
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), radius, radius)
        painter.end()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place: QPointF = event.position()
        if event.button() != Qt.MouseButton.LeftButton or not self.rect().contains(place.toPoint()):
            return
        if self._removable and place.x() >= self._cross().left() - HALF:
            self.removed.emit(self._chip.text)
        else:
            self.clicked.emit(self._chip.text)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._removable and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self._chip.text)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit(self._chip.text)
        else:
            super().keyPressEvent(event)


class _TagLine(QLineEdit):
    backspaced = Signal()

    @override
    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        if arg__1.key() == Qt.Key.Key_Backspace and not self.text():
            self.backspaced.emit()
        elif arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            # A form's default button must not be pressed by the Enter that ends a tag.
            self.returnPressed.emit()
        else:
            super().keyPressEvent(arg__1)


class TagChipRow(QWidget):
    """Chips, and behind them a line in which a tag is typed or picked from those that exist.

    The row shows what it is told by `set_tags`; `added` and `removed` ask for a change. It shows the change at
    once; whoever saves it calls `set_tags` again with what is stored. A comma or Enter ends a tag; Backspace in the
    empty line removes the last one.
    """

    added = Signal(str)
    """A tag is to be added: spelt as the tag that exists, or new."""
    removed = Signal(str)
    clicked = Signal(str)

    def __init__(self, *, editable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tags")
        self._editable = editable
        self._chips: list[TagChip] = []
        self._known: dict[str, Chip] = {}
        self._layout = FlowLayout(self, stretch_last=editable)
        self._line = _TagLine(self)
        self._line.setObjectName("add_tag")
        self._line.setAccessibleName(_("Add a tag"))
        self._line.setPlaceholderText(_("Add a tag"))
        self._line.setProperty("bare", True)
        self._line.setMinimumWidth(12 * GRID)
        self._line.setMaxLength(100)
        self._line.setVisible(editable)
        self._layout.addWidget(self._line)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(8)
        self._line.setCompleter(completer)
        completer.activated.connect(self._on_picked, Qt.ConnectionType.QueuedConnection)
        self._line.returnPressed.connect(self._on_entered)
        self._line.textEdited.connect(self._on_edited)
        self._line.backspaced.connect(self._on_backspaced)
        self.setFocusProxy(self._line)

    def tags(self) -> list[str]:
        """The names of the tags that are shown."""
        return [chip.chip.text for chip in self._chips]

    def set_tags(self, tags: Iterable[Chip]) -> None:
        """Show these tags."""
        tags = list(tags)
        if [chip.chip for chip in self._chips] == tags:
            return
        with laid_out_once(self):
            for old in self._chips:
                self._layout.removeWidget(old)
                old.hide()
                old.deleteLater()
            self._chips = []
            for tag in tags:
                self._append(tag)
        self._offer()

    def set_known(self, tags: Iterable[Chip]) -> None:
        """The tags that exist, offered for completion, with their colours."""
        self._known = {_key(chip.text): chip for chip in tags}
        self._offer()

    def _append(self, tag: Chip) -> None:
        chip = TagChip(tag, removable=self._editable, parent=self)
        chip.removed.connect(self._remove)
        chip.clicked.connect(self.clicked)
        self._layout.insert_widget(len(self._chips), chip)
        self._chips.append(chip)
        self.setTabOrder(chip, self._line)
        chip.show()
        self.updateGeometry()

    def _offer(self) -> None:
        shown = {_key(name) for name in self.tags()}
        self._names.setStringList([chip.text for key, chip in self._known.items() if key not in shown])

    def _on_entered(self) -> None:
        self._add(self._line.text())

    def _on_picked(self, text: str) -> None:
        self._add(text)

    def _on_edited(self, text: str) -> None:
        *whole, rest = text.replace(";", ",").split(",")
        if whole:
            for name in whole:
                self._add(name)
            self._line.setText(rest.lstrip())

    def _add(self, text: str) -> None:
        name = " ".join(text.split())
        self._line.clear()
        if not name or _key(name) in map(_key, self.tags()):
            return
        tag = self._known.get(_key(name), Chip(name))
        self._append(tag)
        self._offer()
        self.added.emit(tag.text)

    def _remove(self, name: str) -> None:
        for chip in self._chips:
            if chip.chip.text == name:
                self._chips.remove(chip)
                self._layout.removeWidget(chip)
                chip.hide()
                chip.deleteLater()
                self._line.setFocus()
                self._offer()
                self.updateGeometry()
                self.removed.emit(name)
                return

    def _on_backspaced(self) -> None:
        if self._chips:
            self._remove(self._chips[-1].chip.text)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._editable and self.childAt(QPoint(event.position().toPoint())) is None:
            self._line.setFocus()


def _key(name: str) -> str:
    # One tag however it is cased and spaced; the service decides in the end.
    return " ".join(name.split()).casefold()
