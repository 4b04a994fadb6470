"""The list of contacts on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QLocale, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPainter, QPen
from PySide6.QtWidgets import QDialog, QWidget

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.rows import Column, Row
from ulkacrm_desktop.ui.tables.ticked_ids import TickedIds

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from ulkacrm_desktop.ui.contacts.contact_list import ContactList

LIMIT: Final = 20_000
"""Beyond so many rows (some 400 pages) a list is no reading matter but data: it is exported."""

_POINTS: Final = 8.5
_LINE: Final = 1.7
"""The height of a row in heights of its text."""


@dataclass(frozen=True, slots=True)
class PrintedList:
    """What is printed: a title, the columns shown, and rows in their order."""

    title: str
    columns: Sequence[Column[Any]]
    rows: Sequence[Row]


class ListPrinter(QObject):
    """Reads the rows, asks for the printer, prints; it deletes itself. What is shown is what is printed."""

    refused = Signal(str)

    def __init__(self, window: QWidget, runner: TaskRunner, contacts: ContactList, ticks: TickedIds) -> None:
        super().__init__(window)
        self._window = window
        self._runner = runner
        self._list = contacts
        self._ticks = ticks
        self._printed: PrintedList | None = None

    def start(self, title: str) -> None:
        """Print what is ticked, in the order of the list where it is on it, else the whole list."""
        model, columns = self._list.model, self._list.table.visible_columns()
        listed = model.ids
        count = len(self._ticks) if self._ticks else model.total
        if count > LIMIT:
            text = _("{count} contacts are too many to print: export them to a file, or tick those that you need")
            self.refused.emit(text.format(count=QLocale().toString(count)))
            self.deleteLater()
            return
        if listed is None or count == 0:
            self.refused.emit(_("There is nothing to print yet"))
            self.deleteLater()
            return
        chosen = set(self._ticks.ids()) if self._ticks else None

        def read() -> PrintedList:
            ids = list(listed)
            if chosen is not None:
                here = [row_id for row_id in ids if row_id in chosen]
                ids = here + sorted(chosen.difference(here))
            return PrintedList(title, columns, model.fetch_rows(ids))

        self._runner.run(read, self._on_read)

    def _on_read(self, printed: PrintedList) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        self._printed = printed
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if sum(column.width for column in printed.columns) > 700:
            printer.setPageOrientation(QPageLayout.Orientation.Landscape)
        printer.setDocName(printed.title)
        dialog = QPrintDialog(printer, self._window)
        dialog.setObjectName("print_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: print_list(printer, printed))
        dialog.finished.connect(self.deleteLater)
        QDialog.open(dialog)  # QPrintDialog's own wants a slot by its name


def print_list(printer: QPrinter, printed: PrintedList) -> int:
    """Print a list as a table with its headings on each page; answers the number of pages."""
    painter = QPainter(printer)
    try:
        return _Sheets(printer, painter, printed).draw()
    finally:
        painter.end()


class _Sheets:
    """Places rows on pages, in the dots of the printer."""

    def __init__(self, printer: QPrinter, painter: QPainter, printed: PrintedList) -> None:
        self._printer, self._painter, self._printed = printer, painter, printed
        page = printer.pageLayout().paintRectPixels(printer.resolution())
        self._width, self._height = float(page.width()), float(page.height())
        self._plain = QFont(painter.font())
        self._plain.setPointSizeF(_POINTS)
        self._bold = QFont(self._plain)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._title = QFont(self._bold)
        self._title.setPointSizeF(_POINTS * 1.5)
        self._metrics = QFontMetricsF(self._plain, printer)
        self._row = self._metrics.height() * _LINE
        self._pad = self._metrics.averageCharWidth()
        whole = sum(column.width for column in printed.columns) or 1
        self._widths = [column.width * self._width / whole for column in printed.columns]

    def draw(self) -> int:
        top = self._row * 2.5
        # A line at the foot is that of the page number.
        on_page = max(1, int((self._height - top - 2 * self._row) // self._row))
        rows = self._printed.rows
        pages = max(1, -(-len(rows) // on_page))
        for page in range(pages):
            if page:
                self._printer.newPage()
            self._draw_head()
            for place, row in enumerate(rows[page * on_page : (page + 1) * on_page]):
                self._draw_cells([column.value(row) for column in self._printed.columns], top + place * self._row)
            self._draw_foot(page + 1, pages)
        return pages

    def _draw_head(self) -> None:
        self._painter.setFont(self._title)
        self._painter.setPen(QColor("black"))
        title = QRectF(0, 0, self._width, self._row * 1.4)
        self._painter.drawText(title, Qt.AlignmentFlag.AlignLeft, self._printed.title)
        self._painter.setFont(self._bold)
        self._draw_cells([column.title for column in self._printed.columns], self._row * 1.5, heading=True)

    def _draw_foot(self, page: int, pages: int) -> None:
        self._painter.setFont(self._plain)
        self._painter.setPen(QColor("#555555"))
        text = _("Page {page} of {pages}").format(page=page, pages=pages)
        rect = QRectF(0, self._height - self._row, self._width, self._row)
        self._painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_cells(self, texts: Sequence[str], top: float, *, heading: bool = False) -> None:
        painter = self._painter
        painter.setFont(self._bold if heading else self._plain)
        painter.setPen(QColor("black"))
        left = 0.0
        for text, column, width in zip(texts, self._printed.columns, self._widths, strict=True):
            room = QRectF(left, top, width - self._pad, self._row)
            line = self._metrics.elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, room.width())
            side = Qt.AlignmentFlag.AlignRight if column.align_right else Qt.AlignmentFlag.AlignLeft
            painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, line)
            left += width
        painter.setPen(QPen(QColor("#888888" if heading else "#dddddd"), self._metrics.lineWidth()))
        painter.drawLine(0, int(top + self._row), int(self._width), int(top + self._row))
