"""The guard against formulas in CSV files, and its inverse."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ulkacrm_desktop.services.spreadsheet_safety import guard_cell, may_hold_marks, read_cell, unguard_cell

DANGEROUS = "=+-@\t\r\n＝＋－＠"


@given(st.text() | st.text("'=+-@\t\r\n1 7(),.a＝", max_size=12))
@example("'")
@example("''=1")
@example("'+7 916 123-45-67")
@example('="+79161234567"')
def test_reading_undoes_writing_exactly(text: str) -> None:
    written = guard_cell(text)
    assert unguard_cell(written) == text
    assert read_cell(written) == text
    if written != text:
        assert may_hold_marks(written)


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|'/c calc'!A1", "@SUM(A1)", "+cmd", "-2+3+cmd|' /C calc'!A0", "\t=1", "-"]
)
def test_what_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert guard_cell(text) == "'" + text


@given(st.text(min_size=1))
def test_nothing_written_begins_with_a_formula(text: str) -> None:
    written = guard_cell(text)
    if written[0] in DANGEROUS:
        assert written[0] in "+-"
        assert set(written[1:]) <= set("0123456789 ().,-")
        assert any(character.isdigit() for character in written)


@pytest.mark.parametrize(
    "text",
    ["+7 916 123-45-67", "+7 (916) 123-45-67", "+79161234567", "-5", "-1,5", "+1.5", "a=b", "", "'", "'tis", "O'Brien"],
)
def test_phones_numbers_and_ordinary_texts_are_left_alone(text: str) -> None:
    assert guard_cell(text) == text
    assert unguard_cell(text) == text


@pytest.mark.parametrize("text", ["'tis the season", "'90s", "''", "'+7 916 123-45-67", "'-5"])
def test_apostrophes_of_foreign_files_stay(text: str) -> None:
    assert unguard_cell(text) == text


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('="+79161234567"', "+79161234567"),
        ('="007"', "007"),
        ('=""', ""),
        ('="5"" screen"', '5" screen'),
        ('="a"&"b"', '="a"&"b"'),
        ('="a', '="a'),
        ("=1+1", "=1+1"),
        ("'=1+1", "=1+1"),
    ],
)
def test_a_formula_that_is_nothing_but_a_text_is_read_as_its_text(cell: str, said: str) -> None:
    assert read_cell(cell) == said
    if said != cell:
        assert may_hold_marks(cell)
