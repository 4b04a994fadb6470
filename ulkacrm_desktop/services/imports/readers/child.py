"""Work that may hang or ask for too much memory, done in a process of its own.

The limit on memory holds where the system knows one (Linux); the one on time
holds everywhere.
"""

import multiprocessing
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final, TypeVar

from ulkacrm_desktop.services.imports.readers.errors import ReadError
from ulkacrm_desktop.services.imports.readers.inspection import inspect_source
from ulkacrm_desktop.services.imports.readers.model import ReaderOptions, SourceInspection
from ulkacrm_desktop.services.jobs.process_start import process_start

MEMORY_MB: Final = 1_536
INSPECTION_SECONDS: Final = 60

_T = TypeVar("_T")

# The signals that end a process which got no memory: by itself, or by the system.
_OUT_OF_MEMORY: Final = {-getattr(signal, name) for name in ("SIGABRT", "SIGKILL") if hasattr(signal, name)}


def inspect_source_limited(path: Path, options: ReaderOptions | None = None) -> SourceInspection:
    """`inspect_source` in a child process. Raises `ReadError`."""
    return run_limited(inspect_source, path, options, memory_mb=MEMORY_MB, seconds=INSPECTION_SECONDS)


def run_limited(function: Callable[..., _T], *args: object, memory_mb: int, seconds: float) -> _T:
    """The result of ``function(*args)``, worked out in a process of its own.

    ``function`` must be importable by its name, arguments and result must be picklable. What it raises is raised
    here. Raises `ReadError` ``reading_too_long``, ``reading_too_much_memory`` or ``reading_crashed``.
    """
    context = process_start()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, function, args, memory_mb), daemon=True)
    process.start()
    sender.close()
    try:
        return _received(process, receiver, memory_mb, seconds)  # type: ignore[no-any-return]
    finally:
        receiver.close()
        process.kill()
        process.join()
        process.close()


def _received(process: BaseProcess, receiver: Connection, memory_mb: int, seconds: float) -> Any:
    """What the child sends."""
    if not receiver.poll(seconds):
        raise ReadError("reading_too_long", seconds=seconds)
    try:
        succeeded, value = receiver.recv()
    except EOFError:
        process.join()
        if process.exitcode in _OUT_OF_MEMORY:
            raise ReadError("reading_too_much_memory", megabytes=memory_mb) from None
        raise ReadError("reading_crashed", detail=f"exit code {process.exitcode}") from None
    if not succeeded:
        raise value
    return value


def _run(sender: Connection, function: Callable[..., object], args: tuple[object, ...], memory_mb: int) -> None:
    """Send the result to the parent, or what is raised."""
    try:
        _limit_memory(memory_mb)
        sender.send((True, function(*args)))
    except MemoryError:
        sender.send((False, ReadError("reading_too_much_memory", megabytes=memory_mb)))
    except BrokenPipeError:
        pass  # the parent wants no more
    except Exception as error:
        error.add_note(f"in a child process, pid {multiprocessing.current_process().pid}")
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - what was pickled a moment ago
        except Exception:
            error = ReadError("reading_crashed", detail=repr(error))
        sender.send((False, error))
    except BaseException as panic:  # of Rust, by PyO3
        sender.send((False, ReadError("reading_crashed", detail=repr(panic))))


def _limit_memory(memory_mb: int) -> None:
    """Let this process take ``memory_mb`` more than it has, where the system can hold it to that."""
    if sys.platform == "win32":
        return
    import resource

    taken = 0
    with suppress(OSError, ValueError):
        taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (taken + memory_mb * 1024**2, hard))
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
