"""Work in a process of its own: what it answers, and what becomes of one that ends or hangs."""

import os
import sys
import time

import pytest

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.jobs.child import run_in_child
from ulkacrm_desktop.services.jobs.context import JobContext


def report_slowly(count: int, *, context: JobContext) -> int:
    for number in range(count):
        time.sleep(0.5)
        context.report("read", number, count)
    return count


def test_a_process_that_hangs_is_given_up_one_that_speaks_is_not() -> None:
    assert run_in_child(report_slowly, 4, context=JobContext(), silence=30) == 4
    began = time.monotonic()
    with pytest.raises(ExpectedError) as error:
        run_in_child(time.sleep, 60, silence=1)
    assert (error.value.code, error.value.facts) == ("reading_too_long", {"seconds": 1})
    assert time.monotonic() - began < 8


def test_a_process_that_ends_by_itself_is_told() -> None:
    with pytest.raises(ExpectedError) as error:
        run_in_child(os._exit, 3)
    assert (error.value.code, error.value.facts) == ("job_crashed", {"exit": 3})


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to a limit")
def test_memory_is_limited() -> None:
    with pytest.raises(ExpectedError) as error:
        run_in_child(bytearray, 2 * 1024**3, memory_mb=1_024)
    assert (error.value.code, error.value.facts) == ("out_of_memory", {"limit_mb": 1_024})
