"""The card beside the list: the current contact, small."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ulkacrm_desktop.services.queries.tags import tag_named
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.profile.contact_view import ContactView
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID


class ContactCard(QFrame):
    """Shows the contact that is current in a list; `show_contact` may be called at every step of an arrow key."""

    open_requested = Signal(int)
    edit_requested = Signal(int)
    tag_clicked = Signal(int)
    """The id of a tag whose contacts are to be listed."""
    segment_clicked = Signal(int)
    explain_requested = Signal(int)

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("contact_card")
        self.setProperty("surface", "base")
        self.setMinimumWidth(36 * GRID)
        self._workspace = workspace
        self._runner = runner
        self.view = ContactView(workspace, runner, compact=True)
        self.view.open_requested.connect(self.open_requested)
        self.view.edit_requested.connect(self.edit_requested)
        self.view.tag_clicked.connect(self._on_tag_clicked)
        self.view.segment_clicked.connect(self.segment_clicked)
        self.view.explain_requested.connect(self.explain_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)

    @property
    def contact_id(self) -> int | None:
        """The contact that is shown or on its way."""
        return self.view.contact_id

    def show_contact(self, contact_id: int | None) -> None:
        """Show a contact; None for nobody."""
        self.view.show_contact(contact_id)

    def _on_tag_clicked(self, name: str) -> None:
        workspace = self._workspace
        self._runner.run_latest(
            (id(self), "tag"),
            lambda: workspace.read(tag_named, name),
            lambda tag: self.tag_clicked.emit(tag.id) if tag is not None else None,
        )
