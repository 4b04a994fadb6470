"""The exports of other programs find their fields, and say which program has written them."""

import pytest
from mapped_columns import GOOGLE_OLD, OUTLOOK, listed, told

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.services.imports.headings import FIELD_HEADINGS
from ulkacrm_desktop.services.imports.mapping import (
    FieldTarget,
    NewProperty,
    part_columns,
    propose_mapping,
    with_new_properties,
)
from ulkacrm_desktop.services.imports.mapping_text import field_text
from ulkacrm_desktop.services.imports.origins import detect_origin


def test_google_contacts_as_they_were() -> None:
    assert detect_origin(GOOGLE_OLD) == "google_contacts"
    mapping = propose_mapping(GOOGLE_OLD, [], [])
    fields = {c.heading: field_text(c.target) for c in mapping if c.target is not None}
    assert fields == {
        "Name": "name",
        "Given Name": "first_name",
        "Additional Name": "middle_name",
        "Family Name": "last_name",
        "Notes": "notes",
        "Group Membership": "tags",
        "E-mail 1 - Type": "email_label",
        "E-mail 1 - Value": "email",
        "E-mail 2 - Type": "email_label",
        "E-mail 2 - Value": "email",
        "IM 1 - Type": "messenger_label",
        "IM 1 - Service": "messenger_kind",
        "IM 1 - Value": "messenger",
        "Phone 1 - Type": "phone_label",
        "Phone 1 - Value": "phone",
        "Address 1 - Street": "street",
        "Address 1 - City": "city",
        "Address 1 - Region": "region",
        "Address 1 - Postal Code": "postcode",
        "Address 1 - Country": "country",
        "Organization 1 - Name": "company",
        "Website 1 - Value": "website",
    }
    at = {heading: index for index, heading in enumerate(GOOGLE_OLD)}
    assert part_columns(mapping, "email_label") == {
        at["E-mail 1 - Value"]: at["E-mail 1 - Type"],
        at["E-mail 2 - Value"]: at["E-mail 2 - Type"],
    }
    assert part_columns(mapping, "phone_label") == {at["Phone 1 - Value"]: at["Phone 1 - Type"]}
    assert part_columns(mapping, "messenger_kind") == {at["IM 1 - Value"]: at["IM 1 - Service"]}
    groups = mapping[at["Group Membership"]].target
    assert isinstance(groups, FieldTarget)
    assert groups.google


def test_google_contacts_as_they_are() -> None:
    headings = listed(
        "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,"
        "Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,"
        "Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,"
        "Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City"
    )
    row = [""] * len(headings)
    row[headings.index("Birthday")] = "1990-05-17"
    row[headings.index("Organization Title")] = "Director"
    row[headings.index("File As")] = "Petrova, Anna"
    assert detect_origin(headings) == "google_contacts"
    mapping = propose_mapping(headings, [row], [])
    assert {c.heading: field_text(c.target) for c in mapping if c.target is not None} == {
        "First Name": "first_name",
        "Middle Name": "middle_name",
        "Last Name": "last_name",
        "Organization Name": "company",
        "Notes": "notes",
        "Labels": "tags",
        "E-mail 1 - Label": "email_label",
        "E-mail 1 - Value": "email",
        "Phone 1 - Label": "phone_label",
        "Phone 1 - Value": "phone",
        "Phone 2 - Label": "phone_label",
        "Phone 2 - Value": "phone",
        "Address 1 - Street": "street",
        "Address 1 - City": "city",
    }
    # What else a contact has becomes properties; Google's own columns and empty ones do not.
    made = [c.target for c in with_new_properties(mapping, [row]) if isinstance(c.target, NewProperty)]
    assert made == [
        NewProperty("Organization Title", PropertyType.TEXT),
        NewProperty("Birthday", PropertyType.DATE),
    ]


def test_outlook() -> None:
    assert detect_origin(OUTLOOK) == "outlook"
    row = [""] * len(OUTLOOK)
    row[OUTLOOK.index("Home City")] = "Oslo"
    row[OUTLOOK.index("Priority")] = "Normal"
    mapping = propose_mapping(OUTLOOK, [row], [])
    fields = {c.heading: field_text(c.target) for c in mapping if c.target is not None}
    assert fields == {
        "First Name": "first_name",
        "Middle Name": "middle_name",
        "Last Name": "last_name",
        "Company": "company",
        "Home Street": "street",  # the address that has values
        "Home City": "city",
        "Business Fax": "phone:fax",
        "Business Phone": "phone:work",
        "Business Phone 2": "phone:work",
        "Home Phone": "phone:home",
        "Mobile Phone": "phone:mobile",
        "Categories": "tags",
        "E-mail Address": "email",
        "E-mail 2 Address": "email",
        "Notes": "notes",
        "Web Page": "website",
    }
    assert not any(isinstance(c.target, NewProperty) for c in with_new_properties(mapping, [row]))


