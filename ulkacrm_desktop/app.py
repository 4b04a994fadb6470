"""The composition root of the window: database, workspace, background work, main window.

What is heavy (the database's libraries, most pages) is loaded after the first paint of the window, so that the
window is there at once and can be typed into while the database opens.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ulkacrm_desktop.core import i18n
from ulkacrm_desktop.core.paths import default_database
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.ui.runtime.display import require_display

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from ulkacrm_desktop.services.workspace import Workspace
    from ulkacrm_desktop.ui.main_window import MainWindow
    from ulkacrm_desktop.ui.runtime.one_instance import OneInstance

_TURN: Final = 0.0005
_AHEAD_AFTER_MS: Final = 2_000
_LOADED_AHEAD: Final = (
    "phonenumbers",
    "ulkacrm_desktop.ui.duplicates.duplicates_page",
    "ulkacrm_desktop.ui.properties.properties_page",
    "ulkacrm_desktop.ui.settings.settings_page",
)


def run(location: str | None = None, language: str | None = None, argv: Sequence[str] = ()) -> int:
    """Open the window on a database (a file's path or a server's address; None is the usual file) until it is closed.

    ``language`` holds for this run; without it, that of the settings, then the system's. ``argv`` may name one
    spreadsheet to begin importing. Answers the exit code. Where another process has a window on the same
    database, that one comes to the front instead.

    Raises ExpectedError ``qt_missing`` (with the ``command`` that mends it) and ``no_display``.
    """
    # Loading the libraries makes objects by the hundred thousand and hardly any garbage: a sixth of the time
    # to the first list would go into looking for it.
    gc.disable()
    require_display()
    leave_sources_unread()
    from ulkacrm_desktop.ui.runtime.one_instance import OneInstance

    settings = Settings(behind=True)
    place = location if location is not None else str(default_database())
    application = make_application(settings, language)
    file = next((argument for argument in argv if Path(argument).is_file()), "")
    instance = OneInstance(place, application)
    if not instance.acquire() and instance.call_first(str(Path(file).absolute()) if file else ""):
        return 0
    # Where the first process holds the lock but does not answer it hangs: the database copes with two.
    try:
        return _show(application, settings, instance, place, file)
    finally:
        settings.close()
        instance.release()
        gc.enable()


def leave_sources_unread() -> None:
    """Let modules be imported without their source being read, as PySide otherwise does with each.

    It looks whether a module might ask for Qt's names in snake_case (``from __feature__ import``), which none of ours
    does, and keeps what it has read: ten megabytes, and a tenth of the time to the first list.
    """
    with suppress(ImportError):
        vars(import_module("shibokensupport.feature"))["_mod_uses_pyside"] = lambda _module: False


def _show(application: QApplication, settings: Settings, instance: OneInstance, place: str, file: str) -> int:
    from ulkacrm_desktop.ui.main_window import MainWindow

    window = MainWindow(settings)
    window.file_wanted = Path(file) if file else None
    instance.called.connect(partial(_on_called, window))
    window.ready.connect(instance.listen)
    window.ready.connect(partial(_collect_garbage_again, window))
    window.ready.connect(partial(_load_ahead, window))
    # A bug before that ends the start, which tells of it itself.
    window.first_painted.connect(partial(_log_errors, window))
    window.open_when_painted(place)
    window.show()
    code = application.exec()
    window.errors.uninstall()
    window.release()
    return code


def _on_called(window: MainWindow, file: str) -> None:
    """Somebody has started the program again on this database."""
    from ulkacrm_desktop.ui.window_state import come_to_front

    come_to_front(window)
    if file:
        window.import_file(Path(file))


def _load_ahead(window: MainWindow) -> None:
    """Load in the background, once the list is there, what a page would keep the window waiting for."""
    from PySide6.QtCore import QTimer

    QTimer.singleShot(_AHEAD_AFTER_MS, window, partial(window.runner.run, _import_ahead))


def _import_ahead() -> None:
    for name in _LOADED_AHEAD:
        import_module(name)


def _log_errors(window: MainWindow) -> None:
    window.errors.install()


def _collect_garbage_again(window: MainWindow) -> None:
    from ulkacrm_desktop.ui.runtime.garbage import GarbageCollection

    if window.findChild(GarbageCollection) is None:  # the window is ready again after each change of language
        GarbageCollection(lambda: bool(window.runner.pending), window)


def build_window(workspace: Workspace, settings: Settings) -> MainWindow:
    """A window on an open database, not shown yet; for tests and screenshots.

    The application must exist. The caller shows it, closes it, and closes the workspace after it.
    """
    from ulkacrm_desktop.ui.main_window import MainWindow

    window = MainWindow(settings)
    window.open(workspace)
    return window


def make_application(settings: Settings, language: str | None = None) -> QApplication:
    """The application with its name, look and language."""
    from PySide6.QtWidgets import QApplication

    from ulkacrm_desktop.ui.runtime.language import use_language
    from ulkacrm_desktop.ui.theme import Scheme, Theme

    # A thread that computes gives way to the window after half a millisecond, not five: a repaint asks for its turn
    # many times over, and waited a quarter of a second for them while a million ids were gone through.
    sys.setswitchinterval(_TURN)
    present = QApplication.instance()
    application = present if isinstance(present, QApplication) else QApplication([])
    application.setApplicationName("Ulka CRM")
    application.setDesktopFileName("ulkacrm")
    application.setQuitOnLastWindowClosed(True)
    use_language(language or settings.get("language") or i18n.system_language())
    if application.findChild(Theme) is None:
        scheme = settings.get("theme", Scheme.SYSTEM)
        Theme(application, scheme if scheme in tuple(Scheme) else Scheme.SYSTEM)
    return application
