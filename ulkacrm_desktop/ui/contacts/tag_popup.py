"""The small window under "Tag" and "Untag": type or pick a tag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from PySide6.QtCore import QEvent, QLocale, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, HALF, chip_colours

WIDTH: Final = 36 * GRID
_ROWS: Final = 8
_NEW: Final = Qt.ItemDataRole.UserRole + 1
_LIMIT: Final = 100


class Tag(Protocol):
    """A tag that may be picked, with how many contacts bear it."""

    @property
    def name(self) -> str:
        """How it is written."""

    @property
    def color(self) -> str:
        """One of `theme.TAG_COLOURS`, or ''."""

    @property
    def count(self) -> int:
        """How many contacts bear it."""


class TagPopup(QFrame):
    """Lists tags while one types; Enter or a click chooses, Esc closes. It deletes itself.

    ``load`` gives the tags (on a reader thread). With ``may_create`` what is typed and matches none may be made.
    """

    chosen = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        runner: TaskRunner,
        load: Callable[[], Sequence[Tag]],
        *,
        may_create: bool,
        empty_text: str,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("tag_popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("panel", "raised")
        self.setFixedWidth(WIDTH)
        self._may_create = may_create
        self._empty_text = empty_text
        self._tags: Sequence[Tag] | None = None
        self._edit = QLineEdit()
        self._edit.setObjectName("tag_name")
        self._edit.setAccessibleName(_("Tag"))
        self._edit.setPlaceholderText(_("Type or pick a tag") if may_create else _("Pick a tag to remove"))
        self._list = QListWidget()
        self._list.setObjectName("tag_choices")
        self._list.setAccessibleName(_("Tags"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setIconSize(QSize(GRID + HALF, GRID + HALF))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._told = QLabel(_("Loading…"))
        self._told.setProperty("tone", "muted")
        self._told.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._edit)
        layout.addWidget(self._told)
        layout.addWidget(self._list)
        self._list.setFixedHeight(_ROWS * (self.fontMetrics().height() + GRID))
        self._edit.textChanged.connect(self._fill)
        self._edit.installEventFilter(self)
        self._list.itemClicked.connect(self._choose)
        self._fill()
        runner.run(load, self._on_loaded)

    def open_at(self, anchor: QWidget) -> None:
        """Show it above a widget, inside the screen."""
        self.adjustSize()
        place = anchor.mapToGlobal(QPoint(0, -self.sizeHint().height() - HALF))
        screen = anchor.screen().availableGeometry()
        if place.y() < screen.top():
            place = anchor.mapToGlobal(QPoint(0, anchor.height() + HALF))
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.width())))
        self.move(place)
        self.show()
        self._edit.setFocus()

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

    def _on_loaded(self, tags: Sequence[Tag]) -> None:
        self._tags = tags
        self._fill()

    def _fill(self) -> None:
        typed = " ".join(self._edit.text().split())
        key = fold(typed)
        self._list.clear()
        known = self._tags or ()
        folded = [(fold(tag.name), tag) for tag in known]
        beginning = [tag for name, tag in folded if name.startswith(key)]
        within = [tag for name, tag in folded if not name.startswith(key) and f" {key}" in name]
        exact = any(name == key for name, _tag in folded)
        if self._may_create and typed and not exact:
            item = QListWidgetItem(icon("plus"), _("New tag “{name}”").format(name=typed), self._list)
            item.setData(_NEW, typed)
        for tag in (beginning + within)[:_LIMIT]:
            item = QListWidgetItem(_dot(tag.color, self), f"{tag.name}   {QLocale().toString(tag.count)}", self._list)
            item.setData(_NEW, tag.name)
            item.setToolTip(tag.name)
        if self._list.count():
            # An existing tag that begins as typed is what Enter means, before a new one.
            made_new = self._may_create and bool(typed) and not exact
            self._list.setCurrentRow(1 if made_new and beginning else 0)
        empty = self._list.count() == 0
        self._told.setVisible(empty)
        if self._tags is not None:
            self._told.setText(_("No tag begins with “{typed}”").format(typed=typed) if typed else self._empty_text)

    def _choose(self, item: QListWidgetItem) -> None:
        name = item.data(_NEW)
        self.close()
        self.chosen.emit(name)


def _dot(colour: str, widget: QWidget) -> QIcon:
    ratio = widget.devicePixelRatioF()
    size = GRID + HALF
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(chip_colours(colour or "grey").text)
    painter.drawEllipse(2, 2, size - 4, size - 4)
    painter.end()
    return QIcon(pixmap)
