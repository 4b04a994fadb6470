"""Who waits when the processors are busy: child processes and reader threads, not the thread of the window."""

import os
import sys
import threading

_NICENESS = 5
_LEAST = 19


def process_gives_way() -> None:
    """Let this child process and its children work when the process that started it has nothing to do."""
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        # A child is as nice as the thread that started it, which may have given way itself.
        nicer = os.getpriority(os.PRIO_PROCESS, os.getppid()) + _NICENESS
        _be_nice(0, nicer)


def thread_gives_way() -> None:
    """Let this thread work when the process's main thread has nothing to do; where threads cannot differ in that,
    they stay alike."""
    if sys.platform == "win32":
        import ctypes

        below_normal = -1
        kernel = ctypes.windll.kernel32
        kernel.SetThreadPriority(kernel.GetCurrentThread(), below_normal)
    elif sys.platform == "linux":
        _be_nice(threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, os.getpid()) + _NICENESS)


def _be_nice(who: int, niceness: int) -> None:
    if sys.platform != "win32":
        present = os.getpriority(os.PRIO_PROCESS, who)
        os.setpriority(os.PRIO_PROCESS, who, min(max(niceness, present), _LEAST))
