"""The page of properties and tags."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.properties.properties_list import PropertiesList
from ulkacrm_desktop.ui.properties.tag_cloud import TagCloud
from ulkacrm_desktop.ui.properties.tags_list import TagsList
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, TextSize, font

_WIDEST = 130 * GRID


class PropertiesPage(QFrame):
    """The properties by group, the tags, and the tags as a cloud."""

    tag_chosen = Signal(int)
    """The contacts of this tag are to be listed."""

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("properties_page")
        self.setProperty("surface", "base")
        title = QLabel(_("Properties and tags"))
        title.setFont(font(TextSize.TITLE, bold=True))
        title.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        self.properties = PropertiesList(workspace, runner)
        self.tags = TagsList(workspace, runner)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("properties_tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.properties, _("Properties"))
        self.tabs.addTab(self.tags, _("Tags"))
        self.cloud = TagCloud(workspace, runner)
        self.cloud.tag_chosen.connect(self.tag_chosen)
        self.tabs.addTab(self.cloud, _("Tag cloud"))
        holder = QWidget()
        holder.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(title)
        column.addWidget(self.tabs, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(holder, 1)
        layout.addStretch(0)

    def show_tags(self) -> None:
        """Show the list of tags."""
        self.tabs.setCurrentWidget(self.tags)

    def show_cloud(self) -> None:
        """Show the tags as a cloud."""
        self.tabs.setCurrentWidget(self.cloud)
