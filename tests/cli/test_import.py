"""Options of the import, odd files, and what they are answered with."""

import csv
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import SAMPLE, Program
from ulkacrm_desktop.cli.arguments import make_parser


def _report(created: int = 0, updated: int = 0, unchanged: int = 0, skipped: int = 0) -> dict[str, int]:
    return {"created": created, "updated": updated, "unchanged": unchanged, "skipped": skipped}


def _counts(ulkacrm: Program, *arguments: object) -> dict[str, int]:
    report = ulkacrm("import", *arguments, "--json").json
    return {key: report[key] for key in ("created", "updated", "unchanged", "skipped")}


def test_faulty_rows_are_left_out_saved_or_reason_enough_to_refuse(ulkacrm: Program) -> None:
    file = ulkacrm.write("a.csv", "Name,Email\nAnna,anna@example.com\nBoris,boris\n,carl@example.com\n")
    refused = ulkacrm("import", file, "--strict", "--json")
    assert refused.failure.startswith("2 rows of ")
    assert len(refused.json["errors"]) == 2
    assert ulkacrm("info", "--json").json["contacts"] == 0
    assert ulkacrm("history", "--json").json["operations"] == []
    done = ulkacrm("import", file, "--errors", "faulty.csv", "--json")
    assert (done.code, done.json["created"]) == (0, 1)
    assert [(error["row"], error["code"]) for error in done.json["errors"]] == [
        (3, "email_without_at"),
        (4, "name_required"),
    ]
    with (ulkacrm.folder / "faulty.csv").open(encoding="utf-8-sig", newline="") as saved:
        rows = list(csv.reader(saved))
    assert [row[:2] for row in rows] == [["Name", "Email"], ["Boris", "boris"], ["", "carl@example.com"]]
    assert rows[1][2] == "An email address needs an @, such as anna@example.com."
    mended = ulkacrm.write("good.csv", "Name,Email\nBoris,boris@example.com\n")
    assert ulkacrm("import", mended, "--strict").code == 0


def test_columns_go_where_they_are_sent(ulkacrm: Program) -> None:
    file = ulkacrm.write("a.csv", "Who,Wire,Shoe,Pet\nAnna,anna@example.com,38,cat\nBoris,boris@example.com,44,dog\n")
    plain = ulkacrm("import", file, "--map", "Who=name", "--map", "#2=email:work", "--dry-run", "--json").json
    assert plain["ignored_columns"] == ["Shoe", "Pet"]
    done = ulkacrm(
        "import", file, "--map", "Who=name", "--map", "Wire=email:work", "--map", "Pet=ignore", "--create-properties",
        "--json",
    )  # fmt: skip
    assert (done.json["created"], done.json["ignored_columns"]) == (2, ["Pet"])
    shown = ulkacrm("show", "boris@example.com", "--json").json
    assert shown["emails"][0]["label"] == "work"
    assert shown["properties"] == {"Shoe": 44}
    # Remembered by the headings, so that a schedule need not say it again.
    assert ulkacrm("import", file, "--json").json["unchanged"] == 2
    assert ulkacrm("import", file, "--map", "Hat=name").failure.startswith("The file has no column Hat.")
    assert ulkacrm("import", file, "--map", "Pet=property:Animal").failure.startswith("There is no property Animal.")
    assert ulkacrm("import", file, "--map", "Pet").code == 2


def test_modes_and_matches(ulkacrm: Program) -> None:
    first = ulkacrm.write("1.csv", "Name,Email,Phone\nAnna,anna@example.com,+7 916 123-45-67\n")
    second = ulkacrm.write(
        "2.csv",
        "Name,Email,Phone,City\nAnna P,ANNA@example.com,,Riga\nBoris,,+44 20 7946 0123,\nAnn,,+79161234567,Riga\n",
    )
    assert _counts(ulkacrm, first) == _report(created=1)
    assert _counts(ulkacrm, second, "--dry-run") == _report(created=2, updated=1)
    assert _counts(ulkacrm, second, "--dry-run", "--mode", "create") == _report(created=2, skipped=1)
    assert _counts(ulkacrm, second, "--dry-run", "--mode", "update") == _report(updated=1, skipped=2)
    assert _counts(ulkacrm, second, "--dry-run", "--mode", "keep-duplicates") == _report(created=3)
    assert _counts(ulkacrm, second, "--dry-run", "--match", "email,phone") == _report(created=1, updated=2)
    assert _counts(ulkacrm, second, "--mode", "update", "--match", "phone") == _report(updated=1, skipped=2)
    assert ulkacrm.found("") == ulkacrm.found("ann riga") == ["Ann"]
    assert ulkacrm("import", second, "--mode", "sometimes").code == 2
    assert ulkacrm("import", second, "--match", "name").code == 2


