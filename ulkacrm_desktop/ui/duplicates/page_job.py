"""The one long piece of work of the page at a time: what the panel shows of it, and how it is stopped."""

import threading
from functools import partial

from ulkacrm_desktop.services.jobs.context import JobContext, Progress
from ulkacrm_desktop.ui.labels.imports import phase_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.widgets.progress_panel import ProgressPanel


class PageJob:
    """Between `begin` and `end` the panel shows how far the work is; Cancel stops it at its next report."""

    def __init__(self, runner: TaskRunner, panel: ProgressPanel) -> None:
        self._runner = runner
        self._panel = panel
        self._stop = threading.Event()
        self.is_busy = False
        panel.hide()
        panel.cancelled.connect(self.stop)

    def begin(self, title: str) -> JobContext:
        """Show the panel; answers what the work is to be given."""
        self.is_busy = True
        # Its own, so that what was cancelled before stays so.
        self._stop = threading.Event()
        self._panel.start(title)
        return JobContext(partial(self._runner.post, self._on_progress), self._stop.is_set)

    def end(self) -> None:
        """The work is over, in whatever way."""
        self.is_busy = False
        self._panel.finish()

    def stop(self) -> None:
        """Stop the work at its next report."""
        self._stop.set()

    def _on_progress(self, progress: Progress) -> None:
        if self.is_busy:
            self._panel.show_progress(phase_text(progress.phase), progress.done, progress.total or None)
