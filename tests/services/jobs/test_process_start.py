"""Children of the program: that they do not outlive those that give them work."""

import multiprocessing
import os
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection

import psutil
import pytest

from ulkacrm_desktop.services.jobs.process_start import end_with_parent, helper_start


def work_with_a_pool(told: Connection, nothing_open: bool) -> None:
    start = helper_start(nothing_open=nothing_open)
    with ProcessPoolExecutor(1, mp_context=start, initializer=end_with_parent) as pool:
        told.send(pool.submit(os.getpid).result())
        time.sleep(60)


@pytest.mark.skipif(sys.platform == "win32", reason="there no process is killed without a word")
@pytest.mark.parametrize("nothing_open", [False, True])
def test_a_pool_ends_with_the_process_that_is_killed(nothing_open: bool) -> None:
    start = multiprocessing.get_context("spawn")
    ours, theirs = start.Pipe(duplex=False)
    parent = start.Process(target=work_with_a_pool, args=(theirs, nothing_open))
    parent.start()
    worker = psutil.Process(ours.recv())
    assert parent.pid is not None
    os.kill(parent.pid, signal.SIGKILL)
    parent.join()
    worker.wait(timeout=10)


def test_the_program_itself_is_never_copied() -> None:
    """It has threads and open databases."""
    assert helper_start(nothing_open=True).get_start_method() == "spawn"
