"""Work in a child process: it can neither block the window nor take the program down with it."""

import contextlib
import gc
import math
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from typing import Any, TypeVar

from ulkacrm_desktop.core.errors import ExpectedError, JobCancelled
from ulkacrm_desktop.services.jobs.context import JobContext, Progress
from ulkacrm_desktop.services.jobs.giving_way import niceness_of_program, process_gives_way
from ulkacrm_desktop.services.jobs.process_start import process_start

R = TypeVar("R")

MEMORY_MB = 2_048
"""The most address space that a child may take for the reading of one file."""

_POLL = 0.05
_PATIENCE = 10.0


def run_in_child(
    function: Callable[..., R],
    *arguments: Any,
    context: JobContext | None = None,
    memory_mb: int = MEMORY_MB,
    silence: float = math.inf,
) -> R:
    """The answer of a function of a module, called in a process of its own.

    With ``context`` it is given one by keyword whose reports and cancel reach the caller's. Raises what the
    function raises, JobCancelled, and ExpectedError ``job_crashed`` where the process ended by itself,
    ``reading_too_long`` where it has reported nothing for ``silence`` seconds.
    """
    start = process_start()
    ours, theirs = start.Pipe(duplex=False)
    cancel = start.Event()
    process = start.Process(
        target=_serve,
        args=(theirs, cancel, function, arguments, context is not None, memory_mb, niceness_of_program()),
        daemon=False,
    )
    process.start()
    theirs.close()
    try:
        answer: R = _follow(ours, process, cancel, context, silence)
        return answer
    except BaseException:
        cancel.set()
        process.join(_PATIENCE)
        if process.is_alive():
            # Whatever it was writing is rolled back when the database is opened next.
            process.kill()
        raise
    finally:
        process.join()
        process.close()
        ours.close()


def _follow(pipe: Connection, process: Any, cancel: Event, context: JobContext | None, silence: float) -> Any:
    last = Progress("start", 0, 0)
    patience = math.inf
    heard = time.monotonic()

    def report() -> None:
        nonlocal patience
        if context is None or cancel.is_set():
            return
        try:
            context.report(last.phase, last.done, last.total)
        except JobCancelled:
            # The child has the last word: what it has finished by now is done, and must not be told as cancelled.
            cancel.set()
            patience = time.monotonic() + _PATIENCE

    while True:
        if time.monotonic() > patience:
            raise JobCancelled
        if time.monotonic() > heard + silence:
            process.kill()  # it would not hear of a cancel
            raise ExpectedError("reading_too_long", seconds=silence)
        if not pipe.poll(_POLL):
            report()
            if process.is_alive() or pipe.poll(0):
                continue
            raise ExpectedError("job_crashed", exit=process.exitcode)
        try:
            kind, value = pipe.recv()
        except EOFError:
            process.join()
            raise ExpectedError("job_crashed", exit=process.exitcode) from None
        if kind == "progress":
            last, heard = value, time.monotonic()
            report()
        elif kind == "error":
            raise value
        else:
            return value


def _serve(
    pipe: Connection,
    cancel: Event,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    wants_context: bool,
    memory_mb: int,
    program: int,
) -> None:
    _limit_memory(memory_mb)
    process_gives_way(program)
    # The work makes millions of small values and no cycles of them: looking for cycles took half its time.
    gc.disable()
    keywords: dict[str, Any] = {}
    if wants_context:
        keywords["context"] = JobContext(lambda progress: pipe.send(("progress", progress)), cancel.is_set)
    try:
        answer = ("result", function(*arguments, **keywords))
    except MemoryError:
        answer = ("error", ExpectedError("out_of_memory", limit_mb=memory_mb))
    except (ExpectedError, JobCancelled) as error:
        answer = ("error", error)
    except BaseException as error:
        answer = ("error", _portable(error))
    with contextlib.suppress(BrokenPipeError, OSError):
        pipe.send(answer)


def _portable(error: BaseException) -> BaseException:
    """The error with its traceback as a note, since a traceback cannot leave its process."""
    import pickle
    import traceback

    told = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made a line above
    except Exception:
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(told)
    return error


def _limit_memory(memory_mb: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    limit = memory_mb * 1024 * 1024
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
