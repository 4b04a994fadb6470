"""A segment as a chip, where it is told in which segments a contact is."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from ulkacrm_desktop.ui.icons import icon, segment_icon
from ulkacrm_desktop.ui.theme import GRID

_LONGEST: Final = 26 * GRID


class SegmentChip(QPushButton):
    """Its icon and name; ``is_on`` marks the one that is looked at."""

    def __init__(
        self, segment_id: int, name: str, icon_name: str, *, is_on: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(icon(segment_icon(icon_name), "accent_text"), "", parent)
        self.setObjectName(f"segment_{segment_id}")
        self.setProperty("kind", "chip")
        self.setProperty("on", is_on)
        self.setAutoDefault(False)
        shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _LONGEST)
        self.setText(shown.replace("&", "&&"))
        self.setToolTip(name if shown != name else "")
        self.setAccessibleName(name)
