"""What happened, newest first, under day headings; older entries come while one scrolls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import paint_icon
from ulkacrm_desktop.ui.painting import paint_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, HALF, RADIUS, TextSize, chip_colours, colours_of, font
from ulkacrm_desktop.ui.widgets.relative_time import clock_time, day_heading, exact_time

Index = QModelIndex | QPersistentModelIndex
_DISC: Final = 3 * GRID
_PAGE: Final = 100
_HEADING: Final = 4 * GRID
_WRAP: Final = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class Change:
    """What a value was before and is after, in words; one of them may be empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry in words. ``at`` is aware; ``colour`` is one of `theme.TAG_COLOURS`; ids fall with age."""

    id: int
    at: datetime
    text: str
    icon: str = "circle-dot"
    colour: str = "grey"
    who: str = ""
    body: str = ""
    changes: tuple[Change, ...] = ()


class TimelineModel(QAbstractListModel):
    """Entries with a heading (a `str`) above each day; older ones are read when the end is reached."""

    ENTRY: Final = Qt.ItemDataRole.UserRole
    EXPANDED: Final = Qt.ItemDataRole.UserRole + 1

    first_page_shown = Signal(int)
    """The first page is there, with so many entries; 0 means that there are none at all."""
    failed = Signal(object)

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._page: Callable[[int | None, int], Sequence[TimelineEntry]] | None = None
        self._rows: list[str | TimelineEntry] = []
        self._expanded: set[int] = set()
        self._more = False
        self._busy = False

    def ask(self, page: Callable[[int | None, int], Sequence[TimelineEntry]]) -> None:
        """Show another timeline: ``page(before_id, limit)`` gives the entries older than an id (the newest for
        None), newest first, on a reader thread.
        """
        self._page = page
        self._expanded.clear()
        self._fetch(None)

    def refresh(self) -> None:
        """Read the newest entries again; what is expanded stays so."""
        if self._page is not None:
            self._fetch(None)

    def entry_at(self, row: int) -> TimelineEntry | None:
        """The entry of a row; None for a heading."""
        item = self._rows[row]
        return None if isinstance(item, str) else item

    def toggle(self, row: int) -> None:
        """Show or hide the changes of an entry."""
        entry = self.entry_at(row)
        if entry is not None and entry.changes:
            self._expanded ^= {entry.id}
            self.dataChanged.emit(self.index(row), self.index(row), [Qt.ItemDataRole.SizeHintRole, self.EXPANDED])

    def _fetch(self, before: int | None) -> None:
        page = self._page
        if page is None:
            return
        self._busy = True
        self._runner.run_latest(
            (id(self), "page"),
            lambda: list(page(before, _PAGE)),
            partial(self._on_page, before is None),
            self._on_failed,
        )

    def _on_page(self, first: bool, entries: list[TimelineEntry]) -> None:
        # Still busy while rows are being inserted: whoever hears of that may ask for more at once.
        self._more = len(entries) >= _PAGE
        if first:
            self.beginResetModel()
            self._rows = self._with_headings(entries, "")
            self._busy = False
            self.endResetModel()
            self.first_page_shown.emit(len(entries))
        elif entries:
            last = self._rows[-1] if self._rows else ""
            heading = day_heading(last.at) if isinstance(last, TimelineEntry) else ""
            rows = self._with_headings(entries, heading)
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows += rows
            self._busy = False
            self.endInsertRows()
        else:
            self._busy = False

    def _on_failed(self, error: BaseException) -> None:
        self._busy = False
        self._more = False
        self.failed.emit(error)

    @staticmethod
    def _with_headings(entries: list[TimelineEntry], heading: str) -> list[str | TimelineEntry]:
        rows: list[str | TimelineEntry] = []
        for entry in entries:
            day = day_heading(entry.at)
            if day != heading:
                rows.append(day)
                heading = day
            rows.append(entry)
        return rows

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._more and not self._busy and bool(self._rows)

    @override
    def fetchMore(self, parent: Index) -> None:
        last = self._rows[-1] if self.canFetchMore(parent) else None
        if isinstance(last, TimelineEntry):
            self._fetch(last.id)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item if isinstance(item, str) else item.text
        if role == self.ENTRY:
            return item
        if isinstance(item, str):
            return None
        if role == self.EXPANDED:
            return item.id in self._expanded
        if role == Qt.ItemDataRole.ToolTipRole:
            return exact_time(item.at)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            changes = [f"{c.label}: {c.before or '—'} → {c.after or '—'}" for c in item.changes]
            return ". ".join(filter(None, (item.who, exact_time(item.at), item.body, *changes)))
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self._rows[index.row()], str):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        return super().flags(index)


class _EntryDelegate(QStyledItemDelegate):
    """Draws headings and entries; heights are worked out once for a width and kept."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._heights: dict[tuple[int, int, bool], int] = {}

    def forget(self) -> None:
        self._heights.clear()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        item = index.data(TimelineModel.ENTRY)
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        if isinstance(item, str):
            return QSize(width, _HEADING + GRID)
        key = (item.id, width, bool(index.data(TimelineModel.EXPANDED)))
        height = self._heights.get(key)
        if height is None:
            height = self._heights[key] = self._height(item, width, expanded=key[2])
        return QSize(width, height)

    def _height(self, entry: TimelineEntry, width: int, *, expanded: bool) -> int:
        room = self._text_width(width)
        height = self._wrapped(entry.text, room, QFontMetrics(font())) + 2 * GRID
        small = QFontMetrics(font(TextSize.CAPTION))
        height += small.height() + 2
        if entry.body:
            height += self._wrapped(entry.body, room, QFontMetrics(font())) + HALF
        if expanded:
            height += sum(self._change_height(change, room) + HALF for change in entry.changes) + 2 * GRID
        return max(height, _DISC + 2 * GRID)

    @staticmethod
    def _text_width(width: int) -> int:
        return max(8 * GRID, width - _DISC - 5 * GRID)

    @staticmethod
    def _wrapped(text: str, width: int, metrics: QFontMetrics) -> int:
        return metrics.boundingRect(QRect(0, 0, width, 100_000), _WRAP, text).height()

    def _change_height(self, change: Change, width: int) -> int:
        small = QFontMetrics(font(TextSize.CAPTION))
        return small.height() + self._wrapped(self._change_text(change), width - 2 * GRID, QFontMetrics(font()))

    @staticmethod
    def _change_text(change: Change) -> str:
        return f"{change.before or '—'}  →  {change.after or '—'}"

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(TimelineModel.ENTRY)
        colours = colours_of(option.palette)
        if isinstance(item, str):
            painter.setFont(font(TextSize.CAPTION, bold=True))
            rect = option.rect.adjusted(2 * GRID, GRID, -2 * GRID, 0)
            paint_text(painter, rect, item, colours.muted)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.selected if option.widget and option.widget.hasFocus() else colours.hover)
            painter.drawRoundedRect(option.rect.adjusted(HALF, 1, -HALF, -1), RADIUS, RADIUS)
        self._paint_entry(painter, option, item, expanded=bool(index.data(TimelineModel.EXPANDED)))
        painter.restore()

    def _paint_entry(
        self, painter: QPainter, option: QStyleOptionViewItem, entry: TimelineEntry, *, expanded: bool
    ) -> None:
        colours, chip = colours_of(option.palette), chip_colours(entry.colour, option.palette)
        rect = option.rect
        disc = QRectF(rect.left() + 2 * GRID, rect.top() + GRID, _DISC, _DISC)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(chip.ground)
        painter.drawEllipse(disc)
        paint_icon(painter, disc.adjusted(5, 5, -5, -5), entry.icon, chip.text)
        left, room = int(disc.right()) + GRID + HALF, self._text_width(rect.width())
        place = QRect(left, rect.top() + GRID, room, 100_000)
        painter.setFont(font())
        place = self._paint_wrapped(painter, place, entry.text, colours.text)
        painter.setFont(font(TextSize.CAPTION))
        meta = " · ".join(filter(None, (entry.who, clock_time(entry.at))))
        line = QRect(left, place.top() + 2, room, painter.fontMetrics().height())
        paint_text(painter, line, meta, colours.muted)
        if entry.changes:
            width = min(painter.fontMetrics().horizontalAdvance(meta), room - 2 * GRID)
            arrow = QRect(line.left() + width + HALF, line.center().y() - 6, 12, 12)
            paint_icon(painter, arrow, "chevron-up" if expanded else "chevron-down", colours.muted)
        place.setTop(line.bottom() + HALF)
        if entry.body:
            painter.setFont(font())
            place = self._paint_wrapped(painter, place, entry.body, colours.muted)
        if expanded:
            self._paint_changes(painter, QRect(left, place.top() + HALF, room, rect.bottom()), option, entry)

    def _paint_changes(
        self, painter: QPainter, place: QRect, option: QStyleOptionViewItem, entry: TimelineEntry
    ) -> None:
        colours = colours_of(option.palette)
        box = QRect(place.left(), place.top(), place.width(), option.rect.bottom() - GRID - place.top())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.window)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        area = QRect(place.left() + GRID, place.top() + HALF, place.width() - 2 * GRID, 100_000)
        for change in entry.changes:
            painter.setFont(font(TextSize.CAPTION))
            height = painter.fontMetrics().height()
            label = QRect(area.left(), area.top(), area.width(), height)
            paint_text(painter, label, change.label, colours.muted)
            area.setTop(area.top() + height)
            painter.setFont(font())
            area = self._paint_wrapped(painter, area, self._change_text(change), colours.text)
            area.setTop(area.top() + HALF)

    @staticmethod
    def _paint_wrapped(painter: QPainter, place: QRect, text: str, colour: Any) -> QRect:
        painter.setPen(colour)
        used = painter.boundingRect(place, _WRAP, text)
        painter.drawText(place, _WRAP, text)
        return QRect(place.left(), used.bottom() + 1, place.width(), place.height())


