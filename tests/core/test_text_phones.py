"""Telephone numbers as people and spreadsheets write them."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from ulkacrm_desktop.core.text.fold import REVERSED_MARK
from ulkacrm_desktop.core.text.phones import (
    Phone,
    PhoneProblem,
    format_phone,
    ordinary_phone,
    ordinary_phones,
    parse_phone,
    parse_phones,
    phone_words,
)


@pytest.mark.parametrize(
    ("text", "region", "number", "key"),
    [
        ("+7 (916) 123-45-67", None, "+7 (916) 123-45-67", "79161234567"),
        ("8 916 123-45-67", "RU", "8 916 123-45-67", "79161234567"),
        ("79161234567", "RU", "79161234567", "79161234567"),
        ("9161234567", "RU", "9161234567", "79161234567"),
        ("79161234567.0", "RU", "79161234567", "79161234567"),
        ("00 49 30 123456", "RU", "00 49 30 123456", "4930123456"),
        ("00 49 30 123456", None, "00 49 30 123456", "4930123456"),
        ("011 44 20 7946 0958", "US", "011 44 20 7946 0958", "442079460958"),
        ("030 123456", "DE", "030 123456", "4930123456"),
        ("+49 (0)30 123456", None, "+49 (0)30 123456", "4930123456"),
        ("06 698 12345", "IT", "06 698 12345", "390669812345"),
        ("(415) 555-2671", "US", "(415) 555-2671", "14155552671"),
        ("812 123-45-67", "RU", "812 123-45-67", "78121234567"),
        ("1-800-FLOWERS", "US", "1-800-FLOWERS", "18003569377"),
        ("＋７９１６１２３４５６７", None, "+79161234567", "79161234567"),
        ("\u202a+7 916\u00a0123-45-67\u202c", None, "+7 916 123-45-67", "79161234567"),
        ("'+79161234567", None, "+79161234567", "79161234567"),
        ("тел.: 8 916 123 45 67", "RU", "8 916 123 45 67", "79161234567"),
        ("tel:+7-916-123-45-67", None, "+7-916-123-45-67", "79161234567"),
        ("89161234567 Маша", "RU", "89161234567 Маша", "79161234567"),
        ("+7 495 123-45-67 доб. 101", None, "+7 495 123-45-67 доб. 101", "74951234567x101"),
        ("8(495)123-45-67 ext 5", "ru", "8(495)123-45-67 ext 5", "74951234567x5"),
        ("+1 415 555 2671 x12", None, "+1 415 555 2671 x12", "14155552671x12"),
    ],
)
def test_numbers(text: str, region: str | None, number: str, key: str) -> None:
    assert parse_phone(text, region) == (number, key, "")


@pytest.mark.parametrize(
    ("text", "region", "key", "notice"),
    [
        ("8 916 123-45-67", None, "89161234567", "phone_country_unknown"),
        ("8 916 123-45-67", "", "89161234567", "phone_country_unknown"),
        ("79161234567", None, "79161234567", "phone_country_guessed"),
        ("380501234567", "RU", "380501234567", "phone_country_guessed"),
        ("79161234567", "US", "79161234567", "phone_country_guessed"),
        ("123-45-67", "RU", "1234567", "phone_length_odd"),
        ("+7 916 123", None, "7916123", "phone_length_odd"),
        ("+999 123456", None, "999123456", "phone_country_unknown"),
        ("089161234567", "RU", "089161234567", "phone_length_odd"),
    ],
)
def test_doubtful_numbers_are_kept_and_told(text: str, region: str | None, key: str, notice: str) -> None:
    phone = parse_phone(text, region)
    assert (phone.match_key, phone.notice) == (key, notice)
    assert phone.number == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("7.9E+10", "phone_digits_lost"),
        ("7,91612E+10", "phone_digits_lost"),
        ("7.9161234567e10", "phone_digits_lost"),
        ("", "phone_invalid"),
        ("нет", "phone_invalid"),
        ("—", "phone_invalid"),
        ("кв 512", "phone_invalid"),
        ("12", "phone_too_short"),
        ("1" * 21, "phone_too_long"),
        ("1 " * 200, "phone_too_long"),
    ],
)
def test_what_is_no_number(text: str, code: str) -> None:
    with pytest.raises(PhoneProblem) as problem:
        parse_phone(text, "RU")
    assert problem.value.code == code
    assert problem.value.value == text


@pytest.mark.parametrize(
    ("cell", "keys"),
    [
        ("8 916 123-45-67, 8 916 765-43-21", ["79161234567", "79167654321"]),
        ("8-916-1234567;\n8-926-1234567", ["79161234567", "79261234567"]),
        ("+7 916 123-45-67 +7 926 765-43-21", ["79161234567", "79267654321"]),
        ("89161234567 89267654321", ["79161234567", "79267654321"]),
        ("+7 916 1234567 ::: +49 30 123456", ["79161234567", "4930123456"]),
        ("8(495)1234567/8(495)7654321", ["74951234567", "74957654321"]),
        ("8 916 123-45-67 или 8 926 123-45-67", ["79161234567", "79261234567"]),
        ("+7 495 123-45-67, доб. 12", ["74951234567x12"]),
        ("8 916 123-45-67, +7 916 123 45 67", ["79161234567"]),
        ("8 (916) 123 45 67", ["79161234567"]),
    ],
)
def test_several_in_a_cell(cell: str, keys: list[str]) -> None:
    assert [phone.match_key for phone in parse_phones(cell, "RU")] == keys


def test_a_number_in_quotes_is_one() -> None:
    cell = '"+7 495 123-45-67, доб. 12"; 8 916 123-45-67; "8 926 123-45-67 ""Маша"", мама"'
    assert [(phone.number, phone.match_key) for phone in parse_phones(cell, "RU")] == [
        ("+7 495 123-45-67, доб. 12", "74951234567x12"),
        ("8 916 123-45-67", "79161234567"),
        ('8 926 123-45-67 "Маша", мама', "79261234567"),
    ]


def test_a_slash_inside_a_number_does_not_split_it() -> None:
    assert [phone.match_key for phone in parse_phones("089/123456", "DE")] == ["4989123456"]


def test_a_huge_cell_is_refused_at_once() -> None:
    with pytest.raises(PhoneProblem):
        parse_phones(" " * 1_000_000, "RU")


EXAMPLES = [
    (region, kind)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.UAN)
    if phonenumbers.example_number_for_type(region, kind) is not None
]


def test_every_country_reads_as_the_library_reads_it() -> None:
    assert len(EXAMPLES) > 600
    for region, kind in EXAMPLES:
        number = phonenumbers.example_number_for_type(region, kind)
        key = phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:]
        international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        assert parse_phone(international).match_key == key
        assert parse_phone(international, "RU").match_key == key
        assert parse_phone("00" + key, region).match_key == key
        library = phonenumbers.format_number(phonenumbers.parse(national, region), PhoneNumberFormat.E164)[1:]
        assert parse_phone(national, region).match_key in (key, library)
        bare = phonenumbers.format_number(phonenumbers.parse(key, region), PhoneNumberFormat.E164)[1:]
        assert parse_phone(key, region).match_key in (key, bare)


def test_words_find_a_number_from_both_ends() -> None:
    assert phone_words("79161234567") == [
        "79161234567",
        REVERSED_MARK + "76543216197",
        "9161234567",
        "89161234567",
    ]
    assert phone_words("14155552671") == ["14155552671", REVERSED_MARK + "17625555141", "4155552671"]
    assert phone_words("390669812345")[2:] == ["0669812345"]
    assert phone_words("74951234567x101")[0] == "74951234567"
    assert phone_words("112") == ["112", REVERSED_MARK + "211"]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("79161234567", "+7 916 123-45-67"),
        ("74951234567x101", "+7 495 123-45-67 x101"),
        ("1234567", "1234567"),
        ("390669812345", "+39 06 6981 2345"),
    ],
)
def test_display(key: str, shown: str) -> None:
    assert format_phone(key) == shown


@given(st.sampled_from(EXAMPLES))
def test_what_is_shown_reads_as_the_same_number(example: tuple[str, int]) -> None:
    number = phonenumbers.example_number_for_type(*example)
    key = phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:]
    assert parse_phone(format_phone(key)).match_key == key


@given(st.text("0123456789+-() .xдоб,/;eE", max_size=30), st.sampled_from(["RU", "US", "DE", None]))
def test_any_text_gives_a_number_or_a_problem(text: str, region: str | None) -> None:
    try:
        phones = parse_phones(text, region)
    except PhoneProblem:
        return
    for phone in phones:
        assert phone.match_key.replace("x", "", 1).isdigit()
        assert phone_words(phone.match_key)


@given(st.text("0123456789+-() .xдоб,/;\"'\u202f", max_size=30), st.sampled_from(["RU", "US", None]))
def test_a_number_that_was_tidied_reads_as_itself(text: str, region: str | None) -> None:
    try:
        phone = parse_phone(text, region)
    except PhoneProblem:
        return
    assert parse_phone(phone.number, region) == phone


_WRITTEN = st.one_of(
    st.from_regex(r"(\+|00|8|7)?[ (]?[0-9]{2,4}[)]? ?[0-9]{2,3}[- \t]{0,2}[0-9]{2,7}(\.0|\n)?", fullmatch=True),
    st.text("+0123456789 ()-x,;/\n\xa0", max_size=20),
)


@given(st.lists(_WRITTEN, max_size=5), st.sampled_from([None, "RU", "AR", "IT"]))
def test_plain_phones_of_a_column_are_those_of_its_cells(cells: list[str], region: str | None) -> None:
    for cell, found in zip(cells, ordinary_phones(cells, region), strict=True):
        assert found == ordinary_phone(cell, region)
        if found is not None:
            assert parse_phones(cell, region) == [Phone(*found)]
