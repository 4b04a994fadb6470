"""The fourth step: the import under way."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.jobs.context import Progress
from ulkacrm_desktop.ui.imports.parts import button, label
from ulkacrm_desktop.ui.labels.imports import phase_text
from ulkacrm_desktop.ui.theme import GRID
from ulkacrm_desktop.ui.widgets.progress_panel import ProgressPanel

_WIDTH = 76 * GRID


class ProgressStep(QFrame):
    """How far the import is, and how to stop it or to work on meanwhile."""

    cancelled = Signal()
    background_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("progress_step")
        self.setProperty("surface", "base")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        rows.setSpacing(2 * GRID)
        rows.addStretch(2)
        self.panel = ProgressPanel()
        self.panel.setFixedWidth(_WIDTH)
        self.panel.cancelled.connect(self.cancelled)
        rows.addWidget(self.panel, 0, Qt.AlignmentFlag.AlignHCenter)
        self.promise = label(
            _("All or nothing: cancel, and not a single contact is left behind or changed."), "promise", tone="muted"
        )
        self.promise.setAlignment(Qt.AlignmentFlag.AlignCenter)
        rows.addWidget(self.promise)
        self.background = button(
            _("Continue in the &background"), "to_background", self.background_wanted.emit, kind="link"
        )
        rows.addWidget(self.background, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(3)

    def start(self, title: str) -> None:
        """Show a new import."""
        self.panel.start(title)

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        self.panel.show_progress(phase_text(progress.phase), progress.done, progress.total or None)
