"""Contacts as CSV: UTF-8 with a mark that spreadsheets know it by, commas, one line a contact."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from ulkacrm_desktop.core.contact_document import ContactDocument
from ulkacrm_desktop.services.cells import number_text
from ulkacrm_desktop.services.exports.columns import Column, Shape, date_text, moment_text
from ulkacrm_desktop.services.exports.report import ExportReport, counted
from ulkacrm_desktop.services.spreadsheet_safety import guard_cell


def write_csv(
    path: Path, documents: Iterable[ContactDocument], columns: Sequence[Column], progress: Callable[[int], None]
) -> ExportReport:
    """Write the contacts to ``path``; texts that a spreadsheet would run as formulas are guarded."""
    rows = 0
    simple = [column for column in columns if column.attribute]
    others = [_text_getter(column) for column in columns if not column.attribute]
    # One call fetches all simple texts; two of them are there so that even a single one comes in a tuple.
    fetch = attrgetter("name", "name", *(column.attribute for column in simple))
    order = _order(columns)

    def lines() -> Iterator[list[str]]:
        nonlocal rows
        for contact in counted(documents, progress):
            rows += 1
            # No formula begins with a letter or digit, and a call for every cell is what an export would
            # spend most of its time on.
            values = [text if not text or text[0].isalnum() else guard_cell(text) for text in fetch(contact)]
            values += [get(contact) for get in others]
            yield [values[place] for place in order]

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([guard_cell(column.heading) for column in columns])
        writer.writerows(lines())
    return ExportReport(rows)


def _order(columns: Sequence[Column]) -> list[int]:
    """Where the value of each column is, the simple ones being after the first two and before the others."""
    simple = 2
    other = 2 + sum(bool(column.attribute) for column in columns)
    order = []
    for column in columns:
        order.append(simple if column.attribute else other)
        simple += bool(column.attribute)
        other += not column.attribute
    return order


def _text_getter(column: Column) -> Callable[[ContactDocument], str]:
    get = column.get
    if column.shape is Shape.PLAIN:
        return get
    if column.shape is Shape.TEXT:
        return lambda contact: guard_cell(text) if (text := get(contact)) else ""
    writers: dict[Shape, Callable[[Any], str]] = {
        Shape.NUMBER: number_text,
        Shape.DATE: date_text,
        Shape.MOMENT: moment_text,
    }
    write = writers[column.shape]

    def of_value(contact: ContactDocument) -> str:
        value = get(contact)
        return "" if value is None or value == "" else write(value)

    return of_value
