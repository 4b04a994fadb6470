import os
import sys
import threading
from functools import partial

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.services.jobs.child import run_in_child
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner


def idle(qtbot: QtBot, runner: TaskRunner) -> None:
    qtbot.waitUntil(lambda: runner.pending == 0)


def test_work_runs_elsewhere_and_its_result_comes_here(qtbot: QtBot, runner: TaskRunner) -> None:
    here = threading.get_ident()
    seen: list[tuple[int, int]] = []
    runner.run(threading.get_ident, lambda worker: seen.append((worker, threading.get_ident())))
    idle(qtbot, runner)
    assert seen[0][0] != here
    assert seen[0][1] == here


@pytest.mark.skipif(sys.platform != "linux", reason="threads differ in priority, and tell it, on Linux")
def test_readers_give_way_to_the_window_and_child_processes_to_the_readers(qtbot: QtBot, runner: TaskRunner) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    seen: list[int] = []
    for start in (runner.run, runner.write):
        start(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), seen.append)
        start(partial(run_in_child, os.getpriority, os.PRIO_PROCESS, 0), seen.append)
        idle(qtbot, runner)
    reader, child = min(own + 5, 19), min(own + 10, 19)
    assert seen == [reader, child, own, child]


def test_writes_keep_their_order_and_never_overlap(qtbot: QtBot, runner: TaskRunner) -> None:
    active, order, overlaps = [0], [], []

    def write(number: int) -> int:
        active[0] += 1
        overlaps.append(active[0])
        threading.Event().wait(0.002)
        active[0] -= 1
        return number

    for number in range(20):
        runner.write(partial(write, number), order.append)
    idle(qtbot, runner)
    assert order == list(range(20))
    assert max(overlaps) == 1


def test_readers_run_side_by_side(qtbot: QtBot, runner: TaskRunner) -> None:
    meeting = threading.Barrier(2)
    met: list[int] = []
    runner.run(lambda: meeting.wait(5), met.append)
    runner.run(lambda: meeting.wait(5), met.append)
    idle(qtbot, runner)
    assert sorted(met) == [0, 1]


def test_a_task_that_is_cancelled_before_it_began_is_pending_no_more(qtbot: QtBot, runner: TaskRunner) -> None:
    gate = threading.Event()
    answers: list[bool] = []
    for _reader in range(2):
        runner.run(partial(gate.wait, 5), answers.append)
    waiting = runner.run(partial(gate.wait, 5), answers.append)
    waiting.cancel()
    assert runner.pending == 2
    gate.set()
    idle(qtbot, runner)
    assert answers == [True, True]


def test_the_latest_question_replaces_the_ones_before(qtbot: QtBot, runner: TaskRunner) -> None:
    gate = threading.Event()
    begun: list[int] = []
    answers: list[int] = []

    def question(number: int) -> int:
        begun.append(number)
        assert gate.wait(5)
        return number

    for number in range(10):
        runner.run_latest("search", partial(question, number), answers.append)
    runner.run_latest("other", lambda: 99, answers.append)
    gate.set()
    idle(qtbot, runner)
    assert sorted(answers) == [9, 99]
    assert len(begun) <= 3, "those that were still queued are never asked"


def test_what_nobody_waits_for_begins_one_at_a_time_beside_one_read_at_most(qtbot: QtBot, runner: TaskRunner) -> None:
    gates = [threading.Event(), threading.Event()]
    reads: list[bool] = []
    begun: list[str] = []

    def count(what: str) -> str:
        begun.append(what)
        return what

    counts: list[str] = []
    for gate in gates:
        runner.run(partial(gate.wait, 5), reads.append)
    for what in ("tags", "people", "tags", "segments"):
        runner.run_unhurried(what, partial(count, what), counts.append)
    assert runner.pending == 5
    qtbot.wait(20)
    assert begun == []
    gates[0].set()
    qtbot.waitUntil(lambda: runner.pending == 1)
    assert counts == begun == ["people", "tags", "segments"], "in their order, each in its newest wording"
    runner.run_unhurried("tags", partial(count, "last"), counts.append)
    runner.forget("tags")
    gates[1].set()
    idle(qtbot, runner)
    assert reads == [True, True]
    assert counts == ["people", "tags", "segments"]


def test_an_error_goes_to_its_asker_or_to_the_handler(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    handled: list[BaseException] = []
    told: list[BaseException] = []
    runner = TaskRunner(on_error=handled.append)

    def fail() -> None:
        raise LookupError("gone")

    runner.run(fail, failed=told.append)
    runner.write(fail)
    idle(qtbot, runner)
    runner.shutdown()
    assert [type(error) for error in told] == [LookupError]
    assert [type(error) for error in handled] == [LookupError]
    assert [record.exc_info[1] for record in caplog.records if record.exc_info] == told, "the handler logs by itself"


def test_a_receiver_that_is_gone_is_not_called(qtbot: QtBot, runner: TaskRunner) -> None:
    class Receiver(QObject):
        def take(self, label: str, result: int) -> None:
            raise AssertionError("called after its death")

    gate = threading.Event()
    receiver = Receiver()
    runner.run(lambda: gate.wait(5), partial(receiver.take, "x"))
    import shiboken6

    shiboken6.delete(receiver)
    gate.set()
    idle(qtbot, runner)


def test_progress_is_posted_from_any_thread(qtbot: QtBot, runner: TaskRunner) -> None:
    seen: list[tuple[int, bool]] = []

    def report(done: int) -> None:
        seen.append((done, QThread.currentThread() is runner.thread()))

    runner.write(lambda: [runner.post(report, done) for done in range(5)])
    idle(qtbot, runner)
    assert seen == [(done, True) for done in range(5)]


def test_shutdown_waits_finishes_writes_and_delivers_nothing(qtbot: QtBot) -> None:
    runner = TaskRunner(on_error=lambda error: pytest.fail(str(error)), readers=1)
    gate = threading.Event()
    done: list[str] = []
    delivered: list[object] = []
    runner.run(lambda: gate.wait(5), delivered.append)
    runner.run(lambda: done.append("queued read"), delivered.append)
    runner.write(lambda: done.append("first write"), delivered.append)
    runner.write(lambda: done.append("second write"), delivered.append)
    threading.Timer(0.05, gate.set).start()
    runner.shutdown()
    qtbot.wait(20)
    assert done == ["first write", "second write"]
    assert delivered == []
    assert runner.run(lambda: done.append("late")).cancelled


def test_tasks_are_refused_from_other_threads(qtbot: QtBot, runner: TaskRunner) -> None:
    raised: list[BaseException] = []

    def work() -> None:
        try:
            runner.run(int)
        except RuntimeError as error:
            raised.append(error)

    runner.run(work)
    idle(qtbot, runner)
    assert len(raised) == 1
