"""How well likeness finds duplicates, on a list of Russian people whose truth is known."""

from collections import defaultdict
from itertools import combinations

import pytest

from benchmarks.russian_people import rows
from tests.database_fixtures import local_database, local_workspace  # noqa: F401 - fixtures
from ulkacrm_desktop.core.contact_document import EmailEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.nicknames import full_names
from ulkacrm_desktop.core.text.transliteration import latin, sound_key
from ulkacrm_desktop.services.duplicates.comparison import Level, compared
from ulkacrm_desktop.services.duplicates.finding import find_duplicates
from ulkacrm_desktop.services.duplicates.records import Record, name_parts
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.operations.contact_record import insert_contact
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.workspace import Workspace, Write, operation


def test_precision_and_recall_on_russian_people(local_workspace: Workspace) -> None:  # noqa: F811
    born = local_workspace.perform(create_property, name="Birthday", type=PropertyType.TEXT).result
    people: defaultdict[int, list[int]] = defaultdict(list)

    @operation(create_contact.kind)
    def fill(write: Write) -> None:
        for row in rows(500, 7):
            name, email, phone, company, street, city, birthday = row.cells
            contact = ContactInput(
                name,
                company=company,
                street=street,
                city=city,
                emails=(EmailEntry(email),) if email else (),
                phones=(PhoneEntry(phone),) if phone else (),
                properties={born: birthday or None},
            )
            values = {field: getattr(contact, field) for field in contact.__slots__ if field != "responsible_id"}
            people[row.person].append(insert_contact(write, values, region="RU"))

    local_workspace.perform(fill)
    same = {pair for ids in people.values() for pair in combinations(ids, 2)}
    report = find_duplicates(local_workspace, (), JobContext())
    found = {pair for group in report.groups for pair in combinations(group.contact_ids, 2)}
    right = len(found & same)
    assert len(same) > 80
    assert right / len(found) >= 0.87, sorted(found - same)
    assert right / len(same) >= 0.95, sorted(same - found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Щербаков", "Scherbakov"),
        ("Щербаков", "Shcherbakov"),
        ("Юлия", "Julia"),
        ("Юлия", "Iuliia"),
        ("Хабибуллин", "Habibulin"),
        ("Царёв", "Tzarev"),
        ("Кристина", "Christina"),
        ("Сергей", "Sergej"),
        ("Philips", "Fillips"),
    ],
)
def test_names_sound_alike_however_they_are_written(one: str, other: str) -> None:
    assert sound_key(latin(fold(one))) == sound_key(latin(fold(other)))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Петрова Анна Сергеевна", ("petrova", "anna", "sergeevna", "")),
        ("Анна Петрова", ("petrova", "anna", "", "")),
        ("Петрова А. С.", ("petrova", "a", "s", "")),
        ("А.С. Петрова", ("petrova", "a", "s", "")),
        ("J. Smith", ("smith", "j", "", "")),
        ("ООО «Ромашка»", ("", "", "", "romashka")),
        ("Romashka Ltd", ("", "", "", "romashka")),
    ],
)
def test_names_are_taken_apart(name: str, parts: tuple[str, ...]) -> None:
    assert name_parts(name, "", "") == parts


def person(name: str, **fields: str) -> Record:
    return Record(1, *name_parts(name, "", ""), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "family", "given"),
    [
        ("Анна Петрова", "Petrova Anna", Level.EXACT, Level.EXACT),
        ("Александр Попов", "Саша Попов", Level.EXACT, Level.ALIAS),
        ("Robert Hill", "Bob Hill", Level.EXACT, Level.ALIAS),
        ("Мария Котова", "Марина Котова", Level.EXACT, Level.SIMILAR),
        ("Олег Зимин", "О. Зимин", Level.EXACT, Level.INITIAL),
        ("Олег Зимин", "Олег Зиминн", Level.NEAR, Level.EXACT),
        ("Олег Зимин", "Вера Гусева", Level.DIFFERENT, Level.DIFFERENT),
        ("James Thomas", "Thomas James", Level.NEAR, Level.NEAR),
    ],
)
def test_levels_of_names(one: str, other: str, family: Level, given: Level) -> None:
    assert compared(person(one), person(other))[:2] == (family, given)


def test_addresses_made_of_a_name_say_nothing_of_namesakes() -> None:
    def level(one: str, other: str) -> Level:
        return compared(person("Анна Петрова", emails=one), person("Анна Петрова", emails=other))[4]

    assert level("a@x.io", "a@x.io b@x.io") is Level.EXACT
    assert level("anna.petrova@mail.ru", "anna.petrova@mial.ru") is Level.NEAR
    assert level("anna.petrova@mail.ru", "apetrova@gmail.com") is not Level.SIMILAR
    assert level("anna.petrova1@mail.ru", "anna.petrova2@mail.ru") is Level.DIFFERENT


def test_short_forms_belong_to_full_names() -> None:
    assert full_names("sasha") == {"sasha", "aleksandr", "aleksandra"}
    assert full_names("nobody") == {"nobody"}
