"""Dates: the order of a column, and every way of writing one that is met in files."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ulkacrm_desktop.services.imports.cleaning import (
    CellProblem,
    DateColumn,
    DateDecision,
    DateOrder,
    decide_date_order,
    parse_date,
    parse_moment,
)

DAY = date(2024, 1, 31)
DMY, MDY, YMD = DateOrder.DMY, DateOrder.MDY, DateOrder.YMD


@pytest.mark.parametrize(
    ("values", "decision"),
    [
        (["01.02.2024", "31.01.2024"], DateDecision(DMY)),
        (["01/02/2024", "01/31/2024"], DateDecision(MDY)),
        (["01/02/2024", "03/04/2024"], DateDecision(DMY, ambiguous=True)),
        (["01.02.2024"], DateDecision(DMY, ambiguous=True)),
        (["05/05/2024", "07/07/2024"], DateDecision(DMY)),
        (["31/01/2024", "01/31/2024", "28/02/2024"], DateDecision(DMY, against=1)),
        (["2024-01-02", "2024-01-03"], DateDecision(DMY)),
        (["85-01-31", "01-02-03"], DateDecision(YMD)),
        (["", "n/a", "13", None, 1.5, date(2024, 1, 2)], DateDecision(DMY)),
    ],
)
def test_the_order_is_decided_from_the_whole_column(values: list[object], decision: DateDecision) -> None:
    assert decide_date_order(values) == decision  # type: ignore[arg-type]


def test_where_both_fit_the_preferred_order_is_proposed() -> None:
    assert decide_date_order(["01/02/2024"], MDY) == DateDecision(MDY, ambiguous=True)


def test_parts_of_a_column_decide_together() -> None:
    first, second = DateColumn(), DateColumn()
    first.see("01/02/2024")
    second.see("01/31/2024")
    first.merge(second)
    assert first.decision() == DateDecision(MDY)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2024-01-31", DMY),
        ("2024-01-31", MDY),
        ("2024/01/31", MDY),
        ("2024.1.31", DMY),
        ("20240131", DMY),
        ("31.01.2024", DMY),
        ("31.1.24", DMY),
        ("31/01/2024", DMY),
        ("31-01-2024", DMY),
        ("01/31/2024", MDY),
        ("1/31/24", MDY),
        ("24-01-31", YMD),
        ("31 января 2024 г.", DMY),
        ("31 января 2024 года", DMY),
        ("31 янв. 2024", DMY),
        ("31 Jan 2024", DMY),
        ("31-Jan-24", MDY),
        ("January 31st, 2024", DMY),
        ("Jan. 31 2024", DMY),
        ("31.01.2024 10:20", DMY),
        ("31.01.2024, 10:20:30", DMY),
        ("1/31/2024 10:20 PM", MDY),
        ("2024-01-31T23:59:59.123Z", DMY),
        (" 31.01.2024 ", DMY),
    ],
)
def test_ways_of_writing_a_date(text: str, order: DateOrder) -> None:
    assert parse_date(text, order) == DAY


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("13/13/2024", DMY),
        ("01/31/2024", DMY),
        ("31/01/2024", MDY),
        ("30.02.2024", DMY),
        ("29.02.2023", DMY),
        ("1900-02-29", DMY),
        ("2024-13-01", DMY),
        ("31.01.124", DMY),
        ("31.01/2024", DMY),
        ("31 мартобря 2024", DMY),
        ("45322", DMY),
        ("soon", DMY),
        ("31.01.2024 25:00", DMY),
        ("31.01.2024 13:00 PM", DMY),
        ("31.01.2024 tomorrow", DMY),
        ("--0131", DMY),
    ],
)
def test_what_is_no_date_is_rejected_and_never_turned_round(text: str, order: DateOrder) -> None:
    with pytest.raises(CellProblem) as problem:
        parse_date(text, order)
    assert problem.value.code == "date_invalid"


@pytest.mark.parametrize("cell", [45322.0, True, time(1, 2), timedelta(1), b"x"])
def test_other_values_of_workbooks_are_no_dates(cell: object) -> None:
    with pytest.raises(CellProblem):
        parse_date(cell, DMY)  # type: ignore[arg-type]


def test_values_of_workbooks_and_blanks() -> None:
    assert parse_date(DAY, MDY) == DAY
    assert parse_date(datetime(2024, 1, 31, 10), MDY) == DAY  # noqa: DTZ001
    assert parse_date(" ", DMY) is None
    assert parse_date(None, DMY) is None


@pytest.mark.parametrize(("year", "read"), [("29", 2029), ("30", 1930), ("85", 1985), ("00", 2000)])
def test_years_of_two_digits_follow_the_rule_of_excel(year: str, read: int) -> None:
    assert parse_date(f"15.03.{year}", DMY) == date(read, 3, 15)


def test_moments_keep_their_time_and_zone() -> None:
    assert parse_moment("2024-01-31T10:20:30Z", DMY) == datetime(2024, 1, 31, 10, 20, 30, tzinfo=UTC)
    moment = parse_moment("2024-01-31 10:20:30.5 +0300", DMY)
    assert moment == datetime(2024, 1, 31, 10, 20, 30, 500_000, timezone(timedelta(hours=3)))
    assert parse_moment("1/31/2024 12:05 AM", MDY) == datetime(2024, 1, 31, 0, 5)  # noqa: DTZ001
    assert parse_moment("31.01.2024", DMY) == datetime(2024, 1, 31)  # noqa: DTZ001


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2029, 12, 31)), st.sampled_from("./-"))
def test_written_in_an_order_and_read_in_it(day: date, mark: str) -> None:
    for order, written in ((DMY, f"%d{mark}%m{mark}%Y"), (MDY, f"%m{mark}%d{mark}%Y"), (DMY, f"%d{mark}%m{mark}%y")):
        assert parse_date(day.strftime(written), order) == day
    assert parse_date(day.isoformat(), MDY) == day


@given(st.text("0123456789./- янвarjn:apm", max_size=20), st.sampled_from(DateOrder))
def test_any_text_is_a_date_or_a_problem(text: str, order: DateOrder) -> None:
    try:
        parse_date(text, order)
    except CellProblem as problem:
        assert problem.code == "date_invalid"
