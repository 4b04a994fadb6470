"""Columns find their fields by headings of two languages and many programs, and by what stands in them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.fields import FIELDS
from ulkacrm_desktop.services.imports.headings import FIELD_HEADINGS, fold_heading, recognise, standard_label
from ulkacrm_desktop.services.imports.mapping import (
    ColumnMapping,
    FieldTarget,
    NewProperty,
    PropertyTarget,
    Reason,
    heading_signature,
    part_columns,
    propose_mapping,
    with_new_properties,
)
from ulkacrm_desktop.services.imports.mapping_text import assign, field_text, mapping_from_json, mapping_to_json
from ulkacrm_desktop.services.imports.origins import detect_origin

SIZE = PropertyDefinition(7, "Shoe size", PropertyType.NUMBER)
REGION = PropertyDefinition(8, "Region", PropertyType.TEXT)


def told(headings: list[str], *rows: list[str], properties: tuple[PropertyDefinition, ...] = ()) -> list[str]:
    """What each column is mapped to, as the command line writes it."""
    return [field_text(column.target) for column in propose_mapping(headings, rows, properties)]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("E-Mail", "email"),
        ("EMAIL ADDRESS", "email"),
        ("e_mail", "email"),
        ("Электронная почта", "email"),
        ("Эл. почта", "email"),
        ("Адрес электронной почты", "email"),
        ("Рабочий email", "email:work"),
        ("Email (личный)", "email:personal"),
        ("Work e-mail", "email:work"),
        ("Email клиента", "email"),
        ("Phone №", "phone"),
        ("Tel.", "phone"),
        ("Mobile", "phone:mobile"),
        ("Cell phone", "phone:mobile"),
        ("Home Phone 2", "phone:home"),
        ("Телефон", "phone"),
        ("Моб. телефон", "phone:mobile"),
        ("Сотовый", "phone:mobile"),
        ("Телефон (раб.)", "phone:work"),
        ("Факс", "phone:fax"),
        ("ФИО", "name"),
        ("Контактное лицо", "name"),
        ("Full Name", "name"),
        ("Фамилия", "last_name"),
        ("Отчество", "middle_name"),
        ("Surname", "last_name"),
        ("Организация", "company"),
        ("Company Name", "company"),
        ("Сайт", "website"),
        ("Web page", "website"),
        ("Комментарий", "notes"),
        ("Примечание", "notes"),
        ("Город", "city"),
        ("Home City", "city"),
        ("Область / край", "region"),
        ("ZIP Code", "postcode"),
        ("Почтовый индекс", "postcode"),
        ("Страна", "country"),
        ("Адрес", "street"),
        ("Теги", "tags"),
        ("Тэги", "tags"),
        ("Labels", "tags"),
        ("Категории", "tags"),
        ("Telegram", "messenger:telegram"),
        ("Телеграм", "messenger:telegram"),
        ("WhatsApp number", "messenger:whatsapp"),
        ("ВКонтакте", "messenger:vk"),
        ("Create Date", "created_at"),
        ("Дата добавления", "created_at"),
        ("Ёмейл", "email"),
        ("ИНН", "ignore"),
        ("Job Title", "ignore"),
        ("", "ignore"),
        ("№", "ignore"),
    ],
)
def test_headings_of_both_languages(heading: str, field: str) -> None:
    assert told([heading, "Something"], ["x", "y"]) == [field, "ignore"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_our_own_headings_are_certain(language: str) -> None:
    headings = list(FIELD_HEADINGS[language].values())
    mapping = propose_mapping(headings, [], [])
    for key, column in zip(FIELD_HEADINGS[language], mapping, strict=True):
        if FIELDS[key].importable:
            assert (column.target, column.confidence) == (FieldTarget(key), 1.0)
        else:
            assert (column.target, column.reason) == (None, Reason.READ_ONLY)


def test_every_field_has_a_heading_in_each_language() -> None:
    assert all(set(table) == set(FIELDS) for table in FIELD_HEADINGS.values())
    for table in FIELD_HEADINGS.values():
        assert len({fold_heading(heading) for heading in table.values()}) == len(table)


def listed(text: str, mark: str = ",") -> list[str]:
    """Headings as the first line of a file has them."""
    return text.split(mark)


GOOGLE_OLD = listed(
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Additional Name Yomi,Family Name Yomi,"
    "Name Prefix,Name Suffix,Initials,Nickname,Short Name,Maiden Name,Birthday,Gender,Location,Billing Information,"
    "Directory Server,Mileage,Occupation,Hobby,Sensitivity,Priority,Subject,Notes,Language,Photo,Group Membership,"
    "E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Type,E-mail 2 - Value,IM 1 - Type,IM 1 - Service,IM 1 - Value,"
    "Phone 1 - Type,Phone 1 - Value,Address 1 - Type,Address 1 - Formatted,Address 1 - Street,Address 1 - City,"
    "Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,"
    "Organization 1 - Type,Organization 1 - Name,Organization 1 - Title,Website 1 - Type,Website 1 - Value"
)


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


OUTLOOK = listed(
    "First Name,Middle Name,Last Name,Title,Company,Department,Job Title,Business Street,Business Street 2,"
    "Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home City,"
    "Business Fax,Business Phone,Business Phone 2,Home Phone,Mobile Phone,Birthday,Categories,E-mail Address,"
    "E-mail Type,E-mail Display Name,E-mail 2 Address,E-mail 2 Type,E-mail 2 Display Name,Notes,Priority,Web Page"
)


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


@pytest.mark.parametrize(
    ("headings", "rows", "fields"),
    [
        (["Имя", "Фамилия"], [["Анна", "Петрова"]], ["first_name", "last_name"]),
        (["Имя", "Фамилия"], [["Анна Петрова", "Петрова"]], ["name", "last_name"]),
        (["Имя", "Телефон"], [["Анна Петрова", "+79161234567"]], ["name", "phone"]),
        (["Name", "Surname"], [], ["first_name", "last_name"]),
        (["Name", "Last name"], [["Anna Petrova", "Petrova"]], ["name", "last_name"]),
        (["ID", "Name", "Last name"], [["k3f9ab12-1", "Anya", "Petrova"]], ["id", "name", "last_name"]),
        (["Name", "First name", "Last name"], [["A P", "A", "P"]], ["name", "first_name", "last_name"]),
        (["ФИО", "Имя"], [["Петрова Анна", "Анна"]], ["name", "ignore"]),
    ],
)
def test_whole_and_first_names(headings: list[str], rows: list[list[str]], fields: list[str]) -> None:
    assert told(headings, *rows) == fields


def test_several_columns_of_values_and_one_of_anything_else() -> None:
    headings = ["Email", "Email", "Phone", "phone 2", "Notes", "Comment"]
    assert told(headings) == ["email", "email", "phone", "phone", "notes", "ignore"]
    # A column without values does not take the field from one that has them.
    row = ["a@x.io", "b@x.io", "1", "2", "", "met at the fair"]
    assert told(headings, row) == ["email", "email", "phone", "phone", "ignore", "notes"]


@pytest.mark.parametrize(
    ("cell", "field"), [("k3f9ab12-1042", "id"), ("1042", "ignore"), ("301", "ignore"), ("A-17", "ignore")]
)
def test_an_id_of_elsewhere_is_not_taken(cell: str, field: str) -> None:
    assert told(["ID", "Name"], [cell, "Anna"])[0] == field


def test_properties_are_found_by_name_but_never_instead_of_our_own_fields() -> None:
    assert told(["SHOE-SIZE", "Region", "property:Region"], properties=(SIZE, REGION)) == [
        "property:Shoe size", "region", "property:Region",
    ]  # fmt: skip
    categories = PropertyDefinition(9, "Categories", PropertyType.TEXT)
    assert told(["Categories"], properties=(categories,)) == ["property:Categories"]
    assert told(["Categories"]) == ["tags"]
    assert told(["property:Nothing"], properties=(SIZE,)) == ["ignore"]


def test_contents_decide_where_headings_say_nothing() -> None:
    rows = [[f"n{n}@x.io", f"contact{n}@y.io", f"{7700000000 + n}"] for n in range(5)]
    assert told(["Contact", "Куда писать", "ИНН"], *rows) == ["email", "email", "ignore"]


def test_without_headings_contents_decide() -> None:
    rows = [
        ["Анна Петрова", "anna@x.io", "+7 916 123-45-67", "17", "https://x.io", "VIP"],
        ["Борис Орлов", "boris@x.io", "8 903 111-22-33", "19", "", "Lead"],
    ]
    assert told([], *rows) == ["name", "email", "phone", "ignore", "website", "ignore"]
    assert told([], ["2024-05-01", "1 234 567"], ["2024-06-01", "7 654 321"]) == ["ignore", "ignore"]
    assert propose_mapping([], [], []) == []


def test_cells_of_workbooks_are_no_trouble() -> None:
    mapping = propose_mapping(["Name", "Size", "?"], [["Anna", 42.0, None], ["Boris", 43.0, None]], [])
    made = with_new_properties(mapping, [["Anna", 42.0, None], ["Boris", 43.0, None]])
    assert made[1].target == NewProperty("Size", PropertyType.NUMBER)
    assert made[2].target is None


def test_new_properties_have_types_options_and_names_of_their_own() -> None:
    headings = ["Name", "Colour", "colour", "Shoe size"]
    rows = [["a", "red", "dark", "1"], ["b", "blue", "light", "2"]] * 6
    mapping = propose_mapping(headings, rows, (SIZE,))
    assert [field_text(c.target) for c in mapping] == ["name", "ignore", "ignore", "property:Shoe size"]
    made = with_new_properties(mapping, rows)
    assert made[1].target == NewProperty("Colour", PropertyType.SELECT, ("red", "blue"))
    assert made[2].target == NewProperty("colour 2", PropertyType.SELECT, ("dark", "light"))
    assert made[3].target == PropertyTarget(7, "Shoe size")


def test_rows_wider_than_the_headings_have_columns_too() -> None:
    mapping = propose_mapping(["Name"], [["Anna", "anna@x.io"]], [])
    assert [(c.index, c.heading, field_text(c.target)) for c in mapping] == [(0, "Name", "name"), (1, "", "email")]


def test_a_label_column_belongs_to_the_values_beside_it() -> None:
    mapping = propose_mapping(["Phone", "Phone type", "Phone", "Phone type"], [], [])
    assert part_columns(mapping, "phone_label") == {0: 1, 2: 3}
    assert part_columns(propose_mapping(["Email label", "Email"], [], []), "email_label") == {1: 0}
    assert part_columns(propose_mapping(["Email label", "Phone"], [], []), "email_label") == {}


def test_labels_that_others_write() -> None:
    assert [standard_label(text) for text in ("Work", "рабочий", "МОБ.", "Other", " Dacha ", "", "Primary")] == [
        "work", "work", "mobile", "other", "Dacha", "", "Primary",
    ]  # fmt: skip


def test_what_was_corrected_is_remembered() -> None:
    headings = ["Name", "Code", "Size"]
    rows = [["Anna", "x", "42"]]
    proposed = propose_mapping(headings, rows, (SIZE,))
    corrected = assign(proposed, ["Code=notes", "Size=property:Shoe size"], (SIZE,))
    kept = mapping_from_json(mapping_to_json(corrected))
    assert kept == corrected
    renamed = PropertyDefinition(7, "Foot", PropertyType.NUMBER)
    again = propose_mapping(headings, rows, (renamed,), kept)
    assert [field_text(c.target) for c in again] == ["name", "notes", "property:Foot"]
    assert {c.reason for c in again} == {Reason.REMEMBERED}
    gone = propose_mapping(headings, rows, (), kept)
    assert [field_text(c.target) for c in gone] == ["name", "notes", "ignore"]


def test_a_new_property_of_last_time_is_there_now() -> None:
    rows = [["Anna", "42"], ["Boris", "43"]]
    headings = ["Name", "Shoe size"]
    made = with_new_properties(propose_mapping(headings, rows, ()), rows)
    kept = mapping_from_json(mapping_to_json(made))
    assert propose_mapping(headings, rows, (SIZE,), kept)[1].target == PropertyTarget(7, "Shoe size")


def test_a_column_left_out_by_hand_stays_out() -> None:
    corrected = assign(propose_mapping(["Name", "Email"], [], []), ["Email=ignore"], [])
    again = propose_mapping(["Name", "Email"], [], [], mapping_from_json(mapping_to_json(corrected)))
    assert again[1].target is None


def test_signatures_tell_headings_not_their_writing() -> None:
    assert heading_signature(["Name", "E-mail"]) == heading_signature([" NAME", "e mail"])
    assert heading_signature(["Name", "Email"]) != heading_signature(["Email", "Name"])
    assert heading_signature([]) == heading_signature(["", " "]) == ""


def test_assignments_of_the_command_line() -> None:
    mapping = propose_mapping(["Name", "a=b", "Mail", "X"], [["Anna", "1", "2", "3"]], (SIZE,))
    result = assign(mapping, ["a=b=phone:рабочий", "mail = Email", "#4=property:shoe SIZE"], (SIZE,))
    assert [field_text(c.target) for c in result] == ["name", "phone:work", "email", "property:Shoe size"]
    assert field_text(assign(mapping, ["X=messenger:Telegram"], ())[3].target) == "messenger:telegram"
    taken = assign(mapping, ["X=name"], ())
    assert [field_text(c.target) for c in taken] == ["ignore", "ignore", "email", "name"]
    assert field_text(assign(mapping, ["Name=ignore"], ())[0].target) == "ignore"


def test_a_property_is_made_only_on_request() -> None:
    rows = [["Anna", "42"], ["Boris", "43"]]
    mapping = propose_mapping(["Name", "Size"], rows, ())
    made = assign(mapping, ["Size=property:Foot"], (), rows, create_properties=True)
    assert made[1].target == NewProperty("Foot", PropertyType.NUMBER)
    with pytest.raises(ExpectedError) as raised:
        assign(mapping, ["Size=property:Foot"], (SIZE,), rows)
    assert raised.value.code == "mapping_unknown_property"
    assert raised.value.facts == {"text": "Foot", "properties": ["Shoe size"]}


@pytest.mark.parametrize(
    ("assignment", "code", "text"),
    [
        ("Name", "mapping_syntax", "Name"),
        ("Nowhere=email", "mapping_unknown_column", "Nowhere"),
        ("#9=email", "mapping_unknown_column", "#9"),
        ("#0=email", "mapping_unknown_column", "#0"),
        ("=email", "mapping_unknown_column", ""),
        ("Name=nothing", "mapping_unknown_field", "nothing"),
        ("Name=city:work", "mapping_unknown_field", "city:work"),
        ("Name=", "mapping_unknown_field", ""),
        ("Name=updated_at", "mapping_read_only_field", "updated_at"),
    ],
)
def test_faulty_assignments_are_named(assignment: str, code: str, text: str) -> None:
    with pytest.raises(ExpectedError) as raised:
        assign(propose_mapping(["Name"], [], []), [assignment], [])
    assert (raised.value.code, raised.value.facts["text"]) == (code, text)


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '[{"index": 0}]', json.dumps([{"index": 0, "heading": "x",
    "confidence": 1, "reason": "chosen", "target": {"is": "FieldTarget", "key": "nothing"}}])])  # fmt: skip
def test_no_mapping_is_read_from_what_is_none(text: str) -> None:
    if text == "{}":
        assert mapping_from_json(text) == []
        return
    with pytest.raises(ValueError):
        mapping_from_json(text)


_heading = st.one_of(
    st.text(max_size=20),
    st.sampled_from([*FIELD_HEADINGS["en"].values(), *FIELD_HEADINGS["ru"].values(), *GOOGLE_OLD, *OUTLOOK]),
)


@given(headings=st.lists(_heading, max_size=12), rows=st.lists(st.lists(st.text(max_size=12), max_size=14), max_size=4))
def test_any_file_gets_a_mapping_of_one_column_a_field(headings: list[str], rows: list[list[str]]) -> None:
    mapping = propose_mapping(headings, rows, (SIZE, REGION))
    assert [column.index for column in mapping] == list(range(max([len(headings), *map(len, rows)])))
    single = [
        column.target.key
        for column in mapping
        if isinstance(column.target, FieldTarget) and not FIELDS[column.target.key].multiple
    ]
    assert len(single) == len(set(single))
    properties = [column.target for column in mapping if isinstance(column.target, PropertyTarget)]
    assert len(properties) == len(set(properties))
    for column in mapping:
        assert (column.target is None) == (column.confidence == 0)
        assert 0 <= column.confidence <= 1
    everything = with_new_properties(mapping, rows)
    assert mapping_from_json(mapping_to_json(everything)) == everything
    kept: list[ColumnMapping] = propose_mapping(headings, rows, (SIZE, REGION), mapping)
    assert [column.target for column in kept] == [column.target for column in mapping]


@given(text=st.text())
def test_any_heading_is_understood_or_not_but_never_fails(text: str) -> None:
    meant = recognise(text)
    assert meant is None or meant.key is None or meant.key in FIELDS
    assert fold_heading(fold_heading(text)) == fold_heading(text)
