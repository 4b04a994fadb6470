"""What all kinds of files have in common: whole or not there, chosen fields, progress; and JSON and CSV."""

import csv
import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from export_documents import MOMENT, PROPERTIES, contact, documents, write_given
from hypothesis import given, settings
from hypothesis import strategies as st

from ulkacrm_desktop.core.contact_document import ContactDocument, EmailEntry, PhoneEntry
from ulkacrm_desktop.core.errors import ExpectedError, JobCancelled
from ulkacrm_desktop.services.exports.contacts import EXPORT_KINDS, export_kind
from ulkacrm_desktop.services.exports.report import PROGRESS_STEP


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("kind", EXPORT_KINDS)
def test_progress_is_told_on_the_way_and_at_the_end(tmp_path: Path, kind: str) -> None:
    told: list[int] = []
    people = [contact(f"n{number}") for number in range(PROGRESS_STEP + 3)]
    report = write_given(tmp_path / f"x.{kind}", kind, people, ["name"], PROPERTIES, "en", told.append)
    assert told == [PROGRESS_STEP, PROGRESS_STEP + 3]
    assert report.rows == PROGRESS_STEP + 3


@pytest.mark.parametrize("kind", EXPORT_KINDS)
def test_a_cancel_leaves_what_was_there(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"contacts.{kind}"
    path.write_text("yesterday's")

    def cancel(_rows: int) -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):
        write_given(path, kind, [contact() for _ in range(5_000)], [], PROPERTIES, "en", cancel)
    assert path.read_text() == "yesterday's"
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("kind", EXPORT_KINDS)
def test_a_failing_source_leaves_nothing(tmp_path: Path, kind: str) -> None:
    def people() -> Iterator[ContactDocument]:
        yield contact()
        raise LookupError("the database has gone")

    with pytest.raises(LookupError):
        write_given(tmp_path / f"contacts.{kind}", kind, people(), [], PROPERTIES, "en")
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as POSIX systems do")
@pytest.mark.parametrize("kind", EXPORT_KINDS)
def test_a_full_disk_is_an_expected_failure_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    import resource  # not there on Windows

    people = (contact(f"n{number}", notes=os.urandom(500).hex()) for number in range(2_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(ExpectedError) as raised:
            write_given(tmp_path / f"contacts.{kind}", kind, people, [], PROPERTIES, "en")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert raised.value.code == "export_disk_full"
    assert raised.value.facts["path"] == str(tmp_path / f"contacts.{kind}")
    assert names(tmp_path) == []


def test_places_that_cannot_be_written_are_told_apart(tmp_path: Path) -> None:
    def code(path: Path) -> str:
        with pytest.raises(ExpectedError) as raised:
            write_given(path, "csv", [contact()], [], PROPERTIES, "en")
        assert raised.value.facts["path"] == str(path)
        assert raised.value.facts["reason"]
        return raised.value.code

    (tmp_path / "file").write_text("")
    (tmp_path / "folder.csv").mkdir()
    assert code(tmp_path / "no" / "contacts.csv") == "export_no_folder"
    assert code(tmp_path / "file" / "contacts.csv") == "export_no_folder"
    assert code(tmp_path / "folder.csv") == "export_is_folder"
    assert names(tmp_path) == ["file", "folder.csv"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs permissions that bind the user")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ExpectedError) as raised:
            write_given(tmp_path / "x.csv", "csv", [contact()], [], PROPERTIES, "en")
    finally:
        tmp_path.chmod(0o700)
    assert raised.value.code == "export_not_permitted"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_keeps_pointing_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("yesterday's")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write_given(tmp_path / "link.csv", "csv", [contact("Anna")], ["name"], PROPERTIES, "en")
    assert (tmp_path / "link.csv").is_symlink()
    assert "Anna" in (tmp_path / "real.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("kind", EXPORT_KINDS)
def test_an_unknown_field_is_refused_before_anything_is_read(tmp_path: Path, kind: str) -> None:
    def people() -> Iterator[ContactDocument]:
        raise AssertionError("read")
        yield

    with pytest.raises(ExpectedError) as raised:
        write_given(tmp_path / "x", kind, people(), ["name", "property:Nothing"], PROPERTIES, "en")
    assert raised.value.code == "export_unknown_field"
    assert raised.value.facts["field"] == "property:Nothing"
    assert "property:Since" in raised.value.facts["fields"]  # type: ignore[operator]
    assert names(tmp_path) == []


def test_fields_are_found_in_any_case_and_stay_in_order(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    person = contact(tags=("VIP",), properties={2: 42})
    write_given(path, "csv", [person], ["Tags", "property:размер ОБУВИ", "name"], PROPERTIES, "en")
    assert path.read_text(encoding="utf-8-sig").splitlines() == ["Tags,Размер обуви,Name", "VIP,42,Anna"]


def test_the_kind_of_a_file_is_its_ending() -> None:
    assert [export_kind(Path(name)) for name in ("a.csv", "b.XLSX", "c.d.json", "e.vcf")] == list(EXPORT_KINDS)
    with pytest.raises(ExpectedError) as raised:
        export_kind(Path("contacts.pdf"))
    assert (raised.value.code, raised.value.facts["ending"]) == ("export_unknown_kind", ".pdf")


def test_csv_is_what_a_spreadsheet_expects(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    person = contact(
        '=HYPERLINK("http://evil")',
        notes="first\nsecond",
        emails=(EmailEntry("b@x.com", "work"), EmailEntry("a@x.com", is_primary=True)),
        phones=(PhoneEntry("+7 916 123-45-67", is_primary=True),),
        tags=("VIP", "a, b"),
        properties={2: Decimal("-5.50"), 3: date(2024, 2, 1), 4: True},
    )
    fields = ["name", "notes", "email", "email_label", "phone", "tags"]
    fields += ["property:Размер обуви", "property:Since", "property:Плательщик НДС"]
    write_given(path, "csv", [person], fields, PROPERTIES, "ru")
    octets = path.read_bytes()
    assert octets.startswith(b"\xef\xbb\xbf")
    assert octets.count(b"\r\n") == 2
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings, row = csv.reader(file)
    assert headings[:6] == ["Полное имя", "Заметки", "Email", "Метки email", "Телефон", "Теги"]
    assert row == [
        '\'=HYPERLINK("http://evil")', "first\nsecond", "a@x.com; b@x.com", "; work", "+7 916 123-45-67",
        'VIP, "a, b"', "-5.5", "2024-02-01", "да",
    ]  # fmt: skip


def test_json_has_whole_contacts(tmp_path: Path) -> None:
    path = tmp_path / "contacts.json"
    person = contact(
        "Ёж",
        emails=(EmailEntry("b@x.com", "work"), EmailEntry("a@x.com", is_primary=True)),
        tags=("b", "a"),
        properties={2: Decimal("0.1"), 3: date(2024, 2, 1), 4: False, 6: ("wine", "a, b")},
    )
    write_given(path, "json", [person, contact("Second")], [], PROPERTIES, "ru")
    first, second = json.loads(path.read_text(encoding="utf-8"))
    assert first == {
        "id": "k3f9ab12-1",
        "kind": "person",
        "name": "Ёж",
        "first_name": "",
        "last_name": "",
        "emails": [
            {"address": "a@x.com", "label": "", "primary": True},
            {"address": "b@x.com", "label": "work", "primary": False},
        ],
        "phones": [],
        "messengers": [],
        "company": "",
        "website": "",
        "notes": "",
        "street": "",
        "city": "",
        "region": "",
        "postcode": "",
        "country": "",
        "tags": ["b", "a"],
        "source": "",
        "source_detail": "",
        "is_staff": False,
        "responsible": None,
        "class": "",
        "created_at": MOMENT.isoformat(),
        "updated_at": MOMENT.isoformat(),
        "properties": {
            "Размер обуви": 0.1,
            "Since": "2024-02-01",
            "Плательщик НДС": False,
            "Interests": ["wine", "a, b"],
        },
    }
    assert second["properties"] == {}
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4  # a line a contact


def test_json_of_chosen_fields_and_of_nobody(tmp_path: Path) -> None:
    path = tmp_path / "contacts.json"
    write_given(path, "json", [contact()], ["email", "name"], PROPERTIES, "en")
    assert json.loads(path.read_text()) == [{"name": "Anna", "emails": []}]
    write_given(path, "json", [], [], PROPERTIES, "en")
    assert json.loads(path.read_text()) == []


@settings(deadline=None, max_examples=60)
@given(people=st.lists(documents, max_size=3))
def test_json_loses_nothing(tmp_path_factory: pytest.TempPathFactory, people: list[ContactDocument]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    write_given(path, "json", people, [], PROPERTIES, "en")
    read = json.loads(path.read_text(encoding="utf-8"))
    assert [card["id"] for card in read] == [person.reference for person in people]
    for card, person in zip(read, people, strict=True):
        assert (card["name"], card["notes"], card["tags"]) == (person.name, person.notes, list(person.tags))
        assert {(e["address"], e["label"], e["primary"]) for e in card["emails"]} == {
            (e.address, e.label, e.is_primary) for e in person.emails
        }
        for definition in PROPERTIES:
            value = person.properties.get(definition.id)
            seen = card["properties"].get(definition.name)
            if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                assert Decimal(str(seen)) == Decimal(str(value))
            elif isinstance(value, date):
                assert seen == value.isoformat()
            else:
                assert seen == (list(value) if isinstance(value, tuple) else value)
