"""The settings of program and database."""

from collections.abc import Callable
from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.settings.database_tab import DatabaseTab
from ulkacrm_desktop.ui.settings.general_tab import GeneralTab
from ulkacrm_desktop.ui.settings.history_tab import HistoryTab
from ulkacrm_desktop.ui.settings.named_list import ClassesTab, ColleaguesTab
from ulkacrm_desktop.ui.theme import GRID, TextSize, font

_WIDEST = 120 * GRID


class SettingsPage(QFrame):
    """General choices, the database, the history of what was done in it, colleagues and classes."""

    language_changed = Signal(str)
    """Another language (its code) was chosen and kept; it is the window's part to be shown in it."""
    theme_changed = Signal(str)
    """Another `theme.Scheme` was chosen and kept."""

    def __init__(
        self, workspace: Workspace, runner: TaskRunner, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settings_page")
        self.setProperty("surface", "base")
        title = QLabel(_("Settings"))
        title.setFont(font(TextSize.TITLE, bold=True))
        title.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        self._workspace = workspace
        self._runner = runner
        self._settings = settings
        self.tabs = QTabWidget()
        self.tabs.setObjectName("settings_tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(_Tab(lambda: _scrolling(self.general)), _("General"))
        self.tabs.addTab(_Tab(lambda: _scrolling(self.database)), _("Database"))
        self._history_tab = self.tabs.addTab(_Tab(lambda: self.history), _("History"))
        self.tabs.addTab(_Tab(lambda: self.colleagues), _("Colleagues"))
        self.tabs.addTab(_Tab(lambda: self.classes), _("Classes"))
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(title)
        column.addWidget(self.tabs, 1)
        holder = QWidget()
        holder.setLayout(column)
        holder.setMaximumWidth(_WIDEST)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(holder, 1)
        layout.addStretch(0)

    @cached_property
    def general(self) -> GeneralTab:
        """Language, look, and the country of phones."""
        general = GeneralTab(self._settings)
        general.language_changed.connect(self.language_changed)
        general.theme_changed.connect(self.theme_changed)
        return general

    @cached_property
    def database(self) -> DatabaseTab:
        """What the database is, and where it lies."""
        return DatabaseTab(self._workspace, self._runner)

    @cached_property
    def history(self) -> HistoryTab:
        """What was done."""
        return HistoryTab(self._workspace, self._runner)

    @cached_property
    def colleagues(self) -> ColleaguesTab:
        """Who works with the database."""
        return ColleaguesTab(self._workspace, self._runner)

    @cached_property
    def classes(self) -> ClassesTab:
        """The classes of contacts."""
        return ClassesTab(self._workspace, self._runner)

    def show_history(self) -> None:
        """Show what was done."""
        self.tabs.setCurrentIndex(self._history_tab)


class _Tab(QWidget):
    """What a tab shows, made when it is shown for the first time: to make all five takes a tenth of a second."""

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._make = make
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        layout = self.layout()
        if layout is not None and not layout.count():
            layout.addWidget(self._make())
        super().showEvent(event)


def _scrolling(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setProperty("surface", "base")
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    area.setWidget(content)
    content.setAutoFillBackground(False)
    return area
