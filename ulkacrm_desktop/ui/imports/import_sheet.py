"""The frame of the import: a sheet with the line of steps above, a page in the middle, and buttons below."""

from enum import IntEnum
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.file_drop import dropped_file
from ulkacrm_desktop.ui.imports.parts import Notice, button, label
from ulkacrm_desktop.ui.imports.step_header import StepHeader
from ulkacrm_desktop.ui.theme import GRID
from ulkacrm_desktop.ui.widgets.progress_panel import ProgressPanel

_LARGEST: Final = (176 * GRID, 112 * GRID)
_SMALLEST: Final = (100 * GRID, 66 * GRID)
_MARGIN: Final = 4 * GRID
_PATIENCE: Final = 300
"""Milliseconds of planning before its progress is shown, so that a small file does not make it flash."""


class Step(IntEnum):
    """The steps in their order."""

    FILE = 0
    COLUMNS = 1
    PREVIEW = 2
    IMPORT = 3
    SUMMARY = 4


class ImportSheet(QDialog):
    """What stays around the steps; it knows nothing of what they are about."""

    file_dropped = Signal(str)
    """A file was dropped on the sheet; one that goes into `accepts_files` decides whether it may be."""

    def __init__(self, parent: QWidget) -> None:
        """Make the sheet; `add_pages` completes it."""
        super().__init__(parent)
        self.setObjectName("import_wizard")
        self.setWindowTitle(_("Import contacts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.steps = StepHeader([_("File"), _("Columns"), _("Preview"), _("Import"), _("Summary")])
        rows.addWidget(self.steps)
        rows.addWidget(_line())
        self.pages = QStackedWidget()
        rows.addWidget(self.pages, 1)
        self._rows = rows
        self._fit(parent.window())

    def add_pages(self, *pages: QWidget) -> None:
        """Put the pages of the steps in, in order, and what stands below them, so that Tab goes that way too."""
        for page in pages:
            self.pages.addWidget(page)
        rows = self._rows
        self.planning = ProgressPanel()
        self.planning.setObjectName("planning")
        self.planning.hide()
        rows.addWidget(self.planning)
        self.problem = Notice("", "danger", "import_problem")
        self.problem.hide()
        rows.addWidget(self.problem)
        rows.addWidget(_line())
        rows.addWidget(self._footer())
        # Only now does the button know whose default it is.
        self.next_button.setDefault(True)
        self.patience = QTimer(self)
        self.patience.setSingleShot(True)
        self.patience.setInterval(_PATIENCE)

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return Step(self.pages.currentIndex())

    @property
    def accepts_files(self) -> bool:
        """Whether a file may be dropped now."""
        return True

    def _footer(self) -> QWidget:
        footer = QFrame()
        footer.setProperty("surface", "window")
        row = QHBoxLayout(footer)
        row.setContentsMargins(3 * GRID, GRID + 4, 3 * GRID, GRID + 4)
        row.setSpacing(GRID)
        self.save_button = button(_("Save &faulty rows…"), "save_faulty", icon_name="file-down")
        self.status = label(name="import_status", tone="muted")
        self.close_button = button(_("Cancel"), "close_import", self.reject)
        self.back_button = button(_("&Back"), "back", icon_name="chevron-left")
        self.next_button = button("", "next", kind="primary")
        row.addWidget(self.save_button)
        row.addWidget(self.status, 1)
        row.addWidget(self.close_button)
        row.addWidget(self.back_button)
        row.addWidget(self.next_button)
        return footer

    def _fit(self, window: QWidget) -> None:
        room = window.size()
        width = max(min(room.width() - _MARGIN, _LARGEST[0]), _SMALLEST[0])
        height = max(min(room.height() - _MARGIN, _LARGEST[1]), _SMALLEST[1])
        self.resize(width, height)
        middle = window.mapToGlobal(QPoint(room.width() // 2, room.height() // 2))
        self.move(middle - QPoint(width // 2, height // 2))

    # Keys and files that are dropped.

    @override
    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        enter = arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(self.focusWidget(), QLineEdit | QAbstractSpinBox):
            # Enter ends the editing of a field; it does not also go on to the next step.
            arg__1.accept()
            return
        super().keyPressEvent(arg__1)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped_file(event) is not None:
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        path = self._dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(str(path))

    def _dropped_file(self, event: QDropEvent) -> Path | None:
        return dropped_file(event.mimeData()) if self.accepts_files else None


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("line", "true")
    line.setFixedHeight(1)
    return line