def test_the_country_of_phones_and_the_writing_of_dates_and_numbers_are_said(ulkacrm: Program) -> None:
    headings = "Name,Phone,Email,Born,Since,Sum,Rate\n"
    file = ulkacrm.write("a.csv", headings + '"Li, Anna",916 123-45-67,a@x.io,02/03/2001,04/05/2002,"1,234","5,678"\n')
    unsaid = ulkacrm("import", file, "--create-properties", "--dry-run")
    for told in (
        "1 doubtful cell: No country code: choose the country of such phones.",
        "The values of Born can be read in two ways; this one was taken: Day first: 31.12.2024. --date-order chooses.",
        "The values of Rate can be read in two ways; this one was taken: "
        "Point before the decimals: 1,234.5. --decimal-mark chooses.",
        "The values of Name can be read in two ways; this one was taken: "
        "Keep names as they are written. --name-order chooses.",
    ):
        assert told in unsaid.err
    done = ulkacrm(
        "import", file, "--create-properties", "--country", "ru", "--date-order", "dmy", "--date-order", "#5=mdy",
        "--decimal-mark", "Sum=comma", "--decimal-mark", "point", "--name-order", "last_first", "--json",
    )  # fmt: skip
    assert done.json["created"] == 1
    assert "two ways" not in done.err and "doubtful" not in done.err
    shown = ulkacrm("show", "a@x.io", "--json").json
    assert shown["properties"] == {"Born": "2001-03-02", "Since": "2002-04-05", "Sum": 1.234, "Rate": 5678}
    assert ulkacrm.found("+7 916 123") == ["Anna Li"]
    missing = ulkacrm("import", file, "--date-order", "Died=dmy").failure
    assert missing == f"The file has no column Died. Its columns are: {headings.strip().replace(',', ', ')}."


@pytest.mark.parametrize(
    ("option", "value"),
    [("country", "Russia"), ("country", "ZZ"), ("country", ""), ("date-order", "ydm"), ("decimal-mark", "Sum=,")],
)
def test_what_says_nothing_is_wrong_usage(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        make_parser().parse_args(["import", "a.csv", f"--{option}", value])
    assert end.value.code == 2
    assert f"argument --{option}" in capsys.readouterr().err


def test_files_of_other_programs_and_times(ulkacrm: Program) -> None:
    text = "Имя;Телефон;Город\nАнна Ёлкина;+7 916 000-12-34;Орёл\n"
    file = ulkacrm.write("старый файл.csv", text, "cp1251")
    assert _counts(ulkacrm, file, "--encoding", "cp1251", "--delimiter", ";") == _report(created=1)
    assert ulkacrm.found("елкина орел") == ["Анна Ёлкина"]
    assert _counts(ulkacrm, ulkacrm.write("b.txt", "Name\tCity\nBoris\tRiga\n"), "--delimiter", "tab") == _report(
        created=1
    )
    book = openpyxl.Workbook()
    book.active.append(["Nothing", "here"])
    sheet = book.create_sheet("People")
    sheet.append(["Name", "Email"])
    sheet.append(["Clara", "clara@example.com"])
    book.save(ulkacrm.folder / "c.xlsx")
    assert _counts(ulkacrm, "c.xlsx", "--sheet", "People") == _report(created=1)
    assert "Sheet9" in ulkacrm("import", "c.xlsx", "--sheet", "Sheet9").failure
    assert "klingon" in ulkacrm("import", file, "--encoding", "klingon").failure
    assert ulkacrm("import", file, "--delimiter", "ab").code == 2


def _bad_files(folder: Path) -> list[Path]:
    book = folder / "whole.xlsx"
    openpyxl.Workbook().save(book)
    files = {
        "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "program.xlsx": b"MZ" + bytes(300),
        "half.xlsx": book.read_bytes()[: book.stat().st_size // 2],
        "paper.pdf": b"%PDF-1.7\n1 0 obj\n",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "folder.csv").mkdir()
    return [*(folder / name for name in files), folder / "folder.csv", folder / "missing.csv"]


def test_a_file_that_is_none_is_refused_in_a_sentence(ulkacrm: Program) -> None:
    for file in _bad_files(ulkacrm.folder):
        done = ulkacrm("import", file, "--json")
        assert done.failure.endswith("."), file
        assert "That did not work" not in done.failure, (file, done.failure)
        assert done.out == ""
    assert ulkacrm("info", "--json").json["operations"] == 0


def test_a_file_without_rows_imports_nothing(ulkacrm: Program) -> None:
    for name, text in (("headings.csv", "Name,Email\n"), ("empty.csv", "")):
        done = ulkacrm("import", ulkacrm.write(name, text), "--json")
        assert done.code == 0, done.err
        assert (done.json["rows"], done.json["operation"]) == (0, None)


@pytest.mark.skipif(sys.platform == "win32", reason="there a process is ended without a chance to say anything")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_import_that_is_stopped_leaves_everything_as_it_was(ulkacrm: Program, ending: signal.Signals) -> None:
    ulkacrm("import", ulkacrm.write("one.csv", "Name\nAnna\n"))
    rows = "".join(f"Person {n},p{n}@example.com,+44 20 7946 {n:04d}\n" for n in range(100_000))
    file = ulkacrm.write("many.csv", "Name,Email,Phone\n" + rows)
    process = ulkacrm.process(
        "import",
        file,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(ending, signal.SIG_DFL),  # what a shell starts beside itself ignores Ctrl+C
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Creating contacts"):
            break
    process.send_signal(ending)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert out == ""
    assert err.strip().splitlines()[-1] == "Cancelled. Nothing was changed."
    assert "Traceback" not in err
    assert ulkacrm("info", "--json").json["contacts"] == 1
    assert ulkacrm("check").code == 0


def test_progress_goes_to_stderr_and_one_object_to_stdout(ulkacrm: Program) -> None:
    done = ulkacrm("import", SAMPLE, "--json")
    assert done.json["rows"] == 302
    assert "Reading the file: 302 of 302" in done.err
    assert {"Price list", "Interests"} <= set(done.json["ignored_columns"])
