"""Segments, tags, properties, users and classes by the command line."""

import io
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Done, Program, environment
from ulkacrm_desktop.cli.entry import main


class CalledProgram(Program):
    """The same commands without a process for each: a second is saved at every one of them."""

    def __call__(self, *arguments: object, database: Path | str | None = None) -> Done:
        command = self.command("--language", "en", *arguments, database=database)[3:]
        kept, handler = (sys.stdout, sys.stderr), signal.getsignal(signal.SIGTERM)
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in kept)
        sys.stdout, sys.stderr = out, err
        try:
            code = main(command)
        finally:
            sys.stdout, sys.stderr = kept
            signal.signal(signal.SIGTERM, handler)
        told = []
        for stream in (out, err):
            stream.flush()
            told.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
        return Done(code, *told)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """Four contacts, and the commands."""
    for name, value in environment(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    called = CalledProgram(tmp_path)
    called.write("people.csv", PEOPLE)
    assert called("import", "people.csv", "--map", "Tier=property:Tier", "--create-properties").code == 0
    yield called


PEOPLE = """Name,Email,City,Tags,Tier
Anna,anna@x.io,Rome,"VIP, Lead",Gold
Boris,boris@x.io,Rome,Lead,gold
Clara,clara@x.io,Oslo,vip client,Silver
Dora,dora@x.io,,,
"""


def names(program: Program, where: str) -> list[str]:
    found = program("search", "--where", where, "--json").json
    return [contact["name"] for contact in found["contacts"]]


def test_segments(program: Program) -> None:
    made = program("segment", "create", "Romans", "--where", "city = Rome", "--description", "South", "--json").json
    assert made["count"] == 2
    assert "names no" not in program("segment", "create", "romans", "--where", "city = Oslo").failure
    assert "--static" in program("segment", "create", "Empty").failure
    picked = program("segment", "create", "Fair", "--static", "--where", "tag = VIP", "--history", "--json").json
    assert picked["count"] == 1
    assert program("segment", "add", "fair", "--where", "name = Boris", "--json").json["count"] == 1
    assert program("segment", "remove", "fair", "--where", "tag = VIP", "--json").json["count"] == 1
    listed = {row["name"]: row for row in program("segment", "list", "--json").json["segments"]}
    assert (listed["Romans"]["where"], listed["Romans"]["count"]) == ('city = "Rome"', 2)
    assert (listed["Fair"]["where"], listed["Fair"]["count"]) == (None, 1)
    shown = program("segment", "show", "Fair", "--json").json
    assert [contact["name"] for contact in shown["contacts"]] == ["Boris"]
    assert [(movement["name"], movement["moved"]) for movement in shown["movements"]] == [
        ("Anna", "left"),
        ("Boris", "entered"),
    ]
    assert "Anna left" in program("segment", "show", "Fair").out
    both = program("segment", "create", "Both", "--where", "segment = Romans and not tag = VIP", "--json").json
    assert both["count"] == 1
    verdict = program("segment", "explain", "Both", "anna@x.io", "--json").json
    assert (verdict["holds"], [part["holds"] for part in verdict["parts"]]) == (False, [True, False])
    counts = program("segment", "explain", "Both", "--json").json["clauses"]
    assert [(clause["alone"], clause["left"]) for clause in counts] == [(2, 2), (3, 1)]
    assert "the contact has Rome" in program("segment", "explain", "Romans", "anna@x.io").out
    assert "Both" in program("segment", "delete", "Romans").failure
    exported = program("export", "both.csv", "--segment", "both", "--fields", "name", "--json").json
    assert exported["rows"] == 1
    assert "There is no segment" in program("export", "none.csv", "--segment", "Nobody").failure
    assert program("segment", "delete", "Both").out == "Deleted the segment Both\n"
    assert program("undo").out == "Undid: Deleted the segment Both\n"
    assert program("segment").code == program("segment", "fly").code == 2


def test_tags(program: Program) -> None:
    added = program("tag", "add", "Italy", "--where", "city = Rome", "--json").json
    assert (added["count"], program("tag", "add", "italy", "--where", "city = Rome", "--json").json) == (
        2,
        {"count": 0, "operation": None},
    )
    assert program("tag", "add", "Italy").code == 2, "nobody tags everybody by leaving --where out"
    assert program("undo", added["operation"]).out == "Undid: Tagged 2 contacts Italy\n"
    assert program("tag", "remove", "Lead", "--where", "name = Boris").out == "Removed the tag Lead from Boris\n"
    assert program("tag", "rename", "vip client", "Client").code == 0
    assert program("tag", "rename", "Client", "VIP").failure.endswith("There is one of this name already.")
    assert program("tag", "colour", "VIP", "red").code == 0
    assert program("tag", "colour", "VIP", "plaid").code == 2
    assert program("tag", "merge", "Client", "Lead", "--into", "VIP", "--json").json["count"] == 2
    (tag,) = program("tag", "list", "--json").json["tags"]
    assert (tag["name"], tag["colour"], tag["contacts"]) == ("VIP", "red", 2)
    assert program("tag", "delete", "VIP").out == "Deleted the tag VIP of 2 contacts\n"
    assert "There is no tag VIP" in program("tag", "delete", "VIP").failure
    assert program("check").code == 0


def test_properties(program: Program) -> None:
    made = program("property", "create", "Size", "--type", "number", "--default", "1,5", "--group", "Body", "--json")
    assert made.code == 0
    assert "no value" in program("property", "create", "Day", "--type", "date", "--default", "soon").failure
    assert "--choices" in program("property", "create", "Pick", "--type", "select").failure
    listed = {row["name"]: row for row in program("property", "list", "--json").json["properties"]}
    assert (listed["Size"]["default"], listed["Size"]["group"], listed["Tier"]["contacts"]) == ("1.5", "Body", 3)
    assert program("property", "set", "size", "-3", "--where", "city = Rome", "--json").json["count"] == 2
    assert program("property", "set", "size", "7", "--where", "not name = Dora", "--only-empty").out == (
        "Set Size of Clara\n"
    )
    assert names(program, '"Size" < 0') == ["Anna", "Boris"]
    assert "no value of the type" in program("property", "set", "Size", "many", "--where", "city = Rome").failure
    assert program("property", "set", "Size", "", "--where", "name = Anna").out == "Emptied Size of Anna\n"

    preview = program("property", "retype", "Tier", "select", "--dry-run", "--json").json
    assert (preview["total"], preview["convertible"], preview["choices"]) == (3, 3, ["Gold", "Silver"])
    preview = program("property", "retype", "Tier", "number", "--dry-run", "--json").json
    assert (preview["convertible"], preview["problems"][0]["contacts"][0]["name"]) == (0, "Anna")
    assert "Gold" in program("property", "retype", "Tier", "number", "--dry-run").out
    assert "--drop" not in program("property", "retype", "Tier", "number").failure
    assert program("property", "retype", "Tier", "select").code == 0
    assert names(program, '"Tier" = "Gold"') == ["Anna", "Boris"]
    assert program("property", "rename-choice", "Tier", "gold", "First").code == 0
    assert program("property", "rename-choice", "Tier", "First", "Silver").failure.endswith("of this name already.")
    assert program("property", "rename-choice", "Tier", "First", "Silver", "--merge").code == 0
    assert names(program, '"Tier" = "Silver"') == ["Anna", "Boris", "Clara"]
    assert program("property", "delete-choice", "Tier", "Silver").code == 0
    assert program("property", "rename", "Tier", "Level").out == "Renamed the property Tier to Level\n"
    assert program("property", "archive", "level").out == "Archived the property Level\n"
    assert program("property", "list", "--json").json["properties"][0]["archived"]
    assert program("property", "unarchive", "Level").code == 0
    assert program("property", "unarchive", "Level").out == "Nothing had to be changed.\n"
    assert program("property", "delete", "Level").out == "Deleted the property Level\n"
    assert "There is no property Level" in program("property", "delete", "Level").failure
    assert program("check").code == 0


def test_users_and_classes(program: Program) -> None:
    (me,) = program("user", "list", "--json").json["users"]
    assert (me["id"], me["current"]) == (None, True)
    assert program("user", "add", "Olga").out == "Added the user Olga\n"
    assert program("user", "rename", "olga", "Olga B").code == 0
    assert program("user", "assign", "Olga B", "--where", "city = Rome", "--json").json["count"] == 2
    assert names(program, "responsible = 'Olga B'".replace("'", '"')) == ["Anna", "Boris"]
    assert program("user", "assign", me["name"], "--where", "name = Anna").code == 0
    assert names(program, "responsible = me") == ["Anna"]
    assert program("user", "unassign", "--where", "name = Anna").out == "Nobody is responsible for Anna any more\n"
    assert program("user", "delete", "Olga B", "--successor", me["name"], "--json").json["count"] == 1
    assert [user["contacts"] for user in program("user", "list", "--json").json["users"]] == [1]
    assert "There is no user Nobody" in program("user", "delete", "Nobody").failure
    assert program("class", "add", "Partners").code == 0
    assert program("class", "assign", "partners", "--where", "city = Oslo").out == (
        "Moved Clara to the class Partners\n"
    )
    assert names(program, "class = Partners") == ["Clara"]
    assert program("class", "rename", "Partners", "Friends").code == 0
    assert [row["contacts"] for row in program("class", "list", "--json").json["classes"]] == [3, 1]
    assert program("class", "delete", "Friends", "--json").json["count"] == 1
    assert "stays" in program("class", "delete", "General").failure
    assert program("check").code == 0


def test_what_very_many_contacts_are_found_by_is_there_when_it_is_asked(program: Program) -> None:
    rows = "".join(f"Person {number}\n" for number in range(2_100))
    program.write("many.csv", f"Name\n{rows}")
    assert program("import", "many.csv").code == 0
    assert program("tag", "add", "Marathon", "--where", "name starts with Person", "--json").json["count"] == 2_100
    assert program("check").code == 0
    assert program("search", "marathon", "--json").json["total"] == 2_100
    assert program("undo").code == 0
    assert program("search", "marathon", "--json").json["total"] == 0


def test_the_colours_of_tags_are_those_of_the_window() -> None:
    from ulkacrm_desktop.cli.subject_arguments import COLOURS
    from ulkacrm_desktop.ui.theme import TAG_COLOURS

    assert COLOURS == TAG_COLOURS
