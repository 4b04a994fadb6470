"""The settings of program and database."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QTabWidget, QVBoxLayout, QWidget

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
        self.general = GeneralTab(settings)
        self.general.language_changed.connect(self.language_changed)
        self.general.theme_changed.connect(self.theme_changed)
        self.database = DatabaseTab(workspace, runner)
        self.history = HistoryTab(workspace, runner)
        self.colleagues = ColleaguesTab(workspace, runner)
        self.classes = ClassesTab(workspace, runner)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("settings_tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(_scrolling(self.general), _("General"))
        self.tabs.addTab(_scrolling(self.database), _("Database"))
        self.tabs.addTab(self.history, _("History"))
        self.tabs.addTab(self.colleagues, _("Colleagues"))
        self.tabs.addTab(self.classes, _("Classes"))
        column = QVBoxLayout()
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

    def show_history(self) -> None:
        """Show what was done."""
        self.tabs.setCurrentWidget(self.history)


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
