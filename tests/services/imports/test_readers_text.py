"""Tables in plain text: encodings, delimiters, faults of rows, headings."""

import csv
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ulkacrm_desktop.services.imports.readers import (
    NO_HEADINGS,
    Notice,
    ReaderOptions,
    ReadError,
    RowProblem,
    SourceKind,
    SourceRow,
    inspect_source,
    read_chunks,
)
from ulkacrm_desktop.services.spreadsheet_safety import guard_cell

RUSSIAN = "Имя;Телефон;Примечание\nИван Петров;8 916 123-45-67;Позвонить завтра\nАнна Щукина;8 926 765-43-21;Ждёт\n"


def written(path: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def rows_of(path: Path, options: ReaderOptions | None = None) -> list[SourceRow]:
    return [row for chunk in read_chunks(path, options) for row in chunk]


def cells_of(path: Path, options: ReaderOptions | None = None) -> list[list[object]]:
    return [list(row.cells) for row in rows_of(path, options)]


def codes_of(path: Path, options: ReaderOptions | None = None) -> list[str]:
    return [notice.code for notice in inspect_source(path, options).notices]


# Encodings


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1251", "cp1251"),
        ("cp866", "cp866"),
        ("koi8-r", "koi8-r"),
        ("mac-cyrillic", "mac-cyrillic"),
    ],
)
def test_encodings_are_found(tmp_path: Path, encoding: str, named: str) -> None:
    path = written(tmp_path / "a.csv", RUSSIAN, encoding)
    found = inspect_source(path)
    assert found.encoding == found.encodings[0] == named
    assert found.headings == ["Имя", "Телефон", "Примечание"]
    assert not found.notices
    assert cells_of(path)[0] == ["Иван Петров", "8 916 123-45-67", "Позвонить завтра"]


