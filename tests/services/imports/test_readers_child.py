"""Reading in a process of its own: results, failures, limits."""

import os
import time
from pathlib import Path

import pytest
from odd_workbooks import in_sheet, xlsx_of

from ulkacrm_desktop.services.imports.readers import ReadError, inspect_source
from ulkacrm_desktop.services.imports.readers.child import inspect_source_limited, run_limited


def double(number: int) -> int:
    return 2 * number


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def take_memory(megabytes: int) -> int:
    return len(bytearray(megabytes * 1024**2))


def die(signal_number: int) -> None:
    os.kill(os.getpid(), signal_number)


def refuse() -> None:
    raise ReadError("password_protected", sheet="A")


def fail() -> None:
    raise ZeroDivisionError("a bug")


def test_the_result_of_a_function() -> None:
    assert run_limited(double, 21, memory_mb=256, seconds=30) == 42


def test_what_it_raises_is_raised_here() -> None:
    with pytest.raises(ReadError) as refused:
        run_limited(refuse, memory_mb=256, seconds=30)
    assert (refused.value.code, refused.value.facts) == ("password_protected", {"sheet": "A"})
    with pytest.raises(ZeroDivisionError, match="a bug"):
        run_limited(fail, memory_mb=256, seconds=30)


def test_time_is_limited() -> None:
    began = time.monotonic()
    with pytest.raises(ReadError) as error:
        run_limited(sleep, 60.0, memory_mb=256, seconds=1)
    assert error.value.code == "reading_too_long"
    assert time.monotonic() - began < 20


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system limits no memory of a process")
def test_memory_is_limited() -> None:
    assert run_limited(take_memory, 50, memory_mb=256, seconds=30) == 50 * 1024**2
    with pytest.raises(ReadError) as error:
        run_limited(take_memory, 2_000, memory_mb=256, seconds=30)
    assert (error.value.code, error.value.facts) == ("reading_too_much_memory", {"megabytes": 256})


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize(("number", "code"), [(11, "reading_crashed"), (6, "reading_too_much_memory")])
def test_a_crash_is_an_error_like_others(number: int, code: str) -> None:
    with pytest.raises(ReadError) as error:
        run_limited(die, number, memory_mb=256, seconds=30)
    assert error.value.code == code


def test_a_file_looks_the_same_in_a_child(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Name,Phone,City\nАнна,+79161234567,Омск\n", encoding="utf-8")
    assert inspect_source_limited(path) == inspect_source(path)


def test_a_workbook_that_is_refused_is_refused_in_a_child(tmp_path: Path) -> None:
    path = xlsx_of(tmp_path / "a.xlsx", [["Name", "Phone"], ["Ivan", 1]])
    in_sheet(path, "</row></sheetData>", '</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    with pytest.raises(ReadError) as error:
        inspect_source_limited(path)
    assert error.value.code == "sheet_too_large"
    assert error.value.facts == {"sheet": "Contacts", "cell": "XFD1048576"}
