"""Which database is asked, what is wrong with it, and what is said about it."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cli.conftest import SAMPLE, Program
from ulkacrm_desktop.services.workspace import Workspace


def test_without_a_name_it_is_the_file_of_the_user(ulkacrm: Program) -> None:
    command = [
        argument
        for argument in ulkacrm.command("info", "--json")
        if argument not in ("--database", str(ulkacrm.database))
    ]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent.parent, env=ulkacrm.environment, check=True)
    assert done.returncode == 0
    assert [path.name for path in (ulkacrm.folder / "home").rglob("*.ulka")] == ["contacts.ulka"]


@pytest.mark.parametrize(
    "command", [("search", "a"), ("show", "1"), ("history",), ("undo",), ("export", "a.csv"), ("check",)]
)
def test_a_mistyped_name_makes_no_database(ulkacrm: Program, command: tuple[str, ...]) -> None:
    assert ulkacrm(*command).failure.startswith(f"There is no database {ulkacrm.database}.")
    assert not ulkacrm.database.exists()


def test_what_is_no_database_is_left_alone(ulkacrm: Program) -> None:
    note = ulkacrm.write("note.txt", "Dear diary, " * 100)
    foreign = ulkacrm.folder / "photos.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE photo (id INTEGER)")
    for path in (note, foreign):
        before = path.read_bytes()
        assert "is not a database of Ulka CRM" in ulkacrm("info", database=path).failure
        assert path.read_bytes() == before
    assert "folder" in ulkacrm("info", database=ulkacrm.folder).failure
    assert "cannot be reached" in ulkacrm("info", database="postgresql://nobody@127.0.0.1:1/none").failure


def test_a_newer_database_is_not_touched(shop: Program) -> None:
    with Workspace.session(shop.database) as workspace, workspace.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = shop.database.read_bytes()
    failed = shop("import", SAMPLE)
    assert "newer version" in failed.failure
    assert shop.database.read_bytes() == before


def test_a_search_index_that_is_not_of_these_contacts_is_told(shop: Program) -> None:
    with Workspace.session(shop.database) as workspace, workspace.writing() as connection:
        connection.exec_driver_sql("DELETE FROM contact_fts WHERE rowid IN (3, 4)")
        connection.exec_driver_sql(
            "INSERT INTO contact_fts (rowid, words) VALUES (4, 'somebody else'), (9999, 'ghost')"
        )
    checked = shop("check", "--json")
    assert checked.failure.startswith("The database is not sound.")
    problems = {problem["code"]: problem["count"] for problem in checked.json["problems"]}
    assert problems == {"not_indexed": 1, "indexed_needlessly": 1, "index_outdated": 1}
    assert all(problem["text"] for problem in checked.json["problems"])


def test_a_damaged_file_is_told(shop: Program) -> None:
    content = bytearray(shop.database.read_bytes())
    page_size = int.from_bytes(content[16:18], "big")
    for start in range(20 * page_size, len(content), 5 * page_size):
        content[start : start + 64] = os.urandom(64)
    shop.database.write_bytes(content)
    checked = shop("check", "--json")
    assert checked.code == 1
    assert "Traceback" not in checked.err
    assert checked.json["problems"][0]["code"] == "damaged"


def test_a_shared_database_answers_as_a_file_does(ulkacrm: Program, postgresql_database: str) -> None:
    here = ulkacrm("import", SAMPLE, "--create-properties", "--json").json
    there = ulkacrm("import", SAMPLE, "--create-properties", "--json", database=postgresql_database).json
    assert here == there
    assert ulkacrm("info", "--json", database=postgresql_database).json["engine"] == "postgresql"
    for words in ("vip", "петр", "+7 9", "call"):
        assert (
            ulkacrm("search", words, "--json").json
            == ulkacrm("search", words, "--json", database=postgresql_database).json
        )
    assert ulkacrm("check", "--json", database=postgresql_database).json["sound"]
    with Workspace.session(postgresql_database) as workspace, workspace.writing() as connection:
        connection.execute(text("UPDATE contact_search SET words = 'somebody else' WHERE contact_id = 5"))
        connection.execute(text("DELETE FROM contact_search WHERE contact_id = 6"))
    problems = ulkacrm("check", "--json", database=postgresql_database).json["problems"]
    assert {problem["code"]: problem["count"] for problem in problems} == {"not_indexed": 1, "index_outdated": 1}


def test_a_pipe_that_is_closed_is_no_failure(shop: Program) -> None:
    process = shop.process("search", "e", "--limit", 1000, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert "Error" not in err
    assert "Exception" not in err


def test_searches_that_are_odd_are_no_failure(shop: Program) -> None:
    for words in ('"', "'; DROP TABLE contact; --", "* AND (", "🍵", "%", "\\", "NEAR("):
        assert shop("search", "--json", "--", words).code == 0
    assert shop("search", "--limit", "0", "x").code == 2
    table = shop("search", "vip", "--limit", 3)
    assert table.out.splitlines()[0].split() == ["ID", "Name", "Email", "Phone", "Tags"]
    assert len(table.out.splitlines()) == 4
    assert table.err.startswith("3 of ")


@pytest.mark.skipif(not hasattr(os, "geteuid") or sys.platform == "win32", reason="folders that cannot be written to")
def test_a_bug_is_told_in_a_sentence_and_logged(
    shop: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ulkacrm_desktop.cli import entry

    for name, value in shop.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(entry, "_command", lambda _name: lambda _arguments: 1 // 0)
    assert entry.main(["info"]) == 1
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    log = Path(told.err.strip().rsplit(": ", 1)[1])
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
