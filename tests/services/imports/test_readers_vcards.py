"""Address books of every version and of the programs that write them."""

import base64
import quopri
from datetime import date
from pathlib import Path

import pytest
import vobject

from ulkacrm_desktop.core.contact_input import AVATAR_LIMIT
from ulkacrm_desktop.services.imports.readers import (
    Notice,
    ReaderOptions,
    ReadError,
    RowProblem,
    SourceKind,
    inspect_source,
    read_chunks,
)

PHOTO = b"\xff\xd8\xff" + bytes(range(200))


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode())
    return path


def card(*lines: str, version: str = "3.0") -> str:
    return "\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def contacts_of(path: Path, options: ReaderOptions | None = None) -> list[dict[str, object]]:
    """What each card holds, by heading; empty cells left out."""
    headings = inspect_source(path, options).headings
    return [
        {heading: cell for heading, cell in zip(headings, row.cells, strict=True) if cell}
        for chunk in read_chunks(path, options)
        for row in chunk
    ]


def test_a_full_card(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.vcf",
        card(
            "N:Петров;Иван;Сергеевич;;",
            "FN:Иван Петров",
            "ORG:ООО Ромашка;Отдел продаж",
            "TITLE:Менеджер",
            "EMAIL;TYPE=INTERNET,HOME:ivan@home.ru",
            "EMAIL;TYPE=WORK,pref:ivan@work.ru",
            "TEL;TYPE=CELL:+7 916 123-45-67",
            "item1.TEL:8 495 123-45-67",
            "item1.X-ABLabel:_$!<Home>!$_",
            "item2.TEL:112",
            "item2.X-ABLabel:дача",
            "ADR;TYPE=WORK:;кв. 5;ул. Ленина\\, 1;Омск;Омская обл.;644000;Россия",
            "URL:https://example.com/a\\,b",
            "BDAY:1985-01-31",
            "NOTE:первая строка\\nвторая\\; и \\\\ третья, конец",
            "CATEGORIES:VIP,a\\,b",
            "IMPP;X-SERVICE-TYPE=Telegram:telegram:%40ivan",
            "X-SKYPE:ivan.skype",
            "X-SOCIALPROFILE;TYPE=vk:ivan_vk",
            "UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
        ),
    )
    assert contacts_of(path) == [
        {
            "Name": "Иван Петров",
            "First name": "Иван",
            "Middle name": "Сергеевич",
            "Last name": "Петров",
            "Email": "ivan@work.ru; ivan@home.ru",
            "Email labels": "work; home",
            "Phone": "+7 916 123-45-67; 8 495 123-45-67; 112",
            "Phone labels": "mobile; home; дача",
            "Messengers": "telegram: @ivan; skype: ivan.skype; vk: ivan_vk",
            "Company": "ООО Ромашка, Отдел продаж",
            "Job title": "Менеджер",
            "Website": "https://example.com/a,b",
            "Notes": "первая строка\nвторая; и \\ третья, конец",
            "Street": "ул. Ленина, 1, кв. 5",
            "City": "Омск",
            "Region": "Омская обл.",
            "Postcode": "644000",
            "Country": "Россия",
            "Tags": 'VIP, "a,b"',
            "Birthday": date(1985, 1, 31),
        }
    ]


def test_quoted_printable_in_cp1251(tmp_path: Path) -> None:
    def quoted(text: str) -> bytes:
        return quopri.encodestring(text.encode("cp1251"), quotetabs=False).replace(b"\n", b"\r\n")

    data = b"\r\n".join(
        [
            b"BEGIN:VCARD",
            b"VERSION:2.1",
            b"N;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:" + quoted("Щукина;Анна"),
            b"FN;ENCODING=quoted-printable;CHARSET=WINDOWS-1251:" + quoted("Анна Щукина"),
            b"NOTE;QUOTED-PRINTABLE;CHARSET=windows-1251:" + quoted("Очень длинное примечание, " * 6 + "конец"),
            b"TITLE;CHARSET=windows-1251:" + "Бухгалтер".encode("cp1251"),
            b"TEL;CELL;PREF:+79161234567",
            b"EMAIL;INTERNET:anna@example.com",
            b"END:VCARD",
            b"",
        ]
    )
    [contact] = contacts_of(written(tmp_path / "a.vcf", data))
    assert contact["Last name"] == "Щукина"
    assert contact["Name"] == "Анна Щукина"
    assert contact["Notes"] == "Очень длинное примечание, " * 6 + "конец"
    assert contact["Job title"] == "Бухгалтер"
    assert contact["Phone labels"] == "mobile"
    assert contact["Email"] == "anna@example.com"


