"""A small window to pick from many by typing a few letters: tags, users, classes, segments, properties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QEvent,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, HALF, ICON_SIZE, chip_colours, colours_of
from ulkacrm_desktop.ui.widgets.popup_frame import PopupFrame

WIDTH: Final = 36 * GRID
_ROWS: Final = 8
_ROW: Final = 28
_CHOICE: Final = Qt.ItemDataRole.UserRole + 1
_COUNT: Final = _CHOICE + 1
_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be picked; drawn with its icon, else with a dot of its colour, '' for grey."""

    value: Any
    text: str
    count: int | None = None
    colour: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceTexts:
    """What the window says: the name of what is picked, in the empty line, where there is nothing to pick, and, where
    what is typed and matches none may be made, the words for that with ``{name}``."""

    name: str
    placeholder: str
    empty: str
    create: str = ""


class _ChoiceDelegate(QStyledItemDelegate):
    """Draws how many contacts a choice has at the end of its row; a long name makes room for it."""

    @override
    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if count := str(index.data(_COUNT) or ""):
            taken = option.decorationSize.width() + option.fontMetrics.horizontalAdvance(count) + 4 * GRID
            option.text = option.fontMetrics.elidedText(option.text, option.textElideMode, option.rect.width() - taken)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        painter.save()
        painter.setPen(colours_of(option.palette).muted)
        end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(option.rect.adjusted(0, 0, -GRID, 0), end, str(index.data(_COUNT) or ""))
        painter.restore()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), _ROW)


class ChoicePopup(PopupFrame):
    """Lists what can be picked while one types; Enter or a click chooses, Esc closes. It deletes itself.

    ``load`` gives the choices (on a reader thread); ``key`` names the window and its parts for tests and readers.
    """

    chosen = Signal(object)
    """The value of the choice."""
    created = Signal(str)
    """None of the choices is meant, but a new one of this name."""

    def __init__(
        self,
        parent: QWidget,
        runner: TaskRunner,
        key: str,
        load: Callable[[], Sequence[Choice]],
        texts: ChoiceTexts,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{key}_popup")
        self.setFixedWidth(WIDTH)
        self._texts = texts
        self._choices: Sequence[Choice] | None = None
        self._anchor: QRect | None = None
        self._area = QRect()
        self._edit = QLineEdit()
        self._edit.setObjectName(f"{key}_name")
        self._edit.setAccessibleName(texts.name)
        self._edit.setPlaceholderText(texts.placeholder)
        self._list = QListWidget()
        self._list.setObjectName(f"{key}_choices")
        self._list.setAccessibleName(texts.name)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setItemDelegate(_ChoiceDelegate(self._list))
        self._told = QLabel(_("Loading…"))
        self._told.setProperty("tone", "muted")
        self._told.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._edit)
        layout.addWidget(self._told)
        layout.addWidget(self._list)
        layout.addStretch(1)
        self._show_rows(_ROWS)
        self._edit.textChanged.connect(self._fill)
        self._edit.installEventFilter(self)
        self._list.itemClicked.connect(self._choose)
        self._fill()
        runner.run(load, self._on_loaded)

    def open_at(self, anchor: QWidget) -> None:
        """Show it above a widget, inside the screen."""
        self._anchor = QRect(anchor.mapToGlobal(QPoint()), anchor.size())
        self._area = anchor.screen().availableGeometry()
        self._place()
        self.show()
        self._edit.setFocus()

    def _place(self) -> None:
        if self._anchor is None:
            return
        self.adjustSize()
        place = self._anchor.topLeft() - QPoint(0, self.height() + HALF)
        if place.y() < self._area.top():
            place = self._anchor.bottomLeft() + QPoint(0, HALF)
        place.setX(max(self._area.left(), min(place.x(), self._area.right() - self.width())))
        self.move(place)

    def _show_rows(self, count: int) -> None:
        self._list.setFixedHeight(count * _ROW + 2 * self._list.frameWidth())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            row = min(max(self._list.currentRow() + step, 0), self._list.count() - 1)
            self._list.setCurrentRow(row)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self._list.currentItem()
            if item is not None:
                self._choose(item)
            return True
        return False

    def _on_loaded(self, choices: Sequence[Choice]) -> None:
        self._choices = choices
        self._fill()
        # Once: a window that grew and shrank with what is typed would run away from the eye.
        self._show_rows(min(max(len(choices), 1), _ROWS))
        self._place()

    def _fill(self) -> None:
        typed = " ".join(self._edit.text().split())
        key = fold(typed)
        self._list.clear()
        folded = [(fold(choice.text), choice) for choice in self._choices or ()]
        beginning = [choice for name, choice in folded if name.startswith(key)]
        within = [choice for name, choice in folded if not name.startswith(key) and f" {key}" in name]
        made_new = bool(self._texts.create and typed) and all(name != key for name, _choice in folded)
        if made_new:
            item = QListWidgetItem(icon("plus"), self._texts.create.format(name=typed), self._list)
            item.setData(_CHOICE, typed)
        for choice in (beginning + within)[:_LIMIT]:
            picture = icon(choice.icon) if choice.icon else _dot(choice.colour, self)
            item = QListWidgetItem(picture, choice.text, self._list)
            item.setData(_CHOICE, choice)
            item.setData(_COUNT, "" if choice.count is None else QLocale().toString(choice.count))
            item.setToolTip(choice.text)
        if self._list.count():
            # One that is there and begins as typed is what Enter means, before a new one.
            self._list.setCurrentRow(1 if made_new and beginning else 0)
        empty = self._list.count() == 0
        self._told.setVisible(empty)
        self._list.setVisible(not empty)
        if self._choices is not None:
            self._told.setText(_("Nothing begins with “{typed}”").format(typed=typed) if typed else self._texts.empty)

    def _choose(self, item: QListWidgetItem) -> None:
        choice = item.data(_CHOICE)
        self.close()
        if isinstance(choice, Choice):
            self.chosen.emit(choice.value)
        else:
            self.created.emit(choice)


def _dot(colour: str, widget: QWidget) -> QIcon:
    ratio = widget.devicePixelRatioF()
    size = ICON_SIZE
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(chip_colours(colour or "grey").text)
    painter.drawEllipse(4, 4, size - 8, size - 8)
    painter.end()
    return QIcon(pixmap)
