"""Some rows of a file as a table to look at."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.tables.delegates import TextDelegate
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font

Index = QModelIndex | QPersistentModelIndex
_AT_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def heading_text(heading: str, column: int) -> str:
    """The heading of a column (counted from 0), or its number where it has none."""
    return " ".join(heading.split()) or _("Column {number}").format(number=column + 1)


class SampleModel(QAbstractTableModel):
    """Shows what a look at a file has found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings: tuple[str, ...] = ()
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._numbers: frozenset[int] = frozenset()

    def show(self, headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int] = ()) -> None:
        """Show other rows; the columns of ``numbers`` stand at the right."""
        self.beginResetModel()
        width = max((len(headings), *(len(row) for row in rows)), default=0)
        self._headings = (*headings, *[""] * (width - len(headings)))
        self._rows = tuple(tuple(row) for row in rows)
        self._numbers = frozenset(numbers)
        self.endResetModel()

    def texts(self, column: int) -> list[str]:
        """The heading of a column and its cells."""
        cells = [row[column] for row in self._rows if column < len(row)]
        return [heading_text(self._headings[column], column), *cells]

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._headings)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _AT_RIGHT if index.column() in self._numbers else None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self._rows[index.row()]
        text = row[index.column()] if index.column() < len(row) else ""
        # A line break would show only the first line, and a long cell is of no use in a glance.
        return text[:500].replace("\n", " ⏎ ") if role == Qt.ItemDataRole.DisplayRole else text[:2000]

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return _AT_RIGHT if section in self._numbers else None
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return section + 1
        return heading_text(self._headings[section], section) if section < len(self._headings) else None


class SampleTable(QTableView):
    """A quiet table of a few rows, to be looked at and copied from."""

    def __init__(self, accessible_name: str) -> None:
        super().__init__()
        self.setAccessibleName(accessible_name)
        self.samples = SampleModel(self)
        self.setModel(self.samples)
        self.setItemDelegate(TextDelegate(self))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setFont(font(TextSize.CAPTION, bold=True))
        self.horizontalHeader().setFixedHeight(4 * GRID)
        vertical = self.verticalHeader()
        vertical.setDefaultSectionSize(3 * GRID + HALF)
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        vertical.setHighlightSections(False)
        vertical.hide()

    def fit_columns(self) -> None:
        """Give each column the width that its first cells need, within reason."""
        metrics = self.fontMetrics()
        for column in range(self.samples.columnCount()):
            texts = self.samples.texts(column)[:30]
            wide = max((metrics.horizontalAdvance(text[:40]) for text in texts), default=0)
            self.setColumnWidth(column, min(max(wide + 4 * GRID, 9 * GRID), 32 * GRID))
