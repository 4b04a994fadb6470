"""A shop's contacts by the command line alone: in, found, undone, out; each step a process of its own."""

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import SAMPLE, Program


def test_what_a_dry_run_says_is_what_the_import_does_and_undo_and_redo_survive_restarts(ulkacrm: Program) -> None:
    planned = ulkacrm("import", SAMPLE, "--create-properties", "--dry-run", "--json").json
    assert ulkacrm("info", "--json").json["contacts"] == 0
    done = ulkacrm("import", SAMPLE, "--create-properties", "--json").json
    assert planned == done | {"operation": None}
    assert done["rows"] == done["created"] + done["updated"] + done["unchanged"] + done["skipped"] + 5
    assert [(error["row"], error["column"], error["code"]) for error in done["errors"]] == [
        (42, "Email", "email_without_at"),
        (93, "Phone", "phone_digits_lost"),
        (135, "", "name_required"),
        (189, "Birthday", "date_invalid"),
        (216, "Bonus points", "number_invalid"),
    ]
    assert all(error["reason"].endswith(".") for error in done["errors"])
    info = ulkacrm("info", "--json").json
    assert info["contacts"] == done["created"]
    assert (info["properties"], info["operations"], info["engine"]) == (7, 1, "sqlite")
    assert set(info) == {"contacts", "tags", "properties", "operations", "schema", "engine"}
    assert ulkacrm("undo").out == f"Undid: Imported {done['created'] + done['updated']} contacts from contacts.csv\n"
    assert ulkacrm("info", "--json").json["contacts"] == 0
    assert ulkacrm("search", "anna", "--json").json == {"total": 0, "contacts": []}
    assert ulkacrm("redo").code == 0
    assert ulkacrm("info", "--json").json["contacts"] == done["created"]
    kinds = [(row["kind"], row["undone"]) for row in ulkacrm("history", "--json").json["operations"]]
    assert kinds == [("redone", False), ("undone", False), ("contacts_imported", False)]
    assert ulkacrm("undo", done["operation"]).code == 0
    assert "already" in ulkacrm("undo", done["operation"]).failure
    assert ulkacrm("undo").failure == "There is nothing to undo."
    assert ulkacrm("check", "--json").json == {"sound": True, "contacts": 0, "problems": []}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "vcf"])
def test_an_unedited_export_imported_again_changes_nothing(shop: Program, kind: str) -> None:
    exported = shop("export", f"all.{kind}", "--json").json
    assert exported["rows"] == shop("info", "--json").json["contacts"]
    report = shop("import", f"all.{kind}", "--json").json
    assert report == {
        "rows": exported["rows"],
        "created": 0,
        "updated": 0,
        "unchanged": exported["rows"],
        "skipped": 0,
        "errors": [],
        "operation": None,
        "ignored_columns": report["ignored_columns"],
    }
    if kind != "vcf":  # which has the same columns whatever the cards hold
        assert set(report["ignored_columns"]) <= {"Responsible", "Class", "Updated"}


def test_an_edited_export_changes_what_was_edited_also_of_contacts_without_email(shop: Program) -> None:
    shop("export", "all.csv")
    with (shop.folder / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    edited = next(row for row in rows if not row["Email"])
    edited["City"] = "Псков"
    with (shop.folder / "edited.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(edited))
        writer.writeheader()
        writer.writerows(rows)
    report = shop("import", "edited.csv", "--json").json
    assert (report["created"], report["updated"], report["unchanged"]) == (0, 1, len(rows) - 1)
    assert shop.found("псков") == [edited["Name"]]
    name, number = edited["ID"].split("-")
    shown = shop("show", number, "--json").json
    assert (shown["city"], shown["reference"]) == ("Псков", f"{name}-{number}")
    assert shown["timeline"][0]["changes"][0] | {"before": None} == {
        "field": "city", "name": "", "before": None, "after": "Псков",
    }  # fmt: skip


def test_an_id_of_another_database_is_not_taken_for_one_of_this(shop: Program, tmp_path: Path) -> None:
    shop("export", "theirs.csv", "--search", "+7")
    other = tmp_path / "other.ulka"
    mine = shop.write("mine.csv", "Name\n" + "".join(f"Mine {number}\n" for number in range(400)))
    assert shop("import", mine, "--json", database=other).json["created"] == 400
    report = shop("import", "theirs.csv", "--create-properties", "--json", database=other).json
    assert report["created"] == report["rows"] > 50
    assert report["updated"] == 0
    mine_left = shop("search", "mine", "--json", database=other).json
    assert mine_left["total"] == 400


def test_exports_hold_what_was_asked_for(shop: Program) -> None:
    fields = 'name,Email,"property:Birthday"'
    shop("export", "some.csv", "--search", "vip", "--fields", fields)
    with (shop.folder / "some.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Name", "Email", "Birthday"]
    assert sorted(row[0] for row in rows[1:]) == sorted(shop.found("vip"))
    shop("export", "some.json", "--search", "vip")
    contacts = json.loads((shop.folder / "some.json").read_text(encoding="utf-8"))
    assert all("VIP" in contact["tags"] for contact in contacts)
    before = (shop.folder / "some.csv").read_bytes()
    failed = shop("export", "some.csv", "--fields", "name,shoe")
    assert failed.failure.startswith("There is no field shoe.")
    assert (shop.folder / "some.csv").read_bytes() == before


def test_a_text_too_long_for_a_cell_is_warned_of_before_it_is_cut(ulkacrm: Program) -> None:
    ulkacrm("import", ulkacrm.write("a.csv", f"Name,Notes\nAnna,{'x' * 40_000}\n"))
    done = ulkacrm("export", "a.xlsx")
    warned, written = done.err.strip().splitlines()[-2:]
    assert warned == "Some texts are longer than a spreadsheet's cell and will be cut. A CSV file holds them whole."
    assert written == "1 text was cut to the 32,767 characters that a cell holds: Notes in row 2"
    assert done.out == "1 contact written to a.xlsx\n"
    assert [notice["code"] for notice in ulkacrm("export", "a.xlsx", "--json").json["notices"]] == ["texts_cut"]


def test_a_template_has_the_properties_of_the_database_and_imports_as_nothing(shop: Program) -> None:
    assert shop("template", "empty.xlsx").code == 0
    sheet = openpyxl.load_workbook(shop.folder / "empty.xlsx").worksheets[0]
    assert {"Name", "Email", "Birthday", "Price list"} <= {cell.value for cell in sheet[1]}
    shop("template", "empty.csv")
    with (shop.folder / "empty.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 2  # headings and the example


def test_what_a_contact_is_called_by(shop: Program) -> None:
    contact = shop("search", "vip", "--limit", 1, "--json").json["contacts"][0]
    by_id = shop("show", contact["id"], "--json").json
    assert by_id["name"] == contact["name"]
    assert by_id["emails"][0]["address"] == contact["email"]
    assert shop("show", contact["email"].upper(), "--json").json == by_id
    assert shop("show", by_id["reference"], "--json").json == by_id
    assert by_id["timeline"][-1]["kind"] == "contact_imported"
    told = shop("show", contact["id"]).out
    assert contact["email"] in told
    assert "Imported from contacts.csv" in told
    assert shop("show", "nobody@example.com").failure.startswith("There is no contact nobody@example.com.")
    assert shop("show", "999999").code == 1
