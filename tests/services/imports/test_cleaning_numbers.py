"""Numbers: the decimal mark of a column, and the number of each cell."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ulkacrm_desktop.services.imports.cleaning import (
    CellProblem,
    DecimalMark,
    MarkDecision,
    NumberColumn,
    decide_decimal_mark,
    parse_number,
)

COMMA, POINT = DecimalMark.COMMA, DecimalMark.POINT


@pytest.mark.parametrize(
    ("values", "decision"),
    [
        (["1 234,56", "1,234"], MarkDecision(COMMA)),
        (["1,234.56", "1,234"], MarkDecision(POINT)),
        (["1,234", "5,678"], MarkDecision(POINT, ambiguous=True)),
        (["1.234"], MarkDecision(POINT, ambiguous=True)),
        (["1.234.567", "1.234"], MarkDecision(COMMA)),
        (["0,123"], MarkDecision(COMMA)),
        (["1234,567"], MarkDecision(COMMA)),
        (["1 234,567"], MarkDecision(COMMA)),
        (["1", "-20", "+3", 1.5, None, "text"], MarkDecision(POINT)),
        (["1,5", "2.5", "1,234"], MarkDecision(POINT, ambiguous=True)),
    ],
)
def test_the_mark_is_decided_from_the_whole_column(values: list[object], decision: MarkDecision) -> None:
    assert decide_decimal_mark(values) == decision  # type: ignore[arg-type]


def test_where_both_fit_the_preferred_mark_is_proposed() -> None:
    assert decide_decimal_mark(["1,234"], COMMA) == MarkDecision(COMMA, ambiguous=True)


def test_parts_of_a_column_decide_together() -> None:
    first, second = NumberColumn(), NumberColumn()
    first.see("1,234")
    second.see("0,5")
    first.merge(second)
    assert first.decision() == MarkDecision(COMMA)


@pytest.mark.parametrize(
    ("cell", "mark", "text"),
    [
        ("1 234,56", COMMA, "1234.56"),
        ("1\u00a0234\u202f567,5", COMMA, "1234567.5"),
        ("1,234.56", POINT, "1234.56"),
        ("1,234", POINT, "1234"),
        ("1,234", COMMA, "1.234"),
        ("1.234", COMMA, "1234"),
        ("1.234", POINT, "1.234"),
        ("1'234.50", POINT, "1234.5"),
        ("1,234.56", COMMA, "1234.56"),  # can be read in one way only
        ("12.5", COMMA, "12.5"),
        ("407.97", COMMA, "407.97"),
        ("12,50", POINT, "12.5"),
        ("007", POINT, "7"),
        ("-0", POINT, "0"),
        ("-0,0", COMMA, "0"),
        ("+5", POINT, "5"),
        ("−5", POINT, "-5"),
        (".5", POINT, "0.5"),
        ("1,5E+3", COMMA, "1500"),
        ("1e-3", POINT, "0.001"),
        ("12345678901234567890.12", POINT, "12345678901234567890.12"),
        (79161234567.0, POINT, "79161234567"),
        (0.1, COMMA, "0.1"),
        (1e22, POINT, "10000000000000000000000"),
        (5, POINT, "5"),
    ],
)
def test_numbers(cell: str | float, mark: DecimalMark, text: str) -> None:
    number = parse_number(cell, mark)
    assert number is not None
    assert number.text == text
    assert number.key == float(text)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1 23", "number_invalid"),
        ("1,23,456", "number_invalid"),
        ("1.2.3", "number_invalid"),
        ("12 руб.", "number_invalid"),
        ("5%", "number_invalid"),
        ("(5)", "number_invalid"),
        ("--5", "number_invalid"),
        ("1 234'567", "number_invalid"),
        ("٣", "number_invalid"),
        ("nan", "number_invalid"),
        ("1e999", "number_invalid"),
        ("9" * 61, "number_too_long"),
        (float("inf"), "number_invalid"),
        (1e300, "number_too_long"),
        (True, "number_invalid"),
        ("1\x00", "control_character"),
    ],
)
def test_what_is_no_number(cell: str | float, code: str) -> None:
    for mark in DecimalMark:
        with pytest.raises(CellProblem) as problem:
            parse_number(cell, mark)
        assert problem.value.code == code


def test_blanks_have_no_number() -> None:
    assert parse_number("  ", POINT) is None
    assert parse_number(None, COMMA) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_written_in_a_way_and_read_in_it(value: Decimal) -> None:
    plain = f"{value:f}"
    grouped = f"{value:,f}"
    for text, mark in (
        (plain, POINT),
        (plain.replace(".", ","), COMMA),
        (grouped, POINT),
        (grouped.replace(",", "\u00a0").replace(".", ","), COMMA),
        (grouped.replace(",", " "), POINT),
    ):
        number = parse_number(text, mark)
        assert number is not None
        assert Decimal(number.text) == value
        assert parse_number(number.text, POINT) == number


@given(st.floats(min_value=-1e30, max_value=1e30).filter(lambda value: value == 0 or abs(value) > 1e-30))
def test_floats_of_workbooks_keep_their_value(value: float) -> None:
    number = parse_number(value, POINT)
    assert number is not None
    assert float(number.text) == number.key == value
