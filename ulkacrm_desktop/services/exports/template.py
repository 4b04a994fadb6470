"""An empty table to fill in, with the database's own properties, that imports without any mapping."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from ulkacrm_desktop.core.contact_document import ContactKind, PropertyDefinition, PropertyType
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.cells import KIND_NAMES, YES_NO, join_values
from ulkacrm_desktop.services.exports.columns import property_heading
from ulkacrm_desktop.services.exports.target_file import appearing
from ulkacrm_desktop.services.exports.template_texts import (
    COLUMN_HEADINGS,
    EXAMPLE_MARKS,
    EXAMPLE_NOTE,
    FIELD_TEXTS,
    REQUIRED,
    SHEETS,
    TYPE_TEXTS,
    WRONG_VALUE,
)
from ulkacrm_desktop.services.imports.headings import FIELD_HEADINGS
from ulkacrm_desktop.services.spreadsheet_safety import guard_cell

TEMPLATE_KINDS: Final = ("csv", "xlsx")
_LAST_ROW: Final = 1_048_575  # of a sheet, counted from 0
_FIRST_DAY: Final = date(1900, 3, 1)


@dataclass(frozen=True, slots=True)
class _TemplateColumn:
    heading: str
    explanation: str
    example: str
    type: PropertyType
    options: tuple[str, ...] = ()


def write_template(path: Path, properties: Sequence[PropertyDefinition], language: str) -> None:
    """Write a template to ``path``, as CSV or XLSX by its ending, in ``language`` (``en`` or ``ru``).

    Both have one example row, which `is_example_row` of `template_texts` tells. The workbook also has drop-downs for
    choices and yes/no, formats for dates and numbers, and a second sheet that explains each column.

    Raises `ExpectedError`: ``export_unknown_kind``, and those of `target_file.appearing`.
    """
    kind = path.suffix.removeprefix(".").lower()
    if kind not in TEMPLATE_KINDS:
        raise ExpectedError("export_unknown_kind", ending=path.suffix, kinds=list(TEMPLATE_KINDS))
    columns = [*_field_columns(language), *(_property_column(p, language) for p in properties)]
    with appearing(path) as part:
        if kind == "csv":
            _write_csv(part, columns)
        else:
            _write_workbook(part, columns, language)


def _field_columns(language: str) -> list[_TemplateColumn]:
    columns = []
    for key, (explanation, example) in FIELD_TEXTS[language].items():
        shown = f"{EXAMPLE_MARKS[language]} {example}" if key == "name" else example
        kinds = tuple(KIND_NAMES[language][kind] for kind in ContactKind) if key == "kind" else ()
        type_ = PropertyType.SELECT if kinds else PropertyType.TEXT
        columns.append(_TemplateColumn(FIELD_HEADINGS[language][key], explanation, shown, type_, kinds))
    return columns


def _property_column(definition: PropertyDefinition, language: str) -> _TemplateColumn:
    text, example = TYPE_TEXTS[language][definition.type]
    parts = [text.format(options=join_values(definition.options)), definition.description]
    if definition.required:
        parts.insert(0, REQUIRED[language])
    options = definition.options
    if definition.type is PropertyType.YES_NO:
        options = YES_NO[language]
    elif definition.type is PropertyType.MULTI_SELECT:
        example = join_values(options[:2])
    elif definition.type is PropertyType.SELECT:
        example = options[0] if options else ""
    return _TemplateColumn(
        property_heading(definition.name), " ".join(filter(None, parts)), example, definition.type, options
    )


def _write_csv(path: Path, columns: Sequence[_TemplateColumn]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([guard_cell(column.heading) for column in columns])
        writer.writerow([guard_cell(column.example) for column in columns])


def _write_workbook(path: Path, columns: Sequence[_TemplateColumn], language: str) -> None:
    with path.open("wb") as file:
        book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        names = SHEETS[language]
        table, explained, lists = (book.add_worksheet(name) for name in names)
        lists.hide()
        heading = book.add_format({"bold": True})
        for index, column in enumerate(columns):
            width = min(max(len(column.heading) + 2, len(column.example) + 2, 14), 40)
            shape = _format(column.type)
            table.set_column(index, index, width, book.add_format(shape))
            table.write_string(0, index, column.heading, heading)
            _write_example(table, index, column, book.add_format({**shape, "italic": True, "color": "#808080"}))
            _validate(table, lists, names[2], index, column, language)
        table.freeze_panes(1, 0)
        _explain(book, explained, columns, language)
        book.close()


def _format(type_: PropertyType) -> dict[str, Any]:
    match type_:
        case PropertyType.DATE:
            return {"num_format": "yyyy-mm-dd"}
        case PropertyType.NUMBER:
            return {"num_format": "General"}
        case _:
            return {"num_format": "@"}  # as text, so that +7… and 007 stay as they are typed


def _write_example(sheet: Any, index: int, column: _TemplateColumn, style: Any) -> None:
    match column.type:
        case PropertyType.DATE:
            sheet.write_datetime(1, index, date.fromisoformat(column.example), style)
        case PropertyType.NUMBER:
            sheet.write_number(1, index, float(column.example), style)
        case _:
            sheet.write_string(1, index, column.example, style)


def _validate(sheet: Any, lists: Any, lists_name: str, index: int, column: _TemplateColumn, language: str) -> None:
    """Drop-downs and checks, which warn but let another value pass: the import says what it makes of it."""
    title, message = WRONG_VALUE[language]
    rule: dict[str, Any] = {"error_type": "warning", "error_title": title, "error_message": message}
    match column.type:
        case PropertyType.SELECT | PropertyType.YES_NO if column.options:
            # Choices in the rule itself may take 255 characters together and have no commas.
            lists.write_column(0, index, column.options)
            letters = xl_col_to_name(index, col_abs=True)
            rule |= {"validate": "list", "source": f"='{lists_name}'!{letters}$1:{letters}${len(column.options)}"}
        case PropertyType.DATE:
            rule |= {"validate": "date", "criteria": ">=", "value": _FIRST_DAY}
        case PropertyType.NUMBER:
            rule |= {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15}
        case _:
            return
    sheet.data_validation(1, index, _LAST_ROW, index, rule)


def _explain(book: Any, sheet: Any, columns: Sequence[_TemplateColumn], language: str) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    plain = book.add_format({"valign": "top"})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 2, 32)
    sheet.write_row(0, 0, COLUMN_HEADINGS[language], book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    mark = EXAMPLE_MARKS[language]
    for row, column in enumerate(columns, start=1):
        sheet.write_string(row, 0, column.heading, plain)
        sheet.write_string(row, 1, column.explanation, wrapped)
        sheet.write_string(row, 2, column.example.removeprefix(mark).strip(), wrapped)
    sheet.write_string(len(columns) + 2, 0, EXAMPLE_NOTE[language], plain)
