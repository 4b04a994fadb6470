"""A group of the builder: what must hold of its parts, the parts, and the buttons that add one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.filters.condition_row import Grip, tool
from ulkacrm_desktop.ui.filters.draft import Group, Mode
from ulkacrm_desktop.ui.filters.value_editors import still_under_wheel
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.theme import GRID, HALF, chip_colours

GROUP_ACTIONS: Final = ("add_row", "add_group", "move_up", "move_down", "wrap", "unwrap", "remove")
_COLOURS: Final = {Mode.ALL: "blue", Mode.ANY: "teal", Mode.NONE: "red", Mode.NOT_ALL: "orange"}


class GroupBox(QFrame):
    """Shows a `Group` of the draft; its mode is edited in place, the rest is asked of the builder."""

    changed = Signal()
    action_chosen = Signal(str)
    """One of `GROUP_ACTIONS`."""

    def __init__(self, group: Group, *, is_root: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("root_group" if is_root else "group")
        self.group = group
        self._is_root = is_root
        self._mode = QComboBox()
        self._mode.setObjectName("mode")
        self._mode.setAccessibleName(_("What must hold"))
        for mode, text in (
            (Mode.ALL, _("All of these hold")),
            (Mode.ANY, _("Any of these holds")),
            (Mode.NONE, _("None of these holds")),
            (Mode.NOT_ALL, _("Not all of these hold")),
        ):
            self._mode.addItem(text, mode)
        self._mode.setCurrentIndex(self._mode.findData(group.mode))
        self._mode.activated.connect(self._on_mode)
        still_under_wheel(self._mode)
        self.grip = Grip(self)
        self._menu_button = tool("group_menu", "ellipsis", _("More for this group"))
        self._menu_button.clicked.connect(self._open_menu)
        self._remove = tool("remove_group", "x", _("Remove the group (Alt+Delete)"))
        self._remove.clicked.connect(lambda: self.action_chosen.emit("remove"))
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.grip)
        head.addWidget(self._mode)
        head.addStretch(1)
        head.addWidget(self._menu_button)
        head.addWidget(self._remove)
        for widget in (self.grip, self._menu_button, self._remove):
            widget.setVisible(not is_root)
        self.body = QVBoxLayout()
        self.body.setSpacing(HALF)
        self._add_row = _link("add_condition", "plus", _("Add a condition"))
        self._add_row.clicked.connect(lambda: self.action_chosen.emit("add_row"))
        self._add_group = _link("add_group", "folder", _("Add a group"))
        self._add_group.clicked.connect(lambda: self.action_chosen.emit("add_group"))
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self._add_row)
        foot.addWidget(self._add_group)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID + HALF, GRID, GRID if not is_root else 0, HALF)
        layout.setSpacing(HALF)
        layout.addLayout(head)
        layout.addLayout(self.body)
        layout.addLayout(foot)
        self._name()

    @property
    def foot_line(self) -> int:
        """Where a part that comes last would be put, in pixels from the top of the box."""
        return self._add_row.geometry().top() - 2

    @property
    def head_stops(self) -> list[QWidget]:
        """What Tab stops at above the parts."""
        return [self._mode, self._menu_button, self._remove]

    @property
    def foot_stops(self) -> list[QWidget]:
        """What Tab stops at below the parts."""
        return [self._add_row, self._add_group]

    def focus_mode(self) -> None:
        """Give the keyboard to the choice of what must hold."""
        self._mode.setFocus()

    def focus_adding(self) -> None:
        """Give the keyboard to the button that adds a condition."""
        self._add_row.setFocus()

    def _on_mode(self) -> None:
        self.group.mode = Mode(self._mode.currentData())
        self._name()
        self.update()
        self.changed.emit()

    def _name(self) -> None:
        self.setAccessibleName(_("Group: {mode}").format(mode=self._mode.currentText()))

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("group_actions")
        for key, name, text, keys in (
            ("move_up", "arrow-up", _("Move up"), "Ctrl+Shift+Up"),
            ("move_down", "arrow-down", _("Move down"), "Ctrl+Shift+Down"),
            ("wrap", "folder", _("Put into a group"), "Ctrl+G"),
            ("unwrap", "folder-open", _("Take its conditions out"), "Ctrl+Shift+G"),
            ("remove", "trash-2", _("Remove the group"), "Alt+Delete"),
        ):
            action = menu.addAction(icon(name), f"{text}\t{keys}")
            action.setObjectName(key)
            action.triggered.connect(lambda _on=False, key=key: self.action_chosen.emit(key))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._menu_button.mapToGlobal(QPoint(0, self._menu_button.height())))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        chip = chip_colours(_COLOURS[self.group.mode], self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(chip.ground.darker(104))
        if not self._is_root:
            ground = QColor(chip.ground)
            ground.setAlpha(70)
            painter.setBrush(ground)
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), GRID, GRID)
        painter.setPen(chip.text)
        painter.setBrush(chip.text)
        painter.setOpacity(0.65)
        painter.drawRoundedRect(0, GRID, 2, self.height() - 2 * GRID, 1, 1)
        painter.end()


def _link(name: str, icon_name: str, text: str) -> QPushButton:
    button = QPushButton(icon(icon_name, "accent_text"), text)
    button.setObjectName(name)
    button.setProperty("kind", "link")
    button.setAutoDefault(False)
    return button
