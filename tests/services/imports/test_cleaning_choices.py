"""Yes and no, web addresses, options and tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ulkacrm_desktop.services.cells import join_values
from ulkacrm_desktop.services.imports.cleaning import (
    Cell,
    CellProblem,
    parse_option,
    parse_url,
    parse_yes_no,
    split_options,
    split_tags,
)


@pytest.mark.parametrize("cell", ["да", "Да", "ДА ", "yes", "Y", "+", "x", "Х", "истина", "TRUE", "1", "✓", True, 1.0])
def test_yes(cell: Cell) -> None:
    assert parse_yes_no(cell) is True


@pytest.mark.parametrize("cell", ["нет", "Нет", "no", "N", "-", "—", "ложь", "false", "0", False, 0.0])
def test_no(cell: Cell) -> None:
    assert parse_yes_no(cell) is False


@pytest.mark.parametrize("cell", ["maybe", "2", "да нет", "не знаю", 2.0, "."])
def test_anything_else_rejects_the_cell(cell: Cell) -> None:
    with pytest.raises(CellProblem) as problem:
        parse_yes_no(cell)
    assert problem.value.code == "yes_no_invalid"


def test_neither() -> None:
    assert parse_yes_no(" ") is None
    assert parse_yes_no(None) is None


@pytest.mark.parametrize(
    ("cell", "url"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("HTTP://Example.com", "HTTP://Example.com"),
        (" example.com ", "https://example.com"),
        ("www.example.co.uk/x", "https://www.example.co.uk/x"),
        ("почта.рф/ящик", "https://почта.рф/ящик"),
        ("http://localhost:8080/x", "http://localhost:8080/x"),
        ("http://10.0.0.1", "http://10.0.0.1"),
        ("ftp://user@example.com/f", "ftp://user@example.com/f"),
        ("", ""),
    ],
)
def test_addresses(cell: str, url: str) -> None:
    assert parse_url(cell) == url
    assert parse_url(url) == url


@pytest.mark.parametrize(
    "cell",
    ["javascript:alert(1)", "file:///etc/passwd", "no", "a b.com", "ivan@mail.ru", "http://", "data:text/html,x", 5.0],
)
def test_what_is_no_address(cell: Cell) -> None:
    with pytest.raises(CellProblem) as problem:
        parse_url(cell)
    assert problem.value.code == "url_invalid"


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("VIP, клиент", ["VIP", "клиент"]),
        ("VIP; vip ,Vip", ["VIP"]),
        ("Ёж,еж", ["Ёж"]),
        ("one tag  only ", ["one tag only"]),
        ("a\nb\r\nc", ["a", "b", "c"]),
        ('"a, b"; c', ["a, b", "c"]),
        (",, ;", []),
        ("", []),
        (None, []),
        (2024.0, ["2024"]),
    ],
)
def test_tags(cell: Cell, tags: list[str]) -> None:
    assert split_tags(cell) == tags


def test_a_tag_of_over_a_hundred_characters_rejects_the_cell() -> None:
    assert split_tags("x" * 100) == ["x" * 100]
    with pytest.raises(CellProblem) as problem:
        split_tags("ok, " + "x" * 101)
    assert (problem.value.code, problem.value.value) == ("tag_too_long", "x" * 101)


def test_control_characters_in_tags() -> None:
    with pytest.raises(CellProblem) as problem:
        split_tags("a,b\0")
    assert problem.value.code == "control_character"


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).map(
    lambda text: " ".join(text.split())
)


@given(st.lists(NAMES.filter(bool), max_size=5))
def test_options_written_to_a_cell_are_read_from_it(options: list[str]) -> None:
    cell = join_values(options)
    try:
        read = split_options(cell)
    except CellProblem:
        return  # a name like #N/A
    wanted = split_options(join_values(read))
    assert read == wanted
    assert all(option in options for option in read)


def test_option() -> None:
    assert parse_option("  Gold \n member ") == "Gold member"
    assert parse_option(None) == ""
    assert parse_option(2024.0) == "2024"
