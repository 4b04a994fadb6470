"""The command palette: any action, and whatever else can be gone to, by a few letters."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.painting import paint_avatar, paint_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, HALF, ICON_SIZE, RADIUS, TextSize, colours_of, font

Index = QModelIndex | QPersistentModelIndex
_ROW: Final = 5 * GRID
_SHOWN: Final = 9
_WIDTH: Final = 72 * GRID


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One line of the palette; ``run`` is called when it is chosen. A ``person`` is shown by the initials of the
    text in the place of the icon."""

    text: str
    run: Callable[[], object]
    icon: str = "command"
    detail: str = ""
    keys: str = ""
    person: bool = False


def fuzzy_score(wanted: str, text: str) -> tuple[int, tuple[tuple[int, int], ...]] | None:
    """How well a text fits what was typed, and the ranges ``(start, length)`` that fit; None where it does not.

    Every typed word must be found: best at the start of a word, then inside one, then as letters in their order.
    """
    folded = text.casefold()
    if len(folded) != len(text):
        folded = text.lower() if len(text.lower()) == len(text) else text
    score, ranges = 0, []
    for word in wanted.casefold().split():
        place = _word_start(word, folded)
        if place is not None:
            score += 100 - min(place, 50)
            ranges.append((place, len(word)))
            continue
        place = folded.find(word)
        if place >= 0:
            score += 40 - min(place, 30)
            ranges.append((place, len(word)))
            continue
        letters = _letters_in_order(word, folded) if len(word) > 1 else None
        if letters is None:
            return None
        score += 10 - min(letters[-1] - letters[0] - len(word), 9)
        ranges.extend((letter, 1) for letter in letters)
    return score, tuple(sorted(ranges))


def _word_start(word: str, text: str) -> int | None:
    place = text.find(word)
    while place >= 0:
        if place == 0 or not text[place - 1].isalnum():
            return place
        place = text.find(word, place + 1)
    return None


def _letters_in_order(word: str, text: str) -> list[int] | None:
    places, start = [], 0
    for letter in word:
        start = text.find(letter, start)
        if start < 0:
            return None
        places.append(start)
        start += 1
    return places


