"""The icons that a segment may have, and the button that lets one choose."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QToolButton, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.filters.choice_button import PopupPanel
from ulkacrm_desktop.ui.icons import USUAL_SEGMENT_ICON, icon, segment_icon
from ulkacrm_desktop.ui.theme import GRID

SEGMENT_ICONS: Final = (
    USUAL_SEGMENT_ICON,
    "star",
    "sparkles",
    "users",
    "user-check",
    "user-plus",
    "user-x",
    "building-2",
    "briefcase",
    "house",
    "map-pin",
    "globe",
    "mail",
    "phone",
    "message-circle",
    "send",
    "bell",
    "calendar",
    "clock",
    "history",
    "chart-column",
    "chart-line",
    "tag",
    "bookmark",
    "pin",
    "package",
    "inbox",
    "archive",
    "shield",
    "lock",
    "circle-check",
    "circle-alert",
    "triangle-alert",
    "list-todo",
    "file-text",
    "image",
    "languages",
    "palette",
    "sun",
    "moon",
)
_COLUMNS: Final = 8


class IconButton(QPushButton):
    """Shows the chosen icon and opens a grid of all."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("icon")
        self.setProperty("kind", "icon")
        self.setAutoDefault(False)
        self.setToolTip(_("Choose an icon"))
        self.setAccessibleName(_("Icon"))
        self._chosen = USUAL_SEGMENT_ICON
        self.clicked.connect(self._open)
        self.choose(USUAL_SEGMENT_ICON)

    @property
    def chosen(self) -> str:
        """The name of the icon."""
        return self._chosen

    def choose(self, name: str) -> None:
        """Show this icon as chosen; nothing is emitted."""
        self._chosen = segment_icon(name)
        self.setIcon(icon(self._chosen, "accent_text"))
        self.setAccessibleDescription(self._chosen.replace("-", " "))

    def _open(self) -> None:
        grid = _IconGrid(self._chosen)
        popup = PopupPanel(self, grid, width=_COLUMNS * 5 * GRID + 2 * GRID)
        grid.picked.connect(self._on_picked)
        grid.picked.connect(popup.close)
        popup.open()

    def _on_picked(self, name: str) -> None:
        self.choose(name)
        self.changed.emit()


class _IconChoice(QToolButton):
    """Leaves the arrows and Enter to the grid: a button's own would go from one to the next, not down."""

    @override
    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        if arg__1.key() == Qt.Key.Key_Space:
            super().keyPressEvent(arg__1)
        else:
            arg__1.ignore()


class _IconGrid(QWidget):
    picked = Signal(str)

    def __init__(self, chosen: str) -> None:
        super().__init__()
        self.setObjectName("icon_grid")
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._buttons: list[QToolButton] = []
        for number, name in enumerate(SEGMENT_ICONS):
            button = _IconChoice()
            button.setObjectName(f"icon_{name}")
            button.setIcon(icon(name))
            button.setIconSize(QSize(18, 18))
            button.setFixedSize(5 * GRID - 4, 5 * GRID - 4)
            button.setCheckable(True)
            button.setChecked(name == chosen)
            button.setAccessibleName(name.replace("-", " "))
            button.clicked.connect(partial(self.picked.emit, name))
            layout.addWidget(button, number // _COLUMNS, number % _COLUMNS)
            self._buttons.append(button)
        current = SEGMENT_ICONS.index(chosen) if chosen in SEGMENT_ICONS else 0
        self.setFocusProxy(self._buttons[current])

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -_COLUMNS,
            Qt.Key.Key_Down: _COLUMNS,
        }
        focused = next((n for n, button in enumerate(self._buttons) if button.hasFocus()), 0)
        key = event.key()
        if key in steps:
            wanted = focused + steps[Qt.Key(key)]
            if 0 <= wanted < len(self._buttons):
                self._buttons[wanted].setFocus()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._buttons[focused].click()
        else:
            super().keyPressEvent(event)
