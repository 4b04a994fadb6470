"""How child processes are started: as copies of a process that has the libraries loaded, where the system can."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, ForkServerContext, SpawnContext

_LOADED: Final = ("ulkacrm_desktop.services.imports.importing",)
_COPIES: Final = sys.platform == "linux" and not getattr(sys, "frozen", False)
"""Elsewhere libraries of the system do not bear to be copied, and a frozen program starts its children its own way."""


def process_start() -> SpawnContext | ForkServerContext:
    """The context of `multiprocessing` for a child of the program itself; a child starts its own afresh."""
    if not _COPIES or multiprocessing.parent_process() is not None:
        return multiprocessing.get_context("spawn")
    multiprocessing.set_forkserver_preload(list(_LOADED))
    return multiprocessing.get_context("forkserver")


def can_copy_itself() -> bool:
    """Whether this process is a child that can be copied, which takes no time: all it needs is loaded.

    That is before it opens a database or begins a thread: a connection does not bear to be copied
    (https://www.sqlite.org/howtocorrupt.html, "Carrying an open SQLite database across a fork").
    """
    return _COPIES and multiprocessing.parent_process() is not None


def helper_start(*, nothing_open: bool) -> SpawnContext | ForkContext:
    """The context of `multiprocessing` for processes that help a child of the program: copies of it where possible."""
    if nothing_open and can_copy_itself():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def end_with_parent() -> None:
    """In a process of a pool: end it when the one that gives it work is killed; it would wait for more for ever."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def expect_children() -> None:
    """Load the libraries of children beside what the program does until it starts the first."""
    if process_start().get_start_method() == "forkserver":
        from multiprocessing import forkserver

        forkserver.ensure_running()
