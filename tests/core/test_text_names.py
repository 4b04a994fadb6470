"""Full names: Russian and Western, organisations, initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ulkacrm_desktop.core.text.names import initials, is_organisation, join_name, last_first, split_name


@pytest.mark.parametrize(
    ("display", "first", "last"),
    [
        ("Сидоров Иван Петрович", "Иван Петрович", "Сидоров"),
        ("Иван Петрович Сидоров", "Иван Петрович", "Сидоров"),
        ("Абрамович Роман Аркадьевич", "Роман Аркадьевич", "Абрамович"),
        ("Роман Аркадьевич Абрамович", "Роман Аркадьевич", "Абрамович"),
        ("ИВАНОВА АННА ИЛЬИНИЧНА", "АННА ИЛЬИНИЧНА", "ИВАНОВА"),
        ("Алиев Вагиф Гасан оглы", "Вагиф Гасан оглы", "Алиев"),
        ("Ivanov Ivan Ivanovich", "Ivan Ivanovich", "Ivanov"),
        ("Иван Петров", "Иван", "Петров"),
        ("Петров Иван", "Иван", "Петров"),
        ("Марина Ким", "Марина", "Ким"),
        ("Шевченко Тарас", "Тарас", "Шевченко"),
        ("Кузьмич Пётр", "Пётр", "Кузьмич"),
        ("Иван Петрович", "Иван Петрович", ""),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Anna Maria Schmidt", "Anna Maria", "Schmidt"),
        ("John Smith Jr.", "John", "Smith Jr."),
        ("Madonna", "Madonna", ""),
        ("Smith, John", "", ""),
        ('ООО "Ромашка"', "", ""),
        ("Acme Ltd", "", ""),
        ("", "", ""),
    ],
)
def test_split(display: str, first: str, last: str) -> None:
    assert split_name(display) == (first, last)


@pytest.mark.parametrize(
    ("first", "last", "display"),
    [
        ("Иван Петрович", "Сидоров", "Сидоров Иван Петрович"),
        ("Иван", "Петров", "Иван Петров"),
        (" John ", " Smith", "John Smith"),
        ("Ivan Ivanovich", "Ivanov", "Ivan Ivanovich Ivanov"),
        ("", "Petrov", "Petrov"),
        ("", "", ""),
    ],
)
def test_join(first: str, last: str, display: str) -> None:
    assert join_name(first, last) == display


@given(st.text(st.sampled_from("Иван Петров Smith,.«»'-12é "), max_size=30))
def test_no_part_of_a_name_is_lost(display: str) -> None:
    first, last = split_name(display)
    if first or last:
        assert sorted(f"{first} {last}".split()) == sorted(display.split())


@pytest.mark.parametrize(
    ("display", "offered"),
    [
        ("Smith, John", ("John", "Smith")),
        ("Петров, Иван Сергеевич", ("Иван Сергеевич", "Петров")),
        ("de la Cruz, Ana", ("Ana", "de la Cruz")),
        ("Smith, Jr.", None),
        ("Acme, Inc.", None),
        ("Moscow, 12", None),
        ("a, b, c", None),
        ("Smith,", None),
        ("John Smith", None),
    ],
)
def test_last_first_is_only_offered(display: str, offered: tuple[str, str] | None) -> None:
    assert last_first(display) == offered


@pytest.mark.parametrize(
    ("display", "letters"),
    [
        ("иван петров", "ИП"),
        ("Ludwig van Beethoven", "LB"),
        ('ООО "Ромашка"', "Р"),
        ("«Север и Юг»", "СИ"),
        ("ООО", "О"),
        ("Madonna", "M"),
        ("***", "?"),
        ("", "?"),
        ("ßeta", "S"),
        ("42 Avenue", "4A"),
    ],
)
def test_initials(display: str, letters: str) -> None:
    assert initials(display) == letters


def test_organisations() -> None:
    assert is_organisation("ИП Иванов")
    assert is_organisation("Globex (ltd)")
    assert not is_organisation("Оооо Иван")