class TimelineView(QListView):
    """A list of what happened; a click, Enter or Space on an entry shows what was before and after."""

    entry_opened = Signal(object)
    """A double click or Ctrl+Enter on an entry, which is given."""

    def __init__(self, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName(_("Activity"))
        self._timeline = TimelineModel(runner, self)
        self._delegate = _EntryDelegate(self)
        self.setModel(self._timeline)
        self.setItemDelegate(self._delegate)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(200)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setUniformItemSizes(False)
        # Only a list that wraps is laid out anew when its width changes: a scroll bar appears, a splitter moves.
        self.setWordWrap(True)
        self._timeline.modelReset.connect(self._delegate.forget)

    @property
    def timeline(self) -> TimelineModel:
        """The model; `TimelineModel.ask` shows something."""
        return self._timeline

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        entry = self._timeline.entry_at(index.row()) if index.isValid() else None
        key = event.key()
        if entry is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.entry_opened.emit(entry)
            else:
                self._timeline.toggle(index.row())
        else:
            super().keyPressEvent(event)

    @override
    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        super().mouseReleaseEvent(e)
        index = self.indexAt(e.position().toPoint())
        if index.isValid() and e.button() == Qt.MouseButton.LeftButton:
            self._timeline.toggle(index.row())

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        entry = self._timeline.entry_at(index.row()) if index.isValid() else None
        if entry is not None:
            self.entry_opened.emit(entry)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FontChange:
            self._delegate.forget()
        return super().event(event)
