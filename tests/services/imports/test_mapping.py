"""Columns find their fields by headings of two languages and many programs, and by what stands in them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapped_columns import GOOGLE_OLD, OUTLOOK, told

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

SIZE = PropertyDefinition(7, "Shoe size", PropertyType.NUMBER)
REGION = PropertyDefinition(8, "Region", PropertyType.TEXT)


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
    assert all({*table, "avatar"} == set(FIELDS) for table in FIELD_HEADINGS.values())  # a table holds no pictures
    for table in FIELD_HEADINGS.values():
        assert len({fold_heading(heading) for heading in table.values()}) == len(table)


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
        (["Имя"], [["Анна"]], ["name"]),
        (["Полное имя", "Имя", "Фамилия"], [["Анна Петрова", "Анна", "Петрова"]], ["name", "first_name", "last_name"]),
        (["Полное имя", "Личное имя"], [["Анна Петрова", "Анна"]], ["name", "first_name"]),
        (["Имя", "Личное имя", "Фамилия"], [["А П", "А", "П"]], ["name", "first_name", "last_name"]),
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


def test_a_heading_too_long_for_a_name_finds_its_property_again() -> None:
    long = "What would you like to hear about? " * 5
    [made] = with_new_properties(propose_mapping([long], [["tea"]], []), [["tea"]])
    assert isinstance(made.target, NewProperty) and len(made.target.name) <= 100
    [again] = propose_mapping([long], [["tea"]], [PropertyDefinition(1, made.target.name, PropertyType.TEXT)])
    assert again.target == PropertyTarget(1, made.target.name)
    twice = with_new_properties(propose_mapping([long, long + "?"], [["a", "b"]], []), [["a", "b"]])
    names = [column.target.name for column in twice if isinstance(column.target, NewProperty)]
    assert len(set(names)) == 2 and max(map(len, names)) <= 100
