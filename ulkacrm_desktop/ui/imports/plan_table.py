"""The table of a plan: faulty and changed cells marked, cells mended in place."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.imports.mapping import ColumnMapping
from ulkacrm_desktop.services.imports.plan_file import RowKind
from ulkacrm_desktop.ui.icons import paint_icon
from ulkacrm_desktop.ui.imports.plan_rows import (
    NUMBER,
    RESULT,
    TONE_ROLE,
    PlanRow,
    PlanRowSource,
    Tone,
    faulty_columns,
    name_columns,
    plan_columns,
)
from ulkacrm_desktop.ui.painting import paint_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.delegates import Look, TextDelegate, two_lines
from ulkacrm_desktop.ui.tables.paged_model import PagedTableModel, Read
from ulkacrm_desktop.ui.tables.rows import Detail, Role
from ulkacrm_desktop.ui.tables.table_view import PagedTableView
from ulkacrm_desktop.ui.theme import GRID, HALF, ICON_SIZE, RADIUS, Colours

Index = QModelIndex | QPersistentModelIndex

_ICONS: Final = {
    Tone.CREATE: "plus",
    Tone.UPDATE: "pencil",
    Tone.UNCHANGED: "check",
    Tone.SKIP: "minus",
    Tone.ERROR: "circle-alert",
}
_ROWS_LOOKED_AT: Final = 30
_CELLS_LOOKED_AT: Final = 3_000
_LEAST: Final = 9 * GRID
_MOST_OF_RESULT: Final = 260
_MENDABLE: Final = frozenset({"name_required", "too_long"})
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def tone_colour(tone: Tone, colours: Colours) -> QColor:
    """The colour of the text of a tone."""
    return {
        Tone.PLAIN: colours.text,
        Tone.CREATE: colours.success,
        Tone.UPDATE: colours.accent_text,
        Tone.UNCHANGED: colours.muted,
        Tone.SKIP: colours.muted,
        Tone.ERROR: colours.danger,
        Tone.CHANGED: colours.accent_text,
        Tone.WARNING: colours.warning,
        Tone.IGNORED: colours.muted,
    }[tone]


class PlanDelegate(TextDelegate):
    """A cell with what is to be said of it below; faulty and doubtful cells on a coloured ground."""

    def __init__(self, parent: QObject, *, result: bool) -> None:
        super().__init__(parent)
        self._result = result

    @override
    def content_width(self, read: Read, look: Look) -> int:
        detail = read(Role.DETAIL)
        width = super().content_width(read, look)
        if isinstance(detail, Detail):
            width = max(width, QFontMetrics(look.small).horizontalAdvance(detail.text))
        return width + (ICON_SIZE + GRID if self._result else 0)

    @override
    def paint_content(self, painter: QPainter, rect: QRect, read: Read, look: Look) -> None:
        colours = look.colours
        tone = Tone(read(TONE_ROLE) or Tone.PLAIN)
        result = self._result
        ground = {Tone.ERROR: colours.danger_soft, Tone.WARNING: colours.warning_soft}.get(tone)
        if ground is not None and not result:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(QRectF(rect.adjusted(-HALF, 2, HALF, -1)), RADIUS, RADIUS)
            painter.restore()
        if result:
            icon = QRect(rect.left(), rect.top() + (rect.height() - ICON_SIZE) // 2, ICON_SIZE, ICON_SIZE)
            paint_icon(painter, icon, _ICONS[tone], tone_colour(tone, colours))
            rect = rect.adjusted(ICON_SIZE + GRID, 0, 0, 0)
        upper_colour = tone_colour(tone, colours) if result or tone is Tone.IGNORED else colours.text
        lower_colour = colours.muted if result else tone_colour(tone, colours)
        text = str(read(Qt.ItemDataRole.DisplayRole) or "")
        detail = read(Role.DETAIL)
        if not isinstance(detail, Detail):
            paint_text(painter, rect, text, upper_colour, read(Qt.ItemDataRole.TextAlignmentRole) or _LEFT)
            return
        if not text and tone is Tone.ERROR:
            text, upper_colour = _("(empty)"), colours.muted
        upper, lower = two_lines(rect, painter.fontMetrics().height(), QFontMetrics(look.small).height())
        paint_text(painter, upper, text, upper_colour)
        painter.setFont(look.small)
        paint_text(painter, lower, detail.text, lower_colour)


class PlanModel(PagedTableModel):
    """Rows of a plan; faulty rows, and those mended before, can be edited in the columns that are imported."""

    def __init__(
        self,
        runner: TaskRunner,
        source: PlanRowSource,
        mapping: Sequence[ColumnMapping],
        is_mended: Callable[[int], bool],
        parent: QObject,
        empty: Collection[int] = (),
    ) -> None:
        super().__init__(runner, source, plan_columns(mapping, empty), parent=parent)
        self.mapping = tuple(mapping)
        self._is_mended = is_mended

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if flags & Qt.ItemFlag.ItemIsEditable and not self._is_mendable(index.row()):
            flags &= ~Qt.ItemFlag.ItemIsEditable
        return flags

    def known_at(self, position: int) -> PlanRow | None:
        """The row at a position, if it is there."""
        row = self.row_at(position)
        return row if isinstance(row, PlanRow) else None

    def sections_to_mend(self, position: int) -> list[int]:
        """The sections of a row that have to be mended, in order; of a row without a name that of the name."""
        row = self.known_at(position)
        if row is None or not self._is_mendable(position):
            return []
        faulty = faulty_columns(row.planned)
        if not faulty and row.planned.kind is RowKind.ERROR:
            faulty = name_columns(self.mapping)[:1]
        return [self.section_of(f"file:{column}") for column in faulty]

    def _is_mendable(self, position: int) -> bool:
        row = self.known_at(position)
        if row is None:
            return False
        if row.planned.kind is not RowKind.ERROR:
            return self._is_mended(row.id)
        # A row that could not be taken apart has no cells to mend: that has to be done in the file itself.
        return all(p.column is not None or p.code in _MENDABLE for p in row.planned.problems if p.is_error)


class PlanTable(PagedTableView):
    """A double click edits a cell; Enter and F2 too, and on a sound cell of a faulty row they go to the faulty one.

    Among faulty rows the arrows go from fault to fault.
    """

    def __init__(self, model: PlanModel, runner: TaskRunner) -> None:
        super().__init__(model, runner)
        self.setObjectName("plan_table")
        self.setAccessibleName(_("Rows of the file and what will become of them"))
        self._model = model
        self._fitted: dict[int, int] = {}
        for section, column in enumerate(model.columns):
            self.setItemDelegateForColumn(section, PlanDelegate(self, result=column.key == RESULT))
        self.rows.opened.connect(lambda _id: self.edit_current())

    def fit_columns(self) -> None:
        """Make columns as wide as the first rows ask; those that were fitted before only grow, the user's own stay."""
        places = [place for place, column in enumerate(self._model.columns) if not self.isColumnHidden(place)]
        rows = range(min(self._model.total, _ROWS_LOOKED_AT, max(1, _CELLS_LOOKED_AT // max(len(places), 1))))
        for section in places:
            column = self._model.columns[section]
            if column.key == NUMBER or self.columnWidth(section) != self._fitted.get(section, column.width):
                continue
            most = _MOST_OF_RESULT if column.key == RESULT else column.width
            needed = min(max(*self.content_widths(column, rows), _LEAST), most)
            self._fitted[section] = max(needed, self._fitted.get(section, 0))
            self.setColumnWidth(section, self._fitted[section])

    @override
    def reset_columns(self) -> None:
        super().reset_columns()
        self._fitted = {}
        self.fit_columns()

    def go_to_fault(self) -> None:
        """Make the first cell to be mended in the current row the current one, unless it or another one is edited."""
        current = self.currentIndex()
        if not current.isValid() or self.state() == self.State.EditingState:
            return
        sections = [each for each in self._model.sections_to_mend(current.row()) if not self.isColumnHidden(each)]
        if sections and current.column() not in sections:
            self.setCurrentIndex(self._model.index(current.row(), sections[0]))
        self.scrollTo(self.currentIndex())
        # No column is cut off at the left, unless that would push out the cell that is to be seen.
        cut = self.columnAt(0)
        shown = self.columnViewportPosition(cut) + self.columnWidth(cut)
        if self.columnViewportPosition(cut) < 0 and shown <= self.columnViewportPosition(self.currentIndex().column()):
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + shown)

    def edit_current(self) -> bool:
        """Edit the current cell, or the faulty one of its row; False where there is nothing to edit."""
        current = self.currentIndex()
        if not current.isValid():
            return False
        sections = self._model.sections_to_mend(current.row())
        editable = bool(self._model.flags(current) & Qt.ItemFlag.ItemIsEditable)
        if sections and (current.column() not in sections):
            current = self._model.index(current.row(), sections[0])
        elif not editable:
            return False
        if self.isColumnHidden(current.column()):
            self.setColumnHidden(current.column(), False)
        self.setCurrentIndex(current)
        self.scrollTo(current)
        self.edit(current)
        return True

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self._model.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.setCurrentIndex(index)
            self.edit(index)
        else:
            super().mouseDoubleClickEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == self.State.EditingState
        if event.key() == Qt.Key.Key_F2 and not editing and self.edit_current():
            return
        before = self.currentIndex().row()
        super().keyPressEvent(event)
        if self._model.query is RowKind.ERROR and self.currentIndex().row() != before:
            self.go_to_fault()
