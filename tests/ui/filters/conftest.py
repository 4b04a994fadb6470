"""Filters in a window on a database of people, and by themselves."""
# ruff: noqa: F811 - a test's argument has the name of the fixture that is imported

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from tests.ui.window_fixtures import Desk, desk, open_desk, people, settings  # noqa: F401 - fixtures
from ulkacrm_desktop.ui.filters.choice_button import PopupPanel


class Hand:
    """A mouse and a keyboard that find their way by object names, in popups too."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.qtbot = desk.qtbot

    def popup(self) -> PopupPanel:
        """The popup that is open."""
        shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, PopupPanel) and w.isVisible()]
        assert len(shown) == 1, shown
        return shown[0]

    def find(self, name: str, root: QWidget | None = None) -> QWidget:
        """The first visible widget of a name."""
        for widget in (root or self.desk.window).findChildren(QWidget, name):
            if widget.isVisible():
                return widget
        raise AssertionError(f"no {name}")

    def click(self, name: str, root: QWidget | None = None) -> None:
        """Click a visible widget."""
        self.qtbot.mouseClick(self.find(name, root), Qt.MouseButton.LeftButton)
        self.desk.settle()

    def open(self, button: QWidget) -> None:
        """Open the list of a button, unless it is open.

        Without a display the window counts as left for a moment when a popup opens, and Qt then closes what opened
        without a press of a button or key.
        """
        if not any(isinstance(w, PopupPanel) and w.isVisible() for w in QApplication.topLevelWidgets()):
            self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
            self.desk.settle()

    def choose(self, text: str) -> None:
        """Click an entry of the list in the popup."""
        choices = self.find("choices", self.popup())
        row = next(n for n in range(choices.count()) if choices.item(n).text() == text)
        place: QPoint = choices.visualItemRect(choices.item(row)).center()
        self.qtbot.mouseClick(choices.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.desk.settle()

    def close_popup(self) -> None:
        """Press Esc in the popup."""
        self.qtbot.keyClick(self.popup(), Qt.Key.Key_Escape)
        self.desk.settle()

    def type(self, widget: QWidget, text: str) -> None:
        """Type into a widget."""
        for letter in text:
            if letter.isascii():
                self.qtbot.keyClick(widget, letter)
            else:
                # Qt's testing knows the keys of ASCII alone.
                QApplication.sendEvent(widget, QKeyEvent(QKeyEvent.Type.KeyPress, 0, Qt.KeyboardModifier(0), letter))
        self.desk.settle()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is, in whichever window that is."""
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        front = next((w for kind in (PopupPanel, QMenu, QDialog) for w in shown if isinstance(w, kind)), None)
        front = front or self.desk.window
        if not isinstance(front, PopupPanel | QMenu) and not front.isActiveWindow():
            # Shortcuts work in the active window, which without a display a popup or dialog leaves behind as none.
            front.activateWindow()
            self.qtbot.waitUntil(front.isActiveWindow, timeout=3_000)
        target = front.focusWidget() or front
        self.qtbot.keyClick(target, key, modifier)
        self.desk.settle()


@pytest.fixture
def hand(desk: Desk) -> Hand:
    return Hand(desk)


@pytest.fixture
def hand_of() -> Callable[[Desk], Hand]:
    return Hand
