"""Long work: what it does, how far it is, how fast, how long it will take, and how to stop it."""

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.ui.theme import GRID, font

_WINDOW = 8.0
_RESOLUTION = 1000


def time_left_text(seconds: float) -> str:
    """About how long it will still take, in words no more exact than the estimate."""
    if seconds < 5:
        return _("a few seconds left")
    if seconds < 60:
        rounded = int(-(-seconds // 5) * 5)
        return ngettext("about {n} second left", "about {n} seconds left", rounded).format(n=rounded)
    minutes = int(-(-seconds // 60))
    if minutes < 90:
        return ngettext("about {n} minute left", "about {n} minutes left", minutes).format(n=minutes)
    hours = round(minutes / 60)
    return ngettext("about {n} hour left", "about {n} hours left", hours).format(n=hours)


class ProgressPanel(QFrame):
    """Shows one job; it is not modal, and the window around it stays usable."""

    cancelled = Signal()
    """Cancel was pressed; the job stops at its next report."""

    def __init__(self, parent: QWidget | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.setObjectName("progress_panel")
        self.setProperty("panel", "raised")
        self._clock = clock
        self._phase = ""
        self._history: deque[tuple[float, int]] = deque()
        self._title = QLabel()
        self._title.setFont(font(bold=True))
        self._title.setWordWrap(True)
        self._step = QLabel()
        self._step.setObjectName("progress_phase")
        self._numbers = QLabel()
        self._numbers.setObjectName("progress_numbers")
        self._numbers.setProperty("tone", "muted")
        self._bar = QProgressBar()
        self._bar.setObjectName("progress_bar")
        self._bar.setTextVisible(False)
        self._cancel = QPushButton(_("Cancel"))
        self._cancel.setObjectName("cancel_job")
        self._cancel.clicked.connect(self._on_cancel)
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        words.addWidget(self._title)
        words.addWidget(self._step)
        top = QHBoxLayout()
        top.addLayout(words, 1)
        top.addWidget(self._cancel, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self._bar)
        layout.addWidget(self._numbers)

    def start(self, title: str) -> None:
        """Show a new job."""
        self._title.setText(title)
        self.setAccessibleName(title)
        self._phase = ""
        self._history.clear()
        self._step.clear()
        self._numbers.clear()
        self._cancel.setEnabled(True)
        self._cancel.setText(_("Cancel"))
        self._bar.setAccessibleName(title)
        self._bar.setRange(0, 0)
        self.show()

    def show_progress(self, phase: str, done: int, total: int | None) -> None:
        """How far the phase (already in words) is; without a total only what is done is known."""
        if phase != self._phase or (self._history and done < self._history[-1][1]):
            self._phase = phase
            self._history.clear()
            self._step.setText(phase)
        now = self._clock()
        self._history.append((now, done))
        while len(self._history) > 2 and now - self._history[0][0] > _WINDOW:
            self._history.popleft()
        locale = QLocale()
        if total:
            self._bar.setRange(0, _RESOLUTION)
            self._bar.setValue(min(_RESOLUTION, done * _RESOLUTION // total))
            parts = [_("{done} of {total}").format(done=locale.toString(done), total=locale.toString(total))]
        else:
            self._bar.setRange(0, 0)
            parts = [locale.toString(done)] if done else []
        rate = self._rate()
        if rate is not None:
            parts.append(_("{rate} a second").format(rate=locale.toString(round(rate))))
            if total and done < total:
                parts.append(time_left_text((total - done) / rate))
        self._numbers.setText(" · ".join(parts))

    def finish(self) -> None:
        """The job is over, in whatever way."""
        self.hide()

    def _rate(self) -> float | None:
        if len(self._history) < 2:
            return None
        (first_at, first), (last_at, last) = self._history[0], self._history[-1]
        # In the first second a rate jumps about too much to be worth reading.
        if last_at - first_at < 1 or last <= first:
            return None
        return (last - first) / (last_at - first_at)

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._cancel.setText(_("Stopping…"))
        self.cancelled.emit()