class _EntryModel(QAbstractListModel):
    MATCHES: Final = Qt.ItemDataRole.UserRole + 1

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[tuple[PaletteEntry, tuple[tuple[int, int], ...]]] = []

    def show(self, entries: list[tuple[PaletteEntry, tuple[tuple[int, int], ...]]]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry, matches = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return ", ".join(filter(None, (entry.detail, entry.keys)))
        if role == Qt.ItemDataRole.UserRole:
            return entry
        return matches if role == self.MATCHES else None


class _EntryDelegate(QStyledItemDelegate):
    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: PaletteEntry = index.data(Qt.ItemDataRole.UserRole)
        colours = colours_of(option.palette)
        rect = option.rect.adjusted(HALF, 1, -HALF, -1)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.selected)
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
            painter.restore()
        inner = rect.adjusted(GRID, 0, -GRID, 0)
        sign = QRect(inner.left(), inner.center().y() - ICON_SIZE // 2 + 1, ICON_SIZE, ICON_SIZE)
        if entry.person:
            circle = QRectF(sign).adjusted(-HALF, -HALF, HALF, HALF)
            paint_avatar(painter, circle, entry.text, option.palette, option.font)
        else:
            icon(entry.icon, IconRole.ACCENT if chosen else IconRole.MUTED).paint(painter, sign)
        right = inner.right()
        painter.setFont(font(TextSize.CAPTION))
        if entry.keys:
            width = painter.fontMetrics().horizontalAdvance(entry.keys)
            paint_text(painter, QRect(right - width, inner.top(), width + 2, inner.height()), entry.keys, colours.muted)
            right -= width + 2 * GRID
        text = QRect(sign.right() + GRID + HALF, inner.top(), 0, inner.height())
        painter.setFont(option.font)
        text.setRight(min(right, text.left() + painter.fontMetrics().horizontalAdvance(entry.text) + 2))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        matches = index.data(_EntryModel.MATCHES) or ()
        paint_text(painter, text, entry.text, colours.text, left, matches, colours.match)
        if entry.detail:
            painter.setFont(font(TextSize.CAPTION))
            detail = QRect(text.right() + 2 * GRID, inner.top(), right - text.right() - 2 * GRID, inner.height())
            paint_text(painter, detail, entry.detail, colours.muted)


class CommandPalette(QFrame):
    """Lies over the upper middle of the window while it is open; Enter runs, arrows choose, Esc closes.

    ``actions`` gives the actions at that moment; ``provider`` finds other entries for the text (such as contacts),
    called on a reader thread, and its entries come below the actions.
    """

    closed = Signal()

    def __init__(
        self,
        window: QWidget,
        runner: TaskRunner,
        actions: Callable[[], Iterable[QAction]],
        provider: Callable[[str], Sequence[PaletteEntry]] | None = None,
    ) -> None:
        super().__init__(window)
        self.setObjectName("command_palette")
        self.setAccessibleName(_("Command palette"))
        self.setProperty("panel", "raised")
        self._window = window
        self._runner = runner
        self._actions = actions
        self._provider = provider
        self._focus_before: QWidget | None = None
        self._commands: list[tuple[PaletteEntry, tuple[tuple[int, int], ...]]] = []
        self._line = QLineEdit(self)
        self._line.setObjectName("palette_line")
        self._line.setAccessibleName(_("What would you like to do?"))
        self._line.setPlaceholderText(_("Type an action or a name…"))
        self._line.addAction(icon("search", IconRole.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self._line.textChanged.connect(self._on_text_changed)
        self._line.installEventFilter(self)
        self._model = _EntryModel(self)
        self._list = QListView(self)
        self._list.setObjectName("palette_list")
        self._list.setAccessibleName(_("Results"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(_EntryDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(self._run)
        self._list.setMouseTracking(True)
        self._list.entered.connect(self._list.setCurrentIndex)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._line)
        layout.addWidget(self._list)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(5 * GRID)
        shadow.setOffset(0, GRID)
        self.setGraphicsEffect(shadow)
        self.hide()

    def open(self) -> None:
        """Show the palette, empty, with the focus."""
        self._focus_before = self._window.focusWidget()
        self._line.clear()
        self._on_text_changed("")
        self.show()
        self.raise_()
        self._line.setFocus()

    def close_palette(self) -> None:
        """Hide the palette and give the focus back."""
        if self.isVisible():
            self._runner.forget((id(self), "provider"))
            self.hide()
            if self._focus_before is not None:
                self._focus_before.setFocus()
            self.closed.emit()

    def _on_text_changed(self, text: str) -> None:
        found = []
        for action in self._actions():
            label = action.text().replace("&", "")
            fit = fuzzy_score(text, label)
            if fit is not None:
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                name = action.property("icon_name")
                entry = PaletteEntry(label, action.trigger, str(name or "command"), keys=keys)
                found.append((fit[0], entry, fit[1]))
        found.sort(key=lambda item: -item[0])
        self._commands = [(entry, matches) for _score, entry, matches in found]
        self._show([])
        self._runner.forget((id(self), "provider"))
        if self._provider is not None and text.strip():
            provider = self._provider
            self._runner.run_latest((id(self), "provider"), lambda: provider(text), self._on_provided)

    def _on_provided(self, entries: Sequence[PaletteEntry]) -> None:
        self._show(entries)

    def _show(self, others: Sequence[PaletteEntry]) -> None:
        text = self._line.text()
        fits = ((entry, fuzzy_score(text, entry.text)) for entry in others)
        provided = [(entry, fit[1] if fit is not None else ()) for entry, fit in fits]
        row = max(self._list.currentIndex().row(), 0) if others else 0
        # Half of the room for commands where there is something else to be found too.
        commands = self._commands[: _SHOWN // 2] if provided else self._commands
        self._model.show(commands + provided)
        if self._model.entries:
            self._list.setCurrentIndex(self._model.index(min(row, len(self._model.entries) - 1)))
        self._place()

    def _place(self) -> None:
        lines = min(len(self._model.entries), _SHOWN)
        self._list.setFixedHeight(lines * _ROW + 2)
        self._list.setVisible(lines > 0)
        width = min(_WIDTH, self._window.width() - 4 * GRID)
        layout = self.layout()
        if layout is not None:
            layout.activate()
        height = self.sizeHint().height()
        self.setGeometry(
            QRect(QPoint((self._window.width() - width) // 2, self._window.height() // 8), QSize(width, height))
        )

    def _run(self, index: QModelIndex) -> None:
        if index.isValid():
            entry = self._model.entries[index.row()][0]
            self.close_palette()
            entry.run()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible() and not self._line.hasFocus():
            self.close_palette()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key, row, count = event.key(), self._list.currentIndex().row(), len(self._model.entries)
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: _SHOWN - 1,
            Qt.Key.Key_PageUp: 1 - _SHOWN,
        }
        if key == Qt.Key.Key_Escape:
            self.close_palette()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self._list.currentIndex())
        elif key in steps and count:
            step = steps[Qt.Key(key)]
            # One step goes round from the last to the first; a page stops at the end.
            new = (row + step) % count if abs(step) == 1 else min(max(row + step, 0), count - 1)
            self._list.setCurrentIndex(self._model.index(new))
        else:
            return False
        return True
