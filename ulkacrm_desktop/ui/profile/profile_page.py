"""The full page of one contact."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.queries.tags import tag_named
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.profile.contact_view import ContactView
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID

_WIDEST = 130 * GRID


class ProfilePage(QFrame):
    """A contact with all that is known of it; Esc or Back closes it."""

    closed = Signal()
    edit_requested = Signal(int)
    tag_clicked = Signal(int)
    segment_clicked = Signal(int)
    explain_requested = Signal(int)

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("profile_page")
        self.setProperty("surface", "base")
        self._workspace = workspace
        self._runner = runner
        self.back = QPushButton(icon("arrow-left"), _("&Back"))
        self.back.setObjectName("back")
        self.back.setProperty("kind", "ghost")
        self.back.setToolTip(_("Back to the list (Esc)"))
        self.back.clicked.connect(self.closed)
        self.view = ContactView(workspace, runner, compact=False)
        self.view.setMaximumWidth(_WIDEST)
        self.view.edit_requested.connect(self.edit_requested)
        self.view.tag_clicked.connect(self._on_tag_clicked)
        self.view.segment_clicked.connect(self.segment_clicked)
        self.view.explain_requested.connect(self.explain_requested)
        bar = QHBoxLayout()
        bar.setContentsMargins(GRID, GRID, GRID, 0)
        bar.addWidget(self.back)
        bar.addStretch(1)
        middle = QHBoxLayout()
        middle.addWidget(self.view, 1)
        middle.addStretch(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addLayout(middle, 1)
        for keys in (QKeySequence(Qt.Key.Key_Escape), QKeySequence(QKeySequence.StandardKey.Back)):
            shortcut = QShortcut(keys, self, self.closed.emit)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        for number in range(self.view.tabs.count()):
            shortcut = QShortcut(
                QKeySequence(f"Alt+{number + 1}"), self, lambda at=number: self.view.tabs.setCurrentIndex(at)
            )
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    @property
    def contact_id(self) -> int | None:
        """The contact that is shown or on its way."""
        return self.view.contact_id

    def show_contact(self, contact_id: int) -> None:
        """Show a contact."""
        self.view.show_contact(contact_id)
        self.view.tabs.setFocus()

    def _on_tag_clicked(self, name: str) -> None:
        workspace = self._workspace
        self._runner.run_latest(
            (id(self), "tag"),
            lambda: workspace.read(tag_named, name),
            lambda tag: self.tag_clicked.emit(tag.id) if tag is not None else None,
        )
