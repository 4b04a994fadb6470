"""What a file is by its content, whatever it is called."""

from pathlib import Path

import pytest
from odd_workbooks import compound, ods, ods_row, ods_table, xls, xlsx_of

from ulkacrm_desktop.services.imports.readers import Notice, ReadError, SourceKind, inspect_source, read_chunks

ROWS = [["Name", "Phone"], ["Ivan", 79161234567.0]]
HTML = (
    "<html><head><meta charset='utf-8'></head><body><h1>Report</h1><table><tr><th>Name<th>Phone<tr><td>Ivan</td>"
    "<td>8&nbsp;916</td></tr></table></body></html>"
)


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    ("name", "make", "kind"),
    [
        ("a.xlsx", lambda path: xls(path, ROWS), "xls"),
        ("a.xls", lambda path: xlsx_of(path, ROWS), "xlsx"),
        ("a.csv", lambda path: xlsx_of(path, ROWS), "xlsx"),
        ("b.xlsx", lambda path: written(path, "Name;Phone\nIvan;79161234567\n"), "csv"),
        ("c.xlsx", lambda path: written(path, HTML), "html"),
        ("d.xls", lambda path: written(path, "\ufeff" + HTML), "html"),
        ("e.xlsx", lambda path: ods(path, ods_table("S", [ods_row(*row) for row in ROWS])), "ods"),
        ("f.csv", lambda path: written(path, "BEGIN:VCARD\nVERSION:3.0\nFN:Ivan\nEND:VCARD\n"), "vcard"),
        ("g.vcf", lambda path: written(path, "Name\tPhone\nIvan\t1\n"), "tsv"),
    ],
)
def test_the_content_counts_and_the_real_kind_is_named(tmp_path: Path, name: str, make: object, kind: str) -> None:
    path = tmp_path / name
    make(path)  # type: ignore[operator]
    found = inspect_source(path)
    assert found.kind is SourceKind(kind)
    assert found.notices[0] == Notice("kind_mismatch", {"suffix": path.suffix, "kind": kind})
    assert any("Ivan" in row for row in found.rows)
    assert any("Ivan" in row.cells for chunk in read_chunks(path, found.options) for row in chunk)


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.CSV", "contacts", "a.dat"])
def test_names_that_promise_nothing_else(tmp_path: Path, name: str) -> None:
    assert inspect_source(written(tmp_path / name, "Name;Phone\nIvan;1\n")).notices == []


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"MZ\x90\x00", "exe"),
        (bytes(range(256)) * 8, "binary"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "xml_workbook"),
        (compound({"WordDocument": b"x" * 5000}), "doc"),
    ],
)
def test_other_kinds_are_named_and_refused(tmp_path: Path, data: bytes, kind: str) -> None:
    path = written(tmp_path / "a.xlsx", data)
    for read in (inspect_source, lambda file: list(read_chunks(file))):
        with pytest.raises(ReadError) as error:
            read(path)
        assert (error.value.code, error.value.facts) == ("kind_unsupported", {"kind": kind})


def test_a_file_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as error:
        inspect_source(tmp_path / "none.csv")
    assert error.value.code == "file_missing"
    with pytest.raises(ReadError) as error:
        inspect_source(tmp_path)
    assert error.value.code == "file_unreadable"


def test_an_archive_of_something_else(tmp_path: Path) -> None:
    import zipfile

    for inside, kind in (("word/document.xml", "docx"), ("xl/workbook.bin", "xlsb"), ("readme.txt", "zip")):
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(inside, "x")
        with pytest.raises(ReadError) as error:
            inspect_source(path)
        assert error.value.facts == {"kind": kind}


# Tables of HTML pages


def cells_of(path: Path) -> list[list[object]]:
    return [list(row.cells) for chunk in read_chunks(path) for row in chunk]


def test_the_largest_table_of_a_page_is_read(tmp_path: Path) -> None:
    page = (
        "<table><tr><td>menu</td></tr></table><script>var x='<table><tr><td>no</td></tr></table>'</script>"
        "<TABLE><THEAD><TR><TH>Имя</TH><TH>Заметка</TH><TH>Город</TH></TR></THEAD>"
        "<TR><TD>Иван\n  Петров</TD><TD>раз<br>два &amp; три</TD><TD><b>Ом</b>ск</TD></TR>"
        "<TR><TD colspan=2>Анна</TD><TD><table><tr><td>внутри</td></tr></table></TD></TR></TABLE>"
    )
    path = written(tmp_path / "a.html", page.encode("cp1251"))
    found = inspect_source(path)
    assert found.encoding == "cp1251"
    assert {notice.code for notice in found.notices} == {"several_tables", "merged_cells"}
    assert cells_of(path) == [["Иван Петров", "раз\nдва & три", "Омск"], ["Анна", "", "внутри"]]


def test_a_page_without_a_table(tmp_path: Path) -> None:
    path = written(tmp_path / "a.html", "<html><body>Nothing here</body></html>")
    assert Notice("nothing_to_import") in inspect_source(path).notices
    assert cells_of(path) == []


def test_a_page_that_is_cut_off(tmp_path: Path) -> None:
    path = written(tmp_path / "a.html", "<table><tr><th>Name<th>City<tr><td>Ivan<td>Omsk<tr><td>Anna<td>Tv")
    assert cells_of(path) == [["Ivan", "Omsk"], ["Anna", "Tv"]]
