"""The actions of the window: each made once, shown in menus, toolbars and the command palette."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from ulkacrm_desktop.ui.icons import icon as themed_icon


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """An action, and whether the command palette offers it."""

    action: QAction
    in_palette: bool


class ActionRegistry(QObject):
    """Holds the actions by key; their shortcuts work in the whole window that they are attached to."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._entries: dict[str, ActionEntry] = {}

    def add(
        self,
        key: str,
        text: str,
        run: Callable[[], object],
        *,
        icon: str | None = None,
        shortcut: QKeySequence.StandardKey | str | None = None,
        in_palette: bool = True,
    ) -> QAction:
        """Make an action. ``shortcut`` is one of the platform's standard keys, or a sequence such as "Ctrl+K".

        Raises `ValueError` where the key is taken.
        """
        if key in self._entries:
            raise ValueError(f"There is an action {key!r} already")
        action = QAction(text, self)
        action.setObjectName(key)
        if icon is not None:
            action.setIcon(themed_icon(icon))
            # For those who draw the icon in a colour of their own, as the command palette does.
            action.setProperty("icon_name", icon)
        if isinstance(shortcut, QKeySequence.StandardKey):
            action.setShortcuts(shortcut)
        elif shortcut is not None:
            action.setShortcut(QKeySequence(shortcut))
        self._describe(action)
        action.triggered.connect(lambda _checked=False: run())
        self._window.addAction(action)
        self._entries[key] = ActionEntry(action, in_palette)
        return action

    def __getitem__(self, key: str) -> QAction:
        return self._entries[key].action

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[QAction]:
        return (entry.action for entry in self._entries.values())

    def for_palette(self) -> list[QAction]:
        """The actions that the command palette offers now: those that are enabled."""
        return [e.action for e in self._entries.values() if e.in_palette and e.action.isEnabled()]

    def set_text(self, key: str, text: str) -> None:
        """Say what the action would do now, such as what would be undone."""
        self[key].setText(text)
        self._describe(self[key])

    @staticmethod
    def _describe(action: QAction) -> None:
        text = action.text().replace("&", "")
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({keys})" if keys else text)
