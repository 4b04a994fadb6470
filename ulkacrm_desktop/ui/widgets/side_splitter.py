"""A list with a sheet beside it that can be shown, hidden and resized."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from ulkacrm_desktop.ui.theme import GRID


class SideSplitter(QSplitter):
    """The content takes the room that the sheet leaves; the sheet keeps its width when the window is resized."""

    sheet_shown = Signal(bool)

    def __init__(
        self, content: QWidget, sheet: QWidget, *, sheet_width: int = 42 * GRID, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("side_splitter")
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self._sheet = sheet
        self._width = sheet_width
        self.addWidget(content)
        self.addWidget(sheet)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        sheet.hide()
        self.splitterMoved.connect(self._on_moved)

    @property
    def is_sheet_shown(self) -> bool:
        """Whether the sheet is shown."""
        return not self._sheet.isHidden()

    def show_sheet(self, shown: bool = True) -> None:
        """Show or hide the sheet, with the width that it had."""
        if shown != self.is_sheet_shown:
            self._sheet.setVisible(shown)
            if shown:
                self.setSizes([max(1, self.width() - self._width - 1), self._width])
            self.sheet_shown.emit(shown)

    def saved_state(self) -> dict[str, Any]:
        """Width of the sheet and whether it is shown, for `restore_state`."""
        return {"width": self._width, "shown": self.is_sheet_shown}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Put back what `saved_state` gave; nonsense is passed over."""
        width, shown = state.get("width"), state.get("shown")
        if isinstance(width, int) and 0 < width < 10_000:
            self._width = width
            if self.is_sheet_shown:
                self.setSizes([max(1, self.width() - width - 1), width])
        if isinstance(shown, bool):
            self.show_sheet(shown)

    def _on_moved(self) -> None:
        if self.is_sheet_shown:
            self._width = self.sizes()[1]
