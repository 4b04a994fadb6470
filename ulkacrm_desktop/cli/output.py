"""What a command prints: one JSON object or lines on stdout, progress on stderr."""

import json
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.jobs.context import REPORTS_A_SECOND, JobContext, Progress
from ulkacrm_desktop.ui.labels.imports import phase_text
from ulkacrm_desktop.ui.labels.values import grouped, terminal_width

_SECONDS_BETWEEN_LINES: Final = 2.0
_GAP: Final = "  "


def print_json(value: dict[str, Any]) -> None:
    """One JSON object, on one line."""
    print(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone().isoformat()
    return str(value)  # dates and decimal numbers


def say(*lines: str) -> None:
    """Lines on stdout."""
    for line in lines:
        print(line)


def tell(sentence: str) -> None:
    """A sentence beside the result, on stderr."""
    print(sentence, file=sys.stderr, flush=True)


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns that stand under each other; line breaks in cells become spaces."""
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max(map(terminal_width, column)) for column in zip(headings, *cells, strict=True)]
    for row in (headings, *cells):
        padded = [cell + " " * (width - terminal_width(cell)) for cell, width in zip(row, widths, strict=True)]
        print(_GAP.join(padded).rstrip())


class ProgressLine:
    """Tells on stderr how far a job is: a line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._between = 1 / REPORTS_A_SECOND if self._live else _SECONDS_BETWEEN_LINES
        self._phase = ""
        self._since = 0.0
        self._next = 0.0
        self._shown = 0
        self._done = -1

    def context(self) -> JobContext:
        """The context of an import whose progress is told here."""
        return JobContext(self._show_progress)

    def _show_progress(self, progress: Progress) -> None:
        if progress.phase != "start":  # of the process that does the work
            self.show(phase_text(progress.phase), progress.done, progress.total)

    def show(self, phase: str, done: int, total: int) -> None:
        """Tell how far a phase is; ``total`` is 0 where it cannot be known."""
        now = time.monotonic()
        if phase != self._phase:
            self.end()
            self._phase, self._since, self._next, self._done = phase, now, 0.0, -1
        if now < self._next and (done != total or done == self._done):
            return
        self._done = done
        self._next = now + self._between
        text = _progress_text(phase, done, total, now - self._since)
        if self._live:
            sys.stderr.write("\r" + text.ljust(self._shown))
            sys.stderr.flush()
            self._shown = len(text)
        else:
            tell(text)

    def end(self) -> None:
        """Leave the changing line standing and begin a new one."""
        if self._live and self._shown:
            sys.stderr.write("\n")
            sys.stderr.flush()
        self._shown = 0


def _progress_text(phase: str, done: int, total: int, seconds: float) -> str:
    if not total:
        return _("{phase}…").format(phase=phase)
    text = _("{phase}: {done} of {total}").format(phase=phase, done=grouped(done), total=grouped(total))
    if seconds < 1 or not done:
        return text
    rate = done / seconds
    left = max(0, round((total - done) / rate))
    return _("{progress}, {rate} a second, {left} s left").format(
        progress=text, rate=grouped(round(rate)), left=grouped(left)
    )
