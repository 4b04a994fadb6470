"""Odd cells: control characters, phones, emails, names, dates, numbers, answers, tags; and address cards."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from odd_files import Contact, OddFile, text_of
from odd_workbooks import xlsx_of

from ulkacrm_desktop.services.workspace import Workspace

ANNA = {"name": "Anna"}


def cells(row: str, case: str, *lines: str, **expected: Any) -> OddFile:
    """A CSV file of these lines, with the cells apart at bars, which no value of them has."""
    return OddFile(row, case, "a.csv", text_of(*lines).encode(), **expected)


def with_phone(written: str, key: str, shown: str | None = None, **more: Any) -> Contact:
    return {"name": "Anna", "phones": [(shown or written, key)], **more}


def with_emails(*emails: tuple[str, str], name: str = "Anna") -> Contact:
    return {"name": name, "emails": list(emails)}


def phones(case: str, written: str, contacts: Any = (), **more: Any) -> OddFile:
    return cells("phones", case, "Name|Phone|City", f"Anna|{written}|", contacts=contacts, **more)


def emails(case: str, written: str, *found: tuple[str, str], **more: Any) -> OddFile:
    return cells("emails", case, "Name|Email", f"Anna|{written}", contacts=[with_emails(*found)], **more)


def control(case: str, heading: str, cell: str) -> OddFile:
    return cells(
        "control characters", case, f"Name|{heading}|City", f"Anna|{cell}|Riga", "Ivan||Omsk",
        contacts=[{"name": "Ivan", "city": "Omsk"}],
        errors=[(2, heading, "control_character")],
    )  # fmt: skip


CARDS_2_1 = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\n"
    b"N;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=CF=E5=F2=F0=EE=E2=E0;=C0=ED=ED=\r\n=E0\r\n"
    b"FN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=C0=ED=ED=E0 =CF=E5=F2=F0=EE=E2=E0\r\n"
    b"TEL;CELL:+79161234567\r\nPHOTO;VALUE=URI:file:///etc/passwd\r\nEND:VCARD\r\n"
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ivan\r\nPHOTO;VALUE=uri:http://192.0.2.1/x.jpg\r\nEND:VCARD\r\n"
    b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Yulia\r\nEMAIL:yulia@x.io\r\nEND:VCARD\r\n"
)

ODD_CELLS = [
    control("NUL", "Company", "Ac\0me"),
    control("escape in a note", "Notes", "one\x1b[31mtwo"),
    control("in a tag", "Tags", "VIP, Le\x07ad"),
    control("in an email", "Email", "an\0na@x.io"),
    control("in a phone", "Phone", "+7916\x01234567"),
    control("in a messenger", "Telegram", "an\x02na"),
    control("in a property", "Shoe size", "3\x008"),
    control("in a C1 of an old encoding", "Company", "Ac\x85me"),
    cells(
        "control characters", "in a label", "Name|Email|Email labels|City", "Anna|a@x.io|wo\0rk|Riga", "Ivan|||Omsk",
        contacts=[{"name": "Ivan", "city": "Omsk"}], errors=[(2, "Email labels", "control_character")],
    ),
    cells(
        "control characters", "in a name", "Name|City", "An\0na|Riga", "Ivan|Omsk",
        contacts=[{"name": "Ivan", "city": "Omsk"}], errors=[(2, "Name", "control_character")],
    ),
    cells(
        "control characters", "among the choices of a property", "Name|Size",
        *(f"P{n}|{'SML'[n % 3]}" for n in range(12)), "Anna|M\0", "Ivan|#N/A",
        contacts=[{"name": f"P{n}", "Size": "SML"[n % 3]} for n in range(12)],
        errors=[(14, "Size", "control_character"), (15, "Size", "spreadsheet_error")],
    ),
    # Phones
    OddFile("phones", "a number of a workbook", "a.xlsx",
            lambda path: xlsx_of(path, [["Name", "Phone"], ["Anna", 79161234567.0]]),
            [with_phone("79161234567", "79161234567")]),
    phones("79161234567.0", "79161234567.0", [with_phone("79161234567", "79161234567")]),
    phones("7.9E+10", "7.9E+10", errors=[(2, "Phone", "phone_digits_lost")]),
    phones("7,91612E+10", "7,91612E+10", errors=[(2, "Phone", "phone_digits_lost")]),
    phones("with leading zero", "0791 123 45 67", [with_phone("0791 123 45 67", "07911234567")],
           warnings=[(2, "Phone", "phone_country_unknown")]),
    OddFile("phones", "with leading zero as text of a workbook", "a.xlsx",
            lambda path: xlsx_of(path, [["Name", "Phone"], ["Anna", "0301234567"]]),
            [with_phone("0301234567", "49301234567")], chosen={"region": "DE"}),
    phones("as a formula that gives a text", '="+7 916 123-45-67"', [with_phone("+7 916 123-45-67", "79161234567")]),
    phones("the same as a program quotes it", '"=""+7 916 123-45-67"""',
           [with_phone("+7 916 123-45-67", "79161234567")]),
    phones("two in a cell", "+7 916 123-45-67, +44 20 7946 0000",
           [{"name": "Anna", "phones": [("+7 916 123-45-67", "79161234567"), ("+44 20 7946 0000", "442079460000")]}]),
    phones("00 49", "00 49 30 1234567", [with_phone("00 49 30 1234567", "49301234567")]),
    phones("without a country", "916 123-45-67", [with_phone("916 123-45-67", "9161234567")],
           warnings=[(2, "Phone", "phone_country_unknown")]),
    phones("with the country asked for", "916 123-45-67", [with_phone("916 123-45-67", "79161234567")],
           chosen={"region": "RU"}),
    # Characters
    cells("characters", "full-width digits", "Name|Phone|City", "Anna|＋７９１６１２３４５６７|",
          contacts=[with_phone("+79161234567", "79161234567")], found={"79161234567": ["Anna"]}),
    cells("characters", "bidi marks in a name and a phone", "Name|Phone|City",
          "\u200fАнна\u200e|\u202a+7 916 123-45-67\u202c|",
          contacts=[{"name": "\u200fАнна\u200e", "phones": [("+7 916 123-45-67", "79161234567")]}],
          found={"анна": ["\u200fАнна\u200e"]}),
    cells("characters", "zero-width", "Name|Email|Tags", "An\u200bna|an\u200bna@x.io|VIP", "Ivan||VI\u200bP",
          contacts=[{"name": "An\u200bna", "emails": [("anna@x.io", "anna@x.io")], "tags": ["VIP"]},
                    {"name": "Ivan", "tags": ["VIP"]}],
          found={"anna": ["An\u200bna"]}),
    # Emails
    emails("with spaces", "  anna@x.io ", ("anna@x.io", "anna@x.io")),
    emails("upper-case domain", "Anna@X.IO", ("Anna@x.io", "anna@x.io")),
    emails("IDN", "anna@почта.рф", ("anna@почта.рф", "anna@xn--80a1acny.xn--p1ai")),
    emails("IDN in ASCII", "anna@xn--80a1acny.xn--p1ai", ("anna@почта.рф", "anna@xn--80a1acny.xn--p1ai")),
    emails("with a name", "Anna Petrova <a@x.io>", ("a@x.io", "a@x.io")),
    emails("several", "a@x.io; B@x.io, a@X.io", ("a@x.io", "a@x.io"), ("B@x.io", "b@x.io")),
    cells("emails", "the name of an address names who has no other", "Email|City", "Anna Petrova <a@x.io>|Riga",
          contacts=[{"name": "Anna Petrova", "emails": [("a@x.io", "a@x.io")], "city": "Riga"}]),
    cells("emails", "none", "Name|Email", "Anna|anna at x.io", errors=[(2, "Email", "email_without_at")]),
    # Homoglyphs
    cells("homoglyph domain", "of another script", "Name|Email", "Anna|anna@раураl.com",
          contacts=[with_emails(("anna@раураl.com", "anna@xn--l-7sba6dbr.com"))],
          warnings=[(2, "Email", "email_domain_lookalike")]),
    # Names
    cells("names", "Last, First is offered", "Name|City", "Petrova, Anna|Riga", "Acme, Inc.|Omsk", "Орлов, Пётр|Ufa",
          contacts=[{"name": "Petrova, Anna", "city": "Riga"}, {"name": "Acme, Inc.", "city": "Omsk"},
                    {"name": "Орлов, Пётр", "city": "Ufa"}],
          questions=[("Name", "name_order", "as_written")]),
    cells("names", "Last, First taken", "Name|City", "Petrova, Anna|Riga", "Acme, Inc.|Omsk", "Орлов, Пётр Ильич|Ufa",
          contacts=[{"name": "Anna Petrova", "first_name": "Anna", "last_name": "Petrova", "city": "Riga"},
                    {"name": "Acme, Inc.", "city": "Omsk"},
                    {"name": "Орлов Пётр Ильич", "first_name": "Пётр Ильич", "last_name": "Орлов", "city": "Ufa"}],
          questions=[("Name", "name_order", "as_written")], chosen={"name_orders": ((0, "last_first"),)}),
    cells("names", "a few with commas are names as they are", "Name|City", "Petrova, Anna|Riga", "Ivan|Omsk",
          contacts=[{"name": "Petrova, Anna", "city": "Riga"}, {"name": "Ivan", "city": "Omsk"}]),
    cells("names", "NFD against NFC", "Name|Email|Tags",
          "Zoe\u0308|zoe@x.io|Cafe\u0301", "Zo\u00eb|zoe2@x.io|Caf\u00e9",
          contacts=[{"name": "Zoe\u0308", "emails": [("zoe@x.io", "zoe@x.io")], "tags": ["Cafe\u0301"]},
                    {"name": "Zo\u00eb", "emails": [("zoe2@x.io", "zoe2@x.io")], "tags": ["Cafe\u0301"]}],
          found={"zo\u00eb": ["Zoe\u0308", "Zo\u00eb"], "zoe": ["Zoe\u0308", "Zo\u00eb"]}),
    cells("names", "Ё against Е", "Name|City", "Пётр Королёв|Орёл",
          contacts=[{"name": "Пётр Королёв", "city": "Орёл"}],
          found={"петр королев": ["Пётр Королёв"], "орел": ["Пётр Королёв"], "ПЁТР": ["Пётр Королёв"]}),
    # Dates
    cells("dates", "day first", "Name|Day", "Anna|31.01.2024", "Ivan|02.03.2024",
          contacts=[{**ANNA, "Day": date(2024, 1, 31)}, {"name": "Ivan", "Day": date(2024, 3, 2)}]),
    cells("dates", "month first", "Name|Day", "Anna|01/31/2024", "Ivan|02/03/2024",
          contacts=[{**ANNA, "Day": date(2024, 1, 31)}, {"name": "Ivan", "Day": date(2024, 2, 3)}]),
    cells("dates", "both fit", "Name|Day", "Anna|02/03/2024", "Ivan|04/05/2024",
          contacts=[{**ANNA, "Day": date(2024, 3, 2)}, {"name": "Ivan", "Day": date(2024, 5, 4)}],
          questions=[("Day", "date_order", "dmy")]),
    cells("dates", "both fit, answered", "Name|Day", "Anna|02/03/2024", "Ivan|04/05/2024",
          contacts=[{**ANNA, "Day": date(2024, 2, 3)}, {"name": "Ivan", "Day": date(2024, 4, 5)}],
          questions=[("Day", "date_order", "dmy")], chosen={"date_orders": ((1, "mdy"),)}),
    cells("dates", "each column by itself", "Name|Day|Other",
          "Anna|31.01.2024|01/31/2024", "Ivan|02.03.2024|02/03/2024",
          contacts=[{**ANNA, "Day": date(2024, 1, 31), "Other": date(2024, 1, 31)},
                    {"name": "Ivan", "Day": date(2024, 3, 2), "Other": date(2024, 2, 3)}]),
    cells("dates", "no date", "Name|Day", *(f"P{n}|{n:02}.01.2024" for n in range(13, 23)), "Anna|31.02.2024",
          contacts=[{"name": f"P{n}", "Day": date(2024, 1, n)} for n in range(13, 23)],
          errors=[(12, "Day", "date_invalid")]),
    # Yes and no
    cells("yes and no", "in many words", "Name|Agreed",
          "1|да", "2|нет", "3|yes", "4|no", "5|+", "6|x", "7|истина", "8|",
          contacts=[{"name": str(n), **({} if told is None else {"Agreed": told})}
                    for n, told in enumerate((True, False, True, False, True, True, True, None), 1)]),
    cells("yes and no", "anything else", "Name|Agreed", *(f"{n}|да" for n in range(12)), "Anna|maybe",
          contacts=[{"name": str(n), "Agreed": True} for n in range(12)],
          errors=[(14, "Agreed", "yes_no_invalid")]),
    # Numbers
    cells("numbers", "1 234,56", "Name|Sum", "Anna|1 234,56", "Ivan|7,5",
          contacts=[{**ANNA, "Sum": Decimal("1234.56")}, {"name": "Ivan", "Sum": Decimal("7.5")}]),
    cells("numbers", "1,234.56", "Name|Sum", "Anna|1,234.56", "Ivan|7.5",
          contacts=[{**ANNA, "Sum": Decimal("1234.56")}, {"name": "Ivan", "Sum": Decimal("7.5")}]),
    cells("numbers", "both fit", "Name|Sum", "Anna|1,234", "Ivan|5,678",
          contacts=[{**ANNA, "Sum": 1234}, {"name": "Ivan", "Sum": 5678}],
          questions=[("Sum", "decimal_mark", "point")]),
    cells("numbers", "both fit, answered", "Name|Sum", "Anna|1,234", "Ivan|5,678",
          contacts=[{**ANNA, "Sum": Decimal("1.234")}, {"name": "Ivan", "Sum": Decimal("5.678")}],
          questions=[("Sum", "decimal_mark", "point")], chosen={"decimal_marks": ((1, "comma"),)}),
    # Tags
    cells("tags", "over 100 characters", "Name|Tags", f"Anna|VIP, {'x' * 101}", f"Ivan|{'y' * 100}",
          contacts=[{"name": "Ivan", "tags": ["y" * 100]}], errors=[(2, "Tags", "tag_too_long")]),
    cells("tags", "one spelling", "Name|Tags", "Anna|VIP", "Ivan|vip ", "Yulia|Vip, vIP",
          contacts=[{"name": name, "tags": ["VIP"]} for name in ("Anna", "Ivan", "Yulia")]),
    # Cards
    OddFile("cards", "2.1 in cp1251, pictures elsewhere, several cards", "a.vcf", CARDS_2_1,
            [{"name": "Анна Петрова", "first_name": "Анна", "last_name": "Петрова",
              "phones": [("+79161234567", "79161234567")]},
             {"name": "Ivan"}, with_emails(("yulia@x.io", "yulia@x.io"), name="Yulia")],
            notices={"pictures_ignored": {"count": 2}}),
]  # fmt: skip


def test_no_row_of_the_specification_is_left_out() -> None:
    assert Counter(file.row for file in ODD_CELLS) == {
        "control characters": 11,
        "phones": 12,
        "characters": 3,
        "emails": 8,
        "homoglyph domain": 1,
        "names": 5,
        "dates": 6,
        "yes and no": 2,
        "numbers": 4,
        "tags": 2,
        "cards": 1,
    }


@pytest.mark.parametrize("file", ODD_CELLS, ids=str)
def test_an_odd_cell(file: OddFile, local_workspace: Workspace, tmp_path: Path) -> None:
    file.check(local_workspace, tmp_path)
