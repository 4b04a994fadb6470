"""Cards are of the format, and a reader of cards gets from them what was in the contact."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import vobject
from export_documents import PROPERTIES, contact, documents, write_given
from hypothesis import given, settings
from hypothesis import strategies as st

from ulkacrm_desktop.core.contact_document import (
    ContactDocument,
    ContactKind,
    EmailEntry,
    MessengerEntry,
    PhoneEntry,
)
from ulkacrm_desktop.services.exports.columns import primary_first
from ulkacrm_desktop.services.exports.vcard_file import folded, parameter, parameter_text


def lines_of(path: Path) -> list[str]:
    """The content lines, unfolded."""
    return path.read_bytes().decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_a_card_has_everything_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "contacts.vcf"
    full = contact(
        "Анна Петрова",
        kind=ContactKind.PERSON,
        first_name="Анна",
        last_name="Петрова",
        company="ООО Ромашка, филиал",
        website="https://example.com/?a=1;b,c",
        notes="Первая строка\nвторая; с запятой, и \\",
        street="ул. Ленина, 12",
        city="Москва",
        region="МО",
        postcode="101000",
        country="Россия",
        source="import",
        class_name="General",
        responsible="Ivan",
        is_staff=True,
        emails=(EmailEntry("b@x.com", "dacha"), EmailEntry("a@x.com", "work", is_primary=True)),
        phones=(PhoneEntry("+7 916 123-45-67", "79161234567", "mobile", is_primary=True),),
        messengers=(MessengerEntry("telegram", "@anna"), MessengerEntry("vk", "anna;1")),
        tags=("VIP", "a,b"),
        properties={2: 42, 4: True, 6: ("a, b", "wine")},
    )
    report = write_given(path, "vcf", [full], [], PROPERTIES, "ru")
    assert report.rows == 1
    assert lines_of(path) == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "UID:k3f9ab12-1",
        "KIND:individual",
        "FN:Анна Петрова",
        "N:Петрова;Анна;;;",
        "EMAIL;TYPE=work;PREF=1:a@x.com",
        "item1.EMAIL:b@x.com",
        "item1.X-ABLABEL:dacha",
        "TEL;TYPE=cell;PREF=1:+7 916 123-45-67",
        "IMPP;X-SERVICE-TYPE=telegram:telegram:@anna",
        "X-SOCIALPROFILE;TYPE=vk:anna\\;1",
        "ORG:ООО Ромашка\\, филиал",
        "ADR:;;ул. Ленина\\, 12;Москва;МО;101000;Россия",
        "URL:https://example.com/?a=1\\;b\\,c",
        "CATEGORIES:VIP,a\\,b",
        "NOTE:Первая строка\\nвторая\\; с запятой\\, и \\\\",
        "REV:20240501T123456Z",
        "X-ULKA-CREATED:2024-05-01T12:34:56.789123+00:00",
        "X-ULKA-SOURCE:import",
        "X-ULKA-IS-STAFF:yes",
        "X-ULKA-RESPONSIBLE:Ivan",
        "X-ULKA-CLASS:General",
        'X-ULKA-PROPERTY;X-NAME="Размер обуви":42',
        'X-ULKA-PROPERTY;X-NAME="Плательщик НДС":yes',
        'X-ULKA-PROPERTY;X-NAME="Interests":"a\\, b"\\, wine',
        "END:VCARD",
    ]


def test_only_the_chosen_fields_are_in_a_card(tmp_path: Path) -> None:
    path = tmp_path / "contacts.vcf"
    person = contact(first_name="Anna", city="Oslo", notes="secret", tags=("VIP",), properties={2: 42})
    write_given(path, "vcf", [person], ["name", "tags"], PROPERTIES, "en")
    assert lines_of(path) == ["BEGIN:VCARD", "VERSION:4.0", "FN:Anna", "CATEGORIES:VIP", "END:VCARD"]


@given(text=st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=300))
def test_folding_keeps_characters_and_lengths(text: str) -> None:
    line = folded(text)
    octets = line.encode()
    assert octets.endswith(b"\r\n")
    assert all(len(piece) <= 75 for piece in octets.split(b"\r\n"))
    for piece in octets.split(b"\r\n"):
        piece.decode()  # no character is cut in two
    assert line.replace("\r\n ", "").removesuffix("\r\n") == text


@given(text=st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\r")))
def test_parameters_come_back(text: str) -> None:
    clean = "".join(char if char == "\n" or char >= " " else " " for char in text)
    assert parameter_text(parameter(text)[1:-1]) == clean
    assert '"' not in parameter(text)[1:-1]


def read_cards(path: Path) -> list[list[Any]]:
    text = path.read_bytes().decode()
    return [list(card.lines()) for card in vobject.readComponents(text)]


def values(card: Sequence[Any], name: str) -> list[Any]:
    return [line.value for line in card if line.name == name]


@settings(deadline=None, max_examples=60)
@given(people=st.lists(documents, max_size=3))
def test_a_reader_gets_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, people: list[ContactDocument]
) -> None:
    path = tmp_path_factory.getbasetemp() / "read.vcf"
    write_given(path, "vcf", people, [], PROPERTIES, "en")
    cards = read_cards(path)
    assert len(cards) == len(people)
    for card, person in zip(cards, people, strict=True):
        assert values(card, "UID") == [person.reference]
        assert values(card, "FN") == [person.name]
        assert values(card, "EMAIL") == [entry.address for entry in primary_first(person.emails)]
        assert values(card, "TEL") == [entry.number for entry in primary_first(person.phones)]
        assert values(card, "NOTE") == ([person.notes] if person.notes else [])
        assert values(card, "CATEGORIES") == ([list(person.tags)] if person.tags else [])
        assert values(card, "URL") == ([person.website] if person.website else [])
        for address in values(card, "ADR"):
            assert [address.city, address.region, address.code] == [person.city, person.region, person.postcode]
        properties = {
            parameter_text(line.params["X-NAME"][0]): line.value for line in card if line.name == "X-ULKA-PROPERTY"
        }
        assert set(properties) == {p.name for p in PROPERTIES if p.id in person.properties}
        for key in (1, 5, 7, 8, 9):
            if key in person.properties:
                assert properties[PROPERTIES[key - 1].name] == person.properties[key]
        chats = [unquote(value.partition(":")[2]) for value in values(card, "IMPP")]
        told = [m.login for m in primary_first(person.messengers) if m.kind in ("telegram", "whatsapp")]
        assert chats == told
