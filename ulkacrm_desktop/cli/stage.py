"""A window on a stage: built on a database, brought into a state, drawn to a file, and taken down."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ulkacrm_desktop.app import build_window
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.main_window import MainWindow

W = TypeVar("W", bound=QWidget)

_QUIET: Final = 0.15
"""Seconds without background work after which nothing more is expected."""

_PATIENCE: Final = 30.0


class Stage:
    """One window of a size on one database; used in a ``with`` block."""

    def __init__(self, database: Path, settings_file: Path, size: tuple[int, int]) -> None:
        settings_file.unlink(missing_ok=True)
        self.workspace = Workspace.open(database)
        self.window: MainWindow = build_window(self.workspace, Settings(settings_file))
        self.window.resize(*size)
        self.window.show()
        self.settle()

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_failure: object) -> None:
        others = self._others()
        for widget in others:
            widget.close()
        if others:
            self.settle()
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.workspace.close()

    def settle(self) -> None:
        """Wait until nothing is loading any more and all is painted."""
        until = time.monotonic() + _PATIENCE
        quiet_since = time.monotonic()
        while time.monotonic() < until:
            QCoreApplication.processEvents()
            if self.window.runner.pending:
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since > _QUIET:
                return
            time.sleep(0.005)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until something has come about, and then for quiet. Raises TimeoutError."""
        until = time.monotonic() + _PATIENCE
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError(f"{condition} never came about")
            QCoreApplication.processEvents()
            time.sleep(0.005)
        self.settle()

    def found(self, kind: type[W], name: str = "") -> W:
        """A visible widget of a kind (and name) in the window or in what stands before it. Raises LookupError."""
        for root in (*self._others(), self.window):
            own = [root] if isinstance(root, kind) and name in ("", root.objectName()) else []
            children = root.findChildren(kind, name) if name else root.findChildren(kind)
            for widget in (*own, *children):
                if widget.isVisible():
                    return widget
        raise LookupError(f"no {kind.__name__} {name}")

    def draw(self, path: Path) -> None:
        """Draw the window, with dialogs and popups where they stand before it."""
        QCoreApplication.processEvents()
        picture = self.window.grab()
        painter = QPainter(picture)
        for widget in self._others():
            part = widget.grab()
            # Offscreen a sheet is placed like any window; before its window it stands in the middle.
            place = widget.mapToGlobal(QPoint()) - self.window.mapToGlobal(QPoint())
            if _is_popup(widget):
                painter.drawPixmap(place, part)
                continue
            left = (self.window.width() - widget.width()) // 2
            place = QPoint(left, max(0, (self.window.height() - widget.height()) // 2))
            painter.drawPixmap(place, part)
            painter.setPen(widget.palette().color(QPalette.ColorRole.Mid))  # a frame, which a desktop would draw
            painter.drawRect(QRect(place, widget.size()).adjusted(-1, -1, 0, 0))
        painter.end()
        if not picture.save(str(path)):
            raise OSError(f"{path} cannot be written")

    def _others(self) -> list[QWidget]:
        """The visible windows before the main one, the lowest first."""
        others = [
            widget
            for widget in QApplication.topLevelWidgets()
            if widget.isVisible() and widget is not self.window and widget.windowType() != Qt.WindowType.ToolTip
        ]
        return sorted(others, key=_is_popup)


def _is_popup(widget: QWidget) -> bool:
    return widget.windowFlags() & Qt.WindowType.Popup == Qt.WindowType.Popup
