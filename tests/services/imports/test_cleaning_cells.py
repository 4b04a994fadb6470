"""Cells of every type as texts, and what rejects a cell of any type."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ulkacrm_desktop.core.text.phones import PhoneProblem, parse_phone
from ulkacrm_desktop.services.imports.cleaning import Cell, CellProblem, cell_text, clean_text, is_blank


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (79161234567.0, "79161234567"),
        (0.1, "0.1"),
        (1e-07, "0.0000001"),
        (-5.0, "-5"),
        (123456789012345.0, "123456789012345"),
        (1e16, "1e+16"),
        (True, "true"),
        (7, "7"),
        (date(2024, 1, 31), "2024-01-31"),
        (datetime(2024, 1, 31, 10, 20), "2024-01-31 10:20"),  # noqa: DTZ001
        (datetime(2024, 1, 31, 10, 20, 5), "2024-01-31 10:20:05"),  # noqa: DTZ001
        (time(9, 5), "09:05"),
        (timedelta(days=1, hours=12), "36:00:00"),
        (b"\xff\xd8" + bytes(3000), "JPEG, 2 KB"),
        (b"\x89PNG", "PNG, 1 KB"),
        (b"GIF89a", "1 KB"),
        (None, ""),
        ("as it is ", "as it is "),
    ],
)
def test_text_of_a_typed_cell(cell: Cell, text: str) -> None:
    assert cell_text(cell) == text


def test_a_phone_kept_as_a_number_loses_nothing_up_to_fifteen_digits() -> None:
    assert parse_phone(cell_text(79161234567.0), "RU").match_key == "79161234567"
    with pytest.raises(PhoneProblem) as problem:
        parse_phone(cell_text(7.9161234567e17), "RU")
    assert problem.value.code == "phone_digits_lost"


@pytest.mark.parametrize("cell", ["a\0b", "\x07", "tail\x1f", "\x7f", "\x85", "\ud800", "\x0b"])
def test_control_characters_reject_a_cell(cell: str) -> None:
    with pytest.raises(CellProblem) as problem:
        clean_text(cell)
    assert (problem.value.code, problem.value.value) == ("control_character", cell)


@pytest.mark.parametrize("cell", ["#N/A", "#n/a", " #REF! ", "#Н/Д", "#ДЕЛ/0!", "#VALUE!"])
def test_errors_of_spreadsheets_reject_a_cell(cell: str) -> None:
    with pytest.raises(CellProblem) as problem:
        clean_text(cell)
    assert problem.value.code == "spreadsheet_error"


def test_text_is_kept_but_for_its_ends_and_line_ends() -> None:
    assert clean_text("  a\r\nb\rc\t") == "a\nb\nc"
    assert clean_text("#1 client") == "#1 client"
    assert clean_text("\u00a0Иван\u00a0") == "Иван"
    # Names keep what only keys do without.
    assert clean_text("Ми\u0306ша \u200b\u202eХ") == "Ми\u0306ша \u200b\u202eХ"


@given(st.text())
def test_clean_text_is_clean_when_cleaned_again(text: str) -> None:
    try:
        cleaned = clean_text(text)
    except CellProblem:
        return
    assert clean_text(cleaned) == cleaned
    assert "\r" not in cleaned


def test_blank() -> None:
    assert all(is_blank(cell) for cell in (None, "", " \t\u00a0"))
    assert not any(is_blank(cell) for cell in (0.0, False, "0", b"x"))
