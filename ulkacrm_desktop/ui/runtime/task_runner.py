"""Background work for the window: several readers, one writer, answers on the thread of the window."""

import logging
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Final, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from ulkacrm_desktop.core.errors import ExpectedError, JobCancelled
from ulkacrm_desktop.services.jobs.giving_way import thread_gives_way

T = TypeVar("T")

READERS: Final = 3
_log = logging.getLogger("ulkacrm_desktop")


def _receiver(function: object) -> QObject | None:
    """The object whose method a callback is, also where some of its arguments are already bound."""
    while isinstance(function, partial):
        function = function.func
    receiver = getattr(function, "__self__", None)
    return receiver if isinstance(receiver, QObject) else None


class Task(Generic[T]):
    """One piece of work under way; what its caller may do is to lose interest in it."""

    __slots__ = ("_done", "_failed", "_future", "_receiver", "_withdrawn", "cancelled")

    def __init__(
        self,
        done: Callable[[T], object] | None,
        failed: Callable[[BaseException], object] | None,
        withdrawn: Callable[["Task[Any]"], object],
    ) -> None:
        self._done = done
        self._failed = failed
        self._future: Future[None] | None = None
        self._receiver = _receiver(done)
        self._withdrawn = withdrawn
        self.cancelled = False

    def cancel(self) -> None:
        """Deliver nothing; work that has not begun never begins. Work that has begun runs to its end."""
        self.cancelled = True
        if self._future is None or self._future.cancel():
            self._withdrawn(self)

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits for the answer: not cancelled, and its receiver not destroyed."""
        return not self.cancelled and (self._receiver is None or shiboken6.isValid(self._receiver))


class _Delivery(QObject):
    """Carries calls from any thread to the thread in which it lives."""

    _called = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._called.connect(self._on_called, Qt.ConnectionType.QueuedConnection)

    def call(self, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
        self._called.emit(function, arguments)

    @Slot(object, object)
    def _on_called(self, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
        function(*arguments)


class TaskRunner(QObject):
    """Runs callables off the window's thread and hands their results back on it.

    Reads share a few threads; writes have one thread and keep their order. Reads for which nobody waits begin one at
    a time, so that a write after which all is read anew does not set the whole machine to work. ``done(result)`` and
    ``failed(error)`` are called on the thread that made the runner; where ``failed`` is not given, the
    error goes to ``on_error``. A callback that is a method of a `QObject` is not called once that object is
    gone.
    """

    pending_changed = Signal(int)
    """How many tasks are queued or running."""

    def __init__(
        self,
        *,
        on_error: Callable[[BaseException], object],
        readers: int = READERS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_error = on_error
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="reader", initializer=thread_gives_way)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._latest: dict[Hashable, Task[Any]] = {}
        self._tasks: set[Task[Any]] = set()
        self._reads: set[Task[Any]] = set()
        self._waiting: deque[tuple[Task[Any], Callable[[], object]]] = deque()
        self._unhurried: Task[Any] | None = None
        self._closed = False
        self._delivery = _Delivery(self)

    @property
    def pending(self) -> int:
        """How many tasks are queued or running, or done and not yet delivered."""
        return len(self._tasks)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> Task[T]:
        """Run a read on one of the reader threads."""
        task: Task[T] = Task(done, failed, self._remove)
        if self._accept(task):
            self._read(task, work)
        return task

    def run_latest(
        self,
        key: Hashable,
        work: Callable[[], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> Task[T]:
        """Run a read that replaces the one before it with the same key.

        The answer to the replaced question is dropped, and if it was still queued it is never asked.
        """
        self.forget(key)
        task = self._latest[key] = self.run(work, done, failed)
        return task

    def run_unhurried(
        self,
        key: Hashable,
        work: Callable[[], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> Task[T]:
        """The same for what only follows the data, as counts do: it waits until one other read runs at most."""
        self.forget(key)
        task: Task[T] = Task(done, failed, self._remove)
        self._latest[key] = task
        if self._accept(task):
            self._waiting.append((task, work))
            self._begin_unhurried()
        return task

    def forget(self, key: Hashable) -> None:
        """Drop the question of `run_latest` or `run_unhurried` with this key, if one is open."""
        task = self._latest.pop(key, None)
        if task is not None:
            task.cancel()

    def write(
        self,
        work: Callable[[], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> Task[T]:
        """Run a write: one at a time, in the order of the calls."""
        task: Task[T] = Task(done, failed, self._remove)
        if self._accept(task):
            self._submit(self._writer, work, task)
        return task

    def post(self, function: Callable[..., object], *arguments: object) -> None:
        """Call a function on the runner's own thread; for progress told by work, from any thread."""
        self._delivery.call(self._posted, (function, arguments))

    def shutdown(self) -> None:
        """Start nothing more, wait for what runs, deliver nothing. Writes already queued are still done."""
        if self._closed:
            return
        self._closed = True
        for task in self._tasks:
            task.cancelled = True
        self._readers.shutdown(wait=True, cancel_futures=True)
        # A queued write was asked for by the user and counts as done; a cancelled one would be lost silently.
        self._writer.shutdown(wait=True)
        for left in (self._tasks, self._reads, self._waiting, self._latest):
            left.clear()

    def _accept(self, task: Task[Any]) -> bool:
        if QThread.currentThread() is not self.thread():
            raise RuntimeError("Tasks are started from the thread of the window")
        if self._closed:
            task.cancelled = True
            return False
        self._tasks.add(task)
        self.pending_changed.emit(len(self._tasks))
        return True

    def _read(self, task: Task[Any], work: Callable[[], object]) -> None:
        self._reads.add(task)
        self._submit(self._readers, work, task)

    def _begin_unhurried(self) -> None:
        if self._waiting and len(self._reads) <= 1 and self._unhurried not in self._reads:
            self._unhurried, work = self._waiting.popleft()
            self._read(self._unhurried, work)

    def _submit(self, pool: ThreadPoolExecutor, work: Callable[[], object], task: Task[Any]) -> None:
        def perform() -> None:
            try:
                result = work()
            except BaseException as error:
                self._delivery.call(self._finish, (task, None, error))
            else:
                self._delivery.call(self._finish, (task, result, None))

        task._future = pool.submit(perform)

    def _remove(self, task: Task[Any]) -> None:
        self._tasks.discard(task)
        self._reads.discard(task)
        self._waiting = deque(each for each in self._waiting if each[0] is not task)
        self.pending_changed.emit(len(self._tasks))
        if not self._closed:
            self._begin_unhurried()

    def _posted(self, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
        receiver = _receiver(function)
        if not self._closed and (receiver is None or shiboken6.isValid(receiver)):
            function(*arguments)

    def _finish(self, task: Task[Any], result: object, error: BaseException | None) -> None:
        for key, latest in list(self._latest.items()):
            if latest is task:
                del self._latest[key]
        self._remove(task)
        if self._closed or not task.wanted:
            return
        if error is not None and task._failed is not None:
            if not isinstance(error, (ExpectedError, JobCancelled)):
                # Who asked tells in place that there is no answer; why is for the log.
                _log.error("A task failed", exc_info=error)
            task._failed(error)
        elif error is not None:
            self._on_error(error)
        elif task._done is not None:
            task._done(result)
