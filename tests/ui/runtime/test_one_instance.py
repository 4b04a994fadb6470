"""One window a database, across real processes."""

import subprocess
import sys
from pathlib import Path

from pytestqt.qtbot import QtBot

from ulkacrm_desktop.ui.runtime.one_instance import OneInstance

SECOND = """
import sys
from PySide6.QtCore import QCoreApplication
from ulkacrm_desktop.ui.runtime.one_instance import OneInstance
application = QCoreApplication([])
second = OneInstance(sys.argv[1])
print("free" if second.acquire() else "called" if second.call_first(sys.argv[2]) else "no answer")
"""


def second_start(location: str, message: str = "") -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", SECOND, location, message], stdout=subprocess.PIPE, text=True)


def test_a_second_start_calls_the_first_and_gives_it_its_file(qtbot: QtBot, tmp_path: Path) -> None:
    location = str(tmp_path / "контакты.ulka")
    first = OneInstance(location)
    assert first.acquire()
    first.listen()
    with qtbot.waitSignal(first.called, timeout=20_000) as called:
        second = second_start(location, "/tmp/Клиенты 2026.csv")
    assert called.args == ["/tmp/Клиенты 2026.csv"]
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.communicate()[0].strip() == "called"
    first.release()


def test_the_same_database_by_another_path_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    first = OneInstance(str(tmp_path / "contacts.ulka"))
    assert first.acquire()
    again = OneInstance(str(tmp_path / "folder" / ".." / "contacts.ulka"))
    other = OneInstance(str(tmp_path / "others.ulka"))
    assert not again.acquire()
    assert other.acquire()
    first.release()
    other.release()


def test_a_lock_that_a_killed_process_has_left_is_taken_over(tmp_path: Path) -> None:
    location = str(tmp_path / "contacts.ulka")
    code = SECOND.replace('print("free"', 'import os; print("free"') + "\nsys.stdout.flush(); os.kill(os.getpid(), 9)"
    killed = subprocess.run([sys.executable, "-c", code, location, ""], stdout=subprocess.PIPE, text=True, check=False)
    assert killed.stdout.strip() == "free"
    first = OneInstance(location)
    assert first.acquire()
    first.release()


def test_a_first_process_that_does_not_answer_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    location = str(tmp_path / "contacts.ulka")
    first = OneInstance(location)
    assert first.acquire()  # and it does not listen
    out, _err = second_start(location).communicate(timeout=30)
    assert out.strip() == "no answer"
    first.release()
