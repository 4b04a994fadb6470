"""Pages of rows by position: the ones seen last are kept, missing ones are asked for in the background."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from ulkacrm_desktop.ui.runtime.task_runner import Task, TaskRunner
from ulkacrm_desktop.ui.tables.rows import Row

Page = tuple[Row | None, ...]


class RowPages(QObject):
    """A cache of pages that asks for what is looked at, the newest wish first.

    ``work_for`` gives the work that reads a page (for a reader thread), or None where there is no such page.
    """

    SIZE: Final = 100
    KEPT: Final = 50
    IN_FLIGHT: Final = 2

    arrived = Signal(int, object)
    """The rows of the page with this number were read; give them to `keep`."""
    failed = Signal(object)

    def __init__(
        self, runner: TaskRunner, work_for: Callable[[int], Callable[[], Sequence[Row]] | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._work_for = work_for
        self._pages: OrderedDict[int, Page] = OrderedDict()
        self._stale: set[int] = set()
        self._wanted: list[int] = []
        self._in_flight: dict[int, Task[Any]] = {}
        self._flush = QTimer(self)
        self._flush.setSingleShot(True)
        self._flush.setInterval(0)
        self._flush.timeout.connect(self._on_flush)

    def row_at(self, position: int, total: int) -> Row | None:
        """The row at a position of a list of so many; its page, and near its edge the next one, is asked for."""
        number, offset = divmod(position, self.SIZE)
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
        if page is None or number in self._stale:
            self._want(number, urgent=True)
        elif offset >= self.SIZE * 2 // 3 and (number + 1) * self.SIZE < total:
            self._want(number + 1, urgent=False)
        elif offset < self.SIZE // 3 and number > 0:
            self._want(number - 1, urgent=False)
        return page[offset] if page is not None and offset < len(page) else None

    def peek(self, position: int) -> Row | None:
        """The row at a position if it is at hand; nothing is asked."""
        number, offset = divmod(position, self.SIZE)
        page = self._pages.get(number)
        return page[offset] if page is not None and offset < len(page) else None

    def __iter__(self) -> Iterator[Row]:
        """All rows at hand, those of a former answer too."""
        return (row for page in self._pages.values() for row in page if row is not None)

    def position_of(self, row_id: int) -> int | None:
        """The position of an id among the rows at hand of the present answer."""
        for number, page in self._pages.items():
            if number not in self._stale:
                for offset, row in enumerate(page):
                    if row is not None and row.id == row_id:
                        return number * self.SIZE + offset
        return None

    def keep(self, number: int, page: Page) -> None:
        """Take a page in, and let the one go that was looked at longest ago."""
        self._pages[number] = page
        self._pages.move_to_end(number)
        self._stale.discard(number)
        while len(self._pages) > self.KEPT:
            evicted, _page = self._pages.popitem(last=False)
            self._stale.discard(evicted)

    def keep_first(self, rows: Sequence[Row], total: int) -> None:
        """Take in the whole pages that the first rows of an answer make."""
        for start in range(0, len(rows), self.SIZE):
            page = tuple(rows[start : start + self.SIZE])
            if len(page) == self.SIZE or start + len(page) >= total:
                self.keep(start // self.SIZE, page)

    def replace(self, rows: Mapping[int, Row]) -> None:
        """Put newly read rows in the place of those with the same id."""
        for number, page in list(self._pages.items()):
            if any(row is not None and row.id in rows for row in page):
                self._pages[number] = tuple(rows.get(row.id, row) if row is not None else None for row in page)

    def expire(self) -> None:
        """What is at hand is of a former answer: shown until it has been read again."""
        self._stale.update(self._pages)

    def truncate(self, total: int) -> None:
        """Forget pages beyond the end of a list of so many rows."""
        for number in [number for number in self._pages if number * self.SIZE >= total]:
            del self._pages[number]
            self._stale.discard(number)

    def clear(self) -> None:
        """Forget all pages."""
        self._pages.clear()
        self._stale.clear()

    def drop_requests(self) -> None:
        """Forget what was asked; answers under way are not delivered."""
        self._wanted.clear()
        for task in self._in_flight.values():
            task.cancel()
        self._in_flight.clear()

    def _want(self, number: int, *, urgent: bool) -> None:
        if number in self._in_flight or (number in self._pages and number not in self._stale):
            return
        if urgent:
            if number in self._wanted:
                self._wanted.remove(number)
            self._wanted.append(number)
        elif number not in self._wanted:
            self._wanted.insert(0, number)
        if not self._flush.isActive():
            self._flush.start()

    def _on_flush(self) -> None:
        # What was scrolled past is forgotten; it is asked again when it is seen again.
        del self._wanted[:-6]
        while self._wanted and len(self._in_flight) < self.IN_FLIGHT:
            number = self._wanted.pop()
            work = self._work_for(number)
            if work is not None:
                self._in_flight[number] = self._runner.run(
                    work, partial(self._on_rows, number), partial(self._on_failed, number)
                )

    def _on_rows(self, number: int, rows: Sequence[Row]) -> None:
        self._in_flight.pop(number, None)
        self.arrived.emit(number, rows)
        if self._wanted:
            self._on_flush()

    def _on_failed(self, number: int, error: BaseException) -> None:
        self._in_flight.pop(number, None)
        # Kept as an empty page, or each repaint would ask again.
        self.keep(number, ())
        self.failed.emit(error)
