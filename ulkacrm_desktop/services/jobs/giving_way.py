"""Who waits when the processors are busy: child processes and reader threads, not the thread of the window."""

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

_OF_THREADS = 5
_OF_PROCESSES = 10
"""More than that of reader threads: one that has Python's lock and waits for a processor keeps the window waiting."""
_LEAST = 19
_PAUSE = 0.001
_BELOW_NORMAL = 0x4000
_IDLE = 0x40
"""Priority classes of Windows."""
_turns = threading.RLock()


def niceness_of_program() -> int:
    """How nice the main thread of this process is, for `process_gives_way` in a child; 0 where that is not told."""
    return 0 if sys.platform == "win32" else os.getpriority(os.PRIO_PROCESS, os.getpid())


def process_gives_way(program: int) -> None:
    """Let this child process and its children work when the program, of that niceness, has nothing to do.

    The process that this one was copied from may have given way itself, with the thread that started it.
    """
    if sys.platform == "win32":
        _set_class(_BELOW_NORMAL)
    else:
        _be_nice(0, program + _OF_PROCESSES)


def process_gives_way_to_child() -> None:
    """Let this process, which a child process has begun, work when that one has nothing to do either.

    For work beside one that all wait for in the end: it must not get a smaller share the more is begun beside it.
    """
    if sys.platform == "win32":
        _set_class(_IDLE)
    else:
        _be_nice(0, _LEAST)


def _set_class(priority: int) -> None:
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), priority)


def thread_gives_way() -> None:
    """Let this thread work when the process's main thread has nothing to do; where threads cannot differ in that,
    they stay alike."""
    if sys.platform == "win32":
        import ctypes

        below_normal = -1
        kernel = ctypes.windll.kernel32
        kernel.SetThreadPriority(kernel.GetCurrentThread(), below_normal)
    elif sys.platform == "linux":
        _be_nice(threading.get_native_id(), niceness_of_program() + _OF_THREADS)


def _be_nice(who: int, niceness: int) -> None:
    if sys.platform != "win32":
        present = os.getpriority(os.PRIO_PROCESS, who)
        os.setpriority(os.PRIO_PROCESS, who, min(max(niceness, present), _LEAST))


def in_turns(steps: Iterable[T]) -> Iterator[T]:
    """Go through steps of computing, each of a third of a millisecond or so, one thread at a time and with pauses.

    The window's thread asks for Python's lock a thousand times to draw a list, and waits each time for whoever has it.
    """
    with _turns:
        for number, step in enumerate(steps):
            if number:
                time.sleep(_PAUSE)
            yield step
