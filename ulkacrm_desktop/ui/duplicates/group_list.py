"""The list of groups that were found: who is in them, why, how sure that is, and what was decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.duplicates.finding import DuplicateReport
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.duplicates import group_reads
from ulkacrm_desktop.ui.duplicates.group_reads import GroupRow
from ulkacrm_desktop.ui.duplicates.rule_words import group_text, percent
from ulkacrm_desktop.ui.painting import paint_avatar, paint_skeleton, paint_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.row_pages import RowPages
from ulkacrm_desktop.ui.theme import GRID, TextSize, colours_of, font

Index = QModelIndex | QPersistentModelIndex

_HEIGHT: Final = 56
_AVATAR: Final = 32
_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class GroupModel(QAbstractListModel):
    """The groups of a report; their contacts are read page by page as they are looked at."""

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.report: DuplicateReport | None = None
        self._names: Mapping[int, str] = {}
        self._decided: dict[int, str] = {}
        self._pages = RowPages(runner, self._work_for, self)
        self._pages.arrived.connect(self._on_page)

    def show_report(self, report: DuplicateReport | None, names: Mapping[int, str]) -> None:
        """Show other groups; nothing is decided about them yet."""
        self.beginResetModel()
        self.report, self._names = report, names
        self._decided = {}
        self._pages.clear()
        self.endResetModel()

    @property
    def decided(self) -> Mapping[int, str]:
        """What was decided, in words, by the places of groups."""
        return self._decided

    def decide(self, place: int, words: str) -> None:
        """Something was decided about a group; nothing, for ''."""
        if words:
            self._decided[place] = words
        else:
            self._decided.pop(place, None)
        self._announce(place, place)

    def ids_of(self, place: int) -> tuple[int, ...]:
        """The contacts of a group."""
        assert self.report is not None
        return self.report.groups[place].contact_ids

    def next_open(self, place: int) -> int | None:
        """The next group after a place, or the first of all, about which nothing is decided."""
        total = self.rowCount()
        wanted = (*range(place + 1, total), *range(min(place + 1, total))) if total else ()
        return next((row for row in wanted if row not in self._decided), None)

    def refresh(self) -> None:
        """Read anew what is looked at."""
        self._pages.expire()
        if self.rowCount():
            self._announce(0, self.rowCount() - 1)

    def close(self) -> None:
        """Read nothing more."""
        self._pages.drop_requests()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() or self.report is None else len(self.report.groups)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self.report is None:
            return None
        if role == _ROLE:
            return self._pages.row_at(index.row(), self.rowCount())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            row = self._pages.peek(index.row())
            parts = (*_names_of(row), self.reason(index.row()), self._decided.get(index.row(), ""))
            return ", ".join(filter(None, parts))
        return None

    def reason(self, place: int) -> str:
        """Why the contacts are in one group."""
        assert self.report is not None
        return group_text(self.report, self.report.groups[place], self._names)

    def _work_for(self, number: int) -> Callable[[], Sequence[GroupRow]] | None:
        start = number * RowPages.SIZE
        if self.report is None or start >= len(self.report.groups):
            return None
        groups = self.report.groups[start : start + RowPages.SIZE]
        return partial(group_reads.read_rows, self._workspace, groups, start)

    def _on_page(self, number: int, rows: Sequence[GroupRow]) -> None:
        self._pages.keep(number, tuple(rows))
        start = number * RowPages.SIZE
        self._announce(start, min(start + RowPages.SIZE, self.rowCount()) - 1)

    def _announce(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first), self.index(last))


def _names_of(row: object) -> tuple[str, ...]:
    """The names in a group, each once."""
    return tuple(dict.fromkeys(member.name for member in row.members)) if isinstance(row, GroupRow) else ()


class GroupDelegate(QStyledItemDelegate):
    """Draws a group: initials, names, the reason, and the score or what was decided."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, GroupModel)
        assert model.report is not None
        rect: QRect = option.rect
        state = option.state
        palette = option.palette
        colours = colours_of(palette)
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colours.selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colours.hover)
        painter.setPen(colours.divider)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        row = index.data(_ROLE)
        inside = rect.adjusted(2 * GRID, GRID, -2 * GRID, -GRID)
        decided = model.decided.get(index.row(), "")
        if row is None:
            paint_skeleton(painter, inside, index.row(), palette)
            painter.restore()
            return
        names = _names_of(row)
        circle = QRectF(inside.left(), inside.center().y() - _AVATAR / 2, _AVATAR, _AVATAR)
        paint_avatar(painter, circle, names[0] if names else "", palette, font())
        painter.setFont(font(TextSize.CAPTION))
        told = decided or self._score(model, index.row())
        width = min(painter.fontMetrics().horizontalAdvance(told) + GRID, inside.width() // 2)
        top = QRect(inside.left() + _AVATAR + GRID, inside.top(), inside.width() - _AVATAR - GRID, inside.height() // 2)
        paint_text(painter, top, told, colours.muted, _RIGHT)
        bottom = top.translated(0, top.height())
        paint_text(painter, bottom, self._below(model, index.row()), colours.muted)
        painter.setFont(font(bold=not decided))
        words = " · ".join(names) or _("Not there any more")
        paint_text(painter, top.adjusted(0, 0, -width, 0), words, colours.muted if decided else colours.text)
        painter.restore()

    def _score(self, model: GroupModel, place: int) -> str:
        assert model.report is not None
        return "" if model.report.rule else percent(model.report.groups[place].score)

    def _below(self, model: GroupModel, place: int) -> str:
        count = len(model.ids_of(place))
        counted = ngettext("{count} contact", "{count} contacts", count).format(count=count)
        return f"{counted} · {model.reason(place)}"


class GroupList(QTableView):
    """The list itself: a table of one column, since a `QListView` goes through all of its rows for each page read."""

    def __init__(self, model: GroupModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("group_list")
        self.setAccessibleName(_("Groups of duplicates"))
        self.setModel(model)
        self.setItemDelegate(GroupDelegate(self))
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_HEIGHT)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(40 * GRID)

    def show_place(self, place: int) -> None:
        """Make a group the current one."""
        index = self.model().index(place, 0)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    @override
    def moveCursor(self, cursorAction: QTableView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        if cursorAction in (QTableView.CursorAction.MoveHome, QTableView.CursorAction.MoveEnd):
            # To the first and the last group, not to the ends of a row.
            modifiers |= Qt.KeyboardModifier.ControlModifier
        return super().moveCursor(cursorAction, modifiers)
