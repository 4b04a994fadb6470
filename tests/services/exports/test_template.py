"""Templates: an import maps them by itself, leaves the example out, and a spreadsheet helps to fill them in."""

import csv
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from export_documents import PROPERTIES
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.exports.template import write_template
from ulkacrm_desktop.services.exports.template_texts import is_example_row
from ulkacrm_desktop.services.imports.mapping import FieldTarget, PropertyTarget, propose_mapping
from ulkacrm_desktop.services.spreadsheet_safety import unguard_cell

LANGUAGES = pytest.mark.parametrize("language", ["en", "ru"])


def read(path: Path) -> list[list[str]]:
    if path.suffix == ".xlsx":
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        return [[str(cell) for cell in row] for row in rows]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [[unguard_cell(cell) for cell in row] for row in csv.reader(file)]


@LANGUAGES
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_column_maps_by_itself_and_the_example_is_known(tmp_path: Path, language: str, ending: str) -> None:
    path = tmp_path / f"template.{ending}"
    write_template(path, PROPERTIES, language)
    headings, example = read(path)
    mapping = propose_mapping(headings, [example], PROPERTIES)
    fields = [column.target.key for column in mapping if isinstance(column.target, FieldTarget)]
    assert fields == [
        "name", "first_name", "last_name", "kind", "email", "phone", "messenger", "company", "website",
        "street", "city", "region", "postcode", "country", "tags", "notes",
    ]  # fmt: skip
    properties = [column.target.id for column in mapping if isinstance(column.target, PropertyTarget)]
    assert properties == [definition.id for definition in PROPERTIES]
    assert len(fields) + len(properties) == len(headings)
    assert is_example_row(example)
    assert not is_example_row(headings)


def test_only_the_example_is_taken_for_one() -> None:
    assert is_example_row(["# Пример: Анна", "x"])
    assert not is_example_row([])
    assert not is_example_row(["#1 Plumbing"])
    assert not is_example_row(["Anna", "# Example: "])


@LANGUAGES
def test_the_workbook_offers_choices_and_checks_values(tmp_path: Path, language: str) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, PROPERTIES, language)
    book = openpyxl.load_workbook(path)
    table, explained, lists = book
    rules = {str(rule.sqref).split(":")[0].rstrip("0123456789"): rule for rule in table.data_validations.dataValidation}
    letters = {
        table.cell(1, index).value: table.cell(1, index).column_letter for index in range(1, table.max_column + 1)
    }

    def choices(heading: str) -> list[object]:
        rule = rules[letters[heading]]
        assert rule.type == "list"
        assert str(rule.sqref).endswith("1048576")
        sheet, _, cells = rule.formula1.rpartition("!")
        assert sheet.strip("'") == lists.title
        found = lists[cells.replace("$", "")]
        return [row[0].value for row in found] if isinstance(found, tuple) else [found.value]

    assert choices("Colour") == ["red", "blue, light", '"odd"']
    assert choices("Плательщик НДС") == (["yes", "no"] if language == "en" else ["да", "нет"])
    assert choices("Kind" if language == "en" else "Вид")[1].startswith("Organi" if language == "en" else "Органи")  # type: ignore[attr-defined]
    assert rules[letters["Since"]].type == "date"
    assert rules[letters["Размер обуви"]].type == "decimal"
    assert letters["Interests"] not in rules  # several choices in a cell are not for a drop-down
    # The reader offers visible sheets first: choices are none of them.
    kinds = [sheet.visible for sheet in CalamineWorkbook.from_path(str(path)).sheets_metadata]
    assert kinds == [SheetVisibleEnum.Visible, SheetVisibleEnum.Visible, SheetVisibleEnum.Hidden]
    assert explained.max_row >= len(letters) + 1
    assert [row[0] for row in explained.values][1 : len(letters) + 1] == list(letters)


def test_what_is_typed_stays_as_it_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, PROPERTIES, "en")
    table = openpyxl.load_workbook(path).active
    formats = {
        table.cell(1, index).value: table.column_dimensions[table.cell(1, index).column_letter].number_format
        for index in range(1, table.max_column + 1)
    }
    example = dict(zip(*list(table.values)[:2], strict=True))
    assert formats["Phone"] == formats["Postcode"] == "@"  # +44… and 007 are texts
    assert formats["Since"] == "yyyy-mm-dd"
    assert example["Since"] == datetime(2024, 12, 31)  # noqa: DTZ001
    assert example["Размер обуви"] == 42
    assert example["Phone"] == "+44 20 7946 0123"


def test_required_properties_say_so(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    definition = PropertyDefinition(
        1, "Size", PropertyType.SELECT, tuple(f"option {n}" for n in range(100)), required=True, description="In cm."
    )
    write_template(path, [definition], "en")
    text = next(row[1] for row in openpyxl.load_workbook(path)["Columns"].values if row[0] == "Size")
    assert text.startswith("Required. One of: option 0, option 1,")
    assert text.endswith("In cm.")


def test_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError) as raised:
        write_template(tmp_path / "template.vcf", PROPERTIES, "en")
    assert raised.value.code == "export_unknown_kind"