def test_a_charset_that_is_not_named(tmp_path: Path) -> None:
    text = card("N:Иванов;Пётр;;;", "FN:Пётр Иванов", "NOTE:Старый клиент из Перми", version="2.1")
    path = written(tmp_path / "a.vcf", text.encode("cp1251"))
    assert inspect_source(path).encoding == "cp1251"
    assert contacts_of(path)[0]["Name"] == "Пётр Иванов"
    wide = written(tmp_path / "b.vcf", text.encode("utf-16"))
    assert contacts_of(wide)[0]["Name"] == "Пётр Иванов"
    with pytest.raises(ReadError):
        inspect_source(path, ReaderOptions(encoding="klingon"))


def test_several_cards_and_folded_lines(tmp_path: Path) -> None:
    folded = (
        "BEGIN:VCARD\nVERSION:4.0\nFN:Jo\n hn Smi\n\tth\nTEL;VALUE=uri;PREF=1:tel:+1-415-555-2671;ext=5\nEND:VCARD\n"
    )
    bare = "begin:vcard\nversion:3.0\nfn:Anna\nend:vcard\n"
    path = written(tmp_path / "a.vcf", folded + "\n" + bare + card("FN:Пётр"))
    found = inspect_source(path)
    assert (found.kind, found.estimated_rows, found.notices) == (SourceKind.VCARD, 3, [])
    assert [contact["Name"] for contact in contacts_of(path)] == ["John Smith", "Anna", "Пётр"]
    assert contacts_of(path)[0]["Phone"] == "+1-415-555-2671 ext. 5"
    assert [row.number for chunk in read_chunks(path, size=2) for row in chunk] == [1, 2, 3]


def test_a_character_cut_by_a_fold(tmp_path: Path) -> None:
    line = b"FN:" + "Ю".encode()[:1] + b"\r\n " + "Ю".encode()[1:] + b"lia"
    data = b"BEGIN:VCARD\r\nVERSION:3.0\r\n" + line + b"\r\nEND:VCARD\r\n"
    assert contacts_of(written(tmp_path / "a.vcf", data))[0]["Name"] == "Юlia"


