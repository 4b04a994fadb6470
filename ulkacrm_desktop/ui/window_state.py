"""Where the window was and how it was divided, kept from one start to the next."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QMainWindow, QSplitter

from ulkacrm_desktop.core.settings import Settings

_GEOMETRY: Final = "window.geometry"
_NAVIGATION: Final = "window.navigation"
_WIDTH, _HEIGHT = 1280, 800


def restore_geometry(window: QMainWindow, settings: Settings) -> None:
    """Put the window where it was, on a screen that there still is; at first in the middle."""
    saved = settings.get(_GEOMETRY)
    if isinstance(saved, str) and window.restoreGeometry(QByteArray.fromBase64(saved.encode("ascii", "replace"))):
        return
    available = window.screen().availableGeometry()
    window.resize(min(_WIDTH, available.width()), min(_HEIGHT, available.height()))


def save_geometry(window: QMainWindow, settings: Settings) -> None:
    """Keep where the window is."""
    settings.set(_GEOMETRY, bytes(window.saveGeometry().toBase64().data()).decode("ascii"))


def restore_navigation(splitter: QSplitter, settings: Settings) -> None:
    """Give the navigation the width that it had, at first its least."""
    saved = settings.get(_NAVIGATION)
    # Less than the navigation's least width is made that.
    width = saved if isinstance(saved, int) and 0 < saved < 2_000 else 1
    splitter.setSizes([width, _WIDTH - width])


def save_navigation(splitter: QSplitter, settings: Settings) -> None:
    """Keep the width of the navigation."""
    width = splitter.sizes()[0]
    if width > 0:
        settings.set(_NAVIGATION, width)


def come_to_front(window: QMainWindow) -> None:
    """Be seen, however the window was put away."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
