"""An import that goes on while its sheet is away: a small card in the corner of the window."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.jobs.context import Progress
from ulkacrm_desktop.ui.imports.parts import Notice, button
from ulkacrm_desktop.ui.labels.imports import phase_text
from ulkacrm_desktop.ui.theme import GRID
from ulkacrm_desktop.ui.widgets.progress_panel import ProgressPanel

_WIDTH = 46 * GRID
_MARGIN = 3 * GRID


class BackgroundCard(QWidget):
    """Lies over the lower right corner of the window; brings the sheet back when asked."""

    cancelled = Signal()
    sheet_wanted = Signal()
    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("import_card")
        self.setAccessibleName(_("Import in the background"))
        self._window = window
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.panel = ProgressPanel()
        self.panel.cancelled.connect(self.cancelled)
        layout = self.panel.layout()
        self.show_button = button(_("Show the import"), "show_import", self.sheet_wanted.emit, kind="link")
        line = QHBoxLayout()
        line.addWidget(self.show_button)
        line.addStretch(1)
        if isinstance(layout, QVBoxLayout):
            layout.addLayout(line)
        rows.addWidget(self.panel)
        self.result = Notice("", "success", "import_result")
        self.result.add(button(_("Details"), "show_summary", self.sheet_wanted.emit, kind="link"))
        close = button("", "close_card", self.closed.emit, kind="ghost", icon_name="x")
        close.setAccessibleName(_("Close"))
        close.setToolTip(_("Close"))
        self.result.add(close)
        self.result.hide()
        rows.addWidget(self.result)
        self.setFixedWidth(_WIDTH)
        window.installEventFilter(self)
        self.hide()

    def start(self, title: str) -> None:
        """Show the work that goes on."""
        self.result.hide()
        self.panel.start(title)
        self._place()
        self.show()
        self.raise_()

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        self.panel.show_progress(phase_text(progress.phase), progress.done, progress.total or None)

    def finish(self, text: str) -> None:
        """Say what came of it."""
        self.panel.finish()
        self.result.set_text(text)
        self.result.show()
        self._place()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        self.adjustSize()
        place = self._window.rect()
        self.move(place.right() - self.width() - _MARGIN, place.bottom() - self.height() - _MARGIN)