def test_outlook_in_russian() -> None:
    headings = listed(
        "Обращение;Имя;Отчество;Фамилия;Суффикс;Организация;Отдел;Должность;Улица (раб. адрес);Город (раб. адрес);"
        "Область (раб. адрес);Индекс (раб. адрес);Страна или регион (раб. адрес);Улица (дом. адрес);Рабочий факс;"
        "Рабочий телефон;Телефон раб. 2;Домашний телефон;Телефон переносной;Веб-страница;День рождения;Заметки;"
        "Категории;Адрес эл. почты;Тип эл. почты;Краткое имя эл. почты;Адрес 2 эл. почты;Тип 2 эл. почты;"
        "Краткое 2 имя эл. почты",
        ";",
    )
    row = ["x"] * len(headings)
    assert detect_origin(headings) == "outlook"
    mapping = propose_mapping(headings, [row], [])
    assert {c.heading: field_text(c.target) for c in mapping if c.target is not None} == {
        "Имя": "first_name",
        "Отчество": "middle_name",
        "Фамилия": "last_name",
        "Организация": "company",
        "Улица (раб. адрес)": "street",
        "Город (раб. адрес)": "city",
        "Область (раб. адрес)": "region",
        "Индекс (раб. адрес)": "postcode",
        "Страна или регион (раб. адрес)": "country",
        "Рабочий факс": "phone:fax",
        "Рабочий телефон": "phone:work",
        "Телефон раб. 2": "phone:work",
        "Домашний телефон": "phone:home",
        "Телефон переносной": "phone:mobile",
        "Веб-страница": "website",
        "Заметки": "notes",
        "Категории": "tags",
        "Адрес эл. почты": "email",
        "Адрес 2 эл. почты": "email",
    }


def test_hubspot() -> None:
    headings = [
        "Record ID", "First Name", "Last Name", "Email", "Phone Number", "Mobile Phone Number", "Contact owner",
        "Lifecycle Stage", "Lead Status", "Create Date", "Company name", "Website URL", "City", "State/Region",
    ]  # fmt: skip
    row = ["301", "Anna", "Petrova", "a@x.com", "+7 916 1234567", "", "Ivan", "customer", "NEW"] + [""] * 5
    assert detect_origin(headings) == "hubspot"
    mapping = propose_mapping(headings, [row], [])
    assert [field_text(c.target) for c in mapping] == [
        "ignore", "first_name", "last_name", "email", "phone", "phone:mobile", "ignore",
        "ignore", "ignore", "created_at", "company", "website", "city", "region",
    ]  # fmt: skip
    made = [c.target.name for c in with_new_properties(mapping, [row]) if isinstance(c.target, NewProperty)]
    assert made == ["Lifecycle Stage", "Lead Status"]  # the owner is a field that is only read, the record's ID nothing


@pytest.mark.parametrize(
    ("origin", "headings", "fields"),
    [
        (
            "webasyst",
            ["Full name", "Company", "Email", "Phone", "Instant messenger", "Tags"],
            ["name", "company", "email", "phone", "messenger", "tags"],
        ),
        (
            "webasyst",
            ["Полное имя", "Компания", "Email", "Телефон", "Мессенджер", "Теги"],
            ["name", "company", "email", "phone", "messenger", "tags"],
        ),
        ("sendpulse", ["email", "phone", "variables", "Имя"], ["email", "phone", "ignore", "name"]),
        (
            "ulka_chat",
            ["Name", "Email", "Phone", "Tags", "Last conversation date"],
            ["name", "email", "phone", "tags", "ignore"],
        ),
        (None, ["Name", "Email", "Phone"], ["name", "email", "phone"]),
    ],
)
def test_other_programs(origin: str | None, headings: list[str], fields: list[str]) -> None:
    assert detect_origin(headings) == origin
    assert told(headings) == fields


def test_our_own_export_is_nobody_elses() -> None:
    assert all(detect_origin(list(table.values())) is None for table in FIELD_HEADINGS.values())
