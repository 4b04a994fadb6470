"""Bugs: written to the log file with their traceback, shown once."""

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.runtime.prompter import Choice, Prompter, Tone

_SIZE: Final = 1_000_000
_log = logging.getLogger("ulkacrm_desktop")


class ErrorLog(QObject):
    """Takes exceptions that nobody caught, in any thread, logs each and shows the first of a kind."""

    _caught = Signal(str)

    def __init__(
        self,
        path: Path,
        prompter: Prompter,
        *,
        open_file: Callable[[QUrl], object] = QDesktopServices.openUrl,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._prompter = prompter
        self._open_file = open_file
        self._shown: set[str] = set()
        self._before: tuple[Any, Any] | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handler = RotatingFileHandler(path, maxBytes=_SIZE, backupCount=2, encoding="utf-8", delay=True)
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)

    @property
    def path(self) -> Path:
        """Where the log is."""
        return self._path

    def install(self) -> None:
        """Take over uncaught exceptions of the process, until `uninstall`."""
        if self._before is None:
            self._before = (sys.excepthook, threading.excepthook)
            logging.getLogger().addHandler(self._handler)
            sys.excepthook = self._on_exception
            threading.excepthook = self._on_thread_exception

    def uninstall(self) -> None:
        """Give uncaught exceptions back to those who had them before."""
        if self._before is not None:
            sys.excepthook, threading.excepthook = self._before
            self._before = None
            logging.getLogger().removeHandler(self._handler)
            self._handler.close()

    def report(self, error: BaseException) -> None:
        """Treat this exception as a bug; from any thread."""
        self._on_exception(type(error), error, error.__traceback__)

    def open(self) -> None:
        """Show the log in the program that the system has for text files."""
        self._open_file(QUrl.fromLocalFile(str(self._path)))

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value if arguments.exc_value is not None else arguments.exc_type()
        self._on_exception(arguments.exc_type, error, arguments.exc_traceback)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.critical("Uncaught exception", exc_info=(kind, error, trace))
        last = traceback.extract_tb(trace)[-1:] if trace is not None else []
        place = f"{last[0].filename}:{last[0].lineno}" if last else ""
        # The same bug in a timer would otherwise open a window a second.
        self._caught.emit(f"{kind.__name__} {place}")

    def _on_caught(self, bug: str) -> None:
        if bug in self._shown:
            return
        self._shown.add(bug)
        self._prompter.tell(
            QApplication.activeWindow(),
            _("Something went wrong in the program"),
            _("Your data is safe: a change that fails is not saved at all. You can go on working."),
            detail=_("What happened is written in the log: {path}").format(path=self._path),
            tone=Tone.WARNING,
            action=Choice("open_log", _("Open log")),
            chosen=self.open,
        )