@pytest.mark.parametrize(
    "lines",
    [
        ["PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(PHOTO).decode()],
        [
            "PHOTO;ENCODING=BASE64;JPEG:",
            *[" " + base64.b64encode(PHOTO).decode()[n : n + 70] for n in range(0, 280, 70)],
        ],
        ["PHOTO:data:image/jpeg;base64," + base64.b64encode(PHOTO).decode()],
    ],
)
def test_pictures_in_the_card_are_kept(tmp_path: Path, lines: list[str]) -> None:
    path = written(tmp_path / "a.vcf", card("FN:A", *lines))
    assert contacts_of(path) == [{"Name": "A", "Photo": PHOTO}]
    assert inspect_source(path).notices == []


def test_pictures_elsewhere_are_neither_fetched_nor_kept(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    path = written(
        tmp_path / "a.vcf",
        card("FN:A", f"PHOTO;VALUE=uri:file://{tmp_path}/secret")
        + card("FN:B", "PHOTO;VALUE=uri:https://example.com/b.jpg"),
    )
    assert contacts_of(path) == [{"Name": "A"}, {"Name": "B"}]
    found = inspect_source(path)
    assert found.notices == [Notice("pictures_ignored", {"count": 2})]
    assert found.headings == ["Name"]


def test_of_a_picture_too_large_the_beginning_is_read_and_a_broken_one_costs_nothing(tmp_path: Path) -> None:
    large = b"\xff\xd8\xff" + bytes(14_000_000)  # longer than a line may be
    lines = base64.encodebytes(large).replace(b"\n", b"\r\n ").removesuffix(b" ").decode()
    path = tmp_path / "a.vcf"
    path.write_bytes(
        f"BEGIN:VCARD\r\nFN:A\r\nPHOTO;ENCODING=b:{lines}EMAIL:a@x.io\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nFN:B\r\nPHOTO;ENCODING=b:%%%%\r\nEND:VCARD\r\n".encode()
    )
    first, second = contacts_of(path)
    picture = first.pop("Photo")
    assert isinstance(picture, bytes) and large.startswith(picture) and AVATAR_LIMIT < len(picture) < AVATAR_LIMIT + 9
    assert first == {"Name": "A", "Email": "a@x.io"}
    assert second == {"Name": "B", "Photo": b"%%%%"}


def test_nothing_of_a_card_goes_without_a_word(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.vcf",
        card(
            "FN:A",
            "ADR;TYPE=HOME:;;Lenina 1;Omsk;;644000;Russia",
            "ADR;TYPE=WORK,PREF:;;Brivibas 2;Riga;;;Latvia",
            "URL:https://a.io",
            "URL:https://b.io",
            "NICKNAME:Ann",
            "item1.X-ABRELATEDNAMES:Boris",
            "PRODID:-//Phone//EN",
            "REV:20240101T000000Z",
            "not a line at all",
        ),
    )
    assert contacts_of(path) == [
        {
            "Name": "A",
            "Street": "Brivibas 2",
            "City": "Riga",
            "Country": "Latvia",
            "Website": "https://a.io",
            "Notes": "https://b.io\nLenina 1, Omsk, 644000, Russia",
        }
    ]
    assert inspect_source(path).notices == [Notice("lines_ignored", {"names": ["NICKNAME", "X-ABRELATEDNAMES"]})]


def test_an_address_book_has_the_columns_that_its_cards_fill(tmp_path: Path) -> None:
    path = written(tmp_path / "a.vcf", card("FN:A", "TITLE:Boss") + card("FN:B", "item1.TEL:112"))
    assert inspect_source(path).headings == ["Name", "Phone", "Phone labels", "Job title"]


def test_cards_that_cannot_be_read_cost_one_row_each(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.vcf",
        card("FN:A")
        + "BEGIN:VCARD\nVERSION:3.0\nFN:Open\n"
        + card("NOTE:no name")
        + card("FN:B")
        + "BEGIN:VCARD\nFN:End",
    )
    rows = [row for chunk in read_chunks(path) for row in chunk]
    assert [row.problem for row in rows] == [
        None,
        RowProblem("card_unreadable", {"line": 5}),
        RowProblem("card_unreadable", {"line": 8}),
        None,
        RowProblem("card_unreadable", {"line": 16}),
    ]


def test_odd_lines_do_not_cost_the_card(tmp_path: Path) -> None:
    lines = ["no colon at all", ";;;:x", 'X-A;B="unclosed:1', ":", "FN:A", "N:", "ADR:;;", "BDAY:--0131", "KIND:org"]
    path = written(tmp_path / "a.vcf", card(*lines))
    assert contacts_of(path) == [{"Name": "A", "Birthday": "--0131", "Kind": "Organisation"}]


def test_a_name_is_made_of_its_parts_or_the_company(tmp_path: Path) -> None:
    path = written(tmp_path / "a.vcf", card("N:Smith;John;Q;;") + card("ORG:Acme"))
    assert [contact["Name"] for contact in contacts_of(path)] == ["John Q Smith", "Acme"]


def test_a_card_within_a_card_is_left_out(tmp_path: Path) -> None:
    text = card("FN:Boss", "AGENT:", "BEGIN:VCARD", "FN:Secretary", "END:VCARD", "TEL:1234567")
    assert contacts_of(written(tmp_path / "a.vcf", text)) == [{"Name": "Boss", "Phone": "1234567"}]


def test_properties_of_our_own_cards_are_columns(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.vcf",
        card("FN:A", "X-ULKA-PROPERTY;X-NAME=\"Size, '^' ^^\":42", "UID:k3f9ab12-1042", "X-ULKA-SOURCE:import")
        + card("FN:B", 'X-ULKA-PROPERTY;X-NAME="Цвет":красный\\, синий'),
    )
    found = inspect_source(path)
    assert found.headings[-2:] == ["property:Size, '\" ^", "property:Цвет"]
    first, second = contacts_of(path)
    assert first["ID"] == "k3f9ab12-1042"
    assert first["Source"] == "import"
    assert second["property:Цвет"] == "красный, синий"
    assert first[found.headings[-2]] == "42"


def test_cards_written_by_another_program_are_read_alike(tmp_path: Path) -> None:
    made = []
    names = ["Иван Петров", "Zoë O'Brien; Jr.", "山田 太郎", "a,b\\c", "line\nbreak"]
    for name in names:
        contact = vobject.vCard()
        contact.add("n").value = vobject.vcard.Name(family=name, given="Given, name")
        contact.add("fn").value = name
        contact.add("note").value = name * 20
        contact.add("email").value = "a@x.ru"
        contact.add("adr").value = vobject.vcard.Address(street="Street, 1; 2", city="City", code="123")
        made.append(contact.serialize())
    path = tmp_path / "a.vcf"
    path.write_text("".join(made), encoding="utf-8", newline="")
    for contact, name in zip(contacts_of(path), names, strict=True):
        assert contact["Name"] == contact["Last name"] == name
        assert contact["First name"] == "Given, name"
        assert contact["Notes"] == name * 20
        assert contact["Street"] == "Street, 1; 2"
        assert contact["Postcode"] == "123"


def test_a_large_picture_takes_no_time(tmp_path: Path) -> None:
    encoded = base64.b64encode(bytes(500_000)).decode()
    lines = "\n ".join(encoded[start : start + 74] for start in range(0, len(encoded), 74))
    path = written(tmp_path / "a.vcf", "".join(card(f"FN:N{n}", f"PHOTO;ENCODING=b:{lines}") for n in range(10)))
    assert all(contact["Photo"] == bytes(500_000) for contact in contacts_of(path))