def test_western_names_are_not_taken_for_russian(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Name,City\nJosé Muñoz,Málaga\nZoë Müller,Köln\n", "cp1252")
    assert inspect_source(path).encoding == "cp1252"


def test_the_encoding_can_be_chosen_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Имя;Город\nЯна;Уфа\n", "koi8-r")
    chosen = inspect_source(path, ReaderOptions(encoding="koi8-r"))
    assert chosen.headings == ["Имя", "Город"]
    assert cells_of(path, ReaderOptions(encoding="koi8-r")) == [["Яна", "Уфа"]]
    for encoding in ("klingon", "rot13"):
        with pytest.raises(ReadError) as error:
            inspect_source(path, ReaderOptions(encoding=encoding))
        assert (error.value.code, error.value.facts) == ("encoding_unknown", {"encoding": encoding})


def test_few_letters_are_an_uncertain_guess(tmp_path: Path) -> None:
    assert "encoding_uncertain" in codes_of(written(tmp_path / "a.csv", "Name\nM\xe9\n".encode("cp1252")))


def test_lines_in_another_encoding_are_named_and_replaced_only_on_consent(tmp_path: Path) -> None:
    good = "Имя;Город\nИван;Омск\nПётр;Тверь\n".encode()
    path = written(tmp_path / "a.csv", good + "Анна;Москва\n".encode("cp1251") + "Юлия;Уфа\n".encode())
    found = inspect_source(path)
    assert found.encoding == "utf-8"
    assert found.notices == [
        Notice("mixed_encodings", {"encoding": "utf-8", "lines": [4], "count": 1, "complete": True})
    ]
    problems = [row.problem for row in rows_of(path)]
    assert problems == [None, None, RowProblem("undecodable", {"line": 4}), None]
    replaced = rows_of(path, ReaderOptions(replace_undecodable=True))
    assert [row.problem for row in replaced] == [None] * 4
    assert replaced[2].cells == ["����", "������"]


def test_utf8_lines_in_an_old_encoding_are_named_too(tmp_path: Path) -> None:
    lines = ["Имя;Город\n".encode("cp1251")] + ["Анна;Москва\n".encode("cp1251")] * 5 + ["Иван;Омск\n".encode()]
    path = written(tmp_path / "a.csv", b"".join(lines))
    found = inspect_source(path)
    assert found.encoding == "cp1251"
    assert found.notices[0].facts["lines"] == [7]
    assert [row.problem and row.problem.code for row in rows_of(path)] == [None] * 5 + ["undecodable"]


def test_broken_utf16_is_told(tmp_path: Path) -> None:
    data = "Имя;Город\nИван;Омск\n".encode("utf-16") + b"\x00\xd8;\x00x\x00\n\x00"
    problems = [row.problem and row.problem.code for row in rows_of(written(tmp_path / "a.csv", data))]
    assert problems == [None, "undecodable"]


# Delimiters


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join(["Name", "Phone", "City"]) + "\n" + delimiter.join(["Ivan", "1", "Омск"]) + "\n"
    found = inspect_source(written(tmp_path / "a.csv", text))
    assert found.delimiter == delimiter
    assert found.kind is (SourceKind.TSV if delimiter == "\t" else SourceKind.CSV)
    assert found.rows == [["Ivan", "1", "Омск"]]


def test_decimal_commas_are_no_delimiters(tmp_path: Path) -> None:
    text = "Имя;Сумма;Скидка\n" + "".join(f"Клиент {n};{n},50;0,{n}\n" for n in range(9))
    assert inspect_source(written(tmp_path / "a.csv", text)).delimiter == ";"


def test_separator_line_is_consumed(tmp_path: Path) -> None:
    for line in ("sep=;\r\n", '"sep=;"\n', "SEP=;\n"):
        path = written(tmp_path / "a.csv", line + "Name;City\nIvan, Petr;Omsk\n")
        found = inspect_source(path)
        assert (found.delimiter, found.headings) == (";", ["Name", "City"])
        assert rows_of(path, found.options) == [SourceRow(2, ["Ivan, Petr", "Omsk"])]


def test_a_single_column(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Email\na@x.ru\nb@y.ru\n")
    assert cells_of(path) == [["a@x.ru"], ["b@y.ru"]]
    path = written(tmp_path / "b.csv", "Name\nSmith, John\nBrown, Ann\n")
    found = inspect_source(path, ReaderOptions(delimiter=";"))
    assert found.rows == [["Smith, John"], ["Brown, Ann"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    path = written(tmp_path / "a.csv", end.join(["Name,Notes", f'Ivan,"two{end}lines"', "Anna,x"]))
    assert cells_of(path) == [["Ivan", f"two{end}lines"], ["Anna", "x"]]
    assert [row.number for row in rows_of(path)] == [2, 3]


def test_a_delimiter_must_be_one_character(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a,b\n")
    for delimiter in ("ab", '"', "\n"):
        with pytest.raises(ReadError) as error:
            rows_of(path, ReaderOptions(delimiter=delimiter))
        assert error.value.code == "delimiter_invalid"


# Faults of rows


def test_an_unbalanced_quote_costs_one_row_and_names_its_line(tmp_path: Path) -> None:
    text = 'Name,Notes,City\nA,ok,X\nB,"never closed,Y\nC,fine,Z\nD,"closed ""well""",W\nE,"multi\nline",V\n'
    rows = rows_of(written(tmp_path / "a.csv", text))
    assert [(row.number, row.cells[0]) for row in rows] == [(2, "A"), (3, "B"), (4, "C"), (5, "D"), (6, "E")]
    assert [row.problem for row in rows] == [None, RowProblem("unbalanced_quote", {"line": 3}), None, None, None]
    assert rows[4].cells == ["E", "multi\nline", "V"]


def test_a_quote_that_opens_on_a_later_line_of_its_row(tmp_path: Path) -> None:
    text = 'Name,Notes,City\nA,"two\nlines","open\nB,x,y\n'
    rows = rows_of(written(tmp_path / "a.csv", text))
    assert [row.problem for row in rows] == [RowProblem("unbalanced_quote", {"line": 3}), None]
    assert rows[1].cells == ["B", "x", "y"]


def test_quotes_inside_quotes_that_are_not_doubled(tmp_path: Path) -> None:
    rows = rows_of(written(tmp_path / "a.csv", 'Name,City\n"ООО "Ромашка"",Омск\nИП "Иван",Уфа\n'))
    assert [row.problem and row.problem.facts for row in rows] == [{"line": 2}, None]
    assert rows[1].cells == ['ИП "Иван"', "Уфа"]


def test_two_quotes_that_stand_alone_swallow_nothing(tmp_path: Path) -> None:
    lines = ["Name,Size,City,Phone"]
    lines += [f"N{number},{number},C,1" for number in range(30)]
    lines[5] = 'N4,"24,C,1'
    lines[12] = 'N11,24",C,1'
    rows = rows_of(written(tmp_path / "a.csv", "\n".join(lines)))
    assert [row.cells[0] for row in rows] == [f"N{number}" for number in range(30)]
    assert rows[4].problem == RowProblem("unbalanced_quote", {"line": 6})
    assert all(row.problem is None for number, row in enumerate(rows) if number != 4)


def test_a_note_with_commas_and_line_breaks_is_not_taken_for_swallowed_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    notes = ["Hi, Ivan,\nbye, Petr, now", "one\ntwo, three\nfour", "a,b\n\nc,d"]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Name", "Note", "City"], *(["x", note, "y"] for note in notes)])
    assert cells_of(path) == [["x", note, "y"] for note in notes]


def test_an_unbalanced_quote_near_the_top_of_a_large_file(tmp_path: Path) -> None:
    lines = ['A,"open,x'] + [f"N{number},note,city" for number in range(60_000)]
    rows = rows_of(written(tmp_path / "a.csv", "Name,Notes,City\n" + "\n".join(lines)))
    assert rows[0].problem == RowProblem("unbalanced_quote", {"line": 2})
    assert len(rows) == 60_001
    assert all(row.problem is None for row in rows[1:])


def test_a_cell_too_large_rejects_its_row(tmp_path: Path) -> None:
    big = "x" * 10_000_000
    for cell in (big, f'"{big}"', '"' + "twenty letters each\n" * 500_000 + '"'):
        path = written(tmp_path / "a.csv", f"Name,Notes\nA,{cell}\nB,ok\n")
        rows = rows_of(path)
        assert [row.problem and row.problem.code for row in rows] == ["cell_too_large", None]
        assert rows[1] == SourceRow(3, ["B", "ok"])
        assert all(len(str(cell)) <= 1_000 for cell in rows[0].cells)


def test_a_line_of_forty_megabytes_costs_one_row(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", b"Name,Notes\nA," + b"x" * 40_000_000 + b"\nB,ok\n")
    rows = rows_of(path)
    assert [row.problem and row.problem.code for row in rows] == ["cell_too_large", None]


def test_short_rows_are_padded_and_long_ones_rejected(tmp_path: Path) -> None:
    text = "Name,Phone,City\nA\nB,1,X,extra,more\nC,2,Y,,\n,,\nD,3,Z\n\nE,4,W\n"
    rows = rows_of(written(tmp_path / "a.csv", text))
    assert rows == [
        SourceRow(2, ["A", "", ""]),
        SourceRow(3, ["B", "1", "X", "extra", "more"], RowProblem("row_too_long", {"cells": 5, "columns": 3})),
        SourceRow(4, ["C", "2", "Y"]),
        SourceRow(6, ["D", "3", "Z"]),
        SourceRow(8, ["E", "4", "W"]),
    ]


def test_a_break_in_the_middle_of_a_line(tmp_path: Path) -> None:
    rows = rows_of(written(tmp_path / "a.csv", b"Name,Notes,City\nA,bro\rken,X\nB,ok,Y\n"))
    assert [row.problem for row in rows] == [RowProblem("stray_line_break", {"line": 2}), None]


def test_nul_bytes_reach_the_cell_that_has_them(tmp_path: Path) -> None:
    assert cells_of(written(tmp_path / "a.csv", "Name,City\nIv\0an,Omsk\n")) == [["Iv\0an", "Omsk"]]


# Headings


def test_no_headings(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Ivan,ivan@x.ru,8 916 123\nAnna,anna@x.ru,8 926 123\n")
    found = inspect_source(path)
    assert (found.heading_row, found.headings) == (None, ["", "", ""])
    assert found.options.heading_row == NO_HEADINGS
    assert found.notices == [Notice("no_headings")]
    assert rows_of(path, found.options)[0] == SourceRow(1, ["Ivan", "ivan@x.ru", "8 916 123"])


def test_headings_can_be_chosen(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Отчёт за год\n\nИмя,Город\nИван,Омск\n")
    found = inspect_source(path)
    assert (found.heading_row, found.headings) == (2, ["Имя", "Город"])
    assert rows_of(path, found.options) == [SourceRow(4, ["Иван", "Омск"])]
    chosen = inspect_source(path, ReaderOptions(heading_row=3))
    assert chosen.headings == ["Иван", "Омск"]
    assert "nothing_to_import" in [notice.code for notice in chosen.notices]
    none = inspect_source(path, ReaderOptions(heading_row=NO_HEADINGS))
    assert none.heading_row is None
    assert len(none.rows) == 3


def test_repeated_headings_are_told_and_kept(tmp_path: Path) -> None:
    found = inspect_source(written(tmp_path / "a.csv", "Phone,Name,phone,Name\n1,a,2,b\n"))
    assert found.headings == ["Phone", "Name", "phone", "Name"]
    assert found.notices == [Notice("repeated_headings", {"headings": ["Phone", "Name", "phone"]})]


@pytest.mark.parametrize("text", ["", "\n\n", "Name,Phone\n", "Name,Phone", "\ufeff", "Имя"])
def test_nothing_to_import(tmp_path: Path, text: str) -> None:
    path = written(tmp_path / "a.csv", text)
    assert Notice("nothing_to_import") in inspect_source(path).notices
    assert rows_of(path) == []


def test_columns_without_a_heading_are_kept_where_most_rows_have_them(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Name,Phone\nA,1,x\nB,2,y\nC,3\n")
    assert inspect_source(path).headings == ["Name", "Phone", ""]
    assert cells_of(path) == [["A", "1", "x"], ["B", "2", "y"], ["C", "3", ""]]


def test_at_most_a_thousand_columns(tmp_path: Path) -> None:
    columns = 16_384
    text = ",".join(f"Column {number}" for number in range(columns)) + "\n" + ",".join("v" * columns) + "\n"
    path = written(tmp_path / "a.csv", text)
    found = inspect_source(path)
    assert len(found.headings) == len(found.rows[0]) == 1_000
    assert Notice("too_many_columns", {"columns": columns, "limit": 1_000}) in found.notices
    assert len(rows_of(path)[0].cells) == 1_000


def test_every_row_is_given_though_it_has_no_name(tmp_path: Path) -> None:
    text = "Name,Phone\n" + "".join(f",{number}\n" for number in range(10_000))
    assert len(rows_of(written(tmp_path / "a.csv", text))) == 10_000


# The look at a file


def test_a_large_file_is_looked_at_in_places_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    line = "Иван Петров;8 916 123-45-67;Позвонить завтра\n".encode("cp1251")
    with path.open("wb") as file:
        file.write("Имя;Телефон;Примечание\n".encode("cp1251"))
        for _ in range(30):
            file.write(line * 20_000)
    found = inspect_source(path)
    assert found.encoding == "cp1251"
    assert len(found.rows) == 100
    assert abs(found.estimated_rows - 600_000) < 30_000


def test_cyrillic_that_begins_late_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Name,City\n" + b"John,London\n" * 1_000_000 + "Иван,Омск\n".encode("cp1251") * 500_000)
    assert inspect_source(path).encoding == "cp1251"


def test_our_own_guard_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    names = ["=1+1", "'=1", "@x", "-a", "'tis", "+7 916 123-45-67", "\tx"]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([["Name", "Notes"], *([guard_cell(name), "x"] for name in names)])
    assert [cells[0] for cells in cells_of(path)] == names


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(TEXTS, min_size=3, max_size=3).filter(any), min_size=1, max_size=30),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(1, 4),
)
def test_what_is_written_is_read(tmp_path: Path, rows: list[list[str]], mark: str, end: str, size: int) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=mark, lineterminator=end, quoting=csv.QUOTE_ALL)
        writer.writerows([["Name", "Notes", "City"], *([guard_cell(cell) for cell in row] for row in rows)])
    options = ReaderOptions(encoding="utf-8", delimiter=mark, heading_row=0)
    read = [row for chunk in read_chunks(path, options, size) for row in chunk]
    assert [row.number for row in read] == list(range(2, len(rows) + 2))
    assert [row.cells for row in read] == rows
    assert all(row.problem is None for row in read)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text('"",\n\rab;', max_size=60), st.integers(1, 3))
def test_no_line_is_lost_whatever_quotes_there_are(tmp_path: Path, text: str, size: int) -> None:
    path = written(tmp_path / "a.csv", "Name,Notes\n" + text)
    options = ReaderOptions(encoding="utf-8", delimiter=",", heading_row=0)
    whole = [row for chunk in read_chunks(path, options, 1_000) for row in chunk]
    assert [row for chunk in read_chunks(path, options, size) for row in chunk] == whole
    kept = "".join("".join(map(str, row.cells)) for row in whole)
    for letter in "ab;":
        assert kept.count(letter) == text.count(letter)


def test_chunks_do_not_change_what_is_read(tmp_path: Path) -> None:
    chance = random.Random(1)
    lines = [
        chance.choice(["A,b,c", 'B,"x\ny",c', 'C,"z', "'=D,e", "Щ,э,ю", 'E,"a""b",c', "", "F,g,h,i", 'G,"q" r,s'])
        for _ in range(7_000)
    ]
    path = written(tmp_path / "a.csv", "Name,Notes,City\n" + "\n".join(lines))
    options = inspect_source(path).options
    whole = [row for chunk in read_chunks(path, options, 1) for row in chunk]
    for size in (7, 1_000, 5_000):
        assert [row for chunk in read_chunks(path, options, size) for row in chunk] == whole
