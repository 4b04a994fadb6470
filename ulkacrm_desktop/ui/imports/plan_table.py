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
    """A double click edits a cell; Enter and F2 too, and on a sound cell of a faulty row they go to the faulty one."""

    def __init__(self, model: PlanModel, runner: TaskRunner) -> None:
        super().__init__(model, runner)
        self.setObjectName("plan_table")
        self.setAccessibleName(_("Rows of the file and what will become of them"))
        self._model = model
        for section, column in enumerate(model.columns):
            self.setItemDelegateForColumn(section, PlanDelegate(self, result=column.key == RESULT))
        self.rows.opened.connect(lambda _id: self.edit_current())

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
        super().keyPressEvent(event)
